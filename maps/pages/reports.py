"""Public reports as work of the authority: the list of what waits, one report, what is done about it."""

from dataclasses import dataclass
from typing import Any, cast

import django_filters
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from infra import formats
from infra.access import Permission, can
from infra.forms.lists import ListFilters
from infra.models import REPORT_MOVES, PublicReport, ReportCategory, ReportKind, ReportStatus, Site, User
from infra.pages.columns import Column
from infra.pages.guard import needs
from infra.pages.keyset import Order
from infra.pages.listing import Listing, show
from infra.selectors.reports import WAITING, reports
from infra.services.reports import CannotMoveReportError, report_apply_position, report_move
from infra.spatial.metres import metres_between
from maps.forms import AnswerForm
from maps.pages.folium import MapMarkup, map_markup
from maps.pages.ground import ground_settings, source_note, words

AROUND = 0.008

TONES = {
    ReportStatus.OPEN: "overdue",
    ReportStatus.TAKEN: "due",
    ReportStatus.ANSWERED: "compliant",
    ReportStatus.CLOSED: "unknown",
}


class ReportFilters(ListFilters):
    """Filters of the list of public reports."""

    standing = django_filters.ChoiceFilter(
        label=gettext_lazy("Standing"),
        choices=(("waiting", gettext_lazy("Waiting")), *ReportStatus.choices),
        method="by_standing",
    )
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Kind"), choices=ReportKind.choices)
    category = django_filters.ChoiceFilter(label=gettext_lazy("About"), choices=ReportCategory.choices)
    mine = django_filters.ChoiceFilter(
        label=gettext_lazy("Looked at by"),
        choices=(("me", gettext_lazy("Me")), ("none", gettext_lazy("Nobody"))),
        method="by_person",
    )

    class Meta:
        model = PublicReport
        fields: tuple[str, ...] = ()

    def find(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        word = words.strip()
        return rows.filter(
            Q(ticket=word.upper().replace(" ", ""))
            | Q(text__icontains=word)
            | Q(site__code=word)
            | Q(answer__icontains=word)
        )

    def by_standing(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(status__in=WAITING) if value == "waiting" else rows.filter(status=value)

    def by_person(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(assignee=self.request.user) if value == "me" else Q(assignee__isnull=True))


def report_url(one: PublicReport) -> str:
    return reverse("maps:report-case", args=[one.pk])


def standing(one: PublicReport) -> tuple[str, str]:
    """Return (state whose symbol fits, words)."""
    return TONES[ReportStatus(one.status)], one.get_status_display()


COLUMNS = (
    Column(
        "category",
        gettext_lazy("About"),
        lambda r: r.get_category_display(),
        card="title",
        url=report_url,
        second=lambda r: r.get_kind_display(),
    ),
    Column("received_at", gettext_lazy("Received at"), lambda r: r.received_at, card="aside"),
    Column("text", gettext_lazy("What they say"), lambda r: r.text[:160]),
    Column("site", gettext_lazy("Site"), lambda r: r.site.code if r.site else None, card="hidden"),
    Column("unit", gettext_lazy("Commune"), lambda r: r.unit.full_name if r.unit else None, card="hidden"),
    Column("operator", gettext_lazy("Operator"), lambda r: str(r.organization or ""), card="hidden"),
    Column("assignee", gettext_lazy("Looked at by"), lambda r: str(r.assignee or ""), card="hidden"),
    Column("status", gettext_lazy("Standing"), lambda r: r.get_status_display(), state=standing),
    Column("answer", gettext_lazy("Answer"), lambda r: r.answer, screen=False),
    Column("ticket", gettext_lazy("Ticket"), lambda r: r.ticket, screen=False),
)

REPORTS = Listing(
    title=gettext_lazy("Reports of citizens"),
    stem="reports",
    columns=COLUMNS,
    filters=ReportFilters,
    counted=lambda n: ngettext("%(n)s report", "%(n)s reports", n) % {"n": formats.number(n)},
    empty=gettext_lazy(
        "Nobody has reported anything. Citizens report from the public page of a mast, without an account."
    ),
    search_hint=gettext_lazy("Ticket, site, words"),
    order=Order("pk", descending=True),
    geometry=lambda report: report.position,
)


@require_safe
@needs(Permission.SEE_REPORTS)
def report_list(request: HttpRequest) -> HttpResponseBase:
    """List the reports, newest first."""
    return show(request, REPORTS, reports(request.user))


@dataclass(frozen=True)
class Act:
    """Something that can be done about a report."""

    to: str
    label: Any
    icon: str


ACTS = (
    Act(ReportStatus.TAKEN, gettext_lazy("Take it up"), "user-check"),
    Act(ReportStatus.OPEN, gettext_lazy("Give it back"), "arrow-back-up"),
    Act(ReportStatus.CLOSED, gettext_lazy("Close"), "archive"),
)


def _find(request: HttpRequest, pk: int, *, edit: bool = False) -> PublicReport:
    rows = reports(request.user)
    if edit:
        rows = rows.editable_by(request.user)  # type: ignore[attr-defined]
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
@needs(Permission.SEE_REPORTS)
def report_case(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one report with what may be done about it."""
    return _show(request, _find(request, pk))


def _show(
    request: HttpRequest, one: PublicReport, form: AnswerForm | None = None, status: int = 200
) -> HttpResponseBase:
    may_edit = PublicReport.objects.editable_by(request.user).filter(pk=one.pk).exists()
    possible = {to for at, to in REPORT_MOVES if at == one.status}
    distance = None
    if one.site is not None and one.proposed_position is not None:
        here, there = one.site.position, one.proposed_position
        distance = round(float(metres_between(here.x, here.y, [there.x], [there.y])[0]))
    context = {
        "report": one,
        "standing": standing(one),
        "acts": [act for act in ACTS if act.to in possible] if may_edit else [],
        "may_answer": may_edit and ReportStatus.ANSWERED in possible,
        "form": form or AnswerForm(initial={"answer": one.answer}),
        "distance": distance,
        "may_move": may_edit and distance is not None and one.is_open,
        "inspect_url": _inspect_url(request, one),
        "case_url": _case_url(request, one),
        "map": _map(request, one),
        "source_note": source_note(),
        "near": _alike(request, one),
    }
    return render(request, "maps/report_case.html", context, status=status)


def _alike(request: HttpRequest, one: PublicReport) -> list[PublicReport]:
    """Return other reports about the same site, or of the same kind in the same commune."""
    rows = reports(request.user).exclude(pk=one.pk)
    if one.site_id is not None:
        return list(rows.filter(site=one.site_id)[:6])
    return list(rows.filter(unit=one.unit_id, kind=one.kind)[:6]) if one.unit_id else []


def _inspect_url(request: HttpRequest, one: PublicReport) -> str | None:
    if one.site is None or not can(request.user, Permission.INSPECT):
        return None
    station = one.site.installations.visible_to(request.user).order_by("kind", "pk").first()
    return f"{reverse('inspections:inspection-new')}?subject={station.registry_number}" if station else None


def _case_url(request: HttpRequest, one: PublicReport) -> str | None:
    if not can(request.user, Permission.RUN_CASES):
        return None
    try:
        return f"{reverse('inspections:case-new')}?report={one.pk}"
    except NoReverseMatch:
        return None


def _map(request: HttpRequest, one: PublicReport) -> MapMarkup | None:
    """Return the map of the place with the pin that was set; None where nobody knows where."""
    place = one.proposed_position or one.position
    if place is None:
        return None
    start = one.site.position if one.site else place
    lon, lat = start.x, start.y
    return map_markup(
        name="pin",
        bounds=(lon - AROUND, lat - AROUND, lon + AROUND, lat + AROUND),
        start="openPin",
        settings_of_map={
            "ground": ground_settings(),
            "words": words(),
            "from": [lon, lat] if one.site else None,
            "pin": [place.x, place.y],
            "fixed": True,
        },
        nonce=str(request.csp_nonce),  # type: ignore[attr-defined]
        scripts=("maps/pin.js",),
        styles=("maps/report.css",),
    )


@require_POST
@needs(Permission.EDIT_REGISTER)
def report_act(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a report up, answer it, give it back, close it, or move the mast to where it says it stands."""
    one = _find(request, pk, edit=True)
    actor = cast(User, request.user)
    to = request.POST.get("to", "")
    answer = ""
    if to == "move":
        return _move(request, one, actor)
    if to == ReportStatus.ANSWERED:
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return _show(request, one, form, 422)
        answer = form.cleaned_data["answer"]
    elif to not in ReportStatus.values:
        raise Http404
    try:
        report_move(actor=actor, report=one, to=to, reason=_reason(one), answer=answer)
    except CannotMoveReportError:
        messages.error(request, _("The report stands elsewhere by now. Look at it again."))
    else:
        messages.success(request, _("The report is: %(status)s.") % {"status": ReportStatus(to).label})
    return redirect("maps:report-case", pk=one.pk)


def _reason(one: PublicReport) -> str:
    return _("Report of a citizen, ticket %(ticket)s") % {"ticket": one.ticket}


def _move(request: HttpRequest, one: PublicReport, actor: User) -> HttpResponseBase:
    if one.site is None or not Site.objects.editable_by(actor).filter(pk=one.site.pk).exists():
        raise Http404
    try:
        site = report_apply_position(actor=actor, report=one, reason=_reason(one))
    except ValueError:
        messages.error(request, _("The report proposes no position."))
    else:
        messages.success(request, _("%(site)s now stands where the report says.") % {"site": site.code})
    return redirect("maps:report-case", pk=one.pk)
