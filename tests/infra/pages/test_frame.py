"""The frame: places of work by role, choices kept, signing in and out, errors, headers."""

import re
from html import unescape

import pytest
from django.core.cache import cache
from django.core.checks import run_checks
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from infra import icons
from infra.access import Permission
from infra.models import ApiToken
from infra.navigation import Entry, places_for
from infra.pages import errors
from infra.pages.guard import needs
from tests import factories as make
from tests.world import SignIn, World


def sign_in(client: Client, username: str, password: str) -> object:
    return client.post("/sign-in/", {"username": username, "password": password})


def test_places_of_work_depend_on_the_role(world: World) -> None:
    def urls(person: object) -> set[str]:
        return {place.url for place in places_for(person, "/")}

    assert "/sites/" in urls(world.manager)
    assert "/installations/" in urls(world.owner)
    assert "/sites/" not in urls(world.owner)
    assert urls(world.outsider) <= {"/"}


def test_the_place_one_is_at_is_marked_with_its_parts(world: World, as_person: SignIn) -> None:
    page = as_person(world.manager).get("/permits/").content.decode()
    current = re.findall(r'href="([^"]+)" aria-current="page"', page)
    assert "/permits/" in current
    assert "/sites/" in current


def test_a_place_says_how_much_waits_and_asks_only_now_and_then(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def count(person: object) -> int:
        asked.append(person)
        return 6

    entry = Entry("Files", "infra:account", "inbox", Permission.SEE_REGISTER, count=count)
    monkeypatch.setattr("infra.navigation.all_entries", lambda: [entry])
    cache.clear()
    assert [place.count for place in places_for(world.manager, "/")] == [6]
    assert [place.count for place in places_for(world.manager, "/")] == [6]
    assert len(asked) == 1


def test_a_demo_register_says_so(world: World, as_person: SignIn) -> None:
    client = as_person(world.manager)
    assert "st-demo" not in client.get("/sites/").content.decode()
    cache.clear()
    type(world.authority).objects.update(is_demo=True)
    assert "st-demo" in client.get("/sites/").content.decode()


@pytest.mark.parametrize(
    ("name", "value", "attribute"),
    [
        ("text", "large", 'data-text-size="large"'),
        ("contrast", "high", 'data-contrast="high"'),
        ("theme", "dark", 'data-bs-theme="dark"'),
    ],
)
def test_a_choice_is_kept_and_written_by_the_server(
    world: World, as_person: SignIn, name: str, value: str, attribute: str
) -> None:
    client = as_person(world.manager)
    assert attribute not in client.get("/account/").content.decode()
    answer = client.post("/preferences/", {name: value, "next": "/sites/?q=a"})
    assert (answer.status_code, answer["Location"]) == (302, "/sites/?q=a")
    assert attribute in client.get("/account/").content.decode()


def test_a_choice_that_is_none_changes_nothing(world: World, as_person: SignIn) -> None:
    client = as_person(world.manager)
    client.post("/preferences/", {"text": "huge", "next": "/"})
    client.cookies["st_theme"] = '"><script>'
    page = client.get("/account/").content.decode()
    assert 'data-text-size="normal"' in page
    assert 'data-theme="auto"' in page


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/no/such/page/", "javascript:alert(1)"])
def test_a_choice_leads_back_to_pages_of_ours_only(world: World, as_person: SignIn, target: str) -> None:
    assert as_person(world.manager).post("/preferences/", {"text": "large", "next": target})["Location"] == "/"


def test_the_language_is_kept_for_the_person(world: World, as_person: SignIn) -> None:
    client = as_person(world.manager)
    client.post("/language/", {"language": "en", "next": "/account/"})
    assert '<html lang="en"' in client.get("/account/").content.decode()
    world.manager.refresh_from_db()
    assert world.manager.language == "en"
    fresh = Client()
    sign_in(fresh, "manager", make.PASSWORD)
    assert '<html lang="en"' in fresh.get("/account/").content.decode()


def test_signing_in_leads_to_the_page_asked_for_and_out_again(world: World) -> None:
    client = Client()
    answer = client.post("/sign-in/", {"username": "manager", "password": make.PASSWORD, "next": "/sites/"})
    assert answer["Location"] == "/sites/"
    assert client.get("/sites/").status_code == 200
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/sites/").status_code == 302


def test_a_wrong_password_is_said_in_words(world: World) -> None:
    answer = sign_in(Client(), "manager", "wrong")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


@override_settings(AXES_ENABLED=True)
def test_after_five_wrong_passwords_signing_in_is_blocked_and_says_for_how_long(world: World) -> None:
    client = Client()
    for _ in range(5):
        answer = sign_in(client, "manager", "wrong")
    assert answer.status_code == 429
    assert "15" in answer.content.decode()
    assert sign_in(client, "manager", make.PASSWORD).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="10.1.1.1"), "manager", make.PASSWORD).status_code == 302


