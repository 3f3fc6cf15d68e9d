"""Taking a step, annulling one: look at the locked case, refuse in words or write everything that follows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.access import Permission, scope_of
from infra.models import User
from inspections.casework.guards import CLAUSES, Situation, StepInput
from inspections.casework.situation import SETTLED, CaseFile, judge, open_file
from inspections.casework.transfers import receiver_kind, send_to_authority
from inspections.casework.transitions import SIDE_BY_SIDE, Move, Refusal, check, lacking, replay, target
from inspections.models import CaseAnswer, Charge, FormCode, Payment, Remedy, Step, StepKind, ViolationCase
from inspections.selectors.law import Competence, forms_by_code
from inspections.services.cases import Consequences, Paper, case_lock, case_step_add, case_step_annul


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


def refuse(kind: str, *reasons: str) -> StepRefused:
    """Return the refusal of a step of *kind*."""
    return StepRefused([Refusal(kind, why, CLAUSES.get(kind, "")) for why in reasons])


def case_step_take(
    *, actor: User, case: ViolationCase, given: StepInput, reason: str = "", at: datetime | None = None
) -> Step:
    """Take a step in *case*. Raises StepRefused with every reason, PermissionError for who may not run the case.

    *at* is when the step is entered (now); "today" for the guards is its date.
    """
    moment = at or timezone.now()
    with transaction.atomic():
        locked = case_lock(case.pk)
        check_person(actor, locked)
        file = open_file(locked, timezone.localdate(moment))
        if given.kind == StepKind.ANNUL:
            return _annul(actor, file, given, reason, moment)
        if given.kind == StepKind.DECISION:
            judge(file, given.on)
        filled = _fill(given, file)
        now = file.situation(filled)
        verdict = check(now)
        if verdict.move is None or verdict.refusals:
            raise refuse(given.kind, *verdict.refusals)
        missing = lacking(filled, verdict.move)
        if missing:
            raise StepRefused(missing)
        answer = _answer_taken_up(file, filled)
        step = _step(actor, filled, moment, verdict.move, verdict.cautions)
        after = _consequences(file, step, filled, now, verdict.move)
        after.answer = answer
        paper = _paper_of(filled, verdict.move)
        why = reason or str(StepKind(given.kind).label)
        case_step_add(actor=actor, case=locked, step=step, after=after, paper=paper, reason=why)
        if filled.to == "authority":
            send_to_authority(actor=actor, case=locked, code=filled.authority, at=moment)
        return step


def check_person(actor: User, case: ViolationCase) -> None:
    """Raise PermissionError unless *actor* may run *case*."""
    if not may_run(actor, authority_id=case.authority_id, unit_id=case.unit_id, field=case.field):
        raise PermissionError(_("None of your memberships lets you run this case."))


def _fill(given: StepInput, file: CaseFile) -> StepInput:
    """Complete what was left out: a decision's sum and office, the kind of receiver of a transfer, its end."""
    if given.kind == StepKind.TRANSFER:
        return replace(given, to=given.to or receiver_kind(given.authority, file))
    if given.kind != StepKind.DECISION:
        return given
    charges = dict(given.charges)
    amount = given.amount_vnd
    if charges:
        amount = sum(charges.values())
    elif amount is None:
        amount = file.proposed_vnd or 0
    return replace(given, authority=given.authority or default_office(file.competent), amount_vnd=amount)


def default_office(competent: Sequence[Competence]) -> str:
    """Return the office to propose: the department's own where it is competent, else the lowest."""
    for office in competent:
        if office.code in ("department_director", "chief_inspector"):
            return office.code
    return competent[0].code if competent else ""


def _answer_taken_up(file: CaseFile, given: StepInput) -> CaseAnswer | None:
    if given.answer is None:
        return None
    answer = CaseAnswer.objects.filter(case=file.case, pk=given.answer).first()
    if answer is None:
        raise refuse(given.kind, _("The party's answer %(id)s does not belong to this case.") % {"id": given.answer})
    return answer


