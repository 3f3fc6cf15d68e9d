"""Loads hundreds of thousands of rows as one act: COPY on PostGIS, inserts with the index built after on SpatiaLite.

What the ledger promises holds: each row has its open version, each act its change record in the authority's chain.
Only for filling an empty register; people and files write through :mod:`infra.services.ledger`.
"""

import hashlib
import struct
from collections import namedtuple
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.contrib.gis.db.models import GeometryField
from django.core.management.color import no_style
from django.db import connection, models

from config.demo.indexes import indexes_after
from infra.models import Authority, ChangeRecord, LedgerHead, Organization, User
from infra.models.digests import head_signature, opened_line, record_digest, version_digest, versions_digest
from infra.spatial.places import SRID

Noun = type[models.Model]


class Spot(NamedTuple):
    """A point in EPSG:4326, as light as a row needs it."""

    lon: float
    lat: float

    @property
    def wkb(self) -> bytes:
        """The point as GEOS writes it: little-endian WKB without SRID. The ledger's digests read this."""
        return struct.pack("<BIdd", 1, 1, self.lon, self.lat)

    def ewkb_hex(self) -> str:
        """The point as PostGIS reads it."""
        return struct.pack("<BIIdd", 1, 0x20000001, SRID, self.lon, self.lat).hex()

    def spatialite(self) -> bytes:
        """The point as SpatiaLite stores it: its BLOB with SRID and bounding box."""
        x, y = self.lon, self.lat
        return struct.pack("<BBi4dBidd", 0, 1, SRID, x, y, x, y, 0x7C, 1, x, y) + b"\xfe"


@cache
def row_of(noun: Noun) -> Any:
    """Return the named tuple of *noun*'s columns; those left out of a call are None."""
    names = [f.attname for f in noun._meta.local_concrete_fields]
    return namedtuple(f"{noun.__name__}Row", names, defaults=[None] * len(names))  # noqa: PYI024 -- by model


def first_id(noun: Noun) -> int:
    """Return the first key of *noun* that is free."""
    return (noun._base_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1


@dataclass
class Load:
    """One act being loaded. Call :meth:`add` with all rows of one noun at a time, in the order of their keys."""

    record: ChangeRecord
    valid_from: datetime
    parts: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, noun: Noun, rows: Sequence[Any]) -> None:
        """Insert *rows* (of :func:`row_of`) and their open versions."""
        label = noun._meta.label_lower
        digests = [version_digest(row, noun, self._key(noun, row), self.valid_from, {}) for row in rows]
        lines = hashlib.sha256()
        for row, digest in zip(rows, digests, strict=True):
            lines.update(opened_line(self._key(noun, row), digest))
        self.parts[f"{label}+"] = lines.hexdigest()
        self.counts[label] = {"added": len(rows)}
        insert_rows(noun, [f.attname for f in noun._meta.local_concrete_fields], rows)
        self._add_versions(noun, rows, digests)

    def _add_versions(self, noun: Noun, rows: Sequence[Any], digests: list[str]) -> None:
        model: Noun = noun.version_model  # type: ignore[attr-defined]
        own = [f.attname for f in noun._meta.local_concrete_fields if not f.primary_key or f.remote_field]
        start = connection.ops.adapt_datetimefield_value(self.valid_from)
        leading = ["noun_id", "valid_from", "act_id", "digest", "salt", "personal_digests"]
        skip = len(noun._meta.local_concrete_fields) - len(own)  # a key of its own comes first and has no mirror
        made = (
            (self._key(noun, row), start, self.record.pk, digest, "", "{}", *row[skip:])
            for row, digest in zip(rows, digests, strict=True)
        )
        insert_rows(model, [*leading, *own], made)

    @staticmethod
    def _key(noun: Noun, row: Any) -> int:
        key: int = getattr(row, noun._meta.pk.attname)
        return key


@contextmanager
def loading_act(
    *, actor: User, authority: Authority, organization: Organization | None, reason: str, at: datetime
) -> Iterator[Load]:
    """Open an act for :class:`Load`; it is chained and signed at the end. Call it inside a transaction."""
    LedgerHead.objects.get_or_create(authority=authority)
    head = LedgerHead.objects.select_for_update().get(authority=authority)
    record = ChangeRecord.objects.create(
        authority=authority,
        sequence=head.sequence + 1,
        at=at,
        actor=actor,
        kind="demo.loaded",
        reason=reason,
        organization=organization,
        previous_digest=head.digest,
    )
    load = Load(record, at)
    yield load
    record.counts, record.versions_digest = load.counts, versions_digest(load.parts)
    record.digest = record_digest(record, authority.code)
    record.save()
    head.sequence, head.digest = record.sequence, record.digest
    head.signature = head_signature(authority.code, record.sequence, record.digest)
    head.save()


@contextmanager
def filling(nouns: Sequence[Noun]) -> Iterator[None]:
    """Keep the tables of *nouns* and of their versions bare inside; afterwards indexes and sequences know the rows."""
    tables = [model for noun in nouns for model in (noun, noun.version_model)]  # type: ignore[attr-defined]
    with indexes_after(tables):
        yield
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), tables):
                cursor.execute(statement)


def insert_rows(model: Noun, attributes: list[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write *rows*, values in the order of *attributes*; a :class:`Spot` becomes the database's own geometry."""
    fields: dict[str, Any] = {f.attname: f for f in model._meta.local_concrete_fields}
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(fields[name].column) for name in attributes)
    places = [place for place, name in enumerate(attributes) if isinstance(fields[name], GeometryField)]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(attributes))
            ready: Any = _with_geometry(rows, places, Spot.spatialite)
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", ready)  # noqa: S608 -- our own names
            return
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in _with_geometry(rows, places, Spot.ewkb_hex):
                copy.write_row(row)


def _with_geometry(rows: Iterable[Sequence[Any]], places: list[int], encode: Any) -> Iterator[Any]:
    if not places:
        yield from rows
        return
    for row in rows:
        values = list(row)
        for place in places:
            values[place] = encode(values[place])
        yield values
