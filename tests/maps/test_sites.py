"""The sheet of a site: full for those who keep it, published for everybody else; reports without an account."""

from typing import Any

import pytest

from infra.services.sites import site_merge
from tests import factories as make
from tests.world import SignIn, World


def template_of(response: Any) -> str:
    return str(response.templates[0].name)


# --- Who gets which sheet ---------------------------------------------------------------------------------------------


def test_staff_get_the_full_sheet(world: World, as_person: SignIn) -> None:
    response = as_person(world.officer).get("/sites/HYN-00001/")
    assert template_of(response) == "maps/site.html"
    text = response.content.decode()
    for expected in ("TBH0001", "VNP-DD-01", "KD-2022-001", "HYN-M-000001", "EPSG:"):
        assert expected in text
    assert response.context["history"]


def test_an_operator_gets_the_full_sheet_with_its_own_stations(world: World, as_person: SignIn) -> None:
    response = as_person(world.owner).get("/sites/HYN-00001/")
    assert template_of(response) == "maps/site.html"
    sheet = response.context["sheet"]
    assert [row.installation.code for row in sheet.stations] == ["TBH0001"]
    assert [row.installation.organization.code for row in sheet.elsewhere] == ["VNPT"]
    assert "VNP-DD-01" not in response.content.decode()


@pytest.mark.parametrize("person", [None, "outsider", "stranger", "foreign_officer"])
def test_everybody_else_gets_the_published_one(world: World, as_person: SignIn, person: str | None) -> None:
    response = as_person(getattr(world, person) if person else None).get("/sites/HYN-00002/")
    assert response.status_code == 200
    assert template_of(response) == "maps/site_public.html"
    text = response.content.decode()
    assert "Viettel" in text
    assert "HYN0001" not in text  # the operator's own code
    assert "EPSG:" not in text


def test_what_does_not_operate_is_not_published(world: World, as_person: SignIn) -> None:
    with make.one_act(world.authority) as ledger:
        installation = world.citadel_station.installation
        installation.status = make.StatusFactory(code="planned")
        ledger.change(installation)
    assert as_person(None).get("/sites/HYN-00002/").status_code == 404
    assert as_person(world.officer).get("/sites/HYN-00002/").status_code == 200
    assert as_person(None).get("/sites/HYN-99999/").status_code == 404


def test_a_merged_site_leads_to_the_one_that_was_kept(world: World, as_person: SignIn) -> None:
    site_merge(actor=world.officer, keep=world.market, absorb=world.citadel, reason="The same mast, entered twice")
    for person in (world.officer, world.owner, None):
        response = as_person(person).get("/sites/HYN-00002/")
        assert response.status_code == 302
        assert response.url == "/sites/HYN-00003/"
    panel = as_person(world.officer).get("/map/site/HYN-00002/sheet/")
    assert panel.url == "/map/site/HYN-00003/sheet/"


# --- What the public reads first --------------------------------------------------------------------------------------


def answer(as_person: SignIn, code: str) -> Any:
    return as_person(None).get(f"/sites/{code}/").context["answer"]


def test_the_plain_sentence_follows_the_certificates(world: World, as_person: SignIn) -> None:
    assert answer(as_person, "HYN-00001").note == "compliant"
    assert answer(as_person, "HYN-00002").note == "unknown"
    with make.one_act(world.authority) as ledger:
        world.certificate.expires_on = world.certificate.issued_on
        world.certificate.renewal_due_on = None
        ledger.change(world.certificate)
    assert answer(as_person, "HYN-00001").note == "overdue"
    for address in ("/map/site/HYN-00001/sheet/", "/sites/HYN-00001/"):
        rows = as_person(world.officer).get(address).context["sheet"].stations
        assert {row.safety: bool(row.why) for row in rows}["overdue"], "the sheet says why"
        assert all(not row.why for row in rows if row.safety == "compliant")


def test_a_postal_point_has_a_page_too(world: World, as_person: SignIn) -> None:
    with make.one_act(world.authority) as ledger:
        station = world.market_station.installation
        station.status = make.StatusFactory(code="suspended")
        ledger.change(station)
    response = as_person(None).get("/sites/HYN-00003/")
    assert response.context["title"] == "Bưu cục Phố Hiến"
    assert response.context["answer"] is None


def test_queries_of_the_sheets(world: World, as_person: SignIn, django_assert_max_num_queries: Any) -> None:
    officer, nobody = as_person(world.officer), as_person(None)
    officer.get("/sites/HYN-00001/")
    nobody.get("/sites/HYN-00001/")
    with django_assert_max_num_queries(75):
        officer.get("/sites/HYN-00001/")
    with django_assert_max_num_queries(25):
        nobody.get("/sites/HYN-00001/")
