"""What the OpenAPI document says of every operation: problems, and GeoJSON beside JSON."""

from typing import Any

from infra.api import geojson, problems

PROBLEM = {"$ref": "#/components/schemas/Problem"}
GEOMETRY = {"type": "object", "nullable": True, "properties": {"type": {"type": "string"}}, "required": ["type"]}
FEATURE = {
    "type": "object",
    "required": ["type", "geometry", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {},
        "geometry": GEOMETRY,
        "properties": {"type": "object", "additionalProperties": True},
    },
}
COLLECTION = {
    "type": "object",
    "required": ["type", "features", "next", "previous"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": {"$ref": "#/components/schemas/Feature"}},
        "next": {"type": "string", "format": "uri", "nullable": True},
        "previous": {"type": "string", "format": "uri", "nullable": True},
    },
}


def describe_common(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the problem to every operation and put GeoJSON's own schema where it is offered; a postprocessing hook."""
    schemas = result["components"].setdefault("schemas", {})
    schemas.update(Feature=FEATURE, FeatureCollection=COLLECTION, **_problem_schemas())
    for path in result["paths"].values():
        for operation in path.values():
            responses = operation["responses"]
            for response in responses.values():
                _describe_geojson(response.get("content", {}))
            responses.setdefault(
                "default",
                {"description": "An error", "content": {problems.MEDIA_TYPE: {"schema": PROBLEM}}},
            )
    return result


def _describe_geojson(content: dict[str, Any]) -> None:
    if geojson.MEDIA_TYPE not in content:
        return
    reference = content[geojson.MEDIA_TYPE]["schema"].get("$ref", "")
    name = "FeatureCollection" if "/Paginated" in reference else "Feature"
    content[geojson.MEDIA_TYPE]["schema"] = {"$ref": f"#/components/schemas/{name}"}


def _problem_schemas() -> dict[str, Any]:
    text = {"type": "string"}
    error = {
        "type": "object",
        "required": ["pointer", "code", "message"],
        "properties": {
            "pointer": {**text, "description": "JSON Pointer into the body, or “/parameter” of a reading request."},
            "code": text,
            "message": text,
        },
    }
    problem = {
        "type": "object",
        "description": "RFC 9457.",
        "required": ["type", "title", "status", "detail", "instance", "errors"],
        "properties": {
            "type": {**text, "format": "uri"},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "instance": {**text, "format": "uri-reference"},
            "errors": {"type": "array", "items": error},
        },
    }
    return {"Problem": problem}
