"""A tile of points: one by one where they are few enough, counted by cells of a grid where they are not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from maps.tiles import encoding, grid
from maps.tiles.columns import NO_DAY, Codes, Rows, TextColumn
from maps.tiles.encoding import Numbers
from maps.tiles.grid import Tile
from maps.tiles.selection import Selection

#: features of a tile with its buffer, above which cells are counted instead
MOST_FEATURES = 2_000
#: a tile is 32 × 32 cells; a ring of two of them around it is the buffer of 256 units
CELLS, RING = 5, 2
#: one ring of cells of a sixteenth of the tile is the same buffer
RING_LEVEL = 4


Range = tuple[int, int]


@dataclass(frozen=True)
class Shown:
    """What a tile says of points. ``singles``: property -> column. ``classes``: column -> how its counts are called
    (``safety`` gives ``safety_unsafe``); ``lists`` are the columns among them that hold several values, with commas;
    ``days`` those that hold days.
    ``group`` is the column of what stands together, counted as ``sites``.
    """

    singles: Mapping[str, str]
    classes: Mapping[str, str]
    lists: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    group: str = ""


def tile_of(name: str, selection: Selection, tile: Tile, shown: Shown, *, single_from: int, most: int) -> bytes:
    """Return the tile, or nothing where it holds nothing."""
    if tile.z + CELLS > grid.BITS:
        ranges = grid.ranges(selection.curve, tile, min(tile.z + RING_LEVEL, grid.BITS))
        return _singles(name, selection, _rows(selection, ranges), tile, shown)
    ranges = grid.ranges(selection.curve, tile, tile.z + RING_LEVEL)
    if tile.z >= single_from and sum(end - start for start, end in ranges) <= most:
        return _singles(name, selection, _rows(selection, ranges), tile, shown)
    return _cells(name, selection, sorted(ranges), tile, shown)


def _rows(selection: Selection, ranges: Sequence[Range]) -> Rows:
    return _cut(selection.rows, ranges)


def _cut(column: Numbers, ranges: Sequence[Range]) -> Numbers:
    """Return what of a column lies in *ranges*, one behind the other."""
    if len(ranges) == 1:
        start, end = ranges[0]
        return column[start:end]
    return np.concatenate([column[start:end] for start, end in ranges])


def _singles(name: str, selection: Selection, rows: Rows, tile: Tile, shown: Shown) -> bytes:
    table = selection.table
    x, y = grid.in_tile(table.x[rows], table.y[rows], tile)
    properties = [
        _days(prop, table.numbers(column)[rows])
        if column in shown.days
        else _property(prop, selection.column(column), rows)
        for prop, column in shown.singles.items()
    ]
    return encoding.encode(name, table.ids[rows], encoding.points(x, y), properties)


def _property(name: str, column: Any, rows: Rows) -> encoding.Property:
    if isinstance(column, TextColumn):
        texts = column.take(rows)
        return encoding.Texts(name, texts.run, texts.lengths)
    if isinstance(column, Codes):
        return encoding.Coded(name, column.places[rows], column.labels)
    return encoding.numbers(name, column[rows])


def _days(name: str, days: Numbers) -> encoding.Property:
    """Return dates as texts: 2026-11-23."""
    different, places = np.unique(days, return_inverse=True)
    texts = ["" if day == NO_DAY else date.fromordinal(day).isoformat() for day in different.tolist()]
    return encoding.Coded(name, np.where(days == NO_DAY, -1, places.reshape(-1)), texts)


# --- Cells ------------------------------------------------------------------------------------------------------------


def _cells(name: str, selection: Selection, ranges: Sequence[Range], tile: Tile, shown: Shown) -> bytes:
    """Count rows by cell: ``n``, how many ``sites``, and how many of each class. The point is the rows' mean place."""
    level = tile.z + CELLS
    cells = _cut(selection.curve, ranges) >> np.uint64(2 * (grid.BITS - level))
    if not len(cells):
        return b""
    is_first = np.concatenate([[True], cells[1:] != cells[:-1]])
    starts = np.flatnonzero(is_first)
    n = np.diff(starts, append=len(cells))
    of_cell = np.repeat(np.arange(len(starts)), n)
    x, y = (np.add.reduceat(_cut(selection.numbers(place), ranges), starts) / n for place in ("x", "y"))
    properties: list[encoding.Property] = [encoding.numbers("n", n)]
    if shown.group:
        groups = _cut(selection.numbers(shown.group), ranges)
        is_first[1:] |= groups[1:] != groups[:-1]
        properties.append(encoding.numbers("sites", np.add.reduceat(is_first.astype(np.int64), starts)))
    for column, prefix in shown.classes.items():
        codes, places = selection.column(column), _cut(selection.numbers(column), ranges)
        if isinstance(codes, Codes):
            properties += _counted(codes, places, of_cell, len(starts), prefix, column in shown.lists)
        else:
            total = np.add.reduceat(places.astype(np.int64), starts)
            properties.append(encoding.numbers(prefix, total, total > 0))
    ids = cells[starts] | np.uint64(1 << (2 * level))
    return encoding.encode(name, ids, encoding.points(*grid.in_tile(x, y, tile)), properties)


def _counted(
    codes: Codes, places: Numbers, of_cell: Rows, cells: int, prefix: str, is_list: bool
) -> list[encoding.Property]:
    """Return a property of counts for every class of a column; a cell without any of a class does not say so."""
    width = len(codes.values) + 1  # the first is for rows without a value
    table = np.bincount(of_cell * width + places + 1, minlength=cells * width).reshape(cells, width)[:, 1:]
    labels: Sequence[str] = codes.labels
    if is_list:
        labels = sorted({part for label in labels for part in label.split(",")})
        holds = np.array([[part in label.split(",") for part in labels] for label in codes.labels], dtype=np.int64)
        table = table @ holds.reshape(len(codes.labels), len(labels))
    return [
        encoding.numbers(f"{prefix}_{label}", table[:, place], table[:, place] > 0)
        for place, label in enumerate(labels)
        if table[:, place].any()
    ]
