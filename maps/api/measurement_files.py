"""Files of measurements for programs: bring one, as the page does with the same checks; see what became of them."""

import tempfile
from pathlib import Path
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.access import Permission, can
from infra.api.collections import refuse_unknown
from infra.api.paging import KeysetPagination
from infra.models import Organization
from maps.api.coverage_runs import authority_for
from maps.coverage.importing import Brought, ImportedAlreadyError, digest_of, import_measurements
from maps.coverage.tables import MOST_BYTES, TableError
from maps.models import MeasurementFile, MeasurementFormat


class MeasurementFileSchema(serializers.Serializer[Any]):
    """A file of measurements: where it comes from, how many rows were kept, why others were not."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    format = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    organization = serializers.CharField(allow_null=True, help_text="Who measured.")
    rows = serializers.IntegerField()
    kept = serializers.IntegerField()
    problems = serializers.ListField(child=serializers.DictField(), help_text="Row and message; the first of them.")
    first_on = serializers.DateField(allow_null=True)
    last_on = serializers.DateField(allow_null=True)
    sha256 = serializers.CharField()
    imported_at = serializers.DateTimeField()


class NewMeasurementsSchema(serializers.Serializer[Any]):
    """A file with what is said about it."""

    file = serializers.FileField(help_text="Delimited text with names in the first row.")
    format = serializers.ChoiceField(choices=MeasurementFormat.values)
    source = serializers.CharField(max_length=255, help_text="Where it comes from.")  # type: ignore[assignment]  # same
    organization = serializers.SlugRelatedField(
        slug_field="code", queryset=Organization.objects.all(), required=False, help_text="Who measured: code."
    )
    reason = serializers.CharField(max_length=1_000, required=False)


class UsedAlready(APIException):
    """409: the file is there, or the key stands for another one."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "imported_already"


def import_answer(request: Request) -> Response:
    """Import the file of *request*: 201 with what became of it, 200 with the same when the same is asked again."""
    if not can(request.user, Permission.EDIT_REGISTER):
        raise PermissionDenied
    refuse_unknown(request, ("format",))
    form = NewMeasurementsSchema(data=request.data)
    form.is_valid(raise_exception=True)
    values = form.validated_data
    upload = values["file"]
    if upload.size > MOST_BYTES:
        limit = {"most": MOST_BYTES // 1_000_000}
        raise serializers.ValidationError({"file": _("The file is larger than %(most)s MB: divide it.") % limit})
    assert request.user.is_authenticated, "who may change the register has signed in"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "measurements.csv"
        with path.open("wb") as kept:
            for chunk in upload.chunks():
                kept.write(chunk)
        brought = Brought(
            path=path,
            name=upload.name or "measurements.csv",
            authority=authority_for(request),
            actor=request.user,
            source=values["source"],
            reason=values.get("reason", ""),
            organization=values.get("organization"),
            key=request.headers.get("Idempotency-Key", "")[:128],
        )
        return _imported(brought, values["format"])


def _imported(brought: Brought, form: str) -> Response:
    try:
        file = import_measurements(brought, form)
    except ImportedAlreadyError as error:
        before = error.file
        if brought.key and (before.idempotency_key, before.sha256) == (brought.key, digest_of(brought.path)):
            return Response(file_row(before), status=status.HTTP_200_OK)
        if brought.key and before.idempotency_key == brought.key:
            raise UsedAlready(_("This key was used for another file.")) from error
        raise UsedAlready(str(error)) from error
    except TableError as error:
        raise serializers.ValidationError({"file": str(error)}) from error
    return Response(file_row(file), status=status.HTTP_201_CREATED)


def file_row(one: MeasurementFile) -> dict[str, Any]:
    names = (
        "id",
        "name",
        "format",
        "source",
        "rows",
        "kept",
        "problems",
        "first_on",
        "last_on",
        "sha256",
        "imported_at",
    )
    organization = one.organization.code if one.organization else None
    return {**{name: getattr(one, name) for name in names}, "organization": organization}


class MeasurementFilesView(APIView):
    """``GET /api/v1/measurements/files/``, newest first."""

    keyset = "-id"

    @extend_schema(
        operation_id="measurement_files",
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
        responses=MeasurementFileSchema(many=True),
    )
    def get(self, request: Request) -> Response:
        """Return the files that the person may see."""
        refuse_unknown(request, ("format", *KeysetPagination.parameters()))
        rows = MeasurementFile.objects.visible_to(request.user).select_related("organization")
        pages = KeysetPagination()
        return pages.get_paginated_response([file_row(one) for one in pages.paginate_queryset(rows, request, self)])


class MeasurementFileView(APIView):
    """One file of measurements."""

    @extend_schema(operation_id="measurement_file", responses=MeasurementFileSchema)
    def get(self, request: Request, pk: int) -> Response:
        """Return what became of a file."""
        refuse_unknown(request, ("format",))
        rows = MeasurementFile.objects.visible_to(request.user).select_related("organization")
        one = rows.filter(pk=pk).first()
        if one is None:
            raise Http404
        return Response(file_row(one))


PARSERS = (MultiPartParser,)
