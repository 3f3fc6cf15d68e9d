"""The one way to write the register: an act with an actor and a reason.

    with act(actor=user, authority=authority, kind="site.moved", reason="…") as ledger:
        site.position = point
        ledger.change(site)

At the end of the block the versions, the change record and the signed head are written in the same transaction. The
head's row is locked last and for a moment only, so that a long act does not hold up the others.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from infra.models import Authority, ChangeRecord, LedgerHead, Organization, Submission, User, Version
from infra.models.digests import (
    Noun,
    closed_line,
    head_signature,
    opened_line,
    personal_digests,
    record_digest,
    version_digest,
    versions_digest,
)
from infra.models.versions import mirrored
from infra.text import fold

BATCH = 2000

#: what upper apps keep beside the register, brought along inside every act
_followers: list["Callable[[Act], None]"] = []
#: what wants to know that the register is another one
_witnesses: list[Callable[[], None]] = []


def follow(follower: "Callable[[Act], None]") -> None:
    """Call *follower* with every act when its rows are written and its versions are not: what is read is new, and the
    open versions still tell what was. Adding it twice changes nothing.
    """
    if follower not in _followers:
        _followers.append(follower)


def witness(told: Callable[[], None]) -> None:
    """Call *told* when the record of any act is written, and again when it is committed. Adding it twice changes
    nothing.
    """
    if told not in _witnesses:
        _witnesses.append(told)


class Act:
    """What one act has written so far. Use it through :func:`act`."""

    def __init__(self, at: datetime, valid_from: datetime) -> None:
        self.at = at
        self.valid_from = valid_from
        self.counts: dict[str, dict[str, int]] = {}
        self.details: dict[str, Any] = {}
        self.record: ChangeRecord | None = None
        self._operations: dict[type[Noun], dict[int, tuple[str, Noun]]] = {}
        self.after: list[Callable[[ChangeRecord], None]] = []

    def add(self, noun: Noun) -> None:
        """Insert *noun* and open its first version."""
        self.add_many([noun])

    def add_many(self, nouns: Iterable[Noun]) -> None:
        """Insert *nouns* of one model and open their first versions."""
        rows = list(nouns)
        for row in rows:
            refresh_search(row)
        if len(rows) == 1:
            rows[0].save(force_insert=True)
        elif rows:
            type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)
        self._note("add", rows)

    def adopt_many(self, nouns: Iterable[Noun]) -> None:
        """Open first versions for *nouns* that this act has inserted by other means (bulk copy, set-up)."""
        self._note("add", list(nouns))

    def change(self, noun: Noun) -> None:
        """Save *noun*; if that changed anything, close its version and open the next."""
        self.change_many([noun])

    def change_many(self, nouns: Iterable[Noun]) -> None:
        """Save *nouns* of one model; each gets a new version if it differs from the open one."""
        rows = list(nouns)
        if not rows:
            return
        for row in rows:
            refresh_search(row)
        names = [f.name for f in rows[0]._meta.local_concrete_fields if not f.primary_key]
        if len(rows) == 1:
            rows[0].save(force_update=True, update_fields=names)
        else:
            type(rows[0])._default_manager.bulk_update(rows, names, batch_size=200)
        self._note("change", rows)

    def remove(self, noun: Noun) -> None:
        """Delete *noun*'s row and close its version; what it was stays readable."""
        self._note("remove", [noun])
        pk = noun.pk
        noun.delete()
        noun.pk = pk

    def note(self, **details: Any) -> None:
        """Record facts of an act that writes no version (ids and codes only, nothing personal)."""
        self.details.update(details)

    def afterwards(self, write: Callable[[ChangeRecord], None]) -> None:
        """Run *write* with the change record, still inside the transaction (rows that point at the act)."""
        self.after.append(write)

    def _note(self, operation: str, rows: list[Noun]) -> None:
        for row in rows:
            written = self._operations.setdefault(type(row), {})
            before = written.get(row.pk)
            if before and before[0] == "add" and operation == "change":
                operation_now = "add"
            else:
                operation_now = operation
            written[row.pk] = (operation_now, row)

    def pending(self) -> dict[type[Noun], dict[int, tuple[str, Noun]]]:
        """Return noun -> id -> ("add", "change" or "remove", row) of everything written so far."""
        return self._operations


def refresh_search(noun: Noun) -> None:
    """Set the folded search column of a noun that has one."""
    source = getattr(noun, "search_source", None)
    if source is None:
        return
    length: int = getattr(noun._meta.get_field("search_text"), "max_length", None) or 255
    noun.search_text = fold(" ".join(part for part in source() if part))[:length]  # type: ignore[attr-defined]


@contextmanager
def act(
    *,
    actor: User,
    authority: Authority,
    kind: str,
    reason: str,
    organization: Organization | None = None,
    submission: Submission | None = None,
    at: datetime | None = None,
    valid_from: datetime | None = None,
) -> Iterator[Act]:
    """Open an act: one transaction, its versions, its change record.

    *at* is when the act happened (now); *valid_from* starts the versions' validity and differs from *at* only when
    history is loaded. Raises ValueError where the reason is empty. An act that changed nothing leaves no record.
    """
    if not reason.strip():
        raise ValueError("An act needs a reason.")
    moment = at or timezone.now()
    with transaction.atomic():
        ledger = Act(moment, valid_from or moment)
        yield ledger
        if ledger.pending():
            for follower in _followers:
                follower(ledger)
        _seal(ledger, actor, authority, kind, reason, organization, submission)
        for told in _witnesses if ledger.record else ():
            told()
            transaction.on_commit(told)


