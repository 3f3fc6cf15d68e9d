"""Writing many computed rows at once: COPY and one statement on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models, transaction

#: fewer rows than this are not worth a table of their own
FEW = 200

Rows = Sequence[tuple[Any, ...]]


def rows_put(model: type[models.Model], columns: Sequence[str], rows: Rows) -> None:
    """Insert *rows* of *model*, or replace those whose key is there; the key is the first of *columns*.

    Values are what both drivers take as they are: numbers, texts, None, days and JSON as text.
    """
    if not rows:
        return
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), [quote(name) for name in columns]
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in names[1:])
    conflict = f"ON CONFLICT ({names[0]}) DO UPDATE SET {changes}"
    listed = ", ".join(names)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= FEW:
            cursor.execute(f"CREATE TEMPORARY TABLE kept_incoming (LIKE {table}) ON COMMIT DROP")
            with cursor.copy(f"COPY kept_incoming ({listed}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(
                f"INSERT INTO {table} ({listed}) SELECT {listed} FROM kept_incoming {conflict}"  # noqa: S608 -- our names
            )
            cursor.execute("DROP TABLE kept_incoming")
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f"INSERT INTO {table} ({listed}) VALUES ({marks}) {conflict}",  # noqa: S608 -- our names
            rows,
        )
