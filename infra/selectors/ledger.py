"""Reading the ledger back: does the chain hold, and does the register stand as its versions say?"""

import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from infra.models import NOUNS, Authority, ChangeRecord, LedgerHead
from infra.models.digests import (
    closed_line,
    head_signature,
    opened_line,
    personal_digests,
    record_digest,
    version_digest,
    versions_digest,
)

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

    Reads everything once in a stream: a pass over the records, two over each version table, one over each noun.
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
    versions = noun.version_model.objects  # type: ignore[attr-defined]
    label = noun._meta.label_lower
    opened = versions.order_by("act_id", "noun_id").iterator(CHUNK)
    for act_id, rows in itertools.groupby(opened, key=lambda row: row.act_id):
        lines = hashlib.sha256()
        for row in rows:
            lines.update(opened_line(row.noun_id, row.digest))
            if version_digest(row, noun, row.noun_id, row.valid_from, row.personal_digests) != row.digest:
                edited.append((act_id, f"a version of {label} {row.noun_id} was edited"))
            elif row.salt and personal_digests(row, noun, row.salt) != row.personal_digests:
                edited.append((act_id, f"personal data of {label} {row.noun_id} was edited"))
        acts.setdefault(act_id, {})[f"{label}+"] = lines.hexdigest()
    closed = versions.filter(closed_act__isnull=False).order_by("closed_act_id", "noun_id", "digest")
    columns = closed.values_list("closed_act_id", "noun_id", "digest").iterator(CHUNK)
    for act_id, group in itertools.groupby(columns, key=lambda row: row[0]):
        lines = hashlib.sha256()
        for _, noun_id, digest in group:
            lines.update(closed_line(noun_id, digest))
        acts.setdefault(act_id, {})[f"{label}-"] = lines.hexdigest()


def _verify_rows(noun: type[models.Model]) -> Iterator[Fault]:
    """Compare each row of the register with its open version: finds what was written past the ledger."""
    label = noun._meta.label_lower
    rows = noun._default_manager.order_by("pk").iterator(CHUNK)
    for chunk in _batched(rows, CHUNK):
        ids = [row.pk for row in chunk]
        versions = noun.version_model.objects.filter(noun_id__in=ids, valid_to__isnull=True)  # type: ignore[attr-defined]
        found: dict[int, tuple[datetime, str, str]] = {
            noun_id: (start, digest, salt)
            for noun_id, start, digest, salt in versions.values_list("noun_id", "valid_from", "digest", "salt")
        }
        for row in chunk:
            if row.pk not in found:
                yield Fault("-", None, f"{label} {row.pk} ({row}) was written without the ledger")
                continue
            start, digest, salt = found[row.pk]
            if version_digest(row, noun, row.pk, start, personal_digests(row, noun, salt)) != digest:
                yield Fault("-", None, f"{label} {row.pk} ({row}) differs from its last version")


def _batched(rows: Iterator[models.Model], size: int) -> Iterator[list[models.Model]]:
    while chunk := list(itertools.islice(rows, size)):
        yield chunk
