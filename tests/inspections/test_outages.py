"""Outages as operators report them: by JSON, by file, in part or as the whole picture."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from infra.models import ChangeRecord
from inspections.models import Incident, IncidentObject, OutageReport, Storm
from inspections.outages.reading import moment_of
from inspections.services.storms import CannotMoveError, StormFacts, storm_move, storm_open
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db
JSON = "application/json"
URL = "/api/v1/outages/"


def now(hours: float = 0) -> datetime:
    return timezone.now().replace(microsecond=0) + timedelta(hours=hours)


def send(client: Client, *rows: dict[str, Any], **head: Any) -> Any:
    return client.post(URL, {"rows": list(rows), **head}, content_type=JSON)


def out(number: str) -> bool:
    return IncidentObject.objects.out().filter(installation__registry_number=number).exists()


@pytest.fixture
def storm(world: World) -> Storm:
    opened = storm_open(
        actor=world.officer, authority=world.authority, facts=StormFacts(name="Bão số 5", wind_ms=35), reason="Tin bão"
    )
    return storm_move(actor=world.officer, storm=opened, to="during", reason="Đổ bộ")


def number_of(station: Any) -> str:
    return str(station.installation.registry_number)


# --- Moments ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "10/09/2026 14:30",
        "14h30 ngày 10/9/2026",
        "14:30 10-9-2026",
        "2026-09-10T14:30",
        "2026-09-10 14:30:00",
        "10/9/2026, lúc 14g30",
    ],
)
def test_moments_are_read_the_ways_operators_write_them(text: str) -> None:
    found = moment_of(text)
    assert found is not None
    assert timezone.localtime(found).strftime("%d/%m/%Y %H:%M") == "10/09/2026 14:30"


@pytest.mark.parametrize(
    "text", ["", "hôm qua", "32/01/2026 10:00", "10/09/26", "25:00 10/09/2026", "99999999", "2026-13-01"]
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert moment_of(text) is None


# --- Reporting --------------------------------------------------------------------------------------------------------


def test_an_operator_reports_its_stations_by_its_own_codes(world: World, as_person: SignIn, storm: Storm) -> None:
    answer = send(
        as_person(world.owner),
        {"station": world.station.installation.code, "cause": "power"},
        {"station": number_of(world.citadel_station), "out_since": now(-2).isoformat()},
    )
    assert answer.status_code == 201, answer.json()
    assert answer.json()["counts"] == {"new": 2, "updated": 0, "back": 0, "unchanged": 0}
    assert answer.json()["out_after"] == 2
    found = list(Incident.objects.order_by("unit__name"))
    assert {one.unit for one in found} == {world.thai_thuy, world.pho_hien}
    assert all(one.storm == storm and one.organization == world.viettel and one.ended_at is None for one in found)
    assert found[0].number.startswith("SC-")
    record = ChangeRecord.objects.get(kind="outages.reported")
    assert record.actor == world.owner


def test_saying_it_again_changes_nothing_and_more_updates(world: World, as_person: SignIn) -> None:
    client, number = as_person(world.owner), number_of(world.station)
    since = now(-3).isoformat()
    send(client, {"station": number, "out_since": since})
    assert send(client, {"station": number, "out_since": since}).json()["counts"]["unchanged"] == 1
    assert send(client, {"station": number, "cause": "flood", "note": "ngập 1 m"}).json()["counts"]["updated"] == 1
    row = IncidentObject.objects.get()
    assert (row.cause, row.note) == ("flood", "ngập 1 m")
    assert row.out_since == datetime.fromisoformat(since)


def test_back_in_service_ends_the_incident_when_the_last_one_is_back(world: World, as_person: SignIn) -> None:
    client = as_person(world.owner)
    numbers = [number_of(world.station), number_of(world.citadel_station)]
    send(client, *({"station": number, "out_since": now(-5).isoformat()} for number in numbers))
    back = now(-1)
    answer = send(client, {"station": numbers[0], "state": "back", "back_at": back.isoformat(), "damage": "minor"})
    assert answer.json()["counts"]["back"] == 1
    row = IncidentObject.objects.get(installation__registry_number=numbers[0])
    assert (row.back_at, row.damage) == (back, "minor")
    assert row.incident.ended_at == back
    assert Incident.objects.get(unit=world.pho_hien).ended_at is None


def test_it_may_go_out_again(world: World, as_person: SignIn, storm: Storm) -> None:
    client, number = as_person(world.owner), number_of(world.station)
    for hours, state in ((-6, "out"), (-4, "back"), (-2, "out")):
        assert send(client, {"station": number, "state": state}, at=now(hours).isoformat()).status_code == 201
    rows = IncidentObject.objects.filter(installation__registry_number=number)
    assert rows.count() == 2
    assert rows.values("incident").distinct().count() == 1
    assert Incident.objects.get().ended_at is None


def test_the_whole_picture_brings_the_others_back(world: World, as_person: SignIn, storm: Storm) -> None:
    client = as_person(world.owner)
    send(
        client,
        {"station": number_of(world.station)},
        {"station": number_of(world.citadel_station)},
        at=now(-4).isoformat(),
    )
    answer = send(client, {"station": number_of(world.citadel_station)}, whole=True, at=now(-1).isoformat())
    assert answer.json()["counts"] == {"new": 0, "updated": 0, "back": 1, "unchanged": 1}
    assert not out(number_of(world.station))
    assert out(number_of(world.citadel_station))
    assert send(client, whole=True, at=now().isoformat()).json()["out_after"] == 0
    assert not IncidentObject.objects.out().exists()


def test_an_older_whole_picture_does_not_replace_a_newer_one(world: World, as_person: SignIn, storm: Storm) -> None:
    client = as_person(world.owner)
    send(client, {"station": number_of(world.station)}, whole=True, at=now(-1).isoformat())
    answer = send(client, whole=True, at=now(-2).isoformat())
    assert answer.status_code == 409
    assert out(number_of(world.station))


def test_wrong_rows_are_named_and_nothing_is_written(world: World, as_person: SignIn) -> None:
    answer = send(
        as_person(world.owner),
        {"station": number_of(world.station)},
        {"station": "NO-SUCH"},
        {"station": number_of(world.vnpt_station)},
        {"station": number_of(world.citadel_station), "out_since": now(30).isoformat()},
        {"station": number_of(world.citadel_station), "state": "out", "back_at": now(-1).isoformat()},
    )
    assert answer.status_code == 400
    codes = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert codes["/rows/1/station"] == codes["/rows/2/station"] == "reference.unknown"
    assert codes["/rows/3/out_since"] == "value.range"
    assert codes["/rows/4/back_at"] == "outage.back_but_out"
    assert not IncidentObject.objects.exists()


def test_sound_rows_are_taken_when_asked_but_never_of_a_whole_picture(world: World, as_person: SignIn) -> None:
    rows = ({"station": number_of(world.station)}, {"station": "NO-SUCH"})
    client = as_person(world.owner)
    assert send(client, *rows, whole=True, skip_wrong=True).status_code == 400
    answer = send(client, *rows, skip_wrong=True)
    assert answer.status_code == 201
    assert [problem["row"] for problem in answer.json()["problems"]] == [2]
    assert out(number_of(world.station))


def test_a_station_named_twice_is_refused(world: World, as_person: SignIn) -> None:
    rows = ({"station": number_of(world.station)}, {"station": world.station.installation.code})
    answer = send(as_person(world.owner), *rows)
    assert {error["code"] for error in answer.json()["errors"]} == {"identifier.duplicate"}


def test_who_may_report(world: World, as_person: SignIn) -> None:
    row = {"station": number_of(world.station)}
    assert send(as_person(world.colleague), row).status_code == 403
    assert send(as_person(world.stranger), row, organization="VIETTEL").status_code == 400
    assert send(as_person(None), row).status_code in (401, 403)
    assert send(as_person(world.inspector), row, organization="VIETTEL").status_code == 201


def test_who_sees_incidents(world: World, as_person: SignIn) -> None:
    send(as_person(world.owner), {"station": number_of(world.station)})
    number = Incident.objects.get().number
    for person, status in (
        ("owner", 200),
        ("colleague", 200),
        ("stranger", 404),
        ("manager", 200),
        ("foreign_officer", 404),
    ):
        assert as_person(getattr(world, person)).get(f"/api/v1/incidents/{number}/").status_code == status, person
    assert as_person(world.local_officer).get("/api/v1/incidents/").json()["results"]
    assert as_person(world.stranger).get("/api/v1/incidents/").json()["results"] == []
    assert as_person(world.stranger).get(URL).json()["results"] == []


# --- Files ------------------------------------------------------------------------------------------------------------


def workbook(*rows: tuple[Any, ...]) -> SimpleUploadedFile:
    book = Workbook()
    sheet = book.active
    sheet.append(("BÁO CÁO TRẠM MẤT LIÊN LẠC",))
    sheet.append(())
    sheet.append(("STT", "Mã trạm", "Tình trạng", "Mất liên lạc từ", "Nguyên nhân", "Ghi chú"))
    for row in rows:
        sheet.append(row)
    content = BytesIO()
    book.save(content)
    return SimpleUploadedFile("mat-lien-lac.xlsx", content.getvalue())


def test_a_workbook_is_a_report(world: World, as_person: SignIn) -> None:
    since = timezone.localtime(now(-3))
    file = workbook(
        (1, world.station.installation.code, "Mất liên lạc", since.replace(tzinfo=None), "Mất điện", "chờ máy nổ"),
        (2, world.citadel_station.installation.code, "", since.strftime("%H:%M %d/%m/%Y"), "đứt cáp", None),
    )
    answer = as_person(world.owner).post(URL, {"file": file})
    assert answer.status_code == 201, answer.json()
    rows = {row.installation.registry_number: row for row in IncidentObject.objects.all()}
    assert rows[number_of(world.station)].cause == "power"
    assert rows[number_of(world.citadel_station)].cause == "transmission"
    assert abs((rows[number_of(world.station)].out_since - since).total_seconds()) < 60
    assert OutageReport.objects.get().source == "file"


def test_a_workbook_with_wrong_cells_names_its_own_rows(world: World, as_person: SignIn) -> None:
    file = workbook((1, world.station.installation.code, "bay mất", "hôm kia", None, None))
    answer = as_person(world.owner).post(URL, {"file": file})
    assert answer.status_code == 400
    problems = {(one["row"], one["column"], one["code"]) for one in answer.json()["problems"]}
    assert problems == {(4, "state", "value.choice"), (4, "out_since", "value.date")}


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 broken", b"\x00" * 64])
def test_what_is_no_table_is_refused_in_words(world: World, as_person: SignIn, content: bytes) -> None:
    answer = as_person(world.owner).post(URL, {"file": SimpleUploadedFile("x.xlsx", content)})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"].startswith("file.")


# --- Single incidents -------------------------------------------------------------------------------------------------


def theft(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "theft",
        "installations": [number_of(world.station)],
        "started_at": now(-20).isoformat(),
        "text": "Mất 4 bình ắc quy",
        "ref": "VT-2026-77",
    } | changes


def test_an_incident_with_the_operators_own_number_comes_once(world: World, as_person: SignIn) -> None:
    client = as_person(world.owner)
    first = client.post("/api/v1/incidents/", theft(world), content_type=JSON)
    assert first.status_code == 201, first.json()
    again = client.post("/api/v1/incidents/", theft(world), content_type=JSON)
    assert again.status_code == 200
    assert again.json()["number"] == first.json()["number"]
    assert first.json()["objects"][0]["out_since"] is None
    found = client.get("/api/v1/incidents/", {"kind": "theft", "installation": number_of(world.station)}).json()
    assert [one["number"] for one in found["results"]] == [first.json()["number"]]


def test_an_outage_of_what_is_out_already_is_a_conflict(world: World, as_person: SignIn) -> None:
    client = as_person(world.owner)
    send(client, {"station": number_of(world.station)})
    answer = client.post("/api/v1/incidents/", theft(world, kind="outage", ref=""), content_type=JSON)
    assert answer.status_code == 409
    assert number_of(world.station) in answer.json()["detail"]


def test_ending_an_incident(world: World, as_person: SignIn) -> None:
    client = as_person(world.owner)
    body = theft(
        world, kind="outage", ref="", installations=[number_of(world.station), number_of(world.citadel_station)]
    )
    number = client.post("/api/v1/incidents/", body, content_type=JSON).json()["number"]
    url = f"/api/v1/incidents/{number}/end/"
    assert as_person(world.stranger).post(url, {"at": now().isoformat()}, content_type=JSON).status_code == 404
    part = client.post(url, {"at": now(-2).isoformat(), "installations": [number_of(world.station)]}, content_type=JSON)
    assert part.json()["ended_at"] is None
    assert client.post(url, {"at": now(5).isoformat()}, content_type=JSON).status_code == 400
    whole = client.post(url, {"at": now(-1).isoformat()}, content_type=JSON)
    assert whole.json()["ended_at"] is not None
    assert all(one["back_at"] for one in whole.json()["objects"])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "picnic"}, "/kind"),
        ({"started_at": "soon"}, "/started_at"),
        ({"installations": ["NO-SUCH"]}, "/installations"),
        ({"installations": [], "unit": None}, "/installations"),
        ({"unit": "99999"}, "/unit"),
        ({"lon": 400, "lat": 1}, "/lon"),
        ({"storm": "BAO-1999-1", "kind": "storm"}, "/storm"),
        ({"people_affected": -1}, "/people_affected"),
        ({"ended_at": "2001-01-01T00:00:00+07:00"}, "/ended_at"),
    ],
)
def test_bad_incidents_are_refused_by_member(
    world: World, as_person: SignIn, changes: dict[str, Any], pointer: str
) -> None:
    answer = as_person(world.owner).post("/api/v1/incidents/", theft(world, **changes), content_type=JSON)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)


# --- Storms -----------------------------------------------------------------------------------------------------------


def test_a_storm_moves_only_as_storms_do(world: World, storm: Storm) -> None:
    assert storm.number.startswith("BAO-")
    with pytest.raises(CannotMoveError):
        storm_move(actor=world.officer, storm=storm, to="before", reason="?")
    passed = storm_move(actor=world.officer, storm=storm, to="after", reason="Tan")
    assert passed.passed_at is not None
    again = storm_move(actor=world.officer, storm=passed, to="during", reason="Quay lại")
    assert again.passed_at is None
    assert again.began_at == storm.began_at


def test_storms_are_told_to_operators(world: World, as_person: SignIn, storm: Storm) -> None:
    storm.units.set([world.thai_thuy])
    found = as_person(world.owner).get(f"/api/v1/storms/{storm.number}/").json()
    assert (found["phase"], found["units"], found["wind_ms"]) == ("during", ["12826"], 35)
    assert as_person(world.owner).get("/api/v1/storms/", {"status": "closed"}).json()["results"] == []
