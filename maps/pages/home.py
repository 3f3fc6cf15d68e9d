"""The front door: search, what the authority publishes and its map; for people who work here, what waits."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from infra.access import Permission, can
from infra.models import AdministrativeUnit, InstallationKind, Site
from infra.navigation import places_for
from infra.selectors.own_data import own_data
from infra.spatial.places import WrongPlaceError, latitude, longitude
from maps.layers import BY_NAME
from maps.pages.folium import MapMarkup, map_markup
from maps.pages.ground import bounds_for, ground_settings, inset, operators_setting, source_note, words
from maps.queries.counts import station_counts, thing_counts, total_of
from maps.queries.filters import Filters
from maps.queries.reader import Reader
from maps.selectors.ages import data_ages
from maps.selectors.operators import operators_for
from maps.selectors.search import ZOOMS, Hit, search, visible_sites

PUBLIC_LAYERS = ("stations", "postal")
MOST_SITES_OF_UNIT = 60


@dataclass(frozen=True)
class Shortcut:
    """A page that people of some role open often."""

    title: str | Promise
    text: str | Promise
    url: str
    icon: str


#: permission, title, text, url name, icon
SHORTCUTS: tuple[tuple[Permission, Any, Any, str, str], ...] = (
    (
        Permission.SUBMIT,
        gettext_lazy("Send a file"),
        gettext_lazy("Stations, cells, permits: all problems at once"),
        "infra:submissions",
        "upload",
    ),
    (
        Permission.INSPECT,
        gettext_lazy("New inspection"),
        gettext_lazy("With a checklist, measured values and findings"),
        "inspections:inspection-new",
        "clipboard-plus",
    ),
    (
        Permission.SEE_REPORTS,
        gettext_lazy("Figures"),
        gettext_lazy("What is in force, what is late, how old the data are"),
        "maps:dashboard",
        "chart-bar",
    ),
    (
        Permission.SEE_REGISTER,
        gettext_lazy("Map"),
        gettext_lazy("Stations by safety state and operator"),
        "maps:console",
        "map-2",
    ),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the front door."""
    reader = Reader.of(request.user)
    today = timezone.localdate()
    query = request.GET.get("q", "").strip()
    unit = _unit(request.GET.get("unit", ""))
    context: dict[str, Any] = {
        "query": query,
        "hits": [(hit, _leads_to(hit)) for hit in search(reader, query).hits] if query else None,
        "unit": unit,
        "unit_sites": _sites_of(request, unit) if unit else [],
        "figures": _figures(),
        "ages": data_ages(Reader.of_public()),
        "map": _map(request, unit),
        "inset": inset(),
        "source_note": source_note(),
    }
    if not reader.public:
        places = places_for(request.user, request.path)
        context |= {
            "waiting": [place for place in places if place.count],
            "shortcuts": _shortcuts(request),
            "urgent": _urgent(reader, today),
            "own": own_data(request.user),
        }
    return render(request, "maps/home.html", context)


def _unit(code: str) -> AdministrativeUnit | None:
    if not code:
        return None
    return AdministrativeUnit.objects.filter(code=code, valid_to__isnull=True).order_by("-level").first()


def _sites_of(request: HttpRequest, unit: AdministrativeUnit) -> list[Site]:
    return list(visible_sites(request.user).filter(unit=unit).order_by("name", "code")[:MOST_SITES_OF_UNIT])


def _leads_to(hit: Hit) -> str:
    """Return where a result leads: a site's sheet, or this page around a unit or a position."""
    if hit.site:
        return reverse("maps:site", args=[hit.site])
    if hit.code:
        return f"?{urlencode({'unit': hit.code})}"
    return f"?{urlencode({'at': f'{hit.lon},{hit.lat}'})}"


def _figures() -> list[tuple[str, int]]:
    """Return what is published, in numbers."""
    public = Reader.of_public()
    today = timezone.localdate()
    stations = total_of(station_counts(public, Filters(), today))
    postal = total_of(thing_counts(InstallationKind.POSTAL_POINT, public, Filters(), today))
    return [
        (_("Base stations in operation"), stations.get("n", 0)),
        (_("Sites"), stations.get("sites", 0)),
        (_("Operators"), len(stations.get("operators", {}))),
        (_("Postal points"), postal.get("n", 0)),
    ]


def _map(request: HttpRequest, unit: AdministrativeUnit | None) -> MapMarkup:
    """Return the map of the published layers, around a unit or a position where one was asked for."""
    public = Reader.of_public()
    settings: dict[str, Any] = {
        "layers": [
            {
                "name": name,
                "title": str(BY_NAME[name].title),
                "url": f"{reverse('maps:layer', args=[name])}",
                "geometry": "point",
                "single_from": BY_NAME[name].single_from,
                "on": True,
            }
            for name in PUBLIC_LAYERS
        ],
        "operators": operators_setting(operators_for(public, timezone.localdate())),
        "ground": ground_settings(),
        "site": reverse("maps:site", args=["REF"]),
        "words": words(),
    }
    if unit is not None and unit.centroid is not None:
        settings |= {"at": [unit.centroid.x, unit.centroid.y], "zoom": ZOOMS.get(unit.level, 12.0), "unit": unit.code}
    elif (place := _position(request.GET.get("at", ""))) is not None:
        settings |= {"at": place, "zoom": 15}
    return map_markup(
        name="public",
        bounds=bounds_for(public.scope),
        start="openPublic",
        settings_of_map=settings,
        nonce=str(request.csp_nonce),  # type: ignore[attr-defined]
        scripts=("maps/place.js",),
        styles=("maps/site.css",),
    )


def _position(text: str) -> list[float] | None:
    """Return lon, lat of "lon,lat" as this page writes it, None for anything else."""
    lon, _comma, lat = text.partition(",")
    try:
        return [longitude(lon), latitude(lat)]
    except WrongPlaceError:
        return None


def _shortcuts(request: HttpRequest) -> list[Shortcut]:
    """Return the pages that the person's roles open often, as far as they are installed."""
    found = []
    for permission, title, text, url_name, icon in SHORTCUTS:
        if not can(request.user, permission):
            continue
        try:
            found.append(Shortcut(title, text, reverse(url_name), icon))
        except NoReverseMatch:
            continue
    return found


def _urgent(reader: Reader, today: date) -> list[tuple[str, int]]:
    """Return the safety states that want something done, worst first, with how many stations are in them."""
    states = total_of(station_counts(reader, Filters(), today)).get("states", {})
    return [(state, states[state]) for state in ("unsafe", "overdue", "due") if states.get(state)]
