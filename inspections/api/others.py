"""Campaigns, incidents, yearly ratings."""

from rest_framework import serializers

from infra.api.collections import Collection, Plains
from infra.api.rows import Latitude, Longitude, OrganizationName, Row
from inspections.filters import CampaignFilter, IncidentFilter, RatingFilter
from inspections.models import (
    Campaign,
    CampaignStatus,
    Field,
    Incident,
    IncidentKind,
    RatingResult,
    SecurityRating,
)
from inspections.selectors.campaigns import installations_of_incidents, progress_of


class CampaignFacts(Row):
    """A round of inspections."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    field = serializers.ChoiceField(Field.choices)
    status = serializers.ChoiceField(CampaignStatus.choices)
    decision_number = serializers.CharField(allow_blank=True)
    decision_date = serializers.DateField(allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    checklist = serializers.CharField(source="checklist__code", allow_null=True)
    authority = serializers.CharField(source="authority__code")


class CampaignRow(CampaignFacts):
    """A campaign with its progress."""

    planned = serializers.IntegerField()
    done = serializers.IntegerField()


class CampaignViewSet(Collection):
    """Campaigns of the authority, newest first. One is found by its id."""

    noun = Campaign
    facts = CampaignFacts
    row = CampaignRow
    filterset_class = CampaignFilter
    has_places = False
    newest_first = True
    codes = ()

    def complete(self, rows: Plains, *, full: bool) -> None:  # noqa: ARG002
        progress = progress_of([row["id"] for row in rows])
        for row in rows:
            row["planned"], row["done"] = progress.get(row["id"], (0, 0))


class IncidentFacts(Row):
    """Something that befell installations."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(IncidentKind.choices)
    organization = serializers.CharField(source="organization__code", allow_null=True)
    organization_name = OrganizationName("organization", allow_null=True)
    unit = serializers.CharField(source="unit__code", allow_null=True)
    lon = Longitude(allow_null=True)
    lat = Latitude(allow_null=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    people_affected = serializers.IntegerField(allow_null=True)
    text = serializers.CharField(allow_blank=True)
    authority = serializers.CharField(source="authority__code")


class IncidentRow(IncidentFacts):
    """An incident with the installations that the person may see."""

    installations = serializers.ListField(child=serializers.CharField())


class IncidentViewSet(Collection):
    """Incidents, newest first. One is found by its number or id."""

    noun = Incident
    facts = IncidentFacts
    row = IncidentRow
    filterset_class = IncidentFilter
    newest_first = True
    codes = ("number",)

    def complete(self, rows: Plains, *, full: bool) -> None:  # noqa: ARG002
        found = installations_of_incidents([row["id"] for row in rows], self.request.user)
        for row in rows:
            row["installations"] = found.get(row["id"], [])


class RatingRow(Row):
    """The rating of an enterprise for a year."""

    id = serializers.IntegerField()
    organization = serializers.CharField(source="organization__code")
    organization_name = OrganizationName("organization")
    year = serializers.IntegerField()
    registered_on = serializers.DateField(allow_null=True)
    self_assessment = serializers.ChoiceField(RatingResult.choices, allow_blank=True)
    result = serializers.ChoiceField(RatingResult.choices, allow_blank=True)
    decision_number = serializers.CharField(allow_blank=True)
    decision_date = serializers.DateField(allow_null=True)
    recognized_by = serializers.CharField(allow_blank=True)
    certificate_number = serializers.CharField(allow_blank=True)
    authority = serializers.CharField(source="authority__code")


class RatingViewSet(Collection):
    """Yearly ratings of security and order, newest first. One is found by its id."""

    noun = SecurityRating
    facts = row = RatingRow
    filterset_class = RatingFilter
    has_places = False
    newest_first = True
    codes = ()
