"""What a map says about communes: area, people, roads and villages covered, and by which level."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maps.coverage.manifests import Manifest
from maps.coverage.mosaics import read_tile
from maps.coverage.rasters.filling import NO_LEVEL
from maps.coverage.rasters.tables import HUNDREDTHS
from maps.coverage.rasters.tiles import TileData
from maps.coverage.regions import Places, Region

Shorts = NDArray[np.int16]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Scale:
    """The levels of a map, strongest first, and what counts as covered: dBm."""

    needed_dbm: float
    levels_dbm: tuple[float, ...] = ()

    @property
    def edges(self) -> list[int]:
        """Return the least of each class in hundredths, weakest first: what is covered, then the stronger classes."""
        needed = least(self.needed_dbm)
        return [needed, *sorted(max(least(one), needed) for one in self.levels_dbm)]

    def classes(self, levels: Shorts) -> NDArray[np.uint8]:
        """Return 0 for not covered, then 1 for the weakest class, and so on."""
        found = np.zeros(levels.shape, dtype=np.uint8)
        for edge in self.edges:
            found += levels >= edge
        return found

    def covered(self, levels: Shorts) -> NDArray[np.bool_]:
        return np.asarray(levels >= least(self.needed_dbm))


def least(dbm: float) -> int:
    """Return the least whole number of hundredths that is at least *dbm*."""
    return int(np.ceil(round(dbm * HUNDREDTHS, 6)))


@dataclass(frozen=True)
class Indicator:
    """One commune's figures; ``levels_m2`` by class, strongest first. Roads and villages None: no such layer."""

    unit: int
    area_m2: float
    covered_m2: float
    levels_m2: tuple[float, ...]
    population: float
    population_covered: float
    roads_m: float | None
    roads_covered_m: float | None
    villages: int | None
    villages_covered: int | None


def indicators_of(region: Region, levels: Shorts, scale: Scale) -> list[Indicator]:
    """Return the figures of each commune of *region* for a map's *levels* in its window."""
    classes = scale.classes(levels)
    count, kinds = len(region.communes) + 1, len(scale.levels_dbm) + 2
    joint = region.units_inside * kinds + classes.ravel()[region.inside]
    pixels = np.bincount(joint, minlength=count * kinds).reshape(count, kinds)
    people = np.bincount(joint, weights=region.people_inside, minlength=count * kinds).reshape(count, kinds)
    roads, roads_covered = _along(region, region.roads, classes)
    villages, villages_covered = _along(region, region.villages, classes)
    found = []
    for place, unit in enumerate(region.communes, start=1):
        area = pixels[place] * region.grid.pixel_m2
        found.append(
            Indicator(
                unit=unit,
                area_m2=float(area.sum()),
                covered_m2=float(area[1:].sum()),
                levels_m2=tuple(area[:0:-1].tolist()),
                population=float(people[place].sum()),
                population_covered=float(people[place, 1:].sum()),
                roads_m=None if roads is None else float(roads[place]),
                roads_covered_m=None if roads_covered is None else float(roads_covered[place]),
                villages=None if villages is None else round(villages[place]),
                villages_covered=None if villages_covered is None else round(villages_covered[place]),
            )
        )
    return found


def _along(region: Region, places: Places | None, classes: NDArray[np.uint8]) -> tuple[Floats | None, Floats | None]:
    """Return what the places of each unit stand for, in all and where it is covered."""
    if places is None:
        return None, None
    unit = region.unit[places.row, places.column]
    covered = classes[places.row, places.column] > 0
    count = len(region.communes) + 1
    return (
        np.bincount(unit, weights=places.weight, minlength=count).astype(np.float64),
        np.bincount(unit, weights=places.weight * covered, minlength=count).astype(np.float64),
    )


def read_region(address: str, manifest: Manifest, region: Region) -> tuple[Shorts, list[set[int]]]:
    """Return a map's levels in the window of *region*, and for each commune the ids of the cells that serve in it."""
    levels = np.full(region.window.shape, NO_LEVEL, dtype=np.int16)
    serving: list[set[int]] = [set() for _ in region.communes]
    for tile in region.window.tiles():
        digest = manifest.tiles.get(tile)
        if digest is None:
            continue
        data = read_tile(address, digest)
        place = region.window.place(tile)
        levels[place] = data.level
        if len(data.servers):
            _add_serving(serving, data, region.unit[place])
    return levels, serving


def region_levels(address: str, manifest: Manifest, region: Region) -> Shorts:
    """Return a map's levels in the window of *region*."""
    levels = np.full(region.window.shape, NO_LEVEL, dtype=np.int16)
    for tile in region.window.tiles():
        digest = manifest.tiles.get(tile)
        if digest is not None:
            levels[region.window.place(tile)] = read_tile(address, digest).level
    return levels


def _add_serving(serving: list[set[int]], data: TileData, unit: NDArray[np.int32]) -> None:
    served = (data.server != NO_LEVEL) & (unit > 0)
    wide = len(data.servers)
    pairs = np.flatnonzero(np.bincount(unit[served].astype(np.int64) * wide + data.server[served]))
    for pair in pairs.tolist():
        serving[pair // wide - 1].add(int(data.servers[pair % wide]))


def totals(indicators: Sequence[Indicator]) -> tuple[float, float, float, float]:
    """Return area, area covered, population, population covered of all communes together."""
    return (
        sum(one.area_m2 for one in indicators),
        sum(one.covered_m2 for one in indicators),
        sum(one.population for one in indicators),
        sum(one.population_covered for one in indicators),
    )
