"""What of the last computation still stands: after a few acts only the stations that they touched are read and planned.

The register's ledger says which those are. Everything else that decides a map is compared as it is; whatever differs,
or cannot be told, makes the next run read and plan all anew. Kept by the process, and only while it is not large.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from infra.models import Band, BaseStation, Cell, Installation, Mast, Site
from maps.coverage.grid import Tile, tile_id
from maps.coverage.ground import surroundings_for
from maps.coverage.planning import Earlier, LayerTile, Plan, TilePlan, near, plan_tiles, reached_tiles
from maps.coverage.reading import Reader, Reading
from maps.coverage.sectors import Sectors, joined, names_of
from maps.queries.stamp import Stamp, look_again, register_state
from maps.radio.antennas import MeasuredPattern
from maps.radio.patterns import Uses
from maps.tiles.changes import TooManyError, acts_between

#: sectors that a process keeps in all: 150 bytes each
MOST_KEPT = 400_000
#: more stations than these are quicker read with all others
MOST_STATIONS = 2_000

Key = tuple[Any, ...]
#: cell -> the antenna that was chosen for it
Antennas = Mapping[int, MeasuredPattern | int]


@dataclass(frozen=True)
class Standing:
    """What was read and planned under which state of the register, and the digests of the maps that came of it."""

    heads: Stamp
    reading: Reading
    tiles: dict[Tile, TilePlan]
    inputs: Mapping[Any, str]
    antennas: Antennas


@dataclass(frozen=True)
class Planned:
    """Tiles to compute with all they take. ``touched`` are those that changed stations reach, None: all may differ.

    ``inputs`` are the digests of the maps of the run before, which differ from this one's on no other tile.
    """

    key: Key
    heads: Stamp
    reading: Reading
    plan: Plan
    antennas: Antennas
    touched: frozenset[Tile] | None = None
    inputs: Mapping[Any, str] = field(default_factory=dict)


_kept: OrderedDict[Key, Standing] = OrderedDict()


def planned(reader: Reader, joints: Sequence[int], ground: str) -> Planned:
    """Return what to compute for a reader's tiles on a *ground* with that digest."""
    look_again()
    state = register_state()
    uses = Uses.read(None)
    key, antennas = _key(reader, joints, ground, state.word, uses), uses.chosen
    before = _kept.pop(key, None)
    found = None if before is None else _after_acts(reader, joints, before, key, state.heads, antennas)
    if found is not None:
        return found
    reading = reader.read()
    plan = plan_tiles(reading.sectors, reader.settings, joints=joints, within=reader.tiles)
    return Planned(key, state.heads, reading, plan, antennas)


class Stand:
    """What a run will leave standing, once its maps are written; nothing where it is too large."""

    def __init__(self) -> None:
        self._blocks: list[Planned] | None = []

    def add(self, block: Planned) -> None:
        if self._blocks is None:
            return
        tiles = [_bare(tile) for tile in block.plan.tiles]
        self._blocks.append(replace(block, plan=replace(block.plan, sectors=block.plan.sectors.take([]), tiles=tiles)))
        if sum(len(one.reading.sectors) for one in self._blocks) > MOST_KEPT:
            self._blocks = None

    def keep(self, inputs: Mapping[Any, str]) -> None:
        """Keep it, with the digests of the maps that were written."""
        for one in self._blocks or ():
            tiles = {tile.tile: tile for tile in one.plan.tiles}
            _kept[one.key] = Standing(one.heads, one.reading, tiles, inputs, one.antennas)
        while sum(len(one.reading.sectors) for one in _kept.values()) > MOST_KEPT:
            _kept.popitem(last=False)


def _key(reader: Reader, joints: Sequence[int], ground: str, word: str, uses: Uses) -> Key:
    asked = reader.asked
    return (
        word,
        (asked.organization, asked.technologies, asked.with_assumed),
        reader.parameters.digest(),
        reader.settings.digest(),
        repr(uses.general),
        tuple(Band.objects.order_by("pk").values_list("pk", "low_mhz", "high_mhz")),
        reader.units,
        reader.tiles,
        tuple(joints),
        ground,
    )


