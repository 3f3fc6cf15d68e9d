"""The pages of submissions: from the form to the decision, for three people and for the authority."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from infra.models import Installation, Job, Submission
from infra.submissions.columns import TABLES
from infra.submissions.coordinates.systems import from_lonlat
from infra.tasks import run_job
from tests.infra.submissions.files import HEADERS, cells, csv_file, station, stations_file
from tests.world import SignIn, World


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a test's files lie; what is done after the commit is done at once, since a test never commits."""
    monkeypatch.setattr("infra.tasks.transaction.on_commit", lambda work: work())
    return tmp_path


def hand_in(client: Client, world: World, path: Path, **values: Any) -> Any:
    data = {
        "organization": world.viettel.pk,
        "authority": world.authority.pk,
        "kind": "stations",
        "mode": "append",
        "crs": "auto",
        **values,
    }
    with path.open("rb") as file:
        return client.post("/submissions/new/", {**data, "file": file})


def act(client: Client, submission: Submission, name: str, **values: Any) -> str:
    """Do something on the page and return what it says afterwards."""
    answer = client.post(f"/submissions/{submission.pk}/{name}/", values, follow=True)
    submission.refresh_from_db()
    return answer.content.decode()


def test_file_goes_from_the_form_to_the_register(ground: World, as_person: SignIn, folder: Path) -> None:
    owner, officer = as_person(ground.owner), as_person(ground.officer)
    swapped = station(2, longitude=station(2)["latitude"], latitude=station(2)["longitude"])
    path = stations_file(folder, station(1), swapped, station(3, code=None), station(4, unit="Phường Phố Hiến"))
    answer = hand_in(owner, ground, path)
    submission = Submission.objects.latest("pk")
    assert answer.url == f"/submissions/{submission.pk}/"
    page = owner.get(answer.url).content.decode()
    assert "stations.xlsx" in page
    assert "coordinate.swapped" in owner.get(f"{answer.url}?code=coordinate.swapped").content.decode()
    act(owner, submission, "fix", code="coordinate.swapped")
    act(owner, submission, "drop", all_errors="1")
    assert submission.status == "ready"
    act(owner, submission, "confirm", code="coordinate.unit_mismatch", note="Đúng thực tế")
    act(owner, submission, "send")
    assert submission.status == "sent"
    assert "stations.xlsx" in officer.get("/submissions/").content.decode()
    act(officer, submission, "accept", rows="good")
    assert submission.status == "accepted"
    assert Installation.objects.filter(submission=submission).count() == 3
    assert officer.get(f"/submissions/{submission.pk}/").status_code == 200


def test_reason_is_asked_for_and_read_by_the_operator(ground: World, as_person: SignIn, folder: Path) -> None:
    owner, officer = as_person(ground.owner), as_person(ground.officer)
    hand_in(owner, ground, stations_file(folder, station(1)))
    submission = Submission.objects.latest("pk")
    act(owner, submission, "send")
    act(officer, submission, "return", reason=" ")
    assert submission.status == "sent"
    act(officer, submission, "return", reason="Thiếu số GCN")
    assert submission.status == "returned"
    assert "Thiếu số GCN" in owner.get(f"/submissions/{submission.pk}/").content.decode()
    answer = owner.get(f"/submissions/new/?corrects={submission.pk}")
    assert "stations.xlsx" in answer.content.decode()


def test_rows_are_returned_one_by_one(ground: World, as_person: SignIn, folder: Path) -> None:
    owner, officer = as_person(ground.owner), as_person(ground.officer)
    hand_in(owner, ground, stations_file(folder, *(station(n) for n in range(1, 6))))
    submission = Submission.objects.latest("pk")
    act(owner, submission, "send")
    for wrong in ("6-", "năm", "8-6", "6, 99"):
        said = act(officer, submission, "accept", rows="all", returned=wrong, reason="Sai cột")
        assert wrong.split(", ")[-1] in said
    act(officer, submission, "accept", rows="all", returned="6, 8–9")
    assert submission.status == "sent"
    act(officer, submission, "accept", rows="all", returned="6, 8–9", reason="Sai loại cột")
    assert submission.status == "partly_accepted"
    assert Installation.objects.filter(submission=submission).count() == 2
    page = owner.get(f"/submissions/{submission.pk}/?decision=returned").content.decode()
    assert "Sai loại cột" in page
    assert ["VTL-0002" in page, "VTL-0001" in page, "VTL-0005" in page] == [True, False, True]


