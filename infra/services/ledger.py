"""The one way to write the register: an act with an actor and a reason.

    with act(actor=user, authority=authority, kind="site.moved", reason="…") as ledger:
        site.position = point
        ledger.change(site)

At the end of the block the versions, the change record and the signed head are written in the same transaction. The
head's row is locked last and for a moment only, so that a long act does not hold up the others.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from infra.models import Authority, ChangeRecord, LedgerHead, Organization, Submission, User, WorkStep
from infra.models.digests import Noun, head_signature, record_digest, versions_digest
from infra.services import progress
from infra.services.frames import MANY, search_later, staged_ahead, written_beside
from infra.services.staging import Stage, Staged
from infra.services.versions import (
    NounVersions,
    frame_changes,
    frame_versions,
    frame_write_changed,
    frame_write_new,
    rows_versions,
)
from infra.services.words_beside import WordsBeside, entered_beside, words_beside
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


@dataclass(frozen=True)
class _Waiting:
    """New rows that are not written yet: the keys they may take, and since when they hold."""

    noun: type[Noun]
    keys: pl.Series
    build: Callable[[], pl.DataFrame]
    since: Callable[[], pl.Series | None]
    is_quick: bool


class Act:
    """What one act has written so far. Use it through :func:`act`."""

    def __init__(self, at: datetime, valid_from: datetime, words: WordsBeside) -> None:
        self.at = at
        self.words = words
        self.valid_from = valid_from
        self.counts: dict[str, dict[str, int]] = {}
        self.details: dict[str, Any] = {}
        self.record: ChangeRecord | None = None
        self._operations: dict[type[Noun], dict[int, tuple[str, Noun]]] = {}
        self._frames: dict[type[Noun], list[tuple[str, pl.DataFrame]]] = {}
        self._versions: dict[type[Noun], NounVersions] = {}
        self._unwritten: list[_Waiting] = []
        self.after: list[Callable[[ChangeRecord], None]] = []

    # --- rows ---

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

    # --- whole columns ---

    def add_frame(self, noun: type[Noun], frame: pl.DataFrame, *, since: pl.Series | None = None) -> None:
        """Insert the rows of *frame* (every column of *noun*, keys from ``ids_reserve``) and open their versions.

        *since* tells from when each row holds, where history is loaded; the act's own moment otherwise. A row may be
        written as a column or as an object in one act, not both. New columns reach the database together, at the end of
        the act's block or at :meth:`write`: their digests are computed meanwhile.
        """
        self.add_later(noun, frame[noun._meta.pk.attname], lambda: frame, since=lambda: since)

    def add_later(
        self,
        noun: type[Noun],
        keys: pl.Series,
        build: Callable[[], pl.DataFrame],
        *,
        since: Callable[[], pl.Series | None] = lambda: None,
        is_quick: bool = False,
    ) -> None:
        """Like :meth:`add_frame`, for rows that *build* returns when their turn has come, with keys out of *keys*.

        The database writes the columns before them meanwhile, so neither *build* nor *since*, called after it, must ask
        it anything. What *is_quick* to build goes first, so that the database has something to do.
        """
        if len(keys):
            self._unwritten.append(_Waiting(noun, keys, build, since, is_quick))

    def write(self) -> None:
        """Write the new columns that wait."""
        waiting, self._unwritten = self._unwritten, []
        if not waiting:
            return
        own: dict[type[Noun], pl.Series] = {}
        for one in waiting:
            own[one.noun] = pl.concat([own[one.noun], one.keys]) if one.noun in own else one.keys
        frames = []
        told = progress.counting(WorkStep.WRITING, sum(len(one.keys) for one in waiting))
        with written_beside() as write:
            for one in sorted(waiting, key=lambda one: not one.is_quick):
                frame = one.build()
                if not frame.height:
                    continue
                write(partial(self._write_new, one.noun, frame, own, told, staged_ahead(frame)))
                self._frames.setdefault(one.noun, []).append(("add", frame))
                frames.append((one, frame))
            stage = Stage()
            for one, frame in frames:
                since = one.since()
                opened = frame_versions(one.noun, frame, self.valid_from if since is None else since)
                self._of(one.noun).frames.append((opened, staged_ahead(opened, stage)))

    def _write_new(
        self,
        noun: type[Noun],
        frame: pl.DataFrame,
        own: dict[Any, pl.Series],
        told: Callable[[int], None],
        staged: Staged | None,
    ) -> None:
        """Write the rows of *frame*; their words, where they are entered beside, while others are written."""
        beside = frame.height >= MANY and self.words.takes(noun)
        with entered_beside() if beside else nullcontext():
            frame_write_new(noun, frame, own, staged)
        if beside:
            self.words.enter(noun, frame)
        told(frame.height)

    def change_frame(self, noun: type[Noun], frame: pl.DataFrame) -> None:
        """Write *frame* (every column of *noun*); each row gets a new version if it differs from the open one."""
        if not frame.height:
            return
        if frame.height >= MANY:
            search_later()
        changed, closed = frame_changes(noun, frame)
        frame_write_changed(noun, frame)
        self._frames.setdefault(noun, []).append(("change", frame))
        if changed.height:
            self._of(noun).frames.append((frame_versions(noun, changed, self.valid_from), None))
            self._of(noun).closed += closed

    # --- what goes with it ---

    def note(self, **details: Any) -> None:
        """Record facts of an act that writes no version (ids and codes only, nothing personal)."""
        self.details.update(details)

    def afterwards(self, write: Callable[[ChangeRecord], None]) -> None:
        """Run *write* with the change record, still inside the transaction (rows that point at the act)."""
        self.after.append(write)

    def _of(self, noun: type[Noun]) -> NounVersions:
        return self._versions.setdefault(noun, NounVersions())

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
        """Return noun -> id -> ("add", "change" or "remove", row) of every single row written so far."""
        return self._operations

    def frames(self) -> dict[type[Noun], list[tuple[str, pl.DataFrame]]]:
        """Return noun -> ("add" or "change", rows) of everything written so far as whole columns."""
        return self._frames

    def versions(self) -> dict[type[Noun], NounVersions]:
        """Return what the act opens and closes, noun by noun; call it once, when everything is written."""
        for noun, operations in self._operations.items():
            rows_versions(noun, operations, self.valid_from, self._of(noun))
        return {noun: found for noun, found in self._versions.items() if found}


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
    with words_beside() as words, transaction.atomic():
        ledger = Act(moment, valid_from or moment, words)
        yield ledger
        ledger.write()
        if ledger.pending() or ledger.frames():
            for follower in _followers:
                follower(ledger)
        _seal(ledger, actor, authority, kind, reason, organization, submission)
        for told in _witnesses if ledger.record else ():
            told()
            transaction.on_commit(told)
        words.done()


def _locked_head(authority: Authority) -> LedgerHead:
    heads = LedgerHead.objects.select_for_update().filter(authority=authority)
    head = heads.first()
    if head is None:
        LedgerHead.objects.get_or_create(authority=authority)
        head = heads.get()
    return head


def _seal(
    ledger: Act,
    actor: User,
    authority: Authority,
    kind: str,
    reason: str,
    organization: Organization | None,
    submission: Submission | None,
) -> None:
    versions = ledger.versions()
    if not versions and not ledger.details:
        return
    parts: dict[str, str] = {}
    for noun, found in versions.items():
        label = noun._meta.label_lower
        parts |= found.parts(label)
        ledger.counts[label] = found.counts()
    head = _locked_head(authority)
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
    told = progress.counting(WorkStep.HISTORY, len(versions))
    for noun, found in versions.items():
        found.write(noun, record, ledger.valid_from)
        told(1)
    head.sequence, head.digest = record.sequence, record.digest
    head.signature = head_signature(authority.code, record.sequence, record.digest)
    head.save()
    ledger.record = record
    for write in ledger.after:
        write(record)
