"""One row for each station: how far its limit reaches in any direction, and below it.

The distance is that of the sum of the station's cells in the direction of each of their lobes, all lobes level and at
one height: more than any ray around the mast can have, so no station's distance is under-estimated.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maps.exposure.sources import Sources, has_pattern
from maps.radio.antennas import FRONT_TO_BACK_DB, OMNI_DEG, SIDE_LOBE_DB, wrapped

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: pairs of cells at a time
BLOCK = 2_000_000


@dataclass(frozen=True)
class StationTable:
    """Columns of equal length, a row for each station."""

    station: Integers
    distance_m: Floats
    distance_below_m: Floats
    eirp_w: Floats
    quotient_m2: Floats
    height_m: Floats
    cells: Integers
    is_assumed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.station)


def table_of(sources: Sources) -> StationTable:
    """Return the table of the stations in *sources*, by the number of the station."""
    order = np.argsort(sources.station, kind="stable")
    sources = sources.take(order)
    station, first, count = np.unique(sources.station, return_index=True, return_counts=True)
    if not len(station):
        empty = np.zeros(0)
        return StationTable(station, empty, empty, empty, empty, empty, count, np.zeros(0, dtype=bool))
    squared = np.zeros(len(station))
    for part in _blocks(count):
        squared[part] = _farthest(sources, first[part], count[part])
    quotient = sources.quotient_m2
    return StationTable(
        station=station,
        distance_m=np.sqrt(squared),
        distance_below_m=np.sqrt(np.add.reduceat(quotient * 10 ** (-_down_db(sources) / 10), first)),
        eirp_w=np.add.reduceat(sources.eirp_w, first),
        quotient_m2=np.add.reduceat(quotient, first),
        height_m=np.minimum.reduceat(sources.height_m, first),
        cells=count,
        is_assumed=np.logical_or.reduceat(sources.is_assumed, first),
    )


def _blocks(count: Integers) -> Iterator[slice]:
    """Yield runs of stations whose pairs of cells fit into a block."""
    total = np.cumsum(count.astype(np.int64) ** 2)
    start = 0
    while start < len(count):
        base = int(total[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(total, base + BLOCK, side="right")))
        yield slice(start, end)
        start = end


def _farthest(sources: Sources, first: Integers, count: Integers) -> Floats:
    """Return for each station the greatest sum of quotients, weighed by the horizontal cuts, in a cell's direction."""
    here = slice(int(first[0]), int(first[-1] + count[-1]))
    quotient = sources.quotient_m2[here]
    around = (np.isnan(sources.azimuth_deg) | (sources.width_deg >= OMNI_DEG))[here]
    azimuth = np.nan_to_num(sources.azimuth_deg[here])
    offset = first - here.start
    size = np.repeat(count, count)
    looking = np.repeat(np.arange(len(azimuth)), size)
    starts = np.cumsum(size) - size
    radiating = np.arange(size.sum()) - np.repeat(starts, size) + np.repeat(np.repeat(offset, count), size)
    off = np.where(around[radiating], 0.0, wrapped(azimuth[looking] - azimuth[radiating]))
    loss = np.minimum(12 * (off / sources.width_deg[here][radiating]) ** 2, FRONT_TO_BACK_DB)
    measured = has_pattern(sources)[here]
    if measured.any():
        places = sources.pattern[here][radiating]
        for place in np.unique(places[measured[radiating]]).tolist():
            rows = places == place
            loss[rows] = sources.patterns[place].horizontal(off[rows])
    towards = np.add.reduceat(quotient[radiating] * 10 ** (-loss / 10), starts)
    return np.asarray(np.maximum.reduceat(towards, offset))


def _down_db(sources: Sources) -> Floats:
    """Return how much less each cell radiates straight down: its vertical cut alone, which is never too much."""
    tilt = sources.electrical_tilt_deg + np.abs(sources.tilt_deg)
    loss = np.minimum(12 * (np.maximum(90.0 - tilt, 0.0) / sources.beam_deg) ** 2, SIDE_LOBE_DB)
    for row in np.flatnonzero(has_pattern(sources)).tolist():
        pattern = sources.patterns[int(sources.pattern[row])]
        loss[row] = float(pattern.vertical(np.array(90.0 - tilt[row])))
    return np.asarray(loss)
