"""Fills one tile: sorts the sectors for the kernel, makes its tables, adds models that the kernel cannot tabulate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maps.coverage.grid import SIDE, Grid, Tile
from maps.coverage.rasters.exact import Terrain, levels_dbm
from maps.coverage.rasters.tables import HUNDREDTHS, cosines, direction_degrees, loss_tables, pattern_tables
from maps.coverage.sectors import Sectors

Shorts = NDArray[np.int16]
Integers = NDArray[np.int64]

#: no level, no server
NO_LEVEL = -32_768
NO_SERVER = -1
#: pixels on a side of the blocks that the kernel works through
BLOCK = 16
BLOCKS = SIDE // BLOCK
ALL_BLOCKS = np.ones((BLOCKS, BLOCKS), dtype=bool)


@dataclass(frozen=True)
class Levels:
    """A tile of one layer: hundredths of a dBm and the number of the serving sector, as the caller counts them."""

    level: Shorts
    server: NDArray[np.int32]

    @property
    def is_empty(self) -> bool:
        return bool((self.level == NO_LEVEL).all())


@dataclass(frozen=True)
class Start:
    """What a tile of one layer is begun with: levels that are known, NO_LEVEL elsewhere, and the blocks to look at."""

    level: Shorts
    blocks: NDArray[np.bool_]


def fill_tile(
    grid: Grid,
    tile: Tile,
    sectors: Sectors,
    layer: Integers,
    layers: int,
    terrain: Terrain | None = None,
    start: Start | None = None,
) -> list[Levels]:
    """Return the levels of each layer on *tile*; ``layer`` is the place of each sector's layer.

    With a *start* (of a single layer) only pixels that reach at least the level there have a level and a server.
    """
    floors = np.array([_floor(sectors, layer, one) for one in range(layers)], dtype=np.int16)
    best = np.repeat(floors, SIDE * SIDE).reshape(layers, SIDE, SIDE)
    if start is not None:
        # one less, so that whoever reaches the level is found, and of equals the same one as ever
        best[0] = np.maximum(best[0], np.maximum(start.level, NO_LEVEL + 1) - 1)
    wanted = ALL_BLOCKS if start is None else start.blocks
    server = np.full((layers, SIDE, SIDE), NO_SERVER, dtype=np.int32)
    radial = np.array([model.is_radial for model in sectors.models], dtype=bool)
    if len(sectors):
        fast = radial[sectors.loss]
        _fill(grid, tile, sectors, layer, np.flatnonzero(fast), best, server, wanted)
        for row in np.flatnonzero(~fast).tolist():
            _add(grid, tile, sectors, row, best[layer[row]], server[layer[row]], terrain)
    best[server == NO_SERVER] = NO_LEVEL
    return [Levels(best[one], server[one]) for one in range(layers)]


def _floor(sectors: Sectors, layer: Integers, one: int) -> int:
    """Return the level that a layer's pixels must exceed, hundredths of a dBm."""
    rows = layer == one
    lowest = float(sectors.floor_dbm[rows].min()) if rows.any() else 0.0
    return round(lowest * HUNDREDTHS)


def _order(grid: Grid, tile: Tile, sectors: Sectors, rows: Integers) -> Integers:
    """Return *rows* by site, the nearest site to the middle of the tile first, equal ones by cell."""
    west, south, east, north = grid.bounds_of(tile)
    away = np.hypot(sectors.x[rows] - (west + east) / 2, sectors.y[rows] - (south + north) / 2)
    order = np.lexsort((sectors.station[rows], sectors.cell[rows], sectors.y[rows], sectors.x[rows], away))
    return np.asarray(rows[order])


def _fill(
    grid: Grid,
    tile: Tile,
    sectors: Sectors,
    layer: Integers,
    rows: Integers,
    best: Shorts,
    server: NDArray[np.int32],
    wanted: NDArray[np.bool_],
) -> None:
    from maps.coverage.rasters.kernel import fill  # noqa: PLC0415 -- Numba takes a second to load

    if not len(rows):
        return
    ordered = _order(grid, tile, sectors, rows)
    x, y = sectors.x[ordered], sectors.y[ordered]
    starts = np.flatnonzero(np.r_[True, (np.diff(x) != 0) | (np.diff(y) != 0)])
    cuts = pattern_tables(sectors.patterns)
    numbers = np.full((best.shape[0], SIDE, SIDE), NO_SERVER, dtype=np.int32)
    fill(
        best,
        numbers,
        tile[0] * SIDE,
        tile[1] * SIDE,
        float(grid.resolution_m),
        x[starts],
        y[starts],
        starts,
        np.r_[starts[1:], len(ordered)],
        layer[ordered],
        np.round(sectors.level_dbm[ordered] * HUNDREDTHS).astype(np.int32),
        sectors.reach_m[ordered],
        np.nan_to_num(sectors.azimuth_deg[ordered], nan=0.0),
        sectors.electrical_tilt_deg[ordered],
        sectors.tilt_deg[ordered],
        sectors.loss[ordered],
        sectors.pattern[ordered],
        loss_tables(sectors, grid.tile_m * np.ceil(sectors.reach_m.max() / grid.tile_m + 0.1)),
        cuts.horizontal,
        cuts.weight,
        cuts.vertical,
        cuts.nearest,
        cuts.floor,
        direction_degrees(),
        cosines(),
        wanted,
    )
    found = numbers >= 0
    server[found] = ordered[numbers[found]]


def _add(
    grid: Grid,
    tile: Tile,
    sectors: Sectors,
    row: int,
    best: Shorts,
    server: NDArray[np.int32],
    terrain: Terrain | None,
) -> None:
    """Merge a sector whose model looks at more than the distance."""
    x, y = np.meshgrid(*grid.window_centres(tile))
    level = levels_dbm(sectors, row, x, y, terrain)
    whole = np.where(np.isnan(level), NO_LEVEL, np.round(np.nan_to_num(level) * HUNDREDTHS)).astype(np.int16)
    better = whole > best
    best[better], server[better] = whole[better], row
