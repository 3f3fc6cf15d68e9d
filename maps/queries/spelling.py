"""Words that were mistyped: the nearest words of the register's names and places."""

import threading
from collections.abc import Iterable
from datetime import date
from time import monotonic
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from infra.spatial import sql
from infra.spatial.tables import organization, unit
from infra.text import fold
from maps.queries.stamp import cache_word
from maps.tiles.columns import TextColumn
from maps.tiles.register import table_of
from maps.tiles.sources.places import SITES

#: a vocabulary is made anew after so long: names change slowly
KEPT_S = 600.0
LETTERS = "abcdefghijklmnopqrstuvwxyz"
LEAST_LETTERS, LONGEST = 3, 24
#: letters that may differ: one in a short word, two in a longer one
SHORT = 5
MOST_NEAR = 3


class Vocabulary:
    """Words with how often each of their letters occurs, so that most of them are passed over without a look."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted(words)
        self._known = frozenset(self.words)
        self._letters = np.zeros((len(self.words), len(LETTERS)), dtype=np.int8)
        for place, word in enumerate(self.words):
            self._letters[place] = _letters(word)
        self._lengths = np.array([len(word) for word in self.words], dtype=np.int16)

    def holds(self, word: str) -> bool:
        return word in self._known

    def near(self, word: str) -> list[str]:
        """Return the words nearest to *word*, itself left out; swapped letters before others. None for short words."""
        if len(word) < LEAST_LETTERS:
            return []
        reach = 1 if len(word) <= SHORT else 2
        same_length = np.abs(self._lengths - len(word)) <= reach
        differ = np.abs(self._letters - _letters(word)).sum(axis=1)
        likely = np.flatnonzero(same_length & (differ <= 2 * reach)).tolist()
        found = [(distance(word, self.words[place]), int(differ[place]), self.words[place]) for place in likely]
        return [other for far, _letters, other in sorted(found) if 0 < far <= reach][:MOST_NEAR]


def _letters(word: str) -> NDArray[np.int8]:
    return np.array([word.count(letter) for letter in LETTERS], dtype=np.int8)


def distance(first: str, second: str) -> int:
    """Return how many letters have to be changed, left out, put in, or swapped with their neighbour."""
    before: list[int] = []
    last = list(range(len(second) + 1))
    for row, one in enumerate(first, start=1):
        line = [row]
        for column, other in enumerate(second, start=1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (one != other))
            if row > 1 and column > 1 and one == second[column - 2] and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]


_lock = threading.Lock()
_kept: tuple[str, float, Vocabulary] | None = None


def vocabulary(today: date) -> Vocabulary:
    """Return the words of units, organizations, and of the names and addresses of sites."""
    global _kept  # noqa: PLW0603 -- one for the process
    word = cache_word()
    if _kept is None or _kept[0] != word or monotonic() - _kept[1] > KEPT_S:
        with _lock:
            if _kept is None or _kept[0] != word or monotonic() - _kept[1] > KEPT_S:
                _kept = (word, monotonic(), Vocabulary(_words(today)))
    return _kept[2]


def _words(today: date) -> set[str]:
    found: set[str] = set()
    rows = [*sql.read(sa.select(unit.c.full_name)), *sql.read(sa.select(organization.c.search_text))]
    _take(found, " ".join({str(text) for (text,) in rows}))
    sites = table_of(SITES, None, today)
    for name in ("name", "address"):
        column: Any = sites.columns[name]
        assert isinstance(column, TextColumn)
        _take(found, b" ".join(_pieces(column)).decode(errors="ignore"))
    return found


def _pieces(column: TextColumn) -> list[bytes]:
    run = column.run.tobytes()
    return [
        run[start : start + size] for start, size in zip(column.starts.tolist(), column.lengths.tolist(), strict=True)
    ]


def _take(found: set[str], text: str) -> None:
    for word in {part for part in set(text.split()) if part not in found}:
        for part in fold(word).split():
            plain = part.strip(".,;:()/-")
            if LEAST_LETTERS <= len(plain) <= LONGEST and plain.isascii() and plain.isalpha():
                found.add(plain)
