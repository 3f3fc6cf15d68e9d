"""Two stations of one organization that stand so near each other that they may be one."""

from typing import Any

import numpy as np
import shapely

from infra.submissions.coordinates import systems
from infra.submissions.draft import Draft

#: one mast with the inaccuracy of two receivers; the same place for the register as well
SAME_PLACE_M = 30.0


def check_nearby(draft: Draft) -> None:
    """Report each row that stands within ``SAME_PLACE_M`` of an earlier row under another code."""
    places = np.flatnonzero(np.isfinite(draft.likely).all(axis=1))
    if len(places) < 2:
        return
    metric = systems.from_lonlat(draft.likely[places], draft.around.authority.metric_srid)
    points = shapely.points(metric)
    tree = shapely.STRtree(points)
    first, second = tree.query(points, predicate="dwithin", distance=SAME_PLACE_M)
    later = first > second
    codes = draft.text(draft.around.table.identifier).to_list()
    nearest: dict[int, tuple[float, int]] = {}
    for one, other in zip(first[later].tolist(), second[later].tolist(), strict=True):
        here, there = int(places[one]), int(places[other])
        if codes[here] is not None and codes[here] == codes[there]:
            continue
        distance = float(np.hypot(*(metric[one] - metric[other])))
        if here not in nearest or distance < nearest[here][0]:
            nearest[here] = (distance, there)
    _report(draft, nearest)


def _report(draft: Draft, nearest: dict[int, tuple[float, int]]) -> None:
    certain = [place for place in sorted(nearest) if np.isfinite(draft.points[place]).all()]
    identifier = draft.around.table.identifier

    def facts(place: int) -> dict[str, Any]:
        distance, other = nearest[place]
        name = draft.text(identifier)[other] or ""
        return {"distance": round(distance, 1), "other": f"{name} ({draft.rows[other]})".strip()}

    columns = [name for name in ("longitude", "latitude", "x", "y", "position") if draft.has(name)][:2]
    draft.report(np.array(certain, dtype=np.intp), "site.nearby_duplicate", *columns, facts=facts)
