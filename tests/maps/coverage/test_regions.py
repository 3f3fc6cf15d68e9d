"""From levels to figures: communes on the grid, people, roads, villages, indicators, white spots."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from maps.coverage.gaps import Before, Gap, gaps_of
from maps.coverage.grid import Grid
from maps.coverage.indicators import Scale, indicators_of, least
from maps.coverage.mosaics import Window
from maps.coverage.population import PopulationFileError, import_population, read_weights
from maps.coverage.rasters.filling import NO_LEVEL
from maps.coverage.regions import Commune, Ground, Region, on_grid, region_of
from maps.coverage.store import Store
from tests.maps.coverage.networks import GRID

WEST, SOUTH = 106.30, 20.50
#: two communes side by side and one without a known number of people
COMMUNES = (
    Commune(11, shapely.box(WEST, SOUTH, WEST + 0.04, SOUTH + 0.05), 12_000),
    Commune(12, shapely.box(WEST + 0.04, SOUTH, WEST + 0.09, SOUTH + 0.05), 8_000),
    Commune(13, shapely.box(WEST, SOUTH + 0.05, WEST + 0.09, SOUTH + 0.07), None),
)
SCALE = Scale(-102.3, (-75.0, -85.0, -95.0))


def made(ground: Ground | None = None, grid: Grid = GRID) -> Region:
    region = region_of(grid, COMMUNES, ground or Ground())
    assert region is not None
    return region


def levels_of(region: Region, seed: int = 3) -> Any:
    random = np.random.default_rng(seed)
    levels = random.integers(-12_500, -6_000, region.window.shape).astype(np.int16)
    levels[random.random(region.window.shape) < 0.2] = NO_LEVEL
    return levels


def test_a_pixel_belongs_to_the_commune_that_holds_its_middle() -> None:
    region = made()
    first_column, first_row = region.window.origin
    high, wide = region.window.shape
    column, row = np.meshgrid(first_column + np.arange(wide), first_row + np.arange(high))
    lon, lat = GRID.centres(column, row)
    for place, commune in enumerate(COMMUNES, start=1):
        inside = shapely.contains_xy(commune.boundary, lon, lat)
        assert (inside != (region.unit == place)).sum() <= 3  # the middle of a pixel right on a border


def test_people_are_the_registers_and_evenly_spread_without_a_grid() -> None:
    region = made()
    people = np.bincount(region.unit.ravel(), weights=region.people.ravel(), minlength=4)
    assert people[1:] == pytest.approx([12_000, 8_000, 0], rel=1e-5)
    assert np.ptp(region.people[region.unit == 1]) == 0


def test_a_grid_of_people_says_where_they_live_not_how_many() -> None:
    def weights(grid: Grid, window: Window) -> Any:
        built = np.zeros(window.shape, dtype=np.float32)
        built[:, ::2] = 3.0
        return built

    region = made(Ground(weights=weights))
    people = np.bincount(region.unit.ravel(), weights=region.people.ravel(), minlength=4)
    assert people[1:3] == pytest.approx([12_000, 8_000], rel=1e-5)
    assert people[3] == pytest.approx(3.0 * (region.unit[:, ::2] == 3).sum())  # not known: the grid's own
    assert (region.people[:, 1::2] == 0).all()


def test_indicators_equal_a_recount_pixel_by_pixel() -> None:
    roads = [shapely.LineString([(WEST + 0.001, SOUTH + 0.02), (WEST + 0.088, SOUTH + 0.021)])]
    villages = [(1, WEST + 0.01, SOUTH + 0.01), (2, WEST + 0.05, SOUTH + 0.03), (3, WEST + 0.07, SOUTH + 0.03)]
    region = made(Ground(roads=lambda: roads, villages=lambda: villages))
    levels = levels_of(region)
    for place, found in enumerate(indicators_of(region, levels, SCALE), start=1):
        area = covered = people = reached = 0.0
        classes = [0.0] * 4
        for row, column in zip(*np.nonzero(region.unit == place), strict=True):
            level = levels[row, column] / 100
            area += 2_500
            people += float(region.people[row, column])
            if level >= -102.3:
                covered += 2_500
                reached += float(region.people[row, column])
                classes[sum(level < edge for edge in (-75, -85, -95))] += 2_500
        assert found.area_m2 == area
        assert found.covered_m2 == covered
        assert found.levels_m2 == tuple(classes)
        assert found.population == pytest.approx(people)
        assert found.population_covered == pytest.approx(reached)
    both = indicators_of(region, levels, SCALE)
    assert [one.villages for one in both] == [1, 2, 0]
    on_ground = on_grid(GRID, roads[0])
    assert sum(one.roads_m or 0 for one in both) == pytest.approx(on_ground.length, rel=1e-6)
    row, column = _pixel(region, villages[1])
    assert both[1].villages_covered is not None
    assert (levels[row, column] >= least(-102.3)) in (both[1].villages_covered > 0, both[1].villages_covered == 2)


def _pixel(region: Region, village: tuple[int, float, float]) -> tuple[int, int]:
    column, row = GRID.pixels(village[1], village[2])
    return int(row) - region.window.origin[1], int(column) - region.window.origin[0]


def test_without_layers_roads_and_villages_are_not_known() -> None:
    found = indicators_of(made(), levels_of(made()), SCALE)
    assert {one.roads_m for one in found} == {None}
    assert {one.villages for one in found} == {None}


def test_the_margin_counts_in_full() -> None:
    region = made()
    levels = np.full(region.window.shape, -10_231, dtype=np.int16)
    assert indicators_of(region, levels, SCALE)[0].covered_m2 == 0
    levels[:] = -10_230
    assert indicators_of(region, levels, SCALE)[0].covered_m2 == indicators_of(region, levels, SCALE)[0].area_m2


def test_white_spots_are_connected_ranked_by_people_and_as_large_as_their_pixels() -> None:
    region = made()
    levels = np.full(region.window.shape, -8_000, dtype=np.int16)
    rows, columns = np.nonzero(region.unit == 1)
    top, left = int(rows.min()) + 10, int(columns.min()) + 10
    levels[top : top + 30, left : left + 40] = NO_LEVEL  # 3 km²
    levels[top + 30 : top + 33, left + 40 : left + 43] = -11_000  # touches it at a corner
    rows2, columns2 = np.nonzero(region.unit == 2)
    down, aside = int(rows2.min()) + 20, int(columns2.min()) + 30
    levels[down : down + 20, aside : aside + 20] = -10_500
    levels[down + 40, aside] = NO_LEVEL  # one pixel: too small
    nobody = np.nonzero(region.unit == 3)
    levels[nobody[0].min() : nobody[0].min() + 25, nobody[1].min() : nobody[1].min() + 25] = (
        NO_LEVEL  # nobody lives there
    )
    first, second = gaps_of(region, levels, SCALE, least_m2=50_000)
    assert [first.unit, second.unit] == [11, 12]
    assert first.area_m2 == (30 * 40 + 9) * 2_500
    assert first.people > second.people > 0
    lost = (region.unit > 0) & (levels < -10_230)
    assert first.people == pytest.approx(
        region.people[top : top + 33, left : left + 43][lost[top : top + 33, left : left + 43]].sum()
    )
    for gap in (first, second):
        drawn = on_grid(GRID, gap.shape)
        assert drawn.is_valid
        assert drawn.area == pytest.approx(gap.area_m2, rel=0.003)
        assert gap.shape.contains(shapely.Point(gap.lon, gap.lat))


# --- population grids -------------------------------------------------------------------------------------------------


def worldpop(path: Path, shape: tuple[int, int] = (60, 80), step: float = 0.000833333) -> Any:
    random = np.random.default_rng(8)
    people = random.gamma(1.0, 20.0, shape).astype(np.float32)
    people[:5] = -99_999.0
    with rasterio.open(
        path, "w", driver="GTiff", width=shape[1], height=shape[0], count=1, dtype="float32", crs="EPSG:4326",
        transform=from_origin(WEST, SOUTH + 0.06, step, step), nodata=-99_999.0,
    ) as file:  # fmt: skip
        file.write(people, 1)
    return np.where(people < 0, 0, people)


def test_a_raster_of_people_keeps_their_number_and_places(tmp_path: Path) -> None:
    people = worldpop(tmp_path / "vnm_ppp_2020.tif")
    store = Store(str(tmp_path / "store"))
    prefix, total, tiles = import_population(tmp_path / "vnm_ppp_2020.tif", "abc", store, GRID)
    assert tiles >= 1
    assert total == pytest.approx(people.sum(), rel=0.01)
    region = made()
    weights = read_weights(store.address, prefix, GRID, region.window)
    assert weights.sum() == pytest.approx(total, rel=1e-3)
    column, row = GRID.pixels(WEST + 0.03, SOUTH + 0.03)
    at = weights[int(row) - region.window.origin[1], int(column) - region.window.origin[0]]
    source = people[int((0.06 - 0.03) / 0.000833333), int(0.03 / 0.000833333)]
    assert at == pytest.approx(source * 2_500 / (92.6 * 86.8), rel=0.5)


def test_weights_of_coarser_pixels_keep_the_sum(tmp_path: Path) -> None:
    worldpop(tmp_path / "people.tif")
    store = Store(str(tmp_path / "store"))
    prefix, total, _ = import_population(tmp_path / "people.tif", "abc", store, GRID)
    coarse = Grid(resolution_m=100)
    region = made(grid=coarse)
    assert read_weights(store.address, prefix, coarse, region.window).sum() == pytest.approx(total, rel=0.05)


def test_hexagons_with_people_are_spread_over_their_area(tmp_path: Path) -> None:
    import h3

    cells = sorted(h3.grid_disk(h3.latlng_to_cell(SOUTH + 0.03, WEST + 0.04, 8), 2))
    table = tmp_path / "kontur.csv"
    table.write_text("h3,population\n" + "\n".join(f"{cell},{100 + n}" for n, cell in enumerate(cells)))
    store = Store(str(tmp_path / "store"))
    prefix, total, _ = import_population(table, "def", store, GRID)
    assert total == pytest.approx(sum(100 + n for n in range(len(cells))), rel=0.01)
    assert read_weights(store.address, prefix, GRID, made().window).max() == pytest.approx(
        (100 + len(cells) - 1) / (h3.cell_area(cells[0], unit="m^2") / 2_500), rel=0.1
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("people.csv", "hexagon,people_2020\n1,2\n", "no column of people"),
        ("people.csv", "name,population\nx,2\n", "neither shapes nor a column of H3"),
        ("people.csv", "h3,population\nnot-a-cell,2\n", "holds nobody"),
        ("people.tif", "no raster", "no raster that can be read"),
    ],
)
def test_a_file_that_is_no_population_grid_is_refused_in_words(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(PopulationFileError, match=message):
        import_population(tmp_path / name, "x", Store(str(tmp_path / "store")), GRID)


def test_a_white_spot_too_large_to_act_on_is_divided_along_communes() -> None:
    region = made()
    levels = np.full(region.window.shape, NO_LEVEL, dtype=np.int16)
    [whole] = gaps_of(region, levels, SCALE, least_m2=50_000)
    assert whole.people == pytest.approx(20_000, rel=1e-4)
    parts = gaps_of(region, levels, SCALE, least_m2=50_000, split_m2=10e6)
    assert {part.unit: round(part.people) for part in parts} == {11: 12_000, 12: 8_000}


@pytest.mark.parametrize("split_m2", [float("inf"), 8e6])
def test_white_spots_after_a_change_are_those_that_a_fresh_look_finds(split_m2: float) -> None:
    region, random = made(), np.random.default_rng(4)
    high, wide = region.window.shape
    levels = np.full((high, wide), -8_000, dtype=np.int16)
    rows, columns = np.nonzero(region.unit)
    for place in random.choice(len(rows), 60, replace=False):
        levels[rows[place] : rows[place] + 14, columns[place] : columns[place] + 11] = NO_LEVEL
    before = [
        replace(one, lon=round(one.lon, 6), lat=round(one.lat, 6), people=round(one.people, 1))
        for one in gaps_of(region, levels, SCALE, 50_000, split_m2)
    ]
    kept = 0
    for _turn in range(12):
        after = levels.copy()
        place = random.integers(len(rows))
        after[rows[place] : rows[place] + 9, columns[place] : columns[place] + 30] = random.choice([-8_000, NO_LEVEL])
        differs = SCALE.covered(levels) != SCALE.covered(after)
        changed = {tile: differs[region.window.place(tile)] for tile in region.window.tiles()}
        found = gaps_of(region, after, SCALE, 50_000, split_m2, Before(before, changed))
        fresh = gaps_of(region, after, SCALE, 50_000, split_m2)
        assert [_facts(one) for one in found] == [_facts(one) for one in fresh]
        assert all(one.shape.equals(other.shape) for one, other in zip(found, fresh, strict=True))
        known = {id(one.shape) for one in before}
        kept += sum(id(one.shape) in known for one in found)
    assert kept > 6 * len(before)


def _facts(gap: Gap) -> tuple[int, float, float, float, float]:
    return gap.unit, gap.people, gap.area_m2, round(gap.lon, 6), round(gap.lat, 6)
