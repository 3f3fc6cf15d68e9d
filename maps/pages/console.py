"""The console: the map with everything the person may see; its mode decides what it shows (``maps.pages.modes``)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from infra.access import Permission
from infra.pages.guard import needs
from maps.pages.folium import map_markup
from maps.pages.ground import bounds_for, ground_settings, inset, source_note, words
from maps.pages.modes import mode_named, modes_for
from maps.pages.modes.mode import Mode, View, Visit
from maps.queries.reader import Reader

SCRIPTS = ("maps/search.js", "maps/sheet.js", "maps/console.js")
STYLES = ("maps/console.css",)


@needs(Permission.SEE_REGISTER)
def console(request: HttpRequest) -> HttpResponse:
    """Show the map in the mode that the address names."""
    reader = Reader.of(request.user)
    mode = mode_named(request.GET.get("mode", ""), reader)
    view = mode.open(Visit(request, reader, timezone.localdate()))
    markup = map_markup(
        name="console",
        bounds=bounds_for(reader.scope),
        start="openConsole",
        settings_of_map=_settings(mode, view, reader),
        nonce=str(request.csp_nonce),  # type: ignore[attr-defined]
        scripts=(*SCRIPTS, *mode.scripts),
        styles=(*STYLES, *mode.styles),
    )
    context = {
        **view.context,
        "map": markup,
        "mode": mode,
        "modes": modes_for(reader),
        "source_note": source_note(),
        "inset": inset(),
    }
    return render(request, "maps/console.html", context)


def _settings(mode: Mode, view: View, reader: Reader) -> dict[str, Any]:
    return {
        "mode": mode.name,
        "first": modes_for(reader)[0].name,
        "of_mode": dict(view.settings),
        "ground": ground_settings(),
        "search": reverse("maps:search"),
        "site": reverse("maps:site-panel", args=["REF"]),
        "thing": reverse("maps:thing-panel", args=["REF"]),
        "words": words(),
    }
