"""Plans a campaign: splits the open visits among the team by area, cuts each share into days, in short ways."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import User
from inspections.fieldwork.planning import Stop, plan_days, split_by_area
from inspections.models import Campaign, CampaignTask, TaskStatus
from inspections.selectors.campaigns import may_do, working_days
from inspections.services.campaigns import Assignment, CannotPlan, tasks_assign


def campaign_plan(
    *, actor: User, campaign: Campaign, tasks: Collection[CampaignTask], reason: str, today: date | None = None
) -> int:
    """Split the open visits of *tasks* among the team by area and plan their days; return how many changed.

    Visits go only to people who may inspect there; what nobody may is left to nobody. Days that have passed are not
    planned any more. Raises CannotPlan where the campaign has no team.
    """
    team = sorted(campaign.team.all(), key=lambda person: person.pk)
    if not team:
        raise CannotPlan(_("The campaign has no team. Choose who inspects first."))
    open_ones = [task for task in tasks if task.status == TaskStatus.OPEN]
    days = working_days(campaign, since=today or timezone.localdate())
    assignments: list[Assignment] = []
    for person, share in _shares(campaign, team, open_ones):
        planned = plan_days(_stops(share), days, campaign.per_day)
        assignments += [Assignment(row.key, person.pk, row.day, row.order) for row in planned]
    given = {row.task for row in assignments}
    assignments += [Assignment(task.pk, None, None, 0) for task in open_ones if task.pk not in given]
    return tasks_assign(actor=actor, campaign=campaign, assignments=assignments, reason=reason)


def days_replan(
    *, actor: User, campaign: Campaign, tasks: Collection[CampaignTask], reason: str, today: date | None = None
) -> int:
    """Plan the days anew and leave who does what as it is; return how many visits changed."""
    by_person: dict[int, list[CampaignTask]] = defaultdict(list)
    for task in tasks:
        if task.status == TaskStatus.OPEN and task.assignee_id:
            by_person[task.assignee_id].append(task)
    days = working_days(campaign, since=today or timezone.localdate())
    assignments = [
        Assignment(row.key, person, row.day, row.order)
        for person, share in by_person.items()
        for row in plan_days(_stops(share), days, campaign.per_day)
    ]
    return tasks_assign(actor=actor, campaign=campaign, assignments=assignments, reason=reason)


def _shares(
    campaign: Campaign, team: Sequence[User], tasks: Sequence[CampaignTask]
) -> Iterable[tuple[User, list[CampaignTask]]]:
    """Yield everybody of the team with a share: targets are grouped by who may do them, each group is cut by area."""
    allowed: dict[int | None, tuple[int, ...]] = {}
    groups: dict[tuple[int, ...], list[CampaignTask]] = defaultdict(list)
    for task in tasks:
        if task.unit_id not in allowed:
            able = [place for place, person in enumerate(team) if may_do(person, campaign, task.unit_id)]
            allowed[task.unit_id] = tuple(able)
        groups[allowed[task.unit_id]].append(task)
    shares: dict[int, list[CampaignTask]] = defaultdict(list)
    # Who alone may do something gets that first; what many may do levels the rest.
    for people in sorted(groups, key=len):
        if people:
            _share_out(groups[people], people, shares)
    for place, person in enumerate(team):
        if shares[place]:
            yield person, shares[place]


def _share_out(tasks: Sequence[CampaignTask], people: Sequence[int], shares: dict[int, list[CampaignTask]]) -> None:
    by_stop = _grouped(tasks)
    stops = _stops(tasks)
    least = sorted(people, key=lambda place: (len(shares[place]), place))
    parts = sorted(split_by_area(stops, len(people)), key=lambda part: -sum(stops[place].weight for place in part))
    groups = list(by_stop.values())
    for person, part in zip(least, parts, strict=True):
        shares[person] += [task for place in part for task in groups[place]]


def _grouped(tasks: Iterable[CampaignTask]) -> dict[tuple[str, int | None], list[CampaignTask]]:
    groups: dict[tuple[str, int | None], list[CampaignTask]] = defaultdict(list)
    for task in tasks:
        groups[task.site_key].append(task)
    return groups


def _stops(tasks: Iterable[CampaignTask]) -> list[Stop]:
    """Return the places of *tasks* in the order of :func:`_grouped`, the visits of a place by urgency."""
    stops = []
    for group in _grouped(tasks).values():
        position = next((task.target.position for task in group if task.target and task.target.position), None)
        lon, lat = (position.x, position.y) if position else (0.0, 0.0)
        ordered = sorted(group, key=lambda task: (-task.priority, task.pk))
        stops.append(Stop(lon, lat, tuple(task.pk for task in ordered), max(task.priority for task in group)))
    return stops
