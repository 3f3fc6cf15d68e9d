"""Lines and areas in a tile's units: moved, rounded, clipped and written as commands, all features at once."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from maps.tiles import grid
from maps.tiles.encoding import AREA, CLOSE, LINE, LINE_TO, MOVE_TO, Geometry, Numbers, spans, zigzag
from maps.tiles.grid import BUFFER, EXTENT, Tile

Shapes = NDArray[Any]


def on_plane(shapes: Shapes) -> Shapes:
    """Return shapes of EPSG:4326 on the plane of :mod:`maps.tiles.grid`."""

    def moved(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.stack(grid.plane(lonlat[:, 0], lonlat[:, 1]), axis=1)

    return np.asarray(shapely.transform(shapes, moved))


def lines(shapes: Shapes, tile: Tile) -> tuple[Geometry, Numbers]:
    """Return lines (on the plane) as they lie in *tile*, and which of *shapes* are left; the rest lie outside."""
    inside = _clipped(_rounded(shapes, tile))
    index = np.arange(len(shapes))
    parts, of_shape = shapely.get_parts(inside, return_index=True)
    is_line = shapely.get_type_id(parts) == 1
    parts, of_shape = shapely.remove_repeated_points(_whole(parts[is_line])), of_shape[is_line]
    length = shapely.get_num_coordinates(parts)
    there = (length > 1) & (shapely.length(parts) > 0)
    return _commands(LINE, parts[there], of_shape[there], index)


def areas(shapes: Shapes, tile: Tile) -> tuple[Geometry, Numbers]:
    """Return areas (on the plane) as they lie in *tile*, valid, and which of *shapes* are left."""
    index = np.arange(len(shapes))
    inside = shapely.set_precision(_clipped(_scaled(shapes, tile)), 1.0)
    parts, of_shape = shapely.get_parts(inside, return_index=True)
    is_area = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    polygons = shapely.orient_polygons(parts[is_area], exterior_cw=False)
    rings, of_polygon = shapely.get_rings(polygons, return_index=True)
    return _commands(AREA, rings, of_shape[is_area][of_polygon], index)


def _scaled(shapes: Shapes, tile: Tile) -> Shapes:
    scale = float(2**tile.z) * EXTENT
    origin = np.array([tile.x * EXTENT, tile.y * EXTENT], dtype=np.float64)
    return np.asarray(shapely.transform(shapes, lambda xy: xy * scale - origin))


def _rounded(shapes: Shapes, tile: Tile) -> Shapes:
    scale = float(2**tile.z) * EXTENT
    origin = np.array([tile.x * EXTENT, tile.y * EXTENT], dtype=np.float64)
    return np.asarray(shapely.transform(shapes, lambda xy: np.rint(xy * scale - origin)))


def _whole(shapes: Shapes) -> Shapes:
    return np.asarray(shapely.transform(shapes, np.rint))


def _clipped(shapes: Shapes) -> Shapes:
    return np.asarray(shapely.clip_by_rect(shapes, -BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER))


def _commands(kind: int, parts: Shapes, of_shape: Numbers, index: Numbers) -> tuple[Geometry, Numbers]:
    """Write parts (lines or closed rings, those of one feature in a row) as commands, each point as seen from the last.

    A part of k points is: move to, x, y, line to (k - 1 times), the differences, for a ring: close. The point that
    closes a ring is not written.
    """
    places, of_part = shapely.get_coordinates(parts, return_index=True)
    if not len(places):
        return Geometry(kind, np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)), index[:0]
    if kind == AREA:
        last = np.concatenate([of_part[1:] != of_part[:-1], [True]])
        places, of_part = places[~last], of_part[~last]
    whole = places.astype(np.int64)
    points = np.bincount(of_part, minlength=len(parts))
    features, first_part = np.unique(of_shape, return_index=True)
    steps = np.diff(whole, axis=0, prepend=0)
    starts = np.cumsum(points) - points
    steps[starts[first_part]] = whole[starts[first_part]]
    closing = 1 if kind == AREA else 0
    sizes = 2 * points + 2 + closing
    numbers = np.empty(int(sizes.sum()), dtype=np.uint64)
    at = np.cumsum(sizes) - sizes
    numbers[at] = MOVE_TO | (1 << 3)
    numbers[at + 3] = LINE_TO | ((points - 1) << 3)
    if closing:
        numbers[at + sizes - 1] = CLOSE | (1 << 3)
    within = spans(np.zeros(len(points), dtype=np.int64), points)
    place = np.repeat(at, points) + 1 + 2 * within + (within > 0)
    numbers[place], numbers[place + 1] = zigzag(steps[:, 0]), zigzag(steps[:, 1])
    counts = np.add.reduceat(sizes, first_part)
    return Geometry(kind, numbers, counts), features
