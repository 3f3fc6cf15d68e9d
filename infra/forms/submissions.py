"""The form with which a file is handed in."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.access import Person
from infra.models import Authority, Organization, SubmissionKind, SubmissionMode
from infra.selectors.submissions import authorities_to_submit_to, may_load_history, organizations_to_submit_for
from infra.submissions.coordinates import systems
from infra.submissions.coordinates.systems import AUTO

_SELECT = {"class": "form-select"}
#: geographic systems offered beside the metric ones of the territory
_GEOGRAPHIC = (4326,)
_MEGABYTE = 1024**2


class NewSubmissionForm(forms.Form):
    """What a file is, for whom, and how its coordinates are to be read."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        help_text=gettext_lazy(
            "Excel (.xlsx, .xls), OpenDocument (.ods), text (.csv), GeoJSON, GeoPackage, KML, Shapefile (.zip)."
        ),
        widget=forms.FileInput(attrs={"class": "st-drop__input"}),
    )
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=gettext_lazy("Organization"), widget=forms.Select(attrs=_SELECT)
    )
    authority = forms.ModelChoiceField(
        Authority.objects.none(), label=gettext_lazy("Authority"), widget=forms.Select(attrs=_SELECT)
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it lists"), choices=SubmissionKind.choices, widget=forms.Select(attrs=_SELECT)
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("What is not in the file"),
        choices=SubmissionMode.choices,
        widget=forms.Select(attrs=_SELECT),
        help_text=gettext_lazy(
            "“Add and update” leaves it as it is; “Replace the whole list” proposes to take it out of the register."
        ),
    )
    crs = forms.ChoiceField(
        label=gettext_lazy("Coordinates"),
        initial=AUTO,
        widget=forms.Select(attrs=_SELECT),
        help_text=gettext_lazy("Recognised by where the points fall; choose only if that went wrong."),
    )

    history_from = forms.DateField(
        label=gettext_lazy("First load: holds since"),
        required=False,
        help_text=gettext_lazy(
            "Only for the authority's own old list: its dates become history; rows without one hold since this day."
        ),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organizations = organizations_to_submit_for(person).order_by("code")
        self.authorities = authorities_to_submit_to(person)
        if not may_load_history(person):
            del self.fields["history_from"]
        self._choose("organization", self.organizations)
        self._choose("authority", self.authorities)
        self.fields["crs"].choices = crs_choices(self.authorities.first())  # type: ignore[attr-defined]

    def _choose(self, name: str, rows: Any) -> None:
        """Offer *rows*; where there is one only, there is nothing to choose."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        field.empty_label = gettext_lazy("Choose…")
        first = list(rows[:2])
        if len(first) == 1:
            field.empty_label = None
            field.initial = first[0].pk
            field.widget = forms.HiddenInput()

    def clean_history_from(self) -> date | None:
        day: date | None = self.cleaned_data["history_from"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size and file.size > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // _MEGABYTE
            raise forms.ValidationError(_("The file is larger than %d MB. Split it.") % limit)
        return file


def crs_choices(authority: Authority | None) -> list[tuple[str, str]]:
    """Return the systems to choose from: found out by itself, degrees, the metric ones near the authority's own."""
    choices = [(AUTO, _("recognise"))]
    choices += [(one.code, f"{one.name} · {one.code}") for one in map(systems.system, _GEOGRAPHIC)]
    if authority is None:
        return choices
    own = systems.system(authority.metric_srid)
    middle = own.meridian or 0.0
    metric = systems.candidates(authority.metric_srid, middle, 0.1, middle, 0.1)
    return [*choices, *((one.code, f"{one.name} · {one.label}") for one in metric)]
