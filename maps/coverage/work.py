"""The task that computes tiles. The same on a thread here and on a worker elsewhere: everything it needs comes with it.

A tile that is in the store already is not computed again, so a task may be repeated, and a run may be resumed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maps.coverage.grid import SIDE, Grid, Tile
from maps.coverage.planning import JointTile, LayerTile, Plan, TilePlan, tile_key
from maps.coverage.rasters.filling import NO_LEVEL, fill_tile
from maps.coverage.rasters.refilling import refill_tile
from maps.coverage.rasters.tiles import TileData, decode_tile, encode_tile
from maps.coverage.sectors import MapSettings, Sectors, names_of
from maps.coverage.store import Store

Shorts = NDArray[np.int16]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """Some tiles with the sectors that reach them; the rows of the plans count within these sectors."""

    settings: MapSettings
    sectors: Sectors
    tiles: list[TilePlan]
    store: str

    @property
    def work(self) -> int:
        return sum(tile.work for tile in self.tiles)


@dataclass(frozen=True)
class Done:
    """What a batch did: layers on tiles computed anew, and found as they were."""

    tiles: int
    computed: int
    kept: int


def batches_of(plan: Plan, store: str, *, work: int, kept: frozenset[str] = frozenset()) -> list[Batch]:
    """Return the plan's tiles that are not all in *kept* (digests), about *work* sectors to a batch."""
    groups: list[list[TilePlan]] = []
    load = work
    for tile in plan.tiles:
        if all(digest in kept for digest in tile.digests):
            continue
        if load >= work:
            groups.append([])
            load = 0
        groups[-1].append(tile)
        load += tile.work
    return [_batch(plan, tiles, store) for tiles in groups]


def _batch(plan: Plan, tiles: list[TilePlan], store: str) -> Batch:
    rows = np.unique(np.concatenate([layer.rows for tile in tiles for layer in tile.layers]))
    moved = [
        TilePlan(
            tile.tile,
            [replace(one, rows=np.searchsorted(rows, one.rows)) for one in tile.layers],
            tile.joints,
        )
        for tile in tiles
    ]
    return Batch(plan.settings, plan.sectors.take(rows), moved, store)


def compute_batch(batch: Batch) -> Done:
    """Compute and keep every tile of *batch* that is not there yet."""
    store = Store(batch.store)
    computed = kept = 0
    for tile in batch.tiles:
        there = store.existing(tile_key(digest) for digest in tile.digests)
        missing = [one for one in tile.layers if tile_key(one.digest) not in there]
        levels = _compute(batch, tile.tile, missing, store)
        for joint in tile.joints:
            if tile_key(joint.digest) not in there:
                _join(batch.settings.grid, tile.tile, joint, levels, store)
                computed += 1
        computed += len(missing)
        kept += len(there)
    return Done(len(batch.tiles), computed, kept)


def _compute(batch: Batch, tile: Tile, layers: Sequence[LayerTile], store: Store) -> dict[str, Shorts]:
    """Compute *layers* of one tile, keep them, and return their levels by digest."""
    begun = [(one, _earlier(one, store)) for one in layers]
    found = {}
    for one, before in begun:
        if before is not None and one.earlier is not None:
            sectors = batch.sectors.take(one.rows)
            fresh = np.isin(sectors.station, one.earlier.stations)
            filled = refill_tile(batch.settings.grid, tile, sectors, before, one.earlier.changed, fresh)
            found[one.digest] = _write(batch, tile, one, *filled, store)
    return found | _filled(batch, tile, [one for one, before in begun if before is None], store)


def _earlier(layer: LayerTile, store: Store) -> TileData | None:
    if layer.earlier is None:
        return None
    try:
        return decode_tile(store.read(tile_key(layer.earlier.digest)))
    except FileNotFoundError:
        return None


def _filled(batch: Batch, tile: Tile, layers: Sequence[LayerTile], store: Store) -> dict[str, Shorts]:
    """Compute *layers* of one tile together, from nothing."""
    if not layers:
        return {}
    rows = np.concatenate([one.rows for one in layers])
    place = np.repeat(np.arange(len(layers)), [len(one.rows) for one in layers])
    sectors = batch.sectors.take(rows)
    names = names_of(sectors)
    found = {}
    for one, levels in zip(layers, fill_tile(batch.settings.grid, tile, sectors, place, len(layers)), strict=True):
        server = np.where(levels.server < 0, 0, names[levels.server])
        found[one.digest] = _write(batch, tile, one, levels.level, server, store)
    return found


def _write(batch: Batch, tile: Tile, layer: LayerTile, level: Shorts, server: Integers, store: Store) -> Shorts:
    store.write(tile_key(layer.digest), encode_tile(batch.settings.grid, tile, level, server))
    return level


def _join(grid: Grid, tile: Tile, joint: JointTile, levels: dict[str, Shorts], store: Store) -> None:
    """Keep the level that at least so many organizations reach: the n-th best of theirs."""
    for digest in joint.of:
        if digest not in levels:
            levels[digest] = decode_tile(store.read(tile_key(digest))).level
    best = nth_best([levels[digest] for digest in joint.of], joint.at_least)
    store.write(tile_key(joint.digest), encode_tile(grid, tile, best))


def nth_best(levels: Iterable[Shorts], n: int) -> Shorts:
    """Return the n-th highest of *levels* at each pixel; no level where fewer have one."""
    best = [np.full((SIDE, SIDE), NO_LEVEL, dtype=np.int16) for _place in range(n)]
    for level in levels:
        rest = level
        for place, there in enumerate(best):
            best[place], rest = np.maximum(there, rest), np.minimum(there, rest)
    return best[-1]
