"""Vector tiles of the layers: who sees what, one by one and counted, how often anew, what is refused."""

import gzip
from typing import Any

import numpy as np
import pytest
from django.test import Client

from infra.models import Link
from infra.services.ledger import act
from maps.tiles import encoding
from tests import factories as make
from tests.maps.tiles.reading import ask, features, read, tile_at
from tests.world import SignIn, World

HARBOUR = (106.5685, 20.5602)
NEAR = tile_at(*HARBOUR, 14)
#: one tile with the whole register of the tests
WIDE = tile_at(*HARBOUR, 6)


def numbers(found: list[dict[str, Any]]) -> set[str]:
    return {feature["properties"]["number"] for feature in found}


# --- Who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("officer", {"HYN-B-000001", "HYN-B-000002"}),
        ("owner", {"HYN-B-000001"}),
        ("colleague", {"HYN-B-000001"}),
        ("stranger", {"HYN-B-000002"}),
        ("local_officer", {"HYN-B-000001", "HYN-B-000002"}),
        ("foreign_officer", set()),
        ("outsider", {"HYN-B-000001", "HYN-B-000002"}),
        (None, {"HYN-B-000001", "HYN-B-000002"}),
    ],
)
def test_a_tile_holds_what_the_person_may_see(
    world: World, as_person: SignIn, person: str | None, expected: set[str]
) -> None:
    client = as_person(getattr(world, person) if person else None)
    assert numbers(read(client, "installations", NEAR)) == expected


def test_counts_are_bounded_like_the_things_they_count(world: World, as_person: SignIn) -> None:
    def counted(client: Client) -> int:
        return sum(feature["properties"]["n"] for feature in read(client, "installations", WIDE))

    assert counted(as_person(world.officer)) == 8
    assert counted(as_person(world.owner)) == 4
    assert counted(as_person(world.stranger)) == 4
    assert counted(as_person(world.local_officer)) == 2
    assert counted(as_person(None)) == 6


def test_the_public_is_told_what_is_published(world: World, as_person: SignIn) -> None:
    station = next(f for f in read(as_person(None), "installations", NEAR) if f["properties"]["operator"] == "VIETTEL")
    assert station["properties"]["number"] == "HYN-B-000001"
    assert not {"safety", "code"} & set(station["properties"])
    cells = read(as_person(None), "installations", WIDE)
    assert not [name for cell in cells for name in cell["properties"] if name.startswith("safety")]


def test_a_person_can_ask_for_what_is_published(world: World, as_person: SignIn) -> None:
    assert numbers(read(as_person(world.owner), "installations", NEAR, published="1")) == {
        "HYN-B-000001",
        "HYN-B-000002",
    }


@pytest.mark.parametrize("layer", ["nodes", "routes", "links", "internet", "stations", "nothing"])
def test_a_layer_that_is_not_theirs_does_not_exist(world: World, as_person: SignIn, layer: str) -> None:
    for person in (None, world.outsider):
        assert ask(as_person(person), layer, NEAR).status_code == 404
        assert as_person(person).get(f"/tiles/{layer}.json").status_code == 404


def test_a_program_signs_in_with_a_key_or_a_password(world: World, as_person: SignIn) -> None:
    from datetime import timedelta

    from infra.services.tokens import token_create

    _row, key = token_create(actor=world.owner, name="QGIS", lifetime=timedelta(days=1))
    address = f"/tiles/nodes/{tile_at(106.0571, 20.6464, 12)}.mvt"
    for header in (f"Token {key}", _basic("owner", make.PASSWORD), _basic("anything", key)):
        answer = Client().get(address, headers={"authorization": header})
        assert numbers(features(answer.content, "nodes")) == {"HYN-N-000001"}
    for wrong in ("Token no-such-key", _basic("owner", "wrong"), "Basic !!!"):
        answer = Client().get(address, headers={"authorization": wrong})
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Basic")
        assert answer.json()["detail"]


def _basic(name: str, password: str) -> str:
    import base64

    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


# --- What it holds ----------------------------------------------------------------------------------------------------


def test_stations_at_one_place_are_all_there(world: World, as_person: SignIn) -> None:
    found = read(as_person(world.officer), "installations", NEAR)
    assert [f["geometry"]["coordinates"] for f in found] == [found[0]["geometry"]["coordinates"]] * 2
    assert {f["id"] for f in found} == {world.station.pk, world.vnpt_station.pk}
    assert {f["properties"]["site"] for f in found} == {"HYN-00001"}
    viettel = next(f["properties"] for f in found if f["properties"]["operator"] == "VIETTEL")
    assert viettel == {
        "number": "HYN-B-000001",
        "code": "TBH0001",
        "name": world.station.installation.name or world.harbour.name,
        "kind": "base_station",
        "operator": "VIETTEL",
        "technologies": world.station.technologies,
        "status": "operating",
        "safety": viettel["safety"],
        "height_m": world.harbour_mast.height_m,
        "site": "HYN-00001",
        "unit": "12826",
    }


