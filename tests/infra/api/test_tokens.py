"""Keys for programs: hashed, expiring, revocable, and guarded against guessing."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from infra.models import ApiToken
from infra.services.tokens import TOUCH_EVERY, token_create
from tests.factories import PASSWORD, token_of
from tests.world import SignIn, World

TOKENS = "/api/v1/tokens/"


def ask(client: Client, **body: Any) -> Any:
    return client.post(TOKENS, body, content_type="application/json")


def with_key(key: str, address: str = "/api/v1/stations/") -> Any:
    return Client().get(address, headers={"authorization": f"Token {key}"})


def test_name_and_password_give_a_key_that_signs_in(world: World, client: Client) -> None:
    answer = ask(client, username="owner", password=PASSWORD, name="nightly", otp="")
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert set(body) == {"id", "key", "expiry"}
    rows = with_key(body["key"]).json()["results"]
    assert {row["organization"] for row in rows} == {"VIETTEL"}


def test_the_key_itself_is_kept_nowhere(world: World, client: Client) -> None:
    key = ask(client, username="owner", password=PASSWORD).json()["key"]
    (row,) = ApiToken.objects.values()
    assert all(key not in str(value) for value in row.values())
    assert len(row["digest"]) == 128


@pytest.mark.parametrize("body", [{"username": "owner", "password": "wrong"}, {"username": "nobody", "password": "x"}])
def test_wrong_credentials_do_not_tell_which_part_was_wrong(world: World, client: Client, body: dict[str, str]) -> None:
    answer = ask(client, **body)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == ask(client, username="owner", password="?").json()["detail"]


def test_missing_fields_are_named(world: World, client: Client) -> None:
    answer = ask(client, username="owner")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"pointer": "/password", "code": "required", "message": answer.json()["errors"][0]["message"]}
    ]
    assert client.post(TOKENS, "{", content_type="application/json").status_code == 400
    assert client.post(TOKENS, "<a/>", content_type="text/xml").status_code == 415


def test_an_expired_key_is_refused_in_words_and_goes_with_the_next_one(world: World) -> None:
    _, key = token_of(world.owner, expiry=timedelta(seconds=-1))
    answer = with_key(key)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    token_create(actor=world.owner, name="", lifetime=timedelta(days=1))
    assert ApiToken.objects.filter(user=world.owner).count() == 1


@pytest.mark.parametrize("key", ["", "x", "sotram_0000000", "é", "a b", "sotram_" + "0" * 64])
def test_a_made_up_key_is_refused(world: World, key: str) -> None:
    assert with_key(key).status_code == 401


def test_a_closed_account_has_no_keys(world: World) -> None:
    _, key = token_of(world.owner)
    world.owner.is_active = False
    world.owner.save()
    assert with_key(key).status_code == 401


def test_a_person_lists_and_revokes_only_own_keys(world: World, as_person: SignIn) -> None:
    token, key = token_of(world.owner, name="nightly")
    other, _ = token_of(world.colleague)
    client = as_person(world.owner)
    (row,) = client.get(TOKENS).json()["results"]
    assert (row["id"], row["name"], row["last_used"]) == (token.token_key, "nightly", None)
    assert "digest" not in row
    assert client.delete(f"{TOKENS}{other.token_key}/").status_code == 404
    assert client.delete(f"{TOKENS}{token.token_key}/").status_code == 204
    assert with_key(key).status_code == 401
    assert client.delete(f"{TOKENS}{token.token_key}/").status_code == 404


def test_a_key_may_revoke_itself(world: World) -> None:
    token, key = token_of(world.owner)
    answer = Client().delete(f"{TOKENS}{token.token_key}/", headers={"authorization": f"Token {key}"})
    assert answer.status_code == 204
    assert not ApiToken.objects.exists()


def test_a_session_cannot_revoke_without_the_csrf_token(world: World) -> None:
    token, _ = token_of(world.owner)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.owner)
    answer = client.delete(f"{TOKENS}{token.token_key}/")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_last_used_is_written_once_an_hour_at_most(world: World, django_assert_num_queries: Any) -> None:
    token, key = token_of(world.outsider)
    with_key(key)
    token.refresh_from_db()
    first = token.last_used
    assert first is not None
    with_key(key)
    token.refresh_from_db()
    assert token.last_used == first
    ApiToken.objects.update(last_used=first - TOUCH_EVERY)
    with_key(key)
    token.refresh_from_db()
    assert token.last_used > first


def test_there_is_a_most_of_keys(world: World, client: Client) -> None:
    for _ in range(20):
        token_of(world.owner)
    answer = ask(client, username="owner", password=PASSWORD)
    assert answer.status_code == 409
    assert "20" in answer.json()["detail"]


def test_guessing_is_locked_out_with_words_and_a_pause(world: World, client: Client, settings: Any) -> None:
    settings.AXES_ENABLED = True
    answers = [ask(client, username="owner", password=f"wrong {n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 429, 429]
    right = ask(client, username="owner", password=PASSWORD)
    assert right.status_code == 429
    assert right["Content-Type"] == "application/problem+json"
    assert int(right["Retry-After"]) > 60
    assert ask(client, username="colleague", password=PASSWORD).status_code == 201


def test_one_address_cannot_try_all_names(world: World, client: Client) -> None:
    cache.clear()
    codes = [ask(client, username=f"name{n}", password="x").status_code for n in range(31)]
    assert codes[:30] == [401] * 30
    assert codes[30] == 429


def test_a_forged_forwarding_header_does_not_help(world: World, client: Client) -> None:
    cache.clear()
    for n in range(31):
        answer = client.post(
            TOKENS,
            {"username": "x", "password": "x"},
            content_type="application/json",
            headers={"x-forwarded-for": f"10.0.0.{n}"},
        )
    assert answer.status_code == 429


def test_a_stale_key_does_not_keep_from_making_a_new_one(world: World, client: Client) -> None:
    answer = client.post(
        TOKENS,
        {"username": "owner", "password": PASSWORD},
        content_type="application/json",
        headers={"authorization": "Token long-gone"},
    )
    assert answer.status_code == 201
