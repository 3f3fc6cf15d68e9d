"""Planned masts and more time through the API: for who asks, who decides, and who has nothing to do with it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from infra.models import DueExtension, Limit, Permit, PlannedMast
from infra.selectors.ledger import verify
from infra.services.plans import extension_ask, plan_ask
from tests import factories as make
from tests.world import SignIn, World

PLANS, EXTENSIONS = "/api/v1/plans/", "/api/v1/extensions/"


def near(world: World, metres: float) -> str:
    position = world.harbour.position
    return f"{position.y + metres / 110_750:.6f}, {position.x:.6f}"


def post(client: Client, address: str, **body: Any) -> Any:
    return client.post(address, body, content_type="application/json")


def consult(client: Client, position: str, **values: Any) -> Any:
    return post(client, PLANS, organization="VIETTEL", authority="HYN", position=position, **values)


@pytest.fixture
def rules(ground: World) -> World:
    """The world with rules of spacing: 100 m in towns, 400 m elsewhere."""
    for code, metres in (("spacing_urban", 100), ("spacing_rural", 400)):
        Limit.objects.update_or_create(
            code=code, valid_from=date(2018, 1, 1), defaults={"name_vi": code, "value": metres, "unit": "m"}
        )
    return ground


@pytest.fixture
def expiring(ground: World) -> Permit:
    """Viettel's certificate, to be renewed in ten days."""
    today = timezone.localdate()
    permit = Permit.objects.get(pk=ground.certificate.pk)
    permit.expires_on, permit.renewal_due_on = today + timedelta(days=70), today + timedelta(days=10)
    permit.renewal_filed_on = None
    permit.save()
    return permit


def test_mast_is_answered_by_the_rules_and_decided_by_the_authority(rules: World, as_person: SignIn) -> None:
    owner, officer = as_person(rules.owner), as_person(rules.officer)
    answer = consult(owner, near(rules, 55), name="Trạm dự kiến", height_m=42, note="Vùng lõm")
    assert answer.status_code == 201, answer.content
    plan = answer.json()
    assert (plan["status"], plan["answer"]["rule"]["metres"], plan["moves"]) == ("asked", 400, ["withdrawn"])
    assert [mast["code"] for mast in plan["answer"]["near"]] == [rules.harbour_mast.code]
    assert (plan["lat"], plan["submitted_text"]) == (pytest.approx(rules.harbour.position.y, abs=1e-3), near(rules, 55))
    address = f"{PLANS}{plan['number']}/"
    assert officer.get(address).json()["moves"] == ["agreed", "refused", "share"]
    assert [one["number"] for one in officer.get(f"{PLANS}?status=asked").json()["results"]] == [plan["number"]]
    assert post(officer, f"{address}share/", shared_mast=rules.harbour_mast.code).status_code == 409, "no reason"
    wrong = post(officer, f"{address}share/", reason="Dùng chung", shared_mast="HYN-M-999999")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/shared_mast")
    decided = post(officer, f"{address}share/", reason="Dùng chung", shared_mast=rules.harbour_mast.code).json()
    assert (decided["status"], decided["shared_mast"], decided["moves"]) == ("share", rules.harbour_mast.code, [])
    assert owner.get(address).json()["decision_reason"] == "Dùng chung"
    assert post(officer, f"{address}agree/").status_code == 409
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"position": "somewhere"}, "/position"),
        ({"position": "10.5, 106.5"}, "/position"),
        ({"organization": "VNPT"}, "/organization"),
        ({"authority": "XXX"}, "/authority"),
        ({"mast_class": "Z9"}, "/mast_class"),
        ({"height_m": 900}, "/height_m"),
    ],
)
def test_wrong_values_of_a_planned_mast_are_named(
    rules: World, as_person: SignIn, values: dict[str, Any], pointer: str
) -> None:
    body = {"organization": "VIETTEL", "authority": "HYN", "position": near(rules, 900), **values}
    answer = post(as_person(rules.owner), PLANS, **body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)
    assert not PlannedMast.objects.exists()


def test_planned_mast_is_for_its_operator_and_its_authority(rules: World, as_person: SignIn) -> None:
    owner = as_person(rules.owner)
    number = consult(owner, near(rules, 900)).json()["number"]
    address = f"{PLANS}{number}/"
    for person in (rules.stranger, rules.foreign_officer, rules.outsider):
        client = as_person(person)
        assert client.get(PLANS).json()["results"] == []
        assert client.get(address).status_code == 404
        assert post(client, f"{address}agree/").status_code == 404
        assert post(client, f"{address}withdraw/").status_code == 404
    colleague = as_person(rules.colleague)
    assert colleague.get(address).json()["moves"] == []
    assert post(colleague, f"{address}withdraw/").status_code == 403
    assert consult(colleague, near(rules, 900)).status_code == 400, "who only looks does not ask"
    assert post(owner, f"{address}agree/").status_code == 403
    assert post(as_person(rules.officer), f"{address}withdraw/").status_code == 403
    assert as_person(None).get(PLANS).status_code == 401
    assert post(owner, f"{address}withdraw/").json()["status"] == "withdrawn"


