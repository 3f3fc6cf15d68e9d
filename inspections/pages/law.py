"""The law as data: read by everyone who works with cases, edited by administrators who first see what it touches."""

import copy
import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from infra import formats
from infra.access import Permission, can, scope_of
from infra.models import Authority, User
from infra.pages.guard import acting_authority, needs
from inspections.casework.lawmaking import Preview, preview_row, row_correct, row_succeed
from inspections.casework.situation import open_file
from inspections.documents.facts import NAMES, facts_of
from inspections.documents.papers import NoForm, template_for, uploaded_template, uploaded_templates
from inspections.documents.rendering import DOCX_TYPE, BadTemplate, check_template
from inspections.documents.shipped import template_of
from inspections.forms.law import TABLES, LawForm, Table
from inspections.models import Clock, Field, FieldMaximum, FineAuthority, FormCode, Rule, StepKind, ViolationCase
from inspections.pages.case_papers import file_response
from inspections.selectors.law import holds
from inspections.services.documents import template_add, template_withdraw
from inspections.services.law import law_row_add
from inspections.tasks import recompute_deadlines

STAFF = (Permission.SEE_REPORTS, Permission.ADMINISTER)
#: what a clock's amount counts
UNITS = {
    "working_days": gettext_lazy("working days"),
    "days": gettext_lazy("days"),
    "months": gettext_lazy("months"),
    "years": gettext_lazy("years"),
    "percent": "%",
    "percent_per_day": gettext_lazy("% a day"),
    "times": gettext_lazy("times"),
}
#: fields of other authorities that the law names beside ours
OTHER_FIELDS = {"construction": gettext_lazy("construction"), "environment": gettext_lazy("environment")}


@dataclass(frozen=True)
class Line:
    """A row of a table of law as the page shows it."""

    row: Any
    code: str
    basis: str
    facts: list[str]
    state: str
    url: str


def _table(code: str) -> Table:
    table = TABLES.get(code)
    if table is None:
        raise Http404
    return table


@require_safe
@needs(*STAFF)
def law_page(request: HttpRequest, code: str = "rules") -> HttpResponseBase:
    """Show one table of law: what holds today, what held before, what is coming."""
    table, today = _table(code), timezone.localdate()
    words = request.GET.get("q", "").strip().casefold()
    rows = table.model._default_manager.order_by(*_order(table))
    lines = [_line(row, today, table) for row in rows]
    if words:
        lines = [line for line in lines if words in f"{line.code} {line.row} {' '.join(line.facts)}".casefold()]
    context = {
        "table": table,
        "tables": TABLES.values(),
        "lines": lines,
        "words": request.GET.get("q", ""),
        "edits": can(request.user, Permission.ADMINISTER),
        "unverified": sum(not line.row.verified and line.state == "now" for line in lines),
        "templates": _templates(request) if table.code == "forms" else {},
        "names": NAMES if table.code == "forms" else {},
    }
    return render(request, "inspections/law.html", context)


def _order(table: Table) -> tuple[str, ...]:
    first = {"clocks": "clock", "maxima": "field"}.get(table.code, "code")
    return (first, "-valid_from", "pk")


def _line(row: Any, today: dt.date, table: Table) -> Line:
    state = "now" if holds(row, today) else "ahead" if row.valid_from > today else "past"
    url = reverse("inspections:law-edit", args=[table.code, row.pk])
    basis = row.basis if isinstance(row, Rule) else row.legal_basis
    return Line(row, _code(row), basis, [fact for fact in FACTS[type(row)](row) if fact], state, url)


def _code(row: Any) -> str:
    if isinstance(row, Clock):
        return " ".join(part for part in (row.clock, row.condition) if part)
    return str(row.get_field_display()) if isinstance(row, FieldMaximum) else str(row.code)


