"""Two stations of one organization that stand so near each other that they may be one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from infra.submissions.coordinates import systems
from infra.submissions.draft import Draft, Points

#: one mast with the inaccuracy of two receivers; the same place for the register as well
SAME_PLACE_M = 30.0


#: so many neighbours of a row are looked at; where more crowd into the circle, they report each other
_NEIGHBOURS = 16
#: rows asked about at a time
_PIECE = 50_000


def check_nearby(draft: Draft) -> None:
    """Report each row that stands within ``SAME_PLACE_M`` of an earlier row under another code."""
    places = np.flatnonzero(np.isfinite(draft.likely).all(axis=1))
    if len(places) < 2:
        return
    metric = systems.from_lonlat(draft.likely[places], draft.around.authority.metric_srid)
    codes = draft.text(draft.around.table.identifier).gather(places)
    numbers = codes.rank("dense").fill_null(0).to_numpy().astype(np.int64)
    tree = cKDTree(metric)
    found = [_earlier(tree, metric, numbers, start) for start in range(0, len(places), _PIECE)]
    rows, metres, others = (np.concatenate(part) for part in zip(*found, strict=True))
    _report(draft, places[rows], metres, places[others])


def _crowded(tree: cKDTree, metric: Points, start: int) -> NDArray[np.intp]:
    """Return the few rows of the piece from *start* on that do not stand alone: two are found fast, many are not."""
    answer: Any = tree.query(metric[start : start + _PIECE], k=2, distance_upper_bound=SAME_PLACE_M)
    return start + np.flatnonzero(np.isfinite(answer[0][:, 1]))


def _earlier(
    tree: cKDTree, metric: Points, numbers: NDArray[np.int64], start: int
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.intp]]:
    """Return (row, metres, nearest earlier row under another code) of the rows from *start* on that have one."""
    rows = _crowded(tree, metric, start)
    answer: Any = tree.query(metric[rows], k=min(_NEIGHBOURS, len(metric)), distance_upper_bound=SAME_PLACE_M)
    distances, others = answer
    inside = np.isfinite(distances)
    other = np.where(inside, others, 0)
    same_code = (numbers[other] == numbers[rows][:, None]) & (numbers[rows][:, None] > 0)
    earlier = inside & (other < rows[:, None]) & ~same_code
    found = np.flatnonzero(earlier.any(axis=1))
    at = earlier[found].argmax(axis=1)  # neighbours come nearest first
    return rows[found], distances[found, at], other[found, at]


def _report(draft: Draft, rows: NDArray[np.intp], metres: NDArray[np.float64], others: NDArray[np.intp]) -> None:
    certain = np.isfinite(draft.points[rows]).all(axis=1)
    rows, metres, others = rows[certain], metres[certain], others[certain]
    draft.neighbours[rows] = others
    identifier = draft.around.table.identifier

    def facts(place: int) -> dict[str, Any]:
        at = int(np.searchsorted(rows, place))
        other = int(others[at])
        name = draft.text(identifier)[other] or ""
        return {"distance": round(float(metres[at]), 1), "other": name, "other_row": int(draft.rows[other])}

    columns = [name for name in ("longitude", "latitude", "x", "y", "position") if draft.has(name)][:2]
    draft.report(rows, "site.nearby_duplicate", *columns, facts=facts)
