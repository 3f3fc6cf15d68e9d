"""Filters of what is to be inspected: by priority, safety, papers, last visit, and by an area drawn on the map."""

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from infra import safety
from infra.forms.lists import ListFilters
from infra.models import Installation, InstallationKind, Permit, PermitState, Verification
from inspections.selectors.priority import rules_on
from inspections.selectors.safety import CERTIFICATE
from inspections.selectors.targets import BadPolygon, inside, inspected_since, planned_elsewhere, read_polygon

LEVELS = (("high", _("High")), ("medium", _("Medium and higher")), ("low", _("Low")))
PAPERS = (
    ("expired", _("expired")),
    ("60", _("expires within 60 days")),
    ("90", _("expires within 90 days")),
    ("180", _("expires within 180 days")),
    ("missing", _("missing though mandatory")),
)
VISITS = (("never", _("never")), ("1", _("not for a year")), ("2", _("not for two years")))
PLANNED = (("no", _("in no open campaign")), ("yes", _("in an open campaign")))


class PolygonField(forms.CharField):
    """``lon,lat;lon,lat;…``"""

    def clean(self, value: Any) -> list[tuple[float, float]] | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_polygon(text)
        except BadPolygon as error:
            raise forms.ValidationError(str(error), code="invalid") from error


class InPolygon(django_filters.CharFilter):
    """Installations inside an area drawn by hand."""

    field_class = PolygonField

    def filter(self, qs: QuerySet[Any], value: list[tuple[float, float]] | None) -> QuerySet[Any]:
        return inside(qs, value) if value else qs


class TargetFilters(ListFilters):
    """Filters of the installations by their inspection priority."""

    level = django_filters.ChoiceFilter(label=_("Priority"), choices=LEVELS, method="by_level")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=InstallationKind.choices)
    safety = django_filters.ChoiceFilter(
        label=_("Safety"), choices=tuple(safety.STATES.items()), field_name="safety_state__state"
    )
    certificate = django_filters.ChoiceFilter(label=_("Certificate"), choices=PAPERS, method="by_certificate")
    visited = django_filters.ChoiceFilter(label=_("Inspected"), choices=VISITS, method="by_visit")
    planned = django_filters.ChoiceFilter(label=_("Planned"), choices=PLANNED, method="by_plan")
    polygon = InPolygon(label=_("Area"))

    class Meta:
        model = Installation
        fields: tuple[str, ...] = ()

    def by_level(self, rows: QuerySet[Any], _name: str, level: str) -> QuerySet[Any]:
        rules = rules_on(timezone.localdate())
        if level == "low":
            return rows.filter(score__lt=rules["risk_level_medium"])
        least = rules[f"risk_level_{level}"]
        return rows.filter(inspection_priority__score__gte=least) if least > 0 else rows

    def by_certificate(self, rows: QuerySet[Any], _name: str, asked: str) -> QuerySet[Any]:
        today = timezone.localdate()
        held = Permit.objects.filter(installation=OuterRef("pk"), kind_id=CERTIFICATE).exclude(
            state__in=(PermitState.REPLACED, PermitState.REVOKED)
        )
        if asked == "missing":
            return rows.filter(~Exists(held), base_station__verification=Verification.REQUIRED)
        until = today - timedelta(days=1) if asked == "expired" else today + timedelta(days=int(asked))
        # Of several certificates the one that expires last counts.
        later = held.filter(Q(expires_on__isnull=True) | Q(expires_on__gt=until))
        ending = held.filter(expires_on__lte=until)
        if asked != "expired":
            ending = ending.filter(expires_on__gte=today)
        return rows.filter(Exists(ending), ~Exists(later))

    def by_visit(self, rows: QuerySet[Any], _name: str, asked: str) -> QuerySet[Any]:
        if asked == "never":
            return rows.filter(~inspected_since())
        return rows.filter(~inspected_since(timezone.localdate() - timedelta(days=365 * int(asked))))

    def by_plan(self, rows: QuerySet[Any], _name: str, asked: str) -> QuerySet[Any]:
        return rows.filter(planned_elsewhere() if asked == "yes" else ~planned_elsewhere())
