"""Papers of a case: what is written in them, numbers, the signed original, the office's own templates."""

import hashlib
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH

from infra.selectors.ledger import verify
from inspections.documents import printing
from inspections.documents.papers import paper_of, template_for
from inspections.documents.rendering import BadTemplate, check_template, rendered
from inspections.documents.shipped import template_of
from inspections.documents.words import amount_in_words, date_in_words
from inspections.models import CaseDocument, FormCode, ViolationCase
from inspections.services.documents import document_number, document_void, template_add, template_withdraw
from tests.inspections.docx_text import docx_text as read
from tests.inspections.running import K, Office, parts
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db

BASE = "/api/v1/"
JSON = "application/json"
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF"


# --- Words ------------------------------------------------------------------------------------------------------------

AMOUNTS = [
    (0, "Không đồng"),
    (5, "Năm đồng"),
    (15, "Mười lăm đồng"),
    (21, "Hai mươi mốt đồng"),
    (105, "Một trăm linh năm đồng"),
    (800_000, "Tám trăm nghìn đồng"),
    (1_000_000, "Một triệu đồng"),
    (22_800_000, "Hai mươi hai triệu tám trăm nghìn đồng"),
    (25_005_000, "Hai mươi lăm triệu không trăm linh năm nghìn đồng"),
    (174_500_010, "Một trăm bảy mươi tư triệu năm trăm nghìn không trăm mười đồng"),
    (2_000_000_001, "Hai tỷ không trăm linh một đồng"),
    (1_500_000_000_000, "Một nghìn năm trăm tỷ đồng"),
]


@pytest.mark.parametrize(("amount", "words"), AMOUNTS)
def test_amounts_in_words(amount: int, words: str) -> None:
    assert amount_in_words(amount) == words


