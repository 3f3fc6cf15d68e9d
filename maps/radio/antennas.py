"""Antenna patterns: how much less than in its main direction an antenna radiates elsewhere.

A pattern is a horizontal cut, a vertical cut and a rule that joins them; attenuations are dB and never negative.
Angles are degrees: *bearing* clockwise from the azimuth of the antenna, *depression* downwards from the horizon.
"""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

#: of TR 38.901, table 7.3-1
SIDE_LOBE_DB = 30.0
FRONT_TO_BACK_DB = 30.0
#: a beam this wide is no sector
OMNI_DEG = 300.0


def wrapped(degrees: ArrayLike) -> Floats:
    """Return angles in [-180, 180)."""
    return (np.asarray(degrees, dtype=np.float64) + 180.0) % 360.0 - 180.0


class Pattern(Protocol):
    """Two cuts and their joint: attenuation = min(horizontal + weight × vertical, floor). Equal ones compare equal."""

    def __hash__(self) -> int:
        """Return the same for equal patterns."""

    @property
    def floor_db(self) -> float:
        """The most that the antenna attenuates in any direction."""

    def horizontal(self, bearing_deg: Floats) -> Floats:
        """Return the attenuation at *bearing_deg* (-180 to 180) in the plane of the main lobe."""

    def vertical(self, off_deg: Floats) -> Floats:
        """Return the attenuation *off_deg* below (negative: above) the main lobe."""

    def weight(self, bearing_deg: Floats) -> Floats:
        """Return how much of the vertical cut counts at *bearing_deg*; 1 unless a recommendation says otherwise."""


@dataclass(frozen=True)
class SectorPattern:
    """3GPP TR 38.901, table 7.3-1, with the beam widths of the antenna: 12 (angle / width)², limited."""

    width_deg: float
    height_deg: float
    side_lobe_db: float = SIDE_LOBE_DB
    floor_db: float = FRONT_TO_BACK_DB

    def horizontal(self, bearing_deg: Floats) -> Floats:
        if self.width_deg >= OMNI_DEG:
            return np.zeros_like(bearing_deg)
        return np.minimum(12 * (bearing_deg / self.width_deg) ** 2, self.floor_db)

    def vertical(self, off_deg: Floats) -> Floats:
        return np.minimum(12 * (off_deg / self.height_deg) ** 2, self.side_lobe_db)

    def weight(self, bearing_deg: Floats) -> Floats:
        return np.ones_like(bearing_deg)


@dataclass(frozen=True)
class F1336Pattern:
    """ITU-R F.1336-5, recommends 3.1.1 (peak side lobes): sector antennas from 400 MHz to 6 GHz."""

    width_deg: float
    height_deg: float
    k_p: float = 0.7
    k_h: float = 0.7
    k_v: float = 0.3

    @property
    def back_db(self) -> float:
        """G180 of the recommendation: relative gain behind the antenna, negative."""
        return float(-12 + 10 * np.log10(1 + 8 * self.k_p) - 15 * np.log10(180 / self.height_deg))

    @property
    def floor_db(self) -> float:
        return -self.back_db

    def horizontal(self, bearing_deg: Floats) -> Floats:
        x = np.abs(bearing_deg) / self.width_deg
        step = 3 * (1 - 0.5**-self.k_h)
        with np.errstate(divide="ignore", invalid="ignore"):
            outer = -12 * np.where(x > 0, x, 1.0) ** (2 - self.k_h) - step
        gain = np.where(x <= 0.5, -12 * x**2, outer)
        return -np.maximum(gain, self.back_db)

    def vertical(self, off_deg: Floats) -> Floats:
        x = np.abs(off_deg) / self.height_deg
        tail = 4**-1.5 + self.k_v
        rise = (180 / self.height_deg) ** 1.5 * tail / (1 + 8 * self.k_p)
        slope = 10 * np.log10(rise) / np.log10(22.5 / self.height_deg)
        start = 12 - slope * np.log10(4) - 10 * np.log10(tail)
        far = np.maximum(x, 4.0)
        middle = np.maximum(x, 1e-6)
        edge = np.sqrt(1 - 0.36 * self.k_v)
        gain = np.select(
            [x < edge, x < 4, x < 90 / self.height_deg],
            [-12 * x**2, -12 + 10 * np.log10(middle**-1.5 + self.k_v), -start - slope * np.log10(far)],
            default=self.back_db,
        )
        return -gain

    def weight(self, bearing_deg: Floats) -> Floats:
        behind = self.horizontal(np.array(180.0))
        return (behind - self.horizontal(bearing_deg)) / behind


@dataclass(frozen=True)
class MeasuredPattern:
    """The cuts of a maker's file, one value a degree: *horizontal_db* from the azimuth clockwise, *vertical_db* from
    the horizon downwards (90 is straight down, 270 straight up). The lobe of the vertical cut is turned to 0.
    """

    name: str
    horizontal_db: tuple[float, ...]
    vertical_db: tuple[float, ...]
    gain_dbi: float = 0.0
    frequency_mhz: float | None = None
    electrical_tilt_deg: float = 0.0
    floor_db: float = field(init=False)

    def __post_init__(self) -> None:
        if len(self.horizontal_db) != 360 or len(self.vertical_db) != 360:
            raise ValueError("A pattern needs 360 values a cut, one for each degree.")
        values = np.array([*self.horizontal_db, *self.vertical_db])
        if not np.isfinite(values).all() or values.min() < 0:
            raise ValueError("Attenuations of a pattern must be finite and not negative.")
        object.__setattr__(self, "floor_db", float(values.max()))

    def horizontal(self, bearing_deg: Floats) -> Floats:
        return _interpolated(np.array(self.horizontal_db), bearing_deg)

    def vertical(self, off_deg: Floats) -> Floats:
        return _interpolated(np.array(self.vertical_db), off_deg)

    def weight(self, bearing_deg: Floats) -> Floats:
        return np.ones_like(bearing_deg)


def _interpolated(cut: Floats, degrees: Floats) -> Floats:
    return np.interp(np.asarray(degrees) % 360.0, np.arange(361.0), np.append(cut, cut[0]))


def effective_tilt(electrical_deg: ArrayLike, mechanical_deg: ArrayLike, bearing_deg: ArrayLike) -> Floats:
    """Return how far the lobe is turned down at *bearing_deg*: mechanical tilt fades to the side, rises behind."""
    mechanical = np.asarray(mechanical_deg, dtype=np.float64)
    return np.asarray(electrical_deg) + mechanical * np.cos(np.radians(bearing_deg))


def attenuation_db(
    pattern: Pattern,
    bearing_deg: ArrayLike,
    depression_deg: ArrayLike,
    *,
    electrical_tilt_deg: ArrayLike = 0.0,
    mechanical_tilt_deg: ArrayLike = 0.0,
) -> Floats:
    """Return the attenuation of *pattern* towards a direction, dB; arrays broadcast."""
    bearing = wrapped(bearing_deg)
    off = wrapped(np.asarray(depression_deg) - effective_tilt(electrical_tilt_deg, mechanical_tilt_deg, bearing))
    joined = pattern.horizontal(bearing) + pattern.weight(bearing) * pattern.vertical(off)
    return np.minimum(joined, pattern.floor_db)
