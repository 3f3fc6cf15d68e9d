"""The folded search column, indexed by threes of letters: on SpatiaLite by an FTS5 table, on PostgreSQL by trigrams.

The FTS5 table holds no text of its own; triggers keep it in step with whoever writes. Who takes the triggers off calls
:func:`forget` and :func:`learn` in their stead, or :func:`rebuild` afterwards. Installed after every ``migrate``, like
the guards on geometry. PostgreSQL's part is in :mod:`infra.models.trigrams`.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.apps import apps as registry
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from infra.models import trigrams
from infra.models.trigrams import INDEXED, PREFIX, index_of

__all__ = ["INDEXED", "PREFIX", "index_of"]

#: FTS5's own choice of how many bytes of new words it gathers and whether it merges what it wrote, and ours for many
#: rows at once: one sorted piece, merged by later saves a little each
_USUAL = {"hashsize": 1 << 20, "automerge": 4}
_MANY = {"hashsize": 64 << 20, "automerge": 0}
#: rows asked for in one statement
_KEYS = 10_000


def searched_tables() -> list[str]:
    """Return the tables of nouns with a folded search column (not their versions)."""
    return [
        model._meta.db_table
        for model in registry.get_models()
        if not hasattr(model, "noun_model") and any(f.name == "search_text" for f in model._meta.local_fields)
    ]


def install(connection: BaseDatabaseWrapper, tables: Iterable[str]) -> None:
    """Install what is missing on those of *tables* that are searched."""
    there = set(tables)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table in INDEXED:
                if table in there and not _stands(cursor, table):
                    for statement in _fts5(table):
                        cursor.execute(statement)
        elif set(searched_tables()) <= there:
            trigrams.install(connection, searched_tables())


def rebuild(cursor: CursorWrapper, tables: Iterable[str]) -> None:
    """Read the words of *tables* anew, after rows were written past the triggers."""
    for table in tables:
        if table in INDEXED and cursor.db.vendor == "postgresql":
            trigrams.rebuild(cursor, table)
        elif table in INDEXED and _stands(cursor, table):
            name = index_of(table)
            cursor.execute(f'INSERT INTO "{name}" ("{name}") VALUES (\'rebuild\')')  # noqa: S608 -- our own names


def learn(cursor: CursorWrapper, table: str, texts: Mapping[int, str]) -> None:
    """Enter the words of *texts* (key, search text), as the trigger does when it is not taken off (SpatiaLite)."""
    name = index_of(table)
    with _many(cursor, name):
        cursor.executemany(f'INSERT INTO "{name}" (rowid, search_text) VALUES (%s, %s)', list(texts.items()))  # noqa: S608 -- our own names


def learn_span(cursor: CursorWrapper, table: str, first: int, last: int) -> None:
    """Enter the words of the rows of *table* with the keys *first* to *last*, all of them new (SpatiaLite)."""
    name = index_of(table)
    rows = f'SELECT id, search_text FROM "{table}" WHERE id BETWEEN %s AND %s'  # noqa: S608 -- our own names
    with _many(cursor, name):
        cursor.execute(f'INSERT INTO "{name}" (rowid, search_text) {rows}', [first, last])


@contextmanager
def _many(cursor: CursorWrapper, name: str) -> Iterator[None]:
    _configure(cursor, name, _MANY)
    yield
    _configure(cursor, name, _USUAL)


def _configure(cursor: CursorWrapper, name: str, options: Mapping[str, int]) -> None:
    cursor.executemany(f'INSERT INTO "{name}" ("{name}", rank) VALUES (%s, %s)', list(options.items()))  # noqa: S608 -- our own names


def forget(cursor: CursorWrapper, table: str, texts: Mapping[int, str]) -> None:
    """Take out the words of *texts* (key, search text as it was entered), before or after the rows change."""
    name = index_of(table)
    statement = f'INSERT INTO "{name}" ("{name}", rowid, search_text) VALUES (\'delete\', %s, %s)'  # noqa: S608 -- same
    cursor.executemany(statement, list(texts.items()))


def texts_changing(cursor: CursorWrapper, table: str, texts: Mapping[int, str]) -> dict[int, str]:
    """Return key → search text as it stands of those rows that *texts* gives another one."""
    found: dict[int, str] = {}
    wanted = list(texts)
    for start in range(0, len(wanted), _KEYS):
        keys = wanted[start : start + _KEYS]
        marks = ", ".join(["%s"] * len(keys))
        cursor.execute(f'SELECT id, search_text FROM "{table}" WHERE id IN ({marks})', keys)  # noqa: S608 -- our own names
        found.update((pk, text) for pk, text in cursor.fetchall() if text != texts[pk])
    return found


def _stands(cursor: CursorWrapper, table: str) -> bool:
    cursor.execute(
        "SELECT count(*) FROM sqlite_master WHERE name IN (%s, %s, %s, %s)",
        [index_of(table), *(f"{PREFIX}{event}_{table}" for event in "iud")],
    )
    return bool(cursor.fetchone()[0] == 4)


def _fts5(table: str) -> list[str]:
    name = index_of(table)
    leave = f'INSERT INTO "{name}" ("{name}", rowid, search_text) VALUES (\'delete\', OLD.id, OLD.search_text);'  # noqa: S608
    enter = f'INSERT INTO "{name}" (rowid, search_text) VALUES (NEW.id, NEW.search_text);'  # noqa: S608 -- our names
    changed = "WHEN OLD.search_text IS NOT NEW.search_text OR OLD.id IS NOT NEW.id"
    return [
        *(f'DROP TRIGGER IF EXISTS "{PREFIX}{event}_{table}"' for event in "iud"),
        f"CREATE VIRTUAL TABLE IF NOT EXISTS \"{name}\" USING fts5(search_text, content='{table}', "
        "content_rowid='id', tokenize='trigram')",
        f'CREATE TRIGGER "{PREFIX}i_{table}" AFTER INSERT ON "{table}" BEGIN {enter} END',
        f'CREATE TRIGGER "{PREFIX}d_{table}" AFTER DELETE ON "{table}" BEGIN {leave} END',
        f'CREATE TRIGGER "{PREFIX}u_{table}" AFTER UPDATE OF id, search_text ON "{table}" {changed} '
        f"BEGIN {leave} {enter} END",
        f'INSERT INTO "{name}" ("{name}") VALUES (\'rebuild\')',  # noqa: S608 -- our own names
    ]
