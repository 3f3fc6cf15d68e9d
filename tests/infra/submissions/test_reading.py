"""Files that are not what they say, and sheets that hide their table: one clear problem, or the right rows."""

import contextlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlwt  # type: ignore[import-untyped]
from django.test import override_settings
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from infra.submissions.columns import TABLES
from infra.submissions.columns.headers import HeaderBook, index_of, letter_of
from infra.submissions.looking import Look
from infra.submissions.problems import Problem, Unreadable
from infra.submissions.reading.grids import tidy
from infra.submissions.reading.sheets import Sheet, read
from tests.infra.submissions.files import HEADERS, cells, station, stations_file, workbook

STATIONS = TABLES["stations"]


def write(folder: Path, content: bytes, name: str = "list.xlsx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return out.getvalue()


def with_members(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "a") as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return path


def refused(path: Path) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(path, STATIONS)
    return caught.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"   \n\n", "file.empty"),
        (b"%PDF-1.7 ...", "file.unreadable"),
        (b"\x89PNG\r\n\x1a\n", "file.unreadable"),
        (b"PK\x03\x04 not an archive", "file.unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "file.unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "file.unreadable"),
        (b"<html><body>Error 404</body></html>", "file.unreadable"),
        (b"MZ\x90\x00", "file.unreadable"),
        (b"abc\x00\x01\x02def", "file.unreadable"),
        (b"just a sentence without any table", "file.header_missing"),
        ("STT;Mã trạm;Kinh độ;Vĩ độ\n".encode(), "file.empty"),
        ("STT;Tên trạm;Địa chỉ;Trạng thái\n1;a;b;c\n".encode(), "file.header_missing"),
    ],
)
def test_file_that_is_no_list_is_refused_with_one_problem(content: bytes, code: str, tmp_path: Path) -> None:
    problem = refused(write(tmp_path, content)).problem
    assert problem.code == code
    assert problem.row is None
    assert problem.message


def test_empty_workbook_and_missing_header_are_told_apart(tmp_path: Path) -> None:
    assert refused(workbook(tmp_path / "empty.xlsx", [])).problem.code == "file.empty"
    problem = refused(workbook(tmp_path / "other.xlsx", [["Họ tên", "Tuổi"], ["An", 30]])).problem
    assert problem.code == "file.header_missing"
    assert "Họ tên" in problem.message


def test_missing_column_is_named(tmp_path: Path) -> None:
    headers = {name: text for name, text in HEADERS.items() if name not in ("longitude", "latitude")}
    problem = refused(stations_file(tmp_path, station(1), headers=headers)).problem
    assert problem.code == "file.header_missing"
    assert "Kinh độ" in problem.message


def test_rows_are_told_about_although_their_codes_are_not_found(tmp_path: Path, looked: Callable[..., Look]) -> None:
    path = write(
        tmp_path, b"Unique System Identifier,Overall Height,Latitude,Longitude\n11,125.6,38.637083,-81.284777\n"
    )
    found = looked(path)
    told = {problem.code for problem in found.problems if problem.row == 2}
    assert {"value.required", "coordinate.outside_territory"} <= told
    whole = {problem.code: problem for problem in found.problems if problem.row is None}
    assert "Mã trạm" in whole["file.header_missing"].message
    assert "file.header_unknown" in whole
    assert found.counts()["rows_with_errors"] == 1


def test_archive_that_unpacks_beyond_bounds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.submissions.reading.formats.UNPACKED_MAX_BYTES", 100_000)
    path = with_members(stations_file(tmp_path, station(1)), **{"xl/media/zero.bin": b"\0" * 1_000_000})
    assert refused(path).problem.code == "file.unreadable"


def test_cell_at_the_end_of_the_sheet_does_not_fill_the_memory(tmp_path: Path) -> None:
    sheet = b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    path = write(tmp_path, archive(**{"[Content_Types].xml": b"<x/>", "xl/worksheets/sheet1.xml": sheet}))
    assert "500" in refused(path).problem.message


def test_workbook_with_macros_is_refused_in_words(tmp_path: Path) -> None:
    path = with_members(stations_file(tmp_path, station(1)), **{"xl/vbaProject.bin": b"macro"})
    assert refused(path).problem.code == "file.unreadable"


def test_entities_in_a_workbook_are_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
    path = write(tmp_path, archive(**{"[Content_Types].xml": b"<x/>", "xl/workbook.xml": bomb}))
    assert refused(path).problem.code == "file.unreadable"


