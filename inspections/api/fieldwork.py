"""What phones ask for: the package they take along, their registration, and sealed files (docs/field-app.md)."""

import tempfile
from typing import IO, Any, cast
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle
from rest_framework.views import APIView

from infra.access import Permission, can
from infra.api.problems import Conflict, answer
from infra.models import ApiToken, Authority, User
from infra.selectors.authorities import authority_acted_for
from inspections.api.etags import known_etags
from inspections.fieldwork.packing import etag_of, package_for
from inspections.fieldwork.sealed import BadSeal, point_of, seal
from inspections.forms.bodies import text
from inspections.forms.sealed import SEALED_MAX_BYTES, RevokedDevice, UnknownDevice, sealed_take
from inspections.middleware import HEADER, gone
from inspections.models import FieldDevice
from inspections.services.devices import DeviceTaken, device_register, device_revoke, device_seen

SEALED_TYPE = "application/vnd.sotram.sealed"
CHUNK = 1024 * 1024


def _person(request: Request) -> User:
    return cast(User, request.user)


def _token(request: Request) -> ApiToken | None:
    return request.auth if isinstance(request.auth, ApiToken) else None


# Nothing in the answer repeats what the request said, so that compressing it gives nothing away.
@method_decorator(gzip_page, name="dispatch")
class PackageView(APIView):
    """Tasks, checklists, limits, rules and register rows of the inspector; 304 where nothing has changed."""

    @extend_schema(
        responses={200: OpenApiTypes.OBJECT, 304: OpenApiResponse(description="The phone has this package already.")}
    )
    def get(self, request: Request) -> Response:
        if not can(request.user, Permission.INSPECT):
            raise PermissionDenied
        self._note_phone(request)
        package = package_for(_person(request))
        tag = etag_of(package)
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if tag in known_etags(request):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(package, headers=headers)

    def _note_phone(self, request: Request) -> None:
        named = request.headers.get(HEADER, "")
        try:
            uuid = UUID(named) if named else None
        except ValueError:
            return
        device = FieldDevice.objects.filter(pk=uuid, person=_person(request)).first() if uuid else None
        if device is not None:
            device_seen(device, _token(request))


class DeviceBody(serializers.Serializer[Any]):
    """A phone that introduces itself."""

    name = text(120, allow_blank=True, required=False, default="")
    public_key = text(96, help_text="ECDSA P-256, the 65 bytes of the uncompressed point in base64url without padding.")

    def validate_public_key(self, value: str) -> str:
        try:
            point_of(value)
        except ValueError as error:
            raise serializers.ValidationError(_("This is no public key of the curve P-256.")) from error
        return value


class SealRow(serializers.Serializer[Any]):
    """The server's key that sealed files are made for."""

    key_id = serializers.CharField()
    public_key = serializers.CharField()


