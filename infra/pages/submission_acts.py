"""What people do with a submission on its page: mend, send, withdraw; accept, return, refuse."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from infra.access import Permission
from infra.models import Submission, User
from infra.pages.guard import needs
from infra.pages.submission_view import WORKING
from infra.pages.submissions import find, number_of
from infra.rules import Side
from infra.selectors.submissions import SEVERITIES, rows_filtered
from infra.services.submissions import (
    NotPossible,
    submission_of_other_sheet,
    submission_reject,
    submission_return,
    submission_send,
    submission_withdraw,
)
from infra.submissions import review
from infra.submissions.coordinates.systems import AUTO, UnknownSystem, of_code
from infra.submissions.deciding import rows_named, submission_decide
from infra.tasks import apply_later, check_later, check_now_or_later

#: what a header means that is to be left out of later files as well
NOTHING = "-"
#: the parts of an address that narrow the rows
_KEPT = ("severity", "action", "code", "decision", "q", "columns")


@require_POST
@needs(Permission.SUBMIT, Permission.REVIEW)
def submission_act(request: HttpRequest, number: int, name: str) -> HttpResponseBase:
    """Carry out one act on a submission and come back to it; what is not possible is said in words."""
    known = _ACTS.get(name)
    if known is None:
        raise Http404
    side, carry_out = known
    found = find(request, number, side)
    try:
        said = carry_out(request, found)
    except NotPossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect(_back(request, found))


def _back(request: HttpRequest, found: Submission) -> str:
    """Return the page of the submission, with the filter the person works in while anything is left in it."""
    page = reverse("infra:submission", args=[found.pk])
    came_from = urlsplit(request.headers.get("Referer", ""))
    asked = QueryDict(came_from.query)
    kept = {name: asked[name] for name in _KEPT if asked.get(name)}
    if came_from.path != page or not kept:
        return page
    found.refresh_from_db(fields=["status"])
    if found.status in WORKING:  # what is left is known when the check is done
        return page
    text = kept.pop("q", "")
    severity, action, code, decision = (kept.get(name, "") for name in ("severity", "action", "code", "decision"))
    if severity not in ("", *SEVERITIES):
        return page
    rows = rows_filtered(found, text=text, severity=severity, action=action, code=code, decision=decision)
    return f"{page}?{urlencode({**kept, 'q': text} if text else kept)}" if rows.exists() else page


@require_POST
@needs(Permission.SUBMIT, Permission.REVIEW)
def submission_of_sheet(request: HttpRequest, number: int) -> HttpResponseBase:
    """Hand in another sheet of the same workbook, and go to it; a second click leads to the first one's submission."""
    found = find(request, number, Side.OPERATOR)
    try:
        made, is_new = submission_of_other_sheet(
            actor=_actor(request), submission=found, sheet=request.POST.get("sheet", "")
        )
    except NotPossible as refused:
        messages.error(request, str(refused))
        return redirect("infra:submission", number)
    if is_new:
        check_later(made, _actor(request))
    return redirect("infra:submission", made.pk)


def _actor(request: HttpRequest) -> User:
    return cast(User, request.user)


def _rows(request: HttpRequest) -> list[int] | None:
    numbers = [row for text in request.POST.getlist("rows") if (row := number_of(text)) is not None]
    return numbers or None


def _fix(request: HttpRequest, found: Submission) -> str:
    code = request.POST.get("code", "")
    changed = review.rows_fix(actor=_actor(request), submission=found, code=code, rows=_rows(request) or review.ALL)
    check_now_or_later(changed, _actor(request))
    return _("The suggestions were taken over.")


def _drop(request: HttpRequest, found: Submission) -> str:
    rows, code = _rows(request), request.POST.get("code") or None
    if request.POST.get("all_errors"):
        rows = review.rows_with_errors(found) or None
    changed = review.rows_drop(actor=_actor(request), submission=found, rows=rows, code=code)
    check_now_or_later(changed, _actor(request))
    return _("The rows were left out.")


def _confirm(request: HttpRequest, found: Submission) -> str:
    review.rows_confirm(
        actor=_actor(request),
        submission=found,
        note=request.POST.get("note", ""),
        rows=_rows(request),
        code=request.POST.get("code") or None,
    )
    return _("Your explanation goes with these rows.")


def _send(request: HttpRequest, found: Submission) -> str:
    submission_send(actor=_actor(request), submission=found)
    return _("Sent. You will read the authority's answer here.")


def _withdraw(request: HttpRequest, found: Submission) -> str:
    submission_withdraw(actor=_actor(request), submission=found, reason=request.POST.get("reason", ""))
    return _("Withdrawn.")


def _retry(request: HttpRequest, found: Submission) -> str:
    check_later(found, _actor(request))
    return _("The file is looked at again.")


def _read_again(request: HttpRequest, found: Submission) -> str:
    """Look again with another coordinate system, or with headers assigned by hand."""
    crs = request.POST.get("crs", AUTO)
    try:
        crs = crs if crs == AUTO else of_code(crs).code
    except UnknownSystem as unknown:
        raise NotPossible(_("There is no such coordinate system.")) from unknown
    headers = dict(zip(request.POST.getlist("header"), request.POST.getlist("column"), strict=False))
    assigned = {header: "" if column == NOTHING else column for header, column in headers.items() if column}
    changed = review.submission_read_as(actor=_actor(request), submission=found, crs=crs, assigned=assigned)
    check_now_or_later(changed, _actor(request))
    return _("The file was read again.")


def _accept(request: HttpRequest, found: Submission) -> str:
    wanted: Any = _rows(request) or (request.POST.get("rows") if request.POST.get("rows") in ("all", "good") else "all")
    changed = submission_decide(
        actor=_actor(request),
        submission=found,
        rows=wanted,
        reason=request.POST.get("reason", ""),
        returned=rows_named(request.POST.get("returned", "")),
        removals_confirmed=request.POST.get("removals_confirmed") == "1",
    )
    apply_later(changed)
    return _("Your decision is recorded.")


def _return(request: HttpRequest, found: Submission) -> str:
    submission_return(
        actor=_actor(request), submission=found, reason=request.POST.get("reason", ""), rows=_rows(request) or ()
    )
    return _("Returned to the operator.")


def _reject(request: HttpRequest, found: Submission) -> str:
    submission_reject(actor=_actor(request), submission=found, reason=request.POST.get("reason", ""))
    return _("Refused.")


_ACTS: dict[str, tuple[Side, Callable[[HttpRequest, Submission], str]]] = {
    "fix": (Side.OPERATOR, _fix),
    "drop": (Side.OPERATOR, _drop),
    "confirm": (Side.OPERATOR, _confirm),
    "send": (Side.OPERATOR, _send),
    "withdraw": (Side.OPERATOR, _withdraw),
    "retry": (Side.OPERATOR, _retry),
    "read": (Side.OPERATOR, _read_again),
    "accept": (Side.AUTHORITY, _accept),
    "return": (Side.AUTHORITY, _return),
    "reject": (Side.AUTHORITY, _reject),
}
