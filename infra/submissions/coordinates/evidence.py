"""Which system a file in metres uses: decided by where its points fall, never assumed, and never in silence where they
fall as well in another one.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
_RIVALS_NAMED = 5
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
    places = _sampled(np.flatnonzero(rows))
    units = [draft.declared[number].units() for number in draft.declared_ids[places].tolist()]
    points = tuple(reading[places] for reading in readings)
    return _decided(draft, _Sample(points, units, np.arange(len(places), dtype=np.intp)))


def decide_of_lines(draft: Draft, *readings: Points, owners: NDArray[np.intp]) -> Decision:
    """Choose the system in which most points of lines fall into the territory; *owners* says whose each point is.

    The points of a line lie near each other: at the borders it is lines that are counted, not points.
    """
    places = _sampled(np.arange(len(owners), dtype=np.intp))
    points = tuple(reading[places] for reading in readings)
    lines: NDArray[np.intp] = np.unique(owners[places], return_inverse=True)[1]
    return _decided(draft, _Sample(points, [()] * len(places), lines))


@dataclass(frozen=True)
class _Sample:
    """Points in one or two readings, the communes each can mean (none: ()), and which of the witnesses each is of."""

    readings: tuple[Points, ...]
    units: list[tuple[int, ...]]
    witnesses: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.units)

    def centroids(self, draft: Draft) -> Points:
        """Return the centroid (lon, lat) of the one commune each can mean, NaN where it names none or several."""
        communes = draft.around.territory.communes
        found = np.full((len(self), 2), np.nan)
        for index, units in enumerate(self.units):
            if len(units) == 1:
                found[index] = communes[units[0]].centroid
        return found


def _sampled(places: NDArray[np.intp]) -> NDArray[np.intp]:
    if len(places) <= _SAMPLE_ROWS:
        return places
    return places[np.linspace(0, len(places) - 1, _SAMPLE_ROWS).astype(np.intp)]


def _decided(draft: Draft, sample: _Sample) -> Decision:
    options = candidates(draft)
    if not len(sample) or len(options) == 1:
        return Decision(options[0], "default")
    named = sample.centroids(draft)
    has_name = np.isfinite(named).all(axis=1)
    best = Decision(options[0], "default", 0, len(sample))
    for why, chosen in (("units", has_name), ("territory", np.ones_like(has_name))):
        count = int(chosen.sum())
        agreed = []
        for option in options:
            agrees = np.zeros(len(sample), dtype=bool)
            for points in sample.readings:
                lonlat = systems.to_lonlat(points, option.srid)
                agrees |= _near(lonlat, named) if why == "units" else draft.around.territory.in_box(lonlat)
            agreed.append(Decision(option, why, int((agrees & chosen).sum()), count))
        found = max(agreed, key=lambda one: one.agree)
        if found.agree > best.agree:
            alike = [one for one in agreed if one.agree >= _RIVALS * found.agree]
            best = _told_apart(draft, alike, sample)
        if best.agree * 2 > count > 0:
            break
    return best


def _told_apart(draft: Draft, alike: list[Decision], sample: _Sample) -> Decision:
    """Of systems that agree alike return the one that puts clearly more rows inside the borders, with its rivals.

    A scale or a datum of another kind moves a file by some hundred metres only: it shows in the rows near a border, of
    the communes they name, or of the territory where they name none. What cannot be told apart so is a rival.
    """
    first = max(alike, key=lambda one: one.agree)
    if len(alike) < 2 or not draft.around.territory.has_ground:
        return first
    inside = [_inside(draft, one, sample) for one in alike]
    chosen = alike.index(first)
    most = max(range(len(alike)), key=lambda place: int(inside[place].sum()))
    if _is_clear(inside[most], inside[chosen]):
        chosen = most
    rivals = [
        Rival(one.system, _apart_m(draft, alike[chosen], one, sample))
        for place, one in enumerate(alike)
        if place != chosen and not _is_clear(inside[chosen], inside[place])
    ]
    rivals = [rival for rival in rivals if rival.apart_m >= _APART_M]
    return replace(alike[chosen], rivals=tuple(rivals[:_RIVALS_NAMED]))


def _inside(draft: Draft, decision: Decision, sample: _Sample) -> NDArray[np.int64]:
    """Count, for each witness, the points inside the commune they name, or the territory where they name none."""
    hits = np.zeros(len(sample), dtype=bool)
    for points in sample.readings:
        located = draft.around.territory.locate(systems.to_lonlat(points, decision.system.srid)).tolist()
        pairs = zip(located, sample.units, strict=True)
        hits |= np.array([unit in meant if meant else unit != NOWHERE for unit, meant in pairs])
    return np.bincount(sample.witnesses[hits], minlength=int(sample.witnesses.max()) + 1)


def _is_clear(better: NDArray[np.int64], worse: NDArray[np.int64]) -> bool:
    """Tell whether one system fits clearly better: twice what chance would do, because a border may be a sketch."""
    won, lost = int((better > worse).sum()), int((worse > better).sum())
    return won - lost >= max(_CLEARLY_ROWS, _CLEARLY * (won + lost) ** 0.5)


def _apart_m(draft: Draft, one: Decision, other: Decision, sample: _Sample) -> float:
    """Return how far two systems put the rows from each other, in the middle of all, in metres."""
    apart = []
    for points in sample.readings:
        here, there = (systems.to_lonlat(points, decision.system.srid) for decision in (one, other))
        meant = draft.around.territory.in_box(here) & np.isfinite(there).all(axis=1)
        east = (here - there)[meant] * _METRES_PER_DEGREE
        apart.append(np.hypot(east[:, 0] * np.cos(np.radians(here[meant, 1])), east[:, 1]))
    metres = np.concatenate(apart)
    return float(np.median(metres)) if len(metres) else 0.0


def _near(lonlat: Points, centroids: Points) -> Mask:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(lonlat - centroids).max(axis=1) < _NEAR_CENTROID_DEGREES)
