"""A table of the register held in memory as columns, in the order of the curve: what every tile of points is cut from.

A country of 350,000 installations takes some 30 MB. Any tile is a few contiguous ranges of it, any filter and any scope
a mask over small numbers, so that counts of a whole country take milliseconds for every combination of them.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maps.tiles import grid
from maps.tiles.encoding import spans

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: bytes of the longest text that is held
LONGEST = 2_000
#: date.toordinal of "no date", in columns of days
NO_DAY = 0


@dataclass(frozen=True)
class Codes:
    """Values that repeat: each row keeps the place of its value in ``values``, -1 for none.

    ``labels`` are what a tile says instead of the values (the code of an organization instead of its key).
    """

    places: NDArray[np.signedinteger[Any]]
    values: tuple[Any, ...]
    labels: tuple[str, ...]

    def take(self, rows: Rows) -> "Codes":
        return Codes(self.places[rows], self.values, self.labels)

    def joined(self, other: "Codes") -> "Codes":
        """Return the rows of both, one behind the other."""
        known = {value: place for place, value in enumerate(self.values)}
        moved = [known.setdefault(value, len(known)) for value in other.values]
        labels = dict(zip((*self.values, *other.values), (*self.labels, *other.labels), strict=True))
        places = np.array([*moved, -1], dtype=np.int64)[other.places]
        values = tuple(known)
        return Codes(small(np.concatenate([self.places, places])), values, tuple(labels[value] for value in values))

    def among(self, wanted: Iterable[Any]) -> Mask:
        """Tell for each row whether its value is one of *wanted*."""
        chosen = set(wanted)
        return self.where([value in chosen for value in self.values])

    def where(self, holds: Sequence[bool]) -> Mask:
        """Tell for each row whether its value is one for which *holds* says so; a row without a value is not."""
        return np.array([*holds, False], dtype=bool)[self.places]


def no_codes(size: int) -> Codes:
    """Return a column in which no row has a value."""
    return Codes(np.full(size, -1, dtype=np.int8), (), ())


@dataclass(frozen=True)
class TextColumn:
    """A text in each row: UTF-8 in one run, where each starts and how long it is."""

    run: NDArray[np.uint8]
    starts: NDArray[np.uint32]
    lengths: NDArray[np.uint16]

    def take(self, rows: Rows) -> "TextColumn":
        lengths = self.lengths[rows]
        return TextColumn.laid_out(self.run[spans(self.starts[rows].astype(np.int64), lengths)], lengths)

    def joined(self, other: "TextColumn") -> "TextColumn":
        """Return the rows of both, one behind the other."""
        run = np.concatenate([self.run, other.run])
        starts = np.concatenate([self.starts, other.starts + np.uint32(len(self.run))])
        return TextColumn(run, starts, np.concatenate([self.lengths, other.lengths]))

    @classmethod
    def laid_out(cls, run: NDArray[np.uint8], lengths: NDArray[np.uint16]) -> "TextColumn":
        """Return texts that follow one another in *run*."""
        return cls(run, (np.cumsum(lengths, dtype=np.int64) - lengths).astype(np.uint32), lengths)

    def text(self, row: int) -> str:
        start = int(self.starts[row])
        return self.run[start : start + int(self.lengths[row])].tobytes().decode()


def small(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers in the smallest signed type that holds them."""
    least, most = (int(numbers.min()), int(numbers.max())) if numbers.size else (0, 0)
    for kind in (np.int8, np.int16, np.int32):
        if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max:
            return numbers.astype(kind)
    return numbers.astype(np.int64)


Column = Codes | TextColumn | NDArray[Any]


