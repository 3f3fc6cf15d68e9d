"""From a question to rows: one statement for both databases, streamed in pieces, always bounded by who asks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, reduce
from itertools import islice
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from infra.spatial import sql
from infra.spatial.box import EVERYTHING, in_box
from infra.spatial.places import Box
from infra.spatial.scope import scope_condition
from maps.features.collection import Collection, Column, Condition, Drawn, Element
from maps.queries.reader import Reader

#: rows of the first piece, of the others, of one through a spatial index (which is searched anew for each)
FIRST, PIECE, IN_BOXES = 500, 4_000, 50_000
#: rows of a piece of text, which the database joins: an answer of so many comes as one
TEXTS = 10_000
#: rows that are written together while the database makes the next ones
WRITTEN = 500
#: arguments of one function of PostgreSQL
MOST_PIECES = 90
#: what a text holds that JSON writes in another way
_ESCAPED = r"""'["\\\\[:cntrl:]]'"""
#: what no number of PostgreSQL's is that JSON has: SQLite keeps none beyond
_LEAST: Element = sa.literal_column("'-Infinity'::float8", sa.Double())
_MOST: Element = sa.literal_column("'Infinity'::float8", sa.Double())
#: no key is smaller
BEFORE_ALL = -(2**63)
#: keys that are asked for together
KEYS = 5_000
#: more than so many are not counted out
MOST_COUNTED = 100_000

Value = str | int | float | bool
T = TypeVar("T")
#: what came, how many rows that is, the last key
Read = tuple[T, int, int]


@dataclass(frozen=True)
class Question:
    """What is asked of a collection. ``columns`` are the properties wanted, ``boxes`` any of which a feature meets.

    ``moment`` shows the register as it stood; ``span`` keeps what happened between two moments (None: open).
    ``equal``: property → values, one of which it has. ``after`` is the key before the first one wanted, ``until`` the
    last one.
    """

    collection: Collection
    reader: Reader
    columns: tuple[Column, ...]
    boxes: tuple[Box, ...] = ()
    moment: datetime | None = None
    span: tuple[datetime | None, datetime | None] | None = None
    equal: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    after: int | None = None
    until: int | None = None
    limit: int | None = None

    @cached_property
    def drawn(self) -> Drawn:
        """Where the rows come from; drawn once, since the same statement names its tables several times."""
        return self.collection.draw(self.moment)

    @property
    def choice(self) -> tuple[object, ...]:
        """What chooses the rows, besides collection and reader."""
        return self.boxes, self.moment, self.span, sorted(self.equal.items())

    def everything(self) -> "Question":
        """Return the same question without pages."""
        return replace(self, after=None, limit=None)


def statement(question: Question, *more: Element, where: Sequence[Condition] = ()) -> sa.Select[Any]:
    """Return the select of the key, *more*, and nothing else, of the rows that *question* asks for, in order of key."""
    found = _rows(question, more, where, question.after)
    return found if question.limit is None else found.limit(question.limit)


def _rows(
    question: Question, more: Sequence[Element], where: Sequence[Condition] = (), after: int | Element | None = None
) -> sa.Select[Any]:
    drawn = question.drawn
    along = {} if after is None else {column.table: column > after for column in drawn.along}
    found = sa.select(drawn.key.label("key"), *more).select_from(drawn.main)
    for table, on in drawn.joins:
        found = found.outerjoin(table, sa.and_(on, along[table]) if table in along else on)
    if after is not None:
        found = found.where(drawn.key > after)
    if question.until is not None:
        found = found.where(drawn.key <= question.until)
    found = found.where(*drawn.where, *_allowed(question, drawn), *_asked(question, drawn), *where)
    return found.order_by(drawn.key)


def _allowed(question: Question, drawn: Drawn) -> list[Condition]:
    """Return what bounds the rows for the reader: the scope, or publication."""
    collection, reader = question.collection, question.reader
    if reader.public:
        return list(collection.published(drawn)) if collection.published else [sa.false()]
    decides = drawn.main if drawn.decides is None else drawn.decides
    allowed = scope_condition(decides, reader.scope) if collection.is_scoped else None
    return [] if allowed is None else [allowed]


def _asked(question: Question, drawn: Drawn) -> list[Condition]:
    found: list[Condition] = []
    if question.boxes:
        found.append(sa.or_(*(_in_box(question.collection, drawn, box) for box in question.boxes)))
    if question.span is not None and drawn.time is not None:
        found += _within(drawn.time, question.span, question.collection)
    for name, values in question.equal.items():
        found.append(drawn.values[name].in_(values))
    return found


def _in_box(collection: Collection, drawn: Drawn, box: Box) -> Condition:
    """Through the index where there is one; lines and areas are then asked exactly."""
    edges = (box.west, box.south, box.east, box.north)
    parts: list[Condition] = []
    if drawn.indexed is not None:
        table, column, there, here = drawn.indexed
        parts.append(here.in_(in_box(table, (there,), box, scope=EVERYTHING, geometry=column)))
    if collection.geometry_type != "Point":
        make = sa.func.ST_MakeEnvelope if sql.vendor() == "postgresql" else sa.func.BuildMbr
        meets = sa.func.ST_Intersects(sa.type_coerce(drawn.geometry, sa.LargeBinary), make(*edges, 4326))
        parts.append(meets == (sa.true() if sql.vendor() == "postgresql" else 1))
    elif drawn.indexed is None:
        x, y = sa.func.ST_X(drawn.geometry), sa.func.ST_Y(drawn.geometry)
        parts += [x.between(box.west, box.east), y.between(box.south, box.north)]
    return sa.and_(*parts)


def _within(
    time: tuple[Element, Element], span: tuple[datetime | None, datetime | None], collection: Collection
) -> list[Condition]:
    """Return the condition that a row's own time meets *span*; by days where the row knows days only."""
    first, last = time
    since, until = span
    by_day = isinstance(first.type, sa.Date)
    found: list[Condition] = []
    if until is not None:
        found.append(first <= (until.date() if by_day else until))
    if since is not None:
        edge = since.date() if by_day else since
        ended: Condition = last > edge if collection.name == "units" else last >= edge
        found.append(ended if last is first else sa.or_(last.is_(None), ended))
    return found


