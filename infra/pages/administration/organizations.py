"""Organizations: the list, a new one, one to correct with its history."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from infra import formats
from infra.forms.administration.organizations import NewOrganizationForm, OrganizationFilters, OrganizationForm
from infra.models import Organization, OrganizationKind
from infra.pages.administration.acting import actor_of, authority_of
from infra.pages.columns import Column
from infra.pages.guard import administers
from infra.pages.listing import Listing, show
from infra.selectors.history import history_of
from infra.selectors.people import authorities_of
from infra.services.accounts import RefusedError
from infra.services.organizations import FIELDS, organization_add, organization_correct

HISTORY_SHOWN = 20


def organization_url(organization: Organization) -> str:
    return reverse("infra:organization", args=[organization.code])


ORGANIZATIONS = Listing(
    title=_("Organizations"),
    stem="organizations",
    columns=(
        Column("code", _("Code"), lambda o: o.code, card="title", url=organization_url, second=lambda o: o.name),
        Column("name", _("Name"), lambda o: o.name, screen=False),
        Column("short_name", _("Short name"), lambda o: o.short_name, card="hidden"),
        Column("kind", _("Kind"), lambda o: o.get_kind_display(), card="line"),
        Column("mcc_mnc", _("MCC-MNC"), lambda o: o.mcc_mnc, card="hidden"),
        Column("aliases", _("Other names in files"), lambda o: ", ".join(o.aliases), card="hidden"),
        Column("people", _("People"), lambda o: o.people, card="hidden", figure=True),
        Column(
            "reporting_period_days", _("Reporting period (days)"), lambda o: o.reporting_period_days, card="hidden",
            figure=True,
        ),
    ),
    filters=OrganizationFilters,
    counted=lambda n: ngettext("%(n)s organization", "%(n)s organizations", n) % {"n": formats.number(n)},
    empty=_("No organization is registered yet."),
    search_hint=_("Code, name, other names"),
    template="infra/administration/organizations.html",
)  # fmt: skip


def _rows(request: HttpRequest) -> QuerySet[Organization]:
    return Organization.objects.visible_to(request.user).annotate(people=Count("memberships__user", distinct=True))


@require_safe
@administers
def organizations(request: HttpRequest) -> HttpResponseBase:
    """List the organizations."""
    return show(request, ORGANIZATIONS, _rows(request))


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def organization_new(request: HttpRequest) -> HttpResponse:
    """Enter an organization."""
    authority = authority_of(request)
    initial = {"reporting_period_days": 90, "owns_stations": True}
    form = NewOrganizationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = organization_add(actor=actor_of(request), authority=authority, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, gettext("%(organization)s stands in the register.") % {"organization": made})
            return redirect(organization_url(made))
    context = {"form": form, "authority": authority, "authorities": authorities_of(request.user)}
    return render(request, "infra/administration/organization_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def organization(request: HttpRequest, code: str) -> HttpResponse:
    """Show an organization, to be corrected, with its history."""
    authority = authority_of(request)
    found = get_object_or_404(Organization.objects.visible_to(request.user), code=code)
    is_authority = found.kind == OrganizationKind.AUTHORITY
    kept = {name: getattr(found, name) for name in FIELDS}
    form = OrganizationForm(request.POST or None, initial=kept, is_authority=is_authority)
    if request.method == "POST" and form.is_valid() and _corrected(request, found, form):
        messages.success(request, gettext("Saved. The history says what changed."))
        return redirect(organization_url(found))
    context: dict[str, Any] = {
        "form": form,
        "organization": found,
        "authority": authority,
        "authorities": authorities_of(request.user),
        "history": history_of(found, limit=HISTORY_SHOWN),
    }
    return render(request, "infra/administration/organization.html", context, status=422 if form.errors else 200)


def _corrected(request: HttpRequest, found: Organization, form: OrganizationForm) -> bool:
    try:
        organization_correct(
            actor=actor_of(request), authority=authority_of(request), organization=found, **form.cleaned_data
        )
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return False
    return True
