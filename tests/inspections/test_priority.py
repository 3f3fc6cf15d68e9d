"""How urgent an inspection is: points with reasons, kept for every installation, marked by whatever is written."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from infra.models import Installation, Limit, PublicReport
from infra.services.permits import certificate_register
from inspections.casework.opening import case_open_from_finding
from inspections.models import InspectionPriority, KeptRound
from inspections.selectors.priority import priorities_of, read_risks, rules_on
from inspections.selectors.priority_decision import LIMITS, POINTS, Priority, Risk, level_of, next_turn, prioritize
from inspections.selectors.safety_decision import Facts, Fault, Paper
from inspections.services.priority import priority_is_due, priority_roll_over
from inspections.services.safety import safety_roll_over
from tests import factories as make
from tests.inspections.conftest import File, answer
from tests.inspections.running import EXPIRED
from tests.world import World

TODAY = date(2026, 11, 23)
RULES = {**POINTS, **LIMITS}


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def paper(expires: int, **more: Any) -> Paper:
    return Paper(1, "B418", issued_on=days(expires - 1826), expires_on=days(expires), **more)


VISITED = Risk(last_visit=days(-30), last_result="pass")


def station(*certificates: Paper, verification: str = "required", **more: Any) -> Risk:
    return replace(VISITED, safety=Facts(verification, list(certificates)), **more)


TABLE: list[tuple[Risk, dict[str, int]]] = [
    (station(paper(900)), {}),
    (station(paper(-1)), {"certificate_expired": 40}),
    (station(paper(60)), {"expires_60": 30}),
    (station(paper(61)), {"expires_90": 20}),
    (station(paper(180)), {"expires_180": 10}),
    (station(paper(181)), {}),
    (station(paper(60, renewal_filed_on=days(-2))), {}),
    (station(paper(-1), verification="not_required"), {}),
    (station(paper(400, state="lapsed")), {"certificate_lapsed": 60}),
    (station(), {"certificate_missing": 30}),
    (station(verification="unknown"), {}),
    (station(paper(900), nearest_building_m=100, antenna_above_roof_m=27.9), {"geometry": 10}),
    (station(paper(900), nearest_building_m=100, antenna_above_roof_m=28), {}),
    (station(paper(900), nearest_building_m=100.5, antenna_above_roof_m=5), {}),
    (
        station(verification="not_required", nearest_building_m=40, antenna_above_roof_m=9),
        {"geometry_unclear": 15},
    ),
    (station(paper(900), last_visit=None), {"never_inspected": 15}),
    (station(paper(900), last_result="fail"), {"last_failed": 20}),
    (station(paper(900), last_result="pass_with_remarks"), {"last_remarks": 5}),
    (station(paper(900), last_visit=days(-731)), {"inspected_long_ago": 10}),
    (station(paper(900), mast_built_on=days(-16 * 366)), {"old_mast": 10}),
    (station(paper(900), mast_height_m=45.0, mast_structure="guyed"), {"tall_mast": 10, "guyed_mast": 5}),
    (station(paper(900), mast_design_wind=30.0), {"weak_design": 10}),
    (station(paper(900), open_case="VV-2026-0001"), {"open_case": 10}),
    (station(paper(900), safety_complaints=2, other_complaints=1), {"complaint_safety": 20, "complaint": 8}),
    (replace(VISITED, kind="cable_route", tidy_due_on=days(-1)), {"tidy_late": 20}),
    (replace(VISITED, kind="internet_point", school_m=199.0), {"school_near": 20}),
    (station(paper(-1), status="decommissioned"), {}),
    (station(paper(-1), status="planned"), {}),
]


@pytest.mark.parametrize(("risk", "expected"), TABLE)
def test_what_counts_and_how_much(risk: Risk, expected: dict[str, int]) -> None:
    found = prioritize(risk, TODAY, RULES)
    assert {cause.code: cause.points for cause in found.causes} == expected
    assert found.score == sum(expected.values())
    for language in ("vi", "en"):
        with translation.override(language):
            assert all(cause.text and "%" not in cause.text for cause in found.causes)


def test_findings_count_while_they_stand() -> None:
    danger = Fault(True, days(-40), days(-10), "Tiếp đất 14 Ω", "Earthing 14 Ω")
    minor = Fault(False, days(-20), days(5), "Biển báo", "Sign")
    found = prioritize(station(paper(900)), TODAY, RULES)
    assert found == Priority()
    risk = replace(VISITED, safety=Facts("required", [paper(900)], findings=[danger, minor]))
    assert {c.code: c.points for c in prioritize(risk, TODAY, RULES).causes} == {"danger_stands": 40, "remedy_late": 20}


def test_the_heaviest_reason_comes_first_and_points_are_data() -> None:
    risk = station(paper(-1), mast_structure="guyed", open_case="VV-1")
    assert [cause.code for cause in prioritize(risk, TODAY, RULES).causes] == [
        "certificate_expired",
        "open_case",
        "guyed_mast",
    ]
    without = RULES | {"risk_certificate_expired": 0}
    assert "certificate_expired" not in {cause.code for cause in prioritize(risk, TODAY, without).causes}


def test_levels() -> None:
    assert [level_of(score, RULES) for score in (60, 59, 30, 29)] == ["high", "medium", "medium", "low"]


def test_a_priority_holds_until_the_day_kept_with_it() -> None:
    draw = random.Random(3)
    for _ in range(150):
        risk = station(
            *([paper(draw.randint(-300, 400))] if draw.random() < 0.9 else []),
            last_visit=days(-draw.randint(0, 1000)) if draw.random() < 0.8 else None,
            mast_built_on=days(-draw.randint(5000, 6000)) if draw.random() < 0.5 else None,
            tidy_due_on=days(draw.randint(-50, 300)) if draw.random() < 0.3 else None,
        )
        day, said, turns = TODAY, prioritize(risk, TODAY, RULES), next_turn(risk, TODAY, RULES)
        for _ in range(500):
            day += timedelta(days=1)
            if turns is not None and day >= turns:
                said, turns = prioritize(risk, day, RULES), next_turn(risk, day, RULES)
            assert prioritize(risk, day, RULES) == said


# --- The register -----------------------------------------------------------------------------------------------------


def kept() -> dict[int, int]:
    return dict(InspectionPriority.objects.values_list("pk", "score"))


def decided() -> dict[int, int]:
    ids = Installation.objects.values_list("pk", flat=True)
    return {pk: found.score for pk, found in priorities_of(ids).items()}


@pytest.mark.django_db
def test_everything_that_concerns_an_installation_marks_it(world: World, law: None, filed: File) -> None:
    assert priority_is_due()
    priority_roll_over()
    assert kept() == decided()
    assert not priority_is_due()
    station_ = world.station.installation

    def concerns(*pks: int) -> None:
        assert set(InspectionPriority.objects.filter(is_stale=True).values_list("pk", flat=True)) == set(pks)
        assert priority_is_due()
        priority_roll_over()
        assert not InspectionPriority.objects.filter(is_stale=True).exists()
        assert kept() == decided()

    certificate_register(
        actor=world.officer, installation=station_, number="KD-9", issued_on=TODAY, expires_on=date(2031, 1, 1),
        reason="Renewed",
    )  # fmt: skip
    concerns(station_.pk)
    inspection = filed(answer("certificate_valid", "fail"))
    concerns(station_.pk)
    case_open_from_finding(actor=world.officer, finding=inspection.findings.get(rule_code=EXPIRED), reason="Expired")
    concerns(station_.pk)
    filed(answer("earthing_resistance", None, 3), ref=world.citadel_station.installation.registry_number)
    concerns(world.citadel_station.pk)
    mast = world.harbour_mast
    with make.one_act(world.authority) as ledger:
        mast.height_m = 52.0
        ledger.change(mast)
    concerns(world.station.pk, world.vnpt_station.pk)
    new = make.StationFactory(installation__site=world.market, installation__organization=world.vnpt)
    concerns(new.pk)


@pytest.mark.django_db
def test_reasons_come_from_the_whole_register(world: World, law: None, filed: File) -> None:
    filed(answer("earthing_resistance", None, 14))
    PublicReport.objects.create(authority=world.authority, kind="safety", site=world.harbour, text="Cột nghiêng")
    found = priorities_of([world.station.pk])[world.station.pk]
    assert {"danger_stands", "last_failed", "complaint_safety"} <= {cause.code for cause in found.causes}
    PublicReport.objects.update(status="closed")
    found = priorities_of([world.station.pk])[world.station.pk]
    assert "complaint_safety" not in {cause.code for cause in found.causes}


@pytest.mark.django_db
def test_a_country_is_read_like_a_list(world: World, law: None, filed: File) -> None:
    filed()
    ids = list(Installation.objects.order_by("pk").values_list("pk", flat=True))
    assert read_risks(ids, dense=True) == read_risks(ids)
    safety_roll_over(everything=True)
    priority_roll_over(everything=True)
    assert kept() == decided()


@pytest.mark.django_db
def test_many_cost_what_one_costs(world: World, law: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ids = list(Installation.objects.filter(kind="base_station").values_list("pk", flat=True))
    for asked in (ids[:1], ids):
        with django_assert_num_queries(14):
            assert set(priorities_of(asked)) == set(asked)


@pytest.mark.django_db
def test_midnight_and_other_points(world: World, law: None) -> None:
    today = timezone.localdate()
    certificate_register(
        actor=world.officer, installation=world.station.installation, number="KD-8", issued_on=today,
        expires_on=today + timedelta(days=190), reason="Renewed",
    )  # fmt: skip
    priority_roll_over()
    before = kept()[world.station.pk]
    turning = InspectionPriority.objects.get(pk=world.station.pk).changes_on
    assert turning == today + timedelta(days=10)
    assert priority_roll_over(on=turning) < Installation.objects.count()
    assert kept()[world.station.pk] == before + 10
    Limit.objects.filter(code="risk_expires_180").update(value=12)
    assert rules_on(today)["risk_expires_180"] == 12
    assert priority_roll_over(on=turning) == Installation.objects.count()
    assert kept()[world.station.pk] == before + 12
    assert KeptRound.objects.get(name="priority").finished_at
