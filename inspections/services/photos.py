"""Writing photos: what the form announces, what arrives, how far from the subject each was taken."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from infra.models import User
from infra.spatial.metres import metres_between
from inspections.models import Photo

ARRIVED = ("size", "content_type", "received_at", "width", "height", "exif", "distance_m", "uploaded_by")
ANNOUNCED = ("item_code", "taken_at", "position", "accuracy_m", "original", "is_signature")


def photo_distance(photo: Photo, subject: Point | None) -> float | None:
    """Return how far from *subject* the photo was taken, in metres: by the phone's receiver, else by the camera's."""
    lon, lat = (photo.position.x, photo.position.y) if photo.position else (None, None)
    for notes in (photo.exif, photo.original):
        if lon is None or lat is None:
            lon, lat = notes.get("lon"), notes.get("lat")
    if subject is None or lon is None or lat is None:
        return None
    return round(float(metres_between(subject.x, subject.y, [lon], [lat])[0]), 1)


def photo_store(*, actor: User, photo: Photo) -> Photo:
    """Store what is known of a photo whose bytes have arrived, beside whatever the form said of it meanwhile."""
    photo.uploaded_by = actor
    with transaction.atomic():
        known = Photo.objects.select_for_update().filter(inspection_uuid=photo.inspection_uuid, sha256=photo.sha256)
        arrived = known.first()
        if arrived is None:
            try:
                with transaction.atomic():
                    photo.save(force_insert=True)
                return photo
            except IntegrityError:
                arrived = known.get()
        if arrived.received_at is None:
            for name in ARRIVED:
                setattr(arrived, name, getattr(photo, name))
            arrived.save(update_fields=ARRIVED)
    return arrived


def photos_announce(uuid: UUID, photos: Iterable[Photo], subject: Point | None) -> None:
    """Note which photos the form names; bytes that came before keep their row."""
    wanted = {photo.sha256: photo for photo in photos}
    stored = {photo.sha256: photo for photo in Photo.objects.filter(inspection_uuid=uuid)}
    new: list[Photo] = []
    known: list[Photo] = []
    for sha256, photo in wanted.items():
        row = stored.get(sha256) or photo
        row.inspection_uuid, row.announced = uuid, True
        for name in ANNOUNCED:
            setattr(row, name, getattr(photo, name))
        row.distance_m = photo_distance(row, subject)
        (known if row.pk else new).append(row)
    Photo.objects.bulk_create(new)
    if known:
        Photo.objects.bulk_update(known, [*ANNOUNCED, "announced", "distance_m"])
    others = [row for sha256, row in stored.items() if sha256 not in wanted]
    if others:
        # What has arrived is evidence and stays; the form just does not name it any more.
        rows = Photo.objects.filter(pk__in=[row.pk for row in others])
        rows.filter(received_at__isnull=True).delete()
        rows.update(announced=False)
