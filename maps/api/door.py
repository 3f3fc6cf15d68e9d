"""Who asks, where programs ask beside browsers: by session, by key, or by name and password (QGIS, GDAL)."""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed

from infra.access import Person
from infra.api.authentication import TokenAuthentication
from infra.models import User
from infra.services.duties import duties_of
from infra.services.second_factors import has_second_factor
from maps.api.problems import not_signed_in
from maps.visitors import VISITORS

View = Callable[..., HttpResponseBase]


class UnknownVisitorError(Exception):
    """The credentials that came along are not good; the text says why."""


def person_of(request: HttpRequest) -> Person:
    """Return the person of the session, of the key or of the password; the public where nothing was said.

    Raises UnknownVisitorError for credentials that are not good: who thinks to be signed in must not be shown less.
    """
    scheme, _blank, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "token":
        return _by_key(rest.strip())
    if scheme.lower() == "basic":
        return _by_password(request, rest.strip())
    return request.user


def _by_key(key: str) -> Person:
    try:
        return TokenAuthentication().authenticate_credentials(key.encode())[0]
    except AuthenticationFailed as error:
        raise UnknownVisitorError(str(error.detail)) from None


def _by_password(request: HttpRequest, text: str) -> Person:
    """Sign in as the sign-in page does, lockout included; a key may stand in the place of the password."""
    try:
        name, _colon, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise UnknownVisitorError(_("Name and password cannot be read.")) from None
    if password.startswith("sotram_"):
        return _by_key(password)
    known = VISITORS.person(request)
    if known is not None and (person := User.objects.filter(pk=known, is_active=True).first()) is not None:
        return person
    found = authenticate(request, username=name, password=password)
    if not isinstance(found, User):
        raise UnknownVisitorError(_("Name or password is not right, or too many attempts failed."))
    if duties_of(found) or has_second_factor(found):
        raise UnknownVisitorError(
            _("The password alone does not open this account here. Put a key for programs in its place (My account).")
        )
    VISITORS.put_person(request, found.pk)
    return found


def known_visitor(view: View) -> View:
    """Give *view* the person as ``request.user``; answer 401 where the credentials are not good."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            request.user = person_of(request)
        except UnknownVisitorError as error:
            return not_signed_in(request.path, str(error))
        return view(request, *args, **kwargs)

    return answered
