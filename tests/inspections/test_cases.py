"""From a finding to a closed case: what is proposed, what is lawful, what is refused and in which words."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from infra.models import ChangeRecord, Organization, User
from inspections.casework.guards import StepInput
from inspections.casework.opening import AlreadyOpen, CannotOpen, CaseDraft, case_open, case_open_from_finding
from inspections.casework.situation import open_file
from inspections.casework.steps import StepRefused, case_step_take
from inspections.casework.transitions import ENDS, MOVES, options, replay
from inspections.models import CaseState, Finding, PersonParty, PersonPartyVersion, Step, StepKind, ViolationCase
from tests.inspections.conftest import File
from tests.inspections.running import EXPIRED
from tests.world import World

pytestmark = pytest.mark.django_db

POSTED = "15/2020/ND-CP:54.1.a"


def moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))


@pytest.fixture
def finding(filed: File) -> Finding:
    return filed().findings.get(rule_code=EXPIRED)


@pytest.fixture
def case(finding: Finding, world: World) -> ViolationCase:
    return case_open_from_finding(
        actor=world.officer, finding=finding, reason="Expired certificate", at=moment(date(2026, 11, 20))
    )


Take = Callable[..., Step]


@pytest.fixture
def take(world: World) -> Take:
    def step(case: ViolationCase, kind: str, on: date, *, person: User | None = None, **given: object) -> Step:
        return case_step_take(
            actor=person or world.officer,
            case=case,
            given=StepInput(kind, on, **given),
            at=moment(max(on, date(2026, 11, 23))),
        )

    return step


def test_one_click_makes_a_case_with_its_charge_proposed(case: ViolationCase, finding: Finding, world: World) -> None:
    charge = case.charges.get()
    assert case.number == "VV-2026-0001"
    assert case.state == CaseState.DETECTED
    assert case.organization == world.viettel
    assert (charge.rule_code, charge.min_vnd, charge.max_vnd) == (EXPIRED, 20_000_000, 30_000_000)
    assert charge.proposed_vnd == 25_000_000
    assert charge.finding == finding
    assert case.objects_concerned.get().installation == world.station.installation
    assert ChangeRecord.objects.get(kind="case.opened").actor == world.officer


def test_the_evidence_is_frozen_as_it_stood(case: ViolationCase, world: World) -> None:
    assert case.evidence["register"]["registry_number"] == world.station.installation.registry_number
    assert case.evidence["register"]["permits"][0]["number"] == world.certificate.number
    values = {row["item"]: row["value"] for row in case.evidence["inspection"]["answers"]}
    assert values["earthing_resistance"] == "14"


def test_a_finding_has_one_case(case: ViolationCase, finding: Finding, world: World) -> None:
    with pytest.raises(AlreadyOpen) as refused:
        case_open_from_finding(actor=world.officer, finding=finding, reason="Again")
    assert refused.value.case == case


def test_a_finding_without_a_rule_asks_for_one(filed: File, world: World) -> None:
    earthing = filed().findings.get(rule_code="")
    with pytest.raises(CannotOpen):
        case_open_from_finding(actor=world.officer, finding=earthing, reason="Earthing")
    opened = case_open_from_finding(actor=world.officer, finding=earthing, reason="Earthing", rules=[POSTED])
    assert opened.charges.get().proposed_vnd == 800_000


def test_inspectors_operators_and_other_authorities_open_nothing(finding: Finding, world: World) -> None:
    for person in (world.inspector, world.owner, world.manager, world.foreign_officer):
        with pytest.raises(PermissionError):
            case_open_from_finding(actor=person, finding=finding, reason="Mine")
    assert not ViolationCase.objects.exists()


def test_from_record_to_closed(case: ViolationCase, take: Take) -> None:
    take(case, "record", date(2026, 11, 20), document="31/BB-VPHC")
    take(case, "explanation", date(2026, 11, 21))
    decision = take(case, "decision", date(2026, 11, 23), document="12/QĐ-XPHC")
    case.refresh_from_db()
    assert (case.state, case.fine_vnd) == (CaseState.DECIDED, 25_000_000)
    assert decision.fine_authority == "department_director"
    assert decision.form == "MQD02"
    take(case, "serve", date(2026, 11, 24))
    take(case, "payment", date(2026, 12, 1), amount_vnd=25_000_000, document="PT-1")
    take(case, "close", date(2026, 12, 2))
    case.refresh_from_db()
    assert case.state == CaseState.CLOSED
    assert case.closed_on == date(2026, 12, 2)
    assert replay((s.kind, case.state) for s in case.steps.all()) == CaseState.CLOSED
    assert not case.deadlines.filter(is_open=True).exists()
    assert ChangeRecord.objects.filter(kind__startswith="case.").count() == 7


def test_a_decision_before_the_record_is_refused_with_the_rule(case: ViolationCase, take: Take) -> None:
    with pytest.raises(StepRefused, match="Điều 56"):
        take(case, "decision", date(2026, 11, 23), document="1")


def test_payment_before_service_is_refused(case: ViolationCase, take: Take) -> None:
    take(case, "record", date(2026, 11, 20))
    with pytest.raises(StepRefused, match="Điều 73"):
        take(case, "payment", date(2026, 11, 23), amount_vnd=1)


@pytest.mark.parametrize("kind", ["payment", "reduce"])
@pytest.mark.parametrize("amount", [None, 0])
def test_a_payment_or_reduction_without_an_amount_is_refused(
    case: ViolationCase, take: Take, kind: str, amount: int | None
) -> None:
    for step in ("record", "decision", "serve"):
        take(case, step, date(2026, 11, 20))
    with pytest.raises(StepRefused, match="₫"):
        take(case, kind, date(2026, 11, 23), amount_vnd=amount)


def test_an_amount_outside_the_frame_is_refused(case: ViolationCase, take: Take) -> None:
    take(case, "record", date(2026, 11, 20))
    with pytest.raises(StepRefused, match=r"30\.000\.000"):
        take(case, "decision", date(2026, 11, 23), amount_vnd=31_000_000)
    take(case, "decision", date(2026, 11, 23), amount_vnd=22_000_000)
    assert case.charges.get().decided_vnd == 22_000_000


def test_an_office_without_competence_is_refused(case: ViolationCase, take: Take, world: World) -> None:
    take(case, "record", date(2026, 11, 20))
    with pytest.raises(StepRefused, match="189/2025"):
        take(case, "decision", date(2026, 11, 23), authority="inspector")


def test_after_limitation_there_is_no_decision_but_a_time_bar(case: ViolationCase, take: Take) -> None:
    late = date(2027, 12, 1)
    take(case, "record", date(2026, 11, 20))
    with pytest.raises(StepRefused, match="Điều 6"):
        take(case, "decision", late)
    take(case, "close", late, note="Hết thời hiệu")
    case.refresh_from_db()
    assert case.state == CaseState.TIME_BARRED


def test_a_step_in_the_future_or_before_the_last_one_is_refused(case: ViolationCase, take: Take, world: World) -> None:
    with pytest.raises(StepRefused):
        case_step_take(
            actor=world.officer,
            case=case,
            given=StepInput("record", timezone.localdate() + timedelta(days=1)),
        )
    take(case, "record", date(2026, 11, 21))
    with pytest.raises(StepRefused):
        take(case, "decision", date(2026, 11, 20))


def test_a_wrong_step_is_annulled_not_erased(case: ViolationCase, take: Take) -> None:
    take(case, "record", date(2026, 11, 20))
    decision = take(case, "decision", date(2026, 11, 23))
    take(case, "annul", date(2026, 11, 23), note="Sai tên bên vi phạm")
    case.refresh_from_db()
    decision.refresh_from_db()
    assert (case.state, case.fine_vnd) == (CaseState.RECORDED, None)
    assert decision.annulled_reason == "Sai tên bên vi phạm"
    assert case.steps.count() == 2
    assert case.deadlines.get(name="decision").is_open


def test_a_step_on_which_others_rest_is_not_annulled(case: ViolationCase, take: Take) -> None:
    record = take(case, "record", date(2026, 11, 20))
    take(case, "decision", date(2026, 11, 23))
    with pytest.raises(StepRefused):
        take(case, "annul", date(2026, 11, 23), step=record.pk, note="Sai")


def test_late_payment_carries_interest(case: ViolationCase, take: Take) -> None:
    take(case, "record", date(2026, 11, 20))
    take(case, "decision", date(2026, 11, 20))
    take(case, "serve", date(2026, 11, 20))
    case.refresh_from_db()
    file = open_file(case, date(2026, 12, 10))
    account = file.account()
    # Ten days after 20/11 is 30/11, a Monday; ten days late at 0.05 % of 25 million.
    assert (account.due_vnd, account.interest_vnd) == (25_000_000, 125_000)


def test_enforcement_waits_for_the_time_to_comply(case: ViolationCase, take: Take) -> None:
    take(case, "record", date(2026, 11, 20))
    take(case, "decision", date(2026, 11, 20))
    take(case, "serve", date(2026, 11, 20))
    with pytest.raises(StepRefused, match="Điều 86"):
        take(case, "enforce", date(2026, 11, 30))
    take(case, "enforce", date(2026, 12, 1), document="5/QĐ-CC")
    case.refresh_from_db()
    assert case.state == CaseState.ENFORCING


def test_a_person_pays_half_and_the_name_stays_out_of_the_ledger(world: World, law: None) -> None:
    opened = case_open(
        actor=world.officer,
        authority=world.authority,
        draft=CaseDraft(
            field="telecom",
            detected_on=date(2026, 11, 20),
            rules=[EXPIRED],
            person=PersonParty(authority=world.authority, name="Phạm Văn Ất", id_number="034099001234"),
        ),
        reason="By hand",
    )
    assert opened.charges.get().proposed_vnd == 12_500_000
    version = PersonPartyVersion.objects.get(noun_id=opened.person_id)
    assert set(version.personal_digests) >= {"name", "id_number", "birth_year", "address", "phone"}


def test_every_state_answers_for_every_step(case: ViolationCase, world: World) -> None:
    for state in CaseState:
        case.state = state
        file = open_file(case)
        possible, refused = options(file.situation())
        kinds = [option.kind for option in possible] + [refusal.kind for refusal in refused]
        assert sorted(kinds) == sorted(set(StepKind) - {StepKind.ANNUL})
        assert all(refusal.why for refusal in refused)
        if state in ENDS:
            assert not possible


def test_the_table_leads_only_to_states_and_from_every_state_but_the_ends() -> None:
    assert {start for start, _kind in MOVES} == set(CaseState) - ENDS
    assert {move.to for move in MOVES.values()} - {None} <= set(CaseState)


def test_organizations_share_no_cases(case: ViolationCase, world: World) -> None:
    def seen(person: User) -> int:
        return ViolationCase.objects.visible_to(person).count()

    assert [seen(p) for p in (world.owner, world.officer, world.manager, world.local_officer)] == [1, 1, 1, 1]
    assert [seen(p) for p in (world.stranger, world.foreign_officer, world.inspector, world.outsider)] == [0] * 4
    assert Organization.objects.filter(cases=case).get() == world.viettel
