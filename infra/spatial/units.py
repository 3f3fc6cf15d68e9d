"""Which unit a point lies in: one point by one indexed query, many points at once in memory.

Lon, lat in degrees (EPSG:4326) go in; distances come out in metres. A schematic boundary is not exact:
:attr:`Boundaries.slack_m` says how far beyond it a point may lie and still belong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Self

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Point
from django.utils import timezone
from numpy.typing import ArrayLike, NDArray

from infra.models import AdministrativeUnit, BoundaryKind, UnitLevel
from infra.models.units import UnitQuerySet
from infra.spatial.box import InBox
from infra.spatial.places import SRID, Box
from infra.spatial.schematic import ACCURACY_M

METRES_PER_DEGREE = 111_195.0
#: a unit id that is none
NOWHERE = 0
EARTH = Box(-180.0, -90.0, 180.0, 90.0)


def units_containing(lon: float, lat: float, *, level: str = UnitLevel.COMMUNE, on: date | None = None) -> UnitQuerySet:
    """Return the units of *level* in force on *on* (today) whose boundary covers the point; on a border, several.

    Raises WrongPlaceError for what is no longitude or latitude.
    """
    units = AdministrativeUnit.objects.filter(level=level).in_force(on or timezone.localdate())
    return units.filter(InBox("boundary", Box(lon, lat, lon, lat)), boundary__covers=Point(lon, lat, srid=SRID))


def unit_at(
    lon: float, lat: float, *, level: str = UnitLevel.COMMUNE, on: date | None = None
) -> AdministrativeUnit | None:
    """Return the unit that holds the point, or None. On a border the lowest code wins, always the same one."""
    return units_containing(lon, lat, level=level, on=on).defer("boundary").order_by("code").first()


@dataclass(frozen=True)
class Boundaries:
    """Boundaries in memory, for questions about many points. ``unit_ids`` and ``shapes`` run in the order of codes."""

    unit_ids: NDArray[np.int64]
    shapes: NDArray[Any]
    kinds: tuple[str, ...]

    @classmethod
    def load(
        cls,
        *,
        level: str = UnitLevel.COMMUNE,
        on: date | None = None,
        box: Box | None = None,
        unit_ids: Sequence[int] | None = None,
    ) -> Self:
        """Read the boundaries of *level* in force on *on* (today); only those that meet *box* or are in *unit_ids*."""
        units = AdministrativeUnit.objects.filter(level=level, boundary__isnull=False)
        units = units.in_force(on or timezone.localdate())
        if box is not None:
            units = units.filter(InBox("boundary", box))
        if unit_ids is not None:
            units = units.filter(pk__in=unit_ids)
        rows = list(units.order_by("code").values_list("pk", AsWKB("boundary"), "boundary_kind"))
        return cls(
            unit_ids=np.array([row[0] for row in rows], dtype=np.int64),
            shapes=np.asarray(shapely.from_wkb([bytes(row[1]) for row in rows])),
            kinds=tuple(row[2] for row in rows),
        )

    @cached_property
    def slack_m(self) -> float:
        """How far, in metres, the boundaries may be from the real ones: nothing when all are official."""
        return float(ACCURACY_M) if BoundaryKind.SCHEMATIC in self.kinds else 0.0

    @cached_property
    def _places(self) -> dict[int, int]:
        return {int(unit_id): place for place, unit_id in enumerate(self.unit_ids)}

    @cached_property
    def _bounds(self) -> NDArray[np.float64]:
        """West, south, east, north of each shape."""
        return np.asarray(shapely.bounds(self.shapes))

    def locate(self, lonlat: ArrayLike) -> NDArray[np.int64]:
        """Return the id of the unit that holds each point (n×2), ``NOWHERE`` where none does.

        The points lie in the order of their longitude, and each prepared boundary is asked about those in its box: no
        point becomes an object. 100,000 points against 3,321 communes take a tenth of a second.
        """
        points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
        found = np.full(len(points), NOWHERE, dtype=np.int64)
        usable = np.flatnonzero(np.isfinite(points).all(axis=1))
        if not len(self.shapes) or not len(usable):
            return found
        order = usable[np.argsort(points[usable, 0])]
        lon, lat = np.ascontiguousarray(points[order].T)
        west, south, east, north = self._bounds.T
        starts, stops = np.searchsorted(lon, west, "left"), np.searchsorted(lon, east, "right")
        asked = (starts < stops) & (south <= lat.max()) & (north >= lat.min())
        # Written in descending order, so that on a border the lowest code stays.
        for place in np.flatnonzero(asked)[::-1].tolist():
            start, stop = int(starts[place]), int(stops[place])
            beside = lat[start:stop]
            near = start + np.flatnonzero((beside >= south[place]) & (beside <= north[place]))
            if len(near):
                held = near[_covered(self.shapes[place], lon[near], lat[near])]
                found[order[held]] = self.unit_ids[place]
        return found

    def metres_outside(self, lonlat: ArrayLike, unit_ids: ArrayLike) -> NDArray[np.float64]:
        """Return how far each point lies outside the unit named for it: 0 inside, NaN for a unit that is not here.

        Good to 1 % for distances up to some tens of kilometres.
        """
        points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
        ids = np.asarray(unit_ids, dtype=np.int64)
        metres = np.full(len(points), np.nan)
        for unit_id in np.unique(ids):
            place = self._places.get(int(unit_id))
            if place is not None:
                rows = np.flatnonzero((ids == unit_id) & np.isfinite(points).all(axis=1))
                metres[rows] = metres_from(self.shapes[place], points[rows])
        return metres

    def metres_outside_all(self, lonlat: ArrayLike) -> NDArray[np.float64]:
        """Return how far each point lies outside all the boundaries together (a territory): 0 inside."""
        points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
        metres = np.where(self.locate(points) == NOWHERE, np.inf, 0.0)
        rows = np.flatnonzero(np.isinf(metres) & np.isfinite(points).all(axis=1))
        if len(self.shapes) and len(rows):
            metres[rows] = metres_to_edge(self.shapes, points[rows])
        return metres


def _covered(shape: shapely.Geometry, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points lie in *shape* or on its border; what is prepared for that is not kept."""
    shapely.prepare(shape)
    covered = shapely.intersects_xy(shape, lon, lat)
    shapely.destroy_prepared(shape)
    return np.asarray(covered)


