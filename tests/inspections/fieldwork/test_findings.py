"""A finding until it is remedied: the operator answers with evidence, the authority decides, a re-inspection closes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from infra.models import ChangeRecord, Notice
from inspections.fieldwork.packing import package_for
from inspections.models import Campaign, CampaignTask, Finding, FindingAnswer, FindingState
from inspections.selectors.safety import safety_of
from inspections.services.campaigns import campaign_save, targets_add
from inspections.services.reviews import inspection_review
from tests.inspections.conftest import File, answer
from tests.inspections.docx_text import docx_text
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding(filed: File) -> Finding:
    found: Finding = filed(answer("earthing_resistance", None, 14)).findings.get()
    return found


def address(finding: Finding, act: str = "") -> str:
    return f"/api/v1/findings/{finding.pk}/{act}"


def hand_in(client: Client, finding: Finding, **more: Any) -> Any:
    paper = SimpleUploadedFile("Bien_ban_do.pdf", b"%PDF-1.7 ...", "application/pdf")
    data = {"text": "Đã đóng thêm 4 cọc, đo lại 6,1 Ω", "remedied_on": "2026-11-24", "files": paper} | more
    return client.post(address(finding, "answers/"), data)


def decide(client: Client, finding: Finding, accept: bool, reason: str = "") -> Any:
    body = {"accept": accept, "reason": reason}
    return client.post(address(finding, "verdict/"), body, content_type="application/json")


def test_a_finding_says_what_is_to_be_done_and_by_when(finding: Finding, as_person: SignIn, world: World) -> None:
    told = as_person(world.owner).get(address(finding)).json()
    assert told["due"] == (finding.found_on + timedelta(days=30)).isoformat()
    body = {"due": "2026-12-01", "order": "Đóng thêm cọc, đo lại", "reason": "Trước mùa giông"}
    officer = as_person(world.officer)
    assert officer.post(address(finding, "order/"), body, content_type="application/json").status_code == 200
    told = as_person(world.owner).get(address(finding)).json()
    assert (told["due"], told["order"]) == ("2026-12-01", "Đóng thêm cọc, đo lại")
    early = body | {"due": "2026-11-01"}
    assert officer.post(address(finding, "order/"), early, content_type="application/json").status_code == 409
    for person, status in ((world.owner, 403), (world.stranger, 404), (world.auditor, 403)):
        sent = as_person(person).post(address(finding, "order/"), body, content_type="application/json")
        assert sent.status_code == status, person


def test_the_operator_answers_and_the_authority_accepts(finding: Finding, as_person: SignIn, world: World) -> None:
    handed_in = hand_in(as_person(world.owner), finding)
    assert (handed_in.status_code, handed_in.json()["verdict"]) == (201, "waiting")
    finding.refresh_from_db()
    assert finding.state == FindingState.ANSWERED
    assert safety_of(world.station.installation).state == "unsafe"
    assert hand_in(as_person(world.owner), finding).status_code == 409
    assert decide(as_person(world.officer), finding, True).status_code == 200
    finding.refresh_from_db()
    assert (finding.state, finding.remedied_on) == (FindingState.REMEDIED, date(2026, 11, 24))
    assert safety_of(world.station.installation).state != "unsafe"
    kinds = set(ChangeRecord.objects.values_list("kind", flat=True))
    assert {"finding.answered", "finding.remedied"} <= kinds
    assert decide(as_person(world.officer), finding, True).status_code == 409


def test_an_answer_refused_opens_the_finding_again(finding: Finding, as_person: SignIn, world: World) -> None:
    hand_in(as_person(world.owner), finding)
    assert decide(as_person(world.officer), finding, False).status_code == 409
    assert decide(as_person(world.officer), finding, False, "Không thấy số đo").status_code == 200
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN
    (told,) = as_person(world.owner).get(address(finding, "answers/")).json()
    assert (told["verdict"], told["reason"]) == ("refused", "Không thấy số đo")
    assert hand_in(as_person(world.owner), finding).status_code == 201


def test_who_answers_and_who_reads(finding: Finding, as_person: SignIn, world: World) -> None:
    for person, status in ((world.colleague, 403), (world.officer, 403), (world.stranger, 404)):
        assert hand_in(as_person(person), finding).status_code == status, person
    hand_in(as_person(world.owner), finding)
    kept = FindingAnswer.objects.get().files.get()
    file = f"/findings/{finding.pk}/files/{kept.sha256}/"
    for person, status in ((world.owner, 200), (world.colleague, 200), (world.officer, 200), (world.stranger, 404)):
        assert as_person(person).get(file).status_code == status, person
        assert as_person(person).get(address(finding, "answers/")).status_code == status
    paper = as_person(world.officer).get(file)
    assert b"".join(paper.streaming_content) == b"%PDF-1.7 ..."
    assert (paper["Content-Type"], "attachment" in paper["Content-Disposition"]) == ("application/octet-stream", True)


def test_a_re_inspection_that_passes_closes_the_finding_and_its_answer(
    finding: Finding, filed: File, as_person: SignIn, world: World
) -> None:
    hand_in(as_person(world.owner), finding)
    again = filed(answer("earthing_resistance", None, 6.1), finished_at=None, started_at=None)
    finding.refresh_from_db()
    assert (finding.state, finding.remedy_note) == (FindingState.REMEDIED, again.number)
    waiting = FindingAnswer.objects.get()
    assert (waiting.verdict, waiting.reason) == ("accepted", again.number)


def told(person: Any) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("code", flat=True))


@pytest.fixture
def campaign(world: World) -> Campaign:
    """A campaign of two weeks in which the first visit of the station is made already."""
    today = timezone.localdate()
    campaign = Campaign(
        authority=world.authority, title="Kiểm tra lại", starts_on=today, ends_on=today + timedelta(days=14)
    )
    campaign_save(actor=world.manager, campaign=campaign, units=[], team=[world.inspector], reason="Quyết định")
    targets_add(actor=world.manager, campaign=campaign, installations=[world.station.installation], reason="Chọn điểm")
    CampaignTask.objects.update(status="done")
    return campaign


def test_a_re_inspection_that_fails_again_carries_the_finding_on_with_a_new_day(
    finding: Finding, filed: File, as_person: SignIn, world: World
) -> None:
    order = {"due": "2026-12-01", "order": "Đóng thêm cọc, đo lại", "reason": "Trước mùa giông"}
    as_person(world.officer).post(address(finding, "order/"), order, content_type="application/json")
    hand_in(as_person(world.owner), finding)
    again = filed(answer("earthing_resistance", None, 12.5), answer("fence_lock_sign", "pass"))
    finding.refresh_from_db()
    later = again.findings.get()
    assert (finding.state, finding.remedy_note) == (FindingState.REPEATED, again.number)
    assert (later.state, later.order_vi) == (FindingState.OPEN, "Đóng thêm cọc, đo lại")
    assert later.due_on == again.visited_on + timedelta(days=30)
    refused = FindingAnswer.objects.get()
    assert (refused.verdict, refused.reason) == ("refused", again.number)
    assert told(world.owner) == ["finding.ordered", "finding.repeated"]
    assert safety_of(world.station.installation).state == "unsafe"
    kept = refused.files.get()
    owner = as_person(world.owner)
    assert f"/findings/{later.pk}/" in owner.get(f"/findings/{finding.pk}/").content.decode()
    whole = owner.get(f"/findings/{later.pk}/").content.decode()
    for words in ("Đóng thêm cọc, đo lại", "Đã đóng thêm 4 cọc", finding.text_vi, f"/findings/{later.pk}/answers/"):
        assert words in whole, words
    assert owner.get(f"/findings/{later.pk}/files/{kept.sha256}/").status_code == 200
    standing = owner.get("/findings/?state=standing").content.decode()
    assert f"/findings/{later.pk}/" in standing
    assert f"/findings/{finding.pk}/" not in standing
    assert as_person(world.stranger).get(f"/findings/{later.pk}/files/{kept.sha256}/").status_code == 404


@pytest.mark.parametrize("ohm", [6.1, 12.5])
def test_a_re_inspection_that_is_set_aside_settles_nothing(
    finding: Finding, filed: File, as_person: SignIn, world: World, ohm: float
) -> None:
    hand_in(as_person(world.owner), finding)
    again = filed(answer("earthing_resistance", None, ohm))
    finding.refresh_from_db()
    assert finding.state in (FindingState.REMEDIED, FindingState.REPEATED)
    inspection_review(actor=world.manager, inspection=again, to="set_aside", reason="Đo nhầm trạm")
    finding.refresh_from_db()
    assert (finding.state, finding.remedied_on, finding.remedy_note) == (FindingState.ANSWERED, None, "")
    assert FindingAnswer.objects.get().verdict == "waiting"
    assert told(world.inspector)[-1] == "inspection.set_aside"


def test_a_corrected_re_inspection_settles_what_it_says_now(finding: Finding, filed: File, world: World) -> None:
    wrong = filed(answer("earthing_resistance", None, 6.1))
    inspection_review(actor=world.manager, inspection=wrong, to="returned", reason="Ghi nhầm số đo")
    filed(answer("earthing_resistance", None, 16.1), uuid=wrong.uuid, revision=2)
    finding.refresh_from_db()
    assert (finding.state, finding.remedied_on) == (FindingState.REPEATED, None)
    assert Finding.objects.standing().get().inspection_id == wrong.pk


def test_a_re_inspection_is_planned_from_the_finding_and_closes_it(
    finding: Finding, filed: File, as_person: SignIn, world: World, campaign: Campaign
) -> None:
    page, act, me = f"/findings/{finding.pk}/", f"/findings/{finding.pk}/decide/", world.inspector.pk
    assert 'value="revisited"' not in as_person(world.owner).get(page).content.decode()
    manager = as_person(world.manager)
    assert 'value="revisited"' in manager.get(page).content.decode()
    day, outside = campaign.starts_on.isoformat(), (campaign.ends_on + timedelta(days=1)).isoformat()
    manager.post(act, {"act": "revisited", "visit": f"{campaign.pk}:{me}", "planned_on": day})
    for wrong in ({"visit": f"{campaign.pk}:", "planned_on": outside}, {"visit": "999:"}):
        manager.post(act, {"act": "revisited"} | wrong)
    visit = CampaignTask.objects.get(status="open")
    assert (visit.assignee, visit.planned_on) == (world.inspector, campaign.starts_on)
    assert finding.text_vi in visit.reasons[0]["text_vi"]
    assert f"/campaigns/{campaign.pk}/" in manager.get(page).content.decode()
    assert [row["id"] for row in package_for(world.inspector)["tasks"]] == [visit.pk]
    again = filed(answer("earthing_resistance", None, 6.1), campaign=campaign.number)
    visit.refresh_from_db()
    assert (again.task, visit.status) == (visit, "done")
    finding.refresh_from_db()
    assert finding.state == FindingState.REMEDIED
    assert told(world.owner) == ["finding.seen_remedied"]
    assert page in as_person(world.owner).get(f"/inspections/{again.uuid}/").content.decode()
    record = docx_text(as_person(world.owner).get(f"/inspections/{again.uuid}/record.docx").content)
    assert f"{finding.inspection.number}, " in record
    assert again.number in as_person(world.owner).get(page).content.decode()


def test_each_side_hears_of_the_others_step(finding: Finding, as_person: SignIn, world: World) -> None:
    inspection_review(actor=world.manager, inspection=finding.inspection, to="approved")
    hand_in(as_person(world.owner), finding)
    decide(as_person(world.officer), finding, False, "Không thấy số đo")
    hand_in(as_person(world.owner), finding)
    decide(as_person(world.officer), finding, True)
    assert told(world.owner) == ["inspection.found", "finding.answer_refused", "finding.remedied"]
    assert told(world.inspector) == ["finding.answered", "finding.answered"]
    assert told(world.stranger) == []


def test_a_finding_is_dropped_with_a_reason(finding: Finding, as_person: SignIn, world: World) -> None:
    drop = address(finding, "dismissed/")
    assert as_person(world.owner).post(drop, {"reason": "x"}, content_type="application/json").status_code == 403
    sent = as_person(world.inspector).post(drop, {"reason": "Đo nhầm cọc"}, content_type="application/json")
    assert sent.json()["state"] == "dismissed"


def test_the_pages_of_findings(
    finding: Finding, as_person: SignIn, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page, act = f"/findings/{finding.pk}/", f"/findings/{finding.pk}/answers/"
    owner = as_person(world.owner)
    assert act in owner.get(page).content.decode()
    assert act not in as_person(world.colleague).get(page).content.decode()
    assert as_person(world.stranger).get(page).status_code == 404
    assert finding.text not in as_person(world.stranger).get("/findings/").content.decode()
    refused = owner.post(act, {"text": "Xong", "remedied_on": "2026-11-01"})
    assert refused.status_code == 400
    assert "2026-11-01" in refused.content.decode()
    assert owner.post(act, {"text": "Đã đóng thêm cọc", "remedied_on": ""}).status_code == 302
    officer = as_person(world.officer)
    assert "Đã đóng thêm cọc" in officer.get(page).content.decode()
    with django_assert_max_num_queries(20):
        assert officer.get(page).status_code == 200
    with django_assert_max_num_queries(16):
        assert officer.get("/findings/?state=standing&severity=critical").status_code == 200
    decide_here = f"/findings/{finding.pk}/decide/"
    assert owner.post(decide_here, {"act": "accept"}).status_code == 404
    assert officer.post(decide_here, {"act": "vanish"}).status_code == 404
    officer.post(decide_here, {"act": "refuse", "reason": ""})
    finding.refresh_from_db()
    assert finding.state == FindingState.ANSWERED
    officer.post(decide_here, {"act": "accept"})
    finding.refresh_from_db()
    assert finding.state == FindingState.REMEDIED
    assert officer.get("/findings/?export=csv&state=remedied").status_code == 200
