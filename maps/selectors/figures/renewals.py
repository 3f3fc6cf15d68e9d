"""Verification that comes up for renewal: month by month what is filed already, and who has to file within days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Min, Q, QuerySet

from infra.models import Permit, PermitState, Verification
from maps.queries.installations import CERTIFICATE
from maps.selectors.figures.figure import OPERATING, Asked
from maps.selectors.figures.work import narrowed

MONTHS, SOON_DAYS = 4, 14


@dataclass(frozen=True)
class Month:
    """Renewals due in one month: all of them, and those filed already."""

    first: date
    due: int
    filed: int

    @property
    def waiting(self) -> int:
        return self.due - self.filed


@dataclass(frozen=True)
class Soon:
    """What one organization has to file within days."""

    code: str
    name: str
    n: int
    earliest: date


@dataclass(frozen=True)
class Renewals:
    """The months ahead and the organizations with something to file soon."""

    months: Sequence[Month]
    soon: Sequence[Soon]

    @property
    def total(self) -> int:
        return sum(month.due for month in self.months)

    @property
    def most(self) -> int:
        return max((month.due for month in self.months), default=0)


def renewals_of(asked: Asked) -> Renewals:
    """Return the renewals of certificates of operating stations (five queries)."""
    rows = _rows(asked)
    months = []
    first = asked.day.replace(day=1)
    for _place in range(MONTHS):
        following = _next_month(first)
        here = rows.filter(renewal_due_on__gte=max(first, asked.day), renewal_due_on__lt=following)
        counts = here.aggregate(due=Count("pk"), filed=Count("pk", filter=_filed()))
        months.append(Month(first, counts["due"], counts["filed"]))
        first = following
    return Renewals(months, _soon(asked, rows))


def _rows(asked: Asked) -> QuerySet[Permit]:
    rows = Permit.objects.visible_to(asked.person).filter(
        kind=CERTIFICATE,
        state=PermitState.IN_FORCE,
        renewal_due_on__isnull=False,
        installation__status=OPERATING,
    )
    rows = rows.exclude(installation__base_station__verification=Verification.NOT_REQUIRED)
    found: QuerySet[Permit] = narrowed(rows, asked, "installation__unit").order_by()
    return found


def _filed() -> Q:
    """Renewal has been filed; a filing before the issue belongs to the certificate before."""
    return Q(renewal_filed_on__isnull=False) & (Q(issued_on__isnull=True) | Q(renewal_filed_on__gte=F("issued_on")))


def _soon(asked: Asked, rows: QuerySet[Permit]) -> list[Soon]:
    until = asked.day + timedelta(days=SOON_DAYS)
    waiting = rows.filter(renewal_due_on__range=(asked.day, until)).exclude(_filed())
    grouped = waiting.values_list("organization__code", "organization__short_name", "organization__name")
    found = grouped.annotate(n=Count("pk"), earliest=Min("renewal_due_on"))
    return sorted(
        (Soon(code, short or name, n, earliest) for code, short, name, n, earliest in found),
        key=lambda one: (-one.n, one.earliest),
    )


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
