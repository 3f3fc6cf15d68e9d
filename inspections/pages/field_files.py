"""The files that the field app is made of: what its page names, what its worker keeps for a start without a line.

The list is exact: every module and style sheet of ``static/inspections/field``, the parts of the libraries that they
use, the icons. Nothing else is kept, and nothing is asked for at run time that is not in the list.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

FOLDER = Path(__file__).resolve().parent.parent / "static" / "inspections" / "field"
PREFIX = "inspections/field/"
#: classic script of the worker; served with the list in front of it, not by its own name
WORKER = FOLDER / "worker.js"
LIBRARIES = (
    "vendor/idb/index.js",
    "vendor/lit-html/lit-html.js",
    "vendor/lit-html/directive.js",
    "vendor/lit-html/directive-helpers.js",
    "vendor/lit-html/async-directive.js",
    "vendor/lit-html/directives/live.js",
    "vendor/lit-html/directives/ref.js",
    "vendor/lit-html/directives/repeat.js",
)
LEAFLET = ("vendor/leaflet/leaflet.js", "vendor/leaflet/leaflet.css")
#: of Inter, the subsets that Vietnamese and English are written with
FONTS = ("vendor/inter/inter-vietnamese-wght-normal.woff2", "vendor/inter/inter-latin-wght-normal.woff2")
SHEETS = ("infra/css/fonts.css", "infra/css/tokens.css")
MASKABLE = f"{PREFIX}icons/maskable-512.png"
ICONS = ("infra/img/favicon.svg", f"{PREFIX}icons/icon-192.png", f"{PREFIX}icons/icon-512.png", MASKABLE)
#: loaded when its screen is opened, not before the first one is shown
LATE_MODULES = ("ground.js",)


def modules() -> list[str]:
    """Return the names of the app's own modules."""
    return sorted(PREFIX + path.name for path in FOLDER.glob("*.js") if path != WORKER)


def early_modules() -> list[str]:
    """Return what the browser should fetch at once, before it has read who imports whom."""
    late = {PREFIX + name for name in LATE_MODULES}
    return [name for name in (*modules(), *LIBRARIES) if name not in late]


def sheets() -> list[str]:
    return [*SHEETS, *sorted(PREFIX + path.name for path in FOLDER.glob("*.css"))]


def kept() -> list[str]:
    """Return the names of all static files that the worker keeps."""
    return [*modules(), *LIBRARIES, *sheets(), *FONTS, *LEAFLET, *ICONS]


def version(*others: str) -> str:
    """Return the digest of everything the worker keeps: a change of a letter anywhere makes a new version."""
    return _digest(others) if not settings.DEBUG else _digest.__wrapped__(others)


@cache
def _digest(others: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for name in kept():
        path = finders.find(name)
        if not isinstance(path, str):
            raise FileNotFoundError(f"The field app lacks {name}: run npm ci.")
        digest.update(name.encode())
        digest.update(Path(path).read_bytes())
    for text in (WORKER.read_text("utf-8"), *others):
        digest.update(text.encode())
    return digest.hexdigest()[:16]
