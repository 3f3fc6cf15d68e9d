"""What the forms of the administration share: Tabler's classes, a reason, dates as the browser asks for them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

REASON_CHARACTERS = 2_000
_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


class Day(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)


def css_class(widget: forms.Widget) -> str:
    """Return the class that a widget carries on a page."""
    return next(css for kind, css in _CLASSES if isinstance(widget, kind))


class PlainForm(forms.Form):
    """A form whose fields carry the classes of the page."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            css = css_class(field.widget)
            if not field.widget.is_hidden:
                field.widget.attrs.setdefault("class", css)

    def one_field(self) -> list[forms.BoundField]:
        """Return the fields that take a line of the grid each."""
        return [field for field in self.visible_fields() if not is_wide(field)]


def is_wide(field: forms.BoundField) -> bool:
    """Tell whether a field needs the whole width: long texts and lists of boxes."""
    return isinstance(field.field.widget, forms.Textarea | forms.CheckboxSelectMultiple)


class ReasonForm(PlainForm):
    """The reason of an act, which stands in the ledger."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands in the ledger, for example the letter that asked for it."),
    )

    field_order: list[str] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "reason"])
