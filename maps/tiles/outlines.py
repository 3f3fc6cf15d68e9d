"""Outlines of units for each zoom: simplified together, so that neighbours keep one border in every tile.

Held in memory for the units in force on a day: boundaries change with the law, not with the register.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray

from infra.models import Authority, BoundaryKind, UnitLevel
from infra.spatial import sql
from infra.spatial.tables import core, unit, unit_version
from maps.tiles import encoding, shapes
from maps.tiles.grid import EXTENT, Tile

#: communes are drawn from this zoom on; below it they are smaller than their names
COMMUNES_FROM_ZOOM = 8
#: zooms that share one simplification, by the last of them
BANDS = (5, 7, 9, 11, 13, 22)
#: half a pixel of a tile of 512
TOLERANCE = 4.0 / EXTENT
MOST_KEPT = 16

_territory = core(Authority.territory.through)
_OWNED: sa.Select[Any, Any] = sa.select(sa.func.max(_territory.c.id), sa.func.count(_territory.c.id))
_lock = threading.RLock()
_kept: "OrderedDict[tuple[str, str, int, date], Outlines]" = OrderedDict()


@dataclass(frozen=True)
class Outlines:
    """The units of one level for one band of zooms; ``outlines`` lie on the plane."""

    ids: NDArray[np.int64]
    outlines: NDArray[Any]
    properties: dict[str, list[Any]]

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.outlines)


def units_stamp() -> str:
    """Return a text that changes when units do (one query)."""
    last = sql.read(sa.select(sa.func.max(unit_version.c.id), sa.func.max(unit_version.c.valid_to)))[0]
    owned = sql.read(_OWNED)[0]
    return "|".join(map(str, (*last, *owned)))


def tile_of(name: str, tile: Tile, day: date, stamp: str) -> bytes:
    """Return the units in force on *day* in *tile*: provinces, and communes from their zoom on."""
    levels = [UnitLevel.PROVINCE] + ([UnitLevel.COMMUNE] if tile.z >= COMMUNES_FROM_ZOOM else [])
    side = 2.0**-tile.z
    margin = side / 16
    window = shapely.box(
        tile.x * side - margin, tile.y * side - margin, (tile.x + 1) * side + margin, (tile.y + 1) * side + margin
    )
    ids: list[Any] = []
    outlines: list[Any] = []
    properties: dict[str, list[Any]] = {}
    for level in levels:
        kept = outlines_of(str(level), tile.z, day, stamp)
        found = np.sort(kept.tree.query(window, predicate="intersects"))
        ids.append(kept.ids[found])
        outlines.append(kept.outlines[found])
        for prop, values in kept.properties.items():
            properties.setdefault(prop, []).extend(values[place] for place in found.tolist())
    geometry, left = shapes.areas(np.concatenate(outlines), tile)
    rows = left.tolist()
    columns = [encoding.values(prop, [values[row] for row in rows]) for prop, values in properties.items()]
    return encoding.encode(name, np.concatenate(ids)[left], geometry, columns)


def outlines_of(level: str, zoom: int, day: date, stamp: str) -> Outlines:
    """Return the outlines of *level* for *zoom*, read and simplified once."""
    band = next(place for place, last in enumerate(BANDS) if zoom <= last)
    key = (stamp, level, band, day)
    found = _kept.get(key)
    if found is None:
        with _lock:
            found = _kept.get(key) or _read(level, BANDS[band], day)
            _kept[key] = found
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return found


def _read(level: str, zoom: int, day: date) -> Outlines:
    owned = sa.select(_territory.c.administrativeunit_id)
    statement = sa.select(
        unit.c.id,
        unit.c.code,
        unit.c.name,
        unit.c.full_name,
        unit.c.population,
        unit.c.boundary_kind,
        sa.or_(unit.c.id.in_(owned), unit.c.parent_id.in_(owned)).label("own"),
        sa.func.ST_X(unit.c.centroid).label("lon"),
        sa.func.ST_Y(unit.c.centroid).label("lat"),
        sa.func.ST_AsBinary(unit.c.boundary).label("boundary"),
    ).where(
        unit.c.level == level,
        unit.c.boundary.is_not(None),
        unit.c.valid_from <= day,
        sa.or_(unit.c.valid_to.is_(None), unit.c.valid_to > day),
    )
    rows = [row for piece in sql.stream(statement.order_by(unit.c.id), size=200) for row in piece]
    outlines = shapes.on_plane(shapely.from_wkb([bytes(row[-1]) for row in rows]))
    if rows and zoom < BANDS[-1]:
        outlines = shapely.coverage_simplify(outlines, TOLERANCE * 2.0**-zoom)
    there = [place for place, empty in enumerate(shapely.is_empty(outlines).tolist()) if not empty]
    columns = {
        "code": [row[1] for row in rows],
        "level": [level for _row in rows],
        "name": [row[2] for row in rows],
        "full_name": [row[3] for row in rows],
        "population": [row[4] for row in rows],
        "schematic": [row[5] != BoundaryKind.OFFICIAL for row in rows],
        "own": [bool(row[6]) for row in rows],
        "label_lon": [_rounded(row[7]) for row in rows],
        "label_lat": [_rounded(row[8]) for row in rows],
    }
    return Outlines(
        np.array([rows[place][0] for place in there], dtype=np.int64),
        np.asarray(outlines)[there],
        {name: [values[place] for place in there] for name, values in columns.items()},
    )


def _rounded(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, 5)
