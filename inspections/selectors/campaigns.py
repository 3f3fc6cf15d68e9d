"""Campaigns, read for lists."""

from collections.abc import Collection
from typing import Any

from django.db import models

from infra.access import Person
from infra.models import Installation
from inspections.models import Campaign, CampaignTask, TaskStatus


def progress_of(campaign_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return campaign id -> (visits planned, visits done); dropped visits do not count (one query)."""
    rows = (
        CampaignTask.objects.filter(campaign__in=campaign_ids)
        .exclude(status=TaskStatus.DROPPED)
        .values("campaign")
        .annotate(planned=models.Count("id"), done=models.Count("id", filter=models.Q(status=TaskStatus.DONE)))
        .order_by()
    )
    return {row["campaign"]: (row["planned"], row["done"]) for row in rows}


def task_of(
    person: Person, pk: int | None, campaign: Campaign | None, installation: Installation | None, site_id: int | None
) -> CampaignTask | None:
    """Return the visit of a campaign that is being done: the one named, else the campaign's own of that subject."""
    rows = CampaignTask.objects.visible_to(person).select_related("campaign")
    if pk is not None:
        return rows.filter(pk=pk).first()
    if campaign is None or (installation is None and site_id is None):
        return None
    subject: dict[str, Any] = {"installation": installation} if installation else {"site": site_id}
    return rows.filter(campaign=campaign, **subject).exclude(status=TaskStatus.DROPPED).first()