def test_from_afar_cells_are_counted_by_class(world: World, as_person: SignIn) -> None:
    cells = [f["properties"] for f in read(as_person(world.officer), "installations", WIDE)]
    assert sum(cell["n"] for cell in cells) == 8
    assert sum(cell["sites"] for cell in cells) == 3
    assert sum(cell.get("operator_VIETTEL", 0) for cell in cells) == 3
    assert sum(cell.get("kind_base_station", 0) for cell in cells) == 4
    assert sum(n for cell in cells for name, n in cell.items() if name.startswith("safety_")) >= 4


def test_a_crowded_tile_is_counted_however_near(
    world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from maps import layers
    from maps.tiles.layers import INSTALLATION_TILES

    crowded = replace(layers.BY_NAME["installations"], tiles=replace(INSTALLATION_TILES, most=1))
    monkeypatch.setitem(layers.BY_NAME, "installations", crowded)
    found = read(as_person(world.officer), "installations", NEAR)
    assert [(f["properties"]["n"], f["properties"]["sites"]) for f in found] == [(2, 1)]


def test_symbols_beyond_the_edge_are_taken_along(world: World, as_person: SignIn) -> None:
    """A point stands within a sixteenth of the neighbouring tile's edge, and is in that tile too."""
    client = as_person(world.officer)
    z, x, y = map(int, tile_at(*HARBOUR, 15).split("/"))
    inside = read(client, "installations", f"{z}/{x}/{y}")[0]["geometry"]["coordinates"]
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        there = read(client, "installations", f"{z}/{x + dx}/{y + dy}")
        at = [inside[0] - 4096 * dx, inside[1] - 4096 * dy]
        is_near = -256 <= at[0] <= 4352 and -256 <= at[1] <= 4352
        assert bool(there) == is_near
        assert all(f["geometry"]["coordinates"] == at for f in there)


def test_routes_and_links_are_lines_of_those_who_own_them(world: World, as_person: SignIn) -> None:
    place = tile_at(106.572, 20.563, 12)
    mine = read(as_person(world.owner), "routes", place)
    assert [f["properties"]["operator"] for f in mine] == ["VIETTEL"]
    assert mine[0]["geometry"]["type"] == "LineString"
    assert mine[0]["id"] == world.route.pk
    assert len(read(as_person(world.officer), "routes", place)) == 2
    with make.one_act(world.authority, at=make.moment(2026, 11, 2)) as ledger:
        world.route.fibres = 96
        ledger.change(world.route)
    changed = read(as_person(world.officer), "routes", place, changed_since="2026-11-01")
    assert [one["properties"]["number"] for one in changed] == [world.route.installation.registry_number]
    link = read(as_person(world.officer), "links", tile_at(106.0571, 20.6464, 14))[0]
    assert (link["properties"]["from"], link["properties"]["to"]) == ("HYN-N-000001", "HYN-N-000002")


def test_links_of_a_past_day_are_those_that_stood_then(world: World, as_person: SignIn) -> None:
    link, place = Link.objects.get(), tile_at(106.0571, 20.6464, 14)
    with make.one_act(world.authority) as ledger:
        link.capacity_mbps = 40_000.0
        ledger.change(link)
    for person in (world.officer, world.owner):
        shown = {
            day: [f["properties"]["capacity_mbps"] for f in read(as_person(person), "links", place, **day_of(day))]
            for day in ("", "2026-04-01", "2026-01-01")
        }
        assert shown == {"": [40_000], "2026-04-01": [100], "2026-01-01": []}


def day_of(day: str) -> dict[str, str]:
    return {"as_of": day} if day else {}


def test_units_are_public_and_say_that_they_are_schematic(world: World, as_person: SignIn) -> None:
    near = {f["properties"]["code"]: f for f in read(as_person(None), "units", tile_at(*HARBOUR, 11))}
    assert near["12826"]["properties"]["schematic"] is True
    assert near["12826"]["properties"]["own"] is True
    assert near["12826"]["geometry"]["type"] in ("Polygon", "MultiPolygon")
    assert not read(as_person(None), "units", tile_at(*HARBOUR, 5))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"organization": "VIETTEL"}, {"HYN-B-000001", "HYN-B-000003", "HYN-N-000001"}),
        ({"kind": "base_station", "unit": "12826"}, {"HYN-B-000001", "HYN-B-000002"}),
        ({"kind": "base_station", "shared": "1"}, {"HYN-B-000001", "HYN-B-000002"}),
        ({"kind": "base_station", "shared": "1", "organization": "VNPT"}, {"HYN-B-000002"}),
        ({"kind": "postal_point,internet_point"}, {"HYN-P-000001", "HYN-I-000001"}),
        ({"status": "decommissioned"}, set()),
        ({"as_of": "2026-01-01"}, set()),
    ],
)
def test_filters_narrow_a_tile(world: World, as_person: SignIn, filters: dict[str, str], expected: set[str]) -> None:
    client = as_person(world.officer)
    found = numbers(read(client, "installations", NEAR, **filters))
    found |= numbers(read(client, "installations", tile_at(106.06, 20.65, 13), **filters))
    assert found == expected
    assert sum(f["properties"]["n"] for f in read(client, "installations", WIDE, **filters)) == len(expected)


