"""The person behind a session, read with how many notices are unread: the bell of every page costs no query."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import Count, Q

from infra.models import User


class PersonBackend(ModelBackend):
    """Django's own, but for what is read with the person."""

    def get_user(self, user_id: int) -> User | None:
        unread = Count("notices", filter=Q(notices__read_at__isnull=True))
        person = User.objects.filter(pk=user_id).annotate(unread=unread).first()
        return person if person and self.user_can_authenticate(person) else None