def test_corrected_file_and_the_first_name_each_other(ground: World, as_person: SignIn, folder: Path) -> None:
    owner, officer = as_person(ground.owner), as_person(ground.officer)
    hand_in(owner, ground, stations_file(folder, station(1)))
    first = Submission.objects.latest("pk")
    act(owner, first, "send")
    act(officer, first, "return", reason="Thiếu số GCN")
    with stations_file(folder, station(1, certificate_number="B1/2026")).open("rb") as file:
        values = {"organization": ground.viettel.pk, "authority": ground.authority.pk, "kind": "stations"}
        owner.post(f"/submissions/new/?corrects={first.pk}", {**values, "mode": "append", "crs": "auto", "file": file})
    second = Submission.objects.latest("pk")
    assert second.previous == first
    for one, other in ((first, second), (second, first)):
        assert f'href="/submissions/{other.pk}/"' in owner.get(f"/submissions/{one.pk}/").content.decode()
    page = owner.get(f"/submissions/{first.pk}/").content.decode()
    assert first.receipt in page
    assert str(ground.officer) in page  # who returned it, in the history


def test_three_people_at_one_page(ground: World, as_person: SignIn, folder: Path) -> None:
    hand_in(as_person(ground.owner), ground, stations_file(folder, station(1)))
    submission = Submission.objects.latest("pk")
    address = f"/submissions/{submission.pk}/"
    colleague = as_person(ground.colleague)
    assert colleague.get(address).status_code == 200
    assert colleague.post(f"{address}send/").status_code == 404
    for person in (ground.stranger, ground.outsider, ground.foreign_officer):
        client = as_person(person)
        assert client.get(address).status_code == 404
        assert client.post(f"{address}send/").status_code == 404
        assert submission.file.name not in client.get("/submissions/").content.decode()
    assert as_person(ground.owner).post(f"{address}accept/", {"rows": "all"}).status_code == 404
    assert as_person(None).get(address).status_code == 302


def test_unknown_header_is_assigned_on_the_page_and_remembered(ground: World, as_person: SignIn, folder: Path) -> None:
    owner = as_person(ground.owner)
    headers = {**HEADERS, "equipment": "Chủng loại máy"}
    path = stations_file(folder, station(1, equipment="ALCATEL"), headers=headers)
    hand_in(owner, ground, path)
    submission = Submission.objects.latest("pk")
    assert "Chủng loại máy" in owner.get(f"/submissions/{submission.pk}/").content.decode()
    act(owner, submission, "read", crs="auto", header="Chủng loại máy", column="equipment")
    assert submission.rows.get(row=5).values["equipment"] == "ALCATEL"
    hand_in(owner, ground, path)
    assert Submission.objects.latest("pk").reading["unknown"] == []


def test_header_that_means_nothing_is_left_out_of_later_files_and_can_be_taken_back(
    ground: World, as_person: SignIn, folder: Path
) -> None:
    owner = as_person(ground.owner)
    path = stations_file(folder, station(1, equipment="ALCATEL"), headers={**HEADERS, "equipment": "Mã nội bộ"})
    hand_in(owner, ground, path)
    act(owner, Submission.objects.latest("pk"), "read", crs="auto", header="Mã nội bộ", column="-")
    hand_in(owner, ground, path)
    submission = Submission.objects.latest("pk")
    assert (submission.reading["unknown"], submission.counts["codes"]) == ([], {})
    page = owner.get(f"/submissions/{submission.pk}/").content.decode()
    assert "Mã nội bộ" in page  # never dropped in silence
    assert '<details class="st-note st-reading">' in page
    act(owner, submission, "read", crs="auto", header="Mã nội bộ", column="equipment")
    assert submission.rows.get(row=5).values["equipment"] == "ALCATEL"


