"""What a decision costs while it is carried out: paid, due, late interest, remedied."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from inspections.models import Payment


@dataclass(frozen=True)
class Instalment:
    """A part of the fine that is due on a day."""

    due: date
    amount_vnd: int


@dataclass(frozen=True)
class Account:
    """Money of a case in ₫. ``due_vnd`` is what is left of the fine; interest stands beside it.

    ``over_vnd`` was paid beyond fine and interest. ``next_instalment`` is the first that is not covered.
    """

    fine_vnd: int
    paid_vnd: int
    due_vnd: int
    interest_vnd: int
    remedied: bool
    over_vnd: int = 0
    next_instalment: Instalment | None = None


def account_of(
    *,
    schedule: Sequence[Instalment],
    payments: Iterable[Payment],
    remitted: Iterable[tuple[date, int]] = (),
    percent_per_day: float,
    today: date,
    remedied: bool,
) -> Account:
    """Return the account on *today*. Interest runs on what is late, for every day after it was due.

    *schedule* is the fine in one part or in instalments, *remitted* what was reduced, and when. Payments meet the
    fine first; what is paid beyond it meets the interest.
    """
    rows = sorted(payments, key=lambda row: row.on)
    received = sorted([(row.on, row.amount_vnd) for row in rows] + list(remitted))
    paid, less = sum(row.amount_vnd for row in rows), sum(amount for _on, amount in remitted)
    fine = max(sum(part.amount_vnd for part in schedule) - less, 0)
    interest = _interest(schedule, received, percent_per_day, today)
    beyond = max(paid - fine, 0)
    return Account(
        fine_vnd=fine,
        paid_vnd=paid,
        due_vnd=max(fine - paid, 0),
        interest_vnd=max(interest - beyond, 0),
        remedied=remedied,
        over_vnd=max(beyond - interest, 0),
        next_instalment=_next(schedule, paid + less),
    )


def _interest(
    schedule: Sequence[Instalment], received: Sequence[tuple[date, int]], percent_per_day: float, today: date
) -> int:
    """Sum amount × days over the stretches between which nothing changes. A day of payment still counts as late."""
    marks = sorted({part.due for part in schedule} | {on for on, _amount in received} | {today})
    late_days = 0
    for start, end in itertools.pairwise(marks):
        if end > today:
            break
        due = sum(part.amount_vnd for part in schedule if part.due <= start)
        paid = sum(amount for on, amount in received if on <= start)
        late_days += max(due - paid, 0) * (end - start).days
    amount = Decimal(late_days) * Decimal(str(percent_per_day)) / 100
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _next(schedule: Sequence[Instalment], covered: int) -> Instalment | None:
    """Return the first part of *schedule* that *covered* does not reach, with what is left of it."""
    for part in sorted(schedule, key=lambda part: part.due):
        if covered < part.amount_vnd:
            return Instalment(part.due, part.amount_vnd - covered)
        covered -= part.amount_vnd
    return None
