"""Exposure of real cells: sums, boundaries, the table, what the API and the pages say, who sees which part."""

import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from infra.models import BaseStation, Cell
from maps.exposure import compliance_distance_m, power_density_w_m2
from maps.exposure.boundaries import Boundary, boundary_of, by_direction, cell_distances
from maps.exposure.limits import Limits, MissingLimitError
from maps.exposure.places import exposure_at
from maps.exposure.ratios import Plane, ratios
from maps.exposure.refreshing import refresh
from maps.exposure.sources import Sources, sources_of
from maps.exposure.table import table_of
from maps.models import ExposureLimit, RadioParameter, StationExposure
from maps.pages.exposure_drawings import MARK, section_of
from maps.radio.emitters import emitters_of
from maps.services import reference
from tests import factories as make
from tests.maps.coverage.networks import parameters, raw
from tests.world import SignIn, World

DAY = date(2026, 5, 5)
QCVN = Limits("qcvn8", "QCVN 8:2022/BTTTT", ((10.0, 6_000.0, 2.0, 0.0),))
WHOLE = {
    "bandwidth_mhz": 20.0,
    "tilt_deg": 0.0,
    "electrical_tilt_deg": 0.0,
    "height_agl_m": 30.0,
    "gain_dbi": 17.5,
    "eirp_dbm": 62.0,
    "beamwidth_h_deg": 65.0,
    "beamwidth_v_deg": 7.0,
    "azimuth_deg": 90.0,
}


def sources(*rows: dict[str, Any]) -> Sources:
    emitters, left = emitters_of(raw(*({**WHOLE, **row} for row in rows)), parameters())
    assert not left
    return sources_of(emitters, parameters(), QCVN)


def test_in_the_main_lobe_the_ratio_is_1_at_the_compliance_distance() -> None:
    one = sources({})
    eirp = 10**3.2
    distance = float(compliance_distance_m(eirp, 2.0))
    at = ratios(one, Plane(106.3, 20.5), distance, 0.0, 30.0)
    assert at[0] == pytest.approx(1.0, rel=1e-6)
    # behind the antenna 30 dB less
    behind = ratios(one, Plane(106.3, 20.5), -distance, 0.0, 30.0)
    assert behind[0] == pytest.approx(1e-3, rel=1e-6)


def test_ratios_of_cells_add_up_whoever_they_belong_to() -> None:
    together = sources({"organization": 1}, {"organization": 2, "eirp_dbm": 59.0}, {"azimuth_deg": None})
    plane = Plane(106.3, 20.5)
    there = ratios(together, plane, [40.0, -15.0], [3.0, 8.0], [1.75, 12.0])
    apart = [ratios(together.take([row]), plane, [40.0, -15.0], [3.0, 8.0], [1.75, 12.0]) for row in range(3)]
    assert there == pytest.approx(np.sum(apart, axis=0), rel=1e-12)


def test_plane_metres_are_the_spheroids() -> None:
    from infra.spatial.metres import metres_between

    plane = Plane(106.3, 20.5)
    lons, lats = np.array([106.301, 106.31, 106.3, 106.29]), np.array([20.5, 20.51, 20.518, 20.49])
    flat = np.hypot(*plane.metres(lons, lats))
    assert flat == pytest.approx(metres_between(106.3, 20.5, lons, lats), rel=1e-3)


