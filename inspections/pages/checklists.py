"""Checklists: the list, one version with what changes in it, its XLSForm, a file taken in."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from infra.access import Permission, scope_of
from infra.models import Limit
from infra.pages.administration.acting import actor_of
from infra.pages.guard import administers, needs
from inspections.fieldwork.measures import printed_unit
from inspections.fieldwork.xlsforms import ReadForm, read_xlsform, write_xlsform
from inspections.forms.checklists import SUBJECTS, EndForm, FileForm, NewChecklistForm, PublishForm
from inspections.models import ChecklistItem, ChecklistTemplate, Inspection, TemplateStatus
from inspections.selectors.checklist_content import changes_between, troubles
from inspections.selectors.law import limits_in_force
from inspections.services.checklists import CannotChange, draft_begin, draft_replace

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {TemplateStatus.DRAFT: "due", TemplateStatus.PUBLISHED: "compliant", TemplateStatus.SUPERSEDED: "unknown"}
_PRINTED = {"<=": "≤", ">=": "≥", "=": "="}


def may_write(request: HttpRequest) -> bool:
    """Tell whether the person writes checklists."""
    scope = scope_of(request.user)
    return bool(scope.everything or scope.administers())


def find(request: HttpRequest, pk: int, *, draft: bool = False) -> ChecklistTemplate:
    """Return the version; Http404 where there is none for the person, or where a draft is wanted and it is none."""
    rows = ChecklistTemplate.objects.visible_to(request.user)
    if draft or may_write(request):
        rows = rows.filter(status=TemplateStatus.DRAFT) if draft else rows
    else:
        rows = rows.exclude(status=TemplateStatus.DRAFT)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def checklist_list(request: HttpRequest) -> HttpResponseBase:
    """List the checklists with the version in force and the draft of each (two queries)."""
    rows = ChecklistTemplate.objects.visible_to(request.user).annotate(size=Count("items"))
    if not may_write(request):
        rows = rows.exclude(status=TemplateStatus.DRAFT)
    by_code: dict[str, list[Any]] = defaultdict(list)
    for row in rows.order_by("name_vi", "code", "-version"):
        by_code[row.code].append(row)
    lines = [_line(versions) for versions in by_code.values()]
    context = {"lines": lines, "may_write": may_write(request)}
    return render(request, "inspections/checklists.html", context)


def _line(versions: list[Any]) -> dict[str, Any]:
    today = timezone.localdate()
    draft = next((row for row in versions if row.status == TemplateStatus.DRAFT), None)
    others = [row for row in versions if row is not draft]
    stands = next(
        (row for row in others if row.valid_from <= today and (row.valid_to is None or row.valid_to >= today)), None
    )
    ahead = next((row for row in others if row.valid_from > today), None)
    return {
        "shown": stands or ahead or draft or others[0],
        "stands": stands,
        "ahead": ahead,
        "draft": draft,
        "subjects": subject_words((stands or ahead or draft or others[0]).subjects),
    }


def subject_words(subjects: list[str]) -> str:
    """Return what a checklist is for, in words."""
    names = dict(SUBJECTS)
    return ", ".join(str(names.get(code, code)) for code in subjects)


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def checklist_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one version; a draft can be written on."""
    template = find(request, pk)
    writes = may_write(request)
    versions = list(ChecklistTemplate.objects.filter(code=template.code).order_by("-version"))
    if not writes:
        versions = [row for row in versions if row.status != TemplateStatus.DRAFT]
    is_draft = template.status == TemplateStatus.DRAFT
    before = next(
        (row for row in versions if row.version < template.version and row.status != TemplateStatus.DRAFT), None
    )
    context = {
        "template": template,
        "tone": TONES[TemplateStatus(template.status)],
        "subjects": subject_words(template.subjects),
        "groups": _groups(template),
        "is_draft": is_draft and writes,
        "may_write": writes,
        "versions": [(row, TONES[TemplateStatus(row.status)]) for row in versions],
        "draft": next((row for row in versions if row.status == TemplateStatus.DRAFT), None),
        "before": before,
        "changes": changes_between(before, template) if before else None,
        "used": Inspection.objects.filter(checklist=template).count() if writes else None,
    }
    if is_draft and writes:
        today = timezone.localdate()
        context["troubles"] = troubles(template)
        context["publish"] = PublishForm(initial={"valid_from": today})
    elif writes and template.status == TemplateStatus.PUBLISHED:
        context["end"] = EndForm(initial={"last_day": timezone.localdate()})
    return render(request, "inspections/checklist.html", context)