# --- Rows -------------------------------------------------------------------------------------------------------------


def geometry_columns(collection: Collection, drawn: Drawn) -> tuple[Element, ...]:
    """Return what a geometry is read by: two numbers for points, WKB otherwise."""
    if collection.geometry_type == "Point":
        return sa.func.ST_X(drawn.geometry).label("x"), sa.func.ST_Y(drawn.geometry).label("y")
    return (sa.func.ST_AsBinary(drawn.geometry).label("shape"),)


def json_properties(columns: Sequence[Column], drawn: Drawn) -> Element:
    """Return the properties of a row as the text of one JSON object, made by the database."""
    return sa.cast(json_object(columns, drawn), sa.Text()).label("properties")


def json_object(columns: Sequence[Column], drawn: Drawn) -> Element:
    """Return the properties of a row as a JSON object of the database, which is to be written into a text."""
    if sql.vendor() == "postgresql":
        return _json_text(columns, drawn)
    pairs: list[Any] = []
    for column in columns:
        value = json_value(drawn.values[column.name], column, is_postgresql=False)
        pairs += [sa.literal_column(f"'{column.name}'"), value]
    return sa.func.json_object(*pairs)


def _json_text(columns: Sequence[Column], drawn: Drawn) -> Element:
    """Put the object together as a text: PostgreSQL's ``json_build_object`` looks up every type for every row.

    Texts without a character that JSON escapes are quoted as they are; one look at all of a row tells.
    """
    values = {column.name: json_value(drawn.values[column.name], column, is_postgresql=True) for column in columns}
    texts = {name: sa.cast(one, sa.Text()) for name, one in values.items() if isinstance(one.type, sa.String)}
    exact = {name: sa.cast(sa.func.to_json(one), sa.Text()) for name, one in values.items()}
    if not texts:
        return _object(exact)
    mark: Element = sa.literal_column("'\"'", sa.Text())
    quoted = {name: mark.op("||")(text).op("||")(mark) for name, text in texts.items()}
    escapes = _concat(list(texts.values())).op("~", is_comparison=True)(sa.literal_column(_ESCAPED, sa.Text()))
    return sa.case((escapes, _object(exact)), else_=_object({**exact, **quoted}))


def _object(values: Mapping[str, Element]) -> Element:
    pieces: list[Element] = [sa.literal_column("'{'", sa.Text())]
    for place, (name, value) in enumerate(values.items()):
        opening = sa.literal_column(f"""'{"," if place else ""}"{name}":'""", sa.Text())
        pieces += [opening, sa.func.coalesce(value, sa.literal_column("'null'", sa.Text()))]
    return _concat([*pieces, sa.literal_column("'}'", sa.Text())])


