"""Fields of forms made from the columns of the register: their labels, choices and, where files have them, ranges."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.forms.plain import Day
from infra.models import Lookup

YES_NO = (("", gettext_lazy("not known")), ("1", gettext_lazy("yes")), ("0", gettext_lazy("no")))
#: what a number may be where nothing else is said
MOST = 1e9
MOST_LINES = 40
#: the largest small integer of both databases
SMALL_MOST = 32_767


class Lines(forms.CharField):
    """Several short texts, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        lines = list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("At most %(most)d lines.") % {"most": MOST_LINES})
        return lines


def value_field(column: models.Field[Any, Any], low: float | None = 0, high: float | None = MOST) -> forms.Field:
    """Return the form's field for a column; *low* and *high* bound a number."""
    label = str(column.verbose_name)
    words: dict[str, Any] = {"label": label[:1].upper() + label[1:], "required": not (column.null or column.blank)}
    if isinstance(column, models.ForeignKey):
        return forms.ModelChoiceField(column.remote_field.model._default_manager.all(), **words)
    if isinstance(column, models.BooleanField):
        return _flag(column, words["label"])
    if isinstance(column, models.FloatField | models.IntegerField):
        return _number(column, low, high, words)
    if isinstance(column, models.DateField):
        return Day(**words)
    return _text(column, words)


def _number(column: models.Field[Any, Any], low: float | None, high: float | None, words: Any) -> forms.Field:
    if isinstance(column, models.FloatField):
        return forms.FloatField(localize=True, min_value=low, max_value=high, **words)
    most = SMALL_MOST if high in (None, MOST) else int(high or 0)
    return forms.IntegerField(min_value=int(low or 0), max_value=most, **words)


def _text(column: models.Field[Any, Any], words: Any) -> forms.Field:
    if column.choices:
        return forms.ChoiceField(choices=column.choices, **words)
    if isinstance(column, models.TimeField):
        return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **words)
    if isinstance(column, models.JSONField):
        return Lines(widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("One a line."), **words)
    return forms.CharField(max_length=column.max_length, **words)


def _flag(column: models.BooleanField[Any, Any], label: str) -> forms.Field:
    if not column.null:
        return forms.BooleanField(label=label, required=False)
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, required=False, empty_value=None, coerce=lambda text: text == "1"
    )


def choosable(column: models.Field[Any, Any]) -> bool:
    """Tell whether a column leads to a list with days: only what is in force may be chosen anew."""
    return isinstance(column, models.ForeignKey) and issubclass(column.remote_field.model, Lookup)
