"""Tiles for those whom this process knows, handed out before anything else of a request is looked at.

Stands right behind the security headers. Who asks is remembered for some seconds, the register's state for a blink;
whoever is not known goes the long way through sessions and rights and is known afterwards, and so does what is no tile:
there it is refused in words.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from infra.spatial.places import WrongPlaceError
from maps.queries.filters import WrongParameterError
from maps.queries.reader import Reader
from maps.queries.stamp import register_stamp
from maps.tiles.answers import ANSWERS, Answer
from maps.tiles.asking import Asked, asked_of
from maps.tiles.declared import Question
from maps.tiles.grid import Tile
from maps.visitors import VISITORS

PREFIX = "/tiles/"
CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
VARY = "Cookie, Authorization, Accept-Encoding"
_ADDRESS = re.compile(r"/tiles/([^/]{1,64})/([^/]{1,9})/([^/]{1,9})/([^/]{1,9})\.mvt")

Key = tuple[str, str, str, str, date]


class QuickTiles:
    """The middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PREFIX) and request.method in ("GET", "HEAD"):
            reader = VISITORS.get(request)
            found = _held(request, reader) if reader is not None else None
            if reader is not None and found is not None:
                return tile_response(request, found, reader)
        return self.get_response(request)


def _held(request: HttpRequest, reader: Reader) -> Answer | None:
    """Return the tile from memory, or made now; None where the address or the parameters name none."""
    found = ANSWERS.get(answer_key(request, reader))
    address = _ADDRESS.fullmatch(request.path_info) if found is None else None
    if address is None:
        return found
    layer, *numbers = address.groups()
    place = place_of(*numbers)
    try:
        asked = asked_of(request, layer, visitor=reader)
    except (WrongParameterError, WrongPlaceError):
        return None
    return None if asked is None or place is None else made(request, reader, asked, place)


def place_of(*numbers: str) -> Tile | None:
    """Return the tile, None for numbers that name none."""
    if not all(text.isascii() and text.isdigit() and len(text) < 9 for text in numbers):
        return None
    try:
        return Tile(*map(int, numbers))
    except ValueError:
        return None


def made(request: HttpRequest, visitor: Reader, asked: Asked, place: Tile) -> Answer:
    """Return a tile that is made now and kept for the next one who asks for it."""
    key = answer_key(request, visitor)
    body = asked.tiles.tile(asked.layer.name, Question(asked.reader, asked.filters, place, asked.today))
    found = Answer(body, etag_of(*asked.key, place))
    ANSWERS.put(key, found)
    return found


def etag_of(*parts: object) -> str:
    """Return a weak mark of what makes a tile: the same one travels compressed and as it is."""
    return f'W/"{hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]}"'


def answer_key(request: HttpRequest, reader: Reader) -> Key:
    """Return under what a tile is kept: address, filters, what the reader may see, the register's state, the day."""
    filters = request.META.get("QUERY_STRING", "")
    return request.path_info, filters, reader.key, register_stamp(), timezone.localdate()


def tile_response(request: HttpRequest, answer: Answer, reader: Reader) -> HttpResponse:
    """Return a tile: 200, 204 where it is empty, 304 where the browser holds it; compressed for those who take it."""
    if answer.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
        response = HttpResponse(status=304)
    elif not answer.body:
        response = HttpResponse(status=204)
    else:
        zipped = answer.compressed() if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "") else None
        response = HttpResponse(zipped or answer.body, content_type=CONTENT_TYPE)
        # CommonMiddleware stands behind us; without a length the server sends the body in chunks.
        response.headers["Content-Length"] = str(len(response.content))
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = answer.etag
    response.headers["Cache-Control"] = f"{'public' if reader.public else 'private'}, no-cache"
    response.headers["Vary"] = VARY
    return response
