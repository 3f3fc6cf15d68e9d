"""Coarser tiles for maps from afar: 4, 16 or 64 pixels on a side become one. Made when first asked for, then kept.

A coarse pixel lies in the territory where half of its pixels do; its level is their mean, where no signal counts as
far below every threshold, so that a mostly uncovered pixel is not covered.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maps.coverage.grid import SIDE, Tile
from maps.coverage.manifests import Manifest
from maps.coverage.mosaics import inside_at, tile_at
from maps.coverage.rasters.filling import NO_LEVEL
from maps.coverage.rasters.tiles import decode_tile, encode_tile
from maps.coverage.store import Store

Shorts = NDArray[np.int16]

STEP = 4
FACTORS = (1, 4, 16, 64)
#: outside the territory, and inside without a level
OUTSIDE = -32_767
SILENT = -20_000
KEPT = 128


def shown(address: str, manifest: Manifest, factor: int, tile: Tile) -> Shorts:
    """Return what a map shows on *tile* at *factor* pixels to one: levels, SILENT or OUTSIDE."""
    if factor == 1:
        return _fine(address, manifest, tile)
    children = _children(tile)
    names = [one for one in _names(manifest, factor // STEP, children) if one]
    if not names:
        return np.full((SIDE, SIDE), OUTSIDE, dtype=np.int16)
    digest = hashlib.blake2b("|".join([str(factor), *names]).encode(), digest_size=20).hexdigest()
    key = f"overviews/{digest[:2]}/{digest}.tif"
    kept = _kept(address, key)
    if kept is not None:
        return kept
    made = _coarse([shown(address, manifest, factor // STEP, child) for child in children])
    Store(address).write(key, encode_tile(manifest.grid, tile, made))
    _kept.cache_clear()
    return made


@lru_cache(maxsize=KEPT)
def _kept(address: str, key: str) -> Shorts | None:
    store = Store(address)
    return decode_tile(store.read(key)).level if store.has(key) else None


def _fine(address: str, manifest: Manifest, tile: Tile) -> Shorts:
    level = tile_at(address, manifest, tile).level
    heard = np.where(level == NO_LEVEL, SILENT, level)
    return np.where(inside_at(address, manifest, tile), heard, OUTSIDE).astype(np.int16)


def _children(tile: Tile) -> list[Tile]:
    return [(tile[0] * STEP + aside, tile[1] * STEP + down) for down in range(STEP) for aside in range(STEP)]


def _names(manifest: Manifest, factor: int, tiles: Sequence[Tile]) -> list[str]:
    """Return what names the content of each of *tiles*: empty where nothing of the map lies there."""
    if factor > 1:
        return ["".join(_names(manifest, factor // STEP, _children(tile))) for tile in tiles]
    named = []
    for tile in tiles:
        digest = manifest.tiles.get(tile)
        named.append(f"{digest},{manifest.ground};" if digest else "")
    return named


def _coarse(children: Sequence[Shorts]) -> Shorts:
    """Return one tile for 4 by 4 tiles, row by row."""
    rows = [np.concatenate(children[row * STEP : (row + 1) * STEP], axis=1) for row in range(STEP)]
    whole = np.concatenate(rows, axis=0).reshape(SIDE, STEP, SIDE, STEP)
    inside = whole != OUTSIDE
    count = inside.sum(axis=(1, 3))
    total = np.where(inside, whole, 0).sum(axis=(1, 3), dtype=np.int64)
    mean = np.round(total / np.maximum(count, 1)).astype(np.int16)
    return np.where(count * 2 >= STEP * STEP, mean, OUTSIDE).astype(np.int16)
