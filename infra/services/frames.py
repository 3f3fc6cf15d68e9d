"""Whole columns written into the register's tables: COPY on PostgreSQL, one prepared statement on SQLite.

Only :mod:`infra.services.ledger` writes nouns with it; a frame's columns are those of :mod:`infra.selectors.frames`.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np
import polars as pl
import shapely
from django.contrib.gis.db.models import GeometryField
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections, models
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

from infra.models import trigrams, words
from infra.models.digests import WKB_POINT, frame_schema
from infra.services.copying import copy_in
from infra.services.references import keys_checked
from infra.services.rtrees import shapes_enter
from infra.services.staging import Stage, Staged, plain
from infra.services.words_beside import PENDING

Model = type[models.Model]

#: rows handed to the database at a time
BATCH = 20_000
#: from so many rows on SQLite's triggers are stood in for: they look up SpatiaLite's rules anew for every row
MANY = 1_000
#: takes keys: the first, the last, and all of them where somebody else took some between. The sequence is looked up
#: once, not for every key
_RESERVE = """
    SELECT min(pk), max(pk), CASE WHEN max(pk) - min(pk) >= count(pk) THEN array_agg(pk) END
    FROM (
        SELECT nextval((SELECT pg_get_serial_sequence(%s, %s)::regclass)) AS pk FROM generate_series(1, %s)
    ) AS taken
"""


def ids_reserve(model: Model, count: int) -> list[int]:
    """Take the next *count* keys of *model* for good, in order; call it inside the transaction that uses them."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_RESERVE, [table, column, count])
            first, last, scattered = cursor.fetchone()
            return scattered or list(range(first, last + 1)) if count else []
        # The write lock is held since the transaction began, so nobody counts on meanwhile.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        last = row[0] if row else 0
        if row:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + count, table])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        return list(range(last + 1, last + count + 1))


def frame_insert(
    model: Model, frame: pl.DataFrame, own: Mapping[Model, pl.Series] | None = None, staged: Staged | None = None
) -> None:
    """Insert the rows of *frame*; columns it lacks get the database's default (null, or the next key).

    *own* maps model → keys that the same transaction writes, before or after: they are not looked up. *staged* are
    those columns that :func:`staged_ahead` wrote; others must be the same in all rows.
    """
    if not frame.height:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with keys_checked(cursor, model, frame, own or {}) if frame.height >= MANY else nullcontext():
                _copy(cursor, _quoted(model._meta.db_table), model, frame)
        else:
            _insert(cursor, model, _with_keys(model, frame), staged)


def staged_ahead(frame: pl.DataFrame, stage: Stage | None = None) -> Staged | None:
    """Write the columns of *frame* to where the database reads them by itself, before their turn to go in has come.

    *stage* is a file that is not read yet. None where nothing is gained by it.
    """
    if connection.vendor == "postgresql" or frame.height < MANY:
        return None
    return (stage or Stage()).put(frame)


def _with_keys(model: Model, frame: pl.DataFrame) -> pl.DataFrame:
    """Give the rows keys where they have none: the index of their shapes needs to know them."""
    key = model._meta.pk.attname
    if key in frame.columns:
        return frame
    return frame.with_columns(pl.Series(key, ids_reserve(model, frame.height), dtype=pl.Int64))


def frame_update(model: Model, frame: pl.DataFrame, by: Sequence[str] = ()) -> None:
    """Write the columns of *frame* over the rows whose keys it holds; *by* names other columns that single them out."""
    keys = list(by) or [model._meta.pk.attname]
    names = [name for name in frame.columns if name not in keys]
    if not frame.height or not names:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _update_from_copy(cursor, model, frame, names, keys)
        else:
            _update_each(cursor, model, frame, names, keys)


