"""Coverage and exposure: the kernel beside NumPy, a province, one changed cell, what-if, points, the table of exposure.

The network is made up: masts with three sectors each in a square, everything else as the reference data say. What
needs communes and cells of the register is computed for one province of the country that was filled in.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np
from django.conf import settings
from django.test import Client
from django.utils import timezone

from config.benchmarks.measuring import Line
from infra.models import AdministrativeUnit, Authority, BaseStation, Cell, UnitLevel, User
from infra.services.facts import cell_correct
from maps.coverage import runner
from maps.coverage.computing import compute
from maps.coverage.grid import SIDE, Grid
from maps.coverage.losses import PublishedLoss, RadioSite
from maps.coverage.planning import Plan, plan_tiles
from maps.coverage.propagation import path_loss_db
from maps.coverage.rasters.filling import fill_tile
from maps.coverage.sectors import MapSettings, Sectors
from maps.coverage.store import Store
from maps.coverage.work import batches_of
from maps.exposure.limits import Limits
from maps.exposure.refreshing import refresh
from maps.exposure.sources import Sources, sources_of
from maps.exposure.table import table_of
from maps.models import CoverageMap
from maps.radio.antennas import SectorPattern
from maps.radio.emitters import NUMBERS, emitters_of
from maps.radio.parameters import Parameters
from maps.services import reference
from maps.services.coverage import run_open

SEED = 7
SITES, SECTORS_A_SITE, ORGANIZATIONS = 1_667, 3, 5
PROVINCE_M, RADIUS_M = 50_000.0, 10_000.0
X0, Y0 = 40_000.0, 480_000.0
#: the best that crc-covlib's eHata did on one core of the machine it was tried on, pixels a second
CRC_COVLIB_PX_S = 44_000.0
EMF_STATIONS, EMF_CELLS = 350_000, 3
PROVINCE = "33"
ASKED = 40
#: what a cell is corrected to, one after the other
POWERS_DBM = (62.0, 60.5, 61.5, 59.0, 63.0)


def measure(manager: User) -> Iterator[Line]:
    """Measure everything; coverage goes to a store of its own that is thrown away."""
    reference.load()
    yield _kernel()
    with tempfile.TemporaryDirectory() as folder:
        yield from _province(folder)
    yield _exposure_table()
    before = settings.COVERAGE_STORE
    with tempfile.TemporaryDirectory() as folder:
        settings.COVERAGE_STORE = folder
        try:
            yield from _register(manager)
        finally:
            settings.COVERAGE_STORE = before


# --- Made-up networks -------------------------------------------------------------------------------------------------


def network(sites: int, side_m: float, *, reach_m: float = RADIUS_M) -> Sectors:
    """Return masts with three sectors each in a square of *side_m* metres, several operators, one technology."""
    random = np.random.default_rng(SEED)
    count = sites * SECTORS_A_SITE
    at = np.repeat(random.uniform(0, side_m, (sites, 2)), SECTORS_A_SITE, axis=0)
    return Sectors(
        cell=np.arange(1, count + 1),
        station=np.repeat(np.arange(1, sites + 1), SECTORS_A_SITE),
        organization=np.repeat(random.integers(1, ORGANIZATIONS + 1, sites), SECTORS_A_SITE),
        technology=np.full(count, "4G"),
        x=X0 + at[:, 0],
        y=Y0 + at[:, 1],
        azimuth_deg=np.tile([0.0, 120.0, 240.0], sites),
        electrical_tilt_deg=np.full(count, 4.0),
        tilt_deg=np.zeros(count),
        height_m=np.full(count, 36.0),
        level_dbm=np.full(count, 30.0),
        floor_dbm=np.full(count, -125.0),
        reach_m=np.full(count, reach_m),
        loss=np.zeros(count, dtype=np.int64),
        pattern=np.zeros(count, dtype=np.int64),
        is_assumed=np.zeros(count, dtype=bool),
        sites=(RadioSite(1_840.0, 36.0),),
        models=(PublishedLoss("cost231"),),
        patterns=(SectorPattern(65.0, 7.0),),
    )


# --- Kernel -----------------------------------------------------------------------------------------------------------


def _kernel() -> Line:
    """One tile on one core: pixels × sectors a second, beside NumPy doing the same formulas on the same pixels."""
    grid = Grid()
    sectors = network(40, SIDE * grid.resolution_m)
    tile = (int(X0 // (SIDE * grid.resolution_m)), -int(-(-Y0 // (SIDE * grid.resolution_m))) - 1)
    west, south, _east, _north = grid.bounds_of(tile)
    moved = _moved(sectors, west - X0, south - Y0)
    layer = np.zeros(len(moved), dtype=np.int64)
    fill_tile(grid, tile, moved, layer, 1)
    pixels = len(moved) * SIDE * SIDE
    ours, theirs = [], []
    for _turn in range(3):
        ours.append(_seconds(lambda: fill_tile(grid, tile, moved, layer, 1)))
        theirs.append(_seconds(lambda: _by_numpy(grid, tile, moved)))
    speed, peer = pixels / min(ours) / 1e6, pixels / min(theirs) / 1e6
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return Line(
        "coverage.kernel",
        round(speed, 1),
        "Mpx·sectors/s",
        "NumPy Hata and 3GPP sector",
        round(peer, 1),
        round(ratio, 4),
        len(moved),
    )


def _moved(sectors: Sectors, east: float, north: float) -> Sectors:
    values = {name: getattr(sectors, name) for name in Sectors.__dataclass_fields__}
    return Sectors(**{**values, "x": sectors.x + east, "y": sectors.y + north})


def _by_numpy(grid: Grid, tile: tuple[int, int], sectors: Sectors) -> np.ndarray[Any, Any]:
    """Best server the straightforward way: every formula on every pixel of every sector."""
    x, y = np.meshgrid(*grid.window_centres(tile))
    best = np.full(x.shape, -np.inf)
    for row in range(len(sectors)):
        dx, dy = x - sectors.x[row], y - sectors.y[row]
        distance = np.maximum(np.hypot(dx, dy), 20.0)
        loss = (
            46.3
            + 33.9 * np.log10(1_840.0)
            - 13.82 * np.log10(36.0)
            + (44.9 - 6.55 * np.log10(36.0)) * np.log10(distance / 1e3)
        )
        off = (np.degrees(np.arctan2(dx, dy)) - sectors.azimuth_deg[row] + 180) % 360 - 180
        down = np.degrees(np.arctan2(34.5, distance)) - 4.0
        beam = np.minimum(np.minimum(12 * (off / 65) ** 2, 30) + np.minimum(12 * (down / 7) ** 2, 30), 30)
        np.maximum(best, sectors.level_dbm[row] - loss - beam, out=best)
    return best


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# --- Province ---------------------------------------------------------------------------------------------------------


def _province(folder: str) -> Iterator[Line]:
    """5,000 sectors, all operators, best server on 50 m: threads of this machine, then two Dask workers."""
    plan = plan_tiles(network(SITES, PROVINCE_M), MapSettings(radius_m=RADIUS_M))
    count = SITES * SECTORS_A_SITE
    taken = _run(plan, f"{folder}/threads", "")
    pixels = count * np.pi * (RADIUS_M / 50) ** 2
    yield Line(
        "coverage.province",
        round(taken, 2),
        "s",
        "crc-covlib eHata, one core",
        round(pixels / CRC_COVLIB_PX_S, 1),
        round(taken * CRC_COVLIB_PX_S / pixels, 6),
        count,
    )
    yield _dask(count)
    yield _peak(count)


def _run(plan: Plan, address: str, scheduler: str) -> float:
    batches = batches_of(plan, Store(address).address, work=runner.work_of(scheduler, plan))
    return _seconds(lambda: list(runner.run(batches, scheduler)))


CLUSTER = """
import django; django.setup()
import json, tempfile
from distributed import LocalCluster
from config.benchmarks.coverage import PROVINCE_M, RADIUS_M, SITES, _run, network
from maps.coverage.planning import plan_tiles
from maps.coverage.sectors import MapSettings
plan = plan_tiles(network(SITES, PROVINCE_M), MapSettings(radius_m=RADIUS_M))
workers = dict(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50)
with tempfile.TemporaryDirectory() as folder, LocalCluster(**workers) as cluster:
    _run(plan, f"{folder}/warm", cluster.scheduler_address)
    _run(plan, f"{folder}/here", "")
    taken = [
        [_run(plan, f"{folder}/{turn}/threads", ""), _run(plan, f"{folder}/{turn}/cluster", cluster.scheduler_address)]
        for turn in range(3)
    ]
