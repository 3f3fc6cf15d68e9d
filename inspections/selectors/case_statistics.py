"""Figures about cases: how many, decided, paid, how long each stretch took, what share was in time.

One pass over the cases of a period reads the day of every step; groups are made of these lives, so that all of them
count the same things.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.access import Person, scope_of
from infra.models import AdministrativeUnit, Organization, User
from inspections.models import (
    CaseDeadline,
    CaseState,
    Charge,
    Field,
    Payment,
    Rule,
    Step,
    StepKind,
    ViolationCase,
)
from inspections.selectors.cases import ENDED

#: what cases are grouped by
GROUPINGS: dict[str, Any] = {
    "rule": gettext_lazy("Rule"),
    "organization": gettext_lazy("Party"),
    "unit": gettext_lazy("Commune"),
    "month": gettext_lazy("Month"),
    "field": gettext_lazy("Field"),
    "officer": gettext_lazy("Officer"),
    "state": gettext_lazy("State"),
}
#: from detection to record, from there to the decision, to its service, to full payment
STRETCHES = ("record", "decision", "serve", "payment")
COLUMNS = (
    "id", "field", "organization_id", "unit_id", "officer_id", "state", "detected_on", "fine_vnd", "standing__paid_vnd",
)  # fmt: skip
#: who has these owes no decision
UNOWED = (CaseState.NO_PENALTY, CaseState.TRANSFERRED)


class Life(NamedTuple):
    """The days and sums of one case."""

    pk: int
    field: str
    organization: int | None
    unit: int | None
    officer: int | None
    state: str
    detected_on: date
    fine_vnd: int | None
    paid_vnd: int
    recorded_on: date | None
    decided_on: date | None
    served_on: date | None
    last_paid_on: date | None
    decision_due: date | None
    payment_due: date | None

    @property
    def settled_on(self) -> date | None:
        """The day on which the fine was paid in full; None before, and for a warning."""
        if self.fine_vnd and self.paid_vnd >= self.fine_vnd:
            return self.last_paid_on
        return None


@dataclass
class Figures:
    """The figures of one group."""

    key: str = ""
    name: str = ""
    count: int = 0
    decided: int = 0
    fine_vnd: int = 0
    paid_vnd: int = 0
    days: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    decisions_in_time: int = 0
    decisions_due: int = 0
    payments_in_time: int = 0
    payments_due: int = 0

    def mean(self, name: str) -> float | None:
        """Return the mean days of a stretch (``record``, ``decision``, ``serve``, ``payment``)."""
        days = self.days.get(name)
        return round(sum(days) / len(days), 1) if days else None

    @property
    def means(self) -> list[float | None]:
        """The mean days of all stretches, in their order."""
        return [self.mean(name) for name in STRETCHES]

    @property
    def share_decisions(self) -> float | None:
        """The share of decisions in time, of those that were due, in percent."""
        return _share(self.decisions_in_time, self.decisions_due)

    @property
    def share_payments(self) -> float | None:
        """The share of fines paid in time, of those that were due, in percent."""
        return _share(self.payments_in_time, self.payments_due)

    def take(self, life: Life, measured: "Measured", fine_vnd: int | None = None, paid_vnd: int | None = None) -> None:
        """Count *life*, with a part of its money where it belongs to several groups."""
        self.count += 1
        self.decided += life.decided_on is not None
        self.fine_vnd += (life.fine_vnd if fine_vnd is None else fine_vnd) or 0
        self.paid_vnd += life.paid_vnd if paid_vnd is None else paid_vnd
        for name, days in measured.days:
            self.days[name].append(days)
        if measured.decision_in_time is not None:
            self.decisions_due += 1
            self.decisions_in_time += measured.decision_in_time
        if measured.payment_in_time is not None:
            self.payments_due += 1
            self.payments_in_time += measured.payment_in_time


class Measured(NamedTuple):
    """How long the stretches of a case took, and what was in time (None: not due, or never asked)."""

    days: list[tuple[str, int]]
    decision_in_time: bool | None
    payment_in_time: bool | None


def measure(life: Life, today: date) -> Measured:
    """Measure *life* once, for all groups that count it."""
    settled_on = life.settled_on
    stretches = (
        ("record", life.detected_on, life.recorded_on),
        ("decision", life.recorded_on or life.detected_on, life.decided_on),
        ("serve", life.decided_on, life.served_on),
        ("payment", life.served_on, settled_on),
    )
    return Measured(
        [(name, (end - start).days) for name, start, end in stretches if start is not None and end is not None],
        _in_time(life.decision_due, life.decided_on, today),
        _in_time(life.payment_due, settled_on, today) if life.fine_vnd else None,
    )


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _in_time(due: date | None, done: date | None, today: date) -> bool | None:
    """Tell whether something was in time; None while it is not due yet, or was never asked."""
    if due is None:
        return None
    if done is not None:
        return done <= due
    return False if due < today else None


@dataclass(frozen=True)
class Statistics:
    """All groups, most cases first (months in their order), and everything together."""

    groups: list[Figures]
    total: Figures


def lives_of(rows: QuerySet[ViolationCase]) -> Iterator[Life]:
    """Yield the lives of *rows* (four queries: each table is gone through once, instead of once for every case)."""
    asked = rows.order_by().values("pk")
    firsts, lasts = _days_of_steps(asked)
    paid = dict(Payment.objects.filter(case__in=asked).order_by().values_list("case_id").annotate(day=Max("on")))
    due: dict[str, dict[int, date]] = {"decision": {}, "payment": {}}
    dates = CaseDeadline.objects.filter(case__in=asked, name__in=due).order_by()
    for case_id, name, day in dates.values_list("case_id", "name", "due_on"):
        due[name][case_id] = day
    for row in rows.order_by().values_list(*COLUMNS).iterator(2_000):
        pk, state, paid_vnd = row[0], row[5], row[8] or 0
        decided = lasts[StepKind.DECISION].get(pk)
        # A file that another authority answers for, or that ended without a decision, owes no decision.
        owes = state not in UNOWED and (state not in ENDED or decided is not None)
        days = (firsts[StepKind.RECORD].get(pk), decided, lasts[StepKind.SERVE].get(pk), paid.get(pk))
        decision_due = due["decision"].get(pk) if owes else None
        yield Life._make((*row[:8], paid_vnd, *days, decision_due, due["payment"].get(pk)))


DaysOfSteps = dict[str, dict[int, date]]


def _days_of_steps(cases: QuerySet[Any, Any]) -> tuple[DaysOfSteps, DaysOfSteps]:
    """Return the first and the last day of each kind of step that stands, by case (one query)."""
    firsts: DaysOfSteps = defaultdict(dict)
    lasts: DaysOfSteps = defaultdict(dict)
    kinds = (StepKind.RECORD, StepKind.DECISION, StepKind.SERVE)
    steps = Step.objects.filter(case__in=cases, annulled_at__isnull=True, kind__in=kinds).order_by()
    for case_id, kind, first, last in steps.values_list("case_id", "kind").annotate(Min("on"), Max("on")):
        firsts[kind][case_id], lasts[kind][case_id] = first, last
    return firsts, lasts


def statistics(person: Person, *, by: str, start: date, end: date, law_field: str = "", today: date) -> Statistics:
    """Return the figures of the cases detected from *start* to *end* that *person* may see, grouped by *by*."""
    rows = ViolationCase.objects.visible_to(person).filter(detected_on__gte=start, detected_on__lte=end)
    if law_field:
        rows = rows.filter(field=law_field)
    total = Figures(name=_("All"))
    charged = _charged(rows) if by == "rule" else {}
    groups: dict[Any, Figures] = defaultdict(Figures)
    # Lives are counted as they are read: a list of a hundred thousand costs Python more than all the rest.
    for life in lives_of(rows):
        measured = measure(life, today)
        total.take(life, measured)
        if by == "rule":
            for code, fine_vnd, paid_vnd in _by_rule(life, charged[life.pk]):
                groups[code].take(life, measured, fine_vnd, paid_vnd)
        else:
            groups[_month(life) if by == "month" else getattr(life, by)].take(life, measured)
    names = NAMES[by](person, list(groups))
    for key, group in groups.items():
        group.key, group.name = str(key or ""), names.get(key) or _("None")
    if by == "month":
        return Statistics([groups[key] for key in sorted(groups)], total)
    return Statistics(sorted(groups.values(), key=lambda group: (-group.count, group.name)), total)


def _month(life: Life) -> str:
    return f"{life.detected_on:%Y-%m}"


Sums = dict[str, int | None]


def _charged(rows: QuerySet[ViolationCase]) -> dict[int, Sums]:
    """Return what was decided for each rule of each of the cases (one query)."""
    charged: dict[int, Sums] = defaultdict(dict)
    charges = Charge.objects.filter(case__in=rows.order_by().values("pk")).order_by("id")
    for case_id, code, decided in charges.values_list("case_id", "rule_code", "decided_vnd"):
        before = charged[case_id].get(code)
        charged[case_id][code] = decided if before is None else before + (decided or 0)
    return charged


def _by_rule(life: Life, sums: Sums) -> Iterator[tuple[str, int, int]]:
    """Yield the rules of a case, under each of which it counts; what was paid is shared out by the sums decided."""
    for code, fine in sums.items():
        yield code, *_parts(life, sums, fine)


def _parts(life: Life, sums: Sums, fine: int | None) -> tuple[int, int]:
    """Return (fine, paid) that fall to one of several rules."""
    if life.fine_vnd is None:
        return 0, 0
    if len(sums) == 1 and fine == life.fine_vnd:
        return life.fine_vnd, life.paid_vnd
    whole = sum(amount or 0 for amount in sums.values())
    share = (fine or 0) / whole if whole else 1 / len(sums)
    return round(life.fine_vnd * share), round(life.paid_vnd * share)


Names = Callable[[Person, list[Any]], dict[Any, str]]


def _rules(_person: Person, keys: list[Any]) -> dict[Any, str]:
    rows = Rule.objects.filter(code__in=keys).order_by("valid_from")
    return {rule.code: f"{rule.code.rpartition(':')[2]} · {rule.name}" for rule in rows}


def _organizations(_person: Person, keys: list[Any]) -> dict[Any, str]:
    names = {row.pk: row.name for row in Organization.objects.filter(pk__in=[key for key in keys if key])}
    return {**names, None: _("Persons")}


def _units(_person: Person, keys: list[Any]) -> dict[Any, str]:
    return {row.pk: row.full_name for row in AdministrativeUnit.objects.filter(pk__in=[key for key in keys if key])}


def _officers(person: Person, keys: list[Any]) -> dict[Any, str]:
    if not scope_of(person).is_staff():
        return {}
    return {**{row.pk: str(row) for row in User.objects.filter(pk__in=[key for key in keys if key])}, None: _("Nobody")}


NAMES: dict[str, Names] = {
    "rule": _rules,
    "organization": _organizations,
    "unit": _units,
    "month": lambda _person, keys: {key: f"{key[5:]}/{key[:4]}" for key in keys},
    "field": lambda _person, keys: {key: str(Field(key).label) for key in keys},
    "officer": _officers,
    "state": lambda _person, keys: {key: str(CaseState(key).label) for key in keys},
}
