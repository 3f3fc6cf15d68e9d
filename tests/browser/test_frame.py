"""The frame in Chromium at 360 and 1440 px: nothing leaves the machine, nothing complains, everyone can use it."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.looking import WIDTHS, axe_findings, no_complaints, sign_in, width_needed
from tests.world import World

PAGES = (
    "/sites/",
    "/installations/?kind=base_station&organization=VIETTEL",
    "/installations/?q=nothing-of-that-name",
    "/installations/HYN-B-000001/",
    "/postal-points/",
    "/permits/",
    "/account/",
    "/alerts/",
)


@pytest.fixture(params=WIDTHS)
def wide(request: pytest.FixtureRequest, page: Page) -> int:
    page.set_viewport_size({"width": request.param, "height": 800})
    return int(request.param)


def choose(page: Page, name: str, value: str) -> None:
    """Choose a look by its cookie, as the server would keep it."""
    page.context.add_cookies([{"name": f"st_{name}", "value": value, "url": re.sub(r"(?<=\d)/.*", "/", page.url)}])


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1440, "dark")])
def test_every_page_is_clean_and_fits(
    world: World, live_server: LiveServer, page: Page, width: int, theme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    with no_complaints(page):
        sign_in(page, live_server.url, "manager")
        choose(page, "theme", theme)
        for address in PAGES:
            page.goto(live_server.url + address)
            assert page.locator("html").get_attribute("data-bs-theme") == theme
            assert width_needed(page) <= width, address
            assert axe_findings(page) == [], address


def test_the_page_before_signing_in_is_clean_and_fits(live_server: LiveServer, page: Page, wide: int) -> None:
    with no_complaints(page):
        page.goto(live_server.url + "/sign-in/?next=/sites/")
        assert width_needed(page) <= wide
        assert axe_findings(page) == []


@pytest.mark.parametrize(
    ("width", "theme", "text", "contrast"), [(360, "dark", "large", "high"), (1440, "light", "large", "normal")]
)
def test_large_text_and_high_contrast_cut_nothing(
    world: World, live_server: LiveServer, page: Page, width: int, theme: str, text: str, contrast: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, live_server.url, "owner")
    choose(page, "theme", theme)
    choose(page, "text", text)
    choose(page, "contrast", contrast)
    for address in ("/sites/", "/installations/HYN-B-000001/", "/account/"):
        page.goto(live_server.url + address)
        assert width_needed(page) <= width, address
        assert axe_findings(page) == [], address


def test_text_at_200_percent_does_not_scroll_sideways(world: World, live_server: LiveServer, page: Page) -> None:
    """Zoom 200 % of 720 px leaves 360 px; the text alone doubled must fit 1440 px."""
    sign_in(page, live_server.url, "manager")
    page.set_viewport_size({"width": 1440, "height": 900})
    for address in ("/sites/", "/installations/HYN-B-000001/"):
        page.goto(live_server.url + address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert width_needed(page) <= 1440, address


def test_a_plus_makes_text_larger_at_once_and_on_the_next_page(
    world: World, live_server: LiveServer, page: Page
) -> None:
    def size() -> float:
        return float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))

    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    before = size()
    larger = page.get_by_role("banner").get_by_role("button", name=re.compile("Larger text|Chữ to"))
    larger.click()
    assert size() > before
    expect(larger).to_have_attribute("aria-pressed", "true")
    page.goto(live_server.url + "/sites/")
    assert size() > before


def test_contrast_switches_on_and_off(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    button = page.get_by_role("banner").get_by_role("button", name=re.compile("High contrast|Tương phản cao"))
    button.click()
    expect(page.locator("html")).to_have_attribute("data-contrast", "high")
    # What has a soft ground otherwise has a border now.
    border = "getComputedStyle(document.documentElement).getPropertyValue('--st-soft-border')"
    assert page.evaluate(border).lower() == "currentcolor"
    button.click()
    expect(page.locator("html")).to_have_attribute("data-contrast", "normal")


def test_without_scripts_the_choices_work_by_the_server(world: World, live_server: LiveServer, browser: object) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        page.goto(live_server.url + "/sign-in/")
        page.locator("header button[name=text][value=large]").click()
        assert page.url == live_server.url + "/sign-in/"
        expect(page.locator("html")).to_have_attribute("data-text-size", "large")
    finally:
        context.close()


def test_the_keyboard_reaches_content_and_search(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    page.goto(live_server.url + "/sites/")
    page.keyboard.press("Tab")
    expect(page.locator(".st-skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("citadel-of-nothing")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sites/?q=citadel-of-nothing*")


def test_a_chip_filters_and_its_cross_takes_the_filter_away(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    page.goto(live_server.url + "/installations/")
    page.select_option("select[name=kind]", "network_node")
    page.wait_for_url("**/installations/?kind=network_node")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator(".st-chip__remove").click()
    page.wait_for_url(re.compile(r"/installations/\??$"))


def test_on_a_phone_the_menu_holds_places_and_choices(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, live_server.url, "manager")
    page.goto(live_server.url + "/sites/")
    page.get_by_role("button", name=re.compile("^(Menu|Trình đơn)$")).click()
    menu = page.locator("#st-menu")
    expect(menu).to_be_visible()
    page.wait_for_selector("#st-menu.show:not(.showing)")
    assert axe_findings(page) == []
    menu.locator("button[name=text][value=large]").click()
    expect(page.locator("html")).to_have_attribute("data-text-size", "large")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_on_a_phone_a_card_opens_its_details(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, live_server.url, "manager")
    page.goto(live_server.url + "/installations/?kind=base_station")
    row = page.locator("tbody tr").first
    hidden = row.locator("td[data-card=hidden]").first
    expect(hidden).to_be_hidden()
    row.locator("[data-open-row]").click()
    expect(hidden).to_be_visible()


def test_the_language_switches_and_stays(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    page.goto(live_server.url + "/sites/?q=a")
    page.locator("header form[action='/language/'] button").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url == live_server.url + "/sites/?q=a"


def test_a_part_that_cannot_be_fetched_says_so(world: World, live_server: LiveServer, page: Page) -> None:
    sign_in(page, live_server.url, "manager")
    page.goto(live_server.url + "/sites/")
    page.evaluate("htmx.ajax('GET', '/no/such/part/', '#st-said')")
    expect(page.locator("#st-messages [role=alert]")).to_be_visible()
    page.context.clear_cookies(name="sessionid")
    page.evaluate("htmx.ajax('GET', '/permits/', '#st-said')")
    page.wait_for_url("**/sign-in/?next=**")
