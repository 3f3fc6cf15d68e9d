"""The doors of the API: intake, photos, cases, steps, calculators, and who finds what behind them."""

import hashlib
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from infra.models import User
from inspections.casework.opening import case_open_from_finding
from inspections.models import Finding, Inspection, Photo, ViolationCase
from tests.inspections.conftest import File
from tests.inspections.running import EXPIRED
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db

BASE = "/api/v1/"
JSON = "application/json"


def wire(ref: str, **changes: Any) -> dict[str, Any]:
    """Return the body of CONTRACT §4 as a phone sends it."""
    return {
        "subject": {"type": "installation", "ref": ref, "name": "Trạm", "lon": 106.5, "lat": 20.5},
        "checklist": "bts-safety",
        "checklist_version": None,
        "campaign": None,
        "started_at": "2026-11-20T08:00:00+07:00",
        "finished_at": "2026-11-20T09:00:00+07:00",
        "sent_at": "2026-11-20T09:05:00+07:00",
        "revision": 3,
        "status": "submitted",
        "position": {"lon": 106.5, "lat": 20.5, "accuracy_m": 4.5},
        "answers": [
            {"item": "certificate_valid", "outcome": "fail", "value": None, "unit": None, "instrument": None},
            {
                "item": "earthing_resistance",
                "outcome": "pass",
                "value": "14",
                "unit": "ohm",
                "instrument": {"serial": "KYORITSU 4105A", "calibrated_on": "2026-01-10"},
                "note": "",
            },
        ],
        "photos": [],
        "signatures": [{"name": "Trần Quốc Bình", "title": "Trưởng trạm", "image_sha256": None, "refused": False}],
        "notes": "",
    } | changes


def put(client: Client, uuid: object, body: dict[str, Any]) -> Any:
    return client.put(f"{BASE}inspections/{uuid}/", body, content_type=JSON)


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def ref(world: World, law: None) -> str:
    return str(world.station.installation.registry_number)


@pytest.fixture
def case(filed: File, world: World) -> ViolationCase:
    finding = filed().findings.get(rule_code=EXPIRED)
    return case_open_from_finding(actor=world.officer, finding=finding, reason="Expired certificate")


def test_put_creates_then_changes_nothing_then_refuses(as_person: SignIn, world: World, ref: str) -> None:
    client, uuid = as_person(world.inspector), uuid4()
    first = put(client, uuid, wire(ref))
    assert first.status_code == 201
    stored = first.json()
    assert (stored["id"], stored["result"], stored["status"]) == (str(uuid), "fail", "submitted")
    assert stored["received_at"]
    assert {f["item"]: f["rule"] for f in stored["findings"]} == {
        "certificate_valid": EXPIRED,
        "earthing_resistance": "",
    }
    assert stored["answers"][1]["outcome"] == "fail"
    assert put(client, uuid, wire(ref, sent_at="2026-11-20T10:00:00+07:00")).status_code == 200
    refused = put(client, uuid, wire(ref, notes="Khác"))
    assert refused.status_code == 409
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["stored"]["id"] == str(uuid)
    assert Inspection.objects.count() == 1


def test_the_answer_to_a_new_form_is_what_is_read_afterwards(as_person: SignIn, world: World, ref: str) -> None:
    client, uuid = as_person(world.inspector), uuid4()
    photo = {"sha256": "a" * 64, "item": "certificate_valid", "taken_at": "2026-11-20T08:10:00+07:00", "lon": 106.5}
    moved = {"kind": "position", "lon": 106.51, "lat": 20.51, "accuracy_m": 3.5, "note": "Cột ở bên kia đường"}
    body = wire(ref, photos=[photo | {"lat": 20.5}], corrections=[moved], notes="Đã nhắc đại diện")
    body["answers"] += [
        {"item": "guys", "outcome": "na"},
        {"item": "emf_power_density", "value": 0.4, "unit": "W/m2", "instrument": {"serial": "NARDA"}, "note": "mái"},
    ]
    stored = put(client, uuid, body)
    assert stored.status_code == 201
    assert len(stored.json()["answers"]) == 4
    assert stored.json() == client.get(f"{BASE}inspections/{uuid}/").json()


