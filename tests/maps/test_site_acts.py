"""Acts on a site: another position seen before it is written, duplicates merged, a wrong merge undone."""

from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from infra.models import Installation, PositionMethod, Site, SiteMerge
from infra.selectors.ledger import verify
from maps.selectors.duplicates import duplicates_of, likeness
from tests import factories as make
from tests.world import SignIn, World, at

REASON = "Đo lại bằng GNSS"


@pytest.fixture
def officer(world: World, as_person: SignIn) -> Client:
    return as_person(world.officer)


@pytest.fixture
def double(world: World) -> Site:
    """The citadel, entered a second time 40 m away."""
    with make.one_act(world.authority):
        site: Site = make.SiteFactory(
            authority=world.authority,
            code="HYN-00042",
            name="THANH_CO",
            position=at(106.0575, 20.6464),
            unit=world.pho_hien,
        )
        mast = make.MastFactory(site=site, code="HYN-M-000042", owner=world.vnpt)
        make.StationFactory(
            installation__registry_number="HYN-B-000042", installation__site=site, installation__mast=mast,
            installation__organization=world.vnpt, installation__code="VNP-TC-01",
        )  # fmt: skip
    return site


def move_form(**change: Any) -> dict[str, Any]:
    return {
        "north": "20,6474", "east": "106,0571", "crs": "EPSG:4326", "method": "measured", "accuracy_m": "2,5",
        "reason": REASON, **change,
    }  # fmt: skip


def test_a_position_is_shown_before_it_is_written(world: World, officer: Client) -> None:
    here = "/sites/HYN-00002/move/"
    shown = officer.post(here, {**move_form(), "preview": "1"})
    text = unescape(shown.content.decode())
    assert shown.status_code == 200
    assert "111" in text  # 0.001° of latitude in metres
    assert str(world.pho_hien) in text
    assert Site.objects.get(code="HYN-00002").position.y == 20.6464
    assert officer.post(here, {**move_form(), "confirm": "1"})["Location"] == "/sites/HYN-00002/"
    site = Site.objects.get(code="HYN-00002")
    assert (site.position.y, site.position_method, site.accuracy_m) == (20.6474, PositionMethod.MEASURED, 2.5)
    assert (site.submitted_text, site.submitted_crs) == ("20,6474; 106,0571", "EPSG:4326")
    assert {row.position.y for row in Installation.objects.filter(site=site)} == {20.6474}
    sheet = unescape(officer.get("/sites/HYN-00002/").content.decode())
    assert REASON in sheet
    assert list(verify()) == []


def test_metres_of_the_territory_are_taken_as_well(world: World, officer: Client) -> None:
    shown = officer.post("/sites/HYN-00002/move/", {**move_form(north="2284093,2", east="558240,1", crs="EPSG:9209")})
    assert shown.status_code == 200, unescape(shown.content.decode())
    assert 'name="confirm"' in shown.content.decode()


