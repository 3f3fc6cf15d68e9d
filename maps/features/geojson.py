"""Features as GeoJSON text, piece by piece: properties come ready from the database, geometries are written here."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from maps.features.collection import Collection
from maps.features.reading import Question, geometry_columns, json_properties, stream
from maps.features.systems import CRS84, SYSTEMS, System

WGS84 = SYSTEMS[CRS84]


class Pieces:
    """The features of a question as pieces of text, commas between; ``count`` and ``last`` grow while it is read."""

    def __init__(self, question: Question, system: System = WGS84) -> None:
        self._question, self._system = question, system
        self.count = 0
        self.last: int | None = None

    def __iter__(self) -> Iterator[str]:
        collection = self._question.collection
        drawn = self._question.drawn
        wanted = (json_properties(self._question.columns, drawn), *geometry_columns(collection, drawn))
        between = ""
        for rows in stream(self._question, *wanted):
            self.count += len(rows)
            self.last = rows[-1][0]
            yield between + ",\n".join(written(collection, rows, self._system))
            between = ",\n"


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
