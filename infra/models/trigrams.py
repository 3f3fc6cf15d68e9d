"""Search words on PostgreSQL: the folded text of the large tables once more, in tables of their own with trigrams.

An index on the table itself would take every text apart again whenever a row of it changes, and many new rows could
only be indexed by the transaction that writes them. The words are an index, not the register: those of a row that
nobody sees lead nowhere. So :mod:`infra.services.words_beside` enters them over a connection of its own. Triggers keep
them in step with whoever else writes.

A function asks the trigrams: left to itself the planner takes words that many rows hold for words that are met
everywhere, and reads the table from its beginning until it has enough. Rows lie in the order in which they were
entered, so it may read half the table before the first one.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models.expressions import Col
from django.db.models.lookups import Contains
from django.db.models.sql.compiler import SQLCompiler

#: tables so large that they are not scanned for a part of a word
INDEXED = ("infra_site", "infra_installation")
#: how the names of an index of words and its triggers and functions begin
PREFIX = "words_"
#: the function: keys of at most so many rows of a table of words that hold all of the patterns, by the index
HOLDING = f"{PREFIX}holding"
#: the setting of a transaction whose words are entered beside it, and its value then
BESIDE = ("sotram.words", "beside")
#: the advisory lock that whoever enters words beside shares until his rows can be seen
ENTERING = 7_206_943


def index_of(table: str) -> str:
    """Return the name of the table of words over *table* (on SpatiaLite the FTS5 table)."""
    return f"{PREFIX}{table}"


def trigrams_of(table: str) -> str:
    """Return the name of the index of trigrams over the words of *table*."""
    return f"{index_of(table)}_trgm" if table in INDEXED else f"{table}_search_trgm"


def install(connection: BaseDatabaseWrapper, tables: Iterable[str]) -> None:
    """Install what is missing for *tables*, and take out words whose rows never came."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for table in tables:
            if table not in INDEXED:
                cursor.execute(_indexed(table, table))
            elif not _stands(cursor, table):
                with transaction.atomic(using=connection.alias):
                    for statement in _table_of_words(table):
                        cursor.execute(statement)
        cursor.execute(_HOLDING)
    sweep(connection)


