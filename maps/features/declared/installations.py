"""Collections of installations: base stations with cells, postal points, nodes, internet points, cable routes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from django.utils.translation import gettext_lazy as _

from infra.models import (
    BaseStation,
    CableRoute,
    Cell,
    Installation,
    InstallationKind,
    InternetPoint,
    NetworkNode,
    PermitState,
    PostalPoint,
)
from infra.spatial.tables import core, mast, organization, permit, site, unit
from inspections.models import SafetyState
from maps.features.collection import Collection, Column, Condition, Drawn, Element, number_of, standing, table_at
from maps.queries.installations import CERTIFICATE
from maps.queries.reader import published

_safety = core(SafetyState)


def _certificate(number: Element) -> Element:
    """The day on which the last verification certificate in force ends."""
    held = sa.select(sa.func.max(permit.c.expires_on)).where(
        permit.c.installation_id == number,
        permit.c.kind_id == CERTIFICATE,
        permit.c.state == str(PermitState.IN_FORCE),
    )
    return held.scalar_subquery()


_COMMON = (
    Column("number", "string", _("Registry number"), public=True),
    Column("code", "string", _("Operator's code")),
    Column("name", "string", _("Name"), public=True),
    Column("operator", "string", _("Operator"), public=True),
    Column("status", "string", _("Status"), public=True),
    Column("in_service_on", "date", _("In service since"), public=True),
    Column("site", "string", _("Site"), public=True),
    Column("site_name", "string", _("Name of the site"), public=True),
    Column("address", "string", _("Address"), public=True),
    Column("unit", "string", _("Code of the commune"), public=True),
    Column("unit_name", "string", _("Commune"), public=True),
)


def _installation(kind: InstallationKind, model: Any, moment: datetime | None) -> tuple[sa.Table, sa.Table, Drawn]:
    """Return main and detail table of a kind of installation, drawn with what all kinds have in common."""
    main, detail = table_at(Installation, moment), table_at(model, moment)
    number = number_of(main, moment)
    values = {
        "number": main.c.registry_number,
        "code": main.c.code,
        "name": main.c.name,
        "operator": organization.c.code,
        "status": main.c.status_id,
        "in_service_on": main.c.in_service_on,
        "site": site.c.code,
        "site_name": site.c.name,
        "address": site.c.address,
        "unit": unit.c.code,
        "unit_name": unit.c.full_name,
    }
    on_detail = number_of(detail, moment, "installation_id")
    joins = (
        (detail, sa.and_(on_detail == number, *standing(detail, moment))),
        (organization, organization.c.id == main.c.organization_id),
        (site, site.c.id == main.c.site_id),
        (unit, unit.c.id == main.c.unit_id),
    )
    drawn = Drawn(
        main=main,
        key=number,
        values=values,
        geometry=main.c.position,
        joins=joins,
        where=[main.c.kind == str(kind), main.c.position.is_not(None), *standing(main, moment)],
        indexed=(main, "position", number, number),
        along=(on_detail,),
    )
    return main, detail, drawn


def _with(drawn: Drawn, values: dict[str, Element], *joins: tuple[sa.FromClause, Condition], **changes: Any) -> Drawn:
    return replace(drawn, values={**drawn.values, **values}, joins=(*drawn.joins, *joins), **changes)


def _with_safety(drawn: Drawn, moment: datetime | None) -> Drawn:
    """Safety states are known of today only."""
    if moment is not None:
        return drawn
    number = _safety.c.installation_id
    return _with(drawn, {}, (_safety, number == drawn.key), along=(*drawn.along, number))


def _is_published(drawn: Drawn) -> Sequence[Condition]:
    return published(drawn.main)


_STATION = (
    Column("technologies", "string", _("Technologies"), public=True),
    Column("mast", "string", _("Mast")),
    Column("mast_class", "string", _("Mast class")),
    Column("height_m", "number", _("Height of the mast (m)"), public=True),
    Column("lowest_antenna_m", "number", _("Lowest antenna edge (m)")),
    Column("transmit_power_w", "number", _("Transmit power (W)")),
    Column("equipment", "string", _("Equipment")),
    Column("backup_hours", "number", _("Power backup (h)")),
    Column("verification", "string", _("Verification")),
    Column("certificate_expires_on", "date", _("Certificate expires on"), public=True),
    Column("safety", "string", _("Safety")),
    Column("safety_since", "date", _("Safety state since")),
)


def _stations(moment: datetime | None) -> Drawn:
    main, detail, drawn = _installation(InstallationKind.BASE_STATION, BaseStation, moment)
    values = {
        "technologies": detail.c.technologies,
        "mast": mast.c.code,
        "mast_class": mast.c.mast_class_id,
        "height_m": mast.c.height_m,
        "lowest_antenna_m": detail.c.lowest_antenna_m,
        "transmit_power_w": detail.c.transmit_power_w,
        "equipment": detail.c.equipment,
        "backup_hours": detail.c.backup_hours,
        "verification": detail.c.verification,
        "certificate_expires_on": _certificate(drawn.key),
        "safety": _safety.c.state if moment is None else sa.cast(sa.null(), sa.String()),
        "safety_since": _safety.c.since if moment is None else sa.cast(sa.null(), sa.Date()),
    }
    return _with(_with_safety(drawn, moment), values, (mast, mast.c.id == main.c.mast_id))


def _cells(moment: datetime | None) -> Drawn:
    main, station = table_at(Cell, moment), table_at(Installation, moment)
    values = {
        "code": main.c.code,
        "station": station.c.registry_number,
        "operator": organization.c.code,
        "technology": main.c.technology_id,
        "band": main.c.band_id,
        "frequency_mhz": main.c.frequency_mhz,
        "bandwidth_mhz": main.c.bandwidth_mhz,
        "azimuth_deg": main.c.azimuth_deg,
        "tilt_deg": main.c.tilt_deg,
        "electrical_tilt_deg": main.c.electrical_tilt_deg,
        "height_agl_m": main.c.height_agl_m,
        "gain_dbi": main.c.gain_dbi,
        "eirp_dbm": main.c.eirp_dbm,
        "beamwidth_h_deg": main.c.beamwidth_h_deg,
        "beamwidth_v_deg": main.c.beamwidth_v_deg,
        "in_service": main.c.in_service,
        "site": site.c.code,
        "unit": unit.c.code,
    }
    return Drawn(
        main=main,
        key=number_of(main, moment),
        values=values,
        geometry=station.c.position,
        joins=(
            (station, sa.and_(number_of(station, moment) == main.c.station_id, *standing(station, moment))),
            (organization, organization.c.id == station.c.organization_id),
            (site, site.c.id == station.c.site_id),
            (unit, unit.c.id == station.c.unit_id),
        ),
        where=[station.c.position.is_not(None), *standing(main, moment)],
        indexed=(station, "position", number_of(station, moment), main.c.station_id),
        # A cell is seen by whoever sees its station; asked there, a country's stations need not be gathered first.
        decides=station if moment is None else None,
    )


_CELL = (
    Column("code", "string", _("Code")),
    Column("station", "string", _("Base station")),
    Column("operator", "string", _("Operator")),
    Column("technology", "string", _("Technology")),
    Column("band", "string", _("Band")),
    Column("frequency_mhz", "number", _("Frequency (MHz)")),
    Column("bandwidth_mhz", "number", _("Bandwidth (MHz)")),
    Column("azimuth_deg", "number", _("Azimuth (°)")),
    Column("tilt_deg", "number", _("Mechanical tilt (°)")),
    Column("electrical_tilt_deg", "number", _("Electrical tilt (°)")),
    Column("height_agl_m", "number", _("Antenna height above ground (m)")),
    Column("gain_dbi", "number", _("Gain (dBi)")),
    Column("eirp_dbm", "number", _("EIRP (dBm)")),
    Column("beamwidth_h_deg", "number", _("Horizontal beamwidth (°)")),
    Column("beamwidth_v_deg", "number", _("Vertical beamwidth (°)")),
    Column("in_service", "boolean", _("In service")),
    Column("site", "string", _("Site")),
    Column("unit", "string", _("Code of the commune")),
)

_POSTAL = (
    Column("sort", "string", _("Sort"), public=True),
    Column("postal_code", "string", _("Postal code"), public=True),
    Column("attended", "boolean", _("Attended"), public=True),
    Column("opening_hours", "string", _("Opening hours"), public=True),
    Column("universal_service", "boolean", _("Universal service"), public=True),
    Column("service_radius_m", "number", _("Service radius (m)"), public=True),
    Column("floor_area_m2", "number", _("Floor area (m²)")),
)


def _postal(moment: datetime | None) -> Drawn:
    _main, detail, drawn = _installation(InstallationKind.POSTAL_POINT, PostalPoint, moment)
    names = ("postal_code", "attended", "opening_hours", "universal_service", "service_radius_m", "floor_area_m2")
    return _with(drawn, {"sort": detail.c.postal_kind_id, **{name: detail.c[name] for name in names}})


_NODE = (
    Column("sort", "string", _("Sort")),
    Column("rated_power_kw", "number", _("Rated power (kW)")),
    Column("racks", "integer", _("Racks")),
    Column("tier", "string", _("Tier claimed")),
    Column("security_level", "integer", _("Security level")),
    Column("capacity_mbps", "number", _("Capacity (Mbit/s)")),
)


def _nodes(moment: datetime | None) -> Drawn:
    _main, detail, drawn = _installation(InstallationKind.NETWORK_NODE, NetworkNode, moment)
    names = ("rated_power_kw", "racks", "tier", "security_level", "capacity_mbps")
    return _with(drawn, {"sort": detail.c.node_kind_id, **{name: detail.c[name] for name in names}})


_INTERNET = (
    Column("game", "boolean", _("Game point")),
    Column("registration_number", "string", _("Registration number")),
    Column("computers", "integer", _("Computers")),
    Column("sign_posted", "boolean", _("Sign posted")),
    Column("nearest_school_m", "number", _("Way to the nearest school gate (m)")),
    Column("floor_area_m2", "number", _("Floor area (m²)")),
)


def _internet(moment: datetime | None) -> Drawn:
    _main, detail, drawn = _installation(InstallationKind.INTERNET_POINT, InternetPoint, moment)
    names = ("registration_number", "computers", "sign_posted", "nearest_school_m", "floor_area_m2")
    return _with(drawn, {"game": detail.c.is_game_point, **{name: detail.c[name] for name in names}})


_ROUTE = (
    Column("sort", "string", _("Sort")),
    Column("length_m", "number", _("Length (m)")),
    Column("fibres", "integer", _("Fibres")),
    Column("last_tidied_on", "date", _("Last tidied on")),
    Column("tidy_due_on", "date", _("To be tidied by")),
)


def _routes(moment: datetime | None) -> Drawn:
    main, detail, drawn = _installation(InstallationKind.CABLE_ROUTE, CableRoute, moment)
    names = ("length_m", "fibres", "last_tidied_on", "tidy_due_on")
    return _with(
        drawn,
        {"sort": detail.c.route_kind_id, **{name: detail.c[name] for name in names}},
        geometry=detail.c.line,
        where=[main.c.kind == str(InstallationKind.CABLE_ROUTE), detail.c.line.is_not(None), *standing(main, moment)],
        indexed=(detail, "line", number_of(detail, moment, "installation_id"), drawn.key),
    )


_ANY = (
    Column("kind", "string", _("Kind"), public=True),
    Column("technologies", "string", _("Technologies"), public=True),
    Column("height_m", "number", _("Height of the mast (m)"), public=True),
    Column("certificate_expires_on", "date", _("Certificate expires on"), public=True),
    Column("safety", "string", _("Safety")),
)


def _any(moment: datetime | None) -> Drawn:
    main, _detail, drawn = _installation(InstallationKind.BASE_STATION, BaseStation, moment)
    detail = table_at(BaseStation, moment)
    values = {
        "kind": main.c.kind,
        "technologies": detail.c.technologies,
        "height_m": mast.c.height_m,
        "certificate_expires_on": _certificate(drawn.key),
        "safety": _safety.c.state if moment is None else sa.cast(sa.null(), sa.String()),
    }
    points = [main.c.kind != str(InstallationKind.CABLE_ROUTE), main.c.position.is_not(None), *standing(main, moment)]
    return _with(_with_safety(drawn, moment), values, (mast, mast.c.id == main.c.mast_id), where=points)


INSTALLATIONS: tuple[Collection, ...] = (
    Collection(
        name="installations",
        title=_("Installations"),
        description=_("Everything that stands at a point: stations, postal points, nodes, internet points."),
        geometry_type="Point",
        columns=(*_COMMON, *_ANY),
        draw=_any,
        published=_is_published,
        has_past=True,
        layer="installations",
    ),
    Collection(
        name="stations",
        title=_("Base stations"),
        description=_("Base stations of mobile operators with mast, certificate and safety state."),
        geometry_type="Point",
        columns=(*_COMMON, *_STATION),
        draw=_stations,
        published=_is_published,
        has_past=True,
    ),
    Collection(
        name="cells",
        title=_("Cells"),
        description=_("Cells of the base stations: band, direction, height, power."),
        geometry_type="Point",
        columns=_CELL,
        draw=_cells,
        has_past=True,
    ),
    Collection(
        name="postal-points",
        title=_("Postal points"),
        description=_("Post offices, agencies and letter boxes."),
        geometry_type="Point",
        columns=(*_COMMON, *_POSTAL),
        draw=_postal,
        published=_is_published,
        has_past=True,
        layer="postal",
    ),
    Collection(
        name="network-nodes",
        title=_("Network nodes and data centres"),
        description=_("Nodes of the province's network, data centres, exchanges."),
        geometry_type="Point",
        columns=(*_COMMON, *_NODE),
        draw=_nodes,
        has_past=True,
        layer="nodes",
    ),
    Collection(
        name="internet-points",
        title=_("Public internet points"),
        description=_("Public internet access points and game points."),
        geometry_type="Point",
        columns=(*_COMMON, *_INTERNET),
        draw=_internet,
        has_past=True,
        layer="internet",
    ),
    Collection(
        name="cable-routes",
        title=_("Ducts and hung cable"),
        description=_("Cable routes as lines."),
        geometry_type="LineString",
        columns=(*_COMMON, *_ROUTE),
        draw=_routes,
        has_past=True,
        layer="routes",
    ),
)
