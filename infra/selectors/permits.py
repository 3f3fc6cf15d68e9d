"""How a permit stands today, in words."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from infra import formats
from infra.models import Limit, Permit, PermitState

if TYPE_CHECKING:
    from django.db.models import QuerySet

CERTIFICATE = "verification_certificate"
DUE_WINDOW_LIMIT = "due_window"
#: where the limit ``due_window`` is not loaded: that many days before its date a renewal counts as due soon
DUE_WINDOW_DAYS = 120


@dataclass(frozen=True)
class Standing:
    """A permit's state (a safety state's code) and the words for it."""

    state: str
    text: str


def due_window(on: date | None = None) -> timedelta:
    """Return how long before its last day a renewal counts as due soon (one query)."""
    day = on or timezone.localdate()
    limit = Limit.objects.in_force(day).filter(code=DUE_WINDOW_LIMIT).order_by("-valid_from").first()
    return timedelta(days=int(limit.value) if limit else DUE_WINDOW_DAYS)


def standing_of(permit: Permit, window: timedelta, on: date | None = None) -> Standing:
    """Tell how *permit* stands on a day (today); *window* is :func:`due_window`."""
    day = on or timezone.localdate()
    if permit.state != PermitState.IN_FORCE:
        state = {PermitState.LAPSED: "unsafe", PermitState.REVOKED: "overdue"}.get(PermitState(permit.state), "unknown")
        return Standing(state, permit.get_state_display())
    if permit.expires_on is None:
        return Standing("compliant", _("in force, no end date"))
    left = (permit.expires_on - day).days
    if left < 0:
        return Standing("overdue", ngettext("expired %(n)s day ago", "expired %(n)s days ago", -left) % {"n": -left})
    return _standing_in_force(permit, left, day, window)


def _standing_in_force(permit: Permit, left: int, day: date, window: timedelta) -> Standing:
    days_left = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": formats.number(left)}
    due = permit.renewal_due_on
    if permit.renewal_filed_on:
        return Standing("compliant", _("renewal filed on %(day)s") % {"day": formats.day(permit.renewal_filed_on)})
    if due is None:
        return Standing("due" if left <= window.days else "compliant", days_left)
    if due < day:
        return Standing("overdue", _("renewal was due on %(day)s") % {"day": formats.day(due)})
    if due - day <= window:
        return Standing("due", _("file again by %(day)s") % {"day": formats.day(due)})
    return Standing("compliant", days_left)


def standing_condition(state: str, window: timedelta, on: date | None = None) -> Q:
    """Return the condition on permits that :func:`standing_of` gives *state*: compliant, due or overdue."""
    day = on or timezone.localdate()
    held = Q(state=PermitState.IN_FORCE)
    not_filed = Q(renewal_filed_on__isnull=True)
    late = Q(expires_on__lt=day) | (not_filed & Q(renewal_due_on__lt=day))
    if state == "overdue":
        return Q(state=PermitState.REVOKED) | (held & late)
    soon = (Q(renewal_due_on__lte=day + window) & not_filed) | (
        Q(renewal_due_on__isnull=True, expires_on__lte=day + window) & not_filed
    )
    on_time = held & (Q(expires_on__isnull=True) | Q(expires_on__gte=day))
    on_time &= Q(renewal_due_on__isnull=True) | Q(renewal_due_on__gte=day) | ~not_filed
    return on_time & soon if state == "due" else on_time & ~_true(soon)


def _true(condition: Q) -> Q:
    """Return *condition* in a form whose negation also holds where its columns are empty."""
    return Q(pk__in=Permit.objects.filter(condition).values("pk"))


def certificates() -> "QuerySet[Permit]":
    """Return the verification certificates that count, newest expiry first."""
    return Permit.objects.filter(kind_id=CERTIFICATE).exclude(state=PermitState.REPLACED).order_by("-expires_on", "-id")


def has_certificate(condition: Q | None = None) -> Exists:
    """Return the condition on installations that a certificate (which fits *condition*) is registered."""
    rows = certificates().order_by().filter(installation=OuterRef("pk"))
    return Exists(rows.filter(condition) if condition is not None else rows)
