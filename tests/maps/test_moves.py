"""What moved since a day: the arrows of the map."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from infra.services.sites import site_move
from tests.world import SignIn, World

HERE = Point(106.05, 20.66, srid=4326)


@pytest.fixture
def since(world: World) -> str:
    """The day on which the citadel's site was moved; the world itself is older."""
    site_move(actor=world.officer, site=world.citadel, to=HERE, reason="Đo lại tại chỗ")
    return str(timezone.localdate())


def ask(client: Client, since: str, **more: str) -> Any:
    return client.get("/map/moves.json", {"changed_since": since, **more})


def test_an_arrow_leads_from_the_old_place_to_the_new_one(world: World, as_person: SignIn, since: str) -> None:
    before = world.citadel.position
    found = ask(as_person(world.officer), since).json()
    (move,) = found["moves"]
    assert found["n"] == move["n"]
    assert move["site"] == world.citadel.code
    assert move["from"] == [round(before.x, 6), round(before.y, 6)]
    assert move["to"] == [HERE.x, HERE.y]
    assert move["metres"] > 100


def test_the_filters_of_the_map_hold(world: World, as_person: SignIn, since: str) -> None:
    officer = as_person(world.officer)
    assert ask(officer, since, kind="postal_point").json() == {"n": 0, "moves": []}
    tomorrow = str(timezone.localdate() + timedelta(days=1))
    assert ask(officer, tomorrow).json()["n"] == 0


def test_whoever_may_not_see_the_station_sees_no_arrow(world: World, as_person: SignIn, since: str) -> None:
    assert ask(as_person(world.owner), since).json()["n"] == 2
    assert ask(as_person(world.colleague), since).json()["n"] == 2
    assert ask(as_person(world.stranger), since).json()["n"] == 0
    assert Client().get("/map/moves.json", {"changed_since": since}).status_code == 404


@pytest.mark.parametrize(
    "query", [{}, {"changed_since": "yesterday"}, {"changed_since": "2026-01-01", "colour": "red"}]
)
def test_a_question_that_makes_no_sense_is_refused_in_words(
    world: World, as_person: SignIn, query: dict[str, str]
) -> None:
    answer = as_person(world.officer).get("/map/moves.json", query)
    assert answer.status_code == 400
    assert answer.json()["detail"]
