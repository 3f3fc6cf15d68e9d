"""``/tiles/{layer}/{z}/{x}/{y}.mvt`` and ``/tiles/{layer}.json``: what a layer shows, for whoever asks."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maps.api.door import known_visitor
from maps.api.layers import etag_of, in_words, json_answer
from maps.api.problems import not_found
from maps.queries.reader import Reader
from maps.quick import answer_key, made, place_of, tile_response
from maps.selectors.ages import data_ages
from maps.tiles.answers import ANSWERS
from maps.tiles.asking import Asked, asked_of
from maps.tiles.declared import PointTiles, extent_of, told
from maps.visitors import VISITORS

#: beyond this zoom a map draws the tiles of this one larger; tiles are answered up to ``grid.MOST_ZOOM``
MOST_USEFUL_ZOOM = 16
ATTRIBUTION = "Sổ Trạm"


def _no_layer(request: HttpRequest, name: str) -> HttpResponseBase:
    return not_found(request.path, _("There is no layer “%(name)s” here.") % {"name": name[:64]})


@require_safe
@known_visitor
@in_words
def tile(request: HttpRequest, layer: str, z: str, x: str, y: str) -> HttpResponseBase:
    """Return one tile: 200, or 204 where it is empty; 304 where the browser holds it."""
    visitor = Reader.of(request.user)
    asked = asked_of(request, layer)
    if asked is None:
        return _no_layer(request, layer)
    place = place_of(z, x, y)
    if place is None:
        message = _("There is no tile %(z)s/%(x)s/%(y)s: x and y run from 0 to 2^z - 1, z from 0 to 22.")
        return not_found(request.path, message % {"z": z[:9], "x": x[:9], "y": y[:9]})
    found = ANSWERS.get(answer_key(request, visitor)) or made(request, visitor, asked, place)
    VISITORS.put(request, visitor)
    return tile_response(request, found, asked.reader)


def _kept_by_browser(response: HttpResponseBase, etag: str, reader: Reader) -> HttpResponseBase:
    response["ETag"] = etag
    patch_cache_control(response, public=reader.public, private=not reader.public, no_cache=True)
    patch_vary_headers(response, ("Cookie", "Authorization", "Accept-Language"))
    return response


# --- TileJSON ---------------------------------------------------------------------------------------------------------


@require_safe
@known_visitor
@in_words
def tile_json(request: HttpRequest, layer: str) -> HttpResponseBase:
    """Return TileJSON 3.0 of a layer; the tiles' address carries the filters of this one."""
    asked = asked_of(request, layer)
    if asked is None:
        return _no_layer(request, layer)
    etag = etag_of(*asked.key, "json", get_language(), request.get_host(), request.scheme)
    held: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    return _kept_by_browser(held or json_answer(_tile_json(request, asked), "application/json"), etag, asked.reader)


def _tile_json(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    layer, tiles = asked.layer, asked.tiles
    where = reverse("maps:tile", kwargs={"layer": layer.name, "z": 0, "x": 0, "y": 0}).replace("0/0/0", "{z}/{x}/{y}")
    pairs = asked.filters.query + ("&published=1" if request.GET.get("published") == "1" else "")
    address = request.build_absolute_uri("/")[:-1] + where + (f"?{pairs.lstrip('&')}" if pairs else "")
    fields = {one.name: f"{one.kind}: {one.title}" for one in told(tiles, asked.reader)}
    found = {
        "tilejson": "3.0.0",
        "name": str(layer.title),
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [address],
        "minzoom": tiles.min_zoom,
        "maxzoom": MOST_USEFUL_ZOOM,
        "attribution": ATTRIBUTION,
        "vector_layers": [
            {
                "id": layer.name,
                "description": str(layer.title),
                "fields": fields,
                "minzoom": tiles.min_zoom,
                "maxzoom": MOST_USEFUL_ZOOM,
            }
        ],
        "sotram": _ours(asked),
    }
    bounds = extent_of(tiles, asked.reader, asked.filters, asked.today)
    if bounds:
        found["bounds"] = bounds
        found["center"] = [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, tiles.single_from]
    return found


def _ours(asked: Asked) -> dict[str, Any]:
    """Return what TileJSON has no word for: from which zoom things come one by one, how counts are called, ages."""
    tiles = asked.tiles
    return {
        "geometry": asked.layer.geometry,
        "single_from": tiles.single_from,
        "counts": {"n": "n", "sites": "sites", **dict(tiles.classes)} if isinstance(tiles, PointTiles) else {},
        "data_ages": [age.as_json() for age in data_ages(asked.reader)],
    }
