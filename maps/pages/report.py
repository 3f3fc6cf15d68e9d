"""What somebody without an account wants to tell the authority: about a mast, or about a place."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from infra.models import Authority, ReportCategory, ReportKind, Site
from infra.selectors.reports import report_with
from infra.services.reports import ReportFacts, TooManyReportsError, public_report_make
from infra.spatial.places import WrongPlaceError, latitude, longitude
from infra.spatial.units import unit_at
from maps.forms import ReportForm
from maps.pages.folium import MapMarkup, map_markup
from maps.pages.ground import bounds_for, ground_settings, source_note, words
from maps.queries.reader import Reader
from maps.selectors.operators import operators_for
from maps.selectors.published import published_sites

AROUND = 0.006


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form about a site; keep what is sent and thank."""
    return _take(request, _site(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
def report_here(request: HttpRequest) -> HttpResponse:
    """Show the form about a place: a mast that is missing, no coverage; keep what is sent and thank."""
    return _take(request, None)


def _take(request: HttpRequest, site: Site | None) -> HttpResponse:
    operators = [(one.code, one.name) for one in operators_for(Reader.of_public(), timezone.localdate())]
    form = ReportForm(request.POST or None, site=site, operators=operators, initial=_initial(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            answered = _keep(request, site, form)
            if answered is not None:
                return answered
            status = 429
    context = {"form": form, "site": site, "map": _map(request, site), "source_note": source_note()}
    return render(request, "maps/report.html", context, status=status)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Return what the address asks for: ``about=coverage:no_signal``, ``at=lon,lat``."""
    initial: dict[str, Any] = {"about": request.GET.get("about", "")[:40]}
    lon, comma, lat = request.GET.get("at", "").partition(",")
    if comma:
        try:
            initial |= {"lon": round(longitude(lon), 6), "lat": round(latitude(lat), 6)}
        except WrongPlaceError:
            pass
    return initial


def _site(request: HttpRequest, code: str) -> Site:
    """Return the site that everybody, or this person, may see. Raises Http404."""
    own = Site.objects.visible_to(request.user).filter(merged_into__isnull=True)
    site = published_sites().filter(code=code).first() or own.filter(code=code).first()
    if site is None:
        raise Http404
    return site


def _keep(request: HttpRequest, site: Site | None, form: ReportForm) -> HttpResponse | None:
    """Keep the report and lead to its ticket; None beyond the limit. What a robot sent is thanked for and dropped."""
    if form.from_robot:
        return redirect("maps:home")
    kind, _colon, category = form.cleaned_data["about"].partition(":")
    proposes = category == ReportCategory.MISPLACED
    facts = ReportFacts(
        kind=ReportKind(kind),
        category=ReportCategory(category),
        text=form.cleaned_data["text"],
        contact=form.cleaned_data["contact"],
        site=site,
        organization=form.organization,
        technology=form.cleaned_data["technology"],
        unit=form.chosen_unit if site is None and form.point is None else None,
        position=None if proposes else form.point,
        proposed_position=form.point if proposes else None,
    )
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        kept = public_report_make(authority=_authority(site, facts), facts=facts, address=address)
    except TooManyReportsError:
        form.add_error(None, _("Too many reports in a short time. Try again in an hour, or telephone us."))
        return None
    return redirect(f"{reverse('maps:ticket', args=[kept.ticket])}?new=1")


def _authority(site: Site | None, facts: ReportFacts) -> Authority:
    """Return the authority in whose territory the place lies, else the first one."""
    if site is not None:
        return site.authority
    unit = facts.unit or (unit_at(facts.position.x, facts.position.y) if facts.position else None)
    rows = Authority.objects.order_by("pk")
    if unit is not None:
        answers = Q(territory=unit.pk) | Q(territory=unit.parent_id)
        found = rows.filter(answers).first()
        if found is not None:
            return found
    first = rows.first()
    if first is None:
        raise Http404
    return first


def _map(request: HttpRequest, site: Site | None) -> MapMarkup:
    """Return the map on which a place is shown."""
    bounds = bounds_for(Reader.of_public().scope)
    settings: dict[str, Any] = {"ground": ground_settings(), "words": words()}
    if site is not None:
        lon, lat = site.position.x, site.position.y
        bounds = (lon - AROUND, lat - AROUND, lon + AROUND, lat + AROUND)
        settings["from"] = [lon, lat]
    return map_markup(
        name="pin",
        bounds=bounds,
        start="openPin",
        settings_of_map=settings,
        nonce=str(request.csp_nonce),  # type: ignore[attr-defined]
        scripts=("maps/pin.js",),
        styles=("maps/report.css",),
    )


@require_safe
def ticket(request: HttpRequest, ticket: str) -> HttpResponse:
    """Show how far a report is to whoever holds its ticket."""
    found = report_with(ticket)
    if found is None:
        raise Http404
    response = render(request, "maps/ticket.html", {"report": found, "is_new": request.GET.get("new") == "1"})
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def ticket_search(request: HttpRequest) -> HttpResponse:
    """Lead from a typed ticket to its page."""
    typed = request.GET.get("ticket", "")[:40]
    found = report_with(typed) if typed else None
    if found is not None:
        return redirect("maps:ticket", ticket=found.ticket)
    return render(request, "maps/ticket.html", {"report": None, "typed": typed}, status=404 if typed else 200)
