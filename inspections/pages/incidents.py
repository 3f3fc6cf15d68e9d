"""Pages of incidents: the list, one incident, reporting one, noting that it is over."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from infra import formats
from infra.access import Permission, can
from infra.models import Installation, User
from infra.pages.columns import Column
from infra.pages.guard import needs
from infra.pages.keyset import Order
from infra.pages.listing import Listing, show
from inspections.forms.incidents import EndForm, IncidentForm
from inspections.forms.lists import IncidentFilters
from inspections.models import Damage, Incident, IncidentCause, IncidentKind
from inspections.outages.reading import rows_of_text
from inspections.selectors.incidents import incidents, objects_of_incidents, storm_now
from inspections.services.incidents import AlreadyOutError, IncidentFacts, incident_end, incident_report

MOST_NAMED = 2_000


def incident_url(incident: Incident) -> str:
    return reverse("inspections:incident", args=[incident.number])


def standing(incident: Incident) -> tuple[str, str]:
    """Return (state whose symbol fits, words): how an incident stands."""
    if incident.ended_at is None:
        return "unsafe" if incident.kind in (IncidentKind.FIRE, IncidentKind.STORM) else "overdue", _("Goes on")
    return "compliant", formats.moment(incident.ended_at)


COLUMNS = (
    Column(
        "number",
        gettext_lazy("Incident"),
        lambda i: i.number,
        card="title",
        url=incident_url,
        second=lambda i: i.get_kind_display(),
    ),
    Column("started_at", gettext_lazy("Started"), lambda i: i.started_at, card="aside"),
    Column("organization", gettext_lazy("Organization"), lambda i: str(i.organization or "")),
    Column("unit", gettext_lazy("Commune"), lambda i: i.unit.full_name if i.unit else None),
    Column("cause", gettext_lazy("Cause"), lambda i: i.get_cause_display(), card="hidden"),
    Column("stations", gettext_lazy("Installations"), lambda i: i.hit, card="hidden", figure=True),
    Column("out", gettext_lazy("Out now"), lambda i: i.out_now, card="hidden", figure=True),
    Column("storm", gettext_lazy("Storm"), lambda i: i.storm.name if i.storm else None, card="hidden"),
    Column("ended_at", gettext_lazy("Ended"), lambda i: i.ended_at, state=standing),
    Column("text", gettext_lazy("What happened"), lambda i: i.text, screen=False),
    Column("ref", gettext_lazy("The operator's number"), lambda i: i.ref, screen=False),
)

INCIDENTS = Listing(
    title=gettext_lazy("Incidents"),
    stem="incidents",
    columns=COLUMNS,
    filters=IncidentFilters,
    counted=lambda n: ngettext("%(n)s incident", "%(n)s incidents", n) % {"n": formats.number(n)},
    empty=gettext_lazy("No incident has been reported."),
    search_hint=gettext_lazy("Number, station code, words"),
    order=Order("pk", descending=True),
    geometry=lambda incident: incident.position,
    template="inspections/incidents.html",
)


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def incident_list(request: HttpRequest) -> HttpResponseBase:
    """List the incidents, newest first."""
    rows = incidents(request.user).annotate(
        hit=Count("rows__installation", distinct=True),
        out_now=Count("rows", filter=Q(rows__out_since__isnull=False, rows__back_at__isnull=True)),
    )
    return show(request, INCIDENTS, rows, may_report=_may_report(request))


def _may_report(request: HttpRequest) -> bool:
    return can(request.user, Permission.SUBMIT) or can(request.user, Permission.INSPECT)


def _find(request: HttpRequest, number: str, *, edit: bool = False) -> Incident:
    rows = incidents(request.user)
    if edit:
        rows = rows.editable_by(request.user)  # type: ignore[attr-defined]
    found = rows.filter(number=number[:32]).first()
    if found is None:
        raise Http404
    return found


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def incident_page(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one incident with each installation's times and damage."""
    return _show(request, _find(request, number))


