"""Cases as a board by state, as a time line, as points of a map, as saved views of a list."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber

from infra.models import User
from inspections.models import CaseState, SavedView, Step, ViolationCase
from inspections.selectors.cases import OPEN

#: states in the order of the procedure; a board shows one column for each
BOARD_STATES = (
    CaseState.DETECTED,
    CaseState.RECORDED,
    CaseState.EXPLAINING,
    CaseState.DECIDED,
    CaseState.SERVED,
    CaseState.EXECUTING,
    CaseState.ENFORCING,
    CaseState.NO_PENALTY,
    CaseState.TRANSFERRED,
)
COLUMN_CARDS = 30
POINTS = 20_000
PLACE = "cases"


@dataclass(frozen=True)
class BoardColumn:
    """One state with how many cases stand in it and the ones with the nearest dates."""

    state: CaseState
    count: int
    cases: list[Any]


def board_of(rows: QuerySet[ViolationCase]) -> list[BoardColumn]:
    """Return the open cases among *rows* by state (a constant number of queries)."""
    rank = Window(RowNumber(), partition_by=F("state"), order_by=[F("standing__due_on").asc(), F("pk").asc()])
    ranked = rows.filter(state__in=OPEN).order_by().annotate(rank=rank, n=Window(Count("pk"), partition_by=F("state")))
    near = list(ranked.filter(rank__lte=COLUMN_CARDS).values_list("pk", "state", "n", "rank"))
    counts = {state: n for _pk, state, n, _rank in near}
    found: dict[str, list[Any]] = defaultdict(list)
    for case in rows.filter(pk__in=[row[0] for row in near]).order_by("standing__due_on", "pk"):
        found[case.state].append(case)
    return [BoardColumn(state, counts.get(state, 0), found[state]) for state in BOARD_STATES]


def steps_by_case(cases: Iterable[ViolationCase]) -> dict[int, list[Step]]:
    """Return case id -> its steps that stand, in order."""
    found: dict[int, list[Step]] = defaultdict(list)
    rows = Step.objects.filter(case__in=[case.pk for case in cases], annulled_at__isnull=True)
    for step in rows.order_by("on", "id"):
        found[step.case_id].append(step)
    return found


def points_of(rows: QuerySet[ViolationCase]) -> tuple[list[dict[str, Any]], bool]:
    """Return where the open cases among *rows* stand, and whether there are more than a map shows."""
    place = Coalesce("position", "unit__centroid")
    found = rows.filter(state__in=OPEN).annotate(at=place).filter(at__isnull=False).order_by("standing__due_on", "pk")
    columns = ("pk", "number", "at", "position", "field", "state", "detected_on", "standing__due_on", "unit__code")
    points = [
        {
            "id": pk,
            "number": number,
            "lon": round(at.x, 6),
            "lat": round(at.y, 6),
            "exact": position is not None,
            "field": field,
            "state": state,
            "day": day.isoformat(),
            "due": due.isoformat() if due.year < date.max.year else None,
            "unit": unit,
        }
        for pk, number, at, position, field, state, day, due, unit in found.values_list(*columns)[: POINTS + 1]
    ]
    return points[:POINTS], len(points) > POINTS


def views_of(person: User) -> list[SavedView]:
    """Return the views of the list of cases that *person* saved."""
    return list(SavedView.objects.filter(person=person, place=PLACE))
