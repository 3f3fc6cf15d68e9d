"""Forms of the public pages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from infra.models import ReportKind
from infra.text import clean

LEAST_LETTERS, MOST_LETTERS = 10, 2_000


class ReportForm(forms.Form):
    """What somebody wants to say about a mast or a post office. ``website`` is empty unless a robot fills it in."""

    kind = forms.ChoiceField(label=_("What is it about?"), choices=ReportKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What happened, or what is wrong?"),
        min_length=LEAST_LETTERS,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 5, "class": "form-control"}),
        help_text=_("For example: the mast is not here but across the road; a fence is open; no signal."),
    )
    contact = forms.CharField(
        label=_("How we can answer you (voluntary)"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "email"}),
        help_text=_("E-mail or telephone. It is erased when the report is closed."),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()
        if len(clean(text)) < LEAST_LETTERS:
            raise ValidationError(_("Please say it in a sentence."))
        return text

    def clean_contact(self) -> str:
        return clean(str(self.cleaned_data["contact"]))

    @property
    def from_robot(self) -> bool:
        """Whether the field that people cannot see was filled in."""
        cleaned: dict[str, Any] = getattr(self, "cleaned_data", {})
        return bool(cleaned.get("website"))
