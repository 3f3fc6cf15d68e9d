"""Findings: what was wrong, until it is remedied."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from infra.api.bodies import JSONParser
from infra.api.collections import KEY, Collection
from infra.api.problems import Conflict
from infra.api.rows import Latitude, Longitude, OrganizationName, Row
from inspections.api.rows import Localized, UuidText
from inspections.casework.answers import ANSWER_FILE_MAX_BYTES, ANSWER_FILES_MAX
from inspections.filters import FindingFilter
from inspections.forms.bodies import Day, text
from inspections.models import Field, Finding, FindingAnswer, FindingState, Severity, Verdict
from inspections.services.findings import (
    Evidence,
    FindingClosed,
    answer_decide,
    finding_answer,
    finding_dismiss,
    finding_order,
    finding_remedy,
    may_decide,
)


class FindingRow(Row):
    """A failed item: its rule (empty where the law knows no fine for it), severity and the day it is due."""

    id = serializers.IntegerField()
    item = serializers.CharField(source="item__code", allow_null=True)
    rule = serializers.CharField(source="rule_code", allow_blank=True)
    severity = serializers.ChoiceField(Severity.choices)
    safety = serializers.BooleanField(source="is_safety")
    text = Localized("text")
    found_on = serializers.DateField()
    due = serializers.DateField(source="due_on", allow_null=True)
    order = Localized("order", allow_blank=True, help_text="What is to be done.")
    state = serializers.ChoiceField(FindingState.choices)
    remedied_on = serializers.DateField(allow_null=True)


class FindingInRegisterRow(FindingRow):
    """A finding with what it is about."""

    inspection = UuidText("inspection__uuid")
    field = serializers.ChoiceField(Field.choices)
    subject = serializers.CharField(source="inspection__subject_ref", allow_blank=True)
    subject_name = serializers.CharField(source="inspection__subject_name", allow_blank=True)
    installation = serializers.CharField(source="installation__registry_number", allow_null=True)
    mast = serializers.CharField(source="mast__code", allow_null=True)
    site = serializers.CharField(source="site__code", allow_null=True)
    organization = serializers.CharField(source="organization__code", allow_null=True)
    organization_name = OrganizationName("organization", allow_null=True)
    unit = serializers.CharField(source="unit__code", allow_null=True)
    lon = Longitude("inspection__subject_position", allow_null=True)
    lat = Latitude("inspection__subject_position", allow_null=True)
    authority = serializers.CharField(source="authority__code")


class AnswerOfOperatorRow(Row):
    """What the operator says it has done, and what the authority made of it."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    text = serializers.CharField()
    remedied_on = serializers.DateField(allow_null=True)
    verdict = serializers.ChoiceField(Verdict.choices)
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class RemedyBody(serializers.Serializer[Any]):
    """That a finding was remedied."""

    on = Day()
    note = text(400, allow_blank=True, required=False, default="")
    reason = text(1000, allow_blank=True, required=False, default="")


class ReasonBody(serializers.Serializer[Any]):
    """Why."""

    reason = text(1000)


class OrderBody(serializers.Serializer[Any]):
    """What is to be done and by when."""

    due = Day()
    order = text(400)
    reason = text(1000)


class VerdictBody(serializers.Serializer[Any]):
    """What the authority makes of an answer; a refusal needs a reason."""

    accept = serializers.BooleanField()
    reason = text(1000, allow_blank=True, required=False, default="")


class FindingAnswerBody(serializers.Serializer[Any]):
    """What was done, since when, and files that show it."""

    text = text(20_000)
    remedied_on = Day(required=False, allow_null=True)
    files = serializers.ListField(child=serializers.FileField(), required=False, max_length=ANSWER_FILES_MAX)

    def validate_files(self, files: list[Any]) -> list[Any]:
        if any(file.size > ANSWER_FILE_MAX_BYTES for file in files):
            limit = ANSWER_FILE_MAX_BYTES // 2**20
            raise serializers.ValidationError(_("A file may have at most %(mb)s MB.") % {"mb": limit}, "file.size")
        return files


