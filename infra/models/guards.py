"""What the database itself refuses about geometry, on both engines, and the index that one engine needs.

The SRID is refused by the column (PostGIS type modifier, SpatiaLite's own triggers). The range of longitude and
latitude is not: PostGIS gets a CHECK constraint, SpatiaLite a trigger, since its geometry columns are added after the
table and so can carry no constraint of the table. Installed after every ``migrate``, because SQLite forgets the
triggers of a table that a migration makes anew.
"""

from typing import Any

from django.apps import apps as registry
from django.contrib.gis.db.models import GeometryField
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from infra.models import words
from infra.models.stored import bytes_install

_RANGE = "{x0} >= -180 AND {x1} <= 180 AND {y0} >= -90 AND {y1} <= 90"


def geometry_columns() -> list[tuple[str, str]]:
    """Return (table, column) of every geometry column of the project in EPSG:4326."""
    return [
        (model._meta.db_table, str(field.column))
        for model in registry.get_models()
        if model._meta.managed
        for field in model._meta.local_concrete_fields
        if isinstance(field, GeometryField) and field.srid == 4326
    ]


def _postgis(table: str, column: str) -> list[str]:
    inside = _RANGE.format(
        x0=f'ST_XMin("{column}")', x1=f'ST_XMax("{column}")', y0=f'ST_YMin("{column}")', y1=f'ST_YMax("{column}")'
    )
    name = f"{table}_{column}_on_earth"[-63:]
    return [
        f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"',
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" CHECK ("{column}" IS NULL OR ({inside}))',
    ]


def _spatialite(table: str, column: str) -> list[str]:
    value = f'NEW."{column}"'
    inside = _RANGE.format(
        x0=f"MbrMinX({value})", x1=f"MbrMaxX({value})", y0=f"MbrMinY({value})", y1=f"MbrMaxY({value})"
    )
    statements = []
    for event, short in (("INSERT", "i"), (f'UPDATE OF "{column}"', "u")):
        name = f"earth_{short}_{table}_{column}"
        statements += [
            f'DROP TRIGGER IF EXISTS "{name}"',
            (
                f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW '
                f"WHEN {value} IS NOT NULL AND NOT ({inside}) "
                f"BEGIN SELECT RAISE(ABORT, '{table}.{column}: longitude or latitude outside the earth'); END"
            ),
        ]
    return statements


def _present(connection: BaseDatabaseWrapper, table: str, column: str) -> bool:
    """Tell whether the guard of a column stands already, so that a second start does not scan the tables again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [f"{table}_{column}_on_earth"[-63:]])
            return cursor.fetchone() is not None
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s)",
            [f"earth_i_{table}_{column}", f"earth_u_{table}_{column}"],
        )
        return bool(cursor.fetchone()[0] == 2)


def missing(using: str = "default") -> list[tuple[str, str]]:
    """Return the geometry columns whose guard is not installed."""
    connection = connections[using]
    return [pair for pair in geometry_columns() if not _present(connection, *pair)]


def install(using: str = "default", **_: Any) -> None:
    """Install the guards that are missing on tables that exist."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    statements = _postgis if connection.vendor == "postgresql" else _spatialite
    with connection.cursor() as cursor:
        for table, column in missing(using):
            if table in tables:
                for statement in statements(table, column):
                    cursor.execute(statement)
    words.install(connection, tables)
    bytes_install(connection, tables)