print(json.dumps(taken))
"""


def _dask(count: int) -> Line:
    """Two workers beside two threads, turn about: what a cluster costs once its workers stand."""
    taken = json.loads(_said(CLUSTER))
    threads, cluster = (statistics.median(column) for column in zip(*taken, strict=True))
    ratio = statistics.median(workers / own for own, workers in taken)
    return Line("coverage.province.dask", round(cluster, 2), "s", "threads", round(threads, 2), round(ratio, 3), count)


def _said(text: str) -> str:
    """Run *text* in a process of its own; return the last line that it says."""
    made = subprocess.run(  # noqa: S603 -- our own text
        [sys.executable, "-c", text], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    return made.stdout.strip().splitlines()[-1]


PEAK = """
import django; django.setup()
import resource, tempfile
from config.benchmarks.coverage import PROVINCE_M, RADIUS_M, SITES, _run, network
from maps.coverage.planning import plan_tiles
from maps.coverage.sectors import MapSettings
with tempfile.TemporaryDirectory() as folder:
    _run(plan_tiles(network(SITES, PROVINCE_M), MapSettings(radius_m=RADIUS_M)), folder, "")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def _peak(count: int) -> Line:
    """The memory of a process that computes the province and nothing else."""
    return Line("coverage.province.memory", round(float(_said(PEAK))), "MiB", None, None, None, count)


