"""Forms of checklists: head, heading, question, publishing, a file."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.forms.plain import Day, PlainForm, ReasonForm
from infra.models import InstallationKind
from inspections.fieldwork.measures import NotANumber, canonical_unit, parse_number
from inspections.models import (
    ChecklistGroup,
    ChecklistItem,
    ChecklistTemplate,
    Field,
    ItemKind,
    Outcome,
    PhotoRule,
    Severity,
    SubjectType,
)
from inspections.selectors.checklist_content import COMPARISONS

_CODE = RegexValidator(r"^[a-z_][a-z0-9_]*$", gettext_lazy("Small letters without marks, digits and _."))
_NAME = RegexValidator(r"^[a-z][a-z0-9-]*$", gettext_lazy("Small letters without marks, digits and -."))
_LINES = {"rows": 2}
SUBJECTS = [
    *InstallationKind.choices,
    (SubjectType.INSTALLATION.value, gettext_lazy("Any installation")),
    *(
        (kind.value, kind.label)
        for kind in (SubjectType.SITE, SubjectType.MAST, SubjectType.ORGANIZATION, SubjectType.PLACE)
    ),
]
_PRINTED = {"<=": "≤", ">=": "≥"}
CHOICES_MAX = 40


def _text(label: Any, *, longest: int, required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=required, **more)


class HeadForm(PlainForm):
    """Names, field and subjects of a checklist."""

    name_vi = _text(gettext_lazy("Vietnamese name"), longest=255)
    name_en = _text(gettext_lazy("English name"), longest=255, required=False)
    field = forms.ChoiceField(label=gettext_lazy("Field"), choices=Field.choices)
    subjects = forms.MultipleChoiceField(
        label=gettext_lazy("What it is for"),
        choices=SUBJECTS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("A checklist that names nothing fits everything and is offered last."),
    )

    @property
    def head(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name_vi", "name_en", "field", "subjects")}


class NewChecklistForm(HeadForm):
    """A checklist that there is not yet."""

    code = _text(
        gettext_lazy("Code"),
        longest=48,
        validators=[_NAME],
        help_text=gettext_lazy("For programs and files, for example hung-cables; it never changes."),
    )
    field_order = ["code"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if ChecklistTemplate.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a checklist with this code: begin its next version instead."))
        return code


class GroupForm(PlainForm):
    """A heading."""

    name_vi = _text(gettext_lazy("Vietnamese name"), longest=255)
    name_en = _text(gettext_lazy("English name"), longest=255, required=False)
    code = _text(gettext_lazy("Code"), longest=48, validators=[_CODE])

    def apply(self, group: ChecklistGroup) -> ChecklistGroup:
        for name in ("name_vi", "name_en", "code"):
            setattr(group, name, self.cleaned_data[name])
        return group


class Figure(forms.CharField):
    """A number as people write it: with comma or point."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_number(text)
        except NotANumber as error:
            raise forms.ValidationError(_("“%(value)s” is not a number.") % {"value": text}) from error


class PossibleAnswers(forms.CharField):
    """Possible answers of a choice, one a line: ``code | outcome | Vietnamese | English``."""

    widget = forms.Textarea(attrs={"rows": 5, "class": "form-control st-code"})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(
            " | ".join((c["code"], c.get("outcome") or "", c.get("text_vi") or "", c.get("text_en") or ""))
            for c in value
        )

    def to_python(self, value: Any) -> Any:
        lines = [line for line in (super().to_python(value) or "").splitlines() if line.strip()]
        if len(lines) > CHOICES_MAX:
            raise forms.ValidationError(_("At most %(n)s possible answers.") % {"n": CHOICES_MAX})
        found = [self._one(line) for line in lines]
        codes = [choice["code"] for choice in found]
        twice = {code for code in codes if codes.count(code) > 1}
        if twice:
            raise forms.ValidationError(_("“%(code)s” stands there twice.") % {"code": min(twice)})
        return found

    def _one(self, line: str) -> dict[str, str]:
        parts = [part.strip() for part in line.split("|")] + ["", "", ""]
        code, outcome, vietnamese, english = parts[:4]
        if (
            not re.fullmatch(r"[A-Za-z0-9_]{1,48}", code)
            or (outcome and outcome not in Outcome.values)
            or not vietnamese
        ):
            words = _("“%(line)s” does not read as: code | pass, fail or na | Vietnamese | English.")
            raise forms.ValidationError(words % {"line": line.strip()[:80]})
        choice = {"code": code, "text_vi": vietnamese[:200], "text_en": english[:200]}
        return choice | ({"outcome": outcome} if outcome else {})


