"""OGC API - Features at ``/ogc/``: what QGIS and GDAL read, with the rights of whoever signs in.

Part 1 (core, GeoJSON, OpenAPI 3.0) and Part 2 (systems by reference). Features are streamed; the next page starts
behind the last key of this one.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from itertools import chain
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maps.api.door import known_visitor
from maps.api.layers import etag_of, in_words, json_answer
from maps.api.problems import not_found
from maps.features import openapi
from maps.features.asking import Asked, format_of, parse, refuse_others, system_of
from maps.features.collection import Collection
from maps.features.declared import BY_NAME, collections_for
from maps.features.extent import extent
from maps.features.geojson import Pieces
from maps.features.reading import Question, count
from maps.features.systems import CRS84, SYSTEMS
from maps.queries.reader import Reader
from maps.queries.stamp import register_stamp
from maps.tiles.outlines import units_stamp

GEOJSON, JSON, SCHEMA = "application/geo+json", "application/json", "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
#: a total counted for one question is kept as long as the register stays the same, and at most so long
COUNTED_S = 600

View = Callable[..., HttpResponseBase]


def _door(view: View) -> View:
    """Know who asks, answer errors in words, and let no shared cache hold what a person may see."""

    @require_safe
    @known_visitor
    @in_words
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-cache"
        response["Vary"] = "Cookie, Authorization, Accept-Language"
        return response

    return opened


def _address(request: HttpRequest, name: str, *args: Any) -> str:
    return request.build_absolute_uri(reverse(f"maps:{name}", args=args))


def _link(href: str, rel: str, media: str, title: str = "") -> dict[str, str]:
    found = {"href": href, "rel": rel, "type": media}
    return {**found, "title": title} if title else found


@_door
def landing(request: HttpRequest) -> HttpResponseBase:
    """Return the landing page."""
    refuse_others(request.GET, ("f",))
    format_of(request.GET)
    links = [
        _link(_address(request, "ogc"), "self", JSON, _("This document")),
        _link(_address(request, "ogc-api"), "service-desc", OPENAPI, _("The API's description")),
        _link(_address(request, "ogc-conformance"), "conformance", JSON, _("What the API conforms to")),
        _link(_address(request, "ogc-collections"), "data", JSON, _("The collections")),
    ]
    description = _("The register of telecom, postal and network infrastructure as features, with the rights you have.")
    return json_answer({"title": "Sổ Trạm", "description": description, "links": links}, JSON)


@_door
def conformance(request: HttpRequest) -> HttpResponseBase:
    """Return what the API conforms to."""
    refuse_others(request.GET, ("f",))
    format_of(request.GET)
    return json_answer({"conformsTo": CONFORMANCE}, JSON)


@_door
def description(request: HttpRequest) -> HttpResponseBase:
    """Return the OpenAPI document of what the person may read."""
    refuse_others(request.GET, ("f",))
    format_of(request.GET)
    reader = Reader.of(request.user)
    root = _address(request, "ogc").rstrip("/")
    return json_answer(openapi.document(root, collections_for(reader), reader), OPENAPI)


# --- Collections ------------------------------------------------------------------------------------------------------


@_door
def collections(request: HttpRequest) -> HttpResponseBase:
    """Return the collections that the person may read."""
    refuse_others(request.GET, ("f",))
    format_of(request.GET)
    reader = Reader.of(request.user)
    found = [_described(request, one, reader) for one in collections_for(reader)]
    links = [_link(_address(request, "ogc-collections"), "self", JSON)]
    return json_answer({"links": links, "crs": list(SYSTEMS), "collections": found}, JSON)


def _described(request: HttpRequest, collection: Collection, reader: Reader) -> dict[str, Any]:
    name = collection.name
    edges = extent(collection, reader, timezone.localdate())
    return {
        "id": name,
        "title": str(collection.title),
        "description": str(collection.description),
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [list(edges)], "crs": CRS84},
            "temporal": {"interval": [[None, None]]},
        },
        "crs": list(SYSTEMS),
        "storageCrs": CRS84,
        "links": [
            _link(_address(request, "ogc-collection", name), "self", JSON),
            _link(_address(request, "ogc-items", name), "items", GEOJSON, str(collection.title)),
            _link(_address(request, "ogc-schema", name), "describedby", SCHEMA, _("The properties")),
        ],
    }


def _found(request: HttpRequest, name: str) -> tuple[Collection, Reader] | None:
    reader, collection = Reader.of(request.user), BY_NAME.get(name)
    return (collection, reader) if collection is not None and collection.open_to(reader) else None


def _no_collection(request: HttpRequest, name: str) -> HttpResponseBase:
    return not_found(request.path, _("There is no collection “%(name)s” here.") % {"name": name[:64]})


@_door
def collection(request: HttpRequest, name: str) -> HttpResponseBase:
    """Return one collection."""
    refuse_others(request.GET, ("f",))
    format_of(request.GET)
    found = _found(request, name)
    return _no_collection(request, name) if found is None else json_answer(_described(request, *found), JSON)


@_door
def schema(request: HttpRequest, name: str) -> HttpResponseBase:
    """Return the properties of a collection as JSON Schema: programs then need not guess them from a page."""
    refuse_others(request.GET, ("f",))
    found = _found(request, name)
    if found is None:
        return _no_collection(request, name)
    return json_answer(openapi.schema(_address(request, "ogc-schema", name), *found), SCHEMA)


# --- Features ---------------------------------------------------------------------------------------------------------


@_door
def items(request: HttpRequest, name: str) -> HttpResponseBase:
    """Stream the features that the parameters leave."""
    found = _found(request, name)
    if found is None:
        return _no_collection(request, name)
    asked = parse(*found, request.GET)
    pieces = Pieces(asked.question, asked.system)
    texts = iter(pieces)
    # What can go wrong goes wrong before the answer begins.
    first, matched = next(texts, b""), _matched(asked.question)
    response = StreamingHttpResponse(
        _page(request, asked, pieces, chain([first], texts), matched), content_type=GEOJSON
    )
    response["Content-Crs"] = f"<{asked.system.uri}>"
    response["X-Accel-Buffering"] = "no"
    return response


def _page(
    request: HttpRequest, asked: Asked, pieces: Pieces, texts: Iterator[bytes], matched: int | None
) -> Iterator[bytes]:
    """Yield the collection in pieces; the server may draw them where no language is set any more."""
    language = get_language() or "vi"
    yield b'{"type":"FeatureCollection","features":[\n'
    yield from texts
    with override(language):
        tail: dict[str, Any] = {
            "numberReturned": pieces.count,
            "timeStamp": timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "links": _page_links(request, asked.question, pieces),
        }
        if matched is not None:
            tail["numberMatched"] = matched
        yield b"\n]," + json_answer(tail, JSON).content[1:]


def _page_links(request: HttpRequest, question: Question, pieces: Pieces) -> list[dict[str, str]]:
    address = _address(request, "ogc-items", question.collection.name)
    query = request.GET.copy()
    links = [
        _link(f"{address}?{query.urlencode()}" if query else address, "self", GEOJSON),
        _link(_address(request, "ogc-collection", question.collection.name), "collection", JSON),
    ]
    if question.limit is not None and pieces.count == question.limit and pieces.last is not None:
        query["after"] = str(pieces.last)
        links.append(_link(f"{address}?{query.urlencode()}", "next", GEOJSON, _("The next page")))
    return links


def _matched(question: Question) -> int | None:
    """Return how many features match, None where they are too many to count."""
    stamp = register_stamp() if question.collection.is_scoped else units_stamp()
    whole = question.everything()
    key = etag_of(
        "ogc", whole.collection.name, whole.reader.key, whole.boxes, whole.moment, whole.span, whole.equal, stamp
    )
    found: int | None = cache.get(key)
    if found is None:
        total = count(whole)
        found = -1 if total is None else total
        cache.set(key, found, COUNTED_S)
    return found if found >= 0 else None


@_door
def item(request: HttpRequest, name: str, key: str) -> HttpResponseBase:
    """Return one feature by its key."""
    refuse_others(request.GET, ("f", "crs"))
    format_of(request.GET)
    found = _found(request, name)
    if found is None:
        return _no_collection(request, name)
    system = system_of(request.GET, "crs")
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0
    columns = tuple(found[0].told(found[1]))
    pieces = Pieces(Question(found[0], found[1], columns, after=number - 1, limit=1, until=number), system)
    text = b"".join(pieces).decode()
    if not text:
        return not_found(request.path, _("There is no feature %(key)s here.") % {"key": key[:32]})
    links = [
        _link(_address(request, "ogc-item", name, number), "self", GEOJSON),
        _link(_address(request, "ogc-collection", name), "collection", JSON),
    ]
    tail = json_answer({"links": links}, JSON).content.decode()
    response = HttpResponse(f"{text[:-1]},{tail[1:]}", content_type=GEOJSON)
    response["Content-Crs"] = f"<{system.uri}>"
    return response
