"""OGC API - Features: who reads which collections, completely, in which system, at which time; what is refused."""

import json
from typing import Any

import pytest
import shapely
from django.test import Client
from openapi_spec_validator import validate

from infra.models import BaseStation, Installation, Site
from infra.services.ledger import act
from maps.features.declared import COLLECTIONS
from maps.features.systems import CRS84, EPSG, SYSTEMS
from tests import factories as make
from tests.inspections.conftest import File, filed, law  # noqa: F401 -- fixtures
from tests.world import SignIn, World

PUBLIC = {"sites", "installations", "stations", "postal-points", "units"}


def get(client: Client, path: str, **parameters: str) -> Any:
    return client.get(
        f"/ogc/{path}", {name.replace("bbox_crs", "bbox-crs"): value for name, value in parameters.items()}
    )


def read(response: Any) -> Any:
    assert response.status_code == 200, b"".join(response).decode()
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return json.loads(content)


def features(client: Client, name: str, **parameters: str) -> list[dict[str, Any]]:
    """Return all features, page by page as a program does."""
    response = get(client, f"collections/{name}/items", **parameters)
    found: list[dict[str, Any]] = []
    while True:
        page = read(response)
        assert page["numberReturned"] == len(page["features"])
        found += page["features"]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return found
        response = client.get(following[0].removeprefix("http://testserver"))


def named(found: list[dict[str, Any]], name: str = "number") -> list[str]:
    return [feature["properties"][name] for feature in found]


# --- Who reads what ---------------------------------------------------------------------------------------------------


def test_the_landing_page_leads_to_everything(world: World, as_person: SignIn) -> None:
    client = as_person(None)
    links = {link["rel"]: link["href"].removeprefix("http://testserver") for link in read(get(client, ""))["links"]}
    assert set(links) == {"self", "service-desc", "conformance", "data"}
    for address in links.values():
        assert client.get(address).status_code == 200
    classes = read(client.get(links["conformance"]))["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in classes


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (None, PUBLIC),
        ("outsider", PUBLIC),
        ("officer", {collection.name for collection in COLLECTIONS}),
        ("owner", {collection.name for collection in COLLECTIONS}),
        ("inspector", {collection.name for collection in COLLECTIONS} - {"cases"}),
    ],
)
def test_the_collections_are_those_of_the_role(
    world: World, as_person: SignIn, person: str | None, expected: set[str]
) -> None:
    client = as_person(getattr(world, person) if person else None)
    found = read(get(client, "collections"))["collections"]
    assert {collection["id"] for collection in found} == expected
    for name in {collection.name for collection in COLLECTIONS} - expected:
        assert get(client, f"collections/{name}").status_code == 404
        assert get(client, f"collections/{name}/items").status_code == 404


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("officer", ["HYN-B-000001", "HYN-B-000002", "HYN-B-000003", "HYN-B-000004"]),
        ("owner", ["HYN-B-000001", "HYN-B-000003", "HPG-B-000001"]),
        ("colleague", ["HYN-B-000001", "HYN-B-000003", "HPG-B-000001"]),
        ("stranger", ["HYN-B-000002", "HYN-B-000004"]),
        ("local_officer", ["HYN-B-000001", "HYN-B-000002"]),
        ("foreign_officer", ["HPG-B-000001"]),
        (None, ["HYN-B-000001", "HYN-B-000002", "HYN-B-000003", "HYN-B-000004", "HPG-B-000001"]),
    ],
)
def test_features_are_those_that_the_person_may_see(
    world: World, as_person: SignIn, person: str | None, expected: list[str]
) -> None:
    client = as_person(getattr(world, person) if person else None)
    assert named(features(client, "stations")) == expected
    keys = {feature["id"] for feature in features(client, "stations")}
    everything = features(as_person(world.officer), "stations") + features(as_person(world.foreign_officer), "stations")
    for feature in everything:
        status = get(client, f"collections/stations/items/{feature['id']}").status_code
        assert status == (200 if feature["id"] in keys else 404)


@pytest.mark.parametrize("person", ["owner", "stranger", "officer", "foreign_officer"])
def test_every_collection_says_what_visible_to_says(
    world: World,
    as_person: SignIn,
    filed: File,  # noqa: F811
    person: str,
) -> None:
    filed()
    kinds = {
        "stations": "base_station",
        "postal-points": "postal_point",
        "network-nodes": "network_node",
        "internet-points": "internet_point",
        "cable-routes": "cable_route",
    }
    client = as_person(getattr(world, person))
    for collection in COLLECTIONS:
        visible = collection.draw(None).main.info["model"].objects.visible_to(getattr(world, person))
        if collection.name in kinds:
            visible = visible.filter(kind=kinds[collection.name])
        elif collection.name == "installations":
            visible = visible.exclude(kind="cable_route")
        elif collection.name == "units":
            visible = visible.filter(boundary__isnull=False)
        found = {feature["id"] for feature in features(client, collection.name)}
        assert found == set(visible.values_list("pk", flat=True)), collection.name


