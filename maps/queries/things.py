"""Postal points, network nodes, internet points and cable routes: one by one in a box, and counted by unit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
import sqlalchemy as sa

from infra.models import InstallationKind
from infra.spatial import sql
from infra.spatial.places import Box
from infra.spatial.tables import organization, site
from maps.queries.filters import Filters
from maps.queries.installations import Source, in_scope, in_view
from maps.queries.reader import Reader
from maps.tiles.columns import Codes, TextColumn
from maps.tiles.counting import counted
from maps.tiles.selection import Selection, select
from maps.tiles.sources.installations import INSTALLATIONS

ROUTE = InstallationKind.CABLE_ROUTE


@dataclass(frozen=True)
class Thing:
    """One installation on the map; ``sort`` is the code of its detail kind, ``radius_m`` how far post serves."""

    number: str
    name: str
    operator: str
    site: str | None
    sort: str
    shape: shapely.Geometry
    radius_m: float | None = None


def things(kind: str, reader: Reader, filters: Filters, today: date) -> Selection:
    """Return the installations of *kind* that *reader* may see and *filters* leave."""
    return select(INSTALLATIONS, reader, filters, today, (str(kind),))


def things_in_view(kind: str, reader: Reader, filters: Filters, box: Box, today: date, limit: int) -> list[Thing]:
    """Return the installations of *kind* in *box*, at most *limit*; a route is there when its line is."""
    if kind == ROUTE:
        return _routes_in_view(reader, filters, box, today, limit)
    chosen = things(kind, reader, filters, today).within(box)
    table = chosen.table
    lon, lat = table.lonlat(chosen.rows[:limit])
    radii = table.numbers("radius_m")
    text, label = _reader_of_texts(chosen), _reader_of_codes(chosen)
    return [
        Thing(
            text("number", row),
            text("name", row) or text("code", row) or text("number", row),
            label("organization", row),
            text("site", row) or None,
            label("sort", row),
            point,
            None if np.isnan(radii[row]) else float(radii[row]),
        )
        for row, point in zip(chosen.rows[:limit].tolist(), shapely.points(lon, lat), strict=True)
    ]


def _reader_of_texts(chosen: Selection) -> Callable[[str, int], str]:
    columns = {name: column for name, column in chosen.table.columns.items() if isinstance(column, TextColumn)}
    return lambda name, row: columns[name].text(row)


def _reader_of_codes(chosen: Selection) -> Callable[[str, int], str]:
    columns = {name: column for name, column in chosen.table.columns.items() if isinstance(column, Codes)}

    def label(name: str, row: int) -> str:
        place = int(columns[name].places[row])
        return columns[name].labels[place] if place >= 0 else ""

    return label


def _routes_in_view(reader: Reader, filters: Filters, box: Box, today: date, limit: int) -> list[Thing]:
    source = Source.of(ROUTE, filters.as_of)
    main, detail = source.main, source.detail
    columns = (
        main.c.registry_number,
        main.c.name,
        main.c.code,
        organization.c.code,
        site.c.code,
        detail.c.route_kind_id,
        sa.func.ST_AsBinary(detail.c.line).label("shape"),
    )
    rows = in_view(source, columns, reader, filters, box, today, limit=limit, geometry=detail)
    return [
        Thing(number, name or code or number, operator, at, str(sort), shapely.from_wkb(bytes(wkb)))
        for number, name, code, operator, at, sort, wkb in rows
    ]


def things_by_unit(kind: str, reader: Reader, filters: Filters, today: date) -> dict[int | None, int]:
    """Return unit id (None: no unit) -> number of installations of *kind* that the reader may see."""
    if kind != ROUTE:
        chosen = things(kind, reader, filters, today)
        return {unit: counts.n for unit, counts in counted(chosen, {}, frozenset(), "", by="unit").items()}
    source = Source.of(kind, filters.as_of)
    columns = (source.main.c.unit_id, sa.func.count())
    statement = in_scope(source, columns, reader, filters, today).group_by(source.main.c.unit_id)
    return dict(sql.read(statement))