class FindingViewSet(Collection):
    """Findings of submitted inspections, newest first. One is found by its id."""

    noun = Finding
    facts = row = FindingInRegisterRow
    filterset_class = FindingFilter
    newest_first = True
    codes = ()

    @extend_schema(parameters=[KEY], request=RemedyBody, responses=FindingInRegisterRow)
    @action(detail=True, methods=["post"])
    def remedied(self, request: Request, key: str) -> Response:
        """Note that the finding was remedied on a day."""
        finding, given = self._editable(key), _given(RemedyBody, request)
        with _as_conflict():
            finding_remedy(
                actor=_actor(request), finding=finding, on=given["on"], note=given["note"],
                reason=given["reason"] or given["note"] or _("Remedied"),
            )  # fmt: skip
        return self._told(finding)

    @extend_schema(parameters=[KEY], request=ReasonBody, responses=FindingInRegisterRow)
    @action(detail=True, methods=["post"])
    def dismissed(self, request: Request, key: str) -> Response:
        """Drop the finding, with a reason."""
        finding, given = self._editable(key), _given(ReasonBody, request)
        with _as_conflict():
            finding_dismiss(actor=_actor(request), finding=finding, reason=given["reason"])
        return self._told(finding)

    @extend_schema(parameters=[KEY], request=OrderBody, responses=FindingInRegisterRow)
    @action(detail=True, methods=["post"])
    def order(self, request: Request, key: str) -> Response:
        """Set what is to be done and by when."""
        finding, given = self._editable(key), _given(OrderBody, request)
        with _as_conflict():
            finding_order(
                actor=_actor(request), finding=finding, due_on=given["due"], order=given["order"],
                reason=given["reason"],
            )  # fmt: skip
        return self._told(finding)

    @extend_schema(parameters=[KEY], request=FindingAnswerBody, responses={201: AnswerOfOperatorRow})
    @action(detail=True, methods=["get", "post"], parser_classes=[MultiPartParser, JSONParser], pagination_class=None)
    def answers(self, request: Request, key: str) -> Response:
        """What the operator says it has done, with files as evidence; listed, or handed in (multipart)."""
        finding = self._visible(key)
        if request.method == "GET":
            rows = FindingAnswer.objects.filter(finding=finding).order_by("id")
            return Response(AnswerOfOperatorRow.read(rows))
        given = _given(FindingAnswerBody, request)
        files = [Evidence(file.name, file.chunks(), file.content_type or "") for file in given.get("files") or ()]
        try:
            with _as_conflict():
                answer = finding_answer(
                    actor=_actor(request), finding=finding, text=given["text"], remedied_on=given.get("remedied_on"),
                    files=files, reason=_("Answer of the operator"),
                )  # fmt: skip
        except PermissionError as error:
            raise PermissionDenied(str(error)) from error
        (row,) = AnswerOfOperatorRow.read(FindingAnswer.objects.filter(pk=answer.pk))
        return Response(row, status=status.HTTP_201_CREATED)

    @extend_schema(parameters=[KEY], request=VerdictBody, responses=FindingInRegisterRow)
    @action(detail=True, methods=["post"])
    def verdict(self, request: Request, key: str) -> Response:
        """Accept the answer that waits, which closes the finding, or refuse it with a reason."""
        finding, given = self._editable(key), _given(VerdictBody, request)
        answer = finding.answers.filter(verdict=Verdict.WAITING).first()
        if answer is None:
            raise Conflict(_("No answer is waiting."))
        with _as_conflict():
            reason = given["reason"] or (_("Answer accepted") if given["accept"] else "")
            answer_decide(actor=_actor(request), answer=answer, accept=given["accept"], reason=reason)
        return self._told(finding)

    def _told(self, finding: Finding) -> Response:
        (row,) = self.rows([finding.pk])
        return Response(row)

    def _visible(self, key: str) -> Finding:
        pk = self.find(key)
        if pk is None:
            raise Http404
        return Finding.objects.select_related("authority", "organization").get(pk=pk)

    def _editable(self, key: str) -> Finding:
        finding = self._visible(key)
        if not may_decide(_actor(self.request), finding):
            raise PermissionDenied
        return finding


def _actor(request: Request) -> Any:
    return request.user


def _given(body: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    read = body(data=request.data)
    read.is_valid(raise_exception=True)
    given: dict[str, Any] = read.validated_data
    return given


@contextmanager
def _as_conflict() -> Iterator[None]:
    """Answer 409 for a move that the state does not allow."""
    try:
        yield
    except FindingClosed as error:
        raise Conflict(str(error)) from error
