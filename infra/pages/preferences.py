"""What a person chose about looks and language: kept in cookies, so that it works before signing in as well."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

YEAR_S: Final = 365 * 24 * 3600

#: name of the choice -> allowed values, the first is what holds without a choice
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "text": ("normal", "small", "large"),
    "contrast": ("normal", "high"),
    "theme": ("auto", "light", "dark"),
}


def chosen(request: HttpRequest) -> dict[str, str]:
    """Return the choice in force for every name in ``CHOICES``; a cookie with anything else counts for nothing."""
    found = {}
    for name, allowed in CHOICES.items():
        value = request.COOKIES.get(f"st_{name}", "")
        found[name] = value if value in allowed else allowed[0]
    return found


def page_to_return_to(request: HttpRequest) -> str:
    """Return the page of ours that the form came from, or the home page."""
    return our_page(request, request.POST.get("next", ""))


def our_page(request: HttpRequest, target: str) -> str:
    """Return *target* where it is a page of ours, the home page otherwise."""
    target = target or "/"
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    try:
        resolve(target.partition("?")[0])
    except Resolver404:
        return "/"
    return target


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the choices in the form and go back."""
    response = HttpResponseRedirect(page_to_return_to(request))
    for name, allowed in CHOICES.items():
        value = request.POST.get(name)
        if value in allowed:
            response.set_cookie(f"st_{name}", value, max_age=YEAR_S, samesite="Lax", secure=settings.HTTPS)
    return response


def keep_language(response: HttpResponse, language: str) -> None:
    """Put *language* into the cookie that Django's locale middleware reads."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR_S, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE
    )


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language; whoever is signed in finds it again on other machines."""
    response = HttpResponseRedirect(page_to_return_to(request))
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES) and check_for_language(wanted):
        keep_language(response, wanted)
        if request.user.is_authenticated and request.user.language != wanted:
            request.user.language = wanted
            request.user.save(update_fields=["language"])
    return response
