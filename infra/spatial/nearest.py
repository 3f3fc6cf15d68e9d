"""The nearest of a point, in metres on the spheroid, through the spatial index.

Neither index knows metres: PostGIS orders by degrees, SpatiaLite's R-tree knows boxes only. Each finds candidates its
own way; the farthest of the wanted ones then gives a circle, and only when the candidates are not surely all that lies
in the circle's box is the box asked again. So the answer is exact and the same on both databases.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from django.db import DEFAULT_DB_ALIAS

from infra.access import Scope
from infra.spatial import sql
from infra.spatial.box import ANYWHERE, rows_in_box
from infra.spatial.metres import box_around, placed, ranked
from infra.spatial.places import SRID, Box, latitude, longitude
from infra.spatial.scope import Condition, scope_condition

#: candidates by degrees for each row wanted by metres: enough for the circle's box up to 50° of latitude
CANDIDATES = 4
#: half side in degrees of SpatiaLite's first box: 200 m, right for a town
FIRST_HALF_DEG = 0.002
MOST_ROWS = 1_000


def nearest(
    table: sa.Table,
    columns: Sequence[Any],
    lon: float,
    lat: float,
    count: int = 10,
    *,
    scope: Scope,
    where: Sequence[Condition] = (),
    geometry: str = "position",
    using: str = DEFAULT_DB_ALIAS,
) -> list[sql.Row]:
    """Return (metres, \\*columns) of the *count* points nearest to lon, lat; nearest first, equal ones by key.

    Raises WrongPlaceError for a point off the earth, ValueError for a count outside 1 … 1,000.
    """
    lon, lat = longitude(lon), latitude(lat)
    if not 1 <= count <= MOST_ROWS:
        raise ValueError(f"count: from 1 to {MOST_ROWS}, not {count}")
    question = _Question(table, placed(table, tuple(columns), geometry), geometry, scope, tuple(where), using)
    find = _by_rtree if sql.vendor(using) == "sqlite" else _by_gist
    return find(question, lon, lat, count)


class _Question:
    """What is asked for, whatever the point."""

    __slots__ = ("columns", "geometry", "scope", "table", "using", "where")

    def __init__(
        self,
        table: sa.Table,
        columns: tuple[Any, ...],
        geometry: str,
        scope: Scope,
        where: tuple[Condition, ...],
        using: str,
    ) -> None:
        self.table, self.columns, self.geometry = table, columns, geometry
        self.scope, self.where, self.using = scope, where, using

    def within(self, box: Box) -> list[sql.Row]:
        return rows_in_box(
            self.table,
            self.columns,
            box,
            scope=self.scope,
            where=self.where,
            geometry=self.geometry,
            using=self.using,
        )


def _by_gist(question: _Question, lon: float, lat: float, count: int) -> list[sql.Row]:
    """Take candidates by degrees; they are all there is inside the distance of the last one."""
    statement = _kept(question.table, question.columns, question.geometry, question.scope)
    if question.where:
        statement = statement.where(*question.where)
    rows = sql.read(statement, using=question.using, lon=lon, lat=lat, most=count * CANDIDATES)
    best = ranked(rows, lon, lat)[:count]
    if len(rows) < count * CANDIDATES:
        return best
    box = box_around(lon, lat, best[-1][0])
    reach = math.hypot(rows[-1][1] - lon, rows[-1][2] - lat)
    if math.hypot(max(box.east - lon, lon - box.west), max(box.north - lat, lat - box.south)) < reach:
        return best
    return ranked(question.within(box), lon, lat)[:count]


@lru_cache(maxsize=256)
def _kept(table: sa.Table, columns: tuple[Any, ...], geometry: str, scope: Scope) -> sa.Select[Any]:
    lon_lat: list[Any] = [sa.bindparam(name, type_=sa.Double()) for name in ("lon", "lat")]
    point = sa.func.ST_SetSRID(sa.func.ST_MakePoint(*lon_lat), SRID)
    shape = table.c[geometry]
    statement = sa.select(*columns).where(shape.is_not(None)).order_by(shape.op("<->")(point))
    allowed = scope_condition(table, scope)
    if allowed is not None:
        statement = statement.where(allowed)
    return statement.limit(sa.bindparam("most", type_=sa.Integer()))


def _by_rtree(question: _Question, lon: float, lat: float, count: int) -> list[sql.Row]:
    """Widen a box until it holds enough, then until it holds the circle through the last wanted point."""
    half = FIRST_HALF_DEG
    box = Box.around(lon, lat, half, half)
    rows = question.within(box)
    while len(rows) < count and box != ANYWHERE:
        # Twice the density seen, but never more than four times as wide: one town does not make a country.
        half *= min(4.0, max(1.5, math.sqrt(2 * count / max(len(rows), 1))))
        box = Box.around(lon, lat, half, half)
        rows = question.within(box)
    best = ranked(rows, lon, lat)[:count]
    if box == ANYWHERE:
        return best
    needed = box_around(lon, lat, best[-1][0])
    return best if box.contains(needed) else ranked(question.within(needed), lon, lat)[:count]
