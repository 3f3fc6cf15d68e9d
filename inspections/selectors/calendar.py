"""Days off of a calendar: the official list as entered, completed by a library where a year's list is not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import holidays
from django.utils.translation import get_language

from inspections.models import CalendarDay, CalendarYear, DayKind

SATURDAY = 5


@dataclass(frozen=True)
class Day:
    """What a day is, where it is not what its weekday says."""

    kind: str
    name_vi: str
    name_en: str

    @property
    def name(self) -> str:
        """The day's name in the language of the request."""
        return self.name_en or self.name_vi if get_language() == "en" else self.name_vi


@dataclass(frozen=True)
class Year:
    """Days of one year; ``is_official`` tells whether the list was entered in full.

    ``doubts`` are weekdays that the library calls holidays and an unverified list does not.
    """

    days: dict[date, Day]
    is_official: bool
    doubts: dict[date, Day] = field(default_factory=dict)


def year_of(calendar: str, year: int) -> Year:
    """Return the special days of *year* (two queries)."""
    official = CalendarYear.objects.filter(calendar=calendar, year=year).exists()
    return year_from(calendar, year, official, CalendarDay.objects.filter(calendar=calendar, date__year=year))


def year_from(calendar: str, year: int, official: bool, rows: Iterable[CalendarDay]) -> Year:
    """Make a year of the list's *rows*; where the list is not entered in full, the library completes it."""
    library = _from_library(calendar, year)
    days = {} if official else dict(library)
    entered = list(rows)
    for row in entered:
        days[row.date] = Day(row.kind, row.name_vi, row.name_en)
    doubts = {}
    if official and not all(row.verified for row in entered):
        doubts = {
            on: day
            for on, day in library.items()
            if on not in days and on.weekday() < SATURDAY and day.kind != DayKind.WORKING_DAY
        }
    return Year(days, official, doubts)


def library_days(calendar: str, year: int) -> dict[date, Day]:
    """Return the days that the library knows for *year*."""
    return dict(_from_library(calendar, year))


@lru_cache(maxsize=64)
def _from_library(calendar: str, year: int) -> dict[date, Day]:
    try:
        vietnamese = holidays.country_holidays(calendar, years=year, language="vi")
        english = holidays.country_holidays(calendar, years=year, language="en_US")
    except NotImplementedError:
        return {}
    days = {day: Day(DayKind.HOLIDAY, name, english.get(day) or name) for day, name in vietnamese.items()}
    for day in getattr(vietnamese, "weekend_workdays", ()):
        if day.year == year:
            days[day] = Day(DayKind.WORKING_DAY, "Ngày làm bù", "Working day in exchange")
    return days
