"""Units for the base map: boundaries for the zoom, simplified together so that neighbours keep one border."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
import sqlalchemy as sa

from infra.models import Authority, BoundaryKind, UnitLevel
from infra.spatial import sql
from infra.spatial.box import EVERYTHING, in_box
from infra.spatial.places import Box
from infra.spatial.scope import Condition
from infra.spatial.tables import core, unit

#: communes are drawn from this zoom on; below it they are smaller than their names
COMMUNES_FROM_ZOOM = 8
#: decimals of a degree in the answer, by zoom: a tenth of a pixel
GRID = ((6, 1e-2), (8, 1e-3), (11, 1e-4), (99, 1e-5))

_territory = core(Authority.territory.through)


@dataclass(frozen=True)
class UnitShape:
    """One unit: ``at`` is where its name stands, lon and lat; ``own`` says that an authority here answers for it."""

    code: str
    level: str
    name: str
    population: int | None
    schematic: bool
    own: bool
    at: tuple[float, float] | None
    boundary: shapely.Geometry


def _in_force(day: date) -> list[Condition]:
    return [unit.c.valid_from <= day, sa.or_(unit.c.valid_to.is_(None), unit.c.valid_to > day)]


def unit_shapes(box: Box, zoom: int, day: date) -> list[UnitShape]:
    """Return the units in force on *day* whose boundary meets *box*: provinces, and communes from their zoom on."""
    levels = [UnitLevel.PROVINCE] + ([UnitLevel.COMMUNE] if zoom >= COMMUNES_FROM_ZOOM else [])
    own = sa.or_(unit.c.id.in_(_owned()), unit.c.parent_id.in_(_owned()))
    columns = (
        unit.c.code,
        unit.c.level,
        unit.c.name,
        unit.c.population,
        unit.c.boundary_kind,
        own.label("own"),
        sa.func.ST_X(unit.c.centroid).label("lon"),
        sa.func.ST_Y(unit.c.centroid).label("lat"),
        sa.func.ST_AsBinary(unit.c.boundary).label("boundary"),
    )
    where = [unit.c.level.in_([str(level) for level in levels]), *_in_force(day)]
    rows = sql.read_named(in_box(unit, columns, box, scope=EVERYTHING, where=where, geometry="boundary"))
    shapes = [_shape(row) for row in rows]
    return [one for level in levels for one in _simplified([s for s in shapes if s.level == level], zoom)]


def _owned() -> sa.Select[Any]:
    return sa.select(_territory.c.administrativeunit_id)


def _shape(row: Any) -> UnitShape:
    return UnitShape(
        code=row.code,
        level=row.level,
        name=row.name,
        population=row.population,
        schematic=row.boundary_kind != BoundaryKind.OFFICIAL,
        own=bool(row.own),
        at=None if row.lon is None else (row.lon, row.lat),
        boundary=shapely.from_wkb(bytes(row.boundary)),
    )


def _simplified(shapes: list[UnitShape], zoom: int) -> list[UnitShape]:
    """Simplify neighbours as one coverage to about a pixel, and round to the grid of the zoom."""
    if not shapes:
        return []
    tolerance = 360 / 256 / 2**zoom
    grid = next(size for most, size in GRID if zoom <= most)
    boundaries = shapely.coverage_simplify([one.boundary for one in shapes], tolerance)
    boundaries = shapely.set_precision(boundaries, grid, mode="pointwise")
    kept = []
    for one, boundary in zip(shapes, boundaries, strict=True):
        if not boundary.is_empty:
            kept.append(UnitShape(**{**vars(one), "boundary": boundary}))
    return kept


def territory_bounds(authority_ids: list[int] | None = None) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of the authorities' territory (of all by default), None without any."""
    owned = _owned_by(authority_ids)
    statement = sa.select(sa.func.ST_AsBinary(unit.c.boundary)).where(
        unit.c.boundary.is_not(None),
        unit.c.valid_to.is_(None),
        sa.or_(unit.c.id.in_(owned), unit.c.parent_id.in_(owned)),
    )
    shapes = [shapely.from_wkb(bytes(wkb)) for (wkb,) in sql.read(statement)]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)


def units_bounds() -> tuple[float, float, float, float] | None:
    """Return the box of every unit's boundary, None without any; boxes stand in the headers, no boundary is read."""
    least, most = ("ST_{}Min", "ST_{}Max") if sql.vendor() == "postgresql" else ("ST_Min{}", "ST_Max{}")
    boundary = sa.type_coerce(unit.c.boundary, sa.LargeBinary)
    edges = [
        fold(getattr(sa.func, name.format(axis))(boundary))
        for fold, name, axis in (
            (sa.func.min, least, "X"),
            (sa.func.min, least, "Y"),
            (sa.func.max, most, "X"),
            (sa.func.max, most, "Y"),
        )
    ]
    west, south, east, north = sql.read(sa.select(*edges).where(unit.c.boundary.is_not(None)))[0]
    return None if west is None else (float(west), float(south), float(east), float(north))


def _owned_by(authority_ids: list[int] | None) -> sa.Select[Any]:
    owned = _owned()
    return owned if authority_ids is None else owned.where(_territory.c.authority_id.in_(authority_ids))
