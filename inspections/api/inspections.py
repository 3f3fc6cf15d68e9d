"""Inspections: what was filed, and the idempotent PUT of the phone."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, UnsupportedMediaType, ValidationError
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from infra.access import Permission, can
from infra.api.collections import Collection, Plains
from infra.api.problems import answer
from infra.api.rows import Latitude, Longitude, OrganizationName, PersonName, Plain, Row
from infra.services.attachments import path_of
from inspections.api.bodies import SHA256, InspectionBody
from inspections.api.findings import FindingRow
from inspections.api.rows import UuidText
from inspections.fieldwork.intake import Conflict, NotAllowed, NotVisible, Taken, Unacceptable, inspection_put
from inspections.fieldwork.photos import PHOTO_MAX_BYTES, BadPhoto, photo_put
from inspections.filters import InspectionFilter
from inspections.models import (
    Answer,
    Field,
    Finding,
    Inspection,
    InspectionStatus,
    Outcome,
    Photo,
    Result,
    Signature,
    SubjectType,
)

KEY = OpenApiParameter("key", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The UUID made by the client.")
DIGEST = OpenApiParameter("sha256", str, OpenApiParameter.PATH, description="SHA-256 of the bytes, hexadecimal.")


class SubjectRow(serializers.Serializer[Any]):
    """What the inspection is about; the point is the registered one where the subject is in the register."""

    type = serializers.ChoiceField(SubjectType.choices)
    ref = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    lon = serializers.FloatField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    in_register = serializers.BooleanField()


class PositionRow(serializers.Serializer[Any]):
    """Where the inspector stood."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    accuracy_m = serializers.FloatField(allow_null=True)


class InspectionFacts(Row):
    """The columns that are read."""

    pk = serializers.IntegerField()
    id = UuidText("uuid")
    number = serializers.CharField(allow_blank=True, help_text="Given on submission.")
    status = serializers.ChoiceField(InspectionStatus.choices)
    result = serializers.ChoiceField(Result.choices, allow_null=True, help_text="null while it is a draft.")
    revision = serializers.IntegerField()
    subject_type = serializers.CharField()
    subject_ref = serializers.CharField()
    subject_name = serializers.CharField()
    lon = Longitude("subject_position", allow_null=True)
    lat = Latitude("subject_position", allow_null=True)
    installation_id = serializers.IntegerField()
    mast_id = serializers.IntegerField()
    site_id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    checklist = serializers.CharField(source="checklist__code")
    checklist_version = serializers.IntegerField(source="checklist__version")
    campaign = serializers.IntegerField(source="campaign__number", allow_null=True)
    field = serializers.ChoiceField(Field.choices)
    organization = serializers.CharField(source="organization__code", allow_null=True)
    organization_name = OrganizationName("organization", allow_null=True)
    unit = serializers.CharField(source="unit__code", allow_null=True)
    unit_name = serializers.CharField(source="unit__full_name", allow_null=True)
    inspector = PersonName("inspector")
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField()
    visited_on = serializers.DateField()
    position_lon = Longitude("position")
    position_lat = Latitude("position")
    accuracy_m = serializers.FloatField()
    notes = serializers.CharField(allow_blank=True)
    authority = serializers.CharField(source="authority__code")


HIDDEN = (
    "pk", "subject_type", "subject_ref", "subject_name", "installation_id", "mast_id", "site_id", "organization_id",
    "position_lon", "position_lat", "accuracy_m",
)  # fmt: skip


class InspectionRow(InspectionFacts):
    """An inspection; ``lon`` and ``lat`` repeat the subject's point for maps."""

    pk = subject_type = subject_ref = subject_name = None  # type: ignore[assignment]
    installation_id = mast_id = site_id = organization_id = None  # type: ignore[assignment]
    position_lon = position_lat = accuracy_m = None  # type: ignore[assignment]
    subject = SubjectRow()
    position = PositionRow(allow_null=True)


class InstrumentRow(serializers.Serializer[Any]):
    """What it was measured with."""

    serial = serializers.CharField()
    calibrated_on = serializers.DateField(allow_null=True)


class AnswerFacts(Row):
    """An answer as it was judged, with the limit it was held against."""

    item = serializers.CharField(source="item__code")
    outcome = serializers.ChoiceField(Outcome.choices, allow_blank=True)
    value = serializers.CharField(allow_blank=True)
    number = serializers.FloatField(allow_null=True)
    unit = serializers.CharField(allow_blank=True)
    limit = serializers.FloatField(source="limit_value", allow_null=True)
    comparison = serializers.CharField(allow_blank=True)
    limit_basis = serializers.CharField(allow_blank=True)
    instrument_serial = serializers.CharField()
    instrument_calibrated_on = serializers.DateField()
    note = serializers.CharField(allow_blank=True)


