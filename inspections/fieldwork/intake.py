"""Takes in what the phone sends, exactly once.

The client's UUID names an inspection. Sending the same thing again changes nothing; a draft is replaced by its own
inspector's newer save; once submitted, another body is refused together with the stored version. Photos are named by
the SHA-256 of their bytes and may come before or after the form, in any order and as often as the line breaks.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import User
from inspections.fieldwork.evaluation import Judged, Unreadable, findings_of, judge, result_of
from inspections.fieldwork.subjects import Subject, authority_for, may_inspect, resolve
from inspections.models import (
    Answer,
    Campaign,
    ChecklistTemplate,
    Finding,
    Inspection,
    InspectionStatus,
    Photo,
    Signature,
)
from inspections.selectors.checklists import checklist_for
from inspections.selectors.law import limits_in_force
from inspections.services.inspections import Sheet, inspection_draft, inspection_submit, point

#: a phone's clock may be ahead of the server's by this much before the day of the visit is taken from the server
CLOCK_SKEW = timedelta(days=1)


class Taken(StrEnum):
    """What became of a form."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a form; ``pointer`` is a JSON pointer into the body."""

    pointer: str
    code: str
    message: str


class Unacceptable(ValueError):
    """The form cannot be stored as it is; every problem at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class Conflict(ValueError):
    """A submitted inspection would change, or a draft belongs to somebody else; ``stored`` is what stands."""

    def __init__(self, stored: Inspection, message: str) -> None:
        super().__init__(message)
        self.stored = stored


class NotAllowed(PermissionError):
    """The person has no membership that covers subject and field."""


class NotVisible(LookupError):
    """The inspection exists but not for this person."""


def inspection_put(
    *, actor: User, uuid: UUID, body: Mapping[str, Any], reason: str = "", at: datetime | None = None
) -> tuple[Inspection, Taken]:
    """Store *body* (CONTRACT §4, already of the right types) under *uuid* and say what became of it.

    Raises Unacceptable, Conflict, NotAllowed or NotVisible. *at* is the time of arrival (now).
    """
    for attempt in (1, 2):
        try:
            return _put_once(actor, uuid, body, reason, at or timezone.now())
        except IntegrityError:
            # Another request stored the same UUID between our look and our write: look again.
            if attempt == 2 or not Inspection.objects.filter(uuid=uuid).exists():
                raise
    raise AssertionError("unreachable")


def _put_once(actor: User, uuid: UUID, body: Mapping[str, Any], reason: str, at: datetime) -> tuple[Inspection, Taken]:
    digest = content_digest(body)
    with transaction.atomic():
        stored = Inspection.objects.select_for_update().filter(uuid=uuid).first()
        if stored is not None and not _replaces(actor, stored, body, digest):
            return stored, Taken.UNCHANGED
        sheet = _prepare(actor, stored or Inspection(uuid=uuid, inspector=actor), body, at)
        sheet.inspection.content_digest = digest
        if body["status"] == InspectionStatus.SUBMITTED:
            why = reason or _("Inspection filed by %(person)s") % {"person": actor}
            inspection_submit(actor=actor, authority=sheet.inspection.authority, sheet=sheet, reason=why)
        else:
            inspection_draft(actor=actor, sheet=sheet)
    return sheet.inspection, Taken.REPLACED if stored else Taken.CREATED


def _replaces(actor: User, stored: Inspection, body: Mapping[str, Any], digest: str) -> bool:
    """Tell whether *body* takes the place of *stored*; False means that nothing is to be done."""
    if not Inspection.objects.visible_to(actor).filter(pk=stored.pk).exists() and stored.inspector_id != actor.pk:
        raise NotVisible(str(stored.uuid))
    if stored.content_digest == digest and stored.inspector_id == actor.pk:
        return False
    if stored.inspector_id != actor.pk:
        raise Conflict(stored, _("This inspection belongs to another inspector."))
    if stored.status == InspectionStatus.SUBMITTED:
        raise Conflict(stored, _("This inspection has been submitted and does not change any more."))
    older = int(body.get("revision") or 0) < stored.revision
    if older and body["status"] == InspectionStatus.SUBMITTED:
        raise Conflict(stored, _("A newer save of this inspection has arrived already."))
    return not older


def content_digest(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what was filed; only the moment of sending is left out, since a repetition changes it."""
    return _digest({key: value for key, value in body.items() if key != "sent_at"})