def test_no_page_allows_inline_script_or_style(world: World, as_person: SignIn) -> None:
    client = as_person(world.manager)
    for address in ("/sites/", "/installations/HYN-B-000001/", "/account/", "/sign-in/", "/nothing/"):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        page = answer.content.decode()
        assert not re.search(r"<[^>]+\sstyle=", page), address
        assert not re.search(r"<[^>]+\son[a-z]+=", page), address
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), address


def test_error_pages_stand_in_the_frame(world: World, as_person: SignIn) -> None:
    answer = as_person(world.manager).get("/nothing/")
    assert answer.status_code == 404
    assert "st-topbar" in answer.content.decode()
    answer = Client().get("/nothing/")
    assert "/sign-in/?next=/nothing/" in answer.content.decode()


def test_programs_get_problems_not_pages(client: Client, db: None) -> None:
    answer = client.get("/api/v1/nothing-of-that-name/")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("application/problem+json")


def test_a_form_without_its_token_explains_itself(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = sign_in(client, "manager", make.PASSWORD)
    assert answer.status_code == 403
    assert "st-topbar" in answer.content.decode()


def test_the_page_of_a_failure_asks_no_database(django_assert_num_queries: object, db: None) -> None:
    with django_assert_num_queries(0):
        answer = errors.failed(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "administrator" in answer.content.decode() or "quản trị" in answer.content.decode()


def test_a_part_of_a_page_learns_where_to_sign_in(world: World) -> None:
    answer = Client().get("/sites/", headers={"HX-Request": "true", "HX-Current-URL": "/sites/?q=a"})
    assert answer.status_code == 401
    assert answer["X-Sign-In"] == "/sign-in/?next=%2Fsites%2F%3Fq%3Da"


def test_a_page_that_needs_a_permission_is_not_there_without_it(world: World, rf: RequestFactory) -> None:
    page = needs(Permission.ADMINISTER)(lambda request: path)
    request = rf.get("/x/")
    request.user = world.manager
    with pytest.raises(Exception, match=r"^$"):
        page(request)
    request.user = world.admin
    assert page(request) is path


def test_a_key_is_shown_once_and_can_be_withdrawn(world: World, as_person: SignIn) -> None:
    client = as_person(world.manager)
    page = client.post("/account/tokens/", {"name": "QGIS", "days": "90"}).content.decode()
    key = re.search(r'id="key-text" readonly value="(sotram_[^"]+)"', page)
    assert key
    again = client.get("/account/").content.decode()
    assert key.group(1) not in again
    assert "QGIS" in again
    digest = ApiToken.objects.get().digest
    assert as_person(world.owner).post("/account/tokens/withdraw/", {"digest": digest}).status_code == 404
    assert client.post("/account/tokens/withdraw/", {"digest": digest}).status_code == 302
    assert not ApiToken.objects.exists()


def test_a_key_without_a_name_is_refused_at_its_field(world: World, as_person: SignIn) -> None:
    answer = as_person(world.manager).post("/account/tokens/", {"name": "", "days": "90"})
    assert answer.status_code == 422
    assert 'id="id_name_error"' in answer.content.decode()


def test_the_account_shows_the_persons_own_roles(world: World, as_person: SignIn) -> None:
    page = unescape(as_person(world.local_officer).get("/account/").content.decode())
    assert str(world.thai_thuy) in page


def test_every_icon_and_place_named_exists() -> None:
    assert [message for message in run_checks(tags=["templates", "urls"]) if message.id.startswith("infra.")] == []


def test_an_unknown_icon_stops_the_page() -> None:
    with pytest.raises(icons.UnknownIconError, match="no-such-icon"):
        icons.drawing("no-such-icon")
    with pytest.raises(icons.UnknownIconError):
        icons.drawing("../outline/map-2")


def test_the_password_is_changed_by_whoever_knows_it(world: World, as_person: SignIn) -> None:
    client = as_person(world.manager)
    new = "một mật khẩu mới 2026"
    wrong = {"old_password": "wrong", "new_password1": new, "new_password2": new}
    assert 'id="id_old_password_error"' in client.post("/account/password/", wrong).content.decode()
    right = {**wrong, "old_password": make.PASSWORD}
    assert client.post("/account/password/", right)["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    assert sign_in(Client(), "manager", new).status_code == 302
    assert Client().get("/account/password/")["Location"].startswith("/sign-in/")
