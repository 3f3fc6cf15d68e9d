"""Reads tiles as a map does: with a decoder that is not ours."""

from typing import Any

import mapbox_vector_tile
from django.test import Client


def tile_at(lon: float, lat: float, zoom: int) -> str:
    """Return the tile of a place as z/x/y."""
    import math

    side = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return f"{zoom}/{int((lon + 180) / 360 * side)}/{int(y * side)}"


def decoded(body: bytes) -> dict[str, Any]:
    """Return layer name -> layer; coordinates in units of the tile, y to the south."""
    layers: dict[str, Any] = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True}) if body else {}
    return layers


def features(body: bytes, layer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = decoded(body).get(layer, {"features": []})["features"]
    return found


def ask(client: Client, layer: str, place: str, **parameters: str) -> Any:
    return client.get(f"/tiles/{layer}/{place}.mvt", parameters)


def read(client: Client, layer: str, place: str, **parameters: str) -> list[dict[str, Any]]:
    """Return the features of a tile; an empty tile has none."""
    response = ask(client, layer, place, **parameters)
    assert response.status_code in (200, 204), response.content[:300]
    return features(response.content, layer)
