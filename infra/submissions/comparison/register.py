"""What the register holds of one organization and kind, under the same column names as the file.

The declared columns say where each value stands (``Column.field``); only what is computed is written out here.
"""

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl
from django.db import models
from django.db.models import Count, F, Q, QuerySet

from infra.models import (
    BaseStation,
    CableRoute,
    Cell,
    Installation,
    InstallationKind,
    InternetPoint,
    Mast,
    NetworkNode,
    Organization,
    Permit,
    PermitState,
    PostalPoint,
    Site,
    SubmissionKind,
)
from infra.selectors.frames import AsWkb, latitude, longitude, values_frame
from infra.services.permits import CERTIFICATE
from infra.spatial.box import InBox
from infra.spatial.places import Box
from infra.submissions.columns import Column, ColumnTable, Type
from infra.submissions.draft import Surroundings

#: kind of file → (kind of installation, its detail model, the relation that leads there)
DETAILS: dict[str, tuple[str, type[models.Model], str]] = {
    SubmissionKind.STATIONS: (InstallationKind.BASE_STATION, BaseStation, "base_station"),
    SubmissionKind.POSTAL_POINTS: (InstallationKind.POSTAL_POINT, PostalPoint, "postal_point"),
    SubmissionKind.NETWORK_NODES: (InstallationKind.NETWORK_NODE, NetworkNode, "network_node"),
    SubmissionKind.INTERNET_POINTS: (InstallationKind.INTERNET_POINT, InternetPoint, "internet_point"),
    SubmissionKind.CABLE_ROUTES: (InstallationKind.CABLE_ROUTE, CableRoute, "cable_route"),
}
#: a file of so many rows asks for what it names; a longer one for everything the organization has
_ASK_BY_NAME = 2_000

_TYPES: dict[Type, Any] = {
    Type.NUMBER: pl.Float64,
    Type.INTEGER: pl.Int64,
    Type.DATE: pl.Date,
    Type.TIME: pl.Time,
    Type.FLAG: pl.Boolean,
}
_CERTIFICATE = {
    "number": "certificate_number",
    "issued_on": "certificate_issued_on",
    "expires_on": "certificate_expires_on",
    "issuer": "certificate_issuer",
}
Columns = dict[str, tuple[Any, Any]]


def lookup_of(column: Column, nouns: Mapping[str, tuple[str, type[models.Model]]]) -> str | None:
    """Return the lookup that leads to the column's value from the rows asked for, None where it has none.

    *nouns* maps the first word of ``Column.field`` to (prefix of the lookup, model).
    """
    noun, _, name = column.field.partition(".")
    if noun not in nouns:
        return None
    prefix, model = nouns[noun]
    field = model._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        name = f"{name}__code" if field.related_model is Organization else f"{name}_id"
    return f"{prefix}{name}"


def columns_of(table: ColumnTable, nouns: Mapping[str, tuple[str, type[models.Model]]]) -> Columns:
    """Return the declared columns of *table* that *nouns* hold, for :func:`values_frame`."""
    found: Columns = {}
    for column in table.read():
        path = lookup_of(column, nouns)
        if path is not None:
            found[column.name] = (path, _TYPES.get(column.type, pl.String))
    return found


# --- installations ---


def held(around: Surroundings, *, codes: Collection[str] = (), numbers: Collection[str] = ()) -> pl.DataFrame:
    """Return what the register holds of the organization and kind, a row each, by key.

    Few *codes* and registry *numbers* limit it to what they name; "id" is the installation's key, or the cell's or
    permit's. The columns are those of the file, and what comparison needs beside them.
    """
    kind = str(around.table.kind)
    if kind == SubmissionKind.CELLS:
        return cells(around, codes)
    if kind == SubmissionKind.PERMITS:
        return permits(around, codes)
    rows = installations(around)
    if 0 < len(codes) + len(numbers) <= _ASK_BY_NAME:
        rows = rows.filter(Q(code__in=codes) | Q(registry_number__in=numbers))
    return installations_frame(around, rows)


def installations(around: Surroundings) -> QuerySet[Installation]:
    """Return the organization's installations of the file's kind in the authority's register."""
    installation_kind = DETAILS[str(around.table.kind)][0]
    return Installation.objects.filter(
        organization=around.organization, authority=around.authority, kind=installation_kind
    )


def installations_frame(around: Surroundings, rows: QuerySet[Installation]) -> pl.DataFrame:
    """Return *rows* of the file's kind with their detail, site, mast and certificate in force."""
    kind = str(around.table.kind)
    _kind, detail, relation = DETAILS[kind]
    nouns: dict[str, tuple[str, type[models.Model]]] = {
        "installation": ("", Installation),
        "detail": (f"{relation}__", detail),
        "site": ("site__", Site),
        "mast": ("mast__", Mast),
    }
    columns = {
        "id": ("pk", pl.Int64),
        **columns_of(around.table, nouns),
        "unit": ("site__unit__full_name", pl.String),
        "site_id": ("site_id", pl.Int64),
        "mast_id": ("mast_id", pl.Int64),
        "unit_id": ("unit_id", pl.Int64),
        "lon": (longitude("position"), pl.Float64),
        "lat": (latitude("position"), pl.Float64),
    }
    if kind == SubmissionKind.CABLE_ROUTES:
        columns |= {"unit": ("unit__full_name", pl.String), "line": (AsWkb(F(f"{relation}__line")), pl.Binary)}
    found = values_frame(rows.order_by("pk"), columns)
    if kind == SubmissionKind.STATIONS:
        found = _with_certificates(found, around, rows)
    return _with_neighbours(found, around, rows)


