"""Features as GeoJSON text, piece by piece.

Points in longitude and latitude come ready from SpatiaLite, a piece as one text, and are put together from PostgreSQL's
values by ``points``; of others the properties come ready, and geometries are written here.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray

from infra.spatial import sql
from maps.features.collection import Collection, Element
from maps.features.points import BETWEEN, Form, rounded
from maps.features.reading import (
    Question,
    Read,
    Writing,
    geometry_columns,
    json_object,
    json_properties,
    stream,
    stream_key_texts,
    stream_texts,
    stream_written,
)
from maps.features.systems import CRS84, SYSTEMS, System

WGS84 = SYSTEMS[CRS84]


class Pieces:
    """The features of a question as pieces of UTF-8, commas between; ``count`` and ``last`` grow while it is read."""

    def __init__(self, question: Question, system: System = WGS84) -> None:
        self._question, self._system = question, system
        self.count = 0
        self.last: int | None = None

    def __iter__(self) -> Iterator[bytes]:
        between = b""
        for text, count, last in self._read():
            self.count += count
            self.last = last
            if between:
                yield between
            yield text
            between = BETWEEN.encode()

    def _read(self) -> Iterator[Read[bytes]]:
        question, collection = self._question, self._question.collection
        if comes_ready(collection, self._system):
            yield from ready(question)
            return
        wanted = (json_properties(question.columns, question.drawn), *geometry_columns(collection, question.drawn))
        for rows in stream(question, *wanted):
            if rows:
                yield BETWEEN.join(written(collection, rows, self._system)).encode(), len(rows), rows[-1][0]


def comes_ready(collection: Collection, system: System = WGS84) -> bool:
    """Tell whether the database writes the features of *collection* itself."""
    return collection.geometry_type == "Point" and system is WGS84


def ready(question: Question, keys: Iterable[int] | None = None) -> Iterator[Read[bytes]]:
    """Yield features at points in CRS84, those with *keys* or all: a piece, how many it holds, the last key."""
    if sql.vendor() == "postgresql":
        form = Form(question)
        writing = Writing(form.told, form.written, lambda: feature_text(question), BETWEEN)
        yield from stream_written(question, writing, keys)
        return
    text = feature_text(question)
    texts = stream_texts(question, text, BETWEEN) if keys is None else stream_key_texts(question, keys, text, BETWEEN)
    yield from ((whole.encode(), count, last) for whole, count, last in texts)


def feature_text(question: Question) -> Element:
    """Return the text of a feature at a point in CRS84, made by the database."""
    drawn = question.drawn
    numbers = [rounded(number) for number in geometry_columns(question.collection, drawn)]
    parts = [
        *(sa.literal_column("""'{"type":"Feature","id":'"""), drawn.key),
        *(sa.literal_column("""',"geometry":{"type":"Point","coordinates":['"""), numbers[0]),
        *(sa.literal_column("','"), numbers[1], sa.literal_column("""']},"properties":'""")),
        *(json_object(question.columns, drawn), sa.literal_column("'}'")),
    ]
    if sql.vendor() == "postgresql":
        return sa.func.concat(*parts).label("feature")
    return reduce(lambda before, part: before.op("||")(part), parts).label("feature")


def written(collection: Collection, rows: Sequence[Any], system: System = WGS84) -> list[str]:
    """Return rows (key, properties, geometry) as features."""
    return (_points if collection.geometry_type == "Point" else _shapes)(rows, system)


def _points(rows: Sequence[Any], system: System) -> list[str]:
    keys, properties, *lonlat = zip(*rows, strict=True)
    places = np.round(system.points(np.array(lonlat, dtype=np.float64).T), system.decimals).tolist()
    return [
        f'{{"type":"Feature","id":{key},"geometry":{{"type":"Point","coordinates":[{x!r},{y!r}]}},"properties":{told}}}'
        for key, told, (x, y) in zip(keys, properties, places, strict=True)
    ]


def _shapes(rows: Sequence[Any], system: System) -> list[str]:
    def moved(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.round(system.points(lonlat), system.decimals)

    shapes = shapely.transform(shapely.from_wkb([bytes(row[2]) for row in rows]), moved)
    return [
        f'{{"type":"Feature","id":{row[0]},"geometry":{text},"properties":{row[1]}}}'
        for row, text in zip(rows, shapely.to_geojson(shapes).tolist(), strict=True)
    ]
