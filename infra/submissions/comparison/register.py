"""What the register holds of one organization and kind, under the same column names as the file."""

from collections.abc import Callable
from typing import Any

import polars as pl
from django.db.models import Count, F, FloatField, Func, Q, QuerySet

from infra.models import (
    BaseStation,
    Cell,
    Installation,
    InstallationKind,
    Permit,
    PermitState,
    Site,
    SubmissionKind,
)
from infra.services.permits import CERTIFICATE
from infra.submissions.draft import Surroundings

KINDS = {
    SubmissionKind.STATIONS: InstallationKind.BASE_STATION,
    SubmissionKind.POSTAL_POINTS: InstallationKind.POSTAL_POINT,
    SubmissionKind.NETWORK_NODES: InstallationKind.NETWORK_NODE,
    SubmissionKind.INTERNET_POINTS: InstallationKind.INTERNET_POINT,
    SubmissionKind.CABLE_ROUTES: InstallationKind.CABLE_ROUTE,
}

_STATION_COLUMNS: dict[str, tuple[str, Any]] = {
    "id": ("installation_id", pl.Int64),
    "code": ("installation__code", pl.String),
    "registry_number": ("installation__registry_number", pl.String),
    "name": ("installation__name", pl.String),
    "status": ("installation__status_id", pl.String),
    "in_service_on": ("installation__in_service_on", pl.Date),
    "site_id": ("installation__site_id", pl.Int64),
    "mast_id": ("installation__mast_id", pl.Int64),
    "address": ("installation__site__address", pl.String),
    "unit_id": ("installation__site__unit_id", pl.Int64),
    "mast_class": ("installation__mast__mast_class_id", pl.String),
    "structure_type": ("installation__mast__structure_type_id", pl.String),
    "mast_height_m": ("installation__mast__height_m", pl.Float64),
    "building_height_m": ("installation__mast__building_height_m", pl.Float64),
    "mast_owner": ("installation__mast__owner__code", pl.String),
    "technologies": ("technologies", pl.String),
    "equipment": ("equipment", pl.String),
    "transmit_power_w": ("transmit_power_w", pl.Float64),
    "lowest_antenna_m": ("lowest_antenna_m", pl.Float64),
    "nearest_building_m": ("nearest_building_m", pl.Float64),
    "antenna_above_roof_m": ("antenna_above_roof_m", pl.Float64),
    "shelter_owner": ("shelter_owner__code", pl.String),
    "backup_hours": ("backup_hours", pl.Float64),
    "lon": ("lon", pl.Float64),
    "lat": ("lat", pl.Float64),
}
_CERTIFICATE_COLUMNS: dict[str, tuple[str, Any]] = {
    "id": ("installation_id", pl.Int64),
    "certificate_number": ("number", pl.String),
    "certificate_issued_on": ("issued_on", pl.Date),
    "certificate_expires_on": ("expires_on", pl.Date),
    "certificate_issuer": ("issuer", pl.String),
}


def longitude(path: str) -> Func:
    return Func(F(path), function="ST_X", output_field=FloatField())


def latitude(path: str) -> Func:
    return Func(F(path), function="ST_Y", output_field=FloatField())


def frame_of(rows: QuerySet[Any], columns: dict[str, tuple[str, Any]]) -> pl.DataFrame:
    """Return the rows of a queryset as a frame; *columns* maps the frame's names to lookups and types."""
    paths = [path for path, _ in columns.values()]
    schema = {name: dtype for name, (_, dtype) in columns.items()}
    return pl.DataFrame(list(rows.values_list(*paths)), schema=schema, orient="row")


