"""A tile as a file: a GeoTIFF of two bands, level and serving cell, compressed; any GDAL reads it.

Band 1 is the level in hundredths of a dBm, band 2 the place of the serving cell in the tag ``servers`` (ids of cells;
a negative one is a station whose cell is assumed); -32768 is none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from maps.coverage.grid import SIDE, Grid, Tile
from maps.coverage.rasters.filling import NO_LEVEL

Shorts = NDArray[np.int16]
Integers = NDArray[np.int64]

#: what a level is multiplied by in a file
SCALE = 0.01
TAG = "servers"


@dataclass(frozen=True)
class TileData:
    """A tile that was read: level in hundredths of a dBm, place of the server, ids of the servers."""

    level: Shorts
    server: Shorts
    servers: Integers

    def level_dbm(self, row: int, column: int) -> float | None:
        value = int(self.level[row, column])
        return None if value == NO_LEVEL else value * SCALE

    def server_at(self, row: int, column: int) -> int | None:
        place = int(self.server[row, column])
        return int(self.servers[place]) if 0 <= place < len(self.servers) else None


def encode_tile(grid: Grid, tile: Tile, level: Shorts, server: Integers | None = None) -> bytes:
    """Return the file of a tile; *server* holds the id of the serving cell of each pixel, 0 for none."""
    places, servers = np.full((SIDE, SIDE), NO_LEVEL, dtype=np.int16), np.zeros(0, dtype=np.int64)
    if server is not None:
        servers, found = _numbered(server)
        places = np.where(server == 0, NO_LEVEL, found).astype(np.int16)
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            width=SIDE,
            height=SIDE,
            count=1 if server is None else 2,
            dtype="int16",
            nodata=NO_LEVEL,
            transform=Affine(*grid.affine(tile[0] * SIDE, tile[1] * SIDE)),
            tiled=True,
            blockxsize=SIDE,
            blockysize=SIDE,
            interleave="band",
            compress="deflate",
            zlevel=1,
            predictor=2,
        ) as file:
            file.write(level, 1)
            if server is not None:
                file.write(places, 2)
                file.update_tags(**{TAG: ",".join(map(str, servers.tolist()))})
        return bytes(memory.read())


def _numbered(server: Integers) -> tuple[Integers, Integers]:
    """Return the different values, in order, and the place of each pixel's: runs of equal pixels are few to sort."""
    flat = server.ravel()
    starts = np.flatnonzero(np.r_[True, flat[1:] != flat[:-1]])
    servers, found = np.unique(flat[starts], return_inverse=True)
    return servers, np.repeat(found, np.diff(np.r_[starts, flat.size])).reshape(server.shape)


def decode_tile(data: bytes) -> TileData:
    """Return what a file of :func:`encode_tile` holds."""
    with MemoryFile(data) as memory, memory.open() as file:
        level = file.read(1)
        if file.count == 1:
            return TileData(level, NOWHERE.server, NOWHERE.servers)
        text = file.tags().get(TAG, "")
        servers = np.array([int(one) for one in text.split(",") if one], dtype=np.int64)
        return TileData(level, file.read(2), servers)


NOWHERE = TileData(
    np.full((SIDE, SIDE), NO_LEVEL, dtype=np.int16),
    np.full((SIDE, SIDE), NO_LEVEL, dtype=np.int16),
    np.zeros(0, dtype=np.int64),
)