def _concat(pieces: Sequence[Element]) -> Element:
    """Return the pieces as one text, null as nothing; a function takes a hundred arguments."""
    parts = [sa.func.concat(*pieces[start : start + MOST_PIECES]) for start in range(0, len(pieces), MOST_PIECES)]
    return parts[0] if len(parts) == 1 else sa.func.concat(*parts)


def json_value(value: Element, column: Column, is_postgresql: bool) -> Element:
    """Return a value that both databases write alike."""
    if column.kind == "date-time":
        if is_postgresql:
            utc = sa.func.timezone(sa.literal_column("'UTC'"), value)
            return sa.func.to_char(utc, sa.literal_column("""'YYYY-MM-DD"T"HH24:MI:SS"Z"'"""))
        return sa.func.strftime(sa.literal_column("'%Y-%m-%dT%H:%M:%SZ'"), sa.type_coerce(value, sa.String()))
    if column.kind == "number" and is_postgresql:
        return sa.case((sa.and_(value > _LEAST, value < _MOST), value))
    if isinstance(value.type, sa.Uuid):
        return _uuid_text(value, is_postgresql)
    if column.kind == "boolean" and not is_postgresql:
        word = sa.case((value.is_(True), sa.literal_column("'true'")), (value.is_(False), sa.literal_column("'false'")))
        return sa.func.json(word)
    return value


def _uuid_text(value: Element, is_postgresql: bool) -> Element:
    if is_postgresql:
        return sa.cast(value, sa.Text())
    text = sa.type_coerce(value, sa.String())
    spans = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    pieces = [sa.func.substr(text, start, length, type_=sa.String()) for start, length in spans]
    dash = sa.literal_column("'-'", sa.String())
    return reduce(lambda before, piece: before + dash + piece, pieces)


def stream(question: Question, *more: Element) -> Iterator[Sequence[sql.Row]]:
    """Yield the key and *more* of all rows in pieces, the first a small one; memory stays flat.

    Each piece is a question of its own, behind the last key of the one before: nothing is sorted or held by the
    database for long, no transaction waits for a slow reader, and the first rows are there at once.
    """
    piece = _piece(question, more)

    def read(after: int, wanted: int) -> Read[Sequence[sql.Row]]:
        rows = sql.read(piece, after=after, wanted=wanted)
        return rows, len(rows), rows[-1][0] if rows else after

    yield from (rows for rows, _count, _last in _pieces(question, read, FIRST, PIECE))


def stream_texts(question: Question, text: Element, between: str) -> Iterator[Read[str]]:
    """Yield what *text* makes of the rows, joined by *between* in the database: the text, how many, the last key.

    Python then handles a piece at a time, not a row.
    """
    piece = joined(_piece(question, [text]), between)

    def read(after: int, wanted: int) -> Read[str]:
        ((whole, count, last),) = sql.read(piece, after=after, wanted=wanted)
        return whole, count, last

    yield from _pieces(question, read, _first_of_texts(question), TEXTS)


def _first_of_texts(question: Question) -> int:
    return FIRST if question.limit is None or question.limit > TEXTS else TEXTS


def _piece(question: Question, more: Sequence[Element]) -> sa.Select[Any]:
    """Return the select of one piece: it is written once, and asked with the key before and the number of rows."""
    after = sa.bindparam("after", type_=sa.BigInteger())
    return _rows(question, more, after=after).limit(sa.bindparam("wanted", type_=sa.Integer()))


def _pieces(question: Question, read: Callable[[int, int], Read[T]], size: int, others: int) -> Iterator[Read[T]]:
    after, left = BEFORE_ALL if question.after is None else question.after, question.limit
    while left is None or left > 0:
        wanted = size if left is None else min(size, left)
        piece = read(after, wanted)
        _found, count, after = piece
        sql.forget_pages()
        if count:
            yield piece
        if count < wanted:
            return
        left = None if left is None else left - wanted
        size = IN_BOXES if question.boxes else others


def joined(rows: sa.Select[Any], between: str) -> sa.Select[Any]:
    """Return the select of one row: the second column of *rows* as one text, how many there were, the last key.

    *rows* have to be limited: a database may forget the order of a subselect otherwise.
    """
    piece = rows.subquery("piece")
    key, text = piece.c
    mark: Element = sa.literal_column(f"'{between}'")
    join = sa.func.string_agg if sql.vendor() == "postgresql" else sa.func.group_concat
    columns: list[Element] = [join(text, mark, type_=sa.Text()), sa.func.count(), sa.func.max(key)]
    return sa.select(*columns)


