"""The role table and what territory does to it."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from infra.access import Permission, Role, can, scope_of
from infra.models import Installation, Site, User
from tests.factories import (
    AuthorityFactory,
    InstallationFactory,
    MastFactory,
    MembershipFactory,
    OrganizationFactory,
    ProvinceFactory,
    SiteFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> dict[str, object]:
    authority = AuthorityFactory()
    province = ProvinceFactory(code="33")
    here, there = UnitFactory(code="12454", parent=province), UnitFactory(code="12817", parent=province)
    return {
        "authority": authority,
        "province": province,
        "here": here,
        "site_here": SiteFactory(authority=authority, unit=here),
        "site_there": SiteFactory(authority=authority, unit=there),
    }


def member(organization: object, role: Role, *territory: object, **more: object) -> User:
    user = UserFactory()
    MembershipFactory(user=user, organization=organization, role=role, **more).territory.set(territory)
    return User.objects.get(pk=user.pk)


def test_a_territory_bounds_an_inspector_and_holds_the_units_below(place: dict[str, object]) -> None:
    staff = place["authority"].organization
    whole = member(staff, Role.INSPECTOR)
    provincial = member(staff, Role.INSPECTOR, place["province"])
    local = member(staff, Role.INSPECTOR, place["here"])
    assert Site.objects.visible_to(whole).count() == 2
    assert Site.objects.visible_to(provincial).count() == 2
    assert list(Site.objects.visible_to(local)) == [place["site_here"]]


def test_staff_of_another_authority_sees_nothing(place: dict[str, object]) -> None:
    other = AuthorityFactory(code="HPG")
    assert not Site.objects.visible_to(member(other.organization, Role.MANAGER)).exists()


def test_an_operator_sees_the_sites_of_its_installations_only(place: dict[str, object]) -> None:
    viettel, vnpt = OrganizationFactory(code="VIETTEL"), OrganizationFactory(code="VNPT")
    mine = InstallationFactory(organization=viettel, site=place["site_here"], authority=place["authority"])
    InstallationFactory(organization=vnpt, site=place["site_there"], authority=place["authority"])
    person = member(viettel, Role.VIEWER)
    assert list(Installation.objects.visible_to(person)) == [mine]
    assert list(Site.objects.visible_to(person)) == [place["site_here"]]
    assert not Site.objects.editable_by(person).exists()


def test_a_tower_company_sees_the_sites_of_its_masts(place: dict[str, object]) -> None:
    company = OrganizationFactory(code="HATANG", kind="tower_company")
    MastFactory(site=place["site_there"], owner=company, authority=place["authority"])
    assert list(Site.objects.visible_to(member(company, Role.VIEWER))) == [place["site_there"]]


def test_the_past_is_scoped_like_the_present(place: dict[str, object]) -> None:
    viettel = OrganizationFactory(code="VIETTEL")
    InstallationFactory(organization=viettel, site=place["site_here"], authority=place["authority"])
    person, stranger = member(viettel, Role.VIEWER), member(OrganizationFactory(code="VNPT"), Role.VIEWER)
    today = timezone.localdate()
    assert [v.noun_id for v in Site.objects.as_of(today).visible_to(person)] == [place["site_here"].pk]
    assert not Site.objects.as_of(today).visible_to(stranger).exists()
    assert Installation.objects.as_of(today).visible_to(person).count() == 1


def test_a_membership_that_ended_gives_nothing(place: dict[str, object]) -> None:
    person = member(
        place["authority"].organization, Role.MANAGER, valid_to=date(2020, 1, 1), valid_from=date(2019, 1, 1)
    )
    assert scope_of(person).grants == ()
    assert not Site.objects.visible_to(person).exists()


def test_the_public_and_people_who_were_switched_off_see_no_full_rows(place: dict[str, object]) -> None:
    gone = member(place["authority"].organization, Role.MANAGER)
    gone.is_active = False
    assert not Site.objects.visible_to(gone).exists()
    assert not Site.objects.visible_to(AnonymousUser()).exists()


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (Role.SUBMITTER, Permission.SUBMIT, Permission.REVIEW),
        (Role.VIEWER, Permission.SEE_SUBMISSIONS, Permission.SUBMIT),
        (Role.OFFICER, Permission.RUN_CASES, Permission.ADMINISTER),
        (Role.MANAGER, Permission.SEE_CASES, Permission.RUN_CASES),
        (Role.ADMINISTRATOR, Permission.ADMINISTER, Permission.RUN_CASES),
        (Role.AUDITOR, Permission.SEE_LEDGER, Permission.EDIT_REGISTER),
    ],
)
def test_the_role_table(place: dict[str, object], role: Role, may: Permission, may_not: Permission) -> None:
    organization = OrganizationFactory() if role in {Role.SUBMITTER, Role.VIEWER} else place["authority"].organization
    person = member(organization, role)
    assert can(person, may)
    assert not can(person, may_not)


def test_people_with_the_same_rights_share_a_cache_key(place: dict[str, object]) -> None:
    staff = place["authority"].organization
    first, second, third = member(staff, Role.MANAGER), member(staff, Role.MANAGER), member(staff, Role.OFFICER)
    assert scope_of(first).key() == scope_of(second).key() != scope_of(third).key()
