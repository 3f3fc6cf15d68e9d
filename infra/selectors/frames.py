"""Rows of the register as columns: read past the ORM's objects, typed alike on both databases.

A frame has one column for each attribute of the model, typed as :func:`infra.models.digests.frame_schema` says:
geometry as WKB, JSON as text. The statement is the ORM's own, so that scopes and joins are written once.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import polars as pl
from django.contrib.gis.db.models import GeometryField
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import F, QuerySet

from infra.models.digests import frame_schema

#: rows fetched at a time: memory for Python's own values stays flat
CHUNK = 20_000
_CHUNK_BYTES = 4 << 20
#: what one statement may ask for by key
KEYS = 10_000

Columns = Mapping[str, tuple[Any, Any]]


class AsWkb(models.Func):
    """A geometry as little-endian WKB."""

    function = "ST_AsBinary"
    output_field = models.BinaryField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(function)s(%(expressions)s, 'NDR')", **extra)


class NumberOf(models.Func):
    """One coordinate of a point: ``NumberOf("position", function="ST_X")``."""

    output_field = models.FloatField()


def longitude(path: str) -> NumberOf:
    return NumberOf(F(path), function="ST_X")


def latitude(path: str) -> NumberOf:
    return NumberOf(F(path), function="ST_Y")


def values_frame(rows: QuerySet[Any], columns: Columns) -> pl.DataFrame:
    """Return what *columns* names of *rows*: column → (lookup or expression, polars type)."""
    frames = list(values_chunks(rows, columns))
    return pl.concat(frames) if frames else empty(columns)


def empty(columns: Columns) -> pl.DataFrame:
    """Return the frame of no rows."""
    return pl.DataFrame(schema={name: dtype for name, (_, dtype) in columns.items()})


def values_chunks(rows: QuerySet[Any], columns: Columns) -> Iterator[pl.DataFrame]:
    """Yield the frame of :func:`values_frame` in pieces, in the order of *rows*."""
    paths = {
        f"_c{place}": F(path) if isinstance(path, str) else path for place, (path, _) in enumerate(columns.values())
    }
    try:
        statement, params = rows.annotate(**paths).values_list(*paths).query.sql_with_params()
    except EmptyResultSet:
        return
    schema = {name: dtype for name, (_, dtype) in columns.items()}
    yield from read_chunks(statement, params, schema)


def noun_columns(model: type[models.Model]) -> dict[str, tuple[Any, Any]]:
    """Return every column of *model* for :func:`values_frame`."""
    schema = frame_schema(model)
    return {
        field.attname: (
            AsWkb(F(field.name)) if isinstance(field, GeometryField) else field.attname,
            schema[field.attname],
        )
        for field in model._meta.local_concrete_fields
    }


def noun_frame(rows: QuerySet[Any]) -> pl.DataFrame:
    """Return *rows* whole."""
    return values_frame(rows, noun_columns(rows.model))


def noun_frame_of(model: type[models.Model], ids: Iterable[int], *, by: str = "pk") -> pl.DataFrame:
    """Return the rows of *model* whose column *by* is among *ids*, whole, ordered by key."""
    return values_frame_of(model._default_manager.all(), ids, noun_columns(model), by=by)


def values_frame_of(
    rows: QuerySet[Any], ids: Iterable[int] | Iterable[str], columns: Columns, *, by: str = "pk"
) -> pl.DataFrame:
    """Return what *columns* names of those *rows* whose column *by* is among *ids*, ordered by key within pieces."""
    wanted: list[Any] = sorted(set(ids))
    frames = [
        values_frame(rows.filter(**{f"{by}__in": wanted[start : start + KEYS]}).order_by("pk"), columns)
        for start in range(0, len(wanted), KEYS)
    ]
    return pl.concat(frames) if frames else empty(columns)


# --- statement to frame ---


def read_chunks(statement: str, params: Iterable[Any], schema: Mapping[str, Any]) -> Iterator[pl.DataFrame]:
    """Yield what *statement* selects, in pieces; *schema* names and types its columns in order."""
    read = _copied if connection.vendor == "postgresql" else _fetched
    for frame in read(statement, tuple(params), list(schema)):
        yield frame.select(_typed(name, dtype, frame.schema[name]) for name, dtype in schema.items())


def _copied(statement: str, params: tuple[Any, ...], names: list[str]) -> Iterator[pl.DataFrame]:
    """PostgreSQL writes the rows as CSV, polars reads them: no Python value is made."""
    with connection.cursor() as cursor:
        written: Any = cursor.cursor
        query = written.mogrify(statement, params)
        with written.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
            text = bytearray()  # a list of pieces would set the garbage collector going again and again
            for piece in copy:  # one row a piece
                text += piece
                if len(text) > _CHUNK_BYTES:
                    yield _of_csv(text, names)
                    text = bytearray()
            if text:
                yield _of_csv(text, names)


def _of_csv(text: bytearray, names: list[str]) -> pl.DataFrame:
    return pl.read_csv(io.BytesIO(text), has_header=False, new_columns=names, schema_overrides=[pl.String] * len(names))


def _fetched(statement: str, params: tuple[Any, ...], names: list[str]) -> Iterator[pl.DataFrame]:
    """SQLite hands its values over as they are; the backend's converters are left out."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        while rows := cursor.fetchmany(CHUNK):
            columns = zip(*rows, strict=True)
            yield pl.DataFrame(
                [pl.Series(name, values, strict=False) for name, values in zip(names, columns, strict=True)]
            )


def _typed(name: str, dtype: Any, found: Any) -> pl.Expr:
    column = pl.col(name)
    if found == pl.Null:
        return column.cast(dtype)
    if found == dtype:
        return column
    if found == pl.String:
        return _OF_TEXT.get(dtype, lambda one: one.cast(dtype))(column)
    return column.cast(dtype)


_OF_TEXT: dict[Any, Callable[[pl.Expr], pl.Expr]] = {
    pl.Binary: lambda column: column.str.strip_prefix("\\x").str.decode("hex"),
    pl.Boolean: lambda column: column == "t",
    pl.Date: lambda column: column.str.to_date("%Y-%m-%d"),
    pl.Time: lambda column: column.str.to_time("%H:%M:%S%.f"),
    pl.Datetime("us", "UTC"): lambda column: (
        column.str.strip_suffix("+00")
        .str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us")
        .dt.replace_time_zone("UTC")
    ),
}
