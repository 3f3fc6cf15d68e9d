"""Layers in numbers: in a view, in an area, by unit, at a point; bounded by what the person may see."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from django.test import Client

from maps.tiles.columns import combinations
from tests.maps.tiles.reading import read, tile_at
from tests.world import SignIn, World

WHOLE = "105.5,20,107.2,21.2"


def ask(client: Client, path: str, **parameters: str) -> Any:
    response = client.get(path, parameters)
    assert response.status_code == 200, response.content
    return response.json()


def test_what_is_in_view_is_counted_by_class(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    everything = ask(client, "/tiles/installations/counts.json")
    assert (everything["n"], everything["sites"]) == (8, 3)
    assert everything["shared"] == 2  # the harbour, and the market with its game point
    assert everything["classes"]["operator"] == {"VIETTEL": 3, "VNPT": 4, "NET-PH": 1}
    assert everything["classes"]["kind"]["base_station"] == 4
    near = ask(client, "/tiles/installations/counts.json", bbox="106.5,20.5,106.6,20.6", kind="base_station")
    assert (near["n"], near["sites"], near["shared"]) == (2, 1, 1)
    assert sum(near["classes"]["safety"].values()) == 2
    expected = Counter(world.station.technologies.split(",") + world.vnpt_station.technologies.split(","))
    assert near["classes"]["technology"] == expected


def test_counts_equal_the_features_of_a_tile(world: World, as_person: SignIn) -> None:
    for person in (world.officer, world.owner, world.stranger, None):
        client = as_person(person)
        cells = read(client, "installations", tile_at(106.3, 20.7, 5))
        assert ask(client, "/tiles/installations/counts.json")["n"] == sum(c["properties"]["n"] for c in cells)


def test_an_area_and_a_circle_are_counted(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    triangle = "106.0,20.6;106.1,20.6;106.05,20.7"
    assert ask(client, "/tiles/installations/counts.json", area=triangle)["sites"] == 2
    assert ask(client, "/tiles/installations/counts.json", near="106.0571,20.6464,100")["sites"] == 1
    assert ask(client, "/tiles/installations/counts.json", near="106.0571,20.6464,1000")["sites"] == 2


def test_units_are_counted_by_commune_and_by_province(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    communes = ask(client, "/tiles/installations/units.json", kind="base_station")
    assert {code: one["n"] for code, one in communes["units"].items()} == {"12826": 2, "11953": 2}
    assert communes["units"]["12826"]["classes"]["operator"] == {"VIETTEL": 1, "VNPT": 1}
    provinces = ask(client, "/tiles/installations/units.json", kind="base_station", level="province")
    assert {code: (one["n"], one["sites"]) for code, one in provinces["units"].items()} == {"33": (4, 3)}
    assert "safety" not in ask(as_person(None), "/tiles/installations/units.json")["units"]["12826"]["classes"]


def test_everything_at_a_point_is_listed_nearest_first(world: World, as_person: SignIn) -> None:
    found = ask(as_person(world.officer), "/map/here.json", lon="106.5685", lat="20.5602", layers="installations")
    assert [one["number"] for one in found["things"]] == ["HYN-B-000001", "HYN-B-000002"]
    assert found["things"][0]["metres"] < 1
    assert found["things"][0]["operator"] == "VIETTEL"
    everything = ask(as_person(world.officer), "/map/here.json", lon="106.5685", lat="20.5602")["things"]
    assert {"installations", "sites", "masts", "permits"} <= {one["layer"] for one in everything}
    own = ask(as_person(world.owner), "/map/here.json", lon="106.5685", lat="20.5602", metres="50")["things"]
    assert "HYN-B-000002" not in {one.get("number") for one in own}
    public = ask(as_person(None), "/map/here.json", lon="106.5685", lat="20.5602")["things"]
    assert {one["layer"] for one in public} == {"installations", "sites"}
    assert not [one for one in public if "safety" in one or ("code" in one and one["layer"] == "installations")]


@pytest.mark.parametrize(
    ("path", "parameters", "named"),
    [
        ("/tiles/installations/counts.json", {"bbox": "1,2,3"}, "bbox"),
        ("/tiles/installations/counts.json", {"area": "106,20;107,21;106,21;107,20"}, "area"),
        ("/tiles/installations/counts.json", {"area": "106,20;107,21"}, "area"),
        ("/tiles/installations/counts.json", {"area": "106,20;nan,21;106,21"}, "area"),
        ("/tiles/installations/counts.json", {"near": "106,20"}, "near"),
        ("/tiles/installations/counts.json", {"near": "106,20,-5"}, "near"),
        ("/tiles/installations/counts.json", {"near": "106,20,9e9"}, "near"),
        ("/tiles/installations/counts.json", {"height": "50"}, "height"),
        ("/tiles/installations/counts.json", {"height": "50-30"}, "height"),
        ("/tiles/installations/units.json", {"level": "planet"}, "level"),
        ("/map/here.json", {"lon": "106.5"}, "lat"),
        ("/map/here.json", {"lon": "106.5", "lat": "20", "metres": "1e9"}, "metres"),
        ("/map/here.json", {"lon": "106.5", "lat": "20", "layers": "cases"}, "layers"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    world: World, as_person: SignIn, path: str, parameters: dict[str, str], named: str
) -> None:
    response = as_person(None).get(path, parameters)
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == f"/{named}"


@pytest.mark.parametrize("layer", ["units", "routes", "nodes", "nothing"])
def test_what_is_not_counted_or_not_theirs_is_not_found(world: World, as_person: SignIn, layer: str) -> None:
    assert as_person(None).get(f"/tiles/{layer}/counts.json").status_code == 404


def test_combinations_are_those_that_stand_side_by_side() -> None:
    small = [np.array([3, -1, 3, 2, -1], dtype=np.int8), np.array([7, 7, 7, 9, 8], dtype=np.int32)]
    assert [column.tolist() for column in combinations(*small)] == [[-1, -1, 2, 3], [7, 8, 9, 7]]
    wide = [column.astype(np.int64) * 2**40 for column in small]
    assert [column.tolist() for column in combinations(*wide)] == [
        [value * 2**40 for value in column] for column in ([-1, -1, 2, 3], [7, 8, 9, 7])
    ]
    assert [column.tolist() for column in combinations(np.zeros(0, np.int64), np.zeros(0, np.int64))] == [[], []]
