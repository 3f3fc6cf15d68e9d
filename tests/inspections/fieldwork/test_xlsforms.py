"""Checklists as XLSForm: what goes out comes back, ODK's reader takes it, other people's forms are understood."""

import io
import zipfile
from typing import Any

import pytest
import xlsxwriter
from pyxform import xls2xform

from inspections.fieldwork.xlsforms import ReadForm, read_xlsform, write_xlsform
from inspections.models import ChecklistTemplate
from inspections.selectors.checklist_content import content_of

HEAD = ["type", "name", "label", "required", "constraint", "relevant"]


def workbook(survey: list[list[Any]], choices: list[list[Any]] = (), settings: list[list[Any]] = ()) -> bytes:  # type: ignore[assignment]
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def read(*rows: list[Any], choices: list[list[Any]] = (), settings: list[list[Any]] = ()) -> ReadForm:  # type: ignore[assignment]
    lists = [["list_name", "name", "label"], *choices] if choices else []
    return read_xlsform(workbook([HEAD, *rows], lists, list(settings)), "form.xlsx")


def test_every_shipped_checklist_comes_back_as_it_went_out_and_is_a_sound_xform(law: None) -> None:
    for template in ChecklistTemplate.objects.all():
        file = write_xlsform(template)
        form = read_xlsform(file, f"{template.code}.xlsx")
        assert form.notes == []
        assert form.head["code"] == template.code
        assert (form.head["field"], form.head["subjects"]) == (template.field, template.subjects)
        content = content_of(template)
        assert form.content["groups"] == content["groups"]
        for back, item in zip(form.content["items"], content["items"], strict=True):
            assert back == item
        warnings: list[str] = []
        converted = xls2xform.convert(file, warnings, file_type=".xlsx")
        assert f'id="{template.code}" version="{template.version}"' in converted.xform
        assert warnings == []


def test_form_of_others_is_understood(db: None) -> None:
    form = read(
        ["start", "start", ""],
        ["begin group", "Trụ sở", "Trụ sở"],
        ["select_one yesno", "Biển hiệu", "Có biển hiệu", "yes"],
        ["image", "Biển hiệu_photo", "Ảnh biển hiệu", "yes"],
        ["decimal", "dien_tro", "Điện trở tiếp đất", "", ". <= 10"],
        ["select_one colour", "mau", "Màu sơn"],
        ["end group"],
        ["date", "ngay", "Ngày kiểm tra gần nhất"],
        ["note", "n1", "Cảm ơn"],
        choices=[
            ["yesno", "yes", "Có"],
            ["yesno", "no", "Không"],
            ["colour", "red", "Đỏ"],
            ["colour", "white", "Trắng"],
        ],
        settings=[["form_title", "form_id"], ["Kiểm tra trụ sở", "tru_so"]],
    )
    assert form.is_sound
    assert (form.head["code"], form.head["name_vi"]) == ("tru-so", "Kiểm tra trụ sở")
    assert [group["code"] for group in form.content["groups"]] == ["tru_so", "general"]
    items = {item["code"]: item for item in form.content["items"]}
    assert items["bien_hieu"]["kind"] == "pass_fail"
    assert items["bien_hieu"]["may_be_na"] is False
    assert items["bien_hieu"]["photo"] == "required"
    assert items["dien_tro"]["limit"] == {"code": "", "comparison": "<=", "value": 10.0}
    assert [choice["code"] for choice in items["mau"]["choices"]] == ["red", "white"]
    assert items["ngay"]["group"] == "general"
    assert [note.row for note in form.notes] == [2, 6, 10]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["select_multiple colour", "a", "A"], "select_multiple colour"),
        (["select_one nothing", "a", "A"], "nothing"),
        (["text", "", "A"], "“”"),
        (["text", "a", ""], "“a”"),
        (["end group", "", ""], "Nhóm kết thúc"),
        (["begin repeat", "a", "A"], "begin repeat"),
    ],
)
def test_what_does_not_fit_is_said_with_its_row(db: None, row: list[Any], words: str) -> None:
    form = read(["text", "first", "First"], row)
    assert not form.is_sound
    problem = next(note for note in form.notes if note.blocks)
    assert problem.row == 3
    assert words in problem.message


def test_same_name_twice_and_an_open_group_are_all_told_at_once(db: None) -> None:
    form = read(["begin group", "g", "G"], ["text", "a", "A"], ["text", "a", "B"])
    assert [(note.row, note.blocks) for note in form.notes] == [(4, True), (None, True)]


def test_files_that_are_no_form_are_refused_in_words(db: None) -> None:
    for content, name in (
        (b"%PDF-1.7 nonsense", "form.xlsx"),
        (b"", "form.xlsx"),
        (b"PK\x03\x04 broken", "form.xlsx"),
        (workbook([["a", "b"], [1, 2]]), "form.xlsx"),
        (b"\0" * (3 * 1024 * 1024), "form.xlsx"),
        (_bomb(), "form.xlsx"),
    ):
        form = read_xlsform(content, name)
        assert not form.is_sound
        assert form.notes[0].message


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (30 * 1024 * 1024))
    return stream.getvalue()
