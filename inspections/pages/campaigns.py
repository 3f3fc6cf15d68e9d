"""Campaigns: the list, opening one from a decision (and from what was picked on a map or in a list), changing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from infra import formats
from infra.access import Permission, can, scope_of
from infra.models import AdministrativeUnit, Authority, Installation, UnitLevel, User
from infra.pages.columns import Column
from infra.pages.guard import acting_authority, needs
from infra.pages.keyset import Order
from infra.pages.listing import Listing, show
from inspections.forms.campaigns import CampaignForm, initial_of
from inspections.forms.lists import CampaignFilters
from inspections.forms.targets import TargetFilters
from inspections.models import Campaign, Storm
from inspections.selectors.campaigns import campaigns, inspectors_of
from inspections.selectors.incidents import storms
from inspections.selectors.picking import CannotPick, pick
from inspections.selectors.storm_outages import BROKEN, picture_of
from inspections.selectors.storm_risks import masts_at_risk
from inspections.selectors.targets import BadPolygon, by_urgency, candidates, polygon_of, read_polygon
from inspections.services.campaigns import TASKS_MAX, CannotPlan, campaign_save, may_plan, targets_add

#: parameters of an address that pick targets: the filters of the list, single sites, a storm
PICKS = frozenset({*TargetFilters.base_filters, "site", "storm", "damaged", "most"})
#: communes of an address that the form ticks
UNITS_MAX = 50


@dataclass(frozen=True)
class Picked:
    """What an address picks, most urgent first; ``rows`` is None where it picks nothing.

    ``problem`` is what is wrong with it, ``left_out`` how many were selected that this campaign does not visit (not
    standing, not the person's, of another authority), ``corners`` the area in which they were picked.
    """

    rows: QuerySet[Installation] | None = None
    problem: str = ""
    left_out: int = 0
    corners: Sequence[tuple[float, float]] = ()


def campaign_url(campaign: Campaign) -> str:
    return reverse("inspections:campaign", args=[campaign.pk])


def _done(campaign: Any) -> str:
    return f"{formats.number(campaign.done)}/{formats.number(campaign.planned)}"


CAMPAIGN_COLUMNS = (
    Column(
        "title", gettext_lazy("Campaign"), lambda c: f"{c.number} · {c.title}", card="title", url=campaign_url,
        second=lambda c: c.decision_number or None,
    ),
    Column("status", gettext_lazy("State"), lambda c: c.get_status_display(), card="aside"),
    Column("field", gettext_lazy("Field"), lambda c: c.get_field_display(), card="hidden"),
    Column("starts_on", gettext_lazy("From"), lambda c: c.starts_on, card="hidden"),
    Column("ends_on", gettext_lazy("To"), lambda c: c.ends_on),
    Column("done", gettext_lazy("Done / planned"), _done, figure=True),
)  # fmt: skip

CAMPAIGNS = Listing(
    title=gettext_lazy("Campaigns"),
    stem="campaigns",
    columns=CAMPAIGN_COLUMNS,
    filters=CampaignFilters,
    counted=lambda n: ngettext("%(n)s campaign", "%(n)s campaigns", n) % {"n": formats.number(n)},
    empty=gettext_lazy("No campaign has been planned yet. Pick what is urgent, then plan who goes where."),
    search_hint=gettext_lazy("Title, decision"),
    order=Order("pk", descending=True),
    template="inspections/campaigns.html",
)


@require_safe
@needs(Permission.SEE_REPORTS)
def campaign_list(request: HttpRequest) -> HttpResponseBase:
    """List the campaigns, newest first."""
    return show(request, CAMPAIGNS, campaigns(request.user), may_plan=can(request.user, Permission.SUPERVISE))


def communes_of(authority: Authority) -> QuerySet[AdministrativeUnit]:
    """Return the communes of the authority's territory."""
    roots = list(authority.territory.values_list("pk", flat=True))
    rows = AdministrativeUnit.objects.filter(level=UnitLevel.COMMUNE, valid_to__isnull=True)
    return rows.filter(Q(parent__in=roots) | Q(pk__in=roots)).order_by("name", "code")


def _form(request: HttpRequest, authority: Authority, campaign: Campaign | None) -> CampaignForm:
    initial = initial_of(campaign)
    codes = [code for text in request.GET.getlist("unit") for code in text.split(",") if code and "\x00" not in code]
    if campaign is None and codes:
        initial["units"] = AdministrativeUnit.objects.filter(code__in=codes[:UNITS_MAX], valid_to__isnull=True)
    return CampaignForm(
        request.POST or None,
        authority=authority,
        people=inspectors_of(authority),
        units=communes_of(authority),
        initial=initial,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SUPERVISE)
def campaign_new(request: HttpRequest) -> HttpResponseBase:
    """Open a campaign; what the address picks (filters, an area, sites, a storm) becomes its targets."""
    authority = acting_authority(request.user, Permission.SUPERVISE)
    form = _form(request, authority, None)
    picked = picked_by(cast(User, request.user), request.GET, authority)
    n = None if picked.rows is None else picked.rows.count()
    problem = picked.problem or _too_many(n or 0)
    if problem and form.is_bound:
        form.add_error(None, problem)
    elif problem:
        messages.error(request, problem)
    if request.method == "POST" and form.is_valid():
        if not may_plan(cast(User, request.user), authority.pk, form.cleaned_data["field"]):
            form.add_error("field", _("None of your memberships covers this field."))
        else:
            return _open(request, form, picked)
    context = {"form": form, "campaign": None, "picked": n, "left_out": picked.left_out}
    return render(request, "inspections/campaign_form.html", context, status=400 if form.is_bound else 200)


def _too_many(n: int) -> str:
    if n <= TASKS_MAX:
        return ""
    words = _("A campaign has at most %(most)s visits; %(n)s were picked. Make two campaigns of it.")
    return words % {"most": formats.number(TASKS_MAX), "n": formats.number(n)}


def _open(request: HttpRequest, form: CampaignForm, picked: Picked) -> HttpResponseBase:
    person = cast(User, request.user)
    campaign = form.apply(Campaign(authority=form.authority))
    if picked.corners:
        campaign.area = polygon_of(picked.corners)
    decision = campaign.decision_number or campaign.title
    campaign_save(
        actor=person,
        campaign=campaign,
        units=form.cleaned_data["units"],
        team=form.cleaned_data["team"],
        reason=_("Opened by decision %(number)s") % {"number": decision},
    )
    added = 0
    if picked.rows is not None:
        rows = list(picked.rows)
        try:
            reason = _("Picked for the campaign")
            added = targets_add(actor=person, campaign=campaign, installations=rows, reason=reason)
        except CannotPlan as error:
            messages.error(request, str(error))
    words = ngettext(
        "Campaign %(number)s is open with %(n)s target.", "Campaign %(number)s is open with %(n)s targets.", added
    )
    messages.success(request, words % {"number": campaign.number, "n": formats.number(added)})
    return redirect("inspections:campaign", pk=campaign.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SUPERVISE)
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change what was decided about a campaign."""
    campaign = find(request, pk, edit=True)
    form = _form(request, campaign.authority, campaign)
    if request.method == "POST" and form.is_valid():
        try:
            campaign_save(
                actor=cast(User, request.user),
                campaign=form.apply(campaign),
                units=form.cleaned_data["units"],
                team=form.cleaned_data["team"],
                reason=_("Changed by %(person)s") % {"person": request.user},
            )
        except CannotPlan as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The campaign is changed."))
            return redirect("inspections:campaign", pk=pk)
    context = {"form": form, "campaign": campaign, "picked": None}
    return render(request, "inspections/campaign_form.html", context, status=400 if form.is_bound else 200)


def find(request: HttpRequest, pk: int, *, edit: bool = False) -> Campaign:
    """Return the campaign; Http404 where there is none, or where the person may not change it."""
    rows = campaigns(request.user)
    if edit:
        rows = rows.editable_by(request.user)  # type: ignore[attr-defined]
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


# --- What is picked ---------------------------------------------------------------------------------------------------


def picked_by(person: User, query: QueryDict, authority: Authority) -> Picked:
    """Return the installations that an address picks for a campaign of *authority*.

    ``from`` names another page whose own parameters pick (the map); ``site`` and ``storm`` pick by themselves (with
    ``damaged=1`` what the storm broke); otherwise the filters of the list do, and ``most`` keeps the first ones.
    """
    if "from" in query:
        return _picked_elsewhere(person, query, authority)
    if not set(query) & PICKS:
        return Picked()
    rows = candidates(person)
    site, storm = str(query.get("site", "")), str(query.get("storm", ""))
    if site:
        rows = rows.filter(site__code__in=[code for code in site.split(",") if code][:TASKS_MAX])
    if storm:
        rows = _of_storm(person, storm, rows, damaged=query.get("damaged") == "1")
    filters = TargetFilters(query, queryset=rows, request=_Asking(person))
    if not filters.is_valid():
        return Picked(problem=" ".join(error for errors in filters.form.errors.values() for error in errors))
    try:
        found = by_urgency(filters.qs.filter(authority=authority))
        found = found.order_by("-urgency", "-inspection_priority__installation_id")
    except BadPolygon as error:
        return Picked(problem=str(error))
    others = filters.qs.exclude(authority=authority).order_by().count() if _sees_others(person, authority) else 0
    most = query.get("most", "")
    if most.isascii() and most.isdigit() and len(most) < 6 and int(most) > 0:
        found = found[: int(most)]
    polygon = query.get("polygon", "")
    return Picked(found, left_out=others, corners=read_polygon(polygon) if polygon else ())


def _sees_others(person: User, authority: Authority) -> bool:
    """Tell whether *person* works for another authority, too."""
    scope = scope_of(person)
    return scope.everything or any(grant.authority_id not in (None, authority.pk) for grant in scope.grants)


def _picked_elsewhere(person: User, query: QueryDict, authority: Authority) -> Picked:
    """Return what another page hands on: of everything selected there, what may be planned."""
    try:
        chosen = pick(str(query.get("from", "")), person, query)
    except KeyError:
        return Picked(
            problem=_("There is no page “%(name)s” that hands on targets.") % {"name": str(query.get("from", ""))[:64]}
        )
    except CannotPick as error:
        return Picked(problem=str(error))
    rows = candidates(person).filter(pk__in=chosen.ids, authority=authority).order_by("-score", "pk")
    return Picked(rows, left_out=len(chosen.ids) - rows.count(), corners=chosen.corners)


class _Asking:
    """What filters want to know of a request: who asks."""

    def __init__(self, user: User) -> None:
        self.user = user


def _of_storm(person: User, number: str, rows: QuerySet[Installation], *, damaged: bool) -> QuerySet[Installation]:
    """Keep what stands on the masts that are to be looked at before the storm, or what the storm has damaged."""
    storm: Storm | None = storms(person).filter(number=number[:32]).first()
    if storm is None:
        return rows.none()
    if damaged:
        broken = {row.number for row in picture_of(person, storm).rows if row.damage in BROKEN}
        return rows.filter(registry_number__in=broken)
    codes = [mast.mast for mast in masts_at_risk(person, storm, timezone.localdate()) if mast.level == "look"]
    return rows.filter(mast__code__in=codes)