@override_settings(UPLOAD_MAX_BYTES=1000)
def test_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    assert refused(stations_file(tmp_path, station(1))).problem.code == "file.unreadable"


def test_why_a_file_cannot_be_read_is_said_to_each_reader_in_their_language(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(write(tmp_path, b"%PDF-1.7\n"), STATIONS)
    kept = Problem.of(None, json.loads(json.dumps(refused.value.problem.kept())))
    words = []
    for language in ("vi", "en"):
        with override(language):
            words.append(kept.message)
    assert words[0].endswith("Đây là tệp PDF. Hãy gửi bảng tính gốc.")
    assert words[1].endswith("It is a PDF document. Send the workbook it was made from.")


def test_shapefile_without_its_fields_says_what_lacks(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(write(tmp_path, archive(**{"tram/Tram.SHP": b"", "tram/tram.shx": b""})), STATIONS)
    assert ".dbf" in refused.value.problem.message


def test_a_line_of_a_million_names_is_too_wide(tmp_path: Path) -> None:
    names = ",".join(f"c{number}" for number in range(1_000_000))
    with pytest.raises(Unreadable) as refused:
        read(write(tmp_path, f"{names}\n1,2,3".encode(), "list.csv"), STATIONS)
    assert "500" in refused.value.problem.message


def test_million_columns_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, ("a," * 100_000 + "\n").encode(), "wide.csv")
    assert refused(path).problem.code == "file.unreadable"


def sheet_of(tmp_path: Path, rows: list[list[object]]) -> Sheet:
    return read(workbook(tmp_path / "list.xlsx", rows), STATIONS)


def test_our_own_sheet_with_problems_has_no_unknown_columns(tmp_path: Path) -> None:
    found = sheet_of(
        tmp_path,
        [
            ["Mã trạm", "Kinh độ", "Vĩ độ", "Ghi chú", "Lỗi", "Dòng trong tệp"],
            ["VTL-1", 106.1, 20.6, "xem lại", "“cao” không phải là số.", 17],
        ],
    )
    assert found.unknown == []
    assert [header.text for header in found.ignored] == ["Lỗi", "Dòng trong tệp"]


def test_merged_headers_of_two_rows_are_read_together(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["STT", "Mã trạm", "Tọa độ", None, "Loại cột"],
        [None, None, "X (m)", "Y (m)", None],
        [1, "A", 2262291.73, 587448.56, "A2b"],
    ]
    sheet = sheet_of(tmp_path, rows)
    assert {name: header.letter for name, header in sheet.headers.items()} == {
        "ordinal": "A",
        "code": "B",
        "x": "C",
        "y": "D",
        "mast_class": "E",
    }
    assert sheet.frame["row"].to_list() == [3]


def test_line_of_column_numbers_and_repeated_header_are_no_data(tmp_path: Path) -> None:
    header: list[object] = ["STT", "Mã trạm", "Kinh độ", "Vĩ độ"]
    rows = [header, ["(1)", "(2)", "(3)", "(4)"], [1, "A", 106.1, 20.5], header, [2, "B", 106.2, 20.6]]
    sheet = sheet_of(tmp_path, rows)
    assert sheet.frame["row"].to_list() == [3, 5]
    assert [row.row for row in sheet.skipped] == [2, 4]


def test_heading_of_a_section_is_no_data(tmp_path: Path) -> None:
    header: list[object] = ["STT", "Mã trạm", "Kinh độ", "Vĩ độ"]
    data: list[list[object]] = [[number, f"T{number}", 106.1, 20.5] for number in range(1, 6)]
    rows = [header, ["I", "Huyện Thái Thụy"], *data[:3], [None, "Huyện Tiền Hải"], *data[3:], [6, "T6"]]
    sheet = sheet_of(tmp_path, rows)
    assert sheet.frame["row"].to_list() == [3, 4, 5, 7, 8, 9]  # a numbered row without a place is one, with a problem
    assert [(row.row, row.why) for row in sheet.skipped] == [(2, "note"), (6, "note")]


def test_words_of_the_vni_font_that_could_be_words_are_converted_too(tmp_path: Path) -> None:
    path = tmp_path / "vni.csv"
    rows = ["Xaõ Thaùi Thuïy", "Xaõ Bình", "Phöôøng Traàn Laõm", "Xaõ Ñoâng Höng"]
    text = "\n".join(["Mã trạm;Kinh độ;Vĩ độ;Xã".replace("ã", "aõ"), *(f"T;106.1;20.5;{row}" for row in rows)])
    path.write_bytes(text.replace("ạ", "aï").replace("độ", "ñoä").replace("ĩ", "ó").encode("latin-1"))
    sheet = read(path, STATIONS)
    assert sheet.font == "VNI"
    assert sheet.frame["unit"].to_list() == ["Xã Thái Thụy", "Xã Bình", "Phường Trần Lãm", "Xã Đông Hưng"]


def test_table_that_does_not_start_in_column_a_keeps_its_letters(tmp_path: Path) -> None:
    rows: list[list[object]] = [[None, None, "Mã trạm", "Kinh độ", "Vĩ độ"], [None, None, "A", 106.1, 20.5]]
    sheet = sheet_of(tmp_path, rows)
    assert sheet.headers["code"].letter == "C"


def test_old_workbook_that_does_not_start_in_column_a_keeps_its_letters(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("DS")
    for row, texts in enumerate((("Mã trạm", "Kinh độ", "Vĩ độ"), ("A", "106.1", "20.5")), start=1):
        for column, text in enumerate(texts, start=2):
            page.write(row, column, text)
    book.save(str(tmp_path / "old.xls"))
    sheet = read(tmp_path / "old.xls", STATIONS)
    assert (sheet.headers["code"].letter, sheet.frame["row"].to_list()) == ("C", [3])


def test_what_stands_in_brackets_can_say_what_a_column_is(tmp_path: Path) -> None:
    found = sheet_of(tmp_path, [["Mã trạm", "Nơi đặt (xã, phường)", "Kinh độ", "Vĩ độ"], ["A", "B", 106.1, 20.5]])
    assert set(found.headers) == {"code", "unit", "longitude", "latitude"}


def test_sheet_that_fits_best_is_taken(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Ghi chú chung"])
    page = book.create_sheet("Trạm")
    for row in cells([station(1)], HEADERS):
        page.append(row)
    path = tmp_path / "two.xlsx"
    book.save(path)
    assert read(path, STATIONS).name == "Trạm"
    with pytest.raises(Unreadable):
        read(path, STATIONS, sheet="Không có")


def test_unknown_header_is_shown_and_can_be_assigned(tmp_path: Path) -> None:
    headers = {**HEADERS, "equipment": "Chủng loại máy", "note": "Ghi chú"}
    path = stations_file(tmp_path, station(1, equipment="ALCATEL", note="x"), headers=headers)
    sheet = read(path, STATIONS)
    assert [(header.letter, header.text) for header in sheet.unknown] == [("S", "Chủng loại máy")]
    assert [problem.code for problem in sheet.problems()] == ["file.header_unknown"]
    assigned = read(path, STATIONS, assigned={"Chủng loại máy": "equipment"})
    assert assigned.frame["equipment"].to_list() == ["ALCATEL"]


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("MA TRAM", "code"),
        ("Mã số trạm BTS", "code"),
        ("Kinh độ (WGS84)", "longitude"),
        ("Vĩ độ N", "latitude"),
        ("TOA DO X (M)", "x"),
        ("Tọa độ Y VN-2000 (m)", "y"),
        ("Chiều cao cột ăng-ten (m)", "mast_height_m"),
        ("DON VI SO HUU COT", "mast_owner"),
        ("SO GIAY CHUNG NHAN KIEM DINH", "certificate_number"),
        ("HAN KIEM DINH", "certificate_expires_on"),
        ("Tên xã/phường/thị trấn", "unit"),
        ("Địa bàn (xã, phường)", "unit"),
        ("Các công nghệ", "technologies"),
        ("Ngày đưa vào khai thác", "in_service_on"),
        ("Màu sắc", None),
    ],
)
def test_headers_are_known_without_case_accents_and_units(header: str, column: str | None) -> None:
    book = HeaderBook(STATIONS)
    assert (book.column_of(header) or book.guess(header)) == column


@given(st.integers(min_value=0, max_value=20_000))
def test_letters_of_columns_lead_back_to_their_index(index: int) -> None:
    assert index_of(letter_of(index)) == index


STARTS = (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"{")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    content=st.binary(max_size=400), start=st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"{"])
)
def test_no_bytes_crash_the_reader(content: bytes, start: bytes, tmp_path: Path) -> None:
    with contextlib.suppress(Unreadable):
        read(write(tmp_path, start + content), STATIONS)


