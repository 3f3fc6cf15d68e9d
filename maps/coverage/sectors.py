"""What the rasters are made of: settings of a map and its sectors as columns. Travels to workers, knows no database."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from maps.coverage.grid import CENTRE, RESOLUTION_M, Grid
from maps.coverage.losses import AUTO, LossModel, Margins, RadioSite
from maps.radio.antennas import Pattern

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class MapSettings:
    """What is the same for every cell of a map."""

    resolution_m: int = RESOLUTION_M
    radius_m: float = 10_000.0
    receiver_height_m: float = 1.5
    model: str = AUTO
    centre: tuple[float, float] = CENTRE
    margins: Margins = field(default_factory=Margins)

    @property
    def grid(self) -> Grid:
        return Grid(self.resolution_m, self.centre)

    def digest(self) -> bytes:
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=16).digest()


@dataclass(frozen=True)
class Sectors:
    """What the rasters are made of, one row a cell, on the grid: metres, degrees clockwise from grid north, dBm.

    ``loss`` is a place in ``sites`` and ``models``, ``pattern`` one in ``patterns``; ``reach_m`` is where the cell
    falls below ``floor_dbm`` or its model ends. Plain arrays and small objects: they travel to workers as they are.
    """

    cell: Integers
    station: Integers
    organization: Integers
    technology: NDArray[np.str_]
    x: Floats
    y: Floats
    azimuth_deg: Floats
    electrical_tilt_deg: Floats
    tilt_deg: Floats
    height_m: Floats
    level_dbm: Floats
    floor_dbm: Floats
    reach_m: Floats
    loss: Integers
    pattern: Integers
    is_assumed: NDArray[np.bool_]
    sites: tuple[RadioSite, ...]
    models: tuple[LossModel, ...]
    patterns: tuple[Pattern, ...]
    receiver_height_m: float = 1.5

    def __len__(self) -> int:
        return len(self.cell)

    def take(self, rows: Any) -> Self:
        """Return the rows that a mask or places choose, with only the losses and patterns that they use."""
        columns = {name: getattr(self, name)[rows] for name in _COLUMNS}
        used, columns["loss"] = np.unique(columns["loss"], return_inverse=True)
        kept, columns["pattern"] = np.unique(columns["pattern"], return_inverse=True)
        return type(self)(
            **columns,
            sites=tuple(self.sites[place] for place in used.tolist()),
            models=tuple(self.models[place] for place in used.tolist()),
            patterns=tuple(self.patterns[place] for place in kept.tolist()),
            receiver_height_m=self.receiver_height_m,
        )

    def records(self) -> NDArray[np.void]:
        """Return everything that decides a sector's levels as fixed bytes a row, for digests of inputs."""
        numbers = [np.nan_to_num(getattr(self, name).astype(np.float64), nan=-1.0) for name in _NUMBERS]
        losses = np.array([_digest(*pair) for pair in zip(self.sites, self.models, strict=True)], dtype=np.uint64)
        patterns = np.array([_digest(one) for one in self.patterns], dtype=np.uint64)
        columns = [*numbers, self.cell.astype(np.float64), self.station.astype(np.float64)]
        rows = np.zeros(len(self), dtype=[("numbers", np.float64, (len(columns),)), ("shared", np.uint64, (2,))])
        rows["numbers"] = np.stack(columns, axis=1) if len(self) else 0
        rows["shared"][:, 0] = losses[self.loss] if len(self) else 0
        rows["shared"][:, 1] = patterns[self.pattern] if len(self) else 0
        return rows


def names_of(sectors: Sectors) -> Integers:
    """Return what tiles name *sectors* by: the cell's id, or its station's, negative, where the cell is assumed."""
    return np.where(sectors.cell == 0, -sectors.station, sectors.cell)


def _renumbered(places: Integers, things: Sequence[Any], numbers: Mapping[Any, int]) -> Integers:
    return np.array([numbers[one] for one in things], dtype=np.int64)[places] if len(places) else places


def joined(first: Sectors, second: Sectors) -> Sectors:
    """Return the rows of both; losses and patterns that are equal are shared."""
    parts = (first, second)
    losses = [list(zip(one.sites, one.models, strict=True)) for one in parts]
    pairs = {pair: place for place, pair in enumerate(dict.fromkeys([*losses[0], *losses[1]]))}
    patterns = {one: place for place, one in enumerate(dict.fromkeys([*first.patterns, *second.patterns]))}
    columns = {name: np.concatenate([getattr(one, name) for one in parts]) for name in _COLUMNS}
    columns["loss"] = np.concatenate(
        [_renumbered(one.loss, own, pairs) for one, own in zip(parts, losses, strict=True)]
    )
    columns["pattern"] = np.concatenate([_renumbered(one.pattern, one.patterns, patterns) for one in parts])
    return Sectors(
        **columns,
        sites=tuple(site for site, _model in pairs),
        models=tuple(model for _site, model in pairs),
        patterns=tuple(patterns),
        receiver_height_m=first.receiver_height_m,
    )


_SHARED = ("sites", "models", "patterns", "receiver_height_m")
_COLUMNS = tuple(f.name for f in fields(Sectors) if f.name not in _SHARED)
_NUMBERS = (
    "x",
    "y",
    "azimuth_deg",
    "electrical_tilt_deg",
    "tilt_deg",
    "height_m",
    "level_dbm",
    "floor_dbm",
    "reach_m",
)


def _digest(*things: Any) -> int:
    return int.from_bytes(hashlib.blake2b(repr(things).encode(), digest_size=8).digest(), "little")
