"""The form of a campaign: decision, period, field, checklist, area, team."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.models import AdministrativeUnit, Authority, User
from inspections.models import Campaign, ChecklistTemplate, Field

_SELECT = {"class": "form-select"}
_TEXT = {"class": "form-control", "autocomplete": "off"}
LONGEST = timedelta(days=400)


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, input_formats=["%Y-%m-%d"])


class CampaignForm(forms.Form):
    """What an authority decides about a round of inspections."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, widget=forms.TextInput(attrs=_TEXT))
    decision_number = forms.CharField(
        label=gettext_lazy("Decision"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Number of the decision, as it stands on the paper"),
        widget=forms.TextInput(attrs=_TEXT),
    )
    decision_date = _day(gettext_lazy("Date of the decision"), required=False)
    starts_on = _day(gettext_lazy("Starts on"))
    ends_on = _day(gettext_lazy("Ends on"))
    field = forms.ChoiceField(label=gettext_lazy("Field"), choices=Field.choices, widget=forms.Select(attrs=_SELECT))
    checklist = forms.ModelChoiceField(
        ChecklistTemplate.objects.none(),
        label=gettext_lazy("Checklist"),
        required=False,
        empty_label=gettext_lazy("By kind of installation"),
        widget=forms.Select(attrs=_SELECT),
    )
    per_day = forms.IntegerField(
        label=gettext_lazy("Visits a day"),
        min_value=1,
        max_value=40,
        initial=6,
        help_text=gettext_lazy("For one inspector on one working day"),
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
    team = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=gettext_lazy("Team"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    units = forms.ModelMultipleChoiceField(
        AdministrativeUnit.objects.none(),
        label=gettext_lazy("Communes"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    def __init__(
        self,
        *args: Any,
        authority: Authority,
        people: Sequence[User],
        units: QuerySet[AdministrativeUnit],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.authority = authority
        on = timezone.localdate()
        self._choose("checklist", ChecklistTemplate.objects.in_force(on).order_by("name_vi"))
        self._choose("team", User.objects.filter(pk__in=[person.pk for person in people]).order_by("display_name"))
        self._choose("units", units.defer("boundary", "centroid"))

    def _choose(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        field.label_from_instance = lambda row: getattr(row, "full_name", "") or str(row)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        starts, ends = values.get("starts_on"), values.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The campaign ends before it starts."))
        elif starts and ends and ends - starts > LONGEST:
            self.add_error("ends_on", _("A campaign lasts at most %(days)s days.") % {"days": LONGEST.days})
        return values

    def apply(self, campaign: Campaign) -> Campaign:
        """Write what was entered into *campaign*; team and communes are stored with it."""
        for name in (
            "title", "decision_number", "decision_date", "starts_on", "ends_on", "field", "checklist", "per_day",
            "purpose",
        ):  # fmt: skip
            setattr(campaign, name, self.cleaned_data[name])
        return campaign


def initial_of(campaign: Campaign | None) -> dict[str, Any]:
    """Return what the form shows at first: the campaign as it is, or a fortnight from tomorrow."""
    if campaign is None:
        start: date = timezone.localdate() + timedelta(days=1)
        return {"starts_on": start, "ends_on": start + timedelta(days=13), "per_day": 6}
    names = (
        "title", "decision_number", "decision_date", "starts_on", "ends_on", "field", "checklist", "per_day", "purpose",
    )  # fmt: skip
    values = {name: getattr(campaign, name) for name in names}
    return values | {"team": campaign.team.all(), "units": campaign.units.all()}
