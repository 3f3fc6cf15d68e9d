"""Measurements for programs: the list, and how far a map's forecast agrees with them."""

from typing import Any

from django.contrib.gis.geos import Polygon
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.access import scope_of
from infra.api.collections import refuse_unknown
from infra.api.paging import KeysetPagination
from infra.api.problems import WrongParameter
from infra.models import AdministrativeUnit
from infra.selectors.collections import unit_ids
from infra.spatial.places import Box, WrongPlaceError
from maps.api.coverage import Readable
from maps.api.measurement_files import PARSERS, MeasurementFileSchema, NewMeasurementsSchema, import_answer
from maps.coverage.validation import Agreement, agreements, compared
from maps.models import Measurement

FILTERS = ("bbox", "organization", "technology", "unit", "format")


class MeasurementSchema(serializers.Serializer[Any]):
    """One measurement; ``source`` and ``file`` say where it comes from."""

    id = serializers.IntegerField()
    organization = serializers.CharField()
    technology = serializers.CharField()
    unit = serializers.CharField(allow_null=True)
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    measured_at = serializers.DateTimeField(allow_null=True)
    level_dbm = serializers.FloatField(allow_null=True)
    download_mbps = serializers.FloatField(allow_null=True)
    upload_mbps = serializers.FloatField(allow_null=True)
    latency_ms = serializers.FloatField(allow_null=True)
    cell = serializers.CharField()
    samples = serializers.IntegerField()
    file = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field of the answer


class MeasurementsView(APIView):
    """``/api/v1/measurements/``: measurements, newest first; a POST brings a file of them."""

    keyset = "-id"
    parser_classes = PARSERS

    @extend_schema(
        operation_id="measurements",
        parameters=[
            OpenApiParameter("bbox", str, description="west,south,east,north"),
            OpenApiParameter("organization", str),
            OpenApiParameter("technology", str),
            OpenApiParameter("unit", str),
            OpenApiParameter("limit", int),
            OpenApiParameter("cursor", str),
        ],
        responses=MeasurementSchema(many=True),
    )
    def get(self, request: Request) -> Response:
        """Return measurements that the person may see."""
        refuse_unknown(request, (*FILTERS, *KeysetPagination.parameters()))
        query = request.query_params
        rows = Measurement.objects.visible_to(request.user).select_related("organization", "unit", "file")
        if organization := query.get("organization"):
            rows = rows.filter(organization__code=organization)
        if technology := query.get("technology"):
            rows = rows.filter(technology=technology.upper())
        if unit := query.get("unit"):
            if not AdministrativeUnit.objects.filter(code=unit).exists():
                raise WrongParameter("unit", _("There is no such unit."))
            rows = rows.filter(unit__in=unit_ids(unit))
        if bbox := query.get("bbox"):
            try:
                rows = rows.filter(position__bboverlaps=Polygon.from_bbox(_corners(bbox)))
            except WrongPlaceError as error:
                raise WrongParameter("bbox", error.message) from error
        pages = KeysetPagination()
        return pages.get_paginated_response([_row(one) for one in pages.paginate_queryset(rows, request, self)])

    @extend_schema(
        operation_id="measurements_import",
        request={"multipart/form-data": NewMeasurementsSchema},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        responses={200: MeasurementFileSchema, 201: MeasurementFileSchema},
    )
    def post(self, request: Request) -> Response:
        """Import a file: rows that cannot be true are left out and listed, as on the page."""
        return import_answer(request)


def _corners(bbox: str) -> tuple[float, float, float, float]:
    box = Box.parse(bbox)
    return box.west, box.south, box.east, box.north


def _row(one: Measurement) -> dict[str, Any]:
    return {
        "id": one.pk,
        "organization": one.organization.code,
        "technology": one.technology_id,
        "unit": one.unit.code if one.unit else None,
        "lon": round(one.position.x, 6),
        "lat": round(one.position.y, 6),
        "measured_at": one.measured_at,
        "level_dbm": one.level_dbm,
        "download_mbps": one.download_mbps,
        "upload_mbps": one.upload_mbps,
        "latency_ms": one.latency_ms,
        "cell": one.cell_ref,
        "samples": one.samples,
        "file": one.file.name,
        "source": one.file.source,
    }


# --- Agreement --------------------------------------------------------------------------------------------------------


class AgreementSchema(serializers.Serializer[Any]):
    """Forecast less measured, dB, and the places where both, neither or only one of them says covered."""

    unit = serializers.CharField(allow_null=True)
    count = serializers.IntegerField()
    bias_db = serializers.FloatField(allow_null=True)
    rmse_db = serializers.FloatField(allow_null=True)
    both = serializers.IntegerField()
    neither = serializers.IntegerField()
    only_forecast = serializers.IntegerField()
    only_measured = serializers.IntegerField()


class AgreementsSchema(serializers.Serializer[Any]):
    """The whole map, then its communes."""

    whole = AgreementSchema()
    units = AgreementSchema(many=True)


class ValidationView(Readable):
    """``GET /api/v1/coverage/maps/{id}/validation/``."""

    @extend_schema(operation_id="coverage_map_validation", responses=AgreementsSchema)
    def get(self, request: Request, key: str) -> Response:
        """Return how far measurements that the person may see agree with the map, by commune."""
        refuse_unknown(request, ("format",))
        coverage = self.map(request, key)
        whole, units = agreements(compared(coverage, scope_of(request.user)))
        codes = dict(AdministrativeUnit.objects.filter(pk__in=[one.unit for one in units]).values_list("pk", "code"))
        rows = [agreement_row(one, codes.get(one.unit or 0)) for one in units]
        return Response({"whole": agreement_row(whole, None), "units": rows})


def agreement_row(one: Agreement, unit: str | None) -> dict[str, Any]:
    return {
        "unit": unit,
        "count": one.count,
        "bias_db": None if one.bias_db is None else round(one.bias_db, 2),
        "rmse_db": None if one.rmse_db is None else round(one.rmse_db, 2),
        **one.kinds,
    }
