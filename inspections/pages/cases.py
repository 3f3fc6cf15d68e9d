"""The page of one case: time line, lawful next steps, charges, competence, the party's answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission, scope_of
from infra.pages.guard import needs
from inspections.casework.answers import is_party
from inspections.casework.deadlines import Deadline
from inspections.casework.situation import CaseFile, open_file
from inspections.casework.steps import default_office, may_run
from inspections.casework.told import CaseView, NextStep, tell
from inspections.casework.transitions import ENDS
from inspections.forms.steps import StepForm, blank_form
from inspections.models import CaseState, Charge, StepKind, ViolationCase
from inspections.pages.timeline import ICONS, timeline_of
from inspections.pages.words import deadline_name, deadline_tone, time_left
from inspections.selectors.cases import answers_to, objects_of
from inspections.selectors.law import Competence

#: stage of the procedure -> states that stand in it, kind of step that begins it
STAGES = (
    (gettext_lazy("Detected"), (CaseState.DETECTED,), None),
    (gettext_lazy("Record"), (CaseState.RECORDED,), StepKind.RECORD),
    (gettext_lazy("Explanation"), (CaseState.EXPLAINING,), StepKind.EXPLANATION),
    (gettext_lazy("Decision"), (CaseState.DECIDED, CaseState.NO_PENALTY, CaseState.TRANSFERRED), StepKind.DECISION),
    (gettext_lazy("Service"), (CaseState.SERVED,), StepKind.SERVE),
    (gettext_lazy("Execution"), (CaseState.EXECUTING, CaseState.ENFORCING), StepKind.PAYMENT),
    (gettext_lazy("Closed"), (CaseState.CLOSED, CaseState.TIME_BARRED), StepKind.CLOSE),
)
#: what moves the case on is the filled button; the rest stands beside it
MAIN_STEPS = (StepKind.RECORD, StepKind.DECISION, StepKind.SERVE, StepKind.PAYMENT, StepKind.CLOSE)


@dataclass(frozen=True)
class Stage:
    """One stop of the stepper."""

    number: int
    name: str
    state: str
    words: str
    is_current: bool


@dataclass(frozen=True)
class Offer:
    """A lawful next step with its form."""

    step: NextStep
    form: StepForm
    icon: str
    is_main: bool
    is_open: bool
    words: str


@dataclass(frozen=True)
class Bar:
    """A charge drawn in its frame; ``percent`` is the amount's place on the width, from 2 (least) to 98 (most)."""

    charge: Charge
    amount: int | None
    percent: float | None


@dataclass(frozen=True)
class Office:
    """One line of the table of competence."""

    office: Competence
    title: str
    enough: bool
    chosen: bool


def find(request: HttpRequest, pk: int) -> ViolationCase:
    """Return the case the person may see. Raises Http404 for strangers."""
    rows = ViolationCase.objects.visible_to(request.user).select_related(
        "authority", "organization", "person", "unit", "officer", "inspection__inspector"
    )
    case = rows.filter(pk=pk).first()
    if case is None:
        raise Http404
    return case


@require_safe
@needs(Permission.SEE_CASES)
def case_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one case."""
    return show_case(request, find(request, pk))


def show_case(
    request: HttpRequest, case: ViolationCase, bound: StepForm | None = None, status: int = 200
) -> HttpResponse:
    """Answer with the page of *case*; *bound* is a step's form that came back with what is wrong in it."""
    scope = scope_of(request.user)
    is_staff = scope.is_staff()
    file = open_file(case)
    told = tell(file)
    runs = may_run(request.user, authority_id=case.authority_id, unit_id=case.unit_id, field=case.field)  # type: ignore[arg-type]
    following = next((row for row in told.deadlines if row.is_open and not row.is_right), None)
    context = {
        "case": case,
        "file": file,
        "told": told,
        "is_staff": is_staff,
        "runs": runs,
        "names_person": scope.can(Permission.RUN_CASES),
        "may_answer": is_party(request.user, case) and case.state not in ENDS,  # type: ignore[arg-type]
        "stages": _stages(file, told.deadlines),
        "following": _following(following, file),
        "timeline": timeline_of(file, told.deadlines, with_notes=is_staff),
        "offers": _offers(file, told, bound) if runs else [],
        "bars": [_bar(charge, is_staff=is_staff) for charge in file.charges],
        "total": _total(file) if is_staff else file.fine_vnd,
        "offices": _offices(file) if is_staff else [],
        "answers": answers_to(case),
        "objects": objects_of(case, request.user),
        "permits": _permits_frozen(case),
        "after_decision": _rules_after_decision(file),
    }
    return render(request, "inspections/case.html", context, status=status)


