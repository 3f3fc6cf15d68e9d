"""The console's mode of coverage: which map a person gets, what its panel and sheets say, what they cost."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maps.coverage.computing import compute
from maps.models import CoverageMap, RadioParameter
from tests.maps.coverage.conftest import map_of, run_of
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db

MODE = "/map/?mode=coverage"


@pytest.fixture
def computed(covered: World) -> World:
    compute(run_of(covered, technologies=["4G"]))
    return covered


def page(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_mode_opens_with_the_largest_network(computed: World, as_person: SignIn) -> None:
    largest = CoverageMap.objects.filter(technology="4G", organization=computed.vnpt)
    largest.update(cells=500)
    client = as_person(computed.manager)
    answer = client.get(MODE)
    text = page(answer)
    assert answer.context["coverage"] == largest.get()
    assert "COST-231-Hata" in text
    assert "coverage-mode.js" in text
    # what was asked for counts; what is not there is answered with the nearest
    assert client.get(f"{MODE}&network=VIETTEL").context["coverage"].organization == computed.viettel
    assert client.get(f"{MODE}&network=any-2").context["coverage"].at_least == 2
    assert client.get(f"{MODE}&network=NOBODY&technology=9G").context["coverage"] == largest.get()


def test_an_operator_is_offered_its_own_network_only(computed: World, as_person: SignIn) -> None:
    choice = as_person(computed.owner).get(MODE).context["choice"]
    assert [one.code for one in choice.networks] == ["VIETTEL"]
    assert choice.joint == []
    foreign = map_of(computed, "4G", computed.vnpt)
    own = map_of(computed, "4G", computed.viettel)
    client = as_person(computed.owner)
    assert client.get(f"/map/coverage/comparison/?against={foreign.pk}-{own.pk}").status_code == 404


def test_without_a_map_the_mode_says_what_to_do(world: World, as_person: SignIn) -> None:
    answer = as_person(world.manager).get(MODE)
    assert "compute_coverage" in page(answer)
    assert as_person(world.manager).get("/map/coverage/gaps/").status_code == 404
    assert as_person(world.manager).get("/map/coverage/about/").status_code == 404


def test_the_sheet_of_white_spots_ranks_them_and_opens_one(computed: World, as_person: SignIn) -> None:
    RadioParameter.objects.filter(code="sharing_distance_m").update(value=50_000)
    client = as_person(computed.manager)
    answer = client.get("/map/coverage/gaps/?network=VNPT&technology=4G&spot=1")
    assert answer.context["chosen"].spot.rank == 1
    people = [gap.people for gap in answer.context["gaps"]]
    assert people == sorted(people, reverse=True)
    totals = answer.context["totals"]
    one = map_of(computed, "4G", computed.vnpt)
    assert totals.people_left == pytest.approx(one.population - one.population_covered)
    narrowed = client.get("/map/coverage/gaps/?network=VNPT&technology=4G&unit=11953&order=area")
    assert {gap.spot.unit.code for gap in narrowed.context["gaps"]} == {"11953"}


def test_a_comparison_says_who_loses_by_commune(computed: World, as_person: SignIn) -> None:
    client = as_person(computed.manager)
    ends = map_of(computed, "4G", computed.vnpt).pk
    other = map_of(computed, "4G", computed.viettel).pk
    answer = client.get(f"/map/coverage/comparison/?against={ends}-{other}")
    whole = answer.context["whole"]
    assert whole.lost_people == pytest.approx(sum(one.difference.lost_people for one in answer.context["units"]))
    assert whole.lost_people > 0
    # no network loses what another one never had
    assert answer.context["beside"] == ("VNPT", "Viettel")
    assert client.get(f"/map/coverage/comparison/?against={ends}-{ends}").context["beside"] is None
    panel = client.get(f"{MODE}&network=VIETTEL&technology=4G&against={ends}-{other}")
    assert panel.context["choice"].beside == ("VNPT", "Viettel")
    assert client.get("/map/coverage/comparison/?against=nonsense").status_code == 404


def test_the_sheet_of_a_place_names_every_network(computed: World, as_person: SignIn) -> None:
    at = computed.market.position
    text = page(as_person(computed.manager).get(f"/map/coverage/place/?lon={at.x}&lat={at.y + 0.002}"))
    assert "VNPT" in text
    assert "dBm" in text
    assert as_person(computed.manager).get("/map/coverage/place/?lon=NaN&lat=20").status_code == 400


#: address -> queries of a signed-in officer of the authority at the most (one looks for changes every few seconds only)
COSTS = {
    MODE: 12,
    "/map/coverage/about/?network=VNPT": 10,
    "/map/coverage/gaps/?network=VNPT": 13,
    "/map/coverage/place/?lon=106.06&lat=20.65": 6,
}


def test_what_an_address_costs(computed: World, as_person: SignIn) -> None:
    client = as_person(computed.officer)
    found = {}
    for address in COSTS:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        found[address] = len(queries)
    assert all(found[address] <= COSTS[address] for address in COSTS), found


# --- A selected area --------------------------------------------------------------------------------------------------

WHOLE = "105.5,19.9;107.2,19.9;107.2,21.2;105.5,21.2"


def test_an_area_tells_its_communes_white_spots_and_measurements(computed: World, as_person: SignIn) -> None:
    client = as_person(computed.manager)
    answer = client.get("/map/coverage/selected/", {"area": WHOLE})
    text = page(answer)
    codes = set(answer.context["coverage"].indicators.values_list("unit__code", flat=True))
    assert answer.context["count"] >= len(codes) > 0
    assert answer.context["spots_count"] == answer.context["coverage"].white_spots.count()
    assert answer.context["km2"] > 10_000
    assert computed.thai_thuy.full_name in text
    nowhere = client.get("/map/coverage/selected/", {"area": "100,10,500"})
    assert nowhere.context["count"] == nowhere.context["spots_count"] == 0
    picked = client.get("/map/coverage/selected/", {"area": f"communes:{computed.thai_thuy.code}"})
    assert [one.name for one in picked.context["communes"]] == [computed.thai_thuy.full_name]


def test_the_file_of_an_area_holds_its_measurements(computed: World, as_person: SignIn) -> None:
    answer = as_person(computed.manager).get("/map/coverage/selected.csv", {"area": WHOLE})
    assert answer.content.decode("utf-8-sig").startswith("lon,lat,technology")
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("area", ["", "1,2", "1,2;3,4", "1,1;2,2;1,2;2,1"])
def test_an_area_that_is_none_is_refused_in_words(computed: World, as_person: SignIn, area: str) -> None:
    answer = as_person(computed.manager).get("/map/coverage/selected/", {"area": area})
    assert answer.status_code == 400
    assert answer.content
