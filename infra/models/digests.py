"""What a version and a change record digest to: one spelling, equal on both databases, before and after saving.

A version is spelt as one text, its values in the order of declaration, joined by a separator that no value holds. The
same text is made of one row (:func:`version_digest`) and of whole columns at once (:func:`version_digests`), because an
act may write half a million versions and ``verify_ledger`` reads millions.
"""

import hashlib
import hmac
import json
import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from django.conf import settings
from django.contrib.gis.db.models import GeometryField
from django.db import models

from infra.models.ledger import ChangeRecord
from infra.models.versions import Version, mirrored

Noun = models.Model
Write = Callable[[Any], str]

#: stands between values; where a text holds it, it is written as ``\x``
SEPARATOR = "\x1f"
#: a point as little-endian WKB
WKB_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AS_NUMBER, _AS_INTEGER = struct.Struct("<d"), struct.Struct("<q")


# --- one value ---


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(SEPARATOR, "\\x")


def _plain(value: Any) -> str:
    return f"s{_escaped(str(value))}"


def _integer(value: Any) -> str:
    return f"i{int(value)}"


def _float(value: Any) -> str:
    """The bits of the number: no decimal spelling is the same everywhere. Both zeros are one."""
    return f"f{_AS_INTEGER.unpack(_AS_NUMBER.pack(float(value) or 0.0))[0]}"


def _flag(value: Any) -> str:
    return f"b{int(value)}"


def microseconds(moment: datetime) -> int:
    """Return *moment* as microseconds since 1970."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _moment(value: datetime) -> str:
    return f"m{microseconds(value)}"


def _day(value: date | str) -> str:
    return f"d{value if isinstance(value, str) else value.isoformat()}"


def _time(value: time) -> str:
    return f"t{value:%H:%M:%S.%f}"


def _shape(value: Any) -> str:
    return f"g{value.wkb.hex()}"


def _structure(value: Any) -> str:
    return f"j{_escaped(canonical(value).decode())}"


_WRITERS: tuple[tuple[type[models.Field[Any, Any]], Write], ...] = (
    (GeometryField, _shape),
    (models.JSONField, _structure),
    (models.FloatField, _float),
    (models.BooleanField, _flag),
    (models.DateTimeField, _moment),
    (models.DateField, _day),
    (models.TimeField, _time),
    (models.IntegerField, _integer),
)


def _stored_as(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """Return the field whose values the column holds: a foreign key's target."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def _writer(field: models.Field[Any, Any]) -> Write:
    stored = _stored_as(field)
    return next((write for kind, write in _WRITERS if isinstance(stored, kind)), _plain)


def digested(noun: type[Noun]) -> list[models.Field[Any, Any]]:
    """Return the fields that a version of *noun* digests, in order of declaration."""
    personal = getattr(noun, "personal_fields", ())
    return [
        field
        for field in noun._meta.local_concrete_fields
        if not (field.primary_key and not field.remote_field)
        and field.name not in personal
        and field.name != "search_text"
    ]


@cache
def columns(noun: type[Noun]) -> tuple[tuple[str, Write], ...]:
    """Return (attribute, writer) of the columns that a version of *noun* digests, in order of declaration."""
    return tuple((field.attname, _writer(field)) for field in digested(noun))


def personal_digests(row: Noun, noun: type[Noun], salt: str) -> dict[str, str]:
    """Return field -> salted SHA-256 of the columns that name a person."""
    return {name: personal_digest(getattr(row, name), salt) for name in getattr(noun, "personal_fields", ())}


def personal_digest(value: Any, salt: str) -> str:
    """Return the salted SHA-256 of a value that names a person."""
    return hashlib.sha256(f"{salt}\x1f{value}".encode()).hexdigest()


