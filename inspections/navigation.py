"""Places of work of this app: inspections, cases, incidents and storms, with what waits there."""

from django.utils.translation import gettext_lazy as _

from infra.access import Permission
from infra.navigation import Entry
from inspections.selectors.cases import open_count
from inspections.selectors.incidents import open_incidents
from inspections.selectors.inspections import late_findings

_INSPECTIONS = Entry(_("Inspections"), "inspections:inspections", "clipboard-check")
_FINDINGS = Entry(_("Findings"), "inspections:findings", "alert-triangle")
_PRIORITIES = Entry(_("Inspect first"), "inspections:priorities", "sort-descending", Permission.SEE_REPORTS)
_CAMPAIGNS = Entry(_("Campaigns"), "inspections:campaigns", "calendar-event", Permission.SEE_REPORTS)

NAVIGATION = [
    Entry(
        _("Inspections"),
        "inspections:inspections",
        "clipboard-check",
        Permission.SEE_INSPECTIONS,
        order=50,
        count=late_findings,
        paths=("/findings/", "/priorities/", "/campaigns/"),
        parts=(_INSPECTIONS, _FINDINGS, _PRIORITIES, _CAMPAIGNS),
    ),
    Entry(_("Cases"), "inspections:cases", "gavel", Permission.SEE_CASES, order=60, count=open_count),
    Entry(
        _("Incidents"),
        "inspections:incidents",
        "urgent",
        Permission.SEE_INSPECTIONS,
        order=65,
        count=open_incidents,
        paths=("/storms/", "/outages/"),
        parts=(
            Entry(_("Incidents"), "inspections:incidents", "urgent"),
            Entry(_("Storm desk"), "inspections:storms", "tornado"),
        ),
    ),
]
