"""What the register holds of one organization and kind, under the same column names as the file.

The declared columns say where each value stands (``Column.field``); only what is computed is written out here.
"""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import polars as pl
from django.db import models
from django.db.models import F, Q, QuerySet

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
from infra.selectors.frames import KEYS, AsWkb, latitude, longitude, values_frame, values_frame_of
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
ASK_BY_NAME = 5_000

#: a file that names more than this share of what the organization has is compared with all of it
_MOST = 0.5

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


def held(
    around: Surroundings,
    *,
    codes: Collection[str] = (),
    numbers: Collection[str] = (),
    wanted: AbstractSet[str] | None = None,
) -> pl.DataFrame:
    """Return what the register holds of the organization and kind, a row each, by key.

    Few *codes* and registry *numbers* limit it to what they name, *wanted* to some of the file's columns; "id" is the
    installation's key, or the cell's or permit's. What comparison needs beside the file's columns comes always.
    """
    kind = str(around.table.kind)
    if kind == SubmissionKind.CELLS:
        return cells(around, codes)
    if kind == SubmissionKind.PERMITS:
        return permits(around, codes)
    rows = installations(around)
    if 0 < len(codes) + len(numbers) <= ASK_BY_NAME:
        rows = rows.filter(Q(code__in=codes) | Q(registry_number__in=numbers))
    return installations_frame(around, rows, wanted)


def installations(around: Surroundings) -> QuerySet[Installation]:
    """Return the organization's installations of the file's kind in the authority's register."""
    installation_kind = DETAILS[str(around.table.kind)][0]
    return Installation.objects.filter(
        organization=around.organization, authority=around.authority, kind=installation_kind
    )


def installations_named(
    around: Surroundings, codes: pl.Series, numbers: pl.Series, *, wanted: AbstractSet[str]
) -> pl.DataFrame:
    """Return what :func:`held` does, limited to what many *codes* and registry *numbers* name.

    What they name is found out first: of things that a file adds the register has nothing to tell.
    """
    rows = installations(around)
    columns: Columns = {
        "id": ("pk", pl.Int64),
        "code": ("code", pl.String),
        "registry_number": ("registry_number", pl.String),
    }
    keys = values_frame(rows.order_by("pk"), columns)
    named = pl.col("code").is_in(codes.implode()) | pl.col("registry_number").is_in(numbers.implode())
    ids = keys.filter(named)["id"].to_list()
    if len(ids) > keys.height * _MOST:
        return installations_frame(around, rows, wanted)
    pieces = (ids[start : start + KEYS] for start in range(0, max(1, len(ids)), KEYS))
    return pl.concat([installations_frame(around, rows.filter(pk__in=piece), wanted) for piece in pieces])


#: what names a row or tells that it is no longer in use
_ALWAYS = frozenset({"code", "registry_number", "status"})


def installations_frame(
    around: Surroundings, rows: QuerySet[Installation], wanted: AbstractSet[str] | None = None
) -> pl.DataFrame:
    """Return *rows* of the file's kind with their detail, site, mast and certificate in force."""
    kind = str(around.table.kind)
    _kind, detail, relation = DETAILS[kind]
    nouns: dict[str, tuple[str, type[models.Model]]] = {
        "installation": ("", Installation),
        "detail": (f"{relation}__", detail),
        "site": ("site__", Site),
        "mast": ("mast__", Mast),
    }
    place = "unit__full_name" if kind == SubmissionKind.CABLE_ROUTES else "site__unit__full_name"
    declared = {**columns_of(around.table, nouns), "unit": (place, pl.String)}
    if wanted is not None:
        declared = {name: column for name, column in declared.items() if name in _ALWAYS or name in wanted - {"unit"}}
    columns = {
        "id": ("pk", pl.Int64),
        **declared,
        "site_id": ("site_id", pl.Int64),
        "mast_id": ("mast_id", pl.Int64),
        "unit_id": ("unit_id", pl.Int64),
        "lon": (longitude("position"), pl.Float64),
        "lat": (latitude("position"), pl.Float64),
    }
    if kind == SubmissionKind.CABLE_ROUTES:
        columns["line"] = (AsWkb(F(f"{relation}__line")), pl.Binary)
    found = values_frame(rows.order_by("pk"), columns)
    certified = wanted is None or any(name in wanted for name in _CERTIFICATE.values())
    return _with_certificates(found, around, rows) if kind == SubmissionKind.STATIONS and certified else found


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


def shared_sites(sites: pl.Series) -> list[int]:
    """Return those of *sites* on which several installations stand."""
    ids = sites.drop_nulls().to_list()
    columns: Columns = {"site_id": ("site_id", pl.Int64)}
    standing = values_frame_of(Installation.objects.all(), ids, columns, by="site_id")["site_id"]
    return standing.filter(standing.is_duplicated()).unique().to_list()


def masts_of_others(around: Surroundings, masts: pl.Series) -> list[int]:
    """Return those of *masts* that others own and use: a tenant's figures do not describe them."""
    own = around.organization
    rows = Installation.objects.exclude(organization=own).exclude(mast__owner=own)
    columns: Columns = {"mast_id": ("mast_id", pl.Int64)}
    return values_frame_of(rows, masts.drop_nulls().to_list(), columns, by="mast_id")["mast_id"].unique().to_list()


# --- cells and permits ---


def cells(around: Surroundings, codes: Collection[str] = ()) -> pl.DataFrame:
    """Return the organization's cells; ``id`` is the cell's, ``station_id`` the station's."""
    rows = Cell.objects.filter(
        station__installation__organization=around.organization, station__installation__authority=around.authority
    )
    if 0 < len(codes) <= ASK_BY_NAME:
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
    if 0 < len(codes) <= ASK_BY_NAME:
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
