"""One run, from the register to maps: read cells, compute the tiles that are missing, count, list gaps, write.

The territory is worked through in blocks of tiles, so that a country takes no more memory than a province.
"""

import hashlib
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
from django.conf import settings as django_settings
from django.utils import timezone
from numpy.typing import NDArray

from infra.models import AdministrativeUnit
from maps.coverage import runner
from maps.coverage.drafting import Frame, Key, Layer, drafts_of, map_key
from maps.coverage.grid import Tile
from maps.coverage.ground import Province, ground_of, provinces_of
from maps.coverage.losses import Margins
from maps.coverage.mosaics import Window, encode_people, encode_units, people_key, units_key
from maps.coverage.planning import Plan, layers_of, tile_key
from maps.coverage.reading import Left, Reader, Reading
from maps.coverage.regions import Region, kept_region_of
from maps.coverage.requests import Request, WrongRequestError
from maps.coverage.sectors import MapSettings
from maps.coverage.standing import Stand, plan_whole, planned
from maps.coverage.store import Store
from maps.coverage.work import batches_of
from maps.models import CoverageMap, CoverageRun, Omission
from maps.radio.emitters import Assumed
from maps.radio.parameters import Parameters
from maps.services.coverage import run_fail, run_finish, run_progress, run_start

logger = logging.getLogger(__name__)

#: tiles on a side of a block: 205 km at 50 m
BLOCK = 16
JOINTS = (1, 2, 3)
#: seconds between two notes of how far a run is
NOTE_EVERY_S = 1.0

Say = Callable[[str], None]


def compute(run: CoverageRun, say: Say = lambda _text: None) -> list[CoverageMap]:
    """Compute what *run* asks for and write its maps; return the maps that now hold.

    May be repeated: what is in the store is not computed again. Raises what went wrong after noting it with the run.
    """
    run_start(run)
    try:
        return _Computation(run, say).work()
    except WrongRequestError as error:
        run_fail(run, str(error))
        raise
    except Exception as error:
        run_fail(run, f"{type(error).__name__}: {error}")
        logger.exception("coverage run %s failed", run.pk)
        raise


