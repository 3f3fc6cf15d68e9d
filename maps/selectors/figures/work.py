"""Figures of work: cases past their deadline, findings not remedied, outages, citizens' reports, reporting on time."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from infra.access import Permission, can
from infra.models import InstallationKind, PublicReport
from infra.selectors.collections import unit_ids
from infra.selectors.reports import WAITING
from inspections.models import Finding, IncidentObject, ViolationCase
from inspections.selectors.cases import open_cases
from maps.queries.stations import stations
from maps.selectors.ages import DataAge
from maps.selectors.figures.figure import PERCENT, Asked, Figure


def narrowed(rows: QuerySet[Any], asked: Asked, unit: str = "unit", organization: str = "organization") -> Any:
    """Keep the rows of the unit and the organization that are asked for."""
    if asked.organization:
        rows = rows.filter(**{f"{organization}__code": asked.organization})
    if asked.unit:
        rows = rows.filter(**{f"{unit}__in": unit_ids(asked.unit)})
    return rows


def open_cases_of(asked: Asked) -> QuerySet[ViolationCase]:
    """Return the cases that the person may see and that nothing has ended."""
    found: QuerySet[ViolationCase] = narrowed(open_cases(asked.person), asked)
    return found


def work_figures(asked: Asked, ages: Sequence[DataAge]) -> Iterator[Figure]:
    """Yield the figures of work; a past day has none of them: nobody kept what was late then."""
    if asked.is_past:
        return
    if can(asked.person, Permission.SEE_CASES):
        yield _cases(asked)
    yield from _findings(asked)
    yield _outages(asked)
    if can(asked.person, Permission.SEE_REPORTS):
        yield _reports(asked)
    if not asked.unit:
        yield _on_time(asked, ages)


def _cases(asked: Asked) -> Figure:
    rows = open_cases_of(asked).order_by()
    counts = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(standing__due_on__lt=asked.day)))
    return Figure(
        name="overdue_cases",
        title=_("Overdue cases"),
        sentence=_("of %(all)s open cases"),
        numerator=counts["late"],
        denominator=counts["all"],
        unit="cases",
        as_of=asked.day,
        better="down",
        list_url=asked.plain_url("inspections:cases", deadline="overdue"),
        map_url=asked.url("maps:console", layers="units,cases"),
    )


def _findings(asked: Asked) -> Iterator[Figure]:
    if not can(asked.person, Permission.SEE_INSPECTIONS):
        return
    rows = narrowed(Finding.objects.visible_to(asked.person).standing(), asked).order_by()
    counts = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=asked.day)))
    yield Figure(
        name="late_findings",
        title=_("Findings not remedied in time"),
        sentence=_("of %(all)s open findings"),
        numerator=counts["late"],
        denominator=counts["all"],
        unit="findings",
        as_of=asked.day,
        better="down",
        list_url=asked.plain_url("inspections:inspections", findings="late"),
        map_url=asked.url("maps:console", layers="units,inspections"),
    )


def _outages(asked: Asked) -> Figure:
    rows = IncidentObject.objects.visible_to(asked.person).out()
    rows = rows.filter(installation__kind=InstallationKind.BASE_STATION)
    out = narrowed(rows, asked, "installation__unit", "installation__organization").order_by()
    return Figure(
        name="stations_out",
        title=_("Stations out of service"),
        sentence=_("of %(all)s operating stations"),
        numerator=out.count(),
        denominator=len(stations(asked.reader, asked.filters, asked.day)),
        unit="stations",
        as_of=asked.day,
        better="down",
        list_url=asked.plain_url("inspections:incidents", standing="open"),
        map_url=asked.url("maps:console", layers="units,stations,incidents"),
    )


def _reports(asked: Asked) -> Figure:
    rows = narrowed(PublicReport.objects.visible_to(asked.person), asked).order_by()
    counts = rows.aggregate(all=Count("pk"), waiting=Count("pk", filter=Q(status__in=WAITING)))
    return Figure(
        name="waiting_reports",
        title=_("Citizens' reports that wait"),
        sentence=_("of %(all)s reports"),
        numerator=counts["waiting"],
        denominator=counts["all"],
        unit="reports",
        as_of=asked.day,
        better="down",
        list_url=asked.plain_url("maps:reports", standing="waiting"),
        map_url=None,
    )


def _on_time(asked: Asked, ages: Sequence[DataAge]) -> Figure:
    return Figure(
        name="operators_on_time",
        title=_("Operators on time"),
        sentence=_("%(n)s of %(all)s operators reported within their period"),
        numerator=sum(not age.late for age in ages),
        denominator=len(ages),
        unit="%",
        as_of=asked.day,
        factor=PERCENT,
        better="up",
    )
