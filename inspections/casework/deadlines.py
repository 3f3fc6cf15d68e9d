"""The law's clocks: every date with its rule, what was counted, what was skipped, and why.

Clocks are rows with dates (:class:`inspections.models.Clock`); the one in force on the day a term starts applies. Here
stands only which step starts which clock, and what ends it. :mod:`reasoning` tells the dates in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspections.casework.working_days import Term, WorkingCalendar
from inspections.models import CaseDeadline, Clock
from inspections.selectors.law import LawBook

#: steps by which the party uses its right to explain, or facts are verified: the decision then has a month
EXPLAINING = frozenset({"explanation_request", "explanation", "hearing", "verification"})
CONCLUDING = frozenset({"decision", "no_penalty", "close"})
#: days until which the party may do something: once they have passed nothing is late, a right has lapsed
RIGHTS = frozenset({"hearing_request", "written_explanation"})
#: what a calculator may call the end of the act, and its discovery
VIOLATION_ENDED = ("violation", "violation_end")
DETECTED = ("detected", "detection")
#: what the calculator answers
CALCULATED = (
    "hearing_request",
    "written_explanation",
    "decision",
    "serve",
    "payment",
    "limitation",
    "execution_limitation",
)
#: all names, in the order in which dates that fall together are told
NAMES = (
    "hearing_request",
    "hearing_notice",
    "written_explanation",
    "decision",
    "serve",
    "instalment",
    "payment",
    "remedy",
    "limitation",
    "execution_limitation",
)
#: name of a date that a document fixes -> what it is, in Vietnamese and English
FIXED = {
    "payment": ("Ngày ghi trong quyết định", "The day named in the decision"),
    "instalment": ("Kỳ nộp theo quyết định cho nộp tiền phạt nhiều lần", "Instalment as decided"),
    "remedy": ("Thời hạn thực hiện biện pháp khắc phục hậu quả theo quyết định", "Remedial measure as ordered"),
}


@dataclass(frozen=True)
class Facts:
    """What the dates of a case depend on. ``explanation_right`` None means: not known, the dates are given.

    ``extension_days`` were granted on top of the time to explain, ``comply_days`` is a longer time to comply that the
    decision names, ``pay_until`` the day to which payment was postponed or the last instalment, ``instalment_on`` the
    next one, ``remedy_on`` the earliest open measure. ``left_the_house``: another authority answers for the dates.
    ``handed_over_at_once``: a decision without a record, handed over where it was made.
    """

    field: str
    steps: tuple[tuple[str, date], ...] = ()
    explanation_right: bool | None = None
    is_transferred: bool = False
    is_complex: bool = False
    detected_on: date | None = None
    violation_on: date | None = None
    is_paid: bool = False
    is_settled: bool = False
    extension_days: int = 0
    comply_days: int = 0
    pay_until: date | None = None
    instalment_on: date | None = None
    remedy_on: date | None = None
    left_the_house: bool = False
    handed_over_at_once: bool = False

    def first(self, *kinds: str) -> date | None:
        return min((on for kind, on in self.steps if kind in kinds), default=None)

    def last(self, *kinds: str) -> date | None:
        return max((on for kind, on in self.steps if kind in kinds), default=None)

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _on in self.steps)

    @property
    def served_on(self) -> date | None:
        """The day from which the time to comply runs."""
        return self.last("serve") or (self.last("decision") if self.handed_over_at_once else None)


@dataclass(frozen=True)
class Deadline:
    """A computed date. ``clock`` is None where a document fixed the day; ``counted`` is how many units were counted."""

    name: str
    term: Term
    started_by: str
    is_open: bool
    clock: Clock | None = None
    counted: int = 0
    because: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the date ends a right of the party; it is no duty of the authority and never late."""
        return self.name in RIGHTS

    @property
    def due(self) -> date:
        return self.term.due

    @property
    def rule(self) -> str:
        """Where the law says so."""
        return self.clock.legal_basis if self.clock else ""

    @property
    def working_days(self) -> int | None:
        """How many working days were counted; None where the clock counts days or months."""
        return self.counted if self.clock and self.clock.unit == "working_days" else None

    def basis(self) -> dict[str, Any]:
        """Return the reasoning as data, so that it can be told in any language."""
        vietnamese, english = (self.clock.name_vi, self.clock.name_en) if self.clock else FIXED[self.name]
        return {
            "text_vi": vietnamese,
            "text_en": english,
            "started_by": self.started_by,
            "starts_on": self.term.starts_on.isoformat(),
            "nominal": self.term.nominal.isoformat(),
            "amount": self.counted,
            "unit": self.clock.unit if self.clock else "",
            "because": self.because,
            "right": self.is_right,
            "provisional": self.term.is_provisional,
            "doubts": [day.as_json() for day in self.term.doubts],
            "verified": self.clock.verified if self.clock else True,
        }

    def as_row(self) -> CaseDeadline:
        """Return the deadline as an unsaved row of a case."""
        return CaseDeadline(
            name=self.name,
            due_on=self.due,
            starts_on=self.term.starts_on,
            rule=self.rule,
            working_days=self.working_days,
            skipped=[day.as_json() for day in self.term.skipped],
            basis=self.basis(),
            is_open=self.is_open,
        )


