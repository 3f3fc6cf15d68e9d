"""An officer's agenda, the calendar feed, and the hand-over of many cases."""

import re
from datetime import date

import pytest
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from infra.models import ChangeRecord
from inspections.models import CalendarKey, ViolationCase
from tests.inspections.running import K, Office
from tests.world import SignIn, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

AGENDA = "/cases/agenda/"


@pytest.fixture
def cases(office: Office) -> list[ViolationCase]:
    """One case overdue, one due within a week, one later, one against a person."""
    overdue, soon, later = office.open(on=date(2026, 11, 2)), office.open(on=date(2026, 11, 16)), office.open()
    office.take(overdue, K.RECORD, date(2026, 11, 2))
    office.take(soon, K.RECORD, date(2026, 11, 17))
    person = office.open(person=office.citizen(), organization=None)
    return [overdue, soon, later, person]


def test_what_is_due_first_stands_first(as_person: SignIn, world: World, cases: list[ViolationCase]) -> None:
    html = as_person(world.officer).get(AGENDA).content.decode()
    places = [html.index(case.number) for case in cases]
    assert places[0] < places[1] < places[2]
    assert 'id="group-overdue"' in html
    assert 'id="group-week"' in html
    assert "Phạm Văn Ất" not in html, "lists do not name persons charged"


def test_others_agendas_are_read_by_the_authority_only(
    as_person: SignIn, world: World, cases: list[ViolationCase]
) -> None:
    address = f"{AGENDA}?officer=officer"
    html = as_person(world.manager).get(address).content.decode()
    assert cases[0].number in html
    assert "calendar-key" not in html, "a calendar is one's own"
    assert cases[0].number not in as_person(world.manager).get(AGENDA).content.decode()
    assert as_person(world.owner).get(AGENDA).status_code == 404
    assert as_person(world.inspector).get(AGENDA).status_code == 404
    assert cases[0].number not in as_person(world.foreign_officer).get(address).content.decode()
    assert as_person(None).get(AGENDA).status_code == 302
    assert as_person(world.manager).get(f"{AGENDA}?officer=nobody").status_code == 404


def test_an_agenda_costs_a_fixed_number_of_queries(
    as_person: SignIn, world: World, cases: list[ViolationCase], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person(world.officer)
    for address, queries in ((AGENDA, 14), ("/cases/hand-over/?officer=officer", 14)):
        client.get(address)
        with django_assert_max_num_queries(queries, info=address):
            assert client.get(address).status_code == 200


def address_of(client: Client) -> str:
    client.post("/cases/agenda/key/")
    found = re.search(r'id="calendar-address" value="([^"]+)"', client.get(AGENDA).content.decode())
    assert found is not None
    return found[1]


def test_the_calendar_of_an_officer(
    as_person: SignIn, world: World, cases: list[ViolationCase], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person(world.officer)
    address = address_of(client)
    assert 'id="calendar-address"' not in client.get(AGENDA).content.decode(), "the address is shown once"
    anybody = Client()
    with django_assert_max_num_queries(9):
        answer = anybody.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    decision = next(
        event for event in events if event["SUMMARY"].startswith("Quyết định") and cases[0].number in event["SUMMARY"]
    )
    assert decision.decoded("DTSTART") == date(2026, 11, 11)
    assert decision.decoded("DTEND") == date(2026, 11, 12)
    assert "7 ngày làm việc" in decision["DESCRIPTION"]
    assert decision["URL"].endswith(f"/cases/{cases[0].pk}/")
    assert decision.walk("VALARM")
    assert "Ất" not in answer.content.decode(), "persons charged are not named in calendars"
    assert len({str(event["UID"]) for event in events}) == len(events)


def test_a_calendar_stops_when_its_address_is_changed_or_taken_away(
    as_person: SignIn, world: World, cases: list[ViolationCase]
) -> None:
    client, anybody = as_person(world.officer), Client()
    first = address_of(client)
    second = address_of(client)
    assert first != second
    assert anybody.get(first).status_code == 404
    assert anybody.get(second).status_code == 200
    assert second.rpartition("/")[2].removesuffix(".ics") not in str(CalendarKey.objects.values_list("digest")), (
        "only a digest is kept"
    )
    client.post("/cases/agenda/key/", {"revoke": "1"})
    assert anybody.get(second).status_code == 404
    assert as_person(world.owner).post("/cases/agenda/key/").status_code == 404


def test_someone_who_left_has_no_calendar(as_person: SignIn, world: World, cases: list[ViolationCase]) -> None:
    address = address_of(as_person(world.officer))
    world.officer.is_active = False
    world.officer.save()
    assert Client().get(address).status_code == 404


def test_many_cases_are_handed_over_with_the_list_of_what_is_due(
    as_person: SignIn, world: World, cases: list[ViolationCase]
) -> None:
    client = as_person(world.manager)
    html = client.get("/cases/hand-over/?officer=officer").content.decode()
    assert html.index(cases[0].number) < html.index(cases[1].number)
    given = {
        "officer": "officer",
        "case": [cases[0].pk, cases[1].pk],
        "to": "local-officer",
        "reason": "Nghỉ thai sản",
    }
    assert client.post("/cases/hand-over/", given).status_code == 302
    assert set(ViolationCase.objects.filter(officer=world.local_officer)) == set(cases[:2])
    assert ChangeRecord.objects.filter(kind="case.handed_over", reason="Nghỉ thai sản").count() == 2
    assert cases[0].number in as_person(world.local_officer).get(AGENDA).content.decode()


def test_what_cannot_be_handed_over_is_said(as_person: SignIn, world: World, office: Office) -> None:
    case = office.open(unit=world.pho_hien)
    client = as_person(world.manager)
    given = {"officer": "officer", "case": [case.pk], "to": "local-officer", "reason": "Nghỉ"}
    answer = client.post("/cases/hand-over/", given)
    assert answer.status_code == 200
    assert case.number in answer.content.decode()
    case.refresh_from_db()
    assert case.officer == world.officer
    nobody = client.post("/cases/hand-over/", given | {"to": "", "case": []})
    assert "Hãy chọn vụ việc và người tiếp nhận" in nobody.content.decode()
    assert as_person(world.auditor).post("/cases/hand-over/", given).status_code in (200, 404)
    case.refresh_from_db()
    assert case.officer == world.officer
    assert as_person(world.owner).get("/cases/hand-over/").status_code == 404
