"""Operators' files on their way into the register: hand in, look, mend, send; accept, return, refuse."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from infra.api.collections import StrictParameters, refuse_unknown
from infra.api.paging import KeysetPagination
from infra.api.problems import Conflict, WrongParameter
from infra.api.submission_files import BINARY, XLSX
from infra.api.submission_rows import (
    Choice,
    ColumnGuide,
    Confirmation,
    Decision,
    Fix,
    NewSubmission,
    ProblemRow,
    Reason,
    Return,
    SubmissionItem,
    SubmissionRowItem,
)
from infra.models import Submission, SubmissionKind, SubmissionStatus, User
from infra.rules import Side
from infra.selectors.submissions import SEVERITIES, registered_as, rows_filtered, sides_of, submissions_for
from infra.services.submissions import (
    NotPossible,
    submission_receive,
    submission_reject,
    submission_return,
    submission_send,
    submission_withdraw,
)
from infra.submissions import review
from infra.submissions.columns import TABLES
from infra.submissions.columns.guide import guide
from infra.submissions.columns.template import template
from infra.submissions.deciding import submission_decide
from infra.submissions.problems import Problem
from infra.tasks import apply_later, check_later, check_now_or_later

_KEY_MAX = 128
_ROW_FILTERS = ("severity", "action", "decision", "code", "column", "q")


class TooLarge(exceptions.APIException):
    """The file is larger than this installation takes."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class SubmissionViewSet(StrictParameters, GenericViewSet[Any]):
    """Submissions of the organizations that the person acts for, or of the authority's register."""

    serializer_class = SubmissionItem
    pagination_class = KeysetPagination
    lookup_value_regex = r"\d{1,18}"
    keyset = "-pk"
    filter_backends = ()

    def get_queryset(self) -> Any:
        return submissions_for(self.request.user)

    def known_parameters(self) -> frozenset[str]:
        known = super().known_parameters()
        if self.action == "list":
            return known | {"organization", "kind", "status"}
        if self.action in ("rows", "problems"):
            return known | KeysetPagination.parameters() | frozenset(_ROW_FILTERS)
        return known

    @cached_property
    def actor(self) -> User:
        return cast(User, self.request.user)

    # --- handing in and looking ---

    @extend_schema(
        parameters=[
            OpenApiParameter("organization", str, description="Code."),
            OpenApiParameter("kind", str, enum=SubmissionKind.values),
            OpenApiParameter("status", str, enum=SubmissionStatus.values),
        ]
    )
    def list(self, request: Request) -> Response:
        """List submissions, newest first."""
        rows = self.get_queryset()
        for name, path in (("organization", "organization__code"), ("kind", "kind"), ("status", "status")):
            if request.query_params.get(name):
                rows = rows.filter(**{path: request.query_params[name]})
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(SubmissionItem(page, many=True, context={"request": request}).data)

    def retrieve(self, _request: Request, pk: str) -> Response:
        """Return one submission with its counts."""
        return self._answer(self._find(pk), status.HTTP_200_OK)

    @extend_schema(
        request={"multipart/form-data": NewSubmission},
        responses={202: SubmissionItem},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def create(self, request: Request) -> Response:
        """Take a file in; it is looked at in the background."""
        asked = NewSubmission(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        file = values["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise TooLarge(_("The file is larger than %d MB. Split it.") % (settings.UPLOAD_MAX_BYTES // 1024**2))
        try:
            submission, is_new = submission_receive(
                actor=self.actor,
                authority=values["authority"],
                organization=values["organization"],
                kind=values["kind"],
                name=file.name,
                chunks=file.chunks(),
                crs=values["crs"],
                mode=values["mode"],
                sheet=values["sheet"],
                previous=values.get("previous"),
                history_from=values.get("history_from"),
                idempotency_key=_key_of(request),
                content_type=file.content_type or "",
            )
        except NotPossible as refused:
            raise Conflict(str(refused)) from refused
        if is_new:
            check_later(submission, self.actor)
            submission.refresh_from_db()
        return self._answer(submission, status.HTTP_202_ACCEPTED)

    @extend_schema(
        responses=SubmissionRowItem(many=True),
        parameters=[
            OpenApiParameter("severity", str, enum=SEVERITIES),
            OpenApiParameter("action", str, enum=("add", "update", "move", "remove", "unchanged")),
            OpenApiParameter("decision", str),
            OpenApiParameter("code", str),
            OpenApiParameter("column", str),
            OpenApiParameter("q", str, description="Words in the row's cells, without regard to accents and case."),
        ],
    )
    @action(detail=True)
    def rows(self, request: Request, pk: str) -> Response:
        """List the rows with their values, changes and problems."""
        self.keyset = "pk"
        submission = self._find(pk)
        page = self.paginate_queryset(self._rows(submission, request)) or []
        registered = registered_as(submission, [row.row for row in page if row.row])
        return self.get_paginated_response(SubmissionRowItem(page, many=True, context={"registered": registered}).data)

    @extend_schema(
        responses=ProblemRow(many=True),
        parameters=[OpenApiParameter("code", str), OpenApiParameter("column", str), OpenApiParameter("q", str)],
    )
    @action(detail=True)
    def problems(self, request: Request, pk: str) -> Response:
        """List the problems row by row, those of the file first; a page holds the problems of ``limit`` rows."""
        self.keyset = "pk"
        submission = self._find(pk)
        wanted = {name: request.query_params.get(name) for name in ("code", "column", "severity")}
        asked = {"code": wanted["code"] or "", "text": request.query_params.get("q", "")}
        rows = rows_filtered(submission, severity="problem", **asked)
        is_first_page = not request.query_params.get("cursor")
        found = [Problem.of(None, kept) for kept in submission.file_problems if is_first_page]
        for row in self.paginate_queryset(rows) or ():
            found += [Problem.of(row.row, kept) for kept in row.problems]
        chosen = [problem for problem in found if _is_wanted(problem, wanted)]
        return self.get_paginated_response([problem.as_json() for problem in chosen])

    # --- the operator's acts ---

    @extend_schema(request=Fix, responses=SubmissionItem)
    @action(detail=True, methods=["post"])
    def fixes(self, _request: Request, pk: str) -> Response:
        """Take over the suggestions for one problem code on some rows or all."""
        values = self._body(Fix)
        return self._act(pk, Side.OPERATOR, review.rows_fix, then_check=True, **values)

    @extend_schema(request=Choice, responses=SubmissionItem)
    @action(detail=True, methods=["post"])
    def drop(self, _request: Request, pk: str) -> Response:
        """Leave rows out."""
        return self._act(pk, Side.OPERATOR, review.rows_drop, then_check=True, **self._body(Choice))

    @extend_schema(request=Confirmation, responses=SubmissionItem)
    @action(detail=True, methods=["post"])
    def confirm(self, _request: Request, pk: str) -> Response:
        """Explain warnings."""
        return self._act(pk, Side.OPERATOR, review.rows_confirm, **self._body(Confirmation))

    @extend_schema(request=None, responses=SubmissionItem)
    @action(detail=True, methods=["post"])
    def send(self, _request: Request, pk: str) -> Response:
        """Send the submission to the authority, once no row with an error is left."""
        return self._act(pk, Side.OPERATOR, submission_send)

    @extend_schema(request=Reason, responses=SubmissionItem)
    @action(detail=True, methods=["post"])
    def withdraw(self, _request: Request, pk: str) -> Response:
        """Take the submission back."""
        return self._act(pk, Side.OPERATOR, submission_withdraw, **self._body(Reason))

    @extend_schema(request=None, responses=SubmissionItem)
    @action(detail=True, methods=["post"])
    def retry(self, _request: Request, pk: str) -> Response:
        """Look again at a submission whose check broke off."""
        submission = self._find(pk, Side.OPERATOR)
        if submission.status != SubmissionStatus.FAILED:
            raise Conflict(_("Only a submission that failed can be tried again."))
        check_later(submission, self.actor)
        submission.refresh_from_db()
        return self._answer(submission, status.HTTP_202_ACCEPTED)

    # --- the authority's acts ---

    @extend_schema(request=Decision, responses={202: SubmissionItem})
    @action(detail=True, methods=["post"])
    def accept(self, _request: Request, pk: str) -> Response:
        """Register all rows sent, the good ones or those named, in the background; the others go back."""
        submission = self._find(pk, Side.AUTHORITY)
        submission = self._try(submission_decide, submission, **self._body(Decision))
        apply_later(submission)
        submission.refresh_from_db()
        return self._answer(submission, status.HTTP_202_ACCEPTED)

    @extend_schema(request=Return, responses=SubmissionItem)
    @action(detail=True, methods=["post"], url_path="return")
    def give_back(self, _request: Request, pk: str) -> Response:
        """Give the submission back to the operator, with the reason."""
        return self._act(pk, Side.AUTHORITY, submission_return, **self._body(Return))

    @extend_schema(request=Reason, responses=SubmissionItem)
    @action(detail=True, methods=["post"])
    def reject(self, _request: Request, pk: str) -> Response:
        """Refuse the submission, with the reason."""
        return self._act(pk, Side.AUTHORITY, submission_reject, **self._body(Reason))

    # --- what they share ---

    def _find(self, pk: str, side: Side | None = None) -> Submission:
        """Return the visible submission *pk*; 404 where there is none, 403 where the person does not act on *side*."""
        submission = self.get_queryset().filter(pk=pk).first()
        if submission is None:
            raise Http404
        if side is not None and side not in sides_of(self.request.user, submission):
            raise exceptions.PermissionDenied
        return submission

    def _body(self, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        asked = kind(data=self.request.data)
        asked.is_valid(raise_exception=True)
        return dict(asked.validated_data)

    def _try(self, service: Callable[..., Submission], submission: Submission, **values: Any) -> Submission:
        try:
            return service(actor=self.actor, submission=submission, **values)
        except NotPossible as refused:
            raise Conflict(str(refused)) from refused

    def _act(
        self, pk: str, side: Side, service: Callable[..., Submission], *, then_check: bool = False, **values: Any
    ) -> Response:
        submission = self._try(service, self._find(pk, side), **values)
        if then_check:
            submission = check_now_or_later(submission, self.actor)
        return self._answer(submission, status.HTTP_200_OK)

    def _answer(self, submission: Submission, code: int) -> Response:
        return Response(SubmissionItem(submission, context={"request": self.request}).data, status=code)

    def _rows(self, submission: Submission, request: Request) -> Any:
        asked = {name: request.query_params.get(name, "") for name in _ROW_FILTERS}
        if asked["severity"] and asked["severity"] not in SEVERITIES:
            raise WrongParameter("severity", ", ".join(SEVERITIES), "invalid_choice")
        text = asked.pop("q")
        return rows_filtered(submission, text=text, **asked)


def _key_of(request: Request) -> str:
    key = str(request.headers.get("Idempotency-Key", "")).strip()
    if len(key) > _KEY_MAX:
        raise exceptions.ValidationError({"Idempotency-Key": [_("At most %d characters.") % _KEY_MAX]})
    return key


def _is_wanted(problem: Problem, wanted: dict[str, str | None]) -> bool:
    return (
        (not wanted["code"] or problem.code == wanted["code"])
        and (not wanted["column"] or wanted["column"] in problem.columns)
        and (not wanted["severity"] or problem.severity == wanted["severity"])
    )


class SubmissionColumnsView(APIView):
    """The guide of the columns of each kind of file."""

    permission_classes: tuple[type[BasePermission], ...] = (AllowAny,)

    @extend_schema(
        parameters=[OpenApiParameter("kind", str, required=True, enum=SubmissionKind.values)], responses=ColumnGuide
    )
    def get(self, request: Request) -> Response:
        """Return every column of a kind: headers, aliases, type, unit, range or choices, example, problems."""
        refuse_unknown(request, {"kind", "format"})
        kind = request.query_params.get("kind", "")
        if kind not in TABLES:
            raise WrongParameter("kind", _("Known kinds: %s.") % ", ".join(TABLES), "invalid_choice")
        return Response(guide(TABLES[kind]))


class SubmissionTemplateView(APIView):
    """Workbooks to fill in."""

    permission_classes: tuple[type[BasePermission], ...] = (AllowAny,)

    @extend_schema(responses={(200, XLSX): BINARY})
    def get(self, _request: Request, kind: str) -> HttpResponse:
        """Return the workbook of a kind, with notes, drop-downs and an example."""
        if kind not in TABLES:
            raise Http404
        response = HttpResponse(template(TABLES[kind]), content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
        return response
