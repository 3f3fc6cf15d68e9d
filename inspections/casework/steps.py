"""Taking a step, annulling one: look at the locked case, refuse in words or write everything that follows."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.access import Permission, scope_of
from infra.models import User
from inspections.casework.situation import CaseFile, judge, open_file
from inspections.casework.transitions import CLAUSES, SIDE_BY_SIDE, Refusal, StepInput, check, replay, target
from inspections.models import CaseState, Charge, Payment, Remedy, Step, StepKind, ViolationCase
from inspections.selectors.law import Competence
from inspections.services.cases import Consequences, case_lock, case_step_add, case_step_annul


class StepRefused(ValueError):
    """A step that is not lawful now; ``refusals`` say why and cite the rule."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(" ".join(refusal.why for refusal in refusals))
        self.refusals = list(refusals)


def may_run(person: User, *, authority_id: int, unit_id: int | None, field: str) -> bool:
    """Tell whether a membership of *person* lets them run a case of that authority, place and field."""
    scope = scope_of(person)
    if scope.everything:
        return True
    return any(
        grant.authority_id == authority_id
        and (not grant.fields or field in grant.fields)
        and (not grant.unit_ids or unit_id in grant.unit_ids)
        for grant in scope.stewardships(Permission.RUN_CASES)
    )


def case_step_take(
    *, actor: User, case: ViolationCase, given: StepInput, reason: str = "", at: datetime | None = None
) -> Step:
    """Take a step in *case*. Raises StepRefused with every reason, PermissionError for who may not run the case.

    *at* is when the step is entered (now); "today" for the guards is its date.
    """
    moment = at or timezone.now()
    with transaction.atomic():
        locked = case_lock(case.pk)
        _check_person(actor, locked)
        file = open_file(locked, timezone.localdate(moment))
        if given.kind == StepKind.ANNUL:
            return _annul(actor, file, given, reason, moment)
        if given.kind == StepKind.DECISION:
            judge(file, given.on)
        filled = _fill(given, file)
        now = file.situation(filled)
        move, reasons = check(now)
        if move is None or reasons:
            raise StepRefused([Refusal(given.kind, why, CLAUSES.get(given.kind, "")) for why in reasons])
        step = Step(
            kind=filled.kind,
            on=filled.on,
            actor=actor,
            entered_at=moment,
            fine_authority=filled.authority,
            amount_vnd=filled.amount_vnd,
            document=filled.document,
            form=move.form,
            note=filled.note,
        )
        after = _consequences(file, step, filled, target(now, move))
        why = reason or filled.note or str(StepKind(given.kind).label)
        return case_step_add(actor=actor, case=locked, step=step, after=after, reason=why)


def _check_person(actor: User, case: ViolationCase) -> None:
    if not may_run(actor, authority_id=case.authority_id, unit_id=case.unit_id, field=case.field):
        raise PermissionError(_("None of your memberships lets you run this case."))


def _fill(given: StepInput, file: CaseFile) -> StepInput:
    """Complete a decision: the sum proposed, by the lowest office of the department that may decide it."""
    if given.kind != StepKind.DECISION:
        return given
    amount = given.amount_vnd
    if amount is None:
        amount = sum(charge.proposed_vnd or 0 for charge in file.charges)
    return StepInput(
        kind=given.kind,
        on=given.on,
        authority=given.authority or default_office(file.competent),
        amount_vnd=amount,
        document=given.document,
        note=given.note,
    )


def default_office(competent: Sequence[Competence]) -> str:
    """Return the office to propose: the department's own where it is competent, else the lowest."""
    for office in competent:
        if office.code in ("department_director", "chief_inspector"):
            return office.code
    return competent[0].code if competent else ""


