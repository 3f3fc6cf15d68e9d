"""Reminders: before, on and after a date; in the program and by e-mail; once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command

from infra.models import User
from inspections.casework.recomputing import recompute
from inspections.casework.reminding import horizon_of, remind
from inspections.models import CaseDeadline, Reminder, ReminderKind, ViolationCase
from inspections.services.reminders import reminders_are_due, reminders_mail
from tests.inspections.running import K, Office
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db

RECORD = date(2026, 11, 23)
DECISION = date(2026, 12, 2)


@pytest.fixture
def recorded(office: Office) -> ViolationCase:
    case = office.open()
    office.take(case, K.RECORD, RECORD)
    return case


def told(person: User) -> list[tuple[str, str]]:
    return list(Reminder.objects.filter(person=person).order_by("id").values_list("name", "kind"))


def test_people_are_told_three_working_days_ahead(world: World, law: None) -> None:
    assert horizon_of(date(2026, 11, 23)) == date(2026, 11, 26)
    assert horizon_of(date(2026, 11, 26)) == date(2026, 12, 1)
    assert horizon_of(date(2026, 2, 12)) == date(2026, 2, 24), "Tết lies between"


def test_a_date_is_told_before_on_the_day_and_late(world: World, recorded: ViolationCase) -> None:
    remind(date(2026, 11, 26))
    assert told(world.officer) == [], "the decision is four working days away"
    remind(date(2026, 11, 27))
    assert told(world.officer) == [("decision", ReminderKind.BEFORE)]
    remind(date(2026, 11, 27))
    remind(DECISION)
    remind(DECISION + timedelta(days=1))
    remind(DECISION + timedelta(days=2))
    assert told(world.officer) == [
        ("decision", ReminderKind.BEFORE),
        ("decision", ReminderKind.DUE),
        ("decision", ReminderKind.OVERDUE),
    ]


def test_the_party_is_told_of_its_rights_while_they_last(world: World, recorded: ViolationCase) -> None:
    remind(date(2026, 11, 23))
    assert told(world.owner) == [("hearing_request", ReminderKind.BEFORE)]
    assert told(world.colleague) == [], "a viewer answers for nothing"
    assert told(world.stranger) == []
    remind(date(2026, 12, 4))
    assert ("hearing_request", ReminderKind.OVERDUE) not in told(world.owner), "a right that has lapsed is not late"


def test_a_case_nobody_runs_is_told_to_the_managers(world: World, recorded: ViolationCase) -> None:
    ViolationCase.objects.filter(pk=recorded.pk).update(officer=None)
    remind(DECISION)
    assert told(world.manager) == [("decision", ReminderKind.DUE)]
    assert told(world.officer) == []
    User.objects.filter(pk=world.manager.pk).update(is_active=False)
    remind(DECISION + timedelta(days=1))
    assert told(world.manager) == [("decision", ReminderKind.DUE)]


def test_a_date_that_moved_is_told_anew(world: World, recorded: ViolationCase) -> None:
    remind(DECISION)
    ViolationCase.objects.filter(pk=recorded.pk).update(is_complex=True)
    recompute()
    moved = CaseDeadline.objects.get(case=recorded, name="decision").due_on
    assert moved == date(2027, 1, 25), "two months end on a Saturday"
    remind(moved)
    assert told(world.officer).count(("decision", ReminderKind.DUE)) == 2


def test_one_mail_holds_all_that_is_new(world: World, recorded: ViolationCase, office: Office, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example"
    settings.PUBLIC_URL = "https://sotram.example"
    User.objects.filter(pk=world.officer.pk).update(email="ha@example.vn")
    second = office.open(person=office.citizen("Phạm Văn Ất"))
    office.take(second, K.RECORD, RECORD)
    _new, sent = remind(DECISION)
    assert sent == 1
    message = mail.outbox[0]
    assert message.to == ["ha@example.vn"]
    assert recorded.number in message.body
    assert f"https://sotram.example/cases/{recorded.pk}/" in message.body
    assert second.number in message.body
    assert "Ất" not in message.body, "persons charged are not named in mails"
    assert reminders_mail() == 0, "nothing is sent twice"


def test_without_a_server_nothing_is_sent(world: World, recorded: ViolationCase) -> None:
    User.objects.filter(pk=world.officer.pk).update(email="ha@example.vn")
    assert remind(DECISION)[1] == 0
    assert mail.outbox == []
    assert Reminder.objects.filter(mailed_at__isnull=False).count() == 0


@pytest.mark.usefixtures("on_monday")
def test_the_command_and_the_round(world: World, recorded: ViolationCase, capsys: pytest.CaptureFixture[str]) -> None:
    assert reminders_are_due()
    call_command("remind")
    assert not reminders_are_due()
    call_command("recompute_deadlines")
    assert told(world.owner) == [("hearing_request", ReminderKind.BEFORE)]


@pytest.mark.usefixtures("on_monday")
def test_reminders_are_read_on_the_agenda(as_person: SignIn, world: World, recorded: ViolationCase) -> None:
    remind(DECISION)
    client = as_person(world.officer)
    assert recorded.number in client.get("/cases/agenda/").content.decode()
    assert client.post("/cases/agenda/seen/").status_code == 302
    assert not Reminder.objects.filter(person=world.officer, read_at__isnull=True).exists()
