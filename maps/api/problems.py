"""RFC 9457 answers of the map's endpoints: what was wrong with which parameter."""

from django.http import JsonResponse
from django.utils.translation import gettext as _


def wrong_parameter(parameter: str, message: str, code: str = "value.choice") -> JsonResponse:
    """Return 400 problem+json that names the query parameter."""
    return JsonResponse(
        {
            "type": "about:blank",
            "title": _("A parameter makes no sense"),
            "status": 400,
            "detail": f"{parameter}: {message}",
            "errors": [{"pointer": f"#/query/{parameter}", "parameter": parameter, "code": code, "message": message}],
        },
        status=400,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
