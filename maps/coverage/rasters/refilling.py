"""Fills a tile again after a few cells changed: what the others reach is there already.

A cell that is new can only raise pixels; where one that is gone served, everybody is asked again, in those blocks only.
The tile comes out as if it had been filled from nothing, to the last server.
"""

import numpy as np
from numpy.typing import NDArray

from maps.coverage.grid import Grid, Tile
from maps.coverage.rasters.filling import (
    ALL_BLOCKS,
    BLOCK,
    BLOCKS,
    NO_LEVEL,
    NO_SERVER,
    Start,
    fill_tile,
)
from maps.coverage.rasters.tiles import TileData
from maps.coverage.sectors import Sectors, names_of

Shorts = NDArray[np.int16]
Integers = NDArray[np.int64]


def refill_tile(
    grid: Grid, tile: Tile, sectors: Sectors, before: TileData, gone: tuple[int, ...], fresh: NDArray[np.bool_]
) -> tuple[Shorts, Integers]:
    """Return levels and names of the servers (0: none) of one layer's *sectors* on *tile*.

    *before* is the tile as it was, *gone* the names of the cells that are no longer as they were then, *fresh* tells
    which of *sectors* were not there. All others are the same, and so is the floor of the layer.
    """
    names = names_of(sectors)
    level, server = before.level.copy(), _names(before)
    redo = np.isin(server, gone) & (level != NO_LEVEL)
    known = np.where(redo, NO_LEVEL, level)
    if fresh.any():
        rows = np.flatnonzero(fresh)
        [raised] = fill_tile(grid, tile, sectors.take(rows), _one(rows), 1, start=Start(known, ALL_BLOCKS))
        better = (raised.server != NO_SERVER) & (raised.level > known)
        level[better], server[better] = raised.level[better], names[rows][raised.server[better]]
        # who of two equals serves depends on all of them
        redo |= (raised.server != NO_SERVER) & (raised.level == known)
    blocks = redo.reshape(BLOCKS, BLOCK, BLOCKS, BLOCK).any(axis=(1, 3))
    if not blocks.any():
        return level, server
    [again] = fill_tile(grid, tile, sectors, _one(names), 1, start=Start(known, blocks))
    here = blocks.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)
    found = again.server != NO_SERVER
    if (here & ~found & (known != NO_LEVEL)).any():
        # the tile was not what these sectors make: begin from nothing
        [again] = fill_tile(grid, tile, sectors, _one(names), 1)
        here, found = np.ones_like(here), again.server != NO_SERVER
    level[here] = again.level[here]
    server[here] = np.where(found, names[again.server], 0)[here]
    return level, server


def _one(rows: Integers) -> Integers:
    return np.zeros(len(rows), dtype=np.int64)


def _names(data: TileData) -> Integers:
    """Return the name of the server of each pixel, 0 for none."""
    names = np.append(data.servers, 0)
    return np.asarray(names[np.where(data.server == NO_LEVEL, len(data.servers), data.server)])