def _consequences(file: CaseFile, step: Step, given: StepInput, state: str) -> Consequences:
    """Work out what follows from *step*: amounts, remedies, payment, state, deadlines as they then are."""
    file.steps = [*file.steps, step]
    charges: list[Charge] = []
    new_remedies: list[Remedy] = []
    done: list[Remedy] = []
    payment: Payment | None = None
    if step.kind == StepKind.DECISION:
        charges = _share_out(file.charges, step.amount_vnd or 0)
        new_remedies = [Remedy(text=text[:400]) for charge in file.charges for text in charge.remedies]
        file.remedies = [*file.remedies, *new_remedies]
        judge(file)
    elif step.kind == StepKind.PAYMENT:
        payment = Payment(on=step.on, amount_vnd=given.amount_vnd or 0, receipt=given.document)
        file.payments = [*file.payments, payment]
    elif step.kind == StepKind.REMEDY:
        done = [remedy for remedy in file.remedies if remedy.done_on is None]
        for remedy in done:
            remedy.done_on, remedy.note = step.on, given.note[:400]
    file.case.state = state
    return Consequences(
        state=state,
        deadlines=[deadline.as_row() for deadline in file.deadlines()],
        charges=charges,
        new_remedies=new_remedies,
        remedies=done,
        payment=payment,
        fine_vnd=file.fine_vnd,
        closed_on=step.on if state in (CaseState.CLOSED, CaseState.TIME_BARRED) else None,
    )


def _share_out(charges: Sequence[Charge], total: int) -> list[Charge]:
    """Spread the decided *total* over the charges: as proposed if it is their sum, else equally high in each frame."""
    known = [charge for charge in charges if charge.min_vnd is not None and charge.max_vnd is not None]
    if total == sum(charge.proposed_vnd or 0 for charge in known):
        for charge in known:
            charge.decided_vnd = charge.proposed_vnd
        return known
    lowest = sum(charge.min_vnd or 0 for charge in known)
    width = sum(charge.max_vnd or 0 for charge in known) - lowest
    height = (total - lowest) / width if width else 0.0
    left = total
    for charge in known[:-1]:
        least, most = charge.min_vnd or 0, charge.max_vnd or 0
        charge.decided_vnd = round(least + (most - least) * height)
        left -= charge.decided_vnd
    if known:
        known[-1].decided_vnd = left
    return known


def _annul(actor: User, file: CaseFile, given: StepInput, reason: str, moment: datetime) -> Step:
    """Annul a step, the last by default, if the others still follow from each other without it."""
    standing = file.standing_steps
    wanted = [step for step in standing if given.step is None or step.pk == given.step]
    why = reason or given.note
    if not wanted or not why.strip():
        message = _("Name the step to annul and give a reason (%(clause)s).") % {"clause": CLAUSES[StepKind.ANNUL]}
        raise StepRefused([Refusal(StepKind.ANNUL, message, CLAUSES[StepKind.ANNUL])])
    step = wanted[-1]
    rest = [row for row in standing if row is not step]
    state = replay((row.kind, _reached_by(row, file)) for row in rest)
    later = after_it(step, standing)
    rested_upon = step.kind not in SIDE_BY_SIDE and any(row.kind not in SIDE_BY_SIDE for row in later)
    if state is None or rested_upon:
        message = _("Later steps rest on this one; annul them first (%(clause)s).") % {
            "clause": CLAUSES[StepKind.ANNUL]
        }
        raise StepRefused([Refusal(StepKind.ANNUL, message, CLAUSES[StepKind.ANNUL])])
    reopened = _undo(file, step)
    file.steps = rest
    file.payments = [row for row in file.payments if row.step_id != step.pk]
    file.case.state = state
    judge(file)
    after = Consequences(
        state=state,
        deadlines=[deadline.as_row() for deadline in file.deadlines()],
        charges=file.charges if step.kind == StepKind.DECISION else (),
        remedies=reopened,
        fine_vnd=file.fine_vnd,
        closed_on=file.case.closed_on if state in (CaseState.CLOSED, CaseState.TIME_BARRED) else None,
    )
    return case_step_annul(actor=actor, case=file.case, step=step, after=after, reason=why, at=moment)


def after_it(step: Step, standing: Sequence[Step]) -> Sequence[Step]:
    """Return the standing steps that were entered after *step*."""
    return [row for row in standing if (row.on, row.pk) > (step.on, step.pk)]


def _reached_by(step: Step, file: CaseFile) -> str:
    return file.case.state if step.kind == StepKind.CLOSE else ""


def _undo(file: CaseFile, step: Step) -> list[Remedy]:
    """Take back what *step* had changed in charges and remedies; return the remedies to store."""
    if step.kind == StepKind.DECISION:
        for charge in file.charges:
            charge.decided_vnd = None
    if step.kind != StepKind.REMEDY:
        return []
    reopened = [remedy for remedy in file.remedies if remedy.done_on == step.on]
    for remedy in reopened:
        remedy.done_on, remedy.note = None, ""
    return reopened