def test_time_is_asked_for_and_granted(ground: World, as_person: SignIn, expiring: Permit) -> None:
    owner, officer = as_person(ground.owner), as_person(ground.officer)
    due = expiring.renewal_due_on
    until = due + timedelta(days=30)
    early = post(owner, EXTENSIONS, permit=expiring.pk, until=due.isoformat(), reason="Trạm ngập")
    assert early.status_code == 409, "not later than the day that stands"
    asked = post(owner, EXTENSIONS, permit=expiring.pk, until=until.isoformat(), reason="Trạm ngập")
    assert asked.status_code == 201, asked.content
    row = asked.json()
    assert (row["permit_number"], row["due_on"], row["moves"]) == (expiring.number, due.isoformat(), ["withdrawn"])
    again = post(owner, EXTENSIONS, permit=expiring.pk, until=until.isoformat(), reason="Trạm ngập")
    assert again.status_code == 409
    address = f"{EXTENSIONS}{row['id']}/"
    assert post(owner, f"{address}grant/").status_code == 403
    assert post(officer, f"{address}refuse/").status_code == 409, "no reason"
    nearer = until - timedelta(days=10)
    granted = post(officer, f"{address}grant/", until=nearer.isoformat()).json()
    assert (granted["status"], granted["granted_until"]) == ("granted", nearer.isoformat())
    expiring.refresh_from_db()
    assert expiring.renewal_due_on == nearer
    assert list(verify()) == []


def test_request_for_time_is_for_its_operator_and_its_authority(
    ground: World, as_person: SignIn, expiring: Permit
) -> None:
    until = (expiring.renewal_due_on + timedelta(days=9)).isoformat()
    for person in (ground.stranger, ground.colleague, ground.officer):
        answer = post(as_person(person), EXTENSIONS, permit=expiring.pk, until=until, reason="Bão")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/permit")
    owner = as_person(ground.owner)
    row = post(owner, EXTENSIONS, permit=expiring.pk, until=until, reason="Bão").json()
    for person in (ground.stranger, ground.foreign_officer, ground.outsider):
        client = as_person(person)
        assert client.get(EXTENSIONS).json()["results"] == []
        assert client.get(f"{EXTENSIONS}{row['id']}/").status_code == 404
        assert post(client, f"{EXTENSIONS}{row['id']}/grant/").status_code == 404
    assert as_person(ground.colleague).get(f"{EXTENSIONS}?status=asked").json()["results"][0]["id"] == row["id"]
    assert owner.get(f"{EXTENSIONS}?status=x").status_code == 400
    assert post(owner, f"{EXTENSIONS}{row['id']}/withdraw/").json()["status"] == "withdrawn"


def test_both_are_in_the_document(client: Client, db: None) -> None:
    paths = client.get("/api/schema/?format=json").json()["paths"]
    for address, acts in (
        (f"{PLANS}{{number}}/", "agree share refuse withdraw"),
        (f"{EXTENSIONS}{{id}}/", "grant refuse"),
    ):
        assert {"get"} == set(paths[address])
        assert all("requestBody" in paths[f"{address}{act}/"]["post"] for act in acts.split())
    assert {"get", "post"} == set(paths[PLANS]) == set(paths[EXTENSIONS])


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return len(queries)


def test_an_address_costs_the_same_for_one_row_and_many(rules: World, as_person: SignIn) -> None:
    today, harbour = timezone.localdate(), rules.harbour.position

    def one_more(number: int) -> None:
        position = Point(harbour.x, harbour.y + 0.0001 * number, srid=4326)
        plan_ask(actor=rules.owner, authority=rules.authority, organization=rules.viettel, position=position)
        with make.one_act(rules.authority):
            permit = make.PermitFactory(
                installation=rules.station.installation,
                organization=rules.viettel,
                number=f"KD-X-{number}",
                renewal_due_on=today + timedelta(days=9),
            )
        extension_ask(actor=rules.owner, permit=permit, until=today + timedelta(days=40), reason="Bão")

    one_more(1)
    officer = as_person(rules.officer)
    singles = [cost(officer, address) for address in (PLANS, EXTENSIONS)]
    for number in range(2, 5):
        one_more(number)
    plan, extension = PlannedMast.objects.latest("pk"), DueExtension.objects.latest("pk")
    assert [cost(officer, address) for address in (PLANS, EXTENSIONS)] == singles == [5, 5]
    assert cost(officer, f"{PLANS}{plan.number}/") == cost(officer, f"{EXTENSIONS}{extension.pk}/") == 5
