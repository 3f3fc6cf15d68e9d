"""Forms of incidents, reports of outages and storms."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra import formats
from infra.access import Person
from infra.models import AdministrativeUnit, Organization
from inspections.models import Damage, IncidentCause, IncidentKind, Storm, StormPhase
from inspections.outages.checking import AHEAD
from inspections.outages.columns import state_words
from inspections.outages.rows import MOST_ROWS
from inspections.selectors.incidents import organizations_to_report_for
from inspections.services.storms import StormFacts

_SELECT = {"class": "form-select"}
_TEXT = {"class": "form-control", "autocomplete": "off"}
_MEGABYTE = 1024**2
#: Beaufort level → wind in m/s at 10 m, from … to
BEAUFORT = {
    7: (13.9, 17.1),
    8: (17.2, 20.7),
    9: (20.8, 24.4),
    10: (24.5, 28.4),
    11: (28.5, 32.6),
    12: (32.7, 36.9),
    13: (37.0, 41.4),
    14: (41.5, 46.1),
    15: (46.2, 50.9),
    16: (51.0, 56.0),
    17: (56.1, 61.2),
}


class MomentInput(forms.DateTimeInput):
    """A day with a clock, as browsers offer it."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "form-control"}, format="%Y-%m-%dT%H:%M")


def moment_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        widget=MomentInput(),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )


def refuse_future(moment: datetime | None) -> datetime | None:
    """Raise ValidationError for a moment that has not come yet."""
    if moment is not None and moment > timezone.now() + AHEAD:
        raise ValidationError(_("This moment has not come yet."))
    return moment


class OrganizationField(forms.ModelChoiceField):
    """The organization that is reported for; where there is one only, there is nothing to choose."""

    def __init__(self) -> None:
        super().__init__(
            Organization.objects.none(),
            label=gettext_lazy("Organization"),
            empty_label=gettext_lazy("Choose…"),
            widget=forms.Select(attrs=_SELECT),
        )

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)

    def offer(self, person: Person) -> None:
        self.queryset = organizations_to_report_for(person)
        first = list(self.queryset[:2])
        if len(first) == 1:
            self.empty_label = None
            self.initial = first[0].pk


