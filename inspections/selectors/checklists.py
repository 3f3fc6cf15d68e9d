"""Checklists as the field and the pages need them."""

from collections.abc import Collection, Sequence
from datetime import date

from django.core.cache import cache
from django.utils import timezone

from infra.questions import Question, asked
from inspections.models import ChecklistTemplate, TemplateStatus

#: how long a published version is kept in memory
KEPT_S = 24 * 3600

_NAMED = Question(
    lambda: (
        ChecklistTemplate.objects.filter(code=asked("code"), version=asked("version"))
        .exclude(status=TemplateStatus.DRAFT)
        .values_list("pk")
    )
)
_IN_FORCE = Question(
    lambda: (
        ChecklistTemplate.objects.filter(code=asked("code"))
        .in_force(asked("day"))
        .order_by("-version")
        .values_list("pk")[:1]
    )
)


def checklist_for(code: str, version: int | None, day: date) -> ChecklistTemplate | None:
    """Return the named version, or the one in force on *day*; its items come with it.

    One query where the version has been read before: what was published never changes, so it is kept in memory.
    """
    found = _IN_FORCE.first(code=code, day=day) if version is None else _NAMED.first(code=code, version=version)
    return None if found is None else cache.get_or_set(f"checklist:{found[0]}", lambda: _whole(found[0]), KEPT_S)


def _whole(pk: int) -> ChecklistTemplate:
    """Return a checklist with its items and their groups (three queries)."""
    return ChecklistTemplate.objects.prefetch_related("items__group").get(pk=pk)


def published_checklists(also: Collection[int] = ()) -> list[ChecklistTemplate]:
    """Return the checklists in force today with groups and items, and those with an id in *also*."""
    rows = ChecklistTemplate.objects.in_force(timezone.localdate())
    if also:
        rows = rows | ChecklistTemplate.objects.filter(pk__in=also)
    rows = rows.order_by("code", "version")
    return list(rows.prefetch_related("groups", "items__group"))


def checklists_for_kinds(kinds: Sequence[str], day: date) -> list[ChecklistTemplate]:
    """Return the checklists in force for any of *kinds* (installation kind, subject type), the closest fit first.

    A checklist that names no subjects fits everything, and comes last.
    """
    rows = [
        row for row in ChecklistTemplate.objects.in_force(day) if not row.subjects or set(kinds) & set(row.subjects)
    ]
    return sorted(rows, key=lambda row: (_closeness(row, kinds), row.code))


def _closeness(row: ChecklistTemplate, kinds: Sequence[str]) -> int:
    return next((place for place, kind in enumerate(kinds) if kind in row.subjects), len(kinds))
