"""The safety state in the API of the register: row, filter, the worst of a site and a mast."""

from typing import Any

import pytest
from django.test import Client

from tests.inspections.conftest import File
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db


def rows(client: Client, address: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    return {row.get("registry_number") or row["code"]: row["safety"] for row in answer.json()["results"]}


def test_an_installation_tells_its_state_with_reasons_and_dates(world: World, filed: File, as_person: SignIn) -> None:
    filed()
    number = world.station.installation.registry_number
    told = rows(as_person(world.officer), "stations/")[number]
    assert (told["state"], told["since"]) == ("unsafe", "2026-11-20")
    assert {"finding.unsafe"} <= {reason["code"] for reason in told["reasons"]}
    assert "14" in told["reasons"][0]["text"]
    assert rows(as_person(world.owner), "installations/")[number] == told


def test_a_site_and_a_mast_take_the_worst_that_the_person_may_see(world: World, filed: File, as_person: SignIn) -> None:
    filed()
    for address, code in (("sites/", world.harbour.code), ("masts/", world.harbour_mast.code)):
        assert rows(as_person(world.officer), address)[code]["state"] == "unsafe"
        assert rows(as_person(world.stranger), address)[code]["state"] != "unsafe"


def test_the_filter_keeps_the_states_that_are_asked_for(world: World, filed: File, as_person: SignIn) -> None:
    filed()
    client = as_person(world.officer)
    everything = rows(client, "installations/")
    for wanted in ("unsafe", "overdue,compliant", "unknown"):
        states = wanted.split(",")
        expected = {number for number, safety in everything.items() if safety["state"] in states}
        assert set(rows(client, f"installations/?safety={wanted}")) == expected
    assert set(rows(client, "stations/?safety=unsafe")) == {world.station.installation.registry_number}


@pytest.mark.parametrize("query", ["safety=dangerous", "safety=unsafe&as_of=2026-03-03"])
def test_a_senseless_filter_is_refused_by_name(world: World, as_person: SignIn, query: str) -> None:
    answer = as_person(world.officer).get(f"/api/v1/installations/?{query}")
    assert answer.status_code == 400
    assert "safety" in answer.json()["errors"][0]["pointer"]


def test_the_register_of_another_day_carries_no_state(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    assert set(rows(client, "stations/?as_of=2026-03-03").values()) == {None}
    assert set(rows(client, "sites/?as_of=2026-03-03").values()) == {None}
