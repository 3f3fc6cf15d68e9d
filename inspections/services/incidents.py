"""Writing incidents: one that befell, its end, and the outages an operator reports together.

Reports of one organization are written one after the other (its row is locked), so that an installation is never out
twice at a time.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.gis.geos import Point
from django.db.models import Max, Min
from django.utils import timezone

from infra.models import AdministrativeUnit, Attachment, Authority, Installation, Organization, User
from infra.services.ledger import Act, act
from inspections.models import (
    Incident,
    IncidentCause,
    IncidentKind,
    IncidentObject,
    IncidentSource,
    OutageReport,
    Storm,
)
from inspections.services.numbering import yearly_number_take

#: kinds that take an installation out of service when they begin
OUT_OF_SERVICE = (IncidentKind.OUTAGE, IncidentKind.STORM)
BATCH = 1_000
#: numbers of incidents named in the ledger's note of one report
MOST_NOTED = 200


class AlreadyOutError(ValueError):
    """Installations that another incident already has out of service; ``numbers`` are their registry numbers."""

    def __init__(self, numbers: Sequence[str]) -> None:
        super().__init__(", ".join(numbers))
        self.numbers = list(numbers)


@dataclass
class IncidentFacts:
    """What is known of an incident when it is reported."""

    kind: str
    organization: Organization | None
    started_at: datetime
    installations: Sequence[Installation] = ()
    ended_at: datetime | None = None
    expected_back_at: datetime | None = None
    cause: str = IncidentCause.UNKNOWN
    storm: Storm | None = None
    unit: AdministrativeUnit | None = None
    position: Point | None = None
    people_affected: int | None = None
    text: str = ""
    ref: str = ""
    source: str = IncidentSource.FORM
    damage: str = ""


def incident_report(
    *, actor: User, authority: Authority, facts: IncidentFacts, reason: str, at: datetime | None = None
) -> tuple[Incident, bool]:
    """Write an incident down; return it and whether it is new (an organization's own number comes only once).

    Raises AlreadyOutError where an installation is out of service already.
    """
    with act(
        actor=actor,
        authority=authority,
        kind="incident.reported",
        reason=reason,
        organization=facts.organization,
        at=at,
    ) as ledger:
        _lock(facts.organization)
        if facts.ref:
            stored = Incident.objects.filter(organization=facts.organization, ref=facts.ref).first()
            if stored is not None:
                return stored, False
        goes_out = facts.kind in OUT_OF_SERVICE
        if goes_out and facts.ended_at is None:
            _refuse_twice(facts.installations)
        incident = _new_incident(actor, authority, facts, at or timezone.now())
        IncidentObject.objects.bulk_create(
            IncidentObject(
                incident=incident,
                installation=one,
                out_since=facts.started_at if goes_out else None,
                back_at=facts.ended_at if goes_out else None,
                cause=facts.cause,
                expected_back_at=facts.expected_back_at,
                damage=facts.damage,
            )
            for one in facts.installations
        )
        ledger.note(incident=incident.number, installations=[one.registry_number for one in facts.installations])
    return incident, True


def _lock(organization: Organization | None) -> None:
    if organization is not None:
        Organization.objects.select_for_update().get(pk=organization.pk)


def _refuse_twice(installations: Iterable[Installation]) -> None:
    out = IncidentObject.objects.out().filter(installation__in=[one.pk for one in installations])
    numbers = sorted(out.values_list("installation__registry_number", flat=True))
    if numbers:
        raise AlreadyOutError(numbers)


def _new_incident(actor: User, authority: Authority, facts: IncidentFacts, moment: datetime) -> Incident:
    first = facts.installations[0] if facts.installations else None
    return Incident.objects.create(
        authority=authority,
        number=yearly_number_take(authority=authority, kind="incident", year=timezone.localtime(facts.started_at).year),
        kind=facts.kind,
        organization=facts.organization,
        storm=facts.storm,
        cause=facts.cause,
        source=facts.source,
        ref=facts.ref,
        unit=facts.unit or (first.unit if first else None),
        position=facts.position or (first.position if first else None),
        started_at=facts.started_at,
        ended_at=facts.ended_at,
        expected_back_at=facts.expected_back_at,
        people_affected=facts.people_affected,
        text=facts.text,
        reported_at=moment,
        reported_by=actor,
    )


def incident_end(
    *, actor: User, incident: Incident, at: datetime, reason: str, installations: Iterable[Installation] | None = None
) -> Incident:
    """Note that the incident's installations (or some of them) are back in service *at*; the last one ends it."""
    with act(
        actor=actor,
        authority=incident.authority,
        kind="incident.ended",
        reason=reason,
        organization=incident.organization,
    ) as ledger:
        _lock(incident.organization)
        rows = IncidentObject.objects.out().filter(incident=incident)
        if installations is not None:
            rows = rows.filter(installation__in=[one.pk for one in installations])
        numbers = sorted(rows.values_list("installation__registry_number", flat=True))
        rows.filter(out_since__gt=at).update(out_since=at)
        rows.update(back_at=at)
        if not incident.rows.exists():
            incident.ended_at = max(at, incident.started_at)
            incident.save(update_fields=["ended_at"])
        incidents_settle([incident.pk])
        ledger.note(incident=incident.number, at=at.isoformat(), installations=numbers)
    incident.refresh_from_db()
    return incident


def incident_change(
    *, actor: User, incident: Incident, people_affected: int | None, text: str, reason: str
) -> Incident:
    """Correct what is known of an incident beside its installations."""
    with act(
        actor=actor,
        authority=incident.authority,
        kind="incident.changed",
        reason=reason,
        organization=incident.organization,
    ) as ledger:
        locked = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
        locked.people_affected, locked.text = people_affected, text
        locked.save(update_fields=["people_affected", "text"])
        ledger.note(incident=locked.number, people_affected=people_affected)
    return locked


def incidents_settle(ids: Iterable[int]) -> None:
    """Set when the incidents with installations began and ended, from their rows (three queries)."""
    wanted = list(ids)
    spans = (
        IncidentObject.objects.filter(incident__in=wanted, out_since__isnull=False)
        .values("incident")
        .order_by()
        .annotate(first=Min("out_since"), last=Max("back_at"), expected=Max("expected_back_at"))
    )
    by_id = {row["incident"]: row for row in spans}
    still = set(IncidentObject.objects.out().filter(incident__in=wanted).values_list("incident", flat=True))
    changed = []
    for incident in Incident.objects.filter(pk__in=by_id):
        row = by_id[incident.pk]
        incident.started_at = row["first"]
        incident.ended_at = None if incident.pk in still else row["last"]
        incident.expected_back_at = row["expected"]
        changed.append(incident)
    Incident.objects.bulk_update(changed, ["started_at", "ended_at", "expected_back_at"], batch_size=BATCH)


# --- Reports of outages -----------------------------------------------------------------------------------------------


@dataclass
class OutageChanges:
    """What a report changes, decided already: new rows to open, rows to save, all of one authority."""

    authority: Authority
    opened: list[IncidentObject] = field(default_factory=list)
    changed: list[IncidentObject] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


@dataclass
class ReportFacts:
    """What is kept of the report itself."""

    organization: Organization
    at: datetime
    source: str
    is_whole: bool = False
    storm: Storm | None = None
    file: Attachment | None = None


def outages_write(ledger: Act, *, actor: User, facts: ReportFacts, changes: OutageChanges) -> OutageReport:
    """Write what a report changed; call it inside the act that decided it."""
    incidents = _incidents_for(actor, facts, changes)
    for row in changes.opened:
        row.incident = incidents[row.installation.unit_id]
    IncidentObject.objects.bulk_update(
        changes.changed,
        ["out_since", "back_at", "cause", "expected_back_at", "damage", "note"],
        batch_size=BATCH,
    )
    IncidentObject.objects.bulk_create(changes.opened, batch_size=BATCH)
    touched = {row.incident_id for row in (*changes.opened, *changes.changed)}
    incidents_settle(touched)
    out = IncidentObject.objects.out().filter(
        incident__organization=facts.organization, incident__authority=changes.authority
    )
    report = OutageReport.objects.create(
        authority=changes.authority,
        organization=facts.organization,
        storm=facts.storm,
        at=facts.at,
        received_at=ledger.at,
        reported_by=actor,
        source=facts.source,
        is_whole=facts.is_whole,
        file=facts.file,
        counts=changes.counts,
        out_after=out.count(),
    )
    numbers = Incident.objects.filter(pk__in=touched).order_by("id").values_list("number", flat=True)[:MOST_NOTED]
    ledger.note(outage_report=report.pk, counts=changes.counts, incidents=list(numbers))
    return report


def _incidents_for(actor: User, facts: ReportFacts, changes: OutageChanges) -> dict[int | None, Incident]:
    """Return unit → the incident that gathers the organization's outages there, a new one where there is none."""
    by_unit: dict[int | None, list[IncidentObject]] = defaultdict(list)
    for row in changes.opened:
        by_unit[row.installation.unit_id].append(row)
    standing = Incident.objects.filter(
        organization=facts.organization,
        authority=changes.authority,
        kind=IncidentKind.OUTAGE,
        storm=facts.storm,
        ref="",
    )
    if facts.storm is None:
        standing = standing.filter(ended_at__isnull=True)
    found = {one.unit_id: one for one in standing.filter(rows__isnull=False).distinct().order_by("id")}
    for unit_id, rows in by_unit.items():
        if unit_id not in found:
            first = min(rows, key=lambda row: row.out_since or facts.at)
            found[unit_id] = _new_incident(
                actor,
                changes.authority,
                IncidentFacts(
                    kind=IncidentKind.OUTAGE,
                    organization=facts.organization,
                    started_at=first.out_since or facts.at,
                    installations=[row.installation for row in rows],
                    cause=first.cause,
                    storm=facts.storm,
                    source=facts.source,
                ),
                facts.at,
            )
    return found
