"""Today's reminders: how far ahead people are told is a clock like the others."""

from datetime import date

from django.utils import timezone

from inspections.casework.deadlines import count
from inspections.casework.working_days import WorkingCalendar
from inspections.selectors.law import LawBook
from inspections.services.reminders import reminders_mail, reminders_write

#: days ahead where no clock says so
AHEAD_DAYS = 3
CALENDAR = "VN"


def horizon_of(today: date) -> date:
    """Return the last day of which people are told on *today*."""
    clock = LawBook.read().clock(today, "reminder")
    calendar = WorkingCalendar(CALENDAR)
    if clock is None:
        return calendar.working_days(today, AHEAD_DAYS).due
    return count(calendar, clock, today)[0].due


def remind(today: date | None = None) -> tuple[int, int]:
    """Write and mail the reminders of the day; return (new reminders, e-mails sent)."""
    day = today or timezone.localdate()
    return reminders_write(horizon_of(day), day), reminders_mail()
