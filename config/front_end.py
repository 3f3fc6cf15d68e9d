"""The front-end files that the pages use, out of the npm packages. Nothing else of ``node_modules`` is ever served.

Templates name them ``{% static "vendor/<name>" %}``.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, overload

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, BaseFinder
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core import checks
from django.core.files.storage import FileSystemStorage, Storage
from django.utils._os import safe_join
from whitenoise.storage import CompressedManifestStaticFilesStorage

PREFIX = "vendor/"
INTER = "@fontsource-variable/inter"
INTER_SUBSETS = ("latin", "latin-ext", "vietnamese")
INTER_FILES = tuple(f"inter-{subset}-wght-{style}.woff2" for subset in INTER_SUBSETS for style in ("normal", "italic"))
# The modules that the field app imports: the library itself and what its directives import in turn.
LIT_MODULES = (
    "lit-html.js",
    "directive.js",
    "directive-helpers.js",
    "async-directive.js",
    "directives/live.js",
    "directives/ref.js",
    "directives/repeat.js",
)
LEAFLET_IMAGES = ("layers.png", "layers-2x.png", "marker-icon.png", "marker-icon-2x.png", "marker-shadow.png")

# Name under /static/vendor/ → path under node_modules.
FRONT_END_FILES: dict[str, str] = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/tabler-vendors.min.css": "@tabler/core/dist/css/tabler-vendors.min.css",
    "tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    **{f"leaflet/images/{name}": f"leaflet/dist/images/{name}" for name in LEAFLET_IMAGES},
    "pbf/pbf.js": "pbf/dist/pbf.js",
    "pmtiles/pmtiles.js": "pmtiles/dist/pmtiles.js",
    "protomaps/protomaps-leaflet.js": "protomaps-leaflet/dist/protomaps-leaflet.js",
    "idb/index.js": "idb/build/index.js",
    **{f"lit-html/{name}": f"lit-html/{name}" for name in LIT_MODULES},
    **{f"inter/{name}": f"{INTER}/files/{name}" for name in INTER_FILES},
}

# Of the applications' own static files: no source maps, nothing of the API libraries that we do not show.
NOT_SERVED = ("*.map", "rest_framework*", "redoc", "django_htmx", "swagger-ui-es-bundle*")


# Scripts that import one another: only their imports are rewritten to the names by content.
MODULES = ("inspections/field/*.js", "vendor/lit-html/*.js", "vendor/idb/*.js")
_AGGREGATION: Any = HashedFilesMixin
_IMPORTS = _AGGREGATION._js_module_import_aggregation_patterns[1]  # noqa: SLF001 -- the rules, for fewer files


class NamedByContent(CompressedManifestStaticFilesStorage):
    """Names files by their content. Comments that name source maps stay as they are: we serve no source maps."""

    patterns = (
        *(
            (extension, tuple(pattern for pattern in patterns if "sourceMappingURL" not in str(pattern)))
            for extension, patterns in HashedFilesMixin.patterns
        ),
        *((names, _IMPORTS) for names in MODULES),
    )


class NodeModules(FileSystemStorage):
    """Reads a listed file by the name it has under /static/."""

    def path(self, name: str) -> str:
        listed = FRONT_END_FILES.get(name.removeprefix(PREFIX))
        if not name.startswith(PREFIX) or listed is None:
            return safe_join(self.location, "not-listed")
        return safe_join(self.location, listed)


class ListedFilesFinder(BaseFinder):
    """Finds exactly ``FRONT_END_FILES`` for collectstatic and, in development, for the static view."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        self.storage = NodeModules(location=settings.NODE_MODULES)

    def check(self, **_kwargs: object) -> list[checks.CheckMessage]:
        missing = [path for path in FRONT_END_FILES.values() if not (Path(settings.NODE_MODULES) / path).is_file()]
        if not missing:
            return []
        sentence = f"{len(missing)} front-end files are missing, the first is {missing[0]}"
        return [checks.Warning(sentence, hint="Run: npm ci", id="config.W001")]

    @overload
    def find(self, path: str, find_all: Literal[False] = ...) -> str | None: ...
    @overload
    def find(self, path: str, find_all: Literal[True]) -> list[str]: ...
    def find(self, path: str, find_all: bool = False, **_kwargs: object) -> str | list[str] | None:
        found = self.storage.path(path)
        if not Path(found).is_file():
            return []
        return [found] if find_all else found

    def list(self, _ignore_patterns: object) -> Iterator[tuple[str, Storage]]:
        for name in FRONT_END_FILES:
            if self.storage.exists(PREFIX + name):
                yield PREFIX + name, self.storage


class AppFilesFinder(AppDirectoriesFinder):
    """Finds the applications' static files, for collectstatic without those that no page can ask for."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        yield from super().list([*(ignore_patterns or ()), *NOT_SERVED])
