"""What accepting a file would do: add, update field by field, move, remove, or nothing."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from infra.models import RowAction
from infra.submissions.checks.neighbours import SAME_PLACE_M
from infra.submissions.comparison import register
from infra.submissions.coordinates import systems
from infra.submissions.draft import Draft, Mask
from infra.submissions.problems import Problem

#: a station that moved farther is pointed out; nearer is a better survey of the same place
MOVED_M = 50.0
#: two surveys of one place differ by this much at least
SAME_POINT_M = 1.0
#: what a row says about its mast; a tenant's figures do not change a mast that others own and use
MAST_COLUMNS = frozenset({"mast_class", "structure_type", "mast_height_m", "building_height_m"})
#: a float that went through a file and back
_EPSILON = 1e-6


@dataclass
class Comparison:
    """The register's answer to a draft, in the order of its rows.

    ``actions`` holds a RowAction or "" (a row with an error is not compared). ``matched`` is the id of the row's
    object (0: none), ``moved_m`` NaN where nothing was compared. ``changes`` maps row index → column → [before,
    after]. ``sites`` is the standing site at the row's place (0: none). ``removed`` lists ids and codes of what the
    file leaves out, in replace mode.
    """

    actions: NDArray[np.str_]
    matched: NDArray[np.int64]
    moved_m: NDArray[np.float64]
    sites: NDArray[np.int64]
    changes: dict[int, dict[str, list[Any]]] = field(default_factory=dict)
    removed: list[tuple[int, str]] = field(default_factory=list)

    def moved(self) -> Mask:
        with np.errstate(invalid="ignore"):
            return np.asarray((self.actions == RowAction.UPDATE) & (self.moved_m > MOVED_M))


def compare(draft: Draft) -> Comparison:
    """Compare the draft's rows without errors with the register; report moves and removals on the draft."""
    held = register.LOADERS[str(draft.around.table.kind)](draft.around)
    places = _match(draft, held)
    comparison = Comparison(
        actions=np.full(draft.size, "", dtype="<U10"),
        matched=np.where(places >= 0, held["id"].to_numpy()[places] if held.height else 0, 0),
        moved_m=np.full(draft.size, np.nan),
        sites=np.zeros(draft.size, dtype=np.int64),
    )
    sound = ~draft.has_error
    comparison.actions[sound & (places < 0)] = RowAction.ADD
    known = np.flatnonzero(sound & (places >= 0))
    _compare_fields(draft, held, comparison, known, places[known])
    _compare_units(draft, held, comparison, known, places[known])
    if "lon" in held.columns:
        _compare_positions(draft, held, comparison, known, places[known])
        _find_sites(draft, comparison)
    changed = np.zeros(draft.size, dtype=bool)
    changed[list(comparison.changes)] = True
    comparison.actions[known] = np.where(changed[known], str(RowAction.UPDATE), str(RowAction.UNCHANGED))
    if draft.around.mode == "replace":
        _find_removed(draft, held, comparison, places)
    return comparison


def _match(draft: Draft, held: pl.DataFrame) -> NDArray[np.int64]:
    """Return the place in *held* of each row's object, -1 for none: by code, then by registry number."""
    keys = ["station_code", "code"] if "station_code" in held.columns else ["code"]
    places = _joined(draft, held, keys)
    if draft.has("registry_number") and "registry_number" in held.columns:
        by_number = _joined(draft, held, ["registry_number"])
        places = np.where(places >= 0, places, by_number)
    return places


def _joined(draft: Draft, held: pl.DataFrame, keys: list[str]) -> NDArray[np.int64]:
    wanted = pl.DataFrame({name: draft.text(name) for name in keys})
    known = held.select(*keys).with_row_index("place").unique(keys, keep="first", maintain_order=True)
    found = wanted.join(known, on=keys, how="left", maintain_order="left")
    return found["place"].cast(pl.Int64).fill_null(-1).to_numpy()


def _compare_fields(
    draft: Draft, held: pl.DataFrame, comparison: Comparison, known: NDArray[np.intp], places: NDArray[np.int64]
) -> None:
    """Note every cell that says something else than the register. An empty cell says nothing."""
    skipped = {"unit", "registry_number", draft.around.table.identifier, "station_code"}
    for column in draft.around.table.columns:
        if column.name not in draft.values or column.name not in held.columns or column.name in skipped:
            continue
        after = draft.values[column.name].gather(known)
        before = held[column.name].gather(places)
        if before.dtype.is_float():
            same = ((after.cast(pl.Float64) - before).abs() < _EPSILON).fill_null(value=False)
        else:
            same = (after == before).fill_null(value=False)
        differs = (~same & after.is_not_null()).to_numpy()
        if column.name in MAST_COLUMNS and "mast_of_others" in held.columns:
            differs = differs & ~held["mast_of_others"].gather(places).to_numpy()
        if column.name == "address" and "shared" in held.columns:  # a shared site keeps one address for all
            differs = differs & (held["shared"].gather(places) == 1).to_numpy()
        for index in np.flatnonzero(differs):
            change = [plain(before[int(index)]), plain(after[int(index)])]
            comparison.changes.setdefault(int(known[index]), {})[column.name] = change
    if draft.around.table.identifier in held.columns:
        _compare_codes(draft, held, comparison, known, places)


