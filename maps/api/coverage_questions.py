"""Questions to coverage maps: the levels at a place, and how two maps differ."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from infra.api.collections import refuse_unknown
from infra.api.problems import WrongParameter
from infra.models import AdministrativeUnit, UnitLevel
from infra.spatial.places import WrongPlaceError, latitude, longitude
from infra.spatial.units import unit_at
from maps.api.coverage import Readable
from maps.api.coverage_rows import PointSchema, level_row
from maps.coverage.comparisons import Difference, UnlikeMapsError, compare
from maps.coverage.points import level_at
from maps.models import CoverageMap
from maps.selectors.coverage import maps_for, whole_maps


class PointView(Readable):
    """``GET /api/v1/coverage/?lon=&lat=``."""

    @extend_schema(
        operation_id="coverage_point",
        parameters=[
            OpenApiParameter("lon", float, required=True, description="Degrees east."),
            OpenApiParameter("lat", float, required=True, description="Degrees north."),
        ],
        responses=PointSchema,
    )
    def get(self, request: Request) -> Response:
        """Return what the current maps predict at a place, for each network and technology."""
        refuse_unknown(request, ("lon", "lat", "format"))
        lon, lat = place_of(request)
        unit = unit_at(lon, lat, level=UnitLevel.COMMUNE)
        levels = [level_at(one, lon, lat) for one in whole_maps(request.user)]
        return Response(
            {
                "lon": lon,
                "lat": lat,
                "unit": unit.code if unit else None,
                "inside": any(level.is_inside for level in levels),
                "predicted": [level_row(level) for level in levels],
            }
        )


def place_of(request: Request) -> tuple[float, float]:
    """Return the longitude and latitude of the query; 400 naming the wrong one."""
    try:
        return longitude(request.query_params.get("lon")), latitude(request.query_params.get("lat"))
    except WrongPlaceError as error:
        raise WrongParameter(error.parameter, error.message) from error


# --- Comparisons ------------------------------------------------------------------------------------------------------


class DifferenceSchema(serializers.Serializer[Any]):
    """What two sides cover; lost: only the first does, won: only the second."""

    first_km2 = serializers.FloatField()
    second_km2 = serializers.FloatField()
    lost_km2 = serializers.FloatField()
    won_km2 = serializers.FloatField()
    first_people = serializers.IntegerField()
    second_people = serializers.IntegerField()
    lost_people = serializers.IntegerField()
    won_people = serializers.IntegerField()


class UnitDifferenceSchema(DifferenceSchema):
    unit = serializers.CharField()
    unit_name = serializers.CharField()


class ComparisonSchema(DifferenceSchema):
    units = UnitDifferenceSchema(many=True)
    tiles = serializers.CharField(help_text="Address of tiles that show where coverage is lost and won.")


MOST_MAPS = 20


class CompareView(Readable):
    """``GET /api/v1/coverage/compare/?first=1,2&second=3``: a side covers where any of its maps does."""

    @extend_schema(
        operation_id="coverage_compare",
        parameters=[
            OpenApiParameter("first", str, required=True, description="Numbers of maps, joined by commas."),
            OpenApiParameter("second", str, required=True, description="Numbers of maps, joined by commas."),
        ],
        responses=ComparisonSchema,
    )
    def get(self, request: Request) -> Response:
        """Return what the second side loses and wins against the first, in all and by commune."""
        refuse_unknown(request, ("first", "second", "format"))
        first, second = self.side(request, "first"), self.side(request, "second")
        try:
            found = compare(first, second)
        except UnlikeMapsError as error:
            raise WrongParameter("second", _("Maps of different resolutions cannot be compared.")) from error
        names = {one.pk: one for one in AdministrativeUnit.objects.filter(pk__in=found.by_unit).defer("boundary")}
        rows = [
            {"unit": names[pk].code, "unit_name": names[pk].full_name, **_difference(found.by_unit[pk])}
            for pk in found.by_unit
            if pk in names
        ]
        sides = "-".join("+".join(str(one.pk) for one in side) for side in (first, second))
        return Response(
            {
                **_difference(found.whole),
                "units": sorted(rows, key=lambda row: (-row["lost_people"], -row["won_people"], row["unit"])),
                "tiles": f"/tiles/coverage/{sides}/{{z}}/{{x}}/{{y}}.png",
            }
        )

    def side(self, request: Request, name: str) -> list[CoverageMap]:
        parts = request.query_params.get(name, "").split(",")
        if not all(part.isascii() and part.isdigit() and len(part) < 18 for part in parts) or len(parts) > MOST_MAPS:
            raise WrongParameter(name, _("Write numbers of maps, joined by commas."))
        rows = maps_for(request.user, current=False).filter(pk__in=map(int, parts)).order_by("pk")
        found = list(rows)
        if len(found) != len(set(parts)):
            raise WrongParameter(name, _("There is no such coverage map."))
        return found


def _difference(one: Difference) -> dict[str, Any]:
    sides = ("first", "second", "lost", "won")
    return {
        **{f"{side}_km2": round(getattr(one, f"{side}_m2") / 1e6, 3) for side in sides},
        **{f"{side}_people": round(getattr(one, f"{side}_people")) for side in sides},
    }
