"""Campaigns and yearly ratings."""

from rest_framework import serializers

from infra.api.collections import Collection, Plains
from infra.api.rows import OrganizationName, Row
from inspections.filters import CampaignFilter, RatingFilter
from inspections.models import (
    Campaign,
    CampaignStatus,
    Field,
    RatingResult,
    SecurityRating,
)
from inspections.selectors.campaigns import progress_of


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
