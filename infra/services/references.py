"""Foreign keys of many rows, checked once for each key instead of once for each row (PostgreSQL).

PostgreSQL asks for every key of every row when the transaction ends: for a large submission as long as writing takes.
A role that may (the superuser, or ``GRANT SET ON PARAMETER session_replication_role``) writes the rows without, after
the keys they hold were looked up and locked here as its own triggers would; any other role is asked for every row.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
from django.db import IntegrityError, connection, models
from django.db.backends.utils import CursorWrapper

_ASKED = "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {key} = ANY(%s) FOR KEY SHARE) AS found"
_MAY = {
    False: "SELECT current_setting('is_superuser') = 'on'",
    True: "SELECT has_parameter_privilege('session_replication_role', 'SET')",
}
#: the first version in which the right can be given
_GRANTED_SINCE = 150_000


@contextmanager
def keys_checked(
    cursor: CursorWrapper, model: type[models.Model], frame: pl.DataFrame, own: Mapping[type[models.Model], pl.Series]
) -> Iterator[None]:
    """Check the foreign keys of *frame* at once, and let PostgreSQL not ask again for what is written inside.

    *own* maps model → keys that the same transaction writes: nobody else can see those rows, let alone delete them.
    Raises IntegrityError for a key that leads nowhere.
    """
    if not (connection.in_atomic_block and _may(cursor)):
        yield
        return
    fields: Sequence[Any] = model._meta.local_concrete_fields
    for field in fields:
        if getattr(field, "db_constraint", False) and field.attname in frame.columns:
            keys = frame.select(pl.col(field.attname).drop_nulls().unique().alias("key"))
            known = own.get(field.target_field.model)
            others = keys if known is None else keys.join(known.alias("key").to_frame(), on="key", how="anti")
            _check(cursor, field, others["key"].to_list())
    cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    cursor.execute("SET LOCAL session_replication_role = origin")


def _may(cursor: CursorWrapper) -> bool:
    cursor.execute(_MAY[connection.pg_version >= _GRANTED_SINCE])  # type: ignore[attr-defined]
    return bool(cursor.fetchone()[0])


def _check(cursor: CursorWrapper, field: Any, keys: list[Any]) -> None:
    if not keys:
        return
    target = field.target_field
    names = {"table": target.model._meta.db_table, "key": target.column}
    cursor.execute(_ASKED.format(**{word: connection.ops.quote_name(name) for word, name in names.items()}), [keys])
    if cursor.fetchone()[0] != len(keys):
        raise IntegrityError(f"{field.model._meta.db_table}.{field.column} holds a key that leads nowhere")
