"""An authority's own rules of spacing: entered, versioned and ended by its administrators, and answered by at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from infra.models import ChangeRecord, Ground, SpacingRule
from infra.selectors.plans import rule_for
from tests import factories as make
from tests.world import SignIn, World

HERE = "/administration/lists/spacing-rules/"


@pytest.fixture
def admin(world: World, as_person: SignIn) -> Client:
    return as_person(world.admin)


def entered(client: Client, **change: Any) -> Any:
    form = {
        "ground": "rural", "mast_class": "", "name_vi": "Khoảng cách cột ngoài đô thị", "name_en": "", "metres": "350",
        "valid_from": "2026-01-01", "legal_basis": "Quyết định 12/2026/QĐ-UBND, Điều 6", "reason": "Quy hoạch mới",
    }  # fmt: skip
    return client.post(f"{HERE}new/", {**form, **change})


def test_a_rule_is_entered_and_holds(world: World, admin: Client) -> None:
    assert entered(admin).status_code == 302
    made = SpacingRule.objects.get()
    assert (made.authority, made.ground, made.mast_class, made.verified) == (world.authority, Ground.RURAL, None, False)
    assert rule_for(world.authority, None, None, date(2026, 6, 1)).metres == 350
    record = ChangeRecord.objects.get(kind="list.added")
    assert (record.authority, record.reason) == (world.authority, "Quy hoạch mới")
    assert record.details["after"]["metres"] == 350
    page = admin.get(HERE).content.decode()
    assert "≥ 350\xa0m" in page
    assert "Quyết định 12/2026/QĐ-UBND" in page


def test_a_class_of_masts_has_a_rule_of_its_own(world: World, admin: Client) -> None:
    tall = make.MastClassFactory(code="A2b")
    assert entered(admin).status_code == 302
    assert entered(admin, mast_class="A2b", metres="800").status_code == 302
    assert rule_for(world.authority, None, tall, date(2026, 6, 1)).metres == 800
    assert rule_for(world.authority, None, None, date(2026, 6, 1)).metres == 350


def test_a_new_version_follows_and_the_old_one_stays_for_its_time(world: World, admin: Client) -> None:
    entered(admin)
    first = SpacingRule.objects.get()
    start = timezone.localdate() + timedelta(days=40)
    form = {"valid_from": start.isoformat(), "metres": "500", "legal_basis": "QĐ 30/2026", "reason": "Sửa quy hoạch"}
    assert admin.post(f"{HERE}rows/{first.pk}/version/", form).status_code == 302
    assert rule_for(world.authority, None, None, start - timedelta(days=1)).metres == 350
    assert rule_for(world.authority, None, None, start).metres == 500
    latest = SpacingRule.objects.order_by("-valid_from")[0]
    page = admin.get(f"{HERE}rows/{latest.pk}/").content.decode()
    assert "<del>350</del>" in page
    assert "Sửa quy hoạch" in page


def test_an_ended_rule_gives_way_to_the_general_limit(world: World, admin: Client) -> None:
    entered(admin)
    row = SpacingRule.objects.get()
    admin.post(f"{HERE}rows/{row.pk}/end/", {"last_day": "2026-03-31", "reason": "Bãi bỏ"})
    assert rule_for(world.authority, None, None, date(2026, 3, 31)).metres == 350
    assert rule_for(world.authority, None, None, date(2026, 4, 1)).metres != 350
    assert ChangeRecord.objects.filter(kind="list.ended", authority=world.authority).exists()


@pytest.mark.parametrize(
    "change",
    [{"metres": "0"}, {"metres": "-5"}, {"metres": "far"}, {"ground": "sea"}, {"legal_basis": ""}, {"reason": ""}],
)
def test_what_is_no_rule_is_refused_at_its_field(admin: Client, world: World, change: dict[str, str]) -> None:
    answer = entered(admin, **change)
    assert answer.status_code == 422
    assert f'id="id_{next(iter(change))}_error"' in answer.content.decode()
    assert not SpacingRule.objects.exists()


def test_the_same_rule_is_not_entered_twice(admin: Client, world: World) -> None:
    entered(admin)
    assert entered(admin, metres="10").status_code == 422
    assert SpacingRule.objects.count() == 1


def test_another_authoritys_rules_are_not_there(world: World, as_person: SignIn, admin: Client) -> None:
    theirs = SpacingRule.objects.create(
        authority=make.AuthorityFactory(code="BAC"),
        ground=Ground.URBAN,
        metres=77,
        name_vi="Tỉnh khác",
        valid_from=date(2020, 1, 1),
    )
    assert "Tỉnh khác" not in admin.get(HERE).content.decode()
    assert admin.get(f"{HERE}rows/{theirs.pk}/").status_code == 404
    end = {"last_day": "2026-01-01", "reason": "x"}
    assert admin.post(f"{HERE}rows/{theirs.pk}/end/", end).status_code == 404
    assert entered(admin, ground="urban").status_code == 302  # beside theirs
    for person in (world.auditor, world.owner, world.officer):
        assert as_person(person).get(HERE).status_code == 404
        assert entered(as_person(person)).status_code == 404


def test_the_page_asks_as_many_queries_however_many_rules(
    world: World, admin: Client, registry_alone: None, asked: Any
) -> None:
    entered(admin)
    few = len(asked(admin, HERE))
    for number in range(5):
        entered(admin, mast_class=make.MastClassFactory(code=f"A{number}").code)
    assert len(asked(admin, HERE)) == few == 7
