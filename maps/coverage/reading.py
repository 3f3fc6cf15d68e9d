"""The cells that reach some tiles, as sectors, with what each counts for and why others were left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from infra.spatial.places import Box
from maps.coverage.grid import SIDE, Tile, tile_ids
from maps.coverage.ground import surroundings_for
from maps.coverage.requests import Request
from maps.coverage.sectors import MapSettings, Sectors, joined
from maps.coverage.signals import Surroundings, sectors_of
from maps.radio.emitters import Emitters, LeftOut
from maps.radio.parameters import Parameters
from maps.radio.register import Asked, read_emitters

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Left:
    """A cell of the territory that no map holds, and why."""

    organization: int
    technology: str
    station: int
    code: str
    reason: str
    value: str


@dataclass(frozen=True)
class Reading:
    """Sectors with columns of the same length: ``inside`` where a cell counts, ``assumed`` which values of it are.

    ``surroundings`` is what decided the models, of the units in ``units``.
    """

    sectors: Sectors
    inside: NDArray[np.bool_]
    assumed: Integers
    left: tuple[Left, ...]
    units: tuple[int, ...]
    surroundings: Surroundings

    def without(self, stations: Iterable[int]) -> Self:
        """Return what is left without the cells of *stations*."""
        gone = set(stations)
        kept = ~np.isin(self.sectors.station, list(gone))
        return replace(
            self,
            sectors=self.sectors.take(kept),
            inside=self.inside[kept],
            assumed=self.assumed[kept],
            left=tuple(one for one in self.left if one.station not in gone),
        )

    def of(self, stations: Iterable[int]) -> Sectors:
        """Return the sectors of *stations*."""
        return self.sectors.take(np.isin(self.sectors.station, list(stations)))

    def joined(self, other: Self) -> Self:
        """Return the cells of both."""
        return replace(
            self,
            sectors=joined(self.sectors, other.sectors),
            inside=np.concatenate([self.inside, other.inside]),
            assumed=np.concatenate([self.assumed, other.assumed]),
            left=(*self.left, *other.left),
            units=tuple(sorted({*self.units, *other.units})),
            surroundings=replace(
                self.surroundings, by_unit={**self.surroundings.by_unit, **other.surroundings.by_unit}
            ),
        )


@dataclass(frozen=True)
class Reader:
    """What a run reads of the register for *tiles*; ``units`` are the communes of the territory."""

    asked: Request
    parameters: Parameters
    settings: MapSettings
    units: frozenset[int]
    tiles: tuple[Tile, ...]

    def read(self, stations: Sequence[int] = ()) -> Reading:
        """Return the cells that may reach the tiles, of *stations* only if any are given."""
        found = read_emitters(self._asked(stations), self.parameters)
        here = tile_ids(*np.array(self.tiles, dtype=np.int64).T)
        left = [
            Left(raw["organization"], raw["technology"], raw["station"], raw["code"] or "", one.reason, one.value)
            for one, raw in found.left_out
            if self._stands(raw["unit"] or 0, raw["lon"], raw["lat"], here)
        ]
        return self._reading(found.emitters, left, here)

    def _asked(self, stations: Sequence[int]) -> Asked:
        grid, radius = self.settings.grid, self.settings.radius_m
        bounds = np.array([grid.bounds_of(tile) for tile in self.tiles])
        west, south, east, north = grid.box_deg(
            bounds[:, 0].min() - radius,
            bounds[:, 1].min() - radius,
            bounds[:, 2].max() + radius,
            bounds[:, 3].max() + radius,
        )
        return Asked(
            organizations=(self.asked.organization,) if self.asked.organization else (),
            technologies=self.asked.technologies,
            stations=tuple(stations),
            box=Box(west, south, east, north),
            with_assumed=self.asked.with_assumed,
        )

    def _reading(self, emitters: Emitters, left: list[Left], here: Integers) -> Reading:
        units = np.unique(emitters.unit).tolist()
        surroundings = surroundings_for(units, self.parameters)
        sectors, unheld = sectors_of(emitters, self.parameters, self.settings, surroundings)
        kept = np.ones(len(emitters), dtype=bool)
        kept[[one.row for one in unheld]] = False
        inside = self._inside(emitters, here)
        left += [_left(emitters, one) for one in unheld if inside[one.row]]
        return Reading(sectors, inside[kept], emitters.assumed[kept], tuple(left), tuple(units), surroundings)

    def _inside(self, emitters: Emitters, here: Integers) -> NDArray[np.bool_]:
        """Tell which cells count for these tiles: they stand on them, in a commune of the territory or in none."""
        known = np.isin(emitters.unit, [0, *self.units])
        column, row = self.settings.grid.pixels(emitters.lon, emitters.lat)
        return np.asarray(known & np.isin(tile_ids(column // SIDE, row // SIDE), here))

    def _stands(self, unit: int, lon: float | None, lat: float | None, here: Integers) -> bool:
        """Tell the same of a cell that was left out; a place that is no place counts with the commune alone."""
        if unit and unit not in self.units:
            return False
        if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
            return True
        column, row = self.settings.grid.pixels(lon, lat)
        return bool(np.isin(tile_ids(column // SIDE, row // SIDE), here).all())


def _left(emitters: Emitters, one: LeftOut) -> Left:
    return Left(
        int(emitters.organization[one.row]),
        str(emitters.technology[one.row]),
        int(emitters.station[one.row]),
        str(emitters.code[one.row]),
        one.reason,
        one.value,
    )
