"""Lists and limits: versions by date, ends, verified texts, corrections; nothing is rewritten silently."""

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from infra.models import ChangeRecord, Limit, MastClass
from infra.selectors.permits import due_window
from tests import factories as make
from tests.world import SignIn, World

HERE = "/administration/lists/"


@pytest.fixture
def admin(world: World, as_person: SignIn) -> Client:
    return as_person(world.admin)


@pytest.fixture
def limit(world: World) -> Limit:
    return Limit.objects.create(
        code="due_window", name_vi="Cửa sổ sắp đến hạn", name_en="Due window", value=120, unit="days",
        valid_from=date(2020, 1, 1), legal_basis="Quy chế nội bộ",
    )  # fmt: skip


def row(limit: Limit) -> str:
    return f"{HERE}limits/rows/{limit.pk}/"


def version(admin: Client, limit: Limit, **change: Any) -> Any:
    form = {
        "valid_from": (timezone.localdate() + timedelta(days=30)).isoformat(),
        "value": "90",
        "unit": "days",
        "comparison": "<=",
        "legal_basis": "Quyết định 5/QĐ-SKHCN",
        "reason": "Quyết định của Giám đốc",
    }
    return admin.post(f"{row(limit)}version/", {**form, **change})


def test_a_new_version_holds_from_its_day_and_the_old_one_until_then(admin: Client, limit: Limit) -> None:
    today = timezone.localdate()
    assert version(admin, limit).status_code == 302
    new = Limit.objects.get(code="due_window", value=90)
    limit.refresh_from_db()
    assert (new.valid_from, new.verified) == (today + timedelta(days=30), False)
    assert limit.valid_to == today + timedelta(days=29)
    assert due_window(today).days == 120
    assert due_window(today + timedelta(days=30)).days == 90
    record = ChangeRecord.objects.get(kind="list.version_added")
    assert (record.details["before"]["value"], record.details["after"]["value"]) == (120, 90)
    text = unescape(admin.get(row(new)).content.decode())
    assert "<del>120</del>" in text
    assert "Quyết định của Giám đốc" in text


def test_a_number_is_read_as_the_language_writes_it(admin: Client, limit: Limit) -> None:
    assert version(admin, limit, value="8,4").status_code == 302
    assert Limit.objects.filter(value=8.4).exists()


@pytest.mark.parametrize(
    "change", [{"valid_from": "2019-01-01"}, {"value": "many"}, {"legal_basis": ""}, {"reason": ""}]
)
def test_a_version_that_cannot_be_is_refused_at_its_field(admin: Client, limit: Limit, change: dict[str, str]) -> None:
    answer = version(admin, limit, **change)
    assert answer.status_code == 422
    assert f'id="id_{next(iter(change))}_error"' in answer.content.decode()
    assert Limit.objects.filter(code="due_window").count() == 1


def test_a_limits_value_is_not_corrected_only_its_texts(admin: Client, limit: Limit) -> None:
    form = {
        "name_vi": "Thời gian báo trước",
        "name_en": "Notice",
        "legal_basis": "Quy chế",
        "value": "7",
        "reason": "Tên",
    }
    assert admin.post(row(limit), form).status_code == 302
    limit.refresh_from_db()
    assert (limit.name_vi, limit.value) == ("Thời gian báo trước", 120)
    details = ChangeRecord.objects.get(kind="list.corrected").details
    assert details["before"] == {
        "name_vi": "Cửa sổ sắp đến hạn",
        "name_en": "Due window",
        "legal_basis": "Quy chế nội bộ",
    }


def test_a_row_is_verified_by_the_text_that_was_read(admin: Client, limit: Limit) -> None:
    assert "due_window" in admin.get(f"{HERE}limits/?verified=0").content.decode()
    admin.post(f"{row(limit)}verify/", {"text": "", "reason": "Đã đọc"})
    limit.refresh_from_db()
    assert not limit.verified
    admin.post(f"{row(limit)}verify/", {"text": "TT 08/2020/TT-BTTTT, Điều 5", "reason": "Đã đọc"})
    limit.refresh_from_db()
    assert (limit.verified, limit.confidence, limit.legal_basis) == (True, "V", "TT 08/2020/TT-BTTTT, Điều 5")
    assert "due_window" not in admin.get(f"{HERE}limits/?verified=0").content.decode()


def test_a_row_ends_and_stays_readable(admin: Client, limit: Limit) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    admin.post(f"{row(limit)}end/", {"last_day": "2019-06-01", "reason": "Hết hiệu lực"})
    limit.refresh_from_db()
    assert limit.valid_to is None
    admin.post(f"{row(limit)}end/", {"last_day": yesterday.isoformat(), "reason": "Hết hiệu lực"})
    limit.refresh_from_db()
    assert limit.valid_to == yesterday
    assert "due_window" not in admin.get(f"{HERE}limits/").content.decode()
    assert "due_window" in admin.get(f"{HERE}limits/?ended=1").content.decode()
    assert admin.get(row(limit)).status_code == 200


def test_a_mast_class_is_added_and_corrected(world: World, admin: Client) -> None:
    form = {
        "code": "A2d", "name_vi": "Cột loại A2d", "name_en": "", "valid_from": "2026-12-01", "legal_basis": "",
        "order": "90", "aliases": "a2 d", "is_bulky": "0", "reason": "Thông tư mới",
    }  # fmt: skip
    assert admin.post(f"{HERE}mast-classes/new/", form)["Location"] == f"{HERE}mast-classes/rows/A2d/"
    made = MastClass.objects.get(code="A2d")
    assert (made.is_bulky, made.aliases, made.verified) == (False, ["a2 d"], False)
    assert admin.post(f"{HERE}mast-classes/new/", form).status_code == 422
    assert admin.post(f"{HERE}mast-classes/rows/A2d/", {**form, "is_bulky": "1"}).status_code == 302
    made.refresh_from_db()
    assert made.is_bulky is True


def test_what_is_no_list_no_row_and_no_act_is_not_there(admin: Client, limit: Limit) -> None:
    for address in (
        f"{HERE}rules-of-thumb/", f"{HERE}limits/rows/abc/", f"{HERE}limits/rows/{2**70}/", f"{HERE}limits/new/",
        f"{HERE}mast-classes/rows/A2b/version/",
    ):  # fmt: skip
        assert admin.get(address).status_code == 404, address
    assert admin.post(f"{row(limit)}explode/", {"reason": "x"}).status_code == 404


def test_three_people(world: World, as_person: SignIn, limit: Limit) -> None:
    make.MastClassFactory(code="A2b")
    for address in (HERE, f"{HERE}limits/", row(limit), f"{row(limit)}version/", f"{HERE}mast-classes/new/"):
        assert as_person(world.admin).get(address).status_code == 200
        assert as_person(world.auditor).get(address).status_code == 404
        assert as_person(world.owner).get(address).status_code == 404
    form = {"last_day": "2026-01-01", "reason": "x"}
    assert as_person(world.manager).post(f"{row(limit)}end/", form).status_code == 404


@pytest.mark.parametrize(("name", "count"), [("", 20), ("limits/", 7), ("row", 11), ("version", 9)])
def test_a_page_asks_as_many_queries_as_written_down(
    world: World, admin: Client, limit: Limit, name: str, count: int, registry_alone: None, asked: Any
) -> None:
    addresses = {"row": row(limit), "version": f"{row(limit)}version/"}
    queries = asked(admin, addresses.get(name, f"{HERE}{name}"))
    assert len(queries) == count, "\n".join(query[:160] for query in queries)
