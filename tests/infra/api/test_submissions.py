"""Submissions over the API: three people, the whole path, the guide and the files."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import timezone
from openpyxl import load_workbook

from infra.models import Installation, Job, JobKind, Submission
from infra.services.jobs import job_begin, job_failed, job_progress
from infra.submissions import sheets
from infra.submissions.columns import TABLES
from tests.infra.submissions.files import HEADERS, csv_file, station, stations_file
from tests.world import SignIn, World

API = "/api/v1/submissions/"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a test's files lie; what is done after the commit is done at once, since a test never commits."""
    monkeypatch.setattr("infra.tasks.transaction.on_commit", lambda work: work())
    return tmp_path


def hand_in(client: Client, folder: Path, *rows: dict[str, Any], key: str = "", **values: str) -> Any:
    """POST a file of rows."""
    return hand_in_again(client, stations_file(folder, *(rows or (station(1),))), key=key, **values)


def hand_in_again(client: Client, path: Path, *, key: str = "", **values: str) -> Any:
    """POST the file as it lies."""
    data = {"organization": "VIETTEL", "kind": "stations", "authority": "HYN", **values}
    headers = {"Idempotency-Key": key} if key else {}
    with path.open("rb") as file:
        return client.post(API, {**data, "file": file}, headers=headers)


def post(client: Client, number: int, act: str, **body: Any) -> Any:
    return client.post(f"{API}{number}/{act}/", body, content_type="application/json")


def test_path_of_a_file_from_the_operator_to_the_register(ground: World, as_person: SignIn, folder: Path) -> None:
    owner, officer = as_person(ground.owner), as_person(ground.officer)
    swapped = station(2, longitude=station(2)["latitude"], latitude=station(2)["longitude"])
    answer = hand_in(owner, folder, station(1), swapped, station(3, code=None), station(4, unit="Phường Phố Hiến"))
    assert answer.status_code == 202
    number = answer.json()["id"]
    seen = owner.get(f"{API}{number}/").json()
    assert (seen["status"], seen["counts"]["rows_with_errors"]) == ("invalid", 2)
    assert seen["counts"]["codes"]["coordinate.swapped"] == 1
    found = owner.get(f"{API}{number}/problems/").json()["results"]
    assert [(one["row"], one["code"]) for one in found] == [
        (6, "coordinate.swapped"),
        (7, "value.required"),
        (8, "coordinate.unit_mismatch"),
    ]
    assert post(owner, number, "send").status_code == 409
    assert post(owner, number, "fixes", code="coordinate.swapped", rows="all").json()["status"] == "invalid"
    assert post(owner, number, "drop", rows=[7]).json()["status"] == "ready"
    assert post(owner, number, "confirm", code="coordinate.unit_mismatch", note="Đúng thực tế").status_code == 200
    assert post(owner, number, "send").json()["status"] == "sent"
    assert post(officer, number, "accept", rows="good").status_code == 202
    done = officer.get(f"{API}{number}/").json()
    assert done["status"] == "accepted"
    assert Installation.objects.filter(submission=number).count() == 3
    rows = officer.get(f"{API}{number}/rows/?decision=dropped").json()["results"]
    assert [row["row"] for row in rows] == [7]


def sent_of(owner: Client, folder: Path, *rows: dict[str, Any]) -> int:
    """Hand in and send a file of *rows*."""
    number: int = hand_in(owner, folder, *rows).json()["id"]
    assert post(owner, number, "send").json()["status"] == "sent"
    return number


def test_accepting_needs_no_ground(ground: World, as_person: SignIn, folder: Path) -> None:
    number = sent_of(as_person(ground.owner), folder)
    officer = as_person(ground.officer)
    assert post(officer, number, "accept").status_code == 202
    done = officer.get(f"{API}{number}/").json()
    assert (done["status"], done["decision_reason"] != "") == ("accepted", True)


def test_named_rows_go_back_and_the_others_are_registered(ground: World, as_person: SignIn, folder: Path) -> None:
    officer = as_person(ground.officer)
    number = sent_of(as_person(ground.owner), folder, *(station(n) for n in range(1, 5)))
    assert post(officer, number, "accept", rows="all", returned=[6]).status_code == 409
    assert "99" in post(officer, number, "accept", returned=[6, 99], reason="Sai cột").json()["detail"]
    assert post(officer, number, "accept", rows="all", returned=[6], reason="Sai cột").status_code == 202
    assert officer.get(f"{API}{number}/").json()["status"] == "partly_accepted"
    decided = [(row["row"], row["decision"]) for row in officer.get(f"{API}{number}/rows/").json()["results"]]
    assert decided == [(5, "accepted"), (6, "returned"), (7, "accepted"), (8, "accepted")]
    registered = dict(Installation.objects.filter(submission=number).values_list("submission_row", "pk"))
    for decision, rows in {"accepted": registered, "returned": {6: None}, "open": {}}.items():
        found = officer.get(f"{API}{number}/rows/?decision={decision}").json()["results"]
        assert {row["row"]: row["installation"] for row in found} == rows
    sheet = load_workbook(io.BytesIO(officer.get(f"{API}{number}/problems.xlsx").content)).active
    beside = [str(row[-1].value or "") for row in sheet.iter_rows(min_row=5, max_row=8)]
    assert ["Sai cột" in words for words in beside] == [False, True, False, False]


