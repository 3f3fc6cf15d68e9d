"""Papers of a case: list, number, DOCX and PDF by form, the signed original."""

from typing import Any
from urllib.parse import quote

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.access import scope_of
from infra.api.bodies import JSONParser
from infra.api.problems import Conflict
from infra.services.attachments import path_of
from inspections.api.case_bodies import text
from inspections.api.case_rows import DocumentRow
from inspections.casework.steps import may_run
from inspections.documents.originals import chunks_of, digest_of, kind_of, what_is_wrong
from inspections.documents.papers import NoForm, Paper, paper_of
from inspections.documents.printing import CannotPrint
from inspections.documents.rendering import DOCX_TYPE, BadTemplate
from inspections.forms.bodies import OPTIONAL, Day, Digest
from inspections.models import CaseDocument, ViolationCase
from inspections.selectors.cases import find_case, may_read_papers
from inspections.selectors.law import forms_by_code
from inspections.services.documents import document_issue, document_number

CASE = OpenApiParameter("key", str, OpenApiParameter.PATH, description="Number or id of the case.")
FORM = OpenApiParameter("form", str, OpenApiParameter.PATH, description="Code of the form, as MBB01.")
FILE = {(DOCX_TYPE, "application/pdf"): OpenApiTypes.BINARY}


class AsItIs(BaseRenderer):
    """Lets a client ask for any format: a paper comes as the address says."""

    media_type = "*/*"
    format = "file"


class NumberBody(serializers.Serializer[Any]):
    """A number for a paper that belongs to no step."""

    form = text(16)
    date = Day()
    number = text(64, allow_blank=True, **OPTIONAL)
    reason = text(1000, allow_blank=True, required=False, default="")


class SignedOriginalBody(serializers.Serializer[Any]):
    """The signed scan, or the digitally signed PDF, with the records office's number and date."""

    file = serializers.FileField()
    number = text(64, allow_blank=True, **OPTIONAL)
    date = Day(**OPTIONAL)
    sha256 = Digest(required=False)

    def validate_file(self, file: UploadedFile) -> UploadedFile:
        wrong = what_is_wrong(file)
        if wrong:
            raise serializers.ValidationError(wrong, "file.type")
        return file


def _case(request: Request, key: str) -> ViolationCase:
    case = find_case(request.user, key)
    if case is None or not may_read_papers(request.user, case):
        raise Http404
    return case


def _runs(request: Request, case: ViolationCase) -> None:
    if not may_run(request.user, authority_id=case.authority_id, unit_id=case.unit_id, field=case.field):  # type: ignore[arg-type]
        raise PermissionDenied


class PapersView(APIView):
    """The papers of a case."""

    parser_classes = (JSONParser,)

    @extend_schema(parameters=[CASE], responses=DocumentRow(many=True))
    def get(self, request: Request, key: str) -> Response:
        """List the papers with their numbers."""
        case = _case(request, key)
        return Response(DocumentRow.read(CaseDocument.objects.filter(case=case).order_by("id")))

    @extend_schema(parameters=[CASE], request=NumberBody, responses={201: DocumentRow})
    def post(self, request: Request, key: str) -> Response:
        """Number a paper that belongs to no step: working minutes, a notice, a letter."""
        case = _case(request, key)
        _runs(request, case)
        body = NumberBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        form = forms_by_code(given["date"]).get(given["form"])
        if form is None or not form.series:
            message = _("“%(value)s” is not known.") % {"value": given["form"]}
            raise ValidationError({"form": [serializers.ErrorDetail(message, "reference.unknown")]})
        reason = given["reason"] or _("Number for %(form)s") % {"form": form.name_vi}
        paper = document_number(
            actor=request.user,  # type: ignore[arg-type]
            case=case,
            form=form,
            on=given["date"],
            number=given.get("number") or "",
            reason=reason,
        )
        (row,) = DocumentRow.read(CaseDocument.objects.filter(pk=paper.pk))
        return Response(row, status=status.HTTP_201_CREATED)


