"""What a decision costs while it is carried out: paid, due, interest, remedied."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from inspections.models import Payment


@dataclass(frozen=True)
class Account:
    """Money of a case in ₫. ``due_vnd`` is what is left of the fine; interest stands beside it."""

    fine_vnd: int
    paid_vnd: int
    due_vnd: int
    interest_vnd: int
    remedied: bool


def account_of(
    *,
    fine_vnd: int,
    payments: Iterable[Payment],
    payable_by: date | None,
    percent_per_day: float,
    today: date,
    remedied: bool,
) -> Account:
    """Return the account on *today*. Interest runs on the unpaid part for every day after *payable_by*.

    Payments meet the fine first; what is paid beyond it meets the interest.
    """
    rows = sorted(payments, key=lambda row: row.on)
    paid = sum(row.amount_vnd for row in rows)
    interest = 0.0
    if payable_by is not None:
        left, since = fine_vnd, payable_by
        for row in rows:
            until = min(max(row.on, payable_by), today)
            interest += max(left, 0) * percent_per_day / 100 * (until - since).days
            left, since = left - row.amount_vnd, until
        if today > since:
            interest += max(left, 0) * percent_per_day / 100 * (today - since).days
    beyond = max(paid - fine_vnd, 0)
    return Account(
        fine_vnd=fine_vnd,
        paid_vnd=paid,
        due_vnd=max(fine_vnd - paid, 0),
        interest_vnd=max(round(interest) - beyond, 0),
        remedied=remedied,
    )
