"""Keys of calendar feeds: one for a person, replaced or taken away by that person."""

from django.utils import timezone

from infra.models import User
from inspections.models import CalendarKey


def calendar_key_make(*, person: User, digest: str) -> CalendarKey:
    """Give *person* a calendar address with the key of this digest; the one before stops working."""
    key, _is_new = CalendarKey.objects.update_or_create(
        person=person, defaults={"digest": digest, "created_at": timezone.now()}
    )
    return key


def calendar_key_revoke(*, person: User) -> None:
    """Take the calendar address of *person* away."""
    CalendarKey.objects.filter(person=person).delete()
