"""The lists: who sees what, filters that survive, pages, empty states."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from infra.models import Permit
from tests import factories as make
from tests.world import SignIn, World

LISTS = ("/sites/", "/installations/", "/postal-points/", "/permits/")


def shown(client: Client, address: str) -> list[str]:
    """The row headers of a list: what each row is called."""
    page = client.get(address)
    assert page.status_code == 200, page.content.decode()[:500]
    headers = re.findall(r'<th scope="row">(.*?)</th>', page.content.decode(), re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", " ", header)).split()[0] for header in headers]


@pytest.mark.parametrize("address", LISTS)
def test_a_list_asks_a_visitor_to_sign_in_and_brings_back(world: World, as_person: SignIn, address: str) -> None:
    answer = as_person(None).get(f"{address}?q=a")
    assert answer.status_code == 302
    assert answer["Location"] == f"/sign-in/?next={address}%3Fq%3Da"


@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_not_there_for_whoever_has_no_role(world: World, as_person: SignIn, address: str) -> None:
    assert as_person(world.outsider).get(address).status_code == 404


def test_owner_colleague_and_stranger_see_their_own_sites(world: World, as_person: SignIn) -> None:
    assert shown(as_person(world.owner), "/sites/") == ["HYN-00001", "HYN-00002", "HPG-00001"]
    assert shown(as_person(world.colleague), "/sites/") == ["HYN-00001", "HYN-00002", "HPG-00001"]
    assert shown(as_person(world.stranger), "/sites/") == ["HYN-00001", "HYN-00003"]


def test_a_shared_site_does_not_name_the_other_operator(world: World, as_person: SignIn) -> None:
    page = as_person(world.owner).get("/sites/?q=cang+diem+dien").content.decode()
    assert "Viettel" in page
    assert "VNPT" not in page


def test_owner_colleague_and_stranger_see_their_own_installations(world: World, as_person: SignIn) -> None:
    own = ["HYN-B-000001", "HYN-B-000003", "HYN-N-000001", "HYN-C-000001", "HPG-B-000001"]
    assert sorted(shown(as_person(world.owner), "/installations/")) == sorted(own)
    assert sorted(shown(as_person(world.colleague), "/installations/")) == sorted(own)
    assert "HYN-B-000002" in shown(as_person(world.stranger), "/installations/")
    assert "HYN-B-000001" not in shown(as_person(world.stranger), "/installations/")


def test_owner_colleague_and_stranger_see_their_own_permits(world: World, as_person: SignIn) -> None:
    assert shown(as_person(world.owner), "/permits/") == ["KD-2022-001"]
    assert shown(as_person(world.colleague), "/permits/") == ["KD-2022-001"]
    assert shown(as_person(world.stranger), "/permits/") == ["KD-2022-002"]


def test_postal_points_have_their_own_list(world: World, as_person: SignIn) -> None:
    assert shown(as_person(world.stranger), "/postal-points/") == ["HYN-P-000001"]
    assert shown(as_person(world.manager), "/postal-points/?q=buu+cuc+pho+hien") == ["HYN-P-000001"]
    assert shown(as_person(world.owner), "/postal-points/") == []


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("q=thai+thuy", {"HYN-B-000001", "HYN-B-000002", "HYN-C-000001", "HYN-C-000002"}),
        ("q=Diêm+Điền", {"HYN-B-000001", "HYN-B-000002"}),
        ("unit=12826&kind=base_station", {"HYN-B-000001", "HYN-B-000002"}),
        ("organization=VNPT&kind=network_node", {"HYN-N-000002"}),
        ("kind=base_station&technology=4G&organization=VIETTEL", {"HYN-B-000001", "HYN-B-000003"}),
        ("kind=base_station&technology=5G", set()),
        ("status=suspended", set()),
        ("certificate=none", {"HYN-B-000003", "HYN-B-000004"}),
        ("certificate=due", {"HYN-B-000001", "HYN-B-000002"}),
    ],
)
def test_filters_narrow_the_list(world: World, as_person: SignIn, query: str, numbers: set[str]) -> None:
    make.TechnologyFactory(code="5G")
    make.StatusFactory(code="suspended")
    Permit.objects.update(renewal_due_on=timezone.localdate() + timedelta(days=30), expires_on=None)
    Permit.objects.update(expires_on=timezone.localdate() + timedelta(days=90))
    assert set(shown(as_person(world.manager), f"/installations/?{query}")) == numbers


def test_filters_stay_in_the_address_of_pages_exports_and_other_filters(world: World, as_person: SignIn) -> None:
    page = as_person(world.manager).get("/installations/?organization=VIETTEL&q=hyn").content.decode()
    assert 'value="hyn"' in page
    assert re.search(r'<option value="VIETTEL"\s+selected>', page)
    assert 'href="?organization=VIETTEL&amp;q=hyn&amp;export=csv"' in page
    assert 'class="st-chip__remove" href="?q=hyn"' in page


def test_a_filter_that_cannot_be_is_named_and_can_be_taken_away(world: World, as_person: SignIn) -> None:
    answer = as_person(world.manager).get("/installations/?organization=NOBODY")
    assert answer.status_code == 400
    page = unescape(answer.content.decode())
    assert "(organization)" in page
    assert "NOBODY" in page
    assert not re.findall(r'<th scope="row">', page)


@pytest.mark.parametrize("place", ["after=x", "before=-1", "after=99999999999999999999", "export=exe"])
def test_a_place_or_a_format_that_cannot_be_is_refused(world: World, as_person: SignIn, place: str) -> None:
    assert as_person(world.manager).get(f"/sites/?{place}").status_code == 400


def test_an_empty_list_says_which_filter_to_take_away(world: World, as_person: SignIn) -> None:
    page = unescape(as_person(world.manager).get("/installations/?organization=TOWERCO&q=zz").content.decode())
    assert 'href="?q=zz"' in page
    assert 'href="?organization=TOWERCO"' in page


def test_pages_follow_each_other_in_both_directions(
    world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.pages.listing.PAGE_SIZE", 2)
    client = as_person(world.manager)
    first = client.get("/installations/?kind=base_station").content.decode()
    after = re.search(r'rel="next" href="([^"]+)"', first)
    assert after
    assert 'rel="prev"' not in first
    second = f"/installations/{unescape(after.group(1))}"
    assert shown(client, second) == ["HYN-B-000003", "HYN-B-000004"]
    back = re.search(r'rel="prev" href="([^"]+)"', client.get(second).content.decode())
    assert back
    assert shown(client, f"/installations/{unescape(back.group(1))}") == ["HYN-B-000001", "HYN-B-000002"]


def test_permits_come_in_the_order_of_their_end_and_page_by_it(
    world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.pages.listing.PAGE_SIZE", 1)
    today = timezone.localdate()
    Permit.objects.filter(number="KD-2022-001").update(expires_on=today + timedelta(days=50), renewal_due_on=None)
    Permit.objects.filter(number="KD-2022-002").update(expires_on=today + timedelta(days=10), renewal_due_on=None)
    client = as_person(world.manager)
    assert shown(client, "/permits/") == ["KD-2022-002"]
    after = re.search(r'rel="next" href="([^"]+)"', client.get("/permits/").content.decode())
    assert after
    assert shown(client, f"/permits/{unescape(after.group(1))}") == ["KD-2022-001"]


@pytest.mark.parametrize(
    ("expires", "numbers"),
    [("30", ["KD-2022-002"]), ("90", ["KD-2022-002", "KD-2022-001"]), ("past", []), ("never", [])],
)
def test_permits_are_filtered_by_the_days_they_have_left(
    world: World, as_person: SignIn, expires: str, numbers: list[str]
) -> None:
    today = timezone.localdate()
    Permit.objects.filter(number="KD-2022-001").update(expires_on=today + timedelta(days=50), renewal_due_on=None)
    Permit.objects.filter(number="KD-2022-002").update(expires_on=today + timedelta(days=10), renewal_due_on=None)
    assert shown(as_person(world.manager), f"/permits/?expires={expires}") == numbers


def test_a_person_with_a_territory_is_offered_its_communes_only(world: World, as_person: SignIn) -> None:
    page = as_person(world.local_officer).get("/sites/").content.decode()
    assert "HYN-00001" in page
    assert "11953" not in page


def test_a_list_counts_what_it_shows(world: World, as_person: SignIn) -> None:
    page = as_person(world.manager).get("/installations/?kind=base_station").content.decode()
    assert re.search(r'id="list-count">4\b', page)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("sharing=shared", ["HYN-00001"]),
        ("sharing=single", ["HYN-00002", "HYN-00003"]),
        ("organization=TOWERCO", ["HYN-00001"]),
        ("organization=VNPT", ["HYN-00001", "HYN-00003"]),
        ("mast_class=A2b&unit=11953", ["HYN-00002", "HYN-00003"]),
        ("base=roof", []),
        ("q=thi+tran+diem+dien", ["HYN-00001"]),
    ],
)
def test_sites_are_filtered_by_what_stands_on_them(
    world: World, as_person: SignIn, query: str, codes: list[str]
) -> None:
    make.MastClassFactory(code="A1a")
    assert shown(as_person(world.manager), f"/sites/?{query}") == codes


def test_a_count_stops_at_its_cap_and_says_so(world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.pages.keyset.COUNT_CAP", 2)
    page = as_person(world.manager).get("/installations/?kind=base_station").content.decode()
    assert re.search(r'id="list-count">\D+\b2\b', page)