#: statements of a new form, its savepoints included: nothing wrong; with two findings, which bring the state along
FORM_QUERIES = {"clean": 22, "faulty": 40}


def test_a_form_costs_a_fixed_number_of_queries(
    as_person: SignIn, world: World, ref: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person(world.inspector)
    put(client, uuid4(), wire(ref, answers=[]))  # the series of numbers and the checklist in memory are there once
    clean = [{"item": "certificate_valid", "outcome": "pass"}, {"item": "earthing_resistance", "value": "6"}]
    for name, answers in (("clean", clean), ("faulty", wire(ref)["answers"])):
        with django_assert_max_num_queries(FORM_QUERIES[name], info=name):
            assert put(client, uuid4(), wire(ref, answers=answers)).status_code == 201


def test_what_is_wrong_with_a_form_is_named_by_its_place(as_person: SignIn, world: World, ref: str) -> None:
    body = wire(ref)
    body["answers"][1]["value"] = "mười"
    answer = put(as_person(world.inspector), uuid4(), body)
    assert answer.status_code == 400
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/answers/1/value", "value.type")]


NONSENSE = [
    (("position", "lon"), "NaN"),
    (("position", "lat"), 91),
    (("position", "accuracy_m"), -1),
    (("status",), "done"),
    (("answers", 0, "value"), True),
    (("subject", "type"), "ship"),
    (("revision",), 2**40),
    (("started_at",), "9999-12-31T23:59:59Z"),
    (("finished_at",), "0001-01-01T00:00:00+14:00"),
    (("notes",), "a\x00b"),
]


def test_nonsense_is_refused_by_its_place(as_person: SignIn, world: World, ref: str) -> None:
    client = as_person(world.inspector)
    for path, value in NONSENSE:
        body = wire(ref)
        place: Any = body
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = value
        answer = put(client, uuid4(), body)
        assert answer.status_code == 400, path
        assert answer.json()["errors"][0]["pointer"] == "/" + "/".join(map(str, path))


def test_photos_come_before_or_after_and_are_stored_once(as_person: SignIn, world: World, ref: str) -> None:
    client, uuid, content = as_person(world.inspector), uuid4(), picture()
    sha256 = hashlib.sha256(content).hexdigest()
    address = f"{BASE}inspections/{uuid}/photos/{sha256}/"

    def send(data: bytes) -> Any:
        return client.put(address, data, content_type="image/jpeg")

    assert send(content).status_code == 201
    assert send(content).status_code == 200
    assert send(content + b"x").status_code == 400
    put(client, uuid, wire(ref, photos=[{"sha256": sha256, "item": "earthing_resistance", "taken_at": None}]))
    (listed,) = client.get(f"{BASE}inspections/{uuid}/photos/").json()
    assert (listed["sha256"], listed["announced"], listed["item"]) == (sha256, True, "earthing_resistance")
    assert listed["received_at"]
    assert Photo.objects.count() == 1
    assert b"".join(client.get(address).streaming_content) == content
    assert as_person(world.owner).get(address).status_code == 200
    assert as_person(world.stranger).get(address).status_code == 404
    assert as_person(world.officer).put(address, content, content_type="image/jpeg").status_code == 404


def test_what_is_no_picture_is_refused(as_person: SignIn, world: World) -> None:
    content = b"%PDF-1.7 no picture"
    address = f"{BASE}inspections/{uuid4()}/photos/{hashlib.sha256(content).hexdigest()}/"
    answer = as_person(world.inspector).put(address, content, content_type="image/jpeg")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "photo.type"


COLLECTIONS = ("inspections", "findings", "cases")


def test_three_people(as_person: SignIn, world: World, case: ViolationCase) -> None:
    def seen(person: User | None, collection: str) -> int:
        answer = as_person(person).get(f"{BASE}{collection}/")
        return len(answer.json()["results"]) if answer.status_code == 200 else -1

    for collection in COLLECTIONS:
        expected = 2 if collection == "findings" else 1
        for person in (world.owner, world.colleague, world.officer, world.manager, world.auditor, world.local_officer):
            assert seen(person, collection) == expected, (collection, person)
        for person in (world.stranger, world.foreign_officer, world.outsider):
            assert seen(person, collection) == 0, (collection, person)
        assert seen(None, collection) == -1


def test_a_strangers_object_is_not_found(as_person: SignIn, world: World, case: ViolationCase) -> None:
    inspection, finding = Inspection.objects.get(), Finding.objects.first()
    addresses = [
        f"{BASE}inspections/{inspection.uuid}/",
        f"{BASE}findings/{finding.pk}/",
        f"{BASE}cases/{case.pk}/",
        f"{BASE}cases/{case.number}/",
    ]
    for address in addresses:
        assert as_person(world.owner).get(address).status_code == 200, address
        assert as_person(world.stranger).get(address).status_code == 404, address


def test_a_draft_is_the_authoritys_own_business(as_person: SignIn, world: World, filed: File) -> None:
    filed(status="draft")
    assert as_person(world.owner).get(f"{BASE}inspections/").json()["results"] == []
    assert len(as_person(world.manager).get(f"{BASE}inspections/").json()["results"]) == 1


def test_filters_are_refused_by_name(as_person: SignIn, world: World) -> None:
    client = as_person(world.officer)
    for query in ("limit=0", "limit=1001", "bbox=NaN,1,2,3", "wrong=1", "status=done", "unit=x"):
        answer = client.get(f"{BASE}inspections/?{query}")
        assert answer.status_code == 400, query
        assert answer.json()["errors"][0]["pointer"] == "/" + query.split("=")[0]


def test_filters_narrow(as_person: SignIn, world: World, case: ViolationCase) -> None:
    client = as_person(world.officer)

    def count(query: str) -> int:
        return len(client.get(f"{BASE}{query}").json()["results"])

    assert count("inspections/?organization=VIETTEL&result=fail&q=nothing") == 0
    assert count("inspections/?organization=VIETTEL&result=fail&q=hyn-b-000001&unit=12826") == 1
    assert count("inspections/?bbox=106.5,20.5,106.6,20.6") == 1
    assert count("inspections/?bbox=105,20.5,105.1,20.6") == 0
    assert count("findings/?status=open&severity=critical") == 1
    assert count(f"findings/?rule={EXPIRED}") == 1
    assert count("cases/?status=detected,recorded&kind=telecom") == 1
    assert count("cases/?status=closed") == 0
    assert count(f"cases/?rule={EXPIRED}") == 1
    assert count("cases/?q=viettel") == 1


def test_geojson_of_cases(as_person: SignIn, world: World, case: ViolationCase) -> None:
    page = as_person(world.officer).get(f"{BASE}cases/?format=geojson").json()
    assert page["features"][0]["geometry"]["type"] == "Point"


def test_rules_by_code_and_day(client: Client, law: None) -> None:
    def rules(query: str) -> list[dict[str, Any]]:
        return client.get(f"{BASE}rules/?{query}").json()["results"]

    (rule,) = rules(f"code={EXPIRED}")
    assert (rule["min_vnd"], rule["max_vnd"]) == (20_000_000, 30_000_000)
    assert rules(f"code={EXPIRED}&on=2019-01-01") == []
    (before,) = rules("code=15/2020/ND-CP:84.2&on=2021-06-01")
    (after,) = rules("code=15/2020/ND-CP:84.2&on=2023-06-01")
    assert (before["max_vnd"], after["max_vnd"]) == (30_000_000, 60_000_000)


def test_checklists_carry_items_with_the_limit_in_force(as_person: SignIn, world: World, law: None) -> None:
    checklists = as_person(world.inspector).get(f"{BASE}checklists/").json()["results"]
    items = {item["code"]: item for row in checklists if row["code"] == "bts-safety" for item in row["items"]}
    assert items["earthing_resistance"]["limit_value"] == 10
    assert items["emf_power_density"]["unit"] == "W/m2"


def test_an_officer_opens_a_case_and_takes_its_steps(as_person: SignIn, world: World, filed: File) -> None:
    finding = filed().findings.get(rule_code=EXPIRED)
    client = as_person(world.officer)
    opened = client.post(f"{BASE}cases/", {"finding": finding.pk}, content_type=JSON)
    assert opened.status_code == 201
    case = opened.json()
    assert case["state"] == "detected"
    assert case["charges"][0]["proposed_vnd"] == 25_000_000
    assert "record" in {step["kind"] for step in case["next_steps"]}
    assert {step["kind"] for step in case["blocked_steps"]} >= {"payment", "serve"}
    again = client.post(f"{BASE}cases/", {"finding": finding.pk}, content_type=JSON)
    assert (again.status_code, again.json()["case"]) == (409, case["id"])
    steps = f"{BASE}cases/{case['id']}/steps/"
    early = client.post(steps, {"kind": "payment", "date": "2026-11-20", "amount_vnd": 1}, content_type=JSON)
    assert early.status_code == 409
    assert "Điều 73" in early.json()["detail"]
    recorded = client.post(steps, {"kind": "record", "date": "2026-11-20", "document": "31/BB"}, content_type=JSON)
    assert recorded.status_code == 201
    assert recorded.json()["state"] == "recorded"
    decision = next(row for row in recorded.json()["deadlines"] if row["name"] == "decision")
    assert (decision["due"], decision["working_days"]) == ("2026-12-01", 7)
    assert decision["rule"]
    assert decision["basis"]


def test_who_may_not_run_cases_is_refused(as_person: SignIn, world: World, case: ViolationCase) -> None:
    step = {"kind": "record", "date": "2026-11-20"}
    address = f"{BASE}cases/{case.pk}/steps/"
    assert as_person(world.manager).post(address, step, content_type=JSON).status_code == 403
    assert as_person(world.owner).post(address, step, content_type=JSON).status_code == 403
    assert as_person(world.stranger).post(address, step, content_type=JSON).status_code == 404
    assert as_person(None).post(address, step, content_type=JSON).status_code == 401


def test_the_party_sees_its_case_without_proposals_and_answers(
    as_person: SignIn, world: World, case: ViolationCase
) -> None:
    client = as_person(world.owner)
    seen = client.get(f"{BASE}cases/{case.pk}/").json()
    assert seen["charges"][0]["proposed_vnd"] is None
    assert seen["next_steps"] == []
    assert seen["deadlines"]
    address = f"{BASE}cases/{case.pk}/answers/"
    assert client.post(address, {"text": "Đã nộp hồ sơ."}, content_type=JSON).status_code == 201
    assert as_person(world.colleague).post(address, {"text": "x"}, content_type=JSON).status_code == 403
    assert as_person(world.officer).get(address).json()[0]["text"] == "Đã nộp hồ sơ."


def test_a_case_by_hand_against_a_person(as_person: SignIn, world: World, law: None) -> None:
    body = {
        "person": {"name": "Phạm Văn Ất"},
        "field": "telecom",
        "detected_on": "2026-11-20",
        "rules": [EXPIRED],
        "installations": [world.station.installation.registry_number],
        "summary": "Tự ý sử dụng thiết bị",
    }
    opened = as_person(world.officer).post(f"{BASE}cases/", body, content_type=JSON)
    assert opened.status_code == 201
    case = opened.json()
    assert (case["party"], case["person"]) == ("person", "Phạm Văn Ất")
    assert case["charges"][0]["max_vnd"] == 15_000_000
    assert as_person(world.manager).get(f"{BASE}cases/{case['id']}/").json()["person"] is None


def test_the_penalty_calculator(as_person: SignIn, world: World, law: None) -> None:
    def ask(**given: Any) -> Any:
        body = {"rules": [EXPIRED], "party": "organization", "on": "2026-03-02"} | given
        return as_person(world.officer).post(f"{BASE}penalties/", body, content_type=JSON)

    answer = ask().json()
    assert answer["charges"] == [
        {"rule": EXPIRED, "min_vnd": 20_000_000, "max_vnd": 30_000_000, "proposed_vnd": 25_000_000}
    ]
    assert answer["explanation_right"] is True
    assert answer["on_the_spot"] is False
    assert {row["authority"]: row["max_vnd"] for row in answer["competent"]} == {
        "commune_chair": 100_000_000,
        "department_director": 160_000_000,
        "province_chair": 200_000_000,
    }
    assert ask(party="person").json()["total_vnd"] == 12_500_000
    assert ask(mitigating=2).json()["total_vnd"] == 20_000_000
    unknown = ask(rules=[EXPIRED, "1/1999/ND-CP:1"])
    assert unknown.status_code == 400
    assert unknown.json()["errors"][0]["pointer"] == "/rules/1"
    assert ViolationCase.objects.count() == 0


def test_the_deadline_calculator(as_person: SignIn, world: World, law: None) -> None:
    def ask(**given: Any) -> dict[str, Any]:
        body = {
            "field": "telecom",
            "party": "organization",
            "rules": [EXPIRED],
            "steps": [{"kind": "record", "date": "2026-03-02"}],
            "transferred": False,
            "complex": False,
            "extra_holidays": [],
            "extra_working_days": [],
        } | given
        answer = as_person(world.officer).post(f"{BASE}deadlines/", body, content_type=JSON)
        assert answer.status_code == 200, answer.content
        return {row["name"]: row for row in answer.json()["deadlines"]}

    assert ask()["decision"]["due"] == "2026-03-11"
    assert ask(extra_holidays=["2026-03-05"])["decision"]["due"] == "2026-03-12"
    assert ask(extra_working_days=["2026-03-07"])["decision"]["due"] == "2026-03-10"
    assert ask(transferred=True)["decision"]["due"] == "2026-03-16"
    assert "hearing_request" not in ask(rules=["15/2020/ND-CP:54.1.a"])


def test_what_is_no_choice_is_refused_with_the_choices(as_person: SignIn, world: World, law: None) -> None:
    client = as_person(world.officer)
    body = {"field": "tele", "steps": [{"kind": "recrd", "date": "2026-03-02"}]}
    answer = client.post(f"{BASE}deadlines/", body, content_type=JSON)
    assert answer.status_code == 400
    said = {row["pointer"]: row["message"] for row in answer.json()["errors"]}
    assert "telecom, internet, post" in said["/field"]
    assert "record, explanation_request" in said["/steps/0/kind"]
    assert "violation" in said["/steps/0/kind"]
    refused = client.get(f"{BASE}cases/?status=recorded,opened")
    assert refused.status_code == 400
    assert "“opened”" in refused.json()["detail"]
    assert "detected, recorded, explaining" in refused.json()["detail"]


def test_the_package_has_a_tag(as_person: SignIn, world: World, law: None) -> None:
    client = as_person(world.inspector)
    first = client.get(f"{BASE}fieldwork/package/")
    assert first.status_code == 200
    assert [row["code"] for row in first.json()["checklists"]]
    again = client.get(f"{BASE}fieldwork/package/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert as_person(world.owner).get(f"{BASE}fieldwork/package/").status_code == 403


#: collection -> statements of a page, those that find the person and the scope included
QUERIES = {
    "inspections/": 6,
    "findings/": 6,
    "cases/": 7,
    "rules/": 6,
    "checklists/": 9,
    "campaigns/": 5,
    "incidents/": 5,
    "ratings/": 5,
}


def test_a_page_costs_a_fixed_number_of_queries(
    as_person: SignIn,
    world: World,
    case: ViolationCase,
    filed: File,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    filed()
    client = as_person(world.officer)
    for path, queries in QUERIES.items():
        with django_assert_max_num_queries(queries, info=path):
            client.get(f"{BASE}{path}")
