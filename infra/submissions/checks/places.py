"""The commune a row names against the commune its position lies in, names of the past included."""

from typing import Any

import numpy as np
import polars as pl
from django.utils.translation import gettext_noop as _

from infra.spatial.units import NOWHERE
from infra.submissions.draft import Draft, Points
from infra.submissions.problems import said
from infra.submissions.territory import Declared, FormerCommune, Territory

#: stands between a commune and the district beside it
_BESIDE = "\x1f"


def read_names(draft: Draft) -> None:
    """Find out what each row's commune name can mean, each spelling once; report names that mean nothing."""
    units, districts = draft.text("unit"), draft.text("district")
    written = units if districts.is_null().all() else units + _BESIDE + districts.fill_null("")
    spellings = written.drop_nulls().unique(maintain_order=True).to_list()
    for spelling in spellings:
        unit, _beside, district = spelling.partition(_BESIDE)
        draft.declared.append(draft.around.territory.declared(unit, district))
    numbers = {spelling: number for number, spelling in enumerate(spellings, start=1)}
    draft.declared_ids = written.replace_strict(numbers, default=0, return_dtype=pl.Int64).fill_null(0).to_numpy()
    is_known = np.array([one.is_known for one in draft.declared])
    draft.report((draft.declared_ids > 0) & ~is_known[draft.declared_ids], "unit.unknown", "unit")


def check_units(draft: Draft) -> None:
    """Weigh the commune that holds each row's position against the one it names; report names of the past too."""
    for declared, places in draft.by_declared():
        _check_group(draft, declared, places)


def _check_group(draft: Draft, declared: Declared, places: np.ndarray) -> None:
    """Check the rows that wrote one and the same name."""
    territory = draft.around.territory
    points = draft.points[places]
    has_point = np.isfinite(points).all(axis=1)
    inside = draft.unit_ids[places]
    fits_current = np.isin(inside, declared.current) & has_point
    if not territory.has_ground:
        has_point = np.zeros_like(has_point)
    for unit in declared.current:
        rest = has_point & ~fits_current
        near = _near(territory, points, unit, rest)
        fits_current |= near
        draft.unit_ids[places[near]] = unit
    superseded = np.zeros(len(places), dtype=bool)
    if declared.former:
        superseded = _check_former(draft, declared, places, has_point & ~fits_current)
    if territory.has_ground:
        _report_mismatch(draft, declared, places[has_point & ~fits_current & ~superseded])
    if not declared.current:
        unplaced = places[~has_point]
        _report_superseded(draft, declared, unplaced)
        if len(declared.units()) == 1:
            draft.unit_ids[unplaced] = declared.units()[0]
    elif len(declared.current) == 1:
        draft.unit_ids[places[~has_point]] = declared.current[0]


def _near(territory: Territory, points: Points, unit: int, rows: np.ndarray) -> np.ndarray:
    """Tell which of *rows* lie within the border's tolerance of *unit*."""
    near = np.zeros(len(points), dtype=bool)
    if rows.any():
        metres = territory.boundaries.metres_outside(points[rows], np.full(int(rows.sum()), unit))
        near[rows] = metres <= territory.unit_tolerance_m
    return near


def _check_former(draft: Draft, declared: Declared, places: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Among *rows*, report those whose position lies in a successor of the commune of the past; return which."""
    territory = draft.around.territory
    fits = np.zeros(len(places), dtype=bool)
    inside = draft.unit_ids[places]
    successors = [unit for one in declared.former for unit in one.successors]
    for unit in dict.fromkeys(successors):
        here = rows & ~fits & (inside == unit)
        fits |= here
    for unit in dict.fromkeys(successors):
        near = _near(territory, draft.points[places], unit, rows & ~fits)
        draft.unit_ids[places[near]] = unit
        fits |= near
    _report_superseded(draft, declared, places[fits])
    if not declared.current:
        lost = places[rows & ~fits]
        _report_superseded(draft, declared, lost)
    return fits


def _report_superseded(draft: Draft, declared: Declared, places: np.ndarray) -> None:
    territory = draft.around.territory
    district = draft.text("district")

    def now(place: int) -> str:
        units = _successors(declared.former, int(draft.unit_ids[place]))
        return ", ".join(territory.name_of(unit) for unit in units)

    def suggestion(place: int) -> dict[str, str] | None:
        units = _successors(declared.former, int(draft.unit_ids[place]))
        if len(units) != 1:
            return None
        corrected = {"unit": territory.name_of(units[0])}
        return {**corrected, "district": ""} if district[place] else corrected

    since = f"{max(one.ended for one in declared.former):%d/%m/%Y}" if declared.former else ""
    draft.report(
        places,
        "unit.superseded",
        "unit",
        facts=lambda place: {"since": since, "now": now(place)},
        suggestion=suggestion,
    )


def _successors(former: tuple[FormerCommune, ...], located: int) -> tuple[int, ...]:
    """Return the successors in question: the one the position lies in, else all of them."""
    units = tuple(dict.fromkeys(unit for one in former for unit in one.successors))
    return (located,) if located in units else units


def _report_mismatch(draft: Draft, declared: Declared, places: np.ndarray) -> None:
    """Report positions outside every commune that the name can mean."""
    if not len(places):
        return
    territory = draft.around.territory
    units = declared.units()
    points = draft.points[places]
    distances = [territory.boundaries.metres_outside(points, np.full(len(places), unit)) for unit in units]
    nearest = dict(zip(places.tolist(), np.fmin.reduce(distances).tolist(), strict=True))

    def facts(place: int) -> dict[str, Any]:
        found = int(draft.unit_ids[place])
        return {
            "found": territory.name_of(found) if found != NOWHERE else said(_("no commune")),
            "distance": round(nearest[place] / 1000, 1),
            "declared": ", ".join(territory.name_of(unit) for unit in units),
        }

    columns = ["unit", *(name for name in ("longitude", "latitude", "x", "y", "position") if draft.has(name))]
    draft.report(
        places, "coordinate.unit_mismatch", *columns[:3], value=lambda place: draft.text("unit")[place], facts=facts
    )
