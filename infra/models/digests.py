"""What a version and a change record digest to: one spelling, equal on both databases, before and after saving."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.contrib.gis.db.models import GeometryField
from django.db import models

from infra.models.ledger import ChangeRecord
from infra.models.versions import Version, mirrored

Noun = models.Model


def _plain(value: Any) -> Any:
    return value


def _float(value: Any) -> Any:
    return None if value is None else float(value)


def _stamp(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")


def _day(value: date | time | str | None) -> str | None:
    return value if value is None or isinstance(value, str) else value.isoformat()


def _shape(value: Any) -> str | None:
    return None if value is None else cast(str, value.wkb.hex())


def _writer(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """Return how a column's value enters a digest: equal on both databases, before and after saving."""
    if isinstance(field, GeometryField):
        return _shape
    if isinstance(field, models.FloatField):
        return _float
    if isinstance(field, models.DateTimeField):
        return _stamp
    if isinstance(field, models.DateField | models.TimeField):
        return _day
    return _plain


@cache
def columns(noun: type[Noun]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Return (attribute, writer) of the columns that a version of *noun* digests, in order of declaration."""
    personal = getattr(noun, "personal_fields", ())
    return tuple(
        (field.attname, _writer(field))
        for field in noun._meta.local_concrete_fields
        if not (field.primary_key and not field.remote_field)
        and field.name not in personal
        and field.name != "search_text"
    )


def personal_digests(row: Noun, noun: type[Noun], salt: str) -> dict[str, str]:
    """Return field -> salted SHA-256 of the columns that name a person."""
    return {
        name: hashlib.sha256(f"{salt}\x1f{getattr(row, name)}".encode()).hexdigest()
        for name in getattr(noun, "personal_fields", ())
    }


def version_digest(row: Noun, noun: type[Noun], noun_id: int, valid_from: datetime, personal: dict[str, str]) -> str:
    """Return the SHA-256 over a version. *row* may be the noun itself or its version: both have the columns."""
    content = [noun._meta.label_lower, noun_id, _stamp(valid_from), personal]
    name = mirrored if isinstance(row, Version) else str
    content += [write(getattr(row, name(attribute))) for attribute, write in columns(noun)]
    return hashlib.sha256(canonical(content)).hexdigest()


def canonical(content: Any) -> bytes:
    """Return *content* as JSON bytes with one spelling: sorted keys, no blanks, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def opened_line(noun_id: int, digest: str) -> bytes:
    return f"+{noun_id}:{digest}\n".encode()


def closed_line(noun_id: int, digest: str) -> bytes:
    return f"-{noun_id}:{digest}\n".encode()


def versions_digest(parts: dict[str, str]) -> str:
    """Return the digest over all versions an act wrote; *parts* maps "<label>+" or "<label>-" to a digest of lines."""
    return hashlib.sha256(canonical(parts)).hexdigest()


def record_digest(record: ChangeRecord, authority_code: str) -> str:
    """Return the digest of a change record over everything in it, chained to the one before."""
    content = [
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
