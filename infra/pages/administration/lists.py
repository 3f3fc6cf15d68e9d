"""Lists and limits: what each holds, one row with its versions, and the acts on it."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from infra import formats
from infra.forms.administration.lists import EndForm, NewRowForm, NewRuleForm, RowForm, VerifyForm, VersionForm
from infra.models import Authority
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


def _rows(request: HttpRequest, kept: KeptList) -> QuerySet[Any]:
    """Return the rows that the person keeps: all of a list that everybody shares, the own ones of another."""
    if not kept.of_authority:
        return kept.rows()
    related = [name for name in kept.key if kept.model._meta.get_field(name).is_relation]
    return (
        kept.rows()
        .filter(authority__in=authorities_of(request.user))
        .select_related(*related, "authority__organization")
    )


def _row(request: HttpRequest, kept: KeptList, key: str) -> Any:
    """Return the row with primary key *key*; Http404 for anything else."""
    try:
        row = _rows(request, kept).filter(pk=key).first()
    except (ValueError, OverflowError):
        row = None
    if row is None:
        raise Http404
    return row


@require_safe
@administers
def lists(request: HttpRequest) -> HttpResponse:
    """Show all lists with what is unverified in each."""
    shown = [(kept, reads.tally(_rows(request, kept))) for kept in LISTS.values()]
    context = {"lists": shown, "unverified": sum(counted.unverified for _kept, counted in shown)}
    return render(request, "infra/administration/lists.html", context)


@require_safe
@administers
def list_rows(request: HttpRequest, name: str) -> HttpResponse:
    """Show the rows of one list; those that ended only when asked for."""
    kept = _list(name)
    with_ended = request.GET.get("ended") == "1"
    only = request.GET.get("verified") == "0"
    rows = [row for row in _rows(request, kept) if (with_ended or reads.standing(row) != "ended")]
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
        "code": kept.about_of(row),
        "standing": reads.standing(row),
        "value": _value(kept, row),
        "url": row_url(kept, row),
    }


def _value(kept: KeptList, row: Any) -> str:
    """Return the values of a row in a line."""
    said = getattr(row, "said", None) or (getattr(row, "comparison", ""), getattr(row, "value", None), "")
    if said[1] is not None:
        comparison, value, unit = said[0], said[1], said[2] or getattr(row, "unit", "")
        words = {"<=": "≤", ">=": "≥"}.get(comparison, comparison)
        return f"{words} {formats.quantity(value, unit) if unit else formats.number(value)}".strip()
    return " · ".join(text for name in kept.values if (text := written(getattr(row, name))))


def _authority(request: HttpRequest, kept: KeptList, row: Any) -> dict[str, Any]:
    """Return in whose ledger an act on *row* stands, and who may be chosen instead: an own row leaves no choice."""
    if kept.of_authority:
        return {"authority": row.authority, "authorities": Authority.objects.none()}
    return {"authority": authority_of(request), "authorities": authorities_of(request.user)}


def row_url(kept: KeptList, row: Any) -> str:
    return reverse("infra:list-row", args=[kept.name, row.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def list_row(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Show one row with its versions and acts; take a correction of its texts in."""
    kept = _list(name)
    row = _row(request, kept, key)
    whose = _authority(request, kept, row)
    form = RowForm(request.POST or None, kept=kept, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        service.row_correct(
            actor=actor_of(request), authority=whose["authority"], kept=kept, row=row, reason=reason, **values
        )
        messages.success(request, gettext("Saved. The ledger says what stood there before."))
        return redirect(row_url(kept, row))
    code = kept.code_of(row)
    versions = _rows(request, kept).filter(**kept.key_of(row)).order_by("-valid_from") if kept.dated else []
    context = {
        "kept": kept,
        "row": row,
        "code": kept.about_of(row),
        "value": _value(kept, row),
        "standing": reads.standing(row),
        "versions": [_shown(kept, one) for one in versions],
        "acts": [(one, act_title(one.kind), _changes(one)) for one in reads.acts_on(name, code)],
        "form": form,
        **whose,
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
    """Enter a new thing in a list without versions, or a rule of one's own authority."""
    kept = _list(name)
    if not kept.grows:
        raise Http404
    form_class = NewRuleForm if kept.of_authority else NewRowForm
    form = form_class(request.POST or None, kept=kept, initial={"order": 100, "valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        authority = authority_of(request)
        own = {"authority": authority} if kept.of_authority else {}
        try:
            row = service.row_add(actor=actor_of(request), authority=authority, kept=kept, own=own, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, gettext("“%(code)s” stands in the list.") % {"code": kept.about_of(row)})
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
    row = _row(request, kept, key)
    if not kept.dated:
        raise Http404
    whose = _authority(request, kept, row)
    form = VersionForm(request.POST or None, kept=kept, initial={**_initial(row), "valid_from": None})
    if request.method == "POST" and form.is_valid():
        try:
            new = service.version_add(
                actor=actor_of(request), authority=whose["authority"], kept=kept, row=row, **form.cleaned_data
            )
        except RefusedError as refused:
            form.add_error("valid_from", str(refused))
        else:
            messages.success(
                request, gettext("The new version holds from %(day)s.") % {"day": formats.day(new.valid_from)}
            )
            return redirect(row_url(kept, new))
    context = {
        "kept": kept, "row": row, "code": kept.about_of(row), "value": _value(kept, row), "form": form, **whose,
    }  # fmt: skip
    return render(request, "infra/administration/list_version_new.html", context, status=422 if form.errors else 200)


@require_POST
@administers
def list_act(request: HttpRequest, name: str, key: str, act: str) -> HttpResponse:
    """End a row, or mark it as verified."""
    kept = _list(name)
    row = _row(request, kept, key)
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
        authority = _authority(request, kept, row)["authority"]
        carry_out(actor=actor_of(request), authority=authority, kept=kept, row=row, **form.cleaned_data)
        messages.success(request, said)
    except RefusedError as refused:
        messages.error(request, str(refused))
    return redirect(row_url(kept, row))
