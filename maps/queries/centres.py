"""Where the counts of a unit stand on a map, and how communes add up to provinces."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from infra.spatial import sql
from infra.spatial.tables import unit


@dataclass(frozen=True)
class Centre:
    """A unit as the place of a count; ``lon`` and ``lat`` are None where nobody knows where it lies."""

    id: int
    code: str
    name: str
    parent_id: int | None
    lon: float | None
    lat: float | None


def centres_of(ids: Iterable[int]) -> dict[int, Centre]:
    """Return unit id -> centre of the units with *ids* and of their parents (one query)."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    parents = sa.select(unit.c.parent_id).where(unit.c.id.in_(wanted), unit.c.parent_id.is_not(None))
    place = sa.func.coalesce(unit.c.centroid, sa.func.ST_Centroid(unit.c.boundary))
    statement = sa.select(
        unit.c.id,
        unit.c.code,
        unit.c.name,
        unit.c.parent_id,
        sa.func.ST_X(place),
        sa.func.ST_Y(place),
    ).where(sa.or_(unit.c.id.in_(wanted), unit.c.id.in_(parents)))
    return {row[0]: Centre(*row) for row in sql.read(statement)}
