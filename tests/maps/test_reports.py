"""What citizens report without an account, and what the authority's people do about it."""

from typing import Any

import pytest
from django.test import Client

from infra.models import ChangeRecord, PublicReport
from infra.services.reports import sender_of
from tests import factories as make
from tests.world import SignIn, World

URL = "/sites/HYN-00001/report/"
REPORT = {"about": "correction:not_there", "text": "Cột không có ở đây, đã dời sang bên kia đường.", "contact": ""}
HERE = {"lon": "106.57", "lat": "20.561"}


def kept(world: World, **values: Any) -> PublicReport:
    made: PublicReport = make.PublicReportFactory(
        authority=world.authority, site=world.harbour, unit=world.thai_thuy, position=world.harbour.position, **values
    )
    return made


# --- Reporting --------------------------------------------------------------------------------------------------------


def test_a_report_needs_no_account_and_gives_a_ticket(world: World, as_person: SignIn) -> None:
    client = as_person(None)
    assert client.get(URL).status_code == 200
    response = client.post(URL, {**REPORT, "contact": "me@example.vn"}, follow=True)
    report = PublicReport.objects.get()
    assert report.ticket in response.content.decode()
    assert (report.site, report.unit, report.kind, report.category) == (
        world.harbour,
        world.thai_thuy,
        "correction",
        "not_there",
    )
    assert (report.authority, report.contact) == (world.authority, "me@example.vn")
    assert "127.0.0.1" not in report.sender
    status = client.get("/report/status/", {"ticket": f"{report.ticket[:5]} {report.ticket[5:].lower()}"}, follow=True)
    assert status.status_code == 200
    assert "me@example.vn" not in status.content.decode()


def test_a_mast_that_stands_elsewhere_is_shown_on_the_map(world: World, as_person: SignIn) -> None:
    client = as_person(None)
    about = {**REPORT, "about": "correction:misplaced"}
    assert client.post(URL, about).status_code == 422
    assert client.post(URL, {**about, **HERE}).status_code == 302
    report = PublicReport.objects.get()
    assert (report.proposed_position.x, report.proposed_position.y) == (106.57, 20.561)
    assert report.position.x == world.harbour.position.x


def test_no_coverage_is_reported_for_a_place(world: World, as_person: SignIn) -> None:
    client = as_person(None)
    about = {**REPORT, "about": "coverage:no_signal", "operator": "VIETTEL", "technology": "4G"}
    assert client.get("/report/?about=coverage:no_signal&at=106.6,20.55").status_code == 200
    assert client.post("/report/", about).status_code == 422
    assert client.post("/report/", {**about, **HERE}).status_code == 302
    report = PublicReport.objects.get()
    assert (report.site, report.unit, report.organization, report.technology) == (
        None,
        world.thai_thuy,
        world.viettel,
        "4G",
    )
    assert client.post("/report/", {**about, "unit": "11953"}).status_code == 302
    assert PublicReport.objects.first().unit == world.pho_hien


def test_a_place_belongs_to_the_authority_that_answers_for_it(world: World, as_person: SignIn) -> None:
    as_person(None).post("/report/", {**REPORT, "about": "correction:missing", "lon": "106.7", "lat": "20.9"})
    assert PublicReport.objects.get().authority == world.neighbour


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "short"},
        {"text": " " * 40},
        {"text": "x" * 2001},
        {"about": "gossip"},
        {"about": "coverage:not_there"},
        {"about": "correction:missing"},
        {"contact": "x" * 200},
        {"operator": "NOBODY"},
        {"lon": "NaN", "lat": "1"},
        {"lon": "200", "lat": "1"},
    ],
)
def test_a_report_that_says_nothing_is_given_back(world: World, as_person: SignIn, wrong: dict[str, str]) -> None:
    response = as_person(None).post(URL, {**REPORT, **wrong})
    assert response.status_code == 422
    assert not PublicReport.objects.exists()


def test_a_robot_is_thanked_and_dropped(world: World, as_person: SignIn) -> None:
    assert as_person(None).post(URL, {**REPORT, "website": "https://spam.example"}).status_code == 302
    assert not PublicReport.objects.exists()


def test_many_reports_from_one_address_are_stopped(world: World, as_person: SignIn) -> None:
    client = as_person(None)
    assert [client.post(URL, REPORT).status_code for _ in range(6)] == [302] * 5 + [429]
    assert client.post("/report/", {**REPORT, "about": "coverage:other", **HERE}).status_code == 429
    assert client.post(URL, REPORT, REMOTE_ADDR="10.1.2.3").status_code == 302
    assert PublicReport.objects.count() == 6


