"""Pages of people: from a new account to its first sign-in, roles, locks, and who finds nothing there."""

import re
from datetime import timedelta
from html import unescape

import pytest
from axes.models import AccessAttempt
from django.test import Client, override_settings
from django.utils import timezone

from infra.access import Role
from infra.models import ApiToken, ChangeRecord, Membership, User
from tests import factories as make
from tests.world import SignIn, World

PEOPLE = "/administration/people/"
REASON = "Công văn 12/VT ngày 20/11/2026"


@pytest.fixture
def admin(world: World, as_person: SignIn) -> Client:
    return as_person(world.admin)


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:500]
    return unescape(answer.content.decode())


def add(client: Client, username: str = "an.nguyen") -> tuple[User, str]:
    answer = client.post(
        f"{PEOPLE}new/",
        {
            "username": username,
            "display_name": "Nguyễn An",
            "email": "an@example.vn",
            "language": "vi",
            "reason": REASON,
        },
    )
    assert answer.status_code == 200, answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    found = re.search(r'id="password-text" readonly value="([a-z0-9-]+)"', answer.content.decode())
    assert found
    return User.objects.get(username=username), found.group(1)


def test_a_new_person_signs_in_once_and_must_choose_a_password(world: World, admin: Client) -> None:
    user, password = add(admin)
    assert password not in page(admin, f"{PEOPLE}{user.pk}/")
    person = Client()
    answer = person.post("/sign-in/", {"username": "an.nguyen", "password": password, "next": "/account/"})
    assert answer["Location"] == "/account/"
    assert person.get("/account/")["Location"] == "/account/password/?next=%2Faccount%2F"
    refused = person.get("/api/v1/organizations/")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert person.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == "/account/password/"
    own = "mật khẩu riêng 2026"
    form = {"old_password": password, "new_password1": own, "new_password2": own, "next": "/account/"}
    assert person.post("/account/password/", form)["Location"] == "/account/"
    assert person.get("/account/").status_code == 200
    user.refresh_from_db()
    assert user.one_time_until is None
    assert ChangeRecord.objects.filter(kind="person.password_changed", actor=user).exists()


def test_a_one_time_password_runs_out(world: World, admin: Client) -> None:
    user, password = add(admin)
    User.objects.filter(pk=user.pk).update(one_time_until=timezone.now() - timedelta(minutes=1))
    answer = Client().post("/sign-in/", {"username": "an.nguyen", "password": password})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    body = {"username": "an.nguyen", "password": password}
    assert Client().post("/api/v1/tokens/", body, content_type="application/json").status_code == 401


def test_a_program_gets_no_key_with_a_one_time_password(world: World, admin: Client) -> None:
    _user, password = add(admin)
    body = {"username": "an.nguyen", "password": password}
    assert Client().post("/api/v1/tokens/", body, content_type="application/json").status_code == 403


def test_what_is_wrong_stands_at_its_field(world: World, admin: Client) -> None:
    form = {"username": "owner", "display_name": "", "email": "no address", "language": "vi", "reason": ""}
    answer = admin.post(f"{PEOPLE}new/", form)
    assert answer.status_code == 422
    for name in ("username", "display_name", "email", "reason"):
        assert f'id="id_{name}_error"' in answer.content.decode()


def test_the_list_is_found_without_accents_and_by_role_and_state(world: World, admin: Client) -> None:
    user, _password = add(admin)
    everybody = page(admin, PEOPLE)
    assert "an.nguyen" in everybody
    assert "manager" in everybody
    assert "foreign-officer" in everybody  # kept by nobody in particular
    found = page(admin, f"{PEOPLE}?q=nguyen+an")
    assert "an.nguyen" in found
    assert ">manager<" not in found
    assert ">auditor<" in page(admin, f"{PEOPLE}?role=auditor")
    assert "an.nguyen" not in page(admin, f"{PEOPLE}?role=auditor")
    assert "an.nguyen" in page(admin, f"{PEOPLE}?state=one_time")
    assert "an.nguyen" in page(admin, f"{PEOPLE}?state=without")
    assert ">owner<" in page(admin, f"{PEOPLE}?organization=VIETTEL")
    assert "an.nguyen" in admin.get(f"{PEOPLE}?export=csv").getvalue().decode()
    assert user.is_active


