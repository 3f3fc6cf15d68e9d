"""RFC 9457 answers of the map's endpoints: what was wrong with which parameter."""

from django.http import JsonResponse

from infra.api.problems import MEDIA_TYPE, problem


def wrong_parameter(path: str, parameter: str, message: str) -> JsonResponse:
    """Return 400 problem+json that names the query parameter."""
    errors = [{"pointer": f"/{parameter}", "code": "invalid", "message": message}]
    body = problem(400, f"{parameter}: {message}", path, errors)
    return JsonResponse(body, status=400, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
