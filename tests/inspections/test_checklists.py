"""Checklists on their pages: written as a draft, published by date, exported and taken in; what is published stays."""

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from infra.models import ChangeRecord
from inspections.fieldwork.packing.checklists import checklists_packed
from inspections.fieldwork.xlsforms import write_xlsform
from inspections.models import ChecklistItem, ChecklistTemplate, TemplateStatus
from inspections.selectors.checklist_content import content_of
from inspections.selectors.checklists import checklist_for, checklists_for_kinds
from tests.inspections.conftest import File, answer
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(as_person: SignIn, world: World, law: None) -> Client:
    return as_person(world.admin)


@pytest.fixture
def stands(law: None) -> ChecklistTemplate:
    return ChecklistTemplate.objects.get(code="bts-safety")


@pytest.fixture
def draft(admin: Client, stands: ChecklistTemplate) -> ChecklistTemplate:
    admin.post(f"/checklists/{stands.pk}/next/")
    return ChecklistTemplate.objects.get(code="bts-safety", status=TemplateStatus.DRAFT)


def publish(admin: Client, template: ChecklistTemplate, day: dt.date | None = None) -> Any:
    values = {"valid_from": (day or timezone.localdate()).isoformat(), "reason": "Công văn 12/SKHCN"}
    return admin.post(f"/checklists/{template.pk}/acts/publish/", values, follow=True)


def values_of(item: ChecklistItem, **changes: Any) -> dict[str, Any]:
    names = (
        "number", "code", "kind", "text_vi", "text_en", "hint_vi", "hint_en", "unit", "limit_code", "severity",
        "rule_code", "legal_basis", "remedy_vi", "remedy_en", "photo",
    )  # fmt: skip
    flags = {name: "on" for name in ("may_be_na", "instrument", "is_safety", "verified") if getattr(item, name)}
    days = {} if item.remedy_days is None else {"remedy_days": item.remedy_days}
    return {name: getattr(item, name) for name in names} | {"group": item.group_id} | days | flags | changes


def test_the_next_version_is_a_copy_and_a_second_draft_is_refused(
    admin: Client, stands: ChecklistTemplate, draft: ChecklistTemplate
) -> None:
    assert (draft.version, content_of(draft)) == (2, content_of(stands))
    page = admin.post(f"/checklists/{stands.pk}/next/", follow=True).content.decode()
    assert ChecklistTemplate.objects.filter(code="bts-safety").count() == 2
    assert "đang được soạn" in page


def test_a_question_is_changed_and_from_the_day_on_judges_by_the_new_limit(
    admin: Client, draft: ChecklistTemplate, stands: ChecklistTemplate, filed: File
) -> None:
    item = draft.items.get(code="structure_verticality")
    values = values_of(item, comparison="<=", limit_value="2,5", text_vi="Độ nghiêng của cột")
    assert admin.post(f"/checklists/{draft.pk}/items/{item.pk}/", values).status_code == 302
    page = admin.get(f"/checklists/{draft.pk}/").content.decode()
    assert "≤ 2,5 mm/m" in page
    assert "0 mới, 1 thay đổi, 0 bị bỏ" in page
    earlier = filed(answer("structure_verticality", value="3", outcome="pass"))
    assert not earlier.findings.exists()
    publish(admin, draft)
    stands.refresh_from_db()
    assert (stands.status, stands.valid_to) == ("superseded", timezone.localdate() - dt.timedelta(days=1))
    today = timezone.now()
    later = filed(answer("structure_verticality", value="3"), started_at=today, finished_at=today)
    assert later.checklist.version == 2
    assert "3 mm/m lớn hơn 2,5 mm/m" in later.findings.get().text_vi
    earlier.refresh_from_db()
    assert earlier.checklist.version == 1
    record = ChangeRecord.objects.get(kind="checklist.published")
    assert (record.reason, record.details["version"], record.details["supersedes"]) == ("Công văn 12/SKHCN", 2, 1)


