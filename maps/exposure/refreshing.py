"""Keeps the table of stations' exposure up to date with the register."""

from datetime import date

from django.utils import timezone

from maps.exposure.limits import NATIONAL, Limits
from maps.exposure.sources import sources_of
from maps.exposure.table import StationTable, table_of
from maps.models import StationExposure
from maps.radio.parameters import Parameters
from maps.radio.register import Asked, read_emitters
from maps.services.exposure import exposures_prune, exposures_write, station_batches


def refresh(day: date, standard: str = NATIONAL) -> int:
    """Compute the exposure of every operating station; return how many there are. Repeating it changes nothing."""
    parameters, limits = Parameters.on(day), Limits.on(day, standard)
    count = 0
    for stations in station_batches():
        found = read_emitters(Asked(stations=tuple(stations)), parameters)
        table = table_of(sources_of(found.emitters, parameters, limits))
        exposures_write(stations, _rows(table, standard))
        count += len(table)
    exposures_prune()
    return count


def _rows(table: StationTable, standard: str) -> list[StationExposure]:
    now = timezone.now()
    columns = zip(
        table.station.tolist(),
        table.distance_m.tolist(),
        table.distance_below_m.tolist(),
        table.eirp_w.tolist(),
        table.quotient_m2.tolist(),
        table.height_m.tolist(),
        table.cells.tolist(),
        table.is_assumed.tolist(),
        strict=True,
    )
    return [
        StationExposure(
            installation_id=station,
            standard=standard,
            distance_m=distance,
            distance_below_m=below,
            eirp_w=eirp,
            quotient_m2=quotient,
            height_m=height,
            cells=cells,
            is_assumed=assumed,
            computed_at=now,
        )
        for station, distance, below, eirp, quotient, height, cells, assumed in columns
    ]
