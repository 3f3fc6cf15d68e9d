"""Forms of the acts on sites: another position, a merge, the undoing of one."""

from typing import Any

import numpy as np
from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.forms.plain import ReasonForm
from infra.forms.submissions import crs_choices
from infra.models import Authority, PositionMethod
from infra.submissions.coordinates import systems
from infra.submissions.coordinates.notation import Notation, parse
from infra.submissions.coordinates.systems import AUTO

#: how a position that a person enters may be known
METHODS = (PositionMethod.CORRECTED, PositionMethod.MEASURED, PositionMethod.DIGITISED)
DEGREES = f"EPSG:{systems.REGISTER_SRID}"


class MoveForm(ReasonForm):
    """Another position: two coordinates as they are written, in which system, how they are known."""

    north = forms.CharField(
        label=gettext_lazy("Latitude, or northing (X)"),
        max_length=40,
        widget=forms.TextInput(attrs={"data-pick": "north", "inputmode": "text", "autocomplete": "off"}),
        help_text=gettext_lazy("20,6464 · 20°38′47″ · 2286123,4"),
    )
    east = forms.CharField(
        label=gettext_lazy("Longitude, or easting (Y)"),
        max_length=40,
        widget=forms.TextInput(attrs={"data-pick": "east", "inputmode": "text", "autocomplete": "off"}),
        help_text=gettext_lazy("Or choose the place on the map."),
    )
    crs = forms.ChoiceField(
        label=gettext_lazy("Coordinates in"), widget=forms.Select(attrs={"data-pick": "crs"}), initial=DEGREES
    )
    method = forms.ChoiceField(
        label=gettext_lazy("How it is known"), choices=[(one.value, one.label) for one in METHODS]
    )
    accuracy_m = forms.FloatField(
        label=gettext_lazy("Accuracy (m)"), min_value=0, max_value=10_000, required=False, localize=True
    )

    def __init__(self, *args: Any, authority: Authority, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [pair for pair in crs_choices(authority) if pair[0] != AUTO]
        self.fields["crs"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if {"north", "east", "crs"} <= values.keys():
            values["to"] = self._point(values)
        return values

    def _point(self, values: dict[str, Any]) -> Point | None:
        """Return the point that the two coordinates mean, or None with the error at its field."""
        system = systems.of_code(values["crs"])
        wanted = Notation.METRES if system.is_metric else Notation.DEGREES
        numbers = {}
        for name, hemispheres in (("north", ("", "N", "S")), ("east", ("", "E", "W"))):
            read = parse(values[name])
            if read is None or read.hemisphere not in hemispheres:
                self.add_error(name, _("This cannot be read as a coordinate."))
            elif read.notation != wanted:
                told = _("These are metres: choose the metric system.")
                self.add_error(name, _("These are degrees: choose degrees.") if system.is_metric else told)
            else:
                numbers[name] = read.value
        if len(numbers) < 2:
            return None
        lon, lat = systems.to_lonlat(np.array([[numbers["east"], numbers["north"]]]), system.srid)[0]
        if not (np.isfinite([lon, lat]).all() and abs(lon) <= 180 and abs(lat) <= 90):
            self.add_error(None, _("There is no such place on the earth in that system. Are the two exchanged?"))
            return None
        return Point(float(lon), float(lat), srid=systems.REGISTER_SRID)

    def submitted_text(self) -> str:
        """Return the coordinates as they were written."""
        return f"{self.cleaned_data['north']}; {self.cleaned_data['east']}"[:120]


class MergeForm(ReasonForm):
    """Which site is the same, and which of the two stays."""

    other = forms.CharField(label=gettext_lazy("Code of the other site"), max_length=32)
    keep = forms.ChoiceField(
        label=gettext_lazy("Which one stays"),
        choices=(("this", gettext_lazy("this one")), ("other", gettext_lazy("the other one"))),
        initial="this",
    )
