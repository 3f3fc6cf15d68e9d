"""The description of the OGC API for programs: OpenAPI 3.0 of what a reader may read, and JSON Schema of properties."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from maps.features.asking import DEFAULT_LIMIT, MOST_LIMIT
from maps.features.collection import Collection, Column
from maps.features.systems import CRS84, SYSTEMS
from maps.queries.reader import Reader

Json = dict[str, Any]

#: kind of column → type and format
TYPES: dict[str, Json] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
}


def schema(address: str, collection: Collection, reader: Reader) -> Json:
    """Return the properties of a collection's features as JSON Schema."""
    properties: Json = {
        "geometry": {"x-ogc-role": "primary-geometry", "format": f"geometry-{collection.geometry_type.lower()}"}
    }
    properties |= {one.name: {**TYPES[one.kind], "title": str(one.title)} for one in collection.told(reader)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "type": "object",
        "title": str(collection.title),
        "properties": properties,
    }


def document(root: str, collections: Sequence[Collection], reader: Reader) -> Json:
    """Return the OpenAPI document; *root* is the address of the landing page without its slash."""
    paths: Json = {
        "/": _get("getLandingPage", _("Landing page"), "Any"),
        "/conformance": _get("getConformance", _("What the API conforms to"), "Any"),
        "/collections": _get("getCollections", _("The collections"), "Any"),
    }
    for collection in collections:
        paths |= _paths_of(collection, reader)
    return {
        "openapi": "3.0.3",
        "info": {"title": "Sổ Trạm", "version": "1.0.0", "description": _("OGC API - Features of the register.")},
        "servers": [{"url": root}],
        "security": [{}, {"basic": []}, {"token": []}],
        "paths": paths,
        "components": _components(),
    }


def _paths_of(collection: Collection, reader: Reader) -> Json:
    name, words = collection.name, str(collection.title)
    camel = "".join(part.capitalize() for part in name.split("-"))
    common = [{"$ref": f"#/components/parameters/{one}"} for one in ("bbox", "bbox-crs", "crs", "datetime", "limit")]
    own = [_parameter(column) for column in collection.told(reader)]
    listed = [column.name for column in collection.told(reader)]
    chosen = {
        "name": "properties",
        "in": "query",
        "explode": False,
        "style": "form",
        "description": _("The properties wanted; all without it."),
        "schema": {"type": "array", "items": {"type": "string", "enum": listed}},
    }
    after = {"$ref": "#/components/parameters/after"}
    key = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
    return {
        f"/collections/{name}": _get(f"describe{camel}", words, "Any"),
        f"/collections/{name}/schema": _get(f"getSchemaOf{camel}", words, "Any", media="application/schema+json"),
        f"/collections/{name}/items": _get(
            f"get{camel}", words, "Features", [*common, after, chosen, *own], media="application/geo+json"
        ),
        f"/collections/{name}/items/{{featureId}}": _get(
            f"getOneOf{camel}",
            words,
            "Feature",
            [key, {"$ref": "#/components/parameters/crs"}],
            media="application/geo+json",
        ),
    }


def _get(
    operation: str, summary: str, answer: str, parameters: Sequence[Json] = (), media: str = "application/json"
) -> Json:
    content = {media: {"schema": {"$ref": f"#/components/schemas/{answer}"}}}
    responses: Json = {"200": {"description": summary, "content": content}}
    responses |= {code: {"$ref": f"#/components/responses/{code}"} for code in ("400", "401", "404")}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": [*parameters, {"$ref": "#/components/parameters/f"}]
            if "Schema" not in operation
            else list(parameters),
            "responses": responses,
        }
    }


def _parameter(column: Column) -> Json:
    return {
        "name": column.name,
        "in": "query",
        "explode": False,
        "style": "form",
        "description": str(column.title),
        "schema": {"type": "array", "items": TYPES[column.kind], "minItems": 1, "maxItems": 50},
    }


def _components() -> Json:
    uri = {"type": "string", "format": "uri", "enum": list(SYSTEMS), "default": CRS84}
    box: Json = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    texts = {
        "bbox": _("Smallest corner, then largest, in bbox-crs: west, south, east, north in CRS84."),
        "datetime": _("A day, a moment or an interval. A register is shown as it stood then."),
        "after": _("The key behind which the page starts; follow the link “next” rather than write it."),
    }
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_LIMIT, "default": DEFAULT_LIMIT}
    parameters = {
        "bbox": _query("bbox", box, texts["bbox"], explode=False),
        "bbox-crs": _query("bbox-crs", uri, ""),
        "crs": _query("crs", uri, ""),
        "datetime": _query("datetime", {"type": "string"}, texts["datetime"]),
        "limit": _query("limit", limit, ""),
        "after": _query("after", {"type": "integer", "minimum": 0}, texts["after"]),
        "f": _query("f", {"type": "string", "enum": ["json"], "default": "json"}, ""),
    }
    feature = {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer"},
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object"},
        },
    }
    features = {
        "type": "object",
        "required": ["type", "features", "links"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/Feature"}},
            "links": {"type": "array", "items": {"type": "object"}},
            "numberMatched": {"type": "integer"},
            "numberReturned": {"type": "integer"},
            "timeStamp": {"type": "string", "format": "date-time"},
        },
    }
    problem = {
        "type": "object",
        "properties": {"status": {"type": "integer"}, "title": {"type": "string"}, "detail": {"type": "string"}},
    }
    of_problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    words = {"400": _("The request is not valid"), "401": _("Sign-in needed"), "404": _("Not found")}
    return {
        "parameters": parameters,
        "schemas": {"Any": {"type": "object"}, "Feature": feature, "Features": features, "Problem": problem},
        "responses": {code: {"description": text, "content": of_problem} for code, text in words.items()},
        "securitySchemes": {
            "basic": {"type": "http", "scheme": "basic"},
            "token": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token …"},
        },
    }


def _query(name: str, schema_of: Json, text: str, *, explode: bool | None = None) -> Json:
    found: Json = {"name": name, "in": "query", "schema": schema_of}
    if text:
        found["description"] = text
    if explode is not None:
        found |= {"style": "form", "explode": explode}
    return found