def test_a_role_is_given_bounded_and_ended(world: World, admin: Client) -> None:
    user, _password = add(admin)
    form = {
        "organization": world.authority.organization_id,
        "role": "inspector",
        "valid_from": timezone.localdate().isoformat(),
        "valid_to": "",
        "territory": [str(world.thai_thuy.pk)],
        "fields_of_inspection": ["telecom"],
        "reason": REASON,
    }
    shown = page(admin, f"{PEOPLE}{user.pk}/roles/new/")
    assert str(world.thai_thuy) in shown
    assert str(world.an_bien) not in shown
    assert admin.post(f"{PEOPLE}{user.pk}/roles/new/", form)["Location"] == f"{PEOPLE}{user.pk}/"
    role = Membership.objects.get(user=user)
    assert (list(role.territory.all()), role.fields) == ([world.thai_thuy], ["telecom"])
    assert str(world.thai_thuy) in page(admin, f"{PEOPLE}{user.pk}/")
    again = admin.post(f"{PEOPLE}{user.pk}/roles/new/", form)
    assert again.status_code == 422
    end = f"{PEOPLE}{user.pk}/roles/{role.pk}/end/"
    assert "reason" not in ChangeRecord.objects.latest("pk").details
    admin.post(end, {"reason": ""})
    role.refresh_from_db()
    assert role.revoked_at is None
    admin.post(end, {"reason": REASON, "valid_to": "2020-01-01"})
    role.refresh_from_db()
    assert role.valid_to is None
    admin.post(end, {"reason": REASON})
    role.refresh_from_db()
    assert role.revoked_at is not None
    history = page(admin, f"{PEOPLE}{user.pk}/")
    assert history.count(REASON) >= 3
    assert admin.post(end, {"reason": REASON}).status_code == 404


def test_an_operators_person_gets_a_role_of_operators_only(world: World, admin: Client) -> None:
    user, _password = add(admin)
    form = {
        "organization": world.viettel.pk, "role": "manager", "valid_from": "2026-01-01", "valid_to": "2025-01-01",
        "reason": REASON,
    }  # fmt: skip
    answer = admin.post(f"{PEOPLE}{user.pk}/roles/new/", form)
    assert 'id="id_valid_to_error"' in answer.content.decode()
    answer = admin.post(f"{PEOPLE}{user.pk}/roles/new/", {**form, "valid_to": ""})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    neighbour = {**form, "organization": world.neighbour.organization_id}
    assert 'id="id_organization_error"' in admin.post(f"{PEOPLE}{user.pk}/roles/new/", neighbour).content.decode()
    assert admin.post(f"{PEOPLE}{user.pk}/roles/new/", {**form, "role": "viewer", "valid_to": ""}).status_code == 302


def test_the_acts_on_an_account(world: World, admin: Client) -> None:
    user, password = add(admin)
    here = f"{PEOPLE}{user.pk}/"
    form = {"display_name": "Nguyễn Văn An", "email": "", "language": "en", "reason": REASON}
    assert admin.post(f"{here}correct/", form)["Location"] == here
    user.refresh_from_db()
    assert (user.display_name, user.language) == ("Nguyễn Văn An", "en")
    answer = admin.post(f"{here}password/", {"reason": REASON})
    assert 'id="password-text"' in answer.content.decode()
    user.refresh_from_db()
    assert not user.check_password(password)
    make.token_of(user, name="QGIS")
    assert "QGIS" in page(admin, here)
    digest = ApiToken.objects.get(user=user).digest
    assert admin.post(f"{here}key/", {"reason": REASON, "digest": "no such"}).status_code == 404
    admin.post(f"{here}key/", {"reason": REASON, "digest": digest})
    assert not ApiToken.objects.filter(user=user).exists()
    admin.post(f"{here}close/", {"reason": REASON})
    user.refresh_from_db()
    assert not user.is_active
    admin.post(f"{here}open/", {"reason": REASON})
    user.refresh_from_db()
    assert user.is_active
    assert admin.post(f"{here}explode/", {"reason": REASON}).status_code == 404


