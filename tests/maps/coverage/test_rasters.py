"""The kernel's tiles: equal to the exact level at the middle of each pixel, best server, no seam between tiles."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.io import MemoryFile

from maps.coverage.grid import SIDE
from maps.coverage.losses import Profile, PublishedLoss, RadioSite, Receivers
from maps.coverage.rasters.exact import best_levels, levels_dbm
from maps.coverage.rasters.filling import NO_LEVEL, NO_SERVER, Levels, fill_tile
from maps.coverage.rasters.refilling import refill_tile
from maps.coverage.rasters.tables import DIRECTIONS, direction_degrees, entry_count, entry_distances
from maps.coverage.rasters.tiles import TileData, decode_tile, encode_tile
from maps.coverage.sectors import Sectors, names_of
from maps.radio.antennas import F1336Pattern, MeasuredPattern, SectorPattern
from tests.maps.coverage.networks import GRID, sectors

WITHIN_DB = 0.1
TILE = (3, -39)


def corner() -> tuple[float, float]:
    west, _south, _east, north = GRID.bounds_of(TILE)
    return west, north


def middles() -> tuple[Any, Any]:
    x, y = np.meshgrid(*GRID.window_centres(TILE))
    return x, y


def filled(network: Sectors, layer: Any = None, layers: int = 1) -> list[Levels]:
    place = np.zeros(len(network), dtype=np.int64) if layer is None else np.asarray(layer)
    return fill_tile(GRID, TILE, network, place, layers)


def dbm(levels: Levels) -> Any:
    return np.where(levels.level == NO_LEVEL, np.nan, levels.level / 100)


def lobed() -> MeasuredPattern:
    horizontal = tuple(float(min(12 * (((a + 180) % 360 - 180) / 40) ** 2, 25)) for a in range(360))
    vertical = tuple(float(min(12 * (((a + 180) % 360 - 180) / 9) ** 2, 22)) for a in range(360))
    return MeasuredPattern("lobed", horizontal, vertical)


def mixed(seed: int, count: int = 40) -> Sectors:
    """Sectors of all kinds in and around the tile: patterns, tilts, heights, models, reaches."""
    random = np.random.default_rng(seed)
    west, north = corner()
    sites = (
        RadioSite(1_840.0, 36.0, "suburban"),
        RadioSite(763.0, 48.0, "open"),
        RadioSite(2_550.0, 24.0, "suburban"),
        RadioSite(3_750.0, 27.0, "urban"),
        RadioSite(2_550.0, 6.0, "urban"),
    )
    models = tuple(PublishedLoss(name) for name in ("cost231", "hata", "rma_nlos", "uma_nlos", "umi_nlos"))
    azimuth = random.uniform(0, 360, count)
    azimuth[::9] = np.nan
    patterns = (SectorPattern(65.0, 7.0), F1336Pattern(65.0, 8.0), lobed(), SectorPattern(360.0, 10.0))
    pattern = np.where(np.isnan(azimuth), 3, random.integers(0, 3, count))
    return sectors(
        west + random.uniform(-4_000, 16_800, count),
        north - random.uniform(-4_000, 16_800, count),
        azimuth=azimuth,
        tilt=random.choice([0.0, 3.0, 8.0], count),
        electrical=random.choice([0.0, 4.0, 10.0], count),
        level=random.uniform(15, 45, count),
        reach=4_900.0,
        loss=random.integers(0, 5, count),
        pattern=pattern,
        sites=sites,
        models=models,
        patterns=patterns,
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_raster_is_the_exact_level_at_every_pixels_middle(seed: int) -> None:
    network = mixed(seed)
    [levels] = filled(network)
    x, y = middles()
    random = np.random.default_rng(seed)
    row, column = random.integers(0, SIDE, (2, 1_500))
    exact, _ = best_levels(network, x[row, column], y[row, column])
    found = dbm(levels)[row, column]
    both = ~np.isnan(exact) & ~np.isnan(found)
    assert both.sum() > 300
    assert np.abs(found - exact)[both].max() <= WITHIN_DB
    # a pixel may be above the floor on one side of the rounding only if it is at the floor
    either = np.where(np.isnan(found), exact, found)[np.isnan(exact) != np.isnan(found)]
    assert np.all(either < -125 + WITHIN_DB)


def test_close_to_the_mast_the_raster_is_exact_too() -> None:
    west, north = corner()
    network = sectors([west + 6_421.0], [north - 6_388.0], azimuth=75.0)
    [levels] = filled(network)
    x, y = middles()
    near = np.hypot(x - network.x[0], y - network.y[0]) < 400
    exact = levels_dbm(network, 0, x[near], y[near])
    assert np.abs(dbm(levels)[near] - exact).max() <= 0.25


def test_the_best_server_is_the_strongest_sector() -> None:
    network = mixed(4)
    [levels] = filled(network)
    x, y = middles()
    random = np.random.default_rng(4)
    row, column = random.integers(0, SIDE, (2, 300))
    for r, c in zip(row.tolist(), column.tolist(), strict=True):
        server = int(levels.server[r, c])
        exact, best = best_levels(network, x[r, c], y[r, c])
        if server == NO_SERVER or np.isnan(exact[0]):
            continue
        own = levels_dbm(network, server, x[r, c], y[r, c])
        assert own == pytest.approx(exact[0], abs=2 * WITHIN_DB)
        assert server == best[0] or abs(own - exact[0]) < 2 * WITHIN_DB


def test_skipping_blocks_changes_nothing() -> None:
    # one sector at a time cannot be skipped for another; the maximum of such tiles is the tile of all of them
    network = mixed(5, count=12)
    [together] = filled(network)
    alone = [filled(network.take(np.array([row])))[0].level for row in range(len(network))]
    assert np.array_equal(together.level, np.max(alone, axis=0))


def test_layers_do_not_mix() -> None:
    west, north = corner()
    network = sectors([west + 3_000.0, west + 9_000.0], [north - 3_000.0, north - 9_000.0], azimuth=np.nan, pattern=0)
    first, second = filled(network, layer=[0, 1], layers=2)
    assert np.array_equal(first.level, filled(network.take(np.array([0])))[0].level)
    assert np.array_equal(second.level, filled(network.take(np.array([1])))[0].level)


def test_there_is_no_seam_between_tiles() -> None:
    west, north = corner()
    network = sectors(
        [west + GRID.tile_m - 30.0], [north - 6_000.0], azimuth=90.0, patterns=(SectorPattern(360.0, 7.0),)
    )
    place = np.zeros(1, dtype=np.int64)
    [left] = fill_tile(GRID, TILE, network, place, 1)
    [right] = fill_tile(GRID, (TILE[0] + 1, TILE[1]), network, place, 1)
    joined = np.concatenate([left.level[:, -2:], right.level[:, :2]], axis=1).astype(np.int64)
    steps = np.abs(np.diff(joined, axis=1))[100:140]
    # far up the column levels change slowly; a seam would show as a step in the middle
    assert steps[:, 1].max() <= max(steps[:, 0].max(), steps[:, 2].max()) * 3 + 5


def test_nothing_is_written_below_the_floor_or_beyond_the_reach() -> None:
    west, north = corner()
    network = sectors([west + 6_400.0], [north - 6_400.0], azimuth=np.nan, floor=-90.0, reach=2_000.0)
    [levels] = filled(network)
    x, y = middles()
    away = np.hypot(x - network.x[0], y - network.y[0])
    heard = levels.level != NO_LEVEL
    assert (levels.level[heard] > -9_000).all()
    assert away[heard].max() <= 2_000
    assert np.array_equal(heard, levels.server != NO_SERVER)


class Wall:
    """A model that looks at the profile: free space, and 40 dB more where anything on the way is high."""

    name = "wall"
    is_radial = False

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wall)

    def reach_m(self, site: RadioSite) -> float:
        return 10_000.0

    def loss(self, site: RadioSite, receivers: Receivers, profile: Profile | None = None) -> Any:
        free = 32.45 + 20 * np.log10(site.frequency_mhz) + 20 * np.log10(receivers.distance_m / 1e3)
        assert profile is not None
        return free + np.where(profile.ground_m.max(axis=1) > 50, 40.0, 0.0)


class Ridge:
    """Terrain that is high along one meridian of the grid."""

    def __init__(self, x: float) -> None:
        self.x = x

    def profile(self, x: float, y: float, to_x: Any, to_y: Any) -> Profile:
        along = np.linspace(0, 1, 60)[None, :]
        places = x + (to_x[:, None] - x) * along
        return Profile(np.abs(places - x), np.where(np.abs(places - self.x) < 200, 80.0, 0.0))


def test_a_model_that_wants_profiles_goes_through_the_same_door() -> None:
    west, north = corner()
    network = sectors(
        [west + 6_400.0], [north - 6_400.0], azimuth=np.nan, models=(Wall(),), patterns=(SectorPattern(360, 90),)
    )
    place = np.zeros(1, dtype=np.int64)
    [levels] = fill_tile(GRID, TILE, network, place, 1, terrain=Ridge(west + 8_000.0))
    seen = dbm(levels)[128]
    before, behind = seen[155], seen[175]  # 1.4 and 2.4 km east of the mast
    assert before - behind == pytest.approx(40 + 20 * np.log10(2_375 / 1_375), abs=0.6)


def test_tables_cover_their_distances_and_directions() -> None:
    distances = entry_distances(entry_count(10_000))
    assert distances[0] == pytest.approx(10, rel=1e-3)
    assert distances[-1] >= 10_000
    assert (np.diff(distances) > 0).all()
    assert (np.diff(distances) / distances[:-1]).max() < 1.1e-3
    turned = np.diff(direction_degrees().astype(np.int64))
    assert len(turned) == DIRECTIONS - 1
    assert (turned > 0).all()
    assert turned.max() <= 18


def test_a_tile_is_a_geotiff_that_comes_back_as_it_was() -> None:
    random = np.random.default_rng(6)
    level = random.integers(-12_500, -5_000, (SIDE, SIDE)).astype(np.int16)
    level[:20] = NO_LEVEL
    server = random.choice([0, 17, 4_000_000_000, -99], (SIDE, SIDE))
    data = encode_tile(GRID, TILE, level, server)
    with MemoryFile(data) as memory, memory.open() as file:
        assert file.driver == "GTiff"
        assert file.compression == rasterio.enums.Compression.deflate
        assert file.bounds == pytest.approx(GRID.bounds_of(TILE))
    tile = decode_tile(data)
    assert np.array_equal(tile.level, level)
    read = [tile.server_at(row, 30) for row in range(40)]
    assert read == [int(one) or None for one in server[:40, 30]]
    assert tile.level_dbm(0, 0) is None
    assert tile.level_dbm(100, 100) == pytest.approx(level[100, 100] / 100)


# --- Filled again -----------------------------------------------------------------------------------------------------


def names(levels: Levels, network: Sectors) -> Any:
    return np.where(levels.server == NO_SERVER, 0, names_of(network)[levels.server])


def data(network: Sectors) -> TileData:
    [whole] = filled(network)
    return decode_tile(encode_tile(GRID, TILE, whole.level, names(whole, network)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_tile_filled_again_after_cells_changed_is_the_tile_filled_from_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    before = mixed(seed)
    # equal cells on one mast: who of them serves must not depend on what was there
    before = replace(before, x=np.repeat(before.x[::2], 2), y=np.repeat(before.y[::2], 2))
    twins = np.arange(0, len(before), 4)
    columns = {
        name: getattr(before, name).copy() for name in ("azimuth_deg", "level_dbm", "loss", "pattern", "reach_m")
    }
    for column in columns.values():
        column[twins + 1] = column[twins]
    before = replace(before, **columns, electrical_tilt_deg=np.full(len(before), 4.0), tilt_deg=np.zeros(len(before)))
    changed = random.choice(len(before), 6, replace=False)
    stronger = before.level_dbm.copy()
    stronger[changed] += random.uniform(-9, 9, len(changed)).round(1)
    after = replace(before, level_dbm=stronger).take(np.delete(np.arange(len(before)), changed[:2]))
    gone = tuple(names_of(before)[changed].tolist())
    fresh = np.isin(after.station, before.station[changed])
    level, server = refill_tile(GRID, TILE, after, data(before), gone, fresh)
    [whole] = filled(after)
    np.testing.assert_array_equal(level, whole.level)
    np.testing.assert_array_equal(server, names(whole, after))


def test_a_tile_that_was_not_what_it_should_have_been_is_filled_from_nothing() -> None:
    network = mixed(4)
    loud = replace(network, level_dbm=network.level_dbm + 6)
    nobody = np.zeros(len(network), dtype=bool)
    gone = tuple(names_of(network)[:1].tolist())
    level, server = refill_tile(GRID, TILE, network, data(loud), gone, nobody)
    redone = np.isin(names(filled(loud)[0], loud), gone)
    assert redone.any()
    [whole] = filled(network)
    np.testing.assert_array_equal(level, whole.level)
    np.testing.assert_array_equal(server, names(whole, network))
