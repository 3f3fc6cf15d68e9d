"""``Authorization: Token …``: a program signs in with a key that is kept as a hash, expires and can be revoked."""

from hmac import compare_digest

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed

from infra.models import ApiToken, User
from infra.services.tokens import token_touch


class TokenAuthentication(KnoxAuthentication):
    """Knox's scheme with one query a request; expired keys are refused, and go when the person makes a new one."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        """Return the person and the token row; raise AuthenticationFailed, in words, for anything else."""
        try:
            key = token.decode("ascii")
        except UnicodeDecodeError:
            raise AuthenticationFailed(_("This key is not known.")) from None
        digest = hash_token(key)
        for row in ApiToken.objects.filter(token_key=key[: CONSTANTS.TOKEN_KEY_LENGTH]).select_related("user"):
            if compare_digest(digest, row.digest):
                return self._checked(row)
        raise AuthenticationFailed(_("This key is not known."))

    def _checked(self, row: ApiToken) -> tuple[User, ApiToken]:
        if row.expiry is not None and row.expiry <= timezone.now():
            raise AuthenticationFailed(_("This key has expired."))
        if not row.user.is_active:
            raise AuthenticationFailed(_("This account is closed."))
        token_touch(row)
        return row.user, row


class TokenScheme(OpenApiAuthenticationExtension):
    """How the scheme is written in the OpenAPI document."""

    target_class = "infra.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token …`, the key from `POST /api/v1/tokens/`.",
        }