def _seal(
    ledger: Act,
    actor: User,
    authority: Authority,
    kind: str,
    reason: str,
    organization: Organization | None,
    submission: Submission | None,
) -> None:
    opened, closed, parts = _prepare_versions(ledger)
    if not opened and not closed and not ledger.details:
        return
    LedgerHead.objects.get_or_create(authority=authority)
    head = LedgerHead.objects.select_for_update().get(authority=authority)
    record = ChangeRecord(
        authority=authority,
        sequence=head.sequence + 1,
        at=ledger.at,
        actor=actor,
        kind=kind,
        reason=reason,
        organization=organization,
        submission=submission,
        counts=ledger.counts,
        details=ledger.details,
        versions_digest=versions_digest(parts),
        previous_digest=head.digest,
    )
    record.digest = record_digest(record, authority.code)
    record.save(force_insert=True)
    _write_versions(ledger, record, opened, closed)
    head.sequence, head.digest = record.sequence, record.digest
    head.signature = head_signature(authority.code, record.sequence, record.digest)
    head.save()
    ledger.record = record
    for write in ledger.after:
        write(record)


Opened = dict[type[Noun], list[Version]]
Closed = dict[type[Noun], list[int]]


def _prepare_versions(ledger: Act) -> tuple[Opened, Closed, dict[str, str]]:
    """Build the versions to open, find those to close, and digest both per noun."""
    opened: Opened = {}
    closed: Closed = {}
    parts: dict[str, str] = {}
    for noun, operations in ledger.pending().items():
        label = noun._meta.label_lower
        versions, to_close = _noun_versions(noun, operations, ledger.valid_from)
        if versions:
            opened[noun] = versions
            parts[f"{label}+"] = _lines(opened_line, ((v.noun_id, v.digest) for v in versions))
        if to_close:
            closed[noun] = [pk for pk, _, _ in to_close]
            parts[f"{label}-"] = _lines(closed_line, sorted((noun_id, digest) for _, noun_id, digest in to_close))
        if versions or to_close:
            ledger.counts[label] = _counts(versions, to_close)
    return opened, closed, parts


def _counts(versions: list[Version], to_close: list[tuple[int, int, str]]) -> dict[str, int]:
    new = {version.noun_id for version in versions}
    old = {noun_id for _, noun_id, _ in to_close}
    counts = {"added": len(new - old), "changed": len(new & old), "removed": len(old - new)}
    return {word: n for word, n in counts.items() if n}


def _lines(line: Callable[[int, str], bytes], rows: Iterable[tuple[int, str]]) -> str:
    total = hashlib.sha256()
    for noun_id, digest in rows:
        total.update(line(noun_id, digest))
    return total.hexdigest()


def _noun_versions(
    noun: type[Noun], operations: dict[int, tuple[str, Noun]], valid_from: datetime
) -> tuple[list[Version], list[tuple[int, int, str]]]:
    current = _open_versions(noun, [pk for pk, (operation, _) in operations.items() if operation != "add"])
    versions: list[Version] = []
    to_close: list[tuple[int, int, str]] = []
    for noun_id in sorted(operations):
        operation, row = operations[noun_id]
        before = current.get(noun_id)
        if operation == "remove":
            if before:
                to_close.append((before.pk, noun_id, before.digest))
            continue
        if before and not _differs(row, noun, noun_id, before):
            continue
        if before:
            to_close.append((before.pk, noun_id, before.digest))
        versions.append(make_version(row, noun, noun_id, valid_from))
    return versions, to_close


def _differs(row: Noun, noun: type[Noun], noun_id: int, before: Version) -> bool:
    personal = personal_digests(row, noun, before.salt)
    return version_digest(row, noun, noun_id, before.valid_from, personal) != before.digest


def _open_versions(noun: type[Noun], ids: list[int]) -> dict[int, Version]:
    found: dict[int, Version] = {}
    model = noun.version_model  # type: ignore[attr-defined]
    for start in range(0, len(ids), BATCH):
        rows = model.objects.filter(noun_id__in=ids[start : start + BATCH], valid_to__isnull=True)
        found.update((row.noun_id, row) for row in rows.only("id", "noun_id", "digest", "valid_from", "salt"))
    return found


def make_version(row: Noun, noun: type[Noun], noun_id: int, valid_from: datetime) -> Version:
    """Return the unsaved version of *row* with its digest."""
    values = {
        mirrored(field.attname): getattr(row, field.attname)
        for field in noun._meta.local_concrete_fields
        if not (field.primary_key and not field.remote_field)
    }
    salt = secrets.token_hex(16) if getattr(noun, "personal_fields", ()) else ""
    personal = personal_digests(row, noun, salt)
    version: Version = noun.version_model(  # type: ignore[attr-defined]
        noun_id=noun_id, valid_from=valid_from, salt=salt, personal_digests=personal, **values
    )
    version.digest = version_digest(row, noun, noun_id, valid_from, personal)
    return version


def _write_versions(ledger: Act, record: ChangeRecord, opened: Opened, closed: Closed) -> None:
    for noun, ids in closed.items():
        model = noun.version_model  # type: ignore[attr-defined]
        for start in range(0, len(ids), BATCH):
            model.objects.filter(pk__in=ids[start : start + BATCH]).update(
                valid_to=ledger.valid_from, closed_act=record
            )
    for noun, versions in opened.items():
        for version in versions:
            version.act = record
        noun.version_model.objects.bulk_create(versions, batch_size=BATCH)  # type: ignore[attr-defined]
