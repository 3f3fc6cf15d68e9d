"""Error pages inside the frame: what happened and what to do. A failure of the server itself needs no database."""

import logging

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

#: addresses that programs ask; they are answered in problem+json (RFC 9457), not with a page
FOR_PROGRAMS = ("/api/", "/ogc/", "/tiles/")


def problem_answer(status: int, title: str, detail: str = "") -> JsonResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": []}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: an address that is not, or a thing that this person may not see."""
    if request.path.startswith(FOR_PROGRAMS):
        return problem_answer(404, _("Not found"), _("There is nothing here, or it is not for you."))
    reason = exception.args[0] if isinstance(exception, Http404) and exception.args else ""
    sentence = reason if isinstance(reason, str) else ""
    return render(request, "404.html", {"reason": sentence}, status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the person is known and may not."""
    if request.path.startswith(FOR_PROGRAMS):
        return problem_answer(403, _("Not allowed"), str(exception))
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself cannot be right; without the frame, since nothing in it can be trusted."""
    log.info("bad request: %s", exception)
    if request.path.startswith(FOR_PROGRAMS):
        return problem_answer(400, _("Bad request"))
    return HttpResponse(render_to_string("400.html"), status=400)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the CSRF check: nearly always a form that stood open for too long."""
    log.info("a form was refused: %s", reason)
    return render(
        request,
        "403.html",
        {
            "title": _("This form is too old"),
            "reason": _("The form stood open too long, or cookies are switched off. Nothing was saved."),
            "advice": _("Go back, load the page again and send the form once more."),
        },
        status=403,
    )


def failed(request: HttpRequest) -> HttpResponse:
    """500: something broke. The page asks neither the database nor the session."""
    if request.path.startswith(FOR_PROGRAMS):
        return problem_answer(500, _("Something broke"))
    return HttpResponse(render_to_string("500.html"), status=500)
