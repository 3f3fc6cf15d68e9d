"""Reads of lists and limits for those who keep them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from infra.models import ChangeRecord
from infra.models.lookups import Sourced


@dataclass(frozen=True)
class Tally:
    """How many rows a list holds: in force today, and of those unverified."""

    rows: int
    in_force: int
    unverified: int


def tally(rows: QuerySet[Any]) -> Tally:
    """Count the rows of a list (one query)."""
    today = timezone.localdate()
    now = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))
    counted = rows.aggregate(
        rows=Count("pk"), in_force=Count("pk", filter=now), unverified=Count("pk", filter=now & Q(verified=False))
    )
    return Tally(**counted)


def standing(row: Sourced) -> str:
    """Tell how a row stands today: in force, ended or to come."""
    today = timezone.localdate()
    if row.valid_from > today:
        return "ahead"
    return "ended" if row.valid_to is not None and row.valid_to < today else "now"


def acts_on(name: str, code: str, limit: int = 30) -> list[ChangeRecord]:
    """Return the acts on one thing of a list, newest first."""
    rows = ChangeRecord.objects.filter(kind__startswith="list.", details__list=name, details__code=code)
    return list(rows.select_related("actor", "authority").order_by("-pk")[:limit])


def unverified_in_force(models: list[type[Sourced]]) -> list[tuple[str, Any]]:
    """Return (name of the list, tally) of the lists that hold unverified rows in force."""
    found = [(str(model._meta.verbose_name_plural), tally(model._default_manager.all())) for model in models]
    return [(name, counted) for name, counted in found if counted.unverified]
