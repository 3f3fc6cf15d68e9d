"""The overview's figures for programs."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.access import Permission, can
from infra.api.collections import refuse_unknown
from maps.selectors.figures import board_of

PARAMETERS = ("unit", "organization", "format")


class FigureSchema(serializers.Serializer[Any]):
    """One figure; ``trend`` and ``compared_to`` are null until an earlier figure was kept."""

    name = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    unit = serializers.CharField(help_text="“%”, or what is counted.")
    as_of = serializers.DateField()
    compared_to = serializers.DateField(
        allow_null=True, help_text="The end of the last quarter, or the first kept day."
    )
    trend = serializers.FloatField(allow_null=True, help_text="Change of the value since then; of a share in points.")
    list_url = serializers.CharField(allow_null=True)
    map_url = serializers.CharField(allow_null=True)


class DashboardView(APIView):
    """Figures of what the person may see, with denominator, date, trend, list and map."""

    @extend_schema(
        operation_id="dashboard",
        parameters=[
            OpenApiParameter("unit", str, description="Code of a unit: figures of it and the units below."),
            OpenApiParameter("organization", str, description="Code of an organization."),
        ],
        responses=FigureSchema(many=True),
    )
    def get(self, request: Request) -> Response:
        """Return the figures."""
        if not can(request.user, Permission.SEE_REGISTER):
            raise Http404
        refuse_unknown(request, PARAMETERS)
        unit = request.query_params.get("unit", "")[:32]
        organization = request.query_params.get("organization", "")[:32]
        found = board_of(request.user, unit, organization, timezone.localdate())
        return Response([figure.as_json() for figure in found.figures])
