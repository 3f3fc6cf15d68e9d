"""Makes of a body (CONTRACT §4) everything that is to be stored, or says all that is wrong with it at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import Limit, User
from infra.spatial.metres import metres_between
from inspections.fieldwork.calibration import CALIBRATION_LIMIT, Bench, bench_of
from inspections.fieldwork.evaluation import Judged, Unreadable, findings_of, judge, result_of
from inspections.fieldwork.subjects import Subject, authority_for, may_inspect, resolve
from inspections.models import (
    Answer,
    Campaign,
    ChecklistTemplate,
    Correction,
    FieldDevice,
    Finding,
    Inspection,
    InspectionStatus,
    Photo,
    Review,
    Signature,
    SignatureRole,
)
from inspections.selectors.campaigns import task_of
from inspections.selectors.checklists import checklist_for
from inspections.selectors.law import limits_in_force
from inspections.services.inspections import Sheet, point

#: a phone's clock may be ahead of the server's by this much before the day of the visit is taken from the server
CLOCK_SKEW = timedelta(days=1)


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


class NotAllowed(PermissionError):
    """The person has no membership that covers subject and field."""


def prepare(actor: User, inspection: Inspection, body: Mapping[str, Any], at: datetime) -> Sheet:
    """Build everything that is to be stored. Raises Unacceptable with all problems at once, or NotAllowed."""
    problems: list[Problem] = []
    visited_on = _day_of_visit(body, at)
    checklist = _checklist(body, visited_on, timezone.localdate(at), problems)
    if checklist is not None and visited_on < checklist.valid_from:
        visited_on = timezone.localdate(at)  # no visit is older than its checklist: the phone's clock was behind
    subject = resolve(actor, body["subject"])
    campaign = _campaign(actor, body.get("campaign"), problems)
    authority = authority_for(actor, subject)
    limits = _limits(checklist, visited_on)
    judged = _judge_all(checklist, body.get("answers") or (), limits, problems)
    if problems or checklist is None:
        raise Unacceptable(problems)
    if authority is None or not may_inspect(
        actor, authority.pk, subject.unit.pk if subject.unit else None, checklist.field
    ):
        raise NotAllowed(_("None of your memberships covers inspections of this subject."))
    subject.apply(inspection)
    _apply(inspection, body, at, visited_on)
    inspection.authority, inspection.checklist, inspection.field = authority, checklist, checklist.field
    inspection.task = task_of(actor, body.get("task"), campaign, subject.installation, subject.site_id)
    inspection.campaign = campaign or (inspection.task.campaign if inspection.task else None)
    inspection.device = _device(actor, body.get("device"))
    submitted = body["status"] == InspectionStatus.SUBMITTED
    inspection.result = result_of(judged) if submitted else ""
    inspection.review = Review.PENDING if submitted else ""
    bench = bench_of(authority, body.get("answers") or (), limits)
    signatures = [_signature(row) for row in body.get("signatures") or ()]
    return Sheet(
        inspection=inspection,
        answers=[_answer(row, bench, visited_on) for row in judged],
        signatures=signatures,
        photos=list(_photos(body, signatures)),
        findings=_findings(inspection, subject, judged) if submitted else [],
        corrections=_corrections(body) if submitted else [],
    )


def _day_of_visit(body: Mapping[str, Any], at: datetime) -> date:
    """Return the day of the visit by the phone's clock; where that is ahead, as long before *at* as before sending."""
    moment = body.get("finished_at") or body.get("started_at") or at
    if moment > at + CLOCK_SKEW:
        moment = min(at, moment - max(timedelta(0), (body.get("sent_at") or moment) - at))
    return timezone.localdate(moment)


def _apply(inspection: Inspection, body: Mapping[str, Any], at: datetime, visited_on: date) -> None:
    position = body.get("position") or {}
    inspection.revision = int(body.get("revision") or 0)
    inspection.status = body["status"]
    inspection.started_at, inspection.finished_at = body.get("started_at"), body.get("finished_at")
    inspection.sent_at, inspection.received_at, inspection.visited_on = body.get("sent_at"), at, visited_on
    inspection.clock_skew_s = round((inspection.sent_at - at).total_seconds(), 1) if inspection.sent_at else None
    inspection.position = point(position.get("lon"), position.get("lat"))
    inspection.accuracy_m = position.get("accuracy_m")
    inspection.distance_m = _distance(inspection.position, inspection.subject_position)
    inspection.notes = body.get("notes") or ""


