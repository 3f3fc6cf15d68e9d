"""The time line of a case: what was done, what was due, today, what is still to come."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from infra import formats
from inspections.casework.deadlines import Deadline
from inspections.casework.reasoning import in_sentences, parts_of
from inspections.casework.situation import CaseFile
from inspections.casework.working_days import WorkingCalendar
from inspections.models import FormCode, Step, StepKind
from inspections.pages.words import deadline_name, time_left
from inspections.selectors.law import forms_by_code

Mark = Literal["done", "missed", "now", "ahead", "annulled"]

ICONS: dict[str, str] = {
    StepKind.RECORD: "file-text",
    StepKind.EXPLANATION_REQUEST: "message-circle",
    StepKind.EXPLANATION: "mail-opened",
    StepKind.HEARING: "users",
    StepKind.VERIFICATION: "search",
    StepKind.TRANSFER: "arrows-right-left",
    StepKind.DECISION: "gavel",
    StepKind.NO_PENALTY: "ban",
    StepKind.SERVE: "send",
    StepKind.PAYMENT: "cash",
    StepKind.INSTALMENTS: "calendar-dollar",
    StepKind.POSTPONE: "clock-pause",
    StepKind.REDUCE: "trending-down",
    StepKind.REMEDY: "tool",
    StepKind.ENFORCE: "alert-triangle",
    StepKind.COMPLAINT: "message-report",
    StepKind.LAWSUIT: "scale",
    StepKind.CLOSE: "circle-check",
}
DEADLINE_ICONS = {
    "decision": "gavel",
    "serve": "send",
    "payment": "cash",
    "hearing_notice": "users",
    "instalment": "calendar-dollar",
    "remedy": "tool",
    "limitation": "hourglass",
    "execution_limitation": "hourglass",
}
#: a strip longer than this is no help; the sentence says it
STRIP_DAYS = 24


@dataclass(frozen=True)
class Cell:
    """One day of a calendar strip."""

    weekday: str
    day: str
    foot: str
    kind: str
    title: str


@dataclass(frozen=True)
class Entry:
    """One line of the time line. ``reason`` says how a date was counted, ``cautions`` what spoke against a step."""

    on: date
    title: str
    icon: str
    mark: Mark
    lines: tuple[str, ...] = ()
    reason: str = ""
    cautions: tuple[str, ...] = ()
    strip: tuple[Cell, ...] = ()
    is_next: bool = False
    step: Step | None = None
    order: int = field(default=0)


def timeline_of(file: CaseFile, deadlines: Sequence[Deadline], *, with_notes: bool) -> list[Entry]:
    """Return the case's time line in order of days; notes are the authority's own."""
    case = file.case
    entries = [Entry(case.detected_on, _("Detected"), "eye-search", "done", (case.summary,) if case.summary else ())]
    forms = forms_by_code(file.today)
    entries += [_of_step(step, forms, with_notes=with_notes) for step in file.steps]
    following = next((row for row in deadlines if row.is_open and not row.is_right), None)
    told = [row for row in deadlines if _is_told(row)]
    entries += [_of_deadline(row, file.today, file.calendar, is_next=row is following) for row in told]
    if not file.case.closed_on:
        entries.append(Entry(file.today, _("Today"), "clock", "now", order=5))
    return sorted(entries, key=lambda entry: (entry.on, entry.order))


def _is_told(row: Deadline) -> bool:
    """A deadline that was met needs no line of its own beside the step that met it."""
    return row.is_open or row.name == "hearing_request"


def _of_step(step: Step, forms: dict[str, FormCode], *, with_notes: bool) -> Entry:
    form = forms.get(step.form)
    facts = [form.printed_code if form else step.form, step.document]
    if step.amount_vnd is not None:
        facts.append(formats.vnd(step.amount_vnd))
    lines = [" · ".join(part for part in facts if part)]
    if with_notes:
        lines.append(step.note)
    if step.annulled_at:
        lines.append(_("Annulled: %(reason)s") % {"reason": step.annulled_reason} if with_notes else _("Annulled"))
    mark: Mark = "annulled" if step.annulled_at else "done"
    told = tuple(line for line in lines if line)
    cautions = tuple(step.details.get("cautions", [])) if with_notes else ()
    icon = ICONS.get(step.kind, "point")
    return Entry(step.on, step.get_kind_display(), icon, mark, told, cautions=cautions, step=step, order=1)


def _of_deadline(row: Deadline, today: date, calendar: WorkingCalendar, *, is_next: bool) -> Entry:
    clock, *counted = parts_of(row.basis(), row.due, [day.as_json() for day in row.term.skipped])
    late = row.is_open and row.due < today and not row.is_right
    mark: Mark = "missed" if late else ("ahead" if row.is_open else "done")
    title = _("Due: %(name)s") % {"name": deadline_name(row.name)}
    lines = [in_sentences([clock])]
    if row.is_right and row.due < today:
        mark = "done"
        lines.insert(0, _("The time has passed."))
    elif row.is_open:
        lines.insert(0, time_left(row.due, today).capitalize())
    return Entry(
        row.due,
        title,
        DEADLINE_ICONS.get(row.name, "calendar-due"),
        mark,
        tuple(lines),
        reason=in_sentences([*counted, row.rule] if row.rule else counted),
        strip=strip_of(row, calendar),
        is_next=is_next,
        order=9,
    )


def strip_of(row: Deadline, calendar: WorkingCalendar) -> tuple[Cell, ...]:
    """Return the days from the start to the due date of a short term counted in working days."""
    start, due = row.term.starts_on, row.term.due
    if row.working_days is None or (due - start).days > STRIP_DAYS:
        return ()
    cells, counted, day = [_cell(start, _("start"), "start", "")], 0, start
    while day < due:
        day += timedelta(days=1)
        rest = calendar.rest(day)
        if rest is None:
            counted += 1
            cells.append(_cell(day, str(counted), "due" if day == due else "work", ""))
        else:
            name = rest.name_en if get_language() == "en" else rest.name_vi
            cells.append(
                _cell(day, _("off") if rest.is_holiday else "", "holiday" if rest.is_holiday else "rest", name)
            )
    return tuple(cells)


def _cell(day: date, foot: str, kind: str, name: str) -> Cell:
    words = [formats.day(day), name or foot]
    return Cell(_weekday(day), f"{day.day:02d}", foot, kind, ", ".join(word for word in words if word))


def _weekday(day: date) -> str:
    names = (_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su"))
    return str(names[day.weekday()])
