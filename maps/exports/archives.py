"""A layer's tiles in one file (PMTiles), for maps without a network."""

import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from maps.exports.choosing import Choice
from maps.exports.texts import Progress
from maps.queries.reader import Reader
from maps.queries.units import territory_bounds
from maps.tiles.declared import PointTiles, Question, extent_of, told
from maps.tiles.grid import BITS, Tile, plane
from maps.tiles.selection import Selection

#: the last zoom of the file; maps draw its tiles larger beyond it
LAST_ZOOM = 14
MOST_TILES = 200_000


class TooManyTilesError(ValueError):
    """The view holds more tiles than a file is made of."""


def write_archive(choice: Choice, reader: Reader, today: date, file: Path, progress: Progress) -> None:
    """Write the layer's tiles from zoom 0 to :data:`LAST_ZOOM`, as *reader* sees them."""
    tiles = choice.layer.tiles
    assert tiles is not None
    where = _places(choice, reader, today)
    with file.open("wb") as out:
        writer = Writer(out)
        for tile in where:
            body = tiles.tile(choice.layer.name, Question(reader, choice.filters, tile, today))
            if body:
                writer.write_tile(zxy_to_tileid(tile.z, tile.x, tile.y), gzip.compress(body, 6, mtime=0))
            progress(1)
        writer.finalize(_header(choice, reader, today), _metadata(choice, reader))


def archive_size(choice: Choice, reader: Reader, today: date) -> int:
    """Return how many tiles are asked for."""
    return len(_places(choice, reader, today))


def _places(choice: Choice, reader: Reader, today: date) -> list[Tile]:
    """Return the tiles that may hold something, in the order of the file."""
    tiles = choice.layer.tiles
    assert tiles is not None
    if isinstance(tiles, PointTiles):
        selection = tiles.selection(reader, choice.filters, today)
        found = list(_filled(selection if choice.box is None else selection.within(choice.box)))
    else:
        found = list(_covering(choice, tiles.min_zoom))
    if len(found) > MOST_TILES:
        raise TooManyTilesError(len(found))
    return sorted(found, key=lambda tile: zxy_to_tileid(tile.z, tile.x, tile.y))


def _filled(selection: Selection) -> Iterator[Tile]:
    for zoom in range(LAST_ZOOM + 1):
        codes = np.unique(selection.curve >> np.uint64(2 * (BITS - zoom)))
        for column, row in zip(*_apart(codes), strict=True):
            yield Tile(zoom, column, row)


def _apart(codes: Any) -> tuple[list[int], list[int]]:
    """Take Morton codes of cells apart into columns and rows."""
    columns, rows = np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes), dtype=np.int64)
    for bit in range(LAST_ZOOM + 1):
        columns |= ((codes >> np.uint64(2 * bit)).astype(np.int64) & 1) << bit
        rows |= ((codes >> np.uint64(2 * bit + 1)).astype(np.int64) & 1) << bit
    return columns.tolist(), rows.tolist()


def _covering(choice: Choice, first: int) -> Iterator[Tile]:
    """Yield the tiles of the view; without one those of the authorities' territory."""
    bounds = tuple(choice.box.edges().values()) if choice.box else territory_bounds()
    if bounds is None:
        return
    west, south, east, north = bounds
    (x0, x1), (y1, y0) = (pair.tolist() for pair in plane(np.array([west, east]), np.array([south, north])))
    for zoom in range(first, LAST_ZOOM + 1):
        side = 2**zoom
        for column in range(int(x0 * side), min(int(x1 * side), side - 1) + 1):
            for row in range(int(y0 * side), min(int(y1 * side), side - 1) + 1):
                yield Tile(zoom, column, row)


def _header(choice: Choice, reader: Reader, today: date) -> dict[str, Any]:
    tiles = choice.layer.tiles
    assert tiles is not None
    edges = extent_of(tiles, reader, choice.filters, today) or [-180.0, -85.0, 180.0, 85.0]
    west, south, east, north = (int(edge * 1e7) for edge in edges)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_zoom": 0,
        "max_zoom": LAST_ZOOM,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": tiles.single_from,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata(choice: Choice, reader: Reader) -> dict[str, Any]:
    tiles = choice.layer.tiles
    assert tiles is not None
    fields = {one.name: one.kind for one in told(tiles, reader)}
    layer = {"id": choice.layer.name, "fields": fields, "minzoom": 0, "maxzoom": LAST_ZOOM}
    return {"name": str(choice.layer.title), "attribution": "Sổ Trạm", "vector_layers": [layer]}
