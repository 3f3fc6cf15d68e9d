"""The form of one step of a case: only what that step needs is asked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inspections.casework.guards import StepInput
from inspections.casework.told import NextStep
from inspections.models import StepKind
from inspections.selectors.law import Competence

#: no fine or payment is larger; keeps sums inside 64 bits
AMOUNT_MAX = 10**15


class AmountField(forms.CharField):
    """An amount in ₫ as people type it: "22.000.000", "22 000 000 ₫", "22000000"."""

    default_error_messages = {"invalid": _("Write the amount in ₫ with figures only.")}

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        digits = text.translate(str.maketrans("", "", ".,\u00a0\u202f ₫đ"))
        if not (digits.isascii() and digits.isdigit()) or int(digits) > AMOUNT_MAX:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(digits)


class StepForm(forms.Form):
    """A step of the kind in ``kind``. Fields that the step does not need are taken out."""

    kind = forms.ChoiceField(choices=StepKind.choices, widget=forms.HiddenInput)
    date = forms.DateField(
        label=_("Date"), widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
    )
    document = forms.CharField(
        label=_("Document"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    authority = forms.ChoiceField(
        label=_("Decided by"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    amount_vnd = AmountField(
        label=_("Amount (₫)"),
        required=False,
        max_length=32,
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )

    def __init__(
        self, *args: Any, needs: Sequence[str] = (), offices: Sequence[Competence] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("document", "authority", "amount_vnd"):
            if name not in needs:
                del self.fields[name]
        if "authority" in self.fields:
            english = get_language() == "en"
            choice: Any = self.fields["authority"]
            choice.choices = [(office.code, office.title_en if english else office.title_vi) for office in offices]
        if "note" in needs:
            self.fields["note"].required = True

    def given(self) -> StepInput:
        """Return what was entered."""
        values = self.cleaned_data
        return StepInput(
            kind=values["kind"],
            on=values["date"],
            authority=values.get("authority") or "",
            amount_vnd=values.get("amount_vnd"),
            document=values.get("document") or "",
            note=values.get("note") or "",
        )


def blank_form(step: NextStep, today: date, offices: Sequence[Competence], initial: dict[str, Any]) -> StepForm:
    """Return the empty form of a lawful next step."""
    values = {"kind": step.kind, "date": today} | {name: initial[name] for name in step.needs if name in initial}
    return StepForm(initial=values, needs=step.needs, offices=offices, prefix=step.kind)
