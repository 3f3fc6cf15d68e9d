"""Figures about field work in a period: planned, done, overdue visits; results; findings, by any of five groupings.

Everything is counted by the database in three statements, whatever the size of the period; what was set aside or
dropped counts nowhere.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.access import Person
from infra.models import AdministrativeUnit, Organization, User
from inspections.models import (
    Answer,
    CampaignTask,
    ChecklistItem,
    Finding,
    FindingState,
    Inspection,
    InspectionStatus,
    Outcome,
    Result,
    Review,
    TaskStatus,
)

GROUPINGS: dict[str, Any] = {
    "organization": gettext_lazy("Operator"),
    "unit": gettext_lazy("Commune"),
    "inspector": gettext_lazy("Inspector"),
    "month": gettext_lazy("Month"),
    "item": gettext_lazy("Content"),
}
#: grouping -> the column of visits, inspections, findings that it groups by; None where it does not exist
_KEYS: dict[str, tuple[Any, Any, Any]] = {
    "organization": (F("installation__organization"), F("organization"), F("organization")),
    "unit": (F("unit"), F("unit"), F("unit")),
    "inspector": (F("assignee"), F("inspector"), F("inspection__inspector")),
    "month": (TruncMonth("planned_on"), TruncMonth("visited_on"), TruncMonth("found_on")),
    "item": (None, None, F("item__code")),
}
_STANDING = Q(state__in=(FindingState.OPEN, FindingState.ANSWERED))


@dataclass
class Figures:
    """The figures of one group. ``answered`` and ``failed`` count answers to one question, else inspections."""

    key: Any = None
    name: str = ""
    planned: int = 0
    done: int = 0
    overdue: int = 0
    answered: int = 0
    remarks: int = 0
    failed: int = 0
    findings: int = 0
    dangers: int = 0
    standing: int = 0
    late: int = 0

    @property
    def share_failed(self) -> float | None:
        return round(100 * self.failed / self.answered, 1) if self.answered else None

    @property
    def share_done(self) -> float | None:
        return round(100 * self.done / self.planned, 1) if self.planned else None


@dataclass
class Statistics:
    """Groups, the largest first (months in order), and all of them together."""

    groups: list[Figures]
    total: Figures


def statistics(person: Person, *, by: str, start: date, end: date, law_field: str = "") -> Statistics:
    """Return the figures of the period from *start* to *end*, both inclusive, as far as *person* sees them."""
    today = timezone.localdate()
    tasks = (
        CampaignTask.objects.visible_to(person)
        .filter(planned_on__range=(start, end))
        .exclude(status=TaskStatus.DROPPED)
    )
    visits = (
        Inspection.objects.visible_to(person)
        .filter(status=InspectionStatus.SUBMITTED, visited_on__range=(start, end))
        .exclude(review=Review.SET_ASIDE)
    )
    found = (
        Finding.objects.visible_to(person).filter(found_on__range=(start, end)).exclude(state=FindingState.DISMISSED)
    )
    if law_field:
        tasks, visits, found = (
            tasks.filter(campaign__field=law_field), visits.filter(field=law_field), found.filter(field=law_field)
        )  # fmt: skip
    groups: dict[Any, Figures] = {}
    of_tasks, of_visits, of_findings = _KEYS[by]
    counts: tuple[tuple[QuerySet[Any], Any, dict[str, Any]], ...] = (
        (tasks, of_tasks, _task_counts(today)),
        (visits, of_visits, _VISIT_COUNTS),
        (found, of_findings, _finding_counts(today)),
    )
    for rows, key, wanted in counts:
        if key is not None:
            _gather(groups, rows.order_by().values(_key=key).annotate(**wanted))
    if by == "item":
        _gather(groups, _answers(visits))
    _name(by, groups)
    ordered = sorted(groups.values(), key=_order(by))
    total = Figures(name=_("All"))
    for rows, _of, wanted in counts:
        _add(total, rows.order_by().aggregate(**wanted))
    return Statistics(ordered, total)


def _task_counts(today: date) -> dict[str, Any]:
    return {
        "planned": Count("pk"),
        "done": Count("pk", filter=Q(status=TaskStatus.DONE)),
        "overdue": Count("pk", filter=Q(status=TaskStatus.OPEN, planned_on__lt=today)),
    }


_VISIT_COUNTS = {
    "answered": Count("pk"),
    "remarks": Count("pk", filter=Q(result=Result.PASS_WITH_REMARKS)),
    "failed": Count("pk", filter=Q(result=Result.FAIL)),
}


def _finding_counts(today: date) -> dict[str, Any]:
    return {
        "findings": Count("pk"),
        "dangers": Count("pk", filter=Q(is_safety=True)),
        "standing": Count("pk", filter=_STANDING),
        "late": Count("pk", filter=_STANDING & Q(due_on__lt=today)),
    }


def _answers(visits: QuerySet[Inspection]) -> QuerySet[Any, dict[str, Any]]:
    """Count the answers to every question in *visits*, and those that failed."""
    rows: QuerySet[Any, Any] = Answer.objects.filter(inspection__in=visits.values("pk")).exclude(
        outcome__in=("", Outcome.NA)
    )
    failed = Count("pk", filter=Q(outcome=Outcome.FAIL))
    return rows.order_by().values(_key=F("item__code")).annotate(answered=Count("pk"), failed=failed)


def _gather(groups: dict[Any, Figures], rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        key = row.pop("_key")
        _add(groups.setdefault(key, Figures(key=key)), row)


def _add(group: Figures, row: dict[str, Any]) -> None:
    for name, value in row.items():
        setattr(group, name, getattr(group, name) + (value or 0))


def _order(by: str) -> Callable[[Figures], Any]:
    if by == "month":
        return lambda group: group.key
    return lambda group: (-group.findings, -group.answered, -group.planned, group.name)


def _name(by: str, groups: dict[Any, Figures]) -> None:
    """Name the groups (one query); what has no key is named so."""
    keys = [key for key in groups if key is not None]
    names: dict[Any, str] = {}
    if by == "organization":
        names = {row.pk: str(row) for row in Organization.objects.filter(pk__in=keys)}
    elif by == "unit":
        names = dict(AdministrativeUnit.objects.filter(pk__in=keys).values_list("pk", "full_name"))
    elif by == "inspector":
        names = {row.pk: str(row) for row in User.objects.filter(pk__in=keys)}
    elif by == "month":
        names = {key: f"{key:%m/%Y}" for key in keys}
    else:
        newest = ChecklistItem.objects.filter(code__in=keys).order_by().values("code").annotate(last=Max("pk"))
        rows = ChecklistItem.objects.filter(pk__in=[row["last"] for row in newest])
        names = {row.code: row.text for row in rows}
    for key, group in groups.items():
        group.name = names.get(key) or _("not given")


FIGURES = tuple(one.name for one in fields(Figures) if one.name not in ("key", "name"))