class AnswerRow(AnswerFacts):
    """An answer as it is documented."""

    instrument_serial = instrument_calibrated_on = None  # type: ignore[assignment]
    instrument = InstrumentRow(allow_null=True)


class PhotoRow(Row):
    """A photo: ``announced`` by the form, ``received_at`` when its bytes came (null: still missing)."""

    sha256 = serializers.CharField()
    item = serializers.CharField(source="item_code", allow_blank=True)
    taken_at = serializers.DateTimeField(allow_null=True)
    lon = Longitude(allow_null=True)
    lat = Latitude(allow_null=True)
    accuracy_m = serializers.FloatField(allow_null=True)
    size = serializers.IntegerField()
    content_type = serializers.CharField(allow_blank=True)
    announced = serializers.BooleanField()
    received_at = serializers.DateTimeField(allow_null=True)


class SignatureRow(Row):
    """Who signed or refused to."""

    name = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    image_sha256 = serializers.CharField(allow_blank=True)
    refused = serializers.BooleanField()


class FullInspectionRow(InspectionRow):
    """An inspection with everything filed with it and what was found."""

    answers = AnswerRow(many=True)
    photos = PhotoRow(many=True)
    signatures = SignatureRow(many=True)
    findings = FindingRow(many=True)


class AnyBytes(BaseParser):
    """Takes the body as it is, whatever it says it is; what it really is, is found in the bytes."""

    media_type = "*/*"

    def parse(  # type: ignore[override]
        self,
        stream: Any,
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Any = None,  # noqa: ARG002
    ) -> bytes:
        content: bytes = stream.read(PHOTO_MAX_BYTES + 1)
        return content


