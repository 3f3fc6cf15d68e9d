"""Forms of the law's rows: one for each table, made of the columns an administrator may change."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from inspections.forms.steps import amount_field, choice_field, day_field, text_field
from inspections.models import (
    Circumstance,
    CircumstanceKind,
    Clock,
    DayKind,
    Field,
    FieldMaximum,
    FineAuthority,
    FormCode,
    Rule,
)

MONTHS = r"\d{1,3}(-\d{1,3})?"
RULE_CODE = re.compile(
    r"(?P<decree>[^:\s]{3,32}):(?P<article>\d{1,4}[a-z]?)(?:\.(?P<clause>\d{1,4}[a-z]?))?(?:\.(?P<point>[a-z0-9]{1,8}))?"
)


class LinesField(forms.CharField):
    """A list of texts, a line each."""

    widget = forms.Textarea(attrs={"class": "form-control", "rows": 2})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value) or ""
        return [line.strip() for line in text.splitlines() if line.strip()]


class MonthsField(forms.RegexField):
    """A span of months as "1-3"; empty: none."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"class": "form-control"})
        super().__init__(regex=rf"^{MONTHS}$", required=False, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "-".join(map(str, dict.fromkeys(value))) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int] | None:
        text = super().clean(value)
        if not text:
            return None
        parts = [int(part) for part in str(text).split("-")]
        if parts[0] > parts[-1]:
            raise forms.ValidationError(_("The lesser number comes first."))
        return [parts[0], parts[-1]]


class WrittenAmountField(forms.CharField):
    """An amount in ₫ that may be left empty, shown with groups of three."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric"})
        super().__init__(required=False, max_length=24, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        return amount_field("").clean(super().clean(value) or "")


class ChosenFieldsField(forms.MultipleChoiceField):
    """Fields of State management; none means all."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
        super().__init__(choices=Field.choices, required=False, widget=widget, **kwargs)


def _number(label: Any, *, required: bool = False, **kwargs: Any) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"class": "form-control", "step": "any"})
    return forms.FloatField(label=label, required=required, widget=widget, **kwargs)


def _flag(label: Any) -> forms.BooleanField:
    return forms.BooleanField(
        label=label, required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )


Fields = dict[str, forms.Field]


def _names() -> Fields:
    return {
        "name_vi": text_field(_("Vietnamese text"), 255, required=True, rows=2),
        "name_en": text_field(_("English text"), 255, rows=2),
    }


def _source() -> Fields:
    return {
        "legal_basis": text_field(_("Legal basis"), 255),
        "verified": _flag(_("verified against the legal text")),
    }


def _rule() -> Fields:
    return {
        **_names(),
        "field": choice_field(_("Field"), Field.choices, required=True),
        "min_vnd": WrittenAmountField(label=_("Least (₫)")),
        "max_vnd": WrittenAmountField(label=_("Most (₫)")),
        "warning": _flag(_("a warning is possible")),
        "individual_amounts": _flag(_("amounts are for individuals")),
        "proposable": _flag(_("may be proposed")),
        "licence_withdrawal_months": MonthsField(label=_("Licence withdrawn, months")),
        "suspension_months": MonthsField(label=_("Suspended, months")),
        "extra_sanctions": LinesField(label=_("Additional sanctions, a line each"), required=False),
        "remedies": LinesField(label=_("Remedial measures, a line each"), required=False),
        **_source(),
    }


def _office() -> Fields:
    return {
        **_names(),
        "share": _number(_("Share of the field's maximum, 0 to 1"), min_value=0.01, max_value=1),
        "max_vnd_organization": WrittenAmountField(label=_("Or an amount for organizations (₫)")),
        "fields": ChosenFieldsField(label=_("Fields; none means all")),
        **_source(),
    }


def _maximum() -> Fields:
    return {
        "max_vnd_individual": WrittenAmountField(label=_("Most for individuals (₫)")),
        "organization_factor": _number(_("Factor for organizations"), required=True, min_value=1, max_value=10),
        "individual_factor_of_rule": _number(_("Individuals' part"), required=True, min_value=0.01, max_value=1),
        **_source(),
    }


def _clock() -> Fields:
    return {
        **_names(),
        "amount": _number(_("Amount"), required=True, min_value=0),
        "extension": forms.IntegerField(
            label=_("Extension at most"),
            required=False,
            min_value=0,
            max_value=365,
            widget=forms.NumberInput(attrs={"class": "form-control"}),
        ),
        "fields": ChosenFieldsField(label=_("Fields; none means all")),
        "note": text_field(_("Note"), 255),
        **_source(),
    }


