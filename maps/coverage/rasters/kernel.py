"""The kernel: fills the tiles of all layers with the level of the best server, hundredths of a dB in 16-bit numbers.

Pixels are taken in blocks of 16 by 16. A cell is skipped for a block when the least loss to it and the least
attenuation towards it cannot beat the weakest pixel that is there already; with the nearest sites first that spares
four pixels of five, and changes nothing. What is left costs three table look-ups a pixel.

Imported only where tiles are computed: Numba takes a second to load.
"""

import math
from typing import Any

import numba
import numpy as np

from maps.coverage.rasters.filling import BLOCK, BLOCKS
from maps.coverage.rasters.tables import DIRECTIONS, FIRST, HALF_TURN, NO_LOSS, SHIFT, TURN, UNIT_WEIGHT

NEAREST_SQUARE = np.float32(100.0)


@numba.njit(nogil=True, cache=True, fastmath=True, error_model="numpy", inline="always")
def _geometry(squares: Any, entries: Any, directions: Any, left: Any, upper: Any, size: Any) -> None:
    """Fill one block's squared distances, entries of the loss tables and directions; *upper* counts southwards."""
    quarter, least = np.float32(DIRECTIONS / 4), np.float32(1e-3)
    bits = squares.view(np.int32)
    for y in range(BLOCK):
        down = upper + np.float32(y) * size
        square, flat = down * down, abs(down)
        for x in range(BLOCK):
            east = left + np.float32(x) * size
            squares[y, x] = max(east * east + square, NEAREST_SQUARE)
            part = east / (abs(east) + flat + least)
            # four sides of the diamond: north to east to south, and back on the other side
            if down <= 0:
                place = part if east >= 0 else np.float32(4.0) + part
            else:
                place = np.float32(2.0) - part
            directions[y, x] = np.int32(place * quarter) & (DIRECTIONS - 1)
        for x in range(BLOCK):
            entries[y, x] = (bits[y, x] >> SHIFT) - FIRST


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _antenna(out: Any, weights: Any, azimuth: Any, electrical: Any, mechanical: Any, horizontal: Any, weight: Any,
             degrees: Any, cosine: Any) -> None:  # fmt: skip
    """Fill for each direction the horizontal attenuation (lower bits), the tilt (upper bits), and the weight."""
    turn = np.int32(round(azimuth * 100.0)) % TURN
    for place in range(DIRECTIONS):
        bearing = degrees[place] - turn
        if bearing < 0:
            bearing += TURN
        tilt = np.int32(round((electrical + mechanical * cosine[bearing]) * 100.0))
        out[place] = np.int32(horizontal[bearing]) | (tilt << 16)
        weights[place] = weight[bearing]


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _raise(row_block: Any, name_block: Any, squares: Any, entries: Any, directions: Any, reach: Any, k: Any,
           value: Any, table: Any, ring: Any, share: Any, cut: Any, deepest: Any) -> int:  # fmt: skip
    """Raise one block to the level of sector *k* where it is the better one; return the block's weakest level.

    *reach* is the square of how far the sector is heard, infinite where all of the block is within.
    """
    low = 32_767
    for y in range(BLOCK):
        row, names = row_block[y], name_block[y]
        for x in range(BLOCK):
            packed = table[entries[y, x]]
            found = value - (packed & NO_LOSS)
            if found > row[x] and squares[y, x] <= reach:
                side = ring[directions[y, x]]
                off = (packed >> 16) - (side >> 16) + HALF_TURN
                if off < 0:
                    off += TURN
                elif off > TURN:
                    off -= TURN
                taken = (side & NO_LOSS) + share[directions[y, x]] * np.int32(cut[off]) // UNIT_WEIGHT
                found -= min(taken, deepest)
                if found > row[x]:
                    row[x] = found
                    names[x] = k
        for x in range(BLOCK):
            low = min(low, row[x])
    return low


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _towards(left: Any, right: Any, upper: Any, lower: Any, around: Any) -> tuple[float, float]:
    """Return the bearing of a block's middle from the site, and half the angle that it fills; degrees."""
    middle_x, middle_y = 0.5 * (left + right), 0.5 * (upper + lower)
    away = math.sqrt(middle_x * middle_x + middle_y * middle_y)
    if away <= around:
        return 0.0, 180.0
    return math.degrees(math.atan2(middle_x, -middle_y)), math.degrees(math.asin(around / away))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _block(
    best: Any, server: Any, weakest: Any, by: Any, bx: Any, left: Any, upper: Any, size: Any, closest: Any, entry: Any,
    start: Any, end: Any, layer: Any, level: Any, reach: Any, azimuth: Any, electrical: Any, mechanical: Any, loss: Any,
    pattern: Any, losses: Any, horizontal: Any, weight: Any, vertical: Any, nearest: Any, floor: Any, degrees: Any,
    cosine: Any, squares: Any, entries: Any, directions: Any, antenna: Any, weights: Any, is_made: Any,
) -> int:  # fmt: skip
    """Raise one block of every layer to the sectors of one site; return how many sectors were computed."""
    span = np.float32((BLOCK - 1) * size)
    right, lower = left + span, upper + span
    wide, high = max(abs(left), abs(right)), max(abs(upper), abs(lower))
    outermost = wide * wide + high * high
    rows, columns = slice(by * BLOCK, (by + 1) * BLOCK), slice(bx * BLOCK, (bx + 1) * BLOCK)
    is_ready, is_looked = False, False
    bearing, opening = 0.0, 180.0
    computed = 0
    for k in range(start, end):
        square = np.float32(reach[k] * reach[k])
        one, table, value, kind = layer[k], losses[loss[k]], level[k], pattern[k]
        bound = value - (table[entry] & NO_LOSS)
        if closest > square or bound <= weakest[one, by, bx]:
            continue
        if not is_looked:
            is_looked = True
            bearing, opening = _towards(left, right, upper, lower, 0.5 * span * math.sqrt(2.0))
        beside = abs((bearing - azimuth[k] + 540.0) % 360.0 - 180.0) - opening
        if beside > 0 and bound - nearest[kind, int(beside)] <= weakest[one, by, bx]:
            continue
        if not is_ready:
            is_ready = True
            _geometry(squares, entries, directions, left, upper, np.float32(size))
        mine = k - start
        if not is_made[mine]:
            is_made[mine] = True
            _antenna(antenna[mine], weights[mine], azimuth[k], electrical[k], mechanical[k], horizontal[kind],
                     weight[kind], degrees, cosine)  # fmt: skip
        limit = square if outermost > square else np.float32(np.inf)
        weakest[one, by, bx] = _raise(
            best[one, rows, columns], server[one, rows, columns], squares, entries, directions, limit, k, value, table,
            antenna[mine], weights[mine], vertical[kind], floor[kind],
        )  # fmt: skip
        computed += 1
    return computed


