"""Filters of the list of change records."""

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from infra.forms.lists import ChipFilters
from infra.models import ChangeRecord
from infra.models.versions import end_of_day
from infra.selectors import chain, people
from infra.selectors.acts import ACTS

PERIODS = (
    ("1", gettext_lazy("Today")),
    ("7", gettext_lazy("7 days")),
    ("30", gettext_lazy("30 days")),
    ("365", gettext_lazy("A year")),
)


def _acts() -> list[tuple[str, str]]:
    return sorted(((kind, str(title)) for kind, title in ACTS.items()), key=lambda pair: pair[1])


class RecordFilters(ChipFilters):
    """Filters of the change records."""

    q = django_filters.CharFilter(label=gettext_lazy("Search"), method="find", max_length=200)
    authority = django_filters.ChoiceFilter(label=gettext_lazy("Authority"), choices=(), field_name="authority__code")
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Act"), choices=_acts)
    actor = django_filters.ChoiceFilter(label=gettext_lazy("Acted by"), choices=(), field_name="actor__username")
    organization = django_filters.ChoiceFilter(
        label=gettext_lazy("Organization"), choices=(), field_name="organization__code"
    )
    period = django_filters.ChoiceFilter(label=gettext_lazy("Period"), choices=PERIODS, method="in_period")
    since = django_filters.DateFilter(
        label=gettext_lazy("From"), method="from_day", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = django_filters.DateFilter(
        label=gettext_lazy("To"), method="to_day", widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = ChangeRecord
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.request.user
        authorities = list(chain.verifiable(person))
        self.filters["authority"].extra["choices"] = [(one.code, str(one)) for one in authorities]
        self.filters["actor"].extra["choices"] = people.actors_of(authorities)
        self.filters["organization"].extra["choices"] = people.organizations_acted_for()

    def find(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        text = words.strip()
        number = Q(sequence=int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else Q(pk__in=())
        return rows.filter(Q(reason__icontains=text) | number)

    def in_period(self, rows: QuerySet[Any], _name: str, days: str) -> QuerySet[Any]:
        return rows.filter(at__gte=end_of_day(timezone.localdate() - timedelta(days=int(days))))

    def from_day(self, rows: QuerySet[Any], _name: str, day: Any) -> QuerySet[Any]:
        return rows.filter(at__gte=end_of_day(day - timedelta(days=1)))

    def to_day(self, rows: QuerySet[Any], _name: str, day: Any) -> QuerySet[Any]:
        return rows.filter(at__lt=end_of_day(day))
