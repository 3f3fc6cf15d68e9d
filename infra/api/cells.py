"""Cells of base stations."""

from typing import Any

from django.db import models
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from infra.api.collections import AS_OF, KEY, Collection
from infra.api.rows import Latitude, Longitude, OrganizationName, Plain, Row
from infra.filters import CellFilter
from infra.models import Cell, Installation


class CellPlace(Row):
    """What the station tells of a cell."""

    station = serializers.CharField(source="registry_number")
    organization = serializers.CharField(source="organization__code")
    organization_name = OrganizationName("organization")
    unit = serializers.CharField(source="unit__code", allow_null=True)
    unit_name = serializers.CharField(source="unit__full_name", allow_null=True)
    lon = Longitude(allow_null=True)
    lat = Latitude(allow_null=True)


class CellFacts(Row):
    """What a cell has of its own: MHz, degrees clockwise from north, metres above ground, dBi, dBm."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    technology = serializers.CharField(source="technology_id")
    band = serializers.CharField(source="band_id", allow_null=True)
    frequency_mhz = serializers.FloatField(allow_null=True)
    bandwidth_mhz = serializers.FloatField(allow_null=True)
    azimuth_deg = serializers.FloatField(allow_null=True)
    tilt_deg = serializers.FloatField(allow_null=True, help_text="Mechanical tilt.")
    electrical_tilt_deg = serializers.FloatField(allow_null=True)
    height_agl_m = serializers.FloatField(allow_null=True)
    gain_dbi = serializers.FloatField(allow_null=True)
    eirp_dbm = serializers.FloatField(allow_null=True)
    beamwidth_h_deg = serializers.FloatField(allow_null=True)
    beamwidth_v_deg = serializers.FloatField(allow_null=True)
    in_service = serializers.BooleanField()


class CellRow(CellPlace, CellFacts):
    """A cell of a base station."""


class LinkedCell(CellFacts):
    """A cell's own facts with the id of its station; it leaves the row again."""

    station_id = serializers.IntegerField()


class CellViewSet(Collection):
    """Cells; their place, unit and organization are the station's. One is found by its id."""

    noun = Cell
    facts = LinkedCell
    row = CellRow
    filterset_class = CellFilter
    codes = ()
    time_travel = True

    @extend_schema(parameters=[KEY, AS_OF])
    def retrieve(self, request: Request, key: str) -> HttpResponseBase:
        return super().retrieve(request, key)

    def read(self, queryset: models.QuerySet[Any]) -> list[Plain]:
        place = {} if self.day else {"station__installation": CellPlace}
        rows = self.facts.read(queryset, **place)
        self.lay(rows, "station_id", CellPlace if self.day else None, Installation)
        return rows
