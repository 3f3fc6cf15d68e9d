"""The package that a phone takes into the field."""

from typing import Any

from django.utils.http import parse_etags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.access import Permission, can
from inspections.fieldwork.packing import etag_of, package_for


class PackageView(APIView):
    """Tasks, checklists, limits, rules and register rows of the inspector; 304 where nothing has changed."""

    @extend_schema(
        responses={200: OpenApiTypes.OBJECT, 304: OpenApiResponse(description="The phone has this package already.")}
    )
    def get(self, request: Request) -> Response:
        if not can(request.user, Permission.INSPECT):
            raise PermissionDenied
        person: Any = request.user
        package = package_for(person)
        tag = etag_of(package)
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if tag in parse_etags(request.headers.get("If-None-Match", "")):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(package, headers=headers)
