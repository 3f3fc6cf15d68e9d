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
#: systems that agree with so large a share of what the best one does are looked at more closely
_RIVALS = 0.9
#: one is better than another where so many more rows, and so many standard deviations, lie in the communes they name
_CLEARLY_ROWS, _CLEARLY = 3, 2.0


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


def decide(draft: Draft, *readings: Points, rows: Mask) -> Decision:
    """Choose the system in which most *rows* (east first, metres) fall near the commune they name.

    Several *readings* of the same rows (either coordinate as the one that points east) count together: in the wrong
    order a point is nowhere near. Without names, the system in which most fall into the territory. Systems that agree
    alike are told apart by the communes' borders where those are exact, else the authority's own wins, then the
    nearest meridian.
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
        agreed = []
        for option in options:
            agrees = np.zeros(len(places), dtype=bool)
            for points in readings:
                lonlat = systems.to_lonlat(points[places], option.srid)
                agrees |= _near(lonlat, named) if why == "units" else draft.around.territory.in_box(lonlat)
            agreed.append(Decision(option, why, int((agrees & chosen).sum()), count))
        found = max(agreed, key=lambda one: one.agree)
        if found.agree > best.agree:
            best = _by_borders(draft, [one for one in agreed if one.agree >= _RIVALS * found.agree], readings, places)
        if best.agree * 2 > count > 0:
            break
    return best


def _by_borders(draft: Draft, rivals: list[Decision], readings: tuple[Points, ...], places: Any) -> Decision:
    """Of systems that agree alike return the one that puts clearly more rows inside the communes they name.

    A scale or a datum of another kind moves a file by some hundred metres only: it shows in the rows near a border.
    "Clearly" is twice what chance would do, because a border may be a sketch.
    """
    first = max(rivals, key=lambda one: one.agree)
    territory = draft.around.territory
    if len(rivals) < 2 or not territory.has_ground:
        return first
    units = [draft.declared[number].units() for number in draft.declared_ids[places].tolist()]
    inside = []
    for rival in rivals:
        hits = np.zeros(len(places), dtype=bool)
        for points in readings:
            located = territory.locate(systems.to_lonlat(points[places], rival.system.srid)).tolist()
            hits |= np.array([unit in meant for unit, meant in zip(located, units, strict=True)])
        inside.append(hits)
    own, best = inside[rivals.index(first)], max(inside, key=lambda hits: int(hits.sum()))
    won, lost = int((best & ~own).sum()), int((own & ~best).sum())
    if won - lost < max(_CLEARLY_ROWS, _CLEARLY * (won + lost) ** 0.5):
        return first
    return rivals[next(place for place, hits in enumerate(inside) if hits is best)]


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
