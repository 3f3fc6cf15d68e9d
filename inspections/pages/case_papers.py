"""Papers on a case's page: download, number, the signed original; templates of the office."""

from typing import cast
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from infra.access import Permission, scope_of
from infra.models import User
from infra.pages.guard import needs
from infra.services.attachments import path_of
from inspections.casework.steps import may_run
from inspections.documents.originals import chunks_of, day_in, kind_of, what_is_wrong
from inspections.documents.papers import NoForm, Paper, paper_of
from inspections.documents.printing import CannotPrint
from inspections.documents.rendering import DOCX_TYPE, BadTemplate
from inspections.models import ViolationCase
from inspections.pages.cases import find
from inspections.selectors.cases import may_read_papers
from inspections.selectors.law import forms_by_code
from inspections.services.documents import document_issue, document_number


def readable(request: HttpRequest, pk: int) -> ViolationCase:
    """Return the case whose papers the person may read. Raises Http404."""
    case = find(request, pk)
    if not may_read_papers(request.user, case):
        raise Http404
    return case


def paper_in(request: HttpRequest, case: ViolationCase, form: str) -> Paper:
    """Return the paper on *form*; the party reads no drafts. Raises Http404."""
    try:
        paper = paper_of(case, form)
    except NoForm as error:
        raise Http404 from error
    if not scope_of(request.user).is_staff() and (paper.row is None or not form.startswith(("MBB", "MQD", "TB"))):
        raise Http404
    return paper


@require_safe
@needs(Permission.SEE_CASES)
def case_paper(request: HttpRequest, pk: int, form: str, extension: str) -> HttpResponseBase:
    """Give a paper as DOCX or PDF; what cannot be made is said on the case's page."""
    case = readable(request, pk)
    paper = paper_in(request, case, form)
    try:
        content = paper.pdf() if extension == "pdf" else paper.docx()
    except (CannotPrint, BadTemplate) as error:
        messages.error(request, str(error))
        return redirect("inspections:case", pk=case.pk)
    kind = "application/pdf" if extension == "pdf" else DOCX_TYPE
    return file_response(content, f"{paper.name}.{extension}", kind)


def file_response(content: bytes, name: str, kind: str) -> HttpResponse:
    """Answer with a file that the browser saves."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@require_safe
@needs(Permission.SEE_CASES)
def case_original(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """Give the signed original of a paper."""
    row = paper_in(request, readable(request, pk), form).row
    if row is None or row.original is None or not path_of(row.original.sha256).is_file():
        raise Http404
    # Whatever the file says it is, a browser only saves it.
    return FileResponse(
        path_of(row.original.sha256).open("rb"),
        as_attachment=True,
        filename=row.original.name,
        content_type="application/octet-stream",
    )


def _runs(request: HttpRequest, pk: int) -> ViolationCase:
    case, person = readable(request, pk), cast(User, request.user)
    if not may_run(person, authority_id=case.authority_id, unit_id=case.unit_id, field=case.field):
        raise Http404
    return case


@require_POST
@needs(Permission.RUN_CASES)
def case_original_filed(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """Keep the signed original of a paper with the records office's number and date."""
    case = _runs(request, pk)
    paper = paper_in(request, case, form)
    file = request.FILES.get("file")
    wrong = what_is_wrong(file)
    if paper.row is None:
        wrong = wrong or _("Number the paper first.")
    elif paper.row.original_id is not None:
        wrong = _("%(number)s has its signed original already.") % {"number": paper.row.number}
    if wrong or file is None or paper.row is None:
        messages.error(request, wrong)
        return redirect("inspections:case", pk=case.pk)
    row = document_issue(
        actor=cast(User, request.user),
        paper=paper.row,
        name=file.name or "",
        chunks=chunks_of(file),
        content_type=kind_of(file) or "",
        number=request.POST.get("number", "").strip()[:64],
        dated=day_in(request.POST.get("date", "")) or paper.row.dated,
        reason=_("Signed original filed"),
    )
    messages.success(request, _("The signed original of %(number)s is filed.") % {"number": row.number})
    return redirect("inspections:case", pk=case.pk)


@require_POST
@needs(Permission.RUN_CASES)
def case_paper_numbered(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Number a paper that belongs to no step."""
    case = _runs(request, pk)
    on = day_in(request.POST.get("date", "")) or timezone.localdate()
    form = forms_by_code(on).get(request.POST.get("form", ""))
    if form is None or not form.series:
        messages.error(request, _("Choose a form."))
        return redirect("inspections:case", pk=case.pk)
    paper = document_number(
        actor=cast(User, request.user),
        case=case,
        form=form,
        on=on,
        number=request.POST.get("number", "").strip()[:64],
        reason=_("Number for %(form)s") % {"form": form.name_vi},
    )
    messages.success(request, _("%(form)s has the number %(number)s.") % {"form": form.name, "number": paper.number})
    return redirect("inspections:case", pk=case.pk)
