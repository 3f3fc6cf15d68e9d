"""Figures about cases, on the screen and as a workbook."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission
from infra.pages import exports
from infra.pages.columns import Column
from infra.pages.guard import needs
from inspections.forms.steps import choice_field, day_field
from inspections.models import Field
from inspections.selectors.case_statistics import GROUPINGS, Figures, statistics

#: grouping -> the filter of the list that its rows lead to
LEADS = {"rule": "rule", "month": "month", "field": "field", "state": "state"}


class PeriodForm(forms.Form):
    """Of which cases, grouped by what."""

    by = choice_field(gettext_lazy("Grouped by"), list(GROUPINGS.items()), required=True)
    start = day_field(gettext_lazy("Detected from"))
    end = day_field(gettext_lazy("Detected until"))
    field = choice_field(gettext_lazy("Field"), [("", gettext_lazy("All fields")), *Field.choices])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and end < start:
            self.add_error("end", _("It ends before it starts."))
        return values


COLUMNS = (
    Column("name", gettext_lazy("Group"), lambda row: row.name),
    Column("count", gettext_lazy("Cases"), lambda row: row.count, figure=True),
    Column("decided", gettext_lazy("Decided"), lambda row: row.decided, figure=True),
    Column("fine_vnd", gettext_lazy("Fines (₫)"), lambda row: row.fine_vnd, figure=True),
    Column("paid_vnd", gettext_lazy("Paid (₫)"), lambda row: row.paid_vnd, figure=True),
    Column("days_record", gettext_lazy("Days to the record"), lambda row: row.mean("record"), figure=True),
    Column("days_decision", gettext_lazy("Days to the decision"), lambda row: row.mean("decision"), figure=True),
    Column("days_serve", gettext_lazy("Days to service"), lambda row: row.mean("serve"), figure=True),
    Column("days_payment", gettext_lazy("Days to payment"), lambda row: row.mean("payment"), figure=True),
    Column("decisions_due", gettext_lazy("Decisions due"), lambda row: row.decisions_due, figure=True),
    Column("share_decisions", gettext_lazy("Decided in time (%)"), lambda row: row.share_decisions, figure=True),
    Column("payments_due", gettext_lazy("Payments due"), lambda row: row.payments_due, figure=True),
    Column("share_payments", gettext_lazy("Paid in time (%)"), lambda row: row.share_payments, figure=True),
)


@require_safe
@needs(Permission.SEE_CASES)
@needs(Permission.SEE_REPORTS, Permission.RUN_CASES)
def statistics_page(request: HttpRequest) -> HttpResponseBase:
    """Show the figures of a period; ``?export=xlsx`` gives them as a workbook."""
    today = timezone.localdate()
    usual: dict[str, Any] = {"by": "rule", "start": date(today.year, 1, 1), "end": today, "field": ""}
    given = {name: request.GET.get(name) or str(value) for name, value in usual.items()}
    form = PeriodForm(given)
    if not form.is_valid():
        return render(request, "inspections/case_statistics.html", {"form": form}, status=400)
    asked = form.cleaned_data
    found = statistics(
        request.user, by=asked["by"], start=asked["start"], end=asked["end"], law_field=asked["field"], today=today
    )
    if request.GET.get("export") == "xlsx":
        about = [
            (_("Grouped by"), str(GROUPINGS[asked["by"]])),
            (_("Detected"), f"{formats.day(asked['start'])} – {formats.day(asked['end'])}"),
            (_("Field"), str(Field(asked["field"]).label) if asked["field"] else _("All fields")),
            (_("Exported at"), formats.moment(timezone.now())),
        ]
        return exports.as_xlsx([*found.groups, found.total], COLUMNS, "case-statistics", about)
    most = max((group.count for group in found.groups), default=1)
    context = {
        "form": form,
        "total": found.total,
        "grouped_by": GROUPINGS[asked["by"]],
        "groups": [(group, round(100 * group.count / most, 1), _list_url(asked, group)) for group in found.groups],
        "export_url": f"?{urlencode({**given, 'export': 'xlsx'})}",
    }
    return render(request, "inspections/case_statistics.html", context)


def _list_url(asked: dict[str, Any], group: Figures) -> str:
    name = LEADS.get(asked["by"])
    return f"{reverse('inspections:cases')}?{urlencode({name: group.key})}" if name and group.key else ""
