"""Filters of the lists of inspections, findings and incidents."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from infra.forms.lists import ListFilters
from infra.selectors.registers import search
from inspections.models import (
    Campaign,
    CampaignStatus,
    Field,
    Finding,
    FindingState,
    Incident,
    IncidentCause,
    IncidentKind,
    IncidentObject,
    Inspection,
    Result,
    Review,
    Severity,
    Storm,
)

RESULTS = [*Result.choices, ("draft", _("Draft"))]
STANDING = (("open", _("With open findings")), ("late", _("With late findings")))
FINDING_STATES = (("standing", _("All that stand")), *FindingState.choices)
FINDING_DUES = (("late", _("Late")), ("week", _("Within 7 days")), ("month", _("Within 30 days")))
DAYS = {"week": 7, "month": 30}


class InspectionFilters(ListFilters):
    """Filters of the list of inspections."""

    result = django_filters.ChoiceFilter(label=_("Result"), choices=RESULTS, method="by_result")
    findings = django_filters.ChoiceFilter(label=_("Findings"), choices=STANDING, method="by_findings")
    review = django_filters.ChoiceFilter(label=_("Review"), choices=Review.choices)
    field = django_filters.ChoiceFilter(label=_("Field"), choices=Field.choices)
    campaign = django_filters.NumberFilter(field_name="campaign__number")

    class Meta:
        model = Inspection
        fields: tuple[str, ...] = ()

    def by_result(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(status="draft") if value == "draft" else rows.filter(result=value)

    def by_findings(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        found = Finding.objects.filter(state__in=(FindingState.OPEN, FindingState.ANSWERED))
        if value == "late":
            found = found.filter(due_on__lt=timezone.localdate())
        return rows.filter(pk__in=found.values("inspection_id"))


class FindingFilters(ListFilters):
    """Filters of the list of findings."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=FINDING_STATES, method="by_state")
    due = django_filters.ChoiceFilter(label=_("To be remedied"), choices=FINDING_DUES, method="by_due")
    severity = django_filters.ChoiceFilter(label=_("Severity"), choices=Severity.choices)
    field = django_filters.ChoiceFilter(label=_("Field"), choices=Field.choices)
    item = django_filters.CharFilter(field_name="item__code", max_length=48)
    campaign = django_filters.NumberFilter(field_name="inspection__campaign__number")

    class Meta:
        model = Finding
        fields: tuple[str, ...] = ()

    def find(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        return rows.filter(inspection__in=Inspection.objects.filter(search(words)).values("pk"))

    def by_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        if value == "standing":
            return rows.filter(state__in=(FindingState.OPEN, FindingState.ANSWERED))
        return rows.filter(state=value)

    def by_due(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        today = timezone.localdate()
        rows = rows.filter(state__in=(FindingState.OPEN, FindingState.ANSWERED))
        if value == "late":
            return rows.filter(due_on__lt=today)
        return rows.filter(due_on__range=(today, today + timedelta(days=DAYS[value])))


class CampaignFilters(django_filters.FilterSet):
    """Filters of the list of campaigns."""

    q = django_filters.CharFilter(label=_("Search"), method="find", max_length=200)
    status = django_filters.ChoiceFilter(label=_("State"), choices=CampaignStatus.choices, empty_label=_("State"))
    field = django_filters.ChoiceFilter(label=_("Field"), choices=Field.choices, empty_label=_("Field"))

    class Meta:
        model = Campaign
        fields: tuple[str, ...] = ()

    def find(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        return rows.filter(Q(title__icontains=words) | Q(decision_number__icontains=words))

    def choice_fields(self) -> list[Any]:
        """Return the fields that become chips."""
        return [self.form["status"], self.form["field"]]


STANDINGS = (("open", _("Not ended")), ("ended", _("Ended")))


class IncidentFilters(ListFilters):
    """Filters of the list of incidents."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=IncidentKind.choices)
    standing = django_filters.ChoiceFilter(label=_("Standing"), choices=STANDINGS, method="by_standing")
    cause = django_filters.ChoiceFilter(label=_("Cause"), choices=IncidentCause.choices)
    storm = django_filters.ChoiceFilter(label=_("Storm"), choices=(), field_name="storm__number")

    class Meta:
        model = Incident
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Storm.objects.visible_to(self.request.user).values_list("number", "name")[:40]
        self.filters["storm"].extra["choices"] = [(number, f"{number} · {name}") for number, name in known]

    def find(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        word = words.strip()
        hit = IncidentObject.objects.filter(Q(installation__registry_number=word) | Q(installation__code=word)).values(
            "incident_id"
        )
        return rows.filter(Q(number__icontains=word) | Q(ref=word) | Q(text__icontains=word) | Q(pk__in=hit))

    def by_standing(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(ended_at__isnull=value == "open")
