"""RFC 9457 answers of the map's endpoints: what was wrong with which parameter."""

from django.http import JsonResponse

from infra.api.problems import MEDIA_TYPE, problem


def wrong_parameter(path: str, parameter: str, message: str) -> JsonResponse:
    """Return 400 problem+json that names the query parameter."""
    errors = [{"pointer": f"/{parameter}", "code": "invalid", "message": message}]
    body = problem(400, f"{parameter}: {message}", path, errors)
    return JsonResponse(body, status=400, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


def not_signed_in(path: str, message: str) -> JsonResponse:
    """Return 401 problem+json that says which schemes are taken."""
    response = _answer(401, message, path)
    response["WWW-Authenticate"] = 'Basic realm="So Tram", charset="UTF-8"'
    return response


def not_found(path: str, message: str) -> JsonResponse:
    """Return 404 problem+json in words."""
    return _answer(404, message, path)


def _answer(status: int, message: str, path: str) -> JsonResponse:
    body = problem(status, message, path, [])
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


def too_large(path: str, message: str) -> JsonResponse:
    """Return 413 problem+json in words."""
    return _answer(413, message, path)
