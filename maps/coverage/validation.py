"""Forecast and measurement side by side, never mixed: differences at the places that were measured, by commune.

Bias is forecast less measured (positive: the map promises too much), RMSE its root mean square; agreement counts
where both say covered, both not, and the two ways to disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from django.conf import settings
from numpy.typing import NDArray

from infra.access import Scope
from infra.spatial import sql
from infra.spatial.scope import scope_condition
from infra.spatial.tables import core
from maps.coverage.grid import SIDE
from maps.coverage.manifests import read_manifest
from maps.coverage.mosaics import tile_at
from maps.coverage.rasters.filling import NO_LEVEL
from maps.models import CoverageMap, Measurement

Floats = NDArray[np.float64]

#: measurements that one question reads; the newest count
MOST = 200_000
BOTH, NEITHER, ONLY_FORECAST, ONLY_MEASURED = "both", "neither", "only_forecast", "only_measured"
KINDS = (BOTH, NEITHER, ONLY_FORECAST, ONLY_MEASURED)
_measurement = core(Measurement)


@dataclass(frozen=True)
class Compared:
    """Measured places with the forecast there: columns of equal length; NaN forecast: nothing is predicted."""

    key: NDArray[np.int64]
    unit: NDArray[np.int64]
    lon: Floats
    lat: Floats
    measured_dbm: Floats
    forecast_dbm: Floats
    threshold_dbm: float
    needed_dbm: float

    def __len__(self) -> int:
        return len(self.key)

    def kinds(self) -> NDArray[np.int64]:
        """Return for each place the place in KINDS: covered is the bare threshold when measured, with its margin
        when forecast.
        """
        measured = self.measured_dbm >= self.threshold_dbm
        forecast = np.nan_to_num(self.forecast_dbm, nan=-np.inf) >= self.needed_dbm
        return np.where(forecast, np.where(measured, 0, 2), np.where(measured, 3, 1))


@dataclass(frozen=True)
class Agreement:
    """What measurements say about a forecast; ``bias_db`` and ``rmse_db`` None where no place has both levels."""

    unit: int | None
    count: int
    bias_db: float | None
    rmse_db: float | None
    kinds: dict[str, int]


def compared(coverage: CoverageMap, scope: Scope) -> Compared:
    """Return the levels measured in the map's network, as far as *scope* lets a person see, with the forecast there."""
    allowed = scope_condition(_measurement, scope)
    statement = (
        sa.select(
            _measurement.c.id,
            _measurement.c.unit_id,
            sa.func.ST_X(_measurement.c.position),
            sa.func.ST_Y(_measurement.c.position),
            _measurement.c.level_dbm,
        )
        .where(
            _measurement.c.organization_id == coverage.organization_id,
            _measurement.c.technology_id == coverage.technology_id,
            _measurement.c.level_dbm.is_not(None),
        )
        .order_by(_measurement.c.id.desc())
        .limit(MOST)
    )
    rows = sql.read(statement if allowed is None else statement.where(allowed))
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 5
    lon, lat = np.array(columns[2], dtype=np.float64), np.array(columns[3], dtype=np.float64)
    return Compared(
        key=np.array(columns[0], dtype=np.int64),
        unit=np.array([unit or 0 for unit in columns[1]], dtype=np.int64),
        lon=lon,
        lat=lat,
        measured_dbm=np.array(columns[4], dtype=np.float64),
        forecast_dbm=levels_at(coverage, lon, lat),
        threshold_dbm=coverage.threshold_dbm,
        needed_dbm=coverage.needed_dbm,
    )


def levels_at(coverage: CoverageMap, lon: Floats, lat: Floats) -> Floats:
    """Return the map's level at many places, NaN where it has none; every tile is read once."""
    out = np.full(len(lon), np.nan)
    if not len(lon):
        return out
    address = settings.COVERAGE_STORE
    manifest = read_manifest(address, coverage.manifest)
    column, row = (np.asarray(one, dtype=np.int64) for one in manifest.grid.pixels(lon, lat))
    tiles, which = np.unique(np.column_stack([column // SIDE, row // SIDE]), axis=0, return_inverse=True)
    for place, tile in enumerate(tiles.tolist()):
        here = np.flatnonzero(which.ravel() == place)
        level = tile_at(address, manifest, (tile[0], tile[1])).level[row[here] % SIDE, column[here] % SIDE]
        out[here] = np.where(level == NO_LEVEL, np.nan, level / 100)
    return out


def agreements(found: Compared) -> tuple[Agreement, list[Agreement]]:
    """Return the agreement over all places, and of each commune, those with most measurements first."""
    whole = agreement_of(found, np.ones(len(found), dtype=bool))
    units = [unit for unit in np.unique(found.unit).tolist() if unit]
    rows = [_agreement(unit, found, found.unit == unit) for unit in units]
    return whole, sorted(rows, key=lambda one: (-one.count, one.unit or 0))


def agreement_of(found: Compared, here: NDArray[np.bool_]) -> Agreement:
    """Return the agreement over the places of *found* that the mask names."""
    return _agreement(None, found, here)


def _agreement(unit: int | None, found: Compared, here: NDArray[np.bool_]) -> Agreement:
    difference = (found.forecast_dbm - found.measured_dbm)[here]
    difference = difference[np.isfinite(difference)]
    counts = np.bincount(found.kinds()[here], minlength=len(KINDS))
    return Agreement(
        unit=unit,
        count=int(here.sum()),
        bias_db=float(difference.mean()) if len(difference) else None,
        rmse_db=float(np.sqrt((difference**2).mean())) if len(difference) else None,
        kinds=dict(zip(KINDS, counts.tolist(), strict=True)),
    )


def in_box(found: Compared, west: float, south: float, east: float, north: float) -> Sequence[int]:
    """Return the places of *found* that lie in a box."""
    inside = (found.lon >= west) & (found.lon <= east) & (found.lat >= south) & (found.lat <= north)
    chosen: list[int] = np.flatnonzero(inside).tolist()
    return chosen
