"""After the visit: the supervisor approves, returns or sets aside; the inspector corrects; nothing is lost."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from infra.models import ChangeRecord, Installation, Notice, Submission
from infra.services.numbering import registry_numbers_take
from infra.services.submissions import submission_reject
from infra.submissions import applying
from inspections.casework.opening import case_open_from_finding
from inspections.models import Finding, FindingState, Inspection, InspectionCopy
from inspections.selectors.safety import safety_of
from tests.inspections.conftest import File, answer
from tests.inspections.fieldwork.test_arrival import task  # noqa: F401 -- a fixture
from tests.inspections.running import EXPIRED
from tests.inspections.test_api import put, wire
from tests.inspections.test_pages import form_of
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def ref(world: World, law: None) -> str:
    return str(world.station.installation.registry_number)


def review(client: Client, inspection: Inspection, to: str, reason: str = "") -> Any:
    address = f"/api/v1/inspections/{inspection.uuid}/review/"
    return client.post(address, {"to": to, "reason": reason}, content_type="application/json")


def test_a_supervisor_approves_what_waits(filed: File, as_person: SignIn, world: World) -> None:
    inspection = filed()
    assert inspection.review == "pending"
    approved = review(as_person(world.manager), inspection, "approved")
    assert (approved.status_code, approved.json()["review"]) == (200, "approved")
    assert ChangeRecord.objects.filter(kind="inspection.approved").count() == 1
    assert review(as_person(world.manager), inspection, "approved").status_code == 409


def test_who_reviews(filed: File, as_person: SignIn, world: World) -> None:
    inspection = filed(person=world.officer)
    for person, status in (
        (world.officer, 403),
        (world.inspector, 403),
        (world.owner, 403),
        (world.stranger, 404),
        (world.foreign_officer, 404),
        (world.local_officer, 200),
    ):
        assert review(as_person(person), inspection, "approved").status_code == status, person


def test_a_return_needs_its_reason(filed: File, as_person: SignIn, world: World) -> None:
    inspection = filed()
    assert review(as_person(world.manager), inspection, "returned", " ").status_code == 409
    assert review(as_person(world.manager), inspection, "returned", "Thiếu ảnh").status_code == 200
    html = as_person(world.inspector).get(f"/inspections/{inspection.uuid}/").content.decode()
    assert "Thiếu ảnh" in html
    assert f"?draft={inspection.uuid}" in html


def test_a_returned_inspection_is_corrected_by_its_next_revision(as_person: SignIn, world: World, ref: str) -> None:
    client, uuid = as_person(world.inspector), uuid4()
    put(client, uuid, wire(ref))
    review(as_person(world.manager), Inspection.objects.get(), "returned", "Đo lại tiếp đất")
    assert put(client, uuid, wire(ref, notes="cùng bản lưu")).status_code == 409
    assert put(client, uuid, wire(ref, revision=4, status="draft")).status_code == 409
    again = wire(ref, revision=4)
    again["answers"][1]["value"] = "8,4"
    stored = put(client, uuid, again).json()
    assert (stored["review"], stored["result"], stored["number"]) == ("pending", "fail", "KT-2026-0001")
    assert stored["answers"][1]["outcome"] == "pass"
    states = {row["item"]: row["state"] for row in stored["findings"]}
    assert states == {"certificate_valid": "open", "earthing_resistance": "dismissed"}
    kept = InspectionCopy.objects.get(kind="replaced")
    assert kept.content["answers"][1]["value"] == "14"
    assert kept.revision == 3
    assert put(client, uuid, again).status_code == 200
    assert put(client, uuid, again | {"revision": 5}).status_code == 409
    assert Inspection.objects.count() == 1
    assert "14" in as_person(world.manager).get(f"/inspections/{uuid}/").content.decode()


def test_a_correction_may_find_more(as_person: SignIn, world: World, ref: str) -> None:
    client, uuid = as_person(world.inspector), uuid4()
    put(client, uuid, wire(ref))
    first = Finding.objects.get(item__code="earthing_resistance")
    review(as_person(world.manager), Inspection.objects.get(), "returned", "Xem lại dây co")
    again = wire(ref, revision=4)
    again["answers"][1]["value"] = "16"
    again["answers"].append({"item": "guys", "outcome": "fail"})
    put(client, uuid, again)
    first.refresh_from_db()
    assert "16 Ω" in first.text_vi
    assert {row.item.code for row in Finding.objects.filter(state="open").select_related("item")} == {
        "certificate_valid",
        "earthing_resistance",
        "guys",
    }


def test_a_returned_inspection_is_in_the_next_package(as_person: SignIn, world: World, ref: str) -> None:
    client, uuid = as_person(world.inspector), uuid4()
    put(client, uuid, wire(ref))
    review(as_person(world.manager), Inspection.objects.get(), "returned", "Đo lại tiếp đất")
    package = client.get("/api/v1/fieldwork/package/").json()
    (returned,) = package["returned"]
    assert (returned["id"], returned["revision"], returned["reason"]) == (str(uuid), 3, "Đo lại tiếp đất")
    assert returned["content"]["answers"][1]["item"] == "earthing_resistance"
    assert [row["registry_number"] for row in package["register"]["installations"]] == [ref]


def test_a_returned_inspection_is_corrected_on_the_page(as_person: SignIn, world: World, filed: File) -> None:
    inspection = filed()
    review(as_person(world.manager), inspection, "returned", "Đo lại")
    client = as_person(world.inspector)
    address = f"/inspections/new/?draft={inspection.uuid}"
    data = form_of(client, address) | {"item-earthing_resistance-value": "7,9", "status": "submitted"}
    assert client.post(address, data).status_code == 302
    inspection.refresh_from_db()
    assert (inspection.review, inspection.result, inspection.revision) == ("pending", "pass", 2)


def test_nothing_is_returned_from_under_a_case(filed: File, as_person: SignIn, world: World) -> None:
    inspection = filed()
    broken = inspection.findings.get(rule_code=EXPIRED)
    case = case_open_from_finding(actor=world.officer, finding=broken, reason="Expired")
    for to in ("returned", "set_aside"):
        refused = review(as_person(world.manager), inspection, to, "Làm lại")
        assert refused.status_code == 409
        assert case.number in refused.json()["detail"]


def test_what_is_set_aside_counts_no_more(as_person: SignIn, world: World, ref: str, task: Any) -> None:  # noqa: F811
    put(as_person(world.inspector), uuid4(), wire(ref, task=task.pk))
    put(as_person(world.officer), uuid4(), wire(ref, task=task.pk))
    first, second = Inspection.objects.order_by("pk")
    review(as_person(world.manager), second, "set_aside", "Trùng với KT-2026-0001")
    assert set(second.findings.values_list("state", flat=True)) == {FindingState.DISMISSED}
    assert set(first.findings.values_list("state", flat=True)) == {FindingState.OPEN}
    task.refresh_from_db()
    assert task.status == "done"
    assert safety_of(world.station.installation).state == "unsafe"
    review(as_person(world.manager), first, "set_aside", "Sai trạm")
    task.refresh_from_db()
    assert task.status == "open"
    assert safety_of(world.station.installation).state != "unsafe"


def test_review_on_the_page(as_person: SignIn, world: World, filed: File) -> None:
    inspection = filed()
    page = f"/inspections/{inspection.uuid}/"
    act = f"{page}review/"
    assert act in as_person(world.manager).get(page).content.decode()
    assert act not in as_person(world.inspector).get(page).content.decode()
    assert act not in as_person(world.owner).get(page).content.decode()
    assert as_person(world.inspector).post(act, {"to": "approved"}).status_code == 404
    assert as_person(world.manager).post(act, {"to": "pending", "reason": "x"}, follow=True).status_code == 200
    as_person(world.manager).post(act, {"to": "approved"})
    inspection.refresh_from_db()
    assert inspection.review == "approved"
    assert inspection.number in as_person(world.manager).get("/inspections/?review=approved").content.decode()


def test_a_visit_without_failure_is_reviewed_too(filed: File, as_person: SignIn, world: World) -> None:
    inspection = filed(answer("earthing_resistance", None, 3))
    assert review(as_person(world.manager), inspection, "set_aside", "Sai ngày").status_code == 200


# --- What the inspector proposes for the register ---------------------------------------------------------------------


PROPOSALS = [
    {"kind": "position", "lon": 106.5699, "lat": 20.5604, "accuracy_m": 3.5, "note": "Đo tại chân cột"},
    {"kind": "new_mast", "name": "Cột lạ", "lon": 106.57, "lat": 20.56, "height_m": 42},
    {"kind": "attribute", "name": "in_service_on", "value": "01/02/2019"},
    {"kind": "attribute", "name": "colour", "value": "red"},
]


def proposing(as_person: SignIn, world: World, ref: str) -> Inspection:
    uuid = uuid4()
    put(as_person(world.inspector), uuid, wire(ref, corrections=PROPOSALS))
    return Inspection.objects.get(uuid=uuid)


def test_approval_sends_proposals_on_the_way_of_a_submission(as_person: SignIn, world: World, ref: str) -> None:
    inspection = proposing(as_person, world, ref)
    assert not Submission.objects.filter(purpose="correction").exists()
    manager = as_person(world.manager)
    manager.post(f"/inspections/{inspection.uuid}/review/", {"to": "approved"})
    sent = list(Submission.objects.filter(purpose="correction").order_by("pk"))
    assert [(row.status, row.counts["rows"], row.reference) for row in sent] == [("sent", 1, inspection.number)] * 2
    told = manager.get(f"/api/v1/inspections/{inspection.uuid}/").json()["corrections"]
    assert [(row["state"], row["submission"]) for row in told] == [
        ("proposed", sent[0].pk), ("proposed", None), ("proposed", sent[1].pk), ("proposed", None),
    ]  # fmt: skip
    assert "colour" in told[3]["reason"]
    applying.submission_accept(actor=world.officer, submission=sent[1], rows="all", reason="Đúng")
    applying.finish(sent[1].pk)
    inspection.installation.refresh_from_db()
    assert inspection.installation.in_service_on.isoformat() == "2019-02-01"
    told = manager.get(f"/api/v1/inspections/{inspection.uuid}/").json()["corrections"]
    assert [row["state"] for row in told] == ["proposed", "proposed", "accepted", "proposed"]
    page = manager.get(f"/inspections/{inspection.uuid}/").content.decode()
    assert f"/submissions/{sent[0].pk}/" in page
    assert f"/submissions/{sent[1].pk}/" in page


def test_what_is_no_row_is_decided_by_hand_with_a_reason(as_person: SignIn, world: World, ref: str) -> None:
    inspection = proposing(as_person, world, ref)
    mast = inspection.corrections.get(kind="new_mast")
    address = f"/inspections/{inspection.uuid}/proposals/{mast.pk}/"
    for person, expected in ((world.inspector, 404), (world.owner, 404), (world.stranger, 404), (None, 302)):
        assert as_person(person).post(address, {"to": "accepted", "reason": "x"}).status_code == expected
    manager = as_person(world.manager)
    manager.post(address, {"to": "accepted", "reason": " "})
    mast.refresh_from_db()
    assert mast.state == "proposed"
    manager.post(address, {"to": "refused", "reason": "Cột của bưu điện, đã đăng ký"})
    manager.post(address, {"to": "accepted", "reason": "Đổi ý"})
    mast.refresh_from_db()
    assert (mast.state, mast.reason, mast.decided_by) == ("refused", "Cột của bưu điện, đã đăng ký", world.manager)


def test_both_phones_hear_of_a_visit_that_was_filed_twice(as_person: SignIn, world: World, ref: str, task: Any) -> None:  # noqa: F811
    first, later = as_person(world.inspector), as_person(world.officer)
    uuid = uuid4()
    assert put(first, uuid, wire(ref, task=task.pk)).json()["conflicts"] == []
    assert [row["inspector"] for row in put(later, uuid4(), wire(ref, task=task.pk)).json()["conflicts"]] == [
        str(world.inspector)
    ]
    (told,) = first.get("/api/v1/fieldwork/package/").json()["twice"]
    assert told["id"] == str(uuid)
    assert [row["inspector"] for row in told["others"]] == [str(world.officer)]
    assert told["others"][0]["number"] == Inspection.objects.order_by("pk").last().number  # type: ignore[union-attr]


def test_the_inspector_and_the_operator_hear_what_became_of_a_proposal(
    as_person: SignIn, world: World, ref: str
) -> None:
    inspection = proposing(as_person, world, ref)
    page = f"/inspections/{inspection.uuid}/"
    as_person(world.manager).post(f"{page}review/", {"to": "approved"})
    moved, dated = Submission.objects.filter(purpose="correction").order_by("pk")
    hears = {
        person: list(Notice.objects.filter(person=person).order_by("pk").values_list("code", "path"))
        for person in (world.officer, world.owner)
    }
    asked = ("register.correction_sent", f"/submissions/{moved.pk}/")
    assert asked in hears[world.officer]
    assert ("correction.waiting", page) in hears[world.officer]
    assert [code for code, _path in hears[world.owner]] == ["inspection.found"]
    submission_reject(actor=world.officer, submission=moved, reason="Đo ở cổng, không phải chân cột")
    applying.submission_accept(actor=world.officer, submission=dated, rows="all", reason="Đúng biên bản nghiệm thu")
    applying.finish(dated.pk)
    refused, taken = ("register.correction_refused", "register.corrected")
    mine = list(Notice.objects.filter(person=world.inspector).order_by("pk").values_list("code", "path"))
    assert mine == [(refused, page), (taken, page)]
    theirs = list(Notice.objects.filter(person=world.owner).order_by("pk").values_list("code", "path"))[1:]
    assert theirs == [(refused, f"/submissions/{moved.pk}/"), (taken, f"/submissions/{dated.pk}/")]
    assert as_person(world.owner).get(theirs[1][1]).status_code == 200
    seen = as_person(world.inspector).get(page).content.decode()
    assert "Đo ở cổng, không phải chân cột" in seen
    assert "Đúng biên bản nghiệm thu" in seen
    assert f"/submissions/{moved.pk}/" not in seen


def test_an_unregistered_mast_becomes_a_station_by_a_submission_of_one_row(
    as_person: SignIn, world: World, ref: str
) -> None:
    inspection = proposing(as_person, world, ref)
    mast = inspection.corrections.get(kind="new_mast")
    page = f"/inspections/{inspection.uuid}/"
    address = f"{page}proposals/{mast.pk}/"
    owner = world.station.installation.organization
    named = {"to": "row", "organization": owner.code, "code": "VTL-TBH-0777"}
    manager = as_person(world.manager)
    assert "Cột lạ" in manager.get(page).content.decode()
    for person, expected in ((world.inspector, 404), (world.owner, 404), (world.stranger, 404)):
        assert as_person(person).post(address, named).status_code == expected
    for wrong in ({"organization": "NOBODY"}, {"code": " "}, {"code": world.station.installation.code}):
        manager.post(address, named | wrong)
        assert not Submission.objects.filter(purpose="correction").exists()
    manager.post(address, named)
    sent = Submission.objects.get(purpose="correction")
    assert (sent.status, sent.counts["add"], sent.organization) == ("sent", 1, owner)
    manager.post(address, named | {"code": "VTL-TBH-0778"})
    assert Submission.objects.filter(purpose="correction").count() == 1
    for series in ("site", "mast", "base_station"):  # the world's own rows have numbers that nobody took
        registry_numbers_take(authority=world.authority, series=series, count=10)
    applying.submission_accept(actor=world.officer, submission=sent, rows="all", reason="Doanh nghiệp xác nhận")
    applying.finish(sent.pk)
    station = Installation.objects.get(code="VTL-TBH-0777")
    assert (station.name, station.position.coords, station.mast.height_m) == ("Cột lạ", (106.57, 20.56), 42)
    assert "Doanh nghiệp xác nhận" in as_person(world.inspector).get(page).content.decode()
