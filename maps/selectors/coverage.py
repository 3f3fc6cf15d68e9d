"""Reads maps as one person may see them, and the masts that could close a gap."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa
from django.db import models

from infra.access import Person, scope_of
from infra.models import AdministrativeUnit, Base, Cell, Installation, InstallationKind, Mast
from infra.selectors.collections import unit_ids
from infra.spatial.box import rows_in_box
from infra.spatial.metres import box_around, metres_between
from infra.spatial.places import Box
from infra.spatial.tables import site
from maps.models import CoverageIndicator, CoverageMap, WhiteSpot

SIDES = re.compile(r"(\d{1,17}(?:\+\d{1,17})*)-(\d{1,17}(?:\+\d{1,17})*)", re.ASCII)
MOST_COMPARED = 20
OPERATING = "operating"
#: antenna places that a station takes whose cells are not listed
USUAL_SECTORS = 3


def maps_for(person: Person, *, current: bool = True) -> models.QuerySet[CoverageMap]:
    """Return the maps that *person* may see, published ones for everybody."""
    rows = CoverageMap.objects.all()
    if current:
        rows = rows.filter(is_current=True)
    seen = CoverageMap.objects.visible_to(person).values("pk")
    return rows.filter(models.Q(pk__in=seen) | models.Q(is_public=True)).select_related("organization", "area")


def whole_maps(person: Person) -> models.QuerySet[CoverageMap]:
    """Return the current maps of the whole territory, by technology and organization."""
    rows = maps_for(person).filter(area__isnull=True)
    return rows.order_by("technology__order", "technology", "at_least", "organization__code", "pk")


def sides_named(person: Person, key: str) -> tuple[list[CoverageMap], list[CoverageMap]] | None:
    """Return the maps of both sides of a comparison such as ``12+13-13``; None if one of them is not for *person*."""
    match = SIDES.fullmatch(key)
    if match is None:
        return None
    sides = [list(dict.fromkeys(int(number) for number in part.split("+"))) for part in match.groups()]
    numbers = {number for side in sides for number in side}
    found = {one.pk: one for one in maps_for(person, current=False).filter(pk__in=numbers)} if numbers else {}
    if len(found) < len(numbers) or len(numbers) > MOST_COMPARED:
        return None
    return [found[number] for number in sides[0]], [found[number] for number in sides[1]]


def indicators_for(
    person: Person, coverage: CoverageMap, units: str | Sequence[str] = ""
) -> models.QuerySet[CoverageIndicator]:
    """Return a map's figures by commune, of *units* and what lies below them if given."""
    rows = coverage.indicators.select_related("unit").order_by("unit__code")
    if not coverage.is_public:
        rows = rows.filter(pk__in=CoverageIndicator.objects.visible_to(person).values("pk"))
    return rows.filter(unit__in=units_within(units)) if units else rows


def sums_for(person: Person, maps: Iterable[CoverageMap], units: Sequence[str] = ()) -> dict[int, dict[str, float]]:
    """Return for each of *maps* people and area, covered and in all, of *units* only if given (one query for all)."""
    seen = models.Q(pk__in=CoverageIndicator.objects.visible_to(person).values("pk")) | models.Q(map__is_public=True)
    rows = CoverageIndicator.objects.filter(seen, map__in=[one.pk for one in maps])
    if units:
        rows = rows.filter(unit__in=units_within(units))
    names = ("population", "population_covered", "area_m2", "covered_m2")
    summed = rows.order_by("map").values_list("map").annotate(*(models.Sum(name) for name in names))
    return {pk: dict(zip(names, found, strict=True)) for pk, *found in summed}


def spots_for(person: Person, coverage: CoverageMap, units: str | Sequence[str] = "") -> models.QuerySet[WhiteSpot]:
    """Return a map's white spots, those with most people first."""
    rows = coverage.white_spots.select_related("unit").order_by("rank")
    if not coverage.is_public:
        rows = rows.filter(pk__in=WhiteSpot.objects.visible_to(person).values("pk"))
    return rows.filter(unit__in=units_within(units)) if units else rows


def units_within(units: str | Sequence[str]) -> list[int]:
    if isinstance(units, str):
        return unit_ids(units)
    within = [models.Q(**{f"{path}code__in": list(units)}) for path in ("", "parent__", "parent__parent__")]
    return list(AdministrativeUnit.objects.filter(within[0] | within[1] | within[2]).values_list("pk", flat=True))


