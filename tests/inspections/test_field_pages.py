"""What makes the field app installable: page, worker, manifest, texts; the same for all, under a strict policy."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from inspections.models import Campaign, CampaignTask, ChecklistTemplate
from inspections.pages import field_files
from tests import factories
from tests.world import SignIn, World, at

#: the factories' own types tell what makes a row, not what it is
make: Any = factories

PAGES = ("/field/", "/field/worker.js", "/field/app.webmanifest", "/field/texts/vi.json", "/field/texts/en.json")
FIRST_LOAD_MAX = 300_000


@pytest.mark.parametrize("address", PAGES)
def test_pages_need_no_sign_in_and_no_database(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in answer.headers
    policy = {part.strip() for part in answer["Content-Security-Policy"].split(";")}
    assert {"script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'"} <= policy
    assert not [part for part in policy if "unsafe" in part or "nonce" in part]


def test_the_page_has_nothing_inline_and_names_no_person(client: Client) -> None:
    page = client.get("/field/").content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\sstyle=|\son\w+=|<style", page)
    assert 'rel="manifest"' in page


@pytest.mark.django_db
def test_nothing_but_reading_and_only_our_languages(client: Client) -> None:
    assert client.post("/field/").status_code == 405
    assert client.get("/field/texts/fr.json").status_code == 404


def test_manifest_makes_it_installable(client: Client) -> None:
    answer = client.get("/field/app.webmanifest", headers={"accept-language": "vi"})
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = json.loads(answer.content)
    assert (manifest["start_url"], manifest["scope"], manifest["id"]) == ("/field/", "/field/", "/field/")
    assert manifest["display"] == "standalone"
    assert manifest["lang"] == "vi"
    icons = {(icon["sizes"], icon.get("purpose", "any")): icon["src"] for icon in manifest["icons"]}
    assert set(icons) == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    for address in icons.values():
        assert finders.find(address.removeprefix("/static/"))


def _shell(client: Client) -> dict[str, list[str]]:
    source = client.get("/field/worker.js").content.decode()
    found: dict[str, list[str]] = json.loads(source[len("const SHELL = ") : source.index(";\n\n")])
    return found


def test_worker_keeps_exactly_what_exists(client: Client) -> None:
    shell = _shell(client)
    assert client.get("/field/worker.js")["Content-Type"] == "text/javascript"
    assert len(shell["files"]) == len(set(shell["files"]))
    for address in shell["files"]:
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/")), address
        else:
            assert client.get(address).status_code == 200, address
    page = client.get("/field/").content.decode()
    named = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert named <= set(shell["files"])


def test_any_change_makes_a_new_version(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = field_files.version("a")
    assert field_files.version("a") == before
    assert field_files.version("b") != before


def test_first_load_is_small(client: Client) -> None:
    """Everything that the app brings along for a start without a line, as it goes over the line."""
    total = 0
    for address in _shell(client)["files"]:
        if address.startswith("/static/"):
            found = finders.find(address.removeprefix("/static/"))
            assert isinstance(found, str)
            content = Path(found).read_bytes()
            packed = address.endswith((".woff2", ".png"))
        else:
            content, packed = client.get(address, headers={"accept-encoding": ""}).content, False
        total += len(content) if packed else len(gzip.compress(content, 6))
    assert total <= FIRST_LOAD_MAX


# --- Surroundings ---

BOX = "106.4,20.4,106.7,20.7"
SURROUNDINGS = "/api/v1/fieldwork/surroundings/"


def test_inspector_takes_the_surroundings_along(world: World, as_person: SignIn) -> None:
    answer = as_person(world.inspector).get(SURROUNDINGS, {"bbox": BOX})
    assert answer.status_code == 200
    found = answer.json()
    assert [site["code"] for site in found["sites"]] == ["HYN-00001"]
    assert found["sites"][0]["operators"] == ["VIETTEL", "VNPT"]
    assert found["truncated"] is False
    communes = [unit for unit in found["units"] if unit["level"] == "commune"]
    assert [unit["code"] for unit in communes] == ["12826"]
    assert communes[0]["rings"][0][0] == communes[0]["rings"][0][-1]
    assert {route["ref"] for route in found["routes"]} == {"HYN-C-000001", "HYN-C-000002"}
    again = as_person(world.inspector).get(SURROUNDINGS, {"bbox": BOX}, headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_surroundings_are_for_inspectors_and_hold_their_register_only(world: World, as_person: SignIn) -> None:
    assert as_person(None).get(SURROUNDINGS, {"bbox": BOX}).status_code == 401
    assert as_person(world.owner).get(SURROUNDINGS, {"bbox": BOX}).status_code == 403
    far = as_person(world.inspector).get(SURROUNDINGS, {"bbox": "106.5,20.8,106.9,21.0"}).json()
    assert far["sites"] == []


@pytest.mark.parametrize(
    "bbox", ["", "1,2,3", "106,20,105,21", "nan,20,106,21", "100,20,106,21", "106,20,106.5,22", "a,b,c,d"]
)
def test_a_senseless_box_is_refused_by_name(world: World, as_person: SignIn, bbox: str) -> None:
    answer = as_person(world.inspector).get(SURROUNDINGS, {"bbox": bbox})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/bbox"


def test_surroundings_cost_the_same_however_much_stands_there(
    world: World, as_person: SignIn, django_assert_num_queries: object
) -> None:
    client = as_person(world.inspector)
    client.get(SURROUNDINGS, {"bbox": BOX})
    with django_assert_num_queries(9):  # type: ignore[operator]
        client.get(SURROUNDINGS, {"bbox": "105.9,20.4,106.8,20.9"})


# --- The package of a day ---

PACKAGE = "/api/v1/fieldwork/package/"
PACKAGE_MAX = 2_000_000


def _fifty_tasks(world: World) -> None:
    """Give the inspector fifty stations to visit, each with three cells and a certificate."""
    today = timezone.localdate()
    campaign = Campaign.objects.create(
        authority=world.authority,
        number=50,
        title="An toàn trước mùa mưa bão",
        starts_on=today,
        ends_on=today,
        checklist=ChecklistTemplate.objects.get(code="bts-safety"),
        status="running",
    )
    with make.one_act(world.authority):
        for number in range(50):
            site = make.SiteFactory(
                authority=world.authority, code=f"HYN-05{number:03d}", position=at(106.55 + number / 2000, 20.55)
            )
            station = make.StationFactory(
                installation__registry_number=f"HYN-B-05{number:04d}",
                installation__site=site,
                installation__organization=world.viettel,
            )
            for sector in range(3):
                make.CellFactory(station=station, code=f"C{number}-{sector}")
            make.PermitFactory(installation=station.installation, number=f"KD-{number}")
            CampaignTask.objects.create(
                campaign=campaign, installation=station.installation, assignee=world.inspector, planned_on=today
            )


def test_package_of_fifty_tasks_is_small_and_not_sent_twice(world: World, law: None, as_person: SignIn) -> None:
    _fifty_tasks(world)
    client = as_person(world.inspector)
    answer = client.get(PACKAGE)
    assert len(answer.json()["tasks"]) == 50
    assert len(answer.content) <= PACKAGE_MAX
    packed = client.get(PACKAGE, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(answer.content) / 3
    again = client.get(PACKAGE, headers={"accept-encoding": "gzip", "if-none-match": packed["ETag"]})
    assert again.status_code == 304
