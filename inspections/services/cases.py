"""Writing cases: opening one, adding a step, annulling one. What is lawful is decided before, in ``casework``.

Callers hold the case's row (``case_lock``) while they decide and write, so that two officers cannot both move it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from infra.models import Authority, User
from infra.services.ledger import Act, act
from inspections.models import (
    AnswerState,
    CaseAnswer,
    CaseDeadline,
    CaseDocument,
    CaseObject,
    Charge,
    DocumentState,
    Payment,
    PersonParty,
    Remedy,
    Step,
    ViolationCase,
)
from inspections.services.deadlines import deadlines_put
from inspections.services.numbering import document_number_take, yearly_number_take


@dataclass
class Opening:
    """Everything that opens a case; rows are unsaved, except a *person* that is known already."""

    case: ViolationCase
    charges: list[Charge] = field(default_factory=list)
    objects: list[CaseObject] = field(default_factory=list)
    deadlines: list[CaseDeadline] = field(default_factory=list)
    person: PersonParty | None = None
    steps: list[Step] = field(default_factory=list)


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
    paid_vnd: int = 0
    closed_on: date | None = None
    answer: CaseAnswer | None = None


@dataclass(frozen=True)
class Paper:
    """The paper that a step is written on. *number* is the records office's own; empty: the next of the series."""

    form: str
    series: str
    number: str = ""


def case_lock(pk: int) -> ViolationCase:
    """Return the case with its row locked until the end of the transaction."""
    rows = ViolationCase.objects.select_for_update(of=("self",))
    return rows.select_related("authority", "organization", "person", "unit").get(pk=pk)


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
            if opening.person.pk is None:
                ledger.add(opening.person)
            case.person = opening.person
        ledger.add(case)
        rows: list[Charge | CaseObject | Step] = [*opening.charges, *opening.objects, *opening.steps]
        for row in rows:
            row.case = case
        ledger.add_many(opening.charges)
        ledger.add_many(opening.steps)
        CaseObject.objects.bulk_create(opening.objects)
        deadlines_put(case, opening.deadlines, paid_vnd=0)
        ledger.note(case=case.number, origin=case.origin)
    return case


def case_step_add(
    *, actor: User, case: ViolationCase, step: Step, after: Consequences, paper: Paper | None, reason: str
) -> Step:
    """Add *step* to a locked case with its paper and everything that follows from it."""
    with act(
        actor=actor,
        authority=case.authority,
        kind=f"case.{step.kind}",
        reason=reason,
        organization=case.organization,
        at=step.entered_at,
    ) as ledger:
        step.case = case
        written = _paper(case, step, paper) if paper else None
        ledger.add(step)
        if written is not None:
            written.step = step
            ledger.add(written)
        for remedy in (*after.new_remedies, *after.remedies):
            if remedy.pk is None:
                remedy.step = step
            elif remedy.done_on is not None and remedy.done_by_id is None:
                remedy.done_by = step
        _apply(ledger, case, after)
        if after.payment is not None:
            after.payment.case, after.payment.step = case, step
            ledger.add(after.payment)
        if after.answer is not None:
            answer_settle(after.answer, actor=actor, state=AnswerState.ACCEPTED, step=step, at=step.entered_at)
        ledger.note(case=case.number, step=step.kind, on=step.on.isoformat(), document=step.document)
    return step


def _paper(case: ViolationCase, step: Step, paper: Paper) -> CaseDocument:
    """Make the paper of *step* with its number, and write the number into the step."""
    sequence, number = None, paper.number
    if not number:
        sequence, number = document_number_take(authority=case.authority, series=paper.series, on=step.on)
    step.document = number
    return CaseDocument(
        authority=case.authority,
        case=case,
        form=paper.form,
        series=paper.series,
        year=step.on.year,
        sequence=sequence,
        number=number,
        dated=step.on,
    )


def case_step_annul(
    *, actor: User, case: ViolationCase, step: Step, after: Consequences, reason: str, at: datetime
) -> Step:
    """Annul *step* of a locked case; it stays readable with the reason, and so does its paper, which is void."""
    with act(
        actor=actor, authority=case.authority, kind="case.annul", reason=reason, organization=case.organization, at=at
    ) as ledger:
        step.annulled_at, step.annulled_by, step.annulled_reason = at, actor, reason[:400]
        ledger.change(step)
        papers = list(CaseDocument.objects.filter(step=step).exclude(state=DocumentState.VOID))
        for paper in papers:
            paper.state, paper.void_reason = DocumentState.VOID, reason[:400]
        ledger.change_many(papers)
        for payment in Payment.objects.filter(step=step):
            ledger.remove(payment)
        for remedy in Remedy.objects.filter(step=step):
            ledger.remove(remedy)
        CaseAnswer.objects.filter(step=step).update(state=AnswerState.OPEN, step=None, decided_at=None, decided_by=None)
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
    deadlines_put(case, after.deadlines, paid_vnd=after.paid_vnd)


def answer_settle(
    answer: CaseAnswer, *, actor: User, state: str, at: datetime, step: Step | None = None, reply: str = ""
) -> None:
    """Say what became of what the party asked for; call it inside the act that decides it."""
    answer.state, answer.decided_by, answer.decided_at = state, actor, at
    answer.step, answer.reply = step or answer.step, reply or answer.reply
    answer.save(update_fields=["state", "decided_by", "decided_at", "step", "reply", "granted_days"])


def case_change(
    *,
    actor: User,
    case: ViolationCase,
    kind: str,
    reason: str,
    deadlines: list[CaseDeadline],
    paid_vnd: int,
    charges: Sequence[Charge] = (),
    new_charges: Sequence[Charge] = (),
    gone_charges: Sequence[Charge] = (),
    answer: CaseAnswer | None = None,
    at: datetime | None = None,
    **details: object,
) -> ViolationCase:
    """Store changed facts or charges of a locked case, with its dates as they then are."""
    moment = at or timezone.now()
    with act(
        actor=actor, authority=case.authority, kind=kind, reason=reason, organization=case.organization, at=moment
    ) as ledger:
        ledger.change(case)
        ledger.change_many(charges)
        for charge in new_charges:
            charge.case = case
        ledger.add_many(new_charges)
        for charge in gone_charges:
            ledger.remove(charge)
        if answer is not None:
            answer_settle(answer, actor=actor, state=answer.state, at=moment)
        deadlines_put(case, deadlines, paid_vnd=paid_vnd)
        ledger.note(case=case.number, **details)
    return case


def case_hand_over(
    *, actor: User, case: ViolationCase, officer: User, reason: str, at: datetime | None = None
) -> ViolationCase:
    """Give a locked case to another officer."""
    with act(
        actor=actor,
        authority=case.authority,
        kind="case.handed_over",
        reason=reason,
        organization=case.organization,
        at=at,
    ) as ledger:
        before = case.officer_id
        case.officer = officer
        ledger.change(case)
        ledger.note(case=case.number, before=before, after=officer.pk)
    return case
