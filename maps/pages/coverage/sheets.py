"""The sheets of coverage beside the console's map, and the panel's description: pieces of pages."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from infra.access import Permission
from infra.models import AdministrativeUnit, UnitLevel
from infra.pages.guard import needs
from infra.spatial.places import WrongPlaceError, latitude, longitude
from infra.spatial.units import unit_at
from maps.coverage.comparisons import Difference, UnlikeMapsError, compare
from maps.coverage.exports import percent
from maps.coverage.points import PointLevel, level_at
from maps.coverage.words import LEVEL_NAMES
from maps.models import CoverageMap, WhiteSpot
from maps.pages.coverage.about import about_of
from maps.pages.coverage.choosing import Choice, beside_of, choice_of
from maps.queries.reader import Reader
from maps.radio.parameters import Parameters
from maps.selectors.coverage import SharedMast, indicators_for, masts_to_share, sides_named, spots_for, whole_maps

#: white spots in the sheet at first, and at most
FIRST_SPOTS, MOST_SPOTS = 6, 100
PEOPLE, AREA = "people", "area"
SUMMED = (
    *("area_m2", "covered_m2", "population", "population_covered"),
    *("roads_m", "roads_covered_m", "villages", "villages_covered"),
)
ORDERS = {PEOPLE: ("rank",), AREA: ("-area_m2", "rank")}


@require_safe
@needs(Permission.SEE_REGISTER)
def about_panel(request: HttpRequest) -> HttpResponse:
    """Describe the chosen map: legend, what it was computed from, what it can be compared with."""
    choice = choice_of(request.user, request.GET)
    if choice.coverage is None:
        raise Http404
    return render(request, "maps/coverage/about.html", choice_context(request, choice))


def _refused(message: str) -> HttpResponseBadRequest:
    return HttpResponseBadRequest(message, content_type="text/plain; charset=utf-8")


# --- White spots ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gap:
    """A white spot with the masts that could be shared."""

    spot: WhiteSpot
    masts: list[SharedMast]

    @property
    def people(self) -> int:
        return round(self.spot.people)

    @property
    def km2(self) -> float:
        return round(self.spot.area_m2 / 1e6, 1 if self.spot.area_m2 >= 1e6 else 2)

    @property
    def nearest(self) -> SharedMast | None:
        return self.masts[0] if self.masts else None


@dataclass(frozen=True)
class Totals:
    """What a map says about the chosen communes together."""

    people_percent: float | None
    area_percent: float | None
    roads_percent: float | None
    villages: int | None
    villages_covered: int | None
    people_left: float


def totals_of(request: HttpRequest, coverage: CoverageMap, units: list[str]) -> Totals:
    """Return the figures of *units*, of all communes if there are none."""
    rows = indicators_for(request.user, coverage, units)
    found = rows.order_by().aggregate(**{name: Sum(name) for name in SUMMED})
    people, covered = found["population"] or 0.0, found["population_covered"] or 0.0
    return Totals(
        people_percent=percent(covered, people),
        area_percent=percent(found["covered_m2"], found["area_m2"]),
        roads_percent=percent(found["roads_covered_m"], found["roads_m"]),
        villages=found["villages"],
        villages_covered=found["villages_covered"],
        people_left=people - covered,
    )


@require_safe
@needs(Permission.SEE_REGISTER)
def gaps_sheet(request: HttpRequest) -> HttpResponse:
    """List the white spots of the chosen map, with the masts that could close the one chosen."""
    choice = choice_of(request.user, request.GET)
    coverage = choice.coverage
    if coverage is None:
        raise Http404
    order = request.GET.get("order", PEOPLE)
    order = order if order in ORDERS else PEOPLE
    rows = spots_for(request.user, coverage, choice.unit_codes).order_by(*ORDERS[order])
    count = rows.count()
    chosen = request.GET.get("spot", "")
    found = rows.filter(rank=int(chosen)).first() if chosen.isascii() and chosen.isdigit() and len(chosen) < 9 else None
    shown = list(rows.defer("shape")[: MOST_SPOTS if request.GET.get("all") else FIRST_SPOTS])
    if found is not None and found.pk not in {spot.pk for spot in shown}:
        shown.append(found)
    gaps = _with_masts(request, coverage, shown)
    parameters = Parameters.on(timezone.localdate())
    context = {
        "choice": choice,
        "coverage": coverage,
        "totals": totals_of(request, coverage, choice.unit_codes),
        "gaps": gaps,
        "count": count,
        "more": max(0, min(count, MOST_SPOTS) - len(shown)),
        "chosen": next((gap for gap in gaps if found and gap.spot.pk == found.pk), None),
        "order": order,
        "least_km2": parameters.value("white_spot_km2"),
        "sharing_km": parameters.value("sharing_distance_m") / 1e3,
        "files": urlencode([("unit", code) for code in choice.unit_codes]),
    }
    return render(request, "maps/coverage/gaps.html", context)


def _with_masts(request: HttpRequest, coverage: CoverageMap, spots: list[WhiteSpot]) -> list[Gap]:
    parameters = Parameters.on(timezone.localdate())
    masts = masts_to_share(
        request.user,
        [(spot.position.x, spot.position.y) for spot in spots],
        metres=parameters.value("sharing_distance_m"),
        organization=coverage.organization_id,
        places=round(parameters.value("places_per_operator")),
    )
    return [Gap(spot, near) for spot, near in zip(spots, masts, strict=True)]


# --- Comparisons ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitDifference:
    """One commune that loses or wins."""

    unit: AdministrativeUnit
    difference: Difference


MOST_UNITS = 30


@require_safe
@needs(Permission.SEE_REGISTER)
def comparison_sheet(request: HttpRequest) -> HttpResponse:
    """Say what the second side loses and wins against the first, in all and by commune."""
    sides = sides_named(request.user, request.GET.get("against", ""))
    if sides is None:
        raise Http404
    try:
        found = compare(*sides)
    except UnlikeMapsError:
        return _refused(_("Maps of different resolutions cannot be compared."))
    names = {one.pk: one for one in AdministrativeUnit.objects.filter(pk__in=found.by_unit).defer("boundary")}
    units = [UnitDifference(names[pk], found.by_unit[pk]) for pk in found.by_unit if pk in names]
    units.sort(key=lambda one: (-one.difference.lost_people, -one.difference.won_people, one.unit.code))
    context = {
        "first": _side_words(sides[0]),
        "second": _side_words(sides[1]),
        "beside": beside_of(*sides),
        "whole": found.whole,
        "units": units[:MOST_UNITS],
        "more": max(0, len(units) - MOST_UNITS),
        "first_percent": percent(found.whole.first_people, _people(sides[0])),
        "second_percent": percent(found.whole.second_people, _people(sides[1])),
    }
    return render(request, "maps/coverage/comparison.html", context)


def _people(side: list[CoverageMap]) -> float:
    return side[0].population


def _side_words(side: list[CoverageMap]) -> str:
    """Name one side: whose, which technologies, of which day."""
    technologies = "+".join(sorted({one.technology_id for one in side}))
    names = " + ".join(dict.fromkeys(one.who for one in side))
    days = sorted({one.data_on for one in side})
    return _("%(who)s %(technologies)s, register of %(day)s") % {
        "who": names,
        "technologies": technologies,
        "day": " / ".join(f"{day:%d/%m/%Y}" for day in days),
    }


# --- A place ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Received:
    """The level of one network at a place, in words."""

    level: PointLevel
    words: str
    shade: int


@require_safe
@needs(Permission.SEE_REGISTER)
def place_sheet(request: HttpRequest) -> HttpResponse:
    """Say what every network's maps predict at a place."""
    try:
        lon, lat = longitude(request.GET.get("lon")), latitude(request.GET.get("lat"))
    except WrongPlaceError as error:
        return _refused(f"{error.parameter}: {error.message}")
    levels = [level_at(one, lon, lat) for one in whole_maps(request.user)]
    inside = any(level.is_inside for level in levels)
    context: dict[str, Any] = {
        "lon": lon,
        "lat": lat,
        "unit": unit_at(lon, lat, level=UnitLevel.COMMUNE),
        "received": [_received(level) for level in levels if level.map.organization_id] if inside else [],
    }
    return render(request, "maps/coverage/place.html", context)


def _received(level: PointLevel) -> Received:
    if not level.grade:
        return Received(level, _("not covered"), 0)
    grades = len(level.map.levels_dbm) + 1
    return Received(level, str(LEVEL_NAMES[len(LEVEL_NAMES) - grades :][grades - level.grade]), level.grade)


def choice_context(request: HttpRequest, choice: Choice) -> dict[str, Any]:
    """Return what the panel's templates want of *choice*."""
    if choice.coverage is None:
        return {"choice": choice, "coverage": None}
    about = about_of(choice.coverage, Reader.of(request.user))
    return {"choice": choice, "coverage": choice.coverage, "about": about}