def version_digest(row: Noun, noun: type[Noun], noun_id: int, valid_from: datetime, personal: dict[str, str]) -> str:
    """Return the SHA-256 over a version. *row* may be the noun itself or its version: both have the columns."""
    name = mirrored if isinstance(row, Version) else str
    content = [noun._meta.label_lower, str(noun_id), str(microseconds(valid_from)), canonical(personal).decode()]
    for attribute, write in columns(noun):
        value = getattr(row, name(attribute))
        content.append("" if value is None else write(value))
    return hashlib.sha256(SEPARATOR.join(content).encode()).hexdigest()


# --- whole columns ---


def _texts(column: pl.Expr) -> pl.Expr:
    escaped = column.str.replace_all("\\", "\\\\", literal=True)
    return escaped.str.replace_all(SEPARATOR, "\\x", literal=True)


def _float_bits(series: pl.Series) -> pl.Series:
    values = series.to_numpy()
    bits = pl.Series(series.name, np.where(values == 0, 0.0, values).astype(np.float64).view(np.int64))
    return bits.set(series.is_null(), None)


def _integers(column: pl.Expr) -> pl.Expr:
    return column.cast(pl.Int64).cast(pl.String)


#: kind of field → letter and spelling of a column, the same as in :data:`_WRITERS`
_COLUMN_WRITERS: tuple[tuple[type[models.Field[Any, Any]], str, Callable[[pl.Expr], pl.Expr]], ...] = (
    (GeometryField, "g", lambda column: column.bin.encode("hex")),
    (models.JSONField, "j", lambda column: column.map_elements(_respelt, return_dtype=pl.String)),
    (models.FloatField, "f", lambda column: _integers(column.map_batches(_float_bits, return_dtype=pl.Int64))),
    (models.BooleanField, "b", _integers),
    (models.DateTimeField, "m", lambda column: _integers(column.dt.epoch("us"))),
    (models.DateField, "d", lambda column: column.dt.to_string("%Y-%m-%d")),
    (models.TimeField, "t", lambda column: column.dt.to_string("%H:%M:%S%.6f")),
    (models.IntegerField, "i", _integers),
    (models.Field, "s", _texts),
)


def _column_texts(field: models.Field[Any, Any], name: str) -> pl.Expr:
    """Return the expression that spells column *name* as :func:`_writer` spells one value of *field*."""
    stored = _stored_as(field)
    letter, spell = next((letter, spell) for kind, letter, spell in _COLUMN_WRITERS if isinstance(stored, kind))
    return pl.lit(letter) + spell(pl.col(name))


def _respelt(text: str) -> str:
    return _escaped(canonical(json.loads(text)).decode())


def version_digests(
    frame: pl.DataFrame,
    noun: type[Noun],
    *,
    key: str,
    valid_from: str | datetime,
    personal: str | None = None,
    of_versions: bool = False,
) -> list[str]:
    """Return the SHA-256 over each row of *frame*, equal to :func:`version_digest` of the same values.

    The columns are typed as :func:`frame_schema` says and carry the noun's names, or its versions' with
    *of_versions*. *key* names the column of the noun's id; *valid_from* is one moment, or a column of moments;
    *personal* names the column of personal digests as JSON text, None where the noun has no personal columns.
    """
    name = mirrored if of_versions else str
    since = pl.lit(str(microseconds(valid_from))) if isinstance(valid_from, datetime) else None
    parts = [
        pl.lit(noun._meta.label_lower),
        pl.col(key).cast(pl.String),
        since if since is not None else pl.col(str(valid_from)).dt.epoch("us").cast(pl.String),
        pl.lit("{}") if personal is None else pl.col(personal).map_elements(_canonical_text, return_dtype=pl.String),
    ]
    parts += [_column_texts(field, name(field.attname)).fill_null("") for field in digested(noun)]
    spelt = frame.select(pl.concat_str(parts, separator=SEPARATOR).alias("spelt"))["spelt"]
    sha256 = hashlib.sha256
    return [sha256(text.encode()).hexdigest() for text in spelt.to_list()]


