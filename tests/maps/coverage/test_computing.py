"""From the register to maps: what is computed, what is left out, what is kept when nothing changed."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from infra.models import AdministrativeUnit, Cell, Installation
from infra.services.corrections import installation_correct, mast_correct
from infra.services.facts import cell_add, cell_correct, cell_remove
from maps.coverage import standing
from maps.coverage.computing import compute
from maps.coverage.ground import surroundings_for
from maps.coverage.manifests import read_manifest
from maps.coverage.mosaics import tile_at
from maps.coverage.rasters.exact import best_levels
from maps.coverage.rasters.filling import NO_LEVEL
from maps.coverage.reading import Reader, Reading
from maps.coverage.requests import Request, WrongRequestError
from maps.coverage.sectors import MapSettings
from maps.coverage.signals import sectors_of
from maps.models import CoverageIndicator, CoverageMap, CoverageRun, Omission, RunState, UnitEnvironment, WhiteSpot
from maps.radio.parameters import Parameters
from maps.radio.register import Asked, read_emitters
from maps.services.antennas import Antenna, antennas_choose
from tests import factories as make
from tests.maps.coverage.conftest import map_of, run_of, whole
from tests.world import World

pytestmark = pytest.mark.django_db


def change_cell(cell: Cell, **values: Any) -> None:
    for name, value in values.items():
        setattr(cell, name, value)
    with make.one_act(cell.station.installation.authority) as ledger:
        ledger.change(cell)


def test_a_run_makes_a_map_of_each_network_and_of_several_together(covered: World) -> None:
    run = run_of(covered)
    maps = compute(run)
    run.refresh_from_db()
    assert run.state == RunState.READY
    assert run.tiles == run.tiles_done > 0
    named = {(one.organization.code if one.organization else None, one.technology_id, one.at_least) for one in maps}
    assert named == {
        ("VIETTEL", "3G", 1),
        ("VIETTEL", "4G", 1),
        ("VNPT", "3G", 1),
        ("VNPT", "4G", 1),
        (None, "3G", 1),
        (None, "3G", 2),
        (None, "4G", 1),
        (None, "4G", 2),
    }
    one = map_of(covered, "4G", covered.viettel)
    assert one.model == "auto"
    assert one.threshold_dbm == -110
    assert one.margin_db == pytest.approx(1.2816 * 6, abs=0.001)
    assert one.needed_dbm == pytest.approx(-102.31, abs=0.01)
    assert one.models_used == {"cost231": 1.0}
    # two registered cells at the harbour, three assumed ones at the citadel, which lists none
    assert (one.cells, one.cells_assumed) == (5, 5)
    assert one.assumed["cell"] == 3
    assert one.assumed["power"] == 5


def test_indicators_add_up_and_say_how_much_was_assumed(covered: World) -> None:
    compute(run_of(covered))
    one = map_of(covered, "4G", covered.vnpt)
    rows = {row.unit.code: row for row in one.indicators.select_related("unit")}
    assert set(rows) == {"12826", "11953"}
    for row in rows.values():
        assert row.area_m2 == pytest.approx(463e6, rel=0.01)
        assert 0 < row.covered_m2 < row.area_m2
        assert sum(row.levels_m2) == pytest.approx(row.covered_m2)
        assert row.population_covered / row.population == pytest.approx(row.covered_m2 / row.area_m2, abs=0.001)
        assert (row.roads_m, row.villages) == (None, None)
    assert rows["11953"].population == pytest.approx(480_000)
    assert one.population == pytest.approx(532_000)
    assert one.population_covered == pytest.approx(sum(row.population_covered for row in rows.values()))
    assert (rows["11953"].cells, rows["11953"].cells_assumed) == (2, 0)
    # the harbour's VNPT station lists one cell, without height, power and tilt
    assert (rows["12826"].cells, rows["12826"].cells_assumed) == (1, 1)


def test_together_covers_what_any_covers_and_both_no_more_than_either(covered: World) -> None:
    compute(run_of(covered))
    viettel, vnpt = map_of(covered, "4G", covered.viettel), map_of(covered, "4G", covered.vnpt)
    anyone, both = map_of(covered, "4G"), map_of(covered, "4G", at_least=2)
    assert anyone.covered_m2 == pytest.approx(viettel.covered_m2 + vnpt.covered_m2 - both.covered_m2)
    assert 0 < both.covered_m2 < min(viettel.covered_m2, vnpt.covered_m2)


def test_the_stored_level_is_the_point_functions_at_the_middle_of_the_pixel(covered: World, settings: Any) -> None:
    compute(run_of(covered))
    one = map_of(covered, "4G", covered.vnpt)
    manifest = read_manifest(settings.COVERAGE_STORE, one.manifest)
    parameters = Parameters.on(one.data_on)
    emitters = read_emitters(Asked(organizations=(covered.vnpt.pk,), technologies=("4G",)), parameters).emitters
    settings_of_map = MapSettings(resolution_m=200, centre=settings.COVERAGE_GRID)
    sectors, _ = sectors_of(emitters, parameters, settings_of_map, surroundings_for(emitters.unit.tolist(), parameters))
    random, found = np.random.default_rng(2), 0
    for tile in sorted(manifest.tiles):
        data = tile_at(settings.COVERAGE_STORE, manifest, tile)
        x, y = np.meshgrid(*manifest.grid.window_centres(tile))
        heard = np.argwhere(data.level != NO_LEVEL)
        places = [*random.permutation(heard)[:30].tolist(), *random.integers(0, 256, (10, 2)).tolist()]
        for row, column in places:
            exact, server = best_levels(sectors, x[row, column], y[row, column])
            level = data.level_dbm(row, column)
            assert (level is None) == bool(np.isnan(exact[0]))
            if level is not None:
                assert level == pytest.approx(exact[0], abs=0.1)
                assert data.server_at(row, column) == emitters.cell[server[0]]
                found += 1
    assert found > 30


def test_running_again_makes_no_new_map(covered: World) -> None:
    compute(run_of(covered))
    before = list(CoverageMap.objects.order_by("pk").values_list("pk", "inputs"))
    rows = CoverageIndicator.objects.count(), WhiteSpot.objects.count()
    run = run_of(covered)
    compute(run)
    assert list(CoverageMap.objects.order_by("pk").values_list("pk", "inputs")) == before
    assert (CoverageIndicator.objects.count(), WhiteSpot.objects.count()) == rows
    run.refresh_from_db()
    assert run.tiles_kept > 0


def test_a_changed_cell_makes_new_maps_of_its_network_only_and_keeps_the_old_ones(covered: World) -> None:
    compute(run_of(covered))
    before = {(one.organization_id, one.technology_id, one.at_least): one.pk for one in CoverageMap.objects.all()}
    change_cell(Cell.objects.get(code="VNP-PH-01-240"), tilt_deg=5.0)
    run = run_of(covered)
    after = {(one.organization_id, one.technology_id, one.at_least): one.pk for one in compute(run)}
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {(covered.vnpt.pk, "4G", 1), (None, "4G", 1), (None, "4G", 2)}
    old = CoverageMap.objects.get(pk=before[covered.vnpt.pk, "4G", 1])
    assert not old.is_current
    assert old.indicators.exists()


def written() -> dict[Any, Any]:
    """What the maps that hold say: tiles, counts, communes and white spots."""
    said = {}
    for one in CoverageMap.objects.filter(is_current=True):
        communes = list(one.indicators.order_by("unit").values_list(*INDICATOR))
        spots = list(one.white_spots.values_list("rank", "people", "area_m2", "unit", "position", "shape"))
        counts = (one.manifest, one.inputs, one.cells, one.cells_assumed, one.cells_left_out, one.assumed)
        totals = (one.area_m2, one.covered_m2, one.population, one.population_covered, one.models_used)
        said[one.organization_id, one.technology_id, one.at_least] = (counts, totals, communes, spots)
    return said


INDICATOR = ("unit", "area_m2", "covered_m2", "levels_m2", "population", "population_covered", "cells", "cells_assumed")


def test_what_acts_touched_is_read_and_computed_alone_and_comes_out_as_all_of_it_would(
    covered: World, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Corrections, cells new and gone, a lower mast, a station suspended, an antenna: after each, as from nothing."""
    asked: list[int] = []
    read = Reader.read

    def noted(self: Reader, stations: Any = ()) -> Reading:
        asked.append(len(stations))
        return read(self, stations)

    monkeypatch.setattr(Reader, "read", noted)
    compute(run_of(covered))
    cell, station = Cell.objects.get(code="VNP-PH-01-240"), covered.market_station.installation
    said = {"actor": covered.officer, "reason": "measured on site"}
    mast, suspended = covered.harbour_mast, make.StatusFactory(code="suspended")
    acts: list[Callable[[], object]] = [
        lambda: cell_correct(cell=cell, eirp_dbm=55.0, **said),
        lambda: cell_correct(cell=cell, height_agl_m=None, **said),
        lambda: cell_add(
            installation=station,
            code="NEW",
            technology=cell.technology,
            frequency_mhz=1_840.0,
            azimuth_deg=90.0,
            **said,
        ),
        lambda: antennas_choose(installation=station, chosen={cell: Antenna("f1336")}, **said),
        lambda: antennas_choose(installation=station, chosen={cell: None}, **said),
        lambda: cell_remove(cell=Cell.objects.get(code="VNP-PH-01-0"), **said),
        lambda: mast_correct(mast=mast, height_m=24.0, **said),
        lambda: installation_correct(installation=station, status=suspended, **said),
    ]
    for number, do in enumerate(acts):
        do()
        asked.clear()
        compute(run_of(covered))
        assert 0 not in asked, number
        quick, kept = written(), standing._kept.copy()
        with transaction.atomic():
            CoverageMap.objects.update(is_current=False)
            standing._kept.clear()
            settings.COVERAGE_STORE = str(tmp_path / f"anew{number}")
            compute(run_of(covered))
            assert asked[-1] == 0
            assert written() == quick, number
            transaction.set_rollback(True)
        standing._kept.update(kept)
        settings.COVERAGE_STORE = str(tmp_path / "coverage")