def _distance(here: Point | None, there: Point | None) -> float | None:
    if here is None or there is None:
        return None
    return round(float(metres_between(here.x, here.y, [there.x], [there.y])[0]), 1)


def _checklist(body: Mapping[str, Any], day: date, today: date, problems: list[Problem]) -> ChecklistTemplate | None:
    code, version = body["checklist"], body.get("checklist_version")
    checklist = checklist_for(code, version, day)
    if checklist is None and version is None and day < today:
        checklist = checklist_for(code, None, today)
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


def _device(actor: User, uuid: Any) -> FieldDevice | None:
    return FieldDevice.objects.filter(pk=uuid, person=actor).first() if uuid else None


def _limits(checklist: ChecklistTemplate | None, day: date) -> dict[str, Limit]:
    if checklist is None:
        return {}
    return limits_in_force({CALIBRATION_LIMIT, *(i.limit_code for i in checklist.items.all() if i.limit_code)}, day)


def _judge_all(
    checklist: ChecklistTemplate | None, answers: Any, limits: Mapping[str, Limit], problems: list[Problem]
) -> list[Judged]:
    if checklist is None:
        return []
    items = {item.code: item for item in checklist.items.all()}
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


def _answer(row: Judged, bench: Bench, day: date) -> Answer:
    return Answer(
        item=row.item,
        outcome=row.outcome,
        value=row.value[:500],
        number=row.number,
        unit=row.item.unit,
        limit_value=row.bound.value if row.bound else None,
        comparison=row.bound.comparison if row.bound else "",
        limit_basis=row.bound.basis if row.bound else "",
        instrument_name=row.instrument_name or bench.name_of(row.instrument_serial),
        instrument_serial=row.instrument_serial,
        instrument_calibrated_on=row.instrument_calibrated_on or bench.calibrated_on(row.instrument_serial),
        calibration=bench.standing(row.instrument_serial, row.instrument_calibrated_on, day),
        note=row.note,
    )


def _signature(row: Mapping[str, Any]) -> Signature:
    return Signature(
        role=row.get("role") or SignatureRole.PARTY,
        name=row["name"],
        title=row.get("title") or "",
        image_sha256=row.get("image_sha256") or "",
        refused=bool(row.get("refused")),
        reason=row.get("reason") or "",
    )


def _photos(body: Mapping[str, Any], signatures: list[Signature]) -> Iterable[Photo]:
    """Yield the photos that the form names, and the pictures of its signatures."""
    for row in body.get("photos") or ():
        yield Photo(
            sha256=row["sha256"],
            item_code=row.get("item") or "",
            taken_at=row.get("taken_at"),
            position=point(row.get("lon"), row.get("lat")),
            accuracy_m=row.get("accuracy_m"),
            original=_plain(row.get("original") or {}),
        )
    for signature in signatures:
        if signature.image_sha256:
            yield Photo(sha256=signature.image_sha256, is_signature=True)


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return *content* as JSON takes it, without what is missing."""
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in content.items()
        if value not in (None, "")
    }


def _corrections(body: Mapping[str, Any]) -> list[Correction]:
    rows = body.get("corrections") or ()
    return [
        Correction(order=place, kind=row["kind"], content=_plain({k: v for k, v in row.items() if k != "kind"}))
        for place, row in enumerate(rows)
    ]


def _findings(inspection: Inspection, subject: Subject, judged: list[Judged]) -> list[Finding]:
    return [
        Finding(
            authority=inspection.authority,
            item=found.item,
            installation=subject.installation,
            mast_id=subject.mast_id,
            site_id=subject.site_id,
            organization=subject.organization,
            unit=subject.unit,
            field=inspection.field,
            rule_code=found.rule_code,
            severity=found.severity,
            is_safety=found.item.is_safety,
            text_vi=found.text_vi,
            text_en=found.text_en,
            order_vi=found.item.remedy_vi,
            order_en=found.item.remedy_en,
            found_on=inspection.visited_on,
            due_on=found.due_on,
        )
        for found in findings_of(judged, inspection.visited_on)
    ]
