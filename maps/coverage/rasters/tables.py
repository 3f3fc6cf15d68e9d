"""Tables that the kernel looks up instead of computing: losses by distance, antennas by direction.

Everything is whole numbers: hundredths of a dB and of a degree. A distance is found without a logarithm: the bits of
the square of a distance as a 32-bit float are a logarithm, piecewise linear, and their upper ones number the entries.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maps.coverage.losses import NEAREST_M, LossModel, RadioSite, Receivers
from maps.coverage.sectors import Sectors
from maps.radio.antennas import Pattern

Floats = NDArray[np.float64]
Words = NDArray[np.int32]
Shorts = NDArray[np.int16]

#: bits of the mantissa that number the distances: 512 entries from a distance squared to its double, 0.02 dB apart
DISTANCE_BITS = 9
SHIFT = 23 - DISTANCE_BITS
#: directions of the diamond (a square on its corner, cheaper than a circle) from north clockwise
DIRECTIONS = 4_096
HUNDREDTHS = 100
TURN = 360 * HUNDREDTHS
HALF_TURN = TURN // 2
#: the loss that stands for none: nothing is received
NO_LOSS = 0xFFFF
#: weights of the vertical cut are fractions of this
UNIT_WEIGHT = 4_096


def _bits(square: float) -> int:
    return int(np.array([square], dtype=np.float32).view(np.int32)[0])


FIRST = _bits(NEAREST_M**2) >> SHIFT


def entry_count(far_m: float) -> int:
    """Return how many entries a table needs for distances up to *far_m*."""
    return (_bits(far_m**2) >> SHIFT) - FIRST + 2


def entry_distances(count: int) -> Floats:
    """Return the distance in the middle of each of the first *count* entries, metres."""
    lower = (np.arange(FIRST, FIRST + count, dtype=np.int64) << SHIFT).astype(np.int32).view(np.float32)
    upper = (np.arange(FIRST + 1, FIRST + count + 1, dtype=np.int64) << SHIFT).astype(np.int32).view(np.float32)
    return np.asarray(np.sqrt((lower.astype(np.float64) + upper.astype(np.float64)) / 2))


def loss_tables(sectors: Sectors, far_m: float) -> Words:
    """Return a row for each of the sectors' losses: the loss in the lower 16 bits, the depression in the upper."""
    count = entry_count(far_m)
    pairs = zip(sectors.sites, sectors.models, strict=True)
    rows = [_loss_row(site, model, sectors.receiver_height_m, count) for site, model in pairs]
    return np.stack(rows) if rows else np.full((1, count), NO_LOSS, dtype=np.int32)


@lru_cache(maxsize=1_024)
def _loss_row(site: RadioSite, model: LossModel, receiver_m: float, count: int) -> Words:
    distances = entry_distances(count)
    if not model.is_radial:
        return np.full(count, NO_LOSS, dtype=np.int32)
    loss = model.loss(site, Receivers(distances, receiver_m))
    whole = np.where(np.isnan(loss), NO_LOSS, np.clip(np.round(loss * HUNDREDTHS), 0, NO_LOSS - 1)).astype(np.int64)
    depression = np.degrees(np.arctan2(site.height_m - receiver_m, distances))
    turned = np.round(depression * HUNDREDTHS).astype(np.int64)
    return (whole | (turned << 16)).astype(np.int32)


@dataclass(frozen=True)
class PatternTables:
    """The cuts of patterns, a row each: by hundredths of a degree, and what the kernel may skip by.

    ``nearest`` holds the least attenuation at any bearing at least so many whole degrees from the azimuth.
    """

    horizontal: Shorts
    weight: Shorts
    vertical: Shorts
    nearest: Shorts
    floor: Words


def pattern_tables(patterns: tuple[Pattern, ...]) -> PatternTables:
    """Return the tables of *patterns*."""
    made = [_pattern_rows(one) for one in patterns] or [_nothing()]
    horizontal, weight, vertical, nearest, floor = zip(*made, strict=True)
    return PatternTables(
        np.stack(horizontal), np.stack(weight), np.stack(vertical), np.stack(nearest), np.array(floor, dtype=np.int32)
    )


def _nothing() -> tuple[Shorts, Shorts, Shorts, Shorts, int]:
    empty = np.zeros(TURN, dtype=np.int16)
    return empty, empty, np.zeros(TURN + 1, dtype=np.int16), np.zeros(181, dtype=np.int16), 0


@lru_cache(maxsize=256)
def _pattern_rows(pattern: Pattern) -> tuple[Shorts, Shorts, Shorts, Shorts, int]:
    bearing = (np.arange(TURN) + HALF_TURN) % TURN / HUNDREDTHS - 180.0
    horizontal = pattern.horizontal(bearing)
    off = np.arange(-HALF_TURN, HALF_TURN + 1) / HUNDREDTHS
    away = np.floor(np.abs(bearing)).astype(np.int64)
    least = np.full(181, np.inf)
    np.minimum.at(least, np.minimum(away, 180), horizontal)
    nearest = np.minimum.accumulate(least[::-1])[::-1]
    return (
        _hundredths(horizontal),
        np.round(np.clip(pattern.weight(bearing), 0.0, 1.0) * UNIT_WEIGHT).astype(np.int16),
        _hundredths(pattern.vertical(off)),
        np.floor(np.minimum(nearest, 300.0) * HUNDREDTHS).astype(np.int16),
        round(pattern.floor_db * HUNDREDTHS),
    )


def _hundredths(decibels: Floats) -> Shorts:
    return np.round(np.minimum(decibels, 300.0) * HUNDREDTHS).astype(np.int16)


@lru_cache(maxsize=1)
def direction_degrees() -> Words:
    """Return the true bearing in the middle of each direction of the diamond, hundredths of a degree from north."""
    place = (np.arange(DIRECTIONS) + 0.5) / DIRECTIONS * 4
    # north (0,1) to east (1,0) to south to west: along each side one coordinate falls as the other rises
    side = np.floor(place).astype(np.int64)
    along = place - side
    east = np.choose(side, [along, 1 - along, -along, along - 1])
    north = np.choose(side, [1 - along, -along, along - 1, along])
    return (np.round(np.degrees(np.arctan2(east, north)) * HUNDREDTHS).astype(np.int64) % TURN).astype(np.int32)


@lru_cache(maxsize=1)
def cosines() -> NDArray[np.float32]:
    """Return the cosine of each hundredth of a degree."""
    return np.cos(np.radians(np.arange(TURN) / HUNDREDTHS)).astype(np.float32)
