"""The live features of the layers: who sees what, how much, how often anew."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from infra.services.ledger import act
from maps.queries import stamp
from tests import factories as make
from tests.world import SignIn, World

WHOLE = "105.5,20,107.2,21.2"


def ask(client: Client, layer: str, bbox: str = WHOLE, zoom: object = 13, **more: str) -> Any:
    return client.get(f"/map/layers/{layer}.json", {"bbox": bbox, "zoom": zoom, **more})


def by_site(response: Any) -> dict[str, dict[str, Any]]:
    return {f["properties"]["site"]: f["properties"] for f in response.json()["features"]}


# --- Who sees what ----------------------------------------------------------------------------------------------------


def test_staff_see_every_station_by_site(world: World, as_person: SignIn) -> None:
    sites = by_site(ask(as_person(world.officer), "stations"))
    assert set(sites) == {"HYN-00001", "HYN-00002", "HYN-00003"}
    assert sites["HYN-00001"]["operators"] == {"VIETTEL": 1, "VNPT": 1}
    assert sites["HYN-00001"]["n"] == 2
    assert sum(sites["HYN-00001"]["technologies"].values()) == 2
    assert sites["HYN-00001"]["statuses"] == {"operating": 2}


@pytest.mark.parametrize("person", ["owner", "colleague"])
def test_an_operator_sees_its_own_stations_of_a_shared_mast(world: World, as_person: SignIn, person: str) -> None:
    sites = by_site(ask(as_person(getattr(world, person)), "stations", bbox="105,19,108,22"))
    assert set(sites) == {"HYN-00001", "HYN-00002", "HPG-00001"}
    assert sites["HYN-00001"]["operators"] == {"VIETTEL": 1}


def test_a_stranger_does_not_see_them(world: World, as_person: SignIn) -> None:
    sites = by_site(ask(as_person(world.stranger), "stations"))
    assert {code: one["operators"] for code, one in sites.items()} == {
        "HYN-00001": {"VNPT": 1},
        "HYN-00003": {"VNPT": 1},
    }


def test_an_officer_of_one_commune_sees_that_commune(world: World, as_person: SignIn) -> None:
    assert set(by_site(ask(as_person(world.local_officer), "stations"))) == {"HYN-00001"}
    assert set(by_site(ask(as_person(world.foreign_officer), "stations"))) == {"HPG-00001"}


@pytest.mark.parametrize("signed_in", [False, True])
def test_everybody_else_sees_what_is_published(world: World, as_person: SignIn, signed_in: bool) -> None:
    with make.one_act(world.authority):
        planned = make.StatusFactory(code="planned")
        make.StationFactory(
            installation__registry_number="HYN-B-000099",
            installation__site=world.market,
            installation__organization=world.viettel,
            installation__status=planned,
        )
    sites = by_site(ask(as_person(world.outsider if signed_in else None), "stations"))
    assert set(sites) == {"HYN-00001", "HYN-00002", "HYN-00003", "HPG-00001"}
    assert sites["HYN-00003"] == {
        "site": "HYN-00003",
        "name": world.market.name,
        "n": 1,
        "operators": {"VNPT": 1},
    }


@pytest.mark.parametrize("layer", ["cases", "inspections", "nodes", "routes", "internet", "nothing"])
def test_a_layer_that_is_not_theirs_does_not_exist(world: World, as_person: SignIn, layer: str) -> None:
    assert ask(as_person(None), layer).status_code == 404
    assert ask(as_person(world.outsider), layer).status_code == 404


@pytest.mark.parametrize(("layer", "site"), [("nodes", "HYN-00002"), ("routes", None)])
def test_other_layers_are_bounded_too(world: World, as_person: SignIn, layer: str, site: str | None) -> None:
    mine = ask(as_person(world.owner), layer).json()["features"]
    theirs = ask(as_person(world.stranger), layer).json()["features"]
    assert [f["properties"]["site"] for f in mine] == [site]
    assert {f["properties"]["ref"] for f in mine}.isdisjoint(f["properties"]["ref"] for f in theirs)
    assert len(ask(as_person(world.officer), layer).json()["features"]) == 2


def test_a_route_is_found_where_its_line_passes(world: World, as_person: SignIn) -> None:
    far_end = "106.5785,20.567,106.582,20.572"
    found = ask(as_person(world.owner), "routes", bbox=far_end).json()["features"]
    assert [f["geometry"]["type"] for f in found] == ["LineString"]


# --- How much ---------------------------------------------------------------------------------------------------------


def test_low_zooms_count_by_commune_then_by_province(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    communes = ask(client, "stations", zoom=10).json()
    assert communes["grouped"] == "commune"
    assert {f["properties"]["unit"]: f["properties"]["n"] for f in communes["features"]} == {"12826": 2, "11953": 2}
    harbour = next(f["properties"] for f in communes["features"] if f["properties"]["unit"] == "12826")
    assert (harbour["sites"], harbour["shared"]) == (1, 1)
    assert harbour["operators"] == {"VIETTEL": 1, "VNPT": 1}
    assert sum(harbour["states"].values()) == 2
    provinces = ask(client, "stations", zoom=6).json()
    assert provinces["grouped"] == "province"


def test_a_crowded_box_is_counted_instead(world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maps.layers.MOST_FEATURES", 1)
    assert ask(as_person(world.officer), "stations").json()["grouped"] == "commune"
    assert ask(as_person(world.officer), "nodes").json()["grouped"] == "commune"
    small = "106.05,20.64,106.06,20.65"
    assert ask(as_person(world.officer), "stations", bbox=small).json()["grouped"] is None


def test_coordinates_are_rounded_and_answers_are_compact(world: World, as_person: SignIn) -> None:
    response = ask(as_person(world.officer), "stations", bbox="106.5,20.5,106.6,20.6")
    assert response.json()["features"][0]["geometry"] == {"type": "Point", "coordinates": [106.5685, 20.5602]}
    assert b", " not in response.content
    assert response["Content-Type"] == "application/geo+json"


def test_boundaries_say_that_they_are_schematic(world: World, as_person: SignIn) -> None:
    found = ask(as_person(None), "units", zoom=10).json()["features"]
    units = {f["properties"]["code"]: f["properties"] for f in found}
    assert units["12826"]["schematic"] is True
    assert units["12826"]["own"] is True
    assert units["11332"]["own"] is True  # of the neighbour's territory, which lives in this installation too
    assert "12826" not in {f["properties"]["code"] for f in ask(as_person(None), "units", zoom=5).json()["features"]}


# --- Filters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "sites"),
    [
        ({"organization": "VIETTEL"}, {"HYN-00001", "HYN-00002"}),
        ({"organization": "VIETTEL,VNPT", "unit": "11953"}, {"HYN-00002", "HYN-00003"}),
        ({"unit": "33"}, {"HYN-00001", "HYN-00002", "HYN-00003"}),
        ({"unit": "31"}, set()),
        ({"technology": "9G"}, set()),
        ({"status": "decommissioned"}, set()),
        ({"shared": "1"}, {"HYN-00001"}),
        ({"as_of": "2026-01-01"}, set()),
        ({"as_of": "2026-04-01"}, {"HYN-00001", "HYN-00002", "HYN-00003"}),
    ],
)
def test_filters_narrow_the_layer(world: World, as_person: SignIn, filters: dict[str, str], sites: set[str]) -> None:
    client = as_person(world.officer)
    assert set(by_site(ask(client, "stations", **filters))) == sites
    counted = ask(client, "stations", zoom=10, **filters).json()["features"]
    assert sum(f["properties"]["sites"] for f in counted) == len(sites)


def test_technology_is_matched_whole(world: World, as_person: SignIn) -> None:
    with make.one_act(world.authority) as ledger:
        world.station.technologies = "2G,4G"
        world.citadel_station.technologies = "5G"
        ledger.change_many([world.station, world.citadel_station])
    client = as_person(world.officer)
    assert "HYN-00001" in by_site(ask(client, "stations", technology="2G"))
    assert "HYN-00001" not in by_site(ask(client, "stations", technology="G"))
    assert "HYN-00002" in by_site(ask(client, "stations", technology="5G"))
    assert "HYN-00002" not in by_site(ask(client, "stations", technology="4G"))
    assert "HYN-00001" in by_site(ask(client, "stations", technology="2G,5G"))
    assert "HYN-00002" in by_site(ask(client, "stations", technology="2G,5G"))


def test_states_are_those_of_the_one_function(world: World, as_person: SignIn) -> None:
    today = timezone.localdate()
    with make.one_act(world.authority) as ledger:
        world.station.verification = "required"
        world.certificate.expires_on = today.replace(year=today.year - 1)
        world.certificate.issued_on = today.replace(year=today.year - 6)
        world.certificate.renewal_due_on = None
        ledger.change(world.station)
        ledger.change(world.certificate)
    client = as_person(world.owner)
    assert by_site(ask(client, "stations"))["HYN-00001"]["states"] == {"overdue": 1}
    assert set(by_site(ask(client, "stations", safety="overdue"))) == {"HYN-00001"}
    assert "HYN-00001" not in by_site(ask(client, "stations", safety="compliant,unknown"))
    assert set(by_site(ask(client, "stations", certificate="missing"))) == {"HYN-00001"}
    assert set(by_site(ask(client, "stations", certificate="expired"))) == {"HYN-00001"}
    assert by_site(ask(client, "stations", certificate="30")) == {}


# --- How often --------------------------------------------------------------------------------------------------------


def test_an_unchanged_register_is_not_sent_again(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    first = ask(client, "stations")
    again = client.get(
        "/map/layers/stations.json", {"bbox": WHOLE, "zoom": 13}, headers={"if-none-match": first["ETag"]}
    )
    assert again.status_code == 304
    assert not again.content
    assert "no-cache" in first["Cache-Control"]
    assert "private" in first["Cache-Control"]


def test_an_act_a_filter_and_another_person_make_another_answer(world: World, as_person: SignIn) -> None:
    tag = ask(as_person(world.officer), "stations")["ETag"]
    assert ask(as_person(world.manager), "stations")["ETag"] != tag or world.manager == world.officer
    assert ask(as_person(world.owner), "stations")["ETag"] != tag
    assert ask(as_person(world.officer), "stations", organization="VNPT")["ETag"] != tag
    with act(actor=world.officer, authority=world.authority, kind="site.moved", reason="Measured") as ledger:
        world.harbour.name = "Cảng mới"
        ledger.change(world.harbour)
    changed = ask(as_person(world.officer), "stations")
    assert changed["ETag"] != tag
    assert by_site(changed)["HYN-00001"]["name"] == "Cảng mới"


def test_counts_follow_the_register(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    assert client.get("/map/summary.json").json()["stations"]["n"] == 4
    with make.one_act(world.authority):
        make.StationFactory(
            installation__registry_number="HYN-B-000050",
            installation__site=world.market,
            installation__organization=world.viettel,
        )
    summary = client.get("/map/summary.json").json()
    assert summary["stations"]["n"] == 5
    assert summary["stations"]["shared"] == 2
    assert summary["layers"]["postal"] == 1
    assert {age["code"] for age in summary["ages"]} == {"VIETTEL", "VNPT"}


@pytest.mark.parametrize(
    ("layer", "zoom", "queries"), [("stations", 13, 10), ("stations", 10, 9), ("postal", 13, 8), ("units", 10, 6)]
)
def test_queries_of_a_layer(
    world: World,
    as_person: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
    layer: str,
    zoom: int,
    queries: int,
) -> None:
    # a slow machine must not look twice at the state of the register
    monkeypatch.setattr(stamp, "GLANCE_S", 60)
    client = as_person(world.officer)
    with django_assert_num_queries(queries):
        assert ask(client, layer, zoom=zoom).status_code == 200


def test_queries_do_not_grow_with_the_rows(world: World, as_person: SignIn, django_assert_max_num_queries: Any) -> None:
    with make.one_act(world.authority):
        for number in range(20):
            make.StationFactory(
                installation__registry_number=f"HYN-B-{number + 100:06d}",
                installation__site=make.SiteFactory(
                    authority=world.authority, code=f"HYN-{number + 100:05d}", unit=world.pho_hien
                ),
                installation__organization=world.viettel,
            )
    client = as_person(world.officer)
    with django_assert_max_num_queries(12):
        assert len(ask(client, "stations").json()["features"]) == 23


# --- Bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"bbox": "nan,20,107,21"}, "bbox"),
        ({"bbox": "106,20,inf,21"}, "bbox"),
        ({"bbox": "107,20,106,21"}, "bbox"),
        ({"bbox": "106,21,107,20"}, "bbox"),
        ({"bbox": "106,20,107"}, "bbox"),
        ({"bbox": ""}, "bbox"),
        ({"bbox": "-400,20,107,21"}, "bbox"),
        ({"zoom": "x"}, "zoom"),
        ({"zoom": "99"}, "zoom"),
        ({"zoom": "-1"}, "zoom"),
        ({"zoom": "1.5"}, "zoom"),
        ({"safety": "happy"}, "safety"),
        ({"certificate": "soon"}, "certificate"),
        ({"certificate": "99999"}, "certificate"),
        ({"shared": "yes"}, "shared"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"organization": "X" * 65}, "organization"),
        ({"organisation": "VIETTEL"}, "organisation"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    world: World, as_person: SignIn, parameters: dict[str, str], named: str
) -> None:
    response = as_person(world.officer).get("/map/layers/stations.json", {"bbox": WHOLE, "zoom": "13", **parameters})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["errors"][0]["pointer"] == f"/{named}"
    assert named in problem["detail"]


def test_only_reading_is_answered(world: World, as_person: SignIn) -> None:
    assert as_person(world.officer).post("/map/layers/stations.json").status_code == 405
