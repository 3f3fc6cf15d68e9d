"""Where the table is on a sheet: header, data, and what is neither (titles, totals, notes)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.utils.translation import gettext_noop as _

from infra.models import SubmissionKind
from infra.submissions.columns import TABLES, ColumnTable, Type
from infra.submissions.columns.headers import Header, HeaderBook, Match, letter_of
from infra.submissions.columns.places import ORDINAL
from infra.submissions.problems import Problem, Unreadable, in_each_language, said
from infra.submissions.reading import delimited, features, workbooks
from infra.submissions.reading.formats import CELL_MAX, Format, recognise
from infra.submissions.reading.grids import Grid
from infra.submissions.reading.legacy import converted
from infra.text import fold

#: a header stands in the first rows, under titles
HEADER_WITHIN_ROWS = 40
_LEAST_KNOWN_HEADERS = 2
_TOTAL = re.compile(r"^(tong|tong cong|tong so|cong|total|sum|grand total)\b[\s:.]*", re.IGNORECASE)
#: the name of a column of a file in which no row names them; a person's word about it is kept under that name
_NAMELESS = "no header %s"
#: a first row with so many numbers is no header
_NUMBERS_OF_DATA = 2
_NUMBER = re.compile(r"^[+-]?\d+(?:[.,]\d+)*$", re.ASCII)
_SHOWN_CELLS = 6
#: unrecognised headers beyond so many are no table of ours
_UNKNOWN_SHOWN = 100
#: a total line or a note fills this many cells at most
_SPARSE_CELLS = 4
_NOTE_CELLS = 2
#: so many sheets that were not read are named
_OTHERS_NAMED = 30
#: a cell of a line of column numbers: "3", "(3)"
_COLUMN_NUMBER = r"^\(?(\d{1,3})\)?$"
_NUMBER_CHARS = 5
_ORDINAL = r"^\d+(?:[.,]0*)?$"
#: a file numbers its rows where more than this share of them is numbered
_HABIT = 0.5


@dataclass(frozen=True)
class Skipped:
    """A row of the sheet that is no data: its number, why ("total", "note", "header") and its first text."""

    row: int
    why: str
    text: str


@dataclass(frozen=True)
class Other:
    """A sheet of the same workbook that holds rows of the same make, and how many of them name what they are of."""

    name: str
    rows: int


@dataclass
class Sheet:
    """The table of a file.

    ``frame`` has "row" (the spreadsheet's row number) and one text column for each recognised header, empty cells
    null. ``headers`` maps column name to its header; ``unknown`` are the headers that mean nothing to us, ``ignored``
    those that a person said mean nothing; ``missing`` names the columns that no row can do without and nobody found.
    ``others`` are the sheets that could have been read as well: one is read at a time.
    """

    name: str
    frame: pl.DataFrame
    header_row: int
    headers: dict[str, Header]
    unknown: list[Header] = field(default_factory=list)
    ignored: list[Header] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    encoding: str = ""
    font: str = ""
    crs: str = ""
    hidden: tuple[str, ...] = ()
    missing: dict[str, str] = field(default_factory=dict)
    others: tuple[Other, ...] = ()

    def has(self, *names: str) -> bool:
        return all(name in self.headers for name in names)

    def problems(self) -> list[Problem]:
        """Return a problem for each header that was not recognised, and one for text that had to be converted."""
        unknown = [
            Problem(
                None,
                "file.header_unknown",
                value=header.text if self.header_row else "–",
                facts={"letter": header.letter},
            )
            for header in self.unknown
        ]
        missing = {"missing": self.missing, "found": _not_recognised(self.unknown)}
        return [
            *([Problem(None, "file.header_missing", facts=missing)] if self.missing else []),
            *unknown,
            *([Problem(None, "text.converted", value=self.font)] if self.font else []),
            *(Problem(None, "file.sheet_unread", value=one.name, facts={"rows": one.rows}) for one in self.others),
        ]


def read(path: Path, table: ColumnTable, *, sheet: str = "", assigned: dict[str, str] | None = None) -> Sheet:
    """Read *path* under the columns of *table*.

    *sheet* names one sheet of a workbook; otherwise the one that fits best is taken. *assigned* maps headers to
    column names as a person assigned them. Raises Unreadable where the file, the header or the data is missing.
    """
    if path.stat().st_size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1024**2
        raise Unreadable("file.unreadable", why=said(_("It is larger than %d MB. Split the file."), limit))
    book = HeaderBook(table, assigned)
    found = _best(_grids(path, sheet, table), book)
    return _table(replace(found, match=book.with_guesses(found.match)), table)


def grid_of(path: Path, book: HeaderBook, sheet: str = "") -> Grid:
    """Return the sheet of *path* that was read, whole; raises Unreadable like :func:`read`."""
    return _chosen(_grids(path, sheet, book.table), book).grid


def _grids(path: Path, sheet: str, table: ColumnTable) -> Iterator[Grid]:
    for grid in _as_they_lie(path, sheet, table):
        _refuse_long_cells(grid.frame)
        frame, font = converted(grid.frame)
        yield replace(grid, frame=frame, font=font)


def _refuse_long_cells(frame: pl.DataFrame) -> None:
    """Refuse a cell without end before anybody reads in it: packed, hundreds of megabytes of one letter are small."""
    for name in frame.columns:
        long = (frame[name].str.len_bytes() > CELL_MAX).fill_null(value=False)
        if long.any():
            row = int(long.arg_true()[0]) + 1
            why = said(_("A cell in row %(row)d has more than %(most)d characters."), {"row": row, "most": CELL_MAX})
            raise Unreadable("file.unreadable", why=why)


def _as_they_lie(path: Path, sheet: str, table: ColumnTable) -> Iterable[Grid]:
    kind = recognise(path)
    if kind is Format.WORKBOOK:
        return workbooks.grids(path, sheet)
    if kind is Format.DELIMITED:
        return [delimited.grid(path)]
    return features.grids(path, table, sheet)


@dataclass(frozen=True)
class _Found:
    """A header: in which row of the sheet (-1: above the first), what it names, and the first filled row."""

    grid: Grid
    row: int
    match: Match
    first: int = 0
    others: tuple[Other, ...] = ()

    def reading(self) -> dict[str, Any]:
        """Return what was recognised, with a cell below each header that was not, for a person to say what it is."""
        below = self.grid.frame.slice(self.row + 1, HEADER_WITHIN_ROWS)
        return {
            "sheet": self.grid.name,
            "header_row": self.row + 1,
            "encoding": self.grid.encoding,
            "columns": {name: {"letter": one.letter, "header": one.text} for name, one in self.match.known.items()},
            "unknown": [
                {"letter": one.letter, "header": one.text, "sample": _sample(below, one)}
                for one in self.match.unknown[:_UNKNOWN_SHOWN]
            ],
        }


def _sample(rows: pl.DataFrame, header: Header) -> str:
    """Return the first filled cell of a column."""
    filled = rows[str(header.index)].drop_nulls()
    return str(filled[0]) if len(filled) else ""


def _best(grids: Iterable[Grid], book: HeaderBook) -> _Found:
    """Return the sheet and header row that name most columns.

    Where none does, a person says which column is which: by its header, or by its letter where it has none.
    """
    best = _chosen(grids, book)
    if best.match.score() >= _LEAST_KNOWN_HEADERS:
        return best
    found = best if best.match.known else _unnamed(best.grid, book)
    if found.match.known:
        return found
    cells = [text for text in best.grid.frame.row(found.first) if text]
    first = ", ".join(f"“{text}”" for text in cells[:_SHOWN_CELLS])
    words = _("Found instead: %s") if found.row == found.first else _("No row names the columns; it begins with %s")
    missing = _names(book.table, [book.table.identifier])
    instead = _of_another_kind(found, book.table) or said(words, first)
    raise Unreadable("file.header_missing", reading=found.reading(), missing=missing, found=instead)


def _chosen(grids: Iterable[Grid], book: HeaderBook) -> _Found:
    """Return the sheet and the row that name most columns, be they ever so few; the first sheet that is not empty."""
    best: _Found | None = None
    others: list[Other] = []
    for grid in grids:
        if not _first_texts(grid):
            continue
        found = _header(grid, book)
        if best is None:
            best = found
            continue
        better, worse = (found, best) if found.match.score() > best.match.score() else (best, found)
        best = better
        others += _other(worse, book.table)
    if best is None:
        raise Unreadable("file.empty")
    return replace(best, others=tuple(others[:_OTHERS_NAMED]))


def _other(found: _Found, table: ColumnTable) -> list[Other]:
    """Return the sheet if people see it and its rows name themselves and their place; a template's example is none."""
    known, identifier = found.match.known, table.column(table.identifier)
    place = next((group for group in table.positions if all(name in known for name in group)), ())
    if not found.grid.visible or identifier.name not in known or (table.positions and not place):
        return []
    column = {name: pl.col(str(known[name].index)) for name in (identifier.name, *place)}
    is_row = pl.all_horizontal(*(cell.is_not_null() for cell in column.values()))
    is_own = column[identifier.name] != identifier.example
    rows = found.grid.frame.slice(found.row + 1).filter(is_row)
    return [Other(found.grid.name, rows.height)] if rows.select(is_own.any()).item() else []


def _unnamed(grid: Grid, book: HeaderBook) -> _Found:
    """Return a sheet of which no header is known: its first row is the header, or data where it is full of numbers."""
    rows = grid.frame.head(HEADER_WITHIN_ROWS).rows()
    filled = [(number, sum(text is not None for text in row)) for number, row in enumerate(rows)]
    first = next((number for number, cells in filled if cells > 1), next(number for number, cells in filled if cells))
    cells = {index: text for index, text in enumerate(rows[first]) if text}
    is_data = sum(bool(_NUMBER.match(text)) for text in cells.values()) >= _NUMBERS_OF_DATA
    if is_data:
        cells = {index: "" for index in range(grid.frame.width) if any(row[index] for row in rows)}
    letters = {index: letter_of(index + grid.first_column) for index in cells}
    headers = [Header(index, letters[index], text or _NAMELESS % letters[index]) for index, text in cells.items()]
    return _Found(grid, first - 1 if is_data else first, book.match(headers), first)


def _first_texts(grid: Grid) -> list[str]:
    if grid.frame.width == 0:
        return []
    return [cell for row in grid.frame.head(HEADER_WITHIN_ROWS).rows() for cell in row if cell]


def _header(grid: Grid, book: HeaderBook) -> _Found:
    best = _Found(grid, 0, Match())
    rows = grid.frame.head(HEADER_WITHIN_ROWS).rows() if grid.frame.width else []
    for number, row in enumerate(rows):
        headers = [
            Header(index, letter_of(index + grid.first_column), text)
            for index, text in enumerate(row)
            if text is not None
        ]
        if not headers:
            continue
        above = _above(rows[number - 1]) if number else {}
        match = book.match(_with_merged(headers, above, grid, row), above)
        if match.score() > best.match.score():
            best = _Found(grid, number, match)
    return best


def _above(row: tuple[str | None, ...]) -> dict[int, str]:
    """Return index → text of the header one row higher; a merged cell covers the empty ones to its right."""
    texts: dict[int, str] = {}
    last = ""
    for index, text in enumerate(row):
        last = text or last
        if last:
            texts[index] = last
    return texts


def _with_merged(headers: list[Header], above: dict[int, str], grid: Grid, row: tuple[str | None, ...]) -> list[Header]:
    """Add the headers of cells merged downwards: empty here, named in the row above."""
    own = {header.index for header in headers}
    texts: dict[str, int] = {}
    for text in above.values():
        texts[text] = texts.get(text, 0) + 1
    merged = [
        Header(index, letter_of(index + grid.first_column), text)
        for index, text in above.items()
        if index not in own and row[index] is None and texts[text] == 1
    ]
    return sorted([*headers, *merged], key=lambda header: header.index)


def _names(table: ColumnTable, names: Iterable[str]) -> dict[str, str]:
    columns = [table.column(name) for name in names]
    return in_each_language(lambda: ", ".join(f"“{column.title}”" for column in columns)) if columns else {}


def _table(found: _Found, table: ColumnTable) -> Sheet:
    missing = _missing(found, table)
    known = found.match.known
    columns = [pl.col(str(header.index)).alias(name) for name, header in known.items()]
    frame = found.grid.frame.with_row_index("row", offset=1).slice(found.row + 1).select(pl.col("row"), *columns)
    frame, skipped = _data(frame, known, table)
    if frame.height == 0:
        raise Unreadable("file.empty")
    delimited.refuse_long(frame.height)
    return Sheet(
        name=found.grid.name,
        frame=frame,
        header_row=found.row + 1,
        headers=known,
        unknown=found.match.unknown,
        ignored=found.match.ignored,
        skipped=skipped,
        encoding=found.grid.encoding,
        font=found.grid.font,
        crs=found.grid.crs,
        hidden=found.grid.hidden,
        missing=missing,
        others=found.others,
    )


def _missing(found: _Found, table: ColumnTable) -> dict[str, str]:
    """Return the names of columns that the file lacks and needs; refuse one that does not even say where things stand.

    With a place in each row the rest of the rows can be told about, and a person can say which header is which.
    """
    match = found.match
    missing = [column.name for column in table.columns if column.required and column.name not in match.known]
    is_placed = any(all(name in match.known for name in group) for group in table.positions)
    if is_placed:
        return _names(table, missing)
    # A file that names registered things by their number need not repeat where they stand.
    if table.positions and "registry_number" not in match.known:
        missing += table.positions[0]
    if missing:
        raise Unreadable(
            "file.header_missing",
            reading=found.reading(),
            missing=_names(table, missing),
            found=_of_another_kind(found, table) or _not_recognised(match.unknown),
        )
    return {}


def _of_another_kind(found: _Found, table: ColumnTable) -> dict[str, Any] | None:
    """Say which other list the headers belong to: the one that has all it needs, and knows more of them."""
    if table.kind not in TABLES or found.row < 0:
        return None
    texts = enumerate(found.grid.frame.row(found.row))
    headers = [Header(index, letter_of(index + found.grid.first_column), text) for index, text in texts if text]
    most, meant = found.match.score(), None
    for other in TABLES.values():
        known = HeaderBook(other).match(headers).known
        is_placed = not other.positions or any(all(name in known for name in group) for group in other.positions)
        has_all = all(column.name in known for column in other.columns if column.required)
        if other is not table and is_placed and has_all and len(known) > most:
            most, meant = len(known), other
    if meant is None:
        return None
    kind = SubmissionKind(meant.kind)
    return said(
        _("These are the columns of another list, “%s”: hand it in as that one."),
        in_each_language(lambda: str(kind.label)),
    )


def _not_recognised(headers: list[Header]) -> dict[str, Any] | str:
    unknown = ", ".join(f"“{header.text}”" for header in headers[:_SHOWN_CELLS])
    return said(_("Not recognised: %s"), unknown) if unknown else ""


def _data(frame: pl.DataFrame, known: dict[str, Header], table: ColumnTable) -> tuple[pl.DataFrame, list[Skipped]]:
    """Keep the rows that are data; tell which filled rows are not, and why."""
    read = [name for name in known if table.column(name).type is not Type.IGNORED]
    place = [name for name in read if name in table.position_columns()]
    filled = pl.sum_horizontal(*(pl.col(name).is_not_null() for name in read))
    placed = pl.any_horizontal(*(pl.col(name).is_not_null() for name in place)) if place else pl.lit(value=False)
    first = pl.coalesce(*(pl.col(name) for name in known))
    unnamed = pl.col(table.identifier).is_null() if table.identifier in known else pl.lit(value=True)
    frame = frame.with_columns(
        filled.alias("_filled"), placed.alias("_placed"), first.alias("_first"), _why(frame, known).alias("_why")
    ).filter(pl.col("_first").is_not_null())
    sparse = ~pl.col("_placed") & (pl.col("_filled") <= _SPARSE_CELLS)
    # Python looks at the few rows that may be one.
    total = pl.when(sparse).then(pl.col("_first")).map_elements(_is_total, return_dtype=pl.Boolean)
    frame = frame.with_columns(
        pl.when(pl.col("_why").is_not_null())
        .then(pl.col("_why"))
        .when(total)
        .then(pl.lit("total"))
        .otherwise(None)
        .alias("_why")
    )
    after_total = (pl.col("_why") == "total").fill_null(value=False).cum_sum() > 0
    few = ~pl.col("_placed") & (pl.col("_filled") <= _NOTE_CELLS)
    few_cells = pl.col("_filled") <= _SPARSE_CELLS
    figures = pl.any_horizontal(*(pl.when(few_cells).then(pl.col(name)).str.contains(r"\d") for name in read))
    signed = after_total & unnamed & ~figures.fill_null(value=False) & few_cells
    note = signed | (sparse & after_total) | (few & unnamed) | (few & _is_heading(frame, known, table))
    frame = frame.with_columns(
        pl.when(pl.col("_why").is_null() & note).then(pl.lit("note")).otherwise(pl.col("_why")).alias("_why")
    )
    gone = frame.filter(pl.col("_why").is_not_null()).select("row", "_why", "_first").rows()
    skipped = [Skipped(row, why, text) for row, why, text in gone]
    kept = frame.filter(pl.col("_why").is_null()).drop("_filled", "_placed", "_first", "_why")
    return kept, skipped


def _is_heading(frame: pl.DataFrame, known: dict[str, Header], table: ColumnTable) -> pl.Expr:
    """Tell the rows without a running number in a file that numbers its rows: "I. Huyện Thái Thụy" above a section."""
    ordinals = [name for name in known if table.column(name).type is Type.IGNORED and name == ORDINAL.name]
    if not ordinals:
        return pl.lit(value=False)
    numbered = pl.col(ordinals[0]).str.contains(_ORDINAL).fill_null(value=False)
    is_habit = frame.select(numbered.mean()).item() or 0.0
    return ~numbered if is_habit > _HABIT else pl.lit(value=False)


def _is_total(text: str) -> bool:
    return bool(_TOTAL.match(fold(text)))


def _why(frame: pl.DataFrame, known: dict[str, Header]) -> pl.Expr:
    """Return "header" for a header repeated (page breaks) and for a line of column numbers, else null."""
    repeated = pl.sum_horizontal(
        *((pl.col(name) == header.text).fill_null(value=False) for name, header in known.items())
    )
    enough = pl.sum_horizontal(*(pl.col(name).is_not_null() for name in known)) > _LEAST_KNOWN_HEADERS
    short = pl.all_horizontal(
        *(pl.col(name).is_null() | (pl.col(name).str.len_chars() <= _NUMBER_CHARS) for name in known)
    )
    numbers = pl.all_horizontal(
        *(
            (pl.col(name).is_null() | (pl.col(name).str.extract(_COLUMN_NUMBER, 1) == str(place)))
            for place, name in enumerate(known, start=1)
        )
    )
    lines = frame.filter(enough, short).filter(numbers)["row"]
    header = (repeated > _LEAST_KNOWN_HEADERS) | pl.col("row").is_in(lines.implode())
    return pl.when(header).then(pl.lit("header")).otherwise(None)
