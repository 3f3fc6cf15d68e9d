"""Reading the ledger back: does the chain hold, and does the register stand as its versions say?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.contrib.gis.db.models import GeometryField
from django.db import connection, models

from infra.models import NOUNS, Authority, ChangeRecord, LedgerHead
from infra.models.digests import (
    digested,
    head_signature,
    lines_digest,
    personal_digest,
    personal_digests,
    record_digest,
    version_digests,
    versions_digest,
)
from infra.models.versions import mirrored
from infra.selectors.frames import noun_columns, values_chunks

CHUNK = 2000


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was written. ``sequence`` is the record's number, None where there is no record."""

    authority: str
    sequence: int | None
    what: str

    def __str__(self) -> str:
        place = f"{self.authority} {self.sequence}" if self.sequence is not None else self.authority
        return f"{place}: {self.what}"


def heads_file() -> Path:
    """Return the file to which signed heads are exported, one JSON object a line."""
    return Path(settings.DATA_DIR) / "ledger-heads.jsonl"


def verify() -> Iterator[Fault]:
    """Walk every chain and every version; yield what is broken, chains first, each in order.

    Reads the records and every version once, in pieces, as columns; the database compares rows with versions.
    """
    acts: dict[int, dict[str, str]] = {}
    edited: list[tuple[int, str]] = []
    for noun in NOUNS:
        _digest_versions(noun, acts, edited)
    wrong: dict[int, list[str]] = {}
    for act_id, sentence in edited:
        wrong.setdefault(act_id, []).append(sentence)
    for authority in Authority.objects.order_by("code"):
        yield from _verify_chain(authority, acts, wrong)
    for act_id in sorted(acts.keys() - set(ChangeRecord.objects.values_list("pk", flat=True))):
        yield Fault("-", None, f"versions name the act {act_id}, which is not there")
    for noun in NOUNS:
        yield from _verify_rows(noun)


def _verify_chain(
    authority: Authority, acts: dict[int, dict[str, str]], wrong: dict[int, list[str]]
) -> Iterator[Fault]:
    previous, expected = "", 1
    digests: dict[int, str] = {}
    for record in ChangeRecord.objects.filter(authority=authority).order_by("sequence").iterator(CHUNK):
        if record.sequence != expected:
            missing = f"{expected}" if record.sequence == expected + 1 else f"{expected}–{record.sequence - 1}"
            yield Fault(authority.code, expected, f"record {missing} is missing")
        elif record.previous_digest != previous:
            yield Fault(authority.code, record.sequence, "does not continue the record before it")
        if record_digest(record, authority.code) != record.digest:
            yield Fault(authority.code, record.sequence, "the record was edited")
        for sentence in wrong.get(record.pk, ()):
            yield Fault(authority.code, record.sequence, sentence)
        if versions_digest(acts.get(record.pk, {})) != record.versions_digest:
            yield Fault(authority.code, record.sequence, "its versions were edited, added or removed")
        previous, expected = record.digest, record.sequence + 1
        digests[record.sequence] = record.digest
    yield from _verify_head(authority, expected - 1, previous)
    yield from _verify_exported(authority, digests)


def _verify_head(authority: Authority, last: int, digest: str) -> Iterator[Fault]:
    head = LedgerHead.objects.filter(authority=authority).first()
    if head is None:
        if last:
            yield Fault(authority.code, last, "the signed head of the chain is missing")
        return
    if head.sequence and not compare_digest(head.signature, head_signature(authority.code, head.sequence, head.digest)):
        yield Fault(authority.code, head.sequence, "the head of the chain is not signed with this key")
    if head.sequence > last:
        yield Fault(authority.code, last + 1, f"the end of the chain was cut off: {head.sequence - last} record(s)")
    elif (head.sequence, head.digest) != (last, digest):
        yield Fault(authority.code, head.sequence, "the chain does not end where its signed head says")


def _verify_exported(authority: Authority, digests: dict[int, str]) -> Iterator[Fault]:
    """Compare with the heads exported earlier: a chain and head both put back to an older state are found so."""
    path = heads_file()
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        head: dict[str, Any] = json.loads(line)
        if head["authority"] != authority.code or head.get("first") != digests.get(1):
            continue  # the head of another chain: another database used this folder
        signed = head_signature(authority.code, head["sequence"], head["digest"])
        if not compare_digest(signed, head["signature"]):
            yield Fault(authority.code, head["sequence"], f"the head in {path.name} is not signed with this key")
        elif digests.get(head["sequence"]) != head["digest"]:
            day = head["exported_at"][:10]
            yield Fault(authority.code, head["sequence"], f"differs from the head exported on {day}")


def _digest_versions(noun: type[models.Model], acts: dict[int, dict[str, str]], edited: list[tuple[int, str]]) -> None:
    """Recompute every version of *noun*; fill *acts* with act id -> parts, and *edited* with what differs."""
    model = noun.version_model  # type: ignore[attr-defined]
    label = noun._meta.label_lower
    has_people = bool(getattr(noun, "personal_fields", ()))
    opened, closed = [], []
    for frame in values_chunks(model.objects.order_by("pk"), noun_columns(model)):
        personal = "personal_digests" if has_people else None
        found = version_digests(
            frame, noun, key="noun_id", valid_from="valid_from", personal=personal, of_versions=True
        )
        wrong = frame.filter(pl.Series(found, dtype=pl.String) != frame["digest"])
        edited += [
            (act_id, f"a version of {label} {pk} was edited") for act_id, pk in wrong.select("act_id", "noun_id").rows()
        ]
        if has_people:
            edited += _edited_people(noun, label, frame)
        opened.append(frame.select("act_id", "noun_id", "digest"))
        ended = frame.filter(pl.col("closed_act_id").is_not_null())
        closed.append(ended.select(pl.col("closed_act_id").alias("act_id"), "noun_id", "digest"))
    _collect(acts, f"{label}+", "+", opened)
    _collect(acts, f"{label}-", "-", closed)


