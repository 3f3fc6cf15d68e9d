"""The register's rows as a file of their kind: reading takes it back, so that it can be edited and handed in again."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import polars as pl
import shapely
from django.utils import timezone

from infra.models import Authority, Installation, Organization
from infra.submissions.columns import TABLES, Column, Type
from infra.submissions.columns.template import offered, workbook
from infra.submissions.comparison import register
from infra.submissions.draft import Surroundings
from infra.submissions.lists import choices_of
from infra.submissions.returning import harmless

#: a workbook is built before it is sent
XLSX_ROWS = 100_000
#: decimals of a degree: a centimetre
_DECIMALS = 7
#: columns that say how a place was written, not where it is
_OF_THE_PAST = frozenset({"district", "province"})


class TooManyRows(Exception):
    """So many rows leave as CSV, which is written row by row."""


def surroundings_of(authority: Authority, organization: Organization, kind: str) -> Surroundings:
    """Return what a file of *kind* of the organization is held against."""
    return Surroundings(authority, organization, TABLES[kind], timezone.localdate())


def columns_of(kind: str) -> list[Column]:
    """Return the columns that an export of *kind* has."""
    return [column for column in offered(TABLES[kind]) if column.name not in _OF_THE_PAST]


def export_xlsx(authority: Authority, organization: Organization, kind: str) -> bytes:
    """Return everything the organization has registered of *kind*, as the template of the kind, filled in.

    Raises TooManyRows for more than a workbook in memory should hold.
    """
    around = surroundings_of(authority, organization, kind)
    held = register.held(around)
    if held.height > XLSX_ROWS:
        raise TooManyRows(held.height)
    return workbook(around.table, columns_of(kind), rows_of(kind, held))


def export_csv(authority: Authority, organization: Organization, kind: str) -> Iterator[str]:
    """Yield the same as delimited text (UTF-8 with its mark, semicolons)."""
    around = surroundings_of(authority, organization, kind)
    yield from csv_of(kind, rows_of(kind, register.held(around)))


def csv_of(kind: str, rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield *rows* of :func:`columns_of` as delimited text under their headers."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow([column.header("vi") for column in columns_of(kind)])
    yield "\ufeff" + buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(["" if value is None else _text(value) for value in row])
        yield buffer.getvalue()


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, float):
        return f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return harmless(value) if isinstance(value, str) else str(value)


def row_of(installation: Installation, kind: str) -> dict[str, Any]:
    """Return column → value of one installation, as an export of *kind* writes it."""
    around = surroundings_of(installation.authority, installation.organization, kind)
    frame = register.installations_frame(around, register.installations(around).filter(pk=installation.pk))
    names = [column.name for column in columns_of(kind)]
    return dict(zip(names, next(iter(rows_of(kind, frame))), strict=True))


def rows_of(kind: str, frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the register's *frame* under :func:`columns_of`."""
    ready = frame.select([_written(column, frame).alias(column.name) for column in columns_of(kind)])
    return ready.iter_rows()


def _written(column: Column, frame: pl.DataFrame) -> pl.Expr:
    """Return the expression that writes a column of the register as a file has it."""
    if column.name in _COORDINATES:
        return pl.col(_COORDINATES[column.name]).round(_DECIMALS)
    if column.name not in frame.columns:
        return pl.lit(None)
    value = pl.col(column.name)
    if column.type is Type.CHOICE:
        return value.replace(_names(column.choices))
    if column.type in _SPELT:
        return _SPELT[column.type](value)
    return value.replace("", None) if frame.schema[column.name] == pl.String else value


_COORDINATES = {"longitude": "lon", "latitude": "lat"}
_SPELT: dict[Type, Callable[[pl.Expr], pl.Expr]] = {
    Type.LINE: lambda value: value.map_elements(_line, return_dtype=pl.String),
    Type.DATE: lambda value: value.dt.to_string("%d/%m/%Y"),
    Type.TIME: lambda value: value.dt.to_string("%H:%M"),
    Type.CHOICES: lambda value: value.str.replace_all(",", ", ", literal=True).replace("", None),
}


def _names(choices: str) -> dict[str, str]:
    """Return code → name of a list, for the names that lead back to their code."""
    found = choices_of(choices)
    return {code: name for code, name in found.names.items() if found.code_of(name) == code}


def _line(wkb: bytes) -> str:
    points = shapely.get_coordinates(shapely.from_wkb(wkb))
    return "; ".join(f"{lon:.{_DECIMALS}f} {lat:.{_DECIMALS}f}" for lon, lat in points)