def test_a_cell_that_cannot_be_true_is_listed_with_its_reason_and_the_run_goes_on(covered: World) -> None:
    with make.one_act(covered.authority):
        bad = {**whole(), "technology": make.TechnologyFactory(code="4G")}
        make.CellFactory(station=covered.station, code="NOBAND", band=None, frequency_mhz=None, **bad)
        make.CellFactory(station=covered.station, code="GROUND", **{**bad, "height_agl_m": 0.0})
    Cell.objects.filter(code="TBH0001-2").update(eirp_dbm=140.0)
    run = run_of(covered)
    compute(run)
    listed = {one.cell_code: (one.reason, one.value) for one in Omission.objects.filter(run=run)}
    assert listed == {
        "NOBAND": ("frequency_missing", "nan"),
        "GROUND": ("height_range", "0"),
        "TBH0001-2": ("power_range", "140"),
    }
    one = map_of(covered, "4G", covered.viettel)
    assert (one.cells, one.cells_left_out) == (4, 3)


def test_only_operating_stations_and_cells_in_service_count(covered: World) -> None:
    suspended = make.StatusFactory(code="suspended")
    Installation.objects.filter(pk=covered.market_station.pk).update(status=suspended)
    Cell.objects.filter(code="TBH0001-1").update(in_service=False)
    compute(run_of(covered))
    assert map_of(covered, "4G", covered.vnpt).cells == 1
    assert map_of(covered, "4G", covered.viettel).cells == 4


