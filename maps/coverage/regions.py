"""A province on the grid: the commune of each pixel, how many people live on it, its roads and villages.

A pixel belongs to the commune that holds its middle, so communes share no pixel and add up to the province. A commune's
people are spread over its pixels by a population grid where one is loaded, else evenly; the register's number counts.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.transform import Affine

from maps.coverage.grid import SIDE, Grid, Tile
from maps.coverage.mosaics import Window

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: a point of a road stands for so many metres
ROAD_STEP_M = 50.0
NOWHERE = 0


@dataclass(frozen=True)
class Commune:
    """A unit of the register: boundary in degrees, people who live there (None: not known)."""

    pk: int
    boundary: shapely.Geometry
    population: float | None
    density: float | None = None


@dataclass(frozen=True)
class Places:
    """Points on the grid by pixel of the window: what each stands for (metres of road, one village)."""

    row: Integers
    column: Integers
    weight: Floats
    number: Integers

    def __len__(self) -> int:
        return len(self.row)

    def within(self, here: tuple[slice, ...]) -> "Places":
        """Return those in part of the window, counted from its corner."""
        down, aside = here
        row, column = self.row - down.start, self.column - aside.start
        kept = (row >= 0) & (row < down.stop - down.start) & (column >= 0) & (column < aside.stop - aside.start)
        return Places(row[kept], column[kept], self.weight[kept], self.number[kept])


EMPTY = Places(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))


@dataclass(frozen=True)
class Region:
    """One province (or part of it) on the grid.

    ``unit`` holds the place of each pixel's commune among ``communes`` plus one, 0 outside; ``people`` the people on
    each pixel. ``roads`` and ``villages`` are None where no such layer is loaded.
    """

    grid: Grid
    window: Window
    communes: tuple[int, ...]
    unit: NDArray[np.int32]
    people: NDArray[np.float32]
    roads: Places | None = None
    villages: Places | None = None
    digest: str = ""

    def ids(self, place: tuple[slice, slice]) -> NDArray[np.int32]:
        """Return the ids of the communes on part of the window, 0 outside."""
        return np.array([0, *self.communes], dtype=np.int32)[self.unit[place]]

    def part(self, units: Collection[int]) -> "Region":
        """Return the region of the communes in *units* (ids, one at least), on no more tiles than they need."""
        wanted = set(units)
        chosen = [(place, box) for place, box in self.boxes if self.communes[place - 1] in wanted]
        rows, columns = zip(*(box for _place, box in chosen), strict=True)
        first = (min(one.start for one in columns) // SIDE, min(one.start for one in rows) // SIDE)
        last = ((max(one.stop for one in columns) - 1) // SIDE, (max(one.stop for one in rows) - 1) // SIDE)
        whole = self.window
        window = Window(whole.column + first[0], whole.row + first[1], last[0] - first[0] + 1, last[1] - first[1] + 1)
        number = np.zeros(len(self.communes) + 1, dtype=np.int32)
        number[[place for place, _box in chosen]] = np.arange(1, len(chosen) + 1)
        here = tuple(slice(one * SIDE, (two + 1) * SIDE) for one, two in zip(first[::-1], last[::-1], strict=True))
        return Region(
            grid=self.grid,
            window=window,
            communes=tuple(self.communes[place - 1] for place, _box in chosen),
            unit=number[self.unit[here]],
            people=self.people[here],
            roads=None if self.roads is None else self.roads.within(here),
            villages=None if self.villages is None else self.villages.within(here),
        )

    def communes_on(self, tiles: Iterable[Tile]) -> set[int]:
        """Return the communes (ids) that have pixels on any of *tiles*."""
        there = set(self.window.tiles())
        places = [np.unique(self.unit[self.window.place(tile)]) for tile in tiles if tile in there]
        return {self.communes[place - 1] for place in np.unique(np.concatenate([[0], *places])).tolist() if place}

    @cached_property
    def inside(self) -> Integers:
        """The places of the pixels that lie in a commune, in the window's flat order."""
        return np.flatnonzero(self.unit)

    @cached_property
    def boxes(self) -> list[tuple[int, tuple[slice, slice]]]:
        """The place of each commune that has pixels, with the box around them."""
        from scipy import ndimage  # noqa: PLC0415 -- takes half a second to load, and only runs and files need it

        found: list[Any] = ndimage.find_objects(self.unit)
        return [(place, box) for place, box in enumerate(found, start=1) if box is not None]

    @cached_property
    def units_inside(self) -> Integers:
        return self.unit.ravel()[self.inside].astype(np.int64)

    @cached_property
    def people_inside(self) -> NDArray[np.float32]:
        return np.asarray(self.people.ravel()[self.inside])


#: people per pixel of a population grid for a window, None where no grid is loaded
Weights = Callable[[Grid, Window], NDArray[np.float32]]


@dataclass(frozen=True)
class Ground:
    """What lies on the ground besides communes: a population grid, roads (lines) and villages (points) in degrees.

    All are read when they are asked for; ``digests`` tells them apart without reading.
    """

    weights: Weights | None = None
    roads: Callable[[], Sequence[shapely.Geometry]] | None = None
    villages: Callable[[], Sequence[tuple[int, float, float]]] | None = None
    digests: tuple[str, ...] = field(default_factory=tuple)


#: the region that was made last: runs after small changes all need the same
_last: list[Region] = []


