"""The one grid of the whole country: square pixels of equal area, integer tiles, no seam between any zones.

Lambert's azimuthal equal-area projection around the middle of the country, as the European statistical grid does:
every pixel stands for the same area, and distances are within 0.3 % up to 1,000 km from the middle. Pixels count
eastwards and southwards from the middle; a tile is 256 by 256 pixels; negative numbers are to the west and north.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: pixels on a side of a tile
SIDE = 256
RESOLUTION_M = 50
LEAST_RESOLUTION_M, MOST_RESOLUTION_M = 10, 500
#: middle of Việt Nam's mainland; a deployment elsewhere sets COVERAGE_GRID
CENTRE = (106.0, 16.0)

Tile = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """Pixels of *resolution_m* around *centre* (lon, lat). Equal grids have equal tiles, whatever is computed."""

    resolution_m: int = RESOLUTION_M
    centre: tuple[float, float] = CENTRE

    def __post_init__(self) -> None:
        if not LEAST_RESOLUTION_M <= self.resolution_m <= MOST_RESOLUTION_M:
            raise ValueError(
                f"The resolution must be {LEAST_RESOLUTION_M} to {MOST_RESOLUTION_M} metres, not {self.resolution_m}."
            )

    @property
    def tile_m(self) -> int:
        """Side of a tile in metres."""
        return SIDE * self.resolution_m

    @property
    def pixel_m2(self) -> float:
        return float(self.resolution_m**2)

    @property
    def definition(self) -> str:
        """The projection for PROJ and GDAL."""
        lon, lat = self.centre
        return f"+proj=laea +lat_0={lat!r} +lon_0={lon!r} +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs +type=crs"

    @cached_property
    def crs(self) -> pyproj.CRS:
        return pyproj.CRS.from_user_input(self.definition)

    def metres(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """Return x eastwards and y northwards of the middle, metres."""
        x, y = _transformer(self.definition, True).transform(np.asarray(lon, float), np.asarray(lat, float))
        return np.asarray(x), np.asarray(y)

    def lonlat(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Return longitude and latitude of places in metres."""
        lon, lat = _transformer(self.definition, False).transform(np.asarray(x, float), np.asarray(y, float))
        return np.asarray(lon), np.asarray(lat)

    def pixels(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Integers, Integers]:
        """Return column and row of the pixels that hold places."""
        x, y = self.metres(lon, lat)
        return (
            np.floor(x / self.resolution_m).astype(np.int64),
            np.floor(-y / self.resolution_m).astype(np.int64),
        )

    def centres(self, column: ArrayLike, row: ArrayLike) -> tuple[Floats, Floats]:
        """Return longitude and latitude of the middles of pixels."""
        return self.lonlat(
            (np.asarray(column, float) + 0.5) * self.resolution_m, -(np.asarray(row, float) + 0.5) * self.resolution_m
        )

    def north(self, lon: ArrayLike, lat: ArrayLike) -> Floats:
        """Return the direction of true north on the grid, degrees clockwise: what an azimuth turns by on it."""
        east, upper = np.asarray(lon, float), np.asarray(lat, float)
        x0, y0 = self.metres(east, upper)
        x1, y1 = self.metres(east, upper + 1e-4)
        return np.degrees(np.arctan2(x1 - x0, y1 - y0))

    def bounds_of(self, tile: Tile) -> tuple[float, float, float, float]:
        """Return west, south, east, north of a tile, metres."""
        west, north = tile[0] * self.tile_m, -tile[1] * self.tile_m
        return (float(west), float(north - self.tile_m), float(west + self.tile_m), float(north))

    def tiles_in(self, west: float, south: float, east: float, north: float) -> list[Tile]:
        """Return the tiles that meet a box in degrees, row by row."""
        left, bottom, right, top = self.box_m(west, south, east, north)
        return self.tiles_between(left, bottom, right, top)

    def tiles_between(self, left: float, bottom: float, right: float, top: float) -> list[Tile]:
        """Return the tiles that meet a box in metres, row by row."""
        size = self.tile_m
        columns = range(math.floor(left / size), math.floor(right / size) + 1)
        rows = range(math.floor(-top / size), math.floor(-bottom / size) + 1)
        return [(column, row) for row in rows for column in columns]

    def box_m(self, west: float, south: float, east: float, north: float) -> tuple[float, float, float, float]:
        """Return the smallest box in metres around a box in degrees: its sides are bent on the grid."""
        along = np.linspace(0.0, 1.0, 33)
        lon = np.concatenate([west + (east - west) * along] * 2 + [np.full(33, west), np.full(33, east)])
        lat = np.concatenate([np.full(33, south), np.full(33, north)] + [south + (north - south) * along] * 2)
        x, y = self.metres(lon, lat)
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())

    def box_deg(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """Return the smallest box in degrees (west, south, east, north) around a box in metres."""
        along = np.linspace(0.0, 1.0, 33)
        x = np.concatenate([left + (right - left) * along] * 2 + [np.full(33, left), np.full(33, right)])
        y = np.concatenate([np.full(33, bottom), np.full(33, top)] + [bottom + (top - bottom) * along] * 2)
        lon, lat = self.lonlat(x, y)
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def window_centres(self, tile: Tile) -> tuple[Floats, Floats]:
        """Return x of the columns and y of the rows of a tile's pixels (their middles), metres, 256 each."""
        middle = (np.arange(SIDE) + 0.5) * self.resolution_m
        west, _south, _east, north = self.bounds_of(tile)
        return np.asarray(west + middle), np.asarray(north - middle)

    def affine(self, column: int, row: int) -> tuple[float, float, float, float, float, float]:
        """Return the affine transform of a raster whose upper left pixel is *column*, *row*."""
        size = float(self.resolution_m)
        return (size, 0.0, column * size, 0.0, -size, -row * size)

    def as_json(self) -> list[Any]:
        return [self.resolution_m, *self.centre]


@lru_cache(maxsize=8)
def _transformer(definition: str, forward: bool) -> pyproj.Transformer:
    degrees, metres = pyproj.CRS.from_epsg(4326), pyproj.CRS.from_user_input(definition)
    source, target = (degrees, metres) if forward else (metres, degrees)
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def tile_id(tile: Tile) -> int:
    """Return one integer for a tile: rows in the upper, columns in the lower 16 bits, both shifted to be positive."""
    column, row = tile[0] + 0x8000, tile[1] + 0x8000
    if not (0 <= column <= 0xFFFF and 0 <= row <= 0xFFFF):
        raise ValueError(f"{tile} is no tile of the grid.")
    return row << 16 | column


def tile_ids(columns: Integers, rows: Integers) -> Integers:
    """Return :func:`tile_id` of many tiles; places far off the grid may share a number that no tile of it has."""
    column, row = (np.clip(one + 0x8000, -1, 0x10000) for one in (columns, rows))
    beyond = (column < 0) | (column > 0xFFFF) | (row < 0) | (row > 0xFFFF)
    return np.where(beyond, -1, row << 16 | column)


def tile_of(number: int) -> Tile:
    """Return the tile with the integer *number*."""
    return (number & 0xFFFF) - 0x8000, (number >> 16) - 0x8000