def _show(request: HttpRequest, incident: Incident, form: EndForm | None = None, status: int = 200) -> HttpResponseBase:
    objects = objects_of_incidents([incident.pk], request.user).get(incident.pk, [])
    for one in objects:
        one["cause_words"] = IncidentCause(one["cause"]).label
        one["damage_words"] = Damage(one["damage"]).label if one["damage"] else ""
    may_end = Incident.objects.editable_by(request.user).filter(pk=incident.pk, ended_at__isnull=True).exists()
    context = {
        "incident": incident,
        "standing": standing(incident),
        "objects": objects,
        "out": sum(one["out_since"] is not None and one["back_at"] is None for one in objects),
        "form": form or EndForm(initial={"at": timezone.localtime().replace(second=0, microsecond=0)}),
        "may_end": may_end,
        "may_open_case": can(request.user, Permission.RUN_CASES),
    }
    return render(request, "inspections/incident.html", context, status=status)


@require_POST
@needs(Permission.SUBMIT, Permission.INSPECT)
def incident_over(request: HttpRequest, number: str) -> HttpResponseBase:
    """Note that everything of the incident is back in service."""
    incident = _find(request, number, edit=True)
    form = EndForm(request.POST)
    if form.is_valid() and form.cleaned_data["at"] < incident.started_at:
        form.add_error("at", _("It ends before it started."))
    if not form.is_valid():
        return _show(request, incident, form, 400)
    incident_end(
        actor=cast(User, request.user), incident=incident, at=form.cleaned_data["at"], reason=_("Back in service")
    )
    messages.success(request, _("Incident %(number)s is over.") % {"number": incident.number})
    return redirect("inspections:incident", number=incident.number)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SUBMIT, Permission.INSPECT)
def incident_new(request: HttpRequest) -> HttpResponseBase:
    """Report one incident."""
    form = IncidentForm(request.POST or None, person=request.user, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        incident = _report(request, form)
        if incident is not None:
            messages.success(request, _("Incident %(number)s is written down.") % {"number": incident.number})
            return redirect("inspections:incident", number=incident.number)
    return render(request, "inspections/incident_new.html", {"form": form}, status=400 if form.errors else 200)


def _initial(request: HttpRequest) -> dict[str, Any]:
    return {
        "codes": request.GET.get("station", "")[:64],
        "started_at": timezone.localtime().replace(second=0, microsecond=0),
        "kind": request.GET.get("kind", ""),
    }


def _report(request: HttpRequest, form: IncidentForm) -> Incident | None:
    """Write the incident down; None where the form now says what is wrong."""
    values = form.cleaned_data
    installations = _installations(request, form)
    if installations is None:
        return None
    facts = IncidentFacts(
        kind=values["kind"],
        organization=values["organization"],
        started_at=values["started_at"],
        ended_at=values["ended_at"],
        installations=installations,
        cause=values["cause"],
        damage=values["damage"],
        storm=storm_now(installations[0].authority) if values["kind"] == IncidentKind.STORM else None,
        people_affected=values["people_affected"],
        text=values["text"],
        ref=values["ref"],
    )
    actor = cast(User, request.user)
    try:
        incident, is_new = incident_report(
            actor=actor, authority=installations[0].authority, facts=facts, reason=values["text"][:400]
        )
    except AlreadyOutError as error:
        form.add_error("codes", _("Out of service already: %(numbers)s.") % {"numbers": str(error)})
        return None
    if not is_new:
        form.add_error("ref", _("This number was reported before: %(number)s.") % {"number": incident.number})
        return None
    return incident


def _installations(request: HttpRequest, form: IncidentForm) -> list[Installation] | None:
    codes = [row.station for row in rows_of_text(form.cleaned_data["codes"])][:MOST_NAMED]
    rows = Installation.objects.visible_to(request.user).filter(organization=form.cleaned_data["organization"])
    known: dict[str, Installation] = {}
    for column in ("code", "registry_number"):
        found = rows.filter(**{f"{column}__in": codes}).select_related("authority", "unit")
        known |= {getattr(one, column): one for one in found}
    missing = [code for code in codes if code not in known]
    if missing or not codes:
        form.add_error("codes", _("Not in the register: %(codes)s.") % {"codes": ", ".join(missing[:10]) or "–"})
        return None
    return list({known[code].pk: known[code] for code in codes}.values())
