"""The form that makes a key for a program."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

TOKEN_DAYS = (30, 90, 365)


class TokenForm(forms.Form):
    """A new key for a program: what it is for and how long it holds."""

    name = forms.CharField(
        label=_("What it is for"),
        max_length=100,
        help_text=_("For example: QGIS in the office, nightly export."),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    days = forms.TypedChoiceField(
        label=_("Holds for"),
        coerce=int,
        initial=90,
        choices=[(days, _("%(days)d days") % {"days": days}) for days in TOKEN_DAYS],
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def lifetime(self) -> timedelta:
        """Return how long the key holds."""
        return timedelta(days=self.cleaned_data["days"])