def test_the_public_reads_published_properties_only(world: World, as_person: SignIn) -> None:
    station = features(as_person(None), "stations")[0]["properties"]
    assert station["operator"] == "VIETTEL"
    assert not {"code", "safety", "equipment", "transmit_power_w"} & set(station)
    schema = read(get(as_person(None), "collections/stations/schema"))["properties"]
    assert set(schema) - {"geometry"} == set(station)
    assert get(as_person(None), "collections/stations/items", safety="unsafe").status_code == 400
    assert get(as_person(None), "collections/stations/items", properties="number,code").status_code == 400


# --- What is read -----------------------------------------------------------------------------------------------------


def test_a_station_is_told_completely(world: World, as_person: SignIn) -> None:
    feature = features(as_person(world.officer), "stations")[0]
    assert feature["geometry"] == {"type": "Point", "coordinates": [106.5685, 20.5602]}
    told = feature["properties"]
    schema = read(get(as_person(world.officer), "collections/stations/schema"))["properties"]
    assert set(told) == set(schema) - {"geometry"}
    assert (told["number"], told["code"], told["site"]) == ("HYN-B-000001", "TBH0001", "HYN-00001")
    assert told["certificate_expires_on"] == world.certificate.expires_on.isoformat()
    assert told["height_m"] == world.harbour_mast.height_m
    assert told["unit_name"] == world.thai_thuy.full_name


def test_types_are_those_of_the_schema(world: World, as_person: SignIn, filed: File) -> None:  # noqa: F811
    filed()
    client = as_person(world.officer)
    types: dict[str, Any] = {
        "string": str, "integer": int, "number": (int, float), "boolean": bool, "date": str, "date-time": str
    }  # fmt: skip
    for collection in COLLECTIONS:
        for feature in features(client, collection.name):
            for column in collection.columns:
                value = feature["properties"][column.name]
                assert value is None or isinstance(value, types[column.kind]), (collection.name, column.name, value)
                assert column.kind == "boolean" or not isinstance(value, bool)


def test_hostile_names_stay_text(world: World, as_person: SignIn) -> None:
    name = '"}]<img src=x onerror=alert(1)>\n\\'
    with act(actor=world.officer, authority=world.authority, kind="test", reason="Renamed") as ledger:
        world.station.installation.name = name
        ledger.change(world.station.installation)
    assert features(as_person(world.officer), "stations")[0]["properties"]["name"] == name


def test_every_character_arrives(world: World, as_person: SignIn) -> None:
    """What JSON escapes, what formatting knows, and what stands between values while they are put together."""
    numbers = ["HYN-B-000001", "HYN-B-000002", "HYN-B-000003", "HYN-B-000004"]
    for names in (
        ['Trạm "A"', "C:\\new", "one\ntwo\r\n\tthree", "100 % of %s {0} null"],
        ["\x1f", "a\x1db", "\x01\x1e\x7f", "\u2028 🗼 \ufeff"],
        ["plain", '"\x1f"', "", "\\u001f \\"],
    ):
        for number, name in zip(numbers, names, strict=True):
            Installation.objects.filter(registry_number=number).update(name=name)
        found = features(as_person(world.officer), "stations", properties="number,name")
        assert [feature["properties"] for feature in found] == [
            {"number": number, "name": name} for number, name in zip(numbers, names, strict=True)
        ]
        assert named(features(as_person(world.officer), "stations", limit="1"), "name") == names


def test_what_is_unknown_is_null(world: World, as_person: SignIn) -> None:
    BaseStation.objects.filter(pk=world.station.pk).update(transmit_power_w=None, backup_hours=0.1)
    Installation.objects.filter(pk=world.station.pk).update(in_service_on=None, mast=None, name="null")
    told = features(as_person(world.officer), "stations")[0]["properties"]
    assert [told[name] for name in ("in_service_on", "mast", "height_m", "transmit_power_w")] == [None] * 4
    assert (told["name"], told["backup_hours"]) == ("null", 0.1)


def test_a_number_that_json_has_not_is_null(world: World, as_person: SignIn) -> None:
    Site.objects.filter(pk=world.harbour.pk).update(accuracy_m=float("nan"))
    for crs in (CRS84, f"{EPSG}4326"):
        found = {one["id"]: one["properties"] for one in features(as_person(world.officer), "sites", crs=crs)}
        assert found[world.harbour.pk]["accuracy_m"] is None


