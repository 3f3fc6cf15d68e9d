"""Reports of outages for programs: JSON or a file in, what changed out; and storms with what is out of service."""

import tempfile
from pathlib import Path
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from infra.access import Permission, can
from infra.api.bodies import JSONParser
from infra.api.collections import Collection, Plains
from infra.api.problems import Conflict, answer
from infra.api.rows import OrganizationName, Row
from infra.models import User
from infra.submissions.problems import Problem, Unreadable
from inspections.api.incident_bodies import OutagesBody, OutagesFile, organization_of, outage_rows, storm_of
from inspections.filters import OutageReportFilter, StormFilter
from inspections.models import IncidentSource, OutageReport, Storm, StormPhase
from inspections.outages.checking import AHEAD
from inspections.outages.reading import rows_of_file
from inspections.outages.rows import OutageRow, Report
from inspections.outages.taking import OlderReportError, Taken, outages_take


class OutageReportRow(Row):
    """A report as it was taken in."""

    id = serializers.IntegerField()
    organization = serializers.CharField(source="organization__code")
    organization_name = OrganizationName("organization")
    storm = serializers.CharField(source="storm__number", allow_null=True)
    at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    whole = serializers.BooleanField(source="is_whole")
    channel = serializers.ChoiceField(IncidentSource.choices, source="source")
    counts = serializers.JSONField(help_text="new, updated, back, unchanged")
    out_after = serializers.IntegerField(help_text="Installations of the organization out of service after it.")
    authority = serializers.CharField(source="authority__code")


class TakenRow(serializers.Serializer[Any]):
    """What became of a report."""

    counts = serializers.JSONField(help_text="new, updated, back, unchanged")
    out_after = serializers.IntegerField()
    problems = serializers.ListField(child=serializers.DictField(), help_text="Rows that were left out, and why.")
    reports = serializers.ListField(child=serializers.IntegerField())


class OutageReportViewSet(Collection):
    """Operators' reports of outages, newest first."""

    noun = OutageReport
    facts = row = OutageReportRow
    filterset_class = OutageReportFilter
    has_places = False
    newest_first = True
    codes = ()
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(
        request={"application/json": OutagesBody, "multipart/form-data": OutagesFile},
        responses={
            201: TakenRow,
            409: OpenApiResponse(description="A newer whole report is known already."),
            400: OpenApiResponse(description="`errors` names each row that is wrong; nothing was written."),
        },
    )
    def create(self, request: Request) -> Response:
        """Take a report in: rows that are out, back, or damaged."""
        person = cast(User, request.user)
        if not (can(person, Permission.SUBMIT) or can(person, Permission.INSPECT)):
            raise PermissionDenied
        is_file = "file" in request.FILES
        body = (OutagesFile if is_file else OutagesBody)(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        organization = organization_of(person, given.get("organization"))
        moment = given.get("at") or timezone.now()
        if moment > timezone.now() + AHEAD:
            raise serializers.ValidationError({"at": _("This moment has not come yet.")})
        try:
            rows, problems = _file_rows(given["file"]) if is_file else (outage_rows(given["rows"]), [])
        except Unreadable as error:
            return _refused(request, [error.problem])
        if problems:
            return _refused(request, problems)
        report = Report(
            organization=organization,
            at=moment,
            rows=rows,
            is_whole=given["whole"],
            storm=storm_of(given),
            source=IncidentSource.FILE if is_file else IncidentSource.API,
        )
        try:
            taken = outages_take(actor=person, report=report, skip_wrong=given["skip_wrong"])
        except OlderReportError as error:
            words = _("A newer report, of %(at)s, has overtaken this one.") % {"at": error.newest.at.isoformat()}
            raise Conflict(words) from error
        if not taken.is_written:
            return _refused(request, taken.problems)
        return Response(_told(taken), status=status.HTTP_201_CREATED)


def _file_rows(file: UploadedFile) -> tuple[list[OutageRow], list[Problem]]:
    with tempfile.NamedTemporaryFile(suffix=Path(file.name or "").suffix[:8]) as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        return rows_of_file(Path(kept.name))


def _refused(request: Request, problems: list[Problem]) -> Response:
    """Answer 400 with a pointer into the rows for each problem."""
    errors = [
        {
            "pointer": f"/rows/{problem.row - 1}/{problem.column}" if problem.row else f"/{problem.column}".rstrip("/"),
            "code": problem.code,
            "message": problem.message,
        }
        for problem in problems
    ]
    n = len(errors)
    response = answer(
        request, status.HTTP_400_BAD_REQUEST, _("Nothing was written: %(n)s problems.") % {"n": n}, errors
    )
    response.data["problems"] = [problem.as_json() for problem in problems]
    return response


def _told(taken: Taken) -> dict[str, Any]:
    return {
        "counts": taken.counts,
        "out_after": sum(report.out_after for report in taken.reports),
        "problems": [problem.as_json() for problem in taken.problems],
        "reports": [report.pk for report in taken.reports],
    }


class StormRow(Row):
    """A storm the authority follows."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    name = serializers.CharField()
    phase = serializers.ChoiceField(StormPhase.choices)
    expected_at = serializers.DateTimeField(allow_null=True)
    wind_ms = serializers.FloatField(allow_null=True)
    report_every_h = serializers.IntegerField()
    began_at = serializers.DateTimeField(allow_null=True)
    passed_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    text = serializers.CharField(allow_blank=True)
    authority = serializers.CharField(source="authority__code")


class StormWithUnits(StormRow):
    """A storm with the codes of the units it concerns; none means the whole territory."""

    units = serializers.ListField(child=serializers.CharField())


class StormViewSet(Collection):
    """Storms, newest first. One is found by its number or id."""

    noun = Storm
    facts = StormRow
    row = StormWithUnits
    filterset_class = StormFilter
    has_places = False
    newest_first = True
    codes = ("number",)

    def complete(self, rows: Plains, *, full: bool) -> None:  # noqa: ARG002
        through = Storm.units.through.objects.filter(storm__in=[row["id"] for row in rows])
        units: dict[int, list[str]] = {}
        for storm_id, code in through.order_by("administrativeunit__code").values_list(
            "storm_id", "administrativeunit__code"
        ):
            units.setdefault(storm_id, []).append(code)
        for row in rows:
            row["units"] = units.get(row["id"], [])
