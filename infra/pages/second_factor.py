"""One's own second factor: set up with a QR code, recovery codes shown once, taken away."""

from base64 import b32encode
from urllib.parse import urlencode

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from infra.forms.second_factor import CodeForm
from infra.models import SecondFactor
from infra.pages.administration.acting import actor_of
from infra.pages.gate import duty_done
from infra.pages.guard import signed_in
from infra.pages.preferences import our_page
from infra.services.accounts import RefusedError
from infra.services.duties import SECOND_FACTOR
from infra.services.second_factors import (
    WrongCodeError,
    code_check,
    has_second_factor,
    needs_second_factor,
    recovery_codes_left,
    recovery_codes_renew,
    second_factor_begin,
    second_factor_remove,
    second_factor_set,
)

#: letters of the secret that are read out together
GROUP = 4


@require_safe
@never_cache
@signed_in
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show whether there is a second factor, and what may be done about it."""
    return _page(request, CodeForm())


def _next(request: HttpRequest) -> str:
    """Return the page of ours that the person was on the way to."""
    return our_page(request, request.GET.get("next") or request.POST.get("next", ""))


def _page(request: HttpRequest, form: CodeForm, codes: list[str] | None = None, status: int = 200) -> HttpResponse:
    user = actor_of(request)
    context = {
        "form": form,
        "is_set": has_second_factor(user),
        "is_needed": needs_second_factor(user),
        "codes_left": recovery_codes_left(user),
        "codes": codes,
        "next": _next(request),
    }
    return render(request, "infra/second_factor.html", context, status=status)


@require_POST
@sensitive_post_parameters("code")
@signed_in
def second_factor_new(request: HttpRequest) -> HttpResponse:
    """Begin with an authenticator; whoever has one shows its code first."""
    user, form = actor_of(request), CodeForm(request.POST)
    if has_second_factor(user) and not _checked(request, form):
        return _page(request, form, status=422)
    second_factor_begin(user=user)
    return redirect(f"{reverse('infra:second-factor-scan')}?{urlencode({'next': _next(request)})}")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@never_cache
@signed_in
def second_factor_scan(request: HttpRequest) -> HttpResponse:
    """Show the QR code of the authenticator that waits; take its first code."""
    user = actor_of(request)
    device = SecondFactor.objects.filter(user=user, confirmed=False).order_by("-pk").first()
    if device is None:
        return redirect("infra:second-factor")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = second_factor_set(user=user, code=form.cleaned_data["code"])
        except WrongCodeError as wrong:
            form.add_error("code", str(wrong))
        else:
            duty_done(request, SECOND_FACTOR)
            return _page(request, CodeForm(), codes)
    context = {
        "form": form,
        "drawing": _drawing(device.config_url),
        "secret": _readable(device),
        "address": device.config_url,
        "next": _next(request),
    }
    return render(request, "infra/second_factor_scan.html", context, status=422 if form.errors else 200)


def _drawing(address: str) -> SafeString:
    """Return the QR code as SVG; black on white in the dark theme too, so that every camera reads it."""
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=3, dark="#000", light="#fff", svgclass="st-qr")
    label = _("QR code for the authenticator")
    return format_html('<div role="img" aria-label="{}">{}</div>', label, mark_safe(drawn))


def _readable(device: SecondFactor) -> str:
    text = b32encode(device.bin_key).decode()
    return " ".join(text[place : place + GROUP] for place in range(0, len(text), GROUP))


@require_POST
@sensitive_post_parameters("code")
@never_cache
@signed_in
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them, this one time."""
    form = CodeForm(request.POST)
    if not _checked(request, form):
        return _page(request, form, status=422)
    return _page(request, CodeForm(), recovery_codes_renew(user=actor_of(request)))


@require_POST
@sensitive_post_parameters("code")
@signed_in
def second_factor_off(request: HttpRequest) -> HttpResponse:
    """Take the own second factor away."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        second_factor_remove(user=actor_of(request), code=form.cleaned_data["code"])
    except RefusedError as refused:
        form.add_error("code", str(refused))
        return _page(request, form, status=422)
    messages.success(request, _("The second factor is taken away. Signing in asks for the password alone."))
    return redirect("infra:account")


def _checked(request: HttpRequest, form: CodeForm) -> bool:
    if not form.is_valid():
        return False
    if code_check(user=actor_of(request), code=form.cleaned_data["code"]):
        return True
    form.add_error("code", str(WrongCodeError()))
    return False
