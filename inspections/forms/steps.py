"""The form of one step of a case: only what that step needs is asked."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inspections.casework.execution import Instalment
from inspections.casework.guards import StepInput
from inspections.casework.told import NextStep
from inspections.casework.working_days import add_months
from inspections.models import Charge, Remedy, StepKind
from inspections.selectors.law import Competence

#: no fine or payment is larger; keeps sums inside 64 bits
AMOUNT_MAX = 10**15
#: the days that calendars and clocks reach
DAYS = (dt.date(1990, 1, 1), dt.date(2200, 12, 31))
NO_DAY = _("A day between the years 1990 and 2200.")
#: rows offered for measures ordered with a decision, and for instalments
REMEDY_ROWS, INSTALMENT_ROWS = 4, 3
#: how a fine is parted where nobody says otherwise, percent
PARTS = (40, 30, 30)
METHODS = (
    ("", "–"),
    ("direct", _("handed over")),
    ("post", _("by registered post")),
    ("electronic", _("electronically")),
    ("posted", _("posted publicly")),
    ("refused", _("refused, with a record (MBB06)")),
)


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


def day_field(label: Any, *, required: bool = True, **kwargs: Any) -> forms.DateField:
    """Return a field for a day, drawn by the browser's own control."""
    first, last = DAYS
    attrs = {"type": "date", "class": "form-control", "min": first.isoformat(), "max": last.isoformat()}
    widget = forms.DateInput(attrs=attrs, format="%Y-%m-%d")
    limits = [MinValueValidator(first, NO_DAY), MaxValueValidator(last, NO_DAY)]
    return forms.DateField(label=label, required=required, widget=widget, validators=limits, **kwargs)


def amount_field(label: Any, *, required: bool = False) -> AmountField:
    """Return a field for an amount in ₫."""
    widget = forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric", "autocomplete": "off"})
    return AmountField(label=label, required=required, max_length=32, widget=widget)


def text_field(label: Any, length: int, *, required: bool = False, rows: int = 0, **kwargs: Any) -> forms.CharField:
    """Return a field for words, of several lines where *rows* are given."""
    widget: forms.Widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
    if rows:
        widget = forms.Textarea(attrs={"class": "form-control", "rows": rows})
    return forms.CharField(label=label, required=required, max_length=length, widget=widget, **kwargs)


def choice_field(label: Any, choices: Sequence[tuple[str, Any]], *, required: bool = False) -> forms.ChoiceField:
    """Return a field for one of a few choices."""
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, required=required, choices=choices, widget=widget)


@dataclass(frozen=True)
class StepContext:
    """What the form of a step offers besides the step itself."""

    offices: Sequence[Competence] = ()
    competent: Sequence[Competence] = ()
    receivers: Sequence[tuple[str, str]] = ()
    charges: Sequence[Charge] = ()
    open_remedies: Sequence[Remedy] = ()
    proposed_remedies: Sequence[str] = ()
    due_vnd: int = 0
    amounts: Mapping[str, str] = field(default_factory=dict)
    office: str = ""


