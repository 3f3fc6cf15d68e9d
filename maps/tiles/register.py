"""The kept tables of this process: loaded when first asked for, renewed when the register has changed.

Nothing here outlives the state of the register it was read from: every request asks for the present *stamp* (one small
query) and gets columns that carry it.
"""

import threading
from collections import OrderedDict
from datetime import date
from secrets import token_hex

from django.core.cache import cache

from maps.queries.stamp import register_stamp
from maps.tiles.columns import Kept
from maps.tiles.sources import Source

#: registers of the past that stay in memory beside today's
MOST_PAST = 2
#: whoever clears the cache means these tables too: they are of no use without this word
_WORD = "maps:kept-tables"

_lock = threading.RLock()
_tables: "OrderedDict[tuple[str, date | None], Kept]" = OrderedDict()


def table_of(source: Source, day: date | None, today: date) -> Kept:
    """Return *source* as the register stands now, or as it stood at the end of *day*."""
    stamp = f"{_word()}|{today}|{register_stamp()}"
    key = (source.name, day)
    found = _tables.get(key)
    if found is not None and found.stamp == stamp:
        return found
    with _lock:
        found = _tables.get(key)
        if found is None or found.stamp != stamp:
            found = source.load(stamp, day)
            _tables[key] = found
            _tables.move_to_end(key)
            _forget_past()
    return found


def _word() -> str:
    word: str | None = cache.get(_WORD)
    if word is None:
        word = token_hex(8)
        cache.set(_WORD, word, None)
    return word


def _forget_past() -> None:
    past = [key for key in _tables if key[1] is not None]
    for key in past[: max(0, len(past) - MOST_PAST)]:
        del _tables[key]
