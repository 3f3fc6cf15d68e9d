"""Names, codes and addresses by any part of a word: FTS5 on SpatiaLite, trigrams on PostGIS, on the folded text."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from infra.models import words
from infra.spatial import sql
from maps.features.reading import keys_among

#: a word shorter than this is no trigram: it is looked for in what the others found
LEAST_LETTERS = 3
MOST_WORDS = 8
MOST_WITH_CODE = 5

Found = list[int]


def words_of(folded: str) -> list[str]:
    """Return the words of a folded text, each once, at most eight."""
    return list(dict.fromkeys(folded.split()))[:MOST_WORDS]


def found_in(table: sa.Table, wanted: Sequence[str], limit: int) -> Found:
    """Return the keys of at most *limit* rows whose folded text holds every word; which ones is not said.

    Words of one or two letters alone are looked for as they stand next to one another.
    """
    long = [word for word in wanted if len(word) >= LEAST_LETTERS]
    short = [word for word in wanted if len(word) < LEAST_LETTERS]
    if not long:
        long, short = [" ".join(wanted)], []
    if sql.vendor() == "sqlite" and len(long[0]) >= LEAST_LETTERS:
        statement = _fts5(table, long, short)
    else:
        statement = _like(table, [*long, *short])
    return [pk for (pk,) in sql.read(statement.limit(limit))]


def with_code(table: sa.Table, text: str) -> Found:
    """Return the keys of rows whose code or registry number is *text*, in capital letters."""
    columns = [table.c[name] for name in ("registry_number", "code") if name in table.c]
    code = text.strip().upper()
    statements = [sa.select(table.c.id).where(column == code).limit(MOST_WITH_CODE) for column in columns]
    return [pk for statement in statements for (pk,) in sql.read(statement)]


def _fts5(table: sa.Table, long: Sequence[str], short: Sequence[str]) -> sa.Select[Any]:
    name = words.index_of(table.name)
    index = sa.table(name, sa.column("rowid", sa.BigInteger()))
    phrases = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
    matches = sa.literal_column(f'"{name}"').op("MATCH", is_comparison=True)(phrases)
    found: sa.Select[Any] = sa.select(index.c.rowid).select_from(index).where(matches)
    if not short:
        return found
    return found.join(table, table.c.id == index.c.rowid).where(
        *(sa.func.instr(table.c.search_text, w) > 0 for w in short)
    )


def _like(table: sa.Table, wanted: Sequence[str]) -> sa.Select[Any]:
    return sa.select(table.c.id).where(*(table.c.search_text.contains(word, autoescape=True) for word in wanted))


def texts_of(table: sa.Table, ids: Sequence[int]) -> dict[int, str]:
    """Return key → folded text; for ranking what was found."""
    rows = sql.read(sa.select(table.c.id, table.c.search_text).where(keys_among(table.c.id, ids))) if ids else []
    return dict(rows)