class StepForm(forms.Form):
    """A step of one kind, with the fields that this kind needs."""

    date = day_field(_("Date"))

    def __init__(self, data: Any = None, *, step: NextStep, offers: StepContext, initial: Any = None) -> None:
        self.step, self.offers = step, offers
        super().__init__(data, prefix=step.kind, initial=initial)
        self.fields["document"] = self._number()
        if len(step.forms) > 1:
            english = get_language() == "en"
            names = [(form.code, form.name_en if english and form.name_en else form.name_vi) for form in step.forms]
            self.fields["form"] = choice_field(_("Form"), names)
        build = BUILDERS.get(step.kind)
        if build is not None:
            build(self)
        if "document" not in step.needs and step.kind not in (StepKind.PAYMENT, StepKind.TRANSFER):
            del self.fields["document"]
        self.fields["note"] = text_field(_("Note"), 20_000, required="note" in step.needs, rows=2)

    def _number(self) -> forms.CharField:
        if self.step.kind == StepKind.PAYMENT:
            return text_field(_("Receipt"), 64)
        hint = _("Left empty, the next number is taken; or write the records office's own.")
        return text_field(_("Number of the paper"), 64, help_text=hint if self.step.form_code else "")

    # --- what single kinds ask for ---

    def ask_decision(self) -> None:
        english = get_language() == "en"
        offices = [(row.code, row.title_en if english else row.title_vi) for row in self.offers.competent]
        self.fields["authority"] = choice_field(_("Decided by"), offices)
        if len(self.offers.charges) > 1:
            for charge in self.offers.charges:
                self.fields[f"charge_{charge.pk}"] = amount_field(f"{charge.text[:80]} (₫)")
        else:
            self.fields["amount_vnd"] = amount_field(_("Amount (₫)"))
        self.fields["comply_days"] = forms.IntegerField(
            label=_("Days to comply"),
            required=False,
            min_value=1,
            max_value=365,
            help_text=_("Only if the decision names more than the law."),
            widget=forms.NumberInput(attrs={"class": "form-control"}),
        )
        self._ask_remedies()

    def _ask_remedies(self) -> None:
        for number in range(1, REMEDY_ROWS + 1):
            self.fields[f"remedy_{number}"] = text_field(_("Remedial measure %(n)s") % {"n": number}, 400)
            self.fields[f"remedy_due_{number}"] = day_field(_("to be carried out by"), required=False)

    def ask_no_penalty(self) -> None:
        self._ask_remedies()

    def ask_serve(self) -> None:
        self.fields["method"] = choice_field(_("How"), METHODS)

    def ask_amount(self) -> None:
        self.fields["amount_vnd"] = amount_field(_("Amount (₫)"), required=True)

    def ask_postpone(self) -> None:
        self.fields["until"] = day_field(_("Postponed until"))

    def ask_instalments(self) -> None:
        for number in range(1, INSTALMENT_ROWS + 1):
            self.fields[f"due_{number}"] = day_field(_("Instalment %(n)s, due on") % {"n": number}, required=False)
            self.fields[f"part_{number}"] = amount_field(_("Amount %(n)s (₫)") % {"n": number})

    def ask_remedy(self) -> None:
        choices = [(str(row.pk), row.text) for row in self.offers.open_remedies]
        self.fields["carried_out"] = forms.MultipleChoiceField(
            label=_("Carried out"),
            choices=choices,
            required=False,
            initial=[code for code, _text in choices],
            widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        )

    def ask_transfer(self) -> None:
        self.fields["authority"] = choice_field(_("To whom"), list(self.offers.receivers), required=True)
        self.fields["receiver"] = text_field(_("Another receiver"), 32, help_text=_("Where none of the list fits."))

    def ask_beside(self) -> None:
        self.fields["suspends"] = forms.BooleanField(
            label=_("Execution is suspended"),
            required=False,
            widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        )

    # --- what was entered ---

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for number in range(1, INSTALMENT_ROWS + 1):
            if bool(values.get(f"due_{number}")) != bool(values.get(f"part_{number}")):
                self.add_error(f"part_{number}", _("An instalment has a day and an amount."))
        return values

    def given(self, answer: int | None = None) -> StepInput:
        """Return what was entered."""
        values = self.cleaned_data
        return StepInput(
            kind=self.step.kind,
            on=values["date"],
            authority=values.get("receiver") or values.get("authority") or "",
            amount_vnd=values.get("amount_vnd"),
            document=values.get("document") or "",
            note=values.get("note") or "",
            form=values.get("form") or "",
            until=values.get("until"),
            instalments=tuple(self._instalments()),
            charges=self._amounts(),
            remedies=self._remedies(),
            carried_out=tuple(int(code) for code in values.get("carried_out") or ()),
            comply_days=values.get("comply_days"),
            suspends=values.get("suspends") or False,
            method=values.get("method") or "",
            answer=answer,
        )

    def _instalments(self) -> Iterator[Instalment]:
        for number in range(1, INSTALMENT_ROWS + 1):
            due, amount = self.cleaned_data.get(f"due_{number}"), self.cleaned_data.get(f"part_{number}")
            if due and amount:
                yield Instalment(due, amount)

    def _amounts(self) -> dict[int, int]:
        found = {charge.pk: self.cleaned_data.get(f"charge_{charge.pk}") for charge in self.offers.charges}
        return {pk: amount for pk, amount in found.items() if amount is not None}

    def _remedies(self) -> tuple[tuple[str, dt.date | None], ...] | None:
        if "remedy_1" not in self.fields:
            return None
        rows = [
            (self.cleaned_data.get(f"remedy_{number}") or "", self.cleaned_data.get(f"remedy_due_{number}"))
            for number in range(1, REMEDY_ROWS + 1)
        ]
        if not any(f"{self.prefix}-remedy_{number}" in self.data for number in range(1, REMEDY_ROWS + 1)):
            return None  # a form of an older page, or a program, that says nothing of measures
        return tuple((text, due) for text, due in rows if text)


BUILDERS: Mapping[str, Callable[[StepForm], None]] = {
    StepKind.DECISION: StepForm.ask_decision,
    StepKind.NO_PENALTY: StepForm.ask_no_penalty,
    StepKind.SERVE: StepForm.ask_serve,
    StepKind.PAYMENT: StepForm.ask_amount,
    StepKind.REDUCE: StepForm.ask_amount,
    StepKind.POSTPONE: StepForm.ask_postpone,
    StepKind.INSTALMENTS: StepForm.ask_instalments,
    StepKind.REMEDY: StepForm.ask_remedy,
    StepKind.TRANSFER: StepForm.ask_transfer,
    StepKind.COMPLAINT: StepForm.ask_beside,
    StepKind.LAWSUIT: StepForm.ask_beside,
}


def blank_form(step: NextStep, offers: StepContext, today: dt.date, **initial: Any) -> StepForm:
    """Return the empty form of a lawful next step, with what the register proposes."""
    values: dict[str, Any] = {"date": today, "form": step.form_code, "authority": offers.office}
    values["amount_vnd"] = offers.amounts.get(step.kind, "")
    for charge in offers.charges:
        values[f"charge_{charge.pk}"] = offers.amounts.get(f"charge_{charge.pk}", "")
    if step.kind == StepKind.DECISION:
        for number, text in enumerate(offers.proposed_remedies[:REMEDY_ROWS], start=1):
            values[f"remedy_{number}"] = text
    if step.kind == StepKind.INSTALMENTS:
        values |= dict(_parts(offers.due_vnd, today))
    return StepForm(step=step, offers=offers, initial=values | initial)


def _parts(due_vnd: int, today: dt.date) -> Iterator[tuple[str, Any]]:
    """Propose three instalments a month apart, the first the largest."""
    left = due_vnd
    for number, share in enumerate(PARTS, start=1):
        amount = left if number == len(PARTS) else due_vnd * share // 100 // 1000 * 1000
        left -= amount
        yield f"due_{number}", add_months(today, number)
        yield f"part_{number}", f"{amount:,}".replace(",", ".")
