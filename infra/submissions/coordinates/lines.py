"""A line as people give it: WKT, or points one after the other; turned into longitude and latitude, or refused."""

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from infra.submissions.coordinates import evidence, systems
from infra.submissions.coordinates.evidence import Decision
from infra.submissions.coordinates.ladder import declared_system
from infra.submissions.coordinates.notation import Notation, parse_pair, read_axis
from infra.submissions.draft import Draft, Mask, Points

COLUMN = "line"
#: a route with more points than this is a drawing
POINTS_MAX = 20_000
_WKT = re.compile(r"^\s*(?:SRID=\d+;)?\s*LINESTRING\s*Z?M?\s*\(([^()]*)\)\s*$", re.IGNORECASE)
_WKT_PARTS = re.compile(r"^\s*(?:SRID=\d+;)?\s*MULTILINESTRING\s*Z?M?\s*\(\s*\(([^()]*)\)\s*\)\s*$", re.IGNORECASE)
_SPLIT = re.compile(r"[;|\n]+")
#: degrees round the territory within which a line is taken for one of its own
_NEAR_DEGREES = 0.5


@dataclass
class _Points:
    """The points of all lines: ``rows`` says whose each is, ``value`` is n×2 in the order written."""

    rows: NDArray[np.intp]
    value: Points
    metric: Mask

    def of(self, row: int) -> NDArray[np.intp]:
        return np.flatnonzero(self.rows == row)


def locate_lines(draft: Draft) -> None:
    """Fill the draft's lines, their middle points, and report the rows that have no usable line."""
    texts = draft.text(COLUMN)
    empty = texts.is_null().to_numpy()
    draft.report(empty, "coordinate.missing", COLUMN, value=lambda _place: "")
    written, unreadable = _written(texts)
    draft.report(np.array(sorted(unreadable), dtype=np.intp), "coordinate.unparsable", COLUMN)
    lonlat, srids = _converted(draft, written)
    bounds = [*np.flatnonzero(np.diff(written.rows, prepend=-1)).tolist(), len(written.rows)]
    for start, end in pairwise(bounds):
        _take(draft, int(written.rows[start]), lonlat[start:end], int(srids[start]), written.value[start:end])


def _written(texts: pl.Series) -> tuple[_Points, set[int]]:
    """Read every line's points; return them, and the rows that hold something else."""
    rows: list[int] = []
    firsts: list[str] = []
    seconds: list[str] = []
    unreadable: set[int] = set()
    for row, text in enumerate(texts.to_list()):
        if text is None:
            continue
        pairs = _pairs(text)
        if pairs is None or len(pairs) > POINTS_MAX:
            unreadable.add(row)
            continue
        rows += [row] * len(pairs)
        firsts += [pair[0] for pair in pairs]
        seconds += [pair[1] for pair in pairs]
    first, second = (
        read_axis(pl.Series("first", firsts, dtype=pl.String)),
        read_axis(pl.Series("second", seconds, dtype=pl.String)),
    )
    owner = np.array(rows, dtype=np.intp)
    metric = (first.notation == Notation.METRES) & (second.notation == Notation.METRES)
    read = metric | ((first.notation == Notation.DEGREES) & (second.notation == Notation.DEGREES))
    unreadable |= set(owner[~read].tolist())
    unreadable |= {int(row) for row in np.unique(owner) if len(set(metric[owner == row].tolist())) > 1}
    kept = ~np.isin(owner, sorted(unreadable))
    return _Points(owner[kept], np.column_stack([first.value, second.value])[kept], metric[kept]), unreadable


def _pairs(text: str) -> list[tuple[str, str]] | None:
    """Return the two coordinates of each point as texts, None where a point is none."""
    wkt = _WKT.match(text) or _WKT_PARTS.match(text)
    if wkt:
        points = [point.split() for point in wkt[1].split(",")]
        return [(point[0], point[1]) for point in points] if all(len(point) >= 2 for point in points) else None
    found = [parse_pair(part.strip()) for part in _SPLIT.split(text) if part.strip()]
    pairs = [pair for pair in found if pair is not None]
    return pairs if len(pairs) == len(found) and len(pairs) >= 2 else None


