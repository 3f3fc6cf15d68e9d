"""Campaigns, read for lists."""

from collections.abc import Collection

from django.db import models

from inspections.models import CampaignTask, TaskStatus


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
