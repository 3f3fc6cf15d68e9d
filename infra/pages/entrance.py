"""Signing in and out."""

from typing import Any

from axes.helpers import get_cool_off
from django import forms
from django.conf import settings
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.access import Role
from infra.pages.preferences import keep_language

DEMO_ACCOUNTS = (
    ("manager", Role.MANAGER.label),
    ("officer", Role.OFFICER.label),
    ("inspector", Role.INSPECTOR.label),
    ("admin", Role.ADMINISTRATOR.label),
    ("viettel", "Viettel"),
    ("vnpt", "VNPT"),
    ("mobifone", "MobiFone"),
    ("vnpost", "VNPost"),
)


class SignInForm(AuthenticationForm):
    """Name and password."""

    error_messages = {
        "invalid_login": gettext_lazy(
            "User name or password is wrong. Both are case-sensitive. After several wrong tries signing in is blocked."
        ),
        "inactive": gettext_lazy("This account is switched off."),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("User name")
        for name, completion in (("username", "username"), ("password", "current-password")):
            widget = self.fields[name].widget
            widget.attrs.update({"class": "form-control", "autocomplete": completion})
        assert isinstance(self.fields["username"].widget, forms.TextInput)
        self.fields["username"].widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})


class SignIn(views.LoginView):
    """The page with the form; whoever is signed in already goes on."""

    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        asked_for = context.get("next", "")
        return {**context, "next_needs_sign_in": asked_for not in ("", "/"), "demo_accounts": DEMO_ACCOUNTS}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        if settings.LANGUAGE_COOKIE_NAME not in self.request.COOKIES:
            keep_language(response, form.get_user().language)
        return response


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """Answer the try after too many wrong ones: for how long, and what to do."""
    cool_off = get_cool_off(request)
    minutes = round(cool_off.total_seconds() / 60) if cool_off else 0
    sentence = _("Too many wrong passwords. Signing in with this name is blocked for %(minutes)s minutes.")
    if request.path.startswith("/api/"):
        problem = {
            "type": "about:blank",
            "title": _("Blocked"),
            "status": 429,
            "detail": sentence % {"minutes": minutes},
            "errors": [],
        }
        return JsonResponse(problem, status=429, content_type="application/problem+json")
    return render(request, "registration/locked.html", {"minutes": minutes}, status=429)
