"""Lists of cases: filters, views, board, time line, points of the map, statistics, the workbook."""

import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from infra.pages import keyset
from inspections.models import NEVER, CaseStanding, SavedView, ViolationCase
from inspections.selectors.case_statistics import statistics
from inspections.services.views import VIEWS_MAX
from tests.inspections.running import EXPIRED, TODAY, K, Office
from tests.world import SignIn, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

POSTED = "15/2020/ND-CP:54.1.a"
CAFE = "15/2020/ND-CP:35.3"


@pytest.fixture
def cases(office: Office, world: World) -> dict[str, ViolationCase]:
    """One detected, one recorded and late, one served, one closed, one against a person."""
    recorded = office.open(EXPIRED, POSTED, on=date(2026, 10, 1), unit=world.pho_hien)
    office.take(recorded, K.RECORD, date(2026, 10, 1))
    return {
        "detected": office.open(),
        "recorded": recorded,
        "served": office.in_state("served"),
        "closed": office.in_state("closed"),
        "person": office.open(CAFE, field="internet", organization=None, person=office.citizen(), position=None),
    }


def numbers(html: str, cases: dict[str, ViolationCase]) -> set[str]:
    return {name for name, case in cases.items() if case.number in html}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"detected", "recorded", "served", "closed", "person"}),
        ("state=open", {"detected", "recorded", "served", "person"}),
        ("state=served", {"served"}),
        ("deadline=overdue", {"recorded", "served"}),
        ("field=internet", {"person"}),
        ("rule=15/2020/ND-CP:54.1.a", {"recorded"}),
        ("age=30", {"recorded"}),
        ("month=2026-10", {"recorded"}),
        ("party=person", {"person"}),
        ("officer=me", {"detected", "recorded", "served", "closed", "person"}),
        ("officer=none", set()),
        ("unit=11953", {"recorded"}),
        ("origin=permit", set()),
        ("q=pham van at", {"person"}),
        ("q=viettel&state=detected", {"detected"}),
    ],
)
def test_filters(as_person: SignIn, world: World, cases: dict[str, ViolationCase], query: str, found: set[str]) -> None:
    client = as_person(world.officer)
    assert numbers(client.get(f"/cases/?{query}").content.decode(), cases) == found
    standing = found - {"closed"}
    assert numbers(client.get(f"/cases/board/?{query}").content.decode(), cases) == standing
    assert numbers(client.get(f"/cases/course/?{query}").content.decode(), cases) == standing
    points = client.get(f"/cases/points.json?{query}").json()["cases"]
    assert {row["number"] for row in points} == {cases[name].number for name in standing}


