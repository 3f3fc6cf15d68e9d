"""The page on which outages are reported: a list of codes or a file, with every problem at once."""

import tempfile
from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from openpyxl import Workbook

from infra import formats
from infra.access import Permission
from infra.models import User
from infra.pages.guard import needs
from infra.submissions.columns import Type
from infra.submissions.problems import Problem, Unreadable
from inspections.forms.incidents import OutageForm
from inspections.models import IncidentSource, OutageReport
from inspections.outages.columns import OUTAGES, choices
from inspections.outages.reading import rows_of_file, rows_of_text
from inspections.outages.rows import BACK, OUT, OutageRow, Report
from inspections.outages.taking import OlderReportError, Taken, outages_take

MOST_PROBLEMS, MOST_REPORTS = 200, 8
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SUBMIT, Permission.INSPECT)
def outages_report(request: HttpRequest) -> HttpResponseBase:
    """Show the form; take the report in, or say what is wrong row by row."""
    form = OutageForm(request.POST or None, request.FILES or None, person=request.user)
    problems: list[Problem] = []
    sound = 0
    if request.method == "POST" and form.is_valid():
        taken = _take(request, form)
        if taken is not None and taken.is_written:
            _say(request, taken)
            return redirect(_after(taken))
        problems = taken.problems if taken else []
        sound = taken.sound if taken else 0
    reports = OutageReport.objects.visible_to(request.user).select_related("organization", "storm", "reported_by")
    context = {
        "form": form,
        "problems": [_shown(problem) for problem in problems[:MOST_PROBLEMS]],
        "more_problems": max(0, len(problems) - MOST_PROBLEMS),
        "problem_count": len(problems),
        "sound": sound,
        "reports": reports.order_by("-id")[:MOST_REPORTS],
    }
    status = 400 if form.errors or problems else 200
    return render(request, "inspections/outages_report.html", context, status=status)


def _shown(problem: Problem) -> dict[str, Any]:
    language = "en" if get_language() == "en" else "vi"
    column = OUTAGES.column(problem.column).header(language) if problem.column else ""
    return {"row": problem.row, "column": column, "value": problem.value, "message": problem.message}


def _take(request: HttpRequest, form: OutageForm) -> Taken | None:
    """Take the report in; None where the form now says what is wrong."""
    values = form.cleaned_data
    try:
        rows, problems = _rows(values)
    except Unreadable as error:
        form.add_error("file", error.problem.message)
        return None
    if problems:
        return Taken(problems)
    report = Report(
        organization=values["organization"],
        at=values["at"],
        rows=rows,
        is_whole=values["whole"],
        storm=values["storm"],
        source=IncidentSource.FILE if values["file"] else IncidentSource.FORM,
    )
    try:
        return outages_take(actor=cast(User, request.user), report=report, skip_wrong=values["skip_wrong"])
    except PermissionError:
        form.add_error("organization", _("You do not report for this organization."))
    except OlderReportError as error:
        words = _("A newer report, of %(at)s, has overtaken this one.") % {"at": formats.moment(error.newest.at)}
        form.add_error("at", words)
    return None


def _rows(values: dict[str, Any]) -> tuple[list[OutageRow], list[Problem]]:
    if values["file"]:
        with tempfile.NamedTemporaryFile(suffix=Path(values["file"].name or "").suffix[:8]) as kept:
            for chunk in values["file"].chunks():
                kept.write(chunk)
            kept.flush()
            return rows_of_file(Path(kept.name))
    state = values["state"] or OUT
    same = {
        "state": state,
        "cause": values["cause"],
        "damage": values["damage"],
        "expected_back_at": values["expected_back_at"],
        "back_at" if state == BACK else "out_since": values["moment"],
    }
    return rows_of_text(values["codes"], **same), []


def _say(request: HttpRequest, taken: Taken) -> None:
    counts = taken.counts
    words = _("Taken in: %(new)s newly out, %(updated)s updated, %(back)s back, %(unchanged)s unchanged.") % {
        name: formats.number(n) for name, n in counts.items()
    }
    messages.success(request, words)
    if taken.problems:
        n = len({problem.row for problem in taken.problems})
        left = ngettext("%(n)s row was left out.", "%(n)s rows were left out.", n) % {"n": formats.number(n)}
        messages.warning(request, left)


def _after(taken: Taken) -> str:
    """Return where the reporter sees the result: the storm's desk, else the list of what is out."""
    storm = taken.reports[0].storm
    if storm is not None:
        try:
            return reverse("maps:storm", args=[storm.number])
        except NoReverseMatch:
            pass
    return f"{reverse('inspections:incidents')}?standing=open"


@require_safe
@needs(Permission.SUBMIT, Permission.INSPECT)
def outages_template(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- a page like the others
    """Give the workbook to fill in: headers, an example, the words that may be chosen."""
    language = "en" if get_language() == "en" else "vi"
    columns = [column for column in OUTAGES.columns if column.type is not Type.IGNORED]
    book = Workbook()
    sheet: Any = book.active
    sheet.title = str(_("Outages"))
    sheet.append([column.header(language) for column in columns])
    example = {"out_since": timezone.localtime().strftime("%d/%m/%Y %H:%M")}
    sheet.append([example.get(column.name) or column.example or None for column in columns])
    for place in range(len(columns)):
        sheet.column_dimensions[chr(65 + place)].width = 22
    words: Any = book.create_sheet(str(_("Words")))
    for name, listed in choices().items():
        words.append([OUTAGES.column(name).header(language), *listed.names.values()])
    response = HttpResponse(content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="outages.xlsx"'
    book.save(response)
    return response
