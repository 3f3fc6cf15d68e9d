"""The pages: lists, inspection, the form of a new one, case; who finds them and what they cost."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from inspections.casework.opening import CaseDraft, case_open, case_open_from_finding
from inspections.models import Finding, FindingState, Inspection, PersonParty, Photo, ViolationCase
from tests.inspections.conftest import File
from tests.inspections.running import EXPIRED
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(filed: File, world: World) -> ViolationCase:
    finding = filed().findings.get(rule_code=EXPIRED)
    return case_open_from_finding(actor=world.officer, finding=finding, reason="Expired certificate")


def addresses(case: ViolationCase) -> list[str]:
    inspection = Inspection.objects.get()
    return [
        "/inspections/",
        f"/inspections/{inspection.uuid}/",
        "/cases/",
        f"/cases/{case.pk}/",
    ]


def test_three_people_and_nobody(as_person: SignIn, world: World, case: ViolationCase) -> None:
    lists = {"/inspections/", "/cases/"}
    for address in addresses(case):
        for person in (world.owner, world.colleague, world.officer, world.manager):
            assert as_person(person).get(address).status_code == 200, (address, person)
        expected = 200 if address in lists else 404
        assert as_person(world.stranger).get(address).status_code == expected, address
        assert as_person(world.outsider).get(address).status_code == 404, address
        assert as_person(None).get(address).status_code == 302, address
    assert as_person(world.inspector).get("/cases/").status_code == 404


def test_a_stranger_s_list_is_empty(as_person: SignIn, world: World, case: ViolationCase) -> None:
    assert case.number not in as_person(world.stranger).get("/cases/").content.decode()
    assert case.number in as_person(world.owner).get("/cases/").content.decode()


def test_pages_cost_a_fixed_number_of_queries(
    as_person: SignIn, world: World, case: ViolationCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person(world.officer)
    for address, queries in zip(addresses(case), (16, 22, 18, 36), strict=True):
        client.get(address)
        with django_assert_max_num_queries(queries, info=address):
            assert client.get(address).status_code == 200


def form_of(client: Client, address: str) -> dict[str, Any]:
    """Return the hidden fields of the form at *address*."""
    html = client.get(address).content.decode()
    names = ("uuid", "revision", "started_at", "visited_on")
    return {name: re.search(rf'name="{name}" value="([^"]*)"', html)[1] for name in names}


def test_an_inspection_is_filed_from_the_page(as_person: SignIn, world: World, law: None) -> None:
    client = as_person(world.inspector)
    address = f"/inspections/new/?subject={world.station.installation.registry_number}"
    picture = BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    data = form_of(client, address) | {
        "item-certificate_valid-outcome": "fail",
        "item-earthing_resistance-value": "14",
        "item-earthing_resistance-serial": "KYORITSU 4105A",
        "item-guys-outcome": "na",
        "notes": "Trời mưa",
        "signature_name": "Trần Quốc Bình",
        "photos": SimpleUploadedFile("cot.png", picture.getvalue(), "image/png"),
        "status": "submitted",
    }
    answer = client.post(address, data)
    assert answer.status_code == 302
    inspection = Inspection.objects.get()
    assert answer["Location"] == f"/inspections/{inspection.uuid}/"
    assert inspection.result == "fail"
    assert inspection.findings.count() == 2
    assert Photo.objects.get().received_at
    page = client.get(answer["Location"]).content.decode()
    assert "14\u00a0Ω" in page
    # The same form sent twice, by a nervous finger, is one inspection.
    data["photos"] = SimpleUploadedFile("cot.png", picture.getvalue(), "image/png")
    client.post(address, data)
    assert Inspection.objects.count() == 1


def test_what_cannot_be_read_comes_back_beside_its_question(as_person: SignIn, world: World, law: None) -> None:
    client = as_person(world.inspector)
    address = f"/inspections/new/?subject={world.station.installation.registry_number}"
    data = form_of(client, address) | {
        "item-earthing_resistance-value": "mười bốn",
        "item-guys-outcome": "fail",
        "status": "submitted",
    }
    answer = client.post(address, data)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="mười bốn"' in html
    assert 'id="item-earthing_resistance-errors"' in html
    assert not Inspection.objects.exists()


def test_a_draft_is_continued(as_person: SignIn, world: World, law: None) -> None:
    client = as_person(world.inspector)
    address = f"/inspections/new/?subject={world.station.installation.registry_number}"
    client.post(address, form_of(client, address) | {"item-earthing_resistance-value": "8,4", "status": "draft"})
    draft = Inspection.objects.get()
    again = f"/inspections/new/?draft={draft.uuid}"
    assert 'value="8,4"' in client.get(again).content.decode()
    data = form_of(client, again) | {"item-earthing_resistance-value": "8,4", "status": "submitted"}
    assert data["uuid"] == str(draft.uuid)
    client.post(again, data)
    draft.refresh_from_db()
    assert (draft.status, draft.result) == ("submitted", "pass")
    assert as_person(world.officer).get(again).status_code == 404


def test_the_subject_is_found_by_words(as_person: SignIn, world: World, law: None) -> None:
    html = as_person(world.inspector).get("/inspections/new/?subject=thai+thuy").content.decode()
    assert world.station.installation.registry_number in html
    assert as_person(world.owner).get("/inspections/new/").status_code == 404


def test_one_click_opens_the_case(as_person: SignIn, world: World, filed: File) -> None:
    finding = filed().findings.get(rule_code=EXPIRED)
    client = as_person(world.officer)
    assert f"/findings/{finding.pk}/case/" in client.get(f"/inspections/{finding.inspection.uuid}/").content.decode()
    answer = client.post(f"/findings/{finding.pk}/case/")
    case = ViolationCase.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}/"
    html = client.get(answer["Location"]).content.decode()
    assert "25.000.000\u00a0₫" in html
    assert "30.000.000\u00a0₫" in html
    assert client.post(f"/findings/{finding.pk}/case/")["Location"] == f"/cases/{case.pk}/"
    for person in (world.inspector, world.owner, world.manager):
        assert as_person(person).post(f"/findings/{finding.pk}/case/").status_code == 404


def test_a_step_is_taken_on_the_page_and_a_wrong_one_comes_back(
    as_person: SignIn, world: World, case: ViolationCase
) -> None:
    client = as_person(world.officer)
    address = f"/cases/{case.pk}/steps/"
    record = {"step": "record", "record-date": "2026-11-20", "record-document": "31/BB-VPHC"}
    assert client.post(address, record).status_code == 302
    case.refresh_from_db()
    assert case.state == "recorded"
    decision = {"step": "decision", "decision-date": "2026-11-20", "decision-amount_vnd": "31.000.000"}
    decision |= {"decision-authority": "department_director", "decision-document": "1/QĐ"}
    refused = client.post(address, decision)
    assert refused.status_code == 409
    assert "31.000.000" in refused.content.decode()
    assert client.post(address, decision | {"decision-amount_vnd": "22.000.000 ₫"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.fine_vnd) == ("decided", 22_000_000)
    wrong = client.post(address, {"step": "payment"}, follow=True)
    assert "Điều 73" in wrong.content.decode()
    client.post(f"/cases/{case.pk}/annul/", {"step_id": case.steps.get(kind="decision").pk, "note": "Sai số"})
    case.refresh_from_db()
    assert case.state == "recorded"
    assert as_person(world.manager).post(address, record).status_code == 404


def test_the_party_sees_no_proposal_no_note_and_no_button(as_person: SignIn, world: World, case: ViolationCase) -> None:
    officer = as_person(world.officer)
    officer.post(
        f"/cases/{case.pk}/steps/",
        {"step": "record", "record-date": "2026-11-20", "record-document": "31/BB", "record-note": "Ghi chú nội bộ"},
    )
    assert "Ghi chú nội bộ" in officer.get(f"/cases/{case.pk}/").content.decode()
    html = as_person(world.owner).get(f"/cases/{case.pk}/").content.decode()
    assert "31/BB" in html
    assert "Ghi chú nội bộ" not in html
    assert "/steps/" not in html
    assert 'class="st-frame-bar__dot"' not in html
    answer = as_person(world.owner).post(f"/cases/{case.pk}/answers/", {"text": "Đã nộp hồ sơ kiểm định."})
    assert answer.status_code == 302
    assert "Đã nộp hồ sơ kiểm định." in officer.get(f"/cases/{case.pk}/").content.decode()
    assert as_person(world.colleague).post(f"/cases/{case.pk}/answers/", {"text": "x"}).status_code == 404


def test_a_finding_is_closed_on_the_page(as_person: SignIn, world: World, filed: File) -> None:
    finding = filed().findings.get(rule_code="")
    address = f"/findings/{finding.pk}/decide/"
    as_person(world.inspector).post(address, {"act": "remedied", "reason": "Đã đóng thêm cọc"})
    finding.refresh_from_db()
    assert finding.state == FindingState.REMEDIED
    assert as_person(world.owner).post(address, {"act": "remedied", "reason": "x"}).status_code == 404


def test_sheets_show_findings_inspections_and_cases(as_person: SignIn, world: World, case: ViolationCase) -> None:
    number = world.station.installation.registry_number
    html = as_person(world.officer).get(f"/installations/{number}/").content.decode()
    assert case.number in html
    assert Inspection.objects.get().number in html
    assert "/inspections/new/?subject=" in html
    assert "st-tag--unsafe" in html
    assert "/inspections/new/?subject=" not in as_person(world.owner).get(f"/installations/{number}/").content.decode()


def test_filters_live_in_the_address(as_person: SignIn, world: World, case: ViolationCase) -> None:
    client = as_person(world.officer)

    def shows(query: str) -> bool:
        return case.number in client.get(f"/cases/?{query}").content.decode()

    assert shows("state=open&field=telecom&officer=me&unit=12826")
    assert not shows("state=closed")
    assert not shows("deadline=overdue")
    assert client.get("/cases/?state=nonsense").status_code == 400
    assert client.get("/cases/?export=csv").status_code == 200
    assert client.get("/inspections/?result=fail&findings=open&export=xlsx").status_code == 200


def test_findings_become_late(as_person: SignIn, world: World, filed: File) -> None:
    filed()
    Finding.objects.filter(rule_code="").update(due_on=date(2026, 11, 1))
    html = as_person(world.officer).get("/inspections/?findings=late").content.decode()
    assert "KT-2026-0001" in html


def test_the_party_files_papers_that_only_people_of_the_case_can_fetch(
    as_person: SignIn, world: World, case: ViolationCase
) -> None:
    paper = SimpleUploadedFile("Van_ban_giai_trinh.pdf", b"%PDF-1.7 ...", "application/pdf")
    as_person(world.owner).post(f"/cases/{case.pk}/answers/", {"text": "Giải trình kèm theo.", "files": paper})
    attached = case.answers.get().files.get()
    address = f"/cases/{case.pk}/files/{attached.sha256}/"
    answer = as_person(world.officer).get(address)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 ..."
    assert answer["Content-Type"] == "application/octet-stream"
    assert "attachment" in answer["Content-Disposition"]
    assert as_person(world.stranger).get(address).status_code == 404
    assert as_person(world.inspector).get(address).status_code == 404


def test_a_person_charged_is_named_to_case_officers_only(as_person: SignIn, world: World, law: None) -> None:
    case_open(
        actor=world.officer,
        authority=world.authority,
        draft=CaseDraft(
            field="telecom",
            detected_on=date(2026, 11, 20),
            rules=[EXPIRED],
            person=PersonParty(authority=world.authority, name="Phạm Văn Ất"),
        ),
        reason="By hand",
    )
    case = ViolationCase.objects.get()
    for address in ("/cases/", f"/cases/{case.pk}/", "/cases/?export=csv"):
        answer = as_person(world.officer).get(address)
        assert "Phạm Văn Ất" in _text(answer), address
        assert "Phạm Văn Ất" not in _text(as_person(world.manager).get(address)), address


def _text(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()
