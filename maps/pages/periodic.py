"""The periodic report: choose a period, read it on the page, take it along as DOCX, XLSX or PDF."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from infra.access import Permission, scope_of
from infra.models import AdministrativeUnit, Authority, Organization
from infra.pages.exports import file_name
from infra.pages.guard import needs
from infra.selectors.registers import organizations_offered, units_offered
from maps.documents.content import Content, content_of
from maps.documents.pdf import pdf
from maps.documents.text import text_document
from maps.documents.workbook import workbook
from maps.pages.dashboard import chosen
from maps.queries.reader import Reader
from maps.selectors.figures.figure import Asked
from maps.selectors.periodic import QUARTER, period_named, period_of, periodic_of, periods_offered

#: form → how it is made, its media type
FORMS: dict[str, tuple[Callable[[Content], bytes], str]] = {
    "docx": (text_document, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (pdf, "application/pdf"),
}


@require_safe
@needs(Permission.SEE_REPORTS)
def periodic(request: HttpRequest) -> HttpResponse:
    """Show the report of a period, or send it in the form that the address names."""
    today = timezone.localdate()
    unit, organization = chosen(request)
    code = request.GET.get("period", "")[:20]
    period = period_named(code, today) or period_of(QUARTER, today)
    asked = Asked(request.user, Reader.of(request.user), unit, organization, today)
    content = content_of(periodic_of(asked, period), _authority(request), _about(unit, organization))
    form = request.GET.get("form", "")
    if form in FORMS:
        make, media_type = FORMS[form]
        response = HttpResponse(make(content), content_type=media_type)
        name = file_name(f"report-{period.code}", form)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    context: dict[str, Any] = {
        "content": content,
        "period": period,
        "periods": periods_offered(today),
        "unit": unit,
        "organization": organization,
        "units": units_offered(request.user, unit),
        "organizations": organizations_offered(request.user),
        "problem": _("There is no such form: docx, xlsx or pdf.") if form else "",
    }
    return render(request, "maps/periodic.html", context, status=400 if form else 200)


def _authority(request: HttpRequest) -> Authority | None:
    ids = [grant.authority_id for grant in scope_of(request.user).grants if grant.authority_id is not None]
    rows = Authority.objects.select_related("organization").order_by("pk")
    return rows.filter(pk__in=ids).first() or rows.first()


def _about(unit: str, organization: str) -> str:
    """Return of what the report is: unit and organization in words."""
    parts = []
    if unit:
        named = AdministrativeUnit.objects.filter(code=unit).order_by("-level").first()
        parts.append(named.full_name if named else unit)
    else:
        parts.append(_("whole territory"))
    if organization:
        company = Organization.objects.filter(code=organization).first()
        parts.append(company.display_name if company else organization)
    return ", ".join(parts)
