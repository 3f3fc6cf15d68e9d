"""The names of today's units, held: their rows carry boundaries, which a search would drag through memory each time."""

import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from time import monotonic

import sqlalchemy as sa

from infra.spatial import sql
from infra.spatial.tables import unit, unit_version
from infra.text import fold
from maps.queries.stamp import cache_word

#: a unit that is abolished, and no other made, is found for so long
KEPT_S = 60.0


@dataclass(frozen=True)
class UnitName:
    """A unit as something to be found: ``text`` is folded and holds all its names, ``plain`` its own name."""

    code: str
    level: str
    full_name: str
    above: str
    lon: float
    lat: float
    text: str
    plain: str


_LAST = sa.select(sa.func.max(unit_version.c.id))
_above = unit.alias("above")
_NAMES = (
    sa.select(
        *(unit.c.code, unit.c.level, unit.c.full_name, sa.func.coalesce(_above.c.full_name, "").label("above")),
        sa.func.ST_X(unit.c.centroid).label("lon"),
        sa.func.ST_Y(unit.c.centroid).label("lat"),
        *(unit.c.search_text, unit.c.name),
    )
    .select_from(unit.outerjoin(_above, _above.c.id == unit.c.parent_id))
    .where(unit.c.valid_to.is_(None), unit.c.centroid.is_not(None))
    .order_by(unit.c.level, unit.c.code)
)


class UnitNames:
    """The names of units, in an order of their own, and all their texts in one, which is looked through at once."""

    def __init__(self, names: Sequence[UnitName]) -> None:
        self._names = names
        self._run = "\n".join(one.text for one in names)
        sizes = (len(one.text) + 1 for one in names)
        self._starts = [0, *accumulate(sizes)]

    def with_words(self, wanted: Sequence[str]) -> Iterator[UnitName]:
        """Yield the units whose text holds every one of *wanted*, in their order."""
        longest = max(wanted, key=len)
        place = self._run.find(longest)
        while place >= 0:
            row = bisect_right(self._starts, place) - 1
            if all(word in self._names[row].text for word in wanted):
                yield self._names[row]
            place = self._run.find(longest, self._starts[row + 1])


_lock = threading.Lock()
_kept: tuple[tuple[str, int | None], float, UnitNames] | None = None


def unit_names() -> UnitNames:
    """Return the names of today's units whose place is known, by level and code (one query where they are held)."""
    global _kept  # noqa: PLW0603 -- one for the process
    state = cache_word(), sql.read(_LAST)[0][0]
    kept = _kept
    if kept is None or kept[0] != state or monotonic() - kept[1] > KEPT_S:
        with _lock:
            _kept = kept = (state, monotonic(), _read())
    return kept[2]


def _read() -> UnitNames:
    return UnitNames(
        [
            UnitName(one.code, one.level, one.full_name, one.above, one.lon, one.lat, one.search_text, fold(one.name))
            for one in sql.read_named(_NAMES)
        ]
    )
