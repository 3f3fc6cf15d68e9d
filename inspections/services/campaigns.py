"""Acts on campaigns: opened by a decision, targets picked, work split and planned, visits moved, closed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from infra.access import Permission, holds
from infra.models import AdministrativeUnit, Installation, User
from infra.services.ledger import act
from inspections.models import Campaign, CampaignStatus, CampaignTask, Finding, InspectionPriority, TaskStatus
from inspections.rules import CAMPAIGN, NoSuchMove, move_between
from inspections.selectors.priority_decision import Cause
from inspections.services.numbering import number_take

#: visits of one campaign; more is several campaigns
TASKS_MAX = 5_000


class CannotPlan(ValueError):
    """The campaign cannot be changed like this; the message says why."""


@dataclass(frozen=True)
class Assignment:
    """What planning decides for one visit."""

    task: int
    assignee: int | None
    day: date | None
    order: int


def may_plan(person: User, authority_id: int, field: str) -> bool:
    """Tell whether *person* plans campaigns of the authority in the field."""
    return holds(person, Permission.SUPERVISE, authority_id=authority_id, field=field)


def _check(actor: User, campaign: Campaign) -> None:
    if not may_plan(actor, campaign.authority_id, campaign.field):
        raise PermissionError(_("None of your memberships lets you plan campaigns here."))


def campaign_save(
    *,
    actor: User,
    campaign: Campaign,
    units: Collection[AdministrativeUnit],
    team: Collection[User],
    reason: str,
) -> Campaign:
    """Store a new campaign under the next number, or what was changed of an existing one."""
    _check(actor, campaign)
    is_new = campaign.pk is None
    kind = "campaign.opened" if is_new else "campaign.changed"
    with act(actor=actor, authority=campaign.authority, kind=kind, reason=reason) as ledger:
        if is_new:
            campaign.number = number_take(authority=campaign.authority, series="campaign")
        elif campaign.status == CampaignStatus.CLOSED:
            raise CannotPlan(_("A closed campaign does not change. Open it again first."))
        campaign.save()
        campaign.units.set(units)
        campaign.team.set(team)
        ledger.note(
            campaign=campaign.number,
            decision=campaign.decision_number,
            period=[campaign.starts_on.isoformat(), campaign.ends_on.isoformat()],
            team=sorted(person.username for person in team),
        )
    return campaign


def campaign_move(*, actor: User, campaign: Campaign, to: str, reason: str) -> Campaign:
    """Start, close or open a campaign again. Raises PermissionError or CannotPlan."""
    _check(actor, campaign)
    move = _move(campaign.status, to, reason)
    with act(actor=actor, authority=campaign.authority, kind=move, reason=reason.strip() or _("Begun")) as ledger:
        locked = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
        _move(locked.status, to, reason)
        locked.status = to
        locked.save(update_fields=["status"])
        ledger.note(campaign=locked.number, status=to)
    return locked


def _move(status: str, to: str, reason: str) -> str:
    try:
        return move_between(CAMPAIGN, status, to, reason).act
    except NoSuchMove as error:
        if (status, to) in CAMPAIGN:
            raise CannotPlan(_("Say why.")) from error
        words = _("The campaign is “%(state)s”: this is not possible.")
        raise CannotPlan(words % {"state": CampaignStatus(status).label}) from error


def targets_add(*, actor: User, campaign: Campaign, installations: Iterable[Installation], reason: str) -> int:
    """Add targets with the priority and the reasons of today; what is a target already stays as it is.

    Returns how many are new. Raises PermissionError or CannotPlan.
    """
    _check(actor, campaign)
    with act(actor=actor, authority=campaign.authority, kind="campaign.targets", reason=reason) as ledger:
        locked = _open(campaign)
        known = set(CampaignTask.objects.filter(campaign=locked).values_list("installation_id", flat=True))
        new = [row for row in installations if row.pk not in known and row.authority_id == campaign.authority_id]
        if len(known) + len(new) > TASKS_MAX:
            words = _("A campaign has at most %(most)s visits; %(n)s were picked. Make two campaigns of it.")
            raise CannotPlan(words % {"most": TASKS_MAX, "n": len(known) + len(new)})
        kept = InspectionPriority.objects.in_bulk([row.pk for row in new])
        CampaignTask.objects.bulk_create(_task(locked, row, kept.get(row.pk)) for row in new)
        if new:
            ledger.note(campaign=locked.number, targets=[row.registry_number for row in new][:200], count=len(new))
    return len(new)


def _task(campaign: Campaign, row: Installation, kept: InspectionPriority | None) -> CampaignTask:
    causes = [Cause.from_kept(cause) for cause in kept.causes] if kept else []
    return CampaignTask(
        campaign=campaign,
        installation=row,
        unit_id=row.unit_id,
        priority=kept.score if kept else 0,
        reasons=[_reason(cause) for cause in causes],
    )


def _reason(cause: Cause) -> dict[str, Any]:
    """Return a reason as the phone shows it, in both languages, as it was when the target was picked."""
    texts = {}
    for language in ("vi", "en"):
        with translation.override(language):
            texts[f"text_{language}"] = cause.text
    day = cause.date.isoformat() if cause.date else None
    return {"code": cause.code, "points": cause.points, "date": day, **texts}


def revisit_plan(
    *, actor: User, campaign: Campaign, finding: Finding, assignee: int | None, day: date | None
) -> CampaignTask:
    """Plan a visit that looks at *finding* again: one more in the campaign, or the open one of its target.

    Raises PermissionError or CannotPlan.
    """
    _check(actor, campaign)
    installation, site = finding.installation, finding.site
    if (installation or site) is None or finding.authority_id != campaign.authority_id:
        raise CannotPlan(_("What was inspected is no installation and no site of this register."))
    if day is not None and not campaign.starts_on <= day <= campaign.ends_on:
        raise CannotPlan(_("The day lies outside the campaign's period."))
    if assignee is not None and not campaign.team.filter(pk=assignee).exists():
        raise CannotPlan(_("Visits are given to people of the team only."))
    reason = _("Re-inspection: %(finding)s") % {"finding": finding.text}
    with act(
        actor=actor, authority=campaign.authority, kind="campaign.revisit", reason=reason[:1000],
        organization=finding.organization,
    ) as ledger:  # fmt: skip
        locked = _open(campaign)
        target: dict[str, Any] = {"installation": installation} if installation else {"site": site}
        task = CampaignTask.objects.filter(campaign=locked, status=TaskStatus.OPEN, **target).first()
        task = task or CampaignTask(campaign=locked, unit_id=finding.unit_id, **target)
        task.reasons = [_why_again(finding), *(row for row in task.reasons if row.get("code") != "re_inspection")]
        task.assignee_id, task.planned_on = assignee or task.assignee_id, day or task.planned_on
        there = CampaignTask.objects.filter(campaign=locked, assignee=task.assignee_id, planned_on=task.planned_on)
        task.order = max((row.order for row in there.exclude(pk=task.pk)), default=0) + 1
        task.save()
        ledger.note(campaign=locked.number, finding=finding.pk, inspection=finding.inspection.number, task=task.pk)
    return task


def _why_again(finding: Finding) -> dict[str, Any]:
    """Return the reason of a re-inspection as the phone shows it, in both languages."""
    day = finding.due_on.isoformat() if finding.due_on else None
    texts = {}
    for language in ("vi", "en"):
        with translation.override(language):
            texts[f"text_{language}"] = _("Re-inspection: %(finding)s") % {"finding": finding.text}
    return {"code": "re_inspection", "points": 0, "date": day, **texts}


def tasks_drop(*, actor: User, campaign: Campaign, tasks: Collection[int], reason: str) -> int:
    """Drop open visits from a campaign, with a reason; return how many."""
    _check(actor, campaign)
    if not reason.strip():
        raise CannotPlan(_("Say why the visits are dropped."))
    with act(actor=actor, authority=campaign.authority, kind="campaign.dropped", reason=reason) as ledger:
        _open(campaign)
        rows = CampaignTask.objects.filter(campaign=campaign, pk__in=tasks, status=TaskStatus.OPEN)
        dropped = rows.update(status=TaskStatus.DROPPED, note=reason[:400])
        if dropped:
            ledger.note(campaign=campaign.number, dropped=dropped)
    return dropped


def tasks_assign(*, actor: User, campaign: Campaign, assignments: Sequence[Assignment], reason: str) -> int:
    """Give open visits to inspectors of the team and to days; return how many were changed.

    Raises CannotPlan for somebody who is not in the team.
    """
    _check(actor, campaign)
    team = set(campaign.team.values_list("pk", flat=True))
    strangers = {row.assignee for row in assignments if row.assignee} - team
    if strangers:
        raise CannotPlan(_("Visits are given to people of the team only."))
    wanted = {row.task: row for row in assignments}
    with act(actor=actor, authority=campaign.authority, kind="campaign.planned", reason=reason) as ledger:
        _open(campaign)
        rows = CampaignTask.objects.select_for_update().filter(campaign=campaign, pk__in=wanted, status=TaskStatus.OPEN)
        changed = [task for task in rows if _give(task, wanted[task.pk])]
        CampaignTask.objects.bulk_update(changed, ["assignee", "planned_on", "order"], batch_size=500)
        if changed:
            ledger.note(campaign=campaign.number, planned=len(changed), people=_by_person(changed))
    return len(changed)


def _give(task: CampaignTask, to: Assignment) -> bool:
    before = (task.assignee_id, task.planned_on, task.order)
    task.assignee_id, task.planned_on, task.order = to.assignee, to.day, to.order
    return before != (to.assignee, to.day, to.order)


def _by_person(tasks: Iterable[CampaignTask]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for task in tasks:
        counts[str(task.assignee_id or "")] += 1
    return dict(counts)


def _open(campaign: Campaign) -> Campaign:
    """Lock the campaign. Raises CannotPlan where it is closed."""
    locked = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if locked.status == CampaignStatus.CLOSED:
        raise CannotPlan(_("A closed campaign does not change. Open it again first."))
    return locked
