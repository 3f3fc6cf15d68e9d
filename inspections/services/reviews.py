"""The supervisor looks at what was filed: approves it, returns it with reasons, or sets it aside."""

from django.utils.translation import gettext as _

from infra.access import Permission, holds
from infra.models import User
from infra.services.ledger import Act, act
from inspections.models import (
    CampaignTask,
    Finding,
    FindingState,
    Inspection,
    InspectionStatus,
    Review,
    TaskStatus,
)
from inspections.rules import REVIEW, NoSuchMove, move_between
from inspections.services.priority import priority_mark_about


class CannotReview(ValueError):
    """The inspection cannot be reviewed like this; the message says why."""


def may_review(person: User, inspection: Inspection) -> bool:
    """Tell whether *person* may review *inspection*: supervises there, and did not file it."""
    return inspection.inspector_id != person.pk and holds(
        person,
        Permission.SUPERVISE,
        authority_id=inspection.authority_id,
        unit_id=inspection.unit_id,
        field=inspection.field,
    )


def inspection_review(*, actor: User, inspection: Inspection, to: str, reason: str = "") -> Inspection:
    """Move the review of *inspection* by the table.

    What is set aside no longer counts: its findings are dropped, its visit is open again where no other inspection
    did it. Raises PermissionError, or CannotReview where the table has no such move, a reason is missing, or a case was
    opened from it.
    """
    if not may_review(actor, inspection):
        raise PermissionError(_("Nobody reviews an own inspection, or one outside the own territory and fields."))
    with act(
        actor=actor,
        authority=inspection.authority,
        kind=_move_of(inspection, to, reason),
        reason=reason.strip() or _("Approved"),
        organization=inspection.organization,
    ) as ledger:
        locked = Inspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
        _move_of(locked, to, reason)
        if to in (Review.RETURNED, Review.SET_ASIDE):
            _refuse_with_case(locked)
        locked.review, locked.reviewed_by, locked.reviewed_at = to, actor, ledger.at
        locked.review_note = reason.strip()[:1000]
        locked.save(update_fields=["review", "reviewed_by", "reviewed_at", "review_note"])
        if to == Review.SET_ASIDE:
            _drop_findings(ledger, locked)
            _reopen_task(locked)
            priority_mark_about(locked)
        ledger.note(inspection=str(locked.uuid), number=locked.number, review=to)
    return locked


def _move_of(inspection: Inspection, to: str, reason: str) -> str:
    if inspection.status != InspectionStatus.SUBMITTED:
        raise CannotReview(_("A draft is not reviewed."))
    try:
        return move_between(REVIEW, inspection.review, to, reason).act
    except NoSuchMove as error:
        if (inspection.review, to) in REVIEW:
            raise CannotReview(_("Say why, so that the inspector knows what to do.")) from error
        words = _("The inspection is “%(state)s”: this is not possible any more.")
        raise CannotReview(words % {"state": Review(inspection.review).label}) from error


def _refuse_with_case(inspection: Inspection) -> None:
    number = (
        Finding.objects.filter(inspection=inspection, charges__isnull=False)
        .values_list("charges__case__number", flat=True)
        .first()
    )
    if number:
        words = _("Case %(number)s rests on this inspection. Close or annul the case first.")
        raise CannotReview(words % {"number": number})


def _drop_findings(ledger: Act, inspection: Inspection) -> None:
    rows = list(Finding.objects.select_for_update().standing().filter(inspection=inspection))
    for row in rows:
        row.state, row.remedy_note = FindingState.DISMISSED, _("The inspection was set aside")
    ledger.change_many(rows)


def _reopen_task(inspection: Inspection) -> None:
    others = Inspection.objects.filter(task=inspection.task_id, status=InspectionStatus.SUBMITTED)
    if inspection.task_id and not others.exclude(pk=inspection.pk).exclude(review=Review.SET_ASIDE).exists():
        CampaignTask.objects.filter(pk=inspection.task_id, status=TaskStatus.DONE).update(status=TaskStatus.OPEN)
