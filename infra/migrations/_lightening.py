"""Takes indexes and foreign keys of single columns off, without making a table anew on SQLite.

Django's own way to drop an index or a constraint of a foreign key there copies the whole table; an index goes by
itself, and a constraint that stays does no harm where checking it costs next to nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any

#: (model, field): what is to lose its own index, or its constraint
Fields = Sequence[tuple[str, str]]


def lighten(app: str, *, indexes: Fields = (), constraints: Fields = ()) -> Callable[[Any, Any], None]:
    """Return the work of a ``RunPython``: drop the *indexes* and, on PostgreSQL, the *constraints* of *app*."""

    def work(apps: Any, schema_editor: Any) -> None:
        for name, field in indexes:
            _drop(schema_editor, *_place(apps, app, name, field), kind="index")
        if schema_editor.connection.vendor == "postgresql":
            for name, field in constraints:
                _drop(schema_editor, *_place(apps, app, name, field), kind="foreign_key")

    return work


def _place(apps: Any, app: str, name: str, field: str) -> tuple[str, str]:
    model = apps.get_model(app, name)
    return model._meta.db_table, model._meta.get_field(field).column


def _drop(schema_editor: Any, table: str, column: str, *, kind: str) -> None:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    for name, one in found.items():
        if one["columns"] != [column] or not one[kind]:
            continue
        quoted = schema_editor.quote_name(name)
        if kind == "foreign_key":
            schema_editor.execute(f"ALTER TABLE {schema_editor.quote_name(table)} DROP CONSTRAINT {quoted}")
        elif not one["unique"] and not one["primary_key"]:
            schema_editor.execute(f"DROP INDEX {quoted}")
