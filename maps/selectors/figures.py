"""The figures a manager answers for: each with its denominator, its date, and the list and the map behind it.

What is not known is not filled in: a figure has no trend until an earlier one was kept to compare it with.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from infra.access import Permission, Person, can
from infra.models import BaseStation, Installation, InstallationKind, Permit, PermitState, Verification
from infra.selectors.collections import unit_ids
from inspections.models import CaseDeadline, ViolationCase
from maps.queries.casework import ENDED
from maps.queries.counts import Counted, station_counts, total_of
from maps.queries.filters import MISSING, Filters
from maps.queries.installations import CERTIFICATE
from maps.queries.reader import Reader
from maps.selectors.ages import DataAge, data_ages

OPERATING = "operating"
LIST = _("List")


@dataclass(frozen=True)
class Figure:
    """One figure. ``numerator`` and ``denominator`` are counts; ``share`` makes the value their percentage."""

    name: str
    title: str | Promise
    sentence: str | Promise
    numerator: int
    denominator: int
    unit: str
    as_of: date
    share: bool
    list_url: str | None
    map_url: str | None
    list_words: str | Promise = LIST

    @property
    def value(self) -> float | None:
        """The percentage, or the count; a share of nothing is not known."""
        if not self.share:
            return self.numerator
        return round(100 * self.numerator / self.denominator, 1) if self.denominator else None

    def as_json(self) -> dict[str, Any]:
        """Return the figure as the contract of the API has it."""
        return {
            "name": self.name,
            "value": self.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "unit": self.unit,
            "as_of": self.as_of.isoformat(),
            "compared_to": None,
            "trend": None,
            "list_url": self.list_url,
            "map_url": self.map_url,
        }


@dataclass(frozen=True)
class Dashboard:
    """Everything on the page. ``communes`` are counted stations by commune, ``ages`` the operators' data."""

    figures: list[Figure]
    communes: list[Counted]
    ages: list[DataAge]


def dashboard_of(person: Person, unit: str, organization: str, today: date) -> Dashboard:
    """Return the figures of what *person* may see, of one unit and one organization where they are given."""
    reader = Reader.of(person)
    filters = Filters(
        organization=(organization,) if organization else (), unit=(unit,) if unit else (), status=(OPERATING,)
    )
    communes = station_counts(reader, filters, today)
    figures = [_certificates(person, filters, today), *_stations(communes, filters, today)]
    if can(person, Permission.SEE_CASES):
        figures.append(_cases(person, filters, today))
    figures.append(_shared(communes, filters, today))
    ages = [age for age in data_ages(reader) if not organization or age.code == organization]
    if not unit:
        figures.append(_reporting(ages, today))
    return Dashboard(figures, communes, ages)


def _with(url_name: str, filters: Filters, **more: str) -> str:
    query = urlencode([*filters.pairs(), *more.items()])
    return f"{reverse(url_name)}?{query}"


def _narrowed(rows: QuerySet[Any], filters: Filters, path: str = "") -> QuerySet[Any]:
    if filters.organization:
        rows = rows.filter(**{f"{path}organization__code__in": filters.organization})
    if filters.unit:
        rows = rows.filter(**{f"{path}unit__in": [pk for code in filters.unit for pk in unit_ids(code)]})
    return rows


def _certificates(person: Person, filters: Filters, today: date) -> Figure:
    """Count the operating stations whose verification is mandatory, and those with a certificate in force."""
    duty = BaseStation.objects.filter(installation=OuterRef("pk"), verification=Verification.REQUIRED)
    held = Permit.objects.filter(
        installation=OuterRef("pk"), kind=CERTIFICATE, state=PermitState.IN_FORCE, expires_on__gte=today
    )
    operating = Installation.objects.visible_to(person).filter(kind=InstallationKind.BASE_STATION, status=OPERATING)
    rows = _narrowed(operating, filters).filter(Exists(duty))
    counts = rows.order_by().aggregate(all=Count("pk"), held=Count("pk", filter=Q(Exists(held))))
    return Figure(
        name="certificates_in_force",
        title=_("Certificates in force"),
        sentence=_("%(n)s of %(all)s operating stations that must be verified"),
        numerator=counts["held"],
        denominator=counts["all"],
        unit="%",
        as_of=today,
        share=True,
        list_url=_with("maps:list", filters, certificate=MISSING),
        map_url=_with("maps:console", filters, certificate=MISSING),
        list_words=_("Without one: %(rest)s"),
    )


def _stations(communes: list[Counted], filters: Filters, today: date) -> list[Figure]:
    total = total_of(communes)
    states: dict[str, int] = total.get("states", {})
    if total.get("n") and not states:
        return []  # too many to judge here: no figure is better than a nought that nobody counted
    titles = {
        "unsafe": (_("Unsafe stations"), _("of %(all)s operating stations")),
        "overdue": (_("Overdue stations"), _("of %(all)s operating stations")),
    }
    return [
        Figure(
            name=f"{state}_stations",
            title=title,
            sentence=sentence,
            numerator=states.get(state, 0),
            denominator=total.get("n", 0),
            unit="stations",
            as_of=today,
            share=False,
            list_url=_with("maps:list", filters, safety=state),
            map_url=_with("maps:console", filters, safety=state),
        )
        for state, (title, sentence) in titles.items()
    ]


def open_cases_of(person: Person, filters: Filters) -> QuerySet[ViolationCase]:
    """Return the cases that *person* may see and that nothing has ended."""
    return _narrowed(ViolationCase.objects.visible_to(person).exclude(state__in=ENDED), filters)


def _cases(person: Person, filters: Filters, today: date) -> Figure:
    late = CaseDeadline.objects.filter(case=OuterRef("pk"), is_open=True, due_on__lt=today)
    counts = (
        open_cases_of(person, filters).order_by().aggregate(all=Count("pk"), late=Count("pk", filter=Q(Exists(late))))
    )
    return Figure(
        name="overdue_cases",
        title=_("Overdue cases"),
        sentence=_("of %(all)s open cases"),
        numerator=counts["late"],
        denominator=counts["all"],
        unit="cases",
        as_of=today,
        share=False,
        list_url=reverse("inspections:cases"),
        map_url=_with("maps:console", filters, layers="units,cases"),
    )


def _shared(communes: list[Counted], filters: Filters, today: date) -> Figure:
    total = total_of(communes)
    return Figure(
        name="shared_sites",
        title=_("Shared sites"),
        sentence=_("%(n)s of %(all)s sites with operating stations carry several operators"),
        numerator=total.get("shared", 0),
        denominator=total.get("sites", 0),
        unit="%",
        as_of=today,
        share=True,
        list_url=_with("maps:list", filters, shared="1"),
        map_url=_with("maps:console", filters, shared="1", colour="operator"),
    )


def _reporting(ages: list[DataAge], today: date) -> Figure:
    return Figure(
        name="operators_on_time",
        title=_("Operators on time"),
        sentence=_("%(n)s of %(all)s operators reported within their period"),
        numerator=sum(not age.late for age in ages),
        denominator=len(ages),
        unit="operators",
        as_of=today,
        share=False,
        list_url=None,
        map_url=None,
    )
