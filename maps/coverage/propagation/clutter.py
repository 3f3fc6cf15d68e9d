"""Optional margins on top of a median loss: clutter around the receiver and entry into buildings.

ITU-R P.2108-1, §3.2 (terrestrial paths, statistical) and ITU-R P.2109-2. Frequencies in MHz, distances in metres,
probabilities in percent of locations, losses in dB.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from maps.coverage.propagation.validity import Floats, Outside, Validity

CLUTTER = Validity("ITU-R P.2108-1, §3.2", {"frequency_mhz": (500.0, 67_000.0), "distance_m": (250.0, np.inf)})
ENTRY = Validity("ITU-R P.2109-2", {"frequency_mhz": (80.0, 100_000.0)})
#: the loss never exceeds the one at this distance
CLUTTER_CAP_M = 2_000.0

Building = Literal["traditional", "thermally_efficient"]


def _quantile(percent: float, name: str) -> float:
    """Return the standard normal quantile of *percent*; raises ValueError outside ]0, 100[."""
    if not 0 < percent < 100:
        raise ValueError(f"{name} must lie between 0 and 100 percent, not {percent:g}.")
    return NormalDist().inv_cdf(percent / 100)


def clutter_loss_db(
    frequency_mhz: ArrayLike, distance_m: ArrayLike, locations_percent: float = 50.0, *, outside: Outside = "raise"
) -> Floats:
    """Return the clutter loss that is not exceeded at *locations_percent* of the locations, one end of the path.

    Raises OutsideValidityError (or gives NaN where *outside* is "nan") beyond 0.5–67 GHz or nearer than 250 m.
    """
    frequency, distance = np.asarray(frequency_mhz, dtype=np.float64), np.asarray(distance_m, dtype=np.float64)
    good = CLUTTER.inside("P.2108", {"frequency_mhz": frequency, "distance_m": distance}, outside)
    quantile = _quantile(locations_percent, "locations_percent")
    # §3.2 caps every distance at the loss of 2 km, shorter ones too: with large percentages the spread near by is wider
    with np.errstate(invalid="ignore", divide="ignore"):
        loss = np.minimum(_clutter(frequency, distance, quantile), _clutter(frequency, CLUTTER_CAP_M, quantile))
    return np.where(good, loss, np.nan)


def _clutter(frequency_mhz: Floats, distance_m: Floats | float, quantile: float) -> Floats:
    ghz, km = frequency_mhz / 1e3, np.asarray(distance_m, dtype=np.float64) / 1e3
    large = -2 * np.log10(10 ** (-5 * np.log10(ghz) - 12.5) + 10**-16.5)
    small = 32.98 + 23.9 * np.log10(km) + 3 * np.log10(ghz)
    weight_large, weight_small = 10 ** (-0.2 * large), 10 ** (-0.2 * small)
    spread = np.sqrt((4.0**2 * weight_large + 6.0**2 * weight_small) / (weight_large + weight_small))
    return -5 * np.log10(weight_large + weight_small) + spread * quantile


@dataclass(frozen=True)
class _Walls:
    """Coefficients of P.2109, table 1."""

    r: float
    s: float
    t: float
    u: float
    v: float
    w: float
    x: float
    y: float
    z: float


WALLS: dict[Building, _Walls] = {
    "traditional": _Walls(12.64, 3.72, 0.96, 9.6, 2.0, 9.1, -3.0, 4.5, -2.0),
    "thermally_efficient": _Walls(28.19, -3.00, 8.48, 13.5, 3.8, 27.8, -2.9, 9.4, -2.1),
}
ENTRY_FLOOR_DB = -3.0
ENTRY_PER_DEGREE_DB = 0.212


def building_entry_loss_db(
    frequency_mhz: ArrayLike,
    probability_percent: float = 50.0,
    *,
    building: Building = "traditional",
    elevation_deg: ArrayLike = 0.0,
    outside: Outside = "raise",
) -> Floats:
    """Return the loss into a building that is not exceeded with *probability_percent*, ITU-R P.2109.

    Raises OutsideValidityError (or gives NaN) beyond 0.08–100 GHz, ValueError for an unknown kind of building.
    """
    if building not in WALLS:
        raise ValueError(f"building must be one of {', '.join(WALLS)}, not {building!r}.")
    frequency = np.asarray(frequency_mhz, dtype=np.float64)
    good = ENTRY.inside("P.2109", {"frequency_mhz": frequency}, outside)
    quantile, wall = _quantile(probability_percent, "probability_percent"), WALLS[building]
    with np.errstate(invalid="ignore", divide="ignore"):
        log_f = np.log10(frequency / 1e3)
        horizontal = wall.r + wall.s * log_f + wall.t * log_f**2
        slope = ENTRY_PER_DEGREE_DB * np.abs(np.asarray(elevation_deg, dtype=np.float64))
        first = quantile * (wall.u + wall.v * log_f) + horizontal + slope
        second = quantile * (wall.y + wall.z * log_f) + wall.w + wall.x * log_f
        loss = 10 * np.log10(10 ** (0.1 * first) + 10 ** (0.1 * second) + 10 ** (0.1 * ENTRY_FLOOR_DB))
    return np.where(good, loss, np.nan)
