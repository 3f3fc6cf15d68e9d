"""Layers as files: streamed or written at once where they are small, in the background where they are large."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.api.collections import refuse_unknown as refuse_unknown_parameters
from infra.api.problems import Conflict, WrongParameter
from infra.models import User
from infra.spatial.places import WrongPlaceError
from maps.api.door import known_visitor
from maps.api.layers import in_words
from maps.api.problems import not_found, too_large
from maps.exports import formats
from maps.exports.archives import TooManyTilesError
from maps.exports.choosing import Choice, chosen
from maps.exports.formats import FORMATS, Format
from maps.models import Export, ExportState
from maps.queries.filters import WrongParameterError
from maps.queries.reader import Reader
from maps.services.exports import TooManyExportsError, export_ask, export_path, export_remove, scope_digest
from maps.tasks import write_later

#: bytes that leave together
CHUNK = 65_536


class ExportFormat:
    """The ending of an address: one of the formats."""

    regex = r"[a-z.]{3,12}"

    def to_python(self, value: str) -> Format:
        if value not in FORMATS:
            raise ValueError(value)
        return FORMATS[value]

    def to_url(self, value: str) -> str:
        return value


@require_safe
@known_visitor
@in_words
def export_now(request: HttpRequest, layer: str, extension: Format) -> HttpResponseBase:
    """Return exactly what the layer shows under the parameters; ``bbox`` narrows it to a view."""
    reader, today = Reader.of(request.user), timezone.localdate()
    choice = Choice.parse(layer, reader, request.GET)
    if choice is None:
        return not_found(request.path, _("There is no layer “%(name)s” here.") % {"name": layer[:64]})
    name = f"{layer}-{today:%Y%m%d}.{extension.extension}"
    if extension.texts is not None:
        texts = extension.texts(chosen(choice, reader, today), lambda _rows: None)
        response: HttpResponseBase = StreamingHttpResponse(
            _chunks(texts, get_language() or "vi"), content_type=extension.media
        )
        response["X-Accel-Buffering"] = "no"
    else:
        most = formats.TILES_AT_ONCE if extension.extension == "pmtiles" else formats.AT_ONCE
        if _is_more(most, choice, reader, extension):
            message = _("These are more than %(most)s: have the file written in the background (POST %(address)s).")
            return too_large(request.path, message % {"most": most, "address": reverse("maps:exports")})
        response = _written(choice, reader, extension)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _is_more(most: int, choice: Choice, reader: Reader, made: Format) -> bool:
    try:
        total = made.total(choice, reader, timezone.localdate())
    except TooManyTilesError:
        return True
    return total is None or total > most


def _chunks(texts: Iterator[bytes], language: str) -> Iterator[bytes]:
    """Gather texts into chunks worth sending; the server may draw them where no language is set any more."""
    gathered: list[bytes] = []
    size = 0
    while True:
        with override(language):
            text = next(texts, None)
        if text is None:
            break
        gathered.append(text)
        size += len(text)
        if size >= CHUNK:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


def _written(choice: Choice, reader: Reader, made: Format) -> FileResponse:
    """Write the file beside nobody's eyes and hand it out open: its name is gone before it leaves."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"export.{made.extension}"
        made.write(choice, reader, timezone.localdate(), path, lambda _rows: None)
        file = path.open("rb")
    return FileResponse(file, content_type=made.media)


# --- In the background ------------------------------------------------------------------------------------------------


class ExportBody(serializers.Serializer[Any]):
    """What is to be written."""

    layer = serializers.CharField(max_length=32, help_text="A layer of the map.")
    format = serializers.ChoiceField(sorted(FORMATS))
    query = serializers.CharField(
        max_length=20_000,
        required=False,
        allow_blank=True,
        default="",
        help_text="The parameters of the map, as they stand in its address; `bbox` narrows it to a view.",
    )


