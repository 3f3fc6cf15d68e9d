"""Names, codes and addresses by any part of a word: FTS5 on SpatiaLite, trigrams on PostGIS, on the folded text."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from infra.models import trigrams, words
from infra.spatial import sql
from maps.features.reading import asked_keys, keys_asked

#: a word shorter than this is no trigram: it is looked for in what the others found
LEAST_LETTERS = 3
MOST_WORDS = 8
MOST_WITH_CODE = 5
ESCAPE = "/"
#: what the threes of letters of PostgreSQL's index are in: three letters, or letters beside the end of a word
_THREES = re.compile(r"[^\W_]{3}|[\W_][^\W_]|[^\W_]{2}[\W_]")
#: what the words are called in a statement
SHORT = tuple(f"short{place}" for place in range(MOST_WORDS))
PATTERNS = tuple(f"pattern{place}" for place in range(MOST_WORDS))

Found = list[int]


def words_of(folded: str) -> list[str]:
    """Return the words of a folded text, each once, at most eight."""
    return list(dict.fromkeys(folded.split()))[:MOST_WORDS]


def found_in(table: sa.Table, wanted: Sequence[str], limit: int) -> Found:
    """Return the keys of at most *limit* rows whose folded text holds every word; which ones is not said.

    Words of one or two letters alone are looked for as they stand next to one another, one word where a word begins.
    """
    long = [word for word in wanted if len(word) >= LEAST_LETTERS]
    short = [word for word in wanted if len(word) < LEAST_LETTERS]
    if not long:
        long, short = [" " + wanted[0] if len(wanted) == 1 else " ".join(wanted)], []
    if sql.vendor() == "sqlite" and len(long[0]) >= LEAST_LETTERS:
        phrases = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
        statement, values = _fts5(table, len(short)), dict(zip(SHORT, short, strict=False))
        rows = sql.read(statement, phrases=phrases, most=limit, **values)
    else:
        patterns = [_pattern(word) for word in (*long, *short)]
        by_index = sql.vendor() == "postgresql" and any(map(_THREES.search, long))
        statement = _holding(table, len(patterns)) if by_index else _like(table, len(patterns))
        values = dict(zip(PATTERNS, patterns, strict=False))
        rows = sql.read(statement, most=limit, **values)
    return [pk for (pk,) in rows]


def with_code(table: sa.Table, text: str) -> Found:
    """Return the keys of rows whose code or registry number is *text*, in capital letters."""
    code = text.strip().upper()
    names = [name for name in ("registry_number", "code") if name in table.c]
    return [pk for name in names for (pk,) in sql.read(_equal(table, name), code=code)]


# Statements are written once and asked with other values: whoever types asks several times a second.


@cache
def _equal(table: sa.Table, name: str) -> sa.Select[Any]:
    return sa.select(table.c.id).where(table.c[name] == sa.bindparam("code")).limit(MOST_WITH_CODE)


@cache
def _fts5(table: sa.Table, short: int) -> sa.Select[Any]:
    name = words.index_of(table.name)
    index = sa.table(name, sa.column("rowid", sa.BigInteger()))
    asked = sa.bindparam("phrases", type_=sa.String())
    matches = sa.literal_column(f'"{name}"').op("MATCH", is_comparison=True)(asked)
    found: sa.Select[Any] = sa.select(index.c.rowid).select_from(index).where(matches).limit(_most())
    if not short:
        return found
    return found.join(table, table.c.id == index.c.rowid).where(
        *(sa.func.instr(table.c.search_text, sa.bindparam(word, type_=sa.String())) > 0 for word in SHORT[:short])
    )


@cache
def _like(table: sa.Table, wanted: int) -> sa.Select[Any]:
    patterns = (sa.bindparam(name, type_=sa.String()) for name in PATTERNS[:wanted])
    return (
        sa.select(table.c.id).where(*(table.c.search_text.like(one, escape=ESCAPE) for one in patterns)).limit(_most())
    )


@cache
def _holding(table: sa.Table, wanted: int) -> sa.Select[Any]:
    patterns = (sa.bindparam(name, type_=sa.String()) for name in PATTERNS[:wanted])
    searched: sa.ColumnElement[Any] = sa.literal_column(f"'{words.index_of(table.name)}'::regclass")
    keys = getattr(sa.func, trigrams.HOLDING)(searched, _most(), *patterns)
    return sa.select(keys.column_valued("id"))


def _most() -> sa.BindParameter[int]:
    return sa.bindparam("most", type_=sa.Integer())


def _pattern(word: str) -> str:
    for letter in (ESCAPE, "%", "_"):
        word = word.replace(letter, ESCAPE + letter)
    return f"%{word}%"


@cache
def _texts(table: sa.Table, _vendor: str) -> sa.Select[Any]:
    return sa.select(table.c.id, table.c.search_text).where(keys_asked(table.c.id))


def texts_of(table: sa.Table, ids: Sequence[int]) -> dict[int, str]:
    """Return key → folded text; for ranking what was found."""
    return dict(sql.read(_texts(table, sql.vendor()), keys=asked_keys(ids))) if ids else {}