def _frame(low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return _("frame not known")
    return f"{formats.vnd(low) if low is not None else '–'} – {formats.vnd(high) if high is not None else '–'}"


def _rule_facts(row: Rule) -> list[str]:
    return [
        str(row.get_field_display()),
        _frame(row.min_vnd, row.max_vnd),
        _("amounts for individuals") if row.individual_amounts else "",
        _("a warning is possible") if row.warning else "",
        "" if row.proposable else _("never proposed"),
        _("licence or suspension at stake") if row.takes_licence else "",
    ]


def _office_facts(row: FineAuthority) -> list[str]:
    share = _("%(share)s %% of the field's maximum") % {"share": formats.number(row.share * 100)} if row.share else ""
    amount = formats.vnd(row.max_vnd_organization) if row.max_vnd_organization is not None else ""
    return [share or amount, _fields(row.fields) or _("all fields")]


def _maximum_facts(row: FieldMaximum) -> list[str]:
    return [
        formats.vnd(row.max_vnd_individual) if row.max_vnd_individual is not None else _("not known"),
        _("organizations × %(factor)s") % {"factor": formats.number(row.organization_factor)},
        _("individuals pay %(part)s of a rule's frame") % {"part": formats.number(row.individual_factor_of_rule)},
    ]


def _clock_facts(row: Clock) -> list[str]:
    unit = str(UNITS.get(row.unit, row.unit))
    amount = formats.vnd(int(row.amount)) if row.unit == "vnd" else f"{formats.number(row.amount)} {unit}"
    more = _("extendable by %(n)s") % {"n": row.extension} if row.extension else ""
    return [_("yes") if row.unit == "flag" else amount, more, _fields(row.fields)]


def _fields(codes: list[str]) -> str:
    named = dict(Field.choices) | OTHER_FIELDS
    return ", ".join(str(named.get(code, code)) for code in codes)


def _form_facts(row: FormCode) -> list[str]:
    step = str(StepKind(row.step).label) if row.step in StepKind.values else row.step
    return [row.printed_code, row.series, step]


FACTS: dict[type, Any] = {
    Rule: _rule_facts,
    FineAuthority: _office_facts,
    FieldMaximum: _maximum_facts,
    Clock: _clock_facts,
    FormCode: _form_facts,
    TABLES["circumstances"].model: lambda row: [str(row.get_kind_display())],
}


# --- Editing ----------------------------------------------------------------------------------------------------------


@needs(Permission.ADMINISTER)
def law_edit(request: HttpRequest, code: str, pk: int | None = None) -> HttpResponseBase:
    """Edit a row, or add one: first what it would touch is shown, then it is made."""
    table = _table(code)
    row = table.model._default_manager.filter(pk=pk).first() if pk is not None else None
    if pk is not None and row is None:
        raise Http404
    if pk is None and not table.key:
        raise Http404
    form = LawForm(request.POST if request.method == "POST" else None, table=table, row=row)
    preview: Preview | None = None
    status = 200
    if request.method == "POST":
        if form.is_valid():
            if "confirm" in request.POST:
                answer = _made(request, form)
                if answer is not None:
                    return answer
                status = 409
            else:
                preview = preview_row(request.user, row, _changed(form))
        else:
            status = 400
    context = {"table": table, "row": row, "code": _code(row) if row else "", "form": form, "preview": preview}
    return render(request, "inspections/law_edit.html", context, status=status)


def _changed(form: LawForm) -> Any:
    """Return the row as it would be, unsaved."""
    changed: Any = copy.copy(form.row) if form.row is not None else form.table.model()
    for name, value in form.values().items():
        setattr(changed, name, value)
    if form.row is not None and form.cleaned_data["mode"] == "succeed":
        changed.valid_from = form.starts_on
    return changed


def _made(request: HttpRequest, form: LawForm) -> HttpResponseBase | None:
    """Make the change; None where it cannot be made, which the form says."""
    actor, authority = cast(User, request.user), acting_authority(request.user, Permission.ADMINISTER)
    reason = form.cleaned_data["reason"]
    try:
        if form.row is None:
            row = _changed(form)
            row.validate_constraints()
            law_row_add(actor=actor, authority=authority, row=row, reason=reason)
        elif form.cleaned_data["mode"] == "succeed":
            row_succeed(
                actor=actor,
                authority=authority,
                row=form.row,
                values=form.values(),
                valid_from=cast(dt.date, form.starts_on),
                reason=reason,
            )
        else:
            row_correct(actor=actor, authority=authority, row=form.row, values=form.values(), reason=reason)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None
    except ValueError as error:
        form.add_error(None, str(error))
        return None
    recompute_deadlines.enqueue()
    messages.success(request, _("Saved. The dates of open cases are computed anew."))
    return redirect("inspections:law", code=form.table.code)


# --- Templates of forms -----------------------------------------------------------------------------------------------


def _templates(request: HttpRequest) -> dict[str, Any]:
    """Return form code -> the office's own template that counts."""
    ids = [grant.authority_id for grant in scope_of(request.user).grants if grant.authority_id]
    rows = Authority.objects.filter(pk__in=ids) if ids else Authority.objects.all()
    found = rows.order_by("pk").first()
    return dict(uploaded_templates(found)) if found is not None else {}


@require_safe
@needs(*STAFF)
def form_template(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the template that counts, to be changed in a word processor; ``?shipped=1`` gives the shipped one."""
    if not FormCode.objects.filter(code=form).exists():
        raise Http404
    try:
        shipped = template_of(form) if "shipped" in request.GET else None
        content = shipped or template_for(_own_authority(request), form)
    except (NoForm, BadTemplate) as error:
        raise Http404 from error
    return file_response(content, f"{form}.docx", DOCX_TYPE)


def _own_authority(request: HttpRequest) -> Authority:
    ids = [grant.authority_id for grant in scope_of(request.user).grants if grant.authority_id]
    found = Authority.objects.filter(pk__in=ids).order_by("pk").first() or Authority.objects.order_by("pk").first()
    if found is None:
        raise Http404
    return found


@require_POST
@needs(Permission.ADMINISTER)
def form_template_put(request: HttpRequest, form: str) -> HttpResponseBase:
    """Put the office's own template in place, after it was filled once as a trial; or withdraw it."""
    authority, actor = acting_authority(request.user, Permission.ADMINISTER), cast(User, request.user)
    row = FormCode.objects.filter(code=form).order_by("-valid_from").first()
    if row is None:
        raise Http404
    own = uploaded_template(authority, form)
    if "withdraw" in request.POST:
        if own is not None:
            template_withdraw(actor=actor, template=own, reason=_("Back to the one before"))
            messages.success(request, _("The template was withdrawn."))
        return redirect("inspections:law", code="forms")
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a DOCX file."))
        return redirect("inspections:law", code="forms")
    content = file.read()
    try:
        check_template(content, _sample(row))
    except BadTemplate as error:
        messages.error(request, f"{form}: {error}")
        return redirect("inspections:law", code="forms")
    template_add(
        actor=actor,
        authority=authority,
        form=form,
        name=file.name or f"{form}.docx",
        content=content,
        content_type=DOCX_TYPE,
        reason=request.POST.get("reason", "").strip() or _("The office's own template"),
    )
    messages.success(request, _("%(form)s is now written on the office's own template.") % {"form": row.name})
    return redirect("inspections:law", code="forms")


def _sample(form: FormCode) -> dict[str, Any]:
    """Return facts to try a template with: those of the newest case, or none."""
    case = ViolationCase.objects.select_related("authority__organization").order_by("-pk").first()
    return facts_of(open_file(case), form, None, None) if case is not None else {}
