"""Paints a map for the browser: web tiles of 256 pixels, levels as the four shades, gaps as hatching."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from maps.coverage.grid import SIDE, Grid
from maps.coverage.indicators import Scale
from maps.coverage.manifests import Manifest
from maps.coverage.overviews import FACTORS, OUTSIDE, shown

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

#: of the design: strong is dark; what is not covered is no colour of the ramp but hatching
LEVELS = ((0xD5, 0xE2, 0x9B), (0x74, 0xB3, 0x8A), (0x2B, 0x7A, 0x86), (0x12, 0x45, 0x6B))
PAPER, HATCH = (0xFA, 0xF9, 0xF5), (0x7A, 0x0C, 0x3A)
NOTHING, GAP, LINE = 0, 5, 6
#: levels are opaque: the map's own opacity is set in the browser; a gap lets the ground show through
ALPHA = bytes([0, 255, 255, 255, 255, 120, 170])
PALETTE = [0, 0, 0, *(part for colour in LEVELS for part in colour), *PAPER, *HATCH]
#: a difference: grey where both cover, the accent where only the second does, hatching where only the first does
BOTH, WON, LOST, LOST_LINE = 1, 2, 3, 4
DIFFERENCE_PALETTE = [0, 0, 0, 0xB9, 0xC3, 0xCF, 0x1B, 0x4F, 0x9C, *PAPER, *HATCH]
DIFFERENCE_ALPHA = bytes([0, 120, 230, 150, 230])
#: pixels from one line of the hatching to the next; divides the tile, so that lines run on
HATCH_STEP = 8
#: places along a side at which the projection is computed; between them it is straight to a hundredth of a pixel
LATTICE = 17
EQUATOR_M = 2 * math.pi * 6_378_137.0
MOST_ZOOM = 18


@dataclass(frozen=True)
class Shown:
    """A map as it is painted: its tiles and what counts as covered."""

    manifest: Manifest
    scale: Scale


def paint(address: str, one: Shown, z: int, x: int, y: int) -> bytes | None:
    """Return the PNG of a web tile, None where the map has nothing there."""
    levels = _levels(address, one.manifest, z, x, y)
    if (levels == OUTSIDE).all():
        return None
    return _png(_indexes(levels, one.scale), PALETTE, ALPHA)


def paint_difference(
    address: str, first: Sequence[Shown], second: Sequence[Shown], z: int, x: int, y: int
) -> bytes | None:
    """Return the PNG of what the second side loses (hatched) and wins against the first; grey where both cover."""
    before, inside = _covered(address, first, z, x, y)
    after, also_inside = _covered(address, second, z, x, y)
    if not (before | after).any():
        return None
    index = np.full(before.shape, NOTHING, dtype=np.uint8)
    index[before & after] = BOTH
    index[after & ~before] = WON
    lost = before & ~after & (inside | also_inside)
    index[lost] = LOST
    index[lost & _hatching()] = LOST_LINE
    return _png(index, DIFFERENCE_PALETTE, DIFFERENCE_ALPHA)


def _covered(address: str, side: Sequence[Shown], z: int, x: int, y: int) -> tuple[Mask, Mask]:
    covered = inside = np.zeros((SIDE, SIDE), dtype=bool)
    for one in side:
        levels = _levels(address, one.manifest, z, x, y)
        covered = covered | (one.scale.covered(levels) & (levels != OUTSIDE))
        inside = inside | (levels != OUTSIDE)
    return covered, inside


def _levels(address: str, manifest: Manifest, z: int, x: int, y: int) -> NDArray[np.int16]:
    """Return the level under each pixel of a web tile."""
    east, north = _places(manifest.grid, z, x, y)
    factor = _factor(manifest.grid, z, y)
    size = manifest.grid.resolution_m * factor
    column, row = np.floor(east / size).astype(np.int64), np.floor(-north / size).astype(np.int64)
    levels = np.full(column.shape, OUTSIDE, dtype=np.int16)
    for tile_row in range(int(row.min()) // SIDE, int(row.max()) // SIDE + 1):
        for tile_column in range(int(column.min()) // SIDE, int(column.max()) // SIDE + 1):
            here = (column // SIDE == tile_column) & (row // SIDE == tile_row)
            if here.any():
                source = shown(address, manifest, factor, (tile_column, tile_row))
                levels[here] = source[row[here] % SIDE, column[here] % SIDE]
    return levels


def _indexes(levels: NDArray[np.int16], scale: Scale) -> Bytes:
    classes = scale.classes(levels)
    gap = (classes == 0) & (levels != OUTSIDE)
    index = np.minimum(classes, len(LEVELS)).astype(np.uint8)
    index[gap] = GAP
    index[gap & _hatching()] = LINE
    index[levels == OUTSIDE] = NOTHING
    return index


@lru_cache(maxsize=1)
def _hatching() -> NDArray[np.bool_]:
    row, column = np.mgrid[0:SIDE, 0:SIDE]
    return np.asarray((row + column) % HATCH_STEP == 0)


def _png(index: Bytes, palette: list[int], alpha: bytes) -> bytes:
    image = Image.fromarray(index, mode="P")
    image.putpalette(palette)
    out = io.BytesIO()
    image.save(out, "PNG", transparency=alpha, compress_level=6)
    return out.getvalue()


def _factor(grid: Grid, z: int, y: int) -> int:
    """Return which overview to take: the coarsest whose pixels are not larger than the web tile's."""
    latitude = math.atan(math.sinh(math.pi * (1 - 2 * (y + 0.5) / 2**z)))
    pixel = EQUATOR_M / SIDE / 2**z * math.cos(latitude)
    fitting = [factor for factor in FACTORS if grid.resolution_m * factor <= pixel]
    return fitting[-1] if fitting else 1


def _places(grid: Grid, z: int, x: int, y: int) -> tuple[Floats, Floats]:
    """Return where on the grid the middles of a web tile's pixels lie, metres (256 × 256 each)."""
    along = np.linspace(0.5 / SIDE, 1 - 0.5 / SIDE, LATTICE)
    lon = (x + along) / 2**z * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (y + along) / 2**z))))
    east, north = grid.metres(*np.meshgrid(lon, lat))
    return _drawn_out(east), _drawn_out(north)


def _drawn_out(lattice: Floats) -> Floats:
    """Return the values at the pixels, on straight lines between those of the lattice.

    Written out, not as products of matrices: those wake all threads of the linear algebra library for 256 numbers.
    """
    place = np.linspace(0, LATTICE - 1, SIDE)
    left = np.minimum(place.astype(np.int64), LATTICE - 2)
    share = place - left
    across = lattice[:, left] * (1 - share) + lattice[:, left + 1] * share
    return np.asarray(across[left] * (1 - share)[:, None] + across[left + 1] * share[:, None])
