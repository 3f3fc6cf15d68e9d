"""Phones of inspectors: registered by themselves, revoked from the desk; what the office measures with."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from infra.models import ApiToken, Authority, User
from infra.services.ledger import act
from inspections.models import FieldDevice, Instrument

#: how exactly "last seen" is kept
SEEN_EVERY = timedelta(minutes=10)


class DeviceTaken(ValueError):
    """The phone's name belongs to another person, or comes with another key."""


def device_register(
    *, actor: User, authority: Authority, uuid: UUID, name: str, public_key: str, token: ApiToken | None, reason: str
) -> FieldDevice:
    """Register a phone of *actor*, or find it registered. Raises DeviceTaken."""
    with transaction.atomic():
        known = FieldDevice.objects.select_for_update().filter(pk=uuid).first()
        if known is None:
            now = timezone.now()
            with act(actor=actor, authority=authority, kind="device.registered", reason=reason) as ledger:
                known = FieldDevice(
                    uuid=uuid, authority=authority, person=actor, name=name, public_key=public_key, registered_at=now,
                    last_seen_at=now,
                )  # fmt: skip
                known.save(force_insert=True)
                ledger.note(device=str(uuid), person=actor.username)
        elif known.person_id != actor.pk or known.public_key != public_key:
            raise DeviceTaken(str(uuid))
        elif name and name != known.name:
            known.name = name
            known.save(update_fields=["name"])
        if token is not None:
            known.tokens.add(token)
    return known


def device_revoke(*, actor: User, device: FieldDevice, reason: str) -> FieldDevice:
    """Revoke a lost phone: its keys stop to work at once, and it wipes itself when it next asks for anything."""
    with act(actor=actor, authority=device.authority, kind="device.revoked", reason=reason) as ledger:
        locked = FieldDevice.objects.select_for_update().get(pk=device.pk)
        if locked.revoked_at is None:
            locked.revoked_at, locked.revoked_by, locked.revoke_reason = ledger.at, actor, reason[:400]
            locked.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
            ApiToken.objects.filter(pk__in=locked.tokens.values("pk")).delete()
            ledger.note(device=str(locked.pk), person=locked.person.username)
    return locked


def device_vouched(*, actor: User, device: FieldDevice, entries: int, reason: str) -> None:
    """Note that a supervisor takes in the sealed file of a revoked phone, and why."""
    with act(actor=actor, authority=device.authority, kind="device.vouched", reason=reason) as ledger:
        ledger.note(device=str(device.pk), person=device.person.username, entries=entries)


def device_seen(device: FieldDevice, token: ApiToken | None) -> None:
    """Note that a phone asked for something, and with which key, without writing on every request."""
    now = timezone.now()
    if now - device.last_seen_at > SEEN_EVERY:
        FieldDevice.objects.filter(pk=device.pk).update(last_seen_at=now)
        if token is not None:
            device.tokens.add(token)


def instrument_save(*, actor: User, instrument: Instrument, values: dict[str, Any], reason: str) -> Instrument:
    """Add an instrument, or write down its new calibration."""
    is_new = instrument.pk is None
    kind = "instrument.added" if is_new else "instrument.changed"
    with act(actor=actor, authority=instrument.authority, kind=kind, reason=reason) as ledger:
        for name, value in values.items():
            setattr(instrument, name, value)
        (ledger.add if is_new else ledger.change)(instrument)
    return instrument
