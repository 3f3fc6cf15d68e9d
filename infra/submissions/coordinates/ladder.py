"""Whatever was written as a place becomes one point, or the first reason why it does not.

The ladder of a row: parse → placeholder → swapped → zone → territory. The rungs after it (declared unit, near
duplicates, moved since last time) compare the point with other facts and live in ``checks`` and ``comparison``.
"""

import itertools
import re
from functools import partial

import numpy as np
from numpy.typing import NDArray

from infra.spatial.units import NOWHERE
from infra.submissions.coordinates import evidence, systems
from infra.submissions.coordinates.evidence import Decision
from infra.submissions.coordinates.notation import Notation
from infra.submissions.coordinates.pairs import Orientation, Pairs, digits_lost, orient, pairs_of
from infra.submissions.draft import Draft, Mask, Points

METRES_PER_DEGREE = 111_195.0
#: a position in degrees coarser than this is not a survey (4 decimals; 5 are asked for)
COARSE_DEGREES = 5e-5
#: the shift from the national datum is only known to a metre (EPSG accuracy of "VN-2000 to WGS 84 (2)")
DATUM_ACCURACY_M = 1.0
#: figures typed to fill a cell
_FILLERS = (9999.0, 99999.0, 999999.0, 9999999.0, 1111111.0, 1234567.0, 123456.0, 12345.0, 999.0, 123.456)
_ROUND_METRES = 100_000.0
#: how far outside the territory a point is still taken for a slip of place, not of order (degrees)
_FAR_DEGREES = 3.0
_NEAR_DEGREES = 0.5
#: a wrong meridian is one of the country's (degrees of longitude): merged provinces mix meridians two degrees apart
_ZONE_REACH_DEGREES = 6.0


def locate(draft: Draft) -> None:
    """Fill the draft's points and report the rows that have none."""
    groups = pairs_of(draft)
    if not groups:
        return
    pending = np.ones(draft.size, dtype=bool)
    columns = groups[0].columns
    for pairs in groups:
        rows = pending & pairs.complete
        _locate_in(draft, pairs, rows)
        pending &= ~rows
    draft.report(pending, "coordinate.missing", *columns, value=lambda _place: "")


def _locate_in(draft: Draft, pairs: Pairs, rows: Mask) -> None:
    degrees, metres = rows & pairs.mask(Notation.DEGREES), rows & pairs.mask(Notation.METRES)
    fillers = rows & _placeholders(pairs)
    readable = degrees | metres
    unreadable = rows & ~readable & ~fillers
    draft.report(
        unreadable, "coordinate.unparsable", *pairs.columns, suggestion=partial(_with_points_back, draft, pairs)
    )
    draft.report(fillers, "coordinate.placeholder", *pairs.columns)
    draft.written.append((rows, pairs.first_text, pairs.second_text))
    if (degrees & ~fillers).any():
        _from_degrees(draft, pairs, degrees & ~fillers)
    if (metres & ~fillers).any():
        _from_metres(draft, pairs, metres & ~fillers)


def _with_points_back(draft: Draft, pairs: Pairs, place: int) -> dict[str, str] | None:
    """Return degrees that a spreadsheet took for whole numbers (106.330.615), with the point where the territory is."""
    digits = [re.sub(r"[.,' ]", "", str(text[place])) for text in (pairs.first_text, pairs.second_text)]
    if len(pairs.columns) == 1 or any(not re.fullmatch(r"\d{7,10}", text, re.ASCII) for text in digits):
        return None
    ways = [[f"{text[:whole]}.{text[whole:]}" for whole in (2, 3)] for text in digits]
    for first, second in itertools.product(*ways):
        east, north = float(first), float(second)
        for points in ((east, north), (north, east)):
            if _plausible(draft, systems.REGISTER_SRID, np.array([points]), _NEAR_DEGREES)[0]:
                return pairs.written(first, second)
    return None