@pytest.mark.parametrize("few", [0, 100])
def test_rows_picked_by_key_and_rows_walked_to_are_the_same(
    as_person: SignIn, world: World, cases: dict[str, ViolationCase], monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("infra.pages.keyset.FEW", few)
    monkeypatch.setattr("infra.pages.listing.PAGE_SIZE", 1)
    client, seen, address = as_person(world.officer), list[str](), "/cases/?state=open&officer=me"
    for _page in range(5):
        html = client.get(address).content.decode()
        assert "4 vụ việc" in html
        seen += sorted(numbers(html, cases))
        ahead = re.search(r'href="([^"]*after=[^"]*)"', html)
        if ahead is None:
            break
        address = "/cases/" + unescape(ahead[1])
    assert seen == ["recorded", "served", "detected", "person"]


def test_a_filter_that_cannot_be_is_said(as_person: SignIn, world: World, cases: dict[str, ViolationCase]) -> None:
    client = as_person(world.officer)
    for address in ("/cases/", "/cases/board/", "/cases/course/"):
        answer = client.get(f"{address}?state=nonsense")
        assert answer.status_code == 400
        assert "nonsense" in answer.content.decode()
    assert client.get("/cases/points.json?month=2026-13").status_code == 400
    assert client.get("/cases/?month=9999-12").status_code == 400
    assert client.get("/cases/course/?after=nonsense").status_code == 400


def test_the_overview_counts_as_overdue_what_the_list_shows(
    cases: dict[str, ViolationCase], as_person: SignIn, world: World
) -> None:
    client = as_person(world.manager)
    figures = {row["name"]: row for row in client.get("/api/v1/dashboard/").json()}
    figure = figures["overdue_cases"]
    assert (figure["numerator"], figure["denominator"]) == (2, 4)
    assert numbers(client.get(figure["list_url"]).content.decode(), cases) == {"recorded", "served"}


def test_who_sees_what(as_person: SignIn, world: World, cases: dict[str, ViolationCase]) -> None:
    faces = ("/cases/board/", "/cases/course/", "/cases/statistics/", "/cases/payments/")
    for address in faces:
        assert as_person(world.owner).get(address).status_code == 404, address
        assert as_person(world.inspector).get(address).status_code == 404, "inspectors run no cases"
        assert as_person(world.manager).get(address).status_code == 200, address
        assert as_person(None).get(address).status_code == 302, address
        assert cases["detected"].number not in as_person(world.foreign_officer).get(address).content.decode()
        html = as_person(world.manager).get(address).content.decode()
        assert "Phạm Văn Ất" not in html, "managers read no names of persons"
    assert "Phạm Văn Ất" in as_person(world.officer).get("/cases/board/").content.decode()
    assert "Phạm Văn Ất" not in as_person(world.manager).get("/cases/?q=pham van at").content.decode()
    own = as_person(world.owner).get("/cases/points.json").json()["cases"]
    assert {row["number"] for row in own} == {cases[name].number for name in ("detected", "recorded", "served")}
    assert as_person(world.stranger).get("/cases/points.json").json()["cases"] == []
    html = as_person(world.owner).get("/cases/").content.decode()
    assert "/cases/board/" not in html
    assert "/cases/agenda/" not in html


def test_pages_cost_a_fixed_number_of_queries(
    as_person: SignIn,
    world: World,
    cases: dict[str, ViolationCase],
    office: Office,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        office.in_state("recorded")
    client = as_person(world.officer)
    expected = {
        "/cases/": 21,
        "/cases/board/": 21,
        "/cases/course/": 21,
        "/cases/points.json": 11,
        "/cases/statistics/": 11,
        "/cases/payments/": 18,
    }
    for address, queries in expected.items():
        client.get(address)
        with django_assert_max_num_queries(queries, info=address):
            assert client.get(address).status_code == 200


def test_a_case_without_a_point_stands_in_its_commune(
    as_person: SignIn, world: World, cases: dict[str, ViolationCase]
) -> None:
    points = as_person(world.officer).get("/cases/points.json").json()["cases"]
    by_number = {row["number"]: row for row in points}
    person, detected = by_number[cases["person"].number], by_number[cases["detected"].number]
    assert (person["lon"], person["lat"], person["exact"]) == (106.6, 20.55, False)
    assert (detected["lon"], detected["exact"]) == (106.5685, True)
    assert detected["state"] == "detected"
    assert detected["day"] == "2026-11-02"
    assert as_person(world.officer).get("/map/?mode=cases").status_code == 200


def test_views_are_kept_under_a_name(as_person: SignIn, world: World, cases: dict[str, ViolationCase]) -> None:
    client = as_person(world.officer)
    answer = client.post("/cases/views/", {"name": "Quá hạn", "query": "deadline=overdue&state=open"})
    assert answer["Location"] == "/cases/?deadline=overdue&state=open"
    html = client.get("/cases/").content.decode()
    assert 'href="/cases/?deadline=overdue&amp;state=open">Quá hạn' in html
    client.post("/cases/views/", {"name": "Quá hạn", "query": "deadline=overdue"})
    assert SavedView.objects.get().query == "deadline=overdue"
    assert "Quá hạn</a>" not in as_person(world.manager).get("/cases/").content.decode(), "a view is one's own"
    nameless = client.post("/cases/views/", {"name": " ", "query": "state=open"}, follow=True)
    assert "Hãy đặt tên" in nameless.content.decode()
    for place in range(VIEWS_MAX):
        client.post("/cases/views/", {"name": f"Xem {place}", "query": "state=open"})
    assert SavedView.objects.count() == VIEWS_MAX
    client.post("/cases/views/", {"forget": "Quá hạn"})
    assert not SavedView.objects.filter(name="Quá hạn").exists()


def test_the_workbook_holds_what_the_list_shows(
    as_person: SignIn, world: World, cases: dict[str, ViolationCase]
) -> None:
    def rows(person: Any) -> list[dict[str, Any]]:
        answer = as_person(person).get("/cases/?state=open&export=xlsx")
        sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
        head, *lines = list(sheet.values)
        return [dict(zip(head, line, strict=True)) for line in lines]

    found = {row["Vụ việc"]: row for row in rows(world.officer)}
    assert set(found) == {cases[name].number for name in ("detected", "recorded", "served", "person")}
    recorded = found[cases["recorded"].number]
    assert recorded["Điều khoản"] == f"{EXPIRED}, {POSTED}"
    assert recorded["Thời hạn"] == "Quyết định xử phạt"
    assert found[cases["person"].number]["Bên vi phạm"] == "Phạm Văn Ất"
    hidden = {row["Vụ việc"]: row for row in rows(world.manager)}
    assert hidden[cases["person"].number]["Bên vi phạm"] == "Cá nhân"


# --- Statistics -------------------------------------------------------------------------------------------------------


def figures(world: World, by: str, **more: Any) -> dict[str, Any]:
    span = {"start": date(2026, 1, 1), "end": date(2026, 12, 31)} | more
    return {row.key: row for row in statistics(world.officer, by=by, today=TODAY, **span).groups}


def test_counts_sums_days_and_shares(office: Office, world: World) -> None:
    on = date(2026, 9, 1)
    paid = office.open(on=on)
    office.take(paid, K.RECORD, on + timedelta(days=2))
    office.take(paid, K.DECISION, on + timedelta(days=8))
    office.take(paid, K.SERVE, on + timedelta(days=9))
    office.take(paid, K.PAYMENT, on + timedelta(days=14), amount_vnd=25_000_000)
    late = office.open(on=on)
    office.take(late, K.RECORD, on)
    office.take(late, K.DECISION, on + timedelta(days=20))
    office.take(late, K.SERVE, on + timedelta(days=22))
    waiting = office.open(on=date(2026, 11, 20))
    office.take(waiting, K.RECORD, date(2026, 11, 20))

    row = figures(world, "organization")[str(world.viettel.pk)]
    assert (row.count, row.decided, row.fine_vnd, row.paid_vnd) == (3, 2, 50_000_000, 25_000_000)
    assert (row.mean("record"), row.mean("decision"), row.mean("serve"), row.mean("payment")) == (0.7, 13.0, 1.5, 5.0)
    assert (row.decisions_due, row.decisions_in_time, row.share_decisions) == (2, 1, 50.0)
    assert (row.payments_due, row.payments_in_time, row.share_payments) == (2, 1, 50.0)
    months = figures(world, "month")
    assert [(key, months[key].count) for key in months] == [("2026-09", 2), ("2026-11", 1)]
    assert figures(world, "unit")[str(world.thai_thuy.pk)].count == 3
    assert figures(world, "field")["telecom"].name == "Viễn thông"
    assert figures(world, "officer")[str(world.officer.pk)].count == 3
    assert figures(world, "state")["recorded"].count == 1
    assert figures(world, "month", law_field="post") == {}
    assert figures(world, "month", end=date(2026, 10, 1))["2026-09"].count == 2


def test_a_case_with_two_rules_counts_under_each_and_its_money_is_shared_out(office: Office, world: World) -> None:
    case = office.served(EXPIRED, POSTED)
    office.take(case, K.PAYMENT, date(2026, 11, 10), amount_vnd=12_900_000)
    rows = figures(world, "rule")
    assert {code: (row.count, row.fine_vnd, row.paid_vnd) for code, row in rows.items()} == {
        EXPIRED: (1, 25_000_000, 12_500_000),
        POSTED: (1, 800_000, 400_000),
    }
    total = statistics(world.officer, by="rule", start=date(2026, 1, 1), end=date(2026, 12, 31), today=TODAY).total
    assert (total.count, total.fine_vnd) == (1, 25_800_000)


@pytest.mark.parametrize("state", ["closed", "time_barred", "recorded"])
def test_a_long_list_finds_what_a_short_one_finds(
    as_person: SignIn, office: Office, world: World, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    case = office.in_state(state)
    monkeypatch.setattr(keyset, "FEW", 0)  # every list is walked to in the order of its dates
    assert case.number in as_person(world.officer).get(f"/cases/?state={state}").content.decode()
    assert (CaseStanding.objects.get(case=case).due_on == NEVER) is (state != "recorded")


def test_what_owed_no_decision_is_not_late(office: Office, world: World) -> None:
    office.in_state("no_penalty")
    office.in_state("time_barred")
    rows = statistics(world.officer, by="state", start=date(2020, 1, 1), end=date(2026, 12, 31), today=TODAY)
    assert rows.total.decisions_due == 0
    assert rows.total.share_decisions is None


def test_the_page_of_statistics(as_person: SignIn, world: World, cases: dict[str, ViolationCase]) -> None:
    client = as_person(world.manager)
    html = client.get("/cases/statistics/?by=rule&start=2026-01-01&end=2026-12-31").content.decode()
    assert "54.3.a · " in html
    assert 'href="/cases/?rule=15%2F2020%2FND-CP%3A54.3.a"' in html
    assert client.get("/cases/statistics/?start=2026-12-31&end=2026-01-01").status_code == 400
    assert client.get("/cases/statistics/?by=nonsense").status_code == 400
    answer = client.get("/cases/statistics/?by=organization&start=2026-01-01&end=2026-12-31&export=xlsx")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    lines = list(sheet.values)
    assert lines[-1][:2] == ("Tất cả", 5)
    assert {line[0] for line in lines[1:-1]} == {world.viettel.name, "Cá nhân"}
