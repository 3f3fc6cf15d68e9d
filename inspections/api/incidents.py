"""Incidents: the collection, reporting one, ending one; reports of outages; storms."""

from typing import Any, cast

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from infra.access import Permission, can
from infra.api.bodies import JSONParser
from infra.api.collections import KEY, Collection, Plains
from infra.api.problems import Conflict
from infra.api.rows import Latitude, Longitude, OrganizationName, Row
from infra.models import User
from inspections.api.incident_bodies import EndBody, IncidentBody, incident_facts, installations_named
from inspections.filters import IncidentFilter
from inspections.models import Damage, Incident, IncidentCause, IncidentKind, IncidentSource
from inspections.selectors.incidents import objects_of_incidents
from inspections.services.incidents import AlreadyOutError, incident_end, incident_report


class IncidentFacts(Row):
    """Something that befell installations."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(IncidentKind.choices)
    cause = serializers.ChoiceField(IncidentCause.choices)
    organization = serializers.CharField(source="organization__code", allow_null=True)
    organization_name = OrganizationName("organization", allow_null=True)
    unit = serializers.CharField(source="unit__code", allow_null=True)
    storm = serializers.CharField(source="storm__number", allow_null=True)
    lon = Longitude(allow_null=True)
    lat = Latitude(allow_null=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    expected_back_at = serializers.DateTimeField(allow_null=True)
    people_affected = serializers.IntegerField(allow_null=True)
    text = serializers.CharField(allow_blank=True)
    ref = serializers.CharField(allow_blank=True, help_text="The operator's own number.")
    channel = serializers.ChoiceField(IncidentSource.choices, source="source")
    reported_at = serializers.DateTimeField(allow_null=True)
    authority = serializers.CharField(source="authority__code")


class IncidentObjectRow(serializers.Serializer[Any]):
    """One installation in an incident."""

    number = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    out_since = serializers.DateTimeField(allow_null=True)
    back_at = serializers.DateTimeField(allow_null=True)
    expected_back_at = serializers.DateTimeField(allow_null=True)
    cause = serializers.ChoiceField(IncidentCause.choices)
    damage = serializers.ChoiceField(Damage.choices, allow_blank=True)
    note = serializers.CharField(allow_blank=True)


class IncidentRow(IncidentFacts):
    """An incident with the installations that the person may see, by registry number."""

    installations = serializers.ListField(child=serializers.CharField())


class FullIncidentRow(IncidentRow):
    """An incident with each installation's times and damage."""

    objects = IncidentObjectRow(many=True)


class IncidentViewSet(Collection):
    """Incidents, newest first. One is found by its number or id."""

    noun = Incident
    facts = IncidentFacts
    row = IncidentRow
    full_row = FullIncidentRow
    filterset_class = IncidentFilter
    newest_first = True
    codes = ("number",)
    parser_classes = (JSONParser,)

    def complete(self, rows: Plains, *, full: bool) -> None:
        found = objects_of_incidents([row["id"] for row in rows], self.request.user)
        for row in rows:
            objects = found.get(row["id"], [])
            row["installations"] = list(dict.fromkeys(one["number"] for one in objects))
            if full:
                row["objects"] = objects

    @extend_schema(
        request=IncidentBody,
        responses={
            200: OpenApiResponse(FullIncidentRow, description="The same ``ref`` again: what stands."),
            201: FullIncidentRow,
            409: OpenApiResponse(description="An installation is out of service already."),
        },
    )
    def create(self, request: Request) -> HttpResponseBase:
        """Report an incident."""
        person = _reporter(request)
        body = IncidentBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        authority, facts = incident_facts(person, given)
        reason = given["text"][:400] or str(IncidentKind(given["kind"]).label)
        try:
            incident, is_new = incident_report(actor=person, authority=authority, facts=facts, reason=reason)
        except AlreadyOutError as error:
            words = _("Out of service already: %(numbers)s.") % {"numbers": ", ".join(error.numbers[:10])}
            raise Conflict(words) from error
        (row,) = self.rows([incident.pk], full=True)
        return Response(row, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(parameters=[KEY], request=EndBody, responses=FullIncidentRow)
    @action(detail=True, methods=["post"], url_path="end")
    def end(self, request: Request, key: str) -> HttpResponseBase:
        """Note that its installations, or some of them, are back in service."""
        person = _reporter(request)
        pk = self.find(key)
        incident = None
        if pk is not None:
            rows = Incident.objects.editable_by(person).select_related("authority", "organization")
            incident = rows.filter(pk=pk).first()
        if incident is None:
            return self.missing(key)
        body = EndBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        if given["at"] < incident.started_at or given["at"] > timezone.now():
            raise ValidationError({"at": _("A moment between the start of the incident and now.")})
        named = given.get("installations")
        wanted = None
        if named is not None and incident.organization is not None:
            wanted = installations_named(person, incident.organization, named)
        incident_end(
            actor=person,
            incident=incident,
            at=given["at"],
            installations=wanted,
            reason=given["reason"] or _("Back in service"),
        )
        (row,) = self.rows([incident.pk], full=True)
        return Response(row)


def _reporter(request: Request) -> User:
    """Return who reports; PermissionDenied for whoever neither submits nor inspects."""
    if not (can(request.user, Permission.SUBMIT) or can(request.user, Permission.INSPECT)):
        raise PermissionDenied
    return cast(User, request.user)
