"""Photos: bytes named by their SHA-256, checked, stored once, listed so that the phone knows what has arrived."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import User
from infra.services.attachments import bytes_keep, display_keep
from inspections.fieldwork.intake import NotVisible
from inspections.fieldwork.pictures import BadPhoto, examine
from inspections.models import Inspection, Photo
from inspections.services.photos import photo_distance, photo_store


def photo_put(
    *, actor: User, uuid: UUID, sha256: str, content: bytes, at: datetime | None = None
) -> tuple[Photo, bool]:
    """Store *content* for the inspection *uuid*; return the photo and whether it is new.

    Raises BadPhoto or NotVisible.
    """
    inspection = Inspection.objects.filter(uuid=uuid).only("inspector_id", "subject_position").first()
    if inspection is not None and inspection.inspector_id != actor.pk:
        raise NotVisible(str(uuid))
    photo = Photo.objects.filter(inspection_uuid=uuid, sha256=sha256).first()
    if photo is not None and photo.uploaded_by_id not in (None, actor.pk):
        raise NotVisible(sha256)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise BadPhoto("photo.digest", _("The bytes do not have the digest in the address. Send the photo again."))
    if photo is not None and photo.received_at is not None:
        return photo, False
    arrived = photo or Photo(inspection_uuid=uuid, sha256=sha256)
    _look_into(arrived, content, at or timezone.now())
    arrived.distance_m = photo_distance(arrived, inspection.subject_position if inspection else None)
    return photo_store(actor=actor, photo=arrived), True


def _look_into(photo: Photo, content: bytes, at: datetime) -> None:
    """Fill in what the bytes tell, and keep them with the copy that is shown."""
    picture = examine(content)
    bytes_keep([content])
    if picture.display is not None:
        display_keep(photo.sha256, picture.display)
    photo.size, photo.content_type, photo.received_at = len(content), picture.content_type, at
    photo.width, photo.height, photo.exif = picture.width, picture.height, dict(picture.exif)