def _step(actor: User, given: StepInput, moment: datetime, move: Move, cautions: Sequence[str]) -> Step:
    return Step(
        kind=given.kind,
        on=given.on,
        actor=actor,
        entered_at=moment,
        fine_authority=given.authority,
        amount_vnd=given.amount_vnd,
        document=given.document,
        form=form_of(given, move),
        details=_details(given, cautions),
        note=given.note,
    )


def _details(given: StepInput, cautions: Sequence[str]) -> dict[str, Any]:
    """Return what only some kinds of step have, as plain data; what was not entered is left out."""
    details: dict[str, Any] = {
        "until": given.until.isoformat() if given.until else None,
        "instalments": [{"due": part.due.isoformat(), "amount_vnd": part.amount_vnd} for part in given.instalments],
        "comply_days": given.comply_days,
        "suspends": given.suspends or None,
        "method": given.method,
        "to": given.to,
        "cautions": list(cautions),
    }
    return {name: value for name, value in details.items() if value not in (None, "", [])}


def form_of(given: StepInput, move: Move) -> str:
    """Return the form of a step: the one chosen if it serves this kind of step, else the table's.

    Raises StepRefused for a form that serves another step or is not in force.
    """
    if not given.form or given.form == move.form:
        return move.form
    chosen = forms_by_code(given.on).get(given.form)
    if chosen is None or chosen.step != given.kind:
        raise refuse(given.kind, _("The form %(form)s does not serve this step.") % {"form": given.form})
    return chosen.code


def _paper_of(given: StepInput, move: Move) -> Paper | None:
    """Return the paper of a step that is written on a numbered form, or on one that got a number by hand."""
    code = form_of(given, move)
    row: FormCode | None = forms_by_code(given.on).get(code) if code else None
    if row is None or not row.series or not (given.document or "document" in move.needs):
        return None
    return Paper(code, row.series, given.document)


def _consequences(file: CaseFile, step: Step, given: StepInput, now: Situation, move: Move) -> Consequences:
    """Work out what follows from *step*: amounts, remedies, payment, state, deadlines as they then are."""
    state = target(now, move)
    file.steps = [*file.steps, step]
    after = Consequences(state=state, deadlines=[])
    if step.kind == StepKind.DECISION:
        after.charges = _share_out(file.charges, step.amount_vnd or 0, given)
        judge(file)
    if step.kind in (StepKind.DECISION, StepKind.NO_PENALTY):
        after.new_remedies = _ordered(file, given)
        file.remedies = [*file.remedies, *after.new_remedies]
    elif step.kind == StepKind.PAYMENT:
        after.payment = Payment(on=step.on, amount_vnd=given.amount_vnd or 0, receipt=given.document)
        file.payments = [*file.payments, after.payment]
    elif step.kind == StepKind.REMEDY:
        after.remedies = _carried_out(file, step, given)
    file.case.state = state
    after.deadlines = [deadline.as_row() for deadline in file.deadlines()]
    after.fine_vnd = file.fine_vnd
    after.paid_vnd = sum(row.amount_vnd for row in file.payments)
    after.closed_on = step.on if state in SETTLED else None
    return after


def _ordered(file: CaseFile, given: StepInput) -> list[Remedy]:
    """Return the measures that a decision orders: those entered, else those that the rules charged provide."""
    if given.remedies is not None:
        return [Remedy(text=text[:400], due_on=due) for text, due in given.remedies]
    if given.kind == StepKind.NO_PENALTY:
        return []
    texts = dict.fromkeys(str(text) for charge in file.charges for text in charge.remedies)
    return [Remedy(text=text[:400]) for text in texts]


def _carried_out(file: CaseFile, step: Step, given: StepInput) -> list[Remedy]:
    """Mark the measures named (all open ones if none is) as carried out. Raises StepRefused for an unknown one."""
    chosen = [row for row in file.open_remedies if not given.carried_out or row.pk in given.carried_out]
    if len(chosen) < len(set(given.carried_out)):
        raise refuse(step.kind, _("A measure named here is not open in this case."))
    for remedy in chosen:
        remedy.done_on, remedy.note = step.on, given.note[:400]
    return chosen


