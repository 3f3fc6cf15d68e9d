"""The law's clocks: every date with its rule, what was counted, what was skipped, and why.

Clocks are rows with dates (:class:`inspections.models.Clock`); the one in force on the day a term starts applies. Here
stands only which step starts which clock, and what ends it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from infra import formats
from inspections.casework.working_days import Term, WorkingCalendar
from inspections.models import CaseDeadline, Clock

#: steps by which the party uses its right to explain, or facts are verified: the decision then has a month
EXPLAINING = frozenset({"explanation_request", "explanation", "hearing", "verification"})
CONCLUDING = frozenset({"decision", "no_penalty", "close"})
#: days until which the party may do something: once they have passed nothing is late, a right has lapsed
RIGHTS = frozenset({"hearing_request", "written_explanation"})
#: what a calculator may call the end of the act, and its discovery
VIOLATION_ENDED = ("violation", "violation_end")
DETECTED = ("detected", "detection")
NAMES = (
    "hearing_request",
    "written_explanation",
    "decision",
    "serve",
    "payment",
    "limitation",
    "execution_limitation",
)


@dataclass(frozen=True)
class Facts:
    """What the dates of a case depend on. ``explanation_right`` None means: not known, the dates are given."""

    field: str
    steps: tuple[tuple[str, date], ...] = ()
    explanation_right: bool | None = None
    is_transferred: bool = False
    is_complex: bool = False
    detected_on: date | None = None
    violation_on: date | None = None
    is_settled: bool = False

    def first(self, *kinds: str) -> date | None:
        return min((on for kind, on in self.steps if kind in kinds), default=None)

    def last(self, *kinds: str) -> date | None:
        return max((on for kind, on in self.steps if kind in kinds), default=None)

    @property
    def is_handed_over(self) -> bool:
        """Whether the file went to another authority, which answers for its dates."""
        return bool(self.steps) and self.steps[-1][0] == "transfer"

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _on in self.steps)


@dataclass(frozen=True)
class Deadline:
    """A computed date."""

    name: str
    clock: Clock
    term: Term
    started_by: str
    is_open: bool
    because: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the date ends a right of the party; it is no duty of the authority and never late."""
        return self.name in RIGHTS

    @property
    def due(self) -> date:
        return self.term.due

    @property
    def working_days(self) -> int | None:
        """How many working days were counted; None where the clock counts days or months."""
        return int(self.clock.amount) if self.clock.unit == "working_days" else None

    def basis(self) -> dict[str, Any]:
        """Return the reasoning as data, so that it can be told in any language."""
        return {
            "text_vi": self.clock.name_vi,
            "text_en": self.clock.name_en,
            "started_by": self.started_by,
            "starts_on": self.term.starts_on.isoformat(),
            "nominal": self.term.nominal.isoformat(),
            "amount": self.clock.amount,
            "unit": self.clock.unit,
            "because": self.because,
            "right": self.is_right,
            "provisional": self.term.is_provisional,
            "verified": self.clock.verified,
        }

    def as_row(self) -> CaseDeadline:
        """Return the deadline as an unsaved row of a case."""
        return CaseDeadline(
            name=self.name,
            due_on=self.due,
            starts_on=self.term.starts_on,
            rule=self.clock.legal_basis,
            working_days=self.working_days,
            skipped=[day.as_json() for day in self.term.skipped],
            basis=self.basis(),
            is_open=self.is_open,
        )


@dataclass
class Clocks:
    """The table of clocks, read once; answers which one holds on a day."""

    rows: Sequence[Clock] = field(default_factory=lambda: list(Clock.objects.all()))

    def on(self, day: date, name: str, condition: str = "", law_field: str = "") -> Clock | None:
        """Return the clock in force on *day*; one that names the field of law goes before one for all fields."""
        found = [
            row
            for row in self.rows
            if row.clock == name
            and row.condition == condition
            and row.valid_from <= day
            and (row.valid_to is None or day <= row.valid_to)
            and (not row.fields or law_field in row.fields)
        ]
        return max(found, key=lambda row: (bool(row.fields), row.valid_from), default=None)