@dataclass(frozen=True)
class SharedMast:
    """A mast near a gap that another network's antennas could stand on. ``free`` None: nobody said how many places."""

    mast: Mast
    metres: float
    top_m: float
    free: int | None
    operators: tuple[str, ...]

    @property
    def km(self) -> float:
        return round(self.metres / 1e3, 1)


def masts_to_share(
    person: Person,
    points: Sequence[tuple[float, float]],
    *,
    metres: float,
    organization: int | None,
    places: int,
    most: int = 10,
) -> list[list[SharedMast]]:
    """Return for each point (lon, lat) the masts within *metres* with room for *places* antennas, nearest first.

    Masts on which *organization* stands already are left out. Masts whose capacity nobody reported come too: their
    ``free`` is None. Only masts that *person* may see; the same few queries however many points there are.
    """
    if not points:
        return []
    near = _sites_near(person, points, metres)
    ids = {pk for found in near for pk in found}
    rows = Mast.objects.visible_to(person).filter(site__in=ids, merged_into__isnull=True)
    masts = list(rows.select_related("owner", "site"))
    used, tenants = _use_of([mast.pk for mast in masts])
    offered: dict[int, list[SharedMast]] = defaultdict(list)
    for mast in masts:
        if organization is not None and organization in tenants[mast.pk]:
            continue
        free = None if mast.capacity is None else mast.capacity - used[mast.pk]
        if free is None or free >= places:
            top = (mast.height_m or 0.0) + ((mast.building_height_m or 0.0) if mast.base == Base.ROOF else 0.0)
            names = tuple(sorted(set(tenants[mast.pk].values())))
            offered[mast.site_id].append(SharedMast(mast, 0.0, top, free, names))
    return [
        sorted(
            (replace(one, metres=away) for pk, away in found.items() for one in offered.get(pk, ())),
            key=lambda one: (one.metres, one.mast.pk),
        )[:most]
        for found in near
    ]


def _sites_near(person: Person, points: Sequence[tuple[float, float]], metres: float) -> list[dict[int, float]]:
    """Return for each point the sites within *metres* (id -> distance), by one question for the box of them all."""
    boxes = [box_around(lon, lat, metres) for lon, lat in points]
    whole = Box(
        min(one.west for one in boxes),
        min(one.south for one in boxes),
        max(one.east for one in boxes),
        max(one.north for one in boxes),
    )
    columns = (site.c.id, sa.func.ST_X(site.c.position), sa.func.ST_Y(site.c.position))
    rows = rows_in_box(site, columns, whole, scope=scope_of(person), where=[site.c.merged_into_id.is_(None)])
    ids, lons, lats = (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.zeros(0),) * 3
    found = []
    for (lon, lat), box in zip(points, boxes, strict=True):
        close = np.flatnonzero((lons >= box.west) & (lons <= box.east) & (lats >= box.south) & (lats <= box.north))
        away = metres_between(lon, lat, lons[close], lats[close])
        within = away <= metres
        found.append(dict(zip(ids[close][within].tolist(), away[within].tolist(), strict=True)))
    return found


def _use_of(masts: list[int]) -> tuple[dict[int, int], dict[int, dict[int, str]]]:
    """Return for each mast how many antenna places are taken, and who stands there.

    One place for each direction in which an operator's cells look: its bands share a panel.
    """
    stations = Installation.objects.filter(mast__in=masts, kind=InstallationKind.BASE_STATION, status=OPERATING)
    tenants: dict[int, dict[int, str]] = defaultdict(dict)
    mast_of: dict[int, tuple[int, int]] = {}
    for station in stations.select_related("organization"):
        assert station.mast_id is not None
        tenants[station.mast_id][station.organization_id] = station.organization.display_name
        mast_of[station.pk] = (station.mast_id, station.organization_id)
    looks: dict[tuple[int, int], set[Any]] = defaultdict(set)
    cells: Iterable[tuple[int, float | None]] = Cell.objects.filter(station__in=mast_of).values_list(
        "station", "azimuth_deg"
    )
    for station_id, azimuth in cells:
        looks[mast_of[station_id]].add(azimuth)
    used: dict[int, int] = defaultdict(int)
    for key in set(mast_of.values()):
        used[key[0]] += len(looks.get(key, ())) or USUAL_SECTORS
    return used, tenants