def test_stations_without_cells_can_be_left_out(covered: World) -> None:
    compute(run_of(covered, with_assumed=False))
    assert map_of(covered, "4G", covered.viettel).cells == 2
    assert not CoverageMap.objects.filter(technology="3G").exists()


def test_one_network_in_one_commune(covered: World) -> None:
    run = run_of(covered, organization=covered.vnpt.pk, technologies=["4G"], area=covered.pho_hien.pk)
    [one] = compute(run)
    assert one.area == covered.pho_hien
    assert one.organization == covered.vnpt
    assert [row.unit for row in one.indicators.all()] == [covered.pho_hien]


def test_the_surroundings_that_a_person_said_count_before_the_density(covered: World) -> None:
    compute(run_of(covered, technologies=["4G"]))
    before = map_of(covered, "4G", covered.vnpt).indicators.get(unit=covered.pho_hien).covered_m2
    UnitEnvironment.objects.create(unit=covered.pho_hien, environment="urban", reason="Phố cổ", actor=covered.manager)
    compute(run_of(covered, technologies=["4G"]))
    after = map_of(covered, "4G", covered.vnpt).indicators.get(unit=covered.pho_hien).covered_m2
    assert after < 0.5 * before


def test_white_spots_are_kept_by_rank(covered: World) -> None:
    compute(run_of(covered))
    spots = list(map_of(covered, "4G", covered.vnpt).white_spots.all())
    assert [spot.rank for spot in spots] == list(range(1, len(spots) + 1))
    assert [spot.people for spot in spots] == sorted((spot.people for spot in spots), reverse=True)
    assert spots[0].unit == covered.pho_hien
    assert spots[0].shape.valid


def test_a_run_without_ground_fails_in_words(covered: World) -> None:
    AdministrativeUnit.objects.update(boundary=None)
    run = run_of(covered)
    with pytest.raises(WrongRequestError, match="import units first"):
        compute(run)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "boundary" in run.problem
    assert not CoverageMap.objects.exists()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"resolution_m": 5}, "10 to 500"),
        ({"model": "itm"}, "model must be auto or one of hata"),
        ({"edge_percent": 100.0}, "50 to 99.9"),
        ({"clutter_percent": 50.0}, "other models hold it already"),
        ({"building": "tent"}, "building must be one of"),
    ],
)
def test_what_makes_no_sense_is_refused(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(WrongRequestError, match=message):
        Request(**asked)


def test_the_command_says_what_each_network_covers(covered: World, tmp_path: Path) -> None:
    out = StringIO()
    call_command("compute_coverage", technology=["4g"], organization="VNPT", resolution=100, stdout=out)
    text = out.getvalue()
    assert "VNPT 4G:" in text
    assert CoverageRun.objects.get().state == RunState.READY
    with pytest.raises(CommandError, match="--technology knows"):
        call_command("compute_coverage", technology=["6g"])
    with pytest.raises(CommandError, match="--organization knows no 'NOBODY'"):
        call_command("compute_coverage", organization="NOBODY")
    with pytest.raises(CommandError, match="--unit knows no unit '999'"):
        call_command("compute_coverage", unit="999")
