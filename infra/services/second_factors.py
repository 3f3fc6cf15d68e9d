"""The second factor: set up, asked for at sign-in, replaced by a recovery code, taken away."""

import hmac
import logging
import secrets

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.access import AUTHORITY_ROLES
from infra.models import Authority, Membership, RecoveryCode, SecondFactor, User
from infra.services.accounts import RefusedError, account_act

logger = logging.getLogger(__name__)

NAME = "authenticator"
RECOVERY_CODES = 10
#: base 32 without letters and figures that are mistaken for each other: 60 bits a code
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP = 3, 4


class WrongCodeError(RefusedError):
    """The one-time code does not hold (any more)."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The code is not right, or was used already. Wait for the next one; "
                "the clock of the telephone must be right."
            )
        )


def has_second_factor(user: User) -> bool:
    """Tell whether a code is asked for when *user* signs in."""
    return SecondFactor.objects.filter(user=user, confirmed=True).exists()


def needs_second_factor(user: User) -> bool:
    """Tell whether an authority that *user* acts for wants one."""
    acting = Membership.objects.in_force(timezone.localdate()).filter(user=user, role__in=AUTHORITY_ROLES)
    return Authority.objects.filter(staff_second_factor=True, organization__memberships__in=acting).exists()


def second_factor_begin(*, user: User) -> SecondFactor:
    """Return the authenticator that waits for its first code: the one that waits already, or a new one."""
    waiting = SecondFactor.objects.filter(user=user, confirmed=False).order_by("-pk").first()
    if waiting is not None and _readable(waiting):
        return waiting
    SecondFactor.objects.filter(user=user, confirmed=False).delete()
    device = SecondFactor(user=user, name=NAME, confirmed=False)
    device.save()
    return device


def second_factor_set(*, user: User, code: str) -> list[str]:
    """Confirm the waiting authenticator by its first code; return the recovery codes, which are shown once.

    An authenticator set up before is no more. Raises WrongCodeError.
    """
    device = SecondFactor.objects.filter(user=user, confirmed=False).order_by("-pk").first()
    if device is None or not _verified(device, code):
        raise WrongCodeError
    with account_act(user, user, "person.second_factor_set", "–"):
        SecondFactor.objects.filter(user=user).exclude(pk=device.pk).delete()
        SecondFactor.objects.filter(pk=device.pk).update(confirmed=True)
        return _new_recovery_codes(user)


def recovery_codes_renew(*, user: User) -> list[str]:
    """Return new recovery codes; the old ones are no more."""
    with account_act(user, user, "person.recovery_codes_renewed", "–"):
        return _new_recovery_codes(user)


def code_check(*, user: User, code: str) -> bool:
    """Tell whether *code* is the authenticator's present one or an unused recovery code; each signs in once.

    Guessing is slowed down: after each wrong code the next is looked at after twice the time.
    """
    device = SecondFactor.objects.filter(user=user, confirmed=True).first()
    if device is None:
        return False
    plain = "".join(letter for letter in code if letter.isalnum()).upper()
    if len(plain) == device.digits and plain.isascii() and plain.isdigit():
        return _verified(device, plain)
    return _recovered(device, plain)


def second_factor_remove(*, user: User, code: str) -> None:
    """Take the own second factor away. Raises WrongCodeError, and RefusedError where the authority wants one."""
    if needs_second_factor(user):
        raise RefusedError(_("Your authority asks its staff for a second factor. Set up another one instead."))
    if not code_check(user=user, code=code):
        raise WrongCodeError
    with account_act(user, user, "person.second_factor_removed", "–"):
        _forget(user)


def second_factor_reset(*, actor: User, user: User, reason: str) -> None:
    """Take another person's second factor away, when telephone and recovery codes are lost."""
    if actor.pk == user.pk:
        raise RefusedError(_("Nobody does this to the own account; ask another administrator."))
    with account_act(actor, user, "person.second_factor_reset", reason):
        _forget(user)


def recovery_codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def _forget(user: User) -> None:
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def _readable(device: SecondFactor) -> bool:
    try:
        return bool(device.bin_key)
    except (InvalidTag, ValueError):
        return False


@transaction.atomic
def _verified(device: SecondFactor, code: str) -> bool:
    """Check a code with the row locked, so that one code sent twice at once signs in once."""
    locked = SecondFactor.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if not _readable(locked):
        logger.warning("the second factor of account %s was sealed under another SECRET_KEY", device.user_id)
        return False
    digits = code.strip().replace(" ", "")
    return digits.isascii() and digits.isdigit() and bool(locked.verify_token(digits))


@transaction.atomic
def _recovered(device: SecondFactor, plain: str) -> bool:
    locked = SecondFactor.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if not locked.verify_is_allowed()[0]:
        return False
    used = RecoveryCode.objects.filter(user=device.user_id, digest=_digest(device.user_id, plain), used_at=None)
    if not used.update(used_at=timezone.now()):
        locked.throttle_increment(commit=True)
        return False
    locked.throttle_reset(commit=True)
    return True


def _new_recovery_codes(user: User) -> list[str]:
    codes = [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=_digest(user.pk, code.replace("-", ""))) for code in codes
    )
    return codes


def _digest(user_id: int, plain: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"recovery:{user_id}:{plain}".encode(), "sha256").hexdigest()
