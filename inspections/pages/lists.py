"""The lists of inspections and of cases."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission, can
from infra.pages.columns import Column
from infra.pages.guard import needs
from infra.pages.keyset import Order
from infra.pages.listing import Listing, show
from inspections.forms.lists import CaseFilters, InspectionFilters
from inspections.models import NEVER, CaseState, Inspection, InspectionStatus, Result, ViolationCase
from inspections.pages.words import deadline_name, deadline_tone, time_left
from inspections.selectors.cases import cases, overdue_count
from inspections.selectors.inspections import inspections

RESULT_STATES = {Result.PASS: "compliant", Result.PASS_WITH_REMARKS: "due", Result.FAIL: "unsafe"}
CASE_TONES = {
    CaseState.CLOSED: "compliant",
    CaseState.NO_PENALTY: "compliant",
    CaseState.TIME_BARRED: "unsafe",
    CaseState.ENFORCING: "overdue",
}


def inspection_url(inspection: Inspection) -> str:
    return reverse("inspections:inspection", args=[inspection.uuid])


def result_state(inspection: Inspection) -> tuple[str, str]:
    """Return (safety state, word) of an inspection's result; a draft has none yet."""
    if inspection.status == InspectionStatus.DRAFT:
        return "unknown", _("Draft")
    return RESULT_STATES.get(Result(inspection.result), "unknown"), str(Result(inspection.result).label)


INSPECTION_COLUMNS = (
    Column(
        "number",
        gettext_lazy("Inspection"),
        lambda i: i.number or _("Draft"),
        card="title",
        url=inspection_url,
        second=lambda i: i.checklist.name,
    ),
    Column("visited_on", gettext_lazy("Visited"), lambda i: i.visited_on, card="aside"),
    Column(
        "subject",
        gettext_lazy("Subject"),
        lambda i: i.subject_name or i.subject_ref,
        second=lambda i: i.subject_ref,
    ),
    Column("organization", gettext_lazy("Organization"), lambda i: str(i.organization or ""), card="hidden"),
    Column("unit", gettext_lazy("Commune"), lambda i: i.unit.full_name if i.unit else None, card="hidden"),
    Column("inspector", gettext_lazy("Inspector"), lambda i: str(i.inspector), card="hidden"),
    Column("result", gettext_lazy("Result"), lambda i: result_state(i)[1], state=result_state),
    Column("findings", gettext_lazy("Open findings"), lambda i: i.standing, card="hidden", figure=True),
)

INSPECTIONS = Listing(
    title=gettext_lazy("Inspections"),
    stem="inspections",
    columns=INSPECTION_COLUMNS,
    filters=InspectionFilters,
    counted=lambda n: ngettext("%(n)s inspection", "%(n)s inspections", n) % {"n": formats.number(n)},
    empty=gettext_lazy("No inspection has been filed yet. Open an installation and choose “New inspection”."),
    search_hint=gettext_lazy("Number, registry number, name, commune"),
    order=Order("pk", descending=True),
    geometry=lambda inspection: inspection.subject_position,
    template="inspections/inspections.html",
)


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def inspection_list(request: HttpRequest) -> HttpResponseBase:
    """List the inspections, newest first."""
    return show(request, INSPECTIONS, inspections(request.user), may_inspect=can(request.user, Permission.INSPECT))


# --- Cases ------------------------------------------------------------------------------------------------------------


def case_url(case: ViolationCase) -> str:
    return reverse("inspections:case", args=[case.pk])


def _due(case: Any) -> date | None:
    return None if case.next_due == NEVER else case.next_due


def _deadline(case: Any) -> tuple[str, str] | None:
    due = _due(case)
    if due is None:
        return None
    today = timezone.localdate()
    return deadline_tone(due, today), f"{formats.day(due)} · {time_left(due, today)}"


def _behaviour(case: Any) -> str:
    charges = case.charges_seen
    if not charges:
        return ""
    more = f" (+{len(charges) - 1})" if len(charges) > 1 else ""
    return f"{charges[0].text}{more}"


def _objects(case: Any) -> str:
    return ", ".join(row.installation.registry_number if row.installation else row.text for row in case.objects_seen)


CASE_COLUMNS = (
    Column("number", gettext_lazy("Case"), lambda c: c.number, card="title", url=case_url, second=_objects),
    Column("state", gettext_lazy("State"), lambda c: c.get_state_display(), card="aside"),
    Column("party", gettext_lazy("Party"), lambda c: c.party_name, second=_behaviour),
    Column(
        "next_due",
        gettext_lazy("Next deadline"),
        _due,
        state=_deadline,
        second=lambda c: deadline_name(c.next_name) if c.next_name else None,
    ),
    Column("field", gettext_lazy("Field"), lambda c: c.get_field_display(), card="hidden"),
    Column("unit", gettext_lazy("Commune"), lambda c: c.unit.full_name if c.unit else None, card="hidden"),
    Column("officer", gettext_lazy("Officer"), lambda c: str(c.officer or ""), card="hidden"),
    Column("detected_on", gettext_lazy("Detected"), lambda c: c.detected_on, card="hidden"),
    Column("fine_vnd", gettext_lazy("Fine (₫)"), lambda c: c.fine_vnd, card="hidden", figure=True),
)

CASES = Listing(
    title=gettext_lazy("Cases"),
    stem="cases",
    columns=CASE_COLUMNS,
    filters=CaseFilters,
    counted=lambda n: ngettext("%(n)s case", "%(n)s cases", n) % {"n": formats.number(n)},
    empty=gettext_lazy("No case has been opened yet. A finding that breaks a rule opens one with one click."),
    search_hint=gettext_lazy("Number, party, place, commune"),
    order=Order("next_due"),
    geometry=lambda case: case.position,
    template="inspections/cases.html",
)


NAMELESS = replace(
    CASES,
    columns=[
        replace(column, value=lambda c: c.party_name if c.organization else _("A person"))
        if column.name == "party"
        else column
        for column in CASE_COLUMNS
    ],
)


@require_safe
@needs(Permission.SEE_CASES)
def case_list(request: HttpRequest) -> HttpResponseBase:
    """List the cases, those with the nearest deadline first. Persons are named to case officers only."""
    listing = CASES if can(request.user, Permission.RUN_CASES) else NAMELESS
    return show(request, listing, cases(request.user), overdue=overdue_count(request.user))
