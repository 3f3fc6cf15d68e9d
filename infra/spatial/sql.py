"""Django's own cursor, lent to SQLAlchemy Core for reading: one connection, one transaction, two dialects.

Only selects pass. A statement is compiled once: kept statements by themselves, statements made anew by their shape, so
that repeating a question with other values costs microseconds before the database is asked.
"""

from collections import OrderedDict, namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import islice
from json import loads
from typing import Any, Self, cast
from uuid import UUID
from weakref import WeakKeyDictionary

import geoalchemy2.admin.dialects.sqlite  # noqa: F401 -- teaches SQLAlchemy SpatiaLite's names of the functions
import shapely
import sqlalchemy as sa
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from geoalchemy2 import Geometry
from psycopg import Cursor, capabilities, pq
from psycopg.types.string import ByteaBinaryLoader
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

Statement = sa.Select[Any] | sa.CompoundSelect[Any]
Row = tuple[Any, ...]
Convert = Callable[[Any], Any]

DIALECTS: dict[str, Dialect] = {
    "postgresql": psycopg.dialect(paramstyle="format"),
    "sqlite": pysqlite.dialect(paramstyle="format"),
}
KEPT = 500
Converters = tuple[tuple[int, Convert], ...]
_compiled: OrderedDict[Any, tuple[SQLCompiler, Converters]] = OrderedDict()
#: statements that their owners keep and ask again, by identity, for each vendor: text, (name, is asked, own value), …
_Ready = tuple[str, tuple[tuple[str, bool, Any], ...], Converters]
_ready: WeakKeyDictionary[Statement, dict[str, _Ready]] = WeakKeyDictionary()


def vendor(using: str = DEFAULT_DB_ALIAS) -> str:
    """Return "postgresql" or "sqlite"."""
    return connections[using].vendor


def prepare(statement: Statement, values: Mapping[str, Any], using: str) -> tuple[str, Row, Converters]:
    """Return SQL, parameters in order and the converters of the columns; raise TypeError for anything but a select."""
    name = vendor(using)
    ready = _ready.get(statement, {}).get(name)
    if ready is None:
        return _prepare(statement, values, name, using)
    text, places, converters = ready
    return text, tuple(_bind(values[place] if asked else own, using) for place, asked, own in places), converters


def _prepare(statement: Statement, values: Mapping[str, Any], name: str, using: str) -> tuple[str, Row, Converters]:
    key = statement._generate_cache_key()  # noqa: SLF001 -- the key of SQLAlchemy's own cache; it has no public name
    where = (name, key.key if key else id(statement))
    found = _compiled.get(where) if key else None
    if found is None:
        found = _compile(statement, name, key)
        if key:
            _compiled[where] = found
            if len(_compiled) > KEPT:
                _compiled.popitem(last=False)
    compiled, converters = found
    params = compiled.construct_params(values, extracted_parameters=key.bindparams if key else None)
    if compiled.post_compile_params:  # lists of unknown length are written out with their values
        state = compiled.construct_expanded_state(params)
        named = state.parameters
        return state.statement, tuple(_bind(named[place], using) for place in state.positiontup or ()), converters
    order = tuple(compiled.positiontup or ())
    if values:
        # Named values tell a statement that is asked again with others; what has no value keeps its own.
        places = tuple((place, place in values, params[place]) for place in order)
        _ready.setdefault(statement, {})[name] = (compiled.string, places, converters)
    return compiled.string, tuple(_bind(params[place], using) for place in order), converters


def cursor(using: str = DEFAULT_DB_ALIAS) -> AbstractContextManager[Any]:
    """Open a cursor on Django's connection.

    On PostgreSQL it binds on the server, so that a repeated statement keeps its plan: Django's own cursor writes the
    values into the text, and planning anew costs as much as reading a thousand ids. It is counted, logged and its
    errors are translated like Django's.
    """
    connection: Any = connections[using]
    if connection.vendor != "postgresql":
        return cast(AbstractContextManager[Any], connection.cursor())
    return _bound_on_server(connection, Cursor)


def _bound_on_server(connection: Any, kind: Callable[[Any], Cursor[Any]]) -> AbstractContextManager[Any]:
    connection.ensure_connection()
    with connection.wrap_database_errors:
        bare = kind(connection.connection)
        bare.format = pq.Format.BINARY
    return cast(AbstractContextManager[Any], connection._prepare_cursor(bare))  # noqa: SLF001 -- what cursor() ends with


def _compile(statement: Statement, name: str, key: Any) -> tuple[SQLCompiler, Converters]:
    if not isinstance(statement, sa.Select | sa.CompoundSelect):
        raise TypeError(f"infra.spatial reads: expected a select, got {type(statement).__name__}")
    if any(isinstance(part, UpdateBase) for part in visitors.iterate(statement)):
        raise TypeError("infra.spatial reads: a select that writes is refused")
    compiled = statement.compile(dialect=DIALECTS[name], cache_key=key)
    converters = enumerate(_converter(column.type) for column in statement.selected_columns)
    return compiled, tuple((place, convert) for place, convert in converters if convert is not None)


