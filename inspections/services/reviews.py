"""The supervisor looks at what was filed: approves it, returns it with reasons, or sets it aside."""

from django.utils.translation import gettext as _

from infra.access import Permission, holds
from infra.models import User
from infra.services.ledger import Act, act
from infra.services.notices import notify, submitters_of
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
from inspections.services.earlier_findings import earlier_reopen
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

    What is set aside no longer counts: its findings are dropped, those that it closed stand again, its visit is open
    again where no other inspection did it. Approving tells the operator what was found, returning tells the inspector.
    Raises PermissionError, or CannotReview where the table has no such move, a reason is missing, or a case was opened
    from it.
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
            earlier_reopen(ledger, locked)
            _reopen_task(locked)
            priority_mark_about(locked)
        ledger.note(inspection=str(locked.uuid), number=locked.number, review=to)
        _tell(actor, locked)
    return locked


def _tell(actor: User, inspection: Inspection) -> None:
    facts = {"number": inspection.number, "subject": inspection.subject_name or inspection.subject_ref}
    path = f"/inspections/{inspection.uuid}/"
    if inspection.review in (Review.RETURNED, Review.SET_ASIDE):
        people = [inspection.inspector]
        notify(people, f"inspection.{inspection.review}", path=path, but=actor, reason=inspection.review_note, **facts)
    elif inspection.organization is not None:
        found = Finding.objects.standing().filter(inspection=inspection).count()
        if found:
            people = submitters_of(inspection.organization)
            notify(people, "inspection.found", path=path, but=actor, findings=found, **facts)


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
    task = inspection.task
    if task is None:
        return
    others = Inspection.objects.filter(task=task, status=InspectionStatus.SUBMITTED)
    if others.exclude(pk=inspection.pk).exclude(review=Review.SET_ASIDE).exists():
        return
    planned = CampaignTask.objects.filter(
        campaign=task.campaign_id, installation=task.installation_id, status=TaskStatus.OPEN
    )
    if task.installation_id is None or not planned.exists():
        CampaignTask.objects.filter(pk=task.pk, status=TaskStatus.DONE).update(status=TaskStatus.OPEN)
