"""The authority corrects what an installation has of its own kind: its facts, a station's cells, a node's links."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from infra.models import (
    BaseStation,
    Cell,
    Installation,
    InstallationKind,
    Link,
    Technology,
    User,
)
from infra.selectors.collections import DETAILS
from infra.services.accounts import RefusedError
from infra.services.corrections import DECOMMISSIONED, installation_act, locked_row, take
from infra.services.ledger import Act

#: the columns of each kind that a person enters by hand; a line comes with a file
FACTS: dict[str, tuple[str, ...]] = {
    InstallationKind.BASE_STATION: (
        "equipment", "transmit_power_w", "lowest_antenna_m", "verification", "nearest_building_m",
        "antenna_above_roof_m", "shelter", "shelter_owner", "backup_hours",
    ),
    InstallationKind.POSTAL_POINT: (
        "postal_kind", "postal_code", "attended", "opening_hours", "services", "universal_service", "tariff_posted",
        "quality_posted", "forbidden_list_posted", "service_radius_m", "floor_area_m2", "phone",
    ),
    InstallationKind.NETWORK_NODE: (
        "node_kind", "rated_power_kw", "racks", "tier", "security_level", "capacity_mbps",
    ),
    InstallationKind.INTERNET_POINT: (
        "owner_name", "phone", "registration_number", "is_game_point", "computers", "sign_posted", "opens_at",
        "closes_at", "nearest_school_m", "floor_area_m2",
    ),
    InstallationKind.CABLE_ROUTE: ("route_kind", "length_m", "fibres", "last_tidied_on", "tidy_due_on"),
}  # fmt: skip
CELL_FIELDS = (
    "code", "technology", "band", "frequency_mhz", "bandwidth_mhz", "azimuth_deg", "tilt_deg", "electrical_tilt_deg",
    "height_agl_m", "gain_dbi", "eirp_dbm", "beamwidth_h_deg", "beamwidth_v_deg", "in_service",
)  # fmt: skip
LINK_FIELDS = ("organization", "medium", "capacity_mbps", "route")


def facts_correct(*, actor: User, installation: Installation, reason: str, **values: Any) -> models.Model:
    """Correct what an installation has of its own kind."""
    with installation_act(actor, installation, "installation.corrected", reason) as ledger:
        detail = locked_row(DETAILS[installation.kind], installation.pk)
        take(detail, values, FACTS[installation.kind])
        ledger.change(detail)
    return detail


# --- cells ------------------------------------------------------------------------------------------------------------


def cell_add(*, actor: User, installation: Installation, reason: str, **values: Any) -> Cell:
    """Add a cell to a station that stands. Raises RefusedError for a code that the station has already."""
    with installation_act(actor, installation, "cell.added", reason) as ledger:
        station = locked_row(BaseStation, installation.pk)
        if locked_row(Installation, installation.pk).status_id == DECOMMISSIONED:
            raise RefusedError(_("The station is decommissioned."))
        cell = Cell(station=station)
        take(cell, values, CELL_FIELDS)
        _refuse_taken(cell)
        ledger.add(cell)
        _technologies(ledger, station)
    return cell


def cell_correct(*, actor: User, cell: Cell, reason: str, **values: Any) -> Cell:
    """Correct a cell; the technologies of its station follow."""
    with installation_act(actor, cell.station.installation, "cell.corrected", reason) as ledger:
        station = locked_row(BaseStation, cell.station_id)
        locked = locked_row(Cell, cell.pk)
        before = locked.technology_id
        take(locked, values, CELL_FIELDS)
        _refuse_taken(locked)
        ledger.change(locked)
        _technologies(ledger, station, before)
    return locked


def cell_remove(*, actor: User, cell: Cell, reason: str) -> None:
    """Take a cell that is not there out of the register; its versions stay."""
    with installation_act(actor, cell.station.installation, "cell.removed", reason) as ledger:
        station = locked_row(BaseStation, cell.station_id)
        locked = locked_row(Cell, cell.pk)
        ledger.note(cell=locked.code)
        ledger.remove(locked)
        _technologies(ledger, station, locked.technology_id)


def _refuse_taken(cell: Cell) -> None:
    if Cell.objects.filter(station=cell.station_id, code=cell.code).exclude(pk=cell.pk).exists():
        raise RefusedError(_("The station has a cell with the code %(code)s already.") % {"code": cell.code})


def _technologies(ledger: Act, station: BaseStation, before: str | None = None) -> None:
    """Let *station* name the technologies of its cells; *before* goes if no cell has it any more.

    What else is named stays: an operator may report technologies without cells.
    """
    of_cells = set(Cell.objects.filter(station=station).values_list("technology_id", flat=True))
    named = {code for code in station.technologies.split(",") if code}
    wanted = (named - ({before} - of_cells)) | of_cells
    if wanted == named:
        return
    order = {code: place for place, code in enumerate(Technology.objects.values_list("pk", flat=True))}
    station.technologies = ",".join(sorted(wanted, key=lambda code: order.get(code, len(order))))
    ledger.change(station)


# --- links ------------------------------------------------------------------------------------------------------------


def link_add(*, actor: User, node: Installation, to: Installation, code: str, reason: str, **values: Any) -> Link:
    """Register a link between two network nodes. Raises RefusedError for a taken code and for one node twice."""
    with installation_act(actor, node, "link.added", reason) as ledger:
        if node.pk == to.pk:
            raise RefusedError(_("A link joins two different nodes."))
        if Link.objects.filter(code=code).exists():
            raise RefusedError(_("There is a link with the code %(code)s already.") % {"code": code})
        link = Link(authority=node.authority, code=code, from_node_id=node.pk, to_node_id=to.pk)
        take(link, values, LINK_FIELDS)
        ledger.add(link)
    return link


def link_correct(*, actor: User, link: Link, reason: str, **values: Any) -> Link:
    """Correct a link: operator, medium, capacity, the route it follows."""
    with installation_act(actor, link.from_node.installation, "link.corrected", reason) as ledger:
        locked = locked_row(Link, link.pk)
        take(locked, values, LINK_FIELDS)
        ledger.change(locked)
    return locked


def link_remove(*, actor: User, link: Link, reason: str) -> None:
    """Take a link that is gone out of the register; its versions stay."""
    with installation_act(actor, link.from_node.installation, "link.removed", reason) as ledger:
        locked = locked_row(Link, link.pk)
        ledger.note(link=locked.code)
        ledger.remove(locked)