def _groups(template: ChecklistTemplate) -> list[dict[str, Any]]:
    items = list(template.items.select_related("group"))
    limits = limits_in_force({item.limit_code for item in items if item.limit_code}, timezone.localdate())
    return [
        {"group": group, "items": [(item, limit_words(item, limits)) for item in items if item.group_id == group.pk]}
        for group in template.groups.all()
    ]


def limit_words(item: ChecklistItem, limits: dict[str, Limit]) -> str:
    """Return the limit that an answer is held against, in words; empty where there is none."""
    limit = limits.get(item.limit_code)
    value = limit.value if limit else item.limit_value
    if value is None:
        return ""
    comparison = (limit.comparison if limit else item.comparison) or "<="
    return f"{_PRINTED.get(comparison, comparison)} {value:g} {printed_unit(item.unit)}".replace(".", ",").strip()


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def checklist_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send one version as XLSForm."""
    template = find(request, pk)
    response = HttpResponse(write_xlsform(template), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{template.code}-v{template.version}.xlsx"'
    return response


# --- Beginning a draft ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def checklist_new(request: HttpRequest) -> HttpResponseBase:
    """Begin a checklist that there is not yet."""
    form = NewChecklistForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        draft = draft_begin(actor=actor_of(request), code=form.cleaned_data["code"], head=form.head)
        messages.success(request, _("The draft is begun. Add headings and questions, then publish it."))
        return redirect("inspections:checklist", pk=draft.pk)
    context = {"form": form, "template": None}
    return render(request, "inspections/checklist_head.html", context, status=422 if form.errors else 200)


@require_POST
@administers
def checklist_next(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Begin the next version as a copy of what this one holds."""
    template = find(request, pk)
    try:
        draft = draft_begin(actor=actor_of(request), code=template.code, head={})
    except CannotChange as error:
        messages.error(request, str(error))
        return redirect("inspections:checklist", pk=pk)
    messages.success(request, _("Version %(version)s is begun as a copy.") % {"version": draft.version})
    return redirect("inspections:checklist", pk=draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def checklist_import(request: HttpRequest) -> HttpResponseBase:
    """Take an XLSForm in as a draft; what does not fit is said by row and nothing is written."""
    initial = {"code": request.GET.get("code", "")[:48]}
    form = FileForm(request.POST or None, request.FILES or None, initial=initial)
    found: ReadForm | None = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        found = read_xlsform(upload.read(), upload.name)
        code = form.cleaned_data["code"] or found.head.get("code") or ""
        if found.is_sound and not code:
            form.add_error("code", _("The file gives no form_id: name the checklist."))
        elif found.is_sound:
            return _taken_in(request, code, found)
    context = {"form": form, "found": found}
    refused = form.is_bound and (form.errors or (found is not None and not found.is_sound))
    return render(request, "inspections/checklist_import.html", context, status=422 if refused else 200)


def _taken_in(request: HttpRequest, code: str, found: ReadForm) -> HttpResponseBase:
    """Write what the file holds into the draft of *code*, begun where there is none."""
    actor = actor_of(request)
    head = {name: value for name, value in found.head.items() if name != "code" and value}
    head.setdefault("name_vi", code)
    draft = ChecklistTemplate.objects.filter(code=code, status=TemplateStatus.DRAFT).first()
    if draft is None:
        draft = draft_begin(actor=actor, code=code, head=head, content=found.content)
    else:
        draft_replace(actor=actor, template=draft, head=head, content=found.content)
    words = _("%(n)s questions are in the draft of version %(version)s. Look it over, then publish it.")
    messages.success(request, words % {"n": len(found.content["items"]), "version": draft.version})
    for note in found.notes[:20]:
        messages.info(request, _("Row %(row)s: %(message)s") % {"row": note.row, "message": note.message})
    return redirect("inspections:checklist", pk=draft.pk)
