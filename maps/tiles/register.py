"""The held tables of this process: read when first asked for, renewed when the register has changed.

Nothing here outlives the state of the register it was read from: every question asks for the present state (one small
query) and gets columns that carry it. What acts have touched since is read again; only where that is much everything
is. A past day is made from today's table by reading what has changed since. A web server keeps the tables of today in
files as well, and begins with them (:mod:`maps.tiles.files`).
"""

import ctypes
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from secrets import token_hex
from time import monotonic

import numpy as np

from infra.models import Permit
from infra.models.versions import end_of_day
from infra.spatial import sql
from maps.queries.stamp import State, register_state
from maps.tiles import files
from maps.tiles.changes import Acts, Since, TooManyError, acts_between, went_through
from maps.tiles.columns import Kept, no_codes, renewed
from maps.tiles.sources.source import Source

#: tables of the past that stay in memory: those of one day (installations, sites, masts, permits) and one more
MOST_PAST = 5
#: a table that goes on changing is written so often; what lies between is made up by acts
WRITTEN_S = 600.0


@dataclass(frozen=True)
class Shown:
    """The state of the register that a table shows, and the day on which it was read."""

    today: date
    state: State

    @property
    def turn(self) -> tuple[date, str]:
        """What makes the same rows another day's."""
        return self.today, self.state.last_round


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
            found = (shown, _made(source, day, shown, found or _from_file(source, day, shown)))
            _list(key, found)
    return found[1]


def _made(source: Source, day: date | None, shown: Shown, before: tuple[Shown, Kept] | None) -> Kept:
    """Return the table in the state *shown*: from the one before, or read."""
    table = _renewed(source, day, shown, before)
    if table is None:
        table = _read(source, day, shown.today)
        if day is None:
            _begun_with.discard(source.name)
        _give_back_memory()
    return table


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
    if before is None or before[0].state.word != shown.state.word:
        return None
    has_turned = before[0].turn != shown.turn
    if has_turned and (day is not None or source.turned is None):
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
    if ids:
        new = source.load_some(token_hex(8), ids)
        table = renewed(table, np.isin(table.ids, np.array(sorted(ids), dtype=np.int64)), new, source.group)
    elif has_turned or acts.wrote(*(noun._meta.label_lower for noun in concern)):
        table = replace(table, kept={})
    if has_turned and source.turned is not None:
        table = replace(table, stamp=token_hex(8), columns={**table.columns, **source.turned(table)}, kept={})
    return table


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


# --- Files ------------------------------------------------------------------------------------------------------------

#: where this process keeps its tables of today in files; None: nowhere
_folder: Path | None = None
#: the state in which each table was last written, and when
_written: dict[str, tuple[Shown, float]] = {}
#: tables that were begun with a file and not yet read as a whole
_begun_with: set[str] = set()


def keep_in(folder: Path | None) -> None:
    """Begin with the tables in *folder*, and let :func:`write_files` keep them there; None ends that."""
    global _folder  # noqa: PLW0603 -- one for the process
    _folder = folder
    _written.clear()
    _begun_with.clear()


def _from_file(source: Source, day: date | None, shown: Shown) -> tuple[Shown, Kept] | None:
    """Return the table of today as it was written in this ledger, which has gone on since; None where there is none."""
    written = files.read(_folder, source) if _folder is not None and day is None else None
    if written is None or not went_through(written.heads):
        return None
    then = Shown(written.today, State(shown.state.word, written.heads, written.last_round))
    _begun_with.add(source.name)
    _written[source.name] = (then, monotonic())
    return then, replace(written.table, stamp=token_hex(8))


def is_from_file(source: Source) -> bool:
    """Tell whether the table of today was begun with a file, and never read as a whole since."""
    return source.name in _begun_with


def read_anew(source: Source, today: date) -> None:
    """Read the table of today as a whole, while whoever asks is answered from the one that is held."""
    shown = Shown(today, register_state())
    _list((source.name, None), (shown, source.load(token_hex(8), None)))
    _begun_with.discard(source.name)
    _written.pop(source.name, None)
    _give_back_memory()


def write_files(sources: Iterable[Source]) -> None:
    """Write the held tables of today that are others than those in the files, each at most every :data:`WRITTEN_S`."""
    for source in sources:
        held, last = _tables.get((source.name, None)), _written.get(source.name)
        if _folder is None or held is None:
            continue
        shown, table = held
        if last is not None and (last[0] == shown or monotonic() - last[1] < WRITTEN_S):
            continue
        files.write(_folder, source, files.Written(shown.today, shown.state.heads, shown.state.last_round, table))
        _written[source.name] = (shown, monotonic())


def _give_back_memory() -> None:
    """Return what reading took: SQLite's pages, and 80 MB for a country that the C library would keep otherwise."""
    sql.forget_pages()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
