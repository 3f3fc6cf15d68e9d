"""Yearly ratings."""

from rest_framework import serializers

from infra.api.collections import Collection
from infra.api.rows import OrganizationName, Row
from inspections.filters import RatingFilter
from inspections.models import RatingResult, SecurityRating


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
