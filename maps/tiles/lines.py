"""Tiles of lines: cable routes by ``ST_AsMVT`` where PostGIS is there, else by our own encoder; links of the network.

The same rows, properties and coordinates on both databases.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa

from infra.models import InstallationKind
from infra.spatial import sql
from infra.spatial.box import in_box
from infra.spatial.scope import scope_condition
from infra.spatial.tables import installation, installation_version, link, link_version, organization
from maps.queries.filters import Filters
from maps.queries.installations import Source, conditions
from maps.queries.reader import Reader
from maps.tiles import encoding, shapes
from maps.tiles.grid import BUFFER, EXTENT, Tile
from maps.tiles.sources.source import in_force

#: lines of a tile, the longest first
MOST_LINES = 2_000


def routes(name: str, reader: Reader, filters: Filters, tile: Tile, today: date) -> bytes:
    """Return the cable routes in *tile*."""
    source = Source.of(InstallationKind.CABLE_ROUTE, filters.as_of)
    main, detail = source.main, source.detail
    properties = (
        main.c.registry_number.label("number"),
        main.c.name.label("name"),
        organization.c.code.label("operator"),
        detail.c.route_kind_id.label("sort"),
        main.c.status_id.label("status"),
        detail.c.length_m.label("length_m"),
        detail.c.fibres.label("fibres"),
    )
    statement = in_box(
        detail,
        (source.number.label("id"), *properties, detail.c.line.label("line")),
        tile.box(),
        scope=reader.register_scope,
        where=[*conditions(source, reader, filters, today), *source.in_force(detail)],
        geometry="line",
    )
    key = detail.c.installation_id if source.as_of is None else detail.c.noun_id
    statement = statement.join(main, key == source.number)
    statement = statement.join(organization, organization.c.id == main.c.organization_id)
    statement = statement.order_by(detail.c.length_m.desc().nulls_last(), source.number).limit(MOST_LINES)
    return _tile(name, statement, tile)


def _tile(name: str, statement: sa.Select[Any], tile: Tile) -> bytes:
    """Return the tile of a statement that selects ``id``, properties and, last, ``line``."""
    rows = statement.subquery("r")
    properties = [column for column in rows.c if column.key != "line"]
    if sql.vendor() == "postgresql":
        envelope = sa.func.ST_MakeEnvelope(*tile.metres(), 3857)
        shape = sa.func.ST_AsMVTGeom(sa.func.ST_Transform(rows.c.line, 3857), envelope, EXTENT, BUFFER, True)
        inner = sa.select(*properties, sa.type_coerce(shape, sa.LargeBinary).label("geom")).subquery("t")
        made = sa.literal_column(f"ST_AsMVT(t.*, '{name}', {EXTENT}, 'geom', 'id')", sa.LargeBinary)
        found = sql.read(sa.select(made).select_from(inner))[0][0]
        return bytes(found or b"")
    found = sql.read(sa.select(*properties, sa.func.ST_AsBinary(rows.c.line)))
    return _encoded(name, [column.key for column in properties], found, tile)


def _encoded(name: str, names: Sequence[str], rows: Sequence[sql.Row], tile: Tile) -> bytes:
    if not rows:
        return b""
    geometry, left = shapes.lines(shapes.on_plane(shapely.from_wkb([bytes(row[-1]) for row in rows])), tile)
    kept = [rows[place] for place in left.tolist()]
    ids = np.array([row[0] for row in kept], dtype=np.int64)
    columns = [encoding.values(names[place], [row[place] for row in kept]) for place in range(1, len(names))]
    return encoding.encode(name, ids, geometry, columns)


def links(name: str, reader: Reader, filters: Filters, tile: Tile, today: date) -> bytes:  # noqa: ARG001 -- as every layer
    """Return the links between nodes as straight lines, of today or as they stood on a past day."""
    day = filters.as_of
    row, standing = (link, installation) if day is None else (link_version, installation_version)
    key = "id" if day is None else "noun_id"
    start, end = standing.alias("start"), standing.alias("finish")
    box = tile.box()
    statement = (
        sa.select(
            row.c[key],
            row.c.code,
            organization.c.code.label("operator"),
            row.c.medium,
            row.c.capacity_mbps,
            start.c.registry_number.label("from"),
            end.c.registry_number.label("to"),
            sa.func.ST_X(start.c.position),
            sa.func.ST_Y(start.c.position),
            sa.func.ST_X(end.c.position),
            sa.func.ST_Y(end.c.position),
        )
        .join(organization, organization.c.id == row.c.organization_id)
        .join(start, sa.and_(start.c[key] == row.c.from_node_id, *in_force(start, day)))
        .join(end, sa.and_(end.c[key] == row.c.to_node_id, *in_force(end, day)))
        .where(start.c.position.is_not(None), end.c.position.is_not(None), *in_force(row, day))
        .order_by(row.c[key])
    )
    if filters.organization:
        statement = statement.where(organization.c.code.in_(filters.organization))
    allowed = scope_condition(row, reader.scope)
    rows = sql.read(statement if allowed is None else statement.where(allowed))
    if not rows:
        return b""
    ends = np.array([row[7:] for row in rows], dtype=np.float64).reshape(-1, 2, 2)
    low, high = ends.min(axis=1), ends.max(axis=1)
    there = (low[:, 0] <= box.east) & (high[:, 0] >= box.west) & (low[:, 1] <= box.north) & (high[:, 1] >= box.south)
    near = np.flatnonzero(there)[:MOST_LINES]
    if not len(near):
        return b""
    geometry, left = shapes.lines(shapes.on_plane(shapely.linestrings(ends[near])), tile)
    kept = [rows[near[place]] for place in left.tolist()]
    names = ("code", "operator", "medium", "capacity_mbps", "from", "to")
    columns = [encoding.values(prop, [row[place + 1] for row in kept]) for place, prop in enumerate(names)]
    return encoding.encode(name, np.array([row[0] for row in kept], dtype=np.int64), geometry, columns)