def sweep(connection: BaseDatabaseWrapper) -> None:
    """Take out words whose rows never came: whoever entered them broke off in the moment before he was done."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ENTERING])
        if cursor.fetchone() == (True,):
            for table in INDEXED:
                cursor.execute(
                    f'DELETE FROM "{index_of(table)}" w WHERE NOT EXISTS (SELECT 1 FROM "{table}" t WHERE t.id = w.id)'  # noqa: S608 -- our own names
                )


def rebuild(cursor: CursorWrapper, table: str) -> None:
    """Read the words of *table* anew."""
    name = index_of(table)
    cursor.execute(f'DROP INDEX IF EXISTS "{trigrams_of(table)}"')
    cursor.execute(f'TRUNCATE "{name}"')
    cursor.execute(f'INSERT INTO "{name}" (id, search_text) SELECT id, search_text FROM "{table}" ORDER BY id')  # noqa: S608 -- our own names
    cursor.execute(_indexed(table, name))
    cursor.execute(f'ANALYZE "{name}"')


def enter(cursor: CursorWrapper, table: str, keys: list[int]) -> None:
    """Enter the words of the rows of *table* with *keys*, as the trigger does."""
    cursor.execute(
        f'INSERT INTO "{index_of(table)}" (id, search_text) '  # noqa: S608 -- our own names
        f'SELECT id, search_text FROM "{table}" WHERE id = ANY(%s) {_OR_CHANGE}',
        [keys],
    )


_OR_CHANGE = "ON CONFLICT (id) DO UPDATE SET search_text = excluded.search_text"


def _stands(cursor: CursorWrapper, table: str) -> bool:
    cursor.execute(
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = ANY(%s)",
        [table, [f"{PREFIX}{event}_{table}" for event in "iudt"]],
    )
    return bool(cursor.fetchone()[0] == 4)


def _indexed(table: str, where: str) -> str:
    return f'CREATE INDEX IF NOT EXISTS "{trigrams_of(table)}" ON "{where}" USING gin (search_text gin_trgm_ops)'


def _table_of_words(table: str) -> list[str]:
    name, keep = index_of(table), f"{PREFIX}keep_{table}"
    beside = f"current_setting('{BESIDE[0]}', true) IS DISTINCT FROM '{BESIDE[1]}'"
    changed = "(OLD.id, OLD.search_text) IS DISTINCT FROM (NEW.id, NEW.search_text)"
    told = {
        "i": ("INSERT", f"REFERENCING NEW TABLE AS entered FOR EACH STATEMENT WHEN ({beside})"),
        "u": ("UPDATE OF id, search_text", f"FOR EACH ROW WHEN ({changed})"),
        "d": ("DELETE", "REFERENCING OLD TABLE AS gone FOR EACH STATEMENT"),
        "t": ("TRUNCATE", "FOR EACH STATEMENT"),
    }
    triggers = [
        statement
        for event, (what, how) in told.items()
        for statement in (
            f'CREATE OR REPLACE TRIGGER "{PREFIX}{event}_{table}" AFTER {what} ON "{table}" {how} '
            f'EXECUTE FUNCTION "{keep}"()',
            # Whoever writes many rows lets the database's own triggers rest; these are meant all the same.
            f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{PREFIX}{event}_{table}"',
        )
    ]
    return [
        f'CREATE TABLE IF NOT EXISTS "{name}" (id bigint PRIMARY KEY, search_text text NOT NULL)',
        # With the usual hundred texts the planner takes words of few rows for words of many.
        f'ALTER TABLE "{name}" ALTER search_text SET STATISTICS 500',
        f'DROP INDEX IF EXISTS "{table}_search_trgm"',
        _KEEP.format(keep=keep, name=name, or_change=_OR_CHANGE),
        *triggers,
        f'DROP INDEX IF EXISTS "{trigrams_of(table)}"',
        f'TRUNCATE "{name}"',
        f'INSERT INTO "{name}" (id, search_text) SELECT id, search_text FROM "{table}" ORDER BY id',  # noqa: S608 -- our own names
        _indexed(table, name),
        f'ANALYZE "{name}"',
    ]


_KEEP = """
CREATE OR REPLACE FUNCTION "{keep}"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO "{name}" (id, search_text) SELECT id, search_text FROM entered {or_change};
  ELSIF TG_OP = 'UPDATE' THEN
    UPDATE "{name}" SET id = NEW.id, search_text = NEW.search_text WHERE id = OLD.id;
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM "{name}" w USING gone WHERE w.id = gone.id;
  ELSE
    TRUNCATE "{name}";
  END IF;
  RETURN NULL;
END $$
"""

#: A look at the first rows answers for what nearly every row holds; the index, made to be used, for everything else.
_HOLDING = f"""
CREATE OR REPLACE FUNCTION {HOLDING}(searched regclass, most integer, VARIADIC patterns text[]) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 SET jit = off AS $$
DECLARE
  condition text;
  keys bigint[];
BEGIN
  SELECT string_agg(format('search_text LIKE %L ESCAPE ''/''', one), ' AND ') INTO condition FROM unnest(patterns) one;
  IF most <= 1000 THEN
    EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM (SELECT id, search_text FROM %s LIMIT 2 * $1) first '
      'WHERE %s LIMIT $1) early', searched, condition) INTO keys USING most;
  END IF;
  IF coalesce(cardinality(keys), 0) < most THEN
    EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM %s WHERE %s LIMIT $1) held', searched, condition)
      INTO keys USING most;
  END IF;
  RETURN QUERY SELECT unnest(keys);
END $$
"""  # noqa: S608 -- our own name


@models.CharField.register_lookup
class Holds(models.Lookup[Any]):
    """``search_text__holds="ha noi"``: the text contains every word; asked of the table of words where there is one."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        parts: list[str] = []
        values: list[Any] = []
        for word in self.rhs.split():
            part, params = Contains(self.lhs, word).as_sql(compiler, connection)
            parts.append(part)
            values += params
        return " AND ".join(parts) or "1 = 1", values

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        wanted = self.rhs.split()
        table = self.lhs.target.model._meta.db_table if isinstance(self.lhs, Col) else ""
        if table not in INDEXED or not wanted:
            return self.as_sql(compiler, connection)
        alias, words = compiler.quote_name_unless_alias(self.lhs.alias), connection.ops.quote_name(index_of(table))
        values = [f"%{connection.ops.prep_for_like_query(word)}%" for word in wanted]
        held = " AND ".join(["w.search_text LIKE %s"] * len(values))
        return f"{alias}.id IN (SELECT w.id FROM {words} w WHERE {held})", values  # noqa: S608 -- our own names
