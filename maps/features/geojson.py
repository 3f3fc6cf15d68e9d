"""Features as GeoJSON text, piece by piece.

Points in longitude and latitude come ready from the database, a piece as one text; of others the properties do, and
geometries are written here.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray

from infra.spatial import sql
from maps.features.collection import Collection, Element
from maps.features.reading import Question, geometry_columns, json_object, json_properties, stream, stream_texts
from maps.features.systems import CRS84, DEGREE_DECIMALS, SYSTEMS, System

WGS84 = SYSTEMS[CRS84]
BETWEEN = ",\n"


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
            yield text.encode() if isinstance(text, str) else text
            between = BETWEEN.encode()

    def _read(self) -> Iterator[tuple[str | bytes, int, int]]:
        question, collection = self._question, self._question.collection
        if comes_ready(collection, self._system):
            yield from stream_texts(question, feature_text(question), BETWEEN, encoded=True)
            return
        wanted = (json_properties(question.columns, question.drawn), *geometry_columns(collection, question.drawn))
        for rows in stream(question, *wanted):
            if rows:
                yield BETWEEN.join(written(collection, rows, self._system)), len(rows), rows[-1][0]


def comes_ready(collection: Collection, system: System = WGS84) -> bool:
    """Tell whether the database writes the features of *collection* itself."""
    return collection.geometry_type == "Point" and system is WGS84


def feature_text(question: Question) -> Element:
    """Return the text of a feature at a point in CRS84, made by the database."""
    drawn = question.drawn
    numbers = [_rounded(number) for number in geometry_columns(question.collection, drawn)]
    parts = [
        *(sa.literal_column("""'{"type":"Feature","id":'"""), drawn.key),
        *(sa.literal_column("""',"geometry":{"type":"Point","coordinates":['"""), numbers[0]),
        *(sa.literal_column("','"), numbers[1], sa.literal_column("""']},"properties":'""")),
        *(json_object(question.columns, drawn), sa.literal_column("'}'")),
    ]
    if sql.vendor() == "postgresql":
        return sa.func.concat(*parts).label("feature")
    return reduce(lambda before, part: before.op("||")(part), parts).label("feature")


def _rounded(degrees: Element) -> Element:
    """Return degrees to a centimetre, as the number nearest to so few decimals."""
    if sql.vendor() == "postgresql":
        many: Element = sa.literal_column(f"1e{DEGREE_DECIMALS}::float8", sa.Double())
        return sa.func.round(degrees * many) / many
    return sa.func.round(degrees, DEGREE_DECIMALS)


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
