"""Writing on a draft of a checklist: head, headings, questions, their order, publishing."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from infra import formats
from infra.models import Limit
from infra.pages.administration.acting import actor_of, authority_of, told
from infra.pages.guard import administers
from inspections.forms.checklists import EndForm, GroupForm, HeadForm, ItemForm, PublishForm, initial_of
from inspections.models import ChecklistGroup, ChecklistItem, ChecklistTemplate, Rule
from inspections.pages.checklists import find
from inspections.services import checklists as service
from inspections.services.checklists import CannotChange

_HEAD = ("name_vi", "name_en", "field", "subjects")


def _back(template: ChecklistTemplate, anchor: str = "") -> str:
    return reverse("inspections:checklist", args=[template.pk]) + (f"#{anchor}" if anchor else "")


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def checklist_head(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Write names, field and subjects of a draft."""
    template = find(request, pk, draft=True)
    form = HeadForm(request.POST or None, initial={name: getattr(template, name) for name in _HEAD})
    if request.method == "POST" and form.is_valid():
        service.draft_head(actor=actor_of(request), template=template, head=form.head)
        return redirect(_back(template))
    context = {"form": form, "template": template}
    return render(request, "inspections/checklist_head.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def checklist_group(request: HttpRequest, pk: int, group: int | None = None) -> HttpResponseBase:
    """Write a heading of a draft."""
    template = find(request, pk, draft=True)
    row = get_object_or_404(ChecklistGroup, pk=group, template=template) if group else ChecklistGroup(template=template)
    initial = {name: getattr(row, name) for name in ("name_vi", "name_en", "code")}
    form = GroupForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            service.group_save(actor=actor_of(request), group=form.apply(row))
            return redirect(_back(template, f"group-{row.pk}"))
        except CannotChange as error:
            form.add_error("code", str(error))
    context = {"form": form, "template": template, "group": row if row.pk else None}
    return render(request, "inspections/checklist_group.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def checklist_item(request: HttpRequest, pk: int, item: int | None = None) -> HttpResponseBase:
    """Write a question of a draft."""
    template = find(request, pk, draft=True)
    row = get_object_or_404(ChecklistItem, pk=item, template=template) if item else ChecklistItem(template=template)
    if not template.groups.exists():
        messages.error(request, _("Add a heading first: every question stands under one."))
        return redirect(_back(template))
    today = timezone.localdate()
    initial = initial_of(row) if row.pk else {"group": request.GET.get("group"), "may_be_na": True}
    form = ItemForm(
        request.POST or None,
        template=template,
        limits=Limit.objects.in_force(today).exclude(code__startswith="risk_").order_by("name_vi", "valid_from"),
        rules=Rule.objects.in_force(today).order_by("code"),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            service.item_save(actor=actor_of(request), item=form.apply(row))
        except CannotChange as error:
            form.add_error("code", str(error))
        else:
            if "another" in request.POST:
                messages.success(request, _("Saved. The next question:"))
                return redirect(f"{reverse('inspections:checklist-item-new', args=[pk])}?group={row.group_id}")
            return redirect(_back(template, f"item-{row.pk}"))
    context = {"form": form, "template": template, "item": row if row.pk else None}
    return render(request, "inspections/checklist_item.html", context, status=422 if form.errors else 200)


Act = Callable[[HttpRequest, ChecklistTemplate], str]


def _item_of(request: HttpRequest, template: ChecklistTemplate) -> ChecklistItem:
    return get_object_or_404(ChecklistItem, pk=_number(request.POST.get("item")), template=template)


def _group_of(request: HttpRequest, template: ChecklistTemplate) -> ChecklistGroup:
    return get_object_or_404(ChecklistGroup, pk=_number(request.POST.get("group")), template=template)


def _number(text: str | None) -> int:
    if not text or not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)


def _by(request: HttpRequest) -> int:
    return -1 if request.POST.get("by") == "up" else 1


def _move_item(request: HttpRequest, template: ChecklistTemplate) -> str:
    item = _item_of(request, template)
    service.item_move(actor=actor_of(request), item=item, by=_by(request))
    return _back(template, f"item-{item.pk}")


def _remove_item(request: HttpRequest, template: ChecklistTemplate) -> str:
    item = _item_of(request, template)
    group, text = item.group_id, item.text
    service.item_remove(actor=actor_of(request), item=item)
    messages.success(request, _("Removed: %(text)s") % {"text": text})
    return _back(template, f"group-{group}")


def _move_group(request: HttpRequest, template: ChecklistTemplate) -> str:
    group = _group_of(request, template)
    service.group_move(actor=actor_of(request), group=group, by=_by(request))
    return _back(template, f"group-{group.pk}")


def _remove_group(request: HttpRequest, template: ChecklistTemplate) -> str:
    service.group_remove(actor=actor_of(request), group=_group_of(request, template))
    return _back(template)


def _delete(request: HttpRequest, template: ChecklistTemplate) -> str:
    service.draft_delete(actor=actor_of(request), template=template)
    messages.success(request, _("The draft is deleted."))
    return reverse("inspections:checklists")


def _publish(request: HttpRequest, template: ChecklistTemplate) -> str:
    form = PublishForm(request.POST)
    if not form.is_valid():
        told(request, form)
        return _back(template, "publish")
    day = form.cleaned_data["valid_from"]
    service.checklist_publish(
        actor=actor_of(request),
        authority=authority_of(request),
        template=template,
        valid_from=day,
        reason=form.cleaned_data["reason"],
    )
    words = _("Version %(version)s is in force from %(day)s on. Phones fetch it with their next package.")
    messages.success(request, words % {"version": template.version, "day": formats.day(day)})
    return _back(template)


ACTS: dict[str, Act] = {
    "move-item": _move_item,
    "remove-item": _remove_item,
    "move-group": _move_group,
    "remove-group": _remove_group,
    "delete": _delete,
    "publish": _publish,
}


@require_POST
@administers
def checklist_act(request: HttpRequest, pk: int, act: str) -> HttpResponseBase:
    """Carry out one act on a draft."""
    carry_out = ACTS.get(act)
    if carry_out is None:
        raise Http404
    template = find(request, pk, draft=True)
    try:
        return redirect(carry_out(request, template))
    except CannotChange as error:
        messages.error(request, str(error))
        return redirect(_back(template))


@require_POST
@administers
def checklist_ended(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a published version out of force."""
    template = find(request, pk)
    form = EndForm(request.POST)
    if not form.is_valid():
        told(request, form)
        return redirect(_back(template))
    try:
        service.checklist_end(
            actor=actor_of(request),
            authority=authority_of(request),
            template=template,
            last_day=form.cleaned_data["last_day"],
            reason=form.cleaned_data["reason"],
        )
    except (CannotChange, ValueError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The checklist is out of force after that day."))
    return redirect(_back(template))
