"""Writing computed dates of cases: of one that changed, of thousands after a change of law or calendar.

They are derived, so no act records them; what changed the law or the case is recorded.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from inspections.models import NEVER, CaseDeadline, CaseStanding, CaseState, ViolationCase

BATCH = 2_000
#: what is compared to tell whether a date moved or explains itself differently
COLUMNS = ("name", "due_on", "starts_on", "rule", "working_days", "skipped", "basis", "is_open", "is_next")


@dataclass(frozen=True)
class Computed:
    """The dates of a case as they are now, unsaved, and what was paid."""

    case: ViolationCase
    rows: list[CaseDeadline]
    paid_vnd: int


def deadlines_put(case: ViolationCase, deadlines: list[CaseDeadline], *, paid_vnd: int) -> None:
    """Replace the computed dates and the standing of a case; call it inside the transaction that changes it."""
    CaseDeadline.objects.filter(case=case).delete()
    CaseDeadline.objects.bulk_create(_marked(case, deadlines))
    CaseStanding.objects.update_or_create(case=case, defaults=standing_values(case, deadlines, paid_vnd))


def deadlines_store(computed: Iterable[Computed]) -> int:
    """Replace the dates of the cases for which any changed; return how many. Call it while the cases are locked."""
    found = list(computed)
    stored = _stored([row.case.pk for row in found])
    changed = [row for row in found if _facts(_marked(row.case, row.rows)) != stored[row.case.pk]]
    if not changed:
        return 0
    CaseDeadline.objects.filter(case__in=[row.case.pk for row in changed]).delete()
    CaseDeadline.objects.bulk_create([line for row in changed for line in row.rows], batch_size=BATCH)
    CaseStanding.objects.bulk_create(
        [CaseStanding(case=row.case, **standing_values(row.case, row.rows, row.paid_vnd)) for row in changed],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=["due_on", "due_name", "paid_vnd"],
    )
    return len(changed)


def _marked(case: ViolationCase, rows: list[CaseDeadline]) -> list[CaseDeadline]:
    nearest = _awaited(case, rows)
    for row in rows:
        row.case = case
        row.is_next = row is nearest
    return rows


def _facts(rows: Iterable[CaseDeadline]) -> list[tuple[Any, ...]]:
    return sorted((tuple(getattr(row, name) for name in COLUMNS) for row in rows), key=lambda row: row[0])


def _stored(ids: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    stored: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = CaseDeadline.objects.filter(case__in=ids).order_by("name")
    for case_id, *facts in rows.values_list("case_id", *COLUMNS):
        stored[case_id].append(tuple(facts))
    return stored


def next_of(deadlines: Sequence[CaseDeadline]) -> CaseDeadline | None:
    """Return the earliest open date that is a duty; a right of the party that lapses is nobody's delay."""
    waiting = [row for row in deadlines if row.is_open and not row.basis.get("right")]
    return min(waiting, key=lambda row: row.due_on, default=None)


def _awaited(case: ViolationCase, deadlines: Sequence[CaseDeadline]) -> CaseDeadline | None:
    """Return the date that the case waits for; one at its end waits for nothing, and lists rely on that."""
    return None if case.state in (CaseState.CLOSED, CaseState.TIME_BARRED) else next_of(deadlines)


def standing_values(case: ViolationCase, deadlines: Sequence[CaseDeadline], paid_vnd: int) -> dict[str, Any]:
    """Return the columns of a standing."""
    nearest = _awaited(case, deadlines)
    return {
        "authority_id": case.authority_id,
        "due_on": nearest.due_on if nearest else NEVER,
        "due_name": nearest.name if nearest else "",
        "paid_vnd": paid_vnd,
    }
