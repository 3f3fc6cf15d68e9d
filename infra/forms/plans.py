"""Forms with which operators ask before they build, and before a date passes."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.access import Permission, Person, scope_of
from infra.forms.plain import Day, PlainForm
from infra.models import Authority, Base, MastClass, Organization, StructureType
from infra.selectors.submissions import authorities_to_submit_to
from infra.spatial.units import unit_at
from infra.submissions.coordinates.single import position_of

MAST_MOST_M = 500


def point_read(text: str, authority: Authority) -> tuple[Point, int]:
    """Return the point that *text* means and the system it is written in; ValueError where it is none of the land."""
    found = position_of(text, authority.metric_srid, lambda lon, lat: unit_at(lon, lat) is not None)
    if found is None:
        raise ValueError(_("“%(value)s” cannot be read as a position.") % {"value": text})
    if unit_at(found.lon, found.lat) is None:
        raise ValueError(_("The position lies in no commune of the territory."))
    return Point(found.lon, found.lat, srid=4326), found.srid


class PlanForm(PlainForm):
    """A mast that an operator would build."""

    organization = forms.ModelChoiceField(Organization.objects.none(), label=gettext_lazy("Organization"))
    authority = forms.ModelChoiceField(Authority.objects.none(), label=gettext_lazy("Authority"))
    position = forms.CharField(
        label=gettext_lazy("Position"),
        max_length=120,
        help_text=gettext_lazy(
            "Degrees or VN-2000 metres, as you have them: 20.5312, 106.5423 or 20°31'52\"N 106°32'32\"E."
        ),
    )
    code = forms.CharField(label=gettext_lazy("Operator's code"), max_length=64, required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=160, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=255, required=False)
    mast_class = forms.ModelChoiceField(MastClass.objects.none(), label=gettext_lazy("Mast class"), required=False)
    structure_type = forms.ModelChoiceField(
        StructureType.objects.none(), label=gettext_lazy("Structure"), required=False
    )
    height_m = forms.FloatField(
        label=gettext_lazy("Height (m)"), min_value=1, max_value=MAST_MOST_M, localize=True, required=False
    )
    base = forms.ChoiceField(label=gettext_lazy("Stands on"), choices=Base.choices)
    capacity = forms.IntegerField(label=gettext_lazy("Antenna places"), min_value=0, max_value=500, required=False)
    build_on = Day(label=gettext_lazy("To be built on"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Why here"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        own = Organization.objects.filter(pk__in=scope_of(person).organizations(Permission.SUBMIT)).order_by("code")
        for name, rows in (("organization", own), ("authority", authorities_to_submit_to(person))):
            fields[name].queryset = rows
            fields[name].empty_label = gettext_lazy("Choose…")
            first = list(rows[:2])
            if len(first) == 1:
                fields[name].initial = first[0].pk
                fields[name].widget = forms.HiddenInput()
        today = timezone.localdate()
        fields["mast_class"].queryset = MastClass.objects.in_force(today)
        fields["structure_type"].queryset = StructureType.objects.in_force(today)
        for name in ("mast_class", "structure_type"):
            fields[name].empty_label = gettext_lazy("not known yet")

    def clean(self) -> dict[str, Any]:
        """Turn the position into a point of the territory; keep what was written and in which system."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        text, authority = values.get("position"), values.get("authority")
        if not text or authority is None:
            return values
        try:
            point, srid = point_read(text, authority)
        except ValueError as wrong:
            self.add_error("position", str(wrong))
            return values
        values["submitted_text"], values["submitted_crs"], values["position"] = text, f"EPSG:{srid}", point
        return values


class ExtensionForm(PlainForm):
    """More time for the renewal of one permit."""

    until = Day(label=gettext_lazy("Until"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


class RenewalForm(PlainForm):
    """The new certificate of one station; a line without a number is left out."""

    number = forms.CharField(label=gettext_lazy("New number"), max_length=64, required=False)
    issued_on = Day(label=gettext_lazy("Issued on"), required=False)
    expires_on = Day(label=gettext_lazy("Expires on"), required=False)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        issued, expires = values.get("issued_on"), values.get("expires_on")
        if values.get("number") and not issued and "issued_on" not in self.errors:
            self.add_error("issued_on", _("Say when it was issued."))
        if values.get("number") and not expires and "expires_on" not in self.errors:
            self.add_error("expires_on", _("Say until when it holds."))
        if issued and expires and expires <= issued:
            self.add_error("expires_on", _("It expires before it was issued."))
        return values