def test_formula_texts_stay_texts(tmp_path: Path, looked: Callable[..., object]) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Mã trạm;Tên trạm;Kinh độ;Vĩ độ\nA1;=cmd|' /C calc'!A0;106.561234;20.512345\n", encoding="utf-8")
    found = looked(path)
    assert found.draft.values["name"].to_list() == ["=cmd|' /C calc'!A0"]


def test_other_sheets_of_the_same_make_are_told(tmp_path: Path, looked: Callable[..., Look]) -> None:
    book = Workbook()
    summary = book.active
    summary.append(["BẢNG TỔNG HỢP"])
    summary.append(["Huyện", "Số trạm 4G"])
    summary.append(["Thái Thụy", 3])
    numbered = {"Thái Thụy": (1, 2, 3), "Tiền Hải": (4, 5), "nháp": (6,)}
    for name, numbers in numbered.items():
        page = book.create_sheet(name)
        for row in cells([station(number) for number in numbers], HEADERS):
            page.append(row)
        page.append([None, None, None, "Người lập biểu", None, None, "Thủ trưởng đơn vị"])
    book["nháp"].sheet_state = "hidden"
    book.save(tmp_path / "districts.xlsx")
    found = looked(tmp_path / "districts.xlsx")
    assert found.draft.sheet.name == "Thái Thụy"
    assert found.draft.size == 3
    assert [(one.code, one.value, one.facts) for one in found.problems] == [
        ("file.sheet_unread", "Tiền Hải", {"rows": 2})
    ]
    other = read(tmp_path / "districts.xlsx", STATIONS, sheet="Tiền Hải")
    assert (other.frame["code"].to_list(), other.problems()) == (["VTL-0004", "VTL-0005"], [])


