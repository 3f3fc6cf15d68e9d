"""Keys for a person's programs: made, shown once, withdrawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import OperationalError, connection
from django.utils import timezone
from knox.settings import knox_settings

from infra.models import ApiToken, User

#: how exactly "last used" is kept; more would be a write with every request
TOUCH_EVERY = timedelta(hours=1)


class TooManyTokensError(ValueError):
    """The person has as many keys as one may have."""


def token_create(*, actor: User, name: str, lifetime: timedelta) -> tuple[ApiToken, str]:
    """Make a key for *actor*; return its row and the key itself, which is kept nowhere.

    Expired keys of the person go. Raises TooManyTokensError where the person holds as many as the setting allows.
    """
    ApiToken.objects.filter(user=actor, expiry__lte=timezone.now()).delete()
    limit: int | None = knox_settings.TOKEN_LIMIT_PER_USER
    if limit is not None and ApiToken.objects.filter(user=actor).count() >= limit:
        raise TooManyTokensError(limit)
    token, key = ApiToken.objects.create(user=actor, expiry=lifetime, name=name)
    return token, key


def token_revoke(*, actor: User, digest: str) -> bool:
    """Withdraw a key of *actor*; False where there is none with that digest."""
    deleted, _ = ApiToken.objects.filter(user=actor, digest=digest).delete()
    return deleted > 0


def token_touch(token: ApiToken) -> None:
    """Note that *token* was used, at most once in :data:`TOUCH_EVERY`; a busy database is not waited for."""
    now = timezone.now()
    if token.last_used is not None and now - token.last_used < TOUCH_EVERY:
        return
    with _unless_busy():
        ApiToken.objects.filter(pk=token.pk).update(last_used=now)


@contextmanager
def _unless_busy() -> Iterator[None]:
    """Let the write inside go missing where another writer holds SQLite's lock (half a minute for a large file)."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        timeout = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        except OperationalError:
            pass
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(timeout)}")
