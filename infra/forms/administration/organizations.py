"""Forms of organizations."""

from typing import Any

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.forms.columns import Lines
from infra.forms.lists import ChipFilters
from infra.forms.plain import ReasonForm
from infra.models import Organization, OrganizationKind
from infra.selectors import registers


class OrganizationFilters(ChipFilters):
    """Filters of the list of organizations."""

    q = django_filters.CharFilter(label=gettext_lazy("Search"), method="find", max_length=200)
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Kind"), choices=OrganizationKind.choices)

    class Meta:
        model = Organization
        fields: tuple[str, ...] = ()

    def find(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        return rows.filter(registers.search(words))


class OrganizationForm(ReasonForm):
    """What is kept of an organization."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=())
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    short_name = forms.CharField(label=gettext_lazy("Short name"), max_length=64, required=False)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=255, required=False)
    tax_code = forms.CharField(label=gettext_lazy("Tax code"), max_length=20, required=False)
    mcc_mnc = forms.CharField(
        label=gettext_lazy("MCC-MNC"),
        max_length=8,
        required=False,
        validators=[RegexValidator(r"^\d{3}-\d{2,3}$", gettext_lazy("Write it as 452-04."))],
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=255, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=32, required=False)
    reporting_period_days = forms.IntegerField(
        label=gettext_lazy("Reporting period (days)"),
        min_value=1,
        max_value=3650,
        help_text=gettext_lazy("Older data is shown as late."),
    )
    owns_stations = forms.BooleanField(
        label=gettext_lazy("Owns stations"),
        required=False,
        help_text=gettext_lazy("Not set for virtual operators."),
    )
    aliases = Lines(
        label=gettext_lazy("Other names in files"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line: how files write this organization."),
    )

    def __init__(self, *args: Any, is_authority: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in OrganizationKind if (kind == "authority") == is_authority]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class NewOrganizationForm(OrganizationForm):
    """A new organization."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=32,
        validators=[RegexValidator(r"^[A-Z0-9][A-Z0-9-]*$", gettext_lazy("Capital letters, digits and - only."))],
        help_text=gettext_lazy("It stays as it is: files and programs name the organization by it."),
    )
    field_order = ["code", "kind", "name", "short_name"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Organization.objects.filter(code__iexact=code).exists():
            raise forms.ValidationError(_("There is an organization of that code already."))
        return code
