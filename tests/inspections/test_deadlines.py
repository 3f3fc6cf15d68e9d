"""Worked deadlines with the reasoning beside each, and what must hold of every one."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.casework.deadlines import Deadline, Facts, deadlines_of
from inspections.casework.reasoning import sentence
from inspections.casework.working_days import WorkingCalendar, add_months
from inspections.models import CalendarDay, DayKind
from inspections.selectors import calendar
from inspections.selectors.calendar import Day, Year
from inspections.selectors.law import LawBook
from inspections.services import reference

Steps = tuple[tuple[str, date], ...]

LAW = Path(__file__).resolve().parents[2] / "fixtures" / "law"
CLOCKS = LawBook([reference._clock(row) for row in reference._read(LAW / "clocks.json")["clocks"]])
SHIPPED = reference._read(LAW / "working_calendar.json")


@cache
def shipped_year(code: str, number: int) -> Year:
    """The calendar as shipped, without a database; other years by the library."""
    rows = {date.fromisoformat(row["date"]): row for row in SHIPPED["days"]}
    days = {day: Day(row["kind"], row["name_vi"], row["name_en"]) for day, row in rows.items() if day.year == number}
    official = number in SHIPPED["complete_years"]
    return Year(days if official else dict(calendar._from_library(code, number)) | days, official)


def working_calendar(**extra: Any) -> WorkingCalendar:
    return WorkingCalendar(read_year=shipped_year, **extra)


def computed(steps: Steps, **facts: Any) -> dict[str, Deadline]:
    field = str(facts.pop("field", "telecom"))
    rows = deadlines_of(Facts(field=field, steps=steps, **facts), working_calendar(), CLOCKS)
    return {row.name: row for row in rows}


def record(on: date) -> Steps:
    return (("record", on),)


WORKED = [
    # name, steps, further facts, due, why
    ("decision", record(date(2026, 3, 2)), {}, date(2026, 3, 11), "7 working days from Monday"),
    ("decision", record(date(2026, 2, 11)), {}, date(2026, 2, 27), "Tết 16–20/02 between"),
    (
        "decision",
        (*record(date(2026, 1, 30)), ("explanation", date(2026, 2, 4))),
        {},
        date(2026, 3, 2),
        "one month ends on Saturday 28/02, carried to Monday",
    ),
    ("payment", (("serve", date(2026, 3, 5)),), {}, date(2026, 3, 16), "the tenth day is a Sunday"),
    ("payment", (("serve", date(2026, 3, 6)),), {}, date(2026, 3, 16), "the tenth day is that Monday"),
    ("hearing_request", record(date(2026, 4, 22)), {}, date(2026, 4, 24), "2 working days"),
    (
        "written_explanation",
        record(date(2026, 4, 22)),
        {},
        date(2026, 5, 4),
        "5 working days; 27/04 (for Sunday 26/04), 30/04 and 01/05 off",
    ),
    (
        "written_explanation",
        record(date(2021, 4, 5)),
        {},
        date(2021, 4, 12),
        "5 days before 2022, carried over Saturday",
    ),
    ("decision", record(date(2026, 4, 22)), {}, date(2026, 5, 6), "the same days off"),
    ("decision", record(date(2026, 1, 5)), {}, date(2026, 1, 13), "Saturday 10/01 is worked instead of 02/01"),
    ("decision", record(date(2025, 12, 31)), {}, date(2026, 1, 12), "01/01 and 02/01 off, Saturday 10/01 worked"),
    ("decision", record(date(2026, 8, 20)), {}, date(2026, 8, 28), "Saturday 22/08 worked"),
    ("decision", record(date(2026, 8, 26)), {}, date(2026, 9, 9), "31/08, 01/09 and 02/09 off"),
    ("decision", record(date(2025, 4, 24)), {}, date(2025, 5, 7), "Saturday 26/04 worked; 30/04–02/05 off"),
    ("decision", record(date(2025, 1, 24)), {}, date(2025, 2, 11), "Tết 27–31/01/2025"),
    ("decision", record(date(2026, 3, 7)), {}, date(2026, 3, 17), "from a Saturday counting starts on Monday"),
    ("decision", record(date(2026, 3, 2)), {"is_transferred": True}, date(2026, 3, 16), "10 working days"),
    (
        "decision",
        (*record(date(2026, 3, 2)), ("verification", date(2026, 3, 5))),
        {},
        date(2026, 4, 2),
        "one month when facts are verified",
    ),
    ("decision", record(date(2026, 3, 2)), {"is_complex": True}, date(2026, 5, 4), "two months end on Saturday 02/05"),
    (
        "decision",
        (*record(date(2026, 1, 31)), ("hearing", date(2026, 2, 5))),
        {},
        date(2026, 3, 2),
        "no 31/02: the month's last day, a Saturday, carried",
    ),
    ("decision", record(date(2023, 12, 31)), {"is_complex": True}, date(2024, 2, 29), "leap day, a Thursday"),
    ("serve", (("decision", date(2026, 3, 5)),), {}, date(2026, 3, 9), "2 working days over a weekend"),
    ("limitation", record(date(2026, 4, 21)), {"detected_on": date(2026, 4, 21)}, date(2027, 4, 21), "one year"),
    (
        "limitation",
        record(date(2026, 4, 21)),
        {"detected_on": date(2026, 4, 21), "violation_on": date(2026, 1, 15)},
        date(2027, 1, 15),
        "an ended act: from its end",
    ),
    (
        "limitation",
        record(date(2026, 4, 21)),
        {"detected_on": date(2026, 4, 21), "field": "printing"},
        date(2028, 4, 21),
        "two years in publishing and printing",
    ),
    ("limitation", record(date(2024, 2, 29)), {"detected_on": date(2024, 2, 29)}, date(2025, 2, 28), "no 29/02/2025"),
    ("execution_limitation", (("decision", date(2026, 3, 3)),), {}, date(2027, 3, 3), "one year from the decision"),
    ("payment", (("serve", date(2026, 2, 6)),), {}, date(2026, 2, 23), "the tenth day is in Tết, then a weekend"),
    ("payment", (("serve", date(2026, 8, 21)),), {}, date(2026, 9, 3), "31/08–02/09 off"),
]


@pytest.mark.parametrize(("name", "steps", "facts", "due", "why"), WORKED)
def test_worked(name: str, steps: Steps, facts: dict[str, object], due: date, why: str) -> None:
    assert computed(steps, **dict(facts))[name].due == due, why


def test_without_the_right_to_explain_there_are_no_dates_for_it() -> None:
    names = set(computed(record(date(2026, 3, 2)), explanation_right=False))
    assert names == {"decision", "limitation"}


def test_a_date_explains_itself() -> None:
    row = computed(record(date(2026, 2, 11)))["decision"]
    told = sentence(row.basis(), row.due, [day.as_json() for day in row.term.skipped])
    assert "7 ngày làm việc" in told
    assert "11/02/2026" in told
    assert "16/02 (Tết Nguyên đán)" in told
    assert row.working_days == 7
    assert row.clock.legal_basis


def test_what_was_done_is_no_longer_open() -> None:
    steps = (*record(date(2026, 3, 2)), ("decision", date(2026, 3, 10)), ("serve", date(2026, 3, 11)))
    rows = computed(steps)
    assert {name for name, row in rows.items() if row.is_open} == {"payment", "execution_limitation"}


def test_years_without_an_official_list_are_provisional() -> None:
    assert computed(record(date(2027, 3, 1)))["decision"].term.is_provisional
    assert not computed(record(date(2026, 3, 2)))["decision"].term.is_provisional


@pytest.mark.django_db
def test_a_day_off_entered_later_moves_the_date(law: None) -> None:
    def decision() -> Deadline:
        rows = deadlines_of(Facts("telecom", record(date(2026, 3, 2))), WorkingCalendar(), CLOCKS)
        return next(row for row in rows if row.name == "decision")

    before = decision().due
    CalendarDay.objects.create(calendar="VN", date=date(2026, 3, 4), kind=DayKind.HOLIDAY, name_vi="Nghỉ bão")
    after = decision()
    assert (before, after.due) == (date(2026, 3, 11), date(2026, 3, 12))
    assert "Nghỉ bão" in [day.name_vi for day in after.term.skipped]


days = st.dates(min_value=date(2022, 1, 1), max_value=date(2030, 12, 31))
loose = settings(max_examples=150, deadline=None)


@loose
@given(start=days, is_complex=st.booleans(), explained=st.booleans())
def test_no_deadline_falls_on_a_day_of_rest(start: date, is_complex: bool, explained: bool) -> None:
    steps = (*record(start), ("decision", start), ("serve", start))
    if explained:
        steps = (*steps, ("explanation", start))
    days_off = working_calendar()
    for row in deadlines_of(Facts("telecom", steps, is_complex=is_complex), days_off, CLOCKS):
        assert days_off.rest(row.due) is None
        assert row.due > start


@loose
@given(start=days, off=st.sets(st.integers(min_value=1, max_value=40), max_size=8))
def test_a_day_off_never_makes_a_deadline_earlier(start: date, off: set[int]) -> None:
    facts = Facts("telecom", (*record(start), ("serve", start)))
    more = working_calendar(extra_holidays=frozenset(start + timedelta(days=n) for n in off))
    plain = {row.name: row.due for row in deadlines_of(facts, working_calendar(), CLOCKS)}
    for row in deadlines_of(facts, more, CLOCKS):
        assert row.due >= plain[row.name]


@given(day=days, months=st.integers(min_value=1, max_value=48))
def test_a_month_later_is_the_same_day_or_the_month_s_last(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