def test_our_own_remarks_in_a_sheet_that_comes_back_are_not_said_to_be_left_out(
    ground: World, as_person: SignIn, folder: Path
) -> None:
    owner = as_person(ground.owner)
    first = stations_file(folder, station(1, status="???", note="gần chợ"), headers={**HEADERS, "note": "Ghi chú"})
    address = hand_in(owner, ground, first).url
    path = folder / "back.xlsx"
    path.write_bytes(owner.get(f"/api/v1{address}problems.xlsx").content)
    page = owner.get(hand_in(owner, ground, path).url).content.decode()
    assert Submission.objects.latest("pk").reading["ignored"] != []
    assert "được bỏ qua như đã chọn" not in page


def test_who_mends_a_cause_stays_with_it_as_long_as_rows_are_left(
    ground: World, as_person: SignIn, folder: Path
) -> None:
    owner = as_person(ground.owner)
    swapped = [station(n, longitude=station(n)["latitude"], latitude=station(n)["longitude"]) for n in (1, 2)]
    address = hand_in(owner, ground, stations_file(folder, *swapped, station(3, code=None))).url
    there = f"{address}?code=coordinate.swapped"

    def mend(row: str, came_from: str = there) -> str:
        values = {"code": "coordinate.swapped", "rows": row}
        return str(owner.post(f"{address}fix/", values, headers={"Referer": f"http://testserver{came_from}"}).url)

    assert mend("5") == there
    assert mend("6") == address  # nothing is left there
    assert mend("6", f"{address}?severity=nonsense") == address
    assert mend("6", "/elsewhere/?code=value.required") == address


def test_problems_and_history_are_told_in_the_language_of_who_reads(
    ground: World, as_person: SignIn, folder: Path
) -> None:
    owner = as_person(ground.owner)
    address = hand_in(owner, ground, stations_file(folder, station(1, status="???"), station(2, code=None))).url
    owner.cookies["django_language"] = "en"
    told = owner.get(f"/api/v1{address}problems/", headers={"Accept-Language": "en"}).json()["results"]
    assert "Operating" in told[0]["message"]
    assert "Đang hoạt động" not in told[0]["message"]
    assert told[1]["message"] == "“Station code” is empty and must be filled in."
    owner.cookies["django_language"] = "vi"
    act(owner, Submission.objects.latest("pk"), "drop", rows="5")
    owner.cookies["django_language"] = "en"
    page = owner.get(address).content.decode()
    assert "Rows left out" in page
    assert "Bỏ qua các dòng" not in page
    assert "Có lỗi" not in page


def test_nothing_is_sent_of_which_every_row_was_left_out(ground: World, as_person: SignIn, folder: Path) -> None:
    owner = as_person(ground.owner)
    owner.cookies["django_language"] = "en"
    hand_in(owner, ground, stations_file(folder, station(1, status="???"), station(2, code=None)))
    submission = Submission.objects.latest("pk")
    page = act(owner, submission, "drop", all_errors="1")
    assert (submission.status, submission.failure) == ("invalid", "")
    assert "Every row is left out" in page
    assert "send/" not in page


def test_file_taken_back_before_it_was_sent_was_not_decided(ground: World, as_person: SignIn, folder: Path) -> None:
    owner = as_person(ground.owner)
    address = hand_in(owner, ground, stations_file(folder, station(1))).url
    page = act(owner, Submission.objects.latest("pk"), "withdraw")
    assert page.count('data-state="done"') == 2, address


def test_second_way_to_read_the_coordinates_is_chosen_by_a_click(
    ground: World, as_person: SignIn, folder: Path
) -> None:
    owner, colleague = as_person(ground.owner), as_person(ground.colleague)
    points = np.array([[106.55 + 0.001 * number, 20.55] for number in range(12)])
    metres = from_lonlat(points, 5897).tolist()
    rows = [station(number, x=f"{y:.2f}", y=f"{x:.2f}") for number, (x, y) in enumerate(metres)]
    hand_in(owner, ground, csv_file(folder, *rows))
    submission = Submission.objects.latest("pk")
    (system,) = submission.reading["systems"]
    other = system["rivals"][0]["crs"]
    page = owner.get(f"/submissions/{submission.pk}/").content.decode()
    assert f'name="crs" value="{other}"' in page
    seen_by_colleague = colleague.get(f"/submissions/{submission.pk}/").content.decode()
    assert (other in seen_by_colleague, f'name="crs" value="{other}"' in seen_by_colleague) == (True, False)
    page = act(owner, submission, "read", crs=other)
    assert (submission.crs, submission.reading["systems"][0]["crs"]) == (other, other)
    assert f'name="crs" value="{system["crs"]}"' not in page


