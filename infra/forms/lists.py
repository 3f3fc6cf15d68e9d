"""Filters of the register's lists. Every one lives in the address; a value that cannot be is said, not ignored."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from infra.models import (
    Base,
    Installation,
    InstallationKind,
    InstallationStatus,
    Mast,
    MastClass,
    Permit,
    PermitKind,
    PostalKind,
    Site,
    Technology,
)
from infra.selectors import permits, registers

Choices = list[tuple[str, str]]

EXPIRY_DAYS = (30, 60, 90, 180)
STANDINGS = (
    ("compliant", _("Valid")),
    ("due", _("Due soon")),
    ("overdue", _("Overdue or expired")),
    ("none", _("No certificate")),
)


def _lookup(model: Any) -> Callable[[], Choices]:
    return lambda: [(row.code, row.name) for row in model.objects.all()]


class ChipFilters(django_filters.FilterSet):
    """Filters that become chips: choices may be read late, the empty choice carries the filter's name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for declared in self.filters.values():
            if isinstance(declared, django_filters.ChoiceFilter):
                declared.extra["empty_label"] = declared.label
                choices = declared.extra["choices"]
                declared.extra["choices"] = choices() if callable(choices) else choices

    def date_fields(self) -> list[forms.BoundField]:
        """Return the fields that ask for a day."""
        return [self.form[name] for name, one in self.filters.items() if isinstance(one, django_filters.DateFilter)]

    def in_order(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the filtered *rows* with what the filters tell about their place in the list's order, if anything."""
        return rows

    def choice_fields(self) -> list[forms.BoundField]:
        """Return the fields that become chips, in order; one without a choice to make is left out."""
        return [
            self.form[name]
            for name, declared in self.filters.items()
            if isinstance(declared, django_filters.ChoiceFilter) and len(list(self.form.fields[name].choices)) > 2
        ]


class ListFilters(ChipFilters):
    """What all lists of the register share: search without accents, unit, organization."""

    q = django_filters.CharFilter(label=_("Search"), method="find", max_length=200)
    unit = django_filters.ChoiceFilter(label=_("Commune"), method="in_unit", choices=())
    organization = django_filters.ChoiceFilter(label=_("Organization"), method="of_organization", choices=())

    #: how the unit and the organization hang on the rows
    unit_path = "unit"
    organization_paths: tuple[str, ...] = ("organization",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.request.user
        self.filters["unit"].extra["choices"] = registers.units_offered(person, self.data.get("unit", ""))
        self.filters["organization"].extra["choices"] = registers.organizations_offered(person)

    def find(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        return rows.filter(registers.search(words))

    def in_unit(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        return rows.filter(registers.in_unit(code, self.unit_path))

    def of_organization(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        condition = Q()
        for path in self.organization_paths:
            condition |= Q(**{f"{path}__code": code})
        return rows.filter(condition)


class SiteFilters(ListFilters):
    """Filters of the list of sites."""

    base = django_filters.ChoiceFilter(label=_("Stands on"), choices=Base.choices, method="on_base")
    mast_class = django_filters.ChoiceFilter(label=_("Mast class"), choices=_lookup(MastClass), method="of_class")
    sharing = django_filters.ChoiceFilter(
        label=_("Sharing"), choices=(("shared", _("Several operators")), ("single", _("One operator"))), method="shared"
    )

    class Meta:
        model = Site
        fields: tuple[str, ...] = ()

    def of_organization(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        stands = Installation.objects.filter(organization__code=code, site__isnull=False).values("site_id")
        return rows.filter(Q(pk__in=stands) | Q(pk__in=_masts(owner__code=code)))

    def on_base(self, rows: QuerySet[Any], _name: str, base: str) -> QuerySet[Any]:
        return rows.filter(pk__in=_masts(base=base))

    def of_class(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        return rows.filter(pk__in=_masts(mast_class=code))

    def shared(self, rows: QuerySet[Any], _name: str, choice: str) -> QuerySet[Any]:
        shared = registers.is_shared(self.request.user)
        return rows.filter(shared if choice == "shared" else ~shared)


def _masts(**condition: Any) -> QuerySet[Any]:
    return Mast.objects.filter(merged_into__isnull=True, **condition).values("site_id")


class InstallationFilters(ListFilters):
    """Filters of the list of installations of all kinds."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=InstallationKind.choices)
    technology = django_filters.ChoiceFilter(
        label=_("Technology"),
        choices=_lookup(Technology),
        field_name="base_station__technologies",
        lookup_expr="contains",
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=_lookup(InstallationStatus))
    certificate = django_filters.ChoiceFilter(label=_("Verification"), choices=STANDINGS, method="by_certificate")

    class Meta:
        model = Installation
        fields: tuple[str, ...] = ()

    def by_certificate(self, rows: QuerySet[Any], _name: str, standing: str) -> QuerySet[Any]:
        rows = rows.filter(kind=InstallationKind.BASE_STATION)
        if standing == "none":
            return rows.filter(~permits.has_certificate())
        return rows.filter(permits.has_certificate(permits.standing_condition(standing, permits.due_window())))


class PostalPointFilters(ListFilters):
    """Filters of the list of postal points."""

    postal_kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=_lookup(PostalKind), field_name="postal_point__postal_kind"
    )
    attended = django_filters.ChoiceFilter(
        label=_("Attended"), choices=(("1", _("With staff")), ("0", _("Without staff"))), method="staffed"
    )
    universal = django_filters.ChoiceFilter(
        label=_("Universal service"), choices=(("1", _("Yes")), ("0", _("No"))), method="universal_service"
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=_lookup(InstallationStatus))

    class Meta:
        model = Installation
        fields: tuple[str, ...] = ()

    def staffed(self, rows: QuerySet[Any], _name: str, answer: str) -> QuerySet[Any]:
        return rows.filter(postal_point__attended=answer == "1")

    def universal_service(self, rows: QuerySet[Any], _name: str, answer: str) -> QuerySet[Any]:
        return rows.filter(postal_point__universal_service=answer == "1")


class PermitFilters(ListFilters):
    """Filters of the list of permits: which kind, how they stand, how soon they end."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=_lookup(PermitKind))
    standing = django_filters.ChoiceFilter(label=_("State"), choices=STANDINGS[:3], method="by_standing")
    expires = django_filters.ChoiceFilter(
        label=_("Expires"),
        choices=(
            *((str(days), _("within %(days)d days") % {"days": days}) for days in EXPIRY_DAYS),
            ("past", _("already expired")),
            ("never", _("no end date")),
        ),
        method="by_expiry",
    )

    class Meta:
        model = Permit
        fields: tuple[str, ...] = ()

    def find(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        found = Installation.objects.filter(registers.search(words)).values("pk")
        return rows.filter(Q(number__icontains=words.strip()) | Q(installation__in=found))

    def in_unit(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        return rows.filter(registers.in_unit(code, "installation__unit") | registers.in_unit(code, "site__unit"))

    def by_standing(self, rows: QuerySet[Any], _name: str, standing: str) -> QuerySet[Any]:
        return rows.filter(permits.standing_condition(standing, permits.due_window()))

    def by_expiry(self, rows: QuerySet[Any], _name: str, when: str) -> QuerySet[Any]:
        today = timezone.localdate()
        if when == "never":
            return rows.filter(expires_on__isnull=True)
        if when == "past":
            return rows.filter(expires_on__lt=today)
        return rows.filter(expires_on__gte=today, expires_on__lte=today + timedelta(days=int(when)))
