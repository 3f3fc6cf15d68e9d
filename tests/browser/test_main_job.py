"""The main job once, from an operator's file to the manager's table, in one browser.

A file becomes registered stations on the map, an inspection of one of them finds a fault, the violation becomes a
case, and a manager sees all of it in one place.
"""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import Workbook
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from infra.models import Authority, Installation
from infra.selectors.ledger import verify
from inspections.models import ViolationCase
from tests.browser.looking import axe_findings, no_complaints, width_needed
from tests.browser.story import Story

HEADERS = (
    "STT",
    "Mã trạm",
    "Tên trạm",
    "Địa chỉ",
    "Xã/Phường",
    "Kinh độ",
    "Vĩ độ",
    "Loại cột",
    "Chiều cao cột (m)",
    "Chủ sở hữu cột",
    "Công nghệ",
    "Số GCN kiểm định",
    "Ngày cấp",
    "Ngày hết hạn",
    "Trạng thái",
)
STATION = "VTL-HYN-0001"


def _row(number: int, code: str | None, lon: object, lat: object, height: object, expires: dt.date) -> list[object]:
    issued = expires.replace(year=expires.year - 5, day=min(expires.day, 28))
    return [
        number,
        code,
        f"THAIBINH_{number}",
        "đường Lý Bôn",
        "Phường Thái Bình",
        lon,
        lat,
        "A2b",
        height,
        "VIETTEL",
        "4G;5G",
        f"B10000{number}/{issued.year}",
        f"{issued:%d/%m/%Y}",
        f"{expires:%d/%m/%Y}",
        "Đang hoạt động",
    ]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A list as operators send it: title rows, Vietnamese headers, a faulty row, a total line at the end."""
    unit = Authority.objects.get().territory.get().children.get(code="13225", valid_to=None)
    assert unit.centroid is not None
    lon, lat = unit.centroid.x, unit.centroid.y
    today = timezone.localdate()
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["DANH SÁCH TRẠM BTS VIETTEL TẠI HƯNG YÊN"])
    sheet.append(["(Kèm theo công văn số      /CV)"])
    sheet.append([])
    sheet.append(HEADERS)
    sheet.append(_row(1, STATION, lon, lat, 42, today - dt.timedelta(days=40)))
    sheet.append(_row(2, "VTL-HYN-0002", lon + 0.004, lat + 0.003, 36, today + dt.timedelta(days=900)))
    sheet.append(_row(3, "VTL-HYN-0003", lon - 0.004, lat, "cao", today + dt.timedelta(days=900)))
    sheet.append([])
    sheet.append([None, "Tổng cộng", 3])
    path = tmp_path / "DS_BTS_Viettel.xlsx"
    book.save(path)
    return path


def test_a_file_becomes_stations_a_fault_a_case_and_a_figure(
    province: Authority, workbook: Path, live_server: LiveServer, browser: Browser
) -> None:
    outside: list[str] = []
    story = Story(browser, live_server.url, outside)
    number = _operator_submits(story, workbook)
    _officer_accepts(story, number)
    visit = _inspector_visits(story)
    _officer_opens_the_case(story, visit)
    _manager_sees_all_of_it(story)
    assert outside == []
    assert list(verify()) == []


def _operator_submits(story: Story, workbook: Path) -> str:
    page = story.enters("viettel")
    with no_complaints(page):
        page.goto(f"{story.address}/submissions/new/")
        page.set_input_files("input[type=file]", workbook)
        page.click("button.btn-primary[type=submit]")
        page.wait_for_url(re.compile(r"/submissions/\d+/"))
        expect(page.locator("#grid")).to_contain_text("cao", timeout=20_000)
        assert "value.type" in page.content()
        expect(page.locator("#grid")).to_contain_text("7")  # the spreadsheet's own row number
        assert axe_findings(page) == []
        page.click("button[name=all_errors]")
        page.click("form[action$='/send/'] button")
        page.wait_for_load_state("networkidle")
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def _officer_accepts(story: Story, number: str) -> None:
    page = story.enters("officer")
    with no_complaints(page):
        page.goto(f"{story.address}/submissions/")
        page.click(f"a[href='/submissions/{number}/']")
        page.fill("#accept-reason", "Khớp với hồ sơ kiểm định")
        page.click("form[action$='/accept/'] button[value=all]")
        page.wait_for_load_state("networkidle")
        page.goto(f"{story.address}/installations/?q=VTL-HYN")
        expect(page.locator("main")).to_contain_text(STATION)
        expect(page.locator("main")).to_contain_text("VTL-HYN-0002")
        expect(page.locator("main")).not_to_contain_text("VTL-HYN-0003")


def _inspector_visits(story: Story) -> str:
    """File a visit on a phone: earthing 14 Ω, certificate expired. Return the visit's page."""
    station = Installation.objects.get(code=STATION)
    page = story.enters("inspector", width=360)
    with no_complaints(page):
        page.goto(f"{story.address}/inspections/new/?subject={station.registry_number}")
        assert width_needed(page) <= 360
        page.fill("#item-earthing_resistance-value", "14")
        expect(page.locator("#item-earthing_resistance-verdict")).to_contain_text("10")
        page.click("#item-certificate_valid .st-choice:has(input[value=fail])")
        page.fill("#signature_name", "Trần Văn B")
        page.click("button[value=submitted]")
        page.wait_for_url(re.compile(r"/inspections/[0-9a-f-]{36}/"))
        expect(page.locator("main")).to_contain_text("QCVN 9:2016/BTTTT")
    return page.url


def _officer_opens_the_case(story: Story, visit: str) -> None:
    page = story.enters("officer")
    with no_complaints(page):
        page.goto(visit)
        page.locator("form[action$='/case/'] button").first.click()
        page.wait_for_url(re.compile(r"/cases/\d+/"))
        expect(page.locator("main")).to_contain_text("15/2020/ND-CP:54.3.a")
        expect(page.locator("main")).to_contain_text("20.000.000")
        expect(page.locator("main")).to_contain_text("30.000.000")
        assert axe_findings(page) == []


def _manager_sees_all_of_it(story: Story) -> None:
    case, station = ViolationCase.objects.get(), Installation.objects.select_related("site").get(code=STATION)
    assert station.site is not None
    page = story.enters("manager")
    with no_complaints(page):
        page.goto(f"{story.address}/sites/{station.site.code}/")
        for word in (STATION, case.number, "14"):
            expect(page.locator("main")).to_contain_text(word)
        page.goto(f"{story.address}/cases/")
        expect(page.locator("main")).to_contain_text(case.number)
        page.goto(f"{story.address}/map/?site={station.site.code}")
        page.wait_for_load_state("networkidle")
        expect(page.locator("body")).to_contain_text(case.number)
        page.goto(f"{story.address}/dashboard/")
        expect(page.locator("main a[href='/cases/?deadline=overdue']").first).to_be_visible()
