"""Postal points, network nodes, internet points and cable routes: one by one in a box, and counted by unit."""

from dataclasses import dataclass
from datetime import date

import shapely
import sqlalchemy as sa

from infra.models import InstallationKind
from infra.spatial import sql
from infra.spatial.places import Box
from infra.spatial.tables import organization, site
from maps.queries.filters import Filters
from maps.queries.installations import Source, in_scope, in_view
from maps.queries.reader import Reader

#: kind of installation -> column of the detail table that says which sort it is
SORTS = {
    InstallationKind.POSTAL_POINT: "postal_kind_id",
    InstallationKind.NETWORK_NODE: "node_kind_id",
    InstallationKind.INTERNET_POINT: "is_game_point",
    InstallationKind.CABLE_ROUTE: "route_kind_id",
}


@dataclass(frozen=True)
class Thing:
    """One installation on the map; ``sort`` is the code of its detail kind."""

    number: str
    name: str
    operator: str
    site: str | None
    sort: str
    shape: shapely.Geometry


def things_in_view(kind: str, reader: Reader, filters: Filters, box: Box, today: date, limit: int) -> list[Thing]:
    """Return the installations of *kind* in *box*, at most *limit*; a route is there when its line is."""
    source = Source.of(kind, filters.as_of)
    main, detail = source.main, source.detail
    is_line = kind == InstallationKind.CABLE_ROUTE
    shape = detail.c.line if is_line else main.c.position
    columns = (
        main.c.registry_number,
        main.c.name,
        main.c.code,
        organization.c.code,
        site.c.code,
        detail.c[SORTS[InstallationKind(kind)]],
        sa.func.ST_AsBinary(shape).label("shape"),
    )
    rows = in_view(source, columns, reader, filters, box, today, limit=limit, geometry=detail if is_line else None)
    return [
        Thing(number, name or code or number, operator, at, str(sort), shapely.from_wkb(bytes(wkb)))
        for number, name, code, operator, at, sort, wkb in rows
    ]


def things_by_unit(kind: str, reader: Reader, filters: Filters, today: date) -> dict[int | None, int]:
    """Return unit id (None: no unit) -> number of installations of *kind* that the reader may see."""
    source = Source.of(kind, filters.as_of)
    columns = (source.main.c.unit_id, sa.func.count())
    statement = in_scope(source, columns, reader, filters, today).group_by(source.main.c.unit_id)
    return dict(sql.read(statement))


def count_of(kind: str, reader: Reader, filters: Filters, today: date) -> int:
    """Return how many installations of *kind* the reader may see."""
    return sum(things_by_unit(kind, reader, filters, today).values())