class ExportRow(serializers.ModelSerializer[Export]):
    """An export and how far it is."""

    file = serializers.SerializerMethodField(help_text="Where the file is, once it is ready.")
    percent = serializers.IntegerField(
        allow_null=True, help_text="How much is written; null while the total is unknown."
    )

    class Meta:
        model = Export
        fields = (
            *("id", "layer", "format", "query", "state", "percent", "done", "total", "size", "error"),
            *("created_at", "finished_at", "expires_at", "file"),
        )

    def get_file(self, export: Export) -> str | None:
        """Return the address of the file."""
        if export.state != ExportState.DONE:
            return None
        return cast(str, self.context["request"].build_absolute_uri(reverse("maps:export-file", args=[export.pk])))


class ExportPage(serializers.Serializer[Any]):
    """All exports of a person, in the shape of a page."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ExportRow(many=True)


def _own(request: Request, key: int) -> Export:
    export = Export.objects.filter(owner=cast(User, request.user), pk=key).first()
    if export is None:
        raise Http404
    return export


class ExportsView(APIView):
    """Files of layers that are written in the background."""

    @extend_schema(operation_id="exports_list", responses=ExportPage)
    def get(self, request: Request) -> Response:
        """Return the person's exports, newest first; a person has few of them: the list has one page."""
        refuse_unknown_parameters(request, ("format",))
        rows = Export.objects.filter(owner=cast(User, request.user))
        return Response(
            {"next": None, "previous": None, "results": ExportRow(rows, many=True, context={"request": request}).data}
        )

    @extend_schema(operation_id="exports_create", request=ExportBody, responses={202: ExportRow})
    def post(self, request: Request) -> Response:
        """Have a layer written as a file; 202 with where to look how far it is."""
        body = ExportBody(data=request.data)
        body.is_valid(raise_exception=True)
        actor = cast(User, request.user)
        try:
            choice = Choice.parse(
                body.validated_data["layer"], Reader.of(actor), QueryDict(body.validated_data["query"])
            )
        except (WrongParameterError, WrongPlaceError) as error:
            raise WrongParameter("query", f"{error.parameter}: {error.message}") from None
        if choice is None:
            raise WrongParameter("layer", _("There is no layer “%(name)s” here.") % {"name": body.data["layer"]})
        try:
            export = export_ask(actor=actor, choice=choice, extension=body.validated_data["format"])
        except TooManyExportsError:
            raise Conflict(_("You have as many exports as one may have: remove one first.")) from None
        write_later(export)
        export.refresh_from_db()
        row = ExportRow(export, context={"request": request}).data
        headers = {"Location": reverse("maps:export-one", args=[export.pk])}
        return Response(row, status=status.HTTP_202_ACCEPTED, headers=headers)


class ExportView(APIView):
    """One export."""

    @extend_schema(operation_id="exports_retrieve", responses=ExportRow)
    def get(self, request: Request, key: int) -> Response:
        """Return how far an export is."""
        refuse_unknown_parameters(request, ("format",))
        return Response(ExportRow(_own(request, key), context={"request": request}).data)

    @extend_schema(operation_id="exports_destroy", responses={204: None})
    def delete(self, request: Request, key: int) -> Response:
        """Remove an export and its file."""
        export_remove(actor=cast(User, request.user), export=_own(request, key))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ExportFileView(APIView):
    """The file of an export."""

    @extend_schema(operation_id="exports_file", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, key: int) -> HttpResponseBase:
        """Hand the file out to its owner, as long as the owner may see what is in it."""
        refuse_unknown_parameters(request, ("format",))
        export = _own(request, key)
        if export.state != ExportState.DONE or not export_path(export).is_file():
            raise Conflict(_("The file is not ready."))
        if scope_digest(Reader.of(cast(User, request.user))) != export.scope:
            raise Conflict(_("What you may see has changed since: ask again."))
        made = FORMATS[export.format]
        response = FileResponse(export_path(export).open("rb"), content_type=made.media)
        response["Content-Disposition"] = f'attachment; filename="{export.file_name}"'
        response["Cache-Control"] = "private, no-store"
        return response
