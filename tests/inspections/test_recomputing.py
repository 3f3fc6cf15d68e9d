"""Dates of many cases at once: a holiday more, another clock; the preview says what the real thing then does."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from inspections.casework.lawmaking import CannotEdit, preview_calendar, preview_row, row_correct, row_succeed
from inspections.casework.recomputing import recompute
from inspections.models import (
    NEVER,
    CalendarDay,
    CaseDeadline,
    CaseStanding,
    Clock,
    DayKind,
    FieldMaximum,
    FineAuthority,
    Rule,
    ViolationCase,
)
from inspections.services.law import calendar_change
from tests.inspections.running import EXPIRED, K, Office
from tests.world import World

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 11, 27)


def due(case: ViolationCase, name: str) -> date:
    return CaseDeadline.objects.get(case=case, name=name).due_on


def holiday(on: date = FRIDAY) -> CalendarDay:
    return CalendarDay(calendar="VN", date=on, kind=DayKind.HOLIDAY, name_vi="Nghỉ đột xuất", confidence="Gh")


@pytest.fixture
def recorded(office: Office) -> ViolationCase:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 23))
    return case


def test_a_holiday_more_moves_the_dates_that_count_working_days(
    office: Office, world: World, recorded: ViolationCase
) -> None:
    closed = office.in_state("closed")
    before = {row.pk: row.due_on for row in CaseDeadline.objects.filter(case=closed)}
    assert due(recorded, "decision") == date(2026, 12, 2)
    assert due(recorded, "written_explanation") == date(2026, 11, 30)

    told = preview_calendar(world.admin, "VN", [holiday()], ())
    assert (told.cases, told.looked, told.is_complete) == (1, 1, True)
    assert {(line.case.pk, line.before, line.after) for line in told.lines} == {
        (recorded.pk, "02/12/2026", "03/12/2026"),
        (recorded.pk, "30/11/2026", "01/12/2026"),
    }
    assert due(recorded, "decision") == date(2026, 12, 2), "a preview writes nothing"

    calendar_change(actor=world.admin, authority=world.authority, put=[holiday()], reason="Nghỉ bão")
    assert recompute() == 1
    assert due(recorded, "decision") == date(2026, 12, 3)
    assert due(recorded, "written_explanation") == date(2026, 12, 1)
    assert CaseStanding.objects.get(case=recorded).due_on == date(2026, 12, 3)
    assert {row.pk: row.due_on for row in CaseDeadline.objects.filter(case=closed)} == before
    assert recompute() == 0, "what did not change is not written again"


def test_a_holiday_taken_out_moves_them_back(world: World, recorded: ViolationCase) -> None:
    calendar_change(actor=world.admin, authority=world.authority, put=[holiday()], reason="Nghỉ bão")
    recompute()
    row = CalendarDay.objects.get(date=FRIDAY)
    told = preview_calendar(world.admin, "VN", (), [FRIDAY])
    assert ("03/12/2026", "02/12/2026") in {(line.before, line.after) for line in told.lines}
    calendar_change(actor=world.admin, authority=world.authority, remove=[row], reason="Nhập nhầm")
    assert recompute() == 1
    assert due(recorded, "decision") == date(2026, 12, 2)


def test_another_clock_from_a_day_on_leaves_older_records_alone(
    office: Office, world: World, recorded: ViolationCase
) -> None:
    later = office.open(on=date(2026, 12, 1))
    office.take(later, K.RECORD, date(2026, 12, 1))
    clock = Clock.objects.get(clock="decision", condition="", valid_to=None)
    changed = Clock.objects.get(pk=clock.pk)
    changed.amount, changed.valid_from = 5, date(2026, 12, 1)
    told = preview_row(world.admin, clock, changed)
    assert [line.case.pk for line in told.lines] == [later.pk]
    row_succeed(
        actor=world.admin,
        authority=world.authority,
        row=clock,
        values={"amount": 5, "valid_to": None},
        valid_from=date(2026, 12, 1),
        reason="Luật sửa đổi",
    )
    recompute()
    assert due(recorded, "decision") == date(2026, 12, 2)
    assert due(later, "decision") == date(2026, 12, 8)


def test_a_corrected_frame_is_copied_into_charges_that_are_not_decided(office: Office, world: World) -> None:
    open_case, decided = office.open(), office.decided()
    rule = Rule.objects.get(code=EXPIRED)
    changed = Rule.objects.get(code=EXPIRED)
    changed.max_vnd = 40_000_000
    told = preview_row(world.admin, rule, changed)
    assert [line.case.pk for line in told.lines] == [open_case.pk]
    row_correct(
        actor=world.admin,
        authority=world.authority,
        row=rule,
        values={"max_vnd": 40_000_000},
        reason="Nhập sai khung",
    )
    charge = open_case.charges.get()
    assert (charge.max_vnd, charge.proposed_vnd) == (40_000_000, 30_000_000)
    assert decided.charges.get().max_vnd == 30_000_000


def test_a_changed_share_tells_who_loses_competence(office: Office, world: World) -> None:
    case = office.open()
    row = FineAuthority.objects.in_force(date(2026, 11, 23)).get(code="commune_chair")
    changed = FineAuthority.objects.get(pk=row.pk)
    changed.share = 0.1
    told = preview_row(world.admin, row, changed)
    assert [line.case.pk for line in told.lines] == [case.pk]
    maximum = FieldMaximum.objects.in_force(date(2026, 11, 23)).get(field="telecom")
    changed_maximum = FieldMaximum.objects.get(pk=maximum.pk)
    changed_maximum.max_vnd_individual = 15_000_000
    told = preview_row(world.admin, maximum, changed_maximum)
    assert [line.case.pk for line in told.lines] == [case.pk]


def test_nonsense_is_refused(world: World, law: None) -> None:
    clock = Clock.objects.get(clock="decision", condition="", valid_to=None)
    actor = {"actor": world.admin, "authority": world.authority}
    with pytest.raises(CannotEdit, match="lý do"):
        row_correct(**actor, row=clock, values={"amount": 5}, reason=" ")
    with pytest.raises(CannotEdit, match="phải bắt đầu sau"):
        row_succeed(**actor, row=clock, values={}, valid_from=clock.valid_from, reason="x")
    with pytest.raises(CannotEdit, match="Không thể kết thúc"):
        row_correct(**actor, row=clock, values={"valid_to": date(2000, 1, 1)}, reason="x")
    rule = Rule.objects.get(code=EXPIRED)
    with pytest.raises(CannotEdit, match="nhỏ hơn mức thấp nhất"):
        row_correct(**actor, row=rule, values={"max_vnd": 1}, reason="x")


def test_many_cases_cost_no_more_queries_than_one(
    office: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(6):
        office.take(office.open(), K.RECORD, date(2026, 11, 16 + place))
    with django_assert_max_num_queries(16):
        recompute()


def test_a_case_that_waits_for_nothing_stands_last(office: Office) -> None:
    case = office.in_state("closed")
    assert CaseStanding.objects.get(case=case).due_on == NEVER
    assert CaseStanding.objects.get(case=case).next_due is None
