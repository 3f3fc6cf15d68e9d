"""Keys for a person's programs: made, shown once, withdrawn."""

from datetime import timedelta

from knox.settings import knox_settings

from infra.models import ApiToken, User


class TooManyTokensError(ValueError):
    """The person has as many keys as one may have."""


def token_create(*, actor: User, name: str, lifetime: timedelta) -> tuple[ApiToken, str]:
    """Make a key for *actor*; return its row and the key itself, which is kept nowhere.

    Raises TooManyTokensError where the person holds as many as the setting allows.
    """
    limit: int | None = knox_settings.TOKEN_LIMIT_PER_USER
    if limit is not None and ApiToken.objects.filter(user=actor).count() >= limit:
        raise TooManyTokensError(limit)
    token, key = ApiToken.objects.create(user=actor, expiry=lifetime, name=name)
    return token, key


def token_revoke(*, actor: User, digest: str) -> bool:
    """Withdraw a key of *actor*; False where there is none with that digest."""
    deleted, _ = ApiToken.objects.filter(user=actor, digest=digest).delete()
    return deleted > 0
