"""Inspections: what was filed, and the idempotent PUT of the phone."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, UnsupportedMediaType, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from infra.access import Permission, can, scope_of
from infra.api.bodies import JSONParser
from infra.api.collections import Collection, Plains
from infra.api.problems import Conflict as StateConflict
from infra.api.problems import answer
from infra.api.rows import Plain
from infra.services.attachments import display_of, path_of
from inspections.api.inspection_rows import (
    HIDDEN,
    FullInspectionRow,
    InspectionFacts,
    InspectionRow,
    PhotoRow,
    add_parts,
    nest,
    new_row,
)
from inspections.fieldwork.corrections import review
from inspections.fieldwork.intake import Conflict, NotAllowed, NotVisible, Taken, Unacceptable, inspection_file
from inspections.fieldwork.photos import photo_put
from inspections.fieldwork.pictures import PHOTO_MAX_BYTES, BadPhoto
from inspections.filters import InspectionFilter
from inspections.forms.bodies import SHA256, InspectionBody, read_inspection, text
from inspections.models import Inspection, Photo, Review
from inspections.services.reviews import CannotReview

KEY = OpenApiParameter("key", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The UUID made by the client.")
DIGEST = OpenApiParameter("sha256", str, OpenApiParameter.PATH, description="SHA-256 of the bytes, hexadecimal.")
SIZE = OpenApiParameter(
    "size", str, enum=["original", "display"], description="`display`: a copy made anew, at most 1,600 pixels wide."
)


class ReviewBody(serializers.Serializer[Any]):
    """What the supervisor decides; everything but approval needs a reason."""

    to = serializers.ChoiceField([Review.APPROVED, Review.RETURNED, Review.SET_ASIDE])
    reason = text(1000, allow_blank=True, required=False, default="")


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

    def known_parameters(self) -> frozenset[str]:
        known = super().known_parameters()
        return known | {"size"} if self.action == "photo" else known

    def find(self, key: str) -> int | None:
        uuid = _uuid(key)
        if uuid is None:
            return super().find(key) if not key.isdigit() else None
        return self.get_queryset().order_by().filter(uuid=uuid).values_list("pk", flat=True).first()

    def complete(self, rows: Plains, *, full: bool) -> None:
        person = self.request.user
        for row in rows:
            nest(row)
            if full:
                add_parts(row, row["pk"], person, is_staff=scope_of(person).is_staff())
            for name in HIDDEN:
                del row[name]

    @extend_schema(
        parameters=[KEY],
        request=InspectionBody,
        responses={
            200: OpenApiResponse(FullInspectionRow, description="Nothing changed, or a draft was replaced."),
            201: FullInspectionRow,
            409: OpenApiResponse(
                description="Submitted already: `stored` holds the version that stands, `sent` the one that came."
            ),
        },
    )
    def update(self, request: Request, key: str) -> HttpResponseBase:
        """Create the inspection, replace one's own draft, or do nothing where it is the same again."""
        uuid = _uuid(key)
        if uuid is None:
            raise Http404
        body = read_inspection(request.data)
        try:
            inspection, taken, sheet = inspection_file(actor=_actor(request), uuid=uuid, body=body)
        except Unacceptable as error:
            raise ValidationError(_tree(error)) from error
        except NotVisible as error:
            raise Http404 from error
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except Conflict as error:
            return self._conflict(request, error)
        if taken == Taken.CREATED and sheet is not None:
            return Response(new_row(sheet, request.user), status=status.HTTP_201_CREATED)
        (row,) = self.rows([inspection.pk], full=True)
        return Response(row)

    @extend_schema(parameters=[KEY], request=ReviewBody, responses=FullInspectionRow)
    @action(detail=True, methods=["post"])
    def review(self, request: Request, key: str) -> Response:
        """Approve a submitted inspection, return it with reasons, or set it aside."""
        pk = self.find(key)
        if pk is None:
            raise Http404
        body = ReviewBody(data=request.data)
        body.is_valid(raise_exception=True)
        inspection = Inspection.objects.select_related("authority", "organization").get(pk=pk)
        try:
            review(actor=_actor(request), inspection=inspection, **body.validated_data)
        except PermissionError as error:
            raise PermissionDenied(str(error)) from error
        except CannotReview as error:
            raise StateConflict(str(error)) from error
        (row,) = self.rows([pk], full=True)
        return Response(row)

    def _conflict(self, request: Request, error: Conflict) -> Response:
        response = answer(request, status.HTTP_409_CONFLICT, str(error))
        (stored,) = self.rows([error.stored.pk], full=True)
        response.data["stored"], response.data["sent"] = stored, request.data
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
    @extend_schema(methods=["GET"], parameters=[KEY, DIGEST, SIZE], responses={(200, "image/*"): OpenApiTypes.BINARY})
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
            raise ValidationError([serializers.ErrorDetail(str(error), error.code)]) from error
        (row,) = PhotoRow.read(Photo.objects.filter(pk=photo.pk))
        return Response(row, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def _photo_bytes(self, request: Request, key: str, sha256: str) -> HttpResponseBase:
        photo = self._photos(request, key).arrived().filter(sha256=sha256).first()
        original = path_of(sha256)
        if photo is None or not original.is_file():
            raise Http404
        shown = display_of(sha256) if request.query_params.get("size") == "display" else original
        is_copy = shown != original and shown.is_file()
        content_type = "image/jpeg" if is_copy else photo.content_type
        response = FileResponse((shown if is_copy else original).open("rb"), content_type=content_type)
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
        raise UnsupportedMediaType(request.content_type or "", detail=_("Send the bytes of the photo as the body."))
    return content


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