class PaperView(APIView):
    """One paper of a case as a file."""

    renderer_classes = (JSONRenderer, AsItIs)

    @extend_schema(
        parameters=[CASE, FORM, OpenApiParameter("extension", str, OpenApiParameter.PATH, enum=["docx", "pdf"])],
        responses={200: OpenApiTypes.BINARY, 409: OpenApiResponse(description="No PDF here; the reason is said.")},
    )
    def get(self, request: Request, key: str, form: str, extension: str) -> HttpResponseBase:
        """Give the paper on *form*: the newest one, or a draft; as PDF the original once it was issued as one."""
        case = _case(request, key)
        paper = _paper(request, case, form)
        try:
            content = paper.pdf() if extension == "pdf" else paper.docx()
        except CannotPrint as error:
            raise Conflict(str(error)) from error
        except BadTemplate as error:
            raise Conflict(str(error)) from error
        return file_answer(content, f"{paper.name}.{extension}", extension)


def file_answer(content: bytes, name: str, extension: str) -> HttpResponse:
    """Answer with a file that the browser saves."""
    response = HttpResponse(content, content_type="application/pdf" if extension == "pdf" else DOCX_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _paper(request: Request, case: ViolationCase, form: str) -> Paper:
    """Return the paper; the party sees what is numbered, not the authority's drafts and letters. Raises Http404."""
    try:
        paper = paper_of(case, form)
    except NoForm as error:
        raise Http404 from error
    is_letter = not form.startswith(("MBB", "MQD", "TB"))
    if not scope_of(request.user).is_staff() and (paper.row is None or is_letter):
        raise Http404
    return paper


class OriginalView(APIView):
    """The signed original of a paper."""

    parser_classes = (MultiPartParser,)

    @extend_schema(parameters=[CASE, FORM], responses={200: OpenApiTypes.BINARY})
    def get(self, request: Request, key: str, form: str) -> HttpResponseBase:
        """Give the original as it was uploaded."""
        case = _case(request, key)
        row = _paper(request, case, form).row
        if row is None or row.original is None or not path_of(row.original.sha256).is_file():
            raise Http404
        # Whatever the file says it is, a browser only saves it.
        return FileResponse(
            path_of(row.original.sha256).open("rb"),
            as_attachment=True,
            filename=row.original.name,
            content_type="application/octet-stream",
        )

    @extend_schema(
        parameters=[CASE, FORM],
        request=SignedOriginalBody,
        responses={201: DocumentRow, 409: OpenApiResponse(description="The paper has its original already.")},
    )
    def post(self, request: Request, key: str, form: str) -> Response:
        """Keep the signed original; from then on it is the document."""
        case = _case(request, key)
        _runs(request, case)
        body = SignedOriginalBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        if "sha256" in given and digest_of(given["file"]) != given["sha256"]:
            message = _("The file does not have this digest: it was changed on the way.")
            raise ValidationError({"sha256": [serializers.ErrorDetail(message, "file.digest")]})
        paper = _paper(request, case, form)
        row = paper.row or self._number(request, paper, given)
        if row.original_id is not None:
            raise Conflict(_("%(number)s has its signed original already.") % {"number": row.number})
        issued = document_issue(
            actor=request.user,  # type: ignore[arg-type]
            paper=row,
            name=given["file"].name or "",
            chunks=chunks_of(given["file"]),
            content_type=kind_of(given["file"]) or "",
            number=given.get("number") or "",
            dated=given.get("date") or row.dated,
            reason=_("Signed original filed"),
        )
        (told,) = DocumentRow.read(CaseDocument.objects.filter(pk=issued.pk))
        return Response(told, status=status.HTTP_201_CREATED)

    @staticmethod
    def _number(request: Request, paper: Paper, given: dict[str, Any]) -> CaseDocument:
        """Number a paper that was signed before anybody asked for its number here."""
        if not given.get("number") and not paper.form.series:
            message = _("This field is required.")
            raise ValidationError({"number": [serializers.ErrorDetail(message, "required")]})
        return document_number(
            actor=request.user,  # type: ignore[arg-type]
            case=paper.file.case,
            form=paper.form,
            on=given.get("date") or paper.file.today,
            number=given.get("number") or "",
            reason=_("Signed original filed"),
        )
