"""Compares maps: one network with another, one day with another, a country with and without a technology.

Each side is one map or several: a place is covered on a side where any of its maps covers it. "Without 2G" is all
technologies of a network on the one side and all but 2G on the other; what only the first covers loses all service.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from maps.coverage.grid import Grid, Tile
from maps.coverage.manifests import Manifest, read_manifest
from maps.coverage.mosaics import people_at, tile_at, units_at_tile
from maps.coverage.points import scale_of
from maps.models import CoverageMap

Mask = NDArray[np.bool_]


class UnlikeMapsError(ValueError):
    """The maps are on different grids or of different territories, so their pixels cannot be compared."""


@dataclass
class Difference:
    """What two sides cover: square metres and people, on the first, on the second, only on either, on both."""

    first_m2: float = 0.0
    second_m2: float = 0.0
    lost_m2: float = 0.0
    won_m2: float = 0.0
    first_people: float = 0.0
    second_people: float = 0.0
    lost_people: float = 0.0
    won_people: float = 0.0

    @property
    def first_km2(self) -> float:
        return self.first_m2 / 1e6

    @property
    def second_km2(self) -> float:
        return self.second_m2 / 1e6

    @property
    def lost_km2(self) -> float:
        return self.lost_m2 / 1e6

    @property
    def won_km2(self) -> float:
        return self.won_m2 / 1e6

    @property
    def lost_count(self) -> int:
        return round(self.lost_people)

    def add(self, first: Mask, second: Mask, people: NDArray[np.float32], pixel_m2: float) -> None:
        lost, won = first & ~second, second & ~first
        for name, mask in (("first", first), ("second", second), ("lost", lost), ("won", won)):
            setattr(self, f"{name}_m2", getattr(self, f"{name}_m2") + float(mask.sum()) * pixel_m2)
            counted = float(people[mask].sum(dtype=np.float64))
            setattr(self, f"{name}_people", getattr(self, f"{name}_people") + counted)


@dataclass
class Comparison:
    """The difference in all, and by the id of each commune that loses or wins anything."""

    whole: Difference = field(default_factory=Difference)
    by_unit: dict[int, Difference] = field(default_factory=lambda: defaultdict(Difference))


Side = Sequence[tuple[CoverageMap, Manifest]]


def sides_of(first: Sequence[CoverageMap], second: Sequence[CoverageMap]) -> tuple[Side, Side, Manifest]:
    """Return both sides with their lists of tiles, and the list that says whose the ground is (the second's).

    Raises UnlikeMapsError for maps on different grids.
    """
    read = {one.pk: read_manifest(settings.COVERAGE_STORE, one.manifest) for one in (*first, *second)}
    grids: set[Grid] = {manifest.grid for manifest in read.values()}
    if len(grids) != 1:
        raise UnlikeMapsError("Maps of different resolutions cannot be compared pixel by pixel.")
    return (
        [(one, read[one.pk]) for one in first],
        [(one, read[one.pk]) for one in second],
        read[(second or first)[0].pk],
    )


def covered_on(side: Side, tile: Tile) -> Mask:
    """Return where any map of *side* covers *tile*."""
    covered: Mask | None = None
    for coverage, manifest in side:
        here = scale_of(coverage).covered(tile_at(settings.COVERAGE_STORE, manifest, tile).level)
        covered = here if covered is None else covered | here
    assert covered is not None
    return covered


def compare(first: Sequence[CoverageMap], second: Sequence[CoverageMap]) -> Comparison:
    """Return what the second side loses and wins against the first. Raises UnlikeMapsError."""
    before, after, ground = sides_of(first, second)
    found = Comparison()
    tiles = {tile for _, manifest in (*before, *after) for tile in manifest.tiles}
    for tile in sorted(tiles):
        units = units_at_tile(settings.COVERAGE_STORE, ground, tile)
        inside = units > 0
        if not inside.any():
            continue
        people = people_at(settings.COVERAGE_STORE, ground, tile)
        one, other = covered_on(before, tile) & inside, covered_on(after, tile) & inside
        found.whole.add(one, other, people, ground.grid.pixel_m2)
        for unit in np.unique(units[one != other]).tolist():
            here = units == unit
            found.by_unit[unit].add(one & here, other & here, people, ground.grid.pixel_m2)
    return found
