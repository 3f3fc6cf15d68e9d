"""Exactly what is filtered: the rows of a layer under the same parameters as its tiles, with all their columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.http import QueryDict
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from infra.models.versions import end_of_day
from infra.spatial import sql
from infra.spatial.places import Box
from infra.spatial.tables import unit
from maps.features.collection import Collection, Column, Element
from maps.features.declared import BY_LAYER, BY_NAME
from maps.features.reading import (
    Question,
    count_all,
    geometry_columns,
    stream,
    stream_keys,
)
from maps.layers import BY_NAME as LAYERS
from maps.layers import Layer
from maps.queries.filters import Filters, WrongParameterError, refuse_unknown
from maps.queries.installations import units_below
from maps.queries.reader import Reader
from maps.tiles.declared import PointTiles
from maps.tiles.sources.installations import INSTALLATIONS

#: kind of installation → the collection that tells most about it; layers of one kind have their own
BY_KIND = {
    "base_station": "stations",
    "postal_point": "postal-points",
    "network_node": "network-nodes",
    "internet_point": "internet-points",
}
#: what layers of lines and areas obey: filter → property
EQUAL = {"organization": "operator", "status": "status"}


@dataclass(frozen=True)
class Choice:
    """What is to be exported: a layer, its filters, the view if the file is to hold no more than that, and the columns
    if it is not to hold all.
    """

    layer: Layer
    filters: Filters
    box: Box | None
    properties: tuple[str, ...] = ()

    @classmethod
    def parse(cls, name: str, reader: Reader, query: QueryDict) -> "Choice | None":
        """Read the parameters of a layer's export; None for a layer that does not exist for *reader*."""
        layer = LAYERS.get(name)
        if layer is None or layer.tiles is None or not layer.open_to(reader) or name not in BY_LAYER:
            return None
        refuse_unknown(query, ("bbox", "properties"))
        text = query.get("bbox", "")
        wanted = tuple(dict.fromkeys(part for part in query.get("properties", "").split(",") if part))
        choice = cls(layer, Filters.parse(query), Box.parse(text) if text else None, wanted)
        told = {column.name for column in choice.collection.told(reader)}
        for property_name in wanted:
            if property_name not in told:
                message = _("There is no property “%(name)s”.") % {"name": property_name[:64]}
                raise WrongParameterError("properties", message)
        return choice

    @property
    def query(self) -> str:
        """Return the parameters as they are kept and read again."""
        edges = ",".join(repr(edge) for edge in self.box.edges().values()) if self.box else ""
        more = {"bbox": edges, "properties": ",".join(self.properties)}
        return urlencode([*self.filters.pairs(), *((name, value) for name, value in more.items() if value)])

    @property
    def collection(self) -> Collection:
        """Return the collection whose columns are written: of a single kind of installation that kind's own."""
        kinds = self.filters.kind
        if self.layer.name == "installations" and len(kinds) == 1 and kinds[0] in BY_KIND:
            return BY_NAME[BY_KIND[kinds[0]]]
        return BY_LAYER[self.layer.name]

    @property
    def is_whole(self) -> bool:
        """Tell whether these are all installations that the collection holds, of today or of a day."""
        tiles = self.layer.tiles
        if not isinstance(tiles, PointTiles) or tiles.source is not INSTALLATIONS or self.box is not None:
            return False
        kinds = self.filters.kind
        return replace(self.filters, kind=(), as_of=None) == Filters() and (
            not kinds or (len(kinds) == 1 and self.collection is BY_NAME.get(BY_KIND.get(kinds[0], "")))
        )


@dataclass(frozen=True)
class Chosen:
    """The rows of a choice: their keys, or none where the question finds them by itself."""

    question: Question
    keys: NDArray[np.int64] | None = None

    @property
    def total(self) -> int:
        """Return how many rows there will be."""
        return count_all(self.question) if self.keys is None else len(self.keys)

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.question.columns

    def pieces(self, *more: Element) -> Iterator[Sequence[sql.Row]]:
        """Yield the key and *more* of every row, in order of key."""
        if self.keys is None:
            yield from stream(self.question, *more)
        else:
            yield from stream_keys(self.question, self.keys.tolist(), *more)

    def values(self) -> Iterator[Sequence[sql.Row]]:
        """Yield the key, the value of every column, then the geometry (x and y of points, WKB of others)."""
        drawn = self.question.drawn
        columns = [drawn.values[column.name].label(column.name) for column in self.columns]
        yield from self.pieces(*columns, *geometry_columns(self.question.collection, drawn))


def chosen(choice: Choice, reader: Reader, today: date) -> Chosen:
    """Return the rows that *reader* may see of *choice*."""
    collection, filters = choice.collection, choice.filters
    past = end_of_day(filters.as_of) - timedelta(microseconds=1) if filters.as_of and collection.has_past else None
    wanted = [one for one in collection.told(reader) if not choice.properties or one.name in choice.properties]
    question = Question(collection, reader, tuple(wanted), moment=past)
    tiles = choice.layer.tiles
    if choice.is_whole:
        return Chosen(question)
    if isinstance(tiles, PointTiles):
        selection = tiles.selection(reader, filters, today)
        inside = selection if choice.box is None else selection.within(choice.box)
        return Chosen(question, np.sort(inside.ids()))
    boxes = () if choice.box is None else (choice.box,)
    question = replace(question, boxes=boxes, equal=_equal(collection, filters))
    return Chosen(question)


def _equal(collection: Collection, filters: Filters) -> dict[str, Any]:
    found = {
        name: getattr(filters, asked)
        for asked, name in EQUAL.items()
        if name in collection.by_name and getattr(filters, asked)
    }
    if filters.unit and "unit" in collection.by_name:
        below = sql.read(units_below(filters.unit).with_only_columns(unit.c.code))
        found["unit"] = tuple(sorted({code for (code,) in below})) or ("",)
    return found


def no_layer(name: str) -> WrongParameterError:
    message = _("There is no layer “%(name)s” here that can be exported.")
    return WrongParameterError("layer", message % {"name": name[:64]})
