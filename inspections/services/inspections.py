"""Writing inspections: a draft is replaced, a submitted one is written once, with its findings, in one act."""

from dataclasses import dataclass, field

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext

from infra.models import Authority, User
from infra.services.ledger import Act, act, refresh_search
from inspections.models import (
    Answer,
    CampaignTask,
    Correction,
    Finding,
    FindingState,
    Inspection,
    InspectionCopy,
    InspectionStatus,
    Outcome,
    Photo,
    Review,
    Signature,
    TaskStatus,
)
from inspections.rules import REVIEW, move_between
from inspections.services.earlier_findings import STANDING, earlier_follow
from inspections.services.numbering import yearly_number_take
from inspections.services.photos import photos_announce
from inspections.services.priority import priority_mark_about

#: where a finding stands in the register, as the inspection does
JUDGED = ("rule_code", "severity", "is_safety", "text_vi", "text_en", "found_on", "due_on")
PLACE = ("installation_id", "mast_id", "site_id", "organization_id", "unit_id")


@dataclass
class Sheet:
    """Everything that is stored with one visit; rows are unsaved and know nothing of the inspection yet."""

    inspection: Inspection
    answers: list[Answer] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    #: digest of what was filed without anybody's name, for the ledger
    sealed: str = ""


def inspection_draft(*, actor: User, sheet: Sheet) -> Inspection:
    """Store or replace a draft. A draft is no act yet: nothing is entered in the ledger."""
    if sheet.inspection.inspector_id != actor.pk:
        raise PermissionError("A draft belongs to its inspector.")
    with transaction.atomic():
        _write(sheet)
    return sheet.inspection


def inspection_submit(*, actor: User, authority: Authority, sheet: Sheet, reason: str) -> Inspection:
    """Store a finished inspection with its findings; earlier ones of the same subject follow what it shows.

    Raises IntegrityError where another request stored the same UUID first.
    """
    inspection = sheet.inspection
    if inspection.inspector_id != actor.pk:
        raise PermissionError("An inspection is submitted by its inspector.")
    with act(
        actor=actor,
        authority=authority,
        kind="inspection.submitted",
        reason=reason,
        organization=inspection.organization,
        at=inspection.received_at,
    ) as ledger:
        inspection.status, inspection.review = InspectionStatus.SUBMITTED, Review.PENDING
        inspection.number = yearly_number_take(authority=authority, kind="inspection", year=inspection.visited_on.year)
        _write(sheet)
        for finding in sheet.findings:
            finding.inspection = inspection
        earlier_follow(ledger, inspection, passed=_passed(sheet), found=sheet.findings)
        if sheet.findings:
            ledger.add_many(sheet.findings)
        priority_mark_about(inspection)
        ledger.note(
            inspection=str(inspection.uuid),
            number=inspection.number,
            content=sheet.sealed,
            result=inspection.result,
        )
    return inspection


def inspection_correct(*, actor: User, sheet: Sheet, before: InspectionCopy, reason: str) -> Inspection:
    """Replace a returned inspection by its inspector's next revision; *before* is what stood, and is kept.

    A finding that stands is brought up to date where its item failed again, and dropped where it did not; one that has
    led to a case stays as it is.
    """
    inspection = sheet.inspection
    if inspection.inspector_id != actor.pk:
        raise PermissionError("An inspection is corrected by its inspector.")
    move = move_between(REVIEW, Review.RETURNED, Review.PENDING)
    with act(
        actor=actor,
        authority=inspection.authority,
        kind=move.act,
        reason=reason,
        organization=inspection.organization,
        at=inspection.received_at,
    ) as ledger:
        before.save()
        inspection.reviewed_at, inspection.reviewed_by, inspection.review_note = None, None, ""
        _write(sheet)
        earlier_follow(ledger, inspection, passed=_passed(sheet), found=sheet.findings, anew=True)
        _renew_findings(ledger, sheet)
        priority_mark_about(inspection)
        ledger.note(
            inspection=str(inspection.uuid),
            number=inspection.number,
            content=sheet.sealed,
            result=inspection.result,
            replaces=before.digest,
        )
    return inspection


def _renew_findings(ledger: Act, sheet: Sheet) -> None:
    inspection = sheet.inspection
    standing = {row.item_id: row for row in Finding.objects.select_for_update().filter(inspection=inspection)}
    for pk, row in list(standing.items()):
        if row.state not in STANDING or row.charges.exists():
            standing.pop(pk)
    new, kept = [], []
    for found in sheet.findings:
        known = standing.pop(found.item_id, None)
        if known is None:
            if not Finding.objects.filter(inspection=inspection, item=found.item).exists():
                found.inspection = inspection
                new.append(found)
            continue
        for name in (*JUDGED, *PLACE):
            setattr(known, name, getattr(found, name))
        kept.append(known)
    for row in standing.values():
        row.state, row.remedy_note = FindingState.DISMISSED, gettext("Corrected by the inspector")
    if new:
        ledger.add_many(new)
    ledger.change_many([*kept, *standing.values()])


def _write(sheet: Sheet) -> None:
    inspection = sheet.inspection
    refresh_search(inspection)
    is_new = inspection.pk is None
    inspection.save()
    if not is_new:
        for rows in (inspection.answers, inspection.signatures, inspection.corrections):
            rows.all().delete()
    parts: tuple[Answer | Signature | Correction, ...] = (*sheet.answers, *sheet.signatures, *sheet.corrections)
    for row in parts:
        row.inspection = inspection
    Answer.objects.bulk_create(sheet.answers)
    Signature.objects.bulk_create(sheet.signatures)
    Correction.objects.bulk_create(sheet.corrections)
    if sheet.photos or not is_new:
        photos_announce(inspection.uuid, sheet.photos, inspection.subject_position)
    if inspection.status == InspectionStatus.SUBMITTED and inspection.task_id:
        CampaignTask.objects.filter(pk=inspection.task_id, status=TaskStatus.OPEN).update(status=TaskStatus.DONE)


def _passed(sheet: Sheet) -> set[str]:
    return {answer.item.code for answer in sheet.answers if answer.outcome == Outcome.PASS}


def point(lon: float | None, lat: float | None) -> Point | None:
    """Return a point in EPSG:4326, or None where a coordinate is missing."""
    return None if lon is None or lat is None else Point(lon, lat, srid=4326)
