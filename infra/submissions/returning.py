"""What the operator takes away: the list of problems, its own sheet with problems or fixes beside the rows."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import IO, Any

import polars as pl
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import PatternFill

from infra.models import RowDecision, Submission
from infra.services.attachments import path_of
from infra.submissions.columns import TABLES
from infra.submissions.columns.headers import HeaderBook, index_of
from infra.submissions.problems import Problem
from infra.submissions.reading.sheets import grid_of
from infra.submissions.review import problems_of

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_ERROR, _WARNING, _FIXED = (PatternFill("solid", fgColor=colour) for colour in ("FCE4E7", "FFF3D6", "DDF3EA"))
#: beyond so many rows the workbook holds the rows with problems only
WHOLE_SHEET_ROWS = 20_000
_IS_NUMBER = re.compile(r"^[+-]?[\d.,]+$", re.ASCII)
#: is told how many rows of how many were gone through
Progress = Callable[[int, int], None]
TOLD_EVERY = 500
#: characters of a list that are sent at a time
_PIECE = 64 * 1024
_NUMBER = r"^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$"


def harmless(text: str) -> str:
    """Return *text* so that a spreadsheet does not run it as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _IS_NUMBER.match(text) else text


def problems_csv(submission: Submission) -> Iterator[str]:
    """Yield the list of problems as CSV with a byte order mark, in pieces: one a line would cost a server more than
    the line.
    """
    buffer = io.StringIO("\ufeff")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer)
    head = (_("Row"), _("Column"), _("Header"), _("Value"), _("Code"), _("Severity"), _("Problem"), _("Suggestion"))
    writer.writerow(head)
    headers = {name: one["header"] for name, one in submission.reading.get("columns", {}).items()}
    for problem in problems_of(submission):
        suggestion = "; ".join(f"{name}: {text}" for name, text in (problem.suggestion or {}).items())
        texts = (problem.column, headers.get(problem.column, ""), problem.value, problem.code, problem.severity)
        words = (*texts, problem.message, suggestion)
        writer.writerow([problem.row or "", *(harmless(text) if text else "" for text in words)])
        if buffer.tell() >= _PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def workbook_with_problems(submission: Submission, out: IO[bytes], progress: Progress) -> None:
    """Write the submitted sheet with the problems, and why a row was returned, beside each row (XLSX).

    Of a long one only the rows of which there is something to say.
    """
    by_row: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems_of(submission):
        if problem.row is not None:
            by_row[problem.row].append(problem)
    gone_back = submission.rows.filter(decision=RowDecision.RETURNED, row__isnull=False)
    returned = {number for number in gone_back.values_list("row", flat=True) if number}
    why = _("Returned: %s") % submission.decision_reason

    def cells(number: int) -> dict[str, PatternFill]:
        marked: dict[str, PatternFill] = {}
        for problem in sorted(by_row.get(number, ()), key=lambda one: one.is_error):
            marked.update(dict.fromkeys(problem.columns, _ERROR if problem.is_error else _WARNING))
        return marked

    def beside(number: int) -> str:
        words = [why] if number in returned else []
        return "\n".join([*words, *(problem.message for problem in by_row.get(number, ()))])

    book = _workbook(submission, {}, cells, beside, _("Problems"), {*by_row, *returned}, progress)
    book.save(out)


def workbook_with_fixes(submission: Submission, out: IO[bytes], progress: Progress) -> None:
    """Write the submitted sheet with the fixes written in, and without the rows left out (XLSX)."""
    rows = submission.rows.filter(row__isnull=False)
    fixes = {number: texts for number, texts in rows.values_list("row", "fixes") if texts and number}
    dropped = rows.filter(decision=RowDecision.DROPPED).values_list("row", flat=True)
    left_out = {number for number in dropped if number}

    def cells(number: int) -> dict[str, PatternFill]:
        return dict.fromkeys(fixes.get(number, {}), _FIXED)

    def beside(number: int) -> str:
        return _("Left out") if number in left_out else ""

    book = _workbook(submission, fixes, cells, beside, _("Note"), None, progress)
    book.save(out)


def _workbook(
    submission: Submission,
    fixes: dict[int, dict[str, str]],
    marks: Any,
    beside: Any,
    title: str,
    told: set[int] | None,
    progress: Progress,
) -> Workbook:
    """Fill a workbook with the submitted sheet, cell by cell as it was, with marks, fixes and one more column.

    Of a long sheet only the rows *told* of (None: all), with their numbers in the operator's file in a column more.
    """
    table = TABLES[submission.kind]
    grid = grid_of(path_of(submission.file.sha256), HeaderBook(table), submission.reading.get("sheet", ""))
    header_row = submission.reading.get("header_row", 1)
    places = _places(submission, grid.first_column)
    book = Workbook(write_only=True)
    sheet = book.create_sheet((grid.name or "1")[:31].translate(str.maketrans("[]:*?/\\", "_______")))
    is_cut = told is not None and grid.frame.height > WHOLE_SHEET_ROWS
    numeric = grid.frame.select(pl.all().str.contains(_NUMBER)) if grid.frame.width else grid.frame
    for number, (texts, numbers) in enumerate(zip(grid.frame.iter_rows(), numeric.iter_rows(), strict=True), start=1):
        if number % TOLD_EVERY == 0 or number == grid.frame.height:
            progress(number, grid.frame.height)
        if is_cut and number > header_row and number not in (told or ()):
            continue
        fixed = {places[name]: text for name, text in fixes.get(number, {}).items() if name in places}
        values = [fixed.get(place, text) for place, text in enumerate(texts)]
        fills = {places[name]: fill for name, fill in marks(number).items() if name in places}
        row = [
            _cell(sheet, text, is_number=bool(numbers[place]) and place not in fixed, fill=fills.get(place))
            for place, text in enumerate(values)
        ]
        is_header = number == header_row
        extra = [_cell(sheet, (title if is_header else beside(number)) or None)]
        if is_cut and number >= header_row:
            extra.append(_cell(sheet, _("Row in the file") if is_header else str(number), is_number=not is_header))
        sheet.append([*[None] * grid.first_column, *row, *extra])
    return book


def _places(submission: Submission, first_column: int) -> dict[str, int]:
    """Return column name → place in the grid, from the letters that the reading recognised."""
    columns = submission.reading.get("columns", {})
    return {name: index_of(one["letter"]) - first_column for name, one in columns.items()}


def _cell(sheet: Any, text: str | None, *, is_number: bool = False, fill: PatternFill | None = None) -> Any:
    if text is None and fill is None:
        return None
    cell = WriteOnlyCell(sheet, value=float(text) if is_number and text else text)
    if not is_number and text is not None:
        cell.data_type = "s"  # a text that looks like a formula stays a text
    if fill is not None:
        cell.fill = fill
    return cell
