"""Every screen of the field app: clean for axe-core, never sideways, a quiet console, both languages and looks."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import factories as make
from tests.browser.field.conftest import TASKS
from tests.browser.field.pictures import photo
from tests.browser.looking import axe_findings, no_complaints, width_needed
from tests.world import World

HERE = {"latitude": 20.5602, "longitude": 106.5686, "accuracy": 42}


@pytest.fixture
def app(day: World, live_server: LiveServer, context: BrowserContext, page: Page) -> Page:
    """The app of the inspector, signed in, at the first task's mast with a vague position."""
    context.grant_permissions(["geolocation"])
    context.set_geolocation(HERE)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}/field/")
    page.fill("#in-username", "inspector")
    page.fill("#in-password", make.PASSWORD)
    page.press("#in-password", "Enter")
    expect(page.locator(".fa-task").first).to_be_visible()
    return page


def _at(page: Page, place: str) -> None:
    page.evaluate("place => { location.hash = place; }", place)


def _is_clean(page: Page, width: int) -> None:
    assert axe_findings(page) == [], page.url
    assert width_needed(page) <= width, page.url


def _begin(page: Page) -> str:
    _at(page, "#/tasks")
    page.locator(".fa-task", has_text=TASKS[0]).click()
    expect(page.locator("main")).to_contain_text("HYN-B-000001")
    page.locator(".fa-actions button.fa-button--primary").click()
    expect(page.locator(".fa-question")).to_be_visible()
    return "#" + page.url.split("#")[1].rsplit("/", 1)[0]


@pytest.mark.parametrize(("width", "look"), [(360, "light"), (1440, "dark")])
def test_every_screen_is_clean_and_fits(app: Page, width: int, look: str, tmp_path: Path) -> None:
    page = app
    page.set_viewport_size({"width": width, "height": 800})
    with no_complaints(page):
        if look == "dark":
            _at(page, "#/me")
            page.check("input[name=theme] >> nth=2", force=True)
            page.check("input[name=language] >> nth=1", force=True)
            expect(page.locator("nav")).to_contain_text("Not sent")
        for place in ("#/tasks", "#/find", "#/newcomer", "#/me", "#/outbox"):
            _at(page, place)
            expect(page.locator("h1")).to_be_visible()
            _is_clean(page, width)
        _at(page, "#/map")
        expect(page.locator(".fa-map canvas").first).to_be_attached()
        expect(page.locator(".fa-marker")).to_have_count(3)
        _is_clean(page, width)
        questions = _begin(page)
        _is_clean(page, width)
        _at(page, f"{questions}/earthing_resistance")
        page.fill("#value", "14,0")
        page.set_input_files("input[capture]", photo(tmp_path / "p.jpg", 1, timezone.localtime(), 106.5, 20.5))
        expect(page.locator(".fa-photo img")).to_be_visible()
        _is_clean(page, width)
        for opener in (".fa-gps", "#instrument", ".fa-photo"):
            page.locator(opener).first.click()
            expect(page.locator("dialog[open] h2")).to_be_visible()
            _is_clean(page, width)
            page.locator("dialog .fa-icon-button").click()
            expect(page.locator("dialog[open]")).to_have_count(0)
        for place in (questions.removesuffix("/q"), questions.removesuffix("/q") + "/end"):
            _at(page, place)
            expect(page.locator(".fa-rows").first).to_be_visible()
            _is_clean(page, width)
        page.locator("main button", has=page.locator("use[href='#i-signature']")).first.click()
        expect(page.locator("canvas.fa-pad")).to_be_visible()
        _is_clean(page, width)


