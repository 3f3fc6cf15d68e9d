"""Writes the table of stations' exposure: computed anew as a whole, in steps that hold the database shortly."""

from collections.abc import Iterator

import polars as pl
from django.core.cache import cache
from django.db import transaction

from infra.models import Installation, InstallationKind
from infra.services.frames import frame_insert
from maps.models import StationExposure

HELD = "exposure:stations"
BATCH = 5_000
OPERATING = "operating"


def station_spans(size: int = BATCH) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of so many operating stations at a time, in order."""
    last = 0
    rows = Installation.objects.filter(kind=InstallationKind.BASE_STATION, status_id=OPERATING).order_by("pk")
    while found := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:size]):
        yield found[0], found[-1]
        last = found[-1]


@transaction.atomic
def exposures_write(span: tuple[int, int], rows: pl.DataFrame) -> None:
    """Put *rows*, columns of :class:`StationExposure`, in the place of what is kept about the stations of *span*."""
    StationExposure.objects.filter(pk__gte=span[0], pk__lte=span[1]).delete()
    frame_insert(StationExposure, rows)


def exposures_prune() -> None:
    """Forget stations that radiate no more, and what was held in memory of the table."""
    still = Installation.objects.filter(kind=InstallationKind.BASE_STATION, status_id=OPERATING)
    StationExposure.objects.exclude(installation__in=still).delete()
    cache.delete(HELD)
