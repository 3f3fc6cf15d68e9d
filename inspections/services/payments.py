"""Writing about money: payments that were found in the treasury's statement."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from infra.models import User
from infra.services.ledger import act
from inspections.models import Payment


def payments_reconcile(*, actor: User, payments: Sequence[Payment], on: date, reason: str) -> int:
    """Mark *payments* as found in the statement on *on*, an act for each authority; return how many were not before."""
    fresh = {row.pk: row for row in payments if row.reconciled_on is None}
    by_authority: dict[int, list[Payment]] = defaultdict(list)
    rows = Payment.objects.filter(pk__in=fresh, reconciled_on__isnull=True).select_related("case__authority")
    for payment in rows.order_by("id"):
        by_authority[payment.case.authority_id].append(payment)
    for group in by_authority.values():
        authority = group[0].case.authority
        with act(actor=actor, authority=authority, kind="payments.reconciled", reason=reason) as ledger:
            for payment in group:
                payment.reconciled_on = on
            ledger.change_many(group)
            ledger.note(payments=len(group), amount_vnd=sum(payment.amount_vnd for payment in group))
    return sum(len(group) for group in by_authority.values())