def _canonical_text(text: str) -> str:
    return canonical(json.loads(text)).decode()


def frame_type(field: models.Field[Any, Any]) -> Any:
    """Return the type of a column that holds *field* in a frame: geometry as WKB, JSON as text."""
    stored = _stored_as(field)
    types: tuple[tuple[type[models.Field[Any, Any]], Any], ...] = (
        (GeometryField, pl.Binary),
        (models.FloatField, pl.Float64),
        (models.BooleanField, pl.Boolean),
        (models.DateTimeField, pl.Datetime("us", "UTC")),
        (models.DateField, pl.Date),
        (models.TimeField, pl.Time),
        (models.IntegerField, pl.Int64),
    )
    return next((dtype for kind, dtype in types if isinstance(stored, kind)), pl.String)


@cache
def frame_schema(model: type[Noun]) -> dict[str, Any]:
    """Return attribute -> type of the columns of *model* in a frame."""
    return {field.attname: frame_type(field) for field in model._meta.local_concrete_fields}


def points_as_wkb(lonlat: Any) -> pl.Series:
    """Return the points of an n×2 array (lon, lat) as WKB; null where a coordinate is NaN."""
    points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    shapes = np.empty(len(points), dtype=WKB_POINT)
    shapes["order"], shapes["type"] = 1, 1
    shapes["x"], shapes["y"] = points.T
    width = pa.binary(WKB_POINT.itemsize)
    found = pa.FixedSizeBinaryArray.from_buffers(width, len(points), [None, pa.py_buffer(shapes.tobytes())])
    known = pl.Series(np.isfinite(points).all(axis=1))
    named = pl.Series("position", pl.from_arrow(found.cast(pa.large_binary())))
    return named.zip_with(known, pl.repeat(None, len(points), dtype=pl.Binary, eager=True))


# --- acts ---


def canonical(content: Any) -> bytes:
    """Return *content* as JSON bytes with one spelling: sorted keys, no blanks, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def lines_digest(sign: str, rows: Iterable[tuple[int, str]]) -> str:
    """Return the SHA-256 over versions opened ("+") or closed ("-"), a line each: (noun id, digest), in order."""
    lines = "".join([f"{sign}{noun_id}:{digest}\n" for noun_id, digest in rows])
    return hashlib.sha256(lines.encode()).hexdigest()


def columns_digest(sign: str, noun_ids: pl.Series, digests: pl.Series) -> str:
    """Return :func:`lines_digest` of whole columns, in any order."""
    rows = pl.DataFrame({"noun_id": noun_ids, "digest": digests}).sort("noun_id", "digest")
    lines = rows.select(pl.format("{}{}:{}\n", pl.lit(sign), "noun_id", "digest").alias("line"))["line"]
    return hashlib.sha256("".join(lines.to_list()).encode()).hexdigest()


def versions_digest(parts: dict[str, str]) -> str:
    """Return the digest over all versions an act wrote; *parts* maps "<label>+" or "<label>-" to a digest of lines."""
    return hashlib.sha256(canonical(parts)).hexdigest()


def _stamp(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")


def record_digest(record: ChangeRecord, authority_code: str) -> str:
    """Return the digest of a change record over everything in it, chained to the one before."""
    content: Sequence[Any] = [
        authority_code,
        record.sequence,
        _stamp(record.at),
        record.actor_id,
        record.kind,
        record.reason,
        record.organization_id,
        record.submission_id,
        record.counts,
        record.details,
        record.versions_digest,
        record.previous_digest,
    ]
    return hashlib.sha256(canonical(content)).hexdigest()


def head_signature(authority_code: str, sequence: int, digest: str) -> str:
    """Return the signature of a chain's head under ``LEDGER_KEY``."""
    return hmac.new(
        settings.LEDGER_KEY.encode(), f"{authority_code}:{sequence}:{digest}".encode(), "sha256"
    ).hexdigest()
