"""Writes the table of stations' exposure: computed anew as a whole, in steps that hold the database shortly."""

from collections.abc import Iterator

from django.core.cache import cache
from django.db import transaction

from infra.models import Installation, InstallationKind
from maps.models import StationExposure

HELD = "exposure:stations"
BATCH = 2_000
COLUMNS = ["standard", "distance_m", "distance_below_m", "eirp_w", "quotient_m2", "height_m", "cells", "is_assumed"]
OPERATING = "operating"


def station_batches(size: int = BATCH) -> Iterator[list[int]]:
    """Yield the numbers of all operating stations, in order."""
    last = 0
    rows = Installation.objects.filter(kind=InstallationKind.BASE_STATION, status_id=OPERATING).order_by("pk")
    while found := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:size]):
        yield found
        last = found[-1]


@transaction.atomic
def exposures_write(stations: list[int], rows: list[StationExposure]) -> None:
    """Put *rows* in the place of what is kept about *stations*."""
    gone = set(stations) - {row.installation_id for row in rows}
    StationExposure.objects.filter(pk__in=gone).delete()
    StationExposure.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["installation"],
        update_fields=[*COLUMNS, "computed_at"],
        batch_size=500,
    )


def exposures_prune() -> None:
    """Forget stations that radiate no more, and what was held in memory of the table."""
    still = Installation.objects.filter(kind=InstallationKind.BASE_STATION, status_id=OPERATING)
    StationExposure.objects.exclude(installation__in=still).delete()
    cache.delete(HELD)