class DeviceRow(serializers.Serializer[Any]):
    """A phone as the office knows it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    person = serializers.CharField()
    registered_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    seal = SealRow()


class RevokeBody(serializers.Serializer[Any]):
    """Why a phone is revoked."""

    reason = text(400)


class DeviceView(APIView):
    """A phone registers itself for the person who is signed in on it; repeating it is harmless."""

    @extend_schema(request=DeviceBody, responses={200: DeviceRow, 409: OpenApiTypes.OBJECT, 410: OpenApiTypes.OBJECT})
    def put(self, request: Request, uuid: UUID) -> HttpResponseBase:
        person = _person(request)
        if not can(person, Permission.INSPECT):
            raise PermissionDenied
        body = DeviceBody(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            device = device_register(
                actor=person, authority=_authority_of(person), uuid=uuid, token=_token(request),
                reason=_("Registered by the app"), **body.validated_data,
            )  # fmt: skip
        except DeviceTaken as error:
            raise Conflict(_("This phone is registered for another person, or with another key.")) from error
        if device.revoked_at is not None:
            return gone(request.path)
        return Response(_device_row(device))

    @extend_schema(responses=DeviceRow)
    def get(self, request: Request, uuid: UUID) -> Response:
        return Response(_device_row(_find(request, uuid)))


class RevokeView(APIView):
    """The office revokes a lost phone: its keys stop to work at once, and it wipes itself when it next asks."""

    @extend_schema(request=RevokeBody, responses=DeviceRow)
    def post(self, request: Request, uuid: UUID) -> Response:
        device = _find(request, uuid)
        mine = device.person_id == _person(request).pk
        if not mine and not FieldDevice.objects.editable_by(request.user).filter(pk=uuid).exists():
            raise PermissionDenied
        body = RevokeBody(data=request.data)
        body.is_valid(raise_exception=True)
        revoked = device_revoke(actor=_person(request), device=device, reason=body.validated_data["reason"])
        return Response(_device_row(revoked))


def _find(request: Request, uuid: UUID) -> FieldDevice:
    rows = FieldDevice.objects.visible_to(request.user).select_related("person", "authority")
    device = rows.filter(pk=uuid).first()
    if device is None:
        raise Http404
    return device


def _authority_of(person: User) -> Authority:
    """Return the authority for which *person* inspects."""
    found = authority_acted_for(person, Permission.INSPECT)
    if found is None:
        raise PermissionDenied
    return found


def _device_row(device: FieldDevice) -> dict[str, Any]:
    return {
        "id": str(device.pk),
        "name": device.name,
        "person": device.person.username,
        "registered_at": device.registered_at,
        "last_seen_at": device.last_seen_at,
        "revoked_at": device.revoked_at,
        "seal": seal(),
    }


# --- Sealed files -----------------------------------------------------------------------------------------------------


class SealedParser(BaseParser):
    """Writes the body to a file that goes with the request; what it really is, is found in the bytes."""

    media_type = "*/*"

    def parse(  # type: ignore[override]
        self,
        stream: Any,
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Any = None,  # noqa: ARG002
    ) -> IO[bytes]:
        file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the request
        size = 0
        while part := stream.read(CHUNK):
            size += len(part)
            if size > SEALED_MAX_BYTES:
                break
            file.write(part)
        file.seek(0, 2)
        return file


class SealedThrottle(SimpleRateThrottle):
    """Sealed files from one address: each costs reading all of it."""

    rate = "60/min"
    scope = "sealed"

    def get_cache_key(self, request: Request, view: Any) -> str:  # noqa: ARG002
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class SealedEntry(serializers.Serializer[Any]):
    """What became of one entry."""

    kind = serializers.CharField()
    uuid = serializers.CharField()
    sha256 = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(("stored", "unchanged", "conflict", "refused"))
    errors = serializers.ListField(child=serializers.DictField())  # type: ignore[assignment]


class SealedResult(serializers.Serializer[Any]):
    """What became of a sealed file."""

    entries = SealedEntry(many=True)


class SealedView(APIView):
    """Takes in the outbox of a phone as a sealed file; the signature of a registered phone stands for its person."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (SealedParser,)

    def get_throttles(self) -> list[BaseThrottle]:
        return [SealedThrottle()]

    @extend_schema(request={SEALED_TYPE: OpenApiTypes.BINARY}, responses={200: SealedResult, 410: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> HttpResponseBase:
        file = cast(IO[bytes], request.data)
        if not hasattr(file, "seek"):
            raise ValidationError({"": [_problem("sealed.format", _("The body is empty."))]})
        if file.tell() > SEALED_MAX_BYTES:
            words = _("A sealed file may have at most %(mb)s MB.") % {"mb": SEALED_MAX_BYTES // 2**20}
            return answer(request, status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, words)
        with file:
            try:
                return Response({"entries": sealed_take(file)})
            except BadSeal as error:
                raise ValidationError({"": [_problem(error.code, str(error))]}) from error
            except UnknownDevice as error:
                words = _("The phone that made this file is not registered here.")
                raise ValidationError({"": [_problem("sealed.device", words)]}) from error
            except RevokedDevice:
                return gone(request.path)


def _problem(code: str, words: str) -> serializers.ErrorDetail:
    return serializers.ErrorDetail(words, code)
