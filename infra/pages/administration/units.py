"""Administrative units: the list by level and time, one unit with its successions, a file of boundaries handed in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from infra import formats
from infra.forms.administration.units import SourceForm, SuccessionForm, UnitFileForm, UnitFilters
from infra.forms.plain import ReasonForm
from infra.models import AdministrativeUnit, Attachment, BoundaryKind, Job, JobKind, UnitSuccession
from infra.pages.administration.acting import actor_of, authority_of, told
from infra.pages.columns import Column
from infra.pages.guard import administers
from infra.pages.listing import Listing, show
from infra.pages.outlines import outline_of
from infra.selectors.people import authorities_of
from infra.services.accounts import RefusedError
from infra.services.attachments import attachment_add
from infra.services.jobs import job_ask
from infra.services.successions import succession_add, succession_verify
from infra.tasks import run_later

#: where a boundary comes from: the tone of its tag
TONES = {BoundaryKind.OFFICIAL: "compliant", BoundaryKind.SCHEMATIC: "due", BoundaryKind.NONE: "unknown"}
JOBS_SHOWN = 5


def unit_url(unit: AdministrativeUnit | None) -> str | None:
    return reverse("infra:unit", args=[unit.pk]) if unit else None


def _boundary(unit: AdministrativeUnit) -> tuple[str, str]:
    return TONES[BoundaryKind(unit.boundary_kind)], str(unit.get_boundary_kind_display())


UNITS = Listing(
    title=_("Administrative units"),
    stem="units",
    columns=(
        Column("name", _("Name"), lambda u: u.full_name, card="title", url=unit_url, second=lambda u: u.code),
        Column("code", _("Code"), lambda u: u.code, screen=False),
        Column("level", _("Level"), lambda u: u.get_level_display(), card="hidden"),
        Column("parent", _("Unit above"), lambda u: u.parent.full_name if u.parent else None, card="line"),
        Column("valid_from", _("In force from"), lambda u: u.valid_from, card="hidden", figure=True),
        Column("valid_to", _("No longer from"), lambda u: u.valid_to, card="hidden", figure=True),
        Column("population", _("Population"), lambda u: u.population, card="hidden", figure=True),
        Column("area_km2", _("Area (km²)"), lambda u: u.area_km2, card="hidden", figure=True, digits=1),
        Column("boundary", _("Boundary"), lambda u: u.get_boundary_kind_display(), card="aside", state=_boundary),
        Column("source", _("Source"), lambda u: u.source, card="hidden"),
    ),
    filters=UnitFilters,
    counted=lambda n: ngettext("%(n)s unit", "%(n)s units", n) % {"n": formats.number(n)},
    empty=_("No unit is known yet. Import a file of boundaries."),
    search_hint=_("Code or name"),
    template="infra/administration/units.html",
)


def _rows(request: HttpRequest) -> Any:
    return (
        AdministrativeUnit.objects.visible_to(request.user)
        .select_related("parent")
        .defer("boundary", "parent__boundary")
    )


@require_safe
@administers
def units(request: HttpRequest) -> HttpResponseBase:
    """List the units of all times."""
    jobs = Job.objects.visible_to(request.user).filter(kind__in=(JobKind.UNITS_TRIAL, JobKind.UNITS_IMPORT))
    context = {"jobs": jobs.select_related("asked_by", "file")[:JOBS_SHOWN]}
    return show(request, UNITS, _rows(request), **context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def unit(request: HttpRequest, number: int) -> HttpResponse:
    """Show one unit: validity, boundary, who came before and who after; take a succession in."""
    found = get_object_or_404(
        AdministrativeUnit.objects.visible_to(request.user).select_related("parent", "type"), pk=number
    )
    form = SuccessionForm(request.POST or None, initial={"on": found.valid_from})
    if request.method == "POST" and form.is_valid() and _succeeded(request, found, form):
        messages.success(request, gettext("The succession is entered."))
        return redirect("infra:unit", found.pk)
    children = _rows(request).filter(parent=found).order_by("-valid_from", "name")
    context = {
        "unit": found,
        "tone": TONES[BoundaryKind(found.boundary_kind)],
        "outline": outline_of(found),
        "before": _successions(found.predecessors, "old"),
        "after": _successions(found.successors, "new"),
        "children": children.count(),
        "form": form,
        "authority": authority_of(request),
        "authorities": authorities_of(request.user),
        "is_over": found.valid_to is not None and found.valid_to <= timezone.localdate(),
    }
    return render(request, "infra/administration/unit.html", context, status=422 if form.errors else 200)


def _successions(rows: Any, other: str) -> list[tuple[UnitSuccession, AdministrativeUnit]]:
    found = rows.select_related(other).defer(f"{other}__boundary").order_by("on", "pk")
    return [(row, getattr(row, other)) for row in found]


def _succeeded(request: HttpRequest, found: AdministrativeUnit, form: SuccessionForm) -> bool:
    values = form.cleaned_data
    others = AdministrativeUnit.objects.filter(code=values["code"], level=found.level).exclude(pk=found.pk)
    is_before = values["direction"] == "before"
    day = values["on"]
    wanted = others.filter(valid_from__lt=day) if is_before else others.filter(valid_from__lte=day)
    other = wanted.defer("boundary").order_by("-valid_from").first()
    if other is None:
        form.add_error("code", gettext("There is no other unit of that code and level at that time."))
        return False
    try:
        succession_add(
            actor=actor_of(request),
            authority=authority_of(request),
            old=other if is_before else found,
            new=found if is_before else other,
            on=day,
            is_whole=values["is_whole"],
            source=values["source"],
            reason=values["reason"],
        )
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return False
    return True


@require_POST
@administers
def succession_confirm(request: HttpRequest, number: int, succession: int) -> HttpResponse:
    """Confirm a succession by the decision that was read."""
    row = get_object_or_404(
        UnitSuccession.objects.select_related("old", "new").defer("old__boundary", "new__boundary"), pk=succession
    )
    form = SourceForm(request.POST)
    if form.is_valid():
        succession_verify(actor=actor_of(request), authority=authority_of(request), succession=row, **form.cleaned_data)
        messages.success(request, gettext("The succession is confirmed."))
    else:
        told(request, form)
    return redirect("infra:unit", number)


# --- a file of boundaries ---------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def units_import(request: HttpRequest) -> HttpResponse:
    """Take a file of boundaries in; what it would do is found out in the background."""
    authority = authority_of(request)
    form = UnitFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            kept = attachment_add(
                actor=actor_of(request),
                authority=authority,
                organization=None,
                name=upload.name,
                chunks=upload.chunks(),
                content_type=upload.content_type or "",
            )
            job = job_ask(
                actor=actor_of(request),
                authority=authority,
                kind=JobKind.UNITS_TRIAL,
                parameters=form.parameters(),
                file=kept,
            )
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            run_later(job)
            return redirect("infra:job", job.pk)
    context = {"form": form, "authority": authority, "authorities": authorities_of(request.user)}
    return render(request, "infra/administration/units_import.html", context, status=422 if form.errors else 200)


@require_POST
@administers
def units_write(request: HttpRequest, number: int) -> HttpResponse:
    """Import what was tried: the same file on the same terms."""
    tried = get_object_or_404(Job.objects.visible_to(request.user), pk=number, kind=JobKind.UNITS_TRIAL)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        told(request, form)
        return redirect("infra:job", number)
    file: Attachment | None = tried.file
    try:
        job = job_ask(
            actor=actor_of(request),
            authority=tried.authority,
            kind=JobKind.UNITS_IMPORT,
            parameters={**tried.parameters, "reason": form.cleaned_data["reason"]},
            file=file,
        )
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("infra:job", number)
    run_later(job)
    return redirect("infra:job", job.pk)
