"""Behind the bell: what waits for the person, and what the person was told."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from infra.models import Notice, User
from infra.navigation import places_for
from infra.notices import words_of
from infra.pages.guard import signed_in
from infra.pages.preferences import page_to_return_to
from infra.services.notices import notices_read

PAGE_NOTICES = 50
_LARGEST = 19


@require_safe
@signed_in
def alerts(request: HttpRequest) -> HttpResponse:
    """List the places of work where something waits, and the notices, newest first."""
    rows = Notice.objects.filter(person=cast(User, request.user))
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < _LARGEST:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE_NOTICES + 1])
    shown = found[:PAGE_NOTICES]
    context = {
        "waiting": [place for place in places_for(request.user, request.path) if place.count],
        "notices": [_told(notice) for notice in shown],
        "next_before": shown[-1].pk if len(found) > PAGE_NOTICES else None,
        "unread": getattr(request.user, "unread", 0),
    }
    return render(request, "infra/alerts.html", context)


def _told(notice: Notice) -> dict[str, Any]:
    title, text, icon = words_of(notice.code, notice.facts)
    return {"notice": notice, "title": title, "text": text, "icon": icon}


@require_POST
@signed_in
def alerts_read(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    notices_read(cast(User, request.user))
    return redirect("infra:alerts")


@require_POST
@signed_in
def mail_choice(request: HttpRequest) -> HttpResponse:
    """Switch the person's e-mails on or off."""
    person = cast(User, request.user)
    person.gets_mail = request.POST.get("gets_mail") == "1"
    person.save(update_fields=["gets_mail"])
    said = _("Notices come by e-mail too.") if person.gets_mail else _("Notices stand behind the bell only.")
    messages.success(request, said)
    return redirect(page_to_return_to(request))
