"""Tiles that this process holds, handed out before anything else of a request is looked at.

Stands right behind the security headers. Who asks is remembered for some seconds, the register's state for a blink;
whatever is not known goes the long way through sessions and rights, and is known afterwards.
"""

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from maps.queries.reader import Reader
from maps.queries.stamp import register_stamp
from maps.tiles.answers import ANSWERS, Answer
from maps.visitors import VISITORS

PREFIX = "/tiles/"
CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
VARY = "Cookie, Authorization, Accept-Encoding"

Key = tuple[str, str, str, str, date]


class QuickTiles:
    """The middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PREFIX) and request.method in ("GET", "HEAD"):
            reader = VISITORS.get(request)
            found = ANSWERS.get(answer_key(request, reader)) if reader is not None else None
            if reader is not None and found is not None:
                return tile_response(request, found, reader)
        return self.get_response(request)


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
