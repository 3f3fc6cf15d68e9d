"""The calendar of working days, a year at a time: months drawn, days entered, differences to the library."""

import calendar as months
import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from infra import formats
from infra.access import Permission, can
from infra.models import User
from infra.pages.guard import acting_authority, needs
from inspections.casework.lawmaking import Preview, preview_calendar
from inspections.casework.working_days import WorkingCalendar
from inspections.forms.law import TABLES, CalendarDayForm
from inspections.models import CalendarDay, DayKind
from inspections.pages.law import STAFF
from inspections.selectors.calendar import library_days, year_of
from inspections.services.law import calendar_change
from inspections.tasks import recompute_deadlines

YEARS_BACK, YEARS_AHEAD = 15, 15
CODE = "VN"


@dataclass(frozen=True)
class DayCell:
    """A day of a drawn month; ``kind``: work, rest, holiday, worked, doubt, or empty before the first."""

    day: int
    kind: str
    title: str


@dataclass(frozen=True)
class Month:
    """A month as it is drawn: its name and its weeks from Monday on."""

    name: str
    weeks: list[list[DayCell]]


def _months(year: int, days: WorkingCalendar) -> list[Month]:
    doubts = days.year(year).doubts
    drawn = []
    for month in range(1, 13):
        weeks = [
            [_cell(dt.date(year, month, day), days, doubts) if day else DayCell(0, "", "") for day in week]
            for week in months.monthcalendar(year, month)
        ]
        drawn.append(Month(_("Month %(n)s") % {"n": month}, weeks))
    return drawn


def _cell(day: dt.date, days: WorkingCalendar, doubts: dict[dt.date, Any]) -> DayCell:
    rest = days.rest(day)
    if day in doubts:
        return DayCell(day.day, "doubt", f"{formats.day(day)}: {doubts[day].name}")
    if rest is None:
        special = days.year(day.year).days.get(day)
        kind = "worked" if special is not None and special.kind == DayKind.WORKING_DAY else "work"
        return DayCell(day.day, kind, special.name if special is not None else "")
    name = rest.name_en if get_language() == "en" else rest.name_vi
    return DayCell(day.day, "holiday" if rest.is_holiday else "rest", name)


@needs(*STAFF)
def calendar_page(request: HttpRequest, year: int | None = None) -> HttpResponseBase:
    """Show a year; an administrator enters a day, and first sees which open cases it moves."""
    today = timezone.localdate()
    number = year or today.year
    if not today.year - YEARS_BACK <= number <= today.year + YEARS_AHEAD:
        raise Http404
    edits = can(request.user, Permission.ADMINISTER)
    form = CalendarDayForm(request.POST or None, initial={"date": dt.date(number, today.month, min(today.day, 28))})
    preview: Preview | None = None
    status = 200
    if request.method == "POST":
        if not edits:
            raise Http404
        if not form.is_valid():
            status = 400
        elif "confirm" in request.POST:
            return _entered(request, form)
        else:
            preview = preview_calendar(request.user, CODE, [_row(form)], ())
    context = {
        "tables": TABLES.values(),
        "year": number,
        "years": range(today.year - 3, today.year + 4),
        "months": _months(number, WorkingCalendar(CODE)),
        "weekdays": [_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su")],
        "rows": CalendarDay.objects.filter(calendar=CODE, date__year=number).order_by("date"),
        "library": library_days(CODE, number),
        "kept": year_of(CODE, number),
        "form": form,
        "preview": preview,
        "edits": edits,
    }
    return render(request, "inspections/calendar.html", context, status=status)


def _row(form: CalendarDayForm) -> CalendarDay:
    values = {
        name: form.cleaned_data[name] for name in ("date", "kind", "name_vi", "name_en", "instead_of", "verified")
    }
    return CalendarDay(calendar=CODE, **values)


def _entered(request: HttpRequest, form: CalendarDayForm) -> HttpResponseBase:
    row = _row(form)
    calendar_change(
        actor=cast(User, request.user),
        authority=acting_authority(request.user, Permission.ADMINISTER),
        put=[row],
        reason=form.cleaned_data["reason"],
    )
    recompute_deadlines.enqueue()
    messages.success(request, _("Saved. The dates of open cases are computed anew."))
    return redirect("inspections:calendar-year", year=row.date.year)


@require_POST
@needs(Permission.ADMINISTER)
def calendar_act(request: HttpRequest, year: int) -> HttpResponseBase:
    """Take a day out, adopt what the library knows, or say that the year's official list is entered in full."""
    actor, posted = cast(User, request.user), request.POST
    authority = acting_authority(request.user, Permission.ADMINISTER)
    rows = {row.pk: row for row in CalendarDay.objects.filter(calendar=CODE, date__year=year)}
    reason = posted.get("reason", "").strip()
    if "remove" in posted:
        wanted = posted["remove"]
        row = rows.get(int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else None
        if row is None:
            raise Http404
        calendar_change(actor=actor, authority=authority, remove=[row], reason=reason or _("Day taken out"))
    elif "adopt" in posted:
        found = [day for day in _from_library(year) if day.date.isoformat() == posted["adopt"]]
        calendar_change(actor=actor, authority=authority, put=found, reason=reason or _("Adopted from the library"))
    elif "complete" in posted:
        known = {row.date for row in rows.values()}
        fresh = [day for day in _from_library(year) if day.date not in known] if not rows else []
        words = reason or _("Official list of the year")
        calendar_change(actor=actor, authority=authority, put=fresh, complete=year, reason=words)
    else:
        raise Http404
    recompute_deadlines.enqueue()
    messages.success(request, _("Saved. The dates of open cases are computed anew."))
    return redirect("inspections:calendar-year", year=year)


def _from_library(year: int) -> list[CalendarDay]:
    return [
        CalendarDay(calendar=CODE, date=on, kind=day.kind, name_vi=day.name_vi, name_en=day.name_en, confidence="Gh")
        for on, day in sorted(library_days(CODE, year).items())
    ]