def _plane(shapes: Any) -> NDArray[np.float64]:
    """Return metres per degree of longitude and latitude in the middle of *shapes*."""
    bounds = np.atleast_2d(shapely.bounds(shapes))
    middle = (bounds[:, 1].min() + bounds[:, 3].max()) / 2
    return np.array([METRES_PER_DEGREE * np.cos(np.radians(middle)), METRES_PER_DEGREE])


def metres_to_edge(shapes: Any, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance in metres of each point (n×2) from the nearest border of *shapes*.

    In a plane scaled at their middle. A tree of the border's pieces: GEOS measures to whole polygons one vertex after
    the other, which for 30,000 points and an official coast takes a minute.
    """
    scale = _plane(shapes)
    corners, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shapes)), return_index=True)
    within = ring[1:] == ring[:-1]
    pieces = shapely.linestrings(np.stack([corners[:-1][within], corners[1:][within]], axis=1) * scale)
    (asked, _piece), metres = shapely.STRtree(pieces).query_nearest(
        shapely.points(lonlat * scale), return_distance=True, all_matches=False
    )
    found = np.full(len(lonlat), np.inf)
    found[asked] = metres
    return found


def metres_from(shape: shapely.Geometry, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance in metres of each point (n×2) from *shape*, 0 inside and on the border."""
    shapely.prepare(shape)
    metres = np.zeros(len(lonlat))
    outside = np.flatnonzero(~shapely.covers(shape, shapely.points(lonlat)))
    if len(outside):
        metres[outside] = metres_to_edge(shape, lonlat[outside])
    return metres


def units_at(lonlat: ArrayLike, *, level: str = UnitLevel.COMMUNE, on: date | None = None) -> NDArray[np.int64]:
    """Return the id of the unit of *level* that holds each point (n×2), ``NOWHERE`` where none does."""
    points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    sound = points[np.isfinite(points).all(axis=1)]
    if not len(sound):
        return np.full(len(points), NOWHERE, dtype=np.int64)
    west, south = np.maximum(sound.min(axis=0), [EARTH.west, EARTH.south])
    east, north = np.minimum(sound.max(axis=0), [EARTH.east, EARTH.north])
    if west > east or south > north:
        return np.full(len(points), NOWHERE, dtype=np.int64)
    box = Box(float(west), float(south), float(east), float(north))
    return Boundaries.load(level=level, on=on, box=box).locate(points)
