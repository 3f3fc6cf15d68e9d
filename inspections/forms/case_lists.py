"""Filters of the list of cases; its board, time line, map and file read the same ones."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from infra.access import scope_of
from infra.forms.lists import ListFilters
from infra.selectors.registers import search
from infra.spatial.areas import DrawnArea
from infra.spatial.places import SRID, WrongPlaceError
from inspections.models import NEVER, CaseState, Charge, Field, Origin, PartyKind, PersonParty, ViolationCase
from inspections.selectors.agenda import case_officers
from inspections.selectors.cases import ENDED, OPEN
from inspections.selectors.law import rule_choices

DEADLINES = (("overdue", _("Overdue")), ("week", _("Within 7 days")), ("month", _("Within 30 days")))
GROUPS = (("open", _("All open")), *CaseState.choices)
AGES = (
    ("30", _("Detected more than 30 days ago")),
    ("90", _("Detected more than 90 days ago")),
    ("180", _("Detected more than 180 days ago")),
)
DAYS = {"week": 7, "month": 30}
MONTHS = 24


def months_back(today: date, count: int = MONTHS) -> list[tuple[str, str]]:
    """Return (2026-03, 03/2026) of the last months, the newest first."""
    number = today.year * 12 + today.month - 1
    return [(f"{n // 12}-{n % 12 + 1:02d}", f"{n % 12 + 1:02d}/{n // 12}") for n in range(number, number - count, -1)]


class CaseFilters(ListFilters):
    """Filters of the list of cases. Persons are found by name by who may read names."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=GROUPS, method="by_state")
    deadline = django_filters.ChoiceFilter(label=_("Deadline"), choices=DEADLINES, method="by_deadline")
    field = django_filters.ChoiceFilter(label=_("Field"), choices=Field.choices)
    officer = django_filters.ChoiceFilter(label=_("Officer"), choices=(), method="by_officer")
    rule = django_filters.ChoiceFilter(label=_("Rule"), choices=(), method="by_rule")
    age = django_filters.ChoiceFilter(label=_("Age"), choices=AGES, method="by_age")
    month = django_filters.ChoiceFilter(label=_("Month of detection"), choices=(), method="by_month")
    origin = django_filters.ChoiceFilter(label=_("Opened from"), choices=Origin.choices)
    party = django_filters.ChoiceFilter(label=_("Party"), choices=PartyKind.choices)
    #: what was drawn on the map (infra.spatial.areas); its only choice is the one of the address
    area = django_filters.ChoiceFilter(label=_("Place"), choices=(), method="in_area")

    class Meta:
        model = ViolationCase
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.request.user
        today, asked = timezone.localdate(), self.data.get("month", "")
        months = months_back(today)
        if asked and asked not in dict(months) and _month(asked):
            months.append((asked, f"{asked[5:]}/{asked[:4]}"))
        self.filters["month"].extra["choices"] = months
        self.filters["rule"].extra["choices"] = rule_choices(today)
        self.area = _area(self.data.get("area", ""))
        if self.area:
            self.filters["area"].extra["choices"] = [(self.data["area"], _("selected on the map"))]
        if scope_of(person).is_staff():
            officers = case_officers(person, today)
            self.officers = {user.username: user.pk for user in officers}
            words = [(user.username, str(user)) for user in officers]
            self.filters["officer"].extra["choices"] = [("me", _("My cases")), ("none", _("Nobody")), *words]

    def find(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        named = PersonParty.objects.visible_to(self.request.user).filter(search(words)).values("pk")
        return rows.filter(search(words) | Q(person__in=named))

    def choice_fields(self) -> list[forms.BoundField]:
        """Return the chips; an area that was drawn is one of them, to be taken away."""
        drawn = [self.form["area"]] if self.data.get("area") else []
        return [*super().choice_fields(), *drawn]

    def in_order(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Cases at their end wait for nothing: they begin behind all others, where the order's index is entered."""
        return rows.filter(standing__due_on=NEVER) if self.data.get("state", "") in ENDED else rows

    def in_area(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """Keep the cases that stand there: at their place, else in the middle of their commune."""
        if self.area is None:
            return rows
        if self.area.shape is None:
            return rows.filter(unit__code__in=self.area.units)
        shape = GEOSGeometry(self.area.shape.wkt, srid=SRID)
        return rows.alias(stands_at=Coalesce("position", "unit__centroid")).filter(stands_at__within=shape)

    def by_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        if value == "open":
            return rows.filter(state__in=OPEN)
        if value in OPEN:
            return rows.filter(state=value)
        # Most cases have ended: they are read in the list's order, not found by their state and then sorted.
        return rows.alias(ended_as=Coalesce("state", Value(""))).filter(ended_as=value)

    def by_deadline(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        today = timezone.localdate()
        # An index gives an authority's cases by their dates; only open ones wait for any, another index tells those.
        rows = rows.filter(standing__authority=F("authority"), state__in=OPEN)
        if value == "overdue":
            return rows.filter(standing__due_on__lt=today)
        return rows.filter(standing__due_on__range=(today, today + timedelta(days=DAYS[value])))

    def by_officer(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        if value == "none":
            return rows.filter(officer__isnull=True)
        return rows.filter(officer=self.request.user.pk if value == "me" else self.officers[value])

    def by_rule(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Exists(Charge.objects.filter(case=OuterRef("pk"), rule_code=value)))

    def by_age(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(detected_on__lt=timezone.localdate() - timedelta(days=int(value)))

    def by_month(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        first, after = _month(value) or (date.max, date.max)
        return rows.filter(detected_on__gte=first, detected_on__lt=after)


def _area(text: str) -> DrawnArea | None:
    if not text:
        return None
    try:
        return DrawnArea.parse(text)
    except WrongPlaceError:
        return None


def _month(text: str) -> tuple[date, date] | None:
    """Return (first day, first day of the next month) of a month written 2026-03."""
    try:
        first = date.fromisoformat(f"{text}-01")
        return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)
    except ValueError:
        return None
