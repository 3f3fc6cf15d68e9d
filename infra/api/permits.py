"""Certificates, licences, declarations."""

from typing import Any

from django.db import models
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from infra.api.collections import AS_OF, KEY, Collection
from infra.api.rows import Filled, Latitude, Longitude, LookupName, OrganizationName, Plain, Row
from infra.filters import PermitFilter
from infra.models import Installation, Permit, PermitState, Site
from infra.selectors.collections import on_day

NOWHERE: Plain = {"lon": None, "lat": None}


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


class LinkedPermit(PermitRow):
    """A permit with the ids of what it is for; they leave the row again."""

    installation_id = serializers.IntegerField(allow_null=True)
    site_id = serializers.IntegerField(allow_null=True)


class Place(Row):
    """Where something stands."""

    lon = Longitude(allow_null=True)
    lat = Latitude(allow_null=True)


class PermitViewSet(Collection):
    """Permits of installations and sites; their place is what they are for. One is found by its id."""

    noun = Permit
    facts = LinkedPermit
    row = PermitRow
    filterset_class = PermitFilter
    codes = ()
    time_travel = True

    @extend_schema(parameters=[KEY, AS_OF])
    def retrieve(self, request: Request, key: str) -> HttpResponseBase:
        return super().retrieve(request, key)

    def read(self, queryset: models.QuerySet[Any]) -> list[Plain]:
        rows = self.facts.read(queryset)
        places = self._places(rows) if self.day else {}
        for row in rows:
            installation, site = row.pop("installation_id"), row.pop("site_id")
            if self.day:
                row.update(places.get(("installation", installation)) or places.get(("site", site)) or NOWHERE)
        return rows

    def _places(self, rows: list[Plain]) -> dict[tuple[str, int], Plain]:
        """Return where the installations and sites of *rows* stood on the day (two queries)."""
        found = {}
        for noun, model in (("installation", Installation), ("site", Site)):
            ids = {row[f"{noun}_id"] for row in rows} - {None}
            there = Place.read_by("noun_id", on_day(model, self.day).filter(noun_id__in=ids)) if ids else {}
            found.update({(noun, pk): place for pk, place in there.items() if place["lon"] is not None})
        return found
