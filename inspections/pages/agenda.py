"""An officer's agenda: what is due, reminders, a calendar feed, and the hand-over of many cases at once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_POST, require_safe

from infra import formats
from infra.access import Permission
from infra.models import User
from infra.pages.guard import needs
from inspections.casework.changes import CannotChange, cases_hand_over, may_take
from inspections.documents.calendars import calendar_of
from inspections.models import NEVER, CalendarKey, CaseState, ViolationCase
from inspections.pages.words import deadline_name, deadline_tone, time_left
from inspections.selectors.agenda import (
    Due,
    agenda,
    case_officers,
    duties_of,
    may_see_agendas,
    officers_of,
    reminders_of,
)
from inspections.selectors.cases import open_cases
from inspections.services.calendars import calendar_key_make, calendar_key_revoke
from inspections.services.reminders import reminders_read

GROUPS = {
    "overdue": gettext_lazy("Overdue"),
    "today": gettext_lazy("Today"),
    "week": gettext_lazy("Within 7 days"),
    "month": gettext_lazy("Within 30 days"),
    "later": gettext_lazy("Later"),
}

FEED_DAYS, FEED_EVENTS = 30, 2_000
HAND_OVER_ROWS = 500


@dataclass(frozen=True)
class DueLine:
    """A line of the agenda, in words."""

    url: str
    number: str
    party: str
    what: str
    unit: str
    tone: str
    day: str
    iso: str
    left: str


def _officer(request: HttpRequest) -> User:
    """Return whose agenda is asked for: one's own, or another officer's of the same authority."""
    wanted = request.GET.get("officer", "")
    person = cast(User, request.user)
    if not wanted or wanted == person.username:
        return person
    found = User.objects.filter(username=wanted).first()
    if found is None:
        raise Http404
    return found


@require_safe
@needs(Permission.SEE_CASES)
def agenda_page(request: HttpRequest) -> HttpResponseBase:
    """Show what is due for an officer, nearest first, with the reminders that were not read."""
    if not may_see_agendas(request.user):
        raise Http404
    today, officer = timezone.localdate(), _officer(request)
    groups = [
        {
            "name": GROUPS[group.name],
            "code": group.name,
            "count": group.count,
            "lines": [_line(row, today) for row in group.rows],
        }
        for group in agenda(request.user, officer, today)
    ]
    is_own = officer == request.user
    reminders = list(reminders_of(officer)[:50]) if is_own else []
    context = {
        "officer": officer,
        "is_own": is_own,
        "groups": groups,
        "total": sum(int(group["count"]) for group in groups),  # type: ignore[call-overload]
        "reminders": [(row, deadline_tone(row.due_on, today)) for row in reminders],
        "officers": officers_of(request.user),
        "has_key": is_own and CalendarKey.objects.filter(person=officer).exists(),
        "new_key": request.session.pop("calendar_key", "") if is_own else "",
    }
    return render(request, "inspections/agenda.html", context)


def _line(row: Due, today: date) -> DueLine:
    """Return a line of the agenda as it is read."""
    waits = row.due_on != NEVER
    return DueLine(
        url=reverse("inspections:case", args=[row.case_id]),
        number=row.number,
        party=row.party or _("A person"),
        what=deadline_name(row.due_name) if row.due_name else str(CaseState(row.state).label),
        unit=row.unit,
        tone=deadline_tone(row.due_on, today),
        day=formats.day(row.due_on) if waits else "",
        iso=row.due_on.isoformat(),
        left=time_left(row.due_on, today) if waits else "",
    )


@require_POST
@needs(Permission.SEE_CASES)
def reminders_seen(request: HttpRequest) -> HttpResponseBase:
    """Mark all reminders as read."""
    reminders_read(person=cast(User, request.user))
    return redirect("inspections:agenda")


# --- The feed ---------------------------------------------------------------------------------------------------------


@require_POST
@needs(Permission.RUN_CASES)
def calendar_key(request: HttpRequest) -> HttpResponseBase:
    """Make a new address for the calendar (the old one stops), or take it away."""
    person = cast(User, request.user)
    if "revoke" in request.POST:
        calendar_key_revoke(person=person)
        messages.success(request, _("The calendar's address no longer works."))
        return redirect("inspections:agenda")
    key = secrets.token_urlsafe(32)
    calendar_key_make(person=person, digest=hashlib.sha256(key.encode()).hexdigest())
    request.session["calendar_key"] = request.build_absolute_uri(reverse("inspections:calendar", args=[key]))
    return redirect("inspections:agenda")


@require_safe
def calendar_feed(request: HttpRequest, key: str) -> HttpResponse:
    """Give the calendar of whoever the key belongs to; calendar programs cannot sign in, the key is all they have."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    row = CalendarKey.objects.select_related("person").filter(digest=digest, person__is_active=True).first()
    if row is None:
        raise Http404
    with override(row.person.language):
        text = calendar_of(row.person, duties_of(row.person, FEED_EVENTS), _address(request))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="sotram.ics"'
    response["Cache-Control"] = "private, max-age=900"
    return response


def _address(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


# --- Hand-over --------------------------------------------------------------------------------------------------------


@needs(Permission.SEE_CASES)
def hand_over(request: HttpRequest) -> HttpResponseBase:
    """Hand over open cases of an officer: the list of what is due first, then who takes them and why."""
    if not may_see_agendas(request.user):
        raise Http404
    person, today = cast(User, request.user), timezone.localdate()
    if request.method == "POST":
        answer = _handed_over(request, person)
        if answer is not None:
            return answer
    source = request.POST.get("officer") or request.GET.get("officer", "")
    giver = User.objects.filter(username=source).first() if source else None
    rows: list[ViolationCase] = []
    if source:
        open_rows = open_cases(person)
        open_rows = open_rows.filter(officer=giver) if giver else open_rows.filter(officer__isnull=True)
        listed = open_rows.select_related("organization", "unit", "standing").order_by("standing__due_on", "pk")
        rows = list(listed[:HAND_OVER_ROWS])
    context: dict[str, Any] = {
        "officers": officers_of(person),
        "source": source,
        "giver": giver,
        "rows": [(case, deadline_tone(case.standing.due_on, today)) for case in rows],
        "receivers": [user for user in case_officers(person, today) if user != giver],
        "today": today,
    }
    return render(request, "inspections/hand_over.html", context)


def _handed_over(request: HttpRequest, person: User) -> HttpResponseBase | None:
    """Do it; None where something is missing, which was said."""
    posted = request.POST
    receiver = User.objects.filter(username=posted.get("to", ""), is_active=True).first()
    chosen = [int(pk) for pk in posted.getlist("case") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    visible = ViolationCase.objects.visible_to(person).filter(pk__in=chosen)
    cases = list(visible.values_list("pk", flat=True))
    if receiver is None or not cases:
        messages.error(request, _("Choose the cases and who takes them over."))
        return None
    try:
        moved = cases_hand_over(actor=person, cases=cases, to=receiver, reason=posted.get("reason", "")[:1000])
    except CannotChange as error:
        unfit = [case.number for case in visible if not may_take(receiver, case)]
        messages.error(request, str(error))
        if len(unfit) > 1:
            messages.warning(request, _("Not for %(person)s: %(cases)s") % {
                "person": receiver, "cases": ", ".join(unfit[:20])
            })  # fmt: skip
        return None
    except PermissionError as error:
        raise Http404 from error
    words = _("%(n)s cases were handed over to %(person)s.") % {"n": len(moved), "person": receiver}
    messages.success(request, words)
    return redirect(f"{reverse('inspections:agenda')}?officer={receiver.username}")
