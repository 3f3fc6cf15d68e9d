"""Money of all cases: what is owed with its interest, what was paid, and the treasury's statement beside it."""

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.core import signing
from django.db.models import F
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from infra import formats
from infra.access import Permission, can
from infra.models import User
from infra.pages.guard import needs
from infra.submissions.problems import Unreadable
from inspections.casework.execution import Account
from inspections.casework.recomputing import CASE_COLUMNS, Law, files_of
from inspections.casework.statements import STATEMENT, Line, Match, lines_of, match, take
from inspections.models import Payment, ViolationCase
from inspections.pages.words import deadline_tone, time_left
from inspections.selectors.cases import ENDED

ROWS = 100
SALT = "inspections.statement"
#: a statement that was looked at can be taken over for so long
SECONDS = 3_600
FILE_MAX = 10 * 1024 * 1024


@dataclass(frozen=True)
class Debt:
    """A case that owes money, with its account of today."""

    case: ViolationCase
    account: Account
    due: date | None
    tone: str
    words: str


@require_safe
@needs(Permission.SEE_CASES)
@needs(Permission.SEE_REPORTS, Permission.RUN_CASES)
def payments_page(request: HttpRequest) -> HttpResponseBase:
    """Show who owes what, and which payments the treasury has not confirmed yet."""
    return _shown(request)


def _shown(request: HttpRequest, status: int = 200, **context: Any) -> HttpResponseBase:
    today = timezone.localdate()
    visible = ViolationCase.objects.visible_to(request.user)
    owing = visible.filter(fine_vnd__gt=F("standing__paid_vnd")).exclude(state__in=ENDED)
    columns = (*CASE_COLUMNS, "organization__name", "person__name", "person__erased_on", "fine_vnd")
    rows = owing.select_related("authority", "organization", "person").only(*columns)
    debts = [_debt(file.case, file.account(), file, today) for file in files_of(
        list(rows.order_by("standing__due_on", "pk")[:ROWS]), Law.in_force()
    )]  # fmt: skip
    unconfirmed = Payment.objects.filter(case__in=visible.values("pk"), reconciled_on__isnull=True)
    language = "en" if get_language() == "en" else "vi"
    shared = {
        "debts": debts,
        "owing": owing.count(),
        "sums": [sum(debt.account.due_vnd for debt in debts), sum(debt.account.interest_vnd for debt in debts)],
        "unconfirmed": list(
            unconfirmed.select_related("case__organization", "case__person").order_by("on", "id")[:ROWS]
        ),
        "names_persons": can(request.user, Permission.RUN_CASES),
        "runs": can(request.user, Permission.RUN_CASES),
        "columns": [column.header(language) for column in STATEMENT.read()],
    }
    return render(request, "inspections/payments.html", {**shared, **context}, status=status)


def _debt(case: ViolationCase, account: Account, file: Any, today: date) -> Debt:
    due = next((row.due for row in file.deadlines() if row.name == "payment"), None)
    return Debt(
        case, account, due, deadline_tone(due, today) if due else "unknown", time_left(due, today) if due else ""
    )


@require_POST
@needs(Permission.RUN_CASES)
def statement(request: HttpRequest) -> HttpResponseBase:
    """Look at a statement; what is ticked then is reconciled or entered."""
    if "lines" in request.POST:
        return _taken(request)
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > FILE_MAX:
        messages.error(request, _("Choose the statement, a CSV or XLSX file of at most 10 MB."))
        return redirect("inspections:case-payments")
    try:
        with tempfile.NamedTemporaryFile(suffix=Path(file.name or "").suffix[:8]) as kept:
            for chunk in file.chunks():
                kept.write(chunk)
            kept.flush()
            lines, wrong = lines_of(Path(kept.name))
    except Unreadable as error:
        messages.error(request, str(error.problem.message))
        return redirect("inspections:case-payments")
    matches = match(request.user, lines)
    told: dict[str, Any] = {
        "matches": matches,
        "wrong": wrong[:ROWS],
        "sealed": signing.dumps([line.as_json() for line in lines], salt=SALT, compress=True),
        "file_name": file.name,
    }
    return _shown(request, **told)


def _taken(request: HttpRequest) -> HttpResponseBase:
    """Take over what was ticked. The lines come back signed; what they mean is worked out anew."""
    try:
        sent = signing.loads(request.POST["lines"], salt=SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise Http404 from error
    lines = [Line.from_json(row) for row in sent]
    wanted = set(request.POST.getlist("row"))
    chosen: list[Match] = [one for one in match(request.user, lines) if str(one.line.row) in wanted]
    name = request.POST.get("file_name", "")[:200]
    reason = _("Statement of the treasury: %(file)s") % {"file": name}
    found = take(actor=cast(User, request.user), matches=chosen, today=timezone.localdate(), reason=reason)
    words = ngettext("%(n)s payment is reconciled.", "%(n)s payments are reconciled.", found.reconciled)
    messages.success(request, words % {"n": formats.number(found.reconciled)})
    if found.entered:
        words = ngettext("%(n)s of them was entered.", "%(n)s of them were entered.", found.entered)
        messages.success(request, words % {"n": formats.number(found.entered)})
    for line, why in found.refused[:20]:
        messages.warning(request, _("Line %(row)s: %(why)s") % {"row": line.row, "why": why})
    return redirect("inspections:case-payments")
