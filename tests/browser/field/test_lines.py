"""Lines that are worse than none: a stranger's page in between, plain HTTP, tiles of a base map without a line."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from inspections.models import Inspection, Photo
from tests.browser.field.conftest import TASKS, Phones
from tests.browser.field.hand import Screen
from tests.browser.field.line import Line
from tests.browser.field.pictures import photo
from tests.world import World

PORTAL = b"<html><h1>Welcome to our free Wi-Fi, please sign in</h1></html>"


def test_page_of_a_stranger_counts_as_no_answer(day: World, line: Line, phones: Phones, tmp_path: Path) -> None:
    """A hotel's sign-in page answers 200 to everything: nothing is delivered by it, nothing deleted."""
    hand = phones()
    hand.takes_the_phone()
    hand.opens_the_app()
    hand.signs_in()
    expect(hand.page.locator(".fa-task")).to_have_count(3)
    line.portal = PORTAL
    questions = hand.begins(TASKS[0])
    hand.answers(questions, "certificate_valid", "fail")
    hand.photographs(photo(tmp_path / "p.jpg", 5, timezone.localtime(), 106.5, 20.5, (900, 700)))
    hand.files(questions)
    expect(hand.page.locator(".fa-sent-line")).to_contain_text("đã thử")
    expect(hand.page.locator(".fa-head")).to_contain_text("2 mục")
    assert Inspection.objects.count() == 0
    line.portal = b""
    hand.page.locator("button", has_text="Gửi ngay").click()
    hand.sees_everything_sent()
    assert Inspection.objects.count() == Photo.objects.arrived().count() == 1


def test_plain_http_is_told_to_use_https(day: World, line: Line, phones: Phones) -> None:
    hand = phones(address=f"http://testserver:{line.port}")
    hand.launch = {**hand.launch, "args": [*hand.launch["args"], "--host-resolver-rules=MAP testserver 127.0.0.1"]}
    hand.takes_the_phone()
    hand.opens_the_app()
    expect(hand.page.locator("main")).to_contain_text("https://")
    expect(hand.page.locator("form")).to_have_count(0)


@pytest.fixture
def tiles(settings: Any, live_server: LiveServer) -> str:
    """A base map of the deployment: every tile is one of our icons."""
    address = f"{live_server.url}/static/inspections/field/icons/icon-192.png?z={{z}}&x={{x}}&y={{y}}"
    settings.BASEMAP_URL = address
    return address


def test_tiles_of_the_base_map_are_taken_along(tiles: str, screen: Screen, context: BrowserContext, page: Page) -> None:
    kept = "async () => (await (await caches.open('sotram-field-tiles')).keys()).map((one) => one.url)"
    for _attempt in range(100):
        urls = page.evaluate(kept)
        if len(urls) > 60:
            break
        page.wait_for_timeout(100)
    assert {part.split("=")[1] for url in urls for part in url.split("?")[1].split("&") if part[0] == "z"} == {
        "12", "13", "14", "15", "16",
    }  # fmt: skip
    page.wait_for_timeout(300)
    context.set_offline(True)
    screen.goes_to("#/map/106.5685,20.5602")
    expect(page.locator("img.leaflet-tile-loaded").first).to_be_visible()


def test_app_can_be_installed(screen: Screen, context: BrowserContext, page: Page) -> None:
    session = context.new_cdp_session(page)
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],
    )
    found = session.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["url"].endswith("/field/app.webmanifest")
