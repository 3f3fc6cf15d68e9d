"""What a source is, and how its rows become columns."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import numpy as np
import sqlalchemy as sa
from django.db import models
from django.utils import timezone

from infra.models.versions import end_of_day
from infra.spatial import sql
from infra.spatial.tables import organization, unit
from maps.queries.filters import Filters
from maps.queries.reader import Reader
from maps.tiles.changes import Acts
from maps.tiles.columns import (
    NO_DAY,
    Builder,
    CodesBuilder,
    Column,
    Kept,
    Mask,
    NumbersBuilder,
    TextsBuilder,
    sorted_along_curve,
)

#: rows read at once, and keys asked for at once
SIZE = 20_000
KEYS = 2_000

Statement = sa.Select[Any]
Lists = dict[str, Sequence[Any]]
Conditions = list[sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Asked:
    """Who asks, with which filters, on which day; for conditions and what depends on the reader."""

    reader: Reader
    filters: Filters
    today: date


@dataclass(frozen=True)
class Source:
    """One table of points to be held. ``statement`` selects ``id``, ``lon``, ``lat`` and the columns named here.

    ``codes`` repeat, ``keys`` are whole numbers (-1 for none), ``floats`` numbers (NaN for none), ``days`` dates,
    ``texts`` differ from row to row. ``group`` is the column of what stands together. ``more`` adds lists to what was
    read. ``seen`` tells which rows a reader may see, ``left`` which the filters leave (masks, to be joined), ``told``
    columns that depend on who asks, one value for each row of the table. ``nouns`` are those whose versions make a row
    new (their keys are the rows'), ``depends`` others on which masks and what is told depend. ``changed`` names the
    rows that acts touched, None where all are to be read again. ``of_today`` are codes that a past day does not have.
    ``turned`` returns the columns that the turn of a day, or a round over the safety states, makes otherwise; without
    it the table is read again then.
    """

    name: str
    model: type[models.Model]
    statement: Callable[[date | None], Statement]
    seen: Callable[[Kept, Reader], Mask]
    left: Callable[[Kept, Mask, Asked], list[Mask]]
    changed: Callable[[Kept, Acts], set[int] | None]
    codes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    floats: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    group: str = ""
    has_past: bool = False
    of_today: tuple[str, ...] = ()
    nouns: tuple[type[models.Model], ...] = ()
    depends: tuple[type[models.Model], ...] = ()
    more: Callable[[Lists, date | None], Lists] | None = None
    told: Callable[[Kept, Asked], dict[str, Column]] | None = None
    turned: Callable[[Kept], dict[str, Column]] | None = None

    def load(self, stamp: str, day: date | None) -> Kept:
        """Read the rows of today, or as they stood at the end of *day*."""
        return self._kept(stamp, [self.statement(day)], day)

    def load_some(self, stamp: str, ids: Iterable[int], day: date | None = None) -> Kept:
        """Read the rows with *ids* of today, or as they stood at the end of *day*."""
        statement = self.statement(day)
        key: Any = statement.selected_columns["id"]
        wanted = sorted(ids)
        pieces = [wanted[start : start + KEYS] for start in range(0, len(wanted), KEYS)]
        return self._kept(stamp, [statement.where(key.element.in_(piece)) for piece in pieces], day)

    def _kept(self, stamp: str, statements: list[Statement], day: date | None) -> Kept:
        places: dict[str, Builder] = {name: NumbersBuilder(np.float64, np.nan) for name in ("lon", "lat")}
        places["id"] = NumbersBuilder(np.int64, -1)
        columns = self._builders()
        names = list(self.statement(day).selected_columns.keys())
        for statement in statements:
            for piece in sql.stream(statement, size=SIZE):
                rows: Lists = dict(zip(names, zip(*piece, strict=True), strict=True))
                if self.more is not None:
                    rows.update(self.more(rows, day))
                for name, builder in (*places.items(), *columns.items()):
                    builder.add(rows[name])
        ids, lon, lat = (np.asarray(places[name].column()) for name in ("id", "lon", "lat"))
        made = {name: builder.column() for name, builder in columns.items()}
        return sorted_along_curve(stamp, ids.astype(np.int64), lon, lat, made, self.group)

    def _builders(self) -> dict[str, Builder]:
        found: dict[str, Builder] = {name: CodesBuilder(partial(labels_of, name)) for name in self.codes}
        found.update((name, NumbersBuilder(np.int64, -1)) for name in self.keys)
        found.update((name, NumbersBuilder(np.float32, np.nan)) for name in self.floats)
        found.update((name, NumbersBuilder(np.int32, NO_DAY, ordinal)) for name in self.days)
        found.update((name, TextsBuilder()) for name in self.texts)
        return found


def ordinal(value: Any) -> int:
    """Return the number of a day; what has none has :data:`NO_DAY`."""
    if value is None:
        return NO_DAY
    if isinstance(value, datetime):
        return timezone.localdate(value).toordinal()
    day = date.fromisoformat(value) if isinstance(value, str) else value
    found: int = day.toordinal()
    return found


def labels_of(name: str, values: Sequence[Any]) -> list[str]:
    """Return what tiles say instead of keys of organizations and units: their codes."""
    table = {"organization": organization, "unit": unit}.get(name)
    if table is None:
        return [str(value) for value in values]
    codes: dict[Any, Any] = dict(sql.read(sa.select(table.c.id, table.c.code))) if values else {}
    return [str(codes.get(value, "")) for value in values]


def as_it_was(_table: Kept) -> dict[str, Column]:
    """What the turn of a day makes otherwise of rows in which nothing depends on the day: no column."""
    return {}


def in_force(table: sa.FromClause, day: date | None) -> Conditions:
    """Return the condition that a version of *table* was open at the end of *day*; nouns have none."""
    if day is None:
        return []
    moment = end_of_day(day)
    return [table.c.valid_from < moment, sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= moment)]
