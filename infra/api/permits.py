"""Certificates, licences, declarations."""

from rest_framework import serializers

from infra.api.collections import Collection
from infra.api.rows import Filled, Latitude, Longitude, LookupName, OrganizationName, Row
from infra.filters import PermitFilter
from infra.models import Permit, PermitState


class PermitRow(Row):
    """A permit; ``renewal_due_on`` is the last day on which renewal is to be filed."""

    id = serializers.IntegerField()
    kind = serializers.CharField(source="kind_id")
    kind_name = LookupName("kind")
    number = serializers.CharField()
    organization = serializers.CharField(source="organization__code")
    organization_name = OrganizationName("organization")
    installation = serializers.CharField(source="installation__registry_number", allow_null=True)
    site = serializers.CharField(source="site__code", allow_null=True)
    issuer = serializers.CharField(allow_blank=True)
    issued_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    renewal_due_on = serializers.DateField(allow_null=True)
    renewal_filed_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(PermitState.choices)
    posted_on_site = serializers.BooleanField(allow_null=True)
    has_file = Filled("attachment_id")
    submission = serializers.IntegerField(source="submission_id", allow_null=True)
    submission_row = serializers.IntegerField(allow_null=True)
    lon = Longitude("installation__position", "site__position", allow_null=True)
    lat = Latitude("installation__position", "site__position", allow_null=True)
    authority = serializers.CharField(source="authority__code")


class PermitViewSet(Collection):
    """Permits of installations and sites; their place is what they are for. One is found by its id."""

    noun = Permit
    facts = row = PermitRow
    filterset_class = PermitFilter
    codes = ()
