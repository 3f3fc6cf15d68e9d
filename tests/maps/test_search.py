"""The search boxes: accents optional, nothing that is not theirs."""

from typing import Any
from unicodedata import normalize

import pytest

from tests.world import SignIn, World


def find(as_person: SignIn, person: Any, text: str, **more: str) -> list[dict[str, Any]]:
    response = as_person(person).get("/map/search.json", {"q": text, **more})
    assert response.status_code == 200
    results: list[dict[str, Any]] = response.json()["results"]
    return results


@pytest.mark.parametrize("text", ["Thái Thụy", "thai thuy", "THÁI THUỴ", normalize("NFD", "Thái Thụy")])
def test_accents_and_their_spelling_do_not_matter(world: World, as_person: SignIn, text: str) -> None:
    hits = find(as_person, world.officer, text)
    assert hits[0]["kind"] == "unit"
    assert hits[0]["code"] == "12826"
    assert (round(hits[0]["lon"], 1), round(hits[0]["lat"], 2)) == (106.6, 20.55)


def test_a_station_code_leads_to_its_site(world: World, as_person: SignIn) -> None:
    assert [hit["site"] for hit in find(as_person, world.owner, "tbh0001")] == ["HYN-00001"]
    assert find(as_person, world.stranger, "tbh0001") == []
    assert [hit["site"] for hit in find(as_person, world.owner, "diem dien")] == ["HYN-00001"]


def test_the_public_finds_what_is_published(world: World, as_person: SignIn) -> None:
    assert [hit["site"] for hit in find(as_person, None, "cho pho hien")] == ["HYN-00003"]


def test_coordinates_are_a_place(world: World, as_person: SignIn) -> None:
    for text in ("20.4471 106.3568", "20,4471; 106,3568", "106.3568, 20.4471"):
        hits = find(as_person, world.officer, text)
        assert [(hit["kind"], hit["lon"], hit["lat"]) for hit in hits] == [("position", 106.3568, 20.4471)]


def test_units_only(world: World, as_person: SignIn) -> None:
    assert {hit["kind"] for hit in find(as_person, world.officer, "pho hien", kind="unit")} == {"unit"}


@pytest.mark.parametrize("text", ["", "x", "' OR 1=1 --", "%", "_", "\\", "<script>", "a" * 500, "999.9 999.9"])
def test_odd_texts_find_nothing_and_break_nothing(world: World, as_person: SignIn, text: str) -> None:
    assert find(as_person, world.officer, text) == []


def test_unknown_parameters_are_named(world: World, as_person: SignIn) -> None:
    response = as_person(world.officer).get("/map/search.json", {"q": "x", "limit": "5"})
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/limit"
