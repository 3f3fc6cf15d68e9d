"""What an organization has registered, as a file of its kind: to be edited and handed in again."""

from typing import cast

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from infra.api.collections import refuse_unknown
from infra.api.problems import Conflict, WrongParameter
from infra.api.submission_files import BINARY, XLSX
from infra.models import Authority, Organization, SubmissionKind, User
from infra.selectors.submissions import authorities_to_submit_to, organizations_to_submit_for
from infra.submissions.columns import TABLES
from infra.submissions.exporting import XLSX_ROWS, TooManyRows, export_csv, export_xlsx

_TEXT = "text/csv; charset=utf-8"
_OF_WHOM = (
    OpenApiParameter("organization", str, description="Code; may be left out by who hands in for one only."),
    OpenApiParameter("authority", str, description="Code; may be left out where one authority keeps the register."),
    OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=SubmissionKind.values),
    OpenApiParameter("extension", str, OpenApiParameter.PATH, enum=["xlsx", "csv"]),
)


class SubmissionExportView(APIView):
    """The register's rows of one organization, in the columns of a file that is handed in."""

    @extend_schema(parameters=list(_OF_WHOM), responses={(200, XLSX): BINARY, (200, "text/csv"): BINARY})
    def get(self, request: Request, kind: str, extension: str) -> HttpResponseBase:
        """Return everything the organization has registered of a kind: edited and handed in again it is an update."""
        refuse_unknown(request, {"organization", "authority"})
        if kind not in TABLES:
            raise Http404
        person = cast(User, request.user)
        organization = _organization(person, request.query_params.get("organization", ""))
        authority = _authority(person, request.query_params.get("authority", ""))
        response = _CONTENTS[extension](authority, organization, kind)
        name = f"{organization.code}-{kind}-{timezone.localdate():%Y%m%d}.{extension}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _csv(authority: Authority, organization: Organization, kind: str) -> HttpResponseBase:
    return StreamingHttpResponse(export_csv(authority, organization, kind), content_type=_TEXT)


def _xlsx(authority: Authority, organization: Organization, kind: str) -> HttpResponseBase:
    try:
        return HttpResponse(export_xlsx(authority, organization, kind), content_type=XLSX)
    except TooManyRows as too_many:
        raise Conflict(_("It has more than %d rows: take the CSV file.") % XLSX_ROWS) from too_many


_CONTENTS = {"csv": _csv, "xlsx": _xlsx}


def _organization(person: User, code: str) -> Organization:
    allowed = organizations_to_submit_for(person)
    found = list((allowed.filter(code=code) if code else allowed)[:2])
    if not found:
        raise Http404
    if len(found) > 1:
        raise WrongParameter("organization", _("Say which organization."), "required")
    return found[0]


def _authority(person: User, code: str) -> Authority:
    allowed = authorities_to_submit_to(person)
    found = list((allowed.filter(code=code) if code else allowed)[:2])
    if not found:
        raise Http404
    if len(found) > 1:
        raise WrongParameter("authority", _("Say which authority."), "required")
    return found[0]
