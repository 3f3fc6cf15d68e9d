"""Cases beside their steps: openings, charges, the party's requests, hand-over, transfer to another authority."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from infra.models import ChangeRecord, Permit, PublicReport, User
from infra.selectors.ledger import verify
from inspections.casework.answers import Saying, case_answer, in_time
from inspections.casework.changes import (
    CannotChange,
    ChargeChange,
    answer_accept,
    answer_refuse,
    case_set_complex,
    cases_hand_over,
    charges_change,
)
from inspections.casework.opening import (
    AlreadyOpen,
    CannotOpen,
    case_open_from_permit,
    draft_from_incident,
    draft_from_report,
)
from inspections.casework.situation import open_file
from inspections.casework.steps import StepRefused
from inspections.casework.told import tell
from inspections.models import CaseAnswer, CaseState, Incident, Step, ViolationCase
from inspections.selectors.parties import earlier_decisions
from inspections.services.numbering import yearly_number_take
from tests.inspections.running import EXPIRED, TODAY, K, Office, moment
from tests.world import World

pytestmark = pytest.mark.django_db

POSTED = "15/2020/ND-CP:54.1.a"
LATE = "15/2020/ND-CP:54.2.a"


# --- Openings ---------------------------------------------------------------------------------------------------------


def expire(permit: Permit, **columns: Any) -> Permit:
    Permit.objects.filter(pk=permit.pk).update(**columns)
    permit.refresh_from_db()
    return permit


def from_permit(office: Office, permit: Permit, on: date = TODAY) -> ViolationCase:
    return case_open_from_permit(actor=office.person, permit=permit, reason="Hết hạn", on=on, at=moment(TODAY))


def test_an_expired_certificate_becomes_a_case_with_article_54(office: Office, world: World) -> None:
    permit = expire(world.certificate, expires_on=date(2026, 10, 1), renewal_due_on=date(2026, 8, 2))
    case = from_permit(office, permit)
    charge = case.charges.get()
    assert (charge.rule_code, charge.proposed_vnd, case.origin) == (EXPIRED, 25_000_000, "permit")
    assert (case.organization, case.permit) == (world.viettel, permit)
    assert case.evidence["register"]["permits"][0]["number"] == permit.number
    assert case.evidence["register"]["version"]
    with pytest.raises(AlreadyOpen) as again:
        from_permit(office, permit)
    assert again.value.case == case


def test_what_is_wrong_with_a_certificate_chooses_the_rule(office: Office, world: World) -> None:
    late = expire(world.certificate, expires_on=date(2026, 12, 31), renewal_due_on=date(2026, 11, 1))
    assert from_permit(office, late).charges.get().rule_code == LATE
    sound = expire(world.vnpt_certificate, expires_on=date(2028, 1, 1), renewal_due_on=date(2027, 11, 1))
    with pytest.raises(CannotOpen):
        from_permit(office, sound)
    lapsed = expire(world.vnpt_certificate, state="lapsed")
    assert from_permit(office, lapsed).charges.get().rule_code == "15/2020/ND-CP:54.2.b"


def test_an_incident_and_a_complaint_fill_the_form(office: Office, world: World) -> None:
    incident = Incident.objects.create(
        authority=world.authority,
        number=yearly_number_take(authority=world.authority, kind="incident", year=2026),
        kind="outage",
        organization=world.viettel,
        unit=world.thai_thuy,
        started_at=moment(date(2026, 11, 1)),
        text="Mất liên lạc",
    )
    draft = draft_from_incident(incident)
    assert (draft.organization, draft.detected_on, draft.summary) == (world.viettel, date(2026, 11, 1), "Mất liên lạc")
    report = PublicReport.objects.create(
        authority=world.authority, kind="safety", site=world.harbour, text="Cột nghiêng"
    )
    drafted = draft_from_report(report)
    case = office.open(report=report, on=timezone.localdate(), sites=list(drafted.sites), origin=drafted.origin)
    report.refresh_from_db()
    assert (case.report, report.status) == (report, "taken")
    with pytest.raises(AlreadyOpen):
        draft_from_report(report)


def test_the_law_of_the_day_of_the_act_applies(office: Office) -> None:
    rule = "15/2020/ND-CP:84.2"  # 20–30 million before 27 January 2022, 40–60 since
    before = office.open(rule, field="it", on=date(2022, 3, 1), violation_on=date(2022, 1, 10))
    since = office.open(rule, field="it", on=date(2022, 3, 1))
    assert [case.charges.get().max_vnd for case in (before, since)] == [30_000_000, 60_000_000]


def test_impossible_days_are_refused(office: Office) -> None:
    with pytest.raises(CannotOpen):
        office.open(on=date(2026, 11, 2), violation_on=date(2026, 11, 3))


def test_a_case_may_be_about_a_route_and_bare_places(office: Office, world: World) -> None:
    case = office.open(installations=[world.route.installation], places=[("Gầm cầu Diêm Điền", world.harbour.position)])
    route, place = case.objects_concerned.order_by("id")
    assert route.installation == world.route.installation
    assert (place.text, place.position.x) == ("Gầm cầu Diêm Điền", world.harbour.position.x)


# --- Charges ----------------------------------------------------------------------------------------------------------


def test_circumstances_move_the_proposal_and_an_amount_overrules_it(office: Office) -> None:
    case = office.open()
    charge = case.charges.get()

    def change(**values: Any) -> int:
        charges_change(actor=office.person, case=case, changes=[ChargeChange(charge.pk, **values)])
        charge.refresh_from_db()
        return int(charge.proposed_vnd)

    assert change(mitigating=["Tự nguyện nộp hồ sơ"]) == 22_500_000
    assert change(mitigating=[], aggravating=["Tái phạm", "Che giấu"]) == 30_000_000
    assert change(amount_vnd=21_000_000) == 21_000_000
    with pytest.raises(CannotChange, match=r"30\.000\.000"):
        change(amount_vnd=31_000_000)


def test_charges_are_added_and_taken_out_before_a_decision(office: Office, world: World) -> None:
    case = office.open()
    charges_change(actor=office.person, case=case, add=[POSTED])
    assert sum(charge.proposed_vnd for charge in case.charges.all()) == 25_800_000
    with pytest.raises(CannotChange, match="1/1999"):
        charges_change(actor=office.person, case=case, add=["1/1999/ND-CP:1"])
    office.take(case, K.RECORD, date(2026, 11, 2))
    everything = [charge.pk for charge in case.charges.all()]
    with pytest.raises(CannotChange, match="Điều 58"):
        charges_change(actor=office.person, case=case, remove=everything)
    charges_change(actor=office.person, case=case, remove=[case.charges.get(rule_code=POSTED).pk])
    office.take(case, K.DECISION, date(2026, 11, 3))
    with pytest.raises(CannotChange, match="Điều 18"):
        charges_change(actor=office.person, case=case, add=[POSTED])
    with pytest.raises(PermissionError):
        charges_change(actor=world.manager, case=case, add=[POSTED])
    assert list(verify()) == []


def test_without_the_grave_charge_the_right_to_explain_goes(office: Office) -> None:
    case = office.open(EXPIRED, POSTED)
    office.take(case, K.RECORD, date(2026, 11, 2))
    assert case.deadlines.filter(name="written_explanation").exists()
    charges_change(actor=office.person, case=case, remove=[case.charges.get(rule_code=EXPIRED).pk])
    assert not case.deadlines.filter(name="written_explanation").exists()


def test_a_complex_case_has_two_months(office: Office) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    with pytest.raises(CannotChange, match="Điều 66"):
        case_set_complex(actor=office.person, case=case, is_complex=True, reason=" ")
    case_set_complex(actor=office.person, case=case, is_complex=True, reason="Nhiều địa bàn")
    assert case.deadlines.get(name="decision").due_on == date(2027, 1, 4)


def test_an_earlier_decision_makes_a_repeat_offence(office: Office, world: World) -> None:
    first = office.in_state(CaseState.CLOSED)
    other = office.open(on=date(2026, 11, 10), organization=world.vnpt)
    again = office.open(on=date(2026, 11, 10))
    (earlier,) = earlier_decisions(again, 12)
    assert (earlier.case, earlier.same_rules) == (first, (EXPIRED,))
    assert earlier_decisions(other, 12) == []
    assert earlier_decisions(office.open(on=date(2026, 11, 4)), 12) == []  # decided only on the 5th


# --- The party --------------------------------------------------------------------------------------------------------


def ask(case: ViolationCase, person: User, kind: str, **more: Any) -> CaseAnswer:
    return case_answer(actor=person, case=case, saying=Saying("Kính đề nghị", kind, **more), files=[])


def test_more_time_to_explain_is_granted_as_far_as_the_clock_allows(office: Office, world: World) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    assert case.deadlines.get(name="written_explanation").due_on == date(2026, 11, 9)
    answer = ask(case, world.owner, "extension")
    with pytest.raises(CannotChange, match="5"):
        answer_accept(actor=office.person, answer=answer, days=6)
    answer_accept(actor=office.person, answer=answer, days=5, reply="Đồng ý")
    case.refresh_from_db()
    row = case.deadlines.get(name="written_explanation")
    assert (row.due_on, row.working_days) == (date(2026, 11, 16), 10)
    with pytest.raises(CannotChange):
        answer_accept(actor=office.person, answer=answer, days=5)


def test_a_request_is_refused_with_the_reason(office: Office, world: World) -> None:
    case = office.served()
    answer = ask(case, world.owner, "instalments")
    with pytest.raises(CannotChange):
        answer_refuse(actor=office.person, answer=answer, reply="")
    with pytest.raises(PermissionError):
        answer_refuse(actor=world.manager, answer=answer, reply="Không")
    answer_refuse(actor=office.person, answer=answer, reply="Chưa đủ điều kiện")
    answer.refresh_from_db()
    assert (answer.state, answer.reply) == ("refused", "Chưa đủ điều kiện")


def test_a_step_takes_up_what_the_party_sent_and_annulling_gives_it_back(office: Office, world: World) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    answer = ask(case, world.owner, "explanation")
    step = office.take(case, K.EXPLANATION, date(2026, 11, 4), answer=answer.pk)
    answer.refresh_from_db()
    assert (answer.state, answer.step) == ("accepted", step)
    office.take(case, K.ANNUL, TODAY, step=step.pk, note="Nhầm")
    answer.refresh_from_db()
    assert (answer.state, answer.step) == ("open", None)
    other = office.open()
    office.take(other, K.RECORD, date(2026, 11, 2))
    with pytest.raises(StepRefused):
        office.take(other, K.EXPLANATION, date(2026, 11, 4), answer=answer.pk)


def test_whether_an_explanation_came_in_time_is_told(office: Office, world: World) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    answer = ask(case, world.owner, "explanation")
    deadlines = {row.name: row for row in tell(open_file(case, TODAY)).deadlines}
    for day, expected in ((9, True), (10, False)):
        answer.at = moment(date(2026, 11, day)).replace(hour=23)
        assert in_time(answer, deadlines) is expected


# --- Who runs the case ------------------------------------------------------------------------------------------------


def test_open_cases_are_handed_over_all_or_none(office: Office, world: World) -> None:
    mine = [office.open(), office.open(), office.in_state(CaseState.SERVED)]
    elsewhere = office.open(unit=world.pho_hien)
    numbers = [case.pk for case in (*mine, elsewhere)]
    with pytest.raises(CannotChange, match=elsewhere.number):
        cases_hand_over(actor=world.manager, cases=numbers, to=world.local_officer, reason="Nghỉ phép")
    assert not ViolationCase.objects.filter(officer=world.local_officer).exists()
    moved = cases_hand_over(
        actor=world.manager, cases=[case.pk for case in mine], to=world.local_officer, reason="Nghỉ phép"
    )
    assert len(moved) == 3
    assert ChangeRecord.objects.filter(kind="case.handed_over").count() == 3
    for person in (world.owner, world.inspector, world.auditor, world.foreign_officer):
        with pytest.raises(PermissionError):
            cases_hand_over(actor=person, cases=[mine[0].pk], to=world.officer, reason="Lấy")
    with pytest.raises(CannotChange):
        cases_hand_over(actor=world.officer, cases=[mine[0].pk], to=world.inspector, reason="Giao")


def test_another_authority_takes_the_file_over_and_the_sender_keeps_it(office: Office, world: World) -> None:
    case = office.open(person=office.citizen())
    office.take(case, K.RECORD, date(2026, 11, 2), document="31/BB-VPHC")
    office.take(case, K.TRANSFER, date(2026, 11, 3), authority="HPG", note="Vi phạm trên địa bàn Hải Phòng")
    copy = ViolationCase.objects.get(continues=case)
    assert (copy.authority, copy.state, copy.origin) == (world.neighbour, CaseState.TRANSFERRED, "transfer")
    assert [step.kind for step in copy.steps.all()] == [K.RECORD, K.TRANSFER]
    assert copy.charges.get().rule_code == EXPIRED
    assert copy.deadlines.get(name="decision", is_open=True).due_on == date(2026, 11, 16)
    assert not case.deadlines.filter(name="decision", is_open=True).exists()
    assert str(copy.person) == "Phạm Văn Ất"
    assert copy.person != case.person
    foreign = Office(world, world.foreign_officer)
    foreign.take(copy, K.DECISION, date(2026, 11, 10))
    assert (copy.state, case.state) == (CaseState.DECIDED, CaseState.TRANSFERRED)
    with pytest.raises(StepRefused, match="Điều 18"):
        office.take(case, K.ANNUL, TODAY, note="Rút lại")
    office.take(case, K.CLOSE, date(2026, 11, 12), note="Đã chuyển")
    assert ViolationCase.objects.visible_to(world.officer).get() == case
    assert ViolationCase.objects.visible_to(world.foreign_officer).get() == copy
    assert list(verify()) == []


def test_a_file_that_left_the_house_waits_for_nobody_here(office: Office) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    office.take(case, K.TRANSFER, date(2026, 11, 3), authority="CATINH", note="Có dấu hiệu tội phạm")
    assert Step.objects.get(case=case, kind=K.TRANSFER).details["to"] == "outside"
    assert case.standing.next_due is None
