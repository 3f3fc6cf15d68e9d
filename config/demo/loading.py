"""Loads hundreds of thousands of rows as one act: COPY on PostGIS, inserts with the index built after on SpatiaLite.

What the ledger promises holds: each row has its open version, each act its change record in the authority's chain.
Only for filling an empty register; people and files write through :mod:`infra.services.ledger`.
"""

import struct
from collections import namedtuple
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import polars as pl
from django.core.management.color import no_style
from django.db import connection, models

from config.demo.indexes import indexes_after
from infra.models import Authority, ChangeRecord, LedgerHead, Organization, User
from infra.models.digests import frame_schema, head_signature, lines_digest, record_digest, versions_digest
from infra.services.frames import frame_insert
from infra.services.versions import frame_versions

Noun = type[models.Model]


class Spot(NamedTuple):
    """A point in EPSG:4326, as light as a row needs it."""

    lon: float
    lat: float

    @property
    def wkb(self) -> bytes:
        """The point as GEOS writes it: little-endian WKB without SRID. The ledger's digests read this."""
        return struct.pack("<BIdd", 1, 1, self.lon, self.lat)


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
        frame = frame_of(noun, rows)
        versions = frame_versions(noun, frame, self.valid_from)
        self.parts[f"{label}+"] = lines_digest("+", versions.select("noun_id", "digest").iter_rows())
        self.counts[label] = {"added": len(rows)}
        frame_insert(noun, frame)
        frame_insert(noun.version_model, versions.with_columns(act_id=pl.lit(self.record.pk)))  # type: ignore[attr-defined]


def frame_of(noun: Noun, rows: Sequence[Any]) -> pl.DataFrame:
    """Return *rows* (of :func:`row_of`) as columns."""
    frame = []
    for values, (name, dtype) in zip(zip(*rows, strict=True), frame_schema(noun).items(), strict=True):
        if dtype == pl.Binary:
            frame.append(pl.Series(name, [value and value.wkb for value in values], dtype=dtype))
        elif dtype == pl.Date:
            frame.append(pl.Series(name, values, dtype=pl.String).str.to_date("%Y-%m-%d"))
        else:
            frame.append(pl.Series(name, values, dtype=dtype))
    return pl.DataFrame(frame)


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
