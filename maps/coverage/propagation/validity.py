"""For which frequencies, distances and heights a model holds, and what happens outside.

``published`` is the range that the source states, ``accepted`` the wider one in which the formula is customarily used
(masts lower than 30 m, the first kilometre). Within the accepted range a value is computed, beyond it none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Outside = Literal["raise", "nan"]

#: parameter -> its unit, in the order in which they are checked
PARAMETERS = {
    "frequency_mhz": "MHz",
    "distance_m": "m",
    "base_height_m": "m",
    "mobile_height_m": "m",
    "street_width_m": "m",
    "building_height_m": "m",
}


class OutsideValidityError(ValueError):
    """A value lies outside the range in which a model may be used; the text names model, parameter, range, source."""

    def __init__(self, model: str, parameter: str, value: float, least: float, most: float, source: str) -> None:
        unit = PARAMETERS[parameter]
        super().__init__(
            f"{model}: {parameter} {value:g} {unit} is outside {least:g} to {most:g} {unit}, the validity of {source}."
        )
        self.model, self.parameter, self.value, self.least, self.most = model, parameter, value, least, most


@dataclass(frozen=True)
class Validity:
    """The ranges of one model: parameter -> (least, most), both included."""

    source: str
    published: Mapping[str, tuple[float, float]]
    accepted: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def range_of(self, parameter: str) -> tuple[float, float] | None:
        """Return the range in which values are computed, None where the parameter has no bound."""
        return self.accepted.get(parameter) or self.published.get(parameter)

    def inside(self, model: str, values: Mapping[str, Floats], outside: Outside) -> NDArray[np.bool_]:
        """Return where all *values* are inside (broadcast); NaN is not inside and never raises.

        Raises OutsideValidityError for the first value outside if *outside* is "raise".
        """
        shape = np.broadcast_shapes(*(value.shape for value in values.values()))
        good = np.ones(shape, dtype=bool)
        for parameter, value in values.items():
            bounds = self.range_of(parameter)
            if bounds is None:
                good &= np.isfinite(value)
                continue
            least, most = bounds
            wrong = (value < least) | (value > most)
            if outside == "raise" and wrong.any():
                raise OutsideValidityError(model, parameter, float(value[wrong].flat[0]), least, most, self.source)
            good &= ~wrong & np.isfinite(value)
        return good

    def published_inside(self, values: Mapping[str, Floats]) -> NDArray[np.bool_]:
        """Return where all *values* are inside the published ranges."""
        shape = np.broadcast_shapes(*(value.shape for value in values.values()))
        good = np.ones(shape, dtype=bool)
        for parameter, value in values.items():
            least, most = self.published.get(parameter, (-np.inf, np.inf))
            good &= (value >= least) & (value <= most)
        return good