def stations(around: Surroundings) -> pl.DataFrame:
    """Return the organization's base stations with site, mast and certificate in force, a row each.

    ``shared`` says how many installations stand on the site; ``mast_of_others`` that others own and use the mast.
    """
    rows = BaseStation.objects.filter(
        installation__organization=around.organization, installation__authority=around.authority
    ).annotate(lon=longitude("installation__position"), lat=latitude("installation__position"))
    held = frame_of(rows.order_by("pk"), _STATION_COLUMNS)
    certificates = Permit.objects.filter(
        installation__organization=around.organization, kind_id=CERTIFICATE, state=PermitState.IN_FORCE
    ).order_by("installation_id", "id")
    latest = frame_of(certificates, _CERTIFICATE_COLUMNS).unique("id", keep="last", maintain_order=True)
    on_site = (
        Site.objects.filter(installations__organization=around.organization)
        .annotate(shared=Count("installations", distinct=True))
        .filter(shared__gt=1)
    )
    shared = frame_of(on_site, {"site_id": ("pk", pl.Int64), "shared": ("shared", pl.Int64)})
    on_mast = (
        Installation.objects.filter(mast__installations__organization=around.organization)
        .exclude(organization=around.organization)
        .exclude(mast__owner=around.organization)
    )
    foreign = frame_of(on_mast, {"mast_id": ("mast_id", pl.Int64)}).unique().with_columns(mast_of_others=True)
    return (
        held.join(latest, on="id", how="left")
        .join(shared.unique("site_id"), on="site_id", how="left")
        .join(foreign, on="mast_id", how="left")
        .with_columns(pl.col("shared").fill_null(1), pl.col("mast_of_others").fill_null(value=False))
    )


def cells(around: Surroundings) -> pl.DataFrame:
    """Return the organization's cells, a row each; ``id`` is the cell's."""
    names = (
        *("code", "frequency_mhz", "bandwidth_mhz", "azimuth_deg", "tilt_deg", "electrical_tilt_deg", "height_agl_m"),
        *("gain_dbi", "eirp_dbm", "beamwidth_h_deg", "beamwidth_v_deg"),
    )
    columns: dict[str, tuple[str, Any]] = {name: (name, pl.Float64) for name in names}
    columns |= {
        "id": ("id", pl.Int64),
        "station_id": ("station_id", pl.Int64),
        "station_code": ("station__installation__code", pl.String),
        "code": ("code", pl.String),
        "technology": ("technology_id", pl.String),
        "band": ("band_id", pl.String),
        "in_service": ("in_service", pl.Boolean),
    }
    rows = Cell.objects.filter(
        station__installation__organization=around.organization, station__installation__authority=around.authority
    )
    return frame_of(rows.order_by("pk"), columns)


def standing_sites(around: Surroundings, west: float, south: float, east: float, north: float) -> pl.DataFrame:
    """Return the authority's sites in a box (degrees) that were not merged: id, code, lon, lat."""
    rows = (
        Site.objects.standing()
        .filter(authority=around.authority)
        .annotate(lon=longitude("position"), lat=latitude("position"))
        .filter(Q(lon__gte=west) & Q(lon__lte=east) & Q(lat__gte=south) & Q(lat__lte=north))
    )
    columns = {
        "site_id": ("pk", pl.Int64),
        "code": ("code", pl.String),
        "lon": ("lon", pl.Float64),
        "lat": ("lat", pl.Float64),
    }
    return frame_of(rows.order_by("pk"), columns)


def installations(around: Surroundings, kind: str) -> pl.DataFrame:
    """Return id, code and registry number of the organization's installations of one kind."""
    rows = Installation.objects.filter(organization=around.organization, authority=around.authority, kind=kind)
    columns = {
        "id": ("pk", pl.Int64),
        "code": ("code", pl.String),
        "registry_number": ("registry_number", pl.String),
        "site_id": ("site_id", pl.Int64),
    }
    return frame_of(rows.order_by("pk"), columns)


LOADERS: dict[str, Callable[[Surroundings], pl.DataFrame]] = {
    str(SubmissionKind.STATIONS): stations,
    str(SubmissionKind.CELLS): cells,
}
