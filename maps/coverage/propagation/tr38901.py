"""3GPP TR 38.901, table 7.4.1-1: rural macro, urban macro and urban street canyon, in line of sight and without.

Distances given are horizontal (2D); the formulas want the slant one (3D). Frequencies in MHz outside, GHz inside.
The effective environment height of UMa and UMi is 1 m, which is exact for receivers below 13 m.
"""

import numpy as np

from maps.coverage.propagation.validity import Floats, Validity

SOURCE = "3GPP TR 38.901, table 7.4.1-1"
#: m/s, as the report rounds it
LIGHT = 3.0e8
ENVIRONMENT_HEIGHT_M = 1.0
BUILDING_HEIGHT_M = 5.0
STREET_WIDTH_M = 20.0

_RMA = {
    "frequency_mhz": (500.0, 30_000.0),
    "base_height_m": (10.0, 150.0),
    "mobile_height_m": (1.0, 10.0),
    "building_height_m": (5.0, 50.0),
    "street_width_m": (5.0, 50.0),
}
_URBAN = {"frequency_mhz": (500.0, 100_000.0), "mobile_height_m": (1.5, 22.5), "distance_m": (10.0, 5_000.0)}

RMA_LOS = Validity(SOURCE, {**_RMA, "distance_m": (10.0, 10_000.0)})
RMA_NLOS = Validity(SOURCE, {**_RMA, "distance_m": (10.0, 5_000.0)})
# The report simulates with antennas at 25 m (UMa) and 10 m (UMi); the formulas take the height as a variable.
UMA = Validity(SOURCE, {**_URBAN, "base_height_m": (25.0, 25.0)}, accepted={"base_height_m": (10.0, 150.0)})
UMI = Validity(SOURCE, {**_URBAN, "base_height_m": (10.0, 10.0)}, accepted={"base_height_m": (3.0, 50.0)})


def _slant(distance_m: Floats, base_height_m: Floats, mobile_height_m: Floats) -> Floats:
    return np.hypot(distance_m, base_height_m - mobile_height_m)


def rma_breakpoint_m(frequency_mhz: Floats, base_height_m: Floats, mobile_height_m: Floats) -> Floats:
    """Return the horizontal distance at which rural line of sight turns to the fourth power."""
    return 2 * np.pi * base_height_m * mobile_height_m * frequency_mhz * 1e6 / LIGHT


def urban_breakpoint_m(frequency_mhz: Floats, base_height_m: Floats, mobile_height_m: Floats) -> Floats:
    """Return the breakpoint of UMa and UMi over the effective heights."""
    base, mobile = base_height_m - ENVIRONMENT_HEIGHT_M, mobile_height_m - ENVIRONMENT_HEIGHT_M
    return 4 * base * mobile * frequency_mhz * 1e6 / LIGHT


def rma_los_db(
    frequency_mhz: Floats,
    distance_m: Floats,
    base_height_m: Floats,
    mobile_height_m: Floats,
    building_height_m: Floats,
) -> Floats:
    """Return the loss of rural macro cells in line of sight."""
    ghz, h = frequency_mhz / 1e3, building_height_m

    def near(metres: Floats) -> Floats:
        return (
            20 * np.log10(40 * np.pi * metres * ghz / 3)
            + np.minimum(0.03 * h**1.72, 10) * np.log10(metres)
            - np.minimum(0.044 * h**1.72, 14.77)
            + 0.002 * np.log10(h) * metres
        )

    slant = _slant(distance_m, base_height_m, mobile_height_m)
    turn = rma_breakpoint_m(frequency_mhz, base_height_m, mobile_height_m)
    return np.where(distance_m <= turn, near(slant), near(turn) + 40 * np.log10(slant / turn))


def rma_nlos_db(
    frequency_mhz: Floats,
    distance_m: Floats,
    base_height_m: Floats,
    mobile_height_m: Floats,
    building_height_m: Floats,
    street_width_m: Floats,
) -> Floats:
    """Return the loss of rural macro cells without line of sight; never less than in line of sight."""
    slant = _slant(distance_m, base_height_m, mobile_height_m)
    log_base = np.log10(base_height_m)
    loss = (
        161.04
        - 7.1 * np.log10(street_width_m)
        + 7.5 * np.log10(building_height_m)
        - (24.37 - 3.7 * (building_height_m / base_height_m) ** 2) * log_base
        + (43.42 - 3.1 * log_base) * (np.log10(slant) - 3)
        + 20 * np.log10(frequency_mhz / 1e3)
        - (3.2 * np.log10(11.75 * mobile_height_m) ** 2 - 4.97)
    )
    sight = rma_los_db(frequency_mhz, distance_m, base_height_m, mobile_height_m, building_height_m)
    return np.maximum(sight, loss)


def _urban_los(
    frequency_mhz: Floats,
    distance_m: Floats,
    base_height_m: Floats,
    mobile_height_m: Floats,
    near: tuple[float, float],
    far: float,
) -> Floats:
    """Return constant + slope up to the breakpoint, the fourth power with the factor *far* beyond it."""
    constant, slope = near
    slant = _slant(distance_m, base_height_m, mobile_height_m)
    turn = urban_breakpoint_m(frequency_mhz, base_height_m, mobile_height_m)
    log_f = 20 * np.log10(frequency_mhz / 1e3)
    first = constant + slope * np.log10(slant) + log_f
    second = constant + 40 * np.log10(slant) + log_f - far * np.log10(turn**2 + (base_height_m - mobile_height_m) ** 2)
    return np.where(distance_m <= turn, first, second)


def uma_los_db(frequency_mhz: Floats, distance_m: Floats, base_height_m: Floats, mobile_height_m: Floats) -> Floats:
    """Return the loss of urban macro cells in line of sight."""
    return _urban_los(frequency_mhz, distance_m, base_height_m, mobile_height_m, (28.0, 22.0), 9.0)


def uma_nlos_db(frequency_mhz: Floats, distance_m: Floats, base_height_m: Floats, mobile_height_m: Floats) -> Floats:
    """Return the loss of urban macro cells without line of sight; never less than in line of sight."""
    slant = _slant(distance_m, base_height_m, mobile_height_m)
    loss = 13.54 + 39.08 * np.log10(slant) + 20 * np.log10(frequency_mhz / 1e3) - 0.6 * (mobile_height_m - 1.5)
    return np.maximum(uma_los_db(frequency_mhz, distance_m, base_height_m, mobile_height_m), loss)


def umi_los_db(frequency_mhz: Floats, distance_m: Floats, base_height_m: Floats, mobile_height_m: Floats) -> Floats:
    """Return the loss of cells in street canyons in line of sight."""
    return _urban_los(frequency_mhz, distance_m, base_height_m, mobile_height_m, (32.4, 21.0), 9.5)


def umi_nlos_db(frequency_mhz: Floats, distance_m: Floats, base_height_m: Floats, mobile_height_m: Floats) -> Floats:
    """Return the loss of cells in street canyons without line of sight; never less than in line of sight."""
    slant = _slant(distance_m, base_height_m, mobile_height_m)
    loss = 22.4 + 35.3 * np.log10(slant) + 21.3 * np.log10(frequency_mhz / 1e3) - 0.3 * (mobile_height_m - 1.5)
    return np.maximum(umi_los_db(frequency_mhz, distance_m, base_height_m, mobile_height_m), loss)
