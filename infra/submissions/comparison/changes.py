"""What accepting a file would do: add, update field by field, move, remove, or nothing."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from infra.models import RowAction, SubmissionKind
from infra.submissions.checks.neighbours import SAME_PLACE_M
from infra.submissions.comparison import register
from infra.submissions.comparison.ahead import Ahead
from infra.submissions.comparison.lines import compare_lines
from infra.submissions.comparison.matching import match
from infra.submissions.coordinates import systems
from infra.submissions.draft import Draft, Mask

#: a station that moved farther is pointed out; nearer is a better survey of the same place
MOVED_M = 50.0
#: two surveys of one place differ by this much at least
SAME_POINT_M = 1.0
#: what a row says about its mast; a tenant's figures do not change a mast that others own and use
MAST_COLUMNS = frozenset({"mast_class", "structure_type", "mast_height_m", "building_height_m"})
#: what a file says by being complete: this state of an object is no longer in use
OUT_OF_USE = {"status": "decommissioned", "in_service": False}
#: a float that went through a file and back
_EPSILON = 1e-6
#: what names a row's object is compared by itself
_NAMING = frozenset({"unit", "registry_number", "station_code", "line"})


@dataclass
class Comparison:
    """The register's answer to a draft, in the order of its rows.

    ``actions`` holds a RowAction or "" (a row with an error is not compared). ``matched`` is the id of the row's
    object (0: none), ``moved_m`` NaN where nothing was compared. ``changes`` maps row index → column → [before,
    after]. ``sites`` is the standing site at the row's place (0: none). ``removed`` lists ids and codes of what the
    file leaves out, in replace mode.
    """

    actions: NDArray[np.object_]
    matched: NDArray[np.int64]
    moved_m: NDArray[np.float64]
    sites: NDArray[np.int64]
    changes: dict[int, dict[str, list[Any]]] = field(default_factory=dict)
    removed: list[tuple[int, str]] = field(default_factory=list)

    def moved(self) -> Mask:
        with np.errstate(invalid="ignore"):
            return np.asarray((self.actions == RowAction.UPDATE) & (self.moved_m > MOVED_M))

    def note(self, row: int, column: str, before: Any, after: Any) -> None:
        """Note that a row changes a column."""
        self.changes.setdefault(row, {})[column] = [before, after]


@dataclass(frozen=True)
class Pairs:
    """The rows that have an object in the register: their indexes in the draft, and the places of the objects."""

    rows: NDArray[np.intp]
    places: NDArray[np.int64]


def compare(draft: Draft, ahead: Ahead | None = None) -> Comparison:
    """Compare the draft's rows without errors with the register; report moves and removals on the draft.

    *ahead* is what :func:`~infra.submissions.comparison.ahead.reading_ahead` gave.
    """
    ahead = ahead or Ahead(draft)
    held = ahead.held()
    places = match(draft, held)
    comparison = Comparison(
        actions=np.full(draft.size, "", dtype=object),
        matched=np.where(places >= 0, held["id"].to_numpy()[places] if held.height else 0, 0),
        moved_m=np.full(draft.size, np.nan),
        sites=np.zeros(draft.size, dtype=np.int64),
    )
    sound = ~draft.has_error
    comparison.actions[sound & (places < 0)] = str(RowAction.ADD)
    known = np.flatnonzero(sound & (places >= 0))
    pairs = Pairs(known, places[known])
    _compare_fields(draft, held, comparison, pairs)
    _compare_codes(draft, held, comparison, pairs)
    _compare_units(draft, held, comparison, pairs)
    if "line" in held.columns:
        compare_lines(draft, held, comparison, pairs.rows, pairs.places)
        _report_moves(draft, comparison, comparison.moved_m > MOVED_M)
    elif "lon" in held.columns:
        _compare_positions(draft, held, comparison, pairs)
        _find_sites(draft, comparison, ahead)
    changed = np.zeros(draft.size, dtype=bool)
    changed[list(comparison.changes)] = True
    comparison.actions[known] = str(RowAction.UNCHANGED)
    comparison.actions[known[changed[known]]] = str(RowAction.UPDATE)
    if draft.around.mode == "replace":
        _find_removed(draft, held, comparison, places)
    return comparison


def _compare_fields(draft: Draft, held: pl.DataFrame, comparison: Comparison, pairs: Pairs) -> None:
    """Note every cell that says something else than the register. An empty cell says nothing."""
    skipped = {*_NAMING, draft.around.table.identifier}
    for column in draft.around.table.columns:
        if column.name not in draft.values or column.name not in held.columns or column.name in skipped:
            continue
        after = draft.values[column.name].gather(pairs.rows)
        before = held[column.name].gather(pairs.places)
        places = np.flatnonzero(_differs(before, after))
        if column.name in MAST_COLUMNS and "mast_id" in held.columns:
            masts = held["mast_id"].gather(pairs.places[places])
            places = places[
                ~masts.is_in(register.masts_of_others(draft.around, masts)).fill_null(value=False).to_numpy()
            ]
        if column.name == "address" and "site_id" in held.columns:  # a shared site keeps one address for all
            sites = held["site_id"].gather(pairs.places[places])
            places = places[~sites.is_in(register.shared_sites(sites)).fill_null(value=False).to_numpy()]
        old, new = before.gather(places).to_list(), after.gather(places).to_list()
        for row, was, now in zip(pairs.rows[places].tolist(), old, new, strict=True):
            comparison.note(row, column.name, plain(was), plain(now))


def _differs(before: pl.Series, after: pl.Series) -> Mask:
    if before.dtype.is_float():
        same = ((after.cast(pl.Float64) - before).abs() < _EPSILON).fill_null(value=False)
    else:
        same = (after == before).fill_null(value=False)
    return (~same & after.is_not_null()).to_numpy()


def _compare_codes(draft: Draft, held: pl.DataFrame, comparison: Comparison, pairs: Pairs) -> None:
    """Note a new code of what the registry number names."""
    name = draft.around.table.identifier
    if name not in held.columns:
        return
    after, before = draft.text(name).gather(pairs.rows), held[name].gather(pairs.places)
    for place in np.flatnonzero((after != before).fill_null(value=False).to_numpy()):
        comparison.note(int(pairs.rows[place]), name, before[int(place)], after[int(place)])


def _compare_units(draft: Draft, held: pl.DataFrame, comparison: Comparison, pairs: Pairs) -> None:
    if "unit_id" not in held.columns:
        return
    before = held["unit_id"].gather(pairs.places).fill_null(0).to_numpy()
    after = draft.unit_ids[pairs.rows]
    communes = draft.around.territory.communes
    for place in np.flatnonzero((after != before) & (after != 0)):
        names = [communes[unit].full_name if unit in communes else None for unit in (before[place], after[place])]
        comparison.note(int(pairs.rows[place]), "unit", *names)


def _compare_positions(draft: Draft, held: pl.DataFrame, comparison: Comparison, pairs: Pairs) -> None:
    columns = (held["lon"].gather(pairs.places), held["lat"].gather(pairs.places))
    before = np.column_stack([column.fill_null(np.nan).to_numpy() for column in columns])
    after = draft.points[pairs.rows]
    srid = draft.around.authority.metric_srid
    distance = np.hypot(*(systems.from_lonlat(after, srid) - systems.from_lonlat(before, srid)).T)
    comparison.moved_m[pairs.rows] = distance
    with np.errstate(invalid="ignore"):
        # On a shared site the register keeps one point for all: another operator's survey of it is no move.
        doubtful = np.flatnonzero((distance > SAME_POINT_M) & (distance <= SAME_PLACE_M))
        sites = held["site_id"].gather(pairs.places[doubtful])
        same_site = doubtful[sites.is_in(register.shared_sites(sites)).fill_null(value=False).to_numpy()]
        differs = distance > SAME_POINT_M
        differs[same_site] = False
        same = distance <= SAME_POINT_M
    for place in np.flatnonzero(differs):
        comparison.note(int(pairs.rows[place]), "position", _point(before[place]), _point(after[place]))
    moved = np.zeros(draft.size, dtype=bool)
    moved[pairs.rows[differs & (distance > MOVED_M)]] = True
    _report_moves(draft, comparison, moved)
    stayed = np.zeros(draft.size, dtype=bool)
    stayed[pairs.rows[same]] = True
    draft.withdraw(stayed, "coordinate.low_precision")  # the register holds that very point: nothing gets worse
    # Nor is it news that two registered stations share a place.
    stayed[pairs.rows[np.isfinite(distance) & ~differs]] = True
    draft.withdraw(stayed & (draft.neighbours >= 0) & stayed[draft.neighbours], "site.nearby_duplicate")


def _report_moves(draft: Draft, comparison: Comparison, moved: Mask) -> None:
    columns = [name for name in ("longitude", "latitude", "x", "y", "position", "line") if draft.has(name)][:2]
    draft.report(
        moved, "site.moved", *columns, facts=lambda place: {"distance": float(round(comparison.moved_m[place]))}
    )


def _point(point: NDArray[np.float64]) -> str:
    return f"{point[0]:.6f}, {point[1]:.6f}"


def plain(value: Any) -> Any:
    """Return *value* as JSON keeps it."""
    return value.isoformat() if isinstance(value, date | time) else value


def _find_sites(draft: Draft, comparison: Comparison, ahead: Ahead) -> None:
    """Find the standing site at the place of each row that is added or moved: sharing, not a second site."""
    with np.errstate(invalid="ignore"):
        moves = comparison.moved_m > SAME_PLACE_M
    asked = np.flatnonzero(((comparison.actions == RowAction.ADD) | moves) & np.isfinite(draft.points).all(axis=1))
    if not len(asked):
        return
    points = draft.points[asked]
    found, sites = ahead.standing_near(points).nearest(points)
    comparison.sites[asked[found]] = sites


def _find_removed(draft: Draft, held: pl.DataFrame, comparison: Comparison, places: NDArray[np.int64]) -> None:
    """List what the register has in use and the file leaves out; a row with an error still names its object."""
    if draft.around.table.kind == SubmissionKind.PERMITS:  # a paper that is not named is no less in force
        return
    gone = np.ones(held.height, dtype=bool)
    gone[places[places >= 0]] = False
    for name, state in OUT_OF_USE.items():
        if name in held.columns:
            gone &= (held[name] != state).fill_null(value=True).to_numpy()
    left_out = held.filter(gone)
    comparison.removed += zip(left_out["id"].to_list(), left_out["code"].to_list(), strict=True)
