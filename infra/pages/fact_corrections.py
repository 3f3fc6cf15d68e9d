"""Corrections of what an installation has of its own: the facts of its kind, cells, links, a new permit."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from infra.access import Permission
from infra.forms.facts import CellForm, FactsForm, LinkForm, NewLinkForm, NewPermitForm
from infra.forms.plain import ReasonForm
from infra.models import Cell, Installation, InstallationKind, Link
from infra.pages.administration.acting import act_with_reason, actor_of
from infra.pages.correcting import METHODS, correction_page, initial_of, installation_to_correct
from infra.pages.guard import needs
from infra.selectors.collections import DETAILS
from infra.services import facts as service
from infra.services.permits import permit_register


def parts_of(installation: Installation, request: HttpRequest) -> dict[str, Any]:
    """Return the cells of a station or the links of a node that the person may correct, and which of them it has."""
    if installation.kind == InstallationKind.BASE_STATION:
        rows = Cell.objects.editable_by(request.user).filter(station=installation.pk)
        return {"has_cells": True, "cells": rows.order_by("code")}
    if installation.kind == InstallationKind.NETWORK_NODE:
        links = Link.objects.editable_by(request.user).filter(from_node=installation.pk)
        return {"has_links": True, "links": links.select_related("to_node__installation").order_by("code")}
    return {}


def _back(installation: Installation) -> str:
    return reverse("infra:installation-correct", args=[installation.registry_number])


def _show(request: HttpRequest, found: Installation, form: ReasonForm, carry_out: Any, **context: Any) -> HttpResponse:
    lead = f"{found.registry_number} · {found}"
    return correction_page(request, form, carry_out, _back(found), lead=lead, **context)


@require_http_methods(METHODS)
@needs(Permission.EDIT_REGISTER)
def facts(request: HttpRequest, number: str) -> HttpResponse:
    """Correct the facts of an installation's kind."""
    found = installation_to_correct(request, number)
    detail = get_object_or_404(DETAILS[found.kind], pk=found.pk)
    form = FactsForm(request.POST or None, kind=found.kind, initial=initial_of(detail, service.FACTS[found.kind]))
    return _show(
        request,
        found,
        form,
        lambda **values: service.facts_correct(installation=found, **values),
        title=found.get_kind_display(),
    )


# --- cells ------------------------------------------------------------------------------------------------------------


def _station(request: HttpRequest, number: str) -> Installation:
    found = installation_to_correct(request, number)
    if found.kind != InstallationKind.BASE_STATION:
        raise Http404
    return found


def _cell(request: HttpRequest, found: Installation, cell: int) -> Cell:
    rows = Cell.objects.editable_by(request.user).filter(station=found.pk)
    return get_object_or_404(rows.select_related("station__installation__authority"), pk=cell)


@require_http_methods(METHODS)
@needs(Permission.EDIT_REGISTER)
def cell_new(request: HttpRequest, number: str) -> HttpResponse:
    """Add a cell to a station."""
    found = _station(request, number)
    return _show(
        request,
        found,
        CellForm(request.POST or None, initial={"in_service": True}),
        lambda **values: service.cell_add(installation=found, **values),
        title=gettext("Add a cell"),
        done=gettext("The cell is registered."),
    )


@require_http_methods(METHODS)
@needs(Permission.EDIT_REGISTER)
def cell(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Correct a cell; taking it out is offered below."""
    found = _station(request, number)
    row = _cell(request, found, pk)
    return _show(
        request,
        found,
        CellForm(request.POST or None, initial=initial_of(row, service.CELL_FIELDS)),
        lambda **values: service.cell_correct(cell=row, **values),
        title=gettext("Correct cell %(code)s") % {"code": row.code},
        remove_url=reverse("infra:cell-remove", args=[number, pk]),
        remove_hint=gettext("For a cell that is not there. One that is switched off stays, out of service."),
    )


@require_POST
@needs(Permission.EDIT_REGISTER)
def cell_remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a cell out of the register."""
    found = _station(request, number)
    row = _cell(request, found, pk)

    def carry_out(reason: str) -> str:
        service.cell_remove(actor=actor_of(request), cell=row, reason=reason)
        return gettext("Taken out of the register. The history keeps it.")

    return act_with_reason(request, _back(found), carry_out)


# --- links ------------------------------------------------------------------------------------------------------------


def _node(request: HttpRequest, number: str) -> Installation:
    found = installation_to_correct(request, number)
    if found.kind != InstallationKind.NETWORK_NODE:
        raise Http404
    return found


def _link(request: HttpRequest, found: Installation, link: int) -> Link:
    rows = Link.objects.editable_by(request.user).filter(from_node=found.pk)
    return get_object_or_404(rows.select_related("from_node__installation__authority", "route__installation"), pk=link)


@require_http_methods(METHODS)
@needs(Permission.EDIT_REGISTER)
def link_new(request: HttpRequest, number: str) -> HttpResponse:
    """Register a link from a node to another one."""
    found = _node(request, number)
    initial = {"organization": found.organization_id, "medium": "fibre"}
    return _show(
        request,
        found,
        NewLinkForm(request.POST or None, person=request.user, initial=initial),
        lambda **values: service.link_add(node=found, **values),
        title=gettext("Add a link"),
        done=gettext("The link is registered."),
    )


@require_http_methods(METHODS)
@needs(Permission.EDIT_REGISTER)
def link(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Correct a link; taking it out is offered below."""
    found = _node(request, number)
    row = _link(request, found, pk)
    initial = initial_of(row, service.LINK_FIELDS)
    initial["route"] = row.route.installation.registry_number if row.route else ""
    return _show(
        request,
        found,
        LinkForm(request.POST or None, person=request.user, initial=initial),
        lambda **values: service.link_correct(link=row, **values),
        title=gettext("Correct link %(code)s") % {"code": row.code},
        remove_url=reverse("infra:link-remove", args=[number, pk]),
        remove_hint=gettext("For a link that is gone."),
    )


@require_POST
@needs(Permission.EDIT_REGISTER)
def link_remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a link out of the register."""
    found = _node(request, number)
    row = _link(request, found, pk)

    def carry_out(reason: str) -> str:
        service.link_remove(actor=actor_of(request), link=row, reason=reason)
        return gettext("Taken out of the register. The history keeps it.")

    return act_with_reason(request, _back(found), carry_out)


# --- permits ----------------------------------------------------------------------------------------------------------


@require_http_methods(METHODS)
@needs(Permission.EDIT_REGISTER)
def permit_new(request: HttpRequest, number: str) -> HttpResponse:
    """Register a permit of an installation."""
    found = installation_to_correct(request, number)
    return _show(
        request,
        found,
        NewPermitForm(request.POST or None, request.FILES or None),
        lambda **values: permit_register(installation=found, **values),
        title=gettext("Register a permit"),
        done=gettext("The permit is registered."),
    )