def blocks_of(tiles: list[Tile]) -> list[list[Tile]]:
    """Return *tiles* in blocks that are worked through one after the other; a province is one where it fits."""
    window = Window.around(tiles)
    if window.wide * window.high <= BLOCK * BLOCK:
        return [tiles]
    blocks: dict[Tile, list[Tile]] = defaultdict(list)
    for tile in tiles:
        blocks[tile[0] // BLOCK, tile[1] // BLOCK].append(tile)
    return list(blocks.values())


class _Computation:
    """The state of one run."""

    def __init__(self, run: CoverageRun, say: Say) -> None:
        self.run, self.say = run, say
        self.asked = Request.of(run.asked)
        self.day = timezone.localdate()
        self.parameters = Parameters.on(self.day)
        self.store = Store(django_settings.COVERAGE_STORE)
        self.settings = MapSettings(
            resolution_m=self.asked.resolution_m,
            radius_m=self.parameters.value("radius_m"),
            receiver_height_m=self.parameters.value("receiver_height_m"),
            model=self.asked.model,
            centre=django_settings.COVERAGE_GRID,
            margins=Margins(self.asked.clutter_percent, self.asked.building, self.asked.building_percent),
        )
        self.area = AdministrativeUnit.objects.get(pk=self.asked.area) if self.asked.area else None
        self.layers: dict[Key, Layer] = defaultdict(Layer)
        self.omissions: list[Omission] = []
        self.assumed_cells: set[int] = set()
        self.seconds: dict[str, float] = defaultdict(float)
        #: digests of the regions
        self.ground: set[str] = set()
        self.prefix = ""
        #: ids of the territory's communes
        self.units: set[int] = set()
        #: tiles that may differ from those of the run before, None: all
        self.touched: frozenset[Tile] | None = frozenset()
        #: digests of the maps of that run
        self.inputs: Mapping[Key, str] = {}
        self.stand = Stand()
        self._region: tuple[int, Region | None] | None = None

    def work(self) -> list[CoverageMap]:
        provinces = provinces_of(self.run.authority, self.area, self.day)
        with self.timed("ground"):
            tiles = self.tiles_of(provinces)
        if not tiles:
            raise WrongRequestError("No commune of the territory has a boundary: import units first.")
        blocks = blocks_of(tiles)
        for number, block in enumerate(blocks, start=1):
            self.say(f"block {number} of {len(blocks)}: {len(block)} tiles")
            self.compute_block(block)
        with self.timed("indicators"):
            regions = (region for one in provinces if (region := self.region(one)) is not None)
            drafts = drafts_of(self.frame(), self.layers.items(), regions, self.assumed_cells)
        with self.timed("writing"):
            maps = run_finish(self.run, drafts, self.omissions, {k: round(v, 3) for k, v in self.seconds.items()})
        self.stand.keep({map_key(draft.map): draft.map.inputs for draft in drafts})
        return maps

    def frame(self) -> Frame:
        return Frame(
            run=self.run,
            asked=self.asked,
            parameters=self.parameters,
            settings=self.settings,
            area=self.area,
            day=self.day,
            store=self.store,
            ground=self.ground_digest(),
            prefix=self.prefix,
            touched=self.touched,
            inputs=self.inputs,
        )

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[step] += time.perf_counter() - start

    # --- Ground -------------------------------------------------------------------------------------------------------

    def region(self, province: Province) -> Region | None:
        """Return a province's region; the last one is kept, which is all of them where there is one."""
        if self._region is None or self._region[0] != province.unit.pk:
            ground = ground_of(self.run.authority, province)
            self._region = (province.unit.pk, kept_region_of(self.settings.grid, province.communes, ground))
        return self._region[1]

    def tiles_of(self, provinces: list[Province]) -> list[Tile]:
        """Return the tiles that hold any pixel of the territory; keep whose those are and who lives there."""
        tiles: dict[Tile, tuple[NDArray[np.int32], NDArray[np.float32]]] = {}
        for province in provinces:
            region = self.region(province)
            if region is None:
                continue
            self.ground.add(region.digest)
            self.units.update(region.communes)
            for tile in region.window.tiles():
                place = region.window.place(tile)
                units, people = region.ids(place), region.people[place]
                if tile in tiles:
                    units, people = np.maximum(tiles[tile][0], units), tiles[tile][1] + people
                if units.any():
                    tiles[tile] = (units, people)
        self.prefix = f"ground/{self.ground_digest()[:24]}"
        there = self.store.existing(units_key(self.prefix, tile) for tile in tiles)
        for tile, (units, people) in tiles.items():
            if units_key(self.prefix, tile) not in there:
                self.store.write(people_key(self.prefix, tile), encode_people(people))
                self.store.write(units_key(self.prefix, tile), encode_units(units))
        return sorted(tiles)

    def ground_digest(self) -> str:
        return hashlib.blake2b("".join(sorted(self.ground)).encode(), digest_size=20).hexdigest()

    # --- Tiles --------------------------------------------------------------------------------------------------------

    def compute_block(self, tiles: list[Tile]) -> None:
        """Compute the missing tiles of one block and note under which digests all of them lie."""
        reader = Reader(self.asked, self.parameters, self.settings, frozenset(self.units), tuple(tiles))
        joints = () if self.asked.organization else JOINTS
        with self.timed("planning"):
            found = planned(reader, joints, self.prefix)
            self.count(found.reading)
        self.touched = None if found.touched is None or self.touched is None else self.touched | found.touched
        self.inputs = found.inputs
        self.stand.add(found)
        self.note(found.plan)
        with self.timed("tiles"):
            self.execute(found.plan, len(found.reading.sectors), lambda: plan_whole(reader, joints, found.reading))

    def leave_out(self, left: Left) -> None:
        self.layers[left.organization, left.technology, 1].left_out += 1
        self.omissions.append(
            Omission(
                organization_id=left.organization,
                technology=left.technology,
                station_id=left.station,
                cell_code=left.code,
                reason=left.reason,
                value=left.value,
            )
        )

    def count(self, reading: Reading) -> None:
        """Count the cells that stand on these tiles, by map: how many, with what assumed, by which model."""
        for left in reading.left:
            self.leave_out(left)
        sectors, assumed = reading.sectors, reading.assumed
        self.assumed_cells.update(sectors.cell[sectors.is_assumed].tolist())
        layers, place = layers_of(sectors)
        for number, (organization, technology) in enumerate(layers):
            rows = np.flatnonzero(reading.inside & (place == number))
            flags = {one.name.lower(): int(((assumed[rows] & one) != 0).sum()) for one in Assumed if one.name}
            marked = np.flatnonzero((place == number) & sectors.is_assumed)
            named = np.sort(np.where(sectors.cell[marked] == 0, -sectors.station[marked], sectors.cell[marked]))
            mark = hashlib.blake2b(named.astype("<i8").tobytes(), digest_size=8).hexdigest()
            models = np.bincount(sectors.loss[rows], minlength=len(sectors.models)).tolist()
            for key in self.keys_of(organization, technology):
                layer = self.layers[key]
                layer.cells += len(rows)
                layer.marks.append(mark)
                layer.assumed += int(sectors.is_assumed[rows].sum())
                layer.counts.update({name: n for name, n in flags.items() if n})
                for model, cells in zip(sectors.models, models, strict=True):
                    if cells:
                        layer.models[model.name] += cells

    def keys_of(self, organization: int, technology: str) -> list[Key]:
        joint: list[Key] = [] if self.asked.organization else [(None, technology, one) for one in JOINTS]
        return [(organization, technology, 1), *joint]

    def note(self, plan: Plan) -> None:
        """Note under which digest each map's tiles lie."""
        for tile in plan.tiles:
            for one in tile.layers:
                self.layers[one.layer[0], one.layer[1], 1].tiles[tile.tile] = one.digest
            for joint in tile.joints:
                self.layers[None, joint.technology, joint.at_least].tiles[tile.tile] = joint.digest

    def execute(self, plan: Plan, cells: int, whole: Callable[[], Plan]) -> None:
        """Compute what is not in the store, here or on the cluster, and note how far it is.

        *whole* says how every tile is computed, should the store have lost one that did not change.
        """
        digests = {digest for tile in plan.tiles for digest in tile.digests}
        there = self.store.existing(map(tile_key, digests))
        kept = frozenset(digest for digest in digests if tile_key(digest) in there)
        if not all(len(one.rows) or one.digest in kept for tile in plan.tiles for one in tile.layers):
            plan = whole()
        scheduler = django_settings.DASK_SCHEDULER
        batches = batches_of(plan, self.store.address, work=runner.work_of(scheduler, plan), kept=kept)
        run = self.run
        run_progress(
            run,
            tiles=run.tiles + len(plan.tiles),
            tiles_kept=run.tiles_kept + len(kept),
            tiles_done=run.tiles_done + len(plan.tiles) - sum(len(batch.tiles) for batch in batches),
            cells=run.cells + cells,
        )
        noted = time.monotonic()
        for done in runner.run(batches, scheduler):
            run.tiles_done += done.tiles
            if time.monotonic() - noted > NOTE_EVERY_S:
                run_progress(run, tiles_done=run.tiles_done)
                noted = time.monotonic()
        run_progress(run, tiles_done=run.tiles_done)
