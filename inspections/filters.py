"""What inspections, findings, cases and the law can be filtered by, for the API and for the lists of the pages."""

from datetime import date, datetime
from typing import Any

import django_filters as filters
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from infra.filters.conditions import (
    Among,
    Condition,
    Criteria,
    Rows,
    by_box,
    by_change,
    by_code,
    by_kind,
    by_organization,
    by_unit,
    by_words,
)
from infra.filters.fields import DayField, MomentField, choices
from infra.models import InstallationKind
from inspections.models import (
    CampaignStatus,
    CaseObject,
    CaseState,
    Charge,
    Field,
    FindingState,
    IncidentCause,
    IncidentKind,
    IncidentObject,
    InspectionStatus,
    PartyKind,
    RatingResult,
    Result,
    Severity,
    StormPhase,
)


def among(path: str, label: Any, kinds: type[models.TextChoices]) -> Among:
    """Return a filter on a column of choices; several codes are separated by commas."""
    return Among(path, label=label, help_text=_("Codes, separated by commas"), resolve=choices(kinds))


class Since(Condition):
    """Rows whose moment at the path lies on or after the one given."""

    field_class = MomentField

    def condition(self, value: datetime) -> models.Q:
        return models.Q(**{f"{self.field_name}__gte": value})


class FromDay(Condition):
    """Rows whose date at the path is the day or later."""

    field_class = DayField

    def condition(self, value: date) -> models.Q:
        return models.Q(**{f"{self.field_name}__gte": value})


class ToDay(Condition):
    """Rows whose date at the path is the day or earlier."""

    field_class = DayField

    def condition(self, value: date) -> models.Q:
        return models.Q(**{f"{self.field_name}__lte": value})


class LawInForce(Condition):
    """Rows of law in force on a day, today if none is named; the last day of validity counts."""

    field_class = DayField

    def filter(self, qs: Rows, value: date | None) -> Rows:
        day = value or timezone.localdate()
        return qs.filter(valid_from__lte=day).filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day))


class InspectionFilter(Criteria):
    bbox = by_box("subject_position", "position")
    unit = by_unit()
    organization = by_organization()
    kind = by_code("checklist__code", _("Checklist"))
    status = among("status", _("Status"), InspectionStatus)
    result = among("result", _("Result"), Result)
    field = among("field", _("Field"), Field)
    subject = by_code("subject_ref", _("Subject"))
    campaign = filters.NumberFilter("campaign__number", label=_("Campaign"), min_value=1, max_value=2**31 - 1)
    visited_from = FromDay("visited_on", label=_("Visited from"))
    visited_to = ToDay("visited_on", label=_("Visited to"))
    q = by_words()
    changed_since = Since("received_at", label=_("Received since"))


class FindingFilter(Criteria):
    bbox = by_box("inspection__subject_position")
    unit = by_unit()
    organization = by_organization()
    kind = by_code("item__code", _("Item"))
    status = among("state", _("State"), FindingState)
    severity = among("severity", _("Severity"), Severity)
    rule = by_code("rule_code", _("Rule"))
    inspection = filters.UUIDFilter("inspection__uuid", label=_("Inspection"))
    subject = by_code("inspection__subject_ref", _("Subject"))
    due_to = ToDay("due_on", label=_("Due by"))
    q = by_words("inspection__search_text")
    changed_since = by_change()


class CaseFilter(Criteria):
    bbox = by_box("position")
    unit = by_unit()
    organization = by_organization()
    kind = among("field", _("Field"), Field)
    status = among("state", _("State"), CaseState)
    party = among("party", _("Party"), PartyKind)
    officer = filters.CharFilter("officer__username", label=_("Officer"), max_length=150)
    rule = filters.CharFilter(method="by_rule", label=_("Rule"), max_length=48)
    installation = filters.CharFilter(method="by_object", label=_("Installation"), max_length=64)
    q = by_words()
    changed_since = by_change()

    def by_rule(self, rows: Rows, _name: str, value: str) -> Rows:
        """Keep the cases that charge the rule."""
        return rows.filter(pk__in=_charged(value)) if value else rows

    def by_object(self, rows: Rows, _name: str, value: str) -> Rows:
        """Keep the cases about the installation with that registry number."""

        found = CaseObject.objects.filter(installation__registry_number=value).values("case_id")
        return rows.filter(pk__in=found) if value else rows


def _charged(code: str) -> models.QuerySet[Any, Any]:
    return Charge.objects.filter(rule_code=code).values("case_id")


class RuleFilter(Criteria):
    code = by_code()
    kind = among("field", _("Field"), Field)
    on = LawInForce(label=_("In force on"), help_text=_("YYYY-MM-DD; today if left out"))


class ChecklistFilter(Criteria):
    code = by_code()
    kind = filters.CharFilter(method="by_subject", label=_("Subject"), max_length=24)
    on = LawInForce(label=_("In force on"), help_text=_("YYYY-MM-DD; today if left out"))

    def by_subject(self, rows: Rows, _name: str, value: str) -> Rows:
        """Keep the checklists for a subject type or kind of installation (a handful of rows, told apart here)."""
        fitting = [row.pk for row in rows.only("pk", "subjects") if not row.subjects or value in row.subjects]
        return rows.filter(pk__in=fitting)


class CampaignFilter(Criteria):
    kind = among("field", _("Field"), Field)
    status = among("status", _("Status"), CampaignStatus)


class PriorityFilter(Criteria):
    bbox = by_box("installation__position")
    unit = by_unit()
    organization = by_organization()
    kind = by_kind("installation__kind", choices(InstallationKind))
    min_score = filters.NumberFilter("score", lookup_expr="gte", label=_("Points from"), min_value=0, max_value=2**15)


class IncidentFilter(Criteria):
    bbox = by_box("position")
    unit = by_unit()
    organization = by_organization()
    kind = by_kind("kind", choices(IncidentKind))
    cause = among("cause", _("Cause"), IncidentCause)
    storm = by_code("storm__number", _("Storm"))
    installation = filters.CharFilter(method="by_installation", label=_("Installation"), max_length=64)
    open = filters.BooleanFilter("ended_at", lookup_expr="isnull", label=_("Not ended"))
    changed_since = Since("started_at", label=_("Started since"))

    def by_installation(self, rows: Rows, _name: str, value: str) -> Rows:
        """Keep the incidents that befell the installation with that registry number."""
        found = IncidentObject.objects.filter(installation__registry_number=value).values("incident_id")
        return rows.filter(pk__in=found) if value else rows


class OutageReportFilter(Criteria):
    organization = by_organization()
    storm = by_code("storm__number", _("Storm"))
    changed_since = Since("received_at", label=_("Received since"))


class StormFilter(Criteria):
    status = among("phase", _("Phase"), StormPhase)


class RatingFilter(Criteria):
    organization = by_organization()
    year = filters.NumberFilter("year", label=_("Year"), min_value=2000, max_value=2200)
    status = among("result", _("Result"), RatingResult)