def test_the_way_in_is_clean(live_server: LiveServer, transactional_db: None, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    with no_complaints(page):
        page.goto(f"{live_server.url}/field/")
        expect(page.locator("#in-username")).to_be_visible()
        _is_clean(page, 360)


def test_a_question_judges_warns_and_is_answered_with_gloves_or_keys(app: Page, context: BrowserContext) -> None:
    """One start of the app for what the screen of a question does: each step begins where the one before ended."""
    questions = _begin(app)
    _the_keyboard_alone_answers(app)
    _a_vague_or_distant_position_warns_and_does_not_block(app, context, questions)
    _a_value_is_judged_while_it_is_typed_and_asks_for_evidence(app, questions)
    _everything_to_touch_is_large_enough_for_gloves(app, questions)


def _a_value_is_judged_while_it_is_typed_and_asks_for_evidence(page: Page, questions: str) -> None:
    _at(page, f"{questions}/earthing_resistance")
    page.fill("#value", "8,4")
    expect(page.locator("#verdict")).to_contain_text("Đạt: 8,4 Ω")
    page.fill("#value", "14.0")
    expect(page.locator("#verdict")).to_contain_text("Không đạt: 14.0 Ω lớn hơn 10 Ω")
    expect(page.locator(".fa-wants")).to_contain_text("Cần ảnh")
    expect(page.locator(".fa-wants")).to_contain_text("Cần số máy đo")
    page.fill("#value", "14,,")
    expect(page.locator("#verdict")).to_contain_text("không phải là số")
    page.fill("#value", "14")
    page.click("button.fa-step >> nth=0")
    expect(page.locator("#value")).to_have_value("13")
    page.click("#instrument")
    page.fill("#instrument-name", "KYORITSU 4105A")
    page.fill("#instrument-serial", "2214087")
    page.fill("#instrument-date", "2020-01-31")
    page.locator("dialog button.fa-button--primary").click()
    expect(page.locator("#instrument")).to_have_text("KYORITSU 4105A · 2214087")
    expect(page.locator("main")).to_contain_text("hết hạn hiệu chuẩn")


def _a_vague_or_distant_position_warns_and_does_not_block(page: Page, context: BrowserContext, questions: str) -> None:
    _at(page, f"{questions}/certificate_valid")
    expect(page.locator(".fa-head")).to_contain_text("1 trong 30")
    expect(page.locator(".fa-gps--warn")).to_contain_text("± 42 m".replace(" ", "\u00a0"))
    expect(page.locator(".fa-gps")).to_contain_text("chưa chính xác")
    context.set_geolocation({"latitude": 20.5702, "longitude": 106.5686, "accuracy": 5})
    expect(page.locator(".fa-gps--warn")).to_contain_text("ở xa")
    page.click(".fa-gps")
    page.fill("#position-note", "Cột ở phía bắc đường")
    page.locator("dialog button.fa-button--primary").click()
    page.click(".fa-gps")
    expect(page.locator("dialog")).to_contain_text("Đã đề xuất: 20,57020; 106,56860")
    page.locator("dialog .fa-icon-button").click()
    page.locator(".fa-actions a.fa-button--primary").click()
    expect(page.locator(".fa-head")).to_contain_text("2 trong 30")


def _the_keyboard_alone_answers(page: Page) -> None:
    expect(page.locator("#question")).to_be_focused()
    page.locator("input[name=outcome] >> nth=0").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[value=fail]")).to_be_checked()
    page.locator(".fa-actions a.fa-button--primary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".fa-head")).to_contain_text("2 trong 30")


FINGERS = """least => {
  const touched = "main button, main input, main select, main textarea, main a, nav a, .fa-actions > *";
  return [...document.querySelectorAll(touched)]
    .filter((one) => one.checkVisibility() && !one.closest("p, li p, h2") && getComputedStyle(one).opacity !== "0")
    .map((one) => [one.textContent.trim() || one.id || one.className, one.getBoundingClientRect().height])
    .filter(([, height]) => height < least);
}"""


def _everything_to_touch_is_large_enough_for_gloves(page: Page, questions: str) -> None:
    for place in (f"{questions}/earthing_resistance", f"{questions}/guys", "#/tasks", "#/me", "#/outbox", "#/find"):
        _at(page, place)
        expect(page.locator("h1")).to_be_visible()
        page.wait_for_timeout(100)
        assert page.evaluate(FINGERS, 44) == [], place
    _at(page, f"{questions}/guys")
    expect(page.locator(".fa-outcome")).to_have_count(3)
    heights = "[...document.querySelectorAll('.fa-outcome')].map((one) => one.getBoundingClientRect().height)"
    assert min(page.evaluate(heights)) >= 64
