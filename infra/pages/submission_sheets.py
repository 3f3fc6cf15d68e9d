"""Asking for the operator's own sheet where it is long: it is written in the background, the page shows how far."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from infra.access import Permission
from infra.models import User
from infra.pages.guard import needs
from infra.pages.submission_view import sheets_offered
from infra.pages.submissions import find, may_mend
from infra.submissions.sheets import WRITERS
from infra.tasks import sheet_later


@require_POST
@needs(Permission.SEE_SUBMISSIONS)
def submission_sheet(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Have a long sheet written; the answer is the part of the page that shows how far it is."""
    found = find(request, number)
    if name not in WRITERS:
        raise Http404
    sheet_later(found, cast(User, request.user), name)
    if not request.headers.get("HX-Request"):
        return redirect("infra:submission", number)
    offered = sheets_offered(found, mends=may_mend(request, found))
    return render(request, "infra/submissions/sheets.html", {"submission": found, "sheets": offered})
