"""Cases selected on the map, legends in the address, and the page of a person's own files."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from maps.models import Export, ExportState
from tests.inspections.conftest import law, office  # noqa: F401 -- fixtures
from tests.inspections.running import Office
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db

#: around the harbour, and somewhere else
HERE = "106.4,20.4;106.7,20.4;106.7,20.7;106.4,20.7"
ELSEWHERE = "105.1,19.1;105.2,19.1;105.2,19.2"


@pytest.fixture
def number(world: World, office: Office) -> str:  # noqa: F811
    """The number of an open case about the harbour."""
    yesterday = timezone.localdate() - timedelta(days=1)
    return str(office.open(on=yesterday, today=yesterday).number)


@pytest.mark.parametrize(
    ("area", "is_there"),
    [
        (HERE, True),
        (ELSEWHERE, False),
        ("106.5685,20.5602,20000", True),
        ("105.1,19.1,500", False),
        ("communes:THAI_THUY", True),
        ("communes:00000", False),
    ],
)
def test_the_list_holds_what_was_selected(
    world: World, as_person: SignIn, number: str, area: str, is_there: bool
) -> None:
    area = area.replace("THAI_THUY", world.thai_thuy.code)
    answer = as_person(world.officer).get("/cases/", {"area": area})
    assert answer.status_code == 200
    assert (number in answer.content.decode()) is is_there
    assert "chọn trên bản đồ" in answer.content.decode()


@pytest.mark.parametrize("area", ["106.4,20.4", "106.4,20.4;x,1;2,3", "1,2,-5", "communes:", "1,1;2,2;1,2;2,1"])
def test_an_area_that_is_none_is_refused(world: World, as_person: SignIn, area: str) -> None:
    assert as_person(world.officer).get("/cases/", {"area": area}).status_code == 400


def test_the_map_keeps_a_selection_and_is_not_narrowed_by_it(world: World, as_person: SignIn, number: str) -> None:
    settings = as_person(world.officer).get("/map/", {"mode": "cases", "area": ELSEWHERE})
    assert settings.context["area"] == ELSEWHERE
    assert all(chip.name != "area" for chip in settings.context["chips"])


def test_what_a_legend_hides_stays_hidden(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    text = client.get("/map/?colour=technology&hide=technology:4G").content.decode()
    assert 'data-hide="technology" value="4G">' in text
    assert 'data-hide="technology" value="5G" checked>' in text


def test_stations_by_their_newest_technology(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)

    def counted(**query: str) -> int:
        return int(client.get("/tiles/installations/counts.json", {"kind": "base_station", **query}).json()["n"])

    by_newest = [counted(newest=code) for code in ("2G", "3G", "4G", "5G")]
    assert sum(by_newest) == counted(newest="2G,3G,4G,5G") <= counted()
    assert counted(newest="none") == 0


# --- Files ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(world: World) -> Export:
    now = timezone.now()
    return Export.objects.create(
        owner=world.officer, layer="stations", format="gpkg", state=ExportState.DONE, size=2048, scope="-",
        created_at=now, expires_at=now + timedelta(days=7),
    )  # fmt: skip


def test_a_person_finds_the_own_files_and_nobody_elses(world: World, as_person: SignIn, file: Export) -> None:
    assert f"/api/v1/exports/{file.pk}/file/" in as_person(world.officer).get("/files/").content.decode()
    assert f"/api/v1/exports/{file.pk}/file/" not in as_person(world.manager).get("/files/").content.decode()
    assert as_person(world.manager).post("/files/", {"remove": file.pk}).status_code == 404
    assert Client().get("/files/").status_code in (302, 403, 404)


def test_the_menu_leads_to_the_files(world: World, as_person: SignIn) -> None:
    assert 'href="/files/"' in as_person(world.officer).get("/account/").content.decode()


def test_a_file_is_deleted(world: World, as_person: SignIn, file: Export) -> None:
    client = as_person(world.officer)
    assert client.post("/files/", {"remove": "9" * 40}).status_code == 404
    assert client.post("/files/", {"remove": file.pk}).status_code == 302
    assert not Export.objects.filter(pk=file.pk).exists()
