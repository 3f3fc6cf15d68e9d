"""A table of the register held in memory as columns, in the order of the curve: what every tile of points is cut from.

A country of 350,000 installations takes some 30 MB. Any tile is a few contiguous ranges of it, any filter and any scope
a mask over small numbers, so that counts of a whole country take milliseconds for every combination of them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maps.tiles import grid
from maps.tiles.encoding import spans

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: date.toordinal of "no date", in columns of days
NO_DAY = 0


@dataclass(frozen=True)
class Codes:
    """Values that repeat: each row keeps the place of its value in ``values``, -1 for none.

    ``labels`` are what a tile says instead of the values (the code of an organization instead of its key).
    """

    places: NDArray[np.int32]
    values: tuple[Any, ...]
    labels: tuple[str, ...]

    @classmethod
    def of(cls, column: Sequence[Any], labels: Callable[[Any], str] = str) -> "Codes":
        known: dict[Any, int] = {}
        places = [-1 if value is None or value == "" else known.setdefault(value, len(known)) for value in column]
        return cls(np.array(places, dtype=np.int32), tuple(known), tuple(labels(value) for value in known))

    def take(self, rows: Rows) -> "Codes":
        return Codes(self.places[rows], self.values, self.labels)

    def joined(self, other: "Codes") -> "Codes":
        """Return the rows of both, one behind the other."""
        known = {value: place for place, value in enumerate(self.values)}
        moved = [known.setdefault(value, len(known)) for value in other.values]
        labels = {
            **dict(zip(self.values, self.labels, strict=True)),
            **dict(zip(other.values, other.labels, strict=True)),
        }
        places = np.array([*moved, -1], dtype=np.int32)[other.places]
        values = tuple(known)
        return Codes(np.concatenate([self.places, places]), values, tuple(labels[value] for value in values))

    def among(self, wanted: Iterable[Any]) -> Mask:
        """Tell for each row whether its value is one of *wanted*."""
        chosen = set(wanted)
        return self.where([value in chosen for value in self.values])

    def where(self, holds: Sequence[bool]) -> Mask:
        """Tell for each row whether its value is one for which *holds* says so; a row without a value is not."""
        return np.array([*holds, False], dtype=bool)[self.places]


@dataclass(frozen=True)
class TextColumn:
    """A text in each row: UTF-8 in one run, where each starts and how long it is."""

    run: NDArray[np.uint8]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, column: Sequence[Any]) -> "TextColumn":
        texts = [b"" if value is None else str(value).encode() for value in column]
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        return cls(np.frombuffer(b"".join(texts), dtype=np.uint8), np.cumsum(lengths) - lengths, lengths)

    def take(self, rows: Rows) -> "TextColumn":
        lengths = self.lengths[rows]
        return TextColumn(self.run[spans(self.starts[rows], lengths)], np.cumsum(lengths) - lengths, lengths)

    def joined(self, other: "TextColumn") -> "TextColumn":
        """Return the rows of both, one behind the other."""
        starts = np.concatenate([self.starts, other.starts + len(self.run)])
        return TextColumn(np.concatenate([self.run, other.run]), starts, np.concatenate([self.lengths, other.lengths]))

    def text(self, row: int) -> str:
        start = int(self.starts[row])
        return self.run[start : start + int(self.lengths[row])].tobytes().decode()


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
