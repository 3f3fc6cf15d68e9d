"""Counting days as the law does: working days, days, months; the first day is not counted.

Bộ luật Dân sự 2015: Điều 147(2) the first day is not counted; 148(3) a term in months ends on the same day of the
month, or on its last day; 148(5) a term that ends on a day of rest ends with the next working day.
"""

import calendar as month_lengths
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from inspections.models import DayKind
from inspections.selectors.calendar import SATURDAY, Day, Year, year_of

#: a term of working days longer than this is a mistake of the data, not of the law
LONGEST_TERM_DAYS = 3660


@dataclass(frozen=True)
class Skipped:
    """A day that was not counted, or over which a term was carried."""

    on: date
    name_vi: str
    name_en: str
    is_holiday: bool

    def as_json(self) -> dict[str, object]:
        return {
            "date": self.on.isoformat(),
            "name_vi": self.name_vi,
            "name_en": self.name_en,
            "holiday": self.is_holiday,
        }


@dataclass(frozen=True)
class Term:
    """A counted term. ``nominal`` is its last day before it was carried over days of rest.

    ``doubts`` are days that were counted as the list entered says, although the library calls them holidays.
    """

    starts_on: date
    due: date
    nominal: date
    skipped: tuple[Skipped, ...]
    is_provisional: bool
    doubts: tuple[Skipped, ...] = ()


@dataclass
class WorkingCalendar:
    """The working days of one calendar, with what somebody adds for a "what if"."""

    code: str = "VN"
    extra_holidays: frozenset[date] = frozenset()
    extra_working_days: frozenset[date] = frozenset()
    read_year: Callable[[str, int], Year] = year_of
    _years: dict[int, Year] = field(default_factory=dict)

    def year(self, number: int) -> Year:
        """Return the special days of a year, read once."""
        if number not in self._years:
            self._years[number] = self.read_year(self.code, number)
        return self._years[number]

    def rest(self, day: date) -> Skipped | None:
        """Return why *day* is a day of rest, None for a working day."""
        if day in self.extra_working_days:
            return None
        if day in self.extra_holidays:
            return Skipped(day, "Ngày nghỉ bổ sung", "Additional day off", is_holiday=True)
        special: Day | None = self.year(day.year).days.get(day)
        if special is not None:
            if special.kind == DayKind.WORKING_DAY:
                return None
            return Skipped(day, special.name_vi, special.name_en or special.name_vi, is_holiday=True)
        if day.weekday() >= SATURDAY:
            saturday = day.weekday() == SATURDAY
            return Skipped(
                day, "Thứ Bảy" if saturday else "Chủ nhật", "Saturday" if saturday else "Sunday", is_holiday=False
            )
        return None

    def working_days(self, starts_on: date, count: int) -> Term:
        """Count *count* working days after *starts_on*."""
        day, left, skipped = starts_on, count, []
        while left > 0:
            day += timedelta(days=1)
            if (day - starts_on).days > LONGEST_TERM_DAYS:
                raise ValueError(_("The calendar leaves no working days to count."))
            reason = self.rest(day)
            if reason is None:
                left -= 1
            else:
                skipped.append(reason)
        return self._term(starts_on, day, day, skipped, starts_on)

    def days(self, starts_on: date, count: int) -> Term:
        """Count *count* days after *starts_on*; carried over days of rest at the end."""
        return self._carried(starts_on, starts_on + timedelta(days=count))

    def months(self, starts_on: date, count: int) -> Term:
        """Count *count* months from *starts_on*: the same day of the month, or that month's last."""
        return self._carried(starts_on, add_months(starts_on, count))

    def _carried(self, starts_on: date, nominal: date) -> Term:
        day, skipped = nominal, []
        while (reason := self.rest(day)) is not None:
            skipped.append(reason)
            day += timedelta(days=1)
        return self._term(starts_on, day, nominal, skipped, nominal)

    def _term(self, starts_on: date, due: date, nominal: date, skipped: Iterable[Skipped], looked_from: date) -> Term:
        """Make the term; it is provisional if a day from *looked_from* on was judged without an official list."""
        years = [self.year(number) for number in range(looked_from.year, due.year + 1)]
        provisional = not all(year.is_official for year in years)
        doubts = tuple(
            Skipped(on, day.name_vi, day.name_en or day.name_vi, is_holiday=True)
            for year in years
            for on, day in sorted(year.doubts.items())
            if looked_from <= on <= due
            and on > starts_on
            and on not in self.extra_working_days
            and on not in self.extra_holidays
        )
        return Term(starts_on, due, nominal, tuple(skipped), provisional, doubts)


def add_months(day: date, count: int) -> date:
    """Return the same day of the month *count* months later, or that month's last day."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, month_lengths.monthrange(year, month)[1]))