def test_rows_are_searched_without_accents_and_case(ground: World, as_person: SignIn, folder: Path) -> None:
    client = as_person(ground.owner)
    rows = (
        station(1, name='Cột "Thái Hà"', address="Đường Điện Biên (cũ)"),
        station(2, name="TÂN MỸ", unit="Xã Thái Thuy"),
        station(3, name="NAM 50%", longitude="một"),
    )
    number = hand_in(client, folder, *rows).json()["id"]

    def found(kind: str, words: str, **asked: str) -> list[int]:
        answer = client.get(f"{API}{number}/{kind}/", {"q": words, **asked})
        return [one["row"] for one in answer.json()["results"]]

    for words in ("cot ha", "CỘT thái", 'ha"', "duong dien bien", "biên (CŨ)", "vtl-0001", "bien   thuy thai"):
        assert found("rows", words) == [5], words
    assert found("rows", "thai thuy") == [5, 6, 7]
    assert found("rows", "tan my") == [6]
    # A column's name ("name") is no cell.
    assert found("rows", "nam") == [7]
    assert found("rows", "50%") == [7]
    assert found("rows", "\\") == found("rows", ".*") == found("rows", "\x00") == []
    assert found("problems", "nam") == found("problems", "nam", code="coordinate.unparsable") == [7]
    assert found("problems", "tan", code="coordinate.unparsable") == []


def test_three_people_at_one_submission(ground: World, as_person: SignIn, folder: Path) -> None:
    number = hand_in(as_person(ground.owner), folder).json()["id"]
    colleague, stranger, outsider = (as_person(p) for p in (ground.colleague, ground.stranger, ground.outsider))
    assert colleague.get(f"{API}{number}/").status_code == 200
    assert post(colleague, number, "send").status_code == 403
    for client in (stranger, outsider, as_person(ground.foreign_officer)):
        assert client.get(f"{API}{number}/").status_code == 404
        assert client.get(f"{API}{number}/problems.csv").status_code == 404
        assert post(client, number, "send").status_code == 404
        assert number not in [one["id"] for one in client.get(API).json()["results"]]
    assert post(as_person(ground.owner), number, "accept", rows="all", reason="x").status_code == 403
    assert as_person(None).get(API).status_code == 401


def test_stranger_cannot_hand_in_for_another_organization(ground: World, as_person: SignIn, folder: Path) -> None:
    answer = hand_in(as_person(ground.stranger), folder)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/organization"
    assert hand_in(as_person(ground.colleague), folder).status_code == 400


def test_same_key_makes_one_submission(ground: World, as_person: SignIn, folder: Path) -> None:
    owner = as_person(ground.owner)
    path = stations_file(folder, station(1))
    first, second = (hand_in_again(owner, path, key="2026-Q2").json()["id"] for _ in range(2))
    assert first == second
    assert hand_in(owner, folder).json()["id"] != first


def test_key_is_not_used_for_another_file(ground: World, as_person: SignIn, folder: Path) -> None:
    owner = as_person(ground.owner)
    path = stations_file(folder, station(1))
    first = hand_in_again(owner, path, key="2026-Q2").json()["id"]
    for answer in (
        hand_in_again(owner, path, key="2026-Q2", mode="replace"),
        hand_in(owner, folder, station(2), key="2026-Q2"),
    ):
        assert answer.status_code == 409
        assert str(first) in answer.json()["detail"]
    assert hand_in(owner, folder, key="k" * 129).status_code == 400
    assert Submission.objects.latest("pk").pk == first


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"kind": "boats"}, "/kind"),
        ({"crs": "EPSG:1"}, "/crs"),
        ({"mode": "x"}, "/mode"),
        ({"authority": ""}, "/authority"),
        ({"previous": "999999"}, "/previous"),
    ],
)
def test_wrong_values_are_named(
    ground: World,
    as_person: SignIn,
    folder: Path,
    values: dict[str, str],
    pointer: str,
) -> None:
    answer = hand_in(as_person(ground.owner), folder, **values)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)
    assert not Submission.objects.filter(kind="stations", organization=ground.viettel, status="received").exists()


