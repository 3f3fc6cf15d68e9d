"""Corrections by the authority: a site's facts, a mast, an installation with its permits; decommissioning."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from infra.access import Permission, can
from infra.forms.corrections import DecommissionForm, InstallationForm, MastForm, PermitForm, SiteForm
from infra.models import Installation, Mast, Permit, PermitState, Site
from infra.pages.administration.acting import actor_of, told
from infra.pages.correcting import METHODS, correction_page, initial_of, installation_to_correct
from infra.pages.fact_corrections import parts_of
from infra.pages.guard import needs
from infra.pages.panels import Action
from infra.pages.registers import installation_url, site_url
from infra.services import corrections as service
from infra.services.accounts import RefusedError


def site_corrections_url(site: Site | None) -> str | None:
    """Return the page of all corrections of a site, which belongs to the maps."""
    if site is None:
        return None
    try:
        return reverse("maps:site-corrections", args=[site.code])
    except NoReverseMatch:
        return site_url(site)


def installation_actions(request: HttpRequest, installation: Installation) -> Iterable[Action]:
    """Offer the correction on an installation's sheet to whoever may change it."""
    if not can(request.user, Permission.EDIT_REGISTER):
        return
    if Installation.objects.editable_by(request.user).filter(pk=installation.pk).exists():
        url = reverse("infra:installation-correct", args=[installation.registry_number])
        yield Action(gettext("Correct"), url, "pencil", order=80)


@require_http_methods(METHODS)
@needs(Permission.EDIT_REGISTER)
def site_facts(request: HttpRequest, code: str) -> HttpResponse:
    """Correct a site's name and address."""
    site = get_object_or_404(Site.objects.editable_by(request.user).filter(merged_into=None), code=code)
    form = SiteForm(request.POST or None, initial=initial_of(site, service.SITE_FIELDS))
    return correction_page(
        request,
        form,
        lambda **values: service.site_correct(site=site, **values),
        site_corrections_url(site) or "/",
        title=gettext("Correct site %(code)s") % {"code": site.code},
        lead=str(site),
    )


@require_http_methods(METHODS)
@needs(Permission.EDIT_REGISTER)
def mast(request: HttpRequest, code: str) -> HttpResponse:
    """Correct a mast."""
    rows = Mast.objects.editable_by(request.user).filter(merged_into=None).select_related("site", "authority")
    found = get_object_or_404(rows, code=code)
    form = MastForm(request.POST or None, initial=initial_of(found, service.MAST_FIELDS))
    return correction_page(
        request,
        form,
        lambda **values: service.mast_correct(mast=found, **values),
        site_corrections_url(found.site) or "/",
        title=gettext("Correct mast %(code)s") % {"code": found.code},
        lead=str(found.site),
    )


@require_http_methods(METHODS)
@needs(Permission.EDIT_REGISTER)
def installation(request: HttpRequest, number: str) -> HttpResponse:
    """Correct an installation; its permits and its end are offered beside."""
    found = installation_to_correct(request, number)
    form = InstallationForm(request.POST or None, initial=initial_of(found, service.INSTALLATION_FIELDS))
    permits = Permit.objects.editable_by(request.user).filter(installation=found).exclude(state=PermitState.REPLACED)
    return correction_page(
        request,
        form,
        lambda **values: service.installation_correct(installation=found, **values),
        installation_url(found),
        title=gettext("Correct %(number)s") % {"number": found.registry_number},
        lead=f"{found} · {found.organization}",
        installation=found,
        parts=parts_of(found, request),
        permits=permits.select_related("kind").order_by("-issued_on", "pk"),
        is_gone=found.status_id == service.DECOMMISSIONED,
        site_corrections=site_corrections_url(found.site),
    )


@require_POST
@needs(Permission.EDIT_REGISTER)
def decommission(request: HttpRequest, number: str) -> HttpResponse:
    """Record that an installation is gone."""
    found = installation_to_correct(request, number)
    form = DecommissionForm(request.POST)
    if not form.is_valid():
        told(request, form)
        return redirect("infra:installation-correct", number)
    try:
        service.installation_decommission(actor=actor_of(request), installation=found, **form.cleaned_data)
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("infra:installation-correct", number)
    messages.success(request, gettext("Decommissioned. Number, permits and history stay."))
    return redirect(installation_url(found))


@require_http_methods(METHODS)
@needs(Permission.EDIT_REGISTER)
def permit(request: HttpRequest, number: int) -> HttpResponse:
    """Correct a permit."""
    rows = Permit.objects.editable_by(request.user).select_related(
        "authority", "organization", "kind", "installation", "site"
    )
    found = get_object_or_404(rows, pk=number)
    form = PermitForm(request.POST or None, request.FILES or None, initial=initial_of(found, service.PERMIT_FIELDS))
    subject = found.installation
    back = installation_url(subject) if subject else (site_url(found.site) or "/")
    return correction_page(
        request,
        form,
        lambda **values: service.permit_correct(permit=found, **values),
        back,
        title=gettext("Correct permit %(number)s") % {"number": found.number},
        lead=f"{found.kind.name} · {found.organization}",
    )