def _stages(file: CaseFile, deadlines: Sequence[Deadline]) -> list[Stage]:
    current = next(n for n, (_name, states, _kind) in enumerate(STAGES) if file.case.state in states)
    dates = {step.kind: step.on for step in file.standing_steps}
    decision = next((row.due for row in deadlines if row.name == "decision" and row.is_open), None)
    stages = []
    for number, (name, _states, kind) in enumerate(STAGES):
        on = file.case.detected_on if kind is None else dates.get(kind)
        words = formats.day(on) if on else ""
        if not words and kind == StepKind.DECISION and decision is not None:
            words = _("by %(day)s") % {"day": formats.day(decision)}
        state = _stage_state(number, current, on is not None, file)
        stages.append(Stage(number + 1, str(name), state, words, number == current))
    return stages


def _stage_state(number: int, current: int, is_dated: bool, file: CaseFile) -> str:
    """Return how a stop of the stepper is drawn: done, skipped, now or nothing yet."""
    if number == current and file.case.closed_on is None:
        return "now"
    if number > current:
        return ""
    return "done" if is_dated or number == current else "skipped"


def _following(row: Deadline | None, file: CaseFile) -> dict[str, str] | None:
    """Return the next deadline for the heading's tag."""
    if row is None or file.case.state in (CaseState.CLOSED, CaseState.TIME_BARRED):
        return None
    words = f"{deadline_name(row.name)}: {time_left(row.due, file.today)}"
    return {"tone": deadline_tone(row.due, file.today), "words": words}


def _offers(file: CaseFile, told: CaseView, bound: StepForm | None) -> list[Offer]:
    amounts, office = _initial_amounts(file, told), default_office(file.competent)
    main = next((step.kind for kind in MAIN_STEPS for step in told.next_steps if step.kind == kind), None)
    offers = []
    for step in told.next_steps:
        is_open = bound is not None and bound.prefix == step.kind
        initial = {"authority": office, "amount_vnd": amounts.get(step.kind, "")}
        form = bound if is_open and bound is not None else blank_form(step, file.today, file.competent, initial)
        icon = ICONS.get(step.kind, "point")
        offers.append(Offer(step, form, icon, step.kind == main, is_open, _offer_words(step)))
    return sorted(offers, key=lambda offer: not offer.is_main)


def _offer_words(step: NextStep) -> str:
    form = step.form.printed_code if step.form else ""
    due = _("by %(day)s") % {"day": formats.day(step.due)} if step.due else ""
    return " · ".join(word for word in (form, due) if word)


def _initial_amounts(file: CaseFile, told: CaseView) -> dict[str, str]:
    """Return kind of step -> the amount to put into its form."""
    left = told.account.due_vnd + told.account.interest_vnd
    amounts = {StepKind.DECISION: _total(file), StepKind.PAYMENT: left}
    return {kind: formats.number(amount) for kind, amount in amounts.items() if amount}


def _total(file: CaseFile) -> int:
    """Return the sum decided, or proposed before a decision."""
    if file.fine_vnd is not None:
        return file.fine_vnd
    return sum(charge.proposed_vnd or 0 for charge in file.charges)


def _bar(charge: Charge, *, is_staff: bool) -> Bar:
    amount = charge.decided_vnd
    if amount is None and is_staff:
        amount = charge.proposed_vnd
    if amount is None or charge.min_vnd is None or charge.max_vnd is None or charge.max_vnd == charge.min_vnd:
        return Bar(charge, amount, None)
    part = (amount - charge.min_vnd) / (charge.max_vnd - charge.min_vnd)
    return Bar(charge, amount, round(2 + 96 * part, 1))


def _offices(file: CaseFile) -> list[Office]:
    enough = {office.code for office in file.competent}
    decisions = [step for step in file.standing_steps if step.kind == StepKind.DECISION]
    chosen = decisions[-1].fine_authority if decisions else default_office(file.competent)
    english = get_language() == "en"
    return [
        Office(
            office=office,
            title=office.title_en if english else office.title_vi,
            enough=office.code in enough,
            chosen=office.code == chosen,
        )
        for office in file.offices
    ]


def _permits_frozen(case: ViolationCase) -> list[dict[str, Any]]:
    """Return number and expiry of the permits as the register had them when the case was opened."""
    permits = case.evidence.get("register", {}).get("permits", [])
    return [
        {"number": row["number"], "expires_on": date.fromisoformat(row["expires_on"]) if row["expires_on"] else None}
        for row in permits
    ]


def _rules_after_decision(file: CaseFile) -> list[dict[str, str]]:
    """Return what the law says about the time after a decision, in the words of its clocks."""
    icons = {"payment": "calendar-due", "late_interest": "percentage", "execution_limitation": "hourglass"}
    rows = []
    for name, icon in icons.items():
        clock = file.book.clock(file.today, name)
        if clock is not None:
            rows.append({"icon": icon, "text": clock.name, "basis": clock.legal_basis})
    return rows
