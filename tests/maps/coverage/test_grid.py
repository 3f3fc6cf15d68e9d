"""One grid for the whole country: equal pixels, integer tiles, no seams."""

import numpy as np
import pyproj
import pytest

from maps.coverage.grid import SIDE, Grid, tile_id, tile_of

GRID = Grid()
GEOD = pyproj.Geod(ellps="WGS84")
#: north, south, west and east of the country, and an island
PLACES = [(105.3, 23.3), (104.8, 8.6), (102.2, 22.4), (109.4, 12.6), (106.3, 20.5), (112.0, 16.5)]


@pytest.mark.parametrize(("lon", "lat"), PLACES)
def test_every_pixel_has_the_same_area(lon: float, lat: float) -> None:
    column, row = GRID.pixels(lon, lat)
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    lons, lats = GRID.lonlat([c * 50.0 for c, _ in corners], [-r * 50.0 for _, r in corners])
    area, _ = GEOD.polygon_area_perimeter(lons, lats)
    assert abs(area) == pytest.approx(2_500, rel=1e-3)


@pytest.mark.parametrize(("lon", "lat"), PLACES)
def test_distances_and_azimuths_on_the_grid_are_the_earths(lon: float, lat: float) -> None:
    for azimuth in (0, 60, 200):
        to_lon, to_lat, _ = GEOD.fwd(lon, lat, azimuth, 5_000)
        (x, to_x), (y, to_y) = GRID.metres([lon, to_lon], [lat, to_lat])
        assert np.hypot(to_x - x, to_y - y) == pytest.approx(5_000, rel=5e-3)
        seen = np.degrees(np.arctan2(to_x - x, to_y - y)) - GRID.north(lon, lat)
        assert (seen - azimuth + 180) % 360 - 180 == pytest.approx(0, abs=0.3)


def test_neighbours_across_a_zones_edge_are_neighbouring_pixels() -> None:
    # 108° E separates two UTM zones and 105°30′ two of VN-2000; the grid knows neither
    for edge in (108.0, 105.5):
        west, _ = GRID.pixels(edge - 1e-4, 16.0)
        east, _ = GRID.pixels(edge + 1e-4, 16.0)
        assert 0 <= east - west <= 1


def test_the_middle_of_a_pixel_lies_in_it() -> None:
    column, row = GRID.pixels(*zip(*PLACES, strict=True))
    again_column, again_row = GRID.pixels(*GRID.centres(column, row))
    assert again_column.tolist() == column.tolist()
    assert again_row.tolist() == row.tolist()


def test_tiles_have_one_integer_each_and_come_back_from_it() -> None:
    for tile in [(0, 0), (-30, -60), (65, 12)]:
        assert tile_of(tile_id(tile)) == tile
    with pytest.raises(ValueError, match="no tile of the grid"):
        tile_id((70_000, 0))


def test_tiles_in_a_box_cover_it_all() -> None:
    tiles = set(GRID.tiles_in(105.7, 20.2, 106.7, 21.0))
    lon, lat = np.meshgrid(np.linspace(105.7, 106.7, 40), np.linspace(20.2, 21.0, 40))
    column, row = GRID.pixels(lon.ravel(), lat.ravel())
    assert set(zip((column // SIDE).tolist(), (row // SIDE).tolist(), strict=True)) <= tiles


def test_a_resolution_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="10 to 500 metres"):
        Grid(resolution_m=5)
