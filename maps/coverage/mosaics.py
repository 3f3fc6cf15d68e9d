"""Reads levels of a map: single tiles, kept for a while, and windows of many tiles."""

import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maps.coverage.grid import SIDE, Tile, tile_id
from maps.coverage.manifests import Manifest
from maps.coverage.planning import tile_key
from maps.coverage.rasters.filling import NO_LEVEL
from maps.coverage.rasters.tiles import NOWHERE, TileData, decode_tile
from maps.coverage.store import Store

Shorts = NDArray[np.int16]
#: a tile that was read takes 256 kB, one of several organizations together half of it
KEPT_TILES = 400
READERS = 4


@dataclass(frozen=True)
class Window:
    """A rectangle of whole tiles: its upper left tile and how many tiles wide and high it is."""

    column: int
    row: int
    wide: int
    high: int

    @classmethod
    def around(cls, tiles: list[Tile]) -> "Window":
        """Return the smallest window that holds *tiles* (one at least)."""
        columns, rows = [tile[0] for tile in tiles], [tile[1] for tile in tiles]
        return cls(min(columns), min(rows), max(columns) - min(columns) + 1, max(rows) - min(rows) + 1)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of its pixels."""
        return self.high * SIDE, self.wide * SIDE

    @property
    def origin(self) -> tuple[int, int]:
        """Column and row of its upper left pixel on the grid."""
        return self.column * SIDE, self.row * SIDE

    def tiles(self) -> list[Tile]:
        return [
            (column, row)
            for row in range(self.row, self.row + self.high)
            for column in range(self.column, self.column + self.wide)
        ]

    def place(self, tile: Tile) -> tuple[slice, slice]:
        """Return where a tile's pixels lie in the window."""
        down, aside = (tile[1] - self.row) * SIDE, (tile[0] - self.column) * SIDE
        return slice(down, down + SIDE), slice(aside, aside + SIDE)


@lru_cache(maxsize=KEPT_TILES)
def read_tile(address: str, digest: str) -> TileData:
    """Return the tile with *digest*; its content never changes, so it is kept."""
    return decode_tile(Store(address).read(tile_key(digest)))


def units_key(prefix: str, tile: Tile) -> str:
    return f"{prefix}/{tile_id(tile)}.units"


def encode_units(units: NDArray[np.int32]) -> bytes:
    """Return the id of each pixel's commune (0: outside the territory), compressed."""
    return zlib.compress(units.astype("<i4").tobytes(), 6)


@lru_cache(maxsize=KEPT_TILES)
def read_units(address: str, prefix: str, tile: Tile) -> NDArray[np.int32]:
    """Return the ids of communes on a tile; 0 everywhere where the store has no such file."""
    try:
        data = zlib.decompress(Store(address).read(units_key(prefix, tile)))
    except FileNotFoundError:
        return np.zeros((SIDE, SIDE), dtype=np.int32)
    return np.frombuffer(data, dtype="<i4").reshape(SIDE, SIDE)


def people_key(prefix: str, tile: Tile) -> str:
    return f"{prefix}/{tile_id(tile)}.people"


def encode_people(people: NDArray[np.float32]) -> bytes:
    return zlib.compress(people.astype("<f4").tobytes(), 1)


@lru_cache(maxsize=KEPT_TILES)
def read_people(address: str, prefix: str, tile: Tile) -> NDArray[np.float32]:
    """Return the people on each pixel of a tile as they were when the map was computed; nobody without such a file."""
    try:
        data = zlib.decompress(Store(address).read(people_key(prefix, tile)))
    except FileNotFoundError:
        return np.zeros((SIDE, SIDE), dtype=np.float32)
    return np.frombuffer(data, dtype="<f4").reshape(SIDE, SIDE)


def people_at(address: str, manifest: Manifest, tile: Tile) -> NDArray[np.float32]:
    """Return the people on each pixel of a map's tile."""
    return read_people(address, manifest.ground, tile)


def units_at_tile(address: str, manifest: Manifest, tile: Tile) -> NDArray[np.int32]:
    """Return the id of the commune of each pixel of a map's tile, as it was when the map was computed."""
    return read_units(address, manifest.ground, tile)


def inside_at(address: str, manifest: Manifest, tile: Tile) -> NDArray[np.bool_]:
    """Return which pixels of a map's tile lie in its territory."""
    return units_at_tile(address, manifest, tile) > 0


def tile_at(address: str, manifest: Manifest, tile: Tile) -> TileData:
    """Return a tile of a map; one without any level where the map has none."""
    digest = manifest.tiles.get(tile)
    return NOWHERE if digest is None else read_tile(address, digest)


def read_levels(address: str, manifest: Manifest, window: Window) -> Shorts:
    """Return the levels in *window*, hundredths of a dBm."""
    levels = np.full(window.shape, NO_LEVEL, dtype=np.int16)
    store = Store(address)

    def place(tile: Tile) -> None:
        digest = manifest.tiles.get(tile)
        if digest is not None:
            levels[window.place(tile)] = decode_tile(store.read(tile_key(digest))).level

    with ThreadPoolExecutor(READERS) as pool:
        list(pool.map(place, window.tiles()))
    return levels
