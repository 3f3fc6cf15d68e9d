"""The sheet of one installation, whatever its kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission, can
from infra.models import Cell, Installation, InstallationKind, Mast, Permit
from infra.pages import panels
from infra.pages.guard import needs
from infra.pages.plots import Plot, Ring, Sector, plot_of
from infra.pages.registers import site_url
from infra.selectors.history import Entry, history_of_all
from infra.selectors.permits import Standing, due_window, standing_of
from infra.selectors.positions import metric_position

HISTORY_SHOWN = 20


@dataclass(frozen=True)
class Fact:
    """One line of a sheet; empty values are left out."""

    label: str | Promise
    value: str
    note: str = ""


@dataclass(frozen=True)
class PermitLine:
    """A permit with how it stands today."""

    permit: Permit
    standing: Standing


def find(request: HttpRequest, registry_number: str) -> Installation:
    """Return the installation the person may see. Raises Http404 for strangers and for numbers never given."""
    rows = Installation.objects.visible_to(request.user).select_related(
        "organization", "unit", "status", "site__unit", "mast__owner", "mast__mast_class", "mast__structure_type",
        "authority", "base_station__shelter_owner", "postal_point__postal_kind", "network_node__node_kind",
        "internet_point", "cable_route__route_kind",
    )  # fmt: skip
    permits = Permit.objects.visible_to(request.user).select_related("kind").order_by("-expires_on", "-id")
    found = rows.prefetch_related(Prefetch("permits", permits, to_attr="permits_seen"))
    installation = found.filter(registry_number=registry_number).first()
    if installation is None:
        raise Http404
    return installation


@require_safe
@needs(Permission.SEE_REGISTER)
def installation_sheet(request: HttpRequest, registry_number: str) -> HttpResponse:
    """Show everything the register holds about one installation."""
    installation = find(request, registry_number)
    cells = _cells(installation)
    window = due_window()
    lines = [PermitLine(permit, standing_of(permit, window)) for permit in installation.permits_seen]  # type: ignore[attr-defined]
    added = panels.panels_of("installation", request, installation)
    position = installation.site.position if installation.site else installation.position
    return render(
        request,
        "infra/installation.html",
        {
            "installation": installation,
            "facts": detail_facts(installation),
            "mast_facts": mast_facts(installation.mast) if installation.mast else [],
            "cells": cells,
            "plot": plot_of_cells(cells) if cells else None,
            "permits": lines,
            "safety": panels.safety_of("installation", request, installation),
            "actions": panels.actions_of("installation", request, installation),
            "main_panels": [panel for panel in added if not panel.aside],
            "aside_panels": [panel for panel in added if panel.aside],
            "site_url": site_url(installation.site),
            "map_url": map_url(installation),
            "position": position,
            "metric": metric_position(position, installation.authority.metric_srid) if position else None,
            "history": _history(request, installation, cells, lines),
        },
    )


def _cells(installation: Installation) -> list[Cell]:
    if installation.kind != InstallationKind.BASE_STATION:
        return []
    return list(Cell.objects.filter(station=installation.pk).select_related("technology", "band").order_by("code"))


def _history(
    request: HttpRequest, installation: Installation, cells: Sequence[Cell], lines: Sequence[PermitLine]
) -> list[Entry]:
    """Return what was done to the installation, its details, cells and permits, newest first."""
    if not can(request.user, Permission.SEE_LEDGER):
        return []
    groups: tuple[Sequence[Any], ...] = ([installation], [detail_of(installation)], cells, [x.permit for x in lines])
    entries = [entry for nouns in groups for entry in history_of_all(nouns, limit=HISTORY_SHOWN)]
    return merged(entries)[:HISTORY_SHOWN]


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """Return one entry an act, newest first: an act that touched the station and its nine cells is told once."""
    told: dict[int, Entry] = {}
    for entry in sorted(entries, key=lambda e: (e.at, e.record_id), reverse=True):
        first = told.setdefault(entry.record_id, entry)
        if first is not entry:
            first.changes.extend(entry.changes)
    return list(told.values())


def detail_of(installation: Installation) -> Any:
    """Return the row with the facts of the installation's kind."""
    return getattr(installation, installation.kind)


def map_url(installation: Installation) -> str | None:
    """Return the console with this installation in the middle, where the maps are installed."""
    if installation.position is None:
        return None
    try:
        return f"{reverse('maps:console')}?site={installation.site.code if installation.site else ''}"
    except NoReverseMatch:
        return None


def plot_of_cells(cells: Sequence[Cell]) -> Plot:
    """Return the sector plot of a station: a ring for each technology, oldest inside."""
    rings: dict[str, list[Cell]] = {}
    for cell in sorted(cells, key=lambda c: (c.technology.order, c.technology_id)):
        rings.setdefault(cell.technology.code, []).append(cell)
    return plot_of(
        Ring(
            technology,
            [Sector(c.azimuth_deg, c.beamwidth_h_deg, c.in_service, _sector_title(c)) for c in members],
            _heights(members),
        )
        for technology, members in rings.items()
    )


def _sector_title(cell: Cell) -> str:
    direction = _("all around") if cell.azimuth_deg is None else f"{formats.number(cell.azimuth_deg)}°"
    return f"{cell.code}: {cell.technology_id}, {direction}"


def _heights(cells: Sequence[Cell]) -> str:
    known = sorted({cell.height_agl_m for cell in cells if cell.height_agl_m is not None})
    if not known:
        return ""
    span = formats.number(known[0])
    if known[-1] != known[0]:
        span = f"{span}–{formats.number(known[-1])}"
    return f"{span}{formats.NO_BREAK_SPACE}m"


# --- Facts ------------------------------------------------------------------------------------------------------------