@override_settings(AXES_ENABLED=True)
def test_a_block_is_seen_and_undone(world: World, admin: Client) -> None:
    for _ in range(5):
        Client().post("/sign-in/", {"username": "officer", "password": "wrong"})
    assert AccessAttempt.objects.exists()
    here = f"{PEOPLE}{world.officer.pk}/"
    assert "127.0.0.1" in page(admin, here)
    admin.post(f"{here}unlock/", {"reason": REASON})
    assert "127.0.0.1" not in page(admin, here)
    assert Client().post("/sign-in/", {"username": "officer", "password": make.PASSWORD}).status_code == 302


def test_the_last_administrator_is_told_why_not(world: World, admin: Client) -> None:
    second = make.UserFactory(username="second", authority=world.authority)
    role = make.MembershipFactory(user=second, organization=world.authority.organization, role=Role.ADMINISTRATOR)
    Membership.objects.filter(user=world.admin).update(valid_to=timezone.localdate())
    answer = admin.post(f"{PEOPLE}{second.pk}/roles/{role.pk}/end/", {"reason": REASON}, follow=True)
    assert str(world.authority) in unescape(answer.content.decode())
    role.refresh_from_db()
    assert role.revoked_at is None


def test_one_sees_the_own_sheet_and_changes_nothing_there(world: World, admin: Client) -> None:
    here = f"{PEOPLE}{world.admin.pk}/"
    shown = page(admin, here)
    assert "<textarea" not in shown
    assert admin.post(f"{here}password/", {"reason": REASON}).status_code == 404
    assert admin.get(f"{here}correct/").status_code == 404
    form = {
        "organization": world.authority.organization_id, "role": "officer", "valid_from": "2026-01-01", "valid_to": "",
        "reason": REASON,
    }  # fmt: skip
    assert admin.post(f"{here}roles/new/", form).status_code == 422


def test_three_people_at_every_address(world: World, as_person: SignIn) -> None:
    neighbour = make.UserFactory(username="neighbour-admin")
    make.MembershipFactory(user=neighbour, organization=world.neighbour.organization, role=Role.ADMINISTRATOR)
    kept = make.UserFactory(username="kept", authority=world.authority)
    role = make.MembershipFactory(user=kept, organization=world.authority.organization, role=Role.INSPECTOR)
    here = f"{PEOPLE}{kept.pk}/"
    for address in (here, f"{here}correct/", f"{here}roles/new/"):
        assert as_person(world.admin).get(address).status_code == 200
        assert as_person(neighbour).get(address).status_code == 404
        assert as_person(world.manager).get(address).status_code == 404
        assert as_person(world.auditor).get(address).status_code == 404
        assert as_person(None).get(address)["Location"].startswith("/sign-in/")
    for address in (f"{here}password/", f"{here}close/", f"{here}roles/{role.pk}/end/"):
        for person in (neighbour, world.manager, world.owner):
            assert as_person(person).post(address, {"reason": REASON}).status_code == 404
    assert User.objects.get(pk=kept.pk).is_active


#: page → queries with cold caches, as an administrator, the registry alone
QUERIES = {PEOPLE: 10, f"{PEOPLE}new/": 8, "person": 17, "role": 12}


@pytest.mark.parametrize("name", QUERIES)
def test_a_page_asks_as_many_queries_as_written_down(
    world: World, admin: Client, name: str, registry_alone: None, asked: object
) -> None:
    addresses = {
        "person": f"{PEOPLE}{world.officer.pk}/",
        "role": f"{PEOPLE}{world.officer.pk}/roles/new/",
    }
    queries = asked(admin, addresses.get(name, name))  # type: ignore[operator]
    assert len(queries) == QUERIES[name], "\n".join(query[:160] for query in queries)
