"""Writing cases: opening one, adding a step, annulling one. What is lawful is decided before, in ``casework``.

Callers hold the case's row (``case_lock``) while they decide and write, so that two officers cannot both move it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from infra.models import Authority, User
from infra.services.attachments import attachment_add
from infra.services.ledger import Act, act
from inspections.models import (
    CaseAnswer,
    CaseDeadline,
    CaseObject,
    Charge,
    Payment,
    PersonParty,
    Remedy,
    Step,
    ViolationCase,
)
from inspections.services.numbering import yearly_number_take


@dataclass
class Opening:
    """Everything that opens a case; rows are unsaved."""

    case: ViolationCase
    charges: list[Charge] = field(default_factory=list)
    objects: list[CaseObject] = field(default_factory=list)
    deadlines: list[CaseDeadline] = field(default_factory=list)
    person: PersonParty | None = None


@dataclass
class Consequences:
    """What a step changes besides being there."""

    state: str
    deadlines: list[CaseDeadline]
    charges: Sequence[Charge] = ()
    new_remedies: Sequence[Remedy] = ()
    remedies: Sequence[Remedy] = ()
    payment: Payment | None = None
    fine_vnd: int | None = None
    closed_on: date | None = None


def case_lock(pk: int) -> ViolationCase:
    """Return the case with its row locked until the end of the transaction."""
    return ViolationCase.objects.select_for_update(of=("self",)).select_related("organization", "unit").get(pk=pk)


def case_create(
    *, actor: User, authority: Authority, opening: Opening, reason: str, at: datetime | None = None
) -> ViolationCase:
    """Open a case with its number, party, charges, objects and deadlines."""
    case = opening.case
    with act(
        actor=actor, authority=authority, kind="case.opened", reason=reason, organization=case.organization, at=at
    ) as ledger:
        case.opened_at = at or timezone.now()
        case.year = case.detected_on.year
        case.number = yearly_number_take(authority=authority, kind="case", year=case.year)
        if opening.person is not None:
            ledger.add(opening.person)
            case.person = opening.person
        ledger.add(case)
        for charge in opening.charges:
            charge.case = case
        for concerned in opening.objects:
            concerned.case = case
        ledger.add_many(opening.charges)
        CaseObject.objects.bulk_create(opening.objects)
        _write_deadlines(case, opening.deadlines)
        ledger.note(case=case.number)
    return case


def case_step_add(*, actor: User, case: ViolationCase, step: Step, after: Consequences, reason: str) -> Step:
    """Add *step* to a locked case with everything that follows from it."""
    with act(
        actor=actor,
        authority=case.authority,
        kind=f"case.{step.kind}",
        reason=reason,
        organization=case.organization,
        at=step.entered_at,
    ) as ledger:
        step.case = case
        ledger.add(step)
        _apply(ledger, case, after)
        if after.payment is not None:
            after.payment.case, after.payment.step = case, step
            ledger.add(after.payment)
        ledger.note(case=case.number, step=step.kind, on=step.on.isoformat())
    return step


def case_step_annul(
    *, actor: User, case: ViolationCase, step: Step, after: Consequences, reason: str, at: datetime
) -> Step:
    """Annul *step* of a locked case; it stays readable with the reason."""
    with act(
        actor=actor, authority=case.authority, kind="case.annul", reason=reason, organization=case.organization, at=at
    ) as ledger:
        step.annulled_at, step.annulled_by, step.annulled_reason = at, actor, reason[:400]
        ledger.change(step)
        for payment in Payment.objects.filter(step=step):
            ledger.remove(payment)
        _apply(ledger, case, after)
        ledger.note(case=case.number, annulled=step.kind, on=step.on.isoformat())
    return step


def _apply(ledger: Act, case: ViolationCase, after: Consequences) -> None:
    case.state, case.fine_vnd, case.closed_on = after.state, after.fine_vnd, after.closed_on
    ledger.change(case)
    ledger.change_many(after.charges)
    ledger.change_many(after.remedies)
    for remedy in after.new_remedies:
        remedy.case = case
    ledger.add_many(after.new_remedies)
    _write_deadlines(case, after.deadlines)


def charges_change(*, actor: User, case: ViolationCase, charges: Sequence[Charge], reason: str) -> None:
    """Store changed amounts or circumstances of a locked case's charges."""
    with act(
        actor=actor,
        authority=case.authority,
        kind="case.charges",
        reason=reason,
        organization=case.organization,
    ) as ledger:
        ledger.change_many(charges)
        ledger.note(case=case.number)


def case_hand_over(*, actor: User, case: ViolationCase, officer: User, reason: str) -> ViolationCase:
    """Give a locked case to another officer."""
    with act(
        actor=actor, authority=case.authority, kind="case.handed_over", reason=reason, organization=case.organization
    ) as ledger:
        case.officer = officer
        ledger.change(case)
        ledger.note(case=case.number)
    return case


@dataclass(frozen=True)
class Upload:
    """A file that comes with an answer."""

    name: str
    chunks: Iterable[bytes]
    content_type: str = ""


def case_answer_add(*, actor: User, case: ViolationCase, text: str, files: Sequence[Upload], reason: str) -> CaseAnswer:
    """Store what the party wrote and the files it filed."""
    moment = timezone.now()
    with act(
        actor=actor,
        authority=case.authority,
        kind="case.answered",
        reason=reason,
        organization=case.organization,
        at=moment,
    ) as ledger:
        answer = CaseAnswer.objects.create(case=case, author=actor, at=moment, text=text)
        attached = [
            attachment_add(
                actor=actor,
                authority=case.authority,
                organization=case.organization,
                name=file.name,
                chunks=file.chunks,
                content_type=file.content_type,
            )
            for file in files
        ]
        answer.files.set(attached)
        ledger.note(case=case.number, answer=answer.pk, files=[file.sha256 for file in attached])
    return answer


def deadlines_write(*, case: ViolationCase, deadlines: list[CaseDeadline]) -> None:
    """Replace the computed dates of a case (after a change of calendar or clocks); derived data, no act."""
    with transaction.atomic():
        _write_deadlines(case, deadlines)


def _write_deadlines(case: ViolationCase, deadlines: list[CaseDeadline]) -> None:
    CaseDeadline.objects.filter(case=case).delete()
    waiting = [row for row in deadlines if row.is_open and not row.basis.get("right")]
    nearest = min(waiting, key=lambda row: row.due_on, default=None)
    for row in deadlines:
        row.case = case
        row.is_next = row is nearest
    CaseDeadline.objects.bulk_create(deadlines)
