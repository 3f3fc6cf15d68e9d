"""What the server says against a form reaches the inspector, with a way out; nothing is lost on either side."""

from pathlib import Path
from uuid import UUID

from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from inspections.fieldwork.intake import inspection_put
from inspections.models import ChecklistItem, Correction, Inspection, Photo, Review, Signature
from tests.browser.field.conftest import TASKS, Phones
from tests.browser.field.hand import Screen
from tests.browser.field.pictures import photo
from tests.inspections.conftest import answer, body
from tests.world import World


def _visit(screen: Screen, name: str = TASKS[0]) -> str:
    questions = screen.begins(name)
    screen.answers(questions, "certificate_valid", "pass")
    screen.answers(questions, "guys", "na")
    return questions


def test_another_version_on_the_server_is_shown_and_both_are_kept(
    screen: Screen, day: World, context: BrowserContext, tmp_path: Path
) -> None:
    """The form was sent from elsewhere under the same name, with other answers."""
    page = screen.page
    questions = _visit(screen)
    screen.photographs(photo(tmp_path / "p.jpg", 3, timezone.localtime(), 106.5, 20.5, (900, 700)))
    context.set_offline(True)
    uuid = UUID(questions.split("/")[2])
    other = body(day.station.installation.registry_number, answer("certificate_valid", "fail"), revision=99)
    inspection_put(actor=day.inspector, uuid=uuid, body=other)
    screen.files(questions)
    context.set_offline(False)
    page.locator(".fa-sent-line--bad a").click()
    expect(page.locator("main")).to_contain_text("Máy chủ có một bản khác")
    expect(page.locator("main")).to_contain_text("1 câu trả lời")
    expect(page.locator("main")).to_contain_text("2 câu trả lời")
    page.locator("button", has_text="Nộp thêm bản của tôi").click()
    screen.sees_everything_sent()
    stored = {row.answers.get(item__code="certificate_valid").outcome for row in Inspection.objects.all()}
    assert stored == {"fail", "pass"}
    mine = Inspection.objects.exclude(uuid=uuid).get()
    assert Photo.objects.arrived().filter(inspection_uuid=mine.uuid).count() == 1


def test_refused_form_is_opened_again_with_the_reason(screen: Screen) -> None:
    page = screen.page
    questions = _visit(screen)
    ChecklistItem.objects.filter(code="guys").update(code="guy_wires")
    cache.clear()  # a published checklist is kept: nobody but this test changes one
    screen.files(questions)
    page.locator(".fa-sent-line--bad a").click()
    expect(page.locator("main")).to_contain_text("Máy chủ chưa nhận biên bản này")
    expect(page.locator("main")).to_contain_text("guys")
    ChecklistItem.objects.filter(code="guy_wires").update(code="guys")
    cache.clear()
    page.locator("button", has_text="Mở lại để sửa").click()
    expect(page).to_have_url(f"{screen.address}/field/{questions.removesuffix('/q')}/end")
    screen.files(questions)
    screen.sees_everything_sent()
    assert Inspection.objects.get().status == "submitted"


def test_returned_inspection_is_corrected_under_its_own_name(screen: Screen, day: World) -> None:
    page = screen.page
    screen.files(_visit(screen))
    screen.sees_everything_sent()
    stored = Inspection.objects.get()
    Inspection.objects.filter(pk=stored.pk).update(
        review=Review.RETURNED,
        review_note="Thiếu điện trở tiếp đất",
        reviewed_by=day.manager,
        reviewed_at=timezone.now(),
    )
    screen.goes_to("#/tasks")
    page.locator(".fa-fetched button").click()
    expect(page.locator(".fa-task", has_text="Trả lại: Thiếu điện trở tiếp đất")).to_be_visible()
    page.locator(".fa-task", has_text="Trả lại").click()
    questions = "#" + page.url.split("#")[1] + "/q"
    screen.answers(questions, "earthing_resistance", value="8,4")
    screen.files(questions)
    screen.sees_everything_sent()
    again = Inspection.objects.get()
    assert again.uuid == stored.uuid
    assert again.revision > stored.revision
    assert again.review == Review.PENDING
    assert {row.item.code for row in again.answers.select_related("item")} == {
        "certificate_valid", "guys", "earthing_resistance",
    }  # fmt: skip


