"""The order of visits: nearest neighbour first, then crossings undone (2-opt) and stops moved (or-opt).

For the few dozen stops of an inspector this stays within some percent of the shortest tour. Metres are as the crow
flies; roads are not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

METRES_PER_DEGREE = 111_320.0
#: rounds of improvement; each is one pass over all pairs
ROUNDS = 30
#: more stops than this are only put in order along a curve: improving them would take minutes
MOST_IMPROVED = 500
#: a day's stops are few: every one of them is tried as the start
FEW = 14


Metres = list[list[float]]


@dataclass(frozen=True)
class Stop:
    """A place with one or several visits. ``urgency`` is the highest of them, ``visits`` their keys in order."""

    lon: float
    lat: float
    visits: tuple[int, ...]
    urgency: int = 0

    @property
    def weight(self) -> int:
        return len(self.visits)


def plane(stops: Sequence[Stop]) -> NDArray[np.float64]:
    """Return the stops as metres east and north of their middle (n, 2); good enough within a province."""
    lonlat = np.array([(stop.lon, stop.lat) for stop in stops], dtype=np.float64).reshape(-1, 2)
    middle = lonlat.mean(axis=0) if len(lonlat) else np.zeros(2)
    east = (lonlat[:, 0] - middle[0]) * np.cos(np.radians(middle[1]))
    return np.column_stack([east, lonlat[:, 1] - middle[1]]) * METRES_PER_DEGREE


def tour(stops: Sequence[Stop]) -> list[int]:
    """Return the places of *stops* in the order of a short open way through all of them."""
    if len(stops) < 3:
        return list(range(len(stops)))
    at = plane(stops)
    if len(stops) > MOST_IMPROVED:
        return _along_a_curve(at)
    metres = np.hypot(at[:, None, 0] - at[None, :, 0], at[:, None, 1] - at[None, :, 1])
    far: Metres = metres.tolist()
    farthest = int(np.hypot(at[:, 0], at[:, 1]).argmax())
    starts = range(len(stops)) if len(stops) <= FEW else (farthest,)
    ways = [_improved(_nearest_neighbour(start, metres), far) for start in starts]
    return min(ways, key=lambda way: sum(far[a][b] for a, b in pairwise(way)))


def tour_metres(stops: Sequence[Stop], order: Sequence[int]) -> float:
    """Return how long the way is, as the crow flies."""
    at = plane(stops)[list(order)]
    return float(np.hypot(*np.diff(at, axis=0).T).sum()) if len(at) > 1 else 0.0


def _improved(order: list[int], far: Metres) -> list[int]:
    for _ in range(ROUNDS):
        uncrossed = _uncross(order, far)
        if not (_move_stops(order, far) or uncrossed):
            break
    return order


def _nearest_neighbour(here: int, far: NDArray[np.float64]) -> list[int]:
    """Start *here* and go on to the nearest that is left."""
    left = np.ones(len(far), dtype=bool)
    order = [here]
    left[here] = False
    while left.any():
        here = int(np.where(left, far[here], np.inf).argmin())
        order.append(here)
        left[here] = False
    return order


def _uncross(order: list[int], far: Metres) -> bool:
    """Turn parts of the way round where that makes it shorter (2-opt of an open way); tell whether it did."""
    changed = False
    n = len(order)
    for i in range(n - 1):
        for j in range(i + 1, n):
            before = _edge(order, far, i - 1, i) + _edge(order, far, j, j + 1)
            after = _edge(order, far, i - 1, j) + _edge(order, far, i, j + 1)
            if after < before - 1e-6:
                order[i : j + 1] = order[i : j + 1][::-1]
                changed = True
    return changed


def _move_stops(order: list[int], far: Metres) -> bool:
    """Take single stops out and put them where they lengthen the way least (or-opt); tell whether it did."""
    changed = False
    for place in range(len(order)):
        stop = order[place]
        gain = _edge(order, far, place - 1, place) + _edge(order, far, place, place + 1)
        gain -= _edge(order, far, place - 1, place + 1)
        rest = order[:place] + order[place + 1 :]
        costs = [_insertion(rest, far, at, stop) for at in range(len(order))]
        best = min(range(len(costs)), key=costs.__getitem__)
        if costs[best] < gain - 1e-6:
            rest.insert(best, stop)
            order[:] = rest
            changed = True
    return changed


def _edge(order: list[int], far: Metres, a: int, b: int) -> float:
    """Return the metres between two places of the way; beyond its ends there is nothing to drive."""
    if a < 0 or b >= len(order):
        return 0.0
    return far[order[a]][order[b]]


def _insertion(rest: list[int], far: Metres, at: int, stop: int) -> float:
    left = far[rest[at - 1]][stop] if at > 0 else 0.0
    right = far[stop][rest[at]] if at < len(rest) else 0.0
    gap = far[rest[at - 1]][rest[at]] if 0 < at < len(rest) else 0.0
    return left + right - gap


def _along_a_curve(at: NDArray[np.float64]) -> list[int]:
    """Order many stops in strips, up one and down the next."""
    width = max(1.0, float(np.ptp(at[:, 0])) / max(1.0, np.sqrt(len(at)) / 2))
    strip = np.floor((at[:, 0] - at[:, 0].min()) / width).astype(int)
    north = np.where(strip % 2 == 0, at[:, 1], -at[:, 1])
    return np.lexsort((north, strip)).tolist()