def _converted(draft: Draft, written: _Points) -> tuple[Points, NDArray[np.int64]]:
    """Return the points as longitude and latitude, and the system of each; the order of axes is the line's own."""
    lonlat = np.full_like(written.value, np.nan)
    srids = np.zeros(len(written.rows), dtype=np.int64)
    for metric in (False, True):
        chosen = written.metric == metric
        if not chosen.any():
            continue
        rows = written.rows[chosen]
        decision = _system(draft, written.value[chosen], rows, metric=metric)
        draft.reading.setdefault("systems", []).append(decision.kept())
        srid = decision.system.srid
        given, turned = written.value[chosen], written.value[chosen][:, ::-1]
        as_given, as_turned = systems.to_lonlat(given, srid), systems.to_lonlat(turned, srid)
        swapped = _share(draft, as_turned, rows) > _share(draft, as_given, rows)
        lonlat[chosen] = np.where(swapped[:, None], as_turned, as_given)
        srids[chosen] = srid
        if not metric:
            _report_swapped(draft, rows, swapped)
    return lonlat, srids


def _share(draft: Draft, lonlat: Points, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return, for each point, how large a share of its line's points lies near the territory."""
    territory = draft.around.territory
    if not territory.has_ground:
        near = (np.abs(lonlat[:, 1]) <= 90).astype(np.float64)
    else:
        near = territory.in_box(lonlat, _NEAR_DEGREES).astype(np.float64)
    totals = np.bincount(rows, weights=near, minlength=draft.size)
    counts = np.bincount(rows, minlength=draft.size)
    return totals[rows] / np.maximum(counts[rows], 1)


def _system(draft: Draft, points: Points, rows: NDArray[np.intp], *, metric: bool) -> Decision:
    declared = declared_system(draft)
    if declared is not None and declared.is_metric == metric:
        return Decision(declared, "declared", len(points), len(points))
    if not metric:
        return Decision(systems.system(systems.REGISTER_SRID), "degrees", len(points), len(points))
    return evidence.decide_of_lines(draft, points, points[:, ::-1], owners=rows)


def _report_swapped(draft: Draft, rows: NDArray[np.intp], swapped: Mask) -> None:
    """Point out lines written latitude first; each comes with its points exchanged."""
    texts = draft.text(COLUMN)

    def exchanged(place: int) -> dict[str, str]:
        pairs = _pairs(texts[place] or "") or []
        return {COLUMN: "; ".join(f"{second} {first}" for first, second in pairs)}

    draft.report(np.unique(rows[swapped]), "coordinate.swapped", COLUMN, suggestion=exchanged)


def _take(draft: Draft, row: int, lonlat: Points, srid: int, written: Points) -> None:
    """Keep one line, or report why it is none of this territory."""
    if draft.has_error[row] and np.isnan(lonlat).any():
        return
    distinct = len(np.unique(lonlat, axis=0))
    if distinct < 2 or (written == 0).any():
        draft.report([row], "coordinate.placeholder", COLUMN)
        return
    outside = _outside_m(draft, lonlat)
    if outside > draft.around.territory.unit_tolerance_m:
        far = round(float(outside) / 1000, 1) if np.isfinite(outside) else "?"
        draft.report([row], "coordinate.outside_territory", COLUMN, facts={"distance": far})
        return
    line = shapely.linestrings(lonlat)  # a line that leaves the territory is still partly of it
    middle = shapely.get_coordinates(shapely.line_interpolate_point(line, 0.5, normalized=True))[0]
    draft.lines[row] = line
    draft.points[row] = draft.likely[row] = middle
    draft.srids[row] = srid
    if draft.around.territory.has_ground:
        draft.unit_ids[row] = draft.around.territory.locate(middle[None, :])[0]


def _outside_m(draft: Draft, lonlat: Points) -> float:
    """Return how far the nearest point of a line lies outside the territory; infinite for what is not on earth."""
    with np.errstate(invalid="ignore"):
        on_earth = (np.abs(lonlat[:, 0]) <= 180) & (np.abs(lonlat[:, 1]) <= 90)
    if not on_earth.all():
        return float("inf")
    territory = draft.around.territory
    return float(territory.outside_m(lonlat).min()) if territory.has_ground else 0.0