def test_cells_are_tidied_each_in_its_own_column() -> None:
    texts = {
        "code": ["VTL-0001", "'=1+1", "''", "'tis", " a\u00a0b ", None, "n/a"],
        "name": ["Xa\u0303 Thái", "a  b", "", "Ea H’Leo", "\ufeffx", "–", "a\tb\nc"],
        "note": ["Thuỵ", "'-5", "e\u0301", "\u200b", "ﬁ", "\u212b", " "],
    }
    assert tidy(pl.DataFrame(texts)).to_dict(as_series=False) == {
        "0": ["VTL-0001", "=1+1", "''", "'tis", "a b", None, None],
        "1": ["X\u00e3 Thái", "a b", None, "Ea H’Leo", "x", None, "a b c"],
        "2": ["Thuỵ", "-5", "\u00e9", None, "ﬁ", "\u00c5", None],
    }


def test_a_cell_without_end_is_refused_and_a_long_one_read(tmp_path: Path) -> None:
    names = {"Mã trạm": "A-1", "Kinh độ": "106.5", "Vĩ độ": "20.5", "Tên trạm": "x" * 300_000}
    shape = {"type": "Point", "coordinates": [106.5, 20.5]}
    for number, ending in enumerate((".csv", ".geojson")):
        path = tmp_path / f"long{ending}"
        text = ";".join(names) + "\n" + ";".join(names.values())
        feature = {"type": "Feature", "geometry": shape, "properties": names}
        path.write_text(text if number == 0 else json.dumps({"type": "FeatureCollection", "features": [feature]}))
        assert len(read(path, STATIONS).frame["name"][0]) == 300_000
        path.write_text(path.read_text().replace("x" * 300_000, "x" * 1_000_001))
        with pytest.raises(Unreadable) as refused:
            read(path, STATIONS)
        assert refused.value.problem.code == "file.unreadable"


def test_rows_of_a_workbook_are_as_many_as_those_of_a_text_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.submissions.reading.delimited.ROWS_MAX", 2)
    assert read(stations_file(tmp_path, station(1), station(2)), STATIONS).frame.height == 2
    with pytest.raises(Unreadable):
        read(stations_file(tmp_path, *(station(number) for number in range(3))), STATIONS)


@pytest.mark.parametrize(
    ("of", "kind"), [("stations", "cable_routes"), ("stations", "cells"), ("cable_routes", "stations")]
)
def test_list_of_another_kind_is_told_for_what_it_is(tmp_path: Path, of: str, kind: str) -> None:
    headers = [column.header_vi for column in TABLES[of].read() if column.name not in ("x", "y", "position")]
    path = workbook(tmp_path / "list.xlsx", [headers, [f"{text} 1" for text in headers]])
    with pytest.raises(Unreadable) as caught:
        read(path, TABLES[kind])
    told = {"stations": ("Trạm gốc", "Base stations"), "cable_routes": ("Tuyến cáp", "Cable routes")}[of]
    for language, name in zip(("vi", "en"), told, strict=True):
        with override(language):
            assert f"“{name}”" in caught.value.problem.message
