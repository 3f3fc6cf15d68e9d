"""The maps in Chromium at 360 and 1440 px: clean, a click opens a sheet, the address keeps the view."""

import gzip
import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import factories as make
from tests.browser.looking import WIDTHS, axe_findings, no_complaints, sign_in, width_needed
from tests.inspections.conftest import law, office  # noqa: F401 -- fixtures
from tests.inspections.running import Office
from tests.world import World

HOSTILE = "<img src=x onerror=\"document.title='broken'\">"
HARBOUR = (106.5685, 20.5602)
PUBLIC = ("/", "/?q=pho+hien", "/sites/HYN-00001/", "/sites/HYN-00001/report/")
STAFF = ("/map/", "/map/?site=HYN-00001#14/20.5602/106.5685", "/sites/HYN-00001/", "/map/list/", "/dashboard/", "/")


@pytest.fixture(params=WIDTHS)
def wide(request: pytest.FixtureRequest, page: Page) -> int:
    page.set_viewport_size({"width": request.param, "height": 800})
    return int(request.param)


def drawn(page: Page) -> None:
    """Wait until the console has drawn what it asked for."""
    expect(page.locator("#map_console")).to_have_attribute("data-features", re.compile("[1-9]"), timeout=20_000)


def place_of(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Return where a position lies in the window, in pixels."""
    box = page.locator("#map_console").bounding_box()
    assert box is not None
    script = f"(p => [p.x, p.y])(Sotram.console.map.latLngToContainerPoint([{lat}, {lon}]))"
    x, y = page.evaluate(script)
    return box["x"] + x, box["y"] + y


# --- Everybody --------------------------------------------------------------------------------------------------------


def test_public_pages_are_clean_and_fit(world: World, live_server: LiveServer, page: Page, wide: int) -> None:
    with no_complaints(page):
        for address in PUBLIC:
            page.goto(live_server.url + address)
            page.wait_for_load_state("networkidle")
            assert width_needed(page) <= wide, address
            assert axe_findings(page) == [], address


def test_a_mast_on_the_public_map_leads_to_its_page(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + "/?at=106.5685,20.5602")
    page.wait_for_load_state("networkidle")
    box = page.locator("#map_public").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/sites/HYN-00001/")
    expect(page.locator("h1")).to_contain_text("Thái Thụy")


# --- People who work here ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1440, "light")])
def test_pages_with_maps_are_clean_and_fit(
    world: World, live_server: LiveServer, page: Page, width: int, theme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    with no_complaints(page):
        sign_in(page, live_server.url, "manager")
        page.context.add_cookies([{"name": "st_theme", "value": theme, "url": live_server.url}])
        for address in STAFF:
            page.goto(live_server.url + address)
            page.wait_for_load_state("networkidle")
            assert width_needed(page) <= width, address
            assert axe_findings(page) == [], address


def test_a_click_on_a_station_opens_its_sheet(world: World, live_server: LiveServer, page: Page, wide: int) -> None:
    with no_complaints(page):
        sign_in(page, live_server.url, "manager")
        page.goto(live_server.url + "/map/#14/20.5602/106.5685")
        drawn(page)
        page.mouse.click(*place_of(page, *HARBOUR))
        sheet = page.locator("#sheet")
        expect(sheet.locator("h2")).to_have_text("Cảng Diêm Điền")
        expect(sheet).to_contain_text("TBH0001")
        expect(sheet).to_contain_text("VNP-DD-01")
        expect(page).to_have_url(re.compile("site=HYN-00001"))
        page.reload()
        expect(page.locator("#sheet h2")).to_have_text("Cảng Diêm Điền")
        page.locator('#sheet [data-sheet="close"]').click()
        expect(page.locator("#sheet")).to_be_hidden()
        expect(page).not_to_have_url(re.compile("site="))


def test_things_at_one_point_can_all_be_reached(world: World, live_server: LiveServer, page: Page) -> None:
    with make.one_act(world.authority):
        make.StationFactory(
            installation__registry_number="HYN-B-000077",
            installation__site=make.SiteFactory(
                authority=world.authority, code="HYN-00077", name="Cột bên cạnh", position=world.harbour.position,
                unit=world.thai_thuy,
            ),
            installation__organization=world.viettel,
        )  # fmt: skip
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    page.goto(live_server.url + "/map/#14/20.5602/106.5685")
    drawn(page)
    page.mouse.click(*place_of(page, *HARBOUR))
    choices = page.locator("#sheet .st-map-rows button")
    expect(choices).to_have_count(2)
    choices.filter(has_text="Cột bên cạnh").click()
    expect(page.locator("#sheet h2")).to_have_text("Cột bên cạnh")


def test_filters_stay_in_the_address(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    page.goto(live_server.url + "/map/#11/20.6/106.3")
    drawn(page)
    page.locator('[data-filter="organization"] summary').click()
    page.locator('[data-filter="organization"] input[value="VNPT"]').check()
    expect(page).to_have_url(re.compile("organization=VNPT"))
    page.keyboard.press("Escape")
    page.locator('[data-hide="safety"][value="compliant"]').uncheck()
    page.locator('[data-layer="postal"]').check()
    expect(page).to_have_url(re.compile("layers=.*postal"))
    before = page.url
    page.reload()
    drawn(page)
    assert page.url == before
    expect(page.locator('[data-filter="organization"] summary')).to_contain_text("VNPT")
    expect(page.locator('[data-hide="safety"][value="compliant"]')).not_to_be_checked()
    expect(page.locator('[data-layer="postal"]')).to_be_checked()
    asked = page.evaluate("Sotram.console.live.query")
    assert "organization=VNPT" in asked
    found = page.evaluate(
        "JSON.stringify(Sotram.console.live.layer('stations').features.map(f => f.properties.operators))"
    )
    assert all(set(operators) == {"VNPT"} for operators in json.loads(found))
    page.locator("#list-link").click()
    expect(page.locator("tbody tr").first).to_contain_text("VNPT")


def test_search_jumps_to_the_result(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    page.goto(live_server.url + "/map/")
    drawn(page)
    page.keyboard.press("/")
    page.keyboard.type("diem dien", delay=20)
    option = page.get_by_role("option").filter(has_text="Cảng Diêm Điền")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet h2")).to_have_text("Cảng Diêm Điền")
    expect(page).to_have_url(re.compile("#16/20.56"))


def test_the_map_answers_the_keyboard(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    page.goto(live_server.url + "/map/#12/20.6/106.3")
    drawn(page)
    page.locator("#map_console").focus()
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile(r"#13"))
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(re.compile("106.30000"))


def test_hostile_names_stay_text_on_the_map(world: World, live_server: LiveServer, page: Page) -> None:
    with make.one_act(world.authority) as ledger:
        world.harbour.name = HOSTILE
        ledger.change(world.harbour)
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    page.goto(live_server.url + "/map/#14/20.5602/106.5685")
    drawn(page)
    x, y = place_of(page, *HARBOUR)
    page.mouse.move(x, y)
    expect(page.locator(".st-tip")).to_contain_text("<img src=x")
    page.mouse.click(x, y)
    expect(page.locator("#sheet h2")).to_have_text(HOSTILE)
    assert page.title() != "broken"


def test_a_layer_that_fails_says_so(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    page.route("**/map/layers/postal.json*", lambda route: route.abort())
    page.goto(live_server.url + "/map/")
    drawn(page)
    page.locator('[data-layer="postal"]').check()
    expect(page.locator("#map-notice")).to_be_visible()
    page.unroute("**/map/layers/postal.json*")
    page.locator("#map-notice-again").click()
    expect(page.locator("#map-notice")).to_be_hidden()


def test_an_area_drawn_by_hand_leads_to_a_campaign(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    with no_complaints(page):
        sign_in(page, live_server.url, "manager")
        page.goto(live_server.url + "/map/#13/20.5602/106.5685")
        drawn(page)
        page.locator("#map_console").focus()
        page.keyboard.press("l")
        x, y = place_of(page, *HARBOUR)
        page.mouse.move(x - 60, y - 60)
        page.mouse.down()
        for dx, dy in ((60, -60), (60, 60), (-60, 60), (-60, -55)):
            page.mouse.move(x + dx, y + dy, steps=5)
        page.mouse.up()
        expect(page.locator("#tray-n")).to_have_text("2 trạm được chọn")
        expect(page).to_have_url(re.compile("area=106"))
        assert axe_findings(page) == []
        page.locator("#tray-figures").click()
        expect(page.locator("#sheet")).to_contain_text("Viettel")
        page.reload()
        expect(page.locator("#tray-n")).to_have_text("2 trạm được chọn")
        page.locator("#tray-plan").click()
        expect(page).to_have_url(re.compile("/campaigns/new/.*from=map.*area="))
        expect(page.locator("main")).to_contain_text("2")


def test_a_large_selection_is_written_in_the_background(
    world: World, live_server: LiveServer, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maps.exports.formats.AT_ONCE", 1)
    page.set_viewport_size({"width": 1440, "height": 900})
    with no_complaints(page):
        sign_in(page, live_server.url, "manager")
        page.goto(live_server.url + "/map/?near=106.5685,20.5602,1000#13/20.5602/106.5685")
        drawn(page)
        expect(page.locator("#tray-n")).to_have_text("2 trạm được chọn")
        page.locator("#tray summary").click()
        with page.expect_download() as whole:
            page.locator("#tray [data-ending=xlsx]").click()
        assert whole.value.suggested_filename.startswith("installations-")
        files = page.locator("#sheet .st-files > li")
        expect(files).to_contain_text("Excel (XLSX)")
        expect(files).to_contain_text("Sẵn sàng")
        assert axe_findings(page) == []
        page.locator("#tray summary").click()
        with page.expect_download() as text:
            page.locator("#tray [data-ending=csv]").click()
        assert text.value.suggested_filename.endswith(".csv")
        files.get_by_role("button", name="Xóa tệp").click()
        expect(files).to_have_text("Không có tệp nào đang được tạo hoặc đang được giữ.")


def test_the_keyboard_selects_and_measures(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    page.goto(live_server.url + "/map/?shade=stations#13/20.5602/106.5685")
    drawn(page)
    expect(page.locator("#shade-legend li").first).to_be_visible()
    page.locator("#map_console").focus()
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    expect(page.locator("#tray-n")).to_have_text("2 trạm được chọn")
    expect(page.locator("#tray-metres")).to_have_value("1")
    page.keyboard.press("Escape")
    expect(page.locator("#tray")).to_be_hidden()
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(re.compile("106.56850"))
    page.keyboard.press("Enter")
    expect(page.locator("#map-notice-text")).to_contain_text("Chiều dài")
    page.goto(live_server.url + "/map/?as_of=2001-01-01")
    expect(page.locator("#map-notice-text")).to_contain_text("Không có trạm nào khớp vào ngày đó")
    day = page.locator('[data-day="as-of"]')
    expect(day).to_contain_text("Tại ngày: 01/01/2001")
    day.get_by_role("button").click()
    expect(day).to_be_hidden()
    expect(page).not_to_have_url(re.compile("as_of"))
    expect(page.locator('[data-colouring="safety"]')).to_have_attribute("aria-pressed", "true")


def test_a_phone_selects_communes_and_takes_them_along(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    with no_complaints(page):
        sign_in(page, live_server.url, "manager")
        page.goto(live_server.url + "/map/?status=#13/20.5602/106.5685")
        drawn(page)
        page.locator('[data-tool="unit"]').click()
        page.mouse.click(*place_of(page, *HARBOUR))
        expect(page.locator("#tray-n")).to_contain_text("được chọn")
        expect(page).to_have_url(re.compile(f"pick={world.thai_thuy.code}"))
        page.locator("#tray summary").click()
        for ending in ("xlsx", "shp.zip"):
            expect(page.locator(f'#tray [data-ending="{ending}"]')).to_be_in_viewport()


def test_the_map_goes_on_paper_with_legend_scale_and_source(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    page.add_init_script("window.print = () => { document.documentElement.dataset.printed = ''; }")
    page.goto(live_server.url + "/map/?organization=VNPT#13/20.5602/106.5685")
    drawn(page)
    before = page.url
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; sotramApplyTheme(); }")
    page.locator("#print-map").click()
    expect(page.locator("html[data-printed]")).to_be_attached()
    expect(page.locator("html[data-bs-theme=light]")).to_be_attached()
    page.emulate_media(media="print")
    expect(page.locator("#print-filters")).to_contain_text("VNPT")
    expect(page.locator("#print-scale")).to_contain_text("1 : ")
    expect(page.locator(".st-print-foot")).to_contain_text("Công ty SO-HYN")
    expect(page.locator("#legend-safety")).to_be_visible()
    expect(page.locator(".st-console__tools")).to_be_hidden()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page).to_have_url(before)
    expect(page.locator("html[data-bs-theme=dark]")).to_be_attached()
    expect(page.locator(".st-console__tools")).to_be_visible()
    for box in page.locator("#panel [data-layer]").all():
        box.check()
    page.evaluate("delete document.documentElement.dataset.printed")
    page.locator("#print-map").click()
    expect(page.locator("html[data-printed]")).to_be_attached()
    is_whole = "(one) => one.scrollHeight <= one.clientHeight"
    assert page.locator("#panel").evaluate(is_whole), "the legend is cut"


def test_less_than_a_megabyte_comes_before_the_first_tile(world: World, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "manager")
    page.goto(live_server.url + "/map/")
    drawn(page)
    first = "performance.getEntriesByType('resource').filter((one) => /[.]mvt|[/]map[/]layers/.test(one.name))[0]"
    names = page.evaluate(
        f"(() => {{ const until = ({first}).startTime; return performance.getEntriesByType('resource')"
        ".filter((one) => one.startTime < until).map((one) => one.name); })()"
    )
    assert any("leaflet" in name for name in names)
    bodies = [page.request.get(name).body() for name in {page.url, *names}]
    # fonts are compressed as they are; what a compressing server makes of the rest
    assert sum(min(len(body), len(gzip.compress(body))) for body in bodies) < 1_000_000


def test_cases_are_selected_by_keyboard_and_leave_as_a_list(
    world: World,
    office: Office,  # noqa: F811
    live_server: LiveServer,
    page: Page,
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    number = office.open(on=yesterday, today=yesterday).number
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, "officer")
    with no_complaints(page):
        page.goto(live_server.url + "/map/?mode=cases#12/20.5602/106.5685")
        expect(page.locator("#map_console")).to_have_attribute("data-drawn", "", timeout=20_000)
        page.focus("#map_console")
        page.keyboard.press("r")
        page.keyboard.press("Enter")
        page.evaluate("Sotram.console.mode.selection.tools.take({near: [106.5685, 20.5602, 20000]})")
        expect(page.locator("#tray-n")).to_contain_text("1")
        page.click("#tray-figures")
        expect(page.locator("#sheet table").first).to_be_visible()
        assert axe_findings(page) == []
        page.click("#tray-list")
        expect(page.locator("main")).to_contain_text(str(number))