def test_dates_in_words() -> None:
    assert date_in_words(date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert date_in_words(date(2026, 11, 23)) == "ngày 23 tháng 11 năm 2026"


# --- What is written --------------------------------------------------------------------------------------------------


def test_every_form_in_force_can_be_written_for_any_case(office: Office) -> None:
    drafted, person = office.open(), office.open(person=office.citizen(id_number="034099001234"))
    for form in FormCode.objects.in_force(date(2026, 11, 23)):
        for case in (drafted, person):
            text = read(paper_of(case, form.code).docx())
            assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text, form.code
            assert "{{" not in text, form.code
            assert "{%" not in text, form.code
            assert "DỰ THẢO" in text, form.code


def test_a_place_that_names_its_commune_names_it_once(office: Office, world: World) -> None:
    case = office.open(unit=world.pho_hien)
    commune = world.pho_hien.full_name
    for place in ("Tổ 3", f"Tổ 3, {commune}"):
        case.place = place
        assert f"tại Tổ 3, {commune}." in read(paper_of(case, "MBB01").docx())


def test_a_record_says_what_happened(office: Office, world: World) -> None:
    case = office.open(
        "15/2020/ND-CP:54.3.a", "15/2020/ND-CP:54.1.a", summary="Chứng nhận hết hạn < 60 ngày & chưa nộp"
    )
    office.take(case, K.RECORD, date(2026, 11, 2))
    text = read(paper_of(case, "MBB01").docx())
    for words in (
        "Số: 01/BB-VPHC",
        "ngày 02 tháng 11 năm 2026",
        world.viettel.name,
        "Điều 54 khoản 3 điểm a",
        "Điều 54 khoản 1 điểm a",
        "hết hạn < 60 ngày & chưa nộp",
        "chậm nhất 04/11/2026",
        "chậm nhất 09/11/2026",
        world.station.installation.registry_number,
    ):
        assert words in text, words
    assert "DỰ THẢO" not in text


def test_a_decision_carries_amounts_measures_and_the_office(office: Office) -> None:
    case = office.open("15/2020/ND-CP:54.3.a", "15/2020/ND-CP:54.1.a", mitigating=["Tự nguyện nộp hồ sơ"])
    office.take(case, K.RECORD, date(2026, 11, 2), document="31/BB-VPHC")
    office.take(case, K.EXPLANATION, date(2026, 11, 4))
    office.take(
        case,
        K.DECISION,
        date(2026, 11, 9),
        amount_vnd=22_800_000,
        remedies=(("Nộp hồ sơ kiểm định", date(2026, 12, 1)),),
    )
    text = read(paper_of(case, "MQD02").docx())
    for words in (
        "Số: 01/QĐ-XPHC",
        "GIÁM ĐỐC SỞ",
        "Biên bản vi phạm hành chính số 31/BB-VPHC lập ngày 02/11/2026",
        "22.800.000\N{NO-BREAK SPACE}₫",
        "Hai mươi hai triệu tám trăm nghìn đồng",
        "Tự nguyện nộp hồ sơ",
        "Nộp hồ sơ kiểm định; thời hạn thực hiện: 01/12/2026",
        "10 ngày kể từ ngày nhận",
        "0,05%",
        "04/11/2026",
    ):
        assert words in text, words


def test_a_person_is_named_with_the_paper_of_identity(office: Office) -> None:
    case = office.open("15/2020/ND-CP:54.1.a", person=office.citizen("Trần Thị Bưởi", id_number="034099001234"))
    office.take(case, K.DECISION, date(2026, 11, 3))
    text = read(paper_of(case, "MQD01").docx())
    assert "Trần Thị Bưởi" in text
    assert "034099001234" in text
    assert "400.000" in text


def test_the_other_papers_of_a_long_case(office: Office) -> None:
    case = office.served(on=date(2026, 9, 7))
    plan = parts((date(2026, 9, 20), 15_000_000), (date(2026, 10, 20), 10_000_000))
    office.take(case, K.INSTALMENTS, date(2026, 9, 15), instalments=plan)
    assert "Lần 2: 10.000.000" in read(paper_of(case, "MQD05").docx())
    office.take(case, K.POSTPONE, date(2026, 9, 16), until=date(2026, 10, 1), note="Khó khăn")
    assert "ngày 01 tháng 10 năm 2026" in read(paper_of(case, "MQD03").docx())
    office.take(case, K.REDUCE, date(2026, 9, 17), amount_vnd=5_000_000)
    assert "Năm triệu đồng" in read(paper_of(case, "MQD04").docx())
    office.take(case, K.ENFORCE, date(2026, 10, 5), form="MQD07")
    enforced = read(paper_of(case, "MQD07").docx())
    assert "khấu trừ tiền từ tài khoản" in enforced
    assert "20.000.000" in enforced
    transferred = office.open()
    office.take(transferred, K.RECORD, date(2026, 11, 2))
    office.take(transferred, K.TRANSFER, date(2026, 11, 3), authority="province_chair", note="Vượt thẩm quyền")
    letter = read(paper_of(transferred, "CV01").docx())
    assert "Kính gửi: Chủ tịch Ủy ban nhân dân cấp tỉnh" in letter
    assert "16/11/2026" in letter


# --- Numbers ----------------------------------------------------------------------------------------------------------


def test_numbers_run_by_series_and_year(office: Office) -> None:
    numbers = []
    for on in (date(2025, 12, 30), date(2026, 1, 5), date(2026, 1, 6)):
        case = office.open(on=on)
        numbers.append(office.take(case, K.RECORD, on).document)
    assert numbers == ["01/BB-VPHC", "01/BB-VPHC", "02/BB-VPHC"]


def test_the_records_office_s_own_number_is_kept_and_passed_over(office: Office) -> None:
    case = office.open()
    assert office.take(case, K.RECORD, date(2026, 11, 2), document="02/BB-VPHC").document == "02/BB-VPHC"
    numbers = [office.take(office.open(), K.RECORD, date(2026, 11, 2)).document for _ in range(2)]
    assert numbers == ["01/BB-VPHC", "03/BB-VPHC"]


def test_a_refused_step_takes_no_number_and_an_annulled_one_keeps_its(office: Office) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    with pytest.raises(Exception, match=r"30\.000\.000"):
        office.take(case, K.DECISION, date(2026, 11, 5), amount_vnd=31_000_000)
    wrong = office.take(case, K.DECISION, date(2026, 11, 5))
    office.take(case, K.ANNUL, date(2026, 11, 23), step=wrong.pk, note="Sai tên")
    right = office.take(case, K.DECISION, date(2026, 11, 6))
    assert (wrong.document, right.document) == ("01/QĐ-XPHC", "02/QĐ-XPHC")
    papers = dict(CaseDocument.objects.filter(form="MQD02").values_list("number", "state"))
    assert papers == {"01/QĐ-XPHC": "void", "02/QĐ-XPHC": "numbered"}


def test_a_paper_beside_the_steps_has_its_number_too(office: Office) -> None:
    case = office.open()
    form = FormCode.objects.get(code="MBB02")
    paper = document_number(actor=office.person, case=case, form=form, on=date(2026, 11, 3), reason="Làm việc")
    assert paper.number == "01/BB-LV"
    assert "Số: 01/BB-LV" in read(paper_of(case, "MBB02").docx())
    document_void(actor=office.person, paper=paper, reason="Lập nhầm")
    again = document_number(actor=office.person, case=case, form=form, on=date(2026, 11, 3), reason="Làm việc")
    assert again.number == "02/BB-LV"
    assert list(verify()) == []


# --- Templates --------------------------------------------------------------------------------------------------------


def own_template(*lines: str) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_the_office_s_own_template_counts_until_it_is_withdrawn(office: Office, world: World) -> None:
    case = office.open()
    content = own_template(
        "MẪU CỦA SỞ", "{{ party.name }}", "{%p for charge in charges %}", "{{ charge.text }}", "{%p endfor %}"
    )
    template = template_add(
        actor=world.admin,
        authority=world.authority,
        form="MBB01",
        name="mau.docx",
        content=content,
        content_type="",
        reason="Mẫu mới",
    )
    text = read(paper_of(case, "MBB01").docx())
    assert "MẪU CỦA SỞ" in text
    assert world.viettel.name in text
    assert template_for(world.neighbour, "MBB01") == template_of("MBB01")
    template_withdraw(actor=world.admin, template=template, reason="Quay lại mẫu chuẩn")
    assert "BIÊN BẢN" in read(paper_of(case, "MBB01").docx())


BAD_TEMPLATES = [
    (b"hello", "DOCX"),
    (own_template("{{ party.name"), "unexpected"),
    (own_template("{{ ''.__class__.__mro__ }}"), "unsafe|__class__"),
    (own_template("{% for x in charges %}"), "endfor|Unexpected|end of template"),
]


@pytest.mark.parametrize(("content", "words"), BAD_TEMPLATES)
def test_a_template_that_cannot_be_filled_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(BadTemplate, match=words):
        check_template(content, {"party": {"name": "A"}, "charges": []})


def test_macros_and_links_to_elsewhere_are_refused() -> None:
    def with_part(name: str, data: bytes) -> bytes:
        stream = BytesIO(own_template("x"))
        with zipfile.ZipFile(stream, "a") as archive:
            archive.writestr(name, data)
        return stream.getvalue()

    with pytest.raises(BadTemplate, match="macro"):
        check_template(with_part("word/vbaProject.bin", b"x"), {})
    link = b'<Relationships><Relationship TargetMode="External" Target="http://x/"/></Relationships>'
    with pytest.raises(BadTemplate, match="header9"):
        check_template(with_part("word/_rels/header9.xml.rels", link), {})


def test_what_nobody_knows_is_dotted() -> None:
    assert "...." in read(rendered(own_template("{{ party.nothing.at_all }} {{ empty }}"), {"party": {}, "empty": ""}))


# --- Through the API --------------------------------------------------------------------------------------------------


def url(case: ViolationCase, rest: str = "") -> str:
    return f"{BASE}cases/{case.pk}/documents/{rest}"


def test_papers_come_as_docx_and_pdf_only_where_it_can_be_printed(
    as_person: SignIn, office: Office, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    client = as_person(world.officer)
    answer = client.get(url(case, "MBB01.docx"))
    assert answer.status_code == 200
    assert "MBB01_01-BB-VPHC.docx" in answer["Content-Disposition"]
    assert "01/BB-VPHC" in read(answer.content)
    monkeypatch.setattr(printing, "program", lambda: None)
    refused = client.get(url(case, "MBB01.pdf"))
    assert refused.status_code == 409
    assert "LibreOffice" in refused.json()["detail"]
    assert client.get(url(case, "XX1.docx")).status_code == 404
    assert [row["number"] for row in client.get(url(case)).json()] == ["01/BB-VPHC"]


def test_libreoffice_prints_what_it_was_given(
    as_person: SignIn, office: Office, world: World, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "soffice"
    program.write_text('#!/bin/sh\nfor a; do last=$a; done\nprintf "%%PDF-1.4 " > "$(dirname "$last")/document.pdf"\n')
    program.chmod(0o755)
    monkeypatch.setattr(printing, "program", lambda: str(program))
    case = office.open()
    answer = as_person(world.officer).get(url(case, "MBB01.pdf"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")


@pytest.mark.skipif(printing.program() is None, reason="LibreOffice is not installed")
def test_libreoffice_itself_prints_the_record(as_person: SignIn, office: Office, world: World) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    answer = as_person(world.officer).get(url(case, "MBB01.pdf"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert b"/Type/Page" in answer.content.replace(b" ", b"")


def test_the_signed_original_is_kept_with_its_digest_and_never_made_anew(
    as_person: SignIn, office: Office, world: World
) -> None:
    case = office.open()
    office.take(case, K.RECORD, date(2026, 11, 2))
    client = as_person(world.officer)
    digest = hashlib.sha256(PDF).hexdigest()

    def send(content: bytes = PDF, **more: Any) -> Any:
        file = SimpleUploadedFile("bien-ban.pdf", content, "application/pdf")
        return client.post(url(case, "MBB01/issued/"), {"file": file} | more)

    assert send(sha256="0" * 64).status_code == 400
    assert send(b"hello").status_code == 400
    issued = send(number="15/BB-VPHC", date="2026-11-03", sha256=digest)
    assert issued.status_code == 201, issued.content
    row = issued.json()
    assert (row["number"], row["date"], row["state"], row["sha256"]) == ("15/BB-VPHC", "2026-11-03", "issued", digest)
    assert send().status_code == 409
    assert client.get(url(case, "MBB01.pdf")).content == PDF
    assert b"".join(client.get(url(case, "MBB01/issued/")).streaming_content) == PDF
    assert digest[:16] in read(client.get(url(case, "MBB01.docx")).content)
    assert as_person(world.owner).get(url(case, "MBB01/issued/")).status_code == 200
    assert list(verify()) == []


def test_an_original_signed_beforehand_brings_its_number(as_person: SignIn, office: Office, world: World) -> None:
    case = office.open()
    file = SimpleUploadedFile("bb.pdf", PDF, "application/pdf")
    answer = as_person(world.officer).post(
        url(case, "MBB02/issued/"), {"file": file, "number": "7/BB-LV", "date": "2026-11-03"}
    )
    assert (answer.status_code, answer.json()["number"]) == (201, "7/BB-LV")


def test_who_reads_papers(as_person: SignIn, office: Office, world: World) -> None:
    case, person = office.open(), office.open(person=office.citizen())
    office.take(case, K.RECORD, date(2026, 11, 2))
    assert as_person(world.owner).get(url(case, "MBB01.docx")).status_code == 200
    assert as_person(world.owner).get(url(case, "MQD02.docx")).status_code == 404  # a draft of the authority
    assert as_person(world.manager).get(url(case, "MQD02.docx")).status_code == 200
    assert as_person(world.manager).get(url(person, "MBB01.docx")).status_code == 404
    assert as_person(world.officer).get(url(person, "MBB01.docx")).status_code == 200
    for stranger in (world.stranger, world.foreign_officer, world.inspector):
        assert as_person(stranger).get(url(case, "MBB01.docx")).status_code == 404
    body = {"form": "MBB02", "date": "2026-11-03"}
    assert as_person(world.manager).post(url(case), body, content_type=JSON).status_code == 403
    made = as_person(world.officer).post(url(case), body, content_type=JSON)
    assert (made.status_code, made.json()["number"]) == (201, "01/BB-LV")
    wrong = as_person(world.officer).post(url(case), body | {"form": "NONE"}, content_type=JSON)
    assert wrong.json()["errors"][0]["pointer"] == "/form"