# --- Exposure ---------------------------------------------------------------------------------------------------------


def _exposure_table() -> Line:
    """The table of all stations of a country, from cells in memory."""
    sources = made_up_sources(EMF_STATIONS)
    taken = _seconds(lambda: table_of(sources))
    return Line("exposure.table", round(taken, 2), "s", None, None, None, EMF_STATIONS)


def made_up_sources(stations: int) -> Sources:
    """Return stations with three cells each, whole in all values."""
    random = np.random.default_rng(SEED)
    count = stations * EMF_CELLS
    station = np.repeat(np.arange(1, stations + 1), EMF_CELLS)
    values: dict[str, Any] = dict.fromkeys(NUMBERS, np.zeros(0))
    columns = {
        "lon": np.repeat(random.uniform(102, 110, stations), EMF_CELLS),
        "lat": np.repeat(random.uniform(8, 23, stations), EMF_CELLS),
        "frequency_mhz": random.choice([945.0, 1_840.0, 2_150.0, 2_550.0], count),
        "band_mhz": np.full(count, 1_840.0),
        "bandwidth_mhz": np.full(count, 20.0),
        "azimuth_deg": np.tile([0.0, 120.0, 240.0], stations),
        "tilt_deg": np.zeros(count),
        "electrical_tilt_deg": np.full(count, 4.0),
        "height_agl_m": np.full(count, 36.0),
        "gain_dbi": np.full(count, 17.0),
        "eirp_dbm": random.uniform(57, 64, count),
        "beamwidth_h_deg": np.full(count, 65.0),
        "beamwidth_v_deg": np.full(count, 7.0),
        "transmit_power_w": np.full(count, 40.0),
        "mast_m": np.full(count, 42.0),
        "roof_m": np.zeros(count),
    }
    raw = {
        **{name: columns.get(name, values[name]).tolist() for name in NUMBERS},
        "cell": np.arange(1, count + 1).tolist(),
        "station": station.tolist(),
        "organization": (station % ORGANIZATIONS + 1).tolist(),
        "unit": [1] * count,
        "code": [""] * count,
        "technology": ["4G"] * count,
    }
    today: date = timezone.localdate()
    parameters = Parameters.on(today)
    emitters, _left = emitters_of(raw, parameters)
    return sources_of(emitters, parameters, Limits.on(today))


# --- With the register ------------------------------------------------------------------------------------------------


def _register(manager: User) -> Iterator[Line]:
    """A province of the register: whole, again after one cell changed, a trial mast, points."""
    unit = AdministrativeUnit.objects.filter(code=PROVINCE, level=UnitLevel.PROVINCE, valid_to__isnull=True).first()
    authority = Authority.objects.order_by("id").first()
    if unit is None or authority is None:
        return
    start = time.perf_counter()
    stations = refresh(timezone.localdate())
    yield Line("exposure.refresh", round(time.perf_counter() - start, 2), "s", None, None, None, stations)
    start = time.perf_counter()
    refresh(timezone.localdate())
    yield Line("exposure.refresh.again", round(time.perf_counter() - start, 2), "s", None, None, None, stations)
    territory = list(authority.territory.all())
    authority.territory.set([unit])
    try:
        yield from _province_of_the_register(manager, authority, unit)
    finally:
        authority.territory.set(territory)


