"""Installations as targets of inspections: with their priority, by filter, by a polygon drawn on the map."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from infra.access import Person
from infra.models import Installation
from infra.spatial.box import InBox
from infra.spatial.places import Box, WrongPlaceError, latitude, longitude
from inspections.models import CampaignStatus, CampaignTask, Inspection, InspectionStatus, TaskStatus
from inspections.selectors.priority_decision import STANDING

#: corners of a polygon drawn by hand, and installations that one polygon may hold
CORNERS_MAX = 1_000
INSIDE_MAX = 20_000


class BadPolygon(ValueError):
    """A polygon that cannot be one; the message says why."""


def candidates(person: Person) -> QuerySet[Any]:
    """Return what *person* may plan inspections of, with its priority as ``score``, the most urgent first."""
    rows = Installation.objects.visible_to(person).filter(status_id__in=STANDING)
    score = Coalesce(F("inspection_priority__score"), 0, output_field=IntegerField())
    return rows.annotate(score=score).select_related(
        "organization", "unit", "site", "safety_state", "inspection_priority", "status"
    )


def by_urgency(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return *rows* with their kept priority as ``urgency``, to be ordered by; what has none yet is not among them.

    An index of the kept priorities gives this order, where that of ``score`` has to be made of all rows first.
    """
    return rows.filter(inspection_priority__isnull=False).annotate(urgency=F("inspection_priority__score"))


def planned_elsewhere(but: int | None = None) -> Exists:
    """Return the condition that an installation is an open target of a campaign, other than the one with id *but*."""
    tasks = CampaignTask.objects.filter(
        installation=OuterRef("pk"),
        status=TaskStatus.OPEN,
        campaign__status__in=(CampaignStatus.PLANNED, CampaignStatus.RUNNING),
    )
    return Exists(tasks if but is None else tasks.exclude(campaign=but))


def read_polygon(text: str) -> list[tuple[float, float]]:
    """Return the corners of "lon,lat;lon,lat;…". Raises BadPolygon."""
    corners = []
    parts = [part for part in text.strip().strip(";").split(";") if part.strip()]
    if not 3 <= len(parts) <= CORNERS_MAX:
        raise BadPolygon(_("An area has 3 to %(most)s corners: lon,lat;lon,lat;…") % {"most": CORNERS_MAX})
    for part in parts:
        numbers = part.split(",")
        if len(numbers) != 2:
            raise BadPolygon(_("“%(part)s” is no corner: write lon,lat.") % {"part": part[:40]})
        try:
            corners.append((longitude(numbers[0]), latitude(numbers[1])))
        except WrongPlaceError as error:
            raise BadPolygon(_("“%(part)s”: %(why)s") % {"part": part[:40], "why": error.message}) from error
    if not shapely.Polygon(corners).area:
        raise BadPolygon(_("The corners lie on one line."))
    return corners


def written_polygon(corners: Sequence[tuple[float, float]]) -> str:
    """Return the corners as :func:`read_polygon` reads them."""
    return ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in corners)


def polygon_of(corners: Sequence[tuple[float, float]]) -> Polygon:
    """Return the corners as a geometry that is stored."""
    ring = [*corners, corners[0]] if corners[0] != corners[-1] else list(corners)
    return Polygon(ring, srid=4326)


def inside(rows: QuerySet[Any], corners: Sequence[tuple[float, float]]) -> QuerySet[Any]:
    """Keep the installations whose position lies in the polygon, its edge included; a line that crosses itself is
    taken as drawn. Raises BadPolygon where more lie in it than one campaign can hold.
    """
    shape = shapely.make_valid(shapely.Polygon(corners))
    box = Box(*shape.bounds)
    near = rows.model._default_manager.filter(InBox("position", box)).order_by("pk")
    found = list(near.values_list("pk", "position")[: INSIDE_MAX + 1])
    if len(found) > INSIDE_MAX:
        raise BadPolygon(
            _("The area holds more than %(most)s installations. Draw a smaller one.") % {"most": INSIDE_MAX}
        )
    east = np.array([position.x for _pk, position in found])
    north = np.array([position.y for _pk, position in found])
    shapely.prepare(shape)
    held = shapely.intersects_xy(shape, east, north) if found else np.zeros(0, dtype=bool)
    return rows.filter(pk__in=[pk for (pk, _position), is_in in zip(found, held.tolist(), strict=True) if is_in])


def inspected_since(day: date | None = None) -> Exists:
    """Return the condition that an installation itself was inspected, on or after *day* where one is given."""
    visits = Inspection.objects.filter(installation=OuterRef("pk"), status=InspectionStatus.SUBMITTED)
    return Exists(visits if day is None else visits.filter(visited_on__gte=day))
