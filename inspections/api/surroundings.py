"""What lies around the tasks of a phone."""

from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.access import Permission, can
from infra.api.problems import WrongParameter
from infra.spatial.places import Box, WrongPlaceError
from inspections.api.etags import known_etags
from inspections.fieldwork.packing import etag_of
from inspections.fieldwork.surroundings import check_box, surroundings_of

BBOX = OpenApiParameter("bbox", str, required=True, description="west,south,east,north in degrees, at most 1.5° a side")


# The answer is asked for with a key in a header, never with a cookie, so that compressing it tells nobody anything.
@method_decorator(gzip_page, name="dispatch")
class SurroundingsView(APIView):
    """Sites, units, cable routes and labels in a box, for the map of the field app."""

    @extend_schema(
        parameters=[BBOX],
        responses={200: OpenApiTypes.OBJECT, 304: OpenApiResponse(description="The phone has this already.")},
    )
    def get(self, request: Request) -> Response:
        if not can(request.user, Permission.INSPECT):
            raise PermissionDenied
        try:
            box = Box.parse(request.query_params.get("bbox", ""))
            check_box(box)
        except WrongPlaceError as error:
            raise WrongParameter("bbox", error.message) from error
        person: Any = request.user
        found = surroundings_of(person, box)
        tag = etag_of(found)
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if tag in known_etags(request):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(found, headers=headers)
