"""What the rows say: flat names, kinds laid out, places as GeoJSON, and the register of another day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.test import Client
from django.utils import timezone

from infra.models import Cell, Permit, SubmissionStatus
from infra.services.sites import site_merge, site_move, site_split
from tests import factories as make
from tests.world import BUILT, SignIn, World, at, submission_decided


@pytest.fixture
def officer(world: World, as_person: SignIn) -> Client:
    return as_person(world.officer)


def test_a_station_is_flat_and_tells_site_mast_and_certificate(officer: Client) -> None:
    row = officer.get("/api/v1/stations/HYN-B-000001/").json()
    assert row["organization"] == "VIETTEL"
    assert row["organization_name"] == "Viettel"
    assert (row["lon"], row["lat"]) == (106.5685, 20.5602)
    assert (row["unit"], row["unit_name"]) == ("12826", "Xã Thái Thụy")
    assert (row["site"], row["mast"], row["mast_owner"]) == ("HYN-00001", "HYN-M-000001", "TOWERCO")
    assert (row["position_method"], row["submitted_text"]) == ("submitted", "20.53, 106.55")
    assert row["technologies"] == ["3G", "4G"]
    assert row["certificate"]["number"] == "KD-2022-001"
    assert row["certificate"]["expires_on"] == "2027-03-01"
    assert [cell["code"] for cell in row["cells"]] == ["TBH0001-1", "TBH0001-2"]


def test_a_row_of_a_list_and_a_row_alone_have_the_same_names(officer: Client) -> None:
    for collection, more in (("stations", {"cells"}), ("network-nodes", {"links"}), ("permits", set())):
        row = officer.get(f"/api/v1/{collection}/?limit=1").json()["results"][0]
        alone = officer.get(f"/api/v1/{collection}/{row['id']}/").json()
        assert set(alone) - set(row) == more
        assert {name: alone[name] for name in row} == row


def test_installations_carry_what_their_kind_has_of_its_own(officer: Client) -> None:
    rows = {row["kind"]: row for row in officer.get("/api/v1/installations/").json()["results"]}
    assert rows["base_station"]["detail"]["technologies"] == ["3G", "4G"]
    assert rows["postal_point"]["detail"]["postal_code"] == "06350"
    assert rows["network_node"]["detail"]["security_level"] == 3
    assert rows["internet_point"]["detail"]["computers"] == 20
    assert rows["cable_route"]["detail"]["fibres"] == 48
    assert rows["cable_route"]["site"] is None
    assert rows["cable_route"]["address"] is None


def test_the_certificate_that_counts_is_the_one_that_expires_last(world: World, officer: Client) -> None:
    installation = world.station.installation
    with make.one_act(world.authority):
        declaration = make.PermitKindFactory(code="self_declaration")
        make.PermitFactory(installation=installation, number="CB-1", kind=declaration, expires_on=None)
        make.PermitFactory(installation=installation, number="KD-2027", expires_on=date(2032, 1, 1))
        make.PermitFactory(installation=world.citadel_station.installation, number="CB-2", kind=declaration)
    rows = officer.get("/api/v1/stations/").json()["results"]
    numbers = {row["code"]: row["certificate"] and row["certificate"]["number"] for row in rows}
    assert numbers == {"TBH0001": "KD-2027", "VNP-DD-01": "KD-2022-002", "HYN0001": "CB-2", "VNP-PH-01": None}


def test_names_of_lists_follow_the_language(officer: Client) -> None:
    address = "/api/v1/stations/HYN-B-000001/"
    assert officer.get(address, headers={"accept-language": "vi"}).json()["status_name"] == "operating"
    assert officer.get(address, headers={"accept-language": "en"}).json()["status_name"] == "Operating"


def test_an_organization_tells_the_age_of_its_data(world: World, client: Client) -> None:
    submission_decided(world, world.viettel, timezone.now() - timedelta(days=20), SubmissionStatus.PARTLY_ACCEPTED)
    submission_decided(world, world.viettel, timezone.now() - timedelta(days=2), SubmissionStatus.REJECTED)
    row = client.get("/api/v1/organizations/VIETTEL/").json()
    assert row["data_age_days"] == 20
    assert row["reporting_period_days"] == 90
    assert client.get("/api/v1/organizations/VNPT/").json()["data_age_days"] is None


def test_an_organizations_private_columns_stay_private(world: World, client: Client) -> None:
    row = client.get("/api/v1/organizations/VIETTEL/").json()
    assert not {"tax_code", "phone", "email", "address"} & set(row)


def test_a_unit_is_the_one_in_force_and_tells_where_it_came_from(world: World, client: Client) -> None:
    old = make.UnitFactory(code="11953", name="Hiến Nam", valid_from=date(2020, 1, 1), valid_to=date(2025, 7, 1))
    old.successors.create(new=world.pho_hien, on=date(2025, 7, 1), is_whole=True)
    row = client.get("/api/v1/units/11953/").json()
    assert row["name"] == "Phố Hiến"
    assert row["parent"] == "33"
    assert [unit["full_name"] for unit in row["predecessors"]] == ["Xã Hiến Nam"]
    assert row["geometry"]["type"] == "MultiPolygon"
    past = client.get("/api/v1/units/?code=11953&on=2024-01-01").json()["results"]
    assert [unit["name"] for unit in past] == ["Hiến Nam"]


# --- GeoJSON ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["format", "accept"])
def test_a_page_is_a_feature_collection(officer: Client, by: str) -> None:
    address = "/api/v1/sites/?limit=2"
    if by == "format":
        answer = officer.get(f"{address}&format=geojson", headers={"accept": "application/json"})
    else:
        answer = officer.get(address, headers={"accept": "application/geo+json"})
    assert answer["Content-Type"] == "application/geo+json"
    page = answer.json()
    assert page["type"] == "FeatureCollection"
    assert page["numberReturned"] == len(page["features"]) == 2
    assert page["next"] == page["links"][0]["href"]
    first = page["features"][0]
    assert first["geometry"] == {"type": "Point", "coordinates": [106.5685, 20.5602]}
    assert first["properties"]["code"] == "HYN-00001"
    assert "lon" not in first["properties"]


def test_coordinates_have_seven_decimals_and_lon_comes_first(world: World, officer: Client) -> None:
    site_move(actor=world.officer, site=world.citadel, to=at(106.05712345678, 20.64649999999), reason="Precisely")
    feature = officer.get("/api/v1/sites/HYN-00002/?format=geojson").json()
    assert feature["type"] == "Feature"
    assert feature["geometry"]["coordinates"] == [106.0571235, 20.6465]


def test_routes_are_lines_and_units_are_areas(officer: Client) -> None:
    route = officer.get("/api/v1/cable-routes/?format=geojson").json()["features"][0]
    assert route["geometry"]["type"] == "LineString"
    assert route["geometry"]["coordinates"][0] == [106.5695, 20.5602]
    units = officer.get("/api/v1/units/?format=geojson").json()["features"]
    assert {unit["geometry"] and unit["geometry"]["type"] for unit in units} == {"MultiPolygon", None}
    assert "geometry" not in officer.get("/api/v1/cable-routes/").json()["results"][0]


@pytest.mark.parametrize(
    "collection", ["masts", "installations", "stations", "cells", "postal-points", "network-nodes", "permits"]
)
def test_whatever_stands_somewhere_has_a_place(officer: Client, collection: str) -> None:
    features = officer.get(f"/api/v1/{collection}/?format=geojson").json()["features"]
    assert features
    assert all(feature["geometry"]["type"] == "Point" for feature in features)


def test_what_has_no_place_offers_no_geojson(officer: Client) -> None:
    problem = officer.get("/api/v1/organizations/?format=geojson")
    assert problem.status_code == 400
    assert problem.json()["errors"][0]["pointer"] == "/format"
    assert officer.get("/api/v1/changes/", headers={"accept": "application/geo+json"}).status_code == 406


def test_a_refused_request_for_geojson_is_answered_with_a_problem(officer: Client) -> None:
    answer = officer.get("/api/v1/sites/?format=geojson&bbox=1")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == "/bbox"


# --- The register of another day --------------------------------------------------------------------------------------


@pytest.fixture
def moved(world: World) -> World:
    """The citadel's site moved today; a new station since today; its sister's equipment changed today."""
    site_move(actor=world.officer, site=world.citadel, to=at(106.0612, 20.65), reason="Measured", accuracy_m=1.0)
    with make.one_act(world.authority) as ledger:
        make.StationFactory(
            installation__registry_number="HYN-B-000009",
            installation__site=world.harbour,
            installation__organization=world.viettel,
        )
        world.station.technologies = "4G,5G"
        ledger.change(world.station)
    return world


BEFORE = (BUILT + timedelta(days=1)).date().isoformat()


def test_as_of_shows_the_register_as_it_stood(moved: World, as_person: SignIn) -> None:
    client = as_person(moved.owner)
    now = {row["registry_number"]: row for row in client.get("/api/v1/stations/").json()["results"]}
    then = {row["registry_number"]: row for row in client.get(f"/api/v1/stations/?as_of={BEFORE}").json()["results"]}
    assert set(now) - set(then) == {"HYN-B-000009"}
    assert then["HYN-B-000001"]["technologies"] == ["3G", "4G"]
    assert now["HYN-B-000001"]["technologies"] == ["4G", "5G"]
    assert then["HYN-B-000003"]["lon"] == 106.0571
    assert then["HYN-B-000003"]["accuracy_m"] == 10.0
    assert now["HYN-B-000003"]["accuracy_m"] == 1.0
    assert then["HYN-B-000001"]["id"] == now["HYN-B-000001"]["id"]


def test_as_of_finds_one_by_number_and_by_id(moved: World, as_person: SignIn) -> None:
    client = as_person(moved.officer)
    site = client.get(f"/api/v1/sites/HYN-00002/?as_of={BEFORE}").json()
    assert (site["id"], site["lon"]) == (moved.citadel.pk, 106.0571)
    assert client.get(f"/api/v1/sites/{moved.citadel.pk}/?as_of={BEFORE}").json() == site
    assert client.get(f"/api/v1/stations/HYN-B-000009/?as_of={BEFORE}").status_code == 404


def test_as_of_goes_with_every_filter(moved: World, as_person: SignIn) -> None:
    client = as_person(moved.officer)

    def numbers(query: str) -> set[str]:
        answer = client.get(f"/api/v1/{query}")
        assert answer.status_code == 200, answer.content
        return {row.get("registry_number") or row["code"] for row in answer.json()["results"]}

    old_place = "bbox=106.05,20.64,106.06,20.65"
    assert numbers(f"stations/?{old_place}") == set()
    assert numbers(f"stations/?{old_place}&as_of={BEFORE}") == {"HYN-B-000003"}
    assert numbers(f"sites/?{old_place}&as_of={BEFORE}&organization=VIETTEL&technology=3G") == {"HYN-00002"}
    assert numbers("stations/?technology=5G") == {"HYN-B-000001"}
    assert numbers(f"stations/?technology=5G&as_of={BEFORE}") == set()
    query = f"installations/?as_of={BEFORE}&unit=33&organization=VIETTEL&status=operating&q=tbh&kind=base_station"
    assert numbers(query) == {"HYN-B-000001"}
    assert numbers(f"installations/?as_of={BEFORE}&changed_since=2026-11-01") == {
        "HYN-B-000001",
        "HYN-B-000003",
        "HYN-N-000001",
    }
    assert len(numbers(f"sites/?as_of={BEFORE}&format=json&limit=1000")) == 3


@pytest.fixture
def changed(moved: World) -> World:
    """Facts of every other kind are other ones since today."""
    with make.one_act(moved.authority) as ledger:
        moved.postal_point.postal_kind = make.PostalKindFactory(code="new_kind")
        moved.node.node_kind = make.NodeKindFactory(code="new_node")
        moved.internet_point.is_game_point = not moved.internet_point.is_game_point
        moved.route.line = LineString((105.5, 20.1), (105.6, 20.2), srid=4326)
        moved.citadel_mast.height_m = 99.0
        moved.certificate.number = "KD-NEW"
        for noun in (
            moved.postal_point, moved.node, moved.internet_point, moved.route, moved.citadel_mast, moved.certificate,
        ):  # fmt: skip
            ledger.change(noun)
        ledger.remove(moved.link)
        ledger.remove(moved.cell)
    return moved


def test_every_collection_shows_the_day_asked_for(changed: World, as_person: SignIn) -> None:
    client = as_person(changed.officer)

    def found(query: str) -> set[str]:
        answer = client.get(f"/api/v1/{query}")
        assert answer.status_code == 200, answer.content
        return {str(row.get("registry_number") or row.get("code") or row["number"]) for row in answer.json()["results"]}

    then = f"as_of={BEFORE}"
    box = "bbox=106.05,20.64,106.0595,20.648"
    for now, before, expected in (
        ("postal-points/?kind=new_kind", f"postal-points/?kind=new_kind&{then}", "HYN-P-000001"),
        ("network-nodes/?kind=new_node", f"network-nodes/?kind=new_node&{then}", "HYN-N-000001"),
        ("cable-routes/?bbox=105.4,20,105.7,20.3", f"cable-routes/?bbox=105.4,20,105.7,20.3&{then}", "HYN-C-000001"),
        (f"masts/?{box}", f"masts/?{box}&{then}", "HYN-M-000002"),
        (f"network-nodes/?{box}", f"network-nodes/?{box}&{then}", "HYN-N-000001"),
        ("cells/?code=TBH0001-1", f"cells/?code=TBH0001-1&{then}", "TBH0001-1"),
        ("permits/?number=KD-NEW", f"permits/?number=KD-NEW&{then}", "KD-NEW"),
    ):
        told = (found(now), found(before))
        assert {frozenset(told[0]), frozenset(told[1])} == {frozenset({expected}), frozenset()}, now
    assert found(f"permits/?q=KD-2022-001&{then}") == {"KD-2022-001"}
    assert found(f"permits/?bbox=106.5,20.5,106.6,20.6&unit=33&{then}") == {"KD-2022-001", "KD-2022-002"}
    assert found(f"cells/?bbox=106.5,20.5,106.6,20.6&unit=33&organization=VIETTEL&q=tbh&{then}") == {
        "TBH0001-1",
        "TBH0001-2",
    }
    game = str(not changed.internet_point.is_game_point)
    kind = {"True": "game_point", "False": "access_point"}[game]
    assert found(f"internet-points/?kind={kind}&{then}") == {"HYN-I-000001"}
    assert found(f"masts/?unit=33&q=thanh&organization=VIETTEL&{then}") == {"HYN-M-000002"}


def test_rows_of_another_day_are_whole(changed: World, as_person: SignIn) -> None:
    client = as_person(changed.officer)

    def one(address: str) -> Any:
        answer = client.get(f"/api/v1/{address}?as_of={BEFORE}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    mast = one("masts/HYN-M-000002/")
    assert (mast["height_m"], mast["lon"], mast["site"]) == (45.0, 106.0571, "HYN-00002")
    assert mast["unit"] == changed.pho_hien.code
    assert {row["registry_number"] for row in mast["installations"]} == {"HYN-B-000003"}
    gone = Cell.version_model.objects.get(code="TBH0001-1").noun_id  # type: ignore[attr-defined]
    cell = one(f"cells/{gone}/")
    assert (cell["station"], cell["organization"], cell["lon"]) == ("HYN-B-000001", "VIETTEL", 106.5685)
    route = one("cable-routes/HYN-C-000001/")
    assert route["geometry"]["coordinates"][0][0] == 106.5695
    assert [link["code"] for link in one("network-nodes/HYN-N-000001/")["links"]] == ["LK-0001"]
    assert client.get("/api/v1/network-nodes/HYN-N-000001/").json()["links"] == []
    permit = one(f"permits/{changed.certificate.pk}/")
    assert (permit["number"], permit["lon"], permit["installation"]) == ("KD-2022-001", 106.5685, "HYN-B-000001")
    assert set(mast) == set(client.get("/api/v1/masts/HYN-M-000002/").json())
    assert set(permit) == set(client.get(f"/api/v1/permits/{changed.certificate.pk}/").json())


def test_as_of_before_the_register_began_is_empty(moved: World, as_person: SignIn) -> None:
    assert as_person(moved.officer).get("/api/v1/sites/?as_of=2001-01-01").json()["results"] == []


def test_a_stranger_is_one_on_any_day(moved: World, as_person: SignIn) -> None:
    client = as_person(moved.stranger)
    assert client.get(f"/api/v1/sites/HYN-00002/?as_of={BEFORE}").status_code == 404
    rows = client.get(f"/api/v1/stations/?as_of={BEFORE}").json()["results"]
    assert {row["organization"] for row in rows} == {"VNPT"}


def test_a_certificate_is_the_one_of_the_day(world: World, as_person: SignIn) -> None:
    with make.one_act(world.authority) as ledger:
        certificate = Permit.objects.get(pk=world.certificate.pk)
        certificate.state = "lapsed"
        ledger.change(certificate)
    client = as_person(world.owner)
    address = "/api/v1/stations/HYN-B-000001/"
    assert client.get(address).json()["certificate"]["state"] == "lapsed"
    assert client.get(f"{address}?as_of={BEFORE}").json()["certificate"]["state"] == "in_force"


# --- Merged sites -----------------------------------------------------------------------------------------------------


def test_a_merged_sites_code_redirects_whoever_may_see_the_kept_one(world: World, as_person: SignIn) -> None:
    merge = site_merge(actor=world.officer, keep=world.citadel, absorb=world.market, reason="The same roof")
    answer = as_person(world.officer).get("/api/v1/sites/HYN-00003/?format=geojson")
    assert answer.status_code == 308
    assert answer["Location"].endswith("/api/v1/sites/HYN-00002/?format=geojson")
    assert answer.json()["merged_into"] == "HYN-00002"
    assert "no-cache" in answer["Cache-Control"]
    assert as_person(world.officer).get(f"/api/v1/sites/{world.market.pk}/").status_code == 308
    assert as_person(world.foreign_officer).get("/api/v1/sites/HYN-00003/").status_code == 404
    codes = {row["code"] for row in as_person(world.officer).get("/api/v1/sites/").json()["results"]}
    assert codes == {"HYN-00001", "HYN-00002"}
    site_split(actor=world.officer, merge=merge, reason="Two roofs after all")
    assert as_person(world.officer).get("/api/v1/sites/HYN-00003/").status_code == 200