def test_columns_of_a_file_without_header_are_assigned_by_letter(
    ground: World, as_person: SignIn, folder: Path
) -> None:
    owner = as_person(ground.owner)
    names = ("technologies", "code", "longitude", "latitude", "unit", "mast_height_m")
    lines = [",".join(str(station(number)[name]) for name in names) for number in (1, 2)]
    path = folder / "cells.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    hand_in(owner, ground, path)
    submission = Submission.objects.latest("pk")
    assert submission.status == "invalid"
    page = owner.get(f"/submissions/{submission.pk}/").content.decode()
    assert "Không có dòng tiêu đề" in page
    assert "VTL-0001" in page
    headers = [one["header"] for one in submission.reading["unknown"]]
    columns = ["", *names[1:]]
    assert len(headers) == len(names)
    act(owner, submission, "read", header=headers, column=columns)
    assert (submission.counts["rows"], set(submission.reading["columns"])) == (2, set(names[1:]))
    assert [row.raw["code"] for row in submission.rows.order_by("row")] == ["VTL-0001", "VTL-0002"]
    assert [row.row for row in submission.rows.order_by("row")] == [1, 2]
    hand_in(owner, ground, path)
    assert Submission.objects.latest("pk").counts["rows"] == 2


def test_headers_of_which_none_is_known_are_shown_to_be_assigned(
    ground: World, as_person: SignIn, folder: Path
) -> None:
    owner = as_person(ground.owner)
    path = folder / "foreign.csv"
    path.write_text("List of towers;;\nAlpha;Beta;Gamma\nVTL-1;106.551;20.551", encoding="utf-8")
    hand_in(owner, ground, path)
    submission = Submission.objects.latest("pk")
    assert [one["header"] for one in submission.reading["unknown"]] == ["Alpha", "Beta", "Gamma"]
    page = owner.get(f"/submissions/{submission.pk}/").content.decode()
    assert all(words in page for words in ("Alpha", "VTL-1", "106.551"))
    act(owner, submission, "read", header=["Alpha", "Beta", "Gamma"], column=["code", "longitude", "latitude"])
    assert (submission.counts["rows"], submission.reading["header_row"]) == (1, 2)


def test_unreadable_file_says_so_on_its_page(ground: World, as_person: SignIn, folder: Path) -> None:
    owner = as_person(ground.owner)
    path = folder / "ds.xlsx"
    path.write_bytes(b"%PDF-1.7")
    page = owner.get(hand_in(owner, ground, path).url).content.decode()
    assert "file.unreadable" in page
    assert "st-sheet" not in page
    assert "chưa đọc được" in owner.get("/submissions/").content.decode()


def test_wrong_form_is_shown_again(ground: World, as_person: SignIn, folder: Path) -> None:
    owner = as_person(ground.owner)
    assert hand_in(owner, ground, stations_file(folder, station(1)), kind="boats").status_code == 400
    assert hand_in(owner, ground, stations_file(folder, station(1)), organization=ground.vnpt.pk).status_code == 400
    assert owner.get("/submissions/99999999999999999999/").status_code == 404
    assert owner.post("/submissions/1/dance/").status_code == 404


def test_parts_of_the_page_come_alone(ground: World, as_person: SignIn, folder: Path) -> None:
    owner = as_person(ground.owner)
    address = hand_in(owner, ground, stations_file(folder, station(1, status="???"), station(2))).url
    row = Submission.objects.latest("pk").rows.get(row=5)
    part = owner.get(f"{address}?part=row&row={row.pk}", headers={"HX-Request": "true"}).content.decode()
    assert "???" in part
    assert "<html" not in part
    progress = owner.get(f"{address}?part=progress", headers={"HX-Request": "true"})
    assert progress.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("kind", list(TABLES))
def test_guide_of_every_kind_has_a_page(ground: World, as_person: SignIn, kind: str) -> None:
    assert as_person(ground.owner).get(f"/submissions/columns/{kind}/").status_code == 200