def _share_out(charges: Sequence[Charge], total: int, given: StepInput) -> list[Charge]:
    """Spread the decided *total* over the charges: as entered, as proposed if it is their sum, else equally high."""
    known = [charge for charge in charges if charge.min_vnd is not None and charge.max_vnd is not None]
    if given.charges:
        for charge in charges:
            charge.decided_vnd = given.charges.get(charge.pk, 0)
    elif total == sum(charge.proposed_vnd or 0 for charge in known):
        for charge in charges:
            charge.decided_vnd = charge.proposed_vnd or 0
    else:
        _spread(_fined(known, total), total)
        for charge in charges:
            charge.decided_vnd = charge.decided_vnd or 0
    return list(charges)


def _fined(charges: Sequence[Charge], total: int) -> list[Charge]:
    """Return the charges that *total* fines; of a sum too small for all, the cheapest are warned for."""
    left = sorted(charges, key=lambda charge: charge.min_vnd or 0)
    for charge in list(left):
        if total < sum(row.min_vnd or 0 for row in left) and charge.rule.warning:
            left.remove(charge)
    return left


def _spread(charges: Sequence[Charge], total: int) -> None:
    """Set amounts that stand equally high in each frame and add up to *total*."""
    lowest = sum(charge.min_vnd or 0 for charge in charges)
    width = sum(charge.max_vnd or 0 for charge in charges) - lowest
    height = (total - lowest) / width if width else 0.0
    left = total
    for charge in charges[:-1]:
        least, most = charge.min_vnd or 0, charge.max_vnd or 0
        charge.decided_vnd = round(least + (most - least) * height)
        left -= charge.decided_vnd
    for charge in charges[-1:]:
        charge.decided_vnd = left


# --- Annulling --------------------------------------------------------------------------------------------------------


def _annul(actor: User, file: CaseFile, given: StepInput, reason: str, moment: datetime) -> Step:
    """Annul a step, the last by default, if the others still follow from each other without it."""
    standing = file.standing_steps
    wanted = [step for step in standing if given.step is None or step.pk == given.step]
    why = reason or given.note
    if not wanted or not why.strip():
        raise refuse(
            StepKind.ANNUL,
            _("Name the step to annul and give a reason (%(clause)s).") % {"clause": CLAUSES[StepKind.ANNUL]},
        )
    step = wanted[-1]
    rest = [row for row in standing if row is not step]
    state = replay((row.kind, _reached_by(row, file)) for row in rest)
    later = after_it(step, standing)
    rested_upon = step.kind not in SIDE_BY_SIDE and any(row.kind not in SIDE_BY_SIDE for row in later)
    sent = step.kind == StepKind.TRANSFER and file.case.continued_by.exists()
    if state is None or rested_upon or sent:
        words = _("Later steps rest on this one; annul them first (%(clause)s).")
        if sent:
            words = _("The file was taken over by another authority, which must send it back (%(clause)s).")
        raise refuse(StepKind.ANNUL, words % {"clause": CLAUSES[StepKind.ANNUL]})
    reopened = _undo(file, step)
    file.steps = rest
    file.payments = [row for row in file.payments if row.step_id != step.pk]
    file.remedies = [row for row in file.remedies if row.step_id != step.pk]
    file.case.state = state
    judge(file)
    after = Consequences(
        state=state,
        deadlines=[deadline.as_row() for deadline in file.deadlines()],
        charges=file.charges if step.kind == StepKind.DECISION else (),
        remedies=reopened,
        fine_vnd=file.fine_vnd,
        paid_vnd=sum(row.amount_vnd for row in file.payments),
        closed_on=file.case.closed_on if state in SETTLED else None,
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
    reopened = [remedy for remedy in file.remedies if remedy.done_by_id == step.pk]
    for remedy in reopened:
        remedy.done_on, remedy.done_by, remedy.note = None, None, ""
    return reopened
