"""Phones: registered by themselves, revoked from the desk, their sealed files opened by this server only."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from infra.models import ApiToken, ChangeRecord
from inspections.models import FieldDevice, Inspection, Photo
from tests import factories as make
from tests.inspections.fieldwork.phones import Phone, digest, form, photo, picture
from tests.inspections.test_api import put, wire
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db

BASE = "/api/v1/fieldwork/"
SEALED = "application/vnd.sotram.sealed"


def register(client: Client, phone: Phone, **more: Any) -> Any:
    body = {"name": "SM-A556E", "public_key": phone.public_key} | more
    return client.put(f"{BASE}devices/{phone.uuid}/", body, content_type="application/json")


@pytest.fixture
def phone(world: World, law: None, as_person: SignIn) -> Phone:
    made = Phone()
    assert register(as_person(world.inspector), made).status_code == 200
    return made


@pytest.fixture
def ref(world: World, law: None) -> str:
    return str(world.station.installation.registry_number)


def send(content: bytes, client: Client | None = None) -> Any:
    return (client or Client()).post(f"{BASE}sealed/", content, content_type=SEALED)


def seal_of(phone: Phone, client: Client) -> dict[str, str]:
    seal: dict[str, str] = client.get(f"{BASE}devices/{phone.uuid}/").json()["seal"]
    return seal


def test_a_phone_registers_itself_once(world: World, as_person: SignIn, phone: Phone) -> None:
    client = as_person(world.inspector)
    again = register(client, phone, name="Máy của Hùng")
    assert again.status_code == 200
    assert again.json()["name"] == "Máy của Hùng"
    assert again.json()["person"] == "inspector"
    assert set(again.json()["seal"]) == {"key_id", "public_key"}
    assert FieldDevice.objects.count() == 1
    assert ChangeRecord.objects.filter(kind="device.registered").count() == 1
    assert register(client, Phone(uuid=phone.uuid)).status_code == 409
    assert register(as_person(world.officer), phone).status_code == 409
    assert register(client, Phone(), public_key="AAAA").json()["errors"][0]["pointer"] == "/public_key"
    assert register(as_person(world.owner), Phone()).status_code == 403


def test_three_people_look_for_a_phone(world: World, as_person: SignIn, phone: Phone) -> None:
    address = f"{BASE}devices/{phone.uuid}/"
    for person in (world.inspector, world.officer, world.manager, world.admin):
        assert as_person(person).get(address).status_code == 200
    for person in (world.owner, world.foreign_officer, world.outsider):
        assert as_person(person).get(address).status_code == 404


def test_a_lost_phone_is_revoked_from_the_desk(world: World, as_person: SignIn, phone: Phone, ref: str) -> None:
    token, key = make.token_of(world.inspector)
    headers = {"authorization": f"Token {key}", "x-field-device": str(phone.uuid)}
    assert register(Client(headers=headers), phone).status_code == 200
    assert Client(headers=headers).get(f"{BASE}package/").status_code == 200
    revoke = f"{BASE}devices/{phone.uuid}/revoke/"
    as_json = {"content_type": "application/json"}
    assert as_person(world.auditor).post(revoke, {"reason": "x"}, **as_json).status_code == 404
    assert as_person(world.manager).post(revoke, {"reason": "Mất tại Thái Thụy"}, **as_json).status_code == 200
    assert not ApiToken.objects.filter(pk=token.pk).exists()
    for answer in (
        Client(headers=headers).get(f"{BASE}package/"),
        Client(headers={"x-field-device": str(phone.uuid)}).put(f"/api/v1/inspections/{uuid4()}/"),
        register(Client(headers={"x-field-device": str(phone.uuid)}), phone),
        register(as_person(world.inspector), phone),
        send(phone.sealed(seal_of(phone, as_person(world.inspector)), [form(uuid4(), wire(ref))])),
    ):
        assert answer.status_code == 410
        assert answer["Content-Type"] == "application/problem+json"
        assert [error["code"] for error in answer.json()["errors"]] == ["device.revoked"]
    assert not Inspection.objects.exists()
    record = ChangeRecord.objects.get(kind="device.revoked")
    assert (record.reason, record.details["device"]) == ("Mất tại Thái Thụy", str(phone.uuid))


def test_its_owner_revokes_a_phone_too(world: World, as_person: SignIn, phone: Phone) -> None:
    revoke = f"{BASE}devices/{phone.uuid}/revoke/"
    answer = as_person(world.inspector).post(revoke, {"reason": "Mất"}, content_type="application/json")
    assert answer.json()["revoked_at"]


# --- Sealed files -----------------------------------------------------------------------------------------------------


def test_a_sealed_file_brings_everything_in_once(world: World, as_person: SignIn, phone: Phone, ref: str) -> None:
    one, two, shot = uuid4(), uuid4(), picture()
    seal = seal_of(phone, as_person(world.inspector))
    entries = [photo(one, shot), form(one, wire(ref, photos=[{"sha256": digest(shot)}])), form(two, wire(ref))]
    first = send(phone.sealed(seal, entries))
    assert first.status_code == 200, first.content
    told = first.json()["entries"]
    assert [(row["kind"], row["uuid"], row["status"]) for row in told] == [
        ("photo", str(one), "stored"),
        ("form", str(one), "stored"),
        ("form", str(two), "stored"),
    ]
    assert told[0]["sha256"] == digest(shot)
    assert Inspection.objects.filter(inspector=world.inspector, status="submitted").count() == 2
    assert Photo.objects.get().received_at
    again = send(phone.sealed(seal, entries))
    assert {row["status"] for row in again.json()["entries"]} == {"unchanged"}
    assert Inspection.objects.count() == 2


def test_parcels_one_after_another_are_one_file(world: World, as_person: SignIn, phone: Phone, ref: str) -> None:
    """What a phone holds that nobody unlocks any more: each part sealed by itself, saved as one file."""
    one, shot = uuid4(), picture()
    seal = seal_of(phone, as_person(world.inspector))
    parcels = [
        phone.sealed(seal, [form(one, wire(ref, photos=[{"sha256": digest(shot)}]))]),
        phone.sealed(seal, [photo(one, shot)]),
    ]
    told = send(b"".join(parcels)).json()["entries"]
    assert [(row["kind"], row["status"]) for row in told] == [("form", "stored"), ("photo", "stored")]
    changed = bytearray(parcels[1])
    changed[-1] ^= 1
    other = uuid4()
    refused = send(phone.sealed(seal, [form(other, wire(ref))]) + bytes(changed))
    assert refused.status_code == 400
    assert not Inspection.objects.filter(uuid=other).exists(), "one bad parcel, nothing taken in"


def test_each_entry_is_judged_by_itself(world: World, as_person: SignIn, phone: Phone, ref: str) -> None:
    client = as_person(world.inspector)
    stands, wrong = uuid4(), wire(ref)
    put(client, stands, wire(ref))
    wrong["answers"][1]["value"] = "mười"
    entries = [
        form(uuid4(), wrong),
        form(stands, wire(ref, notes="Khác")),
        form(uuid4(), wire(ref) | {"status": "done"}),
        photo(uuid4(), b"no picture"),
        form(uuid4(), wire(ref)),
    ]
    told = send(phone.sealed(seal_of(phone, client), entries)).json()["entries"]
    assert [row["status"] for row in told] == ["refused", "conflict", "refused", "refused", "stored"]
    assert told[0]["errors"][0]["pointer"] == "/answers/1/value"
    assert told[2]["errors"][0]["pointer"] == "/status"
    assert told[3]["errors"][0]["code"] == "photo.type"


def test_what_was_not_sealed_by_that_phone_for_this_server_is_refused(
    world: World, as_person: SignIn, phone: Phone, ref: str
) -> None:
    seal = seal_of(phone, as_person(world.inspector))
    good = phone.sealed(seal, [form(uuid4(), wire(ref))])
    changed = bytearray(good)
    changed[-80] ^= 1
    attempts = {
        "sealed.format": [b"", b"hello", good[:-1], good + b"x", b"SOTRAM1\n" + b"\xff" * 40],
        "sealed.signature": [bytes(changed), Phone(uuid=phone.uuid).sealed(seal, [form(uuid4(), wire(ref))])],
        "sealed.key": [phone.sealed(seal | {"key_id": "0" * 16}, [form(uuid4(), wire(ref))])],
        "sealed.device": [Phone().sealed(seal, [form(uuid4(), wire(ref))])],
        "sealed.version": [phone.sealed(seal, [form(uuid4(), wire(ref))], version=2)],
    }
    for code, files in attempts.items():
        for content in files:
            answer = send(content)
            assert answer.status_code == 400
            assert [error["code"] for error in answer.json()["errors"]] == [code], content[:60]
    assert not Inspection.objects.exists()


def test_who_lost_the_membership_sends_nothing_more(world: World, as_person: SignIn, phone: Phone, ref: str) -> None:
    seal = seal_of(phone, as_person(world.inspector))
    world.inspector.memberships.all().delete()
    (told,) = send(phone.sealed(seal, [form(uuid4(), wire(ref))])).json()["entries"]
    assert told["status"] == "refused"
    world.inspector.is_active = False
    world.inspector.save()
    assert send(phone.sealed(seal, [form(uuid4(), wire(ref))])).status_code == 410
