"""What the page of one case shows: stages, lawful next steps with their forms, charges, competence, answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra import formats
from infra.models import Authority
from inspections.casework.answers import STEP_FOR, in_time
from inspections.casework.deadlines import Deadline
from inspections.casework.situation import CaseFile
from inspections.casework.steps import default_office
from inspections.casework.told import CaseView, NextStep
from inspections.forms.steps import StepContext, StepForm, blank_form
from inspections.models import (
    AnswerKind,
    AnswerState,
    CaseAnswer,
    CaseDocument,
    CaseState,
    Charge,
    DocumentState,
    FormCode,
    StepKind,
    ViolationCase,
)
from inspections.pages.timeline import ICONS
from inspections.pages.words import deadline_name, deadline_tone, time_left
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
#: what the button of a step says; the others say "Enter"
VERBS = {
    StepKind.RECORD: gettext_lazy("Write the record"),
    StepKind.DECISION: gettext_lazy("Write the decision"),
    StepKind.VERIFICATION: gettext_lazy("Write"),
    StepKind.HEARING: gettext_lazy("Write"),
    StepKind.TRANSFER: gettext_lazy("Transfer"),
    StepKind.CLOSE: gettext_lazy("Close"),
    StepKind.PAYMENT: gettext_lazy("Enter payment"),
}


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
    clocks: str
    verb: str
    answer: CaseAnswer | None


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


@dataclass(frozen=True)
class Said:
    """Something the party wrote: in time or late, and how the authority takes it up."""

    answer: CaseAnswer
    tone: str
    words: str
    step: str
    step_name: str


@dataclass(frozen=True)
class PaperLine:
    """A paper of the case, or a form that may be drafted."""

    title: str
    words: str
    form: str
    row: CaseDocument | None
    is_issued: bool


def stages_of(file: CaseFile, deadlines: Sequence[Deadline]) -> list[Stage]:
    """Return the stepper: done, skipped, now, nothing yet; with dates or how long there is."""
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


def following_of(deadlines: Iterable[Deadline], file: CaseFile) -> dict[str, str] | None:
    """Return the next deadline for the heading's tag."""
    row = next((row for row in deadlines if row.is_open and not row.is_right), None)
    if row is None or file.case.state in (CaseState.CLOSED, CaseState.TIME_BARRED):
        return None
    words = f"{deadline_name(row.name)}: {time_left(row.due, file.today)}"
    return {"tone": deadline_tone(row.due, file.today), "words": words}


def context_of(file: CaseFile, told: CaseView) -> StepContext:
    """Return what the forms of the steps offer."""
    left = told.account.due_vnd + told.account.interest_vnd
    amounts = {StepKind.DECISION: total_of(file), StepKind.PAYMENT: left}
    written = {str(kind): formats.number(amount) for kind, amount in amounts.items() if amount}
    for charge in file.charges:
        if charge.proposed_vnd is not None:
            written[f"charge_{charge.pk}"] = formats.number(charge.proposed_vnd)
    texts = dict.fromkeys(str(text) for charge in file.charges for text in charge.remedies)
    return StepContext(
        offices=file.offices,
        competent=file.competent,
        receivers=_receivers(file),
        charges=file.charges,
        open_remedies=file.open_remedies,
        proposed_remedies=list(texts),
        due_vnd=told.account.due_vnd,
        amounts=written,
        office=default_office(file.competent),
    )


def _receivers(file: CaseFile) -> list[tuple[str, str]]:
    """Return who a file may go to: offices that may decide here, other authorities of this installation."""
    offices = [(row.code, row.title) for row in file.competent]
    others = Authority.objects.exclude(pk=file.case.authority_id).select_related("organization").order_by("code")
    return [*offices, *((row.code, str(row.organization)) for row in others[:50])]


def offers_of(
    file: CaseFile, told: CaseView, answers: Sequence[CaseAnswer], offers: StepContext, bound: StepForm | None
) -> list[Offer]:
    """Return the lawful next steps, the one that moves the case on first; *bound* came back with what is wrong."""
    main = next((step.kind for kind in MAIN_STEPS for step in told.next_steps if step.kind == kind), None)
    waiting = {STEP_FOR.get(answer.kind): answer for answer in reversed(answers) if answer.state == AnswerState.OPEN}
    found = []
    for step in told.next_steps:
        is_open = bound is not None and bound.prefix == step.kind
        form = bound if is_open and bound is not None else blank_form(step, offers, file.today)
        answer = waiting.get(step.kind)
        found.append(
            Offer(
                step=step,
                form=form,
                icon=ICONS.get(step.kind, "point"),
                is_main=step.kind == main,
                is_open=is_open,
                words=_offer_words(step),
                clocks=_clock_words(step),
                verb=str(VERBS.get(StepKind(step.kind), _("Enter"))),
                answer=answer,
            )
        )
    return sorted(found, key=lambda offer: not offer.is_main)


def _offer_words(step: NextStep) -> str:
    form = _("Form %(code)s") % {"code": step.form.printed_code} if step.form else ""
    due = _("by %(day)s") % {"day": formats.day(step.due)} if step.due else ""
    reason = _("the reason is to be given") if "note" in step.needs and not form else ""
    return ", ".join(word for word in (form, due, reason) if word)


def _clock_words(step: NextStep) -> str:
    """Say which clocks the step starts, stops and moves."""
    parts = []
    for names, words in (
        (step.effect.starts, _("starts: %(names)s")),
        (step.effect.stops, _("stops: %(names)s")),
        (step.effect.moves, _("moves: %(names)s")),
    ):
        if names:
            parts.append(words % {"names": ", ".join(deadline_name(name).lower() for name in names)})
    return "; ".join(parts)


