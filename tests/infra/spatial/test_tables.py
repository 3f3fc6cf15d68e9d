"""The Core tables are what both databases really hold."""

from typing import Any

import pytest
import sqlalchemy as sa
from django.apps import apps
from django.contrib.gis.db.models import GeometryField
from django.db import connection, models
from geoalchemy2 import Geometry

from infra.models import Installation, UnitType
from infra.spatial import sql
from infra.spatial.tables import METADATA, column_type, core, index_of, installation, site


def ours() -> list[type[models.Model]]:
    """Return the models with tables of their own; a proxy reads another's."""
    registered = [model for app in ("infra", "inspections") for model in apps.get_app_config(app).get_models()]
    return [model for model in registered if not model._meta.proxy]


@pytest.mark.parametrize("model", ours(), ids=lambda model: model.__name__)
def test_columns_are_those_of_the_database(db: None, model: type[models.Model]) -> None:
    table = core(model)
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table.name)
        assert {column.name: bool(column.null_ok) for column in described} == {
            column.name: bool(column.nullable) for column in table.columns
        }
        assert [
            column.name for column in table.primary_key.columns
        ] == connection.introspection.get_primary_key_columns(cursor, table.name)


@pytest.mark.parametrize("model", ours(), ids=lambda model: model.__name__)
def test_every_table_can_be_read_in_full(db: None, model: type[models.Model]) -> None:
    assert isinstance(sql.read(sa.select(core(model))), list)


def test_geometry_columns_know_their_kind_and_their_system(db: None) -> None:
    for model in ours():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, GeometryField):
                kind: Any = core(model).c[field.column].type
                assert isinstance(kind, Geometry)
                assert (kind.geometry_type, kind.srid) == (field.geom_type, 4326)


def test_every_spatial_index_of_the_registeredstands_under_its_name(db: None) -> None:
    """The names that the reads rely on: ``idx_<table>_<column>`` on SpatiaLite, a GiST index on PostGIS."""
    indexed = [
        (model, field)
        for model in ours()
        for field in model._meta.local_concrete_fields
        if isinstance(field, GeometryField) and field.spatial_index
    ]
    assert indexed
    for model, field in indexed:
        if connection.vendor == "sqlite":
            assert sql.read(sa.select(index_of(core(model), field.column)).limit(1)) == []
            continue
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [model._meta.db_table])
            assert any(f"gist ({field.column})" in row[0].replace('"', "") for row in cursor.fetchall())


def test_a_foreign_key_has_the_type_of_what_it_points_to() -> None:
    assert isinstance(installation.c.status_id.type, sa.String)
    assert isinstance(installation.c.site_id.type, sa.BigInteger)
    assert isinstance(core(UnitType).c.code.type, sa.String)


def test_tables_lead_back_to_their_models() -> None:
    assert installation.info["model"] is Installation
    assert METADATA.tables["infra_site"] is site


def test_a_field_without_a_type_is_refused() -> None:
    with pytest.raises(TypeError, match="no Core type"):
        column_type(models.GenericIPAddressField())
