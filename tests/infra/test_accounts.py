"""Accounts and roles: the rules no administrator gets around, and what the ledger says of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from infra.access import Permission, Role, can
from infra.models import ApiToken, ChangeRecord, Membership, User
from infra.selectors.ledger import verify
from infra.services import accounts
from infra.services.accounts import RefusedError
from infra.services.people import membership_end, membership_grant
from tests import factories as make
from tests.world import World

REASON = "Công văn 12/VT"


def again(person: User) -> User:
    return User.objects.get(pk=person.pk)


def grant(world: World, user: User, role: Role, **more: Any) -> Membership:
    fields = {
        "actor": world.admin,
        "authority": world.authority,
        "user": user,
        "organization": world.authority.organization,
        "role": role,
        "reason": REASON,
    }
    return membership_grant(**{**fields, **more})


def test_a_new_account_has_a_password_for_once_that_the_ledger_does_not_know(world: World) -> None:
    user, password = accounts.person_add(
        actor=world.admin, authority=world.authority, username="an.nguyen", display_name="Nguyễn An",
        email="an@example.vn", language="vi", reason=REASON,
    )  # fmt: skip
    assert again(user).check_password(password)
    assert len(password) == 19
    assert user.one_time_until is not None
    record = ChangeRecord.objects.get(kind="person.added")
    assert (record.actor, record.reason, record.details) == (world.admin, REASON, {"user": user.pk})
    assert list(verify()) == []
    with pytest.raises(RefusedError, match="AN"):
        accounts.person_add(
            actor=world.admin, authority=world.authority, username="AN.NGUYEN", display_name="", email="",
            language="vi", reason=REASON,
        )  # fmt: skip


def test_a_correction_names_the_fields_and_not_what_stood_in_them(world: World) -> None:
    accounts.person_correct(
        actor=world.admin, user=world.officer, display_name="Nguyễn Thu Hà", email="ha@example.vn", language="vi",
        reason=REASON,
    )  # fmt: skip
    record = ChangeRecord.objects.get(kind="person.corrected")
    assert record.details == {"user": world.officer.pk, "fields": ["display_name", "email"]}
    assert "nguyen thu ha" in again(world.officer).search_text


def test_nothing_is_done_without_a_reason(world: World) -> None:
    with pytest.raises(RefusedError):
        accounts.person_close(actor=world.admin, user=world.officer, reason="  ")
    assert again(world.officer).is_active


def test_a_closed_account_loses_its_keys_and_can_be_opened_again(world: World) -> None:
    make.ApiTokenFactory(user=world.officer)
    accounts.person_close(actor=world.admin, user=world.officer, reason=REASON)
    assert not again(world.officer).is_active
    assert not can(again(world.officer), Permission.SEE_REGISTER)
    assert not ApiToken.objects.filter(user=world.officer).exists()
    accounts.person_open(actor=world.admin, user=world.officer, reason=REASON)
    assert can(again(world.officer), Permission.SEE_REGISTER)


def test_nobody_closes_oneself_or_gives_oneself_a_password(world: World) -> None:
    make.MembershipFactory(organization=world.authority.organization, role=Role.ADMINISTRATOR)
    for act in (accounts.person_close, accounts.password_give):
        with pytest.raises(RefusedError):
            act(actor=world.admin, user=world.admin, reason=REASON)


def test_nobody_raises_oneself(world: World) -> None:
    with pytest.raises(RefusedError):
        grant(world, world.admin, Role.OFFICER)
    role = Membership.objects.get(user=world.admin)
    with pytest.raises(RefusedError):
        membership_end(actor=world.admin, authority=world.authority, membership=role, reason=REASON)


def test_the_last_administrator_stays(world: World) -> None:
    root = make.UserFactory(username="root", is_superuser=True)
    role = Membership.objects.get(user=world.admin)
    with pytest.raises(RefusedError, match=str(world.authority)):
        membership_end(actor=root, authority=world.authority, membership=role, reason=REASON)
    with pytest.raises(RefusedError):
        accounts.person_close(actor=root, user=world.admin, reason=REASON)
    second = make.MembershipFactory(organization=world.authority.organization, role=Role.ADMINISTRATOR)
    accounts.person_close(actor=root, user=second.user, reason=REASON)
    with pytest.raises(RefusedError):
        accounts.person_close(actor=root, user=world.admin, reason=REASON)
    accounts.person_open(actor=root, user=second.user, reason=REASON)
    accounts.person_close(actor=root, user=world.admin, reason=REASON)
    assert not again(world.admin).is_active


def test_an_administrator_whose_role_ends_soon_does_not_count_as_another_one(world: World) -> None:
    soon = timezone.localdate() + timedelta(days=3)
    make.MembershipFactory(organization=world.authority.organization, role=Role.ADMINISTRATOR, valid_to=soon)
    root = make.UserFactory(username="root", is_superuser=True)
    with pytest.raises(RefusedError):
        accounts.person_close(actor=root, user=world.admin, reason=REASON)


def test_a_role_ends_at_once_even_on_its_first_day(world: World) -> None:
    role = grant(world, world.outsider, Role.INSPECTOR)
    assert can(again(world.outsider), Permission.INSPECT)
    membership_end(actor=world.admin, authority=world.authority, membership=role, reason=REASON)
    assert not can(again(world.outsider), Permission.INSPECT)
    assert grant(world, world.outsider, Role.INSPECTOR).pk != role.pk


def test_a_role_with_a_last_day_holds_until_then(world: World) -> None:
    role = grant(world, world.outsider, Role.INSPECTOR)
    last = timezone.localdate() + timedelta(days=10)
    membership_end(actor=world.admin, authority=world.authority, membership=role, reason=REASON, on=last)
    assert can(again(world.outsider), Permission.INSPECT)
    role.refresh_from_db()
    assert role.valid_to == last


def test_the_same_role_is_not_given_twice_for_one_time(world: World) -> None:
    grant(world, world.outsider, Role.INSPECTOR)
    with pytest.raises(RefusedError, match="Outsider"):
        grant(world, world.outsider, Role.INSPECTOR)
    later = timezone.localdate() + timedelta(days=400)
    with pytest.raises(RefusedError):
        grant(world, world.outsider, Role.INSPECTOR, valid_from=later)


def test_roles_fit_the_kind_of_organization_and_administrators_are_not_bounded(world: World) -> None:
    for role, more in (
        (Role.SUBMITTER, {}),
        (Role.INSPECTOR, {"organization": world.viettel}),
        (Role.SUBMITTER, {"organization": world.viettel, "territory": [world.thai_thuy]}),
        (Role.ADMINISTRATOR, {"territory": [world.thai_thuy]}),
        (Role.ADMINISTRATOR, {"fields": ["telecom"]}),
        (Role.INSPECTOR, {"valid_to": timezone.localdate() - timedelta(days=1)}),
    ):
        with pytest.raises(RefusedError):
            grant(world, world.outsider, role, **more)
    assert not Membership.objects.filter(user=world.outsider).exists()


def test_three_people_see_accounts_as_far_as_they_keep_them(world: World) -> None:
    other = make.UserFactory(username="hai-phong-admin")
    make.MembershipFactory(user=other, organization=world.neighbour.organization, role=Role.ADMINISTRATOR)
    kept = make.UserFactory(username="kept", authority=world.authority)
    User.objects.filter(pk=world.foreign_officer.pk).update(authority=world.neighbour)
    root = make.UserFactory(username="root", is_superuser=True)
    mine = User.objects.visible_to(world.admin)
    assert {kept, world.officer, world.owner} <= set(mine)
    assert world.foreign_officer not in mine
    assert kept not in User.objects.visible_to(other)
    assert list(User.objects.visible_to(world.officer)) == [world.officer]
    editable = User.objects.editable_by(world.admin)
    assert kept in editable
    assert {world.admin, root, world.foreign_officer, other}.isdisjoint(editable)
    assert not User.objects.editable_by(world.officer).filter(pk=kept.pk).exists()


def test_who_administers_a_part_only_keeps_no_accounts(world: World) -> None:
    local = make.UserFactory(username="local-admin")
    make.MembershipFactory(
        user=local, organization=world.authority.organization, role=Role.ADMINISTRATOR, territory=[world.thai_thuy]
    )
    assert list(User.objects.visible_to(local)) == [local]
