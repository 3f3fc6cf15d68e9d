"""Editing the law with open eyes: which open cases a change would touch, and what follows once it is made."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from infra import formats
from infra.access import Person
from infra.models import Authority, User
from inspections.casework.deadlines import NAMES
from inspections.casework.penalties import Frame, competent_for, frame_for, proposed_amount
from inspections.casework.recomputing import Law, Moved, open_rows, preview
from inspections.casework.situation import SETTLED
from inspections.casework.working_days import WorkingCalendar
from inspections.models import (
    CalendarDay,
    CalendarYear,
    Charge,
    Clock,
    DeadlineName,
    FieldMaximum,
    FineAuthority,
    Rule,
    ViolationCase,
)
from inspections.selectors.calendar import Year, year_from
from inspections.selectors.law import Competence, LawBook
from inspections.services.law import law_row_correct, law_row_succeed

#: open cases that a preview looks at; beyond it says so
PREVIEW_CASES = 5_000
SHOWN = 200


class CannotEdit(ValueError):
    """The row of law cannot be changed like this; the message says why."""


@dataclass(frozen=True)
class Touched:
    """An open case that a change touches: what of it, as it is and as it would be."""

    case: ViolationCase
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Preview:
    """What a change would do: the first lines, how many cases, how many of the open ones were looked at."""

    lines: list[Touched] = field(default_factory=list)
    cases: int = 0
    looked: int = 0
    is_complete: bool = True


def rows_seen(person: Person) -> QuerySet[ViolationCase]:
    """Return the open cases that *person* may see."""
    visible = ViolationCase.objects.visible_to(person).values("pk")
    return open_rows().filter(pk__in=visible)


def preview_row(person: Person, before: Any, after: Any) -> Preview:
    """Return what it would do to put *after* in place of, or behind, *before* (None: a new row)."""
    rows = rows_seen(person)
    if isinstance(after, Clock):
        return _dates(rows, _law_with("clocks", before, after), {})
    if isinstance(after, FineAuthority):
        return _competences(rows, _law_with("offices", before, after))
    if isinstance(after, FieldMaximum):
        return _competences(rows, _law_with("maxima", before, after))
    if isinstance(after, Rule) and before is not None:
        return _frames(rows, before, after)
    return Preview()


def _law_with(part: str, before: Any, after: Any) -> LawBook:
    """Return the book in force with *after* for *before*; a later start ends *before* the day earlier."""
    book = LawBook.read()
    rows = []
    for row in getattr(book, part):
        if before is None or row.pk != before.pk:
            rows.append(row)
        elif after.valid_from > row.valid_from:
            ended = copy.copy(row)
            ended.valid_to = after.valid_from - timedelta(days=1)
            rows.append(ended)
    return replace(book, **{part: [*rows, after]}, _by_name={})


def preview_calendar(person: Person, code: str, put: Iterable[CalendarDay], remove: Iterable[date]) -> Preview:
    """Return what it would do to change days of a calendar."""
    added, gone = {row.date: row for row in put}, set(remove)

    def read_year(calendar: str, number: int) -> Year:
        official = CalendarYear.objects.filter(calendar=calendar, year=number).exists()
        rows = {row.date: row for row in CalendarDay.objects.filter(calendar=calendar, date__year=number)}
        rows = {on: row for on, row in rows.items() if on not in gone}
        rows |= {on: row for on, row in added.items() if on.year == number}
        return year_from(calendar, number, official, rows.values())

    rows = rows_seen(person).filter(authority__calendar=code)
    return _dates(rows, LawBook.read(), {code: WorkingCalendar(code, read_year=read_year)})


def _dates(rows: QuerySet[ViolationCase], book: LawBook, calendars: dict[str, WorkingCalendar]) -> Preview:
    total = rows.count()
    moved, cases, looked = preview(Law(book, calendars), rows, PREVIEW_CASES)
    return Preview([_date_line(row) for row in moved[:SHOWN]], cases, looked, looked >= total)


def _date_line(row: Moved) -> Touched:
    before = formats.day(row.before) if row.before else "–"
    after = formats.day(row.after) if row.after else "–"
    name = DeadlineName(row.name).label if row.name in NAMES else row.name
    return Touched(row.case, str(name), before, after)


def _undecided(rows: QuerySet[ViolationCase]) -> QuerySet[ViolationCase]:
    return rows.filter(fine_vnd__isnull=True)


def _competences(rows: QuerySet[ViolationCase], book: LawBook) -> Preview:
    """Tell whose list of competent offices changes, for decisions of today on."""
    today, present = timezone.localdate(), LawBook.read()
    chosen = list(_undecided(rows).order_by("pk").prefetch_related("charges__rule")[:PREVIEW_CASES])
    lines = []
    for case in chosen:
        frames = [Frame(charge.rule, charge.min_vnd, charge.max_vnd) for charge in case.charges.all()]
        now, then = (competent_for(frames, case.party, law, today)[0] for law in (present, book))
        if [row.code for row in now] != [row.code for row in then]:
            lines.append(Touched(case, _("competent offices"), _titles(now), _titles(then)))
    return Preview(lines[:SHOWN], len(lines), len(chosen), len(chosen) < PREVIEW_CASES)


def _titles(offices: Sequence[Competence]) -> str:
    return ", ".join(office.title for office in offices) or "–"


def _frames(rows: QuerySet[ViolationCase], before: Rule, after: Rule) -> Preview:
    """Tell which undecided charges were copied from *before* and would get another frame."""
    book, lines = LawBook.read(), []
    charges = list(_charges_of(before, rows))
    for charge in charges:
        changed = _copied(charge, after, book)
        if (changed.min_vnd, changed.max_vnd) != (charge.min_vnd, charge.max_vnd):
            what = _("frame of %(rule)s") % {"rule": charge.rule_code}
            lines.append(Touched(charge.case, what, _frame(charge), _frame(changed)))
    return Preview(lines[:SHOWN], len({line.case.pk for line in lines}), len(charges))


def _charges_of(rule: Rule, rows: QuerySet[ViolationCase] | None = None) -> QuerySet[Charge]:
    found = Charge.objects.filter(rule=rule, decided_vnd__isnull=True, case__fine_vnd__isnull=True)
    found = found.exclude(case__state__in=SETTLED)
    if rows is not None:
        found = found.filter(case__in=rows.values("pk"))
    return found.select_related("case", "rule").order_by("pk")


def _copied(charge: Charge, rule: Rule, book: LawBook) -> Charge:
    """Return a copy of *charge* as it would be copied from *rule* today."""
    case, fresh = charge.case, copy.copy(charge)
    day = case.violation_on or case.detected_on
    frame = frame_for(rule, case.party, book.maximum(rule.field, day))
    fresh.min_vnd, fresh.max_vnd = frame.min_vnd, frame.max_vnd
    fresh.text_vi, fresh.text_en, fresh.takes_licence = rule.name_vi, rule.name_en, rule.takes_licence
    fresh.extra_sanctions, fresh.remedies = rule.extra_sanctions, rule.remedies
    fresh.proposed_vnd = proposed_amount(frame, len(charge.mitigating), len(charge.aggravating))
    return fresh


def _frame(charge: Charge) -> str:
    if charge.min_vnd is None or charge.max_vnd is None:
        return "–"
    return f"{formats.vnd(charge.min_vnd)} – {formats.vnd(charge.max_vnd)}"


# --- Making it --------------------------------------------------------------------------------------------------------


def row_correct(*, actor: User, authority: Authority, row: Any, values: Mapping[str, Any], reason: str) -> Any:
    """Correct a row of law in place. Undecided charges copied from a rule are copied anew. Raises CannotEdit."""
    _check_reason(reason)
    changed = copy.copy(row)
    for name, value in values.items():
        setattr(changed, name, value)
    _check_span(changed)
    charges: list[Charge] = []
    if isinstance(row, Rule):
        book = LawBook.read()
        charges = [_copied(charge, changed, book) for charge in _charges_of(row)]
    return law_row_correct(actor=actor, authority=authority, row=row, values=values, reason=reason, charges=charges)


def row_succeed(
    *, actor: User, authority: Authority, row: Any, values: Mapping[str, Any], valid_from: date, reason: str
) -> Any:
    """Let a changed row follow from *valid_from* on. Raises CannotEdit."""
    _check_reason(reason)
    if valid_from <= row.valid_from:
        words = _("The new row starts after %(day)s, when this one started.")
        raise CannotEdit(words % {"day": formats.day(row.valid_from)})
    if row.valid_to is not None and valid_from > row.valid_to:
        raise CannotEdit(_("This row ended on %(day)s: add a new one.") % {"day": formats.day(row.valid_to)})
    return law_row_succeed(
        actor=actor, authority=authority, row=row, values=values, valid_from=valid_from, reason=reason
    )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise CannotEdit(_("Give the reason: the text that changed, or who verified it."))


def _check_span(row: Any) -> None:
    if row.valid_to is not None and row.valid_to < row.valid_from:
        raise CannotEdit(_("It cannot end before it starts."))
    if isinstance(row, Rule) and row.min_vnd is not None and row.max_vnd is not None and row.max_vnd < row.min_vnd:
        raise CannotEdit(_("The most of the frame is less than its least."))