def stream_keys(question: Question, keys: Iterable[int], *more: Element) -> Iterator[Sequence[sql.Row]]:
    """Yield the key and *more* of the rows with *keys*, as far as *question* allows them, in pieces."""
    rows = _rows(question, more)
    for piece in _batched(keys):
        yield sql.read(rows.where(keys_among(question.drawn.key, piece)))


def stream_key_texts(question: Question, keys: Iterable[int], text: Element, between: str) -> Iterator[Read[str]]:
    """Yield what *text* makes of the rows with *keys*, as :func:`stream_texts` does."""
    rows = _rows(question, [text])
    for piece in _batched(keys):
        (found,) = sql.read(joined(rows.where(keys_among(question.drawn.key, piece)).limit(KEYS), between))
        if found[1]:
            yield cast(Read[str], found)


# --- While PostgreSQL reads on ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Writing:
    """How rows are written here, while PostgreSQL makes the next ones.

    ``told`` is what the database tells of a row; ``write`` makes a text of some, or None where it cannot. Then what
    ``exact`` makes of those rows is joined by ``between`` in the database.
    """

    told: Element
    write: Callable[[Sequence[bytes]], bytes | None]
    exact: Callable[[], Element]
    between: str


def stream_written(question: Question, writing: Writing, keys: Iterable[int] | None = None) -> Iterator[Read[bytes]]:
    """Yield the rows, or those with *keys*, as *writing* writes them: the text, how many, the last key."""
    if keys is not None:
        rows = _rows(question, [writing.told])
        for some in _batched(keys):
            yield from _written(question, writing, rows.where(keys_among(question.drawn.key, some)))
        return
    piece = _piece(question, [writing.told])

    def read(after: int, wanted: int) -> Read[list[Read[bytes]]]:
        found = _written(question, writing, piece, after=after, wanted=wanted)
        return found, sum(count for _text, count, _last in found), found[-1][2] if found else after

    for found, _count, _last in _pieces(question, read, _first_of_texts(question), TEXTS):
        yield from (part for part in found if part[0])


def _written(question: Question, writing: Writing, rows: sa.Select[Any], **values: Any) -> list[Read[bytes]]:
    found: list[tuple[bytes | None, Sequence[int]]] = []

    def take(some: list[sql.Row]) -> None:
        keys, told = zip(*some, strict=True)
        found.append((writing.write(told), keys))

    sql.pass_on(rows, take, size=WRITTEN, **values)
    return [(_exactly(question, writing, keys) if text is None else text, len(keys), keys[-1]) for text, keys in found]


def _exactly(question: Question, writing: Writing, keys: Sequence[int]) -> bytes:
    texts = stream_key_texts(question, keys, writing.exact(), writing.between)
    return writing.between.join(text for text, _count, _last in texts).encode()


def _batched(keys: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(keys)
    while piece := list(islice(remaining, KEYS)):
        yield piece


def count(question: Question) -> int | None:
    """Return how many features there are without pages, None for more than :data:`MOST_COUNTED`."""
    inner = statement(question.everything()).order_by(None).limit(MOST_COUNTED + 1).subquery("n")
    found: int = sql.read(sa.select(sa.func.count()).select_from(inner))[0][0]
    return found if found <= MOST_COUNTED else None


def count_all(question: Question) -> int:
    """Return how many features there are, however many."""
    inner = statement(question.everything()).order_by(None).subquery("n")
    found: int = sql.read(sa.select(sa.func.count()).select_from(inner))[0][0]
    return found


def keys_among(key: Element, ids: Sequence[int]) -> Condition:
    """Return the condition that *key* is one of *ids*, as one parameter however many there are."""
    return _among(key, sa.literal(asked_keys(ids), _keys_type()))


def keys_asked(key: Element, name: str = "keys") -> Condition:
    """Return the same condition for a statement that is kept: :func:`asked_keys` makes its value called *name*."""
    return _among(key, sa.bindparam(name, type_=_keys_type()))


def asked_keys(ids: Sequence[int]) -> Any:
    return list(ids) if sql.vendor() == "postgresql" else "[" + ",".join(map(str, ids)) + "]"


def _keys_type() -> Any:
    return ARRAY(sa.BigInteger()) if sql.vendor() == "postgresql" else sa.String()


def _among(key: Element, listed: Element) -> Condition:
    if sql.vendor() == "postgresql":
        return key == sa.any_(listed)
    return key.in_(sa.select(sa.func.json_each(listed).table_valued("value").c.value))