def total_of(file: CaseFile) -> int:
    """Return the sum decided, or proposed before a decision."""
    if file.fine_vnd is not None:
        return file.fine_vnd
    return sum(charge.proposed_vnd or 0 for charge in file.charges)


def bar_of(charge: Charge, *, is_staff: bool) -> Bar:
    """Return a charge as it is drawn; the party sees no proposal."""
    amount = charge.decided_vnd
    if amount is None and is_staff:
        amount = charge.proposed_vnd
    if amount is None or charge.min_vnd is None or charge.max_vnd is None or charge.max_vnd == charge.min_vnd:
        return Bar(charge, amount, None)
    part = (amount - charge.min_vnd) / (charge.max_vnd - charge.min_vnd)
    return Bar(charge, amount, round(2 + 96 * max(0.0, min(1.0, part)), 1))


def offices_of(file: CaseFile) -> list[Office]:
    """Return who may fine how much here, and who does or is proposed to."""
    enough = {office.code for office in file.competent}
    chosen = file.decision.fine_authority if file.decision else default_office(file.competent)
    return [
        Office(
            office=office,
            title=office.title,
            enough=office.code in enough,
            chosen=office.code == chosen,
        )
        for office in file.offices
    ]


def said_of(answers: Sequence[CaseAnswer], told: CaseView) -> list[Said]:
    """Return what the party wrote, newest first, with whether it came in time and what takes it up."""
    deadlines = {row.name: row for row in told.deadlines}
    lawful = {step.kind: step.name for step in told.next_steps}
    rows = []
    for answer in reversed(answers):
        punctual = in_time(answer, deadlines)
        tone, words = "", ""
        if punctual is not None:
            tone, words = ("compliant", _("in time")) if punctual else ("overdue", _("late"))
        step = STEP_FOR.get(answer.kind, "") if answer.state == AnswerState.OPEN else ""
        rows.append(Said(answer, tone, words, step if step in lawful else "", lawful.get(step, "")))
    return rows


def permits_frozen(case: ViolationCase) -> list[dict[str, Any]]:
    """Return number and expiry of the permits as the register had them when the case was opened."""
    permits = (case.evidence.get("register") or {}).get("permits", [])
    return [
        {"number": row["number"], "expires_on": date.fromisoformat(row["expires_on"]) if row["expires_on"] else None}
        for row in permits
    ]


def photos_frozen(case: ViolationCase) -> list[dict[str, str]]:
    """Return the photos frozen into the case, with the address of each."""
    visit = case.evidence.get("inspection")
    if not visit or case.inspection_id is None:
        return []
    return [
        {"url": reverse("inspections:inspection-photo", args=[visit["uuid"], photo["sha256"]]), "item": photo["item"]}
        for photo in case.evidence.get("photos") or []
    ]


def rules_after_decision(file: CaseFile) -> list[dict[str, str]]:
    """Return what the law says about the time after a decision, in the words of its clocks."""
    icons = {"payment": "calendar-due", "late_interest": "percentage", "execution_limitation": "hourglass"}
    rows = []
    for name, icon in icons.items():
        clock = file.book.clock(file.today, name)
        if clock is not None:
            rows.append({"icon": icon, "text": clock.name, "basis": clock.legal_basis})
    return rows


def papers_of(file: CaseFile, told: CaseView, *, is_staff: bool) -> list[PaperLine]:
    """Return the papers of the case; for the authority also the forms of the lawful next steps, as drafts."""
    rows = CaseDocument.objects.filter(case=file.case).exclude(state=DocumentState.VOID).select_related("original")
    lines = [_paper_line(row, told.forms.get(row.form)) for row in rows.order_by("dated", "id")]
    if not is_staff:
        return [line for line in lines if line.form.startswith(("MBB", "MQD", "TB"))]
    written = {line.form for line in lines}
    main = [step for step in told.next_steps if step.form and step.form_code not in written]
    drafts = [step.form for step in main if step.kind in (StepKind.RECORD, StepKind.DECISION)]
    for form in drafts:
        if form is not None:
            words = _("%(code)s, draft") % {"code": form.printed_code}
            lines.append(PaperLine(form.name, words, form.code, None, is_issued=False))
    return lines


def _paper_line(row: CaseDocument, form: FormCode | None) -> PaperLine:
    code = form.printed_code if form else row.form
    issued = row.state == DocumentState.ISSUED
    words = _("%(code)s, signed original of %(day)s") if issued else _("%(code)s of %(day)s")
    title = f"{form.name if form else row.form} {row.number}"
    return PaperLine(title, words % {"code": code, "day": formats.day(row.dated)}, row.form, row, issued)


def beside_forms(told: CaseView) -> list[FormCode]:
    """Return the forms that may be numbered beside the steps."""
    return [
        form for form in told.forms.values() if form.series and form.step in ("", "verification", "serve", "enforce")
    ]


def answer_kinds(file: CaseFile) -> list[tuple[str, str]]:
    """Return what the party may say now: what fits the state of its case, then the rest."""
    before = [AnswerKind.EXPLANATION, AnswerKind.HEARING, AnswerKind.EXTENSION]
    after = [
        AnswerKind.PAYMENT,
        AnswerKind.REMEDY,
        AnswerKind.INSTALMENTS,
        AnswerKind.POSTPONEMENT,
        AnswerKind.REDUCTION,
        AnswerKind.COMPLAINT,
    ]
    chosen = [*after, AnswerKind.OTHER] if file.decision is not None else [*before, AnswerKind.OTHER]
    return [(str(kind), str(kind.label)) for kind in chosen]