@dataclass
class Kept:
    """The rows of one source at one state of the register (``stamp``), sorted along the curve, then by ``group``.

    ``x`` and ``y`` are places on the plane of :mod:`maps.tiles.grid`. ``kept`` holds what was derived from these rows
    (masks of readers, selections); it lives and dies with them.
    """

    stamp: str
    ids: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    curve: NDArray[np.uint64]
    columns: dict[str, Column]
    kept: dict[Any, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def codes(self, name: str) -> Codes:
        found = self.columns[name]
        assert isinstance(found, Codes)
        return found

    def numbers(self, name: str) -> NDArray[Any]:
        found = self.columns[name]
        assert isinstance(found, np.ndarray)
        return found

    def lonlat(self, rows: Rows | slice = slice(None)) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return grid.degrees(self.x[rows], self.y[rows])


def sorted_along_curve(
    stamp: str,
    ids: NDArray[np.int64],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    columns: dict[str, Column],
    group: str,
) -> Kept:
    """Put rows in order; rows of one *group* (a site) at one place stand next to one another."""
    x, y = grid.plane(lon, lat)
    curve = grid.morton(x, y)
    return _in_order(stamp, ids, x, y, curve, columns, group)


def _in_order(
    stamp: str,
    ids: NDArray[np.int64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    curve: NDArray[np.uint64],
    columns: dict[str, Column],
    group: str,
) -> Kept:
    groups = columns[group] if group else ids
    assert isinstance(groups, np.ndarray)
    order = np.lexsort((ids, groups, curve))
    return Kept(
        stamp,
        ids[order],
        x[order],
        y[order],
        curve[order],
        {name: taken(column, order) for name, column in columns.items()},
    )


def taken(column: Column, rows: Rows) -> Column:
    return column[rows] if isinstance(column, np.ndarray) else column.take(rows)


# --- Building ---------------------------------------------------------------------------------------------------------


class Builder(ABC):
    """Makes a column of lists that come piece by piece, so that no list is ever as long as the table."""

    def __init__(self) -> None:
        self._pieces: list[NDArray[Any]] = []

    @abstractmethod
    def add(self, values: Sequence[Any]) -> None: ...

    @abstractmethod
    def column(self) -> Column: ...

    def _all(self, kind: Any) -> NDArray[Any]:
        return np.concatenate(self._pieces) if self._pieces else np.zeros(0, dtype=kind)


class CodesBuilder(Builder):
    """*labels* returns what is said instead of the values, all at once."""

    def __init__(self, labels: Callable[[Sequence[Any]], Sequence[str]]) -> None:
        super().__init__()
        self._labels = labels
        self._known: dict[Any, int] = {None: -1, "": -1}

    def add(self, values: Sequence[Any]) -> None:
        known = self._known
        for value in set(values) - known.keys():
            known[value] = len(known) - 2
        self._pieces.append(small(np.fromiter(map(known.__getitem__, values), dtype=np.int64, count=len(values))))

    def column(self) -> Column:
        values = tuple(value for value, place in self._known.items() if place >= 0)
        return Codes(small(self._all(np.int8)), values, tuple(self._labels(values)))


class NumbersBuilder(Builder):
    """Whole numbers with -1 for none, or numbers with NaN for none; *read* turns other values into numbers."""

    def __init__(self, kind: Any, none: float, read: Callable[[Any], Any] | None = None) -> None:
        super().__init__()
        self._kind, self._none, self._read = kind, none, read

    def add(self, values: Sequence[Any]) -> None:
        read, none = self._read, self._none
        made = [none if value is None else value for value in values] if read is None else list(map(read, values))
        self._pieces.append(np.array(made, dtype=self._kind))

    def column(self) -> Column:
        found = self._all(self._kind)
        return small(found) if found.dtype.kind == "i" else found


class TextsBuilder(Builder):
    """Texts, empty for none."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[bytes] = []

    def add(self, values: Sequence[Any]) -> None:
        texts = [b"" if value is None else str(value).encode()[:LONGEST] for value in values]
        self._runs.append(b"".join(texts))
        self._pieces.append(np.fromiter(map(len, texts), dtype=np.uint16, count=len(texts)))

    def column(self) -> Column:
        return TextColumn.laid_out(np.frombuffer(b"".join(self._runs), dtype=np.uint8), self._all(np.uint16))


def renewed(table: Kept, gone: Mask, new: Kept, group: str) -> Kept:
    """Return *table* without the rows in *gone* and with the rows of *new*, in order again."""
    left = np.flatnonzero(~gone)
    columns = {name: _joined(taken(column, left), new.columns[name]) for name, column in table.columns.items()}
    ids, x, y, curve = (
        np.concatenate([getattr(table, name)[left], getattr(new, name)]) for name in ("ids", "x", "y", "curve")
    )
    return _in_order(new.stamp, ids, x, y, curve, columns, group)


def _joined(first: Column, second: Column) -> Column:
    if isinstance(first, Codes):
        assert isinstance(second, Codes)
        return first.joined(second)
    if isinstance(first, TextColumn):
        assert isinstance(second, TextColumn)
        return first.joined(second)
    assert isinstance(second, np.ndarray)
    return np.concatenate([first, second])


def combinations(*columns: NDArray[Any]) -> list[NDArray[np.int64]]:
    """Return the different combinations of whole numbers that stand side by side in *columns*, in their order.

    Each is one number while they are sorted: a tenth of what sorting rows takes, or NumPy's hashing of numbers.
    """
    least = [int(column.min()) if len(column) else 0 for column in columns]
    widths = [int(column.max()) - low + 1 if len(column) else 1 for column, low in zip(columns, least, strict=True)]
    if math.prod(widths) > np.iinfo(np.int64).max:
        rows = np.unique(np.stack(columns, axis=1).astype(np.int64), axis=0)
        return list(rows.T)
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column, low, width in zip(columns, least, widths, strict=True):
        code = code * width + (column.astype(np.int64) - low)
    code.sort()
    left = code[np.concatenate([[True], code[1:] != code[:-1]])] if len(code) else code
    found: list[NDArray[np.int64]] = []
    for low, width in zip(reversed(least), reversed(widths), strict=True):
        left, place = np.divmod(left, width)
        found.insert(0, place + low)
    return found


def rows_of(table: Kept, keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where in *table* the rows with *keys* stand, -1 for those that do not."""
    order = table.kept.get(("by key",))
    if order is None:
        order = table.kept[("by key",)] = np.argsort(table.ids)
    if not len(order):
        return np.full(len(keys), -1)
    at = np.minimum(np.searchsorted(table.ids, keys, sorter=order), len(order) - 1)
    return np.where(table.ids[order[at]] == keys, order[at], -1)
