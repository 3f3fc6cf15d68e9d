"""Every error under /api/ as ``application/problem+json`` (RFC 9457).

``{type, title, status, detail, instance, errors: [{pointer, code, message}]}``. ``pointer`` is a JSON Pointer: into the
body that was sent, or, for a reading request, to the query parameter ("/bbox").
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
READING = frozenset({"GET", "HEAD", "OPTIONS"})

#: status -> (end of the type's name, title)
KINDS: dict[int, tuple[str, Any]] = {
    400: ("invalid-request", gettext_lazy("The request is not valid")),
    401: ("not-signed-in", gettext_lazy("Sign-in needed")),
    403: ("not-allowed", gettext_lazy("Not allowed")),
    404: ("not-found", gettext_lazy("Not found")),
    405: ("method-not-allowed", gettext_lazy("This address does not know the method")),
    406: ("not-acceptable", gettext_lazy("None of the accepted formats is offered here")),
    409: ("conflict", gettext_lazy("This does not fit the present state")),
    410: ("gone", gettext_lazy("No longer here")),
    412: ("precondition-failed", gettext_lazy("The condition does not hold")),
    413: ("too-large", gettext_lazy("Too large")),
    415: ("unsupported-media-type", gettext_lazy("The body's format is not known here")),
    429: ("too-many-requests", gettext_lazy("Too many requests")),
    500: ("server-error", gettext_lazy("Something went wrong on the server")),
    503: ("not-available", gettext_lazy("Not available at the moment")),
}


class Conflict(exceptions.APIException):
    """What is asked does not fit the state of the thing."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = gettext_lazy("This does not fit the present state.")
    default_code = "conflict"


class LockedOut(exceptions.APIException):
    """Too many failed attempts to sign in."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = gettext_lazy("Too many failed attempts to sign in. Wait and try again.")
    default_code = "locked_out"

    def __init__(self, wait: int) -> None:
        super().__init__()
        #: seconds; becomes the header Retry-After
        self.wait = wait


class WrongParameter(exceptions.ValidationError):
    """A query parameter that is unknown or holds what it cannot hold; answers 400 and names it."""

    def __init__(self, name: str, message: str, code: str = "invalid") -> None:
        super().__init__({name: [exceptions.ErrorDetail(message, code)]})


def handler(exc: Exception, context: Mapping[str, Any]) -> Response:
    """Answer any exception of an API view; settings name this function."""
    request: Request = context["request"]
    error = _as_api_exception(exc)
    if error is None:
        logger.error("Unhandled exception at %s", request.path, exc_info=exc)
        got_request_exception.send(sender=type(context.get("view")), request=request._request)  # noqa: SLF001
        return answer(request, status.HTTP_500_INTERNAL_SERVER_ERROR, _("The error was written to the log."))
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
    errors = list(_errors(error.detail)) if isinstance(error, exceptions.ValidationError) else []
    detail = _sentence(errors) if errors else _text(error.detail)
    return answer(request, error.status_code, detail, errors, headers)


def answer(
    request: Request,
    status_code: int,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return the response of a problem, in JSON whatever format was asked for."""
    request.accepted_renderer = JSONRenderer()
    request.accepted_media_type = MEDIA_TYPE
    body = problem(status_code, detail, request.path, errors)
    response = Response(body, status=status_code, headers=headers, content_type=MEDIA_TYPE)
    response.exception = True
    return response


def problem(status_code: int, detail: str, instance: str, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """Return the body of a problem."""
    name, title = KINDS.get(status_code, KINDS[500 if status_code >= 500 else 400])
    return {
        "type": f"urn:sotram:problem:{name}",
        "title": str(title),
        "status": status_code,
        "detail": detail,
        "instance": instance,
        "errors": errors or [],
    }


def _as_api_exception(exc: Exception) -> exceptions.APIException | None:
    if isinstance(exc, exceptions.APIException):
        return exc
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied()
    return None


def _errors(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """Yield what is wrong in a validation error's tree, each with the pointer to its place."""
    if isinstance(detail, Mapping):
        for name, part in detail.items():
            here = pointer if name in ("non_field_errors", "__all__") else f"{pointer}/{_escaped(name)}"
            yield from _errors(part, here)
    elif isinstance(detail, list | tuple):
        for place, part in enumerate(detail):
            nested = isinstance(part, Mapping | list | tuple)
            yield from _errors(part, f"{pointer}/{place}" if nested else pointer)
    else:
        yield {"pointer": pointer, "code": getattr(detail, "code", None) or "invalid", "message": str(detail)}


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _sentence(errors: list[dict[str, str]]) -> str:
    return " ".join(f"{e['pointer'][1:]}: {e['message']}" if e["pointer"] else e["message"] for e in errors)


def _text(detail: Any) -> str:
    if isinstance(detail, Mapping):
        return " ".join(_text(part) for part in detail.values())
    if isinstance(detail, list | tuple):
        return " ".join(_text(part) for part in detail)
    return str(detail)
