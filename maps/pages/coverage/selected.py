"""What was selected on the coverage map: communes, white spots, measurements and complaints in the area."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from numpy.typing import NDArray

from infra.access import Permission, scope_of
from infra.models import AdministrativeUnit, UnitLevel
from infra.pages.exports import harmless
from infra.pages.guard import needs
from infra.spatial.areas import DrawnArea
from infra.spatial.places import SRID, WrongPlaceError
from maps.coverage.exports import percent
from maps.coverage.validation import KINDS, Compared, agreement_of, compared
from maps.models import CoverageIndicator, CoverageMap
from maps.pages.coverage.choosing import Choice, choice_of
from maps.pages.coverage.measured import complaints_in, rounded
from maps.selectors.coverage import indicators_for, spots_for, units_within

MOST_UNITS = 60
MOST_SPOTS = 20


@dataclass(frozen=True)
class Commune:
    """A commune in the area, with what the map says of it."""

    name: str
    people: float
    people_percent: float | None
    area_percent: float | None

    @classmethod
    def of(cls, row: CoverageIndicator) -> "Commune":
        return cls(
            row.unit.full_name,
            row.population - row.population_covered,
            percent(row.population_covered, row.population),
            percent(row.covered_m2, row.area_m2),
        )


@dataclass(frozen=True)
class Asked:
    """A question about an area: the map, what was drawn, the communes whose middle lies in it."""

    request: HttpRequest
    choice: Choice
    coverage: CoverageMap
    area: DrawnArea
    units: list[str]

    @property
    def shape(self) -> GEOSGeometry | None:
        return None if self.area.shape is None else GEOSGeometry(self.area.shape.wkt, srid=SRID)

    def inside(self, found: Compared) -> NDArray[np.bool_]:
        """Return which measured places lie in the area."""
        if self.area.shape is None:
            return np.isin(found.unit, units_within(self.units) if self.units else [])
        return np.asarray(shapely.contains_xy(self.area.shape, found.lon, found.lat))


def _asked(request: HttpRequest) -> Asked:
    """Read the question. Raises WrongPlaceError for an area that makes no sense, Http404 without a map."""
    choice = choice_of(request.user, request.GET)
    if choice.coverage is None:
        raise Http404
    area = DrawnArea.parse(request.GET.get("area", ""))
    communes = AdministrativeUnit.objects.filter(level=UnitLevel.COMMUNE, valid_to__isnull=True)
    if area.shape is None:
        communes = communes.filter(code__in=area.units)
    else:
        communes = communes.filter(centroid__within=GEOSGeometry(area.shape.wkt, srid=SRID))
    return Asked(request, choice, choice.coverage, area, list(communes.order_by("code").values_list("code", flat=True)))


def _refused(error: WrongPlaceError) -> HttpResponseBadRequest:
    return HttpResponseBadRequest(error.message, content_type="text/plain; charset=utf-8")


@require_safe
@needs(Permission.SEE_REGISTER)
def selected_sheet(request: HttpRequest) -> HttpResponse:
    """Say what the chosen map, the measurements and the complaints tell about the area that was drawn."""
    try:
        asked = _asked(request)
    except WrongPlaceError as error:
        return _refused(error)
    found = compared(asked.coverage, scope_of(request.user))
    rows = (
        indicators_for(request.user, asked.coverage, asked.units) if asked.units else CoverageIndicator.objects.none()
    )
    spots = spots_for(request.user, asked.coverage, asked.units if asked.area.shape is None else "")
    if asked.shape is not None:
        spots = spots.filter(position__within=asked.shape)
    elif not asked.units:
        spots = spots.none()
    size = asked.area.square_metres
    context = {
        "coverage": asked.coverage,
        "km2": None if size is None else round(size / 1e6, 2),
        "communes": [Commune.of(row) for row in rows.order_by("unit__name")[:MOST_UNITS]],
        "more": max(0, len(asked.units) - MOST_UNITS),
        "count": len(asked.units),
        "totals": _totals(rows),
        "spots": spots.defer("shape")[:MOST_SPOTS],
        "spots_count": spots.count(),
        "spots_people": spots.aggregate(people=Sum("people"))["people"] or 0,
        "measured": rounded(agreement_of(found, asked.inside(found))),
        "complaints": _complaints(asked),
        "file_query": urlencode(list(request.GET.lists()), doseq=True),
    }
    return render(request, "maps/coverage/selected.html", context)


def _totals(rows: Any) -> dict[str, float | None]:
    names = ("population", "population_covered", "area_m2", "covered_m2")
    found = rows.order_by().aggregate(**{name: Sum(name) for name in names})
    return {
        "people_percent": percent(found["population_covered"], found["population"]),
        "area_percent": percent(found["covered_m2"], found["area_m2"]),
        "people_left": (found["population"] or 0) - (found["population_covered"] or 0),
    }


def _complaints(asked: Asked) -> int:
    rows = complaints_in(asked.coverage, asked.request.user)
    if asked.shape is not None:
        return rows.filter(position__within=asked.shape).count()
    return rows.filter(unit__in=units_within(asked.units)).count() if asked.units else 0


@require_safe
@needs(Permission.SEE_REGISTER)
def selected_file(request: HttpRequest) -> HttpResponse:
    """Return the measurements in the area beside the forecast, as CSV."""
    try:
        asked = _asked(request)
    except WrongPlaceError as error:
        return _refused(error)
    found = compared(asked.coverage, scope_of(request.user))
    kinds = found.kinds()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["lon", "lat", "technology", "network", "measured_dbm", "forecast_dbm", "verdict"])
    for place in np.flatnonzero(asked.inside(found)).tolist():
        forecast = float(found.forecast_dbm[place])
        writer.writerow(
            [
                *(f"{found.lon[place]:.6f}", f"{found.lat[place]:.6f}"),
                *(asked.coverage.technology_id, harmless(str(asked.coverage.who))),
                *(f"{found.measured_dbm[place]:.1f}", "" if forecast != forecast else f"{forecast:.1f}"),
                KINDS[int(kinds[place])],
            ]
        )
    name = f"measurements-{timezone.localdate():%Y%m%d}.csv"
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