def deadlines_of(facts: Facts, calendar: WorkingCalendar, book: LawBook) -> list[Deadline]:
    """Return all deadlines that *facts* start, in order of their date."""
    found = [
        *_explanation(facts, calendar, book),
        _decision(facts, calendar, book),
        _from_step(facts, calendar, book, "serve", facts.last("decision"), _serving(facts)),
        _payment(facts, calendar, book),
        _fixed("instalment", facts.last("instalments"), facts.instalment_on, not facts.is_paid),
        _fixed("remedy", facts.last("decision", "no_penalty"), facts.remedy_on, facts.remedy_on is not None),
        _limitation(facts, calendar, book),
        _from_step(facts, calendar, book, "execution_limitation", facts.last("decision"), not facts.is_settled),
    ]
    return sorted((row for row in found if row is not None), key=lambda row: (row.due, NAMES.index(row.name)))


def _serving(facts: Facts) -> bool:
    return not facts.has("serve") and not facts.handed_over_at_once


def count(calendar: WorkingCalendar, clock: Clock, starts_on: date, more: int = 0) -> tuple[Term, int]:
    """Return the term that *clock* counts from *starts_on* (plus *more* of its units), and how much was counted."""
    amount = int(clock.amount) + more
    if clock.unit == "working_days":
        return calendar.working_days(starts_on, amount), amount
    if clock.unit == "days":
        return calendar.days(starts_on, amount), amount
    return calendar.months(starts_on, amount * 12 if clock.unit == "years" else amount), amount


def _explanation(facts: Facts, calendar: WorkingCalendar, book: LawBook) -> Iterable[Deadline | None]:
    if facts.explanation_right is False:
        return
    concluded, record = facts.has(*CONCLUDING), facts.first("record")
    asked, wrote = facts.has("explanation_request", "hearing"), facts.has("explanation")
    yield _from_step(facts, calendar, book, "hearing_request", record, not (concluded or asked), "record")
    request = facts.last("explanation_request")
    heard = concluded or facts.has("hearing")
    yield _from_step(facts, calendar, book, "hearing_notice", request, not heard, "explanation_request")
    yield _from_step(
        facts,
        calendar,
        book,
        "written_explanation",
        record,
        not (concluded or wrote),
        "record",
        more=facts.extension_days,
        because="extension" if facts.extension_days else "",
    )


def _decision(facts: Facts, calendar: WorkingCalendar, book: LawBook) -> Deadline | None:
    record = facts.first("record")
    if record is None:
        return None
    condition = ""
    if facts.is_transferred or facts.has("transfer"):
        condition = "transferred"
    if facts.has(*EXPLAINING):
        condition = "explanation"
    if facts.is_complex:
        condition = "complex"
    clock = book.clock(record, "decision", condition) or book.clock(record, "decision")
    if clock is None:
        return None
    term, counted = count(calendar, clock, record)
    is_open = not facts.has(*CONCLUDING) and not facts.left_the_house
    return Deadline("decision", term, "record", is_open, clock, counted, because=condition)


def _from_step(
    facts: Facts,
    calendar: WorkingCalendar,
    book: LawBook,
    name: str,
    starts_on: date | None,
    is_open: bool,
    started_by: str = "decision",
    *,
    more: int = 0,
    because: str = "",
) -> Deadline | None:
    clock = book.clock(starts_on, name, law_field=facts.field) if starts_on else None
    if starts_on is None or clock is None:
        return None
    term, counted = count(calendar, clock, starts_on, more)
    return Deadline(name, term, started_by, is_open, clock, counted, because)


def _payment(facts: Facts, calendar: WorkingCalendar, book: LawBook) -> Deadline | None:
    """Return the time to comply: by the clock, by a longer time in the decision, or to the day it was put off to."""
    served = facts.served_on
    if served is None:
        return None
    is_open = not facts.is_paid or (not facts.is_settled and facts.remedy_on is None)
    if facts.pay_until is not None:
        return _fixed("payment", served, facts.pay_until, is_open)
    clock = book.clock(served, "payment", law_field=facts.field)
    if clock is None:
        return None
    longer = max(facts.comply_days - int(clock.amount), 0)
    term, counted = count(calendar, clock, served, longer)
    return Deadline("payment", term, "serve", is_open, clock, counted, because="longer" if longer else "")


def _fixed(name: str, starts_on: date | None, due: date | None, is_open: bool) -> Deadline | None:
    """Return a date that a document names: it is not counted, hence not carried over days of rest."""
    if due is None:
        return None
    start = starts_on or due
    return Deadline(name, Term(start, due, due, (), is_provisional=False), "document", is_open)


def _limitation(facts: Facts, calendar: WorkingCalendar, book: LawBook) -> Deadline | None:
    ended = facts.violation_on or facts.first(*VIOLATION_ENDED)
    starts_on = ended or facts.detected_on or facts.first(*DETECTED) or facts.first("record")
    if starts_on is None:
        return None
    clock = book.clock(starts_on, "limitation", law_field=facts.field)
    if clock is None:
        return None
    term, counted = count(calendar, clock, starts_on)
    is_open = not facts.has(*CONCLUDING) and not facts.left_the_house
    return Deadline("limitation", term, "violation" if ended else "detected", is_open, clock, counted)
