"""Reads levels of a map: single tiles, kept for a while, and windows of many tiles."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maps.coverage.grid import SIDE, Tile
from maps.coverage.manifests import Manifest
from maps.coverage.planning import tile_key
from maps.coverage.rasters.filling import NO_LEVEL
from maps.coverage.rasters.tiles import NOWHERE, TileData, decode_tile
from maps.coverage.store import Store

Shorts = NDArray[np.int16]
#: a tile that was read takes 256 kB
KEPT_TILES = 256
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