def _bare(tile: TilePlan) -> TilePlan:
    """Return a tile's digests without the rows that made them."""
    nothing = np.zeros(0, dtype=np.int64)
    return TilePlan(tile.tile, [LayerTile(one.layer, one.digest, nothing) for one in tile.layers], tile.joints)


def _after_acts(
    reader: Reader, joints: Sequence[int], before: Standing, key: Key, heads: Stamp, antennas: Antennas
) -> Planned | None:
    """Return what to compute when only acts lie between; None where that cannot be told."""
    stations = _stations(before.heads, heads, _others(before.antennas, antennas))
    reading = before.reading
    if stations is None or surroundings_for(reading.units, reader.parameters) != reading.surroundings:
        return None
    then = reading.of(stations)
    if stations:
        reading = reading.without(stations).joined(reader.read(sorted(stations)))
    reached = joined(then, reading.of(stations))
    touched = frozenset(reached_tiles(reached, reader.settings.grid)) & set(reader.tiles)
    sectors = reading.sectors.take(near(reading.sectors, touched, reader.settings.grid))
    plan = plan_tiles(sectors, reader.settings, joints=joints, within=touched)
    for tile in plan.tiles:
        held = before.tiles.get(tile.tile)
        tile.layers = [_with_earlier(one, held, then, sectors, stations) for one in tile.layers]
    same = [tile for tile in before.tiles.values() if tile.tile not in touched]
    tiles = sorted([*plan.tiles, *same], key=lambda one: tile_id(one.tile))
    return Planned(key, heads, reading, replace(plan, tiles=tiles), antennas, touched, before.inputs)


def _others(before: Antennas, now: Antennas) -> list[int]:
    """Return the cells that other antennas were chosen for."""
    return [cell for cell in {**before, **now} if before.get(cell) != now.get(cell)]


def _stations(before: Stamp, now: Stamp, cells: Sequence[int]) -> set[int] | None:
    """Return the stations that were touched between two states and those of *cells*; None where that cannot be told."""
    acts = acts_between(before, now)
    if acts is None or len(cells) > MOST_STATIONS:
        return None
    try:
        found = acts.ids(Installation) | acts.ids(BaseStation) | acts.ids(Cell, "station_id")
        masts, sites = acts.ids(Mast), acts.ids(Site)
    except TooManyError:
        return None
    found.update(Cell.objects.filter(pk__in=cells).values_list("station_id", flat=True) if cells else ())
    if max(len(found), len(masts), len(sites)) > MOST_STATIONS:
        return None
    on_masts = Installation.objects.filter(mast__in=masts) if masts else Installation.objects.none()
    on_sites = Installation.objects.filter(site__in=sites) if sites else Installation.objects.none()
    found.update(on_masts.values_list("pk", flat=True), on_sites.values_list("pk", flat=True))
    return found if len(found) <= MOST_STATIONS else None


def _with_earlier(
    one: LayerTile, tile: TilePlan | None, then: Sectors, sectors: Sectors, stations: set[int]
) -> LayerTile:
    """Add what is there of a layer on a tile already, where all but the changed stations stays as it was."""
    held = () if tile is None else tile.layers
    earlier = next((kept for kept in held if kept.layer == one.layer and kept.digest != one.digest), None)
    if earlier is None:
        return one
    of_layer = (then.organization == one.layer[0]) & (then.technology == one.layer[1])
    if len({*then.floor_dbm[of_layer].tolist(), *sectors.floor_dbm[one.rows].tolist()}) != 1:
        return one
    changed = tuple(sorted(set(names_of(then).tolist())))
    return replace(one, earlier=Earlier(earlier.digest, changed, tuple(sorted(stations))))


def plan_whole(reader: Reader, joints: Sequence[int], reading: Reading) -> Plan:
    """Return the plan of all tiles: for a store that has lost some of those that did not change."""
    return plan_tiles(reading.sectors, reader.settings, joints=joints, within=reader.tiles)
