"""The held tables of this process: read when first asked for, renewed when the register has changed.

Nothing here outlives the state of the register it was read from: every question asks for the present state (one small
query) and gets columns that carry it. What acts have touched since is read again; only where that is much, or the day
has turned, everything is. A past day is made from today's table by reading what has changed since.
"""

import ctypes
import threading
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, replace
from datetime import date
from secrets import token_hex

import numpy as np

from infra.models import Permit
from infra.models.versions import end_of_day
from infra.spatial import sql
from maps.queries.stamp import State, register_state
from maps.tiles.changes import Acts, Since, TooManyError, acts_between
from maps.tiles.columns import Kept, no_codes, renewed
from maps.tiles.sources.source import Source

#: tables of the past that stay in memory: those of one day (installations, sites, masts, permits) and one more
MOST_PAST = 5


@dataclass(frozen=True)
class Shown:
    """The state of the register that a table shows, and the day on which it was read."""

    today: date
    state: State

    @property
    def base(self) -> tuple[str, date, str]:
        """What must be equal for a table to be renewed rather than read again."""
        return self.state.word, self.today, self.state.last_round


#: one for each table of today, by name, and one ("") for all of the past: nobody who asks for today waits until a past
#: day is read, and past days, which take memory to read, are read one after the other
_locks: "defaultdict[str, threading.RLock]" = defaultdict(threading.RLock)
_listing = threading.Lock()
_tables: "OrderedDict[tuple[str, date | None], tuple[Shown, Kept]]" = OrderedDict()


def table_of(source: Source, day: date | None, today: date) -> Kept:
    """Return *source* as the register stands now, or as it stood at the end of *day*."""
    shown = Shown(today, register_state())
    key = (source.name, day)
    found = _tables.get(key)
    if found is not None and found[0] == shown:
        return found[1]
    with _listing:
        lock = _locks[source.name if day is None else ""]
    with lock:
        found = _tables.get(key)
        if found is None or found[0] != shown:
            table = _renewed(source, day, shown, found)
            if table is None:
                table = _read(source, day, today)
                _give_back_memory()
            found = (shown, table)
            _list(key, found)
    return found[1]


def _list(key: tuple[str, date | None], held: tuple[Shown, Kept]) -> None:
    """Hold a table; of the past only the last few."""
    with _listing:
        _tables[key] = held
        _tables.move_to_end(key)
        past = [one for one in _tables if one[1] is not None]
        for one in past[: max(0, len(past) - MOST_PAST)]:
            del _tables[one]


def _renewed(source: Source, day: date | None, shown: Shown, before: tuple[Shown, Kept] | None) -> Kept | None:
    """Return the table brought up to *shown* by what acts have touched, None where it has to be read again."""
    if before is None or before[0].base != shown.base:
        return None
    table = before[1]
    acts = acts_between(before[0].state.heads, shown.state.heads)
    if acts is None:
        return None
    concern = (*source.nouns, *source.depends)
    if day is not None:
        return None if acts.reach_back((*concern, Permit), end_of_day(day)) else table
    ids = _changed(source, table, acts)
    if ids is None:
        return None
    if not ids:
        return replace(table, kept={}) if acts.wrote(*(noun._meta.label_lower for noun in concern)) else table
    new = source.load_some(token_hex(8), ids)
    return renewed(table, np.isin(table.ids, np.array(sorted(ids), dtype=np.int64)), new, source.group)


def _changed(source: Source, table: Kept, acts: Acts) -> set[int] | None:
    try:
        return source.changed(table, acts)
    except TooManyError:
        return None


def _read(source: Source, day: date | None, today: date) -> Kept:
    turned = None if day is None else _turned_back(source, day, today)
    return source.load(token_hex(8), day) if turned is None else turned


def _turned_back(source: Source, day: date, today: date) -> Kept | None:
    """Return the table of *day* made from today's, where that is held: only what stood otherwise then is read.

    None where that is much, or today's is not held.
    """
    if (source.name, None) not in _tables:
        return None
    table = table_of(source, None, today)
    ids = _changed(source, table, Since.of(end_of_day(day)))
    if ids is None:
        return None
    then = replace(table, columns={**table.columns, **{name: no_codes(len(table)) for name in source.of_today}})
    new = source.load_some(token_hex(8), ids, day)
    return renewed(then, np.isin(table.ids, np.array(sorted(ids), dtype=np.int64)), new, source.group)


def _give_back_memory() -> None:
    """Return what reading took: SQLite's pages, and 80 MB for a country that the C library would keep otherwise."""
    sql.forget_pages()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