def _metres(value: float | None) -> str:
    return "" if value is None else formats.quantity(value, "m")


def _said(value: bool | None) -> str:
    return _("not known") if value is None else (_("yes") if value else _("no"))


def _kept(facts: Iterable[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.value]


def mast_facts(mast: Mast) -> list[Fact]:
    """Return what a sheet says about a mast."""
    shape = " · ".join(str(part) for part in (mast.mast_class_id, mast.structure_type) if part)
    stands = mast.get_base_display()
    if mast.building_height_m:
        stands = f"{stands}, {formats.quantity(mast.building_height_m, 'm')}"
    return _kept(
        (
            Fact(_("Mast"), mast.code),
            Fact(_("Class and structure"), shape, str(mast.mast_class or "")),
            Fact(_("Height"), _metres(mast.height_m)),
            Fact(_("Stands on"), stands),
            Fact(_("Owner"), str(mast.owner)),
            Fact(_("Built"), formats.day(mast.built_on) if mast.built_on else ""),
            Fact(_("Design wind"), formats.quantity(mast.design_wind_ms, "m/s") if mast.design_wind_ms else ""),
            Fact(_("Antenna places"), formats.number(mast.capacity) if mast.capacity else ""),
        )
    )


def detail_facts(installation: Installation) -> list[Fact]:
    """Return the facts of the installation's kind."""
    make = {
        InstallationKind.BASE_STATION: _station_facts,
        InstallationKind.POSTAL_POINT: _postal_facts,
        InstallationKind.NETWORK_NODE: _node_facts,
        InstallationKind.INTERNET_POINT: _internet_facts,
        InstallationKind.CABLE_ROUTE: _route_facts,
    }[InstallationKind(installation.kind)]
    return _kept(make(detail_of(installation)))


def _station_facts(station: Any) -> Iterable[Fact]:
    power = station.transmit_power_w
    yield Fact(_("Technologies"), station.technologies.replace(",", ", "))
    yield Fact(_("Equipment"), station.equipment)
    yield Fact(_("Transmit power"), formats.quantity(power, "W") if power is not None else "")
    yield Fact(_("Lowest antenna edge"), _metres(station.lowest_antenna_m))
    yield Fact(_("Verification"), station.get_verification_display())
    yield Fact(_("Nearest building"), _metres(station.nearest_building_m))
    yield Fact(_("Antenna above roof"), _metres(station.antenna_above_roof_m))
    owner = f" · {station.shelter_owner}" if station.shelter_owner else ""
    yield Fact(_("Shelter"), f"{station.shelter}{owner}".strip(" ·"))
    backup = station.backup_hours
    yield Fact(_("Power backup"), formats.quantity(backup, _("h")) if backup is not None else "")


def _postal_facts(point: Any) -> Iterable[Fact]:
    yield Fact(_("Kind of point"), str(point.postal_kind))
    yield Fact(_("Postal code"), point.postal_code)
    yield Fact(_("Attended"), _said(point.attended))
    yield Fact(_("Opening hours"), point.opening_hours)
    yield Fact(_("Services"), ", ".join(str(service) for service in point.services))
    yield Fact(_("Universal service"), _said(point.universal_service))
    yield Fact(_("Tariff posted"), _said(point.tariff_posted))
    yield Fact(_("Quality posted"), _said(point.quality_posted))
    yield Fact(_("List of forbidden goods posted"), _said(point.forbidden_list_posted))
    yield Fact(_("Service radius"), _metres(point.service_radius_m))
    yield Fact(_("Floor area"), formats.quantity(point.floor_area_m2, "m²") if point.floor_area_m2 else "")
    yield Fact(_("Telephone"), point.phone)


def _node_facts(node: Any) -> Iterable[Fact]:
    yield Fact(_("Kind of node"), str(node.node_kind))
    yield Fact(_("Rated power"), formats.quantity(node.rated_power_kw, "kW") if node.rated_power_kw else "")
    yield Fact(_("Racks"), formats.number(node.racks) if node.racks else "")
    yield Fact(_("Tier claimed"), node.tier)
    yield Fact(_("Security level"), formats.number(node.security_level) if node.security_level else "")
    yield Fact(_("Capacity"), formats.quantity(node.capacity_mbps, "Mbit/s") if node.capacity_mbps else "")


def _internet_facts(point: Any) -> Iterable[Fact]:
    yield Fact(_("Owner"), point.owner_name)
    yield Fact(_("Telephone"), point.phone)
    yield Fact(_("Registration number"), point.registration_number)
    yield Fact(_("Game point"), _said(point.is_game_point))
    yield Fact(_("Computers"), formats.number(point.computers) if point.computers else "")
    yield Fact(_("Sign posted"), _said(point.sign_posted))
    if point.opens_at and point.closes_at:
        yield Fact(_("Opening hours"), f"{point.opens_at:%H:%M}–{point.closes_at:%H:%M}")
    yield Fact(_("Way to the nearest school gate"), _metres(point.nearest_school_m))
    yield Fact(_("Floor area"), formats.quantity(point.floor_area_m2, "m²") if point.floor_area_m2 else "")


def _route_facts(route: Any) -> Iterable[Fact]:
    yield Fact(_("Kind of route"), str(route.route_kind))
    yield Fact(_("Length"), formats.quantity(route.length_m / 1000, "km", 2) if route.length_m else "")
    yield Fact(_("Fibres"), formats.number(route.fibres) if route.fibres else "")
    yield Fact(_("Last tidied on"), formats.day(route.last_tidied_on) if route.last_tidied_on else "")
    yield Fact(_("To be tidied by"), formats.day(route.tidy_due_on) if route.tidy_due_on else "")
