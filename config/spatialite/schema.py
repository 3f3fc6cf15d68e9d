"""A schema editor that keeps SpatiaLite's books right.

SQLite makes a table anew for most alterations (new table, copy, drop, rename). Django's editor then leaves rows about
the temporary table in SpatiaLite's statistics, so that the foreign-key check at the end of the migration fails, and
drops spatial indexes that a column without index never had.
"""

from typing import Any

from django.contrib.gis.db.backends.spatialite.schema import SpatialiteSchemaEditor
from django.contrib.gis.db.models import GeometryField
from django.db import models
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor

BOOKS = (
    "geometry_columns_statistics",
    "geometry_columns_field_infos",
    "geometry_columns_time",
    "geometry_columns_auth",
)


class SchemaEditor(SpatialiteSchemaEditor):
    """Django's editor with a sound removal and renaming of geometry columns."""

    def remove_geometry_metadata(self, model: type[models.Model], field: models.Field[Any, Any]) -> None:
        assert isinstance(field, GeometryField)
        self._forget(model._meta.db_table, field)

    def alter_db_table(self, model: type[models.Model], old_db_table: str, new_db_table: str) -> None:
        if old_db_table == new_db_table:
            return
        geometries = [f for f in model._meta.local_fields if isinstance(f, GeometryField)]
        for field in geometries:
            self._forget(old_db_table, field)
        DatabaseSchemaEditor.alter_db_table(self, model, old_db_table, new_db_table)
        for field in geometries:
            self._call(
                "SELECT RecoverGeometryColumn(%s, %s, %s, %s, 'XY')",
                new_db_table,
                field.column,
                field.srid,
                field.geom_type,
            )
            if field.spatial_index:
                self._call("SELECT CreateSpatialIndex(%s, %s)", new_db_table, field.column)

    def _forget(self, table: str, field: GeometryField) -> None:
        """Take a geometry column out of SpatiaLite's books, with its index."""
        if field.spatial_index:
            self._call("SELECT DisableSpatialIndex(%s, %s)", table, field.column)
        self.execute(f"DROP TABLE IF EXISTS {self.quote_name(f'idx_{table}_{field.column}')}")
        self._call("SELECT DiscardGeometryColumn(%s, %s)", table, field.column)
        where = "WHERE lower(f_table_name) = lower(%s) AND lower(f_geometry_column) = lower(%s)"
        for book in BOOKS:
            self.execute(f"DELETE FROM {book} {where}", [table, field.column])  # noqa: S608 -- names are ours

    def _call(self, sql: str, *params: Any) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            row = cursor.fetchone()
        if row is not None and row[0] == 0:
            raise RuntimeError(f"SpatiaLite refused: {sql % params}")
