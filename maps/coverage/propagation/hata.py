"""Okumura-Hata and its extension by COST 231: median basic transmission loss over urban, suburban and open ground.

M. Hata, "Empirical formula for propagation loss in land mobile radio services", IEEE Trans. VT-29 (1980); COST 231
final report, chapter 4. Frequencies in MHz, distances in metres, heights in metres above ground, losses in dB.
"""

from typing import Literal, get_args

import numpy as np

from maps.coverage.propagation.validity import Floats, Validity

Environment = Literal["urban", "suburban", "open"]
City = Literal["small", "large"]
ENVIRONMENTS: tuple[Environment, ...] = get_args(Environment)
CITIES: tuple[City, ...] = get_args(City)

HATA = Validity(
    source="Hata (1980)",
    published={
        "frequency_mhz": (150, 1_500),
        "distance_m": (1_000, 20_000),
        "base_height_m": (30, 200),
        "mobile_height_m": (1, 10),
    },
    accepted={"distance_m": (1, 20_000), "base_height_m": (5, 300)},
)
COST231 = Validity(
    source="COST 231, chapter 4",
    published={
        "frequency_mhz": (1_500, 2_000),
        "distance_m": (1_000, 20_000),
        "base_height_m": (30, 200),
        "mobile_height_m": (1, 10),
    },
    # the 2100 MHz band of UMTS ends at 2170 MHz
    accepted={"frequency_mhz": (1_500, 2_200), "distance_m": (1, 20_000), "base_height_m": (5, 300)},
)
#: up to here Hata's first formula for large cities counts, above it the second: he states them up to 200 and from 400
#: MHz, and what lies between goes to the nearer one, as textbooks have it
LARGE_CITY_LOW_MHZ = 300.0
METROPOLITAN_DB = 3.0


def mobile_correction(frequency_mhz: Floats, mobile_height_m: Floats, city: City) -> Floats:
    """Return a(hm) in dB for a small or medium-sized city, or for a large one."""
    log_f = np.log10(frequency_mhz)
    if city == "small":
        return (1.1 * log_f - 0.7) * mobile_height_m - (1.56 * log_f - 0.8)
    low = 8.29 * np.log10(1.54 * mobile_height_m) ** 2 - 1.1
    high = 3.2 * np.log10(11.75 * mobile_height_m) ** 2 - 4.97
    return np.where(frequency_mhz <= LARGE_CITY_LOW_MHZ, low, high)


def _correction(frequency_mhz: Floats, environment: Environment) -> Floats:
    """Return what suburban or open ground takes off the loss in a city, dB (zero or negative)."""
    log_f = np.log10(frequency_mhz)
    if environment == "suburban":
        return -2.0 * np.log10(frequency_mhz / 28.0) ** 2 - 5.4
    if environment == "open":
        return -4.78 * log_f**2 + 18.33 * log_f - 40.94
    return np.zeros_like(log_f)


def _distance_term(distance_m: Floats, base_height_m: Floats) -> Floats:
    log_h = np.log10(base_height_m)
    return -13.82 * log_h + (44.9 - 6.55 * log_h) * np.log10(distance_m / 1e3)


def _city_of(environment: Environment, city: City) -> City:
    """Return the city that a(hm) is for: suburban and open ground are corrections of the small city."""
    return city if environment == "urban" else "small"


def hata_db(
    frequency_mhz: Floats,
    distance_m: Floats,
    base_height_m: Floats,
    mobile_height_m: Floats,
    environment: Environment,
    city: City,
) -> Floats:
    """Return Hata's loss, 150 to 1500 MHz."""
    loss = 69.55 + 26.16 * np.log10(frequency_mhz) + _distance_term(distance_m, base_height_m)
    loss = loss - mobile_correction(frequency_mhz, mobile_height_m, _city_of(environment, city))
    return loss + _correction(frequency_mhz, environment)


def cost231_db(
    frequency_mhz: Floats,
    distance_m: Floats,
    base_height_m: Floats,
    mobile_height_m: Floats,
    environment: Environment,
    city: City,
) -> Floats:
    """Return the loss by COST 231-Hata, 1500 to 2000 MHz: 3 dB more in the middle of a large city.

    COST 231 speaks of cities and suburban centres only. Suburban and open ground take Hata's corrections, as planning
    tools and the extended Hata model (ERC Report 68) do.
    """
    loss = 46.3 + 33.9 * np.log10(frequency_mhz) + _distance_term(distance_m, base_height_m)
    loss = loss - mobile_correction(frequency_mhz, mobile_height_m, _city_of(environment, city))
    if environment == "urban" and city == "large":
        loss = loss + METROPOLITAN_DB
    return loss + _correction(frequency_mhz, environment)