def _collect(acts: dict[int, dict[str, str]], part: str, sign: str, frames: list[pl.DataFrame]) -> None:
    """Digest the lines of every act, by noun id."""
    if not frames:
        return
    lines = pl.concat(frames).sort("act_id", "noun_id", "digest")
    for (act_id,), rows in lines.group_by("act_id", maintain_order=True):
        acts.setdefault(int(str(act_id)), {})[part] = lines_digest(sign, rows.select("noun_id", "digest").iter_rows())


def _edited_people(noun: type[models.Model], label: str, frame: pl.DataFrame) -> Iterator[tuple[int, str]]:
    """Yield (act id, sentence) of versions whose personal columns are not those that were digested."""
    names = noun.personal_fields  # type: ignore[attr-defined]
    for act_id, noun_id, salt, kept, *values in frame.select(
        "act_id", "noun_id", "salt", "personal_digests", *names
    ).rows():
        now = {name: personal_digest(value, salt) for name, value in zip(names, values, strict=True)}
        if salt and now != json.loads(kept):
            yield act_id, f"personal data of {label} {noun_id} was edited"


# --- the register's rows against their versions ---


def _verify_rows(noun: type[models.Model]) -> Iterator[Fault]:
    """Compare each row of the register with its open version: finds what was written past the ledger."""
    label = noun._meta.label_lower
    for pk, row in _rows_of(noun, _asked(_UNRECORDED, noun)):
        yield Fault("-", None, f"{label} {pk} ({row}) was written without the ledger")
    differ = _asked(_DIFFERS, noun, differs=_differs(noun))
    if getattr(noun, "personal_fields", ()):
        differ = sorted({*differ, *_people_differ(noun)})
    for pk, row in _rows_of(noun, differ):
        yield Fault("-", None, f"{label} {pk} ({row}) differs from its last version")
    for pk in _asked(_GONE, noun):
        yield Fault("-", None, f"{label} {pk} was deleted without the ledger")


_UNRECORDED = """SELECT n.{key} FROM {noun} n LEFT JOIN {version} v ON v.noun_id = n.{key} AND v.valid_to IS NULL
    WHERE v.id IS NULL ORDER BY 1"""
_DIFFERS = """SELECT n.{key} FROM {noun} n JOIN {version} v ON v.noun_id = n.{key} AND v.valid_to IS NULL
    WHERE {differs} ORDER BY 1"""
_GONE = """SELECT v.noun_id FROM {version} v LEFT JOIN {noun} n ON n.{key} = v.noun_id
    WHERE v.valid_to IS NULL AND n.{key} IS NULL ORDER BY 1"""


def _quoted(name: str | None) -> str:
    return str(connection.ops.quote_name(str(name)))


def _asked(question: str, noun: type[models.Model], **parts: str) -> list[int]:
    """Return the keys that *question* selects."""
    tables = {
        "noun": _quoted(noun._meta.db_table),
        "version": _quoted(noun.version_model._meta.db_table),  # type: ignore[attr-defined]
        "key": _quoted(noun._meta.pk.column),
    }
    with connection.cursor() as cursor:
        cursor.execute(question.format(**tables, **parts))
        return [pk for (pk,) in cursor.fetchall()]


def _differs(noun: type[models.Model]) -> str:
    """Return the condition that a digested column of the row *n* is not that of its version *v*."""
    version: Any = noun.version_model  # type: ignore[attr-defined]
    columns = {field.attname: field.column for field in version._meta.local_concrete_fields}
    is_postgresql = connection.vendor == "postgresql"
    conditions = []
    for field in digested(noun):
        cast = "::bytea" if is_postgresql and isinstance(field, GeometryField) else ""
        one = f"n.{_quoted(field.column)}{cast}"
        other = f"v.{_quoted(columns[mirrored(field.attname)])}{cast}"
        conditions.append(f"{one} IS DISTINCT FROM {other}" if is_postgresql else f"{one} IS NOT {other}")
    return " OR ".join(conditions)


def _people_differ(noun: type[models.Model]) -> Iterator[int]:
    """Yield the keys of rows whose personal columns are not those that their open version digests."""
    versions: Any = noun.version_model.objects  # type: ignore[attr-defined]
    kept = versions.filter(valid_to__isnull=True).values_list("noun_id", "salt", "personal_digests")
    by_key = {noun_id: (salt, digests) for noun_id, salt, digests in kept.iterator(CHUNK)}
    for row in noun._default_manager.order_by("pk").iterator(CHUNK):
        salt, digests = by_key.get(row.pk, ("", None))
        if digests is not None and personal_digests(row, noun, salt) != digests:
            yield row.pk


def _rows_of(noun: type[models.Model], keys: list[int]) -> Iterator[tuple[int, models.Model]]:
    for start in range(0, len(keys), CHUNK):
        found = noun._default_manager.in_bulk(keys[start : start + CHUNK])
        yield from ((pk, found[pk]) for pk in keys[start : start + CHUNK])
