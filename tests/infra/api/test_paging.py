"""A walk over the pages meets every row once, in both directions, whatever is added on the way."""

from itertools import pairwise

import pytest
from django.test import Client

from tests import factories as make
from tests.world import SignIn, World, at


@pytest.fixture
def many(world: World) -> World:
    """23 more sites on which VIETTEL has a station, between sites of the others."""
    with make.one_act(world.authority):
        for number in range(23):
            site = make.SiteFactory(
                authority=world.authority,
                code=f"HYN-{100 + number:05d}",
                position=at(106.55 + number / 1000, 20.5),
                unit=world.thai_thuy,
            )
            holder = world.viettel if number % 3 else world.vnpt
            make.StationFactory(
                installation__registry_number=f"HYN-B-{100 + number:06d}",
                installation__site=site,
                installation__organization=holder,
            )
    return world


def walk(client: Client, address: str, link: str = "next") -> list[list[int]]:
    pages = []
    while address:
        page = client.get(address).json()
        pages.append([row["id"] for row in page["results"]])
        address = page[link]
        assert len(pages) < 60
    return pages


@pytest.mark.parametrize("limit", [1, 4, 7, 1000])
@pytest.mark.parametrize("collection", ["sites", "stations", "installations"])
def test_a_walk_is_complete_and_without_duplicates(many: World, as_person: SignIn, collection: str, limit: int) -> None:
    client = as_person(many.officer)
    ids = [pk for page in walk(client, f"/api/v1/{collection}/?limit={limit}") for pk in page]
    whole = [row["id"] for row in client.get(f"/api/v1/{collection}/?limit=1000").json()["results"]]
    assert ids == sorted(set(ids)) == whole
    assert len(ids) >= 26


def test_the_way_back_meets_the_same_pages(many: World, as_person: SignIn) -> None:
    client = as_person(many.officer)
    address = "/api/v1/stations/?limit=5"
    forth = walk(client, address)
    last = client.get(address).json()
    while last["next"]:
        last = client.get(last["next"]).json()
    back = [[row["id"] for row in last["results"]], *walk(client, last["previous"], "previous")]
    assert [pk for page in reversed(back) for pk in page] == [pk for page in forth for pk in page]


def test_links_keep_filters_and_format(many: World, as_person: SignIn) -> None:
    client = as_person(many.officer)
    address = "/api/v1/stations/?limit=3&organization=VIETTEL&unit=33&format=geojson"
    page = client.get(address).json()
    assert "organization=VIETTEL" in page["next"]
    assert "format=geojson" in page["next"]
    second = client.get(page["next"]).json()
    assert {feature["properties"]["organization"] for feature in second["features"]} == {"VIETTEL"}
    assert second["previous"]


def test_a_row_added_meanwhile_moves_no_other(many: World, as_person: SignIn) -> None:
    client = as_person(many.officer)
    first = client.get("/api/v1/sites/?limit=10").json()
    with make.one_act(many.authority):
        make.SiteFactory(authority=many.authority, code="HYN-09999", unit=many.thai_thuy)
    rest = [pk for page in walk(client, first["next"]) for pk in page]
    ids = [row["id"] for row in first["results"]] + rest
    assert ids == sorted(set(ids))
    assert len(ids) == 27


def test_the_first_page_has_nothing_before_it_and_the_last_nothing_after(many: World, as_person: SignIn) -> None:
    client = as_person(many.officer)
    page = client.get("/api/v1/sites/?limit=1000").json()
    assert page["next"] is page["previous"] is None
    assert set(page) == {"next", "previous", "results"}


def test_past_the_end_there_is_a_way_back_to_the_start(many: World, as_person: SignIn) -> None:
    page = as_person(many.officer).get("/api/v1/sites/?cursor=a999999").json()
    assert page["results"] == []
    assert page["next"] is None
    assert page["previous"].endswith("/api/v1/sites/")


def test_a_count_is_given_only_when_asked_for_and_is_capped(
    many: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_person(many.officer)
    page = client.get("/api/v1/sites/?limit=2&count=1").json()
    assert (page["count"], page["count_capped"]) == (26, False)
    monkeypatch.setattr("infra.api.paging.COUNT_CAP", 20)
    page = client.get("/api/v1/sites/?limit=2&count=1").json()
    assert (page["count"], page["count_capped"]) == (20, True)


def test_changes_come_newest_first(many: World, as_person: SignIn) -> None:
    pages = walk(as_person(many.officer), "/api/v1/changes/?limit=1")
    ids = [pk for page in pages for pk in page]
    assert len(ids) >= 3
    assert all(newer > older for newer, older in pairwise(ids))
