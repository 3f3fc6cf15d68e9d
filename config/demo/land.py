"""The ground the demo stands on: communes with population, roads between them, points along roads and in villages.

Roads join the centroids of neighbouring communes (Gabriel graph) and are bent a little; they are as schematic as the
boundaries and never shown as a survey.
"""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from shapely import LineString, MultiPolygon, Point

from infra.models import AdministrativeUnit, Authority, UnitLevel

METRES_PER_DEGREE = 111_320.0
URBAN = "phuong"


@dataclass(frozen=True)
class Commune:
    """A commune of the demo: its row, its boundary as shapely geometry, its centroid and weight."""

    unit: AdministrativeUnit
    boundary: MultiPolygon
    lon: float
    lat: float
    population: int

    @property
    def is_urban(self) -> bool:
        return self.unit.type_id == URBAN


@dataclass(frozen=True)
class Road:
    """A stretch between two communes (positions in the list of communes), as a line in degrees."""

    name: str
    ends: tuple[int, int]
    line: LineString


class Land:
    """Everything positions are drawn from. *random* is shared with the other parts, so order of use matters."""

    def __init__(self, authority: Authority, random: np.random.Generator) -> None:
        self.random = random
        self.names: dict[str, Any] = json.loads(
            (Path(settings.BASE_DIR) / "fixtures/demo/names.json").read_text(encoding="utf-8")
        )
        self.communes = _communes(authority)
        weights = np.array([commune.population for commune in self.communes], dtype=float) ** 0.85
        self.weights = weights / weights.sum()
        self.roads = self._roads()
        self._roads_by_commune = [
            [road for road in self.roads if place in road.ends] for place in range(len(self.communes))
        ]
        self._villages = [self._village_centres(commune) for commune in self.communes]

    def choose(self, count: int) -> list[int]:
        """Return *count* communes by population, each commune at least once while they last; as positions."""
        every = list(range(len(self.communes)))
        if count <= len(every):
            return sorted(self.random.choice(every, count, replace=False).tolist())
        more = self.random.choice(every, count - len(every), p=self.weights)
        return sorted(every + more.tolist())

    def point(self, place: int, *, by_road: float = 0.6, spread_m: float = 90.0) -> tuple[float, float, str]:
        """Return (lon, lat, address) in a commune: by a road with probability *by_road*, else in a village."""
        commune = self.communes[place]
        for _ in range(40):
            if self.random.random() < by_road and self._roads_by_commune[place]:
                lon, lat, address = self._by_road(place, spread_m)
            else:
                lon, lat, address = self._in_village(place)
            if commune.boundary.contains(Point(lon, lat)):
                return round(lon, 6), round(lat, 6), address
        return round(commune.lon, 6), round(commune.lat, 6), f"trung tâm, {commune.unit.full_name}"

    def along(self, first: int, second: int) -> LineString:
        """Return a line between two communes: the road that joins them, or a straight one."""
        for road in self._roads_by_commune[first]:
            if second in road.ends:
                return road.line if road.ends[0] == first else road.line.reverse()
        a, b = self.communes[first], self.communes[second]
        return LineString([(a.lon, a.lat), (b.lon, b.lat)])

    def _by_road(self, place: int, spread_m: float) -> tuple[float, float, str]:
        roads = self._roads_by_commune[place]
        road = roads[int(self.random.integers(len(roads)))]
        share = self.random.random() * 0.5
        at = road.line.interpolate(share if road.ends[0] == place else 1 - share, normalized=True)
        east, north = self.random.normal(0, spread_m, 2) / METRES_PER_DEGREE
        return (
            at.x + east / np.cos(np.radians(at.y)),
            at.y + north,
            f"{road.name}, {self.communes[place].unit.full_name}",
        )

    def _in_village(self, place: int) -> tuple[float, float, str]:
        commune = self.communes[place]
        centres = self._villages[place]
        number = int(self.random.integers(len(centres)))
        lon, lat = centres[number]
        east, north = self.random.normal(0, 220, 2) / METRES_PER_DEGREE
        return lon + east / np.cos(np.radians(lat)), lat + north, self._address(commune, number)

    def _address(self, commune: Commune, number: int) -> str:
        if commune.is_urban:
            street = self.names["streets"][number % len(self.names["streets"])]
            return f"số {int(self.random.integers(1, 400))} đường {street}, {commune.unit.full_name}"
        return f"thôn {self.names['hamlets'][number % len(self.names['hamlets'])]}, {commune.unit.full_name}"

    def _village_centres(self, commune: Commune) -> list[tuple[float, float]]:
        count = int(np.clip(commune.population / 3500, 3, 14))
        x0, y0, x1, y1 = commune.boundary.bounds
        centres: list[tuple[float, float]] = []
        while len(centres) < count:
            lon, lat = self.random.uniform(x0, x1), self.random.uniform(y0, y1)
            if commune.boundary.contains(Point(lon, lat)):
                centres.append((lon, lat))
        return centres

    def _roads(self) -> list[Road]:
        named = {}
        place = {commune.unit.code: i for i, commune in enumerate(self.communes)}
        for road in self.names["roads"]:
            stops = [place[code] for code in road["communes"] if code in place]
            named.update({tuple(sorted(pair)): road["name"] for pair in itertools.pairwise(stops)})
        pairs = sorted(set(_gabriel(self.communes)) | set(named))
        return [
            Road(named.get(pair, f"ĐH{number:02d}"), (pair[0], pair[1]), self._bent(pair[0], pair[1]))
            for number, pair in enumerate(pairs, 1)
        ]

    def _bent(self, first: int, second: int) -> LineString:
        a, b = self.communes[first], self.communes[second]
        steps = np.linspace(0, 1, 7)
        lon, lat = a.lon + (b.lon - a.lon) * steps, a.lat + (b.lat - a.lat) * steps
        length = float(np.hypot(b.lon - a.lon, b.lat - a.lat))
        shift = self.random.normal(0, length * 0.04, (2, 7)) * np.sin(np.pi * steps)
        return LineString(np.round(np.column_stack([lon + shift[0], lat + shift[1]]), 6))


def _communes(authority: Authority) -> list[Commune]:
    units = AdministrativeUnit.objects.filter(
        level=UnitLevel.COMMUNE, valid_to__isnull=True, parent__in=authority.territory.all(), boundary__isnull=False
    )
    found = []
    for unit in units.select_related("type").order_by("code"):
        assert unit.boundary is not None
        boundary = shapely.from_wkb(bytes(unit.boundary.wkb))
        shapely.prepare(boundary)
        inside = unit.centroid or unit.boundary.point_on_surface
        found.append(Commune(unit, boundary, inside.x, inside.y, unit.population or 15_000))
    return found


def _gabriel(communes: list[Commune]) -> list[tuple[int, int]]:
    """Return the pairs of neighbours with no third commune inside the circle over them."""
    x = np.array([commune.lon * np.cos(np.radians(commune.lat)) for commune in communes])
    y = np.array([commune.lat for commune in communes])
    squared = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    return [
        (i, j)
        for i, j in itertools.combinations(range(len(communes)), 2)
        if not np.any(squared[i] + squared[j] < squared[i, j] * 0.999)
    ]
