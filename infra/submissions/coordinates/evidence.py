"""Which system a file in metres uses: decided by where its points fall, never assumed."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from infra.submissions.coordinates import systems
from infra.submissions.coordinates.systems import System
from infra.submissions.draft import Draft, Mask, Points

#: so many rows are enough to tell the zones apart: each moves a file by 26 km
_SAMPLE_ROWS = 2_000
#: a commune's centroid is about this far from its stations at most
_NEAR_CENTROID_DEGREES = 0.08


@dataclass(frozen=True)
class Decision:
    """The chosen system and why: "units" (the communes named), "territory" (inside it), "declared", "default"."""

    system: System
    why: str
    agree: int = 0
    of: int = 0

    def kept(self) -> dict[str, Any]:
        """Return the decision as the submission's reading keeps it."""
        where = {"crs": self.system.code, "label": self.system.label}
        return {**where, "why": self.why, "agree": self.agree, "of": self.of}


def candidates(draft: Draft) -> tuple[System, ...]:
    """Return the metric systems in question for the authority, its own first."""
    territory, own = draft.around.territory, draft.around.authority.metric_srid
    if not territory.has_ground:
        return (systems.system(own),)
    return systems.candidates(own, *(round(edge, 2) for edge in territory.box))


def decide(draft: Draft, points: Points, rows: Mask) -> Decision:
    """Choose the system in which most *rows* (east first, metres) fall near the commune they name.

    Without names, the one in which most fall into the territory. Ties go to the authority's own system, then to the
    nearest meridian: systems that differ by a datum shift only cannot be told apart by communes.
    """
    options = candidates(draft)
    places = np.flatnonzero(rows)
    if len(places) > _SAMPLE_ROWS:
        places = places[np.linspace(0, len(places) - 1, _SAMPLE_ROWS).astype(np.intp)]
    if not len(places) or len(options) == 1:
        return Decision(options[0], "default")
    named = _centroids(draft, places)
    has_name = np.isfinite(named).all(axis=1)
    best = Decision(options[0], "default", 0, len(places))
    for why, chosen in (("units", has_name), ("territory", np.ones_like(has_name))):
        count = int(chosen.sum())
        for option in options:
            lonlat = systems.to_lonlat(points[places], option.srid)
            agrees = _near(lonlat, named) if why == "units" else draft.around.territory.in_box(lonlat)
            agree = int((agrees & chosen).sum())
            if agree > best.agree:
                best = Decision(option, why, agree, count)
        if best.agree * 2 > count > 0:
            break
    return best


def _centroids(draft: Draft, places: Any) -> Points:
    """Return the centroid (lon, lat) of the one commune each row can mean, NaN where it names none or several."""
    communes = draft.around.territory.communes
    found = np.full((len(places), 2), np.nan)
    for index, place in enumerate(places):
        units = draft.declared[int(draft.declared_ids[place])].units()
        if len(units) == 1:
            found[index] = communes[units[0]].centroid
    return found


def _near(lonlat: Points, centroids: Points) -> Mask:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(lonlat - centroids).max(axis=1) < _NEAR_CENTROID_DEGREES)
