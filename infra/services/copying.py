"""Whole columns handed to PostgreSQL as binary COPY: neither side spells a value as text and reads it again.

A frame's columns are those of :mod:`infra.selectors.frames`; each goes in as the type its column has in the table.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pgpq
import polars as pl
import pyarrow as pa
from django.contrib.gis.db.models import GeometryField
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from pgpq import encoders
from pgpq.schema import Jsonb

#: rows encoded at a time
BATCH = 5_000
#: PostgreSQL's type → Arrow's; every other column is text
_TYPES: dict[str, pa.DataType] = {
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "double precision": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "time": pa.time64("us"),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"),
}
_TEXTS = ("varchar", "text", "char")
#: the bit of a geometry's type that says that its SRID follows
_WITH_SRID = b"\x20"


def copy_in(
    cursor: CursorWrapper, target: str, columns: Sequence[tuple[str, models.Field[Any, Any]]], frame: pl.DataFrame
) -> None:
    """Write the rows of *frame* into the table *target* (quoted); *columns* names each column and its field in order.

    Raises TypeError for a column whose type has no binary spelling here, Django's errors for what the table refuses.
    """
    schema = pa.schema(
        [pa.field(name, _type_of(field)) for name, (_, field) in zip(frame.columns, columns, strict=True)]
    )
    encoder = pgpq.ArrowToPostgresBinaryEncoder.new_with_encoders(schema, _encoders(schema, [f for _, f in columns]))
    names = ", ".join(name for name, _ in columns)
    with connection.wrap_database_errors, cursor.copy(f"COPY {target} ({names}) FROM STDIN (FORMAT binary)") as copy:
        copy.write(encoder.write_header())
        for piece in _ahead(_encoded(encoder, schema, [field for _, field in columns], frame)):
            copy.write(piece)
        copy.write(encoder.finish())


def _type_of(field: models.Field[Any, Any]) -> pa.DataType:
    if isinstance(field, GeometryField):
        return pa.large_binary()
    stored = str(field.db_type(connection))
    if stored in _TYPES:
        return _TYPES[stored]
    if stored == "jsonb" or stored.startswith(_TEXTS):
        return pa.large_string()
    raise TypeError(f"{field} is {stored}, which is not copied")


def _encoders(schema: pa.Schema, fields: Sequence[models.Field[Any, Any]]) -> dict[str, Any]:
    infer = pgpq.ArrowToPostgresBinaryEncoder.infer_encoder
    return {
        one.name: encoders.LargeStringEncoderBuilder.new_with_output(one, Jsonb())
        if field.db_type(connection) == "jsonb"
        else infer(one)
        for one, field in zip(schema, fields, strict=True)
    }


def _encoded(
    encoder: Any, schema: pa.Schema, fields: Sequence[models.Field[Any, Any]], frame: pl.DataFrame
) -> Iterator[bytes]:
    for piece in frame.iter_slices(BATCH):
        arrays = [
            _with_srid(column, field.srid) if isinstance(field, GeometryField) else column.to_arrow().cast(one.type)
            for column, one, field in zip(piece.get_columns(), schema, fields, strict=True)
        ]
        yield encoder.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))


def _with_srid(shapes: pl.Series, srid: int) -> pa.Array:
    """Return the geometries' WKB (little-endian) with the SRID in it, as PostGIS reads it."""
    head = _WITH_SRID + srid.to_bytes(4, "little")
    return pa.array([None if one is None else one[:4] + head + one[5:] for one in shapes.to_list()], pa.large_binary())


def _ahead(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield *pieces*, each made while the one before is worked on."""
    with ThreadPoolExecutor(1, "encoding") as thread:
        coming = thread.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = thread.submit(next, pieces, None)
            yield piece
