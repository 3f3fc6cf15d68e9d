"""The second factor: sealed, asked for at every door, replaced by recovery codes, required by an authority."""

import re
import time
from base64 import b64encode
from html import unescape
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django_otp.oath import TOTP

from infra.models import ChangeRecord, RecoveryCode, SecondFactor, User
from infra.services import second_factors as service
from infra.services.accounts import RefusedError
from tests import factories as make
from tests.world import SignIn, World

PAGE = "/account/second-factor/"


def code_of(device: SecondFactor, steps: int = 0) -> str:
    """Return the code that the telephone shows now, or some steps of half a minute later."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() + steps * device.step
    return f"{totp.token():06d}"


def set_up(user: User) -> tuple[SecondFactor, list[str]]:
    """Give *user* a second factor whose present code is still to be used."""
    device = service.second_factor_begin(user=user)
    codes = service.second_factor_set(user=user, code=code_of(device))
    SecondFactor.objects.filter(pk=device.pk).update(last_t=-1)
    return SecondFactor.objects.get(pk=device.pk), codes


def sign_in(client: Client, name: str) -> Any:
    return client.post("/sign-in/", {"username": name, "password": make.PASSWORD, "next": "/account/"})


def test_it_is_set_up_with_the_code_and_asked_for_afterwards(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    assert client.post(f"{PAGE}new/")["Location"].startswith(f"{PAGE}scan/")
    shown = client.get(f"{PAGE}scan/")
    text = unescape(shown.content.decode())
    assert "no-store" in shown["Cache-Control"]
    assert "<svg" in text
    assert not re.search(r"<[^>]+\sstyle=", text)
    assert "otpauth://totp/" in text
    device = SecondFactor.objects.get(user=world.officer)
    assert client.post(f"{PAGE}scan/", {"code": "000000"}).status_code == 422
    assert not service.has_second_factor(world.officer)
    SecondFactor.objects.update(throttling_failure_count=0)
    done = client.post(f"{PAGE}scan/", {"code": code_of(device)}).content.decode()
    codes = re.findall(r"<code>([A-Z0-9-]{14})</code>", done)
    assert len(codes) == len(set(codes)) == service.RECOVERY_CODES
    assert codes[0] not in client.get(PAGE).content.decode()

    visitor = Client()
    assert sign_in(visitor, "officer")["Location"] == "/sign-in/code/"
    assert visitor.get("/account/")["Location"].startswith("/sign-in/")
    assert visitor.post("/sign-in/code/", {"code": code_of(device)}).status_code == 422  # was used to set it up
    SecondFactor.objects.update(throttling_failure_count=0)
    assert visitor.post("/sign-in/code/", {"code": code_of(device, 1)})["Location"] == "/account/"
    assert visitor.get("/account/").status_code == 200


def test_a_recovery_code_signs_in_once(world: World) -> None:
    _device, codes = set_up(world.officer)
    for expected in (302, 422):
        visitor = Client()
        sign_in(visitor, "officer")
        assert visitor.post("/sign-in/code/", {"code": codes[0].lower().replace("-", " ")}).status_code == expected
    assert service.recovery_codes_left(world.officer) == service.RECOVERY_CODES - 1


def test_the_code_page_is_nothing_without_the_password(world: World) -> None:
    set_up(world.officer)
    assert Client().get("/sign-in/code/")["Location"] == "/sign-in/"
    visitor = Client()
    sign_in(visitor, "officer")
    session = visitor.session
    session["sign_in_pending"] = {**session["sign_in_pending"], "at": time.time() - 601}
    session.save()
    assert visitor.get("/sign-in/code/")["Location"] == "/sign-in/"


def test_guessing_is_slowed_down_whichever_kind_of_code(world: World) -> None:
    device, codes = set_up(world.officer)
    assert not service.code_check(user=world.officer, code="AAAA-AAAA-AAAA")
    assert not service.code_check(user=world.officer, code=codes[0])
    assert not service.code_check(user=world.officer, code=code_of(device))
    SecondFactor.objects.update(throttling_failure_count=0)
    assert service.code_check(user=world.officer, code=code_of(device))


def test_the_database_alone_gives_no_code(world: World, settings: Any) -> None:
    device, codes = set_up(world.officer)
    secret = device.bin_key
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM otp_totp_totpdevice")
        kept = cursor.fetchone()[0]
    assert secret.hex() not in kept
    digests = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert not {code.replace("-", "") for code in codes} & digests
    SecondFactor.objects.filter(pk=device.pk).update(user=world.manager)
    with pytest.raises(InvalidTag):
        _ = SecondFactor.objects.get(pk=device.pk).bin_key
    assert not service.code_check(user=world.manager, code=code_of(device))
    SecondFactor.objects.filter(pk=device.pk).update(user=world.officer)
    present = code_of(device)
    settings.SECRET_KEY = "another key of another machine, long enough"
    assert not service.code_check(user=world.officer, code=present)


def ask(**body: Any) -> Any:
    cache.clear()
    return Client().post("/api/v1/tokens/", body, content_type="application/json")


def test_a_program_names_the_code(world: World) -> None:
    device, _codes = set_up(world.officer)
    answer = ask(username="officer", password=make.PASSWORD)
    assert answer.status_code == 401
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/otp", "required")]
    answer = ask(username="officer", password=make.PASSWORD, otp="000000")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "invalid")
    SecondFactor.objects.update(throttling_failure_count=0)
    assert ask(username="officer", password=make.PASSWORD, otp=code_of(device)).status_code == 201
    assert ask(username="manager", password=make.PASSWORD, otp="123456").status_code == 201


def test_the_password_alone_opens_no_other_door(world: World) -> None:
    def tile(name: str, secret: str) -> int:
        basic = b64encode(f"{name}:{secret}".encode()).decode()
        answer = Client().get("/tiles/installations.json", headers={"authorization": f"Basic {basic}"})
        return int(answer.status_code)

    set_up(world.officer)
    assert tile("manager", make.PASSWORD) == 200
    assert tile("officer", make.PASSWORD) == 401
    _row, key = make.token_of(world.officer)
    assert tile("officer", key) == 200
    world.officer.is_staff = True
    world.officer.save()
    answer = Client().post("/admin/login/?next=/admin/", {"username": "officer", "password": make.PASSWORD})
    assert answer["Location"] == "/sign-in/?next=/admin/"


def test_an_authority_asks_its_staff_for_it(world: World, as_person: SignIn) -> None:
    type(world.authority).objects.filter(pk=world.authority.pk).update(staff_second_factor=True)
    operator = Client()
    sign_in(operator, "owner")
    assert operator.get("/account/").status_code == 200
    assert ask(username="officer", password=make.PASSWORD).status_code == 403
    officer = Client()
    sign_in(officer, "officer")
    assert officer.get("/account/")["Location"] == f"{PAGE}?next=%2Faccount%2F"
    assert officer.get(f"{PAGE}?next=%2Fsites%2F").status_code == 200
    scan = officer.post(f"{PAGE}new/", {"next": "/sites/"})["Location"]
    device = SecondFactor.objects.get(user=world.officer)
    done = officer.post(scan, {"code": code_of(device), "next": "/sites/"}).content.decode()
    assert 'href="/sites/"' in done
    assert officer.get("/account/").status_code == 200
    SecondFactor.objects.update(last_t=-1)
    with pytest.raises(RefusedError):
        service.second_factor_remove(user=world.officer, code=code_of(device))


def test_new_codes_and_taking_it_away_ask_for_a_code(world: World, as_person: SignIn) -> None:
    _device, codes = set_up(world.officer)
    client = as_person(world.officer)
    for address in (f"{PAGE}codes/", f"{PAGE}off/", f"{PAGE}new/"):
        assert client.post(address, {"code": "999999"}).status_code == 422
        SecondFactor.objects.update(throttling_failure_count=0)
    renewed = re.findall(
        r"<code>([A-Z0-9-]{14})</code>", client.post(f"{PAGE}codes/", {"code": codes[0]}).content.decode()
    )
    assert len(renewed) == service.RECOVERY_CODES
    assert not set(renewed) & set(codes)
    assert client.post(f"{PAGE}off/", {"code": renewed[0]}).status_code == 302
    assert not service.has_second_factor(world.officer)
    assert not RecoveryCode.objects.exists()
    kinds = set(ChangeRecord.objects.filter(kind__startswith="person.").values_list("kind", flat=True))
    assert kinds == {"person.second_factor_set", "person.recovery_codes_renewed", "person.second_factor_removed"}


def test_an_administrator_takes_a_lost_one_away(world: World, as_person: SignIn) -> None:
    set_up(world.officer)
    with pytest.raises(RefusedError):
        service.second_factor_reset(actor=world.officer, user=world.officer, reason="Mất máy")
    here = f"/administration/people/{world.officer.pk}/second-factor/"
    assert as_person(world.manager).post(here, {"reason": "Mất máy"}).status_code == 404
    assert as_person(world.admin).post(here, {"reason": "Mất máy"}).status_code == 302
    assert sign_in(Client(), "officer")["Location"] == "/account/"
    assert ChangeRecord.objects.get(kind="person.second_factor_reset").reason == "Mất máy"
