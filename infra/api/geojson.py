"""GeoJSON (RFC 7946) of any collection that has places: ``Accept: application/geo+json`` or ``?format=geojson``."""

from collections.abc import Mapping
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from rest_framework.renderers import JSONRenderer

from infra.api.rows import DECIMALS, Plain

MEDIA_TYPE = "application/geo+json"


class GeoJSONRenderer(JSONRenderer):
    """Makes a FeatureCollection of a page and a Feature of a row; the page's links are members of the collection.

    A row's place is its ``geometry``, else the point of ``lon`` and ``lat``; the other fields become properties.
    """

    media_type = MEDIA_TYPE
    format = "geojson"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002 -- always written compactly
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if isinstance(data, dict):
            data = _collection(data) if "results" in data else feature(data)
        rendered: bytes = super().render(data, "application/json", renderer_context)
        return rendered


def _collection(page: Plain) -> Plain:
    features = [feature(row) for row in page["results"]]
    links = [
        {"rel": rel, "href": page[name], "type": MEDIA_TYPE}
        for rel, name in (("next", "next"), ("prev", "previous"))
        if page.get(name)
    ]
    members = {name: value for name, value in page.items() if name != "results"}
    return {
        "type": "FeatureCollection",
        "features": features,
        "links": links,
        "numberReturned": len(features),
        **members,
    }


def feature(row: Plain) -> Plain:
    """Return *row* as a Feature; one without a place has the geometry null."""
    properties = dict(row)
    geometry = properties.pop("geometry", None)
    lon, lat = properties.pop("lon", None), properties.pop("lat", None)
    if geometry is None and lon is not None:
        geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "id": row.get("id"), "geometry": geometry, "properties": properties}


def rounded(geometry: GEOSGeometry | None) -> Plain | None:
    """Return *geometry* as a GeoJSON object, lon before lat, with 7 decimals."""
    if geometry is None:
        return None
    shape = shapely.from_wkb(bytes(geometry.wkb))
    shape = shapely.transform(shape, lambda coordinates: coordinates.round(DECIMALS))
    made: Plain = shapely.geometry.mapping(shape)
    return made
