"""Coverage in the API: who sees which map, what is answered, what is refused in words, what it costs."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maps.coverage.computing import compute
from maps.models import CoverageMap, CoverageRun, RadioParameter, RunState
from maps.services.coverage import map_publish
from tests.maps.coverage.conftest import map_of, run_of
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db

V1 = "/api/v1/coverage/"


@pytest.fixture
def computed(covered: World) -> World:
    compute(run_of(covered, technologies=["4G"]))
    return covered


def post(client: Client, address: str, body: dict[str, Any]) -> Any:
    return client.post(V1 + address, json.dumps(body), content_type="application/json")


def networks(client: Client, query: str = "") -> list[str]:
    rows = client.get(f"{V1}maps/{query}").json()
    return [f"{row['organization'] or row['at_least']}" for row in rows]


def test_an_operator_sees_its_own_map_the_authority_all_of_them(computed: World, as_person: SignIn) -> None:
    assert sorted(networks(as_person(computed.manager))) == ["1", "2", "VIETTEL", "VNPT"]
    assert networks(as_person(computed.owner)) == ["VIETTEL"]
    assert networks(as_person(computed.stranger)) == ["VNPT"]
    assert networks(as_person(computed.foreign_officer)) == []
    assert networks(as_person(None)) == []


def test_a_strangers_map_is_not_there(computed: World, as_person: SignIn) -> None:
    own = map_of(computed, "4G", computed.viettel)
    for address in ("", "indicators/", "white-spots/", "files/indicators.csv"):
        assert as_person(computed.owner).get(f"{V1}maps/{own.pk}/{address}").status_code == 200
        assert as_person(computed.stranger).get(f"{V1}maps/{own.pk}/{address}").status_code == 404
        assert as_person(None).get(f"{V1}maps/{own.pk}/{address}").status_code == 404
    tile = f"/tiles/coverage/{own.pk}/9/406/225.png"
    assert as_person(computed.stranger).get(tile).status_code == 404
    assert as_person(computed.owner).get(tile).status_code == 200


def test_a_published_map_is_for_everybody(computed: World, as_person: SignIn) -> None:
    one = map_of(computed, "4G")
    map_publish(actor=computed.manager, coverage=one, public=True, reason="Công bố hằng quý")
    assert networks(as_person(None)) == ["1"]
    assert as_person(None).get(f"{V1}maps/{one.pk}/indicators/").json()
    assert as_person(None).get(f"/tiles/coverage/{one.pk}/9/406/225.png").status_code == 200
    map_publish(actor=computed.manager, coverage=one, public=False, reason="Thu hồi")
    assert networks(as_person(None)) == []


def test_a_map_says_what_makes_it_defensible(computed: World, as_person: SignIn) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    row = as_person(computed.manager).get(f"{V1}maps/{one.pk}/").json()
    assert row["signal"] == "RSRP"
    assert row["needed_dbm"] == pytest.approx(row["threshold_dbm"] + row["margin_db"], abs=1e-3)
    assert row["models_used"] == {"cost231": 1.0}
    assert len(row["inputs"]) == 40
    assert row["cells"] == 3
    assert row["tiles"] == f"/tiles/coverage/{one.pk}/{{z}}/{{x}}/{{y}}.png"


def test_earlier_maps_are_found_by_asking_for_them(computed: World, as_person: SignIn) -> None:
    CoverageMap.objects.filter(organization=computed.vnpt).update(is_current=False)
    client = as_person(computed.stranger)
    assert networks(client) == []
    assert networks(client, "?current=0&technology=4g&organization=VNPT") == ["VNPT"]


def test_indicators_of_a_unit(computed: World, as_person: SignIn) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    client = as_person(computed.manager)
    rows = client.get(f"{V1}maps/{one.pk}/indicators/").json()
    assert [row["unit"] for row in rows] == ["11953", "12826"]
    [row] = client.get(f"{V1}maps/{one.pk}/indicators/?unit=11953").json()
    assert row["population"] == 480_000
    assert row["roads_percent"] is None
    assert len(client.get(f"{V1}maps/{one.pk}/indicators/?unit=33").json()) == 2
    wrong = client.get(f"{V1}maps/{one.pk}/indicators/?unit=99")
    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["pointer"] == "/unit"
    # an officer of one commune gets its figures only
    [own] = as_person(computed.local_officer).get(f"{V1}maps/{one.pk}/indicators/").json()
    assert own["unit"] == "12826"


def test_white_spots_come_with_masts_to_share(computed: World, as_person: SignIn) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    rows = as_person(computed.manager).get(f"{V1}maps/{one.pk}/white-spots/?shapes=1&least_km2=0.5").json()
    assert rows[0]["rank"] == 1
    assert rows[0]["people"] > rows[-1]["people"] or len(rows) == 1
    assert rows[0]["geometry"]["type"] == "MultiPolygon"
    for row in rows:
        for mast in row["masts"]:
            assert mast["metres"] <= 3_000
            assert "VNPT" not in mast["operators"]
    wrong = as_person(computed.manager).get(f"{V1}maps/{one.pk}/white-spots/?limit=0")
    assert wrong.status_code == 400


def test_the_levels_at_a_place(computed: World, as_person: SignIn) -> None:
    lon, lat = computed.market.position.x, computed.market.position.y + 0.002
    answer = as_person(computed.manager).get(f"{V1}?lon={lon}&lat={lat}").json()
    assert answer["unit"] == "11953"
    assert answer["inside"]
    levels = {row["organization"] or row["at_least"]: row for row in answer["predicted"]}
    assert set(levels) == {"VIETTEL", "VNPT", 1, 2}
    assert levels["VNPT"]["covered"]
    assert levels["VNPT"]["level_dbm"] > levels["VNPT"]["needed_dbm"]
    assert levels[1]["level_dbm"] == max(levels["VNPT"]["level_dbm"], levels["VIETTEL"]["level_dbm"] or -999)
    own = as_person(computed.owner).get(f"{V1}?lon={lon}&lat={lat}").json()
    assert [row["organization"] for row in own["predicted"]] == ["VIETTEL"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("?lon=200&lat=20", "lon"), ("?lon=106", "lat"), ("?lon=NaN&lat=20", "lon"), ("?lon=106&lat=20&x=1", "x")],
)
def test_a_place_that_makes_no_sense_is_named(world: World, as_person: SignIn, query: str, parameter: str) -> None:
    answer = as_person(world.manager).get(V1 + query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == f"/{parameter}"


def test_what_if(computed: World, as_person: SignIn) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    spot = one.white_spots.get(rank=1)
    body = {"map": one.pk, "lon": spot.position.x, "lat": spot.position.y, "height_m": 42, "white_spot": 1}
    answer = post(as_person(computed.manager), "what-if/", body).json()
    assert answer["people"] > 0
    assert answer["area_km2"] > 0
    assert answer["left_people"] < spot.people
    assert answer["geometry"]["type"] == "MultiPolygon"
    assert answer["sharing"] == []
    named = {**body, "organization": "VNPT", "technology": "4G", "sharing": True}
    del named["map"]
    same = post(as_person(computed.manager), "what-if/", named).json()
    assert same["people"] == answer["people"]
    assert CoverageMap.objects.count() == 4  # nothing is stored


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"height_m": 0}, "/height_m"),
        ({"azimuths_deg": [400]}, "/azimuths_deg/0"),
        ({"azimuths_deg": []}, "/azimuths_deg"),
        ({"lat": None}, "/lat"),
        ({"white_spot": 999}, "/white_spot"),
        ({"map": 999_999}, "/map"),
    ],
)
def test_a_trial_that_makes_no_sense_is_refused_by_name(
    computed: World, as_person: SignIn, change: dict[str, Any], pointer: str
) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    body = {"map": one.pk, "lon": 106.1, "lat": 20.6, "height_m": 42, **change}
    answer = post(as_person(computed.manager), "what-if/", body)
    assert answer.status_code == 400
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}


def test_a_trial_on_a_strangers_map_is_refused(computed: World, as_person: SignIn) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    body = {"map": one.pk, "lon": 106.1, "lat": 20.6, "height_m": 42}
    assert post(as_person(computed.owner), "what-if/", body).status_code == 400
    assert post(as_person(None), "what-if/", body).status_code == 401


def test_two_maps_are_compared(computed: World, as_person: SignIn) -> None:
    viettel, vnpt = map_of(computed, "4G", computed.viettel), map_of(computed, "4G", computed.vnpt)
    client = as_person(computed.manager)
    answer = client.get(f"{V1}compare/?first={viettel.pk}&second={vnpt.pk}").json()
    assert answer["first_km2"] == pytest.approx(viettel.covered_m2 / 1e6, abs=0.001)
    assert answer["lost_people"] == pytest.approx(sum(row["lost_people"] for row in answer["units"]), abs=2)
    tile = answer["tiles"].replace("{z}/{x}/{y}", "9/406/225")
    assert client.get(tile)["Content-Type"] == "image/png"
    assert client.get(f"{V1}compare/?first={viettel.pk}&second=x").status_code == 400
    assert as_person(computed.owner).get(f"{V1}compare/?first={viettel.pk}&second={vnpt.pk}").status_code == 400


def test_a_run_is_asked_for_and_watched(
    covered: World, as_person: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    client = as_person(covered.manager)
    with django_capture_on_commit_callbacks(execute=True):
        answer = post(client, "runs/", {"technologies": ["4G"], "organization": "VNPT", "resolution_m": 100})
    assert answer.status_code == 202
    run = CoverageRun.objects.get()
    assert run.actor == covered.manager
    state = client.get(f"{V1}runs/{run.pk}/").json()
    assert state["state"] == RunState.READY
    assert len(state["maps"]) == 1
    assert client.get(f"{V1}runs/").json()[0]["id"] == run.pk
    assert as_person(covered.foreign_officer).get(f"{V1}runs/{run.pk}/").status_code == 404
    assert post(as_person(covered.owner), "runs/", {}).status_code == 403
    wrong = post(client, "runs/", {"organization": "NOBODY"})
    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["pointer"] == "/organization"
    assert post(client, "runs/", {"resolution_m": 3}).status_code == 400


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("indicators.csv", b"map,network"),
        ("indicators.geojson", b'{"type":"FeatureCollection"'),
        ("coverage.xlsx", b"PK"),
        ("coverage.pdf", b"%PDF"),
        ("coverage.gpkg", b"SQLite format 3"),
        ("white-spots.csv", b"map,network"),
        ("white-spots.geojson", b'{"type":"FeatureCollection"'),
        ("hexagons.csv", b"h3_res9_id,"),
        ("levels.tif", b"II*\x00"),
    ],
)
def test_files_of_a_map(computed: World, as_person: SignIn, name: str, start: bytes) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    answer = as_person(computed.manager).get(f"{V1}maps/{one.pk}/files/{name}?unit=11953")
    assert answer.status_code == 200
    assert answer.content.startswith(start)
    assert "vnpt-4g-11953" in answer["Content-Disposition"]
    assert as_person(computed.manager).get(f"{V1}maps/{one.pk}/files/passwords.csv").status_code == 404


def test_tiles_are_pictures_that_a_browser_keeps(computed: World, as_person: SignIn) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    client = as_person(computed.manager)
    first = client.get(f"/tiles/coverage/{one.pk}/9/406/225.png")
    assert first["Content-Type"] == "image/png"
    assert first.content.startswith(b"\x89PNG")
    again = client.get(f"/tiles/coverage/{one.pk}/9/406/225.png", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/tiles/coverage/{one.pk}/9/0/0.png").status_code == 204
    for wrong in ("9/600/0", "19/0/0", "9/x/0"):
        assert client.get(f"/tiles/coverage/{one.pk}/{wrong}.png").status_code == 404
    assert client.get("/tiles/coverage/nothing/9/406/225.png").status_code == 404


#: address -> queries of a signed-in officer of the authority
COSTS = {
    "maps/": 5,
    "maps/{map}/": 5,
    "maps/{map}/indicators/": 6,
    "maps/{map}/indicators/?unit=33": 8,
    "maps/{map}/white-spots/": 11,
    "?lon=106.06&lat=20.65": 6,
    "runs/": 6,
}


def test_what_an_address_costs(computed: World, as_person: SignIn) -> None:
    RadioParameter.objects.filter(code="sharing_distance_m").update(value=50_000)
    client = as_person(computed.officer)
    found = {}
    for address in COSTS:
        where = V1 + address.format(map=map_of(computed, "4G", computed.vnpt).pk)
        client.get(where)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(where).status_code == 200
        found[address] = len(queries)
    assert found == COSTS