def _province_of_the_register(manager: User, authority: Authority, unit: AdministrativeUnit) -> Iterator[Line]:
    asked = {"technologies": ["4G"]}
    cell = _cell_in(unit)
    first, run = _computed(manager, authority, asked)
    yield Line("coverage.register.province", round(first, 2), "s", None, None, None, run.cells)
    yield Line("coverage.indicators", round(run.seconds.get("indicators", 0.0), 2), "s", None, None, None, 104)
    yield _changed(manager, authority, asked, cell)
    one = CoverageMap.objects.filter(is_current=True, organization__isnull=False).order_by("-cells", "pk").first()
    if one is not None:
        yield from _questions(manager, one, unit)


def _changed(manager: User, authority: Authority, asked: dict[str, Any], cell: Cell) -> Line:
    """One cell is corrected and the province computed again: from the correction to maps that hold, in one process."""
    taken = []
    for eirp_dbm in POWERS_DBM:
        changed = cell_correct(actor=manager, cell=cell, reason="measured again", eirp_dbm=eirp_dbm)
        seconds, run = _computed(manager, authority, asked)
        if not run.maps.filter(organization=changed.station.installation.organization).exists():
            raise AssertionError("A cell changed and no map did.")
        taken.append(seconds)
    return Line("coverage.changed_cell", round(statistics.median(taken), 2), "s", None, None, None, len(taken))


def _cell_in(unit: AdministrativeUnit) -> Cell:
    """Return a reported cell in the province that radiates: the country that was filled in lists none."""
    here = {"status": "operating", "unit__parent": unit}
    station = BaseStation.objects.filter(
        **{f"installation__{name}": value for name, value in here.items()}, technologies__contains="4G"
    ).order_by("pk")[0]
    cell, _is_new = Cell.objects.update_or_create(
        station=station,
        code="MEASURED-1",
        defaults={
            "technology_id": "4G",
            "frequency_mhz": 1_840.0,
            "bandwidth_mhz": 20.0,
            "azimuth_deg": 120.0,
            "tilt_deg": 2.0,
            "electrical_tilt_deg": 4.0,
            "height_agl_m": 36.0,
            "gain_dbi": 17.0,
            "eirp_dbm": 60.0,
            "beamwidth_h_deg": 65.0,
            "beamwidth_v_deg": 7.0,
        },
    )
    return cell


def _computed(manager: User, authority: Authority, asked: dict[str, Any]) -> tuple[float, Any]:
    run = run_open(actor=manager, authority=authority, asked=asked)
    taken = _seconds(lambda: compute(run))
    run.refresh_from_db()
    return taken, run


def _questions(manager: User, one: CoverageMap, unit: AdministrativeUnit) -> Iterator[Line]:
    """Trials and points through the API as a manager asks them, without the network; each place once."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(manager)
    random = np.random.default_rng(SEED)
    west, south, east, north = unit.boundary.extent if unit.boundary else one.bounds
    at = list(
        zip(random.uniform(west, east, ASKED).tolist(), random.uniform(south, north, ASKED).tolist(), strict=True)
    )

    def trial(place: tuple[float, float]) -> object:
        asked = {"map": one.pk, "lon": place[0], "lat": place[1], "height_m": 35.0}
        return client.post("/api/v1/coverage/what-if/", asked, content_type="application/json")

    yield _asked("coverage.what_if", "s", trial, at[:10])
    yield _asked("coverage.point", "ms", lambda place: client.get(_point("coverage", place)), at)
    yield _asked("exposure.point", "ms", lambda place: client.get(_point("exposure", place)), at)
    yield Line("coverage.path_loss", round(_loss_speed(), 1), "M values/s", None, None, None, 1_000_000)


def _point(what: str, place: tuple[float, float]) -> str:
    return f"/api/v1/{what}/?lon={place[0]:.6f}&lat={place[1]:.6f}"


def _asked(name: str, unit: str, ask: Callable[[tuple[float, float]], Any], places: list[tuple[float, float]]) -> Line:
    taken = []
    for place in places:
        start = time.perf_counter()
        answer = ask(place)
        taken.append((time.perf_counter() - start) * {"ms": 1e3, "s": 1.0}[unit])
        if answer.status_code != 200:
            raise AssertionError(f"{name} answered {answer.status_code}: {answer.content[:200]!r}")
    return Line(name, round(statistics.median(taken), 3), unit, None, None, None, len(taken))


def _loss_speed() -> float:
    distances = np.linspace(1_000.0, 20_000.0, 1_000_000)
    taken = _seconds(lambda: path_loss_db("hata", 900.0, distances, 30.0, 1.5, environment="urban", city="small"))
    return len(distances) / taken / 1e6
