"""Registry numbers: given by the authority, in order, never twice."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from django.db import transaction
from django.utils import timezone

from infra.models import Authority, InstallationKind, RegistrySeries

#: series -> letter in the number; a site has none ("HYN-00001"), a base station reads "HYN-B-000001"
LETTERS = {
    "site": "",
    "mast": "M",
    InstallationKind.BASE_STATION: "B",
    InstallationKind.POSTAL_POINT: "P",
    InstallationKind.NETWORK_NODE: "N",
    InstallationKind.INTERNET_POINT: "I",
    InstallationKind.CABLE_ROUTE: "C",
}


@dataclass(frozen=True)
class Numbers:
    """Numbers that an act has taken of a series: *count* from *first* on."""

    authority: Authority
    series: str
    first: int
    count: int

    def spelt(self, count: int | None = None) -> pl.Series:
        """Return the first *count* of them (all) as they are written; it asks the database nothing."""
        letter = LETTERS[self.series]
        prefix = self.authority.registry_prefix
        start, width = (f"{prefix}-{letter}-", 6) if letter else (f"{prefix}-", 5)
        stop = self.first + (self.count if count is None else count)
        return start + pl.int_range(self.first, stop, eager=True).cast(pl.String).str.zfill(width)

    def give_back(self, used: int) -> None:
        """Give back all but the first *used* of them; call it inside the act that took them."""
        taken, last = self.first + self.count - 1, self.first + used - 1
        RegistrySeries.objects.filter(authority=self.authority, series=self.series, last=taken).update(last=last)


@transaction.atomic
def numbers_take(*, authority: Authority, series: str, count: int) -> Numbers:
    """Take the next *count* numbers of *series* for good; call it inside the act that uses them."""
    return Numbers(authority, series, _taken(authority, series, count), count)


def registry_numbers_take(*, authority: Authority, series: str, count: int) -> Sequence[str]:
    """Take numbers as :func:`numbers_take` does and return them as they are written."""
    return numbers_take(authority=authority, series=series, count=count).spelt().to_list()


def _taken(authority: Authority, series: str, count: int) -> int:
    """Count *series* on by *count* and return the first number taken."""
    RegistrySeries.objects.get_or_create(authority=authority, series=series)
    row = RegistrySeries.objects.select_for_update().get(authority=authority, series=series)
    first = row.last + 1
    row.last += count
    row.save(update_fields=["last"])
    return first


@transaction.atomic
def receipt_take(*, authority: Authority) -> str:
    """Take the number of a receipt for a file sent to *authority* this year: "HYN-HS-2026-0184"."""
    year = timezone.localdate().year
    return f"{authority.registry_prefix}-HS-{year}-{_taken(authority, f'receipt-{year}', 1):04d}"


@transaction.atomic
def plan_number_take(*, authority: Authority) -> str:
    """Take the number of a planned mast put to *authority* this year: "HYN-QH-2026-0012"."""
    year = timezone.localdate().year
    return f"{authority.registry_prefix}-QH-{year}-{_taken(authority, f'plan-{year}', 1):04d}"
