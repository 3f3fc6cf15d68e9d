"""The law as data: read by the authority, changed by administrators who first see which open cases change."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from pytest_django import DjangoAssertNumQueries

from infra.models import ChangeRecord
from inspections.models import CalendarDay, CalendarYear, CaseDeadline, Clock, FormTemplate, Rule, ViolationCase
from tests.inspections.running import EXPIRED, K, Office
from tests.world import SignIn, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday", "law")]

TABLES = ("rules", "offices", "maxima", "clocks", "forms", "circumstances")


@pytest.fixture
def recorded(office: Office) -> ViolationCase:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 23))
    return case


def test_who_reads_the_law(as_person: SignIn, world: World) -> None:
    for code in TABLES:
        for person in (world.officer, world.inspector, world.manager, world.admin):
            assert as_person(person).get(f"/law/{code}/").status_code == 200, (code, person)
        assert as_person(world.owner).get(f"/law/{code}/").status_code == 404
    assert as_person(world.officer).get("/law/nonsense/").status_code == 404
    assert as_person(None).get("/law/").status_code == 302
    assert as_person(world.officer).get("/law/rules/new/").status_code == 404


def test_pages_cost_a_fixed_number_of_queries(
    as_person: SignIn, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person(world.officer)
    expected = {"rules": 9, "offices": 9, "maxima": 9, "clocks": 9, "forms": 11, "circumstances": 9}
    for code, queries in expected.items():
        client.get(f"/law/{code}/")
        with django_assert_max_num_queries(queries, info=code):
            client.get(f"/law/{code}/")
    client.get("/law/days/2026/")
    with django_assert_max_num_queries(14):
        client.get("/law/days/2026/")


def test_all_rules_of_the_catalogue_are_listed_and_found_by_words(as_person: SignIn, world: World) -> None:
    client = as_person(world.officer)
    html = client.get("/law/rules/").content.decode()
    assert html.count("<tr") - 1 == Rule.objects.count()
    assert "20.000.000\u00a0₫ – 30.000.000\u00a0₫" in html
    found = client.get("/law/rules/", {"q": "chứng nhận kiểm định đã hết hạn"}).content.decode()
    assert EXPIRED in found
    assert found.count("<tr") == 2
    assert "chưa kiểm chứng" in client.get("/law/clocks/").content.decode()


def clock_form(clock: Clock, **changes: str) -> dict[str, str]:
    return {
        "name_vi": clock.name_vi,
        "name_en": clock.name_en,
        "amount": str(int(clock.amount)),
        "note": clock.note,
        "legal_basis": clock.legal_basis,
        "mode": "correct",
        "reason": "Luật sửa đổi",
    } | changes


def test_a_change_is_previewed_and_then_made(as_person: SignIn, world: World, recorded: ViolationCase) -> None:
    clock = Clock.objects.get(clock="decision", condition="", valid_to=None)
    client, address = as_person(world.admin), f"/law/clocks/{clock.pk}/"
    preview = client.post(address, clock_form(clock, amount="5"))
    html = preview.content.decode()
    assert preview.status_code == 200
    assert recorded.number in html
    assert "02/12/2026" in html
    assert "30/11/2026" in html
    clock.refresh_from_db()
    assert clock.amount == 7
    assert CaseDeadline.objects.get(case=recorded, name="decision").due_on == date(2026, 12, 2)
    made = client.post(address, clock_form(clock, amount="5") | {"confirm": "1"})
    assert made.status_code == 302
    assert CaseDeadline.objects.get(case=recorded, name="decision").due_on == date(2026, 11, 30)
    record = ChangeRecord.objects.get(kind="law.corrected")
    assert (record.actor, record.reason) == (world.admin, "Luật sửa đổi")
    assert record.details["before"]["amount"] == 7
    assert record.details["after"]["amount"] == 5


def test_a_new_row_follows_from_a_day_on(as_person: SignIn, world: World) -> None:
    clock = Clock.objects.get(clock="on_the_spot", condition="organization", valid_to=None)
    address = f"/law/clocks/{clock.pk}/"
    client = as_person(world.admin)
    incomplete = client.post(address, clock_form(clock, amount="2000000", mode="succeed", confirm="1"))
    assert incomplete.status_code == 400
    given = clock_form(clock, amount="2000000", mode="succeed", valid_from="2027-01-01", confirm="1")
    assert client.post(address, given).status_code == 302
    rows = Clock.objects.filter(clock="on_the_spot", condition="organization").order_by("valid_from")
    assert [(row.valid_from, row.valid_to, int(row.amount)) for row in rows][-2:] == [
        (date(2025, 7, 1), date(2026, 12, 31), 1_000_000),
        (date(2027, 1, 1), None, 2_000_000),
    ]
    too_early = client.post(address, given | {"valid_from": "2020-01-01"})
    assert too_early.status_code == 409
    for person in (world.officer, world.manager, world.auditor):
        assert as_person(person).post(address, given).status_code == 404


def test_a_rule_is_added_with_its_place_in_the_decree(as_person: SignIn, world: World) -> None:
    client = as_person(world.admin)
    given = {
        "code": "99/2027/ND-CP:7.2.b",
        "name_vi": "Không báo cáo số liệu",
        "field": "telecom",
        "min_vnd": "10.000.000",
        "max_vnd": "20.000.000",
        "proposable": "on",
        "licence_withdrawal_months": "1-3",
        "extra_sanctions": "",
        "remedies": "Buộc báo cáo",
        "valid_from": "2027-01-01",
        "reason": "Nghị định mới",
        "confirm": "1",
    }
    assert client.post("/law/rules/new/", given | {"code": "Điều 7"}).status_code == 400
    assert client.post("/law/rules/new/", given).status_code == 302
    rule = Rule.objects.get(code="99/2027/ND-CP:7.2.b")
    assert (rule.decree, rule.article, rule.clause, rule.point) == ("99/2027/ND-CP", "7", "2", "b")
    assert rule.basis == "99/2027/NĐ-CP, Điều 7 khoản 2 điểm b"
    assert (rule.min_vnd, rule.max_vnd, rule.licence_withdrawal_months) == (10_000_000, 20_000_000, [1, 3])
    assert rule.takes_licence
    twice = client.post("/law/rules/new/", given)
    assert twice.status_code == 409, "the same row is not added twice"
    assert client.get("/law/clocks/new/").status_code == 404, "clocks are named by the procedure, not by people"


# --- Working days -----------------------------------------------------------------------------------------------------


def test_a_day_is_previewed_entered_and_taken_out(as_person: SignIn, world: World, recorded: ViolationCase) -> None:
    client, address = as_person(world.admin), "/law/days/2026/"
    given = {"date": "2026-11-27", "kind": "holiday", "name_vi": "Nghỉ bão", "reason": "Công văn 1/UBND"}
    html = client.post(address, given).content.decode()
    assert recorded.number in html
    assert "03/12/2026" in html
    assert not CalendarDay.objects.filter(date="2026-11-27").exists()
    assert client.post(address, given | {"confirm": "1"}).status_code == 302
    assert CaseDeadline.objects.get(case=recorded, name="decision").due_on == date(2026, 12, 3)
    assert ChangeRecord.objects.filter(kind="calendar.changed", reason="Công văn 1/UBND").exists()
    row = CalendarDay.objects.get(date="2026-11-27")
    assert client.post(f"{address}change/", {"remove": row.pk}).status_code == 302
    assert CaseDeadline.objects.get(case=recorded, name="decision").due_on == date(2026, 12, 2)
    assert as_person(world.officer).post(address, given | {"confirm": "1"}).status_code == 404
    assert as_person(world.officer).post(f"{address}change/", {"remove": row.pk}).status_code == 404


def test_what_the_library_knows_is_adopted(as_person: SignIn, world: World) -> None:
    client = as_person(world.admin)
    html = client.get("/law/days/2026/").content.decode()
    assert 'value="2026-11-24"' in html, "the day in doubt is offered"
    assert client.post("/law/days/2026/change/", {"adopt": "2026-11-24"}).status_code == 302
    assert CalendarDay.objects.get(date="2026-11-24").kind == "holiday"
    assert client.post("/law/days/2026/change/", {}).status_code == 404


def test_a_year_is_said_to_be_complete(as_person: SignIn, world: World) -> None:
    client = as_person(world.admin)
    assert "tạm tính" in client.get("/law/days/2027/").content.decode()
    client.post("/law/days/2027/change/", {"complete": "1"})
    assert CalendarYear.objects.filter(year=2027).exists()
    assert CalendarDay.objects.filter(date__year=2027).count() > 8
    assert "tạm tính" not in client.get("/law/days/2027/").content.decode()
    assert client.get("/law/days/1900/").status_code == 404


# --- Templates --------------------------------------------------------------------------------------------------------


def docx(text: str) -> SimpleUploadedFile:
    stream, document = BytesIO(), Document()
    document.add_paragraph(text)
    document.save(stream)
    return SimpleUploadedFile("mau.docx", stream.getvalue())


def test_the_office_s_own_template_is_put_in_place_and_withdrawn(
    as_person: SignIn, world: World, recorded: ViolationCase
) -> None:
    admin, address = as_person(world.admin), "/law/forms/MBB01/template/"
    shipped = admin.get("/law/forms/MBB01/template.docx")
    assert Document(BytesIO(shipped.content)).paragraphs
    assert admin.post(address, {"file": docx("Biên bản của Sở về {{ party.name }}")}).status_code == 302
    paper = as_person(world.officer).get(f"/cases/{recorded.pk}/papers/MBB01.docx")
    text = "\n".join(row.text for row in Document(BytesIO(paper.content)).paragraphs)
    assert text == f"Biên bản của Sở về {world.viettel.name}"
    wrong = admin.post(address, {"file": docx("{% if %}")}, follow=True)
    assert "Không điền được mẫu" in wrong.content.decode()
    assert FormTemplate.objects.count() == 1
    admin.post(address, {"withdraw": "1"})
    again = as_person(world.officer).get(f"/cases/{recorded.pk}/papers/MBB01.docx")
    assert "BIÊN BẢN" in "\n".join(row.text for row in Document(BytesIO(again.content)).paragraphs)
    assert as_person(world.officer).post(address, {"withdraw": "1"}).status_code == 404
    assert as_person(world.owner).get("/law/forms/MBB01/template.docx").status_code == 404


# --- Calculators ------------------------------------------------------------------------------------------------------


def test_the_calculators_answer_on_one_page(
    as_person: SignIn, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person(world.officer)
    question = {
        "rules": EXPIRED,
        "party": "person",
        "field": "telecom",
        "on": "2026-04-22",
        "record": "2026-04-22",
        "explanation": "2026-04-29",
        "mitigating": "1",
    }
    with django_assert_max_num_queries(20):
        html = client.get("/calculators/", question).content.decode()
    assert "11.250.000\u00a0₫" in html
    assert "10.000.000\u00a0₫ – 15.000.000\u00a0₫" in html
    assert "22/05/2026" in html
    assert "04/05/2026" in html
    assert "Bên vi phạm có quyền giải trình" in html
    later = client.get("/calculators/", question | {"extra_holidays": "2026-04-28, 29/04/2026"}).content.decode()
    assert "06/05/2026" in later
    assert not ViolationCase.objects.exists()


def test_the_calculators_say_what_is_wrong(as_person: SignIn, world: World) -> None:
    client = as_person(world.inspector)
    assert client.get("/calculators/").status_code == 200
    unknown = client.get("/calculators/", {"rules": "1/1999/ND-CP:1"})
    assert "1/1999/ND-CP:1" in unknown.content.decode()
    assert unknown.status_code == 400
    assert client.get("/calculators/", {"record": "2026-02-30"}).status_code == 400
    for far in ("9999-12-31", "0001-01-01"):
        refused = client.get("/calculators/", {"record": far})
        assert refused.status_code == 400
        assert "1990" in refused.content.decode()
    assert client.get("/calculators/", {"extra_holidays": "hôm qua"}).status_code == 400
    assert as_person(world.owner).get("/calculators/").status_code == 404