def _placeholders(pairs: Pairs) -> Mask:
    """Tell the rows whose figures only fill the cells: a zero, whole degrees, round or repeated metres."""
    first, second = pairs.first.value, pairs.second.value
    with np.errstate(invalid="ignore"):
        zero = (first == 0) | (second == 0)
        degrees = pairs.mask(Notation.DEGREES)
        whole = degrees & (first % 1 == 0) & (second % 1 == 0)
        round_metres = pairs.mask(Notation.METRES) & (first % _ROUND_METRES == 0) & (second % _ROUND_METRES == 0)
        filler = np.isin(first, _FILLERS) | np.isin(second, _FILLERS)
        small = (pairs.first.notation == Notation.DEGREES) & (pairs.second.notation == Notation.DEGREES)
        ones = small & (first == second)
    return np.asarray(zero | whole | round_metres | filler | ones)


def _plausible(draft: Draft, srid: int, points: Points, margin: float) -> Mask:
    territory = draft.around.territory
    lonlat = systems.to_lonlat(points, srid)
    if territory.has_ground:
        return territory.in_box(lonlat, margin)
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(lonlat[:, 0]) <= 180) & (np.abs(lonlat[:, 1]) <= 90))


def _oriented(draft: Draft, pairs: Pairs, rows: Mask, srid: int) -> Orientation:
    return orient(
        pairs,
        rows,
        near=lambda points: _plausible(draft, srid, points, _NEAR_DEGREES),
        far=lambda points: _plausible(draft, srid, points, _FAR_DEGREES),
    )


def _report_swapped(draft: Draft, pairs: Pairs, swapped: Mask, lonlat: Points) -> None:
    draft.report(swapped, "coordinate.swapped", *pairs.columns, suggestion=pairs.exchanged)
    draft.likely[swapped] = lonlat[swapped]


def declared_system(draft: Draft) -> systems.System | None:
    """Return the system that the person chose, else the one that a file of features declares."""
    code = draft.sheet.crs if draft.around.crs == systems.AUTO else draft.around.crs
    return systems.of_code(code) if code else None


def _from_degrees(draft: Draft, pairs: Pairs, rows: Mask) -> None:
    declared = declared_system(draft)
    srid = declared.srid if declared and not declared.is_metric else systems.REGISTER_SRID
    oriented = _oriented(draft, pairs, rows, srid)
    lonlat = systems.to_lonlat(oriented.points, srid)
    why = "declared" if declared and declared.srid == srid else "degrees"
    draft.reading.setdefault("systems", []).append(
        Decision(systems.system(srid), why, int(rows.sum()), int(rows.sum())).kept()
    )
    _report_swapped(draft, pairs, oriented.swapped, lonlat)
    _take(draft, pairs, rows & ~oriented.swapped, lonlat, srid)
    coarse = (pairs.first.resolution > COARSE_DEGREES) & (pairs.second.resolution > COARSE_DEGREES)
    accuracy = np.round(digits_lost(pairs) * METRES_PER_DEGREE)
    draft.report(
        rows & coarse & np.isfinite(draft.points).all(axis=1),
        "coordinate.low_precision",
        *pairs.columns,
        facts=lambda place: {"accuracy": float(accuracy[place])},
    )


def _from_metres(draft: Draft, pairs: Pairs, rows: Mask) -> None:
    declared = declared_system(draft)
    if declared and declared.is_metric:
        decision = Decision(declared, "declared", int(rows.sum()), int(rows.sum()))
    else:
        decision = evidence.decide(draft, pairs.east_first, pairs.north_first, rows=rows)
    oriented = _oriented(draft, pairs, rows, decision.system.srid)
    draft.reading.setdefault("systems", []).append(decision.kept())
    draft.reading["northing_first"] = oriented.north_first
    lonlat = systems.to_lonlat(oriented.points, decision.system.srid)
    _report_swapped(draft, pairs, oriented.swapped, lonlat)
    rows = rows & ~oriented.swapped
    misplaced = _report_wrong_zone(draft, pairs, rows, oriented, lonlat, decision)
    _take(draft, pairs, rows & ~misplaced, lonlat, decision.system.srid)


