"""Writing inspections: a draft is replaced, a submitted one is written once, with its findings, in one act."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction

from infra.models import Authority, User
from infra.services.ledger import Act, act, refresh_search
from inspections.models import (
    Answer,
    Finding,
    FindingState,
    Inspection,
    InspectionStatus,
    Photo,
    Signature,
)
from inspections.services.numbering import yearly_number_take


@dataclass
class Sheet:
    """Everything that is stored with one visit; rows are unsaved and know nothing of the inspection yet."""

    inspection: Inspection
    answers: list[Answer] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
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
    """Store a finished inspection with its findings; findings that it shows to be remedied are closed in the same act.

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
        inspection.status = InspectionStatus.SUBMITTED
        inspection.number = yearly_number_take(authority=authority, kind="inspection", year=inspection.visited_on.year)
        _write(sheet)
        for finding in sheet.findings:
            finding.inspection = inspection
        if sheet.findings:
            ledger.add_many(sheet.findings)
        _close_remedied(ledger, sheet)
        ledger.note(
            inspection=str(inspection.uuid),
            number=inspection.number,
            content=sheet.sealed,
            result=inspection.result,
        )
    return inspection


def _write(sheet: Sheet) -> None:
    inspection = sheet.inspection
    refresh_search(inspection)
    inspection.save()
    inspection.answers.all().delete()
    inspection.signatures.all().delete()
    for answer in sheet.answers:
        answer.inspection = inspection
    for signature in sheet.signatures:
        signature.inspection = inspection
    Answer.objects.bulk_create(sheet.answers)
    Signature.objects.bulk_create(sheet.signatures)
    _announce(inspection.uuid, sheet.photos)


def _announce(uuid: UUID, photos: Iterable[Photo]) -> None:
    """Note which photos the form names; bytes that came before keep their row."""
    wanted = {photo.sha256: photo for photo in photos}
    stored = {photo.sha256: photo for photo in Photo.objects.filter(inspection_uuid=uuid)}
    for sha256, photo in wanted.items():
        row = stored.get(sha256) or photo
        row.inspection_uuid, row.announced = uuid, True
        for name in ("item_code", "taken_at", "position", "accuracy_m"):
            setattr(row, name, getattr(photo, name))
        row.save()
    gone = [row.pk for sha256, row in stored.items() if sha256 not in wanted and row.received_at is None]
    if gone:
        Photo.objects.filter(pk__in=gone).delete()


def _close_remedied(ledger: Act, sheet: Sheet) -> None:
    """Close the standing findings of the same subject whose item passed this time."""
    inspection = sheet.inspection
    passed = {answer.item.code for answer in sheet.answers if answer.outcome == "pass"}
    subject = {
        name: getattr(inspection, name)
        for name in ("installation_id", "mast_id", "site_id")
        if getattr(inspection, name) is not None
    }
    if not passed or (inspection.installation_id is None and inspection.mast_id is None and inspection.site_id is None):
        return
    rows = Finding.objects.standing().filter(
        item__code__in=passed, found_on__lte=inspection.visited_on, inspection__subject_type=inspection.subject_type
    )
    remedied = list(rows.filter(**subject).exclude(inspection=inspection))
    for finding in remedied:
        finding.state = FindingState.REMEDIED
        finding.remedied_on = inspection.visited_on
        finding.remedy_note = inspection.number
    ledger.change_many(remedied)


def finding_remedy(*, actor: User, finding: Finding, on: date, note: str, reason: str) -> Finding:
    """Note that a finding was remedied on a day. Raises ValueError where it no longer stands."""
    return _finding_move(
        actor=actor, finding=finding, state=FindingState.REMEDIED, kind="finding.remedied", on=on, note=note, why=reason
    )


def finding_dismiss(*, actor: User, finding: Finding, reason: str) -> Finding:
    """Note that a finding is dropped, and why."""
    return _finding_move(
        actor=actor, finding=finding, state=FindingState.DISMISSED, kind="finding.dismissed", why=reason
    )


def _finding_move(
    *, actor: User, finding: Finding, state: str, kind: str, why: str, on: date | None = None, note: str = ""
) -> Finding:
    with act(
        actor=actor, authority=finding.authority, kind=kind, reason=why, organization=finding.organization
    ) as ledger:
        locked = Finding.objects.select_for_update().get(pk=finding.pk)
        if locked.state not in (FindingState.OPEN, FindingState.ANSWERED):
            raise ValueError("The finding is closed already.")
        locked.state, locked.remedied_on, locked.remedy_note = state, on, note[:400]
        ledger.change(locked)
    return locked


def photo_store(*, actor: User, photo: Photo, values: dict[str, Any]) -> Photo:
    """Note that the bytes of a photo have arrived; *values* are size, content type and time of arrival."""
    photo.uploaded_by = actor
    for name, value in values.items():
        setattr(photo, name, value)
    with transaction.atomic():
        photo.save()
    return photo


def point(lon: float | None, lat: float | None) -> Point | None:
    """Return a point in EPSG:4326, or None where a coordinate is missing."""
    return None if lon is None or lat is None else Point(lon, lat, srid=4326)
