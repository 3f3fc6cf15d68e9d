"""100,000 points → commune: ours against the usual index of the polygons, and against one indexed query a point."""

import statistics
import time
from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from config.benchmarks.measuring import Line, paired
from config.benchmarks.questions import SEED, stations
from infra.models import User
from infra.spatial.units import NOWHERE, Boundaries, unit_at, units_at

POINTS, SHUFFLES, SINGLES = 100_000, 5, 200
METRES_DEG = 0.002


def measure(_manager: User) -> Iterator[Line]:
    """Locate points that stand near stations anywhere in the country, boundaries read from the database each time."""
    batches = [_points(seed) for seed in range(SHUFFLES)]
    yield paired("units.100k_points", _ours, "STRtree of the communes, asked by points", _tree, batches, unit="s")
    yield _single(batches[0])


def _points(shuffle: int) -> NDArray[np.float64]:
    random = np.random.default_rng(SEED + shuffle)
    lonlat = stations()
    chosen = lonlat[random.integers(0, len(lonlat), POINTS)]
    return np.asarray(chosen + random.normal(0, METRES_DEG, chosen.shape))


def _ours(lonlat: NDArray[np.float64]) -> int:
    return int(np.count_nonzero(units_at(lonlat) != NOWHERE))


def _tree(lonlat: NDArray[np.float64]) -> int:
    boundaries = Boundaries.load()
    points, _ = shapely.STRtree(boundaries.shapes).query(shapely.points(lonlat), predicate="intersects")
    return len(np.unique(points))


def _single(lonlat: NDArray[np.float64]) -> Line:
    """One point by one indexed query, and what 100,000 of them would take."""
    taken = []
    for lon, lat in lonlat[:SINGLES].tolist():
        start = time.perf_counter()
        unit_at(lon, lat)
        taken.append((time.perf_counter() - start) * 1e3)
    return Line("units.one_point", round(statistics.median(taken), 3), "ms", None, None, None, SINGLES)