class InspectionViewSet(Collection):
    """Inspections of the authority, or those submitted about an operator's own installations, newest first."""

    noun = Inspection
    facts = InspectionFacts
    row = InspectionRow
    full_row = FullInspectionRow
    filterset_class = InspectionFilter
    newest_first = True
    codes = ("number",)
    parser_classes = (JSONParser,)

    def find(self, key: str) -> int | None:
        uuid = _uuid(key)
        if uuid is None:
            return super().find(key) if not key.isdigit() else None
        return self.get_queryset().order_by().filter(uuid=uuid).values_list("pk", flat=True).first()

    def complete(self, rows: Plains, *, full: bool) -> None:
        for row in rows:
            _nest(row)
            if full:
                self._add_parts(row)
            for name in HIDDEN:
                del row[name]

    def _add_parts(self, row: Plain) -> None:
        pk, uuid = row["pk"], row["id"]
        row["answers"] = [_answer(plain) for plain in AnswerFacts.read(_ordered(Answer, inspection=pk))]
        row["photos"] = PhotoRow.read(Photo.objects.filter(inspection_uuid=uuid).order_by("id"))
        row["signatures"] = SignatureRow.read(Signature.objects.filter(inspection=pk).order_by("id"))
        findings = Finding.objects.visible_to(self.request.user).filter(inspection=pk).order_by("item__order", "id")
        row["findings"] = FindingRow.read(findings)

    @extend_schema(
        parameters=[KEY],
        request=InspectionBody,
        responses={
            200: OpenApiResponse(FullInspectionRow, description="Nothing changed, or a draft was replaced."),
            201: FullInspectionRow,
            409: OpenApiResponse(description="Submitted already; `stored` holds the version that stands."),
        },
    )
    def update(self, request: Request, key: str) -> HttpResponseBase:
        """Create the inspection, replace one's own draft, or do nothing where it is the same again."""
        uuid = _uuid(key)
        if uuid is None:
            raise Http404
        body = InspectionBody(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            inspection, taken = inspection_put(actor=_actor(request), uuid=uuid, body=body.validated_data)
        except Unacceptable as error:
            raise ValidationError(_tree(error)) from error
        except NotVisible as error:
            raise Http404 from error
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except Conflict as error:
            return self._conflict(request, error)
        (row,) = self.rows([inspection.pk], full=True)
        return Response(row, status=status.HTTP_201_CREATED if taken == Taken.CREATED else status.HTTP_200_OK)

    def _conflict(self, request: Request, error: Conflict) -> Response:
        response = answer(request, status.HTTP_409_CONFLICT, str(error))
        (stored,) = self.rows([error.stored.pk], full=True)
        response.data["stored"] = stored
        return response

    # --- photos ---

    @extend_schema(parameters=[KEY], responses=PhotoRow(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def photos(self, request: Request, key: str) -> Response:
        """List the photos announced or arrived, so that the phone knows what it still has to send."""
        return Response(PhotoRow.read(self._photos(request, key).order_by("id")))

    def _photos(self, request: Request, key: str) -> Any:
        """Return the photos of the inspection, or before there is one those that the person has sent."""
        uuid = _uuid(key)
        if uuid is None:
            raise Http404
        photos = Photo.objects.filter(inspection_uuid=uuid)
        if self.find(key) is not None:
            return photos
        own = photos.filter(uploaded_by=request.user.pk)
        if Inspection.objects.filter(uuid=uuid).exists() or not own.exists():
            raise Http404
        return own

    @extend_schema(
        methods=["PUT"],
        parameters=[KEY, DIGEST],
        request={"image/*": OpenApiTypes.BINARY},
        responses={200: PhotoRow, 201: PhotoRow},
    )
    @extend_schema(methods=["GET"], parameters=[KEY, DIGEST], responses={(200, "image/*"): OpenApiTypes.BINARY})
    @action(
        detail=True,
        methods=["get", "put"],
        url_path="photos/(?P<sha256>[^/]+)",
        url_name="photo",
        parser_classes=[AnyBytes],
    )
    def photo(self, request: Request, key: str, sha256: str) -> HttpResponseBase:
        """Store the bytes of a photo once under their digest, or give them back."""
        uuid = _uuid(key)
        if uuid is None or not SHA256.fullmatch(sha256):
            raise Http404
        if request.method == "GET":
            return self._photo_bytes(request, key, sha256)
        if not can(request.user, Permission.INSPECT):
            raise PermissionDenied
        try:
            photo, is_new = photo_put(actor=_actor(request), uuid=uuid, sha256=sha256, content=_bytes(request))
        except NotVisible as error:
            raise Http404 from error
        except BadPhoto as error:
            raise ValidationError({"": [serializers.ErrorDetail(str(error), error.code)]}) from error
        (row,) = PhotoRow.read(Photo.objects.filter(pk=photo.pk))
        return Response(row, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def _photo_bytes(self, request: Request, key: str, sha256: str) -> HttpResponseBase:
        photo = self._photos(request, key).arrived().filter(sha256=sha256).first()
        path = path_of(sha256)
        if photo is None or not path.is_file():
            raise Http404
        response = FileResponse(path.open("rb"), content_type=photo.content_type)
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, max-age=31536000, immutable"
        return response


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _actor(request: Request) -> Any:
    return request.user


def _bytes(request: Request) -> bytes:
    content = request.data
    if not isinstance(content, bytes) or not content:
        raise UnsupportedMediaType(request.content_type or "", detail="Send the bytes of the photo as the body.")
    return content


def _ordered(model: Any, **condition: Any) -> Any:
    return model.objects.filter(**condition).order_by("item__order", "id")


def _tree(error: Unacceptable) -> Plain:
    """Return the problems as the tree that problem+json makes its pointers from."""
    tree: Plain = {}
    for problem in error.problems:
        *path, last = problem.pointer.strip("/").split("/")
        branch = tree
        for part in path:
            branch = branch.setdefault(part, {})
        branch.setdefault(last, []).append(serializers.ErrorDetail(problem.message, problem.code))
    return tree


def _nest(row: Plain) -> None:
    row["result"] = row["result"] or None
    row["subject"] = {
        "type": row["subject_type"],
        "ref": row["subject_ref"] or None,
        "name": row["subject_name"],
        "lon": row["lon"],
        "lat": row["lat"],
        "in_register": any(row[name] for name in ("installation_id", "mast_id", "site_id", "organization_id")),
    }
    lon = row["position_lon"]
    row["position"] = None if lon is None else {"lon": lon, "lat": row["position_lat"], "accuracy_m": row["accuracy_m"]}


def _answer(row: Plain) -> Plain:
    serial, calibrated = row.pop("instrument_serial"), row.pop("instrument_calibrated_on")
    row["instrument"] = {"serial": serial, "calibrated_on": calibrated} if serial or calibrated else None
    return row