def test_nothing_outside_the_boundary_of_a_mast_is_over_the_limit() -> None:
    mast = sources(
        {"tilt_deg": 6.0}, {"azimuth_deg": 210.0, "eirp_dbm": 66.0}, {"azimuth_deg": 95.0, "height_agl_m": 26.0}
    )
    found = boundary_of(mast)
    generator = np.random.default_rng(7)
    bearing, away = generator.uniform(0, 360, 4_000), generator.uniform(0, 60, 4_000)
    height = generator.uniform(0, 40, 4_000)
    east, north = away * np.sin(np.radians(bearing)), away * np.cos(np.radians(bearing))
    over = ratios(mast, Plane(106.3, 20.5), east, north, height) >= 1
    assert over.any()
    reach = np.array([r for _b, r in found.plan])
    # between two rays the larger one holds
    place = (bearing // 5).astype(int)
    held = np.maximum(reach[place], reach[(place + 1) % len(reach)])
    assert (away[over] <= held[over]).all()
    assert height[over].min() >= found.lowest_m - 0.5
    assert found.farthest_m < math.sqrt(mast.quotient_m2.sum()) + 2


def test_the_tables_distance_is_never_less_than_any_rays() -> None:
    rows: list[dict[str, Any]] = [
        {"station": 1, "azimuth_deg": 0.0},
        {"station": 1, "azimuth_deg": 10.0, "eirp_dbm": 60.0},
        {"station": 1, "azimuth_deg": 180.0},
        {"station": 2, "azimuth_deg": None},
        {"station": 3, "azimuth_deg": 45.0, "tilt_deg": 4.0},
    ]
    every = sources(*rows)
    table = table_of(every)
    assert table.station.tolist() == [1, 2, 3]
    assert table.cells.tolist() == [3, 1, 1]
    for place, station in enumerate(table.station.tolist()):
        own = every.take(every.station == station)
        assert table.distance_m[place] >= boundary_of(own).farthest_m - 1.0
        assert table.distance_m[place] <= math.sqrt(own.quotient_m2.sum()) + 1e-9
    assert table.distance_m[1] == pytest.approx(float(compliance_distance_m(10**3.2, 2.0)))


def test_the_table_of_directions_is_never_less_than_any_ray_in_them() -> None:
    boundary = boundary_of(sources({"azimuth_deg": 95.0}, {"azimuth_deg": 200.0, "eirp_dbm": 55.0}))
    lines = by_direction(boundary)
    assert [one.bearing_deg for one in lines] == [45.0 * place for place in range(8)]
    for bearing, metres in boundary.plan:
        nearest = lines[round(bearing / 45) % 8]
        assert nearest.metres >= metres
    assert max(one.metres for one in lines) == boundary.farthest_m == lines[2].metres
    assert lines[7].metres < lines[4].metres < lines[2].metres
    assert {one.metres for one in by_direction(boundary_of(sources({"eirp_dbm": -30.0})))} == {0.0}


def test_a_cells_distance_is_the_smaller_of_near_and_far_field() -> None:
    [weak] = cell_distances(sources({"eirp_dbm": 50.0}))
    [strong] = cell_distances(sources({"eirp_dbm": 62.0, "gain_dbi": 17.5}))
    assert weak.metres == min(weak.far_m, weak.near_m)
    assert strong.far_m == pytest.approx(7.941, abs=0.01)


@pytest.mark.parametrize(("top", "reach"), [(50.0, 2.0), (50.0, 11.5), (12.0, 8.0), (110.0, 40.0), (6.0, 60.0)])
def test_marks_of_the_drawing_from_the_side_do_not_touch(top: float, reach: float) -> None:
    outline = ((-reach / 2, top), (reach, top), (reach, top - 1), (-reach / 2, top - 1))
    drawn = section_of(Boundary(((0.0, reach),), outline, 0.0, reach, top - 1), top, 1.7)
    marks = sorted([drawn.mast[0], *(one.at for one in drawn.distances)])
    assert len(marks) >= 2
    assert marks[0] > 0
    assert marks[-1] < 320
    assert min(np.diff(marks)) >= MARK - 0.2


def test_power_is_only_reckoned_down_by_verified_shares() -> None:
    row = {"technology": "5G", "frequency_mhz": 3_600.0, "eirp_dbm": 72.0}
    assert sources(row).eirp_w[0] == pytest.approx(10**4.2)


def test_limits_follow_the_frequency_and_the_day(db: None) -> None:
    reference.load()
    icnirp = Limits.on(DAY, "icnirp1998")
    assert icnirp.power_w_m2([900, 1_800, 2_600]) == pytest.approx([4.5, 9.0, 10.0])
    assert np.isnan(icnirp.power_w_m2(1.0))
    assert Limits.on(date(2021, 1, 1)).basis == "TCVN 3718-1:2005"
    assert Limits.on(DAY).basis == "QCVN 8:2022/BTTTT"
    with pytest.raises(MissingLimitError):
        Limits.on(DAY, "nobody")


# --- With the register ------------------------------------------------------------------------------------------------


@pytest.fixture
def exposed(world: World) -> World:
    """A whole cell of VNPT beside the harbour's, so that figures are known."""
    reference.load()
    with make.one_act(world.authority):
        Cell.objects.filter(station=world.market_station).delete()
        BaseStation.objects.filter(pk=world.market_station.pk).update(technologies="4G")
        make.CellFactory(station=world.market_station, code="VNP-E", **WHOLE)
    return world


@pytest.mark.django_db
def test_the_point_question_is_the_exact_sum(exposed: World, as_person: SignIn) -> None:
    at = exposed.market.position
    lon, lat = at.x + 0.0005, at.y
    row = as_person(exposed.manager).get(f"/api/v1/exposure/?lon={lon}&lat={lat}&height_m=30").json()
    metres = row["contributors"][0]["distance_m"]
    expected = float(power_density_w_m2(10**3.2, metres))
    assert row["contributors"][0]["cell"] == "VNP-E"
    assert row["contributors"][0]["w_m2"] == pytest.approx(expected, rel=0.02)
    assert row["ratio"] >= sum(one["ratio"] for one in row["contributors"]) * (1 - 1e-5)
    assert row["v_m"] == pytest.approx(math.sqrt(377 * row["w_m2"]), rel=1e-4)
    reflected = as_person(exposed.manager).get(f"/api/v1/exposure/?lon={lon}&lat={lat}&height_m=30&reflection=1").json()
    assert reflected["w_m2"] == pytest.approx(2.56 * row["w_m2"], rel=1e-4)


@pytest.mark.django_db
def test_everybody_gets_the_sum_but_only_ones_own_cells(exposed: World, as_person: SignIn) -> None:
    at = exposed.market.position
    address = f"/api/v1/exposure/?lon={at.x + 0.0005}&lat={at.y}"
    whole = as_person(exposed.manager).get(address).json()
    public = as_person(None).get(address).json()
    stranger = as_person(exposed.owner).get(address).json()
    assert public["ratio"] == stranger["ratio"] == whole["ratio"] > 0
    assert public["contributors"] == []
    assert {one["organization"] for one in stranger["contributors"]} <= {"VIETTEL"}
    assert "VNPT" in {one["organization"] for one in whole["contributors"]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["lon=x&lat=20", "lat=20", "lon=106&lat=20&height_m=-1", "lon=106&lat=20&standard=no"]
)
def test_a_question_that_makes_no_sense_is_refused(exposed: World, as_person: SignIn, query: str) -> None:
    answer = as_person(exposed.manager).get(f"/api/v1/exposure/?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"]


@pytest.mark.django_db
def test_what_far_stations_can_add_is_never_less_than_their_sum(exposed: World) -> None:
    assert refresh(DAY) == StationExposure.objects.count() > 0
    lon, lat = exposed.market.position.x + 0.03, exposed.market.position.y
    found = exposure_at(lon, lat, 30.0, day=DAY)
    assert not len(found.sources)
    every = exposure_at(exposed.market.position.x, exposed.market.position.y, 30.0, day=DAY).sources
    exact = float(ratios(every, Plane(lon, lat), 0.0, 0.0, 30.0)[0])
    assert found.ratio >= exact > 0


@pytest.mark.django_db
def test_the_table_follows_the_register(exposed: World) -> None:
    refresh(DAY)
    before = StationExposure.objects.get(installation=exposed.market_station.pk)
    assert before.distance_m == pytest.approx(float(compliance_distance_m(10**3.2, 2.0)), rel=1e-6)
    with make.one_act(exposed.authority):
        Cell.objects.filter(code="VNP-E").update(eirp_dbm=65.0)
    refresh(DAY)
    after = StationExposure.objects.get(installation=exposed.market_station.pk)
    assert after.distance_m == pytest.approx(before.distance_m * 10 ** (3 / 20), rel=1e-6)
    ExposureLimit.objects.all().delete()
    with pytest.raises(MissingLimitError):
        refresh(DAY)


@pytest.mark.django_db
def test_the_sheet_and_the_public_page_say_distance_and_share(exposed: World, as_person: SignIn) -> None:
    code = exposed.market.code
    staff = as_person(exposed.manager).get(f"/sites/{code}/").content.decode()
    assert "QCVN 8:2022/BTTTT" in staff
    assert "VNP-E" in staff
    assert "st-exposure__zone" in staff
    assert staff.split("st-exposure__directions")[1].split("</table>")[0].count('scope="row"') == 8
    public = as_person(None).get(f"/sites/{code}/").content.decode()
    assert "QCVN 8:2022/BTTTT" in public
    assert "VNP-E" not in public
    RadioParameter.objects.all().delete()
    assert as_person(exposed.manager).get(f"/sites/{code}/").status_code == 200


@pytest.mark.django_db
def test_what_the_point_question_costs(exposed: World, as_person: SignIn) -> None:
    client = as_person(exposed.officer)
    at = exposed.market.position
    address = f"/api/v1/exposure/?lon={at.x}&lat={at.y}"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) == 12, [query["sql"][:100] for query in queries]