def _with_certificates(found: pl.DataFrame, around: Surroundings, rows: QuerySet[Installation]) -> pl.DataFrame:
    """Add the certificate in force; of several the one registered last."""
    permit_of = {
        name: (path, _TYPES.get(around.table.column(name).type, pl.String)) for path, name in _CERTIFICATE.items()
    }
    columns: Columns = {"id": ("installation_id", pl.Int64), **permit_of}
    certificates = Permit.objects.filter(
        installation__in=rows.values("pk"), kind_id=CERTIFICATE, state=PermitState.IN_FORCE
    ).order_by("installation_id", "id")
    latest = values_frame(certificates, columns).unique("id", keep="last", maintain_order=True)
    return found.join(latest, on="id", how="left", maintain_order="left")


def _with_neighbours(found: pl.DataFrame, around: Surroundings, rows: QuerySet[Installation]) -> pl.DataFrame:
    """Add ``shared`` (installations on the site) and ``mast_of_others`` (others own and use the mast)."""
    if not found.height or found["site_id"].is_null().all():
        return found.with_columns(shared=pl.lit(1, dtype=pl.Int64), mast_of_others=pl.lit(value=False))
    sites = rows.values("site_id")
    on_site = (
        Installation.objects.filter(site_id__in=sites)
        .values("site_id")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .order_by()
    )
    shared = pl.DataFrame(
        list(on_site.values_list("site_id", "n")), schema={"site_id": pl.Int64, "shared": pl.Int64}, orient="row"
    )
    on_mast = (
        Installation.objects.filter(mast_id__in=rows.filter(mast__isnull=False).values("mast_id"))
        .exclude(organization=around.organization)
        .exclude(mast__owner=around.organization)
    )
    foreign = values_frame(on_mast, {"mast_id": ("mast_id", pl.Int64)}).unique().with_columns(mast_of_others=True)
    return (
        found.join(shared, on="site_id", how="left", maintain_order="left")
        .join(foreign, on="mast_id", how="left", maintain_order="left")
        .with_columns(pl.col("shared").fill_null(1), pl.col("mast_of_others").fill_null(value=False))
    )


# --- cells and permits ---


def cells(around: Surroundings, codes: Collection[str] = ()) -> pl.DataFrame:
    """Return the organization's cells; ``id`` is the cell's, ``station_id`` the station's."""
    rows = Cell.objects.filter(
        station__installation__organization=around.organization, station__installation__authority=around.authority
    )
    if 0 < len(codes) <= _ASK_BY_NAME:
        rows = rows.filter(code__in=codes)
    columns = {
        "id": ("pk", pl.Int64),
        "station_id": ("station_id", pl.Int64),
        "station_code": ("station__installation__code", pl.String),
        **columns_of(around.table, {"cell": ("", Cell)}),
    }
    return values_frame(rows.order_by("pk"), columns)


def permits(around: Surroundings, codes: Collection[str] = ()) -> pl.DataFrame:
    """Return the organization's permits; ``id`` is the permit's, ``code`` its number."""
    rows = Permit.objects.filter(
        organization=around.organization, authority=around.authority, installation__isnull=False
    )
    if 0 < len(codes) <= _ASK_BY_NAME:
        rows = rows.filter(number__in=codes)
    columns = {
        "id": ("pk", pl.Int64),
        "installation_id": ("installation_id", pl.Int64),
        "station_code": ("installation__code", pl.String),
        "state": ("state", pl.String),
        **columns_of(around.table, {"permit": ("", Permit)}),
    }
    return values_frame(rows.order_by("pk"), columns)


def stations_named(around: Surroundings) -> pl.DataFrame:
    """Return code → key of the installations that cells and permits may belong to, base stations first."""
    rows = Installation.objects.filter(organization=around.organization, authority=around.authority).exclude(code="")
    if str(around.table.kind) == SubmissionKind.CELLS:
        rows = rows.filter(kind=InstallationKind.BASE_STATION)
    columns = {"code": ("code", pl.String), "installation_id": ("pk", pl.Int64), "kind": ("kind", pl.String)}
    found = values_frame(rows.order_by("pk"), columns)
    is_other = pl.col("kind") != str(InstallationKind.BASE_STATION)
    return found.sort(is_other, maintain_order=True).unique("code", keep="first", maintain_order=True)


def standing_sites(around: Surroundings, west: float, south: float, east: float, north: float) -> pl.DataFrame:
    """Return the authority's sites in a box (degrees) that were not merged: id, code, lon, lat."""
    box = Box(max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))
    rows = Site.objects.standing().filter(InBox("position", box), authority=around.authority)
    columns = {
        "site_id": ("pk", pl.Int64),
        "code": ("code", pl.String),
        "lon": (longitude("position"), pl.Float64),
        "lat": (latitude("position"), pl.Float64),
    }
    return values_frame(rows.order_by("pk"), columns)
