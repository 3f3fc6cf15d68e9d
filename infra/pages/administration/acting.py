"""What the pages of the administration share: whose ledger an act stands in, and how a refusal is told."""

from collections.abc import Callable
from typing import cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from infra.forms.plain import ReasonForm
from infra.models import Authority, User
from infra.selectors.people import authorities_of
from infra.services.accounts import RefusedError


def actor_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def authority_of(request: HttpRequest) -> Authority:
    """Return the authority for which the person acts: the one that ``authority`` names, else the first.

    Raises Http404 where the person administers none of that code.
    """
    rows = authorities_of(request.user)
    code = request.POST.get("authority") or request.GET.get("authority")
    found = rows.filter(code=code).first() if code else rows.first()
    if found is None:
        raise Http404
    return found


def told(request: HttpRequest, form: forms.Form) -> None:
    """Say what is wrong with a small form that has no page of its own."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, f"{label}: {errors[0]}" if label else str(errors[0]))


def act_with_reason(
    request: HttpRequest,
    back: str,
    carry_out: Callable[[str], str],
    form_class: type[ReasonForm] = ReasonForm,
) -> HttpResponse:
    """Carry out an act that asks for a reason only, and go back to its page; *carry_out* returns what was done."""
    form = form_class(request.POST)
    if not form.is_valid():
        told(request, form)
        return redirect(back)
    try:
        messages.success(request, carry_out(form.cleaned_data["reason"]))
    except RefusedError as refused:
        messages.error(request, str(refused))
    return redirect(back)


def person_url(user: User) -> str:
    return reverse("infra:person", args=[user.pk])
