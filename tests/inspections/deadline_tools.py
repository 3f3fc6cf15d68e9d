"""Deadlines without a database: the shipped clocks and the shipped calendar, read from their files."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from inspections.casework.deadlines import Deadline, Facts, deadlines_of
from inspections.casework.working_days import WorkingCalendar
from inspections.models import CalendarDay
from inspections.selectors.calendar import Year, year_from
from inspections.selectors.law import LawBook
from inspections.services import reference

Steps = tuple[tuple[str, date], ...]

LAW = Path(__file__).resolve().parents[2] / "fixtures" / "law"
SHIPPED = reference._read(LAW / "working_calendar.json")
BOOK = LawBook(
    [reference._clock(row) for row in reference._read(LAW / "clocks.json")["clocks"]],
    [reference._authority(row) for row in reference._read(LAW / "authorities.json")],
    [reference._maximum(row) for row in reference._read(LAW / "field_maxima.json")],
)
DAYS: list[CalendarDay] = [reference._calendar_day("VN")(row) for row in SHIPPED["days"]]


@cache
def shipped_year(code: str, number: int) -> Year:
    """The calendar as shipped; other years by the library."""
    rows = [row for row in DAYS if row.date.year == number]
    return year_from(code, number, number in SHIPPED["complete_years"], rows)


def working_calendar(**extra: Any) -> WorkingCalendar:
    return WorkingCalendar(read_year=shipped_year, **extra)


def computed(steps: Steps, **facts: Any) -> dict[str, Deadline]:
    """Name -> deadline for steps and further facts."""
    field = str(facts.pop("field", "telecom"))
    rows = deadlines_of(Facts(field=field, steps=steps, **facts), working_calendar(), BOOK)
    return {row.name: row for row in rows}


def record(on: date) -> Steps:
    return (("record", on),)
