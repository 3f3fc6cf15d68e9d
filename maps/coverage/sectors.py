"""What the rasters are made of: settings of a map and its sectors as columns. Travels to workers, knows no database."""

import hashlib
import json
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
