"""Signing in and out: the password, then the code of whoever has set up a second factor."""

import time
from typing import Any

from axes.helpers import get_cool_off
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, views
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from infra.access import Role
from infra.forms.second_factor import CodeForm
from infra.models import User
from infra.pages.gate import duties_begin
from infra.pages.preferences import keep_language
from infra.services.second_factors import WrongCodeError, code_check, has_second_factor

#: where the session keeps who has given the right password and has not given the code yet
PENDING = "sign_in_pending"
PENDING_S = 600
BACKEND = "infra.signing_in.PersonBackend"

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
        "one_time_over": gettext_lazy("The one-time password has run out. Ask the administrator for a new one."),
    }

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse a closed account, and a one-time password that was not used in time."""
        super().confirm_login_allowed(user)
        if user.one_time_is_over():
            raise forms.ValidationError(self.error_messages["one_time_over"], code="one_time_over")

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
        """Sign in, or go on to the code where the person has a second factor."""
        user: Any = form.get_user()
        if has_second_factor(user):
            self.request.session.cycle_key()
            self.request.session[PENDING] = {"user": user.pk, "at": time.time(), "next": self.get_success_url()}
            return redirect("sign-in-code")
        return _enter(self.request, user, self.get_success_url())


def _enter(request: HttpRequest, user: User, where: str) -> HttpResponse:
    login(request, user, BACKEND)
    duties_begin(request, user)
    response = redirect(where)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        keep_language(response, user.language)
    return response


@sensitive_post_parameters("code")
@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the authenticator, or a recovery code, after the right password."""
    pending = request.session.get(PENDING)
    user = _pending_person(pending)
    if user is None or pending is None:
        messages.info(request, _("Signing in took too long. Enter name and password again."))
        return redirect("sign-in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if code_check(user=user, code=form.cleaned_data["code"]):
            del request.session[PENDING]
            return _enter(request, user, pending["next"])
        form.add_error("code", str(WrongCodeError()))
    return render(request, "registration/sign_in_code.html", {"form": form}, status=422 if form.errors else 200)


def _pending_person(pending: Any) -> User | None:
    if not pending or time.time() - pending["at"] > PENDING_S:
        return None
    return User.objects.filter(pk=pending["user"], is_active=True).first()


def from_admin(request: HttpRequest) -> HttpResponse:
    """Lead from the admin's form to ours."""
    return redirect_to_login(request.GET.get("next", reverse("admin:index")), reverse("sign-in"))


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