def deadlines_of(facts: Facts, calendar: WorkingCalendar, clocks: Clocks | None = None) -> list[Deadline]:
    """Return all deadlines that *facts* start, in order of their date."""
    table = clocks or Clocks()
    found = [
        *_explanation(facts, calendar, table),
        _decision(facts, calendar, table),
        _from_step(facts, calendar, table, "serve", "decision", not facts.has("serve")),
        _from_step(facts, calendar, table, "payment", "serve", not facts.is_settled),
        _limitation(facts, calendar, table),
        _from_step(facts, calendar, table, "execution_limitation", "decision", not facts.is_settled),
    ]
    return sorted((row for row in found if row is not None), key=lambda row: (row.due, NAMES.index(row.name)))


def _count(calendar: WorkingCalendar, clock: Clock, starts_on: date) -> Term:
    amount = int(clock.amount)
    if clock.unit == "working_days":
        return calendar.working_days(starts_on, amount)
    if clock.unit == "days":
        return calendar.days(starts_on, amount)
    return calendar.months(starts_on, amount * 12 if clock.unit == "years" else amount)


def _explanation(facts: Facts, calendar: WorkingCalendar, clocks: Clocks) -> Iterable[Deadline | None]:
    if facts.explanation_right is False:
        return
    concluded = facts.has(*CONCLUDING)
    asked = facts.has("explanation_request", "hearing")
    yield _from_step(facts, calendar, clocks, "hearing_request", "record", not (concluded or asked))
    yield _from_step(
        facts, calendar, clocks, "written_explanation", "record", not (concluded or facts.has("explanation"))
    )


def _decision(facts: Facts, calendar: WorkingCalendar, clocks: Clocks) -> Deadline | None:
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
    clock = clocks.on(record, "decision", condition) or clocks.on(record, "decision")
    if clock is None:
        return None
    is_open = not facts.has(*CONCLUDING) and not facts.is_handed_over
    return Deadline("decision", clock, _count(calendar, clock, record), "record", is_open, because=condition)


def _from_step(
    facts: Facts, calendar: WorkingCalendar, clocks: Clocks, name: str, step: str, is_open: bool
) -> Deadline | None:
    starts_on = facts.last(step) if step != "record" else facts.first(step)
    if starts_on is None:
        return None
    clock = clocks.on(starts_on, name, law_field=facts.field)
    if clock is None:
        return None
    return Deadline(name, clock, _count(calendar, clock, starts_on), step, is_open)


def _limitation(facts: Facts, calendar: WorkingCalendar, clocks: Clocks) -> Deadline | None:
    ended = facts.violation_on or facts.first(*VIOLATION_ENDED)
    starts_on = ended or facts.detected_on or facts.first(*DETECTED) or facts.first("record")
    if starts_on is None:
        return None
    clock = clocks.on(starts_on, "limitation", law_field=facts.field)
    if clock is None:
        return None
    started_by = "violation" if ended else "detected"
    return Deadline("limitation", clock, _count(calendar, clock, starts_on), started_by, not facts.has(*CONCLUDING))


# --- Told in words ----------------------------------------------------------------------------------------------------


def skipped_days(skipped: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the days skipped as {date, reason} in the language of the request."""
    key = "name_en" if get_language() == "en" else "name_vi"
    return [{"date": str(day["date"]), "reason": str(day[key])} for day in skipped]


def sentence(basis: dict[str, Any], due_on: date, skipped: Sequence[dict[str, Any]]) -> str:
    """Return the reasoning of a deadline as sentences in the language of the request."""
    english = get_language() == "en"
    text = str(basis["text_en" if english else "text_vi"]) or str(basis["text_vi"])
    parts = [text]
    start, end = date.fromisoformat(basis["starts_on"]), date.fromisoformat(basis["nominal"])
    parts.append(_("Counted from %(start)s, that day not included") % {"start": formats.day(start)})
    holidays = [day for day in skipped if day["holiday"]]
    if holidays:
        listed = ", ".join(
            f"{date.fromisoformat(day['date']):%d/%m} ({day['name_en' if english else 'name_vi']})" for day in holidays
        )
        parts.append(_("skipped: %(days)s") % {"days": listed})
    if end != due_on:
        words = _("the last day, %(end)s, is a day of rest: carried to %(due)s")
        parts.append(words % {"end": formats.day(end), "due": formats.day(due_on)})
    if basis.get("provisional"):
        parts.append(_("provisional: the official list of days off is not entered for every year counted"))
    return ". ".join(part[:1].upper() + part[1:] for part in parts) + "."
