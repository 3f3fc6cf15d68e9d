"""Planning and computing tiles: only what a change reaches, once, wherever it runs, and nothing lost on the way."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import distributed
import numpy as np
import pytest

from maps.coverage import runner
from maps.coverage.manifests import Manifest
from maps.coverage.planning import Plan, plan_tiles, tile_key
from maps.coverage.rasters.filling import NO_LEVEL
from maps.coverage.rasters.tiles import decode_tile
from maps.coverage.sectors import MapSettings
from maps.coverage.store import Store
from maps.coverage.work import Batch, Done, batches_of, compute_batch, nth_best
from tests.maps.coverage.networks import GRID, SETTINGS, sectors

X0, Y0 = 40_000.0, 480_000.0


def network(count: int = 30, seed: int = 7, **columns: Any) -> Any:
    random = np.random.default_rng(seed)
    values = {
        "azimuth": random.uniform(0, 360, count),
        "organization": random.integers(1, 4, count),
        "reach": 3_000.0,
        **columns,
    }
    return sectors(X0 + random.uniform(0, 60_000, count), Y0 + random.uniform(0, 60_000, count), **values)


def digests(plan: Plan) -> dict[Any, str]:
    layers = {(tile.tile, one.layer): one.digest for tile in plan.tiles for one in tile.layers}
    joints = {(tile.tile, one.technology, one.at_least): one.digest for tile in plan.tiles for one in tile.joints}
    return {**layers, **joints}


def run(plan: Plan, store: Store, **options: Any) -> list[Done]:
    return list(runner.run(batches_of(plan, store.address, work=5), **options))


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(str(tmp_path) if request.param == "folder" else f"memory://{tmp_path.name}")


def test_a_tile_knows_the_sectors_that_reach_it() -> None:
    one = network()
    for tile in plan_tiles(one, SETTINGS).tiles:
        west, south, east, north = GRID.bounds_of(tile.tile)
        for layer in tile.layers:
            assert set(one.organization[layer.rows]) == {layer.layer[0]}
            aside = np.maximum(np.maximum(west - one.x[layer.rows], one.x[layer.rows] - east), 0)
            along = np.maximum(np.maximum(south - one.y[layer.rows], one.y[layer.rows] - north), 0)
            assert (np.hypot(aside, along) <= 3_000).all()
    reached = {int(row) for tile in plan_tiles(one, SETTINGS).tiles for layer in tile.layers for row in layer.rows}
    assert reached == set(range(len(one)))


def test_a_changed_cell_changes_only_the_tiles_it_reaches() -> None:
    before, after = network(), network()
    after.tilt_deg[5] += 1.0
    old, new = digests(plan_tiles(before, SETTINGS)), digests(plan_tiles(after, SETTINGS))
    changed = {key[0] for key in new if new[key] != old.get(key)}
    reached = {
        tile.tile for tile in plan_tiles(after, SETTINGS).tiles for layer in tile.layers if 5 in layer.rows.tolist()
    }
    assert changed == reached
    assert 1 <= len(changed) <= 4
    other = {key for key in new if new[key] != old.get(key) and len(key) == 2}
    assert {layer[0] for _tile, layer in other} == {int(after.organization[5])}


@pytest.mark.parametrize(
    "settings", [MapSettings(receiver_height_m=2.0), MapSettings(model="hata"), MapSettings(resolution_m=100)]
)
def test_other_settings_are_other_tiles(settings: MapSettings) -> None:
    one = network()
    assert not set(digests(plan_tiles(one, SETTINGS)).values()) & set(digests(plan_tiles(one, settings)).values())


def test_the_order_of_cells_does_not_matter() -> None:
    one = network()
    turned = one.take(np.arange(len(one))[::-1])
    assert digests(plan_tiles(one, SETTINGS)) == digests(plan_tiles(turned, SETTINGS))


def test_running_again_computes_nothing_and_changes_nothing(store: Store) -> None:
    plan = plan_tiles(network(), SETTINGS)
    first = run(plan, store)
    assert sum(done.computed for done in first) == len(digests(plan))
    kept = {key: store.read(key) for key in map(tile_key, digests(plan).values())}
    again = run(plan, store)
    assert sum(done.computed for done in again) == 0
    assert {key: store.read(key) for key in kept} == kept
    assert batches_of(plan, store.address, work=50, kept=frozenset(digests(plan).values())) == []


def test_an_interrupted_run_goes_on_where_it_was(store: Store) -> None:
    plan = plan_tiles(network(), SETTINGS)
    done: list[int] = []

    def task(batch: Batch) -> Done:
        if len(done) >= 2:
            raise OSError("the disk is gone")
        done.append(1)
        return compute_batch(batch)

    with pytest.raises(OSError, match="disk"):
        run(plan, store, task=task)
    there = store.existing(map(tile_key, digests(plan).values()))
    assert 0 < len(there) < len(digests(plan))
    rest = run(plan, store)
    assert sum(one.computed for one in rest) == len(digests(plan)) - len(there)


def test_a_tile_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Store(str(tmp_path))

    def cut(self: Path, value: bytes) -> int:
        with self.open("wb") as file:
            file.write(value[:3])
        raise OSError("full")

    monkeypatch.setattr(Path, "write_bytes", cut)
    with pytest.raises(OSError, match="full"):
        folder.write("tiles/ab/x.tif", b"whole")
    monkeypatch.undo()
    assert not folder.has("tiles/ab/x.tif")
    assert list(folder.keys("tiles")) == []


def test_a_store_lists_reads_and_forgets(store: Store) -> None:
    store.write("tiles/aa/1.tif", b"one")
    store.write("manifests/2.json.gz", b"two")
    assert store.read("tiles/aa/1.tif") == b"one"
    assert list(store.keys("tiles")) == ["tiles/aa/1.tif"]
    assert store.existing(["tiles/aa/1.tif", "tiles/bb/2.tif"]) == {"tiles/aa/1.tif"}
    store.delete("tiles/aa/1.tif")
    store.delete("tiles/aa/1.tif")
    with pytest.raises(FileNotFoundError):
        store.read("tiles/aa/1.tif")


def test_joint_tiles_hold_the_nth_best_level(store: Store) -> None:
    plan = plan_tiles(network(60), SETTINGS)
    run(plan, store)

    def level(digest: str) -> Any:
        return decode_tile(store.read(tile_key(digest))).level

    tile = max(plan.tiles, key=lambda one: len(one.layers))
    assert len(tile.layers) == 3
    own = np.sort(np.stack([level(one.digest) for one in tile.layers]), axis=0)[::-1]
    joints = {one.at_least: level(one.digest) for one in tile.joints}
    assert sorted(joints) == [1, 2, 3]
    for n, found in joints.items():
        assert np.array_equal(found, own[n - 1])


def test_fewer_layers_than_wanted_cover_nowhere() -> None:
    assert (nth_best(np.zeros((2, 256, 256), dtype=np.int16), 3) == NO_LEVEL).all()


def test_a_manifest_comes_back_and_has_one_key(store: Store) -> None:
    plan = plan_tiles(network(), SETTINGS)
    tiles = {tile.tile: tile.layers[0].digest for tile in plan.tiles}
    key = Manifest(GRID, tiles).keep(store)
    assert Manifest(GRID, dict(reversed(tiles.items()))).keep(store) == key
    again = Manifest.decoded(store.read(key))
    assert again.tiles == tiles
    assert again.grid == GRID


def test_killing_a_worker_in_the_middle_of_a_run_loses_nothing(tmp_path: Path) -> None:
    def slow(batch: Batch) -> Done:
        """The task itself, drawn out a little so that a worker can die while others wait; the workers know no tests."""
        time.sleep(0.05)
        return compute_batch(batch)

    plan = plan_tiles(network(60), SETTINGS)
    here, there = Store(str(tmp_path / "threads")), Store(str(tmp_path / "cluster"))
    run(plan, here)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        pids = client.run(os.getpid)
        killed = threading.Event()

        def kill() -> None:
            # as soon as the first tiles are there, one of the two workers dies without a word
            while not any(True for _ in there.keys("tiles")):
                time.sleep(0.01)
            os.kill(next(iter(pids.values())), signal.SIGKILL)
            killed.set()

        thread = threading.Thread(target=kill, daemon=True)
        thread.start()
        batches = batches_of(plan, there.address, work=20)
        done = list(runner.run(batches, cluster.scheduler_address, task=slow))
        thread.join(timeout=10)
        assert killed.is_set()
    assert sum(one.tiles for one in done) == len(plan.tiles)
    for digest in digests(plan).values():
        assert there.read(tile_key(digest)) == here.read(tile_key(digest))


FAULTS = """
import resource, numpy as np
from maps.coverage.workers import keep_memory
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _turn in range(100):
        np.ones(100_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
print(faults(), keep_memory(), faults())
"""


def test_a_worker_keeps_the_memory_of_its_arrays() -> None:
    """As Dask starts its workers, each array is fetched from the kernel and given back, page by page."""
    said = subprocess.run(
        [sys.executable, "-c", FAULTS],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "MALLOC_TRIM_THRESHOLD_": "65536"},
    )
    before, could, after = said.stdout.split()
    if could == "False":
        pytest.skip("this C library cannot be told")
    assert int(before) > 10_000
    assert int(after) < 1_000


def test_workers_share_a_province_evenly_and_a_country_in_few_tasks() -> None:
    """Two workers must not wait for a third task; a country must not be cut into thousands."""
    province = plan_tiles(network(3_000, reach=9_000.0), SETTINGS)
    work = sum(tile.work for tile in province.tiles)
    batches = batches_of(province, "", work=runner.work_of("tcp://scheduler", province))
    assert len(batches) >= 8
    assert max(batch.work for batch in batches) < work / 4
    assert runner.work_of("", province) == runner.THREAD_WORK
    country = Plan(province.settings, province.sectors, province.tiles * 100, province.layers)
    assert runner.work_of("tcp://scheduler", country) == runner.WORKER_WORK
