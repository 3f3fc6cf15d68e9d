"""What if: a trial mast, what it would add to a map, and what sharing the masts near by would bring instead."""

from typing import Any

import shapely
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from maps.api.coverage_rows import MastSchema, geometry_of, mast_row
from maps.coverage.trials import Gain, ImpossibleTrialError, Trial, try_out
from maps.coverage.trials import compare as try_several
from maps.models import CoverageMap
from maps.radio.parameters import Parameters
from maps.selectors.coverage import SharedMast, maps_for, masts_to_share

MOST_SECTORS = 12
MOST_SHARED = 5
#: antennas of a tenant hang below those that are there
BELOW_TOP_M = 4.0


class TrialSchema(serializers.Serializer[Any]):
    """A mast that does not stand yet. What is left out takes the defaults in force for the technology."""

    map = serializers.IntegerField(required=False, help_text="The map it is tried on; or organization and technology.")
    organization = serializers.CharField(required=False, help_text="Code, or any-1, any-2, any-3.")
    technology = serializers.CharField(required=False)
    lon = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)
    height_m = serializers.FloatField(min_value=3, max_value=300, help_text="Antennas above the ground.")
    azimuths_deg = serializers.ListField(
        child=serializers.FloatField(min_value=0, max_value=360), required=False, min_length=1, max_length=MOST_SECTORS
    )
    frequency_mhz = serializers.FloatField(required=False, min_value=100, max_value=100_000)
    bandwidth_mhz = serializers.FloatField(required=False, min_value=0.1, max_value=2_000)
    eirp_dbm = serializers.FloatField(required=False, min_value=-30, max_value=100)
    tilt_deg = serializers.FloatField(required=False, min_value=-30, max_value=90)
    electrical_tilt_deg = serializers.FloatField(required=False, min_value=-30, max_value=90)
    beamwidth_deg = serializers.FloatField(required=False, min_value=1, max_value=360)
    white_spot = serializers.IntegerField(required=False, help_text="Rank of the gap it is meant for.")
    sharing = serializers.BooleanField(required=False, default=False, help_text="Try the masts near by as well.")


class GainSchema(serializers.Serializer[Any]):
    """What a trial adds."""

    people = serializers.IntegerField(help_text="People covered who are not covered now.")
    area_km2 = serializers.FloatField()
    reach_m = serializers.FloatField()
    left_people = serializers.IntegerField(allow_null=True, help_text="Still uncovered of the gap.")
    left_km2 = serializers.FloatField(allow_null=True)


class SharingSchema(serializers.Serializer[Any]):
    mast = MastSchema()
    gain = GainSchema()


class TrialAnswerSchema(GainSchema):
    """The gain, its shape, and what sharing would bring instead."""

    map = serializers.IntegerField()
    geometry = serializers.DictField(help_text="GeoJSON of what is newly covered.")
    sharing = SharingSchema(many=True)


class WhatIfView(APIView):
    """``POST /api/v1/coverage/what-if/``. Nothing is stored."""

    @extend_schema(operation_id="coverage_what_if", request=TrialSchema, responses=TrialAnswerSchema)
    def post(self, request: Request) -> Response:
        """Return how many people a mast would cover that are not covered now."""
        form = TrialSchema(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        coverage = _map_of(request, asked)
        gap, near = _gap(coverage, asked)
        trial = _trial(asked)
        try:
            gain = try_out(coverage, trial, gap)
        except ImpossibleTrialError as error:
            raise serializers.ValidationError(
                {error.parameter: _("No model holds for this: %(value)s.") % {"value": error.message}}
            ) from error
        shared = _shared(request, coverage, trial, near or (trial.lon, trial.lat), gap) if asked["sharing"] else []
        return Response({"map": coverage.pk, **_gain(gain), "geometry": geometry_of(gain.shape), "sharing": shared})


def _map_of(request: Request, asked: dict[str, Any]) -> CoverageMap:
    rows = maps_for(request.user, current="map" not in asked)
    if "map" in asked:
        found = rows.filter(pk=asked["map"]).first()
    else:
        code, technology = asked.get("organization", "any-1"), asked.get("technology", "4G")
        rows = rows.filter(technology=technology.upper(), area__isnull=True)
        joint = code.removeprefix("any-")
        if joint != code and joint.isdigit():
            found = rows.filter(organization__isnull=True, at_least=int(joint[:2])).first()
        else:
            found = rows.filter(organization__code=code).first()
    if found is None:
        raise serializers.ValidationError({"map": _("There is no such coverage map.")})
    return found


def _gap(coverage: CoverageMap, asked: dict[str, Any]) -> tuple[Any, tuple[float, float] | None]:
    """Return the shape of the gap that is asked about and a place inside it."""
    rank = asked.get("white_spot")
    if rank is None:
        return None, None
    spot = coverage.white_spots.filter(rank=rank).first()
    if spot is None:
        raise serializers.ValidationError({"white_spot": _("This map has no white spot of that rank.")})
    return shapely.from_wkb(bytes(spot.shape.wkb)), (spot.position.x, spot.position.y)


TRIED = (
    "lon",
    "lat",
    "height_m",
    "frequency_mhz",
    "bandwidth_mhz",
    "eirp_dbm",
    "tilt_deg",
    "electrical_tilt_deg",
    "beamwidth_deg",
)


def _trial(asked: dict[str, Any]) -> Trial:
    values = {name: asked[name] for name in TRIED if name in asked}
    if "azimuths_deg" in asked:
        values["azimuths_deg"] = tuple(asked["azimuths_deg"])
    return Trial(**values)


def _shared(
    request: Request, coverage: CoverageMap, trial: Trial, near: tuple[float, float], gap: Any
) -> list[dict[str, Any]]:
    """Return what the same sectors would bring on the masts near by, the best first."""
    parameters = Parameters.on(timezone.localdate())
    [masts] = masts_to_share(
        request.user,
        [near],
        metres=parameters.value("sharing_distance_m"),
        organization=coverage.organization_id,
        places=round(parameters.value("places_per_operator")),
        most=MOST_SHARED,
    )
    trials = [_moved(trial, one) for one in masts]
    gains = zip(masts, try_several(coverage, trials, gap), strict=True)
    rows = [{"mast": mast_row(mast), "gain": _gain(gain)} for mast, gain in gains if gain is not None]
    return sorted(rows, key=lambda row: -row["gain"]["people"])


def _moved(trial: Trial, one: SharedMast) -> Trial:
    position = one.mast.site.position
    height = max(3.0, one.top_m - BELOW_TOP_M) if one.top_m else trial.height_m
    return Trial(**{**vars(trial), "lon": position.x, "lat": position.y, "height_m": height})


def _gain(gain: Gain) -> dict[str, Any]:
    return {
        "people": round(gain.people),
        "area_km2": round(gain.area_m2 / 1e6, 3),
        "reach_m": gain.reach_m,
        "left_people": None if gain.left_people is None else round(gain.left_people),
        "left_km2": None if gain.left_m2 is None else round(gain.left_m2 / 1e6, 3),
    }
