"""Indexes, foreign keys and triggers of tables that are being filled: taken off, and put on again once at the end.

Checking a million keys one by one and keeping nine indexes in order costs several times what building them at the end
does. The definitions come from the database's own catalogue and go back word for word; a key that leads nowhere stops
the load when its constraint is put back.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.contrib.gis.db.models import GeometryField
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from infra.models import words

Tables = Sequence[type[models.Model]]
#: (statement that takes something off, statement that puts it on again)
Pairs = list[tuple[str, str]]


@contextmanager
def indexes_after(tables: Tables) -> Iterator[None]:
    """Keep *tables* bare inside; afterwards everything stands again and statistics know the rows.

    Locks the tables until the transaction ends: for filling an empty register only.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            with _without_rtrees(cursor, tables):
                yield from _without(cursor, _of_sqlite(cursor, tables))
        else:
            yield from _without(cursor, _of_postgresql(cursor, tables))
        words.rebuild(cursor, (model._meta.db_table for model in tables))
        cursor.execute("ANALYZE main" if connection.vendor == "sqlite" else "ANALYZE")  # not what is attached


def _without(cursor: CursorWrapper, pairs: Pairs) -> Iterator[None]:
    _settle(cursor)
    for off, _on in pairs:
        cursor.execute(off)
    yield
    _settle(cursor)
    for _off, on in reversed(pairs):
        cursor.execute(on)


def _settle(cursor: CursorWrapper) -> None:
    """Check the foreign keys that wait for the commit: PostgreSQL alters no table that has some left."""
    if connection.vendor == "postgresql":
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _of_postgresql(cursor: CursorWrapper, tables: Tables) -> Pairs:
    """Return foreign keys first, then our triggers, then the indexes that no constraint needs."""
    names = [model._meta.db_table for model in tables]
    cursor.execute(
        """SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
                  format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
                         conrelid::regclass, conname, pg_get_constraintdef(oid))
             FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s) ORDER BY conname""",
        [names],
    )
    found: Pairs = cursor.fetchall()
    cursor.execute(
        """SELECT format('ALTER TABLE %%s DISABLE TRIGGER %%I', tgrelid::regclass, tgname),
                  format('ALTER TABLE %%s ENABLE ALWAYS TRIGGER %%I', tgrelid::regclass, tgname)
             FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A' AND tgrelid::regclass::text = ANY(%s)
            ORDER BY 1""",
        [names],
    )
    found += cursor.fetchall()
    cursor.execute(
        """SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
             FROM pg_index i WHERE indrelid::regclass::text = ANY(%s) AND NOT indisprimary
              AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1""",
        [names],
    )
    return found + cursor.fetchall()


def _of_sqlite(cursor: CursorWrapper, tables: Tables) -> Pairs:
    """Return triggers (SpatiaLite's log and look up rules for every row), then the indexes that have a definition."""
    names = [model._meta.db_table for model in tables]
    marks = ", ".join(["%s"] * len(names))
    cursor.execute(
        "SELECT 'DROP ' || type || ' \"' || name || '\"', sql FROM sqlite_master "  # noqa: S608 -- placeholders only
        f"WHERE type IN ('trigger', 'index') AND sql IS NOT NULL AND tbl_name IN ({marks}) ORDER BY type DESC, name",
        names,
    )
    found: Pairs = cursor.fetchall()
    return found


@contextmanager
def _without_rtrees(cursor: CursorWrapper, tables: Tables) -> Iterator[None]:
    """Drop SpatiaLite's spatial indexes and build them again."""
    indexed = [
        (model._meta.db_table, f.column)
        for model in tables
        for f in model._meta.local_concrete_fields
        if isinstance(f, GeometryField) and f.spatial_index
    ]
    for table, column in indexed:
        cursor.execute("SELECT DisableSpatialIndex(%s, %s)", [table, column])
        cursor.execute(f'DROP TABLE "idx_{table}_{column}"')
    yield
    for table, column in indexed:
        cursor.execute("SELECT CreateSpatialIndex(%s, %s)", [table, column])
        if cursor.fetchone() != (1,):
            raise RuntimeError(f"SpatiaLite did not build the index of {table}.{column}")
