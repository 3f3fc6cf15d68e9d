"""The rows of a look kept in the database, for people to page through and decide about."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
import polars as pl
import shapely
from django.db import connection

from infra.models import RowAction, RowDecision, Submission, SubmissionKind, SubmissionRow
from infra.submissions.comparison.changes import plain
from infra.submissions.coordinates.systems import REGISTER_SRID
from infra.submissions.looking import Look

BATCH = 5_000
#: kinds whose rows match installations; those of cells and permits match other things
_INSTALLATIONS = frozenset(SubmissionKind) - {SubmissionKind.CELLS, SubmissionKind.PERMITS}
_TABLE = SubmissionRow._meta.db_table
_COLUMNS = (
    *("submission_id", "row", "action", "raw", "fixes", "values", "problems", "changes", "has_error", "has_warning"),
    *("confirmation", "moved_m", "decision", "installation_id", "position"),
)
#: rows are written by one prepared statement: the ORM would build each batch's statement anew, ten times as slowly
_INSERT = 'INSERT INTO "{table}" ({columns}) VALUES ({values}, ST_GeomFromWKB(%s, {srid}))'.format(  # noqa: S608
    table=_TABLE,
    columns=", ".join(f'"{name}"' for name in _COLUMNS),
    values=", ".join(["%s"] * (len(_COLUMNS) - 1)),
    srid=REGISTER_SRID,
)
_MARK = f'UPDATE "{_TABLE}" SET decision = %s, installation_id = %s WHERE id = %s'  # noqa: S608
Row = tuple[Any, ...]


def rows_keep(submission: Submission, found: Look) -> int:
    """Replace the kept rows by those of the look; fixes, explanations and rows left out stay.

    Returns the number of rows left out. Call it inside the act that moves the submission.
    """
    kept = submission.rows.filter(row__isnull=False).values_list("row", "fixes", "confirmation")
    told = {row: (fixes, confirmation) for row, fixes, confirmation in kept if fixes or confirmation}
    left_out = submission.rows.filter(decision=RowDecision.DROPPED).count()
    submission.rows.exclude(decision=RowDecision.DROPPED).delete()
    _execute_many(_INSERT, _rows(submission, found, told))
    _execute_many(_INSERT, _removals(submission, found))
    return left_out


def rows_mark(decisions: Iterable[tuple[str, int | None, int]]) -> None:
    """Write decision and installation of rows, given as (decision, installation id, id of the row)."""
    _execute_many(_MARK, decisions)


def _execute_many(statement: str, rows: Iterable[Row]) -> None:
    source = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(source, BATCH)):
            cursor.executemany(statement, batch)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _rows(submission: Submission, found: Look, told: dict[int | None, tuple[dict[str, str], str]]) -> Iterator[Row]:
    draft, comparison = found.draft, found.comparison
    by_row: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for problem in draft.problems:
        by_row[problem.row].append(problem.kept())
    raw, values = _texts(found), _values(found)
    matched = comparison.matched.tolist() if submission.kind in _INSTALLATIONS else [0] * draft.size
    shapes = np.where(np.isfinite(draft.points).all(axis=1), shapely.to_wkb(shapely.points(draft.points)), None)
    has_error, has_warning = draft.has_error.tolist(), draft.has_warning.tolist()
    for place, number in enumerate(draft.rows.tolist()):
        fixes, confirmation = told.get(number, ({}, ""))
        yield (
            submission.pk,
            number,
            str(comparison.actions[place]),
            _json(raw[place]),
            _json(fixes),
            _json(values[place]),
            _json(by_row.get(number, [])),
            _json(comparison.changes.get(place, {})),
            has_error[place],
            has_warning[place],
            confirmation,
            _number(comparison.moved_m[place]),
            str(RowDecision.OPEN),
            matched[place] or None,
            shapes[place],
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


def _number(value: np.floating[Any]) -> float | None:
    return float(value) if np.isfinite(value) else None


def _removals(submission: Submission, found: Look) -> Iterator[Row]:
    removals = {problem.value: problem for problem in found.draft.problems if problem.code == "station.removed"}
    for pk, code in found.comparison.removed:
        yield (
            *(submission.pk, None, str(RowAction.REMOVE), "{}", "{}", _json({"code": code})),
            *(_json([removals[code].kept()]), "{}", False, True, "", None, str(RowDecision.OPEN)),
            *(pk if submission.kind in _INSTALLATIONS else None, None),
        )