def kept_region_of(grid: Grid, communes: Sequence[Commune], ground: Ground) -> Region | None:
    """Return what :func:`region_of` does; where it is the same as the last time, that one."""
    digest = _digest(grid, communes, ground)
    for one in _last:
        if one.digest == digest:
            return one
    made = region_of(grid, communes, ground)
    if made is not None:
        _last[:] = [made]
    return made


def region_of(grid: Grid, communes: Sequence[Commune], ground: Ground) -> Region | None:
    """Return the region that *communes* make up, None where none of them has a boundary."""
    shapes = [on_grid(grid, one.boundary) for one in communes]
    bounds = [shape.bounds for shape in shapes if not shape.is_empty]
    if not bounds:
        return None
    left, bottom = (min(one[side] for one in bounds) for side in (0, 1))
    right, top = (max(one[side] for one in bounds) for side in (2, 3))
    window = Window.around(grid.tiles_between(left, bottom, right, top))
    unit = _units(grid, window, shapes)
    weights = None if ground.weights is None else ground.weights(grid, window)
    return Region(
        grid=grid,
        window=window,
        communes=tuple(one.pk for one in communes),
        unit=unit,
        people=spread([one.population for one in communes], unit, weights),
        roads=None if ground.roads is None else _roads(grid, window, ground.roads()),
        villages=None if ground.villages is None else _villages(grid, window, ground.villages()),
        digest=_digest(grid, communes, ground),
    )


def on_grid(grid: Grid, shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape in degrees as one in the grid's metres."""

    def project(corners: Floats) -> Floats:
        return np.column_stack(grid.metres(corners[:, 0], corners[:, 1]))

    return shapely.transform(shape, project)


def _units(grid: Grid, window: Window, shapes: Sequence[shapely.Geometry]) -> NDArray[np.int32]:
    numbered = [(shape, place) for place, shape in enumerate(shapes, start=1) if not shape.is_empty]
    drawn = rasterize(
        numbered,
        out_shape=window.shape,
        transform=Affine(*grid.affine(*window.origin)),
        fill=NOWHERE,
        dtype=np.int32,
    )
    return np.asarray(drawn)


def spread(
    populations: Sequence[float | None], unit: NDArray[np.int32], weights: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    """Return the people on each pixel: each commune's number by *weights*, evenly where they say nothing.

    A commune whose number is not known takes the grid's own people, or none without a grid.
    """
    count = len(populations) + 1
    flat = unit.ravel()
    pixels = np.bincount(flat, minlength=count)
    share = np.ones(flat.shape, dtype=np.float64) if weights is None else np.maximum(weights.ravel(), 0.0)
    total = np.bincount(flat, weights=share, minlength=count)
    factor, even = np.zeros(count), np.zeros(count)
    for place, population in enumerate(populations, start=1):
        if population is None:
            factor[place] = 0.0 if weights is None else 1.0
        elif total[place] > 0:
            factor[place] = population / total[place]
        elif pixels[place]:
            even[place] = population / pixels[place]
    return (share * factor[flat] + even[flat]).astype(np.float32).reshape(unit.shape)


def _inside(grid: Grid, window: Window, x: Floats, y: Floats) -> tuple[Integers, Integers, NDArray[np.bool_]]:
    first_column, first_row = window.origin
    column = np.floor(x / grid.resolution_m).astype(np.int64) - first_column
    row = np.floor(-y / grid.resolution_m).astype(np.int64) - first_row
    high, wide = window.shape
    return row, column, (row >= 0) & (row < high) & (column >= 0) & (column < wide)


def _places(grid: Grid, window: Window, x: Floats, y: Floats, weight: Floats, number: Integers) -> Places:
    row, column, inside = _inside(grid, window, x, y)
    return Places(row[inside], column[inside], weight[inside], number[inside])


def _roads(grid: Grid, window: Window, lines: Sequence[shapely.Geometry]) -> Places:
    """Return a point in the middle of every 50 metres (about) of the roads, with the metres that it stands for."""
    if not len(lines):
        return EMPTY
    parts = shapely.get_parts(np.array([on_grid(grid, line) for line in lines], dtype=object))
    metres = shapely.length(parts)
    pieces = np.maximum(np.ceil(metres / ROAD_STEP_M), 1).astype(np.int64)
    which = np.repeat(np.arange(len(parts)), pieces)
    step = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    each = metres / pieces
    points = shapely.line_interpolate_point(parts[which], (step + 0.5) * each[which])
    corners = shapely.get_coordinates(points)
    return _places(grid, window, corners[:, 0], corners[:, 1], each[which], which)


def _villages(grid: Grid, window: Window, villages: Sequence[tuple[int, float, float]]) -> Places:
    if not len(villages):
        return EMPTY
    table = np.array(villages, dtype=np.float64)
    x, y = grid.metres(table[:, 1], table[:, 2])
    return _places(grid, window, x, y, np.ones(len(table)), table[:, 0].astype(np.int64))


def _digest(grid: Grid, communes: Sequence[Commune], ground: Ground) -> str:
    made = hashlib.blake2b(repr((grid.as_json(), ground.digests)).encode(), digest_size=20)
    for one in communes:
        made.update(repr((one.pk, one.population)).encode())
        made.update(shapely.to_wkb(one.boundary))
    return made.hexdigest()
