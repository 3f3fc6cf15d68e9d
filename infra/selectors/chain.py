"""The state of an authority's chain, quickly: the head, its signature, what was exported, the last verification."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any

from django.db.models import QuerySet

from infra.access import Permission, Person, scope_of
from infra.models import NOUNS, Authority, ChangeRecord, Job, JobKind, LedgerHead
from infra.models.digests import head_signature
from infra.selectors.history import Change, changes_between, names_for, subject_of
from infra.selectors.ledger import heads_file

VERSIONS_SHOWN = 20
#: the file of exported heads is read from its end
TAIL_BYTES = 64 * 1024


@dataclass(frozen=True)
class ChainState:
    """One chain. ``is_signed``: the head bears our signature; ``meets``: it is the head of the last record."""

    authority: Authority
    sequence: int
    digest: str
    is_signed: bool
    meets: bool
    last_at: datetime | None
    exported_at: datetime | None
    last_verification: Job | None

    @property
    def tone(self) -> str:
        if not (self.is_signed and self.meets):
            return "unsafe"
        if self.last_verification is None:
            return "due"
        return "compliant" if self.last_verification.report.get("holds") else "unsafe"


def verifiable(person: Person) -> QuerySet[Authority]:
    """Return the authorities whose chain *person* may verify."""
    scope = scope_of(person)
    rows = Authority.objects.select_related("organization").order_by("pk")
    if scope.everything:
        return rows
    return rows.filter(pk__in=[grant.authority_id for grant in scope.stewardships(Permission.VERIFY_LEDGER)])


def chain_state(authority: Authority) -> ChainState:
    """Return how the chain of *authority* stands (three queries)."""
    head = LedgerHead.objects.filter(authority=authority).first()
    last = ChangeRecord.objects.filter(authority=authority).order_by("-sequence").first()
    done = Job.objects.filter(authority=authority, kind=JobKind.LEDGER_VERIFICATION).exclude(report={})
    sequence, digest = (head.sequence, head.digest) if head else (0, "")
    return ChainState(
        authority=authority,
        sequence=sequence,
        digest=digest,
        is_signed=head is None or not sequence or compare_digest(head.signature, _signature(head)),
        meets=(sequence, digest) == ((last.sequence, last.digest) if last else (0, "")),
        last_at=last.at if last else None,
        exported_at=_exported(authority.code),
        last_verification=done.first(),
    )


def _signature(head: LedgerHead) -> str:
    return head_signature(head.authority.code, head.sequence, head.digest)


def _exported(code: str) -> datetime | None:
    """Return when the head of the chain was exported last, as far as the end of the file says."""
    path = heads_file()
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    for line in reversed(lines):
        try:
            head: dict[str, Any] = json.loads(line)
        except ValueError:
            continue  # the first line was cut
        if head.get("authority") == code:
            return datetime.fromisoformat(head["exported_at"])
    return None


# --- one record -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """A noun that an act wrote: which, whether it was new, changed or removed, and what changed."""

    subject: str
    what: str
    changes: Sequence[Change]


@dataclass(frozen=True)
class WrittenNouns:
    """The nouns of one model that an act wrote; ``more`` were not read."""

    name: str
    rows: Sequence[Written]
    more: int


def record_versions(record: ChangeRecord) -> list[WrittenNouns]:
    """Return what *record* wrote, the first rows of each noun (three queries a noun, and the names of references)."""
    found = []
    for noun in NOUNS:
        counts = record.counts.get(noun._meta.label_lower)
        if counts:
            rows = _written(noun, record)
            total = sum(counts.values())
            found.append(WrittenNouns(str(noun._meta.verbose_name_plural), rows, max(0, total - len(rows))))
    return found


def _written(noun: Any, record: ChangeRecord) -> list[Written]:
    versions = noun.version_model.objects
    opened = list(versions.filter(act=record).order_by("noun_id")[:VERSIONS_SHOWN])
    room = VERSIONS_SHOWN - len(opened)
    ids = [version.noun_id for version in opened]
    closed = {one.noun_id: one for one in versions.filter(closed_act=record, noun_id__in=ids)}
    gone = versions.filter(closed_act=record).exclude(noun_id__in=versions.filter(act=record).values("noun_id"))
    removed = list(gone.order_by("noun_id")[:room]) if room else []
    names = names_for([*opened, *closed.values()])
    rows = []
    for version in opened:
        before = closed.get(version.noun_id)
        changes = changes_between(noun, before, version, names) if before else []
        rows.append(Written(subject_of(noun, version), "changed" if before else "added", changes))
    return rows + [Written(subject_of(noun, version), "removed", []) for version in removed]