def test_a_move_into_another_commune_is_told(world: World, officer: Client) -> None:
    text = unescape(
        officer.post("/sites/HYN-00002/move/", move_form(north="20,5602", east="106,5685")).content.decode()
    )
    assert "st-note--warning" in text
    assert str(world.thai_thuy) in text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"north": "here"}, "north"),
        ({"north": ""}, "north"),
        ({"north": "2284093"}, "north"),
        ({"crs": "EPSG:9209"}, "north"),
        ({"north": "106°E"}, "north"),
        ({"accuracy_m": "-1"}, "accuracy_m"),
        ({"method": "guessed"}, "method"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_no_position_is_refused_at_its_field(
    world: World, officer: Client, change: dict[str, str], field: str
) -> None:
    answer = officer.post("/sites/HYN-00002/move/", {**move_form(**change), "confirm": "1"})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()


def test_duplicates_are_proposed_by_distance_and_name(world: World, double: Site) -> None:
    found = duplicates_of(world.citadel, world.officer)
    assert [one.site for one in found] == [double]
    assert 40 < found[0].metres < 43
    assert found[0].alike == 1
    assert duplicates_of(world.citadel, world.local_officer) == []
    assert likeness(Site(name="Trà Lý 01"), Site(name="TRA_LY-1")) == 1
    assert likeness(Site(name="Trà Lý"), Site(name="")) == 0
    assert likeness(Site(name="Phố Hiến 1", address="ĐH01"), Site(name="Phố Hiến 8", address="ĐH01")) < 0.5
    assert likeness(Site(address="ĐH01, Phố Hiến"), Site(name="Phố Hiến 8", address="ĐH01, Phố Hiến")) == 1


def test_a_merge_is_shown_done_and_undone(world: World, officer: Client, double: Site) -> None:
    here = "/sites/HYN-00002/merge/"
    offered = unescape(officer.get(here).content.decode())
    assert "HYN-00042" in offered
    form = {"other": "HYN-00042", "keep": "this", "reason": "Một cột, nhập hai lần"}
    shown = unescape(officer.post(here, {**form, "preview": "1"}).content.decode())
    assert "HYN-B-000042" in shown
    assert Site.objects.get(code="HYN-00042").merged_into is None
    assert officer.post(here, {**form, "confirm": "1"})["Location"] == "/sites/HYN-00002/"
    assert officer.get("/sites/HYN-00042/")["Location"] == "/sites/HYN-00002/"
    assert Installation.objects.get(registry_number="HYN-B-000042").site == world.citadel
    corrections = unescape(officer.get("/sites/HYN-00002/corrections/").content.decode())
    assert "Một cột, nhập hai lần" in corrections
    merge = SiteMerge.objects.get()
    undo = f"/sites/HYN-00002/merges/{merge.pk}/undo/"
    officer.post(undo, {"reason": ""})
    merge.refresh_from_db()
    assert merge.split_act is None
    assert officer.post(undo, {"reason": "Hai cột khác nhau"})["Location"] == "/sites/HYN-00042/"
    assert Installation.objects.get(registry_number="HYN-B-000042").site == double
    assert "Hai cột khác nhau" in unescape(officer.get("/sites/HYN-00042/").content.decode())
    assert officer.post(undo, {"reason": "x"}).status_code == 404
    assert list(verify()) == []


def test_the_other_site_may_be_the_one_that_stays(world: World, officer: Client, double: Site) -> None:
    form = {"other": "HYN-00042", "keep": "other", "reason": "Bản kia đúng hơn", "confirm": "1"}
    assert officer.post("/sites/HYN-00002/merge/", form)["Location"] == "/sites/HYN-00042/"
    assert Site.objects.get(code="HYN-00002").merged_into == double


@pytest.mark.parametrize("code", ["HYN-00002", "HPG-00001", "HYN-77777", ""])
def test_a_merge_with_what_cannot_be_is_refused(world: World, officer: Client, code: str) -> None:
    form = {"other": code, "keep": "this", "reason": REASON, "confirm": "1"}
    answer = officer.post("/sites/HYN-00002/merge/", form)
    assert answer.status_code == 422
    assert 'id="id_other_error"' in answer.content.decode()


ADDRESSES = ("/sites/HYN-00002/corrections/", "/sites/HYN-00002/move/", "/sites/HYN-00002/merge/")


def test_three_people_and_the_territory(world: World, as_person: SignIn, officer: Client) -> None:
    for address in ADDRESSES:
        assert officer.get(address).status_code == 200
        for person in (world.owner, world.inspector, world.auditor, world.local_officer, world.foreign_officer):
            assert as_person(person).get(address).status_code == 404, (address, person)
        assert as_person(None).get(address)["Location"].startswith("/sign-in/")
    assert as_person(world.owner).post("/sites/HYN-00002/move/", {**move_form(), "confirm": "1"}).status_code == 404
    assert Site.objects.get(code="HYN-00002").position.y == 20.6464


#: page → queries beyond those of the frame with its counts and the notices, as an officer with cold caches
QUERIES = {"/sites/HYN-00002/corrections/": 12, "/sites/HYN-00002/move/": 3, "/sites/HYN-00002/merge/": 9}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_asks_as_many_queries_as_written_down(world: World, officer: Client, double: Site, address: str) -> None:
    def asked(where: str) -> list[str]:
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert officer.get(where).status_code == 200
        return [query["sql"] for query in captured.captured_queries]

    frame, page = asked("/alerts/"), asked(address)
    assert len(page) - len(frame) == QUERIES[address], "\n".join(query[:140] for query in page)
