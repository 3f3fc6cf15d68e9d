"""The round of inspections that runs: how far it is, and whether it will be done in time."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from infra.access import Permission, can
from inspections.models import Campaign, CampaignStatus, CampaignTask, Inspection, InspectionStatus, Result, TaskStatus
from maps.selectors.figures.figure import Asked
from maps.selectors.figures.work import narrowed

RATE_DAYS = 14


@dataclass(frozen=True)
class Round:
    """A campaign with its progress. ``per_day`` is the pace of the last two weeks, ``ends`` when it would be done."""

    pk: int
    title: str
    ends_on: date
    planned: int
    done: int
    passed: int
    failed: int
    per_day: float
    ends: date | None

    @property
    def waiting(self) -> int:
        return self.planned - self.done

    @property
    def late_days(self) -> int:
        """By how many days it would end late; 0 where it ends in time or nobody can tell."""
        return max(0, (self.ends - self.ends_on).days) if self.ends else 0


def round_of(asked: Asked) -> Round | None:
    """Return the running campaign that ends first, None where none runs (four queries)."""
    if not can(asked.person, Permission.SEE_REPORTS):
        return None
    running = Campaign.objects.visible_to(asked.person).filter(status=CampaignStatus.RUNNING)
    campaign = running.order_by("ends_on", "pk").first()
    if campaign is None:
        return None
    tasks = CampaignTask.objects.filter(campaign=campaign).exclude(status=TaskStatus.DROPPED)
    tasks = narrowed(tasks, asked, organization="installation__organization")
    counts = tasks.aggregate(planned=Count("pk"), done=Count("pk", filter=Q(status=TaskStatus.DONE)))
    visits = Inspection.objects.filter(campaign=campaign, status=InspectionStatus.SUBMITTED)
    visits = narrowed(visits, asked)
    results = visits.aggregate(
        passed=Count("pk", filter=Q(result=Result.PASS)),
        failed=Count("pk", filter=~Q(result=Result.PASS)),
        lately=Count("pk", filter=Q(visited_on__gt=asked.day - timedelta(days=RATE_DAYS))),
    )
    per_day = results["lately"] / RATE_DAYS
    waiting = counts["planned"] - counts["done"]
    ends = asked.day + timedelta(days=math.ceil(waiting / per_day)) if per_day else None
    return Round(
        campaign.pk, campaign.title, campaign.ends_on, counts["planned"], counts["done"], results["passed"],
        results["failed"], round(per_day, 1), ends,
    )  # fmt: skip