def read(statement: Statement, *, using: str = DEFAULT_DB_ALIAS, **values: Any) -> list[Row]:
    """Return the rows of *statement* as tuples; *values* fill its named bind parameters.

    Both databases give the same Python values: aware datetimes, dates, booleans, decoded JSON, shapely geometries.
    """
    sql, params, converters = prepare(statement, values, using)
    with cursor(using) as open_cursor:
        open_cursor.execute(sql, params)
        rows: list[Row] = open_cursor.fetchall()
    return [_converted(row, converters) for row in rows] if converters else rows


class _Passing(Cursor[Row]):
    """A cursor whose rows are passed on while the server makes the next; texts come as the bytes of their UTF-8."""

    def __init__(self, connection: Any, take: Callable[[list[Row]], None], size: int) -> None:
        super().__init__(connection)
        self.adapters.register_loader("text", ByteaBinaryLoader)
        self._take, self._size = take, size

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Self:
        at_once = self._size if capabilities.has_stream_chunked() else 1
        with closing(cast(Any, self.stream(query, params, size=at_once))) as rows:
            while some := list(islice(rows, self._size)):
                self._take(some)
        return self


def pass_on(
    statement: Statement,
    take: Callable[[list[Row]], None],
    *,
    size: int,
    using: str = DEFAULT_DB_ALIAS,
    **values: Any,
) -> None:
    """Give *take* the rows of *statement*, *size* at a time, while PostgreSQL makes the next: both work, nobody waits.

    Values come as the driver reads them, texts as the bytes of their UTF-8. *take* must be quick and ask the database
    nothing, since the statement is still going on.
    """
    connection: Any = connections[using]
    if connection.vendor != "postgresql":
        raise TypeError("infra.spatial reads: only PostgreSQL makes rows while others are taken")
    sql, params, _converters = prepare(statement, values, using)
    with _bound_on_server(connection, lambda bare: _Passing(bare, take, size)) as open_cursor:
        open_cursor.execute(sql, params)


def forget_pages(using: str = DEFAULT_DB_ALIAS) -> None:
    """Let SQLite give back the pages it keeps of its file: a walk over a whole table reads each of them once."""
    connection: Any = connections[using]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.execute("PRAGMA shrink_memory")


def read_named(statement: Statement, *, using: str = DEFAULT_DB_ALIAS, **values: Any) -> list[Any]:
    """Return the rows as named tuples with the names of the selected columns."""
    record = _record(tuple(statement.selected_columns.keys()))
    return [record._make(row) for row in read(statement, using=using, **values)]


def stream(
    statement: Statement, *, size: int = 2_000, using: str = DEFAULT_DB_ALIAS, **values: Any
) -> Iterator[Sequence[Row]]:
    """Yield the rows in lists of *size* from a cursor that the database keeps; memory stays flat.

    For whoever takes all of them at once: PostgreSQL holds a transaction meanwhile, without which it copies the whole
    answer first.
    """
    sql, params, converters = prepare(statement, values, using)
    with _held(using), connections[using].chunked_cursor() as kept:
        kept.execute(sql, params)
        while rows := kept.fetchmany(size):
            yield [_converted(row, converters) for row in rows] if converters else rows


def _held(using: str) -> AbstractContextManager[Any]:
    is_open = connections[using].in_atomic_block
    return nullcontext() if is_open or vendor(using) != "postgresql" else transaction.atomic(using)


@lru_cache(maxsize=256)
def _record(names: tuple[str, ...]) -> Any:
    return namedtuple("Record", names, rename=True)  # noqa: PYI024 -- the names come with the statement


def _converted(row: Row, converters: Converters) -> Row:
    values = list(row)
    for place, convert in converters:
        if values[place] is not None:
            values[place] = convert(values[place])
    return tuple(values)


def _bind(value: Any, using: str) -> Any:
    """Return *value* as Django itself would hand it to the driver."""
    if isinstance(value, datetime):
        return connections[using].ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and vendor(using) == "sqlite":
        return value.hex
    return value


def _aware(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _clock(value: time | str) -> time:
    return time.fromisoformat(value) if isinstance(value, str) else value


def _json(value: Any) -> Any:
    return loads(value) if isinstance(value, str) else value


def _uuid(value: UUID | str) -> UUID:
    return UUID(value) if isinstance(value, str) else value


def _shape(value: Any) -> shapely.Geometry:
    return shapely.from_wkb(bytes(value) if isinstance(value, memoryview | bytearray) else value)


#: what a driver returns differently on the two databases, by type of the column
CONVERTERS: tuple[tuple[type[Any], Convert], ...] = (
    (Geometry, _shape),
    (sa.DateTime, _aware),
    (sa.Date, _day),
    (sa.Time, _clock),
    (sa.Boolean, bool),
    (sa.JSON, _json),
    (sa.Uuid, _uuid),
)


def _converter(kind: Any) -> Convert | None:
    return next((convert for wanted, convert in CONVERTERS if isinstance(kind, wanted)), None)
