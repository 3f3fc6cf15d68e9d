"""Public reports, read for the authority's people and for whoever holds a ticket."""

from django.db.models import QuerySet

from infra.access import Permission, Person, can
from infra.models import PublicReport, ReportStatus
from infra.models.reports import TICKET_LENGTH

WAITING = (ReportStatus.OPEN, ReportStatus.TAKEN)


def reports(person: Person) -> QuerySet[PublicReport]:
    """Return the reports that *person* of an authority may see."""
    rows = (
        PublicReport.objects.visible_to(person) if can(person, Permission.SEE_REPORTS) else PublicReport.objects.none()
    )
    return rows.select_related("site", "unit", "organization", "assignee", "authority")


def waiting_reports(person: Person) -> int:
    """Count the reports that nobody has answered yet."""
    return reports(person).filter(status__in=WAITING).count()


def report_with(ticket: str) -> PublicReport | None:
    """Return the report of a ticket, written with or without blanks and dashes."""
    bare = "".join(ticket.upper().replace("-", "").split())
    if len(bare) != TICKET_LENGTH:
        return None
    return PublicReport.objects.select_related("site", "authority__organization", "unit").filter(ticket=bare).first()