def test_unreadable_file_becomes_one_problem(ground: World, as_person: SignIn, folder: Path) -> None:
    owner = as_person(ground.owner)
    data = {"organization": "VIETTEL", "kind": "stations", "authority": "HYN"}
    answer = owner.post(API, {**data, "file": SimpleUploadedFile("a.xlsx", b"%PDF-1.7 nothing")})
    number = answer.json()["id"]
    seen = owner.get(f"{API}{number}/").json()
    assert (seen["status"], [one["code"] for one in seen["problems"]]) == ("invalid", ["file.unreadable"])
    assert owner.get(f"{API}{number}/problems.xlsx").status_code == 409


@override_settings(UPLOAD_MAX_BYTES=100)
def test_file_beyond_the_limit_is_413(ground: World, as_person: SignIn, folder: Path) -> None:
    assert hand_in(as_person(ground.owner), folder).status_code == 413


def test_files_of_a_submission(ground: World, as_person: SignIn, folder: Path) -> None:
    owner = as_person(ground.owner)
    number = hand_in(owner, folder, station(1), station(2, mast_height_m="cao")).json()["id"]
    text = b"".join(owner.get(f"{API}{number}/problems.csv").streaming_content).decode("utf-8-sig")
    assert "value.type" in text
    sheet = load_workbook(io.BytesIO(owner.get(f"{API}{number}/problems.xlsx").content)).active
    assert sheet.cell(6, 2).value == "VTL-0002"
    assert "cao" in sheet.cell(6, 19).value
    corrected = load_workbook(io.BytesIO(owner.get(f"{API}{number}/corrected.xlsx").content)).active
    assert corrected.cell(6, 10).value == "cao"
    file = owner.get(f"{API}{number}/").json()["file"]
    original = owner.get(file["url"])
    assert hashlib.sha256(b"".join(original.streaming_content)).hexdigest() == file["sha256"]
    assert "attachment" in original["Content-Disposition"]
    assert as_person(ground.stranger).get(file["url"]).status_code == 404


def test_formula_goes_out_as_a_text(ground: World, as_person: SignIn, folder: Path) -> None:
    owner = as_person(ground.owner)
    path = csv_file(folder, station(1, name="=cmd|' /C calc'!A0", mast_height_m="=1+1"), headers=HEADERS)
    with path.open("rb") as file:
        data = {"organization": "VIETTEL", "kind": "stations", "authority": "HYN", "file": file}
        number = owner.post(API, data).json()["id"]
    for name in ("problems.xlsx", "corrected.xlsx"):
        sheet = load_workbook(io.BytesIO(owner.get(f"{API}{number}/{name}").content)).active
        assert [cell.data_type for cell in sheet[2] if str(cell.value).startswith("=")] == ["s", "s"]
    text = b"".join(owner.get(f"{API}{number}/problems.csv").streaming_content).decode("utf-8-sig")
    assert ",'=1+1," in text


@pytest.mark.parametrize("kind", list(TABLES))
def test_guide_and_template_of_every_kind(db: None, client: Client, kind: str) -> None:
    guide = client.get(f"/api/v1/submission-columns/?kind={kind}").json()
    names = [column["name"] for column in guide["columns"]]
    assert guide["identifier"] in names
    assert {"header_vi", "header_en", "aliases", "type", "unit", "required", "choices", "example", "problems"} <= set(
        guide["columns"][0]
    )
    book = load_workbook(io.BytesIO(client.get(f"/api/v1/submission-templates/{kind}.xlsx").content))
    assert len(book.sheetnames) == 4
    assert client.get("/api/v1/submission-columns/?kind=boats").status_code == 400
    assert client.get("/api/v1/submission-templates/boats.xlsx").status_code == 404


def test_what_is_registered_is_given_to_its_owner_only(ground: World, as_person: SignIn) -> None:
    address = "/api/v1/submission-exports/stations"
    owner = as_person(ground.owner)
    answer = owner.get(f"{address}.xlsx?authority=HYN")
    assert answer.status_code == 200, answer.content
    book = load_workbook(io.BytesIO(answer.content))
    assert book.worksheets[0].max_row == 3  # a header and two stations
    text = b"".join(owner.get(f"{address}.csv?organization=VIETTEL&authority=HYN").streaming_content)
    assert len(text.decode("utf-8-sig").splitlines()) == 3
    assert owner.get(f"{address}.xlsx?organization=VNPT&authority=HYN").status_code == 404
    assert owner.get("/api/v1/submission-exports/boats.csv").status_code == 404
    assert Client().get(f"{address}.csv").status_code == 401


