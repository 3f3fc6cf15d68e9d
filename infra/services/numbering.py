"""Registry numbers: given by the authority, in order, never twice."""

from collections.abc import Sequence

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


@transaction.atomic
def registry_numbers_take(*, authority: Authority, series: str, count: int) -> Sequence[str]:
    """Take the next *count* numbers of *series* for good; call it inside the act that uses them."""
    first = _taken(authority, series, count)
    letter = LETTERS[series]
    start = f"{authority.registry_prefix}-{letter}-" if letter else f"{authority.registry_prefix}-"
    width = 6 if letter else 5
    return [f"{start}{number:0{width}d}" for number in range(first, first + count)]


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
