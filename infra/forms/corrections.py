"""Forms with which the authority corrects the register by hand."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.forms.plain import Day, ReasonForm
from infra.forms.scans import Scan
from infra.models import Base, InstallationStatus, MastClass, Organization, StructureType
from infra.services.corrections import DECOMMISSIONED

MAST_MOST_M = 500
_KNOWN = (("", gettext_lazy("not known")), ("1", gettext_lazy("yes")), ("0", gettext_lazy("no")))


class Metres(forms.FloatField):
    """A length, written the way the language does."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(localize=True, required=False, **kwargs)


class SiteForm(ReasonForm):
    """A site's name and address."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=160, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=255, required=False)


class MastForm(ReasonForm):
    """What is kept of a mast."""

    owner = forms.ModelChoiceField(Organization.objects.none(), label=gettext_lazy("Owner"))
    mast_class = forms.ModelChoiceField(MastClass.objects.none(), label=gettext_lazy("Mast class"), required=False)
    structure_type = forms.ModelChoiceField(
        StructureType.objects.none(), label=gettext_lazy("Structure"), required=False
    )
    height_m = Metres(label=gettext_lazy("Height (m)"), min_value=0.1, max_value=MAST_MOST_M)
    base = forms.ChoiceField(label=gettext_lazy("Stands on"), choices=Base.choices)
    building_height_m = Metres(label=gettext_lazy("Height of the building (m)"), min_value=0, max_value=MAST_MOST_M)
    built_on = Day(label=gettext_lazy("Built on"), required=False)
    design_wind_ms = Metres(label=gettext_lazy("Design wind (m/s)"), min_value=0, max_value=150)
    capacity = forms.IntegerField(label=gettext_lazy("Antenna places"), min_value=0, max_value=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["owner"].queryset = Organization.objects.exclude(kind="authority").order_by("short_name", "code")
        fields["mast_class"].queryset = MastClass.objects.all()
        fields["structure_type"].queryset = StructureType.objects.all()

    def clean_built_on(self) -> Any:
        return not_ahead(self.cleaned_data["built_on"])


class InstallationForm(ReasonForm):
    """What the authority corrects of an installation."""

    status = forms.ModelChoiceField(InstallationStatus.objects.none(), label=gettext_lazy("Status"), empty_label=None)
    code = forms.CharField(label=gettext_lazy("Operator's code"), max_length=64, required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=160, required=False)
    in_service_on = Day(label=gettext_lazy("In service since"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statuses = InstallationStatus.objects.in_force(timezone.localdate()).exclude(code=DECOMMISSIONED)
        self.fields["status"].queryset = statuses  # type: ignore[attr-defined]

    def clean_in_service_on(self) -> Any:
        return not_ahead(self.cleaned_data["in_service_on"])


class DecommissionForm(ReasonForm):
    """Since when an installation is gone."""

    on = Day(label=gettext_lazy("Gone since"))

    def clean_on(self) -> Any:
        return not_ahead(self.cleaned_data["on"])


class PermitForm(ReasonForm):
    """A permit's number, dates and posting."""

    number = forms.CharField(label=gettext_lazy("Number"), max_length=64)
    issuer = forms.CharField(label=gettext_lazy("Issuer"), max_length=160, required=False)
    issued_on = Day(label=gettext_lazy("Issued on"), required=False)
    expires_on = Day(label=gettext_lazy("Expires on"), required=False)
    renewal_filed_on = Day(label=gettext_lazy("Renewal filed on"), required=False)
    posted_on_site = forms.TypedChoiceField(
        label=gettext_lazy("Posted on site"),
        choices=_KNOWN,
        required=False,
        empty_value=None,
        coerce=lambda text: text == "1",
    )
    file = Scan(
        label=gettext_lazy("Scan of the paper"),
        help_text=gettext_lazy("PDF, JPEG or PNG. A new one replaces the one that is there."),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        issued, expires = values.get("issued_on"), values.get("expires_on")
        if issued and expires and expires < issued:
            self.add_error("expires_on", _("It expires before it was issued."))
        return values

    def clean_issued_on(self) -> Any:
        return not_ahead(self.cleaned_data["issued_on"])


def not_ahead(day: Any) -> Any:
    """Refuse a day that is still to come."""
    if day and day > timezone.localdate():
        raise forms.ValidationError(_("That day is still to come."))
    return day
