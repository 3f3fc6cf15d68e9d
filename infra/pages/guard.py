"""Who may open a page: whoever is not signed in is asked to, whoever may not finds nothing there."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from infra.access import Permission, Person, can, scope_of
from infra.models import Authority
from infra.selectors.authorities import authority_acted_for

Page = Callable[..., HttpResponseBase]


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send the person to the sign-in page and back afterwards; a part of a page learns the address by a header."""
    if request.headers.get("HX-Request"):
        where = request.headers.get("HX-Current-URL", "/")
        response = HttpResponse(status=401)
        response["X-Sign-In"] = f"{reverse('sign-in')}?{urlencode({'next': where})}"
        return response
    return redirect_to_login(request.get_full_path(), reverse("sign-in"))


def signed_in(page: Page) -> Page:
    """Open *page* to whoever is signed in."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        return page(request, *args, **kwargs)

    return guarded


def needs(*permissions: Permission) -> Callable[[Page], Page]:
    """Open a page to whoever has one of *permissions* anywhere; others get 404."""

    def decorate(page: Page) -> Page:
        @wraps(page)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            if not any(can(request.user, permission) for permission in permissions):
                raise Http404
            return page(request, *args, **kwargs)

        return guarded

    return decorate


def administers(page: Page) -> Page:
    """Open *page* to whoever administers an authority as a whole; others get 404."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        scope = scope_of(request.user)
        if not (scope.everything or scope.administers()):
            raise Http404
        return page(request, *args, **kwargs)

    return guarded


def acting_authority(person: Person, permission: Permission) -> Authority:
    """Return the authority in whose ledger an act of *person* stands. Raises Http404 where there is none."""
    found = authority_acted_for(person, permission)
    if found is None:
        raise Http404
    return found
