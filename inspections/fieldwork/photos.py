"""Photos: bytes named by their SHA-256, checked, stored once, listed so that the phone knows what has arrived."""

import hashlib
import warnings
from datetime import datetime
from io import BytesIO
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from infra.models import User
from infra.services.attachments import bytes_keep
from inspections.fieldwork.intake import NotVisible
from inspections.models import Inspection, Photo
from inspections.services.inspections import photo_store

PHOTO_MAX_BYTES = 25 * 1024 * 1024
#: more than the largest phone camera gives; a picture that unpacks to more is refused before it is unpacked
PHOTO_MAX_PIXELS = 220_000_000
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")


class BadPhoto(ValueError):
    """Bytes that are not stored; ``code`` for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def photo_put(
    *, actor: User, uuid: UUID, sha256: str, content: bytes, at: datetime | None = None
) -> tuple[Photo, bool]:
    """Store *content* for the inspection *uuid*; return the photo and whether it is new.

    Raises BadPhoto or NotVisible.
    """
    _check_owner(actor, uuid)
    photo = Photo.objects.filter(inspection_uuid=uuid, sha256=sha256).first()
    if photo is not None and photo.uploaded_by_id not in (None, actor.pk):
        raise NotVisible(sha256)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise BadPhoto("photo.digest", _("The bytes do not have the digest in the address. Send the photo again."))
    if photo is not None and photo.received_at is not None:
        return photo, False
    content_type = sniff(content)
    bytes_keep([content])
    values = {"size": len(content), "content_type": content_type, "received_at": at or timezone.now()}
    try:
        stored = photo_store(actor=actor, photo=photo or Photo(inspection_uuid=uuid, sha256=sha256), values=values)
    except IntegrityError:
        # The same photo came twice at once; the other request has stored it.
        return Photo.objects.get(inspection_uuid=uuid, sha256=sha256), False
    return stored, True


def _check_owner(actor: User, uuid: UUID) -> None:
    inspection = Inspection.objects.filter(uuid=uuid).only("inspector_id").first()
    if inspection is not None and inspection.inspector_id != actor.pk:
        raise NotVisible(str(uuid))


def sniff(content: bytes) -> str:
    """Return the media type of a picture by its bytes. Raises BadPhoto for anything else, too large, or a bomb."""
    if len(content) > PHOTO_MAX_BYTES:
        raise BadPhoto("photo.size", _("The photo is larger than %(mb)s MB.") % {"mb": PHOTO_MAX_BYTES // 2**20})
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return "image/heic"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=tuple(FORMATS)) as picture:
                width, height, kind = picture.width, picture.height, picture.format
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadPhoto("photo.type", _("This is no JPEG, PNG, WebP or HEIC picture.")) from error
    if width * height > PHOTO_MAX_PIXELS:
        raise BadPhoto("photo.pixels", _("The picture has too many pixels."))
    return FORMATS[str(kind)]
