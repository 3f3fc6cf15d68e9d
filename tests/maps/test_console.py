"""The page of the console: built by folium, from this server only, harmless whatever names the register holds."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tests import factories as make
from tests.world import SignIn, World

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """Collects scripts, links and attributes that a strict content security policy would refuse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []
        self.addresses: list[str] = []
        self.refused: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if tag == "script":
            self.scripts.append(found)
        if tag in ("script", "link", "img"):
            self.addresses += [str(found[name]) for name in ("src", "href") if found.get(name)]
        self.refused += [f"{tag} {name}" for name in found if name == "style" or name.startswith("on")]
        if tag == "style":
            self.refused.append(tag)


def test_scripts_carry_the_nonce_and_come_from_here(world: World, as_person: SignIn) -> None:
    response = as_person(world.officer).get("/map/")
    assert response.status_code == 200
    page = Page(response.content.decode())
    policy = response["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    assert page.scripts
    assert all(script.get("nonce") == nonce[1] for script in page.scripts)
    assert "unsafe-inline" not in policy
    assert all(address.startswith("/static/") for address in page.addresses)
    assert any("leaflet" in address for address in page.addresses)
    assert page.refused == []


def test_folium_builds_it(world: World, as_person: SignIn) -> None:
    text = as_person(world.officer).get("/map/").content.decode()
    assert 'class="folium-map" id="map_console"' in text
    assert "L.map(" in text
    assert "Sotram.openConsole(map_console" in text
    for stranger in ("//cdn.", "jquery", "awesome", "bootstrapcdn", "L_NO_TOUCH"):
        assert stranger not in text


def test_hostile_names_stay_text(world: World, as_person: SignIn) -> None:
    with make.one_act(world.authority) as ledger:
        world.viettel.short_name = HOSTILE[:64]
        world.harbour.name = HOSTILE
        ledger.change(world.viettel)
        ledger.change(world.harbour)
    client = as_person(world.officer)
    for address in ("/map/", "/map/site/HYN-00001/sheet/", "/sites/HYN-00001/", "/", "/dashboard/", "/map/list/"):
        text = client.get(address).content.decode()
        assert "<script>alert" not in text, address
        assert "<img src=x" not in text, address
    answer = client.get("/map/layers/stations.json", {"bbox": "105,20,108,22", "zoom": 13})
    names = {f["properties"]["name"] for f in answer.json()["features"]}
    assert HOSTILE in names
    assert answer["Content-Type"] == "application/geo+json"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_whoever_has_no_register_is_turned_away(world: World, as_person: SignIn) -> None:
    assert as_person(None).get("/map/").url.startswith("/sign-in/")
    assert as_person(world.outsider).get("/map/").status_code == 404
    assert as_person(world.stranger).get("/map/").status_code == 200


def test_layers_follow_the_role(world: World, as_person: SignIn) -> None:
    def layers(person: Any) -> set[str]:
        return set(re.findall(r'data-layer="(\w+)"', as_person(person).get("/map/").content.decode()))

    places = {"units", "stations", "masts", "postal", "nodes", "links", "routes", "internet", "permits"}
    everything = places | {"cases", "inspections", "findings", "incidents"}
    assert layers(world.officer) == everything
    assert layers(world.inspector) == everything - {"cases"}


def test_a_campaign_is_planned_by_whoever_may(world: World, as_person: SignIn) -> None:
    for person, may in ((world.manager, True), (world.owner, False)):
        response = as_person(person).get("/map/")
        assert ('id="tray-plan" href="/campaigns/new/"' in response.content.decode()) is may, person
        assert bool(response.context["plan_url"]) is may


def test_the_list_of_a_drawn_area_says_so(world: World, as_person: SignIn) -> None:
    area = "106.5,20.5;106.7,20.5;106.7,20.7;106.5,20.7"
    response = as_person(world.officer).get("/map/list/", {"area": area, "near": "106.5685,20.5602,2000"})
    assert [words for _title, words in response.context["chosen"]] == [
        "vùng vẽ, 4 đỉnh",
        "2.000\xa0m quanh 20,56020\xa0B; 106,56850\xa0Đ",
    ]
    assert {line.site for line in response.context["lines"]} == {"HYN-00001"}


def test_the_address_sets_the_filters(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    plain = client.get("/map/").context["filters"]
    assert plain.status == ("operating",)
    kept = client.get("/map/?unit=12826&organization=VNPT&certificate=30&colour=operator&layers=stations,postal")
    assert kept.context["filters"].unit == ("12826",)
    assert kept.context["filters"].certificate == "30"
    assert kept.context["colouring"] == "operator"
    assert {layer.name for layer in kept.context["layers"] if layer.on} == {"stations", "postal"}
    assert client.get("/map/?status=").context["filters"].status == ()


def test_nonsense_in_the_address_is_left_out(world: World, as_person: SignIn) -> None:
    response = as_person(world.officer).get("/map/?as_of=never&certificate=x&organization=VNPT&colour=loud")
    assert response.status_code == 200
    assert response.context["filters"].organization == ("VNPT",)
    assert response.context["filters"].as_of is None
    assert response.context["colouring"] == "safety"


def test_background_tiles_are_the_deployments_choice(world: World, as_person: SignIn, settings: Any) -> None:
    assert "L.tileLayer" not in as_person(world.officer).get("/map/").content.decode()
    settings.BASEMAP_URL = "https://tiles.example.vn/{z}/{x}/{y}.png"
    settings.BASEMAP_ATTRIBUTION = "<b>Survey</b>"
    text = as_person(world.officer).get("/map/").content.decode()
    assert "https://tiles.example.vn/{z}/{x}/{y}.png" in text
    assert "<b>Survey" not in text


def test_deployment_labels_come_from_its_file(world: World, as_person: SignIn, settings: Any, tmp_path: Any) -> None:
    from maps.pages import ground

    ground._labels_file.cache_clear()
    try:
        assert "Trường Sa" in as_person(world.officer).get("/map/").content.decode()
        settings.MAP_LABELS_FILE = tmp_path / "none.json"
        ground._labels_file.cache_clear()
        assert "Trường Sa" not in as_person(world.officer).get("/map/").content.decode()
    finally:
        ground._labels_file.cache_clear()


def test_queries_of_the_console(world: World, as_person: SignIn, django_assert_max_num_queries: Any) -> None:
    client = as_person(world.officer)
    client.get("/map/")
    with django_assert_max_num_queries(34):
        client.get("/map/")


@pytest.mark.parametrize(("person", "status"), [("owner", 200), ("stranger", 404), ("outsider", 404), ("officer", 200)])
def test_the_panel_of_a_site_is_for_those_who_may_see_it(
    world: World, as_person: SignIn, person: str, status: int
) -> None:
    assert as_person(getattr(world, person)).get("/map/site/HYN-00002/sheet/").status_code == status


def test_the_panel_shows_others_on_the_mast_as_published(world: World, as_person: SignIn) -> None:
    text = as_person(world.owner).get("/map/site/HYN-00001/sheet/").content.decode()
    assert "TBH0001" in text
    assert "VNPT" in text
    assert "VNP-DD-01" not in text


def test_the_panel_of_a_route(world: World, as_person: SignIn) -> None:
    assert as_person(world.owner).get("/map/thing/HYN-C-000001/sheet/").status_code == 200
    assert as_person(world.stranger).get("/map/thing/HYN-C-000001/sheet/").status_code == 404


def test_the_chips_filter_by_mast_and_kind(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    page = client.get("/map/", {"mast_class": "A2a", "height": "15-30", "kind": "postal_point"})
    chips = {chip.name: chip.chosen for chip in page.context["chips"]}
    assert chips["height"] == "15 đến 30\xa0m"
    assert chips["kind"] == "Điểm bưu chính"
    assert client.get("/map/", {"height": "18-33"}).context["chips"][-2].chosen == "18 đến 33\xa0m"
    text = page.content.decode()
    for name in ("mast_class", "height", "kind"):
        assert f'data-filter="{name}"' in text


def test_stations_obey_the_class_and_the_height_of_their_mast(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    bulky, plain = make.MastClassFactory(code="A2c"), make.MastClassFactory(code="A1a")
    with make.one_act(world.authority) as ledger:
        masts = (world.harbour_mast, bulky, 60.0), (world.citadel_mast, plain, 18.0), (world.market_mast, plain, 30.0)
        for mast, of, metres in masts:
            mast.mast_class, mast.height_m = of, metres
            ledger.change(mast)

    def sites(**asked: str) -> set[str]:
        return {line.site for line in client.get("/map/list/", asked).context["lines"]}

    assert sites(mast_class="A2c") == {"HYN-00001"}
    assert sites(mast_class="A1a,A2c") == {"HYN-00001", "HYN-00002", "HYN-00003"}
    assert sites(height="45-1000") == {"HYN-00001"}
    assert sites(height="15-30", mast_class="A1a") == {"HYN-00002", "HYN-00003"}
    assert sites(mast_class="A1a", height="45-1000") == set()


def test_the_list_follows_the_kind(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    page = client.get("/map/list/", {"kind": "postal_point"})
    assert page.context["total"] == client.get("/tiles/installations/counts.json", {"kind": "postal_point"}).json()["n"]
    assert page.context["total"] > 0
    assert "Điểm bưu chính" in page.content.decode()
    assert {line.number for line in page.context["lines"]}.isdisjoint(
        {line.number for line in client.get("/map/list/").context["lines"]}
    )
