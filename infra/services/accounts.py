"""Accounts of people: made with a one-time password, corrected, closed and opened, unlocked.

Every act stands in the ledger of the authority that keeps the account: by whom, when, why, on whose number; names and
passwords never do.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset as forget_failures
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.access import Role
from infra.models import ApiToken, Authority, Membership, User
from infra.services.ledger import Act, act, refresh_search

#: without letters and figures that are mistaken for each other when read out
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 4, 4
ONE_TIME_DAYS = 14


class RefusedError(ValueError):
    """The act is not done; the text says why and what to do, to a person."""


def new_password() -> str:
    """Return a password that can be read out on the telephone (79 bits)."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def keeper_of(user: User) -> Authority:
    """Return the authority in whose ledger the acts on an account stand."""
    if user.authority is not None:
        return user.authority
    for membership in user.memberships.select_related("organization__authority").order_by("-valid_from"):
        authority: Authority | None = getattr(membership.organization, "authority", None)
        if authority is not None:
            return authority
    first = Authority.objects.order_by("pk").first()
    if first is None:
        raise RefusedError(_("There is no authority yet; run load_reference first."))
    return first


@contextmanager
def account_act(actor: User, user: User, kind: str, reason: str, **details: Any) -> Iterator[tuple[Act, User]]:
    """Open the act *kind* on an account; yields the act and the locked row, and notes whose account it was."""
    if not reason.strip():
        raise RefusedError(_("Write the reason: it stands in the ledger."))
    with act(actor=actor, authority=keeper_of(user), kind=kind, reason=reason) as ledger:
        locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        yield ledger, locked
        ledger.note(user=locked.pk, **details)


def _set_one_time(user: User) -> str:
    password = new_password()
    user.set_password(password)
    user.one_time_until = timezone.now() + timedelta(days=ONE_TIME_DAYS)
    return password


def person_add(
    *, actor: User, authority: Authority, username: str, display_name: str, email: str, language: str, reason: str
) -> tuple[User, str]:
    """Make an account kept by *authority*; return it and its one-time password, which is kept nowhere."""
    if not reason.strip():
        raise RefusedError(_("Write the reason: it stands in the ledger."))
    if User.objects.filter(username__iexact=username).exists():
        raise RefusedError(_("There is an account “%(name)s” already.") % {"name": username})
    user = User(
        username=username,
        display_name=display_name,
        email=email,
        language=language,
        authority=authority,
        is_active=True,
    )
    password = _set_one_time(user)
    refresh_search(user)
    with act(actor=actor, authority=authority, kind="person.added", reason=reason) as ledger:
        user.save(force_insert=True)
        ledger.note(user=user.pk)
    return user, password


def person_correct(*, actor: User, user: User, display_name: str, email: str, language: str, reason: str) -> User:
    """Correct a person's name, address or language. The ledger names the fields, not what stood in them."""
    new = {"display_name": display_name, "email": email, "language": language}
    changed = sorted(name for name, value in new.items() if getattr(user, name) != value)
    if not changed:
        return user
    with account_act(actor, user, "person.corrected", reason, fields=changed) as (_ledger, locked):
        for name, value in new.items():
            setattr(locked, name, value)
        refresh_search(locked)
        locked.save(update_fields=[*new, "search_text"])
    return locked


def person_close(*, actor: User, user: User, reason: str) -> User:
    """Close an account: the person is signed out everywhere and the keys are withdrawn; the roles stay readable.

    Raises RefusedError for one's own account and for the last administrator of an authority.
    """
    _not_oneself(actor, user)
    with account_act(actor, user, "person.closed", reason) as (ledger, locked):
        for authority in _administered(locked):
            refuse_without_administrator(authority, leaving=locked)
        locked.is_active = False
        locked.save(update_fields=["is_active"])
        withdrawn, _rows = ApiToken.objects.filter(user=locked).delete()
        ledger.note(keys_withdrawn=withdrawn)
    return locked


def person_open(*, actor: User, user: User, reason: str) -> User:
    """Open a closed account again; the password is the old one."""
    with account_act(actor, user, "person.opened", reason) as (_ledger, locked):
        locked.is_active = True
        locked.save(update_fields=["is_active"])
    return locked


def password_give(*, actor: User, user: User, reason: str) -> str:
    """Set a new one-time password and end the person's sessions; return it, it is kept nowhere."""
    _not_oneself(actor, user)
    with account_act(actor, user, "person.password_given", reason) as (_ledger, locked):
        password = _set_one_time(locked)
        locked.save(update_fields=["password", "one_time_until"])
    forget_failures(username=user.username)
    return password


def password_changed(*, user: User) -> None:
    """Note that the person has chosen a password of one's own: the one-time password is no more."""
    with account_act(user, user, "person.password_changed", "–") as (_ledger, locked):
        locked.one_time_until = None
        locked.save(update_fields=["one_time_until"])


def lockout_undo(*, actor: User, user: User, reason: str) -> int:
    """Forget the failed attempts to sign in under the person's name; return from how many addresses there were some."""
    with account_act(actor, user, "person.unlocked", reason):
        return int(forget_failures(username=user.username))


def key_withdraw(*, actor: User, user: User, digest: str, reason: str) -> bool:
    """Withdraw a key of another person; False where there is none with that digest."""
    token = ApiToken.objects.filter(user=user, digest=digest).first()
    if token is None:
        return False
    with account_act(actor, user, "person.key_withdrawn", reason, key=token.token_key):
        token.delete()
    return True


def locked_addresses(user: User) -> list[str]:
    """Return the addresses from which signing in as *user* is blocked at the moment."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(
        username=user.username, failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gte=since
    )
    return sorted({str(attempt.ip_address) for attempt in attempts})


# --- the rules that no administrator gets around ----------------------------------------------------------------------


def _not_oneself(actor: User, user: User) -> None:
    if actor.pk == user.pk:
        raise RefusedError(_("Nobody does this to the own account; ask another administrator."))


def _administered(user: User) -> list[Authority]:
    """Return the authorities of which *user* is an administrator today."""
    today = timezone.localdate()
    memberships = Membership.objects.in_force(today).filter(user=user, role=Role.ADMINISTRATOR)
    return list(Authority.objects.filter(organization__memberships__in=memberships).distinct())


@transaction.atomic
def refuse_without_administrator(
    authority: Authority, *, leaving: User | None = None, ending: Membership | None = None
) -> None:
    """Raise RefusedError where nobody else would administer the whole of *authority*; locks it until the act ends."""
    Authority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
    others = (
        Membership.objects.in_force(timezone.localdate())
        .filter(organization=authority.organization_id, role=Role.ADMINISTRATOR, user__is_active=True)
        .filter(territory=None, fields=[], valid_to=None)
    )
    if leaving is not None:
        others = others.exclude(user=leaving)
    if ending is not None:
        others = others.exclude(pk=ending.pk)
    if not others.exists():
        raise RefusedError(
            _("This is the last administrator of %(authority)s. Give the role to another person first.")
            % {"authority": authority}
        )
