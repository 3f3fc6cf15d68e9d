"""Deadlines: what they say of themselves, and what must hold of every one."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.casework.deadlines import Deadline, Facts, deadlines_of
from inspections.casework.reasoning import sentence
from inspections.casework.working_days import WorkingCalendar, add_months
from inspections.models import CalendarDay, DayKind
from tests.inspections.deadline_tools import BOOK, computed, record, working_calendar


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


def test_a_day_that_the_library_knows_and_the_list_does_not_is_pointed_out() -> None:
    row = computed(record(date(2026, 11, 20)))["decision"]
    told = sentence(row.basis(), row.due, [day.as_json() for day in row.term.skipped])
    assert row.due == date(2026, 12, 1)
    assert "24/11" in told
    assert not computed(record(date(2026, 3, 2)))["decision"].term.doubts


def test_an_unverified_clock_says_so() -> None:
    serve = computed((("decision", date(2026, 3, 5)),))["serve"]
    assert "chưa được đối chiếu" in sentence(serve.basis(), serve.due, [])


def test_what_a_document_fixes_is_not_counted() -> None:
    steps = (*record(date(2026, 3, 2)), ("decision", date(2026, 3, 9)), ("serve", date(2026, 3, 10)))
    sunday = date(2026, 4, 5)
    rows = computed(steps, pay_until=sunday, instalment_on=date(2026, 3, 20), remedy_on=date(2026, 3, 31))
    assert rows["payment"].due == sunday
    assert [rows[name].due for name in ("instalment", "remedy")] == [date(2026, 3, 20), date(2026, 3, 31)]
    assert rows["payment"].working_days is None


def test_years_without_an_official_list_are_provisional() -> None:
    assert computed(record(date(2027, 3, 1)))["decision"].term.is_provisional
    assert not computed(record(date(2026, 3, 2)))["decision"].term.is_provisional


@pytest.mark.django_db
def test_a_day_off_entered_later_moves_the_date(law: None) -> None:
    def decision() -> Deadline:
        rows = deadlines_of(Facts("telecom", record(date(2026, 3, 2))), WorkingCalendar(), BOOK)
        return next(row for row in rows if row.name == "decision")

    before = decision().due
    CalendarDay.objects.create(calendar="VN", date=date(2026, 3, 4), kind=DayKind.HOLIDAY, name_vi="Nghỉ bão")
    after = decision()
    assert (before, after.due) == (date(2026, 3, 11), date(2026, 3, 12))
    assert "Nghỉ bão" in [day.name_vi for day in after.term.skipped]


days = st.dates(min_value=date(2022, 1, 1), max_value=date(2030, 12, 31))
loose = settings(max_examples=150, deadline=None)


@loose
@given(
    start=days,
    is_complex=st.booleans(),
    explained=st.booleans(),
    off=st.sets(st.integers(min_value=1, max_value=60), max_size=10),
    worked=st.sets(st.integers(min_value=1, max_value=60), max_size=4),
)
def test_no_deadline_falls_on_a_day_of_rest(
    start: date, is_complex: bool, explained: bool, off: set[int], worked: set[int]
) -> None:
    steps = (*record(start), ("decision", start), ("serve", start))
    if explained:
        steps = (*steps, ("explanation", start), ("explanation_request", start))
    days_off = working_calendar(
        extra_holidays=frozenset(start + timedelta(days=n) for n in off),
        extra_working_days=frozenset(start + timedelta(days=n) for n in worked),
    )
    for row in deadlines_of(Facts("telecom", steps, is_complex=is_complex), days_off, BOOK):
        assert days_off.rest(row.due) is None
        assert row.due > start


@loose
@given(start=days, off=st.sets(st.integers(min_value=1, max_value=40), max_size=8))
def test_a_day_off_never_makes_a_deadline_earlier(start: date, off: set[int]) -> None:
    facts = Facts("telecom", (*record(start), ("decision", start), ("serve", start)), detected_on=start)
    more = working_calendar(extra_holidays=frozenset(start + timedelta(days=n) for n in off))
    plain = {row.name: row.due for row in deadlines_of(facts, working_calendar(), BOOK)}
    for row in deadlines_of(facts, more, BOOK):
        assert row.due >= plain[row.name]


@loose
@given(start=days, worked=st.sets(st.integers(min_value=1, max_value=40), max_size=8))
def test_a_day_worked_never_makes_a_deadline_later(start: date, worked: set[int]) -> None:
    facts = Facts("telecom", (*record(start), ("decision", start), ("serve", start)), detected_on=start)
    more = working_calendar(extra_working_days=frozenset(start + timedelta(days=n) for n in worked))
    plain = {row.name: row.due for row in deadlines_of(facts, working_calendar(), BOOK)}
    for row in deadlines_of(facts, more, BOOK):
        assert row.due <= plain[row.name]


@loose
@given(start=days, later=st.integers(min_value=1, max_value=20), is_complex=st.booleans())
def test_a_later_start_never_makes_a_deadline_earlier(start: date, later: int, is_complex: bool) -> None:
    first = computed(record(start), is_complex=is_complex)
    second = computed(record(start + timedelta(days=later)), is_complex=is_complex)
    assert all(second[name].due >= row.due for name, row in first.items() if name in second)


@given(day=days, months=st.integers(min_value=1, max_value=48))
def test_a_month_later_is_the_same_day_or_the_month_s_last(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
