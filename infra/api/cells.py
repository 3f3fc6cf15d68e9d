"""Cells of base stations."""

from rest_framework import serializers

from infra.api.collections import Collection
from infra.api.rows import Latitude, Longitude, OrganizationName, Row
from infra.filters import CellFilter
from infra.models import Cell


class CellRow(Row):
    """A cell: MHz, degrees clockwise from north, metres above ground, dBi, dBm."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    station = serializers.CharField(source="station__installation__registry_number")
    organization = serializers.CharField(source="station__installation__organization__code")
    organization_name = OrganizationName("station__installation__organization")
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
    unit = serializers.CharField(source="station__installation__unit__code", allow_null=True)
    unit_name = serializers.CharField(source="station__installation__unit__full_name", allow_null=True)
    lon = Longitude("station__installation__position", allow_null=True)
    lat = Latitude("station__installation__position", allow_null=True)


class CellViewSet(Collection):
    """Cells; their place, unit and organization are the station's. One is found by its id."""

    noun = Cell
    facts = row = CellRow
    filterset_class = CellFilter
    codes = ()
