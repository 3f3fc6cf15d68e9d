"""The API of cases beyond their steps: charges, facts, hand-over, the party's requests, papers, statistics."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from infra.models import ChangeRecord
from inspections.models import CaseAnswer, ViolationCase
from tests.inspections.running import EXPIRED, K, Office
from tests.world import SignIn, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

BASE, JSON = "/api/v1/cases/", "application/json"
POSTED = "15/2020/ND-CP:54.1.a"


@pytest.fixture
def case(office: Office) -> ViolationCase:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 20))
    return case


def post(client: Client, case: ViolationCase, path: str, **body: Any) -> Any:
    return client.post(f"{BASE}{case.pk}/{path}", body, content_type=JSON)


def test_charges_change_and_the_case_follows(as_person: SignIn, world: World, case: ViolationCase) -> None:
    client, charge = as_person(world.officer), case.charges.get()
    changed = post(
        client, case, "charges/", change=[{"charge": charge.pk, "mitigating": ["Tự nguyện khắc phục"]}], add=[POSTED]
    )
    assert changed.status_code == 200, changed.content
    rows = {row["rule"]: row["proposed_vnd"] for row in changed.json()["charges"]}
    assert rows == {EXPIRED: 22_500_000, POSTED: 800_000}
    outside = post(client, case, "charges/", change=[{"charge": charge.pk, "amount_vnd": 31_000_000}])
    assert outside.status_code == 409
    assert outside["Content-Type"] == "application/problem+json"
    assert EXPIRED in outside.json()["detail"]
    assert post(client, case, "charges/", add=["1/1999/ND-CP:1"]).status_code in (400, 409)
    assert post(as_person(world.manager), case, "charges/", add=[POSTED]).status_code == 403
    assert post(as_person(world.stranger), case, "charges/", add=[POSTED]).status_code == 404


def test_a_complex_case_has_more_time(as_person: SignIn, world: World, case: ViolationCase) -> None:
    answer = post(as_person(world.officer), case, "complex/", complex=True, reason="Nhiều trạm")
    assert answer.status_code == 200
    dates = {row["name"]: row["due"] for row in answer.json()["deadlines"]}
    assert dates["decision"] == "2027-01-20"
    assert post(as_person(world.officer), case, "complex/", complex=True).status_code == 400


def test_cases_are_handed_over(as_person: SignIn, world: World, office: Office, case: ViolationCase) -> None:
    second = office.open()
    client = as_person(world.manager)
    one = {"to": "local-officer", "reason": "Nghỉ phép"}
    moved = client.post(f"{BASE}hand-over/", one | {"cases": [case.number]}, content_type=JSON)
    assert moved.status_code == 200, moved.content
    everything = client.post(f"{BASE}hand-over/", one | {"officer": "officer"}, content_type=JSON)
    assert everything.status_code == 200
    assert set(ViolationCase.objects.values_list("officer", flat=True)) == {world.local_officer.pk}
    elsewhere = office.open(unit=world.pho_hien)
    refused = client.post(f"{BASE}hand-over/", one | {"cases": [elsewhere.number]}, content_type=JSON)
    assert refused.status_code == 409
    assert elsewhere.number in refused.json()["detail"]
    assert client.post(f"{BASE}hand-over/", {"to": "officer", "reason": "x"}, content_type=JSON).status_code == 400
    unknown = client.post(
        f"{BASE}hand-over/", {"to": "ai-do", "reason": "x", "cases": [second.number]}, content_type=JSON
    )
    assert unknown.status_code == 400
    assert as_person(world.owner).post(f"{BASE}hand-over/", one, content_type=JSON).status_code in (400, 403)


def test_the_party_asks_and_the_authority_replies(as_person: SignIn, world: World, case: ViolationCase) -> None:
    owner, officer = as_person(world.owner), as_person(world.officer)
    asked = owner.get(f"{BASE}{case.pk}/").json()["asked"]
    assert {row["name"]: row["answer"] for row in asked} == {
        "hearing_request": "hearing",
        "written_explanation": "explanation",
    }
    assert post(owner, case, "answers/", kind="extension", text="Xin thêm 5 ngày").status_code == 201
    answer = CaseAnswer.objects.get()
    before = {row["name"]: row["due"] for row in owner.get(f"{BASE}{case.pk}/").json()["deadlines"]}
    too_many = post(officer, case, f"answers/{answer.pk}/reply/", accept=True, days=9)
    assert too_many.status_code == 409
    granted = post(officer, case, f"answers/{answer.pk}/reply/", accept=True, days=5, reply="Đồng ý")
    assert granted.status_code == 200, granted.content
    after = {row["name"]: row["due"] for row in owner.get(f"{BASE}{case.pk}/").json()["deadlines"]}
    assert (before["written_explanation"], after["written_explanation"]) == ("2026-11-27", "2026-12-04")
    told = owner.get(f"{BASE}{case.pk}/answers/").json()[0]
    assert (told["state"], told["granted_days"], told["reply"]) == ("accepted", 5, "Đồng ý")
    assert post(owner, case, f"answers/{answer.pk}/reply/", accept=True).status_code == 403
    assert post(officer, case, f"answers/{answer.pk}/reply/", accept=False).status_code == 409, "answered already"


def test_money_by_the_api(as_person: SignIn, world: World, office: Office) -> None:
    case = office.served(on=date(2026, 10, 1))
    client = as_person(world.officer)
    seen = client.get(f"{BASE}{case.pk}/").json()
    # served on 5 October, payable by the 15th; 39 days late at 0.05 % of 25,000,000
    assert seen["due_vnd"] == 25_000_000
    assert seen["interest_vnd"] == 487_500
    paid = post(client, case, "steps/", kind="payment", date="2026-11-20", amount_vnd=25_000_000, document="BL-1")
    assert paid.status_code == 201, paid.content
    assert paid.json()["due_vnd"] == 0
    assert paid.json()["interest_vnd"] == 450_000
    more = post(client, case, "steps/", kind="payment", date="2026-11-23", amount_vnd=450_000, document="BL-2")
    assert more.status_code == 201, more.content
    assert more.json()["interest_vnd"] == 0


def test_statistics_by_the_api(
    as_person: SignIn, world: World, office: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    office.in_state("closed")
    office.open()
    client = as_person(world.manager)
    with django_assert_max_num_queries(10):
        found = client.get(f"{BASE}statistics/?by=rule&start=2026-01-01&end=2026-12-31").json()
    assert found["total"]["count"] == 2
    assert found["groups"][0]["key"] == EXPIRED
    assert found["groups"][0]["fine_vnd"] == 25_000_000
    assert found["groups"][0]["mean_days"]["decision"] == 3.0
    assert client.get(f"{BASE}statistics/?by=nonsense").status_code == 400
    assert client.get(f"{BASE}statistics/?colour=red").status_code == 400
    assert client.get(f"{BASE}statistics/?start=2026-12-31&end=2026-01-01").status_code == 400
    own = as_person(world.owner).get(f"{BASE}statistics/?start=2026-01-01&end=2026-12-31").json()
    assert own["total"]["count"] == 2, "an operator counts its own cases"
    assert as_person(world.owner).get(f"{BASE}statistics/?by=officer").status_code == 400
    assert as_person(world.stranger).get(f"{BASE}statistics/").json()["total"]["count"] == 0
    assert as_person(None).get(f"{BASE}statistics/").status_code == 401


def test_one_case_costs_a_fixed_number_of_queries(
    as_person: SignIn, world: World, office: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = office.served(EXPIRED, POSTED)
    office.take(case, K.PAYMENT, date(2026, 11, 10), amount_vnd=1_000_000)
    client = as_person(world.officer)
    client.get(f"{BASE}{case.pk}/")
    with django_assert_max_num_queries(36):
        assert client.get(f"{BASE}{case.pk}/").status_code == 200


def test_what_a_step_lacks_is_named_with_its_member(as_person: SignIn, world: World, office: Office) -> None:
    client, case = as_person(world.officer), office.served()
    needs = {row["kind"]: set(row["needs"]) for row in client.get(f"{BASE}{case.pk}/").json()["next_steps"]}
    for kind, members in (("complaint", {"note"}), ("instalments", {"instalments"}), ("postpone", {"until"})):
        refused = post(client, case, "steps/", kind=kind, date="2026-11-20")
        assert refused.status_code == 409, refused.content
        assert {row["pointer"] for row in refused.json()["errors"]} == {f"/{name}" for name in members}
        assert members <= needs[kind]
    taken = post(client, case, "steps/", kind="complaint", date="2026-11-20", note="Khiếu nại mức phạt")
    assert taken.status_code == 201, taken.content


def test_what_a_person_did_does_not_stay_in_the_ledger(as_person: SignIn, world: World) -> None:
    told = "Ông Phạm Văn Ất bán SIM đã kích hoạt"
    body = {"person": {"name": "Phạm Văn Ất"}, "field": "telecom", "detected_on": "2026-11-20", "summary": told}
    opened = as_person(world.officer).post(BASE, body, content_type=JSON)
    assert opened.status_code == 201, opened.content
    assert ViolationCase.objects.get(pk=opened.json()["id"]).summary == told
    assert not ChangeRecord.objects.filter(reason__contains="Ất").exists()