@contextmanager
def written_beside() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Give the block a way to hand over writes, which run in order while it goes on computing.

    The connection belongs to them until the end of the block, which must not ask the database anything. What breaks off
    in either is raised; what waits then is not written.
    """
    ours = connections[DEFAULT_DB_ALIAS]
    handed: list[Future[None]] = []

    def run(write: Callable[[], None]) -> None:
        if any(before.done() and before.exception() for before in handed):
            return
        connections[DEFAULT_DB_ALIAS] = ours  # a thread has connections of its own
        try:
            write()
        finally:
            del connections[DEFAULT_DB_ALIAS]

    ours.inc_thread_sharing()
    thread = ThreadPoolExecutor(1, "writing")
    try:
        yield lambda write: handed.append(thread.submit(run, write))
        thread.shutdown()
        for one in handed:
            one.result()
    finally:
        thread.shutdown(cancel_futures=True)
        ours.dec_thread_sharing()


# --- PostgreSQL ---


def _quoted(name: str | None) -> str:
    return str(connection.ops.quote_name(str(name)))


def _columns(model: Model, names: Sequence[str]) -> list[str]:
    by_attribute: dict[str, Any] = {field.attname: field for field in model._meta.local_concrete_fields}
    return [_quoted(by_attribute[name].column) for name in names]


def _copy(cursor: CursorWrapper, target: str, model: Model, frame: pl.DataFrame) -> None:
    fields: dict[str, Any] = {field.attname: field for field in model._meta.local_concrete_fields}
    named = zip(_columns(model, frame.columns), (fields[name] for name in frame.columns), strict=True)
    copy_in(cursor, target, list(named), frame)


def _geometries(model: Model) -> list[Any]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, GeometryField)]


def _update_from_copy(
    cursor: CursorWrapper, model: Model, frame: pl.DataFrame, names: list[str], keys: list[str]
) -> None:
    table = _quoted(model._meta.db_table)
    columns = ", ".join(_columns(model, frame.columns))
    cursor.execute(f"CREATE TEMP TABLE changed_rows ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0")  # noqa: S608
    _copy(cursor, "changed_rows", model, frame)
    cursor.execute("ANALYZE changed_rows")
    sets = ", ".join(f"{column} = c.{column}" for column in _columns(model, names))
    same = " AND ".join(f"t.{column} = c.{column}" for column in _columns(model, keys))
    cursor.execute(f"UPDATE {table} t SET {sets} FROM changed_rows c WHERE {same}")  # noqa: S608
    cursor.execute("DROP TABLE changed_rows")


def search_later() -> None:
    """Let PostgreSQL sort the changed words of this transaction into the search indexes later.

    They are found at once all the same; :func:`search_settle` makes finding them fast again.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL gin_pending_list_limit = '{PENDING}'")


def search_settle(tables: Sequence[str]) -> None:
    """Sort the words that :func:`search_later` left waiting into the search indexes of *tables*."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [trigrams.trigrams_of(table)])


# --- SQLite ---


def _marked(model: Model, name: str, value: str) -> str:
    """Return *value*, a mark or a column, as the column *name* takes it: geometry goes through the reader of WKB."""
    srids = {field.attname: field.srid for field in _geometries(model)}
    return f"ST_GeomFromWKB({value}, {int(srids[name])})" if name in srids else value


def _rows(frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Return the rows of *frame*, as ``DataFrame.rows`` does and three times as fast."""
    return zip(*(column.to_list() for column in frame.get_columns()), strict=True)


def _insert(cursor: CursorWrapper, model: Model, frame: pl.DataFrame, staged: Staged | None) -> None:
    source = None
    if frame.height >= MANY:
        staged = staged or Stage().put(frame)
        source = staged.source()
    with _indexed_by_ourselves(cursor, model, frame, is_new=True):
        if staged and source:
            _insert_staged(cursor, model, frame, staged.columns, source)
        else:
            marks = [_marked(model, name, f"?{number}") for number, name in enumerate(frame.columns, 1)]
            statement = f"{_insert_into(model, frame.columns)} VALUES ({', '.join(marks)})"
            for piece in plain(frame).iter_slices(BATCH):
                cursor.executemany(statement, list(_rows(piece)))


def _insert_into(model: Model, names: Sequence[str]) -> str:
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({', '.join(_columns(model, names))})"


def _insert_staged(
    cursor: CursorWrapper, model: Model, frame: pl.DataFrame, staged: Collection[str], source: str
) -> None:
    """Insert the rows of *source*; columns that are not *staged* are the same in all rows, or keys that count on."""
    first = plain(frame.head(1)).row(0, named=True)
    values, same = [], []
    for name in frame.columns:
        if name in staged:
            values.append(_marked(model, name, _quoted(name)))
        elif name == model._meta.pk.attname:
            values.append(f"rowid + {first[name] - 1}")
        else:
            same.append(first[name])
            values.append(_marked(model, name, f"?{len(same)}"))
    statement = f"{_insert_into(model, frame.columns)} SELECT {', '.join(values)} FROM {source}"  # noqa: S608 -- our own names
    cursor.execute(statement, same)


def _update_each(cursor: CursorWrapper, model: Model, frame: pl.DataFrame, names: list[str], keys: list[str]) -> None:
    marks = (_marked(model, name, f"?{number}") for number, name in enumerate(names, start=1))
    sets = ", ".join(f"{column} = {mark}" for column, mark in zip(_columns(model, names), marks, strict=True))
    where = " AND ".join(f"{column} = ?{place}" for place, column in enumerate(_columns(model, keys), len(names) + 1))
    statement = f"UPDATE {_quoted(model._meta.db_table)} SET {sets} WHERE {where}"  # noqa: S608 -- same
    with _indexed_by_ourselves(cursor, model, frame, is_new=False):
        for piece in plain(frame.select(*names, *keys)).iter_slices(BATCH):
            cursor.executemany(statement, list(_rows(piece)))


