"""Places of work of this app: inspections, cases, incidents and storms, with what waits there."""

from django.utils.translation import gettext_lazy as _

from infra.access import Permission, Person
from infra.navigation import Entry
from infra.selectors.reports import waiting_reports
from inspections.selectors.cases import open_count
from inspections.selectors.incidents import open_incidents
from inspections.selectors.inspections import late_findings

_INSPECTIONS = Entry(_("Inspections"), "inspections:inspections", "clipboard-check")
_FINDINGS = Entry(_("Findings"), "inspections:findings", "alert-triangle")
_PRIORITIES = Entry(_("Inspect first"), "inspections:priorities", "sort-descending", Permission.SEE_REPORTS)
_CAMPAIGNS = Entry(_("Campaigns"), "inspections:campaigns", "calendar-event", Permission.SEE_REPORTS)
_STATISTICS = Entry(_("Statistics"), "inspections:field-statistics", "chart-bar", Permission.SEE_REPORTS)
_RATINGS = Entry(_("Yearly ratings"), "inspections:ratings", "shield-check", Permission.SEE_INSPECTIONS)
_PHONES = Entry(_("Phones"), "inspections:phones", "device-mobile", Permission.SUPERVISE)
_CHECKLISTS = Entry(_("Checklists"), "inspections:checklists", "list-check", Permission.SEE_REPORTS)


def waiting(person: Person) -> int:
    """Count incidents that go on and reports of citizens that nobody has answered."""
    return open_incidents(person) + waiting_reports(person)


NAVIGATION = [
    Entry(_("Field work"), "inspections:field", "device-mobile", Permission.INSPECT, order=48),
    Entry(
        _("Inspections"),
        "inspections:inspections",
        "clipboard-check",
        Permission.SEE_INSPECTIONS,
        order=50,
        count=late_findings,
        paths=("/findings/", "/priorities/", "/campaigns/", "/checklists/", "/ratings/", "/phones/"),
        parts=(_INSPECTIONS, _FINDINGS, _PRIORITIES, _CAMPAIGNS, _STATISTICS, _CHECKLISTS, _PHONES, _RATINGS),
    ),
    Entry(
        _("Cases"),
        "inspections:cases",
        "gavel",
        Permission.SEE_CASES,
        order=60,
        count=open_count,
        paths=("/parties/", "/calculators/", "/law/"),
        parts=(
            Entry(_("Cases"), "inspections:cases", "gavel"),
            Entry(
                _("Agenda"),
                "inspections:agenda",
                "calendar-event",
                Permission.SEE_CASES,
                audience="authority",
                paths=("/cases/hand-over/",),
            ),
            Entry(_("Payments"), "inspections:case-payments", "cash", Permission.SEE_REPORTS),
            Entry(_("Statistics"), "inspections:case-statistics", "chart-bar", Permission.SEE_REPORTS),
            Entry(_("Parties"), "inspections:parties", "users", Permission.RUN_CASES),
            Entry(_("Calculators"), "inspections:calculators", "calculator", Permission.SEE_REPORTS),
            Entry(_("Law"), "inspections:law-rules", "book", Permission.SEE_REPORTS, paths=("/law/",)),
        ),
    ),
    Entry(
        _("Incidents"),
        "inspections:incidents",
        "urgent",
        Permission.SEE_INSPECTIONS,
        order=65,
        count=waiting,
        paths=("/storms/", "/outages/", "/network/", "/reports/"),
        parts=(
            Entry(_("Incidents"), "inspections:incidents", "urgent"),
            Entry(_("Storm desk"), "inspections:storms", "tornado"),
            Entry(_("Network"), "maps:network", "affiliate"),
            Entry(_("Reports of citizens"), "maps:reports", "message-report", Permission.SEE_REPORTS),
        ),
    ),
]
