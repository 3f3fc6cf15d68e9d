"""An officer's deadlines as iCalendar: one event for each day on which something is due."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from infra.models import User
from inspections.casework.reasoning import sentence
from inspections.models import CaseDeadline, DeadlineName

#: how long before the day a calendar program reminds
ALARM = timedelta(hours=-15)


def calendar_of(person: User, rows: Iterable[CaseDeadline], address: str) -> bytes:
    """Return the calendar of *person*. Persons charged are not named: a calendar is seen by many programs."""
    calendar = Calendar()
    calendar.add("prodid", "-//So Tram//Cases//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Deadlines of %(person)s") % {"person": person})
    calendar.add("x-published-ttl", "PT1H")
    for row in rows:
        calendar.add_component(_event(row, address))
    return bytes(calendar.to_ical())


def _event(row: CaseDeadline, address: str) -> Event:
    case = row.case
    party = str(case.organization or _("A person"))
    name = DeadlineName(row.name).label
    event = Event()
    event.add("uid", f"case-{case.pk}-{row.name}@{address.partition('://')[2] or 'sotram'}")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", row.due_on)
    event.add("dtend", row.due_on + timedelta(days=1))
    event.add("summary", f"{name}: {case.number}, {party}")
    event.add("description", f"{sentence(row.basis, row.due_on, row.skipped)} {row.rule}".strip())
    event.add("url", f"{address}/cases/{case.pk}/")
    if case.unit is not None:
        event.add("location", case.unit.full_name)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{name}: {case.number}")
    alarm.add("trigger", ALARM)
    event.add_component(alarm)
    return event
