"""Delimited text: comma, semicolon, tab or bar; UTF-8, UTF-16, Windows-1258, or an old Vietnamese font's bytes."""

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from django.utils.translation import gettext_noop as _

from infra.submissions.problems import Unreadable, said
from infra.submissions.reading.formats import CELL_MAX, COLUMNS_MAX, ROWS_MAX, utf_16_of
from infra.submissions.reading.grids import EMPTIED, TIDY, Grid, frame_of_rows, tidy
from infra.submissions.reading.legacy import LATIN, is_windows_1258

DELIMITERS = (";", ",", "\t", "|")
#: rows turned into columns at a time: memory for intermediate copies stays flat
_CHUNK_ROWS = 20_000
_SAMPLE_LINES = 60
_SAMPLE_BYTES = 1 << 16
_PIECE = 1 << 20

# a cell may hold a route of many thousand points
csv.field_size_limit(CELL_MAX)


def grid(path: Path) -> Grid:
    """Read a delimited file; raise Unreadable for an unknown encoding or a table without end."""
    encoding = encoding_of(path)
    try:
        delimiter = _delimiter(path, encoding)
        frames = _by_columns(path, encoding, delimiter) or _by_rows(path, encoding, delimiter)
    except UnicodeError as error:
        raise Unreadable("file.encoding") from error
    except csv.Error as error:
        raise Unreadable("file.unreadable", why=said(_("It is not a table: a cell does not end."))) from error
    if not frames:
        raise Unreadable("file.empty")
    width = max(frame.width for frame in frames)
    table = pl.concat([_widened(frame, width) for frame in frames], rechunk=False)
    return Grid("", table, encoding=encoding)  # delimited text has no sheets


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: by its mark, else UTF-8 if all of it is, else what its letters look like."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE_BYTES)
        if start.startswith(b"\xef\xbb\xbf"):
            return "utf-8-sig"
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "utf-16"
        if unmarked := utf_16_of(start):
            return unmarked
        file.seek(0)
        decoder = io.TextIOWrapper(file, encoding="utf-8")
        try:
            while decoder.read(_PIECE):
                pass
        except UnicodeDecodeError:
            return "cp1258" if is_windows_1258(start) else LATIN
        finally:
            decoder.detach()
    return "utf-8"


def _delimiter(path: Path, encoding: str) -> str:
    """Return the delimiter that cuts the first lines into most columns, evenly, a line of names among them.

    The points of a route are parted by semicolons or bars too, and by more of them than the file has columns.
    """
    with path.open(encoding=encoding, newline="") as file:
        lines = [line for line in (file.readline(_PIECE) for _ in range(_SAMPLE_LINES)) if line.strip()]

    def evenness(delimiter: str) -> tuple[bool, bool, int]:
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:  # with this one a cell is longer than any
            return (False, False, 0)
        widths = Counter(len(row) for row in rows)
        most = max(widths, key=lambda width: (widths[width], width), default=0)
        is_named = any(len(row) * 2 > most and _names_columns(row) for row in rows)
        return (most > 1, most > 1 and is_named, most * widths[most])

    return max(DELIMITERS, key=evenness)


def _names_columns(cells: list[str]) -> bool:
    """Tell whether most of a line's cells are words without a figure."""
    words = sum(1 for cell in cells if cell.strip() and not any(letter.isdigit() for letter in cell))
    return words * 2 > len(cells)


# --- by columns: what almost every file allows ---


def _by_columns(path: Path, encoding: str, delimiter: str) -> list[pl.DataFrame] | None:
    """Read the file as columns at once; None where its quoting or its row lengths need the slower reader."""
    if encoding in ("utf-8", "utf-8-sig"):
        return _columns_of(path, delimiter)
    with tempfile.NamedTemporaryFile(suffix=".csv") as copy:
        with path.open(encoding=encoding, newline="") as file:
            while piece := file.read(_PIECE):
                copy.write(piece.encode())
        copy.flush()
        return _columns_of(Path(copy.name), delimiter)


def _columns_of(path: Path, delimiter: str) -> list[pl.DataFrame] | None:
    width = _width(path, delimiter)
    if not width:
        return None
    # The plan runs piece by piece: the whole file never lies in memory a second time.
    plan = pl.scan_csv(
        path,
        has_header=False,
        schema={str(index): pl.String for index in range(width)},
        separator=delimiter,
        extra_columns="raise",
        missing_columns="insert",
        glob=False,
        n_rows=ROWS_MAX + 1,
    )
    try:
        frame = plan.with_columns(TIDY).with_columns(EMPTIED).collect(engine="streaming")
    except (pl.exceptions.PolarsError, OSError):
        return None
    refuse_long(frame.height)
    return [frame]


def _width(path: Path, delimiter: str) -> int:
    """Return how many columns the first lines have at most."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [file.readline(_PIECE) for _ in range(_SAMPLE_LINES)]
    width = max((len(row) for row in csv.reader(lines, delimiter=delimiter)), default=0)
    _refuse_wide(width)
    return width


# --- by rows: what only a patient reader takes ---


def _by_rows(path: Path, encoding: str, delimiter: str) -> list[pl.DataFrame]:
    with path.open(encoding=encoding, newline="") as file:
        return list(_frames(csv.reader(file, delimiter=delimiter)))


def _frames(rows: Iterator[list[str]]) -> Iterator[pl.DataFrame]:
    chunk: list[list[str]] = []
    width = 0
    for number, row in enumerate(rows, start=1):
        _refuse_wide(len(row))
        refuse_long(number)
        chunk.append(row)
        width = max(width, len(row))
        if len(chunk) == _CHUNK_ROWS:
            yield tidy(frame_of_rows(chunk, width))
            chunk = []
    if chunk and width:
        yield tidy(frame_of_rows(chunk, width))


def _refuse_wide(columns: int) -> None:
    if columns > COLUMNS_MAX:
        raise Unreadable("file.unreadable", why=said(_("It has more than %d columns."), COLUMNS_MAX))


def refuse_long(rows: int) -> None:
    if rows > ROWS_MAX:
        raise Unreadable("file.unreadable", why=said(_("It has more than %d rows. Split the file."), ROWS_MAX))


def _widened(frame: pl.DataFrame, width: int) -> pl.DataFrame:
    missing = [pl.lit(None, dtype=pl.String).alias(str(index)) for index in range(frame.width, width)]
    return frame.with_columns(missing) if missing else frame