def test_many_reports_about_one_site_are_stopped(world: World, as_person: SignIn) -> None:
    for place in range(20):
        kept(world, sender=sender_of(f"10.0.0.{place}"))
    assert as_person(None).post(URL, REPORT, REMOTE_ADDR="10.9.9.9").status_code == 429


def test_a_report_needs_the_form_of_this_site(world: World) -> None:
    assert Client(enforce_csrf_checks=True).post(URL, REPORT).status_code == 403


def test_there_is_nothing_to_report_about_what_is_not_published(world: World, as_person: SignIn) -> None:
    assert as_person(None).get("/sites/HYN-99999/report/").status_code == 404


def test_a_hostile_report_stays_text(world: World, as_person: SignIn) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)>"
    again = as_person(None).post(URL, {**REPORT, "text": hostile, "about": ""})
    assert "<script>alert" not in again.content.decode()
    as_person(None).post(URL, {**REPORT, "text": hostile})
    report = PublicReport.objects.get()
    for url in (f"/reports/{report.pk}/", "/reports/"):
        assert "<img src=x" not in as_person(world.officer).get(url).content.decode()


@pytest.mark.parametrize("ticket", ["ABC", "0000000000", "<b>", "A" * 40])
def test_a_ticket_that_is_none_is_said(world: World, as_person: SignIn, ticket: str) -> None:
    response = as_person(None).get("/report/status/", {"ticket": ticket})
    assert response.status_code == 404
    assert as_person(None).get("/report/AAAAAAAAAA/").status_code == 404


# --- Handling ---------------------------------------------------------------------------------------------------------


def test_a_report_is_taken_up_answered_and_closed(world: World, as_person: SignIn) -> None:
    report = kept(world, contact="0912", sender="abc")
    client = as_person(world.officer)
    act = f"/reports/{report.pk}/act/"
    client.post(act, {"to": "taken"})
    report.refresh_from_db()
    assert (report.status, report.assignee) == ("taken", world.officer)
    assert client.post(act, {"to": "answered", "answer": "ngắn"}).status_code == 422
    client.post(act, {"to": "answered", "answer": "Đã kiểm tra, cột sẽ được sửa."})
    assert "Đã kiểm tra" in as_person(None).get(f"/report/{report.ticket}/").content.decode()
    client.post(act, {"to": "closed"})
    report.refresh_from_db()
    assert (report.status, report.contact, report.sender) == ("closed", "", "")
    client.post(act, {"to": "taken"})
    report.refresh_from_db()
    assert report.status == "closed"
    assert ChangeRecord.objects.filter(kind__startswith="report.").count() == 3


def test_a_site_moves_to_where_the_report_says(world: World, as_person: SignIn) -> None:
    report = kept(world, category="misplaced", proposed_position=world.citadel.position)
    page = as_person(world.officer).get(f"/reports/{report.pk}/")
    assert page.context["distance"] > 50_000
    assert as_person(world.inspector).post(f"/reports/{report.pk}/act/", {"to": "move"}).status_code == 404
    as_person(world.officer).post(f"/reports/{report.pk}/act/", {"to": "move"})
    world.harbour.refresh_from_db()
    assert world.harbour.position.x == world.citadel.position.x
    assert world.harbour.unit == world.pho_hien


def test_who_sees_reports(world: World, as_person: SignIn) -> None:
    report = kept(world)
    expected = {"officer": 200, "inspector": 200, "owner": 404, "foreign_officer": 404, "outsider": 404}
    for person, status in expected.items():
        assert as_person(getattr(world, person)).get(f"/reports/{report.pk}/").status_code == status, person
    assert as_person(world.local_officer).get(f"/reports/{report.pk}/").status_code == 200
    elsewhere = make.PublicReportFactory(authority=world.authority, unit=world.pho_hien)
    assert as_person(world.local_officer).get(f"/reports/{elsewhere.pk}/").status_code == 404
    assert as_person(None).get("/reports/").status_code == 302


@pytest.mark.parametrize("query", ["", "?standing=waiting", "?kind=coverage", "?q=tháo", "?mine=me", "?export=csv"])
def test_the_list_filters_and_exports(world: World, as_person: SignIn, query: str) -> None:
    kept(world)
    assert as_person(world.manager).get(f"/reports/{query}").status_code == 200


def test_queries_of_the_pages(world: World, as_person: SignIn, django_assert_max_num_queries: Any) -> None:
    report = kept(world)
    client = as_person(world.officer)
    for url, most in (("/reports/", 22), (f"/reports/{report.pk}/", 28), (URL, 20), ("/report/", 18)):
        client.get(url)
        with django_assert_max_num_queries(most):
            client.get(url)
