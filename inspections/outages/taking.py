"""Taking a report in: what it changes against what is known, written as one act for each authority it concerns."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from infra.models import Attachment, Authority, Installation, Organization, User
from infra.services.ledger import act
from infra.submissions.problems import Problem
from inspections.models import IncidentCause, IncidentKind, IncidentObject, OutageReport
from inspections.outages.checking import Found, check, may_report
from inspections.outages.rows import BACK, IN_SERVICE, OutageRow, Report
from inspections.services.incidents import OutageChanges, ReportFacts, outages_write

REASON = "Report of outages"
COUNTED = ("new", "updated", "back", "unchanged")


class OlderReportError(ValueError):
    """The whole picture of an earlier moment: a newer one is known already."""

    def __init__(self, newest: OutageReport) -> None:
        super().__init__(newest.at.isoformat())
        self.newest = newest


@dataclass
class Taken:
    """What became of a report: nothing is written while ``problems`` block it."""

    problems: list[Problem] = field(default_factory=list)
    reports: list[OutageReport] = field(default_factory=list)
    sound: int = 0

    @property
    def is_written(self) -> bool:
        return bool(self.reports)

    @property
    def counts(self) -> dict[str, int]:
        """new, updated, back, unchanged over all authorities."""
        return {name: sum(report.counts.get(name, 0) for report in self.reports) for name in COUNTED}


def outages_take(
    *, actor: User, report: Report, skip_wrong: bool = False, file: Attachment | None = None, reason: str = ""
) -> Taken:
    """Check *report* and write it: all of it, or with *skip_wrong* its sound rows.

    A whole picture is never taken in part: a row that is not understood would count as back in service.
    Raises PermissionError for a stranger, OlderReportError for a whole picture that a newer one has overtaken.
    """
    if not may_report(actor, report.organization):
        raise PermissionError("Outages are reported by the operator or by an inspector.")
    found, problems = check(actor, report)
    taken = Taken(problems, sound=len(found))
    if problems and (report.is_whole or not skip_wrong or not found):
        return taken
    with transaction.atomic():
        Organization.objects.select_for_update().get(pk=report.organization.pk)
        _refuse_older(report)
        for authority in _authorities(report, found):
            taken.reports.append(_write(actor, report, authority, found, file, reason or REASON))
    return taken


def _refuse_older(report: Report) -> None:
    if not report.is_whole:
        return
    newer = OutageReport.objects.filter(
        organization=report.organization, storm=report.storm, is_whole=True, at__gt=report.at
    )
    if (newest := newer.order_by("at").last()) is not None:
        raise OlderReportError(newest)


def _authorities(report: Report, found: list[Found]) -> list[Authority]:
    """Return the authorities whose register the report concerns."""
    if report.authority is not None:
        return [report.authority]
    known = {one.installation.authority_id: one.installation.authority for one in found}
    if report.is_whole or not known:
        ids = Installation.objects.filter(organization=report.organization).order_by().values("authority").distinct()
        known |= {one.pk: one for one in Authority.objects.filter(pk__in=ids)}
    return [known[pk] for pk in sorted(known)]


def _write(
    actor: User, report: Report, authority: Authority, found: list[Found], file: Attachment | None, reason: str
) -> OutageReport:
    own = [one for one in found if one.installation.authority_id == authority.pk]
    with act(
        actor=actor, authority=authority, kind="outages.reported", reason=reason, organization=report.organization
    ) as ledger:
        facts = ReportFacts(report.organization, report.at, report.source, report.is_whole, report.storm, file)
        return outages_write(ledger, actor=actor, facts=facts, changes=_changes(report, authority, own))


def _changes(report: Report, authority: Authority, found: list[Found]) -> OutageChanges:
    """Say what *report* changes against the rows that are out of service now."""
    out = IncidentObject.objects.out().filter(
        incident__organization=report.organization,
        incident__authority=authority,
        incident__kind__in=(IncidentKind.OUTAGE, IncidentKind.STORM),
    )
    standing = {row.installation_id: row for row in out}
    changes = OutageChanges(authority, counts=dict.fromkeys(COUNTED, 0))
    for one in found:
        _change(report, one, standing.pop(one.installation.pk, None), changes)
    if report.is_whole:
        for row in standing.values():
            row.back_at = max(report.at, row.out_since or report.at)
            changes.changed.append(row)
            changes.counts["back"] += 1
    return changes


def _change(report: Report, one: Found, row: IncidentObject | None, changes: OutageChanges) -> None:
    told = one.row
    if row is None:
        _open(report, one, changes)
        return
    before = _kept(row)
    _fill(row, told)
    if told.state in (BACK, IN_SERVICE):
        row.out_since = min(row.out_since or report.at, told.out_since or told.back_at or report.at)
        row.back_at = max(told.back_at or report.at, row.out_since)
    elif told.out_since is not None:
        row.out_since = told.out_since
    word = "back" if row.back_at is not None else "updated" if _kept(row) != before else "unchanged"
    changes.counts[word] += 1
    if word != "unchanged":
        changes.changed.append(row)


def _open(report: Report, one: Found, changes: OutageChanges) -> None:
    """Add an installation that was not out of service so far."""
    told = one.row
    fresh = IncidentObject(installation=one.installation)
    _fill(fresh, told)
    if told.state == BACK and told.out_since is None and not told.damage:
        changes.counts["unchanged"] += 1  # back, and nobody knew that it was out
        return
    if told.state == IN_SERVICE and not told.damage:
        changes.counts["unchanged"] += 1
        return
    if told.state != IN_SERVICE:
        fresh.out_since = told.out_since or (None if told.state == BACK else report.at)
    if told.state == BACK and fresh.out_since is not None:
        fresh.back_at = told.back_at or report.at
        if _known(one.installation, fresh):
            changes.counts["unchanged"] += 1
            return
    changes.opened.append(fresh)
    changes.counts["back" if told.state == BACK else "new"] += 1


def _known(installation: Installation, fresh: IncidentObject) -> bool:
    """Tell whether the same outage, over already, was reported before."""
    return IncidentObject.objects.filter(
        installation=installation, out_since=fresh.out_since, back_at=fresh.back_at
    ).exists()


def _fill(row: IncidentObject, told: OutageRow) -> None:
    """Take over what was told; what was not told stays."""
    row.cause = told.cause or row.cause or IncidentCause.UNKNOWN
    row.damage = told.damage or row.damage
    row.expected_back_at = told.expected_back_at or row.expected_back_at
    row.note = told.note or row.note


def _kept(row: IncidentObject) -> tuple[Any, ...]:
    return row.out_since, row.back_at, row.cause, row.damage, row.expected_back_at, row.note
