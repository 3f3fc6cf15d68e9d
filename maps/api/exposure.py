"""``GET /api/v1/exposure/?lon=&lat=&height_m=``: the exposure at a place, as a share of the limit."""

from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.api.collections import refuse_unknown
from infra.api.problems import WrongParameter
from infra.models import Installation
from infra.spatial.places import WrongPlaceError, latitude, longitude
from maps.exposure.limits import NATIONAL, standards
from maps.exposure.places import NEAR_M, Exposure, exposure_at

MOST_HEIGHT_M = 500.0
USUAL_HEIGHT_M = 1.75
MOST_CONTRIBUTORS = 50


class ContributorSchema(serializers.Serializer[Any]):
    """One cell's part, of those that the person may see."""

    station = serializers.CharField()
    organization = serializers.CharField()
    cell = serializers.CharField()
    technology = serializers.CharField()
    frequency_mhz = serializers.FloatField()
    distance_m = serializers.FloatField()
    w_m2 = serializers.FloatField()
    ratio = serializers.FloatField()
    tdd_duty = serializers.FloatField()
    power_factor = serializers.FloatField()
    assumed = serializers.BooleanField()


class ExposureSchema(serializers.Serializer[Any]):
    """Exposure at a place: ``ratio`` 1 is the limit, and includes ``beyond_ratio``, the most that far cells can add."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    height_m = serializers.FloatField()
    standard = serializers.CharField()
    basis = serializers.CharField()
    ratio = serializers.FloatField()
    w_m2 = serializers.FloatField()
    v_m = serializers.FloatField()
    ground_reflection = serializers.FloatField()
    beyond_m = serializers.FloatField()
    beyond_ratio = serializers.FloatField()
    cells = serializers.IntegerField()
    cells_assumed = serializers.IntegerField()
    contributors = ContributorSchema(many=True)


class ExposureView(APIView):
    """For everybody: the sum counts every operator's cells, the list of contributors those that the person may see."""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="exposure_point",
        parameters=[
            OpenApiParameter("lon", float, required=True, description="Degrees east."),
            OpenApiParameter("lat", float, required=True, description="Degrees north."),
            OpenApiParameter("height_m", float, description="Metres above ground, 1.75 unless said."),
            OpenApiParameter("standard", str, description="Code of the standard; the regulation's unless said."),
            OpenApiParameter("reflection", int, description="1: over ground that reflects (OET-65, × 2.56)."),
        ],
        responses=ExposureSchema,
    )
    def get(self, request: Request) -> Response:
        """Return the sum of all cells' shares of their limits at a place and height."""
        refuse_unknown(request, ("lon", "lat", "height_m", "standard", "reflection", "format"))
        query, day = request.query_params, timezone.localdate()
        try:
            lon, lat = longitude(query.get("lon")), latitude(query.get("lat"))
        except WrongPlaceError as error:
            raise WrongParameter(error.parameter, error.message) from error
        standard = query.get("standard", NATIONAL)
        if standard not in (known := standards(day)):
            raise WrongParameter("standard", _("Choose one of: %(known)s.") % {"known": ", ".join(known)})
        found = exposure_at(
            lon,
            lat,
            _height(query.get("height_m")),
            day=day,
            standard=standard,
            reflection=query.get("reflection") == "1",
        )
        return Response(_answer(found, request))


def _height(text: str | None) -> float:
    if text is None or text == "":
        return USUAL_HEIGHT_M
    try:
        height = float(text)
    except ValueError:
        height = np.nan
    if not 0 <= height <= MOST_HEIGHT_M:
        raise WrongParameter("height_m", _("Metres above ground, 0 to %(most)s.") % {"most": f"{MOST_HEIGHT_M:g}"})
    return height


def _answer(found: Exposure, request: Request) -> dict[str, Any]:
    return {
        "lon": found.lon,
        "lat": found.lat,
        "height_m": found.height_m,
        "standard": found.limits.standard,
        "basis": found.limits.basis,
        "ratio": _significant(found.ratio),
        "w_m2": _significant(found.w_m2),
        "v_m": _significant(found.v_m),
        "ground_reflection": found.reflection,
        "beyond_m": NEAR_M,
        "beyond_ratio": _significant(found.beyond_ratio),
        "cells": len(found.sources),
        "cells_assumed": int(found.sources.is_assumed.sum()),
        "contributors": _contributors(found, request),
    }


def _contributors(found: Exposure, request: Request) -> list[dict[str, Any]]:
    """Return the strongest cells of stations that the person may see."""
    sources, parts = found.sources, found.parts
    if not request.user.is_authenticated or not len(sources):
        return []
    stations = np.unique(sources.station).tolist()
    rows = Installation.objects.visible_to(request.user).filter(pk__in=stations).select_related("organization")
    seen = {one.pk: one for one in rows}
    order = [row for row in np.argsort(-parts, kind="stable").tolist() if int(sources.station[row]) in seen]
    metres = found.metres
    return [
        {
            "station": (station := seen[int(sources.station[row])]).registry_number,
            "organization": station.organization.code,
            "cell": str(sources.code[row]),
            "technology": str(sources.technology[row]),
            "frequency_mhz": float(sources.frequency_mhz[row]),
            "distance_m": round(float(metres[row]), 1),
            "w_m2": _significant(float(found.density_w_m2[row])),
            "ratio": _significant(float(parts[row])),
            "tdd_duty": float(sources.duty[row]),
            "power_factor": float(sources.factor[row]),
            "assumed": bool(sources.is_assumed[row]),
        }
        for row in order[:MOST_CONTRIBUTORS]
    ]


def _significant(value: float) -> float:
    """Round to six significant digits."""
    return float(f"{value:.6g}")
