"""What comes with a form besides its answers: clock, place, phone, instrument, proposals, another phone's form."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from inspections.models import Calibration, Campaign, CampaignTask, Correction, Inspection, InspectionCopy, Instrument
from inspections.services.devices import instrument_save
from tests.inspections.conftest import File, answer
from tests.inspections.fieldwork.phones import Phone
from tests.inspections.fieldwork.test_phones import register
from tests.inspections.test_api import put, wire
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def ref(world: World, law: None) -> str:
    return str(world.station.installation.registry_number)


@pytest.fixture
def task(world: World, law: None) -> CampaignTask:
    campaign = Campaign.objects.create(
        authority=world.authority, number=7, title="Trước mùa mưa bão", starts_on=date(2026, 11, 1),
        ends_on=date(2026, 12, 31), status="running",
    )  # fmt: skip
    return CampaignTask.objects.create(
        campaign=campaign, installation=world.station.installation, assignee=world.inspector
    )


def test_the_skew_of_the_phone_s_clock_is_recorded(as_person: SignIn, world: World, ref: str) -> None:
    ahead = timezone.now() + timedelta(hours=2)
    stored = put(as_person(world.inspector), uuid4(), wire(ref, sent_at=ahead.isoformat())).json()
    assert stored["clock_skew_s"] == pytest.approx(7200, abs=30)
    assert stored["received_at"] < ahead.isoformat()


@pytest.mark.parametrize(
    ("clock", "days_ago"), [(timedelta(days=2_000), 0), (timedelta(days=2_000), 3), (timedelta(days=-9_000), 0)]
)
def test_a_form_arrives_although_the_phone_s_clock_is_years_off(
    as_person: SignIn, world: World, ref: str, clock: timedelta, days_ago: int
) -> None:
    sent = timezone.now() + clock
    made = sent - timedelta(days=days_ago)
    answered = put(
        as_person(world.inspector), uuid4(),
        wire(ref, sent_at=sent.isoformat(), started_at=made.isoformat(), finished_at=made.isoformat()),
    )  # fmt: skip
    assert answered.status_code == 201, answered.content
    stored = Inspection.objects.get()
    assert stored.visited_on == timezone.localdate() - timedelta(days=days_ago)
    assert stored.clock_skew_s == pytest.approx(clock.total_seconds(), abs=60)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"subject": {"type"', b"\xff\xfe{"])
def test_a_body_that_is_no_json_is_said_to_be_none(as_person: SignIn, world: World, body: bytes) -> None:
    answered = as_person(world.inspector).put(f"/api/v1/inspections/{uuid4()}/", body, content_type="application/json")
    assert answered.status_code == 400
    assert "JSON" in answered.json()["detail"]


def test_the_distance_to_the_registered_position_is_recorded(as_person: SignIn, world: World, ref: str) -> None:
    position = {"lon": 106.5685, "lat": 20.5692, "accuracy_m": 3000}
    stored = put(as_person(world.inspector), uuid4(), wire(ref, position=position)).json()
    assert stored["distance_m"] == pytest.approx(997, abs=10)
    assert stored["position"]["accuracy_m"] == 3000


def test_two_phones_on_one_task_are_both_kept_and_seen(
    as_person: SignIn, world: World, ref: str, task: CampaignTask
) -> None:
    first, second = uuid4(), uuid4()
    one = put(as_person(world.inspector), first, wire(ref, task=task.pk)).json()
    assert (one["task"], one["campaign"], one["conflicts"]) == (task.pk, 7, [])
    two = put(as_person(world.officer), second, wire(ref, task=task.pk, notes="Cũng đã đến")).json()
    assert [row["id"] for row in two["conflicts"]] == [str(first)]
    again = as_person(world.manager).get(f"/api/v1/inspections/{first}/").json()
    assert [(row["id"], row["inspector"]) for row in again["conflicts"]] == [(str(second), str(world.officer))]
    assert Inspection.objects.count() == 2
    task.refresh_from_db()
    assert task.status == "done"
    for uuid in (first, second):
        html = as_person(world.officer).get(f"/inspections/{uuid}/").content.decode()
        assert two["number"] in html
        assert one["number"] in html


def test_a_form_finds_the_task_of_its_campaign_by_its_subject(
    as_person: SignIn, world: World, ref: str, task: CampaignTask
) -> None:
    assert put(as_person(world.inspector), uuid4(), wire(ref, campaign=7)).json()["task"] == task.pk
    elsewhere = wire(world.citadel_station.installation.registry_number, campaign=7)
    assert put(as_person(world.inspector), uuid4(), elsewhere).json()["task"] is None
    assert put(as_person(world.inspector), uuid4(), wire(ref, task=999_999)).json()["task"] is None


def test_a_draft_leaves_its_task_open(as_person: SignIn, world: World, ref: str, task: CampaignTask) -> None:
    put(as_person(world.inspector), uuid4(), wire(ref, task=task.pk, status="draft"))
    task.refresh_from_db()
    assert task.status == "open"


def test_a_refused_content_is_kept_beside_what_stands(as_person: SignIn, world: World, ref: str) -> None:
    client, uuid = as_person(world.inspector), uuid4()
    put(client, uuid, wire(ref))
    for _ in range(3):
        refused = put(client, uuid, wire(ref, revision=9, notes="Bản khác"))
        assert refused.status_code == 409
        assert refused.json()["stored"]["notes"] == ""
        assert refused.json()["sent"]["notes"] == "Bản khác"
    kept = InspectionCopy.objects.get()
    assert (kept.kind, kept.revision, kept.content["notes"]) == ("refused", 9, "Bản khác")
    (told,) = as_person(world.officer).get(f"/api/v1/inspections/{uuid}/").json()["copies"]
    assert told["content"]["notes"] == "Bản khác"
    assert as_person(world.owner).get(f"/api/v1/inspections/{uuid}/").json()["copies"] == []
    assert "Bản khác" in as_person(world.officer).get(f"/inspections/{uuid}/").content.decode()


def test_the_phone_that_sent_is_noted(as_person: SignIn, world: World, ref: str) -> None:
    client, phone = as_person(world.inspector), Phone()
    register(client, phone)
    assert put(client, uuid4(), wire(ref, device=str(phone.uuid))).json()["device"] == str(phone.uuid)
    assert put(as_person(world.officer), uuid4(), wire(ref, device=str(phone.uuid))).json()["device"] is None


CALIBRATIONS = [
    # on the list: calibrated, valid until; in the form: calibrated; standing on 20 November 2026
    (None, None, None, Calibration.UNKNOWN),
    (date(2026, 1, 10), None, None, Calibration.VALID),
    (date(2025, 11, 20), None, None, Calibration.VALID),
    (date(2025, 11, 19), None, None, Calibration.EXPIRED),
    (date(2026, 1, 10), date(2026, 11, 19), None, Calibration.EXPIRED),
    (date(2026, 1, 10), date(2026, 11, 20), None, Calibration.VALID),
    (date(2024, 1, 10), None, date(2026, 2, 1), Calibration.VALID),
    (date(2024, 1, 10), None, date(2024, 2, 29), Calibration.EXPIRED),
]


@pytest.mark.parametrize(("listed", "until", "in_form", "standing"), CALIBRATIONS)
def test_an_expired_calibration_is_seen(
    filed: File, world: World, listed: Any, until: Any, in_form: Any, standing: str
) -> None:
    values = {"name": "KYORITSU 4105A", "serial": "1187", "calibrated_on": listed, "valid_until": until}
    instrument = Instrument(authority=world.authority)
    instrument_save(actor=world.officer, instrument=instrument, values=values, reason="Bought")
    measured = answer("earthing_resistance", None, "8", instrument={"serial": "1187", "calibrated_on": in_form})
    row = filed(measured).answers.get()
    assert (row.calibration, row.instrument_name) == (standing, "KYORITSU 4105A")
    assert filed(answer("earthing_resistance", None, "8")).answers.get().calibration == ""


def test_proposals_to_the_register_come_along_and_change_nothing(as_person: SignIn, world: World, ref: str) -> None:
    proposals = [
        {"kind": "position", "lon": 106.5689, "lat": 20.5604, "accuracy_m": 3.5, "note": "Đo tại chân cột"},
        {"kind": "new_mast", "name": "Cột lạ", "lon": 106.57, "lat": 20.56, "height_m": 42, "operators": ["VIETTEL"]},
        {"kind": "attribute", "name": "height_m", "value": "36"},
    ]
    before = world.harbour.position.coords
    stored = put(as_person(world.inspector), uuid4(), wire(ref, corrections=proposals)).json()
    assert [(row["kind"], row["state"]) for row in stored["corrections"]] == [
        ("position", "proposed"),
        ("new_mast", "proposed"),
        ("attribute", "proposed"),
    ]
    assert stored["corrections"][0]["content"]["note"] == "Đo tại chân cột"
    world.harbour.refresh_from_db()
    assert world.harbour.position.coords == before
    assert Correction.objects.count() == 3


@pytest.mark.parametrize(
    ("proposal", "pointer"),
    [
        ({"kind": "position", "lon": 106.5}, "/corrections/0/lat"),
        ({"kind": "attribute", "name": "height_m"}, "/corrections/0/value"),
        ({"kind": "new_mast", "lon": 106.5, "lat": 99}, "/corrections/0/lat"),
        ({"kind": "demolish"}, "/corrections/0/kind"),
    ],
)
def test_a_proposal_that_proposes_nothing_is_refused(
    as_person: SignIn, world: World, ref: str, proposal: dict[str, Any], pointer: str
) -> None:
    refused = put(as_person(world.inspector), uuid4(), wire(ref, corrections=[proposal]))
    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


def test_a_draft_proposes_nothing_yet(as_person: SignIn, world: World, ref: str) -> None:
    proposal = {"kind": "position", "lon": 106.57, "lat": 20.56}
    put(as_person(world.inspector), uuid4(), wire(ref, status="draft", corrections=[proposal]))
    assert not Correction.objects.exists()