def _compare_codes(
    draft: Draft, held: pl.DataFrame, comparison: Comparison, known: NDArray[np.intp], places: NDArray[np.int64]
) -> None:
    """Note a new code of what the registry number names."""
    name = draft.around.table.identifier
    after, before = draft.text(name).gather(known), held[name].gather(places)
    for index in np.flatnonzero((after != before).fill_null(value=False).to_numpy()):
        comparison.changes.setdefault(int(known[index]), {})[name] = [before[int(index)], after[int(index)]]


def _compare_units(
    draft: Draft, held: pl.DataFrame, comparison: Comparison, known: NDArray[np.intp], places: NDArray[np.int64]
) -> None:
    if "unit_id" not in held.columns:
        return
    before = held["unit_id"].gather(places).fill_null(0).to_numpy()
    after = draft.unit_ids[known]
    communes = draft.around.territory.communes
    for index in np.flatnonzero((after != before) & (after != 0)):
        names = [communes[unit].full_name if unit in communes else None for unit in (before[index], after[index])]
        comparison.changes.setdefault(int(known[index]), {})["unit"] = names


def _compare_positions(
    draft: Draft, held: pl.DataFrame, comparison: Comparison, known: NDArray[np.intp], places: NDArray[np.int64]
) -> None:
    before = np.column_stack([held["lon"].gather(places).to_numpy(), held["lat"].gather(places).to_numpy()])
    after = draft.points[known]
    srid = draft.around.authority.metric_srid
    distance = np.hypot(*(systems.from_lonlat(after, srid) - systems.from_lonlat(before, srid)).T)
    comparison.moved_m[known] = distance
    # On a shared site the register keeps one point for all: another operator's survey of it is no move.
    shared = held["shared"].gather(places).to_numpy() > 1
    with np.errstate(invalid="ignore"):
        differs = distance > np.where(shared, SAME_PLACE_M, SAME_POINT_M)
    for index in np.flatnonzero(differs):
        change = [_point(before[index]), _point(after[index])]
        comparison.changes.setdefault(int(known[index]), {})["position"] = change
    moved = np.zeros(draft.size, dtype=bool)
    moved[known[differs & (distance > MOVED_M)]] = True
    columns = [name for name in ("longitude", "latitude", "x", "y", "position") if draft.has(name)][:2]
    draft.report(
        moved, "site.moved", *columns, facts=lambda place: {"distance": round(float(comparison.moved_m[place]))}
    )


def _point(point: NDArray[np.float64]) -> str:
    return f"{point[0]:.6f}, {point[1]:.6f}"


def plain(value: Any) -> Any:
    """Return *value* as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def _find_sites(draft: Draft, comparison: Comparison) -> None:
    """Find the standing site at the place of each row that is added or moved: sharing, not a second site."""
    with np.errstate(invalid="ignore"):
        moves = comparison.moved_m > SAME_PLACE_M
    asked = np.flatnonzero(((comparison.actions == RowAction.ADD) | moves) & np.isfinite(draft.points).all(axis=1))
    if not len(asked):
        return
    margin = 0.001
    west, south = draft.points[asked].min(axis=0) - margin
    east, north = draft.points[asked].max(axis=0) + margin
    sites = register.standing_sites(draft.around, west, south, east, north)
    if not sites.height:
        return
    srid = draft.around.authority.metric_srid
    at = systems.from_lonlat(np.column_stack([sites["lon"].to_numpy(), sites["lat"].to_numpy()]), srid)
    found, nearest = nearest_within(systems.from_lonlat(draft.points[asked], srid), at, SAME_PLACE_M)
    comparison.sites[asked[found]] = sites["site_id"].to_numpy()[nearest]


def nearest_within(
    asked: NDArray[np.float64], targets: NDArray[np.float64], metres: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return (index in *asked*, index in *targets*) of the nearest target within *metres*; both n×2 in metres."""
    tree = shapely.STRtree(shapely.points(targets))
    found, nearest = tree.query_nearest(shapely.points(asked), max_distance=metres, all_matches=False)
    return found, nearest


def _find_removed(draft: Draft, held: pl.DataFrame, comparison: Comparison, places: NDArray[np.int64]) -> None:
    """List what the register has in use and the file leaves out; a row with an error still names its object."""
    named = set(places[places >= 0].tolist())
    in_use = held["status"] != "decommissioned" if "status" in held.columns else pl.Series([True] * held.height)
    for place in np.flatnonzero(in_use.to_numpy()):
        if int(place) not in named:
            code = held["code"][int(place)]
            comparison.removed.append((held["id"][int(place)], code))
            draft.problems.append(Problem(None, "station.removed", ("code",), value=code))
