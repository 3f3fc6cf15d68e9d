"""What a collection is: its columns, where its rows come from on a given moment, who may read them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from django.utils.functional import Promise

from infra.access import Permission
from infra.spatial.tables import core
from maps.queries.reader import Reader

Kind = Literal["string", "integer", "number", "boolean", "date", "date-time"]
Element = sa.ColumnElement[Any]
Condition = sa.ColumnElement[bool]
Joins = Sequence[tuple[sa.FromClause, Condition]]


@dataclass(frozen=True)
class Column:
    """A property of the features. ``public``: everybody may read it."""

    name: str
    kind: Kind
    title: str | Promise
    public: bool = False


@dataclass(frozen=True)
class Drawn:
    """Where the rows of a collection come from at one moment.

    ``main`` holds the rows and decides who may see them, unless the joined table ``decides`` has the columns that
    rights ask for; ``key`` is a row's number outside, ``joins`` are outer joins.
    ``geometry`` is in EPSG:4326; where it stands in a table with a spatial index, ``indexed`` names that table, the
    column of the geometry and the pair of columns (there, here) that join it. ``time`` is the span of a row by days or
    moments, None on a side that is open. ``along`` are columns of joined tables that are equal to the key: who reads on
    from a key reads those tables on from it too, where PostgreSQL would walk their index from its beginning.
    """

    main: sa.Table
    key: Element
    values: Mapping[str, Element]
    geometry: Element
    joins: Joins = ()
    where: Sequence[Condition] = ()
    indexed: tuple[sa.Table, str, Element, Element] | None = None
    time: tuple[Element, Element] | None = None
    decides: sa.Table | None = None
    along: Sequence[Element] = ()


@dataclass(frozen=True)
class Collection:
    """One collection. ``published`` narrows a drawn collection to what everybody may see; None: not for the public.

    ``has_past``: rows are versions at a moment. ``layer`` is the layer of the map that shows the same things.
    """

    name: str
    title: str | Promise
    description: str | Promise
    geometry_type: Literal["Point", "LineString", "MultiPolygon"]
    columns: tuple[Column, ...]
    draw: Callable[[datetime | None], Drawn]
    permission: Permission = Permission.SEE_REGISTER
    published: Callable[[Drawn], Sequence[Condition]] | None = None
    is_scoped: bool = True
    has_past: bool = False
    layer: str = ""
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    def open_to(self, reader: Reader) -> bool:
        return self.published is not None if reader.public else reader.can(self.permission)

    def told(self, reader: Reader) -> list[Column]:
        """Return the columns that *reader* may read."""
        return [column for column in self.columns if column.public or not reader.public]


def table_at(model: Any, moment: datetime | None) -> sa.Table:
    """Return the table of a noun, or of its versions."""
    return core(model if moment is None else model.version_model)


def number_of(table: sa.Table, moment: datetime | None, key: str = "id") -> Element:
    """Return the column that holds a noun's key, whichever table it is read from."""
    return table.c[key] if moment is None else table.c.noun_id


def standing(table: sa.Table, moment: datetime | None) -> list[Condition]:
    """Return the condition that a version was open at *moment*; nouns have none."""
    if moment is None:
        return []
    return [table.c.valid_from <= moment, sa.or_(table.c.valid_to.is_(None), table.c.valid_to > moment)]
