"""Keeps the table of stations' exposure up to date with the register."""

from datetime import date

import polars as pl
from django.utils import timezone

from maps.exposure.limits import NATIONAL, Limits
from maps.exposure.sources import sources_of
from maps.exposure.table import StationTable, table_of
from maps.radio.parameters import Parameters
from maps.radio.register import Asked, read_emitters
from maps.services.exposure import exposures_prune, exposures_write, station_spans


def refresh(day: date, standard: str = NATIONAL) -> int:
    """Compute the exposure of every operating station; return how many there are. Repeating it changes nothing."""
    parameters, limits = Parameters.on(day), Limits.on(day, standard)
    count = 0
    for span in station_spans():
        found = read_emitters(Asked(span=span), parameters)
        table = table_of(sources_of(found.emitters, parameters, limits))
        exposures_write(span, _rows(table, standard))
        count += len(table)
    exposures_prune()
    return count


def _rows(table: StationTable, standard: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "installation_id": table.station,
            "standard": [standard] * len(table),
            "distance_m": table.distance_m,
            "distance_below_m": table.distance_below_m,
            "eirp_w": table.eirp_w,
            "quotient_m2": table.quotient_m2,
            "height_m": table.height_m,
            "cells": table.cells,
            "is_assumed": table.is_assumed,
            "computed_at": [timezone.now()] * len(table),
        },
        schema_overrides={"standard": pl.String, "computed_at": pl.Datetime("us", "UTC")},
    )
