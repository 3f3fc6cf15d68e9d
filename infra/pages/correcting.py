"""What the pages of corrections share: the form, its way back, who may correct what."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from infra.forms.plain import ReasonForm
from infra.models import Installation
from infra.pages.administration.acting import actor_of
from infra.services.accounts import RefusedError

METHODS = ["GET", "HEAD", "POST"]


def initial_of(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """Return the present values of a row for its form; a flag that may be unknown is chosen from a list."""
    values = {}
    for name in names:
        column: Any = row._meta.get_field(name)
        value = getattr(row, column.attname)
        values[name] = str(int(value)) if column.null and isinstance(value, bool) else value
    return values


def correction_page(
    request: HttpRequest,
    form: ReasonForm,
    carry_out: Callable[..., Any],
    back: str,
    done: str = "",
    **context: Any,
) -> HttpResponse:
    """Show a form; where it is right, carry the correction out and go back."""
    if request.method == "POST" and form.is_valid():
        try:
            carry_out(actor=actor_of(request), **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, done or gettext("Corrected. The history says what stood there before."))
            return redirect(back)
    context = {"form": form, "back": back, "done": done, **context}
    return render(request, "infra/corrections/form.html", context, status=422 if form.errors else 200)


def installation_to_correct(request: HttpRequest, number: str) -> Installation:
    """Return an installation that the person may change; Http404 otherwise."""
    rows = Installation.objects.editable_by(request.user).select_related("authority", "organization", "site", "status")
    return get_object_or_404(rows, registry_number=number)
