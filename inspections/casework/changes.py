"""What changes in an open case beside its steps: charges, circumstances, complexity, time to explain, the officer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from infra import formats
from infra.access import Role, scope_of
from infra.models import User
from inspections.casework.guards import CLAUSES
from inspections.casework.opening import charge_of
from inspections.casework.penalties import Frame, frames_on, proposed_amount
from inspections.casework.situation import SETTLED, CaseFile, judge, open_file
from inspections.casework.steps import check_person, may_run
from inspections.models import AnswerKind, AnswerState, CaseAnswer, Charge, StepKind, ViolationCase
from inspections.services.cases import case_change, case_hand_over, case_lock


class CannotChange(ValueError):
    """The change is not lawful now; the message says why and cites the rule."""


@dataclass(frozen=True)
class ChargeChange:
    """What an officer changes in one charge; None leaves a member as it is."""

    charge: int
    mitigating: Sequence[str] | None = None
    aggravating: Sequence[str] | None = None
    amount_vnd: int | None = None


def charges_change(
    *,
    actor: User,
    case: ViolationCase,
    changes: Iterable[ChargeChange] = (),
    add: Sequence[str] = (),
    remove: Iterable[int] = (),
    reason: str = "",
    at: datetime | None = None,
) -> ViolationCase:
    """Change circumstances and proposed amounts, add charges by rule, take some out; before a decision only.

    Circumstances move the proposal; an amount overrules it and must lie inside the frame. Raises CannotChange or
    PermissionError.
    """
    with transaction.atomic():
        file = _undecided(actor, case)
        gone = set(remove)
        by_id = {charge.pk: charge for charge in file.charges}
        unknown = (gone | {change.charge for change in changes}) - set(by_id)
        if unknown:
            raise CannotChange(_("Charge %(id)s does not belong to this case.") % {"id": min(unknown)})
        touched = [_changed(by_id[change.charge], change) for change in changes]
        fresh = _added(file, add)
        if not (set(by_id) - gone) and not fresh and file.has_record:
            raise CannotChange(
                _("A recorded case charges one behaviour at least (%(clause)s).") % _clause(StepKind.RECORD)
            )
        file.charges = [charge for charge in file.charges if charge.pk not in gone] + fresh
        return _store(
            actor,
            file,
            "case.charges",
            reason or _("Charges changed"),
            charges=[charge for charge in touched if charge.pk not in gone],
            new_charges=fresh,
            gone_charges=[by_id[pk] for pk in sorted(gone)],
            at=at,
        )


def _undecided(actor: User, case: ViolationCase) -> CaseFile:
    """Return the locked file of a case whose facts may still change."""
    locked = case_lock(case.pk)
    check_person(actor, locked)
    file = open_file(locked)
    if file.decision is not None or locked.state in SETTLED:
        words = _("The case is decided; annul the decision before changing it (%(clause)s).")
        raise CannotChange(words % _clause(StepKind.ANNUL))
    return file


def _clause(kind: str) -> dict[str, str]:
    return {"clause": CLAUSES[kind]}


def _changed(charge: Charge, change: ChargeChange) -> Charge:
    if change.mitigating is not None:
        charge.mitigating = [text[:255] for text in change.mitigating]
    if change.aggravating is not None:
        charge.aggravating = [text[:255] for text in change.aggravating]
    frame = Frame(charge.rule, charge.min_vnd, charge.max_vnd)
    if change.amount_vnd is None:
        charge.proposed_vnd = proposed_amount(frame, len(charge.mitigating), len(charge.aggravating))
    elif not frame.allows(change.amount_vnd):
        message = _("%(amount)s lies outside the frame of %(low)s to %(high)s (%(rules)s).")
        raise CannotChange(
            message
            % {
                "amount": formats.vnd(change.amount_vnd),
                "low": formats.vnd(frame.min_vnd or 0),
                "high": formats.vnd(frame.max_vnd or 0),
                "rules": charge.rule_code,
            }
        )
    else:
        charge.proposed_vnd = change.amount_vnd
    return charge


def _added(file: CaseFile, codes: Sequence[str]) -> list[Charge]:
    day = file.case.violation_on or file.case.detected_on
    present = {charge.rule_code for charge in file.charges}
    frames, unknown = frames_on([code for code in codes if code not in present], file.case.party, day, file.book)
    if unknown:
        message = _("No rule %(rules)s is in force on %(day)s.")
        raise CannotChange(message % {"rules": ", ".join(unknown), "day": formats.day(day)})
    return [charge_of(frame) for frame in frames]


def case_set_complex(*, actor: User, case: ViolationCase, is_complex: bool, reason: str) -> ViolationCase:
    """Say that a case is especially serious or complex, which gives two months to decide; or that it is not."""
    with transaction.atomic():
        file = _undecided(actor, case)
        if not reason.strip():
            words = _("Give the reason why the case is complex (%(clause)s).")
            raise CannotChange(words % _clause(StepKind.DECISION))
        file.case.is_complex = is_complex
        file.case.complex_reason = reason[:400] if is_complex else ""
        return _store(actor, file, "case.complex", reason, is_complex=is_complex)


def extension_grant(*, actor: User, answer: CaseAnswer, days: int, reply: str = "") -> ViolationCase:
    """Give the party more working days to explain in writing, as many as the clock allows. Raises CannotChange."""
    with transaction.atomic():
        file = _undecided(actor, answer.case)
        record = file.latest(StepKind.RECORD)
        clock = file.book.clock(record.on, "written_explanation", law_field=file.case.field) if record else None
        most = clock.extension or 0 if clock else 0
        if not file.explanation_right or clock is None or most == 0:
            words = _("The time to explain cannot be extended in this case (%(clause)s).")
            raise CannotChange(words % _clause(StepKind.EXPLANATION))
        if not 1 <= days <= most:
            many = ngettext("At most %(n)s more day (%(basis)s).", "At most %(n)s more days (%(basis)s).", most)
            raise CannotChange(many % {"n": most, "basis": clock.legal_basis})
        file.case.explanation_extension = days
        answer.state, answer.granted_days, answer.reply = AnswerState.ACCEPTED, days, reply
        words = _("More time to explain granted")
        return _store(actor, file, "case.extension", words, answer=answer, days=days)


def answer_refuse(*, actor: User, answer: CaseAnswer, reply: str) -> CaseAnswer:
    """Refuse what the party asked for, with the reason that the party reads."""
    with transaction.atomic():
        locked = case_lock(answer.case_id)
        check_person(actor, locked)
        if answer.state != AnswerState.OPEN:
            raise CannotChange(_("This was answered already."))
        if not reply.strip():
            raise CannotChange(_("Tell the party why."))
        answer.state, answer.reply = AnswerState.REFUSED, reply
        _store(actor, open_file(locked), "case.refused", _("Request of the party refused"), answer=answer)
    return answer


def answer_accept(*, actor: User, answer: CaseAnswer, days: int | None = None, reply: str = "") -> CaseAnswer:
    """Accept a request. More time is granted at once; what needs a step of the procedure is taken up by that step."""
    check_person(actor, answer.case)
    if answer.state != AnswerState.OPEN:
        raise CannotChange(_("This was answered already."))
    if answer.kind == AnswerKind.EXTENSION:
        extension_grant(actor=actor, answer=answer, days=days or 5, reply=reply)
        return answer
    if answer.kind != AnswerKind.OTHER:
        raise CannotChange(_("Take it up by the step it asks for."))
    with transaction.atomic():
        locked = case_lock(answer.case_id)
        check_person(actor, locked)
        answer.state, answer.reply = AnswerState.ACCEPTED, reply
        _store(actor, open_file(locked), "case.accepted", _("Answer of the party noted"), answer=answer)
    return answer


def _store(actor: User, file: CaseFile, kind: str, reason: str, **changes: Any) -> ViolationCase:
    judge(file)
    return case_change(
        actor=actor,
        case=file.case,
        kind=kind,
        reason=reason,
        deadlines=[deadline.as_row() for deadline in file.deadlines()],
        paid_vnd=sum(row.amount_vnd for row in file.payments),
        **changes,
    )


# --- Who runs the case ------------------------------------------------------------------------------------------------


def may_take(officer: User, case: ViolationCase) -> bool:
    """Tell whether *officer* may be given *case*."""
    return may_run(officer, authority_id=case.authority_id, unit_id=case.unit_id, field=case.field)


def cases_hand_over(
    *, actor: User, cases: Iterable[int], to: User, reason: str, at: datetime | None = None
) -> list[ViolationCase]:
    """Give open cases to another officer, all or none; each is an act of its own. Returns the cases that moved.

    Raises CannotChange where *to* may not run one of them, PermissionError where *actor* may not hand one over.
    """
    if not reason.strip():
        raise CannotChange(_("Give the reason for the hand-over."))
    moved: list[ViolationCase] = []
    with transaction.atomic():
        for pk in sorted(set(cases)):
            case = case_lock(pk)
            _check_hand_over(actor, case)
            if not may_take(to, case):
                raise CannotChange(
                    _("%(person)s may not run case %(number)s: another place or field.")
                    % {"person": to, "number": case.number}
                )
            if case.officer_id != to.pk:
                moved.append(case_hand_over(actor=actor, case=case, officer=to, reason=reason, at=at or timezone.now()))
    return moved


def _check_hand_over(actor: User, case: ViolationCase) -> None:
    """The officers of the case's place and field, and the managers of its authority, hand cases over."""
    if not may_take(actor, case) and not manages(actor, case):
        raise PermissionError(_("None of your memberships lets you hand over this case."))


def manages(person: User, case: ViolationCase) -> bool:
    """Tell whether *person* is a manager or administrator of the case's authority, in its place and field."""
    return ViolationCase.objects.visible_to(person).filter(pk=case.pk).exists() and _leads(person, case.authority_id)


def _leads(person: User, authority_id: int) -> bool:
    scope = scope_of(person)
    roles = {Role.MANAGER, Role.ADMINISTRATOR}
    return scope.everything or any(grant.role in roles and grant.authority_id == authority_id for grant in scope.grants)
