"""Delimited text: comma, semicolon or tab; UTF-8, UTF-16 or Windows-1258."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _

from infra.submissions.problems import Unreadable
from infra.submissions.reading.formats import COLUMNS_MAX, ROWS_MAX
from infra.submissions.reading.grids import Grid, frame_of_rows, tidy

DELIMITERS = (";", ",", "\t", "|")
#: rows turned into columns at a time: memory for Python's own strings stays flat
_CHUNK_ROWS = 20_000
_SAMPLE_LINES = 60


def grid(path: Path) -> Grid:
    """Read a delimited file; raise Unreadable for an unknown encoding or a table without end."""
    encoding = encoding_of(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            delimiter = _delimiter(file)
            file.seek(0)
            frames = list(_frames(csv.reader(file, delimiter=delimiter)))
    except UnicodeError as error:
        raise Unreadable("file.encoding") from error
    except csv.Error as error:
        raise Unreadable("file.unreadable", why=str(_("It is not a table: a cell does not end."))) from error
    if not frames:
        raise Unreadable("file.empty")
    width = max(frame.width for frame in frames)
    table = pl.concat([_widened(frame, width) for frame in frames])
    return Grid(path.name, table, encoding=encoding)


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: by its mark, else UTF-8 if all of it is, else Windows-1258."""
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith(b"\xef\xbb\xbf"):
            return "utf-8-sig"
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "utf-16"
        file.seek(0)
        decoder = io.TextIOWrapper(file, encoding="utf-8")
        try:
            while decoder.read(1 << 20):
                pass
        except UnicodeDecodeError:
            return "cp1258"
        finally:
            decoder.detach()
    return "utf-8"


def _delimiter(file: io.TextIOBase) -> str:
    """Return the delimiter that cuts the first lines into most columns, evenly."""
    lines = [line for line in (file.readline() for _ in range(_SAMPLE_LINES)) if line.strip()]

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        most = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
        return (most > 1, most * widths.count(most) if widths else 0)

    return max(DELIMITERS, key=evenness)


def _frames(rows: Iterator[list[str]]) -> Iterator[pl.DataFrame]:
    chunk: list[list[str]] = []
    width = 0
    for number, row in enumerate(rows, start=1):
        if len(row) > COLUMNS_MAX:
            raise Unreadable("file.unreadable", why=str(_("It has more than %d columns.") % COLUMNS_MAX))
        chunk.append(row)
        width = max(width, len(row))
        if len(chunk) == _CHUNK_ROWS:
            yield tidy(frame_of_rows(chunk, width))
            chunk = []
        if number > ROWS_MAX:
            raise Unreadable("file.unreadable", why=str(_("It has more than %d rows. Split the file.") % ROWS_MAX))
    if chunk and width:
        yield tidy(frame_of_rows(chunk, width))


def _widened(frame: pl.DataFrame, width: int) -> pl.DataFrame:
    missing = [pl.lit(None, dtype=pl.String).alias(str(index)) for index in range(frame.width, width)]
    return frame.with_columns(missing) if missing else frame
