"""Known tiles are handed out without a query; rights that end, and acts, are noticed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from infra.access import Role
from infra.services.ledger import act
from infra.services.tokens import token_create
from maps import visitors
from maps.queries import stamp
from tests import factories as make
from tests.maps.tiles.reading import ask, read, tile_at
from tests.world import SignIn, World

NEAR = tile_at(106.5685, 20.5602, 14)


def test_a_known_tile_asks_the_database_for_the_state_alone(
    world: World, as_person: SignIn, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamp, "GLANCE_S", 1_000.0)
    client = as_person(world.officer)
    first = ask(client, "installations", NEAR)
    with django_assert_num_queries(0):
        again = ask(client, "installations", NEAR)
    assert (again.content, again["ETag"], again["Cache-Control"]) == (
        first.content,
        first["ETag"],
        first["Cache-Control"],
    )
    assert {"Cookie", "Authorization"} <= set(again["Vary"].split(", "))
    assert again["X-Content-Type-Options"] == "nosniff"
    assert again["Content-Length"] == str(len(again.content))
    stamp.look_again()
    with django_assert_num_queries(1):
        assert ask(client, "installations", NEAR).content == first.content
    with django_assert_num_queries(0):
        held = client.get(f"/tiles/installations/{NEAR}.mvt", headers={"if-none-match": first["ETag"]})
    assert (held.status_code, held.content) == (304, b"")


def test_another_tile_for_somebody_known_needs_no_sign_in(
    world: World, as_person: SignIn, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamp, "GLANCE_S", 1_000.0)
    client = as_person(world.officer)
    ask(client, "installations", NEAR)
    with django_assert_num_queries(0):
        found = read(client, "installations", tile_at(106.5685, 20.5602, 15))
    wrong = client.get("/tiles/installations/14/99999/1.mvt")
    assert found
    assert (wrong.status_code, wrong["Content-Type"]) == (404, "application/problem+json")
    assert client.get(f"/tiles/installations/{NEAR}.mvt", {"colour": "red"}).status_code == 400


def test_one_persons_tile_is_not_handed_to_another(world: World, as_person: SignIn) -> None:
    people = [world.officer, world.owner, world.stranger, None]
    clients = [as_person(person) for person in people]
    first = [ask(client, "installations", NEAR).content for client in clients]
    assert [ask(client, "installations", NEAR).content for client in clients] == first
    assert len(set(first)) == 4


def test_an_act_shows_at_once(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    for name in ("Trạm một", "Trạm hai"):
        with act(actor=world.officer, authority=world.authority, kind="test", reason="Renamed") as ledger:
            world.station.installation.name = name
            ledger.change(world.station.installation)
        assert name in {f["properties"]["name"] for f in read(client, "installations", NEAR)}


def test_who_signs_out_sees_what_everybody_sees(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    assert ask(client, "nodes", NEAR).status_code in (200, 204)
    cookie = client.cookies["sessionid"].value
    client.post("/sign-out/")
    late = Client()
    late.cookies["sessionid"] = cookie
    assert ask(late, "nodes", NEAR).status_code == 404


@pytest.mark.parametrize("end", ["membership", "account"])
def test_a_right_that_ends_ends_on_the_map(world: World, as_person: SignIn, end: str) -> None:
    client = as_person(world.officer)
    assert ask(client, "nodes", NEAR).status_code in (200, 204)
    if end == "membership":
        membership = world.officer.memberships.get(role=Role.OFFICER)
        membership.valid_to = membership.valid_from = make.LONG_AGO
        membership.save()
    else:
        world.officer.is_active = False
        world.officer.save()
    assert ask(client, "nodes", NEAR).status_code == 404


def test_a_key_that_is_withdrawn_opens_nothing(world: World) -> None:
    token, key = token_create(actor=world.officer, name="QGIS", lifetime=timedelta(days=1))
    headers = {"authorization": f"Token {key}"}
    assert Client().get(f"/tiles/nodes/{NEAR}.mvt", headers=headers).status_code in (200, 204)
    token.delete()
    assert Client().get(f"/tiles/nodes/{NEAR}.mvt", headers=headers).status_code == 401


def test_what_another_process_took_away_is_noticed_in_seconds(
    world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_person(world.officer)
    assert ask(client, "nodes", NEAR).status_code in (200, 204)
    type(world.officer).objects.filter(pk=world.officer.pk).update(is_active=False)
    assert ask(client, "nodes", NEAR).status_code in (200, 204)
    monkeypatch.setattr(visitors, "REMEMBERED_S", -1.0)
    assert ask(client, "nodes", NEAR).status_code == 404


def test_no_credential_is_kept_as_it_came(world: World, as_person: SignIn) -> None:
    _token, key = token_create(actor=world.officer, name="QGIS", lifetime=timedelta(days=1))
    Client().get(f"/tiles/nodes/{NEAR}.mvt", headers={"authorization": f"Token {key}"})
    assert key.encode() not in b"".join(visitors.VISITORS._known)
