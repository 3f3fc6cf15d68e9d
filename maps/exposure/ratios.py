"""Exposure at places: every cell's power density by distance and direction, and their sum against the limits.

Far field in free space towards the direction of the place, S = EIRP F / (4 pi R²). Closer to a panel than its near
field this over-states, never under-states. Places and cells lie on a plane around the first place asked about, which
is right to a millimetre a metre within the few kilometres that matter.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maps.exposure.sources import Sources, has_pattern
from maps.radio.antennas import FRONT_TO_BACK_DB, OMNI_DEG, SIDE_LOBE_DB, attenuation_db, effective_tilt, wrapped

Floats = NDArray[np.float64]

#: cells × places at a time
BLOCK = 400_000
#: nobody stands inside an antenna
LEAST_DISTANCE_M = 0.1
EQUATOR_M, FLATTENING = 6_378_137.0, 1 / 298.257223563


@dataclass(frozen=True)
class Plane:
    """A plane that touches the spheroid at a place; metres east and north."""

    lon: float
    lat: float

    def metres(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """Return how far east and north places lie."""
        squared = FLATTENING * (2 - FLATTENING)
        turn = 1 - squared * np.sin(np.radians(self.lat)) ** 2
        across = EQUATOR_M / np.sqrt(turn)
        along = EQUATOR_M * (1 - squared) / turn**1.5
        east = np.radians(np.asarray(lon, dtype=np.float64) - self.lon) * across * np.cos(np.radians(self.lat))
        north = np.radians(np.asarray(lat, dtype=np.float64) - self.lat) * along
        return east, north


def attenuations(sources: Sources, bearing_deg: Floats, depression_deg: Floats) -> Floats:
    """Return each cell's attenuation (cells × places, dB) towards bearings from north and depressions."""
    around = np.isnan(sources.azimuth_deg) | (sources.width_deg >= OMNI_DEG)
    azimuth = np.where(around, 0.0, np.nan_to_num(sources.azimuth_deg))[:, None]
    off = np.where(around[:, None], 0.0, wrapped(bearing_deg - azimuth))
    tilt = effective_tilt(sources.electrical_tilt_deg[:, None], sources.tilt_deg[:, None], off)
    tilt = np.where(around[:, None], sources.electrical_tilt_deg[:, None], tilt)
    across = np.minimum(12 * (off / sources.width_deg[:, None]) ** 2, FRONT_TO_BACK_DB)
    down = np.minimum(12 * ((depression_deg - tilt) / sources.beam_deg[:, None]) ** 2, SIDE_LOBE_DB)
    out = np.minimum(across + down, FRONT_TO_BACK_DB)
    for row in np.flatnonzero(has_pattern(sources)).tolist():
        out[row] = attenuation_db(
            sources.patterns[int(sources.pattern[row])],
            off[row],
            depression_deg[row],
            electrical_tilt_deg=float(sources.electrical_tilt_deg[row]),
            mechanical_tilt_deg=float(sources.tilt_deg[row]),
        )
    return np.asarray(out)


def _places(*columns: ArrayLike) -> tuple[Floats, ...]:
    return np.broadcast_arrays(*(np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in columns))


def densities(sources: Sources, plane: Plane, east: ArrayLike, north: ArrayLike, height_m: ArrayLike) -> Floats:
    """Return the power density of each cell at each place (cells × places, W/m²)."""
    x, y, z = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in (east, north, height_m))
    )
    cell_x, cell_y = plane.metres(sources.lon, sources.lat)
    aside, ahead = x[None, :] - cell_x[:, None], y[None, :] - cell_y[:, None]
    below = sources.height_m[:, None] - z[None, :]
    level = np.hypot(aside, ahead)
    bearing = np.degrees(np.arctan2(aside, ahead))
    depression = np.degrees(np.arctan2(below, level))
    squared = np.maximum(level**2 + below**2, LEAST_DISTANCE_M**2)
    radiated = sources.eirp_w[:, None] * 10 ** (-attenuations(sources, bearing, depression) / 10)
    return np.asarray(radiated / (4 * np.pi * squared))


def ratios(sources: Sources, plane: Plane, east: ArrayLike, north: ArrayLike, height_m: ArrayLike) -> Floats:
    """Return the sum of all cells' shares of their limits at each place; 1 is the limit."""
    x, y, z = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in (east, north, height_m))
    )
    out = np.zeros(len(x))
    if not len(sources):
        return out
    step = max(1, BLOCK // len(sources))
    for start in range(0, len(x), step):
        part = slice(start, start + step)
        out[part] = (densities(sources, plane, x[part], y[part], z[part]) / sources.limit_w_m2[:, None]).sum(axis=0)
    return out
