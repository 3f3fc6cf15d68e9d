"""The desk's page of phones: a lost one withdrawn, the sealed package of one that can no longer send."""
# ruff: noqa: F811

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from infra.models import ChangeRecord
from inspections.models import FieldDevice, Inspection
from tests.inspections.fieldwork.phones import Phone, form
from tests.inspections.fieldwork.test_phones import phone, ref, register, seal_of  # noqa: F401 -- fixtures
from tests.inspections.test_api import wire
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db

PAGE = "/phones/"


def _hand_in(client: Client, content: bytes, **more: str) -> Any:
    return client.post(f"{PAGE}sealed/", {"file": SimpleUploadedFile("outbox.sotram", content)} | more)


def test_a_lost_phone_is_withdrawn_with_a_reason(
    world: World,
    as_person: SignIn,
    phone: Phone,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    supervisor = as_person(world.manager)
    supervisor.get(PAGE)
    with django_assert_max_num_queries(12):
        page = supervisor.get(PAGE).content.decode()
    assert "SM-A556E" in page
    address = f"{PAGE}{phone.uuid}/withdrawn/"
    supervisor.post(address, {"reason": " "})
    assert FieldDevice.objects.get().revoked_at is None
    after = supervisor.post(address, {"reason": "Mất trên đường"}, follow=True).content.decode()
    assert "Mất trên đường" in after
    assert FieldDevice.objects.get().revoked_by == world.manager
    assert ChangeRecord.objects.filter(kind="device.revoked").count() == 1
    assert register(as_person(world.inspector), phone).status_code == 410


def test_only_its_person_and_supervisors_see_a_phone(world: World, as_person: SignIn, phone: Phone) -> None:
    assert "SM-A556E" in as_person(world.inspector).get(PAGE).content.decode()
    owner = as_person(world.owner)
    assert owner.get(PAGE).status_code == 404
    assert owner.post(f"{PAGE}{phone.uuid}/withdrawn/", {"reason": "x"}).status_code == 404
    assert owner.post(f"{PAGE}sealed/").status_code == 404
    assert FieldDevice.objects.get().revoked_at is None


def test_a_sealed_package_is_taken_in_on_the_page_and_counts_once(
    world: World,
    as_person: SignIn,
    phone: Phone,
    ref: str,
) -> None:
    seal = seal_of(phone, as_person(world.inspector))
    uuid = uuid4()
    content = phone.sealed(seal, [form(uuid, wire(ref))])
    desk = as_person(world.manager)
    told = _hand_in(desk, content)
    assert told.status_code == 200
    assert f"/inspections/{uuid}/" in told.content.decode()
    assert _hand_in(desk, content).status_code == 200
    assert Inspection.objects.count() == 1
    for nonsense in (b"hello", Phone().sealed(seal, [form(uuid4(), wire(ref))])):
        refused = _hand_in(desk, nonsense)
        assert refused.status_code == 422
        assert 'role="alert"' in refused.content.decode()
    assert Inspection.objects.count() == 1


def test_a_supervisor_vouches_for_the_package_of_a_withdrawn_phone(
    world: World,
    as_person: SignIn,
    phone: Phone,
    ref: str,
) -> None:
    content = phone.sealed(seal_of(phone, as_person(world.inspector)), [form(uuid4(), wire(ref))])
    desk = as_person(world.manager)
    desk.post(f"{PAGE}{phone.uuid}/withdrawn/", {"reason": "Vỡ màn hình"})
    refused = _hand_in(desk, content)
    assert refused.status_code == 422
    assert "Vỡ màn hình" in refused.content.decode()
    own = _hand_in(as_person(world.inspector), content, reason="Tôi xuất trước khi vỡ")
    assert own.status_code == 422
    assert 'id="id_reason"' not in own.content.decode()
    assert Inspection.objects.count() == 0
    taken = _hand_in(desk, content, reason="Máy chỉ vỡ màn hình")
    assert taken.status_code == 200
    assert Inspection.objects.get().inspector == world.inspector
    vouched = ChangeRecord.objects.get(kind="device.vouched")
    assert (vouched.actor, vouched.reason) == (world.manager, "Máy chỉ vỡ màn hình")
