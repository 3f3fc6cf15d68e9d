"""What was selected on the map comes along to the campaign: the same stations, no more and no fewer."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils import timezone

from inspections.models import Campaign, CampaignTask
from inspections.selectors.picking import CannotPick
from inspections.services.safety import safety_roll_over
from maps.queries.filters import SAFETY_STATES
from maps.selectors.picking import picked_on_map
from tests.inspections.conftest import law  # noqa: F401 -- a fixture
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db

EVERYWHERE = "106,20;107.5,20;107.5,21.5;106,21.5"


def address(**parameters: Any) -> str:
    return "/campaigns/new/?" + urlencode({"from": "map", "kind": "base_station"} | parameters, doseq=True)


def decided() -> dict[str, Any]:
    day = timezone.localdate()
    return {
        "title": "Chọn trên bản đồ",
        "starts_on": day.isoformat(),
        "ends_on": (day + timedelta(days=9)).isoformat(),
        "field": "telecom",
        "per_day": "6",
    }


@pytest.fixture
def judged(world: World, law: None) -> World:  # noqa: F811
    safety_roll_over()
    return world


def on_map(client: Any, **parameters: Any) -> int:
    answer = client.get("/tiles/installations/counts.json", {"kind": "base_station"} | parameters)
    assert answer.status_code == 200, answer.content
    return int(answer.json()["n"])


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"area": EVERYWHERE},
        {"near": "106.5685,20.5602,2000"},
        {"organization": ["VIETTEL", "VNPT"]},
        {"technology": "4G,5G"},
        {"status": "operating"},
        {"shared": "1"},
        {"certificate": "missing"},
        {"safety": "unknown,unsafe"},
        {"safety": "none"},
    ],
    ids=str,
)
def test_the_campaign_offers_what_was_selected(judged: World, as_person: SignIn, asked: dict[str, Any]) -> None:
    client = as_person(judged.manager)
    page = client.get(address(**asked))
    assert page.status_code == 200
    assert page.context["picked"] + page.context["left_out"] == on_map(client, **asked)


def test_several_communes_come_along(judged: World, as_person: SignIn) -> None:
    client = as_person(judged.manager)
    codes = sorted({s.installation.unit.code for s in (judged.station, judged.citadel_station)})
    assert len(codes) == 2
    page = client.get(address(unit=codes))
    assert {unit.code for unit in page.context["form"].initial["units"]} == set(codes)
    client.post(address(unit=codes), decided() | {"units": [u.pk for u in page.context["form"].initial["units"]]})
    picked = set(CampaignTask.objects.values_list("installation", flat=True))
    assert {judged.station.installation.pk, judged.citadel_station.installation.pk} <= picked
    assert len(picked) == page.context["picked"]
    only = client.get(address(unit=codes[0])).context["picked"]
    assert 0 < only < page.context["picked"]


def test_hidden_states_stay_behind(judged: World, as_person: SignIn) -> None:
    client = as_person(judged.manager)
    parts = [client.get(address(safety=state)).context["picked"] for state in SAFETY_STATES]
    assert sum(parts) == client.get(address()).context["picked"] > 0
    assert client.get(address(safety="none")).context["picked"] == 0


@pytest.mark.parametrize("place", [{"area": EVERYWHERE}, {"near": "106.5685,20.5602,2000"}], ids=str)
def test_the_area_is_kept_with_the_campaign(judged: World, as_person: SignIn, place: dict[str, str]) -> None:
    as_person(judged.manager).post(address(**place), decided())
    area = Campaign.objects.get().area
    assert area is not None
    assert area.valid
    assert CampaignTask.objects.exists()


@pytest.mark.parametrize("wrong", ["from=map&area=1,2", "from=map&safty=unsafe", "from=nowhere", "from=map&safety=x"])
def test_an_address_that_makes_no_sense_opens_nothing(judged: World, as_person: SignIn, wrong: str) -> None:
    client = as_person(judged.manager)
    assert client.get(f"/campaigns/new/?{wrong}").context["picked"] is None
    assert client.post(f"/campaigns/new/?{wrong}", decided()).status_code == 400
    assert not Campaign.objects.exists()


def test_more_than_a_campaign_holds_is_refused_before_it_is_opened(
    judged: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_person(judged.manager)
    monkeypatch.setattr("inspections.pages.campaigns.TASKS_MAX", 1)
    assert client.post(address(), decided()).status_code == 400
    assert not Campaign.objects.exists()
    monkeypatch.setattr("maps.selectors.picking.INSIDE_MAX", 0)
    with pytest.raises(CannotPick):
        picked_on_map(judged.manager, QueryDict("from=map"))
