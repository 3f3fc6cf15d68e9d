"""The calculators as a page: what would be lawful, and by when. Nothing is stored; the address carries the question."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from infra.access import Permission
from infra.pages.guard import needs
from inspections.casework.deadlines import CALCULATED, Deadline, Facts, deadlines_of
from inspections.casework.penalties import Assessment, assess, frames_on, has_right_to_explain
from inspections.casework.reasoning import sentence
from inspections.casework.working_days import WorkingCalendar
from inspections.forms.steps import choice_field, day_field, text_field
from inspections.models import Field, PartyKind
from inspections.pages.timeline import strip_of
from inspections.pages.words import deadline_name
from inspections.selectors.law import LawBook, rules_proposable

RULES_MAX, DAYS_MAX = 20, 60
#: steps that a question may name, in the order of the procedure
STEPS = ("detected", "violation", "record", "explanation", "verification", "decision", "serve")


class DaysField(forms.CharField):
    """Days, separated by commas or lines: 2026-03-05, 05/03/2026."""

    default_error_messages = {"invalid": _("Write days as 2026-03-05 or 05/03/2026, separated by commas.")}

    def clean(self, value: Any) -> frozenset[dt.date]:
        text = super().clean(value) or ""
        return frozenset(self._day(part.strip()) for part in text.replace("\n", ",").split(",") if part.strip())

    def _day(self, text: str) -> dt.date:
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return dt.datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a day has no zone
            except ValueError:
                continue
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


class Question(forms.Form):
    """One question to both calculators."""

    rules = text_field(_("Rules"), 1000, rows=2, help_text=_("Codes of the catalogue, a line each."))
    party = choice_field(_("Party"), PartyKind.choices, required=True)
    field = choice_field(_("Field"), Field.choices, required=True)
    on = day_field(_("Law of the day"))
    mitigating = forms.IntegerField(
        label=_("Mitigating circumstances"), min_value=0, max_value=20, initial=0,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )  # fmt: skip
    aggravating = forms.IntegerField(
        label=_("Aggravating circumstances"), min_value=0, max_value=20, initial=0,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )  # fmt: skip
    detected = day_field(_("Detected on"), required=False)
    violation = day_field(_("The act ended on"), required=False)
    record = day_field(_("Record of"), required=False)
    explanation = day_field(_("Explanation of"), required=False)
    verification = day_field(_("Verification of"), required=False)
    decision = day_field(_("Decision of"), required=False)
    serve = day_field(_("Served on"), required=False)
    transferred = forms.BooleanField(
        label=_("transferred to another authority"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    complex = forms.BooleanField(
        label=_("especially serious or complex"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    extension_days = forms.IntegerField(
        label=_("More working days to explain"), min_value=0, max_value=60, required=False,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )  # fmt: skip
    extra_holidays = DaysField(
        label=_("If these were days off"), required=False, max_length=1000,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )  # fmt: skip
    extra_working_days = DaysField(
        label=_("If these were working days"), required=False, max_length=1000,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )  # fmt: skip

    def codes(self) -> list[str]:
        """Return the rules named, each once."""
        lines = str(self.cleaned_data.get("rules") or "").replace(",", "\n").splitlines()
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))[:RULES_MAX]


@require_safe
@needs(Permission.SEE_REPORTS)
def calculators(request: HttpRequest) -> HttpResponseBase:
    """Ask both calculators at once."""
    today = timezone.localdate()
    initial = {"on": today, "party": PartyKind.ORGANIZATION, "field": Field.TELECOM}
    asked = bool(request.GET)
    form = Question(
        {**{name: str(value) for name, value in initial.items()}, **request.GET.dict()} if asked else None,
        initial=initial,
    )
    if asked and not request.GET.get("mitigating"):
        form.data = {**form.data, "mitigating": "0"}
    if asked and not request.GET.get("aggravating"):
        form.data = {**form.data, "aggravating": "0"}
    context: dict[str, Any] = {"form": form, "rules": rules_proposable(today)}
    if asked and form.is_valid():
        context |= _answered(form)
    return render(request, "inspections/calculators.html", context, status=400 if asked and form.errors else 200)


def _answered(form: Question) -> dict[str, Any]:
    values, codes = form.cleaned_data, form.codes()
    found: Assessment | None = None
    book = LawBook.read()
    if codes:
        found = assess(codes, values["party"], values["on"], values["mitigating"], values["aggravating"], law=book)
        for code in found.unknown_rules:
            form.add_error("rules", _("“%(value)s” is not in force.") % {"value": code})
    known = [code for code in codes if found is None or code not in found.unknown_rules]
    days = WorkingCalendar("VN", values["extra_holidays"], values["extra_working_days"])
    steps = tuple((name, values[name]) for name in STEPS if values[name])
    rows = _deadlines(form, known, steps, days, book) if steps else []
    return {"assessment": found, "deadlines": [_told(row, days) for row in rows]}


def _deadlines(
    form: Question,
    codes: list[str],
    steps: tuple[tuple[str, dt.date], ...],
    days: WorkingCalendar,
    book: LawBook,
) -> list[Deadline]:
    values = form.cleaned_data
    right: bool | None = None
    if codes:
        day = values["record"] or values["on"]
        right = has_right_to_explain(frames_on(codes, values["party"], day, book)[0], values["party"], book, day)
    facts = Facts(
        field=values["field"],
        steps=steps,
        explanation_right=right,
        is_transferred=values["transferred"],
        is_complex=values["complex"],
        extension_days=values["extension_days"] or 0,
    )
    try:
        return [row for row in deadlines_of(facts, days, book) if row.name in CALCULATED]
    except ValueError as error:
        form.add_error("extra_holidays", str(error))
        return []


def _told(row: Deadline, days: WorkingCalendar) -> dict[str, Any]:
    return {
        "name": deadline_name(row.name),
        "row": row,
        "words": sentence(row.basis(), row.due, [day.as_json() for day in row.term.skipped]),
        "strip": strip_of(row, days),
    }
