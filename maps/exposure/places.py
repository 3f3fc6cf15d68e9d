"""Exposure at one place: the exact sum of all cells near by, and what those beyond can add at the most."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import sqlalchemy as sa
from django.core.cache import cache
from numpy.typing import NDArray

from infra.spatial import sql
from infra.spatial.metres import box_around, metres_between
from infra.spatial.tables import core, installation
from maps.exposure.formulas import GROUND_REFLECTION, field_strength_v_m
from maps.exposure.limits import NATIONAL, Limits
from maps.exposure.ratios import Plane, densities
from maps.exposure.sources import Sources, sources_of
from maps.models import StationExposure
from maps.radio.parameters import Parameters
from maps.radio.register import Asked, read_emitters

Floats = NDArray[np.float64]

#: cells within are added up one by one
NEAR_M = 2_000.0
#: the plane's distances are this much too long at the most, anywhere in the country
SHORT = 0.95
HELD, HELD_SECONDS = "exposure:stations", 300
_table = core(StationExposure)


@dataclass(frozen=True)
class Exposure:
    """What is at a place: the share of the limit, W/m² and V/m, and each near cell's part of it.

    ``ratio`` holds ``beyond_ratio``, the most that cells farther than :data:`NEAR_M` can add.
    """

    lon: float
    lat: float
    height_m: float
    limits: Limits
    sources: Sources
    density_w_m2: Floats
    beyond_ratio: float
    reflection: float = 1.0

    @property
    def parts(self) -> Floats:
        """Each near cell's share of its limit."""
        return np.asarray(self.density_w_m2 / self.sources.limit_w_m2)

    @property
    def ratio(self) -> float:
        return float(self.parts.sum()) + self.beyond_ratio

    @property
    def w_m2(self) -> float:
        return float(self.density_w_m2.sum())

    @property
    def v_m(self) -> float:
        return float(field_strength_v_m(self.w_m2))

    @property
    def metres(self) -> Floats:
        """The horizontal distance of each near cell."""
        return metres_between(self.lon, self.lat, self.sources.lon, self.sources.lat)


def sources_near(lon: float, lat: float, metres: float, limits: Limits, parameters: Parameters) -> Sources:
    """Return every radiating cell within *metres*, of all operators."""
    found = read_emitters(Asked(box=box_around(lon, lat, metres)), parameters)
    sources = sources_of(found.emitters, parameters, limits)
    return sources.take(metres_between(lon, lat, sources.lon, sources.lat) <= metres) if len(sources) else sources


def exposure_at(
    lon: float, lat: float, height_m: float, *, day: date, standard: str = NATIONAL, reflection: bool = False
) -> Exposure:
    """Return the exposure at a place and height above ground; raises MissingLimitError for an unknown standard.

    *reflection*: the field over ground that reflects, 1.6 times as strong (OET-65).
    """
    parameters, limits = Parameters.on(day), Limits.on(day, standard)
    sources = sources_near(lon, lat, NEAR_M, limits, parameters)
    gain = GROUND_REFLECTION if reflection else 1.0
    found = densities(sources, Plane(lon, lat), 0.0, 0.0, height_m)[:, 0] if len(sources) else np.zeros(0)
    beyond = beyond_ratio(lon, lat) * gain
    return Exposure(lon, lat, height_m, limits, sources, found * gain, beyond, gain)


def beyond_ratio(lon: float, lat: float) -> float:
    """Return what stations beyond :data:`NEAR_M` can add at the most: all their lobes turned here."""
    stations = held_stations()
    if not len(stations):
        return 0.0
    east, north = Plane(lon, lat).metres(stations[:, 0], stations[:, 1])
    metres = np.hypot(east, north)
    far = metres > NEAR_M * SHORT
    return float((stations[far, 2] / np.maximum(metres[far] * SHORT, NEAR_M) ** 2).sum())


def held_stations() -> Floats:
    """Return longitude, latitude and quotient of every station of the table, kept for a few minutes."""
    held = cache.get(HELD)
    if held is None:
        rows = sql.read(
            sa.select(
                sa.func.ST_X(installation.c.position), sa.func.ST_Y(installation.c.position), _table.c.quotient_m2
            )
            .select_from(_table)
            .join(installation, installation.c.id == _table.c.installation_id)
            .where(installation.c.position.is_not(None))
        )
        held = np.array(rows, dtype=np.float64).reshape(-1, 3)
        cache.set(HELD, held, HELD_SECONDS)
    return np.asarray(held)
