"""What maps give out: pictures, outlines, hexagons, files, differences, trials, points."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone, translation
from PIL import Image

from infra.models import Cell
from maps.coverage.areas import areas_of, hexagons_of
from maps.coverage.comparisons import compare
from maps.coverage.computing import compute
from maps.coverage.exports import regions_of
from maps.coverage.manifests import read_manifest
from maps.coverage.painting import Shown, paint, paint_difference
from maps.coverage.points import level_at, scale_of
from maps.coverage.rasters.filling import NO_LEVEL
from maps.coverage.regions import on_grid
from maps.coverage.trials import ImpossibleTrialError, Trial, try_out
from maps.documents.coverage_report import coverage_content, share
from maps.models import CoverageMap
from maps.queries.reader import Reader
from maps.selectors.coverage import masts_to_share
from maps.selectors.figures.coverage import coverage_figures
from maps.selectors.figures.figure import Asked
from tests import factories as make
from tests.maps.coverage.conftest import map_of, run_of, whole
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def computed(covered: World) -> World:
    compute(run_of(covered, technologies=["4G"]))
    return covered


def shown(coverage: CoverageMap, settings: Any) -> Shown:
    return Shown(read_manifest(settings.COVERAGE_STORE, coverage.manifest), scale_of(coverage))


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    y = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2
    return int((lon + 180) / 360 * 2**z), int(y * 2**z)


def corners(z: int, x: int, y: int, column: int, row: int) -> tuple[float, float]:
    """Longitude and latitude of the middle of a pixel of a web tile."""
    lon = (x + (column + 0.5) / 256) / 2**z * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (y + (row + 0.5) / 256) / 2**z))))
    return lon, float(lat)


# --- Pictures ---------------------------------------------------------------------------------------------------------


def test_a_pixel_of_a_web_tile_has_the_colour_of_the_level_there(computed: World, settings: Any) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    z = 13
    x, y = tile_at(106.0612, 20.6511, z)
    data = paint(settings.COVERAGE_STORE, shown(one, settings), z, x, y)
    assert data is not None
    picture = np.array(Image.open(io.BytesIO(data)))
    assert picture.shape == (256, 256)
    random = np.random.default_rng(1)
    wrong = 0
    for column, row in random.integers(0, 256, (60, 2)).tolist():
        level = level_at(one, *corners(z, x, y, column, row))
        expected = {0} if not level.is_inside else {level.grade} if level.grade else {5, 6}
        wrong += int(picture[row, column]) not in expected
    assert wrong <= 1  # the picture's pixel may fall on the edge of two of the map's


def test_from_afar_the_picture_is_painted_from_overviews(computed: World, settings: Any) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    x, y = tile_at(106.1, 20.6, 7)
    data = paint(settings.COVERAGE_STORE, shown(one, settings), 7, x, y)
    assert data is not None
    picture = np.array(Image.open(io.BytesIO(data)))
    assert {5, 6} & set(np.unique(picture).tolist())
    assert 0 in picture
    assert paint(settings.COVERAGE_STORE, shown(one, settings), 7, x, y) == data


def test_where_a_map_has_nothing_there_is_no_picture(computed: World, settings: Any) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    assert paint(settings.COVERAGE_STORE, shown(one, settings), 12, *tile_at(100.0, 10.0, 12)) is None


def test_a_difference_shows_what_is_lost_and_what_is_won(computed: World, settings: Any) -> None:
    viettel, vnpt = map_of(computed, "4G", computed.viettel), map_of(computed, "4G", computed.vnpt)
    z = 11
    x, y = tile_at(106.0612, 20.6511, z)
    data = paint_difference(settings.COVERAGE_STORE, [shown(viettel, settings)], [shown(vnpt, settings)], z, x, y)
    assert data is not None
    assert {1, 2, 3} <= set(np.unique(np.array(Image.open(io.BytesIO(data)))).tolist())


# --- Areas and files --------------------------------------------------------------------------------------------------


def test_outlines_have_the_rasters_area(computed: World) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    for _province, region, levels in regions_of(one):
        drawn = covered = 0.0
        for area in areas_of(region, levels, scale_of(one)):
            assert area.shape.is_valid
            outline = on_grid(region.grid, area.shape)
            assert outline.area == pytest.approx(area.area_m2, rel=1e-3)
            drawn += outline.area
            covered += area.area_m2
        total = float((region.unit > 0).sum()) * region.grid.pixel_m2
        assert abs(drawn - covered) / total < 0.003
        assert covered == pytest.approx(one.covered_m2)


def test_a_hexagon_is_covered_when_its_centre_is(computed: World) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    for province, region, levels in regions_of(one):
        found = list(hexagons_of(region, province.communes, levels, scale_of(one)))
        area = sum(h3.cell_area(hexagon.index) for hexagon in found)
        assert area == pytest.approx(one.area_m2 / 1e6, rel=0.01)
        assert len({hexagon.index for hexagon in found}) == len(found)
        for hexagon in found[::400]:
            lat, lon = h3.cell_to_latlng(hexagon.index)
            level = level_at(one, lon, lat)
            assert hexagon.grade == level.grade
            assert hexagon.level_dbm == level.level_dbm


def test_the_report_prints_what_each_commune_has(computed: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("coverage_report", technology="4g", organization="VNPT", format="csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["unit"] for row in rows] == ["11953", "12826"]
    row = rows[0]
    assert row["network"] == "VNPT"
    assert float(row["area_percent"]) == pytest.approx(
        100 * float(row["covered_km2"]) / float(row["area_km2"]), abs=0.01
    )
    assert row["roads_percent"] == ""
    assert row["threshold_dbm"] == "-110.0"
    assert row["inputs"]
    call_command("coverage_report", technology="4g", organization="any-1", format="geojson")
    features = json.loads(capsys.readouterr().out)["features"]
    assert {feature["properties"]["network"] for feature in features} == {"any-1"}
    assert {feature["geometry"]["type"] for feature in features} == {"MultiPolygon"}


def test_the_report_writes_files_that_other_programs_read(computed: World, tmp_path: Path) -> None:
    wanted: dict[str, Any] = {"technology": "4g", "organization": "VNPT"}
    call_command("coverage_report", format="gpkg", what="polygons", output=tmp_path / "a.gpkg", **wanted)
    table = pyogrio.raw.read(tmp_path / "a.gpkg", layer="coverage")
    assert "area_km2" in table[0]["fields"]
    one = map_of(computed, "4G", computed.vnpt)
    areas = table[3][list(table[0]["fields"]).index("area_km2")]
    assert areas.sum() == pytest.approx(one.covered_m2 / 1e6, abs=0.01)
    call_command("coverage_report", what="raster", output=tmp_path / "a.tif", **wanted)
    with rasterio.open(tmp_path / "a.tif") as file:
        assert file.crs is not None
        assert file.tags(ns="IMAGE_STRUCTURE").get("LAYOUT") == "COG"
        level = file.read(1)
        assert float((level[level != NO_LEVEL] >= round(one.needed_dbm * 100)).sum()) * 40_000 == pytest.approx(
            one.covered_m2, rel=0.001
        )
    call_command("coverage_report", what="white-spots", format="geojson", output=tmp_path / "a.geojson", **wanted)
    assert len(json.loads((tmp_path / "a.geojson").read_text())["features"]) == one.white_spots.count()
    with pytest.raises(CommandError, match="name it with --output"):
        call_command("coverage_report", format="gpkg", **wanted)
    with pytest.raises(CommandError, match="No coverage map fits"):
        call_command("coverage_report", technology="5g")


def test_the_report_lists_the_cells_left_out(covered: World, capsys: pytest.CaptureFixture[str]) -> None:
    Cell.objects.filter(code="TBH0001-2").update(eirp_dbm=140.0)
    compute(run_of(covered, technologies=["4G"]))
    call_command("coverage_report", left_out=True)
    [row] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row == {
        "organization": "VIETTEL", "technology": "4G", "cell": "TBH0001-2", "reason": "power_range", "value": "140",
    }  # fmt: skip


# --- Decisions --------------------------------------------------------------------------------------------------------


def test_comparing_counts_what_one_side_covers_and_the_other_does_not(computed: World) -> None:
    viettel, vnpt = map_of(computed, "4G", computed.viettel), map_of(computed, "4G", computed.vnpt)
    anyone, both = map_of(computed, "4G"), map_of(computed, "4G", at_least=2)
    found = compare([viettel], [vnpt]).whole
    assert found.first_m2 == pytest.approx(viettel.covered_m2)
    assert found.second_m2 == pytest.approx(vnpt.covered_m2)
    assert found.lost_m2 == pytest.approx(viettel.covered_m2 - both.covered_m2)
    assert found.won_m2 == pytest.approx(vnpt.covered_m2 - both.covered_m2)
    joined = compare([viettel, vnpt], [anyone]).whole
    assert (joined.lost_m2, joined.won_m2) == (0, 0)


def test_switching_a_technology_off_says_who_loses_all_service(covered: World) -> None:
    compute(run_of(covered))
    three, four = map_of(covered, "3G", covered.vnpt), map_of(covered, "4G", covered.vnpt)
    found = compare([three, four], [four])
    assert found.whole.won_m2 == 0
    assert found.whole.lost_m2 > 0
    assert found.whole.lost_people == pytest.approx(sum(one.lost_people for one in found.by_unit.values()))
    assert set(found.by_unit) <= {covered.thai_thuy.pk, covered.pho_hien.pk}


def test_a_trial_gains_what_the_next_run_with_that_mast_finds(computed: World) -> None:
    before = map_of(computed, "4G", computed.vnpt)
    spot = before.white_spots.get(rank=1)
    trial = Trial(spot.position.x, spot.position.y, 40.0, (0.0, 120.0, 240.0), 1_815.0, 20.0, 62.0, 2.0, 4.0, 65.0)
    gain = try_out(before, trial, shapely.from_wkb(bytes(spot.shape.wkb)))
    assert gain.people > 0
    with make.one_act(computed.authority):
        site = make.SiteFactory(authority=computed.authority, position=spot.position, unit=spot.unit)
        station = make.StationFactory(
            installation__site=site, installation__organization=computed.vnpt, technologies="4G"
        )
        for azimuth in trial.azimuths_deg:
            make.CellFactory(station=station, azimuth_deg=azimuth, **whole())
    compute(run_of(computed, technologies=["4G"]))
    after = map_of(computed, "4G", computed.vnpt)
    assert gain.area_m2 == pytest.approx(after.covered_m2 - before.covered_m2, rel=0.005)
    assert gain.people == pytest.approx(after.population_covered - before.population_covered, rel=0.005)
    assert gain.left_people is not None
    assert gain.left_people < spot.people
    drawn = on_grid(read_grid(before), gain.shape)
    assert drawn.area == pytest.approx(gain.area_m2, rel=0.05)


def read_grid(coverage: CoverageMap) -> Any:
    from django.conf import settings

    return read_manifest(settings.COVERAGE_STORE, coverage.manifest).grid


def test_a_trial_without_values_takes_the_defaults_of_the_technology(computed: World) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    spot = one.white_spots.get(rank=1)
    assert try_out(one, Trial(spot.position.x, spot.position.y, 40.0)).people > 0


def test_an_impossible_trial_says_which_value(computed: World) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    with pytest.raises(ImpossibleTrialError) as caught:
        try_out(one, Trial(106.06, 20.65, 0.0))
    assert caught.value.parameter == "height"


def test_masts_to_share_have_room_and_stand_near_without_the_network(computed: World) -> None:
    harbour, citadel = computed.harbour_mast, computed.citadel_mast
    citadel.capacity, harbour.capacity = 9, 6
    with make.one_act(computed.authority) as ledger:
        ledger.change(citadel)
        ledger.change(harbour)
    at = (computed.citadel.position.x + 0.005, computed.citadel.position.y)
    [near] = masts_to_share(computed.manager, [at], metres=3_000, organization=computed.vnpt.pk, places=3)
    # the market's mast carries VNPT itself; Viettel's citadel lists no cells and takes the usual three places
    assert [one.mast.code for one in near] == [citadel.code]
    assert near[0].free == 6
    assert near[0].metres == pytest.approx(522, abs=5)
    assert near[0].operators == ("Viettel",)
    [full] = masts_to_share(computed.manager, [at], metres=3_000, organization=computed.vnpt.pk, places=7)
    assert full == []
    [unseen] = masts_to_share(computed.stranger, [at], metres=3_000, organization=computed.vnpt.pk, places=3)
    assert unseen == []


def test_a_point_gets_the_level_of_its_pixel(computed: World) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    close = level_at(one, computed.market.position.x, computed.market.position.y + 0.002)
    assert close.is_covered
    assert close.grade == 4
    assert close.cell == Cell.objects.get(code="VNP-PH-01-0").pk
    away = level_at(one, 106.19, 20.56)
    assert not away.is_covered
    assert away.is_inside
    assert not level_at(one, 100.0, 10.0).is_inside


def test_the_printed_report_says_what_the_map_says(computed: World) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    with translation.override("en"):
        said = coverage_content(computed.manager, one, [])
        part = coverage_content(computed.manager, one, [computed.pho_hien.code])
        named = {each.who for each in CoverageMap.objects.filter(technology="4G", is_current=True)}
    tables = {table.title: table.rows for table in said.tables}
    people, area, roads, villages = tables["Result"]
    with translation.override("en"):
        assert people[3] == share(one.population_covered, one.population) != "–"
        assert area[3] == share(one.covered_m2, one.area_m2)
    assert roads[1:3] == villages[1:3] == ("–", "–")
    networks = {row[0]: row for row in tables["Networks with 4G"]}
    assert set(networks) == named
    assert networks[one.who][1:3] == (people[3], area[3])
    gone = [each.population - each.population_covered for each in one.indicators.all()]
    assert tables["Communes, most people without coverage first"][0][2] == f"{round(max(gone)):,}"
    assert len(tables["White spots by people affected"]) == min(40, one.white_spots.count())
    assert [row[0] for row in part.tables[2].rows] == [computed.pho_hien.full_name]


def test_a_report_shows_an_operator_no_other_networks(computed: World) -> None:
    one = map_of(computed, "4G", computed.viettel)
    with translation.override("en"):
        said = coverage_content(computed.owner, one, [])
    [names] = [[row[0] for row in table.rows] for table in said.tables if table.title == "Networks with 4G"]
    assert names == [one.who]


def test_the_overview_says_how_many_people_the_maps_reach(computed: World) -> None:
    today = timezone.localdate()
    asked = Asked(computed.manager, Reader.of(computed.manager), "", "", today)
    found = {one.name: one for one in coverage_figures(asked)}
    assert set(found) == {"population_4g", "population_4g_two"}
    for name, at_least in (("population_4g", 1), ("population_4g_two", 2)):
        one = map_of(computed, "4G", None, at_least)
        assert (found[name].numerator, found[name].denominator) == (
            round(one.population_covered),
            round(one.population),
        )
        assert found[name].map_url == f"/map/?mode=coverage&network=any-{at_least}&technology=4G"
    compute(run_of(computed, technologies=["4G"], area=computed.pho_hien.pk))
    assert {one.name: one.denominator for one in coverage_figures(asked)}["population_4g"] == found[
        "population_4g"
    ].denominator  # a map of one commune is not the whole territory's
    here = Asked(computed.manager, asked.reader, computed.pho_hien.code, "VNPT", today)
    [own] = coverage_figures(here)
    assert own.map_url == f"/map/?mode=coverage&network=VNPT&technology=4G&unit={computed.pho_hien.code}"
    assert own.denominator == 480_000