def test_pages_follow_one_another_without_gap(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    whole = features(client, "stations")
    assert features(client, "stations", limit="1") == whole
    assert features(client, "stations", limit="3", status="operating") == whole
    first = read(get(client, "collections/stations/items", limit="1"))
    assert (first["numberMatched"], first["numberReturned"]) == (4, 1)


def test_pages_and_systems_tell_the_same_of_every_feature(world: World, as_person: SignIn) -> None:
    """Whole, piece by piece, and in a system whose text does not come from the database."""
    client = as_person(world.officer)
    for name in ("stations", "postal-points", "cells", "sites"):
        whole = features(client, name)
        assert features(client, name, limit="1") == whole
        flipped = features(client, name, limit="2", crs=f"{EPSG}4326")
        for feature in flipped:
            feature["geometry"]["coordinates"].reverse()
        assert flipped == whole


def test_boxes_and_properties_choose(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    assert len(features(client, "stations", bbox="106.5,20.5,106.6,20.6")) == 2
    assert len(features(client, "stations", bbox="106.5,20.5,-50,106.6,20.6,50")) == 2
    assert len(features(client, "stations", bbox="170,-10,-170,90")) == 0
    assert len(features(client, "cable-routes", bbox="106.579,20.568,106.582,20.571")) == 2
    # The boxes of the lines meet this box, the lines do not.
    assert len(features(client, "cable-routes", bbox="106.5790,20.5603,106.5795,20.5608")) == 0
    assert len(features(client, "masts", bbox="106.5,20.5,106.6,20.6")) == 1
    assert len(features(client, "cells", bbox="106.5,20.5,106.6,20.6")) == 3
    assert {f["properties"]["code"] for f in features(client, "units", bbox="106.55,20.5,106.56,20.51")} == {"12826"}
    assert named(features(client, "stations", operator="VNPT")) == ["HYN-B-000002", "HYN-B-000004"]
    assert len(features(client, "stations", operator="VNPT,VIETTEL", site="HYN-00001")) == 2
    assert len(features(client, "cells", in_service="true")) == 3
    assert len(features(client, "cells", in_service="false")) == 0
    few = features(client, "stations", properties="number,operator")
    assert set(few[0]["properties"]) == {"number", "operator"}


# --- Systems ----------------------------------------------------------------------------------------------------------


def test_every_system_is_offered_and_axes_come_in_its_order(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    described = read(get(client, "collections/stations"))
    assert described["storageCrs"] == CRS84
    assert {CRS84, f"{EPSG}9209", f"{EPSG}3405", f"{EPSG}4326"} <= set(described["crs"])
    for uri in described["crs"]:
        response = get(client, "collections/stations/items", crs=uri, limit="1")
        assert response["Content-Crs"] == f"<{uri}>"
        assert len(read(response)["features"]) == 1
    flipped = features(client, "stations", crs=f"{EPSG}4326")[0]["geometry"]["coordinates"]
    assert flipped == [20.5602, 106.5685]


def test_vn_2000_is_right_to_the_centimetre(world: World, as_person: SignIn) -> None:
    """The point of domain/vietnam.md § 6, checked against PROJ there: E, N of zone 105°30′."""
    from pyproj import Transformer

    east, north = Transformer.from_crs(4326, 9209, always_xy=True).transform(106.5685, 20.5602)
    client = as_person(world.officer)
    found = features(client, "stations", crs=f"{EPSG}9209")[0]["geometry"]["coordinates"]
    assert found == pytest.approx([east, north], abs=0.001)
    box = f"{east - 50},{north - 50},{east + 50},{north + 50}"
    inside = features(client, "stations", bbox=box, bbox_crs=f"{EPSG}9209")
    assert named(inside) == ["HYN-B-000001", "HYN-B-000002"]
    latlon = features(client, "stations", bbox="20.5,106.5,20.6,106.6", bbox_crs=f"{EPSG}4326")
    assert named(latlon) == named(inside)
    lines = features(client, "cable-routes", crs=f"{EPSG}9209")[0]["geometry"]
    assert lines["type"] == "LineString"
    assert lines["coordinates"][0] == pytest.approx(
        Transformer.from_crs(4326, 9209, always_xy=True).transform(106.5695, 20.5602), abs=0.001
    )


# --- Time -------------------------------------------------------------------------------------------------------------


def test_the_register_is_shown_as_it_stood(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    with act(actor=world.officer, authority=world.authority, kind="test", reason="Closed") as ledger:
        world.station.installation.status = make.StatusFactory(code="decommissioned")
        ledger.change(world.station.installation)
    assert features(client, "stations")[0]["properties"]["status"] == "decommissioned"
    for when in ("2026-05-01", "2026-05-01T10:00:00Z", "2026-04-01/2026-05-01", "../2026-05-01"):
        then = features(client, "stations", datetime=when)
        assert (len(then), then[0]["properties"]["status"]) == (4, "operating")
    assert features(client, "stations", datetime="2026-01-01") == []
    for when in ("2026-01-01/..", "..", "2026-01-01/2999-01-01"):
        assert features(client, "stations", datetime=when)[0]["properties"]["status"] == "decommissioned"
    for name in ("sites", "masts", "cells", "postal-points", "cable-routes"):
        assert features(client, name, datetime="2026-01-01") == []
        assert len(features(client, name, datetime="2026-05-01")) == len(features(client, name))


def test_events_are_chosen_by_when_they_happened(world: World, as_person: SignIn, filed: File) -> None:  # noqa: F811
    inspection = filed()
    client = as_person(world.officer)
    day = inspection.visited_on.isoformat()
    assert named(features(client, "inspections", datetime=day)) == [inspection.number]
    assert named(features(client, "inspections", datetime=f"{day}/..")) == [inspection.number]
    assert features(client, "inspections", datetime="2001-01-01") == []
    assert len(features(client, "findings", datetime=day)) == inspection.findings.count()


# --- For programs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [None, "officer"])
def test_the_description_is_valid_and_names_every_parameter(
    world: World, as_person: SignIn, person: str | None
) -> None:
    client = as_person(getattr(world, person) if person else None)
    document = read(get(client, "api"))
    validate(document)
    assert "/collections/stations/items" in document["paths"]
    assert ("/collections/cells/items" in document["paths"]) is (person == "officer")
    for parameter in document["paths"]["/collections/stations/items"]["get"]["parameters"]:
        name = parameter.get("name") or parameter["$ref"].rpartition("/")[2]
        assert get(client, "collections/stations/items", **{name: "\x00"}).status_code == 400


@pytest.mark.parametrize("person", [None, "officer", "stranger"])
def test_programs_can_zoom_to_a_collection_before_they_read_it(
    world: World, as_person: SignIn, person: str | None
) -> None:
    client = as_person(getattr(world, person) if person else None)
    for one in read(get(client, "collections"))["collections"]:
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert 0 < east - west < 5, one["id"]
        for feature in read(get(client, f"collections/{one['id']}/items"))["features"]:
            left, low, right, high = shapely.bounds(shapely.geometry.shape(feature["geometry"]))
            assert west <= left <= right <= east, one["id"]
            assert south <= low <= high <= north, one["id"]


def test_queries_of_a_page(world: World, as_person: SignIn, django_assert_num_queries: Any) -> None:
    client = as_person(world.officer)
    with django_assert_num_queries(7):
        read(get(client, "collections/stations/items"))


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "a,b,c,d"}, "bbox"),
        ({"bbox": "nan,0,1,1"}, "bbox"),
        ({"bbox": "0,5,1,1"}, "bbox"),
        ({"bbox": "0,0,500,1"}, "bbox"),
        ({"bbox": "1e300,1e300,1e301,1e301", "bbox_crs": f"{EPSG}9209"}, "bbox"),
        ({"bbox_crs": "EPSG:9209", "bbox": "0,0,1,1"}, "bbox-crs"),
        ({"crs": f"{EPSG}999"}, "crs"),
        ({"datetime": "yesterday"}, "datetime"),
        ({"datetime": "2026-13-01"}, "datetime"),
        ({"datetime": "2026-05-01/2026-01-01"}, "datetime"),
        ({"datetime": "0001-01-01"}, "datetime"),
        ({"datetime": "9999-12-31T23:59:59-23:59"}, "datetime"),
        ({"limit": "0"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"after": "x"}, "after"),
        ({"after": "99999999999999999999"}, "after"),
        ({"properties": "number,colour"}, "properties"),
        ({"height_m": "tall"}, "height_m"),
        ({"height_m": "nan"}, "height_m"),
        ({"in_service_on": "soon"}, "in_service_on"),
        ({"operator": "x" * 300}, "operator"),
        ({"colour": "red"}, "colour"),
        ({"f": "html"}, "f"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    world: World, as_person: SignIn, parameters: dict[str, str], wrong: str
) -> None:
    if wrong == "height_m":
        response = get(as_person(world.officer), "collections/masts/items", **parameters)
    else:
        query = {name.replace("bbox_crs", "bbox-crs"): value for name, value in parameters.items()}
        response = as_person(world.officer).get("/ogc/collections/stations/items", query)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["errors"][0]["pointer"] == f"/{wrong}"


def test_what_is_not_there_is_not_found_in_words(world: World, as_person: SignIn) -> None:
    for path in ("collections/nothing", "collections/stations/items/999999999", "collections/stations/items/x",
                 "collections/stations/items/99999999999999999999999"):  # fmt: skip
        response = get(as_person(world.officer), path)
        assert response.status_code == 404
        assert response.json()["detail"]


def test_systems_are_known_to_proj() -> None:
    assert len(SYSTEMS) == 24