def test_the_past_is_shown_as_it_stood(world: World, as_person: SignIn) -> None:
    with act(actor=world.officer, authority=world.authority, kind="site.moved", reason="Closed") as ledger:
        installation = world.station.installation
        installation.status = make.StatusFactory(code="decommissioned")
        ledger.change(installation)
    client = as_person(world.officer)
    now = {f["properties"]["number"]: f["properties"]["status"] for f in read(client, "installations", NEAR)}
    then = {
        f["properties"]["number"]: f["properties"]["status"]
        for f in read(client, "installations", NEAR, as_of="2026-04-01")
    }
    assert now["HYN-B-000001"] == "decommissioned"
    assert then == {"HYN-B-000001": "operating", "HYN-B-000002": "operating"}


# --- How often --------------------------------------------------------------------------------------------------------


def test_an_unchanged_tile_is_not_sent_again(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    first = ask(client, "installations", NEAR)
    assert first["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert {"private", "no-cache"} <= set(first["Cache-Control"].replace(" ", "").split(","))
    again = client.get(f"/tiles/installations/{NEAR}.mvt", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    empty = ask(client, "installations", tile_at(0, 0, 14))
    assert (empty.status_code, empty.content) == (204, b"")


def test_an_act_a_filter_and_another_person_make_another_tile(world: World, as_person: SignIn) -> None:
    tag = ask(as_person(world.officer), "installations", NEAR)["ETag"]
    assert ask(as_person(world.owner), "installations", NEAR)["ETag"] != tag
    assert ask(as_person(world.officer), "installations", NEAR, organization="VNPT")["ETag"] != tag
    with act(actor=world.officer, authority=world.authority, kind="site.moved", reason="Measured") as ledger:
        world.station.installation.name = "Trạm mới"
        ledger.change(world.station.installation)
    changed = ask(as_person(world.officer), "installations", NEAR)
    assert changed["ETag"] != tag
    assert "Trạm mới" in {f["properties"]["name"] for f in features(changed.content, "installations")}


def test_a_tile_travels_compressed_to_those_who_take_it(
    world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maps.tiles.answers.WORTH_BYTES", 10)
    client = as_person(world.officer)
    plain = ask(client, "installations", WIDE)
    zipped = client.get(f"/tiles/installations/{WIDE}.mvt", headers={"accept-encoding": "gzip, br"})
    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert "Accept-Encoding" in plain["Vary"]


# --- TileJSON ---------------------------------------------------------------------------------------------------------


def test_tile_json_says_where_the_tiles_are_and_what_they_hold(world: World, as_person: SignIn) -> None:
    found = as_person(world.officer).get("/tiles/installations.json", {"organization": "VIETTEL,VNPT"}).json()
    assert found["tilejson"] == "3.0.0"
    address = "http://testserver/tiles/installations/{z}/{x}/{y}.mvt?organization=VIETTEL&organization=VNPT"
    assert found["tiles"] == [address]
    assert found["vector_layers"][0]["id"] == "installations"
    assert {"number", "safety", "operator"} <= set(found["vector_layers"][0]["fields"])
    west, south, east, north = found["bounds"]
    assert west < 106.06 < 106.56 < east
    assert south < 20.57 < 20.65 < north
    assert found["sotram"]["single_from"] == 11
    tile = found["tiles"][0].replace("{z}/{x}/{y}", NEAR).removeprefix("http://testserver")
    assert as_person(world.officer).get(tile).status_code == 200
    public = as_person(None).get("/tiles/installations.json").json()
    assert "safety" not in public["vector_layers"][0]["fields"]


# --- Bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place", ["23/0/0", "3/8/0", "3/0/8", "-1/0/0", "3/-1/0", "a/b/c", "99999999999999999999/0/0", "3/1.5/0", "٣/0/0"]
)
def test_a_tile_that_is_none_is_not_found_in_words(world: World, as_person: SignIn, place: str) -> None:
    response = ask(as_person(world.officer), "installations", place)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert "z" in response.json()["detail"]


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"organisation": "VIETTEL"}, "organisation"),
        ({"safety": "happy"}, "safety"),
        ({"kind": "lighthouse"}, "kind"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"as_of": "0001-01-01"}, "as_of"),
        ({"as_of": "9999-12-31"}, "as_of"),
        ({"published": "maybe"}, "published"),
        ({"unit": "x" * 65}, "unit"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    world: World, as_person: SignIn, parameters: dict[str, str], named: str
) -> None:
    for address in (f"/tiles/installations/{NEAR}.mvt", "/tiles/installations.json"):
        response = as_person(world.officer).get(address, parameters)
        assert response.status_code == 400
        assert response.json()["errors"][0]["pointer"] == f"/{named}"


def test_things_without_any_text_are_a_tile_too() -> None:
    nothing = encoding.Texts("text", np.zeros(0, dtype=np.uint8), np.zeros(2, dtype=np.int64))
    place = np.array([100, 200], dtype=np.int64)
    body = encoding.encode("incidents", np.array([1, 2], dtype=np.int64), encoding.points(place, place), [nothing])
    assert [(one["id"], one["properties"]) for one in features(body, "incidents")] == [(1, {}), (2, {})]
