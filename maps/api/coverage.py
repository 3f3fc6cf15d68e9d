"""Coverage maps for programs: which there are, their figures, their white spots with masts to share, their files."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.api.collections import refuse_unknown
from infra.api.problems import WrongParameter
from infra.models import AdministrativeUnit
from maps.api.coverage_rows import (
    IndicatorSchema,
    MapSchema,
    WhiteSpotSchema,
    indicator_row,
    map_row,
    spot_row,
)
from maps.coverage.areas import TooLargeError
from maps.documents.coverage_files import FILES, NoSuchFileError, file_of
from maps.models import CoverageMap
from maps.radio.parameters import Parameters
from maps.selectors.coverage import indicators_for, maps_for, masts_to_share, spots_for

MOST_SPOTS = 200
USUAL_SPOTS = 50
UNIT = OpenApiParameter("unit", str, many=True, description="Codes of units (repeat it): they and what lies below.")
MOST_UNITS = 200


class Readable(APIView):
    """A view for everybody: a person sees what the rights allow, the public what is published."""

    permission_classes = (AllowAny,)

    def map(self, request: Request, key: str) -> CoverageMap:
        """Return the map with the number *key* that the person may see, current or not; 404 otherwise."""
        if not (key.isascii() and key.isdigit() and len(key) < 18):
            raise Http404
        found = maps_for(request.user, current=False).filter(pk=int(key)).select_related("authority").first()
        if found is None:
            raise Http404
        return found

    def units(self, request: Request) -> list[str]:
        """Return the codes of the units asked for, none without any; 400 for one that does not exist."""
        codes = list(dict.fromkeys(code for code in request.query_params.getlist("unit") if code))
        if len(codes) > MOST_UNITS:
            raise WrongParameter("unit", _("At most %(most)s units.") % {"most": MOST_UNITS})
        known = (
            set(AdministrativeUnit.objects.filter(code__in=codes).values_list("code", flat=True)) if codes else set()
        )
        for code in codes:
            if code not in known:
                raise WrongParameter("unit", _("There is no unit “%(code)s”.") % {"code": code[:32]})
        return codes


class MapsView(Readable):
    """Coverage maps."""

    @extend_schema(
        operation_id="coverage_maps_list",
        parameters=[
            OpenApiParameter("organization", str, description="Code of an organization, or any-1, any-2, any-3."),
            OpenApiParameter("technology", str, description="2G, 3G, 4G or 5G."),
            OpenApiParameter("current", str, enum=["0", "1"], description="0: earlier maps too (1)."),
        ],
        responses=MapSchema(many=True),
    )
    def get(self, request: Request) -> Response:
        """Return the maps that the person may see, by technology and network."""
        refuse_unknown(request, ("organization", "technology", "current", "format"))
        asked = request.query_params
        current = asked.get("current", "1")
        if current not in ("0", "1"):
            raise WrongParameter("current", _("0 or 1."))
        rows = maps_for(request.user, current=current == "1")
        if technology := asked.get("technology", ""):
            rows = rows.filter(technology=technology.upper())
        if code := asked.get("organization", ""):
            joint = code.removeprefix("any-")
            if joint != code and joint.isdigit():
                rows = rows.filter(organization__isnull=True, at_least=int(joint[:2]))
            else:
                rows = rows.filter(organization__code=code)
        ordered = rows.order_by("technology__order", "technology", "at_least", "organization__code", "-pk")[:1000]
        return Response([map_row(one) for one in ordered])


class MapView(Readable):
    """One coverage map."""

    @extend_schema(operation_id="coverage_map", responses=MapSchema)
    def get(self, request: Request, key: str) -> Response:
        """Return a map."""
        refuse_unknown(request, ("format",))
        return Response(map_row(self.map(request, key)))


class IndicatorsView(Readable):
    """Figures of communes."""

    @extend_schema(operation_id="coverage_indicators", parameters=[UNIT], responses=IndicatorSchema(many=True))
    def get(self, request: Request, key: str) -> Response:
        """Return what a map says about each commune."""
        refuse_unknown(request, ("unit", "format"))
        coverage = self.map(request, key)
        return Response([indicator_row(row) for row in indicators_for(request.user, coverage, self.units(request))])


class WhiteSpotsView(Readable):
    """Gaps ranked by people."""

    @extend_schema(
        operation_id="coverage_white_spots",
        parameters=[
            UNIT,
            OpenApiParameter("limit", int, description=f"1 to {MOST_SPOTS} ({USUAL_SPOTS})."),
            OpenApiParameter("shapes", str, enum=["0", "1"], description="1: with their shapes."),
            OpenApiParameter("least_km2", float, description="Leave out smaller ones."),
        ],
        responses=WhiteSpotSchema(many=True),
    )
    def get(self, request: Request, key: str) -> Response:
        """Return the white spots of a map with the masts near them that could be shared."""
        refuse_unknown(request, ("unit", "limit", "shapes", "least_km2", "format"))
        coverage = self.map(request, key)
        rows = spots_for(request.user, coverage, self.units(request))
        rows = rows.filter(area_m2__gte=_number(request, "least_km2", 0.0, 10_000.0, 0.0) * 1e6)
        spots = list(rows[: round(_number(request, "limit", 1, MOST_SPOTS, USUAL_SPOTS))])
        parameters = Parameters.on(timezone.localdate())
        masts = masts_to_share(
            request.user,
            [(spot.position.x, spot.position.y) for spot in spots],
            metres=parameters.value("sharing_distance_m"),
            organization=coverage.organization_id,
            places=round(parameters.value("places_per_operator")),
        )
        shapes = request.query_params.get("shapes", "0") == "1"
        pairs = zip(spots, masts, strict=True)
        return Response([spot_row(spot, near, shape=shapes) for spot, near in pairs])


def _number(request: Request, name: str, least: float, most: float, usual: float) -> float:
    text = request.query_params.get(name)
    if text is None:
        return usual
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        message = _("A number from %(least)s to %(most)s.") % {"least": least, "most": most}
        raise WrongParameter(name, message)
    return value


class FileView(Readable):
    """A map as a file."""

    @extend_schema(
        operation_id="coverage_file",
        parameters=[
            UNIT,
            OpenApiParameter("name", str, OpenApiParameter.PATH, enum=sorted(FILES), description="Which file."),
        ],
        responses={(200, "application/octet-stream"): OpenApiResponse(bytes)},
    )
    def get(self, request: Request, key: str, name: str) -> HttpResponseBase:
        """Return figures, outlines, hexagons, gaps or the raster of a map as a file."""
        refuse_unknown(request, ("unit",))
        coverage = self.map(request, key)
        try:
            made = file_of(request.user, coverage, name, self.units(request))
        except NoSuchFileError:
            raise Http404 from None
        except TooLargeError as error:
            raise WrongParameter("unit", str(error)) from error
        response = HttpResponse(made.content, content_type=made.content_type)
        response["Content-Disposition"] = f'attachment; filename="{made.name}"'
        return response
