"""A tile of points: one by one where they are few enough, counted by cells of a grid where they are not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from maps.tiles import encoding, grid
from maps.tiles.columns import NO_DAY, Codes, Column, Rows, TextColumn
from maps.tiles.encoding import Numbers
from maps.tiles.grid import Tile
from maps.tiles.selection import Selection

#: features of a tile with its buffer, above which cells are counted instead
MOST_FEATURES = 2_000
#: a tile is 32 × 32 cells; a ring of two of them around it is the buffer of 256 units
CELLS, RING = 5, 2
#: one ring of cells of a sixteenth of the tile is the same buffer
RING_LEVEL = 4


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
        rows = _rows(selection, grid.ranges(selection.curve, tile, min(tile.z + RING_LEVEL, grid.BITS)))
        return _singles(name, selection, rows, tile, shown)
    if tile.z >= single_from:
        ranges = grid.ranges(selection.curve, tile, tile.z + RING_LEVEL)
        if sum(end - start for start, end in ranges) <= most:
            return _singles(name, selection, _rows(selection, ranges), tile, shown)
    return _cells(name, selection, _rows(selection, _ring_of_two(selection, tile)), tile, shown)


def _ring_of_two(selection: Selection, tile: Tile) -> list[tuple[int, int]]:
    return sorted(grid.ranges(selection.curve, tile, tile.z + RING_LEVEL))


def _rows(selection: Selection, ranges: Sequence[tuple[int, int]]) -> Rows:
    if len(ranges) == 1:
        start, end = ranges[0]
        return selection.rows[start:end]
    return np.concatenate([selection.rows[start:end] for start, end in ranges])


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


def _cells(name: str, selection: Selection, rows: Rows, tile: Tile, shown: Shown) -> bytes:
    """Count rows by cell: ``n``, how many ``sites``, and how many of each class. The point is the rows' mean place."""
    if not len(rows):
        return b""
    table = selection.table
    level = tile.z + CELLS
    cells = table.curve[rows] >> np.uint64(2 * (grid.BITS - level))
    starts = np.flatnonzero(np.concatenate([[True], cells[1:] != cells[:-1]]))
    n = np.diff(starts, append=len(rows))
    of_cell = np.repeat(np.arange(len(starts)), n)
    x, y = (np.add.reduceat(place[rows], starts) / n for place in (table.x, table.y))
    properties: list[encoding.Property] = [encoding.numbers("n", n)]
    if shown.group:
        groups = table.numbers(shown.group)[rows]
        first = np.concatenate([[True], groups[1:] != groups[:-1]]) | np.concatenate([[True], cells[1:] != cells[:-1]])
        properties.append(encoding.numbers("sites", np.add.reduceat(first.astype(np.int64), starts)))
    for column, prefix in shown.classes.items():
        properties += _counted(selection.column(column), rows, of_cell, len(starts), prefix, column in shown.lists)
    ids = cells[starts] | np.uint64(1 << (2 * level))
    return encoding.encode(name, ids, encoding.points(*grid.in_tile(x, y, tile)), properties)


def _counted(
    codes: Column, rows: Rows, of_cell: Rows, cells: int, prefix: str, is_list: bool
) -> list[encoding.Property]:
    """Return a property of counts for every class of a column; a cell without any of a class does not say so."""
    assert isinstance(codes, Codes)
    places = codes.places[rows]
    there = places >= 0
    width = len(codes.values)
    table = np.bincount(of_cell[there] * width + places[there], minlength=cells * width).reshape(cells, width)
    labels: Sequence[str] = codes.labels
    if is_list:
        labels = sorted({part for label in labels for part in label.split(",")})
        table = table @ np.array(
            [[part in label.split(",") for part in labels] for label in codes.labels], dtype=np.int64
        )
    return [
        encoding.numbers(f"{prefix}_{label}", table[:, place], table[:, place] > 0)
        for place, label in enumerate(labels)
        if table[:, place].any()
    ]
