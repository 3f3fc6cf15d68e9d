"""What a person must do before anything else: change a one-time password, set up the second factor.

The duties are found out at sign-in and kept in the session; until they are done every other page leads there.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from infra.models import User
from infra.pages.errors import FOR_PROGRAMS, problem_answer
from infra.services.duties import PASSWORD, SECOND_FACTOR, duties_of, words_of

DUTIES = "duties"
_PAGES = {PASSWORD: "infra:password", SECOND_FACTOR: "infra:second-factor"}
#: what stays open meanwhile: the duties' own pages, leaving, the words and looks of the page
_OPEN = (
    "/account/password/", "/account/second-factor/", "/sign-out/", "/language/", "/preferences/", "/static/",
    "/health/",
)  # fmt: skip


def duties_begin(request: HttpRequest, user: User) -> None:
    """Put the duties of *user*, who has just signed in, into the session."""
    duties = duties_of(user)
    if duties:
        request.session[DUTIES] = duties


def duty_done(request: HttpRequest, duty: str) -> None:
    """Take a duty off the session."""
    left = [one for one in request.session.get(DUTIES, ()) if one != duty]
    if left:
        request.session[DUTIES] = left
    else:
        request.session.pop(DUTIES, None)


class Gate:
    """Middleware: leads whoever has a duty to its page. Costs nothing where no session came along."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.session.session_key is None or request.path.startswith(_OPEN):
            return self.get_response(request)
        duties = request.session.get(DUTIES)
        return _led(request, duties[0]) if duties else self.get_response(request)


def _led(request: HttpRequest, duty: str) -> HttpResponse:
    page = reverse(_PAGES[duty])
    if request.path.startswith(FOR_PROGRAMS):
        return problem_answer(403, _("Not allowed"), words_of(duty))
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=403)
        response["HX-Redirect"] = page
        return response
    where = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"{page}?{urlencode({'next': where})}")
