"""The rows of a look kept in the database, for people to page through and decide about."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from django.contrib.gis.geos import Point

from infra.models import RowAction, RowDecision, Submission, SubmissionKind, SubmissionRow
from infra.submissions.comparison.changes import plain
from infra.submissions.looking import Look

BATCH = 2_000
#: kinds whose rows match installations; those of cells and permits match other things
_INSTALLATIONS = frozenset(SubmissionKind) - {SubmissionKind.CELLS, SubmissionKind.PERMITS}


def rows_keep(submission: Submission, found: Look) -> int:
    """Replace the kept rows by those of the look; fixes, explanations and rows left out stay.

    Returns the number of rows left out. Call it inside the act that moves the submission.
    """
    kept = submission.rows.filter(row__isnull=False).only("row", "fixes", "confirmation")
    before = {row.row: row for row in kept}
    left_out = submission.rows.filter(decision=RowDecision.DROPPED).count()
    submission.rows.exclude(decision=RowDecision.DROPPED).delete()
    batch: list[SubmissionRow] = []
    for row in (*_rows(submission, found), *_removals(submission, found)):
        known = before.get(row.row)
        if known is not None:
            row.fixes, row.confirmation = known.fixes, known.confirmation
        batch.append(row)
        if len(batch) == BATCH:
            SubmissionRow.objects.bulk_create(batch)
            batch = []
    SubmissionRow.objects.bulk_create(batch)
    return left_out


def _rows(submission: Submission, found: Look) -> Iterator[SubmissionRow]:
    draft, comparison = found.draft, found.comparison
    by_row: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for problem in draft.problems:
        by_row[problem.row].append(problem.kept())
    raw, values = _texts(found), _values(found)
    matched = comparison.matched.tolist() if submission.kind in _INSTALLATIONS else [0] * draft.size
    for place, number in enumerate(draft.rows.tolist()):
        yield SubmissionRow(
            submission=submission,
            row=number,
            action=str(comparison.actions[place]),
            raw=raw[place],
            values=values[place],
            problems=by_row.get(number, []),
            changes=comparison.changes.get(place, {}),
            has_error=bool(draft.has_error[place]),
            has_warning=bool(draft.has_warning[place]),
            position=_point(draft.points[place]),
            moved_m=_number(comparison.moved_m[place]),
            installation_id=matched[place] or None,
        )


def _texts(found: Look) -> list[dict[str, str]]:
    """Return the cells of each row as the file has them, without the empty ones."""
    frame = found.draft.sheet.frame
    if frame.height != found.draft.size:
        frame = frame.filter(pl.col("row").is_in(found.draft.rows.tolist()))
    rows = frame.drop("row").to_dicts()
    return [{name: text for name, text in row.items() if text is not None} for row in rows]


def _values(found: Look) -> list[dict[str, Any]]:
    """Return the cleaned values of each row as JSON keeps them, with the commune resolved as "unit_code"."""
    draft = found.draft
    frame = pl.DataFrame(list(draft.values.values())) if draft.values else pl.DataFrame({"_": [None] * draft.size})
    rows = [{name: plain(value) for name, value in row.items() if value is not None} for row in frame.to_dicts()]
    communes = draft.around.territory.communes if draft.around.table.positions else {}
    for place in np.flatnonzero(draft.unit_ids):
        unit = communes.get(int(draft.unit_ids[place]))
        if unit is not None:
            rows[place]["unit_code"] = unit.code
    return rows


def _point(point: np.ndarray) -> Point | None:
    return Point(float(point[0]), float(point[1]), srid=4326) if np.isfinite(point).all() else None


def _number(value: np.floating[Any]) -> float | None:
    return float(value) if np.isfinite(value) else None


def _removals(submission: Submission, found: Look) -> Iterator[SubmissionRow]:
    removals = {problem.value: problem for problem in found.draft.problems if problem.code == "station.removed"}
    for pk, code in found.comparison.removed:
        yield SubmissionRow(
            submission=submission,
            row=None,
            action=RowAction.REMOVE,
            values={"code": code},
            problems=[removals[code].kept()],
            has_warning=True,
            installation_id=pk if submission.kind in _INSTALLATIONS else None,
        )
