"""What lies inside a polygon, a unit's above all: the index finds the box, GEOS in process decides point by point.

Prepared geometry in process is as fast as PostGIS and thirty times SpatiaLite's own function; and it gives one answer
for both. A point on the border is inside.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import shapely
import sqlalchemy as sa
from django.db import DEFAULT_DB_ALIAS

from infra.access import Scope
from infra.spatial import sql
from infra.spatial.box import rows_in_box
from infra.spatial.metres import placed
from infra.spatial.places import Box
from infra.spatial.scope import Condition
from infra.spatial.tables import unit

#: levels of administration below a country, with room for one more
DEPTH = 4


def inside_polygon(
    table: sa.Table,
    columns: Sequence[Any],
    polygon: shapely.Geometry,
    *,
    scope: Scope,
    where: Sequence[Condition] = (),
    geometry: str = "position",
    using: str = DEFAULT_DB_ALIAS,
) -> list[sql.Row]:
    """Return *columns* of the points in *polygon* (EPSG:4326), border included, in no order; empty polygon, no rows."""
    if polygon.is_empty:
        return []
    box = Box(*polygon.bounds)
    asked = placed(table, tuple(columns), geometry)
    rows = rows_in_box(table, asked, box, scope=scope, where=where, geometry=geometry, using=using)
    if not rows:
        return []
    shapely.prepare(polygon)
    held = shapely.intersects_xy(polygon, [row[1] for row in rows], [row[2] for row in rows])
    return [row[3:] for row, is_in in zip(rows, held.tolist(), strict=True) if is_in]


def inside_unit(
    table: sa.Table,
    columns: Sequence[Any],
    unit_id: int,
    *,
    scope: Scope,
    where: Sequence[Condition] = (),
    geometry: str = "position",
    using: str = DEFAULT_DB_ALIAS,
) -> list[sql.Row]:
    """Return *columns* of the points on the ground of a unit.

    A unit without a boundary of its own stands on the ground of the units below it, a province on that of its
    communes. Raises LookupError where there is none at all.
    """
    ground = unit_ground(unit_id, using)
    if ground is None:
        raise LookupError(f"unit {unit_id}: neither it nor a unit below it has a boundary")
    return inside_polygon(table, columns, ground, scope=scope, where=where, geometry=geometry, using=using)


def unit_ground(unit_id: int, using: str = DEFAULT_DB_ALIAS) -> shapely.Geometry | None:
    """Return the boundary of a unit, else the union of what the units below it stand on; None where there is none.

    Below a unit in force count the units in force, below an ended one those that lasted as long as it did.
    """
    own = sql.read(sa.select(unit.c.boundary, unit.c.valid_to).where(unit.c.id == unit_id), using=using)
    if not own:
        return None
    boundary, ended = own[0]
    level = [] if boundary else [unit_id]
    ground = [boundary] if boundary else []
    for _ in range(DEPTH):
        if not level:
            break
        rows = sql.read(_below(level, ended), using=using)
        ground += [shape for _, shape in rows if shape]
        level = [pk for pk, shape in rows if not shape]
    return shapely.union_all(ground) if ground else None


def _below(parents: list[int], ended: date | None) -> sa.Select[Any]:
    lasting: Condition = unit.c.valid_to.is_(None)
    if ended is not None:
        lasting = sa.or_(lasting, unit.c.valid_to >= ended)
    return sa.select(unit.c.id, unit.c.boundary).where(unit.c.parent_id.in_(parents), lasting)
