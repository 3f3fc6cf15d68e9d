"""What a layer says in its tiles: properties with their types and who may read them, zooms, what it is counted by."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise

from maps.queries.filters import Filters
from maps.queries.reader import Reader
from maps.tiles import points
from maps.tiles.grid import Tile
from maps.tiles.points import MOST_FEATURES, Shown
from maps.tiles.selection import Selection, select
from maps.tiles.sources.source import Source

TEXT, NUMBER, BOOLEAN = "String", "Number", "Boolean"


@dataclass(frozen=True)
class Property:
    """A property of a feature: where it is held (``column``), what it is, and whether everybody may read it."""

    name: str
    kind: str
    title: str | Promise
    public: bool = False
    column: str = ""

    @property
    def held_as(self) -> str:
        return self.column or self.name


@dataclass(frozen=True)
class Question:
    """What is asked of a tile."""

    reader: Reader
    filters: Filters
    tile: Tile
    today: date


@dataclass(frozen=True)
class PointTiles:
    """Points held in memory. Below ``single_from``, and where a tile holds more than ``most``, counts by cell.

    ``classes``: columns by which cells are counted -> what the counts are called (``operator`` gives
    ``operator_VIETTEL``). ``kinds`` keeps installations of these kinds.
    """

    source: Source
    properties: tuple[Property, ...]
    classes: tuple[tuple[str, str], ...] = ()
    lists: frozenset[str] = frozenset()
    group: str = ""
    kinds: tuple[str, ...] = ()
    single_from: int = 11
    most: int = MOST_FEATURES
    min_zoom: int = 0

    def selection(self, reader: Reader, filters: Filters, today: date) -> Selection:
        """Return the rows that *reader* may see under *filters*, of today or of the day they name."""
        return select(self.source, reader, filters, today, self.kinds)

    def tile(self, name: str, asked: Question) -> bytes:
        """Return the tile, or nothing where there is nothing."""
        selection = self.selection(asked.reader, asked.filters, asked.today)
        return points.tile_of(
            name, selection, asked.tile, self.shown(asked.reader), single_from=self.single_from, most=self.most
        )

    def shown(self, reader: Reader) -> Shown:
        """Return what *reader* is told: everything, or what is published."""
        properties = told(self, reader)
        columns = {one.held_as for one in properties}
        return Shown(
            singles={one.name: one.held_as for one in properties},
            classes={column: prefix for column, prefix in self.classes if column in columns},
            lists=self.lists,
            days=frozenset(self.source.days),
            group=self.group,
        )


@dataclass(frozen=True)
class ShapeTiles:
    """Lines or areas. ``make`` gets the layer's name and the question."""

    properties: tuple[Property, ...]
    make: Callable[[str, Question], bytes]
    min_zoom: int = 0
    single_from: int = 0
    classes: tuple[tuple[str, str], ...] = field(default=())

    def tile(self, name: str, asked: Question) -> bytes:
        """Return the tile, or nothing where there is nothing."""
        return self.make(name, asked) if asked.tile.z >= self.min_zoom else b""


Tiles = PointTiles | ShapeTiles


def told(tiles: Tiles, reader: Reader) -> list[Property]:
    """Return the properties that *reader* is told."""
    return [one for one in tiles.properties if one.public or not reader.public]


def extent_of(tiles: Tiles, reader: Reader, filters: Filters, today: date) -> Any:
    """Return west, south, east, north of what *reader* may see, None where nobody knows."""
    if not isinstance(tiles, PointTiles):
        return None
    selection = tiles.selection(reader, filters, today)
    if not len(selection):
        return None
    lon, lat = selection.table.lonlat(selection.rows)
    return [round(float(edge), 5) for edge in (lon.min(), lat.min(), lon.max(), lat.max())]
