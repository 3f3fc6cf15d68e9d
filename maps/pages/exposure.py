"""Exposure on the sheet of a site, in words on the public page, and the list of masts near schools and hospitals."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission
from infra.models import AdministrativeUnit, Installation, InstallationKind, Site, UnitLevel
from infra.pages.columns import Column
from infra.pages.exports import as_csv
from infra.pages.guard import needs
from infra.pages.panels import Panel
from infra.selectors.collections import unit_ids
from maps.exposure.boundaries import by_direction
from maps.exposure.limits import MissingLimitError
from maps.exposure.sites import SiteExposure, site_exposure
from maps.exposure.surroundings import MOST_PLACES, SENSITIVE, Verification, sensitive_places
from maps.models import GroundFile, Place, PlaceKind
from maps.pages.exposure_drawings import plan_of, section_of
from maps.queries.reader import PUBLISHED_STATUS
from maps.radio.parameters import MissingParameterError, Parameters

COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


@dataclass(frozen=True)
class CellLine:
    """One cell of the sheet's table."""

    code: str
    operator: str
    technology: str
    frequency_mhz: float
    eirp_w: float
    height_m: float
    metres: float
    is_near_field: bool
    duty: float
    factor: float
    is_assumed: bool


def radiating(site: Site) -> list[int]:
    """Return every operating base station at *site*, whoever's."""
    rows = Installation.objects.filter(site=site, kind=InstallationKind.BASE_STATION, status_id=PUBLISHED_STATUS)
    return list(rows.values_list("pk", flat=True))


def exposure_of(site: Site) -> SiteExposure | None:
    """Return the exposure around *site*; None without cells, or without the reference data it needs."""
    try:
        return site_exposure(site, radiating(site), timezone.localdate())
    except (MissingLimitError, MissingParameterError):
        return None


def percent_words(ratio: float) -> str:
    """Write a share of the limit: two digits that count, never 0."""
    share = 100 * ratio
    if share < 0.1:
        return _("less than %(share)s") % {"share": formats.quantity(0.1, "%")}
    digits = 1 if share < 10 else 0
    return formats.quantity(round(float(np.ceil(share * 10**digits) / 10**digits), digits), "%")


def compass(bearing_deg: float) -> str:
    """Name the direction of a bearing."""
    names = {
        "N": _("north"),
        "NE": _("north-east"),
        "E": _("east"),
        "SE": _("south-east"),
        "S": _("south"),
        "SW": _("south-west"),
        "W": _("west"),
        "NW": _("north-west"),
    }
    return names[COMPASS[round(bearing_deg / 45) % 8]]


@dataclass(frozen=True)
class DirectionLine:
    """One line of the table beside the drawing: a direction in words, its azimuth, the distance in half metres up."""

    name: str
    bearing_deg: float
    metres: float


def _directions(found: SiteExposure) -> list[DirectionLine]:
    return [
        DirectionLine(compass(one.bearing_deg), one.bearing_deg, float(np.ceil(one.metres * 2) / 2))
        for one in by_direction(found.boundary)
    ]


def exposure_panels(request: HttpRequest, site: Site) -> Iterator[Panel]:
    """Yield the panel of a site's sheet."""
    found = exposure_of(site)
    if found is None:
        return
    azimuths = [one for one in found.own.azimuth_deg.tolist() if one == one]
    context = {
        "exposure": found,
        "limit": formats.quantity(round(float(found.own.limit_w_m2.min()), 2), "W/m²"),
        "ground_percent": percent_words(found.ground_ratio),
        "ground_side": compass(found.ground_bearing),
        "over": found.ground_ratio > 1,
        "verification": _verification(found.verification),
        "plan": plan_of(found.boundary, azimuths) if not found.boundary.is_empty else None,
        "directions": _directions(found),
        "section": section_of(found.boundary, float(found.own.height_m.max()), found.body_m)
        if not found.boundary.is_empty
        else None,
        "cells": _lines(request, site, found),
        "reduced": _reduced(found),
    }
    yield Panel(_("Exposure of people"), "maps/exposure/panel.html", context, order=40, aside=False)


def _verification(found: Verification | None) -> dict[str, Any] | None:
    if found is None:
        return None
    difference = found.height_difference_m
    return {
        "is_mandatory": found.is_mandatory,
        "distance_m": round(found.distance_m),
        "height_difference_m": None if difference is None else round(difference, 1),
    }


def _lines(request: HttpRequest, site: Site, found: SiteExposure) -> list[CellLine]:
    """Return the cells of stations that the person may see."""
    rows = Installation.objects.visible_to(request.user).filter(site=site).select_related("organization")
    seen = {one.pk: one.organization.display_name for one in rows}
    own = found.own
    lines = [
        CellLine(
            code=str(own.code[row]),
            operator=seen[int(own.station[row])],
            technology=str(own.technology[row]),
            frequency_mhz=round(float(own.frequency_mhz[row]), 1),
            eirp_w=round(float(own.eirp_w[row])),
            height_m=round(float(own.height_m[row]), 1),
            metres=round(found.distances[row].metres, 1),
            is_near_field=found.distances[row].is_near_field,
            duty=float(own.duty[row]),
            factor=float(own.factor[row]),
            is_assumed=bool(own.is_assumed[row]),
        )
        for row in range(len(own))
        if int(own.station[row]) in seen
    ]
    return sorted(lines, key=lambda one: (one.operator, one.code))