class ItemForm(PlainForm):
    """A question."""

    group = forms.ModelChoiceField(ChecklistGroup.objects.none(), label=gettext_lazy("Heading"), empty_label=None)
    number = _text(gettext_lazy("Number in the list"), longest=8, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ItemKind.choices)
    code = _text(
        gettext_lazy("Code"), longest=48, validators=[_CODE],
        help_text=gettext_lazy("For programs; keep it from version to version, so that figures can be compared."),
    )  # fmt: skip
    text_vi = _text(gettext_lazy("Text in Vietnamese"), longest=500, widget=forms.Textarea(attrs=_LINES))
    text_en = _text(gettext_lazy("Text in English"), longest=500, required=False, widget=forms.Textarea(attrs=_LINES))
    hint_vi = _text(
        gettext_lazy("Hint in Vietnamese"), longest=500, required=False, widget=forms.Textarea(attrs=_LINES)
    )
    hint_en = _text(gettext_lazy("Hint in English"), longest=500, required=False, widget=forms.Textarea(attrs=_LINES))
    unit = _text(gettext_lazy("Unit of measurement"), longest=16, required=False)
    limit_code = forms.ChoiceField(
        label=gettext_lazy("Limit"), required=False,
        help_text=gettext_lazy("From the list of limits: it follows the law by its date."),
    )  # fmt: skip
    comparison = forms.ChoiceField(
        label=gettext_lazy("Own limit: the value is"), required=False,
        choices=[("", "–"), *((c, _PRINTED.get(c, c)) for c in COMPARISONS)],
    )  # fmt: skip
    limit_value = Figure(label=gettext_lazy("Own limit (value)"), required=False)
    choices = PossibleAnswers(
        label=gettext_lazy("Possible answers"), required=False,
        help_text=gettext_lazy("For a choice. One a line: code | pass, fail or na | Vietnamese | English"),
    )  # fmt: skip
    severity = forms.ChoiceField(label=gettext_lazy("Severity"), choices=Severity.choices)
    rule_code = forms.ChoiceField(label=gettext_lazy("Rule that a failure may break"), required=False)
    legal_basis = _text(gettext_lazy("Legal basis"), longest=255, required=False)
    remedy_days = forms.IntegerField(label=gettext_lazy("Days to remedy"), min_value=0, max_value=3_650, required=False)
    photo = forms.ChoiceField(label=gettext_lazy("Photo"), choices=PhotoRule.choices)
    remedy_vi = _text(
        gettext_lazy("Remedy (Vietnamese)"), longest=400, required=False, widget=forms.Textarea(attrs=_LINES)
    )
    remedy_en = _text(
        gettext_lazy("Remedy (English)"), longest=400, required=False, widget=forms.Textarea(attrs=_LINES)
    )
    may_be_na = forms.BooleanField(label=gettext_lazy("May be not applicable"), required=False)
    instrument = forms.BooleanField(label=gettext_lazy("Asks for the instrument"), required=False)
    is_safety = forms.BooleanField(label=gettext_lazy("A failure makes the installation unsafe"), required=False)
    verified = forms.BooleanField(label=gettext_lazy("The text it cites has been read"), required=False)

    def __init__(
        self, *args: Any, template: ChecklistTemplate, limits: Iterable[Any], rules: Iterable[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        groups: Any = self.fields["group"]
        groups.queryset = template.groups.all()
        self.limits = {limit.code: limit for limit in limits}
        known = [(code, f"{limit.name} ({_told(limit)})") for code, limit in self.limits.items()]
        self._choose("limit_code", known)
        self._choose("rule_code", [(rule.code, f"{rule.code} · {rule.name[:90]}") for rule in rules])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Offer *choices*, and what stands there now even where it is not in force any more."""
        stands = self.initial.get(name) or ""
        extra = [] if not stands or any(code == stands for code, _label in choices) else [(stands, stands)]
        field: Any = self.fields[name]
        field.choices = [("", "–"), *extra, *choices]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        is_number = values.get("kind") == ItemKind.NUMBER
        values["unit"] = canonical_unit(values.get("unit") or "")
        limit = self.limits.get(values.get("limit_code") or "")
        if not is_number and (limit or values.get("limit_value") is not None):
            self.add_error("kind", _("Only a number has a limit."))
        if limit is not None:
            values["unit"] = values["unit"] or limit.unit
            values["limit_value"], values["comparison"] = limit.value, limit.comparison
        elif values.get("limit_value") is not None and not values.get("comparison"):
            self.add_error("comparison", _("Say how the value compares with the limit."))
        elif values.get("limit_value") is None:
            values["comparison"] = ""
        if (
            values.get("kind") == ItemKind.CHOICE
            and len(values.get("choices") or ()) < 2
            and "choices" not in self.errors
        ):
            self.add_error("choices", _("A choice needs at least two possible answers."))
        return values

    def apply(self, item: ChecklistItem) -> ChecklistItem:
        """Write what was entered into *item*."""
        for name, value in self.cleaned_data.items():
            setattr(item, name, value)
        if item.kind != ItemKind.CHOICE:
            item.choices = []
        item.confidence = "V" if item.verified else item.confidence if item.confidence not in ("V", "V2") else ""
        return item


def _told(limit: Any) -> str:
    return f"{_PRINTED.get(limit.comparison, limit.comparison)} {limit.value:g} {limit.unit}"


def initial_of(item: ChecklistItem) -> dict[str, Any]:
    """Return what the form of *item* shows at first."""
    values = {name: getattr(item, name) for name in ItemForm.base_fields if name != "group"}
    own = item.limit_value is not None and not item.limit_code
    values["limit_value"] = f"{item.limit_value:g}" if own else ""
    values["comparison"] = item.comparison if own else ""
    return values | {"group": item.group_id}


class PublishForm(ReasonForm):
    """From when a draft is in force."""

    valid_from = Day(label=gettext_lazy("In force from"))
    field_order = ["valid_from", "reason"]

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("A checklist is not published for days gone by."))
        return day


class EndForm(ReasonForm):
    """After which day a checklist is out of force."""

    last_day = Day(label=gettext_lazy("Last day"))
    field_order = ["last_day", "reason"]


class FileForm(PlainForm):
    """An XLSForm file."""

    file = forms.FileField(
        label=gettext_lazy("XLSForm file"),
        help_text=gettext_lazy("XLSX or XLS, as ODK and Kobo write them; at most 2 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv,.md"}),
    )
    code = _text(
        gettext_lazy("Code"), longest=48, required=False, validators=[_NAME],
        help_text=gettext_lazy("Empty: as the file says (form_id). A known code gives the next version of it."),
    )  # fmt: skip
