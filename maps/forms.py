"""Forms of the public pages, and of those who answer."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.models import CATEGORIES, AdministrativeUnit, Organization, ReportCategory, ReportKind, Site, Technology
from infra.text import clean

LEAST_LETTERS, MOST_LETTERS = 10, 2_000
_SELECT = {"class": "form-select"}
#: what makes no sense about a mast that the register shows, or without one
NOT_WITH_SITE = (ReportCategory.MISSING,)
ONLY_WITH_SITE = (
    ReportCategory.NOT_THERE,
    ReportCategory.MISPLACED,
    ReportCategory.OUT_OF_USE,
    ReportCategory.WRONG_OPERATOR,
    ReportCategory.NOT_POSTED,
)


def about_choices(*, with_site: bool) -> list[Any]:
    """Return what a report can be about, grouped by kind: ("coverage:no_signal", "No signal at all")."""
    left_out = NOT_WITH_SITE if with_site else ONLY_WITH_SITE
    groups: list[Any] = [("", _("Choose…"))]
    for kind, categories in CATEGORIES.items():
        offered = [(f"{kind}:{one}", ReportCategory(one).label) for one in categories if one not in left_out]
        groups.append((str(ReportKind(kind).label), offered))
    return groups


class ReportForm(forms.Form):
    """What somebody wants to say about a mast, a post office or a place. ``website`` is empty unless a robot fills it.

    ``lon`` and ``lat`` are a place shown on the map: where the mast really stands, or where the signal is missing.
    """

    about = forms.ChoiceField(label=gettext_lazy("What is it about?"), widget=forms.Select(attrs=_SELECT))
    operator = forms.ChoiceField(
        label=gettext_lazy("Operator"),
        required=False,
        widget=forms.Select(attrs=_SELECT),
        help_text=gettext_lazy("Whose signal or service, if it concerns one."),
    )
    technology = forms.ChoiceField(label=gettext_lazy("Technology"), required=False, widget=forms.Select(attrs=_SELECT))
    unit = forms.ChoiceField(label=gettext_lazy("Commune"), required=False, widget=forms.Select(attrs=_SELECT))
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("What happened, or what is wrong?"),
        min_length=LEAST_LETTERS,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 5, "class": "form-control"}),
        help_text=gettext_lazy("For example: the mast is not here but across the road; a fence is open; no signal."),
    )
    contact = forms.CharField(
        label=gettext_lazy("How we can answer you"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "email"}),
        help_text=gettext_lazy("E-mail or telephone. It is erased when the report is closed."),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: Any, site: Site | None, operators: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        fields: Any = self.fields
        fields["about"].choices = about_choices(with_site=site is not None)
        fields["operator"].choices = [("", _("Not one operator's")), *operators]
        known = Technology.objects.order_by("order", "code").values_list("code", flat=True)
        fields["technology"].choices = [("", _("Not known")), *((code, code) for code in known)]
        if site is not None:
            del self.fields["unit"]
        else:
            units = AdministrativeUnit.objects.filter(level="commune", valid_to__isnull=True)
            owned = units.filter(parent__authorities__isnull=False).distinct().order_by("name", "code")
            choices = owned.values_list("code", "full_name")
            fields["unit"].choices = [("", _("As shown on the map")), *choices]

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()
        if len(clean(text)) < LEAST_LETTERS:
            raise ValidationError(_("Please say it in a sentence."))
        return text

    def clean_contact(self) -> str:
        return clean(str(self.cleaned_data["contact"]))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if (values.get("lon") is None) != (values.get("lat") is None):
            values["lon"] = values["lat"] = None
        if self.errors:
            return values
        if self.site is None and self.point is None and not values.get("unit"):
            self.add_error("unit", _("Show the place on the map, or choose the commune."))
        if values["about"].endswith(f":{ReportCategory.MISPLACED}") and self.point is None:
            self.add_error("about", _("Show on the map where the mast really stands."))
        return values

    @property
    def point(self) -> Point | None:
        """The place shown on the map."""
        lon, lat = self.cleaned_data.get("lon"), self.cleaned_data.get("lat")
        return None if lon is None or lat is None else Point(lon, lat, srid=4326)

    @property
    def organization(self) -> Organization | None:
        code = self.cleaned_data.get("operator")
        return Organization.objects.filter(code=code).first() if code else None

    @property
    def chosen_unit(self) -> AdministrativeUnit | None:
        code = self.cleaned_data.get("unit")
        rows = AdministrativeUnit.objects.filter(level="commune", valid_to__isnull=True)
        return rows.filter(code=code).first() if code else None

    @property
    def from_robot(self) -> bool:
        """Whether the field that people cannot see was filled in."""
        cleaned: dict[str, Any] = getattr(self, "cleaned_data", {})
        return bool(cleaned.get("website"))


class AnswerForm(forms.Form):
    """The authority's answer to a report."""

    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        min_length=LEAST_LETTERS,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
        help_text=gettext_lazy("Whoever holds the ticket reads it."),
    )
