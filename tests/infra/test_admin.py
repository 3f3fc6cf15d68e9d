"""The admin cannot go past the ledger."""

import pytest
from django.contrib.admin import site as admin_site
from django.test import Client

from infra.access import Role
from infra.admin import ReadOnlyAdmin
from infra.models import NOUNS, Site
from tests.factories import AuthorityFactory, MembershipFactory, SiteFactory, UserFactory

pytestmark = pytest.mark.django_db


def client_of(*, superuser: bool = False, administrator: bool = False) -> Client:
    person = UserFactory(is_staff=True, is_superuser=superuser)
    if administrator:
        MembershipFactory(user=person, organization=AuthorityFactory().organization, role=Role.ADMINISTRATOR)
    client = Client()
    client.force_login(person)
    return client


def test_every_noun_in_the_admin_is_read_only() -> None:
    shown = [noun for noun in NOUNS if noun in admin_site._registry]
    assert Site in shown
    assert all(isinstance(admin_site._registry[noun], ReadOnlyAdmin) for noun in shown)


@pytest.mark.parametrize("who", [{"superuser": True}, {"administrator": True}])
def test_neither_administrator_nor_superuser_changes_a_site_there(who: dict[str, bool]) -> None:
    site = SiteFactory(name="Trần Lãm 1")
    client = client_of(**who)
    assert client.get("/admin/infra/site/").status_code == 200
    assert client.get(f"/admin/infra/site/{site.pk}/change/").status_code == 200
    assert client.post(f"/admin/infra/site/{site.pk}/change/", {"name": "Forged"}).status_code == 403
    assert client.post(f"/admin/infra/site/{site.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/infra/site/add/").status_code == 403
    assert Site.objects.get(pk=site.pk).name == "Trần Lãm 1"


def test_staff_without_the_role_finds_nothing_there() -> None:
    SiteFactory()
    assert client_of().get("/admin/infra/site/").status_code == 403