def test_filled_template_can_be_submitted(ground: World, as_person: SignIn, folder: Path) -> None:
    owner = as_person(ground.owner)
    book = load_workbook(io.BytesIO(owner.get("/api/v1/submission-templates/stations.xlsx").content))
    sheet = book.worksheets[0]
    headers = {cell.value: cell.column for cell in sheet[1]}
    for name, value in (("Mã trạm", "VTL-9"), ("Kinh độ", "106.561234"), ("Vĩ độ", "20.512345")):
        sheet.cell(2, headers[name], value)
    path = folder / "filled.xlsx"
    book.save(path)
    with path.open("rb") as file:
        data = {"organization": "VIETTEL", "kind": "stations", "authority": "HYN", "file": file}
        number = owner.post(API, data).json()["id"]
    assert owner.get(f"{API}{number}/").json()["status"] == "ready"


@pytest.fixture
def long_sheets(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Every sheet is long, and lies in a folder of the test's own."""
    monkeypatch.setattr("infra.submissions.sheets.ROWS_AT_ONCE", 1)
    settings.DATA_DIR = tmp_path


def test_long_sheet_is_written_in_the_background(
    ground: World, as_person: SignIn, folder: Path, long_sheets: None
) -> None:
    owner = as_person(ground.owner)
    number = hand_in(owner, folder, station(1), station(2, mast_height_m="cao")).json()["id"]
    too_early = owner.get(f"{API}{number}/problems.xlsx")
    assert (too_early.status_code, f"{API}{number}/sheets/" in too_early.json()["detail"]) == (409, True)
    assert [row["state"] for row in owner.get(f"{API}{number}/sheets/").json()] == ["none", "none"]
    answer = post(owner, number, "sheets", name="problems.xlsx")
    row = answer.json()
    assert (row["state"], row["percent"]) == ("done", 100)
    assert row["kept_until"] > row["asked_at"]
    fetched = owner.get(row["file"])
    sheet = load_workbook(io.BytesIO(b"".join(fetched.streaming_content))).active
    assert sheet.cell(6, 2).value == "VTL-0002"
    assert "cao" in sheet.cell(6, 19).value
    post(owner, number, "sheets", name="problems.xlsx")
    assert Job.objects.filter(kind=JobKind.SUBMISSION_SHEET).count() == 1
    assert post(owner, number, "sheets", name="else.xlsx").status_code == 400


def test_long_sheet_is_for_who_sees_the_submission_and_of_its_last_state(
    ground: World, as_person: SignIn, folder: Path, long_sheets: None
) -> None:
    owner, stranger = as_person(ground.owner), as_person(ground.stranger)
    number = hand_in(owner, folder, station(1), station(2, mast_height_m="cao")).json()["id"]
    post(owner, number, "sheets", name="problems.xlsx")
    for address in (f"{API}{number}/sheets/", f"{API}{number}/problems.xlsx"):
        assert stranger.get(address).status_code == 404
    assert post(stranger, number, "sheets", name="corrected.xlsx").status_code == 404
    post(owner, number, "drop", rows=[6])
    assert owner.get(f"{API}{number}/problems.xlsx").status_code == 409, "the rows have changed since"


def test_sheet_that_breaks_off_says_so_and_can_be_asked_for_again(
    ground: World, as_person: SignIn, folder: Path, long_sheets: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = as_person(ground.owner)
    number = hand_in(owner, folder, station(1), station(2, mast_height_m="cao")).json()["id"]
    job = sheets.sheet_ask(actor=ground.owner, submission=Submission.objects.get(pk=number), name="problems.xlsx")
    assert job is not None
    job_progress(job, 1, 4)  # it does not run yet: nothing to note
    assert job_begin(job)
    job_progress(job, 1, 4)
    # The English client reads another sheet than the one that was asked for in Vietnamese above.
    (row, _other) = owner.get(f"{API}{number}/sheets/", headers={"Accept-Language": "vi"}).json()
    assert (row["state"], row["percent"], row["file"]) == ("running", 25, None)
    job_failed(job.pk, "Hết chỗ trên đĩa")
    (row, _other) = owner.get(f"{API}{number}/sheets/", headers={"Accept-Language": "vi"}).json()
    assert (row["state"], row["failure"]) == ("failed", "Hết chỗ trên đĩa")
    answer = owner.post(
        f"{API}{number}/sheets/",
        {"name": "problems.xlsx"},
        content_type="application/json",
        headers={"Accept-Language": "vi"},
    )
    assert answer.json()["state"] == "done"


def test_sheets_are_removed_after_their_time(ground: World, as_person: SignIn, folder: Path, long_sheets: None) -> None:
    owner = as_person(ground.owner)
    number = hand_in(owner, folder, station(1), station(2, mast_height_m="cao")).json()["id"]
    post(owner, number, "sheets", name="problems.xlsx")
    path = sheets.sheet_path(Job.objects.get(kind=JobKind.SUBMISSION_SHEET))
    assert path.is_file()
    Job.objects.update(asked_at=timezone.now() - sheets.KEPT)
    assert sheets.sheets_expire() == 1
    assert not path.exists()
