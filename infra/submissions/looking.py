"""One look at a file: read, checked, compared. Nothing is written."""

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection

from infra.models import RowAction, WorkStep
from infra.services import progress
from infra.submissions.checks import check
from infra.submissions.comparison import Comparison, compare, reading_ahead
from infra.submissions.draft import Draft, Surroundings
from infra.submissions.problems import Problem, by_frequency, is_error
from infra.submissions.reading.sheets import Sheet, read

Fixes = Mapping[int, Mapping[str, str]]

REMOVED = "station.removed"


def removal(code: str) -> Problem:
    """Return the warning that the register holds *code* and the file does not."""
    return Problem(None, REMOVED, ("code",), value=code)


@dataclass
class Look:
    """What was found. ``file_problems`` concern the file as a whole; those of rows are in the draft."""

    draft: Draft
    comparison: Comparison
    file_problems: list[Problem]

    def each_problem(self) -> Iterator[Problem]:
        """Yield all problems: of the file, then by row, errors first, then what the file leaves out."""
        yield from self.file_problems
        yield from self.draft.problems()
        for _pk, code in self.comparison.removed:
            yield removal(code)

    @property
    def problems(self) -> list[Problem]:
        """All problems, in the order of :meth:`each_problem`."""
        return list(self.each_problem())

    def counts(self) -> dict[str, Any]:
        """Return the figures of the look, as the API's ``counts``."""
        draft, comparison = self.draft, self.comparison
        moved = comparison.moved()
        codes = draft.counted()
        for problem in self.file_problems:
            codes[problem.code] = codes.get(problem.code, 0) + 1
        if comparison.removed:
            codes[REMOVED] = len(comparison.removed)
        errors = sum(count for code, count in codes.items() if is_error(code))
        return {
            "rows": draft.size,
            "add": int((comparison.actions == RowAction.ADD).sum()),
            "update": int((comparison.actions == RowAction.UPDATE).sum() - moved.sum()),
            "move": int(moved.sum()),
            "remove": len(comparison.removed),
            "unchanged": int((comparison.actions == RowAction.UNCHANGED).sum()),
            "errors": errors,
            "warnings": sum(codes.values()) - errors,
            "rows_with_errors": int(draft.has_error.sum()),
            "rows_with_warnings": int(draft.has_warning.sum()),
            "clean": int((~draft.has_error & ~draft.has_warning).sum()),
            "codes": by_frequency(codes),
        }

    def reading(self) -> dict[str, Any]:
        """Return what was recognised in the file: sheet, header, columns, systems and why."""
        sheet = self.draft.sheet
        return {
            "sheet": sheet.name,
            "header_row": sheet.header_row,
            "encoding": sheet.encoding,
            "columns": {name: {"letter": one.letter, "header": one.text} for name, one in sheet.headers.items()},
            "unknown": [{"letter": header.letter, "header": header.text} for header in sheet.unknown],
            "ignored": [{"letter": header.letter, "header": header.text} for header in sheet.ignored],
            "skipped": [asdict(row) for row in sheet.skipped],
            **self.draft.reading,
        }


def look(
    path: Path,
    around: Surroundings,
    *,
    sheet: str = "",
    assigned: dict[str, str] | None = None,
    fixes: Fixes | None = None,
    left_out: Collection[int] = (),
) -> Look:
    """Read, check and compare *path*.

    *fixes* replaces cells by row number and column; rows in *left_out* are not looked at. Raises Unreadable where
    the file as a whole cannot be taken.
    """
    progress.tell(WorkStep.READING)
    with _territory_ahead(around):
        found = read(path, around.table, sheet=sheet, assigned=assigned)
    raw = _fixed(_without(found, left_out), fixes or {})
    draft = Draft(found, raw, around)
    with reading_ahead(draft) as ahead:
        progress.tell(WorkStep.CHECKING)
        check(draft, located=ahead.read_standing)
        progress.tell(WorkStep.COMPARING)
        seen = Look(draft, compare(draft, ahead), found.problems())
    # What is seen is written next, in one transaction.
    progress.tell(WorkStep.PREPARING, rows=draft.size)
    return seen


@contextmanager
def _territory_ahead(around: Surroundings) -> Iterator[None]:
    """Read the communes while the block reads the file: the database's work and ours side by side.

    Only outside a transaction: they are read over a connection of their own.
    """
    if connection.in_atomic_block or connection.vendor != "postgresql" or not around.table.positions:
        yield
        return

    def load() -> None:
        try:
            _ = around.territory  # kept there
        finally:
            connection.close()  # the thread's own

    with ThreadPoolExecutor(1, "territory") as thread:
        loaded = thread.submit(load)
        yield
    loaded.result()


def _without(sheet: Sheet, left_out: Collection[int]) -> pl.DataFrame:
    return sheet.frame.filter(~pl.col("row").is_in(list(left_out))) if left_out else sheet.frame


def _fixed(raw: pl.DataFrame, fixes: Fixes) -> pl.DataFrame:
    """Write the fixes over the cells they replace; an empty text empties the cell."""
    by_column: dict[str, dict[int, str]] = {}
    for row, cells in fixes.items():
        for name, text in cells.items():
            by_column.setdefault(name, {})[row] = text
    for name, texts in by_column.items():
        current = pl.col(name) if name in raw.columns else pl.lit(None, dtype=pl.String)
        new = pl.col("row").replace_strict(list(texts), list(texts.values()), default=None, return_dtype=pl.String)
        touched = pl.col("row").is_in(list(texts))
        raw = raw.with_columns(
            pl.when(touched).then(pl.when(new == "").then(None).otherwise(new)).otherwise(current).alias(name)
        )
    return raw
