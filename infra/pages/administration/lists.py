"""Lists and limits: what each holds, one row with its versions, and the acts on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from infra import formats
from infra.forms.administration.lists import EndForm, NewRowForm, RowForm, VerifyForm, VersionForm
from infra.pages.administration.acting import actor_of, authority_of, told
from infra.pages.columns import written
from infra.pages.guard import administers
from infra.selectors import lists as reads
from infra.selectors.acts import act_title
from infra.selectors.people import authorities_of
from infra.services import lists as service
from infra.services.accounts import RefusedError
from infra.services.lists import LISTS, KeptList


def _list(name: str) -> KeptList:
    kept = LISTS.get(name)
    if kept is None:
        raise Http404
    return kept


def _row(kept: KeptList, key: str) -> Any:
    """Return the row with primary key *key*; Http404 for anything else."""
    try:
        row = kept.rows().filter(pk=key).first()
    except (ValueError, OverflowError):
        row = None
    if row is None:
        raise Http404
    return row


@require_safe
@administers
def lists(request: HttpRequest) -> HttpResponse:
    """Show all lists with what is unverified in each."""
    shown = [(kept, reads.tally(kept.model)) for kept in LISTS.values()]
    context = {"lists": shown, "unverified": sum(counted.unverified for _kept, counted in shown)}
    return render(request, "infra/administration/lists.html", context)


@require_safe
@administers
def list_rows(request: HttpRequest, name: str) -> HttpResponse:
    """Show the rows of one list; those that ended only when asked for."""
    kept = _list(name)
    with_ended = request.GET.get("ended") == "1"
    only = request.GET.get("verified") == "0"
    rows = [row for row in kept.rows() if (with_ended or reads.standing(row) != "ended")]
    if only:
        rows = [row for row in rows if not row.verified]
    context = {
        "kept": kept,
        "rows": [_shown(kept, row) for row in rows],
        "with_ended": with_ended,
        "only_unverified": only,
        "count": len(rows),
    }
    return render(request, "infra/administration/list.html", context)


def _shown(kept: KeptList, row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "code": kept.code_of(row),
        "standing": reads.standing(row),
        "value": _value(kept, row),
        "url": row_url(kept, row),
    }


def _value(kept: KeptList, row: Any) -> str:
    """Return the values of a row in a line."""
    if hasattr(row, "value"):
        unit = getattr(row, "unit", "")
        comparison = getattr(row, "comparison", "")
        words = {"<=": "≤", ">=": "≥"}.get(comparison, comparison)
        return f"{words} {formats.quantity(row.value, unit) if unit else formats.number(row.value)}".strip()
    return " · ".join(text for name in kept.values if (text := written(getattr(row, name))))


def row_url(kept: KeptList, row: Any) -> str:
    return reverse("infra:list-row", args=[kept.name, row.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def list_row(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Show one row with its versions and acts; take a correction of its texts in."""
    kept = _list(name)
    row = _row(kept, key)
    form = RowForm(request.POST or None, kept=kept, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        service.row_correct(
            actor=actor_of(request), authority=authority_of(request), kept=kept, row=row, reason=reason, **values
        )
        messages.success(request, gettext("Saved. The ledger says what stood there before."))
        return redirect(row_url(kept, row))
    code = kept.code_of(row)
    versions = kept.rows().filter(**kept.key_of(row)).order_by("-valid_from") if kept.dated else []
    context = {
        "kept": kept,
        "row": row,
        "code": code,
        "value": _value(kept, row),
        "standing": reads.standing(row),
        "versions": [_shown(kept, one) for one in versions],
        "acts": [(one, act_title(one.kind), _changes(one)) for one in reads.acts_on(name, code)],
        "form": form,
        "authority": authority_of(request),
        "authorities": authorities_of(request.user),
        "today": timezone.localdate(),
    }
    return render(request, "infra/administration/list_row.html", context, status=422 if form.errors else 200)


def _initial(row: Any) -> dict[str, Any]:
    values = {field.name: getattr(row, field.name) for field in row._meta.local_concrete_fields}
    return {name: {True: "1", False: "0"}.get(value, value) if value is True or value is False else value
            for name, value in values.items()}  # fmt: skip


def _changes(record: Any) -> list[tuple[str, str, str]]:
    before, after = record.details.get("before", {}), record.details.get("after", {})
    names = [name for name in after if before.get(name) != after[name]]
    return [(name, written(before.get(name)), written(after[name])) for name in names if before]


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def list_row_new(request: HttpRequest, name: str) -> HttpResponse:
    """Enter a new thing in a list without versions."""
    kept = _list(name)
    if kept.dated:
        raise Http404
    form = NewRowForm(request.POST or None, kept=kept, initial={"order": 100, "valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        row = service.row_add(actor=actor_of(request), authority=authority_of(request), kept=kept, **form.cleaned_data)
        messages.success(request, gettext("“%(code)s” stands in the list.") % {"code": row.code})
        return redirect(row_url(kept, row))
    context = {
        "kept": kept, "form": form, "authority": authority_of(request), "authorities": authorities_of(request.user),
    }  # fmt: skip
    return render(request, "infra/administration/list_row_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def list_version_new(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Let a new version of a dated row hold from a day on."""
    kept = _list(name)
    row = _row(kept, key)
    if not kept.dated:
        raise Http404
    form = VersionForm(request.POST or None, kept=kept, initial={**_initial(row), "valid_from": None})
    if request.method == "POST" and form.is_valid():
        try:
            new = service.version_add(
                actor=actor_of(request), authority=authority_of(request), kept=kept, row=row, **form.cleaned_data
            )
        except RefusedError as refused:
            form.add_error("valid_from", str(refused))
        else:
            messages.success(
                request, gettext("The new version holds from %(day)s.") % {"day": formats.day(new.valid_from)}
            )
            return redirect(row_url(kept, new))
    context = {
        "kept": kept, "row": row, "code": kept.code_of(row), "value": _value(kept, row), "form": form,
        "authority": authority_of(request), "authorities": authorities_of(request.user),
    }  # fmt: skip
    return render(request, "infra/administration/list_version_new.html", context, status=422 if form.errors else 200)


@require_POST
@administers
def list_act(request: HttpRequest, name: str, key: str, act: str) -> HttpResponse:
    """End a row, or mark it as verified."""
    kept = _list(name)
    row = _row(kept, key)
    kinds: dict[str, tuple[Any, Any, str]] = {
        "end": (EndForm, service.row_end, gettext("The row ends on that day.")),
        "verify": (VerifyForm, service.row_verify, gettext("Marked as verified by that text.")),
    }
    if act not in kinds:
        raise Http404
    form_class, carry_out, said = kinds[act]
    form = form_class(request.POST)
    if not form.is_valid():
        told(request, form)
        return redirect(row_url(kept, row))
    try:
        carry_out(actor=actor_of(request), authority=authority_of(request), kept=kept, row=row, **form.cleaned_data)
        messages.success(request, said)
    except RefusedError as refused:
        messages.error(request, str(refused))
    return redirect(row_url(kept, row))