def sealed_digest(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 for the ledger: without names of signatories, which can be erased while the chain holds."""
    content = {key: value for key, value in body.items() if key not in {"sent_at", "signatures"}}
    content["signatures"] = [
        {key: value for key, value in signature.items() if key != "name"} for signature in body.get("signatures") or ()
    ]
    return _digest(content)


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_spell)
    return hashlib.sha256(text.encode()).hexdigest()


def _spell(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _prepare(actor: User, inspection: Inspection, body: Mapping[str, Any], at: datetime) -> Sheet:
    """Build everything that is to be stored, or raise with all problems at once."""
    problems: list[Problem] = []
    visited_on = _day_of_visit(body, at)
    checklist = _checklist(body, visited_on, problems)
    subject = resolve(actor, body["subject"])
    campaign = _campaign(actor, body.get("campaign"), problems)
    authority = authority_for(actor, subject)
    judged = _judge_all(checklist, body.get("answers") or (), visited_on, problems)
    if problems or checklist is None:
        raise Unacceptable(problems)
    if authority is None or not may_inspect(
        actor, authority.pk, subject.unit.pk if subject.unit else None, checklist.field
    ):
        raise NotAllowed(_("None of your memberships covers inspections of this subject."))
    subject.apply(inspection)
    _apply(inspection, body, at, visited_on)
    inspection.authority, inspection.checklist, inspection.field = authority, checklist, checklist.field
    inspection.campaign = campaign
    submitted = body["status"] == InspectionStatus.SUBMITTED
    inspection.result = result_of(judged) if submitted else ""
    return Sheet(
        inspection=inspection,
        answers=[_answer(row) for row in judged],
        signatures=[_signature(row) for row in body.get("signatures") or ()],
        photos=[_photo(row) for row in body.get("photos") or ()],
        findings=_findings(inspection, subject, judged) if submitted else [],
        sealed=sealed_digest(body),
    )


def _day_of_visit(body: Mapping[str, Any], at: datetime) -> date:
    """Return the day of the visit by the phone's clock, or by ours where the phone's is ahead."""
    moment = body.get("finished_at") or body.get("started_at") or at
    return timezone.localdate(moment if moment <= at + CLOCK_SKEW else at)


def _apply(inspection: Inspection, body: Mapping[str, Any], at: datetime, visited_on: date) -> None:
    position = body.get("position") or {}
    inspection.revision = int(body.get("revision") or 0)
    inspection.status = body["status"]
    inspection.started_at, inspection.finished_at = body.get("started_at"), body.get("finished_at")
    inspection.sent_at, inspection.received_at, inspection.visited_on = body.get("sent_at"), at, visited_on
    inspection.position = point(position.get("lon"), position.get("lat"))
    inspection.accuracy_m = position.get("accuracy_m")
    inspection.notes = body.get("notes") or ""


def _checklist(body: Mapping[str, Any], day: date, problems: list[Problem]) -> ChecklistTemplate | None:
    checklist = checklist_for(body["checklist"], body.get("checklist_version"), day)
    if checklist is None:
        message = _("No checklist “%(code)s” is in force on that day.") % {"code": body["checklist"]}
        problems.append(Problem("/checklist", "reference.unknown", message))
    return checklist


def _campaign(actor: User, number: int | None, problems: list[Problem]) -> Campaign | None:
    if number is None:
        return None
    campaign = Campaign.objects.visible_to(actor).filter(number=number).first()
    if campaign is None:
        message = _("There is no campaign %(number)s.") % {"number": number}
        problems.append(Problem("/campaign", "reference.unknown", message))
    return campaign


def _judge_all(checklist: ChecklistTemplate | None, answers: Any, day: date, problems: list[Problem]) -> list[Judged]:
    if checklist is None:
        return []
    items = {item.code: item for item in checklist.items.all()}
    limits = limits_in_force({item.limit_code for item in items.values() if item.limit_code}, day)
    judged: dict[str, Judged] = {}
    for index, answer in enumerate(answers):
        item = items.get(answer["item"])
        pointer = f"/answers/{index}"
        if item is None:
            message = _("The checklist has no item “%(item)s”.") % {"item": answer["item"]}
            problems.append(Problem(f"{pointer}/item", "reference.unknown", message))
            continue
        if item.code in judged:
            message = _("Item “%(item)s” is answered twice.") % {"item": item.code}
            problems.append(Problem(f"{pointer}/item", "identifier.duplicate", message))
            continue
        try:
            judged[item.code] = judge(item, answer, limits)
        except Unreadable as error:
            problems.append(Problem(f"{pointer}/{error.part}", error.code, error.message))
    order = list(items)
    return sorted(judged.values(), key=lambda row: order.index(row.item.code))


def _answer(row: Judged) -> Answer:
    return Answer(
        item=row.item,
        outcome=row.outcome,
        value=row.value[:500],
        number=row.number,
        unit=row.item.unit,
        limit_value=row.bound.value if row.bound else None,
        comparison=row.bound.comparison if row.bound else "",
        limit_basis=row.bound.basis if row.bound else "",
        instrument_serial=row.instrument_serial,
        instrument_calibrated_on=row.instrument_calibrated_on,
        note=row.note,
    )


def _signature(row: Mapping[str, Any]) -> Signature:
    return Signature(
        name=row["name"],
        title=row.get("title") or "",
        image_sha256=row.get("image_sha256") or "",
        refused=bool(row.get("refused")),
    )


def _photo(row: Mapping[str, Any]) -> Photo:
    return Photo(
        sha256=row["sha256"],
        item_code=row.get("item") or "",
        taken_at=row.get("taken_at"),
        position=point(row.get("lon"), row.get("lat")),
        accuracy_m=row.get("accuracy_m"),
    )


def _findings(inspection: Inspection, subject: Subject, judged: list[Judged]) -> list[Finding]:
    return [
        Finding(
            authority=inspection.authority,
            item=found.item,
            installation=subject.installation,
            mast=subject.mast,
            site=subject.site,
            organization=subject.organization,
            unit=subject.unit,
            field=inspection.field,
            rule_code=found.rule_code,
            severity=found.severity,
            is_safety=found.item.is_safety,
            text_vi=found.text_vi,
            text_en=found.text_en,
            found_on=inspection.visited_on,
            due_on=found.due_on,
        )
        for found in findings_of(judged, inspection.visited_on)
    ]
