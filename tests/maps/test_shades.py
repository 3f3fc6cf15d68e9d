"""Communes by a figure: who may count what, into which classes, under the filters of the map."""

from typing import Any

import pytest
from django.utils import timezone

from maps.queries.filters import Filters
from maps.queries.reader import Reader
from maps.selectors.shades import BY_CODE, shades_of
from tests import factories as make
from tests.world import SignIn, World


def ask(client: Any, indicator: str, **filters: str) -> Any:
    return client.get(f"/map/communes/{indicator}.json", filters)


def test_every_commune_of_the_territories_is_counted(world: World, as_person: SignIn) -> None:
    found = ask(as_person(world.officer), "stations").json()
    assert {code: words for code, (_step, words) in found["units"].items()} == {
        world.thai_thuy.code: "2",
        world.pho_hien.code: "2",
        world.an_bien.code: "0",
    }
    assert found["units"][world.an_bien.code][0] == len(found["classes"]) - 1
    only = ask(as_person(world.officer), "stations", organization="VNPT").json()
    assert only["units"][world.thai_thuy.code][1] == "1"


def test_an_operator_counts_its_own(world: World, as_person: SignIn) -> None:
    found = ask(as_person(world.owner), "stations").json()
    assert found["units"][world.thai_thuy.code][1] == "1"


@pytest.mark.parametrize(
    ("person", "indicator", "status"),
    [
        ("officer", "cases", 200),
        ("inspector", "cases", 404),
        (None, "stations", 404),
        ("outsider", "stations", 404),
        ("officer", "nothing", 404),
    ],
)
def test_who_may_ask(world: World, as_person: SignIn, person: str | None, indicator: str, status: int) -> None:
    client = as_person(getattr(world, person) if person else None)
    assert ask(client, indicator).status_code == status


def test_a_misspelt_filter_is_refused_by_name(world: World, as_person: SignIn) -> None:
    answer = ask(as_person(world.officer), "stations", organisation="VNPT")
    assert answer.status_code == 400
    assert "organisation" in answer.content.decode()


def test_few_things_are_no_share(world: World) -> None:
    reader, today = Reader.of(world.officer), timezone.localdate()
    few = shades_of(BY_CODE["wrong"], reader, Filters(), today)
    assert few.units[world.thai_thuy.code][0] is None
    assert few.has_few
    with make.one_act(world.authority):
        for number in range(10):
            make.StationFactory(
                installation__registry_number=f"HYN-B-0001{number:02}",
                installation__site=world.harbour,
                installation__organization=world.vnpt,
            )
    assert shades_of(BY_CODE["wrong"], reader, Filters(), today).units[world.thai_thuy.code][0] is not None


def test_people_are_the_denominator(world: World) -> None:
    with make.one_act(world.authority) as ledger:
        world.thai_thuy.population = 20_000
        world.pho_hien.population = None
        ledger.change(world.thai_thuy)
        ledger.change(world.pho_hien)
    found = shades_of(BY_CODE["stations_people"], Reader.of(world.officer), Filters(), timezone.localdate())
    assert found.units[world.thai_thuy.code][1].startswith("1,0")
    assert found.units[world.pho_hien.code][0] is None
