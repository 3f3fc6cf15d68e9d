"""Which system a file in metres uses: decided by where its points fall, never assumed, and never in silence where they
fall as well in another one.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from infra.spatial.units import NOWHERE
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
#: readings nearer to each other say the same of a station
_APART_M = 5.0
#: so many others are named beside the system chosen
_RIVALS_NAMED = 3
_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Rival:
    """A system that fits a file as well as the chosen one, and how far it would put the points from there."""

    system: System
    apart_m: float

    def kept(self) -> dict[str, Any]:
        """Return the rival as the submission's reading keeps it."""
        return {"crs": self.system.code, "label": self.system.label, "apart_m": round(self.apart_m)}


@dataclass(frozen=True)
class Decision:
    """The chosen system and why: "units" (the communes named), "territory" (inside it), "declared", "default"."""

    system: System
    why: str
    agree: int = 0
    of: int = 0
    rivals: tuple[Rival, ...] = ()

    def kept(self) -> dict[str, Any]:
        """Return the decision as the submission's reading keeps it."""
        where = {"crs": self.system.code, "label": self.system.label}
        rivals = {"rivals": [rival.kept() for rival in self.rivals]} if self.rivals else {}
        return {**where, "why": self.why, "agree": self.agree, "of": self.of, **rivals}


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
    alike are told apart by the borders; where those do not tell them apart, the authority's own wins, then the nearest
    meridian, and the others are named as rivals.
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
            alike = [one for one in agreed if one.agree >= _RIVALS * found.agree]
            best = _told_apart(draft, alike, readings, places)
        if best.agree * 2 > count > 0:
            break
    return best


def _told_apart(draft: Draft, alike: list[Decision], readings: tuple[Points, ...], places: Any) -> Decision:
    """Of systems that agree alike return the one that puts clearly more rows inside the borders, with its rivals.

    A scale or a datum of another kind moves a file by some hundred metres only: it shows in the rows near a border, of
    the communes they name, or of the territory where they name none. What cannot be told apart so is a rival.
    """
    first = max(alike, key=lambda one: one.agree)
    if len(alike) < 2 or not draft.around.territory.has_ground:
        return first
    inside = [_inside(draft, one, readings, places) for one in alike]
    chosen = alike.index(first)
    most = max(range(len(alike)), key=lambda place: int(inside[place].sum()))
    if _is_clear(inside[most], inside[chosen]):
        chosen = most
    rivals = [
        Rival(one.system, _apart_m(draft, alike[chosen], one, readings, places))
        for place, one in enumerate(alike)
        if place != chosen and not _is_clear(inside[chosen], inside[place])
    ]
    rivals = [rival for rival in rivals if rival.apart_m >= _APART_M]
    return replace(alike[chosen], rivals=tuple(rivals[:_RIVALS_NAMED]))


def _inside(draft: Draft, decision: Decision, readings: tuple[Points, ...], places: Any) -> Mask:
    """Tell which rows the system puts inside the commune they name, or into the territory where they name none."""
    units = [draft.declared[number].units() for number in draft.declared_ids[places].tolist()]
    hits = np.zeros(len(places), dtype=bool)
    for points in readings:
        located = draft.around.territory.locate(systems.to_lonlat(points[places], decision.system.srid)).tolist()
        pairs = zip(located, units, strict=True)
        hits |= np.array([unit in meant if meant else unit != NOWHERE for unit, meant in pairs])
    return hits


def _is_clear(better: Mask, worse: Mask) -> bool:
    """Tell whether one system fits clearly better: twice what chance would do, because a border may be a sketch."""
    won, lost = int((better & ~worse).sum()), int((worse & ~better).sum())
    return won - lost >= max(_CLEARLY_ROWS, _CLEARLY * (won + lost) ** 0.5)


def _apart_m(draft: Draft, one: Decision, other: Decision, readings: tuple[Points, ...], places: Any) -> float:
    """Return how far two systems put the rows from each other, in the middle of all, in metres."""
    apart = []
    for points in readings:
        here, there = (systems.to_lonlat(points[places], decision.system.srid) for decision in (one, other))
        meant = draft.around.territory.in_box(here) & np.isfinite(there).all(axis=1)
        east = (here - there)[meant] * _METRES_PER_DEGREE
        apart.append(np.hypot(east[:, 0] * np.cos(np.radians(here[meant, 1])), east[:, 1]))
    metres = np.concatenate(apart)
    return float(np.median(metres)) if len(metres) else 0.0


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
