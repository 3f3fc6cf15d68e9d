"""The limits of exposure in force on a day, by standard, for many carriers at once."""

from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maps.models import ExposureLimit

Floats = NDArray[np.float64]

#: the standard of the territory's regulation
NATIONAL = "qcvn8"


class MissingLimitError(LookupError):
    """A standard has no limit in force for a carrier: nothing can be compared with it."""


@dataclass(frozen=True)
class Limits:
    """A standard's limits for the general public: factor × MHz ^ exponent between two frequencies."""

    standard: str
    basis: str
    rows: tuple[tuple[float, float, float, float], ...]

    @classmethod
    def on(cls, day: date, standard: str = NATIONAL) -> Self:
        """Read the limits of *standard* in force on *day* (one query); raises MissingLimitError without any."""
        found = list(ExposureLimit.objects.in_force(day).filter(standard=standard).order_by("low_mhz", "valid_from"))
        if not found:
            raise MissingLimitError(f"No limit of {standard!r} is in force on {day}.")
        rows = {row.low_mhz: (row.low_mhz, row.high_mhz, row.power_factor, row.power_exponent) for row in found}
        return cls(standard, found[-1].legal_basis, tuple(rows.values()))

    def power_w_m2(self, mhz: ArrayLike) -> Floats:
        """Return the limit of the power density for each carrier; NaN where the standard has none.

        A band's upper edge belongs to the next band, to itself where no other begins.
        """
        frequency = np.asarray(mhz, dtype=np.float64)
        out = np.full(frequency.shape, np.nan)
        for low, high, factor, exponent in self.rows:
            inside = (frequency >= low) & ((frequency < high) | ((frequency == high) & np.isnan(out)))
            out[inside] = factor * frequency[inside] ** exponent
        return out


def standards(day: date) -> list[str]:
    """Return the standards that can be chosen on *day*, the regulation's first."""
    names = ExposureLimit.objects.in_force(day).order_by("standard").values_list("standard", flat=True).distinct()
    return sorted(set(names), key=lambda name: (name != NATIONAL, name))