def test_two_phones_on_one_task_are_both_kept(day: World, phones: Phones) -> None:
    for name in ("first", "second"):
        hand = phones(name)
        hand.takes_the_phone()
        hand.opens_the_app()
        hand.signs_in("inspector")
        questions = hand.begins(TASKS[0])
        hand.answers(questions, "certificate_valid", "pass" if name == "first" else "fail")
        if name == "first":
            first, first_questions = hand, questions
    hand.files(questions)
    first.files(first_questions)
    for one in (hand, first):
        expect(one.page.locator(".fa-head")).to_contain_text("Đã gửi hết")
    # The later one is told at once, the earlier one when it next fetches the day's work.
    expect(first.page.locator(".fa-outgoing")).to_contain_text("cũng đã được nộp từ nơi khác")
    hand.goes_to("#/tasks")
    hand.page.locator(".fa-fetched button").click()
    hand.goes_to("#/outbox")
    hand.page.locator(".fa-outgoing a", has_text="nộp từ nơi khác").click()
    expect(hand.page.locator("main")).to_contain_text("Cả hai biên bản đều được giữ")
    rows = list(Inspection.objects.filter(status="submitted"))
    assert len(rows) == 2
    assert {row.task_id for row in rows} == {rows[0].task_id}
    assert {row.result for row in rows} == {"pass", "fail"}


def test_mast_that_is_not_registered_wrong_position_and_signatures_arrive(screen: Screen) -> None:
    page = screen.page
    screen.goes_to("#/newcomer")
    expect(page.locator("main")).to_contain_text("Cảng Diêm Điền")  # registered nearby: is it this one?
    page.fill("#new-name", "Cột sau chợ cá")
    page.fill("#new-operators", "VIETTEL, VNPT")
    page.fill("#new-height_m", "36,5")
    page.select_option("#new-structure", "guyed")
    page.locator("button[form=newcomer]").click()
    expect(page.locator(".fa-question")).to_be_visible()
    questions = "#" + page.url.split("#")[1].rsplit("/", 1)[0]
    screen.answers(questions, "certificate_valid", "fail")
    screen.goes_to(questions.removesuffix("/q") + "/end")
    _sign(screen, 0, "Trần Văn B")
    page.locator("main button", has_text="Người làm chứng ký").click()
    page.fill("#signature-name", "Lê Thị C")
    page.check("dialog input[type=checkbox]")
    page.fill("#signature-reason", "Vắng mặt")
    page.locator("dialog button.fa-button--primary").click()
    expect(page.locator("main")).to_contain_text("từ chối: Vắng mặt")
    screen.files(questions)
    screen.sees_everything_sent()

    stored = Inspection.objects.get()
    assert (stored.subject_type, stored.subject_ref, stored.subject_name) == ("mast", "", "Cột sau chợ cá")
    proposal = Correction.objects.get(inspection=stored)
    assert proposal.kind == "new_mast"
    assert proposal.content["height_m"] == 36.5
    assert proposal.content["operators"] == ["VIETTEL", "VNPT"]
    assert proposal.content["accuracy_m"] == 4
    signed = {row.name: row for row in Signature.objects.filter(inspection=stored)}
    assert signed["Lê Thị C"].refused
    assert signed["Lê Thị C"].reason == "Vắng mặt"
    drawn = Photo.objects.arrived().get(inspection_uuid=stored.uuid)
    assert drawn.sha256 == signed["Trần Văn B"].image_sha256
    assert drawn.content_type == "image/png"


def _sign(screen: Screen, button: int, name: str) -> None:
    page = screen.page
    page.locator("main section .fa-buttons button").nth(button).click()
    page.fill("#signature-name", name)
    page.locator("canvas.fa-pad").hover()  # the sheet has come to rest
    box = page.locator("canvas.fa-pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 30, steps=5)
    page.mouse.move(box["x"] + 200, box["y"] + 80, steps=5)
    page.mouse.up()
    page.locator("dialog button.fa-button--primary").click()
    expect(page.locator("main")).to_contain_text(name)
