"""The register's tables for SQLAlchemy Core, derived from the Django models.

The models own the schema; a second list of 200 columns would only repeat it and fall behind. So every table is made
from its model, columns and types, the version tables too; a test compares them with what both databases really hold.
``table.info["model"]`` leads back to the model.
"""

from functools import cache
from threading import RLock
from typing import Any

import sqlalchemy as sa
from django.contrib.gis.db.models import GeometryField
from django.db import models
from geoalchemy2 import Geometry

from infra.models import (
    AdministrativeUnit,
    AdministrativeUnitVersion,
    BaseStation,
    BaseStationVersion,
    CableRoute,
    Cell,
    CellVersion,
    Installation,
    InstallationVersion,
    InternetPoint,
    Link,
    LinkVersion,
    Mast,
    MastVersion,
    NetworkNode,
    Organization,
    OrganizationVersion,
    Permit,
    PermitVersion,
    PostalPoint,
    Site,
    SiteVersion,
)
from infra.models.fields import JSONTextField

METADATA = sa.MetaData()

#: Django field -> type; the first that fits counts
TYPES: tuple[tuple[type[models.Field[Any, Any]], sa.types.TypeEngine[Any]], ...] = (
    (models.BooleanField, sa.Boolean()),
    (models.SmallIntegerField, sa.SmallInteger()),
    (models.BigIntegerField, sa.BigInteger()),
    (models.IntegerField, sa.Integer()),
    (models.FloatField, sa.Double()),
    (models.DateTimeField, sa.DateTime(timezone=True)),
    (models.DateField, sa.Date()),
    (models.TimeField, sa.Time()),
    (models.DecimalField, sa.Numeric()),
    (JSONTextField, sa.Text()),
    (models.JSONField, sa.JSON()),
    (models.UUIDField, sa.Uuid()),
    (models.TextField, sa.Text()),
    (models.CharField, sa.String()),
    (models.FileField, sa.String()),
    (models.BinaryField, sa.LargeBinary()),
)


def column_type(field: Any) -> sa.types.TypeEngine[Any]:
    """Return the Core type of a Django field; a foreign key has the type of what it points to."""
    if isinstance(field, models.ForeignKey):
        return column_type(field.target_field)
    if isinstance(field, GeometryField):
        return Geometry(field.geom_type, srid=field.srid, spatial_index=False)
    for kind, column in TYPES:
        if isinstance(field, kind):
            return column
    raise TypeError(f"{field}: no Core type for a {type(field).__name__}")


#: two requests may ask for the same table for the first time; METADATA takes each only once
_making = RLock()


def core(model: type[models.Model]) -> sa.Table:
    """Return the Core table of *model*, always the same object."""
    with _making:
        return _core(model)


@cache
def _core(model: type[models.Model]) -> sa.Table:
    columns: list[sa.Column[Any]] = [
        sa.Column(field.column, column_type(field), primary_key=field.primary_key, nullable=field.null)
        for field in model._meta.local_concrete_fields
    ]
    return sa.Table(model._meta.db_table, METADATA, *columns, info={"model": model})


def index_of(table: sa.Table, column: str) -> sa.TableClause:
    """Return SpatiaLite's R-tree of a geometry column: ``pkid`` is the row's rowid, its box is in 32-bit floats."""
    names = ("pkid", "xmin", "xmax", "ymin", "ymax")
    return sa.table(f"idx_{table.name}_{column}", *(sa.column(name) for name in names))


organization, organization_version = core(Organization), core(OrganizationVersion)
unit, unit_version = core(AdministrativeUnit), core(AdministrativeUnitVersion)
site, site_version = core(Site), core(SiteVersion)
mast, mast_version = core(Mast), core(MastVersion)
installation, installation_version = core(Installation), core(InstallationVersion)
base_station, base_station_version = core(BaseStation), core(BaseStationVersion)
cell, cell_version = core(Cell), core(CellVersion)
permit, permit_version = core(Permit), core(PermitVersion)
postal_point, network_node, internet_point = core(PostalPoint), core(NetworkNode), core(InternetPoint)
cable_route = core(CableRoute)
link, link_version = core(Link), core(LinkVersion)
