"""Which cells reach which tiles, and under which key a tile lies: the digest of everything that decides it.

A layer is one organization's cells of one technology. Where cells of several organizations count together ("at least
two networks"), the key follows from the keys of their layers, so nothing is computed that is there already.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from maps.coverage.grid import Grid, Tile, tile_id, tile_ids
from maps.coverage.sectors import MapSettings, Sectors

Integers = NDArray[np.int64]

#: the form of tiles and of what computes them; raise it when either changes, so that no old tile is taken for a new one
FORM = 1
#: to write a layer of a tile takes as long as to compute so many sectors
WRITING = 75

Layer = tuple[int, str]


def tile_key(digest: str) -> str:
    """Return where the tile with *digest* lies in the store."""
    return f"tiles/{digest[:2]}/{digest}.tif"


@dataclass(frozen=True)
class Earlier:
    """A tile of the same layer before *stations* changed: its digest, and the names that it had their cells under."""

    digest: str
    changed: tuple[int, ...]
    stations: tuple[int, ...]


@dataclass(frozen=True)
class LayerTile:
    """One layer on one tile: its digest and the rows of the sectors that reach it; what was there, if that helps."""

    layer: Layer
    digest: str
    rows: Integers
    earlier: Earlier | None = None


@dataclass(frozen=True)
class JointTile:
    """Where at least so many organizations cover, with one technology: its digest and those of their layers."""

    technology: str
    at_least: int
    digest: str
    of: tuple[str, ...]


@dataclass
class TilePlan:
    """Everything that is computed on one tile."""

    tile: Tile
    layers: list[LayerTile] = field(default_factory=list)
    joints: list[JointTile] = field(default_factory=list)

    @property
    def digests(self) -> list[str]:
        return [one.digest for one in self.layers] + [one.digest for one in self.joints]

    @property
    def work(self) -> int:
        """How much there is to do, in sectors, for sharing the tiles out: to write a tile takes time as well."""
        return sum(len(one.rows) for one in self.layers) + WRITING * (len(self.layers) + len(self.joints))


@dataclass(frozen=True)
class Plan:
    """All tiles that are reached, in order of their ids, and the layers that there are."""

    settings: MapSettings
    sectors: Sectors
    tiles: list[TilePlan]
    layers: list[Layer]


def plan_tiles(
    sectors: Sectors,
    settings: MapSettings,
    *,
    joints: Sequence[int] = (1, 2, 3),
    within: Iterable[Tile] | None = None,
) -> Plan:
    """Return what to compute: for each tile (of *within*, or all) the layers that reach it."""
    names, layer = layers_of(sectors)
    row, column, south = _reached(sectors, settings.grid)
    if within is not None:
        kept = np.isin(tile_ids(column, south), [tile_id(tile) for tile in within])
        row, column, south = row[kept], column[kept], south[kept]
    order = np.lexsort((sectors.station[row], sectors.cell[row], layer[row], column, south))
    row, column, south = row[order], column[order], south[order]
    records, stamp = sectors.records(), settings.digest()
    plans: dict[Tile, TilePlan] = {}
    starts = _starts(layer[row], column, south)
    for start, end in pairwise([*starts, len(row)]):
        tile = (int(column[start]), int(south[start]))
        rows = row[start:end]
        digest = _digest(stamp, tile_id(tile), records[rows].tobytes())
        plan = plans.setdefault(tile, TilePlan(tile))
        plan.layers.append(LayerTile(names[layer[rows[0]]], digest, rows))
    for plan in plans.values():
        plan.joints = _joints(plan, joints)
    return Plan(settings, sectors, list(plans.values()), names)


def layers_of(sectors: Sectors) -> tuple[list[Layer], Integers]:
    """Return the layers there are, in order, and the place of each sector's."""
    technologies, technology = np.unique(sectors.technology, return_inverse=True)
    both = sectors.organization * max(len(technologies), 1) + technology
    found, place = np.unique(both, return_inverse=True)
    organization, which = np.divmod(found, max(len(technologies), 1))
    names = [(int(one), str(technologies[two])) for one, two in zip(organization, which, strict=True)]
    return names, place.astype(np.int64)


def reached_tiles(sectors: Sectors, grid: Grid) -> set[Tile]:
    """Return the tiles that any of *sectors* reaches."""
    _row, column, south = _reached(sectors, grid)
    return set(zip(column.tolist(), south.tolist(), strict=True))


def near(sectors: Sectors, tiles: Collection[Tile], grid: Grid) -> NDArray[np.bool_]:
    """Tell which of *sectors* may reach any of *tiles*: those that reach the box around them."""
    if not tiles:
        return np.zeros(len(sectors), dtype=bool)
    west, south, _, _ = np.array([grid.bounds_of(tile) for tile in tiles]).min(axis=0)
    _, _, east, north = np.array([grid.bounds_of(tile) for tile in tiles]).max(axis=0)
    off_x = np.maximum(np.maximum(west - sectors.x, sectors.x - east), 0.0)
    off_y = np.maximum(np.maximum(south - sectors.y, sectors.y - north), 0.0)
    return np.asarray(np.hypot(off_x, off_y) <= sectors.reach_m)


def _reached(sectors: Sectors, grid: Grid) -> tuple[Integers, Integers, Integers]:
    """Return pairs of sector and tile (row, tile column, tile row) whose disc and square meet."""
    if not len(sectors):
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty, empty
    size = grid.tile_m
    column = np.floor(sectors.x / size).astype(np.int64)
    south = np.floor(-sectors.y / size).astype(np.int64)
    around = int(np.ceil(sectors.reach_m.max() / size))
    found: list[tuple[Integers, Integers, Integers]] = []
    for down in range(-around, around + 1):
        for aside in range(-around, around + 1):
            to_column, to_south = column + aside, south + down
            left, top = to_column * size, -to_south * size
            off_x = np.maximum(np.maximum(left - sectors.x, sectors.x - left - size), 0.0)
            off_y = np.maximum(np.maximum(sectors.y - top, top - size - sectors.y), 0.0)
            rows = np.flatnonzero(np.hypot(off_x, off_y) <= sectors.reach_m)
            found.append((rows, to_column[rows], to_south[rows]))
    sectors_found, columns, souths = zip(*found, strict=True)
    return np.concatenate(sectors_found), np.concatenate(columns), np.concatenate(souths)


def _starts(*columns: Integers) -> list[int]:
    """Return where a new group begins in columns that are sorted together."""
    if not len(columns[0]):
        return []
    changes = np.zeros(len(columns[0]), dtype=bool)
    changes[0] = True
    for one in columns:
        changes[1:] |= np.diff(one) != 0
    return np.flatnonzero(changes).tolist()


def _digest(*parts: object) -> str:
    made = hashlib.blake2b(str(FORM).encode(), digest_size=20)
    for part in parts:
        made.update(part if isinstance(part, bytes) else repr(part).encode())
    return made.hexdigest()


def _joints(plan: TilePlan, wanted: Sequence[int]) -> list[JointTile]:
    """Return the joint tiles of each technology for which enough organizations reach this tile."""
    by_technology: dict[str, list[str]] = {}
    for one in plan.layers:
        by_technology.setdefault(one.layer[1], []).append(one.digest)
    return [
        JointTile(technology, at_least, _digest("joint", at_least, *sorted(digests)), tuple(digests))
        for technology, digests in sorted(by_technology.items())
        for at_least in wanted
        if len(digests) >= at_least
    ]
