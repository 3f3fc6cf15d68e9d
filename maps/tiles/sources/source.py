"""What a source is, and how its rows become columns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
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
from maps.tiles.columns import NO_DAY, Codes, Column, Kept, Mask, TextColumn, sorted_along_curve

#: rows read at once, and keys asked for at once
SIZE = 20_000
KEYS = 2_000

Statement = sa.Select[Any]
Lists = dict[str, list[Any]]
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
    rows that acts touched, None where all are to be read again.
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
    nouns: tuple[type[models.Model], ...] = ()
    depends: tuple[type[models.Model], ...] = ()
    more: Callable[[Lists, date | None], Lists] | None = None
    told: Callable[[Kept, Asked], dict[str, Column]] | None = None

    def load(self, stamp: str, day: date | None) -> Kept:
        """Read the rows of today, or as they stood at the end of *day*."""
        return self._kept(stamp, [self.statement(day)], day)

    def load_some(self, stamp: str, ids: Iterable[int]) -> Kept:
        """Read the rows of today with *ids*."""
        statement = self.statement(None)
        key: Any = statement.selected_columns["id"]
        wanted = sorted(ids)
        pieces = [wanted[start : start + KEYS] for start in range(0, len(wanted), KEYS)]
        return self._kept(stamp, [statement.where(key.element.in_(piece)) for piece in pieces], None)

    def _kept(self, stamp: str, statements: list[Statement], day: date | None) -> Kept:
        names = list(self.statement(day).selected_columns.keys())
        rows: Lists = {name: [] for name in names}
        for statement in statements:
            for piece in sql.stream(statement, size=SIZE):
                for name, values in zip(names, zip(*piece, strict=True), strict=True):
                    rows[name].extend(values)
        if self.more is not None:
            rows.update(self.more(rows, day))
        return self._columns(stamp, rows)

    def _columns(self, stamp: str, rows: Lists) -> Kept:
        columns: dict[str, Column] = {}
        for name in self.codes:
            columns[name] = Codes.of(rows[name], labels_of(name, rows[name]))
        for name in self.keys:
            columns[name] = np.array([-1 if v is None else v for v in rows[name]], dtype=np.int64)
        for name in self.floats:
            columns[name] = np.array([np.nan if v is None else v for v in rows[name]], dtype=np.float64)
        for name in self.days:
            columns[name] = np.array([ordinal(v) for v in rows[name]], dtype=np.int32)
        for name in self.texts:
            columns[name] = TextColumn.of(rows[name])
        ids = np.array(rows["id"], dtype=np.int64)
        lon, lat = np.array(rows["lon"], dtype=np.float64), np.array(rows["lat"], dtype=np.float64)
        return sorted_along_curve(stamp, ids, lon, lat, columns, self.group)


def ordinal(value: Any) -> int:
    """Return the number of a day; what has none has :data:`NO_DAY`."""
    if value is None:
        return NO_DAY
    if isinstance(value, datetime):
        return timezone.localdate(value).toordinal()
    day = date.fromisoformat(value) if isinstance(value, str) else value
    found: int = day.toordinal()
    return found


def labels_of(name: str, column: list[Any]) -> Callable[[Any], str]:
    """Return what tiles say instead of keys of organizations and units: their codes."""
    table = {"organization": organization, "unit": unit}.get(name)
    if table is None:
        return str
    wanted = set(column) - {None}
    rows = sql.read(sa.select(table.c.id, table.c.code)) if wanted else []
    codes = {pk: str(code) for pk, code in rows if pk in wanted}
    return lambda value: codes.get(value, "")


def in_force(table: sa.Table, day: date | None) -> Conditions:
    """Return the condition that a version of *table* was open at the end of *day*; nouns have none."""
    if day is None:
        return []
    moment = end_of_day(day)
    return [table.c.valid_from < moment, sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= moment)]
