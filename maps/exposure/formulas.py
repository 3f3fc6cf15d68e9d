"""Power density around an antenna and the distance at which it falls to a limit.

Far field: EIRP spread over a sphere. Near field of a panel: its power spread over the part of a cylinder that its
beam lights, S = P / (phi R L) with phi half the horizontal beam width and L the length of the panel; close to the
panel the sphere over-states what one cylinder can carry, so the smaller of the two counts. Watts, metres, degrees.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

#: impedance of free space as the standards round it
OHM = 377.0
#: OET-65: the field may rise by 60 % over reflecting ground, the power density by 1.6 squared
GROUND_REFLECTION = 2.56


def _numbers(value: ArrayLike, name: str) -> Floats:
    numbers = np.asarray(value, dtype=np.float64)
    if (numbers < 0).any():
        raise ValueError(f"{name} must not be negative.")
    return numbers


def _out(values: Floats) -> Floats | float:
    return float(values) if np.ndim(values) == 0 else values


def power_density_w_m2(eirp_w: ArrayLike, distance_m: ArrayLike) -> Floats | float:
    """Return EIRP / (4 pi R²), W/m²; at the antenna itself it is infinite. Raises ValueError for negative values."""
    eirp, distance = _numbers(eirp_w, "eirp_w"), _numbers(distance_m, "distance_m")
    with np.errstate(divide="ignore", invalid="ignore"):
        return _out(eirp / (4 * np.pi * distance**2))


def compliance_distance_m(eirp_w: ArrayLike, limit_w_m2: ArrayLike) -> Floats | float:
    """Return the distance in the main lobe at which the power density equals the limit: sqrt(EIRP / (4 pi S)).

    Raises ValueError for negative values; no limit (0) gives infinity.
    """
    eirp, limit = _numbers(eirp_w, "eirp_w"), _numbers(limit_w_m2, "limit_w_m2")
    with np.errstate(divide="ignore", invalid="ignore"):
        return _out(np.sqrt(eirp / (4 * np.pi * limit)))


def field_strength_v_m(power_density: ArrayLike) -> Floats | float:
    """Return the electric field of a plane wave that carries *power_density* (W/m²): sqrt(377 S)."""
    return _out(np.sqrt(OHM * _numbers(power_density, "power_density")))


def near_field_power_density_w_m2(
    power_w: ArrayLike, distance_m: ArrayLike, beamwidth_deg: ArrayLike, length_m: ArrayLike
) -> Floats | float:
    """Return P / (phi R L): the power density in front of a panel within its near field, W/m²."""
    power, distance = _numbers(power_w, "power_w"), _numbers(distance_m, "distance_m")
    with np.errstate(divide="ignore", invalid="ignore"):
        return _out(power / (_half_beam(beamwidth_deg) * distance * _numbers(length_m, "length_m")))


def near_field_distance_m(
    power_w: ArrayLike, limit_w_m2: ArrayLike, beamwidth_deg: ArrayLike, length_m: ArrayLike
) -> Floats | float:
    """Return the distance in front of a panel at which its near field falls to the limit: P / (phi L S)."""
    power, limit = _numbers(power_w, "power_w"), _numbers(limit_w_m2, "limit_w_m2")
    with np.errstate(divide="ignore", invalid="ignore"):
        return _out(power / (_half_beam(beamwidth_deg) * _numbers(length_m, "length_m") * limit))


def panel_distance_m(
    eirp_w: ArrayLike, power_w: ArrayLike, limit_w_m2: ArrayLike, beamwidth_deg: ArrayLike, length_m: ArrayLike
) -> Floats | float:
    """Return the compliance distance of a panel: the smaller of its near-field and its far-field distance.

    Where the length is not known (NaN) the far field alone decides.
    """
    far = np.asarray(compliance_distance_m(eirp_w, limit_w_m2))
    near = np.asarray(near_field_distance_m(power_w, limit_w_m2, beamwidth_deg, length_m))
    return _out(np.fmin(far, near))


def _half_beam(beamwidth_deg: ArrayLike) -> Floats:
    """Return phi in radians; nothing lights more than the whole circle."""
    width = np.minimum(_numbers(beamwidth_deg, "beamwidth_deg"), 360.0)
    return np.radians(width) / 2
