"""Before certificates lapse: renewals of many stations at once, and more time where it is needed."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from infra.access import Permission, can, scope_of
from infra.forms.plans import ExtensionForm, RenewalForm
from infra.models import (
    DueExtension,
    ExtensionStatus,
    Organization,
    Permit,
    SubmissionKind,
    SubmissionPurpose,
    User,
)
from infra.pages.guard import needs
from infra.pages.submissions import number_of
from infra.rules import EXTENSION_MOVES, Side
from infra.selectors.own_data import certificates_due
from infra.selectors.permits import due_window, standing_of
from infra.selectors.plans import asks_for, decides, extensions_for
from infra.services.plans import extension_ask, extension_move
from infra.services.renewals import Renewal, renewals_file
from infra.services.submissions import NotPossible, submission_receive
from infra.tasks import check_later

#: certificates on one page; a file is better for more
PAGE_RENEWALS = 50
PAGE_EXTENSIONS = 50


def due_certificates(person: User) -> QuerySet[Permit]:
    """Return the certificates that *person* may renew, the most urgent first."""
    return certificates_due(scope_of(person).organizations(Permission.SUBMIT), due_window())


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SUBMIT)
def renewals(request: HttpRequest) -> HttpResponseBase:
    """Show what has to be renewed with a line for each new certificate; make them one submission."""
    person = cast(User, request.user)
    due = due_certificates(person).select_related("installation__authority", "organization", "authority", "kind")
    if request.method == "POST":
        numbers = [number for text in request.POST.getlist("permit") if (number := number_of(text))]
        due = due.filter(pk__in=numbers[:PAGE_RENEWALS])
    window = due_window()
    shown = list(due[:PAGE_RENEWALS])
    lines = [
        (permit, standing_of(permit, window), RenewalForm(request.POST or None, prefix=str(permit.pk)))
        for permit in shown
    ]
    if request.method == "POST":
        answer = _handed_in(request, person, lines)
        if answer is not None:
            return answer
    context = {"lines": lines, "total": due_certificates(person).count(), "page_size": PAGE_RENEWALS}
    return render(request, "infra/renewals.html", context, status=400 if request.method == "POST" else 200)


def _handed_in(request: HttpRequest, person: User, lines: list[tuple[Permit, Any, RenewalForm]]) -> Any:
    """Make the filled lines a submission for each organization and authority; None where something is wrong."""
    wrong = [form for _permit, _standing, form in lines if not form.is_valid()]  # every line is judged, not the first
    if wrong:
        messages.error(request, _("Nothing was handed in yet: lines with a message need something more."))
        return None
    parts: dict[tuple[int, int], list[Renewal]] = {}
    for permit, _standing, form in lines:
        said = form.cleaned_data
        if said["number"]:
            renewal = Renewal(permit, said["number"], said["issued_on"], said["expires_on"])
            parts.setdefault((permit.organization_id, permit.authority_id), []).append(renewal)
    if not parts:
        messages.error(request, _("Fill in the number of at least one new certificate."))
        return None
    made = [_submitted(person, found) for found in parts.values()]
    if len(made) == 1:
        return redirect("infra:submission", made[0].pk)
    return redirect("infra:submissions")


def _submitted(person: User, found: list[Renewal]) -> Any:
    permit = found[0].permit
    organization: Organization = permit.organization
    submission, _is_new = submission_receive(
        actor=person,
        authority=permit.authority,
        organization=organization,
        kind=SubmissionKind.PERMITS,
        name=_("renewals-%(day)s.csv") % {"day": timezone.localdate().isoformat()},
        chunks=renewals_file(found),
        content_type="text/csv",
        purpose=SubmissionPurpose.RENEWAL,
    )
    check_later(submission, person)
    return submission


# --- more time ---


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SUBMIT)
def extension_new(request: HttpRequest, number: int) -> HttpResponseBase:
    """Ask for more time to renew one permit."""
    person = cast(User, request.user)
    own = scope_of(person).organizations(Permission.SUBMIT)
    permits = Permit.objects.visible_to(person).filter(organization__in=own, renewal_due_on__isnull=False)
    permit = permits.select_related("installation", "kind", "authority", "organization").filter(pk=number).first()
    if permit is None:
        raise Http404
    form = ExtensionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            extension_ask(actor=person, permit=permit, **form.cleaned_data)
        except NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Sent. The date stands until the authority decides."))
            return redirect("infra:extensions")
    return render(request, "infra/extension.html", {"form": form, "permit": permit}, status=400 if form.errors else 200)


@require_safe
@needs(Permission.SEE_SUBMISSIONS)
def extensions(request: HttpRequest) -> HttpResponse:
    """List the requests for more time, newest first, with what may be done about each."""
    rows = extensions_for(request.user)
    before = number_of(request.GET.get("before"))
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE_EXTENSIONS + 1])
    shown = found[:PAGE_EXTENSIONS]
    context = {
        "rows": [_line(request, one) for one in shown],
        "next_before": shown[-1].pk if len(found) > PAGE_EXTENSIONS else None,
        "may_ask": can(request.user, Permission.SUBMIT),
    }
    return render(request, "infra/extensions.html", context)


_TONES = {
    ExtensionStatus.ASKED: "accent",
    ExtensionStatus.GRANTED: "compliant",
    ExtensionStatus.REFUSED: "overdue",
}


def _line(request: HttpRequest, one: DueExtension) -> dict[str, Any]:
    is_open = one.status == ExtensionStatus.ASKED
    return {
        "extension": one,
        "tone": _TONES.get(ExtensionStatus(one.status), "neutral"),
        "days": ngettext("%(n)d day more", "%(n)d days more", (one.asked_until - one.due_on).days)
        % {"n": (one.asked_until - one.due_on).days},
        "may_decide": is_open and decides(request.user, one.authority_id),
        "may_withdraw": is_open and asks_for(request.user, one.organization_id),
    }


_ACTS = {
    "grant": ExtensionStatus.GRANTED,
    "refuse": ExtensionStatus.REFUSED,
    "withdraw": ExtensionStatus.WITHDRAWN,
}


@require_POST
@needs(Permission.SUBMIT, Permission.REVIEW)
def extension_act(request: HttpRequest, number: int, name: str) -> HttpResponseBase:
    """Grant more time, refuse it, or take the request back."""
    to = _ACTS.get(name)
    found = extensions_for(request.user).filter(pk=number).first()
    if found is None or to is None:
        raise Http404
    side = EXTENSION_MOVES[(ExtensionStatus.ASKED, to)].side
    authority_side = side is Side.AUTHORITY
    if not (
        decides(request.user, found.authority_id) if authority_side else asks_for(request.user, found.organization_id)
    ):
        raise Http404
    try:
        until = _day(request.POST.get("until", ""))
        extension_move(
            actor=cast(User, request.user),
            extension=found,
            to=to,
            reason=request.POST.get("reason", ""),
            until=until,
        )
    except NotPossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, ExtensionStatus(to).label)
    return redirect("infra:extensions")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise NotPossible(_("“%s” is not a day.") % text) from wrong
