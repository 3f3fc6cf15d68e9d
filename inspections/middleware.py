"""A phone that the desk has revoked is told so by every answer, whoever it says it is; only then it wipes itself."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from infra.api.problems import MEDIA_TYPE, problem
from inspections.models import FieldDevice

HEADER = "X-Field-Device"
CODE = "device.revoked"


class RevokedPhones:
    """Answers 410 to requests that name a revoked phone; costs other requests nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = request.headers.get(HEADER, "")
        if named and is_revoked(named):
            return gone(request.path)
        return self.get_response(request)


def is_revoked(named: str) -> bool:
    """Tell whether *named*, as a header names a phone, is one that was revoked."""
    try:
        uuid = UUID(named)
    except ValueError:
        return False
    return FieldDevice.objects.filter(pk=uuid, revoked_at__isnull=False).exists()


def gone(path: str) -> JsonResponse:
    """Return the answer to a revoked phone."""
    text = _("This phone was revoked by the office. What it holds is no longer taken in.")
    body = problem(410, text, path, [{"pointer": "", "code": CODE, "message": text}])
    return JsonResponse(body, status=410, content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})
