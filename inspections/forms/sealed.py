"""Takes a sealed file of a phone in: every entry as the PUT of the person whose phone it is."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from infra.models import User
from inspections.fieldwork.intake import Conflict, NotAllowed, NotVisible, Taken, Unacceptable, inspection_put
from inspections.fieldwork.photos import photo_put
from inspections.fieldwork.pictures import BadPhoto
from inspections.fieldwork.sealed import BadSeal, Entry, Header, check_signature, entries_of, goes_on, read_header
from inspections.forms.bodies import SHA256, InspectionBody
from inspections.models import FieldDevice
from inspections.services.devices import device_vouched

Outcome = dict[str, Any]

#: a sealed file of a day with hundreds of photos
SEALED_MAX_BYTES = 4 * settings.UPLOAD_MAX_BYTES
#: parcels of a phone that was never unlocked again: a few days of visits with their pictures
FILES_MAX = 1_000


class UnknownDevice(LookupError):
    """No phone with that name is registered here."""


class RevokedDevice(PermissionError):
    """The phone was revoked: nothing of it is taken in, unless a supervisor vouches for the file."""

    def __init__(self, device: FieldDevice) -> None:
        super().__init__(str(device.pk))
        self.device = device


@dataclass(frozen=True)
class Voucher:
    """A supervisor who answers for the file of a revoked phone: it only broke, or the file was saved earlier."""

    actor: User
    reason: str


def sealed_take(file: IO[bytes], *, voucher: Voucher | None = None) -> list[Outcome]:
    """Open *file*, one sealed file or several after one another; return what became of each entry.

    Repeating is harmless. Raises BadSeal, UnknownDevice or RevokedDevice before anything is taken in.
    """
    checked: list[tuple[Header, FieldDevice]] = []
    end = 0
    while not checked or goes_on(file, end):
        if len(checked) == FILES_MAX:
            raise BadSeal("sealed.format", _("There are more than %(most)s sealed files in one.") % {"most": FILES_MAX})
        header = read_header(file, end)
        device = _device(header, voucher)
        end = check_signature(file, header, device.public_key)
        checked.append((header, device))
    return [outcome for header, device in checked for outcome in _outcomes(file, header, device, voucher)]


def _device(header: Header, voucher: Voucher | None) -> FieldDevice:
    device = FieldDevice.objects.select_related("person").filter(pk=header.device).first()
    if device is None:
        raise UnknownDevice(str(header.device))
    if not device.person.is_active or (device.revoked_at is not None and not _vouches(voucher, device)):
        raise RevokedDevice(device)
    return device


def _vouches(voucher: Voucher | None, device: FieldDevice) -> bool:
    """Tell whether somebody answers for the phone who may: not its own person, who asked for nothing but that."""
    if voucher is None or not voucher.reason or voucher.actor.pk == device.person_id:
        return False
    return FieldDevice.objects.editable_by(voucher.actor).filter(pk=device.pk).exists()


def _outcomes(file: IO[bytes], header: Header, device: FieldDevice, voucher: Voucher | None) -> Iterator[Outcome]:
    reason = ""
    if device.revoked_at is not None and voucher is not None:
        device_vouched(actor=voucher.actor, device=device, entries=header.entries, reason=voucher.reason)
        reason = _("Sealed package of a withdrawn phone; %(who)s vouches for it: %(reason)s")
        reason %= {"who": voucher.actor, "reason": voucher.reason}
    for entry in entries_of(file, header):
        told = {"kind": entry.kind, "uuid": entry.uuid, "sha256": entry.sha256}
        try:
            status, errors = _take(device.person, entry, reason)
        except (Conflict, BadPhoto, NotAllowed, NotVisible, Unacceptable, BadSeal) as error:
            status, errors = "conflict" if isinstance(error, Conflict) else "refused", _errors(error)
        yield told | {"status": status, "errors": errors}


def _take(person: User, entry: Entry, reason: str) -> tuple[str, list[dict[str, str]]]:
    try:
        uuid = UUID(entry.uuid)
    except ValueError as error:
        raise BadSeal("sealed.entry", _("An entry of the sealed file cannot be read.")) from error
    if entry.kind == "photo":
        if not SHA256.fullmatch(entry.sha256 or ""):
            raise BadPhoto("photo.digest", _("The entry names no digest."))
        _photo, is_new = photo_put(actor=person, uuid=uuid, sha256=str(entry.sha256), content=entry.body)
        return ("stored" if is_new else "unchanged"), []
    if entry.kind != "form":
        raise BadSeal("sealed.entry", _("The entry is neither a form nor a photo."))
    try:
        body = InspectionBody(data=json.loads(entry.body))
    except ValueError as error:
        raise BadSeal("sealed.entry", _("The form in the sealed file is no JSON.")) from error
    if not body.is_valid():
        return "refused", list(_field_errors(body.errors))
    _inspection, taken = inspection_put(actor=person, uuid=uuid, body=body.validated_data, reason=reason)
    return ("unchanged" if taken == Taken.UNCHANGED else "stored"), []


def _errors(error: Exception) -> list[dict[str, str]]:
    if isinstance(error, Unacceptable):
        return [{"pointer": row.pointer, "code": row.code, "message": row.message} for row in error.problems]
    if isinstance(error, NotVisible):
        return [{"pointer": "", "code": "not_found", "message": _("There is no such inspection.")}]
    return [{"pointer": "", "code": getattr(error, "code", "conflict"), "message": str(error)}]


def _field_errors(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """Yield what is wrong in the tree of a serializer, each with the JSON pointer to its place."""
    if isinstance(detail, dict):
        for name, part in detail.items():
            yield from _field_errors(part, pointer if name == "non_field_errors" else f"{pointer}/{name}")
        return
    for place, part in enumerate(detail):
        if isinstance(part, dict | list):
            yield from _field_errors(part, f"{pointer}/{place}")
        else:
            yield {"pointer": pointer, "code": str(getattr(part, "code", "invalid")), "message": str(part)}
