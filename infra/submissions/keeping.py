"""The rows of a look kept in the database, for people to page through and decide about."""

import itertools
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl
from django.db import connection

from infra.models import RowAction, RowDecision, Submission, SubmissionKind, SubmissionRow, WorkStep
from infra.models.digests import frame_schema, points_as_wkb
from infra.services import progress
from infra.services.frames import frame_insert, staged_ahead, with_schema
from infra.services.staging import Stage, Staged
from infra.submissions.looking import Look, removal

#: kinds whose rows match installations; those of cells and permits match other things
OF_INSTALLATIONS = frozenset(SubmissionKind) - {SubmissionKind.CELLS, SubmissionKind.PERMITS}
#: rows made ready at a time; the database waits for the first of them
PIECE = 10_000
#: an empty cell as JSON writes it: keys are our own names, so that no text of a cell can look like this
_EMPTY = r'"[a-z0-9_]+":null,?'

Told = dict[int, tuple[dict[str, str], str]]


def rows_keep(submission: Submission, found: Look) -> int:
    """Replace the kept rows by those of the look; fixes, explanations and rows left out stay.

    Returns the number of rows left out. Call it inside the act that moves the submission.
    """
    kept = submission.rows.filter(row__isnull=False).exclude(fixes={}, confirmation="")
    told = {
        row or 0: (fixes, confirmation) for row, fixes, confirmation in kept.values_list("row", "fixes", "confirmation")
    }
    removed = submission.rows.filter(row__isnull=True).exclude(confirmation="")
    removals = {values["code"]: said for values, said in removed.values_list("values", "confirmation")}
    left_out = submission.rows.filter(decision=RowDecision.DROPPED).count()
    submission.rows.exclude(decision=RowDecision.DROPPED).delete()
    done = progress.counting(WorkStep.WRITING, found.draft.size)
    for frame, staged in _pieces(submission, found, told):
        frame_insert(SubmissionRow, frame, staged=staged)
        done(frame.height)
    frame_insert(SubmissionRow, _removals(submission, found, removals))
    return left_out


def _pieces(submission: Submission, found: Look, told: Told) -> Iterator[tuple[pl.DataFrame, Staged | None]]:
    """Yield the rows in pieces; the next are made ready by a second core while the database writes the last ones."""
    problems = _ByRow(found)

    def made(starts: range) -> list[tuple[pl.DataFrame, Staged | None]]:
        stage = Stage()
        frames = [_rows(submission, found, told, problems, slice(start, start + PIECE)) for start in starts]
        return [(frame, staged_ahead(frame, stage)) for frame in frames]

    with ThreadPoolExecutor(1) as beside:  # it asks the database nothing
        ahead = None
        for starts in _groups(found.draft.size):
            ready, ahead = ahead, beside.submit(made, starts)
            if ready is not None:
                yield from ready.result()
        if ahead is not None:
            yield from ahead.result()


def _groups(size: int) -> Iterator[range]:
    """Yield where pieces begin, those that are made at a time.

    For SQLite one and one, then twice as many each time: it has something to do early, and is told of few files however
    many rows there are.
    """
    start, count = 0, 1
    while start < size:
        end = min(size, start + count * PIECE)
        yield range(start, end, PIECE)
        start, count = end, end // PIECE if connection.vendor == "sqlite" else 1


def _rows(submission: Submission, found: Look, told: Told, problems: "_ByRow", piece: slice) -> pl.DataFrame:
    draft, comparison = found.draft, found.comparison
    numbers = draft.rows[piece].tolist()
    matched = comparison.matched if submission.kind in OF_INSTALLATIONS else draft.owner_ids
    frame = pl.DataFrame(
        {
            "row": numbers,
            "action": comparison.actions[piece].tolist(),
            "raw": _as_json(_texts(found, piece)),
            "values": _as_json(_values(found, piece)),
            "problems": [problems.json_of(row) for row in numbers],
            "changes": _changes(found, piece),
            "has_error": draft.has_error[piece],
            "has_warning": draft.has_warning[piece],
            "moved_m": comparison.moved_m[piece],
            "installation_id": matched[piece],
            "position": points_as_wkb(draft.points[piece]),
            "fixes": [_json(told[row][0]) if row in told else "{}" for row in numbers],
            "confirmation": [told[row][1] if row in told else "" for row in numbers],
        },
        schema_overrides={"position": pl.Binary},
    ).with_columns(
        submission_id=pl.lit(submission.pk),
        decision=pl.lit(str(RowDecision.OPEN)),
        moved_m=pl.col("moved_m").fill_nan(None),
        installation_id=pl.col("installation_id").replace(0, None),
    )
    return _without_key(frame)


