"""Forms and filters of administrative units."""

from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.forms.lists import ChipFilters
from infra.forms.plain import Day, ReasonForm
from infra.models import AdministrativeUnit, BoundaryKind, UnitLevel
from infra.selectors import registers

TIMES = (
    ("now", gettext_lazy("In force")),
    ("ended", gettext_lazy("Ended")),
    ("ahead", gettext_lazy("To come")),
)
SUFFIXES = (".geojson", ".json", ".gpkg", ".zip")
_MEGABYTE = 1024**2


class UnitFilters(ChipFilters):
    """Filters of the list of units."""

    q = django_filters.CharFilter(label=gettext_lazy("Search"), method="find", max_length=200)
    level = django_filters.ChoiceFilter(label=gettext_lazy("Level"), choices=UnitLevel.choices)
    time = django_filters.ChoiceFilter(label=gettext_lazy("Validity"), choices=TIMES, method="at_time")
    boundary = django_filters.ChoiceFilter(
        label=gettext_lazy("Boundary"), choices=BoundaryKind.choices, field_name="boundary_kind"
    )
    parent = django_filters.CharFilter(label=gettext_lazy("Unit above"), method="below", max_length=10)

    class Meta:
        model = AdministrativeUnit
        fields: tuple[str, ...] = ()

    def find(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        return rows.filter(registers.search(words))

    def at_time(self, rows: QuerySet[Any], _name: str, time: str) -> QuerySet[Any]:
        today = timezone.localdate()
        if time == "ended":
            return rows.filter(valid_to__lte=today)
        if time == "ahead":
            return rows.filter(valid_from__gt=today)
        return rows.filter(valid_from__lte=today).filter(Q(valid_to=None) | Q(valid_to__gt=today))

    def below(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        return rows.filter(Q(parent__code=code) | Q(parent__parent__code=code))


class UnitFileForm(ReasonForm):
    """A file of boundaries and what it says."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("GeoJSON, GeoPackage, or a Shapefile with its companions as .zip."),
    )
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=UnitLevel.choices, initial=UnitLevel.COMMUNE)
    valid_from = Day(label=gettext_lazy("In force from"))
    valid_to = Day(
        label=gettext_lazy("No longer from"),
        required=False,
        help_text=gettext_lazy("Only for units of the past: the first day on which they no longer exist."),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=255,
        help_text=gettext_lazy("The decision, or who published the boundaries."),
    )
    code_field = forms.CharField(label=gettext_lazy("Column of the code"), max_length=64, required=False)
    name_field = forms.CharField(label=gettext_lazy("Column of the full name"), max_length=64, required=False)
    parent_field = forms.CharField(
        label=gettext_lazy("Column of the code above"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Without it the unit above follows from the place."),
    )
    crs = forms.CharField(
        label=gettext_lazy("Coordinate reference system"),
        max_length=32,
        required=False,
        help_text=gettext_lazy("EPSG:n, for a file that names none."),
    )
    layer = forms.CharField(label=gettext_lazy("Layer"), max_length=128, required=False)
    encoding = forms.CharField(label=gettext_lazy("Encoding"), max_length=32, required=False)
    partial = forms.BooleanField(
        label=gettext_lazy("The file holds a part only"),
        required=False,
        help_text=gettext_lazy("Otherwise open units of the same level that it does not name end on that day."),
    )
    field_order = ["file", "level", "valid_from", "valid_to", "source"]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if not str(file.name).lower().endswith(SUFFIXES):
            raise forms.ValidationError(_("This is none of the formats: GeoJSON, GeoPackage, zipped Shapefile."))
        if file.size and file.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %d MB. Split it.") % (settings.UPLOAD_MAX_BYTES // _MEGABYTE)
            )
        return file

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = values.get("valid_from"), values.get("valid_to")
        if first and last and last <= first:
            self.add_error("valid_to", _("It must lie after the first day."))
        return values

    def parameters(self) -> dict[str, Any]:
        """Return what the background job is told."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


class SuccessionForm(ReasonForm):
    """A unit that continues in this one, or the other way round."""

    code = forms.CharField(label=gettext_lazy("Code of the other unit"), max_length=10)
    direction = forms.ChoiceField(
        label=gettext_lazy("It is"),
        choices=(("before", gettext_lazy("the one before")), ("after", gettext_lazy("the one after"))),
    )
    on = Day(label=gettext_lazy("On"))
    is_whole = forms.BooleanField(label=gettext_lazy("The whole unit"), required=False, initial=True)
    source = forms.CharField(
        label=gettext_lazy("Decision"), max_length=255, help_text=gettext_lazy("The text you read.")
    )


class SourceForm(ReasonForm):
    """The text that somebody read."""

    source = forms.CharField(label=gettext_lazy("Text read"), max_length=255)
