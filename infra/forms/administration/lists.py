"""Forms of lists and limits, made from the columns that a list declares."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.forms.columns import Lines, value_field
from infra.forms.plain import Day, ReasonForm
from infra.services.lists import KeptList


class ValuesForm(ReasonForm):
    """A form with the columns of values of one list."""

    def __init__(self, *args: Any, kept: KeptList, **kwargs: Any) -> None:
        self.kept = kept
        super().__init__(*args, **kwargs)

    def add_values(self) -> None:
        """Put the columns of values behind the form's own fields, before the reason."""
        reason = self.fields.pop("reason")
        self.add_columns(self.kept.values)
        self.fields["reason"] = reason

    def add_columns(self, names: Iterable[str]) -> None:
        for name in names:
            column = self.kept.model._meta.get_field(name)
            field = value_field(column, low=self.kept.least, high=None)  # type: ignore[arg-type]
            css = "form-check-input" if isinstance(field.widget, forms.CheckboxInput) else "form-control"
            field.widget.attrs["class"] = "form-select" if isinstance(field.widget, forms.Select) else css
            self.fields[name] = field


class RowForm(ValuesForm):
    """The texts of a row, and its values in a list without versions."""

    name_vi = forms.CharField(label=gettext_lazy("Vietnamese name"), max_length=255)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=255, required=False)
    legal_basis = forms.CharField(label=gettext_lazy("Legal basis"), max_length=255, required=False)
    order = forms.IntegerField(label=gettext_lazy("Order"), min_value=0, max_value=32_000)
    aliases = Lines(
        label=gettext_lazy("Other names in files"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line: how files write this value."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.kept.dated:
            del self.fields["order"], self.fields["aliases"]
        else:
            self.add_values()


class NewRowForm(RowForm):
    """A new thing in a list without versions."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=32,
        validators=[RegexValidator(r"^[A-Za-z0-9_.-]+$", gettext_lazy("Letters, digits, and _ . - only."))],
        help_text=gettext_lazy("It stays as it is: the register keeps it."),
    )
    valid_from = Day(label=gettext_lazy("In force from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["code", "name_vi", "name_en", "valid_from"])

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if self.kept.rows().filter(code__iexact=code).exists():
            raise forms.ValidationError(_("This code stands in the list already."))
        return code


class NewRuleForm(ValuesForm):
    """A rule of one authority's own: about what, from when, which value, by which text."""

    name_vi = forms.CharField(label=gettext_lazy("Vietnamese name"), max_length=255)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=255, required=False)
    valid_from = Day(label=gettext_lazy("In force from"))
    legal_basis = forms.CharField(label=gettext_lazy("Legal basis"), max_length=255)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_columns([name for name in self.kept.key if name != "authority"])
        self.add_values()
        self.order_fields([*self.kept.key, "name_vi", "name_en", *self.kept.values, "valid_from", "legal_basis"])


class VersionForm(ValuesForm):
    """A new version of a dated row: from when, which value, by which text."""

    valid_from = Day(label=gettext_lazy("In force from"))
    legal_basis = forms.CharField(label=gettext_lazy("Legal basis"), max_length=255)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_values()


class EndForm(ReasonForm):
    """The end of a row."""

    last_day = Day(label=gettext_lazy("Last day"))


class VerifyForm(ReasonForm):
    """The text that was read."""

    text = forms.CharField(
        label=gettext_lazy("Text read"),
        max_length=255,
        help_text=gettext_lazy("Number, article and clause; it becomes the legal basis."),
    )
