"""The sheet of an installation: for whom, what stands on it, what upper apps add."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from infra.models import Permit
from infra.pages import panels
from tests.world import SignIn, World


def sheet(client: Client, number: str) -> str:
    answer = client.get(f"/installations/{number}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_owner_and_colleague_open_the_sheet_a_stranger_finds_nothing(world: World, as_person: SignIn) -> None:
    for person, status in ((world.owner, 200), (world.colleague, 200), (world.stranger, 404), (world.outsider, 404)):
        assert as_person(person).get("/installations/HYN-B-000001/").status_code == status
    assert as_person(None).get("/installations/HYN-B-000001/").status_code == 302
    assert as_person(world.foreign_officer).get("/installations/HYN-B-000001/").status_code == 404


@pytest.mark.parametrize(
    "number",
    ["HYN-B-000001", "HYN-P-000001", "HYN-N-000001", "HYN-I-000001", "HYN-C-000001"],
)
def test_every_kind_has_a_sheet(world: World, as_person: SignIn, number: str) -> None:
    assert number in sheet(as_person(world.manager), number)


def test_the_sheet_of_a_station_shows_cells_plot_mast_and_position(world: World, as_person: SignIn) -> None:
    page = sheet(as_person(world.manager), "HYN-B-000001")
    for text in (
        "TBH0001-1",
        "240°",
        "st-plot__sector",
        "HYN-M-000001",
        "45\N{NO-BREAK SPACE}m",
        "EPSG:9209",
        "EPSG:4326",
    ):
        assert text in page
    assert "20,56020" in page


def test_a_permit_says_how_it_stands_in_words(world: World, as_person: SignIn) -> None:
    Permit.objects.filter(number="KD-2022-001").update(
        expires_on=timezone.localdate() - timedelta(days=52), issued_on=None, renewal_due_on=None
    )
    page = sheet(as_person(world.manager), "HYN-B-000001")
    assert "st-state--overdue" in page
    assert "52" in page


def test_history_is_for_those_who_may_read_the_ledger(world: World, as_person: SignIn) -> None:
    assert "Made for a test" in sheet(as_person(world.owner), "HYN-B-000001")
    assert "Made for a test" not in sheet(as_person(world.colleague), "HYN-B-000001")


def test_one_act_on_station_and_cells_is_told_once(world: World, as_person: SignIn) -> None:
    assert sheet(as_person(world.manager), "HYN-B-000001").count("Made for a test") == 1


def test_upper_apps_add_panels_buttons_and_the_safety_state(
    world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_panels", "_actions", "_safety"):
        monkeypatch.setattr(panels, name, {})
    panels.add_panels(
        "installation",
        lambda request, row: [panels.Panel("Kiểm tra gần đây", "infra/partials/facts.html", {"facts": []}, count=3)],
    )
    panels.add_actions(
        "installation", lambda request, row: [panels.Action("Lập kiểm tra", "/x/", "clipboard-check", True)]
    )
    panels.set_safety("installation", lambda request, row: {"state": "unsafe", "reasons": [{"text": "14 Ω > 10 Ω"}]})
    page = sheet(as_person(world.manager), "HYN-B-000001")
    for text in ("Kiểm tra gần đây", 'href="/x/"', "st-tag--unsafe", "14 Ω &gt; 10 Ω"):
        assert text in page


def test_what_operators_wrote_is_escaped(world: World, as_person: SignIn) -> None:
    installation = world.station.installation
    type(installation).objects.filter(pk=installation.pk).update(name="<script>alert(1)</script>")
    page = sheet(as_person(world.manager), "HYN-B-000001")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