def _without_key(frame: pl.DataFrame) -> pl.DataFrame:
    return with_schema(SubmissionRow, frame).drop("id")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _as_json(frame: pl.DataFrame) -> pl.Series:
    """Return each row of *frame* as a JSON object without its empty cells."""
    if not frame.width:
        return pl.Series(["{}"] * frame.height, dtype=pl.String)
    whole = frame.select(pl.struct(pl.all()).struct.json_encode().alias("json"))["json"]
    return whole.str.replace_all(_EMPTY, "").str.replace(r",\}$", "}")


def _texts(found: Look, piece: slice) -> pl.DataFrame:
    """Return the cells of each row as the file has them."""
    rows = found.draft.raw["row"][piece]
    frame = found.draft.sheet.frame
    if frame.height == found.draft.size:
        return frame[piece].drop("row")
    return rows.to_frame().join(frame, on="row", how="left", maintain_order="left").drop("row")


def _values(found: Look, piece: slice) -> pl.DataFrame:
    """Return the cleaned values of each row, with the commune resolved as "unit_code"."""
    draft = found.draft
    columns = [series[piece] for series in draft.values.values()]
    columns = [one.dt.to_string("iso") if one.dtype in (pl.Date, pl.Time) else one for one in columns]
    if draft.around.table.positions:
        codes = {pk: commune.code for pk, commune in draft.around.territory.communes.items()}
        units = pl.Series("unit_code", draft.unit_ids[piece])
        columns.append(units.replace_strict(codes, default=None, return_dtype=pl.String))
    return pl.DataFrame(columns)


class _ByRow:
    """The problems of a look as JSON, row by row; asked for in the order of the rows."""

    def __init__(self, found: Look) -> None:
        self._groups = itertools.groupby(found.draft.problems(), key=lambda problem: problem.row)
        self._row: int | None = -1
        self._json = "[]"
        self._advance()

    def _advance(self) -> None:
        self._row, problems = next(self._groups, (None, iter(())))
        self._json = _json([problem.kept() for problem in problems])

    def json_of(self, row: int) -> str:
        if row != self._row:
            return "[]"
        told = self._json
        self._advance()
        return told


def _changes(found: Look, piece: slice) -> list[str]:
    changes = found.comparison.changes
    places = range(*piece.indices(found.draft.size))
    return [_json(changes[place]) if place in changes else "{}" for place in places]


def _removals(submission: Submission, found: Look, told: dict[str, str]) -> pl.DataFrame:
    ids, codes = [pk for pk, _code in found.comparison.removed], [code for _pk, code in found.comparison.removed]
    if not ids:
        return pl.DataFrame(schema=frame_schema(SubmissionRow))
    frame = pl.DataFrame(
        {
            "values": [_json({"code": code, "id": pk}) for pk, code in found.comparison.removed],
            "problems": [_json([removal(code).kept()]) for code in codes],
            "installation_id": ids if submission.kind in OF_INSTALLATIONS else [None] * len(ids),
            "confirmation": [told.get(code, "") for code in codes],
        },
        schema_overrides={"installation_id": pl.Int64},
    ).with_columns(
        submission_id=pl.lit(submission.pk),
        action=pl.lit(str(RowAction.REMOVE)),
        decision=pl.lit(str(RowDecision.OPEN)),
        raw=pl.lit("{}"),
        fixes=pl.lit("{}"),
        changes=pl.lit("{}"),
        has_warning=pl.lit(value=True),
    )
    return _without_key(frame)
