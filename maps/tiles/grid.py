"""Where a place lies on the map's plane: Web Mercator as a unit square, tiles of it, and their order along a curve.

The plane is the square [0, 1) × [0, 1), x to the east, y to the south; tile ``z/x/y`` is the square with side 2^-z.
A Morton code interleaves the bits of x and y: all places of a tile, and of any cell of it, stand next to one another in
the order of their codes, so that a sorted list needs no other index.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.spatial.places import Box

#: bits of x and of y in a Morton code: 15 cm at the equator
BITS = 28
#: units of a tile's side, and how far around it symbols are taken along so that none is cut at the edge
EXTENT, BUFFER = 4096, 256
MOST_ZOOM = 22
#: beyond this latitude the plane ends
MOST_LATITUDE = 85.05112877980659
EARTH_RADIUS_M = 6378137.0
HALF_ROUND_M = math.pi * EARTH_RADIUS_M

Floats = NDArray[np.float64]
Codes = NDArray[np.uint64]
Places = NDArray[np.int64]

_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile. Raises ValueError for numbers that name none."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not (0 <= self.z <= MOST_ZOOM and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z):
            raise ValueError(f"{self.z}/{self.x}/{self.y} is no tile")

    def box(self, margin: int = BUFFER) -> Box:
        """Return the degrees that the tile covers with *margin* units around it, cut at the edge of the plane."""
        side, more = 2.0**-self.z, margin / EXTENT
        west, east = (self.x - more) * side, (self.x + 1 + more) * side
        north, south = (self.y - more) * side, (self.y + 1 + more) * side
        return Box(
            max(west * 360 - 180, -180.0),
            _latitude(min(south, 1.0)),
            min(east * 360 - 180, 180.0),
            _latitude(max(north, 0.0)),
        )

    def metres(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north in metres of EPSG:3857."""
        side = 2 * HALF_ROUND_M / 2**self.z
        west, north = self.x * side - HALF_ROUND_M, HALF_ROUND_M - self.y * side
        return west, north - side, west + side, north


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


def plane(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return x and y on the plane; latitudes near the poles are moved to its edge."""
    x = np.clip((lon + 180.0) / 360.0, 0.0, 1.0)
    latitude = np.clip(lat, -MOST_LATITUDE, MOST_LATITUDE)
    y = np.clip((1 - np.arcsinh(np.tan(np.radians(latitude))) / np.pi) / 2, 0.0, 1.0)
    return x, y


def degrees(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return longitude and latitude of places on the plane."""
    return x * 360.0 - 180.0, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))


def in_tile(x: Floats, y: Floats, tile: Tile) -> tuple[Places, Places]:
    """Return x and y in units of *tile*, rounded to whole ones."""
    scale = float(2**tile.z)
    return (
        np.rint((x * scale - tile.x) * EXTENT).astype(np.int64),
        np.rint((y * scale - tile.y) * EXTENT).astype(np.int64),
    )


# --- The curve --------------------------------------------------------------------------------------------------------


def _spread(bits: Codes) -> Codes:
    for shift, mask in _SPREAD:
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits


def interleave(column: NDArray[np.integer], row: NDArray[np.integer]) -> Codes:
    """Return the Morton codes of cells given by column and row."""
    return _spread(column.astype(np.uint64)) | (_spread(row.astype(np.uint64)) << np.uint64(1))


def morton(x: Floats, y: Floats) -> Codes:
    """Return the Morton codes of places on the plane."""
    cells = 2**BITS
    column = np.minimum((x * cells).astype(np.int64), cells - 1)
    row = np.minimum((y * cells).astype(np.int64), cells - 1)
    return interleave(column, row)


def ranges(sorted_codes: Codes, tile: Tile, level: int) -> list[tuple[int, int]]:
    """Return where, in *sorted_codes*, the places of *tile* and of one ring of cells of *level* around it stand.

    The first range is the tile's own; ranges are half open and none is empty but possibly the first.
    """
    own = 2 * (BITS - tile.z)
    first = int(interleave(np.array([tile.x]), np.array([tile.y]))[0]) << own
    start, end = np.searchsorted(sorted_codes, np.array([first, first + (1 << own)], dtype=np.uint64))
    return [(int(start), int(end)), *_ring(sorted_codes, tile, level)]


def _ring(sorted_codes: Codes, tile: Tile, level: int) -> list[tuple[int, int]]:
    side, edge = 1 << (level - tile.z), 1 << level
    west, north = tile.x * side, tile.y * side
    along = np.arange(-1, side + 1)
    inner = np.arange(side)
    columns = np.concatenate([along, along, np.full(side, -1), np.full(side, side)]) + west
    rows = np.concatenate([np.full(side + 2, -1), np.full(side + 2, side), inner, inner]) + north
    there = (columns >= 0) & (columns < edge) & (rows >= 0) & (rows < edge)
    shift = np.uint64(2 * (BITS - level))
    codes = np.sort(interleave(columns[there], rows[there]))
    starts = np.searchsorted(sorted_codes, codes << shift)
    ends = np.searchsorted(sorted_codes, (codes + np.uint64(1)) << shift)
    filled = starts < ends
    return list(zip(starts[filled].tolist(), ends[filled].tolist(), strict=True))
