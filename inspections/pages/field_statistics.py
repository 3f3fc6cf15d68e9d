"""Figures about field work, on the screen and as a workbook."""

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
from infra.models import AdministrativeUnit, Organization
from infra.pages import exports
from infra.pages.columns import Column
from infra.pages.guard import needs
from inspections.forms.steps import choice_field, day_field
from inspections.models import Field
from inspections.selectors.field_statistics import GROUPINGS, Figures, statistics


class PeriodForm(forms.Form):
    """Of which days, grouped by what."""

    by = choice_field(gettext_lazy("Grouped by"), list(GROUPINGS.items()), required=True)
    start = day_field(gettext_lazy("From"))
    end = day_field(gettext_lazy("Until"))
    field = choice_field(gettext_lazy("Field"), [("", gettext_lazy("All fields")), *Field.choices])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and end < start:
            self.add_error("end", _("It ends before it starts."))
        return values


COLUMNS = (
    Column("name", gettext_lazy("Group"), lambda row: row.name),
    Column("planned", gettext_lazy("Visits planned"), lambda row: row.planned, figure=True),
    Column("done", gettext_lazy("Visits done"), lambda row: row.done, figure=True),
    Column("overdue", gettext_lazy("Visits overdue"), lambda row: row.overdue, figure=True),
    Column("answered", gettext_lazy("Inspections"), lambda row: row.answered, figure=True),
    Column("remarks", gettext_lazy("Pass with remarks"), lambda row: row.remarks, figure=True),
    Column("failed", gettext_lazy("Fail"), lambda row: row.failed, figure=True),
    Column("share_failed", gettext_lazy("Fail (%)"), lambda row: row.share_failed, figure=True),
    Column("findings", gettext_lazy("Findings"), lambda row: row.findings, figure=True),
    Column("dangers", gettext_lazy("of these dangers"), lambda row: row.dangers, figure=True),
    Column("standing", gettext_lazy("Still open"), lambda row: row.standing, figure=True),
    Column("late", gettext_lazy("Late"), lambda row: row.late, figure=True),
)


@require_safe
@needs(Permission.SEE_REPORTS)
def statistics_page(request: HttpRequest) -> HttpResponseBase:
    """Show the figures of a period; ``?export=xlsx`` gives them as a workbook."""
    today = timezone.localdate()
    usual: dict[str, Any] = {"by": "organization", "start": date(today.year, 1, 1), "end": today, "field": ""}
    given = {name: request.GET.get(name) or str(value) for name, value in usual.items()}
    form = PeriodForm(given)
    if not form.is_valid():
        return render(request, "inspections/field_statistics.html", {"form": form}, status=400)
    asked = form.cleaned_data
    found = statistics(request.user, by=asked["by"], start=asked["start"], end=asked["end"], law_field=asked["field"])
    if request.GET.get("export") == "xlsx":
        about = [
            (_("Grouped by"), str(GROUPINGS[asked["by"]])),
            (_("Period"), f"{formats.day(asked['start'])} – {formats.day(asked['end'])}"),
            (_("Field"), str(Field(asked["field"]).label) if asked["field"] else _("All fields")),
            (_("Exported at"), formats.moment(timezone.now())),
        ]
        return exports.as_xlsx([*found.groups, found.total], COLUMNS, "inspection-statistics", about)
    most = max((group.findings for group in found.groups), default=0) or 1
    leads = _leads(asked["by"], found.groups)
    context = {
        "form": form,
        "total": found.total,
        "by": asked["by"],
        "grouped_by": GROUPINGS[asked["by"]],
        "groups": [(group, round(100 * group.findings / most, 1), leads.get(group.key, "")) for group in found.groups],
        "export_url": f"?{urlencode({**given, 'export': 'xlsx'})}",
    }
    return render(request, "inspections/field_statistics.html", context)


def _leads(by: str, groups: list[Figures]) -> dict[Any, str]:
    """Return key of a group -> the list of its findings, where the list has such a filter (one query)."""
    keys = [group.key for group in groups if group.key is not None]
    codes: dict[Any, str] = {}
    if by == "organization":
        codes = dict(Organization.objects.filter(pk__in=keys).values_list("pk", "code"))
    elif by == "unit":
        codes = dict(AdministrativeUnit.objects.filter(pk__in=keys).values_list("pk", "code"))
    elif by == "item":
        codes = {key: key for key in keys}
    address = reverse("inspections:findings")
    return {key: f"{address}?{urlencode({by: code})}" for key, code in codes.items()}
