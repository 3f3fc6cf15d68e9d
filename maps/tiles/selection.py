"""Which rows of a held table a reader sees under filters, derived once and kept beside the table."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from infra.spatial import sql
from infra.spatial.metres import metres_between
from infra.spatial.places import Box
from maps.queries.changed import written_since
from maps.queries.filters import Circle, Filters
from maps.queries.installations import units_below
from maps.queries.reader import Reader
from maps.tiles.columns import Codes, Column, Kept, Mask, Rows
from maps.tiles.register import table_of
from maps.tiles.sources.source import Asked, Source

#: selections kept beside a table; each takes some 12 bytes a row
MOST_KEPT = 12


@dataclass(frozen=True)
class Selection:
    """Rows of *table* in the order of the curve, with their codes, so that a tile is again a range of them.

    ``told`` are columns that depend on who asks, as long as the table.
    """

    table: Kept
    rows: Rows
    curve: NDArray[np.uint64]
    told: dict[str, Column] = field(default_factory=dict)
    lean: dict[str, NDArray[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def numbers(self, name: str) -> NDArray[Any]:
        """Return the values, or the places of coded values, of a column for the selected rows alone, in their order.

        Kept with the selection: a tile then takes a slice of them.
        """
        found = self.lean.get(name)
        if found is None:
            column = self.column(name)
            whole = column.places if isinstance(column, Codes) else column
            assert isinstance(whole, np.ndarray)
            found = self.lean[name] = whole if len(self.rows) == len(self.table) else whole[self.rows]
        return found

    def column(self, name: str) -> Column:
        found = self.told.get(name)
        if found is not None:
            return found
        return getattr(self.table, name) if name in ("x", "y") else self.table.columns[name]

    def ids(self) -> NDArray[np.int64]:
        return self.table.ids[self.rows]

    def within(self, box: Box) -> "Selection":
        """Return the rows in *box*, edges included."""
        lon, lat = self.table.lonlat(self.rows)
        there = (lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north)
        return replace(self, rows=self.rows[there], curve=self.curve[there], lean={})


def select(source: Source, reader: Reader, filters: Filters, today: date, kinds: tuple[str, ...] = ()) -> Selection:
    """Return the rows that *reader* may see and *filters* leave; *kinds* keeps installations of these kinds."""
    if kinds:
        filters = replace(filters, kind=tuple(sorted(set(filters.kind) & set(kinds))) if filters.kind else kinds)
        if not filters.kind:
            filters = replace(filters, kind=("",))
    table = table_of(source, filters.as_of if source.has_past else None, today)
    asked = Asked(reader, filters, today)
    return kept_beside(table, ("selected", reader.key, filters.key, today), lambda: _selected(source, table, asked))


def _selected(source: Source, table: Kept, asked: Asked) -> Selection:
    seen = visible(source, table, asked.reader)
    mask = seen
    for part in [*source.left(table, seen, asked), *_everywhere(source, table, asked.filters)]:
        mask = mask & part
    rows = np.flatnonzero(mask)
    curve = table.curve if len(rows) == len(table) else table.curve[rows]
    return Selection(table, rows, curve, source.told(table, asked) if source.told else {})


def visible(source: Source, table: Kept, reader: Reader) -> Mask:
    """Return the mask of the rows that *reader* may see: what ``visible_to`` says, on columns."""
    found: Mask = kept_beside(table, ("visible", reader.key), lambda: source.seen(table, reader))
    return found


def kept_beside(table: Kept, key: tuple[Any, ...], make: Any) -> Any:
    """Return what is kept beside *table* under *key*, made when it is not there; the oldest of its kind goes."""
    found = table.kept.get(key)
    if found is None:
        found = make()
        of_kind = [one for one in list(table.kept) if one[0] == key[0]]
        for one in of_kind[: max(0, len(of_kind) - MOST_KEPT + 1)]:
            table.kept.pop(one, None)
        table.kept[key] = found
    return found


# --- Filters that every source obeys ----------------------------------------------------------------------------------


def _everywhere(source: Source, table: Kept, filters: Filters) -> list[Mask]:
    found: list[Mask] = []
    if filters.unit:
        ids = {pk for (pk,) in sql.read(units_below(filters.unit))}
        found.append(table.codes("unit").among(ids))
    if filters.area is not None:
        found.append(_in_area(table, filters.area.shape))
    if filters.near is not None:
        found.append(_in_circle(table, filters.near))
    if filters.changed_since is not None:
        found.append(_changed_since(source, table, filters.changed_since))
    return found


def _in_area(table: Kept, shape: shapely.Polygon) -> Mask:
    lon, lat = table.lonlat()
    west, south, east, north = shape.bounds
    mask = np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    shapely.prepare(shape)
    mask[mask] = shapely.intersects_xy(shape, lon[mask], lat[mask])
    return mask


def _in_circle(table: Kept, circle: Circle) -> Mask:
    lon, lat = table.lonlat()
    box = circle.box()
    mask = np.asarray((lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north))
    mask[mask] = metres_between(circle.lon, circle.lat, lon[mask], lat[mask]) <= circle.metres
    return mask


def _changed_since(source: Source, table: Kept, day: date) -> Mask:
    """Return the mask of rows that an act of *day* or later has written; what has no versions is told by its days."""
    if not source.nouns:
        return np.logical_or.reduce([table.numbers(name) >= day.toordinal() for name in source.days])
    found = [np.array(sql.read(written_since(noun, day)), dtype=np.int64).reshape(-1) for noun in source.nouns]
    return np.isin(table.ids, np.concatenate(found))
