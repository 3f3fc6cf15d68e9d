"""Telling people: a line behind the bell inside the act itself, an e-mail by the worker afterwards.

A mail server that is down delays e-mails and nothing else: what is not yet mailed is tried again with the next round.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from infra.access import AUTHORITY_ROLES, ORGANIZATION_ROLES, ROLE_TABLE, Permission
from infra.models import Authority, Membership, Notice, Organization, User
from infra.notices import NOTICES, subject_of, words_of

logger = logging.getLogger(__name__)

#: an e-mail later than this says nothing new
STALE = timedelta(days=2)
MAILS_AT_ONCE = 100
#: longest text of one fact
_LONGEST = 400


def reviewers_of(authority: Authority) -> list[User]:
    """Return the people who decide about what is sent to *authority*."""
    roles = [role for role in AUTHORITY_ROLES if Permission.REVIEW in ROLE_TABLE[role]]
    return _people(authority.organization_id, roles) if authority.organization_id else []


def supervisors_of(authority: Authority) -> list[User]:
    """Return the people who supervise inspections for *authority*."""
    roles = [role for role in AUTHORITY_ROLES if Permission.SUPERVISE in ROLE_TABLE[role]]
    return _people(authority.organization_id, roles) if authority.organization_id else []


def submitters_of(organization: Organization) -> list[User]:
    """Return the people who hand in for *organization*."""
    roles = [role for role in ORGANIZATION_ROLES if Permission.SUBMIT in ROLE_TABLE[role]]
    return _people(organization.pk, roles)


def _people(organization_id: int, roles: Iterable[str]) -> list[User]:
    members = Membership.objects.in_force(timezone.localdate()).filter(
        organization_id=organization_id, role__in=list(roles), user__is_active=True
    )
    return list(User.objects.filter(pk__in=members.values("user")).order_by("pk"))


def notify(people: Iterable[User], code: str, *, path: str, but: User | None = None, **facts: Any) -> None:
    """Tell *people* something, once each, except *but* (who did it); call it inside the act it tells of."""
    kept = {name: str(value)[:_LONGEST] for name, value in facts.items()}
    told = {person.pk for person in people} - ({but.pk} if but else set())
    Notice.objects.bulk_create(Notice(person_id=pk, code=code, facts=kept, path=path) for pk in sorted(told))


def notices_read(person: User) -> None:
    """Mark what *person* was told as read."""
    Notice.objects.filter(person=person, read_at=None).update(read_at=timezone.now())


def _to_mail() -> QuerySet[Notice]:
    mailed = [code for code, words in NOTICES.items() if words.mailed]
    fresh = Notice.objects.filter(mailed_at=None, code__in=mailed, at__gt=timezone.now() - STALE)
    return fresh.filter(person__gets_mail=True, person__is_active=True).exclude(person__email="")


def notices_wait() -> bool:
    """Tell whether there is a mail server, and something to be mailed."""
    return bool(settings.EMAIL_HOST) and _to_mail().exists()


def notices_mail() -> int:
    """Send the e-mails that are waiting; return how many went out. What fails is tried again with the next round."""
    if not settings.EMAIL_HOST:
        return 0
    sent = 0
    try:
        with get_connection() as mails:
            for notice in _to_mail().select_related("person").order_by("pk")[:MAILS_AT_ONCE]:
                _mail(notice, mails)
                Notice.objects.filter(pk=notice.pk).update(mailed_at=timezone.now())
                sent += 1
    except OSError as error:  # smtplib's errors are among them
        logger.warning("notices could not be mailed: %s", error)
    return sent


def _mail(notice: Notice, mails: Any) -> None:
    with override(notice.person.language):
        _title, text, _icon = words_of(notice.code, notice.facts)
        lines = [text]
        if settings.PUBLIC_URL:
            lines.append(settings.PUBLIC_URL + notice.path)
        lines.append(_("You can switch these e-mails off on the page of your account."))
        subject = subject_of(notice.code, notice.facts)
        EmailMessage(
            subject, "\n\n".join(lines), settings.DEFAULT_FROM_EMAIL, [notice.person.email], connection=mails
        ).send()