class OutageForm(forms.Form):
    """A report of outages: codes as a list, or a file."""

    organization = OrganizationField()
    storm = forms.ModelChoiceField(
        Storm.objects.none(),
        label=gettext_lazy("Storm"),
        required=False,
        empty_label=gettext_lazy("No storm"),
        widget=forms.Select(attrs=_SELECT),
    )
    at = moment_field(
        gettext_lazy("Figures as of"), required=True, help_text=gettext_lazy("The moment the report describes.")
    )
    codes = forms.CharField(
        label=gettext_lazy("Station codes"),
        required=False,
        max_length=64 * MOST_ROWS,
        widget=forms.Textarea(attrs={**_TEXT, "rows": 5, "spellcheck": "false"}),
        help_text=gettext_lazy("One a line, or divided by commas or blanks. The operator's codes or registry numbers."),
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, widget=forms.Select(attrs=_SELECT))
    moment = moment_field(
        gettext_lazy("Since, or back at"), help_text=gettext_lazy("For all of them; the moment above if left out.")
    )
    cause = forms.ChoiceField(
        label=gettext_lazy("Cause"),
        required=False,
        choices=IncidentCause.choices,
        initial=IncidentCause.UNKNOWN,
        widget=forms.Select(attrs=_SELECT),
    )
    damage = forms.ChoiceField(
        label=gettext_lazy("Damage"),
        required=False,
        choices=[("", gettext_lazy("Not looked at yet")), *Damage.choices],
        widget=forms.Select(attrs=_SELECT),
    )
    expected_back_at = moment_field(gettext_lazy("Expected back"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("Excel (.xlsx, .xls), OpenDocument (.ods) or delimited text (.csv)."),
        widget=forms.FileInput(attrs={"class": "form-control"}),
    )
    whole = forms.BooleanField(
        label=gettext_lazy("This is everything that is out of service: what is not named counts as back"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    skip_wrong = forms.BooleanField(
        label=gettext_lazy("Take the sound rows although others are wrong"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organization: Any = self.fields["organization"]
        organization.offer(person)
        storm: Any = self.fields["storm"]
        storm.queryset = Storm.objects.visible_to(person).exclude(phase=StormPhase.CLOSED)
        ongoing = list(storm.queryset.filter(phase=StormPhase.DURING)[:2])
        storm.initial = ongoing[0].pk if len(ongoing) == 1 else None
        state: Any = self.fields["state"]
        state.choices = list(state_words().items())
        self.fields["at"].initial = timezone.localtime().replace(second=0, microsecond=0)

    def clean_at(self) -> datetime | None:
        return refuse_future(self.cleaned_data["at"])

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if file is not None and file.size > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // _MEGABYTE
            raise ValidationError(_("The file is larger than %d MB. Split it.") % limit)
        return file

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values.get("file") and not values["codes"].strip() and not values["whole"]:
            raise ValidationError(
                _("Name stations, choose a file, or tick that this is everything: then everything works.")
            )
        return values


class IncidentForm(forms.Form):
    """One incident: theft, sabotage, fire, storm damage, a cyber attack, or an outage."""

    organization = OrganizationField()
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=IncidentKind.choices, widget=forms.Select(attrs=_SELECT)
    )
    started_at = moment_field(gettext_lazy("Started"), required=True)
    ended_at = moment_field(gettext_lazy("Ended"), help_text=gettext_lazy("Empty while it goes on."))
    codes = forms.CharField(
        label=gettext_lazy("Station codes"),
        max_length=4_000,
        widget=forms.Textarea(attrs={**_TEXT, "rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("One a line, or divided by commas or blanks. The operator's codes or registry numbers."),
    )
    cause = forms.ChoiceField(
        label=gettext_lazy("Cause"),
        required=False,
        choices=IncidentCause.choices,
        initial=IncidentCause.UNKNOWN,
        widget=forms.Select(attrs=_SELECT),
    )
    damage = forms.ChoiceField(
        label=gettext_lazy("Damage"),
        required=False,
        choices=[("", gettext_lazy("Not looked at yet")), *Damage.choices],
        widget=forms.Select(attrs=_SELECT),
    )
    people_affected = forms.IntegerField(
        label=gettext_lazy("People affected"),
        required=False,
        min_value=0,
        max_value=10**9,
        widget=forms.NumberInput(attrs=_TEXT),
    )
    ref = forms.CharField(
        label=gettext_lazy("The operator's number"), required=False, max_length=64, widget=forms.TextInput(attrs=_TEXT)
    )
    text = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organization: Any = self.fields["organization"]
        organization.offer(person)

    def clean_started_at(self) -> datetime | None:
        return refuse_future(self.cleaned_data["started_at"])

    def clean_ended_at(self) -> datetime | None:
        return refuse_future(self.cleaned_data["ended_at"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        started, ended = values.get("started_at"), values.get("ended_at")
        if started and ended and ended < started:
            self.add_error("ended_at", _("It ends before it started."))
        return values


class EndForm(forms.Form):
    """When everything of an incident came back."""

    at = moment_field(gettext_lazy("Back in service at"), required=True)

    def clean_at(self) -> datetime | None:
        return refuse_future(self.cleaned_data["at"])


def _winds() -> list[tuple[str, str]]:
    levels = [
        (
            str(high),
            _("level %(level)s (%(low)s – %(high)s m/s)")
            % {"level": level, "low": formats.number(low, 1), "high": formats.number(high, 1)},
        )
        for level, (low, high) in BEAUFORT.items()
    ]
    return [("", _("not forecast yet")), *levels]


class UnitsField(forms.ModelMultipleChoiceField):
    """Communes to tick."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class StormForm(forms.Form):
    """What is known of a storm."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        widget=forms.TextInput(attrs=_TEXT),
        help_text=gettext_lazy("As the forecast calls it: “Storm no. 5 – Matmo”."),
    )
    expected_at = moment_field(gettext_lazy("Landfall expected"))
    wind_ms = forms.ChoiceField(
        label=gettext_lazy("Forecast wind, Beaufort"),
        required=False,
        choices=_winds,
        widget=forms.Select(attrs=_SELECT),
        help_text=gettext_lazy("The upper end of the level is compared with the design wind of masts."),
    )
    report_every_h = forms.IntegerField(
        label=gettext_lazy("Operators report every (hours)"),
        min_value=1,
        max_value=72,
        initial=3,
        widget=forms.NumberInput(attrs=_TEXT),
    )
    text = forms.CharField(
        label=gettext_lazy("Instructions"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
        help_text=gettext_lazy("Operators see them: telegram number, what is asked of them."),
    )
    units = UnitsField(
        AdministrativeUnit.objects.none(),
        label=gettext_lazy("Communes concerned"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=gettext_lazy("None ticked: the whole territory."),
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["units"]
        field.queryset = units

    def facts(self) -> StormFacts:
        """Return what was entered."""
        values = self.cleaned_data
        return StormFacts(
            name=values["name"],
            expected_at=values["expected_at"],
            wind_ms=float(values["wind_ms"]) if values["wind_ms"] else None,
            units=list(values["units"]),
            report_every_h=values["report_every_h"],
            text=values["text"],
        )

    @staticmethod
    def level_of(wind_ms: float | None) -> str:
        """Return the choice that holds *wind_ms*."""
        if wind_ms is None:
            return ""
        highs = [high for _low, high in BEAUFORT.values()]
        return str(next((high for high in highs if wind_ms <= high + 0.05), highs[-1]))


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(max_length=400, widget=forms.TextInput(attrs=_TEXT))
