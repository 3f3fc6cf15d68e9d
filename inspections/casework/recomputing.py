"""Dates of many cases at once: after a change of clocks or calendar they are computed anew, or looked at beforehand.

A preview and the real thing run the same code: a preview has a book or a calendar with other rows, and writes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from inspections.casework.penalties import has_right_to_explain
from inspections.casework.situation import SETTLED, CaseFile, frames_of
from inspections.casework.working_days import WorkingCalendar
from inspections.models import CaseDeadline, Charge, Payment, Remedy, Step, StepKind, ViolationCase
from inspections.selectors.law import LawBook
from inspections.services.deadlines import Computed, deadlines_store

#: cases read, computed and written together
CHUNK = 500
#: columns of a case that its dates depend on
CASE_COLUMNS = (
    "id", "number", "state", "party", "field", "detected_on", "violation_on", "is_complex", "explanation_extension",
    "authority__calendar", "organization_id", "person_id", "unit_id",
)  # fmt: skip


@dataclass(frozen=True)
class Moved:
    """A date of a case that a change moves; None where it appears or goes away."""

    case: ViolationCase
    name: str
    before: date | None
    after: date | None


@dataclass
class Law:
    """What dates are computed with: the book, and a calendar for each code."""

    book: LawBook
    calendars: dict[str, WorkingCalendar]

    @classmethod
    def in_force(cls) -> "Law":
        return cls(LawBook.read(), {})

    def calendar(self, code: str) -> WorkingCalendar:
        if code not in self.calendars:
            self.calendars[code] = WorkingCalendar(code)
        return self.calendars[code]


def open_rows() -> QuerySet[ViolationCase]:
    """Return the cases whose dates may still move."""
    return ViolationCase.objects.exclude(state__in=SETTLED).select_related("authority")


def recompute(rows: QuerySet[ViolationCase] | None = None, law: Law | None = None) -> int:
    """Compute the dates of open cases (or *rows*) anew; return how many cases had one that moved.

    Each chunk locks its cases, so that an officer's step and this never undo each other.
    """
    law, changed = law or Law.in_force(), 0
    ids = list((open_rows() if rows is None else rows).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            locked = open_rows().filter(pk__in=ids[start : start + CHUNK]).select_for_update(of=("self",))
            changed += deadlines_store(_computed(list(locked.only(*CASE_COLUMNS).order_by("pk")), law))
    return changed


def preview(law: Law, rows: QuerySet[ViolationCase], limit: int) -> tuple[list[Moved], int, int]:
    """Return (dates that would move, how many cases have one, how many cases were looked at) under *law*."""
    found: list[Moved] = []
    cases, looked = set(), 0
    chosen = list(rows.only(*CASE_COLUMNS).order_by("pk")[:limit])
    for start in range(0, len(chosen), CHUNK):
        chunk = chosen[start : start + CHUNK]
        looked += len(chunk)
        stored = _stored_dates(chunk)
        for computed in _computed(chunk, law):
            moved = _moved(computed.case, stored[computed.case.pk], computed.rows)
            if moved:
                cases.add(computed.case.pk)
                found += moved
    return found, len(cases), looked


def _stored_dates(cases: Sequence[ViolationCase]) -> dict[int, dict[str, date]]:
    stored: dict[int, dict[str, date]] = defaultdict(dict)
    rows = CaseDeadline.objects.filter(case__in=cases, is_open=True)
    for case_id, name, due in rows.values_list("case_id", "name", "due_on"):
        stored[case_id][name] = due
    return stored


def _moved(case: ViolationCase, before: dict[str, date], rows: Iterable[CaseDeadline]) -> list[Moved]:
    after = {row.name: row.due_on for row in rows if row.is_open}
    names = sorted(set(before) | set(after))
    return [
        Moved(case, name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    ]


def _computed(cases: Sequence[ViolationCase], law: Law) -> Iterator[Computed]:
    """Yield the dates of *cases* (four queries for all of them)."""
    for file in files_of(cases, law):
        rows = [deadline.as_row() for deadline in file.deadlines()]
        yield Computed(file.case, rows, sum(payment.amount_vnd for payment in file.payments))


def files_of(cases: Sequence[ViolationCase], law: Law) -> Iterator[CaseFile]:
    """Yield *cases* with everything that their dates and their money depend on (four queries for all of them)."""
    today = timezone.localdate()
    steps = _by_case(Step.objects.filter(annulled_at__isnull=True).order_by("on", "id"), cases)
    charges = _by_case(Charge.objects.select_related("rule").order_by("id"), cases)
    remedies = _by_case(Remedy.objects.order_by("id"), cases)
    payments = _by_case(Payment.objects.order_by("id"), cases)
    for case in cases:
        file = CaseFile(
            case=case,
            today=today,
            steps=steps[case.pk],
            charges=charges[case.pk],
            remedies=remedies[case.pk],
            payments=payments[case.pk],
            book=law.book,
            calendar=law.calendar(case.authority.calendar),
        )
        file.frames = frames_of(file.charges)
        record = file.latest(StepKind.RECORD)
        day = record.on if record else file.law_day
        file.explanation_right = has_right_to_explain(file.frames.values(), case.party, law.book, day)
        yield file


def _by_case(rows: QuerySet[Any], cases: Sequence[ViolationCase]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.filter(case__in=[case.pk for case in cases]):
        found[row.case_id].append(row)
    return found