def _report_wrong_zone(
    draft: Draft, pairs: Pairs, rows: Mask, oriented: Orientation, lonlat: Points, decision: Decision
) -> Mask:
    """Report rows that miss the commune they name, and meet it on a neighbouring meridian."""
    territory = draft.around.territory
    found = np.zeros(draft.size, dtype=bool)
    if not territory.has_ground:
        return found
    missed = rows & (_distance_to_declared(draft, lonlat, rows) > territory.unit_tolerance_m)
    own = decision.system.meridian or 0.0
    others = [
        option
        for option in evidence.candidates(draft)
        if option.srid != decision.system.srid and 0 < abs((option.meridian or 0.0) - own) <= _ZONE_REACH_DEGREES
    ]
    others.sort(key=lambda option: (abs((option.meridian or 0.0) - own), option.name))
    for option in others:
        open_rows = missed & ~found
        if not open_rows.any():
            break
        elsewhere = systems.to_lonlat(oriented.points, option.srid)
        hit = open_rows & (_distance_to_declared(draft, elsewhere, open_rows) <= territory.unit_tolerance_m)
        own_metres = systems.from_lonlat(elsewhere, decision.system.srid)
        facts = {"zone": option.label, "expected": decision.system.label}
        draft.report(
            hit,
            "coordinate.wrong_zone",
            *pairs.columns,
            facts=facts,
            suggestion=partial(_in_order, pairs, oriented, own_metres),
        )
        draft.likely[hit] = elsewhere[hit]
        found |= hit
    return found


def _in_order(pairs: Pairs, oriented: Orientation, metres: Points, place: int) -> dict[str, str]:
    east, north = (f"{value:.2f}" for value in metres[place])
    return pairs.written(north, east) if oriented.north_first else pairs.written(east, north)


def _distance_to_declared(draft: Draft, lonlat: Points, rows: Mask) -> NDArray[np.float64]:
    """Return how far, in metres, each of *rows* lies outside the nearest commune it can mean; NaN without a name."""
    metres = np.full(draft.size, np.nan)
    boundaries = draft.around.territory.boundaries
    for declared, places in draft.by_declared():
        chosen = places[rows[places]]
        if not len(chosen):
            continue
        for unit in declared.units():
            distance = boundaries.metres_outside(lonlat[chosen], np.full(len(chosen), unit))
            metres[chosen] = np.fmin(metres[chosen], distance)
    return metres


def _take(draft: Draft, pairs: Pairs, rows: Mask, lonlat: Points, srid: int) -> None:
    """Keep the points of *rows* that lie in the territory; report the others."""
    with np.errstate(invalid="ignore"):
        on_earth = (np.abs(lonlat[:, 0]) <= 180) & (np.abs(lonlat[:, 1]) <= 90)
    territory = draft.around.territory
    outside = rows & ~on_earth
    distance = np.full(draft.size, np.nan)
    if territory.has_ground:
        asked = rows & on_earth
        draft.unit_ids[asked], distance[asked] = territory.place(lonlat[asked])
        outside |= distance > territory.edge_tolerance_m
    draft.report(
        outside,
        "coordinate.outside_territory",
        *pairs.columns,
        facts=lambda place: {"distance": _kilometres(distance[place])},
    )
    good = rows & ~outside
    draft.unit_ids[outside] = NOWHERE
    draft.points[good] = draft.likely[good] = lonlat[good]
    draft.srids[rows] = srid
    is_metric = systems.system(srid).is_metric
    resolution = digits_lost(pairs) * (1.0 if is_metric else METRES_PER_DEGREE)
    datum = 0.0 if srid == systems.REGISTER_SRID else DATUM_ACCURACY_M
    draft.accuracy_m[good] = np.round(resolution[good] / np.sqrt(2) + datum, 2)


def _kilometres(metres: float) -> float | str:
    return "?" if np.isnan(metres) else round(float(metres) / 1000, 1)
