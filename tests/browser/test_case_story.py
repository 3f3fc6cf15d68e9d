"""A case from an expired certificate to its end, in two browsers: the officer's and the operator's.

Every paper is fetched as the officer does and read back as a word processor would.
"""

import datetime as dt
import re

from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from infra.models import Authority, Organization
from infra.selectors.ledger import verify
from inspections.models import CaseState, ViolationCase
from tests import factories as make
from tests.browser.looking import axe_findings, no_complaints, width_needed
from tests.browser.story import Story
from tests.inspections.docx_text import docx_text

FINE = "25.000.000"
REMEDY = "Kiểm định lại trạm và niêm yết giấy chứng nhận"


def _expired(province: Authority) -> None:
    """Register a station of VIETTEL whose certificate expired forty days ago."""
    unit = province.territory.get().children.get(code="13225", valid_to=None)
    viettel, today = Organization.objects.get(code="VIETTEL"), timezone.localdate()
    site = make.SiteFactory(authority=province, unit=unit, position=unit.centroid)
    station = make.StationFactory(
        installation__authority=province, installation__organization=viettel, installation__site=site
    )
    make.PermitFactory(
        authority=province,
        organization=viettel,
        installation=station.installation,
        number="B100001/2021",
        issued_on=today - dt.timedelta(days=1866),
        expires_on=today - dt.timedelta(days=40),
    )


def test_an_expired_certificate_becomes_a_case_that_is_paid_remedied_and_closed(
    province: Authority, live_server: LiveServer, browser: Browser
) -> None:
    _expired(province)
    story = Story(browser, live_server.url, [])
    officer, operator = story.enters("officer"), story.enters("viettel", width=360)
    with no_complaints(officer), no_complaints(operator):
        case = _opened(story, officer)
        page = f"{story.address}/cases/{case.pk}/"
        _take(officer, "record", "Đã lập biên bản")
        record = _paper(officer, page, "MBB01")
        _says(operator, page, "explanation", "Đơn vị chậm kiểm định lại do đổi đơn vị đo kiểm, đề nghị giảm nhẹ.")
        _take_up(officer, page)
        _take(officer, "decision", "Đã có quyết định", remedy_1=REMEDY)
        decision = _paper(officer, page, "MQD02")
        _take(officer, "serve", "Đã giao quyết định", method="direct")
        operator.goto(page)
        expect(operator.locator("main")).to_contain_text(FINE)
        assert width_needed(operator) <= 360
        _take(officer, "payment", "Đang thi hành", amount_vnd=FINE, document="BL-0042")
        _says(operator, page, "remedy", "Đã kiểm định lại, niêm yết ngày hôm nay.")
        officer.goto(page)
        _take(officer, "remedy", "Đang thi hành", note="Đã kiểm tra giấy chứng nhận mới")
        _take(officer, "close", "Đã kết thúc")
        assert axe_findings(officer) == []
    case.refresh_from_db()
    assert (case.state, case.fine_vnd, case.standing.paid_vnd) == (CaseState.CLOSED, 25_000_000, 25_000_000)
    _read_back(case, record, decision)
    assert story.listen == []
    assert list(verify()) == []


def _opened(story: Story, page: Page) -> ViolationCase:
    """Open the case with one click from the list of expired certificates."""
    page.goto(f"{story.address}/permits/?standing=overdue")
    page.locator("form[action$='/case/'] button").first.click()
    page.wait_for_url(re.compile(r"/cases/\d+/"))
    for words in ("15/2020/ND-CP:54.3.a", "20.000.000", "30.000.000", "B100001/2021"):
        expect(page.locator("main")).to_contain_text(words)
    return ViolationCase.objects.get()


def _take(page: Page, kind: str, state: str, **fields: str) -> None:
    """Take a lawful next step with what its form asks, and wait for the state that follows."""
    box = page.locator(f"#step-{kind}")
    box.locator("summary").click()
    for name, value in fields.items():
        field = box.locator(f"[name='{kind}-{name}']")
        if name == "method":
            field.select_option(value)
        else:
            field.fill(value)
    box.locator("form button[type=submit]").click()
    expect(page.locator(".st-case-head")).to_contain_text(state)
    expect(page.locator(f"#step-{kind}[open]")).to_have_count(0)


def _says(page: Page, address: str, kind: str, text: str) -> None:
    """Let the party write what it has to say."""
    page.goto(address)
    page.select_option("#answer-kind", kind)
    page.fill("#answer-text", text)
    page.locator("form[action$='/answers/'] button[type=submit]").click()
    expect(page.locator(".st-said")).to_contain_text([text])


def _take_up(page: Page, address: str) -> None:
    """Enter the party's explanation as the step it is."""
    page.goto(address)
    expect(page.locator("#step-explanation")).to_contain_text("bên vi phạm")
    _take(page, "explanation", "Đang giải trình")


def _paper(page: Page, address: str, form: str) -> str:
    """Fetch a paper in the officer's browser and return its text."""
    answer = page.request.get(f"{address}papers/{form}.docx")
    assert answer.ok
    return docx_text(answer.body())


def _read_back(case: ViolationCase, record: str, decision: str) -> None:
    party = case.organization
    assert party is not None
    for words in ("BIÊN BẢN", "Số: 01/BB-VPHC", party.name, "Điều 54 khoản 3 điểm a"):
        assert words.casefold() in record.casefold(), words
    for words in (
        "QUYẾT ĐỊNH",
        party.name,
        FINE,
        "Hai mươi lăm triệu đồng",
        REMEDY,
        "Số: 01/QĐ-XPHC",
    ):
        assert words.casefold() in decision.casefold(), words
    for unwanted in ("{{", "{%", "DỰ THẢO"):
        assert unwanted not in record + decision
