"""What the phone takes along: the person's tasks, the checklists in force, the law and the register rows they need.

The members are written down in docs/field-app.md. A package is plain JSON values, so that its entity tag is the same
as long as the phone would take along the same.
"""

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from infra.models import Installation, Site, User
from inspections.fieldwork.calibration import CALIBRATION_LIMIT, CALIBRATION_MONTHS, months_later
from inspections.fieldwork.packing.checklists import checklists_packed
from inspections.fieldwork.packing.register import installations_packed, nearby_packed, sites_packed
from inspections.fieldwork.sealed import seal
from inspections.models import CampaignTask, Inspection, InspectionStatus, Instrument, Review, TaskStatus
from inspections.selectors.contents import content_of
from inspections.selectors.law import limit_value

#: visits of a day and the next ones; a phone has no use for a year
TASKS_MAX = 200
#: what the phone warns of: a worse accuracy, a larger distance to the registered position
ACCURACY_WARN_M, FAR_M = 30, 100
#: how long after its delivery a phone is told that somebody else has filed the same visit; it keeps its own as long
TWICE_DAYS = 3


def package_for(person: User) -> dict[str, Any]:
    """Return the package of *person* as plain data."""
    tasks = list(
        CampaignTask.objects.visible_to(person)
        .filter(assignee=person, status=TaskStatus.OPEN, campaign__status__in=("planned", "running"))
        .select_related("campaign__checklist", "installation", "site")[:TASKS_MAX]
    )
    returned = _returned(person)
    wanted = {task.installation_id for task in tasks if task.installation_id}
    wanted.update(row.installation_id for row in returned if row.installation_id)
    installations = Installation.objects.visible_to(person).filter(pk__in=wanted)
    sites = Site.objects.visible_to(person).filter(pk__in=[task.site_id for task in tasks if task.site_id])
    today = timezone.localdate()
    months = int(limit_value(CALIBRATION_LIMIT, today, CALIBRATION_MONTHS))
    return {
        "person": {"username": person.username, "name": str(person)},
        "seal": seal(),
        "settings": {"accuracy_warn_m": ACCURACY_WARN_M, "far_m": FAR_M, "calibration_months": months},
        "instruments": _instruments(person, months),
        "tasks": [_task(task) for task in tasks],
        "checklists": checklists_packed({row.checklist_id for row in returned}),
        "drafts": _drafts(person),
        "returned": [_returned_row(row) for row in returned],
        "twice": _twice(person),
        "register": {
            "installations": installations_packed(installations),
            "sites": sites_packed(sites),
            "nearby": nearby_packed(person, _places(tasks)),
        },
    }


def etag_of(package: dict[str, Any]) -> str:
    """Return the entity tag of a package: equal as long as the phone would take along the same."""
    text = json.dumps(package, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _task(task: CampaignTask) -> dict[str, Any]:
    campaign = task.campaign
    return {
        "id": task.pk,
        "campaign": campaign.number,
        "title": campaign.title,
        "planned_on": task.planned_on.isoformat() if task.planned_on else None,
        "due_on": campaign.ends_on.isoformat(),
        "order": task.order,
        "reasons": task.reasons,
        "checklist": campaign.checklist.code if campaign.checklist else None,
        "subject": {
            "type": "installation" if task.installation else "site",
            "ref": task.installation.registry_number if task.installation else (task.site.code if task.site else None),
        },
    }


def _places(tasks: list[CampaignTask]) -> list[tuple[float, float]]:
    positions = [(task.installation or task.site).position for task in tasks if task.installation or task.site]  # type: ignore[union-attr]
    return [(position.x, position.y) for position in positions if position is not None]


def _instruments(person: User, months: int) -> list[dict[str, Any]]:
    rows = Instrument.objects.visible_to(person).filter(in_use=True)
    return [
        {
            "name": row.name,
            "serial": row.serial,
            "units": row.units,
            "calibrated_on": row.calibrated_on.isoformat() if row.calibrated_on else None,
            "valid_until": _valid_until(row, months),
        }
        for row in rows
    ]


def _valid_until(row: Instrument, months: int) -> str | None:
    if row.valid_until:
        return row.valid_until.isoformat()
    return months_later(row.calibrated_on, months).isoformat() if row.calibrated_on else None


def _drafts(person: User) -> list[dict[str, Any]]:
    rows = Inspection.objects.filter(inspector=person, status=InspectionStatus.DRAFT).order_by("-id")[:TASKS_MAX]
    return [{"id": str(row.uuid), "revision": row.revision, "subject": row.subject_ref} for row in rows]


def _returned(person: User) -> list[Inspection]:
    """Return the person's inspections that the supervisor sent back."""
    rows = Inspection.objects.filter(inspector=person, review=Review.RETURNED).order_by("-id")
    return list(rows.select_related("checklist", "campaign", "reviewed_by")[:TASKS_MAX])


def _twice(person: User) -> list[dict[str, Any]]:
    """Return the person's late inspections of a visit that was filed more than once, each with the others."""
    lately = timezone.now() - timedelta(days=TWICE_DAYS)
    own = Inspection.objects.filter(inspector=person, status=InspectionStatus.SUBMITTED, received_at__gte=lately)
    rows = Inspection.objects.filter(
        task__in=own.filter(task__isnull=False).order_by().values("task"), status=InspectionStatus.SUBMITTED
    )
    by_task: dict[int | None, list[Inspection]] = {}
    for row in rows.select_related("inspector").order_by("pk"):
        by_task.setdefault(row.task_id, []).append(row)
    return [
        {"id": str(row.uuid), "others": [_other(other) for other in filed if other is not row]}
        for filed in by_task.values()
        if len(filed) > 1
        for row in filed
        if row.inspector_id == person.pk
    ]


def _other(row: Inspection) -> dict[str, Any]:
    at = row.finished_at or row.received_at
    return {"number": row.number, "inspector": str(row.inspector), "finished_at": at.isoformat()}


def _returned_row(row: Inspection) -> dict[str, Any]:
    return {
        "id": str(row.uuid),
        "number": row.number,
        "revision": row.revision,
        "by": str(row.reviewed_by or ""),
        "at": row.reviewed_at.isoformat() if row.reviewed_at else None,
        "reason": row.review_note,
        "content": content_of(row),
    }
