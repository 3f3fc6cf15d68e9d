"""What exposes people: the register's cells as columns of power, limit, place and direction."""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from maps.exposure.limits import Limits
from maps.radio.antennas import Pattern
from maps.radio.emitters import NO_PATTERN, Emitters
from maps.radio.parameters import Parameters

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LIGHT_M_MHZ = 299.792458
#: share of the power where nobody says less: a transmitter that never rests
WHOLE = 1.0


@dataclass(frozen=True)
class Sources:
    """Cells as columns of equal length. Degrees, metres above ground, watts, W/m²; NaN azimuth: all around.

    ``eirp_w`` is the actual maximum: the register's EIRP times the duty cycle of TDD and the statistical power factor,
    each only where the authority has verified it. ``limit_w_m2`` is the limit on the cell's carrier; ``quotient_m2``
    = EIRP / (4 pi limit), the square of its distance to the limit in the main lobe.
    """

    cell: Integers
    station: Integers
    organization: Integers
    code: NDArray[np.str_]
    technology: NDArray[np.str_]
    lon: Floats
    lat: Floats
    height_m: Floats
    frequency_mhz: Floats
    eirp_w: Floats
    duty: Floats
    factor: Floats
    limit_w_m2: Floats
    gain_dbi: Floats
    azimuth_deg: Floats
    electrical_tilt_deg: Floats
    tilt_deg: Floats
    width_deg: Floats
    beam_deg: Floats
    length_m: Floats
    pattern: Integers
    is_assumed: NDArray[np.bool_]
    patterns: tuple[Pattern, ...] = ()

    def __len__(self) -> int:
        return len(self.cell)

    def take(self, rows: Any) -> Self:
        """Return the rows that a mask or places choose."""
        columns = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "patterns"}
        return type(self)(**columns, patterns=self.patterns)

    @property
    def quotient_m2(self) -> Floats:
        return self.eirp_w / (4 * np.pi * self.limit_w_m2)

    @property
    def power_w(self) -> Floats:
        """The power that feeds the antenna, by EIRP and gain."""
        return self.eirp_w / 10 ** (self.gain_dbi / 10)

    @property
    def lower_edge_m(self) -> Floats:
        """The height of each antenna's lower edge above ground."""
        return np.maximum(self.height_m - self.length_m / 2, 0.0)


def sources_of(emitters: Emitters, parameters: Parameters, limits: Limits) -> Sources:
    """Return the cells that have a limit: those on carriers that the standard says nothing about are left out."""
    limit = limits.power_w_m2(emitters.frequency_mhz)
    duty = _share("tdd_duty", emitters, parameters)
    factor = _share("power_factor", emitters, parameters)
    wavelength = LIGHT_M_MHZ / emitters.frequency_mhz
    everything = Sources(
        cell=emitters.cell,
        station=emitters.station,
        organization=emitters.organization,
        code=emitters.code,
        technology=emitters.technology,
        lon=emitters.lon,
        lat=emitters.lat,
        height_m=emitters.height_m,
        frequency_mhz=emitters.frequency_mhz,
        eirp_w=10 ** ((emitters.eirp_dbm - 30) / 10) * duty * factor,
        duty=duty,
        factor=factor,
        limit_w_m2=limit,
        gain_dbi=emitters.gain_dbi,
        azimuth_deg=emitters.azimuth_deg,
        electrical_tilt_deg=emitters.electrical_tilt_deg,
        tilt_deg=emitters.tilt_deg,
        width_deg=emitters.width_deg,
        beam_deg=emitters.height_deg,
        length_m=parameters.value("panel_length_deg") * wavelength / emitters.height_deg,
        pattern=emitters.pattern,
        is_assumed=emitters.is_assumed,
        patterns=emitters.patterns,
    )
    return everything.take(np.isfinite(limit))


def _share(code: str, emitters: Emitters, parameters: Parameters) -> Floats:
    """Return a share of the power, 1 where no verified row says less: exposure is never reckoned down by a guess."""
    found = parameters.values(code, emitters.technology, emitters.frequency_mhz, verified_only=True)
    return np.where(np.isfinite(found), found, WHOLE)


def has_pattern(sources: Sources) -> NDArray[np.bool_]:
    """Return where another pattern than the usual sector is known."""
    return sources.pattern != NO_PATTERN