def _form_code() -> Fields:
    return {
        **_names(),
        "printed_code": text_field(_("Code as printed"), 16, required=True),
        "series": text_field(_("Series of numbers"), 11),
        **_source(),
    }


def _circumstance() -> Fields:
    return {
        **_names(),
        "kind": choice_field(_("Kind"), CircumstanceKind.choices, required=True),
        **_source(),
    }


@dataclass(frozen=True)
class Table:
    """A table of law: its model, what it is called, which columns make a new row's key, and its fields."""

    code: str
    model: type[models.Model]
    title: Any
    key: Mapping[str, Any]
    fields: Any


TABLES: Mapping[str, Table] = {
    table.code: table
    for table in (
        Table("rules", Rule, _("Rules and fine frames"), {"code": 48}, _rule),
        Table("offices", FineAuthority, _("Who may fine"), {"code": 32}, _office),
        Table("maxima", FieldMaximum, _("Highest fines of the fields"), {"field": Field.choices}, _maximum),
        Table("clocks", Clock, _("Clocks and thresholds"), {}, _clock),
        Table("forms", FormCode, _("Forms"), {"code": 16}, _form_code),
        Table("circumstances", Circumstance, _("Circumstances"), {"code": 24}, _circumstance),
    )
}


class LawForm(forms.Form):
    """A row of law: its columns, how it changes (corrected, or anew from a day), and why."""

    def __init__(self, data: Any = None, *, table: Table, row: Any = None) -> None:
        self.table, self.row = table, row
        initial = {name: getattr(row, name) for name in table.fields()} if row is not None else {}
        super().__init__(data, initial=initial)
        self.fields.update(table.fields())
        if row is not None:
            self.fields["mode"] = forms.ChoiceField(
                label=_("How"),
                choices=(
                    ("correct", _("Correct this row: it was entered wrongly, or is verified now")),
                    ("succeed", _("The law changes: a new row from a day on")),
                ),
                initial="correct",
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
            )
        required = row is None
        self.fields["valid_from"] = day_field(_("In force from"), required=required)
        self.fields["valid_to"] = day_field(_("Until (inclusive)"), required=False)
        self.fields["reason"] = text_field(_("Reason"), 400, required=True)
        if row is not None:
            self.initial["valid_to"] = row.valid_to
        else:
            self._ask_key()

    def _ask_key(self) -> None:
        for name, kind in self.table.key.items():
            is_choice = isinstance(kind, Sequence) and not isinstance(kind, str)
            field: forms.Field = (
                choice_field(_("Field"), kind, required=True)
                if is_choice
                else text_field(_("Code"), kind, required=True)
            )
            self.fields[name] = field
        self.order_fields([*self.table.key, *(name for name in self.fields if name not in self.table.key)])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("mode") == "succeed" and not values.get("valid_from"):
            self.add_error("valid_from", _("Say from which day on."))
        code = values.get("code")
        if self.row is None and self.table.model is Rule and code and not RULE_CODE.fullmatch(code):
            self.add_error("code", _("Write a rule as decree:article.clause.point, such as 15/2020/ND-CP:54.3.a."))
        return values

    def values(self) -> dict[str, Any]:
        """Return the columns as entered."""
        names = list(self.table.fields())
        if self.row is None:
            names += [*self.table.key, "valid_from"]
        found = {name: self.cleaned_data[name] for name in names}
        found["valid_to"] = self.cleaned_data["valid_to"]
        if self.row is None and self.table.model is Rule:
            found |= RULE_CODE.fullmatch(found["code"]).groupdict("")  # type: ignore[union-attr]
        if "extra_sanctions" not in found and found.get("fields") is None:
            found.pop("fields", None)
        return found

    @property
    def starts_on(self) -> dt.date | None:
        """The day from which a new row holds."""
        return self.cleaned_data.get("valid_from")


class CalendarDayForm(forms.Form):
    """A day of the calendar."""

    date = day_field(_("Day"))
    kind = choice_field(_("What it is"), DayKind.choices, required=True)
    name_vi = text_field(_("Vietnamese name"), 120, required=True)
    name_en = text_field(_("English name"), 120)
    instead_of = day_field(_("In exchange for"), required=False)
    verified = _flag(_("verified against the official notice"))
    reason = text_field(_("Reason"), 400, required=True)
