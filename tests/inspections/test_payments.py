"""Money of all cases: what is owed with its interest, the treasury's statement, reconciling."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from infra.models import ChangeRecord
from infra.selectors.ledger import verify
from inspections.casework.statements import amount_of, day_of
from inspections.models import CaseDocument, Payment, ViolationCase
from tests.inspections.running import K, Office
from tests.world import SignIn, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

PAGE, STATEMENT = "/cases/payments/", "/cases/payments/statement/"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("25.000.000", 25_000_000),
        ("25,000,000", 25_000_000),
        ("25000000", 25_000_000),
        ("25.000.000 đ", 25_000_000),
        ("25,000,000.00", 25_000_000),
        ("25.000.000,00 VND", 25_000_000),
        ("-500.000", -500_000),
        ("800", 800),
        ("1.5", None),
        ("hai triệu", None),
        ("", None),
    ],
)
def test_amounts(text: str, amount: int | None) -> None:
    assert amount_of(text) == amount


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05/11/2026", date(2026, 11, 5)),
        ("5-11-2026", date(2026, 11, 5)),
        ("2026-11-05", date(2026, 11, 5)),
        ("2026-11-05 00:00:00", date(2026, 11, 5)),
        ("46331", date(2026, 11, 5)),
        ("31/02/2026", None),
        ("hôm qua", None),
    ],
)
def test_days(text: str, day: date | None) -> None:
    assert day_of(text) == day


@pytest.fixture
def served(office: Office) -> list[ViolationCase]:
    return [office.served(), office.served(on=date(2026, 10, 1)), office.served(on=date(2026, 11, 9))]


def number_of(case: ViolationCase) -> str:
    return CaseDocument.objects.get(case=case, step__kind="decision").number


def csv(*lines: str) -> SimpleUploadedFile:
    text = "\n".join(("Ngày;Số tiền;Nội dung;Số biên lai", *lines))
    return SimpleUploadedFile("bang-ke.csv", text.encode(), "text/csv")


def taken(client: Client, html: str, *rows: str) -> str:
    found = re.search(r'name="lines" value="([^"]+)"', html)
    assert found is not None
    answer = client.post(STATEMENT, {"lines": found[1], "row": list(rows), "file_name": "bang-ke.csv"}, follow=True)
    return answer.content.decode()


def test_what_is_owed_stands_with_its_interest(
    as_person: SignIn, world: World, office: Office, served: list[ViolationCase]
) -> None:
    late = served[1]
    html = as_person(world.manager).get(PAGE).content.decode()
    assert html.index(late.number) < html.index(served[0].number)
    # payable by 15/10, 39 days of 0.05 % of 25,000,000
    assert "487.500\u00a0₫" in html
    office.take(served[0], K.PAYMENT, date(2026, 11, 12), amount_vnd=25_000_000, document="BL-1")
    html = as_person(world.manager).get(PAGE).content.decode()
    owed = html[html.index('id="owed"') : html.index('id="unconfirmed"')]
    assert served[0].number not in owed
    assert "BL-1" in html[html.index('id="unconfirmed"') :]
    assert "st-edit__form" not in html, "managers look, officers enter"


def test_a_statement_finds_payments_and_enters_those_that_are_missing(
    as_person: SignIn, world: World, office: Office, served: list[ViolationCase]
) -> None:
    by_receipt, by_decision, by_case = served
    office.take(by_receipt, K.PAYMENT, date(2026, 11, 12), amount_vnd=25_000_000, document="BL-77")
    client = as_person(world.officer)
    upload = csv(
        "13/11/2026;25.000.000;Nộp phạt;BL-77",
        f"16/11/2026;10.000.000;Nộp phạt theo QĐ {number_of(by_decision)} ngày 04/10/2026;0099",
        f"17/11/2026;25.000.000;nop phat vu viec {by_case.number};0100",
        "18/11/2026;500.000;Nộp lệ phí;0101",
        "19/11/2026;-500.000;Hoàn trả;0102",
        "32/11/2026;1;sai;",
    )
    html = client.post(STATEMENT, {"file": upload}).content.decode()
    assert by_decision.number in html
    assert "không nêu vụ việc nào" in html
    assert "“32/11/2026” không phải ngày" in html
    assert Payment.objects.count() == 1, "looking enters nothing"
    said = taken(client, html, "2", "3", "4", "5")
    assert "Đã đối soát 3 khoản nộp" in said
    assert "Trong đó 2 khoản mới nhập" in said
    rows = {row.case_id: row for row in Payment.objects.all()}
    assert set(rows) == {case.pk for case in served}
    assert all(row.reconciled_on == date(2026, 11, 23) for row in rows.values())
    assert (rows[by_decision.pk].amount_vnd, rows[by_decision.pk].receipt) == (10_000_000, "0099")
    by_decision.refresh_from_db()
    assert by_decision.state == "executing"
    assert ChangeRecord.objects.filter(kind="payments.reconciled").count() == 1
    assert list(verify()) == []
    again = client.post(STATEMENT, {"file": csv("13/11/2026;25.000.000;Nộp phạt;BL-77")}).content.decode()
    assert "đã đối soát trước đó" in again
    taken(client, again, "2")
    assert Payment.objects.count() == 3


def test_what_is_not_ticked_is_left_alone(as_person: SignIn, world: World, served: list[ViolationCase]) -> None:
    client = as_person(world.officer)
    line = f"17/11/2026;25.000.000;{served[0].number};0100"
    html = client.post(STATEMENT, {"file": csv(line)}).content.decode()
    taken(client, html)
    assert not Payment.objects.exists()


def test_a_line_that_cannot_be_entered_is_told(as_person: SignIn, world: World, office: Office) -> None:
    case = office.decided()
    client = as_person(world.officer)
    html = client.post(STATEMENT, {"file": csv(f"17/11/2026;25.000.000;{case.number};0100")}).content.decode()
    said = taken(client, html, "2")
    assert "Dòng 2:" in said
    assert not Payment.objects.filter(reconciled_on__isnull=True, case=case).exists()


def test_the_same_decision_number_of_another_year_is_not_meant(as_person: SignIn, world: World, office: Office) -> None:
    old = office.served(on=date(2025, 11, 3))
    new = office.served()
    assert number_of(old) == number_of(new)
    client = as_person(world.officer)
    lines = (f"20/11/2025;1.000.000;QĐ {number_of(old)};A", f"20/11/2026;2.000.000;QĐ {number_of(new)};B")
    html = client.post(STATEMENT, {"file": csv(*lines)}).content.decode()
    taken(client, html, "2", "3")
    assert {(row.case_id, row.amount_vnd) for row in Payment.objects.all()} == {
        (old.pk, 1_000_000),
        (new.pk, 2_000_000),
    }


def test_a_workbook_is_read_and_nonsense_is_said(as_person: SignIn, world: World, served: list[ViolationCase]) -> None:
    book, stream = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["BẢNG KÊ THU PHẠT VI PHẠM HÀNH CHÍNH"])
    sheet.append(["STT", "Ngày nộp", "Số tiền", "Nội dung nộp", "Số chứng từ"])
    sheet.append([1, date(2026, 11, 17), 25_000_000, f"Vụ việc {served[0].number}", "0100"])
    book.save(stream)
    client = as_person(world.officer)
    html = client.post(STATEMENT, {"file": SimpleUploadedFile("bk.xlsx", stream.getvalue())}).content.decode()
    assert "25.000.000\u00a0₫" in html
    assert served[0].number in html
    for wrong in (SimpleUploadedFile("x.pdf", b"%PDF-1.4"), csv()):
        answer = client.post(STATEMENT, {"file": wrong}, follow=True)
        assert "st-messages" in answer.content.decode() or answer.status_code == 200
    assert client.post(STATEMENT, {"lines": "forged", "row": "2"}).status_code == 404
    for other in (world.manager, world.owner, world.inspector):
        assert as_person(other).post(STATEMENT, {"file": csv()}).status_code == 404
