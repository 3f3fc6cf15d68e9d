"""What becomes of a finding: the operator answers, the authority decides, or says so by itself."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from infra import formats
from infra.access import Permission, holds, scope_of
from infra.models import User
from infra.services.attachments import attachment_add
from infra.services.ledger import Act, act
from infra.services.notices import notify, submitters_of, supervisors_of
from inspections.models import Finding, FindingAnswer, FindingState, Verdict
from inspections.rules import FINDING, Move, NoSuchMove, move_between


class FindingClosed(ValueError):
    """The finding does not stand any more, or is not in the state that the move starts from."""


@dataclass(frozen=True)
class Evidence:
    """A file handed in with an answer, not yet kept."""

    name: str
    chunks: Iterable[bytes]
    content_type: str = ""


def may_decide(person: User, finding: Finding) -> bool:
    """Tell whether *person* may close *finding* or judge what the operator answers."""
    return holds(
        person,
        Permission.INSPECT,
        authority_id=finding.authority_id,
        unit_id=finding.unit_id,
        field=finding.field,
    ) or holds(
        person,
        Permission.SUPERVISE,
        authority_id=finding.authority_id,
        unit_id=finding.unit_id,
        field=finding.field,
    )


def may_answer(person: User, finding: Finding) -> bool:
    """Tell whether *person* speaks for the organization that the finding concerns."""
    return finding.organization_id in scope_of(person).organizations(Permission.SUBMIT)


def finding_remedy(*, actor: User, finding: Finding, on: date, note: str, reason: str) -> Finding:
    """Note that a finding was remedied on a day. Raises FindingClosed where it no longer stands."""
    with _moving(actor, finding, FindingState.REMEDIED, reason) as (ledger, locked):
        locked.remedied_on, locked.remedy_note = on, note[:400]
        ledger.change(locked)
        _settle(locked, actor, ledger.at, note)
    return locked


def finding_dismiss(*, actor: User, finding: Finding, reason: str) -> Finding:
    """Note that a finding is dropped, and why."""
    with _moving(actor, finding, FindingState.DISMISSED, reason) as (ledger, locked):
        ledger.change(locked)
    return locked


def finding_order(*, actor: User, finding: Finding, due_on: date, order: str, reason: str) -> Finding:
    """Say what is to be done about a standing finding and by when. Raises PermissionError or FindingClosed."""
    if not may_decide(actor, finding):
        raise PermissionError(_("None of your memberships covers this finding."))
    if due_on < finding.found_on:
        raise FindingClosed(_("The day lies before the visit."))
    if not reason.strip():
        raise FindingClosed(_("Say why."))
    with act(
        actor=actor, authority=finding.authority, kind="finding.ordered", reason=reason,
        organization=finding.organization,
    ) as ledger:  # fmt: skip
        locked = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
        if locked.state not in (FindingState.OPEN, FindingState.ANSWERED):
            raise FindingClosed(_("The finding does not stand any more."))
        locked.due_on, locked.order_vi, locked.order_en = due_on, order[:400], ""
        ledger.change(locked)
        _tell(actor, locked, "finding.ordered", order)
    return locked


def finding_answer(
    *, actor: User, finding: Finding, text: str, remedied_on: date | None, files: Sequence[Evidence], reason: str
) -> FindingAnswer:
    """Take in what the operator says it has done, with its evidence. Raises PermissionError or FindingClosed."""
    if not may_answer(actor, finding):
        raise PermissionError(_("Only the organization concerned answers here."))
    with _moving(actor, finding, FindingState.ANSWERED, reason) as (ledger, locked):
        ledger.change(locked)
        answer = FindingAnswer.objects.create(
            finding=locked, author=actor, at=ledger.at, remedied_on=remedied_on, text=text
        )
        kept = [
            attachment_add(
                actor=actor, authority=locked.authority, organization=locked.organization, name=file.name,
                chunks=file.chunks, content_type=file.content_type,
            )
            for file in files
        ]  # fmt: skip
        answer.files.set(kept)
        ledger.note(finding=locked.pk, answer=answer.pk, files=[file.sha256 for file in kept])
    return answer


def answer_decide(*, actor: User, answer: FindingAnswer, accept: bool, reason: str) -> FindingAnswer:
    """Accept an answer, which closes the finding, or refuse it, which opens it again."""
    finding = answer.finding
    if not may_decide(actor, finding):
        raise PermissionError(_("None of your memberships covers this finding."))
    to = FindingState.REMEDIED if accept else FindingState.OPEN
    with _moving(actor, finding, to, reason, start=FindingState.ANSWERED) as (ledger, locked):
        if accept:
            locked.remedied_on = answer.remedied_on or timezone.localdate(ledger.at)
            locked.remedy_note = answer.text[:400]
        ledger.change(locked)
        answer.verdict = Verdict.ACCEPTED if accept else Verdict.REFUSED
        answer.decided_by, answer.decided_at, answer.reason = actor, ledger.at, reason[:1000]
        answer.save(update_fields=["verdict", "decided_by", "decided_at", "reason"])
        ledger.note(finding=locked.pk, answer=answer.pk, verdict=answer.verdict)
    return answer


@contextmanager
def _moving(actor: User, finding: Finding, to: str, reason: str, start: str = "") -> Iterator[tuple[Act, Finding]]:
    """Open the act that moves *finding* by the table; the caller writes the change of the locked row."""
    move = _move(finding.state, to, reason, start)
    with act(
        actor=actor, authority=finding.authority, kind=move.act, reason=reason, organization=finding.organization
    ) as ledger:
        locked = Finding.objects.select_for_update(of=("self",)).select_related("authority", "organization")
        row = locked.get(pk=finding.pk)
        _move(row.state, to, reason, start)
        row.state = to
        yield ledger, row
        _tell(actor, row, move.act, reason)


def _tell(actor: User, finding: Finding, code: str, reason: str) -> None:
    """Tell the other side: the inspector and the supervisors what was answered, the operator all else."""
    if code == "finding.answered":
        people = [finding.inspection.inspector, *supervisors_of(finding.authority)]
    else:
        people = submitters_of(finding.organization) if finding.organization else []
    notify(
        people,
        code,
        path=f"/findings/{finding.pk}/",
        but=actor,
        finding=finding.text_vi,
        subject=finding.inspection.subject_name or finding.inspection.subject_ref,
        organization=finding.organization or "",
        due=formats.day(finding.due_on) if finding.due_on else "–",
        reason=reason,
    )


def _move(state: str, to: str, reason: str, start: str) -> Move:
    if not reason.strip():
        raise FindingClosed(_("Say why."))
    try:
        if start and state != start:
            raise NoSuchMove(state)
        return move_between(FINDING, state, to, reason)
    except NoSuchMove as error:
        words = _("The finding is “%(state)s”: this is not possible any more.")
        raise FindingClosed(words % {"state": FindingState(state).label}) from error


def _settle(finding: Finding, actor: User, at: datetime, note: str) -> None:
    """Close an answer that still waits when its finding is closed by other means."""
    FindingAnswer.objects.filter(finding=finding, verdict=Verdict.WAITING).update(
        verdict=Verdict.ACCEPTED, decided_by=actor, decided_at=at, reason=note[:1000]
    )
