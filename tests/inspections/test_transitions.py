"""Every (state, step, role): allowed, or refused in words that cite the rule."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.access import Role
from infra.models import User
from inspections.casework.guards import CLAUSES, StepInput
from inspections.casework.situation import open_file
from inspections.casework.steps import StepRefused, case_step_take, may_run
from inspections.casework.transitions import EFFECTS, ENDS, MOVES, check, options, replay
from inspections.models import CaseState, Clock, Remedy, Step, StepKind
from tests.inspections.running import TODAY, K, Office, moment, parts
from tests.world import World

pytestmark = pytest.mark.django_db

S = CaseState
KINDS = [kind for kind in StepKind if kind != StepKind.ANNUL]
#: refused in a state of the table although the step is in it, because of what the case is: (state, step) -> words
FOR_NOW: dict[tuple[str, str], str] = {
    (S.DETECTED, K.DECISION): "Điều 56",
    (S.DETECTED, K.CLOSE): "Điều 6",
    (S.RECORDED, K.CLOSE): "Điều 6",
    (S.EXPLAINING, K.CLOSE): "Điều 6",
    (S.DECIDED, K.PAYMENT): "Điều 70",
    (S.DECIDED, K.CLOSE): "Điều 73",
    (S.NO_PENALTY, K.SERVE): "Điều 70",
    (S.NO_PENALTY, K.REMEDY): "Điều 28",
    (S.SERVED, K.REMEDY): "Điều 28",
    (S.SERVED, K.CLOSE): "Điều 73",
    (S.EXECUTING, K.REMEDY): "Điều 28",
    (S.EXECUTING, K.CLOSE): "Điều 73",
    (S.ENFORCING, K.REMEDY): "Điều 28",
    (S.ENFORCING, K.CLOSE): "Điều 73",
}


def people(world: World) -> dict[str, User]:
    return {
        Role.SUBMITTER: world.owner,
        Role.VIEWER: world.colleague,
        Role.INSPECTOR: world.inspector,
        Role.OFFICER: world.officer,
        Role.MANAGER: world.manager,
        Role.ADMINISTRATOR: world.admin,
        Role.AUDITOR: world.auditor,
        "officer of the commune": world.local_officer,
        "officer elsewhere": world.foreign_officer,
        "nobody": world.outsider,
    }


def entered(kind: str, on: date, left: int = 0) -> StepInput:
    """What a careful officer would enter for a step of *kind*."""
    more: dict[str, Any] = {
        K.PAYMENT: {"amount_vnd": 1_000_000},
        K.REDUCE: {"amount_vnd": 1_000_000},
        K.POSTPONE: {"until": on + timedelta(days=30)},
        K.TRANSFER: {"authority": "province_chair"},
        K.INSTALMENTS: {"instalments": parts((on + timedelta(days=30), left))},
    }.get(kind, {})
    return StepInput(kind, on, note="Lý do", **more)


@pytest.mark.parametrize("state", list(CaseState))
def test_every_step_by_every_role(office: Office, world: World, state: str) -> None:
    case = office.in_state(state)
    on = max([step.on for step in case.steps.all()], default=case.detected_on) + timedelta(days=20)
    today = max(TODAY, on)
    left = open_file(case, today).account().due_vnd
    for (role, person), kind in product(people(world).items(), KINDS):
        what = (state, kind, role)
        may = role in (Role.OFFICER, "officer of the commune")
        assert may_run(person, authority_id=case.authority_id, unit_id=case.unit_id, field=case.field) == may, what
        try:
            with transaction.atomic():
                case_step_take(actor=person, case=case, given=entered(kind, on, left), at=moment(today))
                transaction.set_rollback(True)
            outcome = "taken"
        except PermissionError:
            outcome = "not theirs"
        except StepRefused as error:
            outcome = "refused"
            words = str(error)
            assert "Điều" in words or "/20" in words, (what, words)
            assert FOR_NOW.get((state, kind), "") in words, (what, words)
        expected = "taken" if (state, kind) in MOVES and (state, kind) not in FOR_NOW else "refused"
        assert outcome == (expected if may else "not theirs"), what


def test_every_state_answers_for_every_step(office: Office) -> None:
    for state in CaseState:
        file = open_file(office.in_state(state))
        possible, refused = options(file.situation())
        kinds = [option.kind for option in possible] + [refusal.kind for refusal in refused]
        assert sorted(kinds) == sorted(KINDS)
        assert all(refusal.why and refusal.clause for refusal in refused)
        if state in ENDS:
            assert not possible


def test_the_table_leads_only_to_states_and_from_every_state_but_the_ends() -> None:
    assert {start for start, _kind in MOVES} == set(CaseState) - ENDS
    reached = {move.to for move in MOVES.values()} - {None}
    assert reached | {CaseState.DETECTED} == set(CaseState)
    assert set(EFFECTS) == set(StepKind) == set(CLAUSES)


def test_a_step_out_of_order_says_from_where_it_is_possible(office: Office) -> None:
    case = office.open()
    with pytest.raises(StepRefused, match="Điều 73, 78"):
        office.take(case, K.PAYMENT, date(2026, 11, 3), amount_vnd=1)


# --- Replaying --------------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_replaying_the_steps_of_any_case_gives_its_state(office: Office, data: st.DataObject) -> None:
    """Walk at random: take whatever is offered, annul now and then; the steps always explain the state."""
    with transaction.atomic():
        case = office.open(on=date(2026, 3, 2), today=date(2026, 3, 2))
        on = case.detected_on
        for _ in range(data.draw(st.integers(min_value=1, max_value=9))):
            on += timedelta(days=data.draw(st.sampled_from([0, 1, 12, 40])))
            possible, _refused = options(open_file(case, on).situation())
            offered = [option.kind for option in possible] + ([K.ANNUL] if case.steps.exists() else [])
            if not offered:
                break
            kind = data.draw(st.sampled_from(offered))
            try:
                office.take(case, kind, on, today=on, **vars_of(entered(kind, on)))
            except StepRefused:
                continue
            standing = Step.objects.filter(case=case, annulled_at__isnull=True).order_by("on", "id")
            assert replay((step.kind, case.state) for step in standing) == case.state
        transaction.set_rollback(True)


def vars_of(given: StepInput) -> dict[str, Any]:
    return {name: value for name, value in vars(given).items() if name not in ("kind", "on")}


# --- Conditions of single steps ---------------------------------------------------------------------------------------


def test_a_small_fine_needs_no_record_and_is_paid_at_once(office: Office) -> None:
    case = office.open("15/2020/ND-CP:54.1.a")
    decision = office.take(case, K.DECISION, date(2026, 11, 3))
    assert (decision.form, case.state, case.fine_vnd) == ("MQD01", S.DECIDED, 800_000)
    office.take(case, K.PAYMENT, date(2026, 11, 3), amount_vnd=800_000)
    office.take(case, K.CLOSE, date(2026, 11, 3))
    assert case.state == S.CLOSED


def test_the_limit_without_a_record_changes_with_the_law_of_july_2025(office: Office) -> None:
    for on, lawful in ((date(2025, 6, 30), False), (date(2025, 7, 1), True)):
        case = office.open("15/2020/ND-CP:54.1.a", on=on)
        if lawful:
            office.take(case, K.DECISION, on, authority="department_director")
            assert case.state == S.DECIDED
        else:
            with pytest.raises(StepRefused, match=r"500\.000"):
                office.take(case, K.DECISION, on, authority="chief_inspector")


def test_old_cases_keep_the_offices_of_their_day(office: Office) -> None:
    case = office.open(on=date(2025, 6, 2))
    office.take(case, K.RECORD, date(2025, 6, 2))
    decision = office.take(case, K.DECISION, date(2025, 6, 5))
    assert decision.fine_authority == "chief_inspector"
    later = office.open(on=date(2025, 6, 20))
    office.take(later, K.RECORD, date(2025, 6, 20))
    with pytest.raises(StepRefused, match="189/2025"):
        office.take(later, K.DECISION, date(2025, 7, 1), authority="chief_inspector")


def test_a_warning_is_a_decision_of_nothing_where_the_rule_provides_it(office: Office) -> None:
    warned = office.open("15/2020/ND-CP:35.1", field="internet")
    office.take(warned, K.DECISION, date(2026, 11, 3), amount_vnd=0)
    assert (warned.state, warned.fine_vnd) == (S.DECIDED, 0)
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    with pytest.raises(StepRefused, match=r"20\.000\.000"):
        office.take(case, K.DECISION, date(2026, 11, 3), amount_vnd=0)


def test_amounts_are_decided_charge_by_charge(office: Office) -> None:
    case = office.open("15/2020/ND-CP:54.3.a", "15/2020/ND-CP:54.1.a")
    office.take(case, K.RECORD, date(2026, 11, 2))
    expired, posted = case.charges.order_by("id")
    with pytest.raises(StepRefused, match=r"54\.1\.a"):
        office.take(case, K.DECISION, date(2026, 11, 5), charges={expired.pk: 21_000_000, posted.pk: 2_000_000})
    with pytest.raises(StepRefused):
        office.take(case, K.DECISION, date(2026, 11, 5), charges={expired.pk: 21_000_000})
    office.take(case, K.DECISION, date(2026, 11, 5), charges={expired.pk: 21_000_000, posted.pk: 700_000})
    assert case.fine_vnd == 21_700_000
    assert [charge.decided_vnd for charge in case.charges.order_by("id")] == [21_000_000, 700_000]


def test_a_sum_is_spread_inside_the_frames(office: Office) -> None:
    case = office.open("15/2020/ND-CP:54.3.a", "15/2020/ND-CP:54.1.a")
    office.take(case, K.RECORD, date(2026, 11, 2))
    office.take(case, K.DECISION, date(2026, 11, 5), amount_vnd=23_200_000)
    for charge in case.charges.all():
        assert charge.min_vnd <= charge.decided_vnd <= charge.max_vnd
    assert sum(charge.decided_vnd for charge in case.charges.all()) == 23_200_000


def test_a_late_decision_warns_until_the_rule_is_verified_and_then_refuses(office: Office) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    late = date(2026, 11, 20)
    now = replace(open_file(case, late).situation(), given=StepInput(K.DECISION, late, amount_vnd=25_000_000))
    verdict = check(now)
    assert not verdict.refusals
    assert any("11/11/2026" in words for words in verdict.cautions)
    Clock.objects.filter(clock="decision_term_bars").update(verified=True)
    with pytest.raises(StepRefused, match="Điều 65, 66"):
        office.take(case, K.DECISION, late)


def test_deciding_before_the_party_could_explain_is_warned_about_and_kept(office: Office) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    step = office.take(case, K.DECISION, date(2026, 11, 3))
    assert any("09/11/2026" in words for words in step.details["cautions"])


def test_a_transfer_goes_to_an_office_that_may_decide(office: Office) -> None:
    case = office.open("15/2020/ND-CP:22.2")  # up to 170 million: beyond the director's 160
    office.take(case, K.RECORD, date(2026, 11, 2))
    with pytest.raises(StepRefused, match="Ủy ban nhân dân cấp tỉnh"):
        office.take(case, K.DECISION, date(2026, 11, 3), authority="department_director")
    with pytest.raises(StepRefused, match="189/2025"):
        office.take(case, K.TRANSFER, date(2026, 11, 3), authority="commune_chair", note="Chuyển")
    office.take(case, K.TRANSFER, date(2026, 11, 3), authority="province_chair", note="Vượt thẩm quyền")
    assert case.state == S.TRANSFERRED
    assert case.deadlines.get(name="decision").due_on == date(2026, 11, 16)
    office.take(case, K.DECISION, date(2026, 11, 10), authority="province_chair")
    assert case.state == S.DECIDED


def test_without_a_penalty_measures_may_still_be_ordered(office: Office) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    ordered = (("Nộp hồ sơ kiểm định", date(2026, 12, 1)),)
    office.take(case, K.NO_PENALTY, date(2026, 11, 5), note="Hết thời hạn", remedies=ordered, form="MQD11")
    with pytest.raises(StepRefused, match="Điều 28"):
        office.take(case, K.CLOSE, date(2026, 11, 6))
    office.take(case, K.SERVE, date(2026, 11, 6))
    assert case.standing.due_on == date(2026, 12, 1)
    office.take(case, K.REMEDY, date(2026, 11, 20), note="Đã nộp")
    office.take(case, K.CLOSE, date(2026, 11, 20))
    assert case.state == S.CLOSED


@pytest.mark.parametrize(
    ("state", "kind", "given", "words"),
    [
        (S.SERVED, K.COMPLAINT, {}, "note.*Điều 15"),
        (S.SERVED, K.LAWSUIT, {"note": "  "}, "note.*Điều 15"),
        (S.SERVED, K.INSTALMENTS, {}, "a day and an amount.*Điều 79"),
        (S.SERVED, K.POSTPONE, {}, "postponed.*Điều 76"),
        (S.SERVED, K.REDUCE, {}, "amount.*Điều 77"),
        (S.RECORDED, K.NO_PENALTY, {}, "reason.*Điều 65"),
        (S.RECORDED, K.TRANSFER, {"note": "Vượt thẩm quyền"}, "to whom.*Điều 62"),
        (S.TRANSFERRED, K.CLOSE, {}, "reason.*Điều 73"),
    ],
)
def test_a_step_without_what_it_needs_is_refused(
    office: Office, state: str, kind: str, given: dict[str, Any], words: str
) -> None:
    case = office.in_state(state)
    with override("en"), pytest.raises(StepRefused, match=f"(?i){words}"):
        office.take(case, kind, date(2026, 11, 20), **given)
    assert case.state == state
    assert not case.steps.filter(kind=kind, on=date(2026, 11, 20)).exists()


def test_a_measure_needs_no_note(office: Office) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    office.take(case, K.DECISION, date(2026, 11, 5), remedies=(("Gỡ thiết bị", None),))
    office.take(case, K.SERVE, date(2026, 11, 6))
    office.take(case, K.REMEDY, date(2026, 11, 8))
    assert not case.remedies.filter(done_on__isnull=True).exists()


# --- Execution --------------------------------------------------------------------------------------------------------


def test_instalments_move_the_dates_and_carry_interest_each(office: Office) -> None:
    case = office.served()
    plan = parts((date(2026, 11, 16), 10_000_000), (date(2026, 12, 16), 8_000_000), (date(2027, 1, 18), 7_000_000))
    step = office.take(case, K.INSTALMENTS, date(2026, 11, 10), instalments=plan)
    assert any("200.000.000" in words for words in step.details["cautions"])  # the threshold, not verified
    dues = dict(case.deadlines.values_list("name", "due_on"))
    assert (dues["instalment"], dues["payment"]) == (date(2026, 11, 16), date(2027, 1, 18))
    office.take(case, K.PAYMENT, date(2026, 11, 16), amount_vnd=10_000_000)
    assert case.deadlines.get(name="instalment").due_on == date(2026, 12, 16)
    account = open_file(case, date(2026, 12, 26)).account()
    assert (account.due_vnd, account.interest_vnd) == (15_000_000, 40_000)  # 8 million, ten days late


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (parts((date(2026, 11, 16), 10_000_000), (date(2026, 12, 16), 8_000_000)), r"18\.000\.000"),
        (parts((date(2026, 12, 16), 20_000_000), (date(2026, 11, 16), 5_000_000)), "Điều 79"),
    ],
)
def test_instalments_add_up_and_follow_each_other(office: Office, plan: Any, words: str) -> None:
    case = office.served()
    with pytest.raises(StepRefused, match=words):
        office.take(case, K.INSTALMENTS, date(2026, 11, 10), instalments=plan)


def test_a_postponement_puts_payment_off_and_stops_enforcement(office: Office) -> None:
    case = office.served()
    with pytest.raises(StepRefused, match="Điều 76"):
        office.take(case, K.POSTPONE, date(2026, 11, 10), until=date(2026, 11, 10))
    office.take(case, K.POSTPONE, date(2026, 11, 10), until=date(2027, 1, 10))
    assert case.deadlines.get(name="payment").due_on == date(2027, 1, 10)
    assert open_file(case, date(2027, 1, 10)).account().interest_vnd == 0
    with pytest.raises(StepRefused, match="Điều 86"):
        office.take(case, K.ENFORCE, date(2026, 12, 20))


def test_a_reduction_takes_at_most_what_is_left(office: Office) -> None:
    case = office.served()
    with pytest.raises(StepRefused, match="Điều 77"):
        office.take(case, K.REDUCE, date(2026, 11, 10), amount_vnd=26_000_000)
    office.take(case, K.REDUCE, date(2026, 11, 10), amount_vnd=5_000_000)
    assert case.fine_vnd == 20_000_000
    office.take(case, K.PAYMENT, date(2026, 11, 12), amount_vnd=20_000_000)
    office.take(case, K.CLOSE, date(2026, 11, 12))
    assert case.state == S.CLOSED


def test_a_longer_time_named_in_the_decision_counts(office: Office) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    office.take(case, K.DECISION, date(2026, 11, 5), comply_days=30)
    office.take(case, K.SERVE, date(2026, 11, 6))
    assert case.deadlines.get(name="payment").due_on == date(2026, 12, 7)


def test_measures_are_carried_out_one_by_one(office: Office) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    ordered = (("Tháo dỡ", date(2026, 11, 30)), ("Nộp hồ sơ", None))
    office.take(case, K.DECISION, date(2026, 11, 5), remedies=ordered)
    office.take(case, K.SERVE, date(2026, 11, 6))
    first, second = Remedy.objects.filter(case=case).order_by("id")
    office.take(case, K.PAYMENT, date(2026, 11, 7), amount_vnd=25_000_000)
    assert case.standing.due_name == "remedy"
    done = office.take(case, K.REMEDY, date(2026, 11, 8), carried_out=(first.pk,))
    first.refresh_from_db()
    assert (first.done_on, first.done_by) == (date(2026, 11, 8), done)
    with pytest.raises(StepRefused):
        office.take(case, K.REMEDY, date(2026, 11, 9), carried_out=(first.pk,))
    with pytest.raises(StepRefused, match="Điều 73"):
        office.take(case, K.CLOSE, date(2026, 11, 9))
    office.take(case, K.REMEDY, date(2026, 11, 9), carried_out=(second.pk,))
    office.take(case, K.CLOSE, date(2026, 11, 9))


def test_annulling_a_measure_reported_opens_only_that_one(office: Office) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    office.take(case, K.DECISION, date(2026, 11, 5), remedies=(("Một", None), ("Hai", None)))
    office.take(case, K.SERVE, date(2026, 11, 6))
    first, second = Remedy.objects.filter(case=case).order_by("id")
    office.take(case, K.REMEDY, date(2026, 11, 8), carried_out=(first.pk,))
    wrong = office.take(case, K.REMEDY, date(2026, 11, 8), carried_out=(second.pk,))
    office.take(case, K.ANNUL, TODAY, step=wrong.pk, note="Nhầm")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.done_on is not None, second.done_on) == (True, None)


def test_steps_side_by_side_may_be_entered_in_any_order(office: Office) -> None:
    case = office.served()
    office.take(case, K.PAYMENT, date(2026, 11, 12), amount_vnd=5_000_000)
    office.take(case, K.PAYMENT, date(2026, 11, 10), amount_vnd=5_000_000)
    with pytest.raises(StepRefused):
        office.take(case, K.PAYMENT, date(2026, 11, 5), amount_vnd=5_000_000)  # before service


def test_a_complaint_stands_beside_and_suspends_only_where_it_says_so(office: Office) -> None:
    case = office.served(on=date(2026, 9, 7))
    office.take(case, K.COMPLAINT, date(2026, 9, 15), note="Khiếu nại")
    assert case.state == S.SERVED
    office.take(case, K.LAWSUIT, date(2026, 9, 20), note="Tòa tạm đình chỉ", suspends=True)
    with pytest.raises(StepRefused, match="Điều 15"):
        office.take(case, K.ENFORCE, date(2026, 10, 15))
    office.take(case, K.LAWSUIT, date(2026, 10, 10), note="Bác đơn")
    office.take(case, K.ENFORCE, date(2026, 10, 15), form="MQD08")
    assert case.state == S.ENFORCING
    assert case.steps.get(kind=K.ENFORCE).form == "MQD08"


def test_a_form_of_another_step_is_refused(office: Office) -> None:
    case = office.served(on=date(2026, 9, 7))
    with pytest.raises(StepRefused, match="MBB01"):
        office.take(case, K.ENFORCE, date(2026, 10, 15), form="MBB01")


def test_a_decision_that_was_never_served_ends_time_barred(office: Office) -> None:
    case = office.decided(on=date(2025, 9, 8))
    with pytest.raises(StepRefused, match="Điều 73"):
        office.take(case, K.CLOSE, date(2026, 9, 1), note="?")
    office.take(case, K.CLOSE, date(2026, 10, 1), note="Không tống đạt được")
    assert case.state == S.TIME_BARRED
