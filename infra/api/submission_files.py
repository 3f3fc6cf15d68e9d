"""Files of a submission: the list of problems, the operator's own sheet; long sheets are written in the background."""

import io
from typing import Any, cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.api.collections import refuse_unknown
from infra.api.problems import Conflict
from infra.models import JobState, Submission, User
from infra.selectors.submissions import submissions_for
from infra.services.attachments import path_of
from infra.submissions import returning, sheets
from infra.submissions.problems import Unreadable
from infra.tasks import sheet_later

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BINARY = OpenApiResponse(OpenApiTypes.BINARY, "The file.")
STATES = ("at_once", "none", *JobState.values)


def _find(request: Request, pk: int | str) -> Submission:
    submission = submissions_for(request.user).filter(pk=pk).first()
    if submission is None:
        raise Http404
    return submission


class SubmissionFileView(APIView):
    """Files of one submission: the one handed in, the list of problems, the sheet with problems or with fixes."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="submissions_file", responses={(200, "application/octet-stream"): BINARY})
    def get(self, request: Request, pk: int, name: str) -> HttpResponseBase:
        """Return the file *name* of the submission; 409 for a long sheet that nobody had written yet."""
        submission = _find(request, pk)
        if name == "original":
            return _original(submission)
        response = _problems(submission) if name == "problems.csv" else _sheet(submission, name)
        response["Content-Disposition"] = f'attachment; filename="{submission.pk}-{name}"'
        response["Cache-Control"] = "private, no-store"
        return response


def _original(submission: Submission) -> HttpResponseBase:
    """Give what was handed in, byte for byte, as a file to save: no browser shows it as a page of ours."""
    kept = path_of(submission.file.sha256)
    if not kept.is_file():
        raise Http404
    response = FileResponse(
        kept.open("rb"), as_attachment=True, filename=submission.file.name, content_type="application/octet-stream"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _problems(submission: Submission) -> HttpResponseBase:
    return StreamingHttpResponse(returning.problems_csv(submission), content_type="text/csv; charset=utf-8")


def _sheet(submission: Submission, name: str) -> HttpResponseBase:
    sheet = sheets.sheets_of(submission)[name]
    if sheet.state == "at_once":
        out = io.BytesIO()
        try:
            sheets.WRITERS[name](submission, out, lambda _done, _total: None)
        except Unreadable as unreadable:
            raise Conflict(_("The file could not be read: it has no sheet to write beside.")) from unreadable
        return HttpResponse(out.getvalue(), content_type=XLSX)
    if sheet.job is None or not sheet.is_ready:
        address = reverse("infra:submission-sheets", args=[submission.pk])
        message = _("The sheet is long: have it written in the background (POST %(address)s).")
        raise Conflict(message % {"address": address})
    return FileResponse(sheets.sheet_path(sheet.job).open("rb"), content_type=XLSX)


class SheetBody(serializers.Serializer[Any]):
    """Which sheet is to be written."""

    name = serializers.ChoiceField(sorted(sheets.WRITERS))


class SheetRow(serializers.Serializer[Any]):
    """A sheet and how far it is; ``at_once`` needs no asking, ``none`` was not asked for yet."""

    name = serializers.ChoiceField(sorted(sheets.WRITERS))
    state = serializers.ChoiceField(STATES)
    percent = serializers.IntegerField(allow_null=True, help_text="How much is written; null where nobody knows.")
    failure = serializers.CharField(source="job.failure", default="", help_text="Why it could not be written.")
    asked_at = serializers.DateTimeField(source="job.asked_at", default=None, allow_null=True)
    finished_at = serializers.DateTimeField(source="job.finished_at", default=None, allow_null=True)
    kept_until = serializers.DateTimeField(allow_null=True)
    file = serializers.SerializerMethodField(help_text="Where the file is, once it can be fetched.")

    def get_file(self, sheet: sheets.Sheet) -> str | None:
        """Return the address of the file."""
        if not sheet.is_ready:
            return None
        address = reverse("infra:submission-file", args=[self.context["submission"].pk, sheet.name])
        return cast(str, self.context["request"].build_absolute_uri(address))


class SubmissionSheetsView(APIView):
    """The submitted sheet with problems, or with the fixes taken over, as workbooks."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="submissions_sheets", responses=SheetRow(many=True))
    def get(self, request: Request, pk: str) -> Response:
        """Return how far each sheet is."""
        refuse_unknown(request, ("format",))
        submission = _find(request, pk)
        return Response(self._rows(request, submission, *sheets.WRITERS))

    @extend_schema(operation_id="submissions_sheet_write", request=SheetBody, responses={202: SheetRow, 200: SheetRow})
    def post(self, request: Request, pk: str) -> Response:
        """Have a long sheet written in the background (202); 200 where it can be fetched already."""
        submission = _find(request, pk)
        body = SheetBody(data=request.data)
        body.is_valid(raise_exception=True)
        name = body.validated_data["name"]
        sheet_later(submission, cast(User, request.user), name)
        (row,) = self._rows(request, submission, name)
        return Response(row, status=status.HTTP_200_OK if row["file"] else status.HTTP_202_ACCEPTED)

    def _rows(self, request: Request | HttpRequest, submission: Submission, *names: str) -> list[dict[str, Any]]:
        found = sheets.sheets_of(submission)
        context = {"request": request, "submission": submission}
        return [dict(SheetRow(found[name], context=context).data) for name in names]
