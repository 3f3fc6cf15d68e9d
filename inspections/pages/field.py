"""The field app's page and what makes it installable.

None of it knows who asks: the app signs in by itself, by the API, so that the same files serve everybody and start
without a line.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from infra.basemap import images_address
from infra.safety import STATES, SYMBOLS, label_of
from inspections.pages import field_files
from inspections.pages.field_texts import LANGUAGES, texts_in

View = Callable[..., HttpResponseBase]

TEMPLATE = "inspections/field.html"
ICON_SIZES = (192, 512)
#: outline icons that the app draws, in one sprite in its page
ICONS = (
    "alert-triangle", "arrow-left", "arrow-right", "arrows-sort", "building-broadcast-tower", "camera", "check",
    "checklist", "chevron-right", "circle-check", "circle-x", "clock", "cloud-upload", "current-location",
    "device-floppy", "device-mobile", "download", "eraser", "file-zip", "info-circle", "lock", "login", "logout",
    "map-2", "map-pin", "map-pin-plus", "minus", "navigation", "pencil", "photo", "player-play", "plus", "refresh",
    "ruler-measure", "signature", "trash", "user", "users", "wifi-off", "x",
)  # fmt: skip


def _tile_origins() -> list[str]:
    """Return the origin of the deployment's base map, whose tiles the app fetches to keep them."""
    parts = urlsplit(images_address())
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def same_for_all(view: View) -> View:
    """Serve a file of the app: asked for anew each time, compressed, under a policy without any inline part."""

    @wraps(view)
    def served(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-cache"
        return response

    strict = csp_replace({"script-src": [SELF], "style-src": [SELF]})(served)
    fetching = csp_update({"connect-src": _tile_origins()})(strict) if _tile_origins() else strict
    return require_safe(gzip_page(fetching))


@same_for_all
def shell(request: HttpRequest) -> HttpResponse:
    """The one page of the app. Everything on it is drawn by its scripts, from what lies on the phone."""
    return render(request, TEMPLATE, _shell_context())


def _shell_context() -> dict[str, Any]:
    return {
        "sheets": field_files.sheets(),
        "modules": field_files.early_modules(),
        "icons": ICONS,
        "states": [(code, SYMBOLS[code]) for code in STATES],
        "leaflet": field_files.LEAFLET,
        "tiles": images_address(),
        "attribution": (settings.BASEMAP_ATTRIBUTION or "") if images_address() else "",
        "languages": LANGUAGES,
    }


@same_for_all
def texts(_request: HttpRequest, language: str) -> HttpResponse:
    """Everything the app says, in one language."""
    if language not in LANGUAGES:
        raise Http404
    return JsonResponse(_texts(language))


def _texts(language: str) -> dict[str, Any]:
    with override(language):
        states = {f"state.{code}": label_of(code) for code in STATES}
    return {**texts_in(language), **states}


@same_for_all
def manifest(request: HttpRequest) -> HttpResponse:
    """What the phone needs to know to install the app."""
    icons = [
        {"src": static(f"{field_files.PREFIX}icons/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in ICON_SIZES
    ]
    body = {
        "id": reverse("inspections:field"),
        "name": _("Sổ Trạm: field work"),
        "short_name": "Sổ Trạm",
        "description": _("Inspections that need no signal."),
        "lang": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        "start_url": reverse("inspections:field"),
        "scope": reverse("inspections:field"),
        "display": "standalone",
        "orientation": "any",
        "background_color": "#f4f6f9",
        "theme_color": "#16202e",
        "categories": ["productivity", "utilities"],
        "icons": [*icons, {**icons[-1], "src": static(field_files.MASKABLE), "purpose": "maskable"}],
        "shortcuts": [{"name": _("Not sent yet"), "url": f"{reverse('inspections:field')}#/outbox"}],
    }
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/manifest+json")


@same_for_all
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker with the list of what it keeps. Its folder is its scope: it governs /field/, nothing else."""
    listed = json.dumps(_shell(), ensure_ascii=False, indent=1)
    script = field_files.WORKER.read_text("utf-8")
    return HttpResponse(f"const SHELL = {listed};\n\n{script}", content_type="text/javascript")


def shell_listed() -> list[str]:
    """Return the addresses of everything that the worker keeps."""
    words = [reverse("inspections:field-texts", args=[language]) for language in LANGUAGES]
    pages = [reverse("inspections:field"), *words, reverse("inspections:field-manifest")]
    return [*pages, *(static(name) for name in field_files.kept())]


def _shell() -> dict[str, Any]:
    page = reverse("inspections:field")
    spoken = [json.dumps(_texts(language), ensure_ascii=False, default=str) for language in LANGUAGES]
    template: Any = get_template(TEMPLATE)
    return {
        "version": field_files.version(template.template.source, *spoken, *ICONS, _tiles()),
        "page": page,
        "files": shell_listed(),
        "tiles": _tiles(),
    }


def _tiles() -> str:
    """Return how the address of a tile begins, up to its first number; empty without a base map."""
    return images_address().split("{", 1)[0]
