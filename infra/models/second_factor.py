"""The second factor: an authenticator's secret, sealed, and the codes for the day the telephone is lost."""

import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

SECRET_BYTES = 20
_KEY_BYTES = 64


def _seal() -> AESSIV:
    return AESSIV(HKDF(SHA512(), _KEY_BYTES, None, b"second factor").derive(settings.SECRET_KEY.encode()))


class SecondFactor(TOTPDevice):
    """A person's authenticator (RFC 6238). django-otp checks codes, remembers the last one and slows guessing down.

    The secret lies in the database under ``SECRET_KEY``, bound to its person: who reads the database, or copies a row
    to another person, has no codes.
    """

    class Meta:
        proxy = True
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if self._state.adding and not args and "key" not in kwargs:
            self.key = _seal().encrypt(secrets.token_bytes(SECRET_BYTES), [self._person()]).hex()

    @property
    def bin_key(self) -> bytes:
        """The secret. Raises cryptography's InvalidTag where SECRET_KEY is another one, or the row another person's."""
        return _seal().decrypt(bytes.fromhex(self.key), [self._person()])

    def _person(self) -> bytes:
        return str(self.user_id).encode()


class RecoveryCode(models.Model):
    """A code that signs in once in the place of the authenticator; kept as a keyed digest."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes", verbose_name=_("person")
    )
    digest = models.CharField(_("digest"), max_length=64)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = (models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once"),)

    def __str__(self) -> str:
        return f"#{self.pk}"