@numba.njit(nogil=True, cache=True, error_model="numpy")
def fill(
    best: Any, server: Any, first_column: Any, first_row: Any, size: Any,
    site_x: Any, site_y: Any, site_start: Any, site_end: Any,
    layer: Any, level: Any, reach: Any, azimuth: Any, electrical: Any, mechanical: Any, loss: Any, pattern: Any,
    losses: Any, horizontal: Any, weight: Any, vertical: Any, nearest: Any, floor: Any, degrees: Any, cosine: Any,
    wanted: Any,
) -> int:  # fmt: skip
    """Raise *best* (layers × 256 × 256) to the level of each sector and note it in *server*; return blocks computed.

    Sites come nearest first; the sectors of site s are ``site_start[s]`` to ``site_end[s]``. ``best`` holds the floor
    of each layer to begin with, or more where more is known: only what is above it is written, in the blocks that
    are *wanted*.
    """
    weakest = np.empty((best.shape[0], BLOCKS, BLOCKS), np.int16)
    for one in range(best.shape[0]):
        for by in range(BLOCKS):
            for bx in range(BLOCKS):
                weakest[one, by, bx] = np.min(best[one, by * BLOCK : (by + 1) * BLOCK, bx * BLOCK : (bx + 1) * BLOCK])
    most = np.max(site_end - site_start)
    antenna = np.empty((most, DIRECTIONS), np.int32)
    weights = np.empty((most, DIRECTIONS), np.int16)
    is_made = np.zeros(most, np.bool_)
    squares = np.empty((BLOCK, BLOCK), np.float32)
    entries = np.empty((BLOCK, BLOCK), np.int32)
    directions = np.empty((BLOCK, BLOCK), np.int32)
    single = np.empty(1, np.float32)
    bits = single.view(np.int32)
    span, nothing = np.float32((BLOCK - 1) * size), np.float32(0.0)
    computed = 0
    for s in range(site_x.size):
        start, end = site_start[s], site_end[s]
        is_made[:] = False
        farthest = np.float32(np.max(reach[start:end]) ** 2)
        for by in range(BLOCKS):
            # metres southwards from the site to the first row of the block
            upper = np.float32((first_row + by * BLOCK + 0.5) * size + site_y[s])
            down = max(upper, -(upper + span), nothing)
            if down * down > farthest:
                continue
            for bx in range(BLOCKS):
                if not wanted[by, bx]:
                    continue
                left = np.float32((first_column + bx * BLOCK + 0.5) * size - site_x[s])
                aside = max(left, -(left + span), nothing)
                closest = max(aside * aside + down * down, NEAREST_SQUARE)
                if closest > farthest:
                    continue
                single[0] = closest
                computed += _block(
                    best, server, weakest, by, bx, left, upper, size, closest, (bits[0] >> SHIFT) - FIRST,
                    start, end, layer, level, reach, azimuth, electrical, mechanical, loss, pattern,
                    losses, horizontal, weight, vertical, nearest, floor, degrees, cosine,
                    squares, entries, directions, antenna, weights, is_made,
                )  # fmt: skip
    return computed