@contextmanager
def _indexed_by_ourselves(cursor: CursorWrapper, model: Model, frame: pl.DataFrame, *, is_new: bool) -> Iterator[None]:
    """For many rows, do once what the table's triggers do for each: check geometries, index shapes and words.

    A trigger that writes makes SQLite keep a savepoint for every row, and FTS5 writes a part of its index at each. The
    triggers are taken off inside; the transaction puts them back with everything else if it breaks off.
    """
    table = model._meta.db_table
    if frame.height < MANY or not (_geometries(model) or table in words.INDEXED):
        yield
        return
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
    triggers = cursor.fetchall()
    names = {name for name, _sql in triggers}
    shapes = [
        _checked_shapes(model, field, frame, names) for field in _geometries(model) if field.attname in frame.columns
    ]
    texts = _search_texts(model, frame)
    before = {} if is_new else words.texts_changing(cursor, table, texts)
    for name, _sql in triggers:
        cursor.execute(f"DROP TRIGGER {_quoted(name)}")
    yield
    for index, keys, boxes in shapes:
        if index and not is_new:
            cursor.executemany(f"DELETE FROM {index} WHERE pkid = %s", [(pk,) for pk in keys])  # noqa: S608 -- same
        if index and len(keys):
            shapes_enter(cursor, index, keys, boxes)
    if texts:
        words.forget(cursor, table, before)
        _learn(cursor, table, texts if is_new else {pk: texts[pk] for pk in before}, is_new=is_new)
    for _name, sql in triggers:
        cursor.execute(sql)


def _learn(cursor: CursorWrapper, table: str, texts: dict[int, str], *, is_new: bool) -> None:
    """Enter the words of rows; new ones, whose keys follow one another, are read from the table itself."""
    if is_new and max(texts) - min(texts) + 1 == len(texts):
        words.learn_span(cursor, table, min(texts), max(texts))
    else:
        words.learn(cursor, table, texts)


def _search_texts(model: Model, frame: pl.DataFrame) -> dict[int, str]:
    """Return key → search text of the rows; empty where the table's words are not indexed or do not change."""
    if model._meta.db_table not in words.INDEXED or "search_text" not in frame.columns:
        return {}
    return dict(zip(frame[model._meta.pk.attname].to_list(), frame["search_text"].to_list(), strict=True))


def _checked_shapes(
    model: Model, field: Any, frame: pl.DataFrame, triggers: set[str]
) -> tuple[str, list[int], NDArray[np.float64]]:
    """Return the column's index ("" without one), its keys and their boxes; refuse what the triggers refuse."""
    known = frame.select(model._meta.pk.attname, field.attname).drop_nulls()
    boxes = _boxes(field, known[field.attname])
    on_earth = np.all(np.abs(boxes[:, :2]) <= 180) and np.all(np.abs(boxes[:, 2:]) <= 90)
    if boxes.shape[0] != known.height or not on_earth:
        raise IntegrityError(
            f"{model._meta.db_table}.{field.column}: wrong type, or longitude or latitude outside the earth"
        )
    where = f"{model._meta.db_table}_{field.column}"
    index = _quoted(f"idx_{where}") if f"gii_{where}" in triggers else ""  # its own trigger tells that it stands
    return index, known[model._meta.pk.attname].to_list(), boxes


def _boxes(field: Any, shapes: pl.Series) -> NDArray[np.float64]:
    """Return west, east, south, north of each of *shapes* (WKB); none at all where one is of another type."""
    if not len(shapes):
        return np.empty((0, 4))
    if field.geom_type == "POINT" and (shapes.bin.size() == WKB_POINT.itemsize).all():
        points = np.frombuffer(b"".join(shapes.to_list()), dtype=WKB_POINT)
        if not ((points["order"] == 1) & (points["type"] == 1)).all():
            return np.empty((0, 4))
        return np.column_stack([points["x"], points["x"], points["y"], points["y"]])
    found = shapely.from_wkb(shapes.to_list())
    if {shape.geom_type.upper() for shape in found} - {field.geom_type}:
        return np.empty((0, 4))
    return shapely.bounds(found).reshape(-1, 4)[:, [0, 2, 1, 3]]


def with_schema(model: Model, frame: pl.DataFrame) -> pl.DataFrame:
    """Return *frame* with every column of *model* in its type and order; columns it lacks get the model's default."""
    schema = frame_schema(model)
    ready = []
    for field in model._meta.local_concrete_fields:
        name = field.attname
        if name in frame.columns:
            ready.append(pl.col(name).cast(schema[name]))
        else:
            ready.append(pl.lit(_default(field), dtype=schema[name]).alias(name))
    return frame.select(ready)


def _default(field: Any) -> Any:
    """Return what *field* holds where nobody said anything, as a frame keeps it."""
    value = None if field.primary_key else field.get_default()
    return json.dumps(value) if isinstance(value, list | dict) else str(value) if isinstance(value, str) else value
