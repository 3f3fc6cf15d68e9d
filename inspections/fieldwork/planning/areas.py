"""Cuts stops into compact areas of equal work: across the longer side, again and again."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inspections.fieldwork.planning.tours import Stop, plane


def split_by_area(stops: Sequence[Stop], parts: int) -> list[list[int]]:
    """Return *parts* lists of places of *stops*: compact, with as equal numbers of visits as whole stops allow.

    Some may be empty where there are fewer stops than parts. The parts run from west to east or south to north.
    """
    if parts < 1:
        raise ValueError("Targets are split among at least one inspector.")
    weights = np.array([stop.weight for stop in stops], dtype=np.float64)
    return _split(plane(stops), weights, np.arange(len(stops)), parts)


def _split(
    at: NDArray[np.float64], weights: NDArray[np.float64], places: NDArray[np.int64], parts: int
) -> list[list[int]]:
    if parts == 1 or len(places) == 0:
        return [places.tolist(), *([] for _ in range(parts - 1))]
    first = parts // 2
    axis = int(np.ptp(at[places, 0]) < np.ptp(at[places, 1]))
    ordered = places[np.lexsort((at[places, 1 - axis], at[places, axis]))]
    total = np.cumsum(weights[ordered])
    wanted = total[-1] * first / parts
    # The cut lies between two stops, where what is on its left is nearest to the share wanted.
    cut = int(np.abs(total - wanted).argmin()) + 1
    if wanted < total[0] / 2:
        cut = 0
    return [
        *_split(at, weights, ordered[:cut], first),
        *_split(at, weights, ordered[cut:], parts - first),
    ]