def _reduced(found: SiteExposure) -> str:
    """Say which part of the power was counted."""
    share = found.own.duty * found.own.factor
    if (share == 1).all():
        return _("Full power counted: no TDD duty cycle and no statistical power factor has been verified.")
    parts = sorted(
        {(round(float(d), 3), round(float(f), 3)) for d, f in zip(found.own.duty, found.own.factor, strict=True)}
    )
    words = [
        _("TDD duty %(duty)s × statistical power factor %(factor)s")
        % {"duty": formats.number(d, 2), "factor": formats.number(f, 2)}
        for d, f in parts
        if d * f < 1
    ]
    return _("Actual maximum counted: %(parts)s.") % {"parts": "; ".join(words)}


@dataclass(frozen=True)
class PublicExposure:
    """What the public page says: the distance in front of the antennas, the highest share where people walk."""

    distance: str
    lowest: str
    ground: str
    ground_share: int
    sentence: str
    basis: str


def public_exposure(site: Site) -> PublicExposure | None:
    """Return the figures and the sentence for everybody; None without cells."""
    found = exposure_of(site)
    if found is None:
        return None
    values = {
        "distance": formats.quantity(found.farthest_m, "m"),
        "ground": percent_words(found.ground_ratio),
        "height": formats.quantity(round(found.boundary.lowest_m, 1), "m"),
    }
    if found.ground_ratio <= 1:
        sentence = _(
            "Where people walk around the mast, all stations near by together reach at most %(ground)s of the limit."
        )
    else:
        sentence = _(
            "Computed at full power, the limit is passed where people walk around the mast: it must be measured."
        )
    return PublicExposure(
        distance=values["distance"],
        lowest=values["height"],
        ground=values["ground"],
        ground_share=min(100, round(100 * found.ground_ratio)),
        sentence=sentence % values,
        basis=found.limits.basis,
    )


# --- Masts near schools and hospitals ---------------------------------------------------------------------------------


@require_safe
@needs(Permission.SEE_REGISTER)
def sensitive_list(request: HttpRequest) -> HttpResponseBase:
    """List schools and hospitals with masts near by, the highest computed exposure first."""
    kind, unit = request.GET.get("kind", ""), request.GET.get("unit", "")
    parameters = Parameters.on(timezone.localdate())
    metres = parameters.value("sensitive_distance_m")
    places = Place.objects.visible_to(request.user).filter(file__is_current=True, kind__in=SENSITIVE)
    if kind in SENSITIVE:
        places = places.filter(kind=kind)
    if unit:
        places = places.filter(unit__in=unit_ids(unit))
    known = places.count()
    rows = sensitive_places(
        list(places.select_related("unit").order_by("pk")[:MOST_PLACES]), timezone.localdate(), metres
    )
    if request.GET.get("export") == "csv":
        return as_csv(rows, COLUMNS, "schools-hospitals")
    communes = AdministrativeUnit.objects.filter(
        pk__in=Place.objects.visible_to(request.user).filter(file__is_current=True, kind__in=SENSITIVE).values("unit"),
        level=UnitLevel.COMMUNE,
    )
    context: dict[str, Any] = {
        "rows": [(row, percent_words(row.ratio), formats.quantity(round(row.metres), "m")) for row in rows],
        "known": known,
        "left_out": max(0, known - MOST_PLACES),
        "metres": formats.quantity(metres, "m"),
        "kind": kind,
        "unit": unit,
        "kinds": [(value, PlaceKind(value).label) for value in SENSITIVE],
        "communes": communes.defer("boundary").order_by("name"),
        "files": GroundFile.objects.visible_to(request.user).filter(is_current=True, kind__in=("schools", "hospitals")),
    }
    return render(request, "maps/exposure/sensitive.html", context)


COLUMNS = (
    Column("kind", _lazy("Kind"), lambda row: row.place.get_kind_display()),
    Column("name", _lazy("Name"), lambda row: row.place.name),
    Column("unit", _lazy("Commune"), lambda row: row.place.unit.full_name if row.place.unit else ""),
    Column("lon", _lazy("Longitude"), lambda row: round(row.place.position.x, 6)),
    Column("lat", _lazy("Latitude"), lambda row: round(row.place.position.y, 6)),
    Column("nearest_m", _lazy("Nearest antenna (m)"), lambda row: round(row.metres, 1)),
    Column("stations", _lazy("Stations near by"), lambda row: row.stations),
    Column("ratio", _lazy("Share of the limit"), lambda row: float(f"{row.ratio:.6g}")),
    Column("height_m", _lazy("Height above ground (m)"), lambda row: row.height_m),
    Column("assumed", _lazy("With assumed values"), lambda row: row.is_assumed),
)