def test_page_costs_the_same_queries_for_few_rows_and_many(ground: World, as_person: SignIn, folder: Path) -> None:
    owner = as_person(ground.owner)
    costs = []
    for count in (3, 40):
        rows = [station(number, status="???") for number in range(count)]
        address = hand_in(owner, ground, stations_file(folder, *rows)).url
        owner.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            owner.get(address)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 24, costs


def test_long_sheet_is_asked_for_and_shown_when_it_is_ready(
    ground: World, as_person: SignIn, folder: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr("infra.submissions.sheets.ROWS_AT_ONCE", 1)
    settings.DATA_DIR = folder
    owner = as_person(ground.owner)
    address = hand_in(owner, ground, stations_file(folder, station(1, status="???"), station(2))).url
    number = Submission.objects.latest("pk").pk
    ask, file = f"{address}sheets/problems.xlsx/", f"/api/v1/submissions/{number}/problems.xlsx"
    page = owner.get(address).content.decode()
    assert ask in page
    assert file not in page
    assert as_person(ground.stranger).post(ask).status_code == 404
    assert owner.post(f"{address}sheets/else/").status_code == 404
    monkeypatch.setattr("infra.tasks.run_later", lambda job: None)
    part = owner.post(ask, headers={"HX-Request": "true"}).content.decode()
    assert "every 1500ms" in part
    run_job.call(Job.objects.latest("pk").pk)
    part = owner.get(f"{address}?part=sheets", headers={"HX-Request": "true"}).content.decode()
    assert file in part
    assert "every 1500ms" not in part
    assert owner.get(file).status_code == 200


def test_other_sheet_of_a_workbook_is_handed_in_by_a_click(ground: World, as_person: SignIn, folder: Path) -> None:
    owner, colleague = as_person(ground.owner), as_person(ground.colleague)
    book = Workbook()
    for name, number in (("Thái Thụy", 1), ("Tiền Hải", 2)):
        page = book.active if number == 1 else book.create_sheet(name)
        page.title = name
        for row in cells([station(number)], HEADERS):
            page.append(row)
    book.save(folder / "districts.xlsx")
    hand_in(owner, ground, folder / "districts.xlsx")
    submission = Submission.objects.latest("pk")
    address = f"/submissions/{submission.pk}/"
    assert 'value="Tiền Hải"' in owner.get(address).content.decode()
    assert 'value="Tiền Hải"' not in colleague.get(address).content.decode()
    assert colleague.post(f"{address}another/", {"sheet": "Tiền Hải"}).status_code in (403, 404)
    there = owner.post(f"{address}another/", {"sheet": "Tiền Hải"}).url
    assert owner.post(f"{address}another/", {"sheet": "Tiền Hải"}).url == there
    other = Submission.objects.latest("pk")
    assert there == f"/submissions/{other.pk}/"
    assert (other.sheet, other.file.sha256) == ("Tiền Hải", submission.file.sha256)
    assert [row.values["code"] for row in other.rows.all()] == ["VTL-0002"]
    page = owner.get(address).content.decode()
    assert 'value="Tiền Hải"' not in page  # it leads there instead
    assert f'href="{there}"' in page
    assert owner.post(f"{address}another/", {"sheet": "Tổng"}).url == address


def test_changed_rows_are_those_counted_and_what_is_gone_has_its_name(
    ground: World, as_person: SignIn, folder: Path
) -> None:
    owner, officer = as_person(ground.owner), as_person(ground.officer)
    hand_in(owner, ground, stations_file(folder, *(station(number) for number in range(1, 5))))
    submission = Submission.objects.latest("pk")
    act(owner, submission, "send")
    act(officer, submission, "accept", rows="all")
    assert submission.status == "accepted"
    moved = station(2, latitude=station(2)["latitude"] + 0.0011)
    taller = station(3, mast_height_m=51)
    address = hand_in(owner, ground, stations_file(folder, station(1), moved, taller), mode="replace").url
    page = owner.get(f"{address}?action=update").content.decode()
    assert "VTL-0003" in page
    assert "VTL-0002" not in page
    assert "VTL-0002" in owner.get(f"{address}?action=move").content.decode()
    page = owner.get(f"{address}?action=remove").content.decode()
    assert station(4)["name"] in page
    assert str(station(4)["longitude"]) in page
