"""Forms of the page of computations and data: what to compute, what is brought from outside."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from infra.models import AdministrativeUnit, Organization, Technology
from maps.models import GroundEnvironment, GroundKind, MeasurementFormat

SELECT = {"class": "form-select"}
INPUT = {"class": "form-control"}
PATTERN = "pattern"
RESOLUTIONS = [(str(metres), f"{metres} m") for metres in (25, 50, 100, 200)]


def kinds_of_files() -> list[Any]:
    """Return what can be brought, in groups."""
    return [
        (_("Measurements"), [(f"measured:{value}", label) for value, label in MeasurementFormat.choices]),
        (_("Ground"), [(f"ground:{value}", label) for value, label in GroundKind.choices]),
        (_("Antennas"), [(PATTERN, _("Antenna pattern (MSI, PLN)"))]),
    ]


class RunForm(forms.Form):
    """What to compute; empty means all."""

    technology = forms.ChoiceField(label=_("Technology"), required=False, widget=forms.Select(attrs=SELECT))
    organization = forms.ModelChoiceField(
        Organization.objects.filter(owns_stations=True, kind="telecom_operator").order_by("code"),
        label=_("Operator"),
        required=False,
        empty_label=_("all"),
        widget=forms.Select(attrs=SELECT),
    )
    resolution_m = forms.ChoiceField(
        label=_("Pixel"), choices=RESOLUTIONS, initial="50", widget=forms.Select(attrs=SELECT)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = Technology.objects.order_by("order", "code").values_list("code", flat=True)
        self.fields["technology"].choices = [("", _("all")), *((code, code) for code in codes)]  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """A file with where it comes from."""

    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.Select(attrs=SELECT))
    file = forms.FileField(label=_("File"), widget=forms.ClearableFileInput(attrs=INPUT))
    source = forms.CharField(label=_("Where it comes from"), max_length=255, widget=forms.TextInput(attrs=INPUT))
    data_on = forms.DateField(
        label=_("Data of"), required=False, widget=forms.DateInput(attrs={**INPUT, "type": "date"}, format="%Y-%m-%d")
    )
    organization = forms.ModelChoiceField(
        Organization.objects.filter(owns_stations=True, kind="telecom_operator").order_by("code"),
        label=_("Operator of the antennas"),
        required=False,
        empty_label=_("all"),
        widget=forms.Select(attrs=SELECT),
        help_text=_("For an antenna pattern: whose cells have it."),
    )
    cell_code = forms.CharField(
        label=_("Cell"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs=INPUT),
        help_text=_("For an antenna pattern: the code of the one cell that has it; empty for all of the operator."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds_of_files()  # type: ignore[attr-defined]


class EnvironmentForm(forms.Form):
    """The surroundings of a commune, said by a person."""

    unit = forms.CharField(label=_("Code of the commune"), max_length=12, widget=forms.TextInput(attrs=INPUT))
    environment = forms.ChoiceField(
        label=_("Surroundings"), choices=GroundEnvironment.choices, widget=forms.Select(attrs=SELECT)
    )
    large_city = forms.BooleanField(
        label=_("Middle of a large city"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    reason = forms.CharField(label=_("Reason"), max_length=255, widget=forms.TextInput(attrs=INPUT))

    def clean_unit(self) -> AdministrativeUnit:
        found = AdministrativeUnit.objects.filter(
            code=self.cleaned_data["unit"].strip(), level="commune", valid_to__isnull=True
        ).first()
        if found is None:
            raise forms.ValidationError(_("There is no such commune in force."))
        return found
