"""The console's mode of coverage in Chromium at two widths: clean, a white spot opens, a trial mast says its gain."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from infra.models import AdministrativeUnit
from maps.coverage.computing import compute
from maps.services import reference
from maps.services.coverage import run_open
from tests.browser.looking import WIDTHS, axe_findings, no_complaints, sign_in, width_needed
from tests.world import World


@pytest.fixture
def computed(world: World, settings: Any, tmp_path: Path) -> World:
    settings.COVERAGE_STORE = str(tmp_path / "coverage")
    reference.load()
    AdministrativeUnit.objects.filter(pk=world.thai_thuy.pk).update(population=52_000)
    AdministrativeUnit.objects.filter(pk=world.pho_hien.pk).update(population=480_000)
    asked = {"resolution_m": 200, "technologies": ["4G"]}
    compute(run_open(actor=world.manager, authority=world.authority, asked=asked))
    return world


def test_from_a_white_spot_to_a_trial_mast(computed: World, live_server: LiveServer, page: Page) -> None:
    sign_in(page, live_server.url, computed.manager.username)
    with no_complaints(page):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(live_server.url + "/map/?mode=coverage&network=VNPT")
            page.click("#show-gaps")
            expect(page.locator("[data-coverage-sheet=gaps] li button").first).to_be_visible()
            assert width_needed(page) <= width
            assert axe_findings(page) == []
        page.locator("[data-coverage-sheet=gaps] li button").first.click()
        expect(page).to_have_url(re.compile("spot=1"))
        page.click("[data-tool=trial]")
        expect(page.locator("[data-gain=people]")).to_have_text(re.compile(r"^\+[1-9]"), timeout=30_000)
        assert axe_findings(page) == []


def test_an_area_is_selected_by_keyboard(computed: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, computed.manager.username)
    with no_complaints(page):
        page.goto(live_server.url + "/map/?mode=coverage&network=VNPT#12/20.56/106.56")
        expect(page.locator("#map_console")).to_have_attribute("data-drawn", "", timeout=20_000)
        page.focus("#map_console")
        page.keyboard.press("r")
        page.keyboard.press("Enter")
        expect(page.locator("[data-area-sheet] h2")).to_be_visible()
        expect(page).to_have_url(re.compile("near="))
        assert axe_findings(page) == []
        page.click("[data-clear-area]")
        expect(page.locator("#sheet")).to_be_hidden()
        expect(page).not_to_have_url(re.compile("near="))
