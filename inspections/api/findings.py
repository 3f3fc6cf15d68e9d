"""Findings: what was wrong, until it is remedied."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from infra.api.collections import KEY, Collection
from infra.api.problems import Conflict
from infra.api.rows import Latitude, Longitude, OrganizationName, Row
from inspections.api.bodies import RemedyBody
from inspections.api.rows import Localized, UuidText
from inspections.filters import FindingFilter
from inspections.models import Field, Finding, FindingState, Severity
from inspections.services.inspections import finding_remedy


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
        finding = self._editable(key)
        body = RemedyBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        try:
            finding_remedy(
                actor=_actor(request),
                finding=finding,
                on=given["on"],
                note=given["note"],
                reason=given["reason"] or given["note"] or "Remedied",
            )
        except ValueError as error:
            raise Conflict(str(error)) from error
        (row,) = self.rows([finding.pk])
        return Response(row)

    def _editable(self, key: str) -> Finding:
        pk = self.find(key)
        if pk is None:
            raise Http404
        finding = Finding.objects.editable_by(self.request.user).filter(pk=pk).first()
        if finding is None:
            raise PermissionDenied
        return finding


def _actor(request: Request) -> Any:
    return request.user
