"""Home, the list that equals the map, the overview and its figures."""

from typing import Any

import pytest
from django.utils import timezone

from tests import factories as make
from tests.world import SignIn, World

FIGURE = {
    "name", "value", "numerator", "denominator", "unit", "as_of", "compared_to", "trend", "list_url", "map_url",
}  # fmt: skip


@pytest.fixture
def late(world: World) -> World:
    """Viettel's certificate at the harbour ran out a year ago."""
    today = timezone.localdate()
    with make.one_act(world.authority) as ledger:
        world.station.verification = world.vnpt_station.verification = "required"
        world.certificate.issued_on = today.replace(year=today.year - 6)
        world.certificate.expires_on = today.replace(year=today.year - 1)
        world.certificate.renewal_due_on = None
        ledger.change_many([world.station, world.vnpt_station])
        ledger.change(world.certificate)
    return world


# --- Home -------------------------------------------------------------------------------------------------------------


def test_home_is_for_everybody(world: World, as_person: SignIn) -> None:
    response = as_person(None).get("/")
    assert response.status_code == 200
    assert [n for _title, n in response.context["figures"]] == [5, 4, 2, 1]
    assert "shortcuts" not in response.context
    assert "Viettel" in response.content.decode()


def test_home_searches_what_is_published(world: World, as_person: SignIn) -> None:
    text = as_person(None).get("/", {"q": "diem dien"}).content.decode()
    assert "/sites/HYN-00001/" in text
    unit = as_person(None).get("/", {"unit": "11953"})
    assert [site.code for site in unit.context["unit_sites"]] == ["HYN-00003", "HYN-00002"]
    assert as_person(None).get("/", {"unit": "0", "at": "x,y", "q": "<b>"}).status_code == 200


def test_home_brings_people_their_work(late: World, as_person: SignIn) -> None:
    officer = as_person(late.officer).get("/")
    assert ("overdue", 1) in officer.context["urgent"]
    assert {one.icon for one in officer.context["shortcuts"]} >= {"map-2", "chart-bar"}
    stranger = as_person(late.stranger).get("/")
    assert "overdue" not in dict(stranger.context["urgent"])


# --- The list ---------------------------------------------------------------------------------------------------------


def numbers(response: Any) -> list[str]:
    return [line.number for line in response.context["lines"]]


def test_the_list_equals_the_map(late: World, as_person: SignIn) -> None:
    client = as_person(late.officer)
    everything = client.get("/map/list/")
    assert numbers(everything)[0] == "HYN-B-000001"  # the worst first
    assert len(numbers(everything)) == 4
    assert numbers(client.get("/map/list/", {"safety": "overdue"})) == ["HYN-B-000001"]
    assert numbers(client.get("/map/list/", {"bbox": "106,20.6,106.06,20.7"})) == ["HYN-B-000003"]
    assert len(numbers(client.get("/map/list/", {"shared": "1"}))) == 2
    assert numbers(client.get("/map/list/", {"certificate": "missing"})) == ["HYN-B-000001"]


@pytest.mark.parametrize(("person", "n"), [("owner", 3), ("stranger", 2), ("local_officer", 2)])
def test_the_list_is_bounded(world: World, as_person: SignIn, person: str, n: int) -> None:
    assert len(numbers(as_person(getattr(world, person)).get("/map/list/"))) == n


def test_the_list_leaves_as_a_file(late: World, as_person: SignIn) -> None:
    client = as_person(late.officer)
    csv = b"".join(client.get("/map/list/", {"safety": "overdue", "export": "csv"}).streaming_content).decode()
    assert csv.count("\r\n") == 2
    assert "HYN-B-000001" in csv
    assert client.get("/map/list/", {"export": "xlsx"}).status_code == 200


def test_a_list_of_nonsense_says_so(world: World, as_person: SignIn) -> None:
    response = as_person(world.officer).get("/map/list/", {"bbox": "nan,1,2,3"})
    assert response.status_code == 400
    assert "bbox" in response.content.decode()


# --- Figures ----------------------------------------------------------------------------------------------------------


def figures(as_person: SignIn, person: Any, **query: str) -> dict[str, dict[str, Any]]:
    response = as_person(person).get("/api/v1/dashboard/", query)
    assert response.status_code == 200
    return {figure["name"]: figure for figure in response.json()}


def test_figures_have_numerator_denominator_and_ways_on(late: World, as_person: SignIn) -> None:
    found = figures(as_person, late.manager)
    assert all(set(figure) == FIGURE for figure in found.values())
    certificates = found["certificates_in_force"]
    assert (certificates["numerator"], certificates["denominator"], certificates["value"]) == (1, 2, 50.0)
    assert (found["overdue_stations"]["value"], found["overdue_stations"]["denominator"]) == (1, 4)
    assert (found["shared_sites"]["numerator"], found["shared_sites"]["denominator"]) == (1, 3)
    assert all(figure["trend"] is None for figure in found.values())
    client = as_person(late.manager)
    for figure in found.values():
        for address in (figure["list_url"], figure["map_url"]):
            assert address is None or client.get(address).status_code == 200, address


def test_the_list_behind_a_figure_has_as_many_lines(late: World, as_person: SignIn) -> None:
    found = figures(as_person, late.manager)
    client = as_person(late.manager)
    assert len(numbers(client.get(found["overdue_stations"]["list_url"]))) == found["overdue_stations"]["numerator"]
    certificates = found["certificates_in_force"]
    without = certificates["denominator"] - certificates["numerator"]
    assert len(numbers(client.get(certificates["list_url"]))) == without
    shared = client.get(found["shared_sites"]["list_url"])
    assert shared.context["sites"] == found["shared_sites"]["numerator"]


def test_figures_of_one_unit_and_one_operator(late: World, as_person: SignIn) -> None:
    assert figures(as_person, late.manager, unit="11953")["unsafe_stations"]["denominator"] == 2
    assert figures(as_person, late.manager, organization="VNPT")["overdue_stations"]["value"] == 0
    assert figures(as_person, late.manager, unit="00000")["certificates_in_force"]["value"] is None


def test_an_operator_gets_its_own_figures(late: World, as_person: SignIn) -> None:
    assert figures(as_person, late.owner)["unsafe_stations"]["denominator"] == 3
    assert figures(as_person, late.stranger)["overdue_stations"]["value"] == 0
    assert "overdue_cases" not in figures(as_person, late.inspector)


def test_figures_are_not_public(late: World, as_person: SignIn) -> None:
    assert as_person(None).get("/api/v1/dashboard/").status_code in (401, 403)
    assert as_person(late.outsider).get("/api/v1/dashboard/").status_code == 404
    refused = as_person(late.manager).get("/api/v1/dashboard/", {"comune": "1"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/comune"


def test_the_overview_is_for_those_who_answer_for_it(late: World, as_person: SignIn) -> None:
    response = as_person(late.manager).get("/dashboard/")
    assert response.status_code == 200
    assert {tile.figure.name for tile in response.context["tiles"]} >= {"certificates_in_force", "shared_sites"}
    areas = {area.code: area for area in response.context["areas"].areas}
    assert (areas["12826"].bad, areas["12826"].total, areas["12826"].step) == (1, 2, None)
    assert as_person(late.owner).get("/dashboard/").status_code == 404
    assert as_person(None).get("/dashboard/").url.startswith("/sign-in/")


def test_queries_of_the_overview(late: World, as_person: SignIn, django_assert_max_num_queries: Any) -> None:
    client = as_person(late.manager)
    client.get("/dashboard/")
    with django_assert_max_num_queries(45):
        client.get("/dashboard/")
