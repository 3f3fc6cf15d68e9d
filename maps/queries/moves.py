"""What stands elsewhere than it stood at the beginning of a day: old place, new place, how far."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from infra.models import ChangeRecord, InstallationKind
from infra.models.versions import end_of_day
from infra.spatial import sql
from infra.spatial.metres import WGS84
from infra.spatial.scope import scope_condition
from infra.spatial.tables import core, installation_version
from maps.queries.filters import Filters
from maps.queries.reader import Reader
from maps.tiles.columns import TextColumn
from maps.tiles.selection import select
from maps.tiles.sources.installations import INSTALLATIONS

#: kinds of installation that stand at a point
KINDS = tuple(str(kind) for kind in InstallationKind if kind != InstallationKind.CABLE_ROUTE)
#: a shorter way is a rounding of the same place
LEAST_MOVE_M = 1.0
MOST_MOVES = 2_000


@dataclass(frozen=True)
class Move:
    """Installations that went the same way together: ``n`` of them, ``metres`` far."""

    name: str
    number: str
    site: str | None
    before: tuple[float, float]
    after: tuple[float, float]
    metres: float
    n: int

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "number": self.number,
            "site": self.site,
            "from": self.before,
            "to": self.after,
            "metres": round(self.metres),
            "n": self.n,
        }


def moves_since(reader: Reader, filters: Filters, today: date) -> list[Move]:
    """Return what has moved since ``filters.changed_since`` and is left by the filters, the longest way first.

    Both places are what *reader* may see: a place where the installation stood for another holder is not told.
    """
    if filters.changed_since is None:
        return []
    kinds = replace(filters, kind=filters.kind or KINDS)
    chosen = select(INSTALLATIONS, reader, kinds, today, KINDS)
    before = _places_before(reader, filters.changed_since)
    ids = chosen.ids()
    known = np.isin(ids, before[:, 0].astype(np.int64))
    rows, ids = chosen.rows[known], ids[known]
    if not len(rows):
        return []
    order = np.argsort(before[:, 0])
    old = before[order][np.searchsorted(before[order, 0], ids)]
    lon, lat = chosen.table.lonlat(rows)
    _, _, metres = WGS84.inv(old[:, 1], old[:, 2], lon, lat)
    found: dict[tuple[float, ...], Move] = {}
    for place in np.argsort(-metres):
        if metres[place] < LEAST_MOVE_M:
            break
        move = _move(chosen.table.columns, int(rows[place]), old[place], (lon[place], lat[place]), metres[place])
        way = (*move.before, *move.after)
        found[way] = replace(found[way], n=found[way].n + 1) if way in found else move
    return list(found.values())


def _move(
    columns: Any, row: int, old: NDArray[np.float64], new: tuple[np.float64, np.float64], metres: np.float64
) -> Move:
    def text(name: str) -> str:
        column = columns[name]
        assert isinstance(column, TextColumn)
        return column.text(row)

    return Move(
        name=text("name") or text("code") or text("number"),
        number=text("number"),
        site=text("site") or None,
        before=(round(float(old[1]), 6), round(float(old[2]), 6)),
        after=(round(float(new[0]), 6), round(float(new[1]), 6)),
        metres=float(metres),
        n=1,
    )


def _places_before(reader: Reader, day: date) -> NDArray[np.float64]:
    """Return (n, 3): key, longitude and latitude at the beginning of *day* of what an act has written since then."""
    moment = end_of_day(day - timedelta(days=1))
    version, later = installation_version, installation_version.alias("later")
    record = core(ChangeRecord)
    acts = sa.select(record.c.id).where(record.c.at >= moment)
    position = version.c.position
    statement = sa.select(version.c.noun_id, sa.func.ST_X(position), sa.func.ST_Y(position)).where(
        version.c.valid_from < moment,
        sa.or_(version.c.valid_to.is_(None), version.c.valid_to >= moment),
        position.isnot(None),
        version.c.noun_id.in_(sa.select(later.c.noun_id).where(later.c.act_id.in_(acts))),
    )
    allowed = scope_condition(version, reader.register_scope)
    rows = sql.read(statement if allowed is None else statement.where(allowed))
    return np.array(rows, dtype=np.float64).reshape(-1, 3)