def test_a_version_for_a_later_day_waits_and_phones_keep_the_present_one(
    admin: Client, draft: ChecklistTemplate
) -> None:
    later = timezone.localdate() + dt.timedelta(days=10)
    publish(admin, draft, later)
    packed = {row["code"]: row["version"] for row in checklists_packed(())}
    assert packed["bts-safety"] == 1
    assert [
        getattr(checklist_for("bts-safety", None, day), "version", None) for day in (timezone.localdate(), later)
    ] == [1, 2]


def test_nothing_is_published_for_days_gone_by_or_with_faults(admin: Client, draft: ChecklistTemplate) -> None:
    publish(admin, draft, timezone.localdate() - dt.timedelta(days=1))
    ChecklistItem.objects.filter(template=draft, code="verification_geometry").update(choices=[])
    page = publish(admin, draft).content.decode()
    draft.refresh_from_db()
    assert draft.status == TemplateStatus.DRAFT
    assert "verification_geometry: câu hỏi lựa chọn cần ít nhất hai câu trả lời" in page


def test_headings_and_questions_are_added_moved_and_removed(admin: Client, law: None) -> None:
    head = {"code": "towers", "name_vi": "Cột cao", "field": "telecom", "subjects": ["mast"]}
    assert admin.post("/checklists/new/", head).status_code == 302
    draft = ChecklistTemplate.objects.get(code="towers")
    at = f"/checklists/{draft.pk}/"
    for code, name in (("legal", "Pháp lý"), ("structure", "Kết cấu")):
        admin.post(f"{at}groups/new/", {"code": code, "name_vi": name})
    legal, structure = draft.groups.all()
    plain = {"kind": "pass_fail", "severity": "minor", "photo": "optional"}
    for group, code in ((legal, "licence"), (legal, "papers"), (structure, "bolts")):
        admin.post(f"{at}items/new/", {**plain, "group": group.pk, "code": code, "text_vi": code})
    admin.post(f"{at}acts/move-item/", {"item": draft.items.get(code="papers").pk, "by": "up"})
    admin.post(f"{at}acts/move-group/", {"group": structure.pk, "by": "up"})
    assert list(draft.items.values_list("code", flat=True)) == ["bolts", "papers", "licence"]
    admin.post(f"{at}acts/remove-item/", {"item": draft.items.get(code="bolts").pk})
    admin.post(f"{at}acts/remove-group/", {"group": structure.pk})
    assert [group.code for group in draft.groups.all()] == ["legal"]
    admin.post(f"{at}acts/remove-group/", {"group": legal.pk})
    assert draft.groups.count() == 1
    assert admin.post(f"{at}acts/delete/").status_code == 302
    assert not ChecklistTemplate.objects.filter(code="towers").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "Mã sai"}, "không dấu"),
        ({"code": "guys"}, "Đã có câu hỏi"),
        ({"kind": "choice", "choices": "a | pass | Một"}, "ít nhất hai câu trả lời"),
        ({"kind": "choice", "choices": "a | yes | Một\nb | | Hai"}, "không đọc được theo mẫu"),
        ({"kind": "number", "limit_value": "mười", "comparison": "<="}, "không phải là số"),
        ({"kind": "number", "limit_value": "10"}, "so sánh"),
        ({"kind": "text", "limit_code": "earthing_resistance"}, "Chỉ câu hỏi số mới có giới hạn"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_beside_its_field(
    admin: Client, draft: ChecklistTemplate, changes: dict[str, Any], words: str
) -> None:
    plain = {"kind": "pass_fail", "severity": "minor", "photo": "optional", "code": "another", "text_vi": "Câu hỏi"}
    values = {**plain, "group": draft.groups.first().pk, **changes}  # type: ignore[union-attr]
    answered = admin.post(f"/checklists/{draft.pk}/items/new/", values)
    assert answered.status_code == 422
    assert words in answered.content.decode()


def test_what_is_published_never_changes(admin: Client, stands: ChecklistTemplate) -> None:
    item = stands.items.all()[0]
    for address in ("head/", f"items/{item.pk}/", "acts/remove-item/", "acts/delete/", "acts/publish/"):
        assert admin.post(f"/checklists/{stands.pk}/{address}", {"item": item.pk}).status_code == 404
    assert stands.items.filter(pk=item.pk).exists()


def test_a_checklist_is_ended_without_another(admin: Client, stands: ChecklistTemplate) -> None:
    last = timezone.localdate()
    admin.post(f"/checklists/{stands.pk}/end/", {"last_day": last.isoformat(), "reason": "Không dùng nữa"})
    stands.refresh_from_db()
    assert (stands.status, stands.valid_to) == ("superseded", last)
    assert checklist_for("bts-safety", None, last + dt.timedelta(days=1)) is None
    assert checklist_for("bts-safety", None, last) == stands


def test_exported_changed_and_taken_in_again(admin: Client, stands: ChecklistTemplate) -> None:
    file = BytesIO(admin.get(f"/checklists/{stands.pk}/xlsform.xlsx").content)
    file.name = "bts-safety.xlsx"
    page = admin.post("/checklists/import/", {"file": file}, follow=True).content.decode()
    draft = ChecklistTemplate.objects.get(code="bts-safety", status=TemplateStatus.DRAFT)
    assert [item["code"] for item in content_of(draft)["items"]] == [i["code"] for i in content_of(stands)["items"]]
    assert "bản nháp phiên bản 2" in page
    assert (draft.subjects, draft.conclusion) == (stands.subjects, stands.conclusion)


def test_a_file_with_faults_writes_nothing_and_says_where(admin: Client, law: None) -> None:
    file = BytesIO(b"| survey |\n| | type | name | label |\n| | geotrace | a | A |\n| | text | | B |\n")
    file.name = "form.md"
    answered = admin.post("/checklists/import/", {"file": file, "code": "mine"})
    page = answered.content.decode()
    assert answered.status_code == 422
    assert "geotrace" in page
    assert not ChecklistTemplate.objects.filter(code="mine").exists()


def test_who_reads_and_who_writes(
    as_person: SignIn, world: World, stands: ChecklistTemplate, draft: ChecklistTemplate
) -> None:
    for person in (world.inspector, world.officer, world.manager, world.owner):
        client = as_person(person)
        page = client.get("/checklists/")
        assert page.status_code == 200
        assert "/checklists/import/" not in page.content.decode()
        assert client.get(f"/checklists/{stands.pk}/").status_code == 200
        assert client.get(f"/checklists/{draft.pk}/").status_code == 404
        assert client.get(f"/checklists/{draft.pk}/xlsform.xlsx").status_code == 404
        for address in ("new/", "import/", f"{draft.pk}/items/new/", f"{draft.pk}/head/"):
            assert client.get(f"/checklists/{address}").status_code == 404
        assert client.post(f"/checklists/{stands.pk}/next/").status_code == 404
    assert as_person(None).get("/checklists/").status_code == 302


def test_pages_cost_a_fixed_number_of_queries(
    admin: Client, draft: ChecklistTemplate, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    item = draft.items.all()[0]
    for address, queries in (("", 9), (f"{draft.pk}/", 22), (f"{draft.pk}/items/{item.pk}/", 15)):
        admin.get(f"/checklists/{address}")
        with django_assert_max_num_queries(queries):
            assert admin.get(f"/checklists/{address}").status_code == 200


def test_the_file_of_a_version_reads_as_a_workbook(stands: ChecklistTemplate) -> None:
    assert write_xlsform(stands)[:2] == b"PK"


@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        ("base_station", "bts-safety"),
        ("postal_point", "postal-point"),
        ("internet_point", "internet-point"),
        ("network_node", "network-node"),
        ("cable_route", "hung-cables"),
    ],
)
def test_a_kind_of_installation_is_offered_its_own_checklist_alone(
    admin: Client, law: None, kind: str, offered: str
) -> None:
    lists = checklists_for_kinds((kind, "installation"), timezone.localdate())
    assert [row.code for row in lists] == [offered]
    told = admin.get(f"/api/v1/checklists/?kind={kind}").json()["results"]
    assert [row["code"] for row in told] == [offered]
