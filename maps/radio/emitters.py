"""What radiates: the cells of the register as columns, checked, completed by documented defaults and marked where so.

A cell whose values cannot be true is left out with a reason, and nothing else stops. A value that is missing is taken
from the mast, or from the parameters in force; :class:`Assumed` says of each cell what was.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import IntFlag
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from maps.radio.antennas import OMNI_DEG, F1336Pattern, MeasuredPattern, Pattern
from maps.radio.parameters import Parameters

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
#: raw columns by name, None where the register has no value
Raw = Mapping[str, Sequence[Any]]

NO_PATTERN = -1
#: in raw columns: a sector by the beam widths as ITU-R F.1336-5 has it; none of ``patterns`` yet
F1336 = -2
#: beam widths are rounded to this where patterns are made of them, so that cells share them
WIDTH_STEP_DEG = 0.1
#: centre of the antennas below the top of a mast, least height that is left
LEAST_HEIGHT_M = 3.0


class Assumed(IntFlag):
    """Which values of a cell the register does not hold."""

    CELL = 1
    POWER = 2
    HEIGHT = 4
    AZIMUTH = 8
    TILT = 16
    BANDWIDTH = 32
    BEAM = 64
    GAIN = 128


#: the beam's widths and the gain are seldom reported and decide little: they alone make no cell an assumed one
COUNTED = Assumed.CELL | Assumed.POWER | Assumed.HEIGHT | Assumed.AZIMUTH | Assumed.TILT | Assumed.BANDWIDTH


@dataclass(frozen=True)
class LeftOut:
    """A row that was left out: its place among the rows given, the code of the reason, the value that decided."""

    row: int
    reason: str
    value: str


@dataclass(frozen=True)
class Emitters:
    """Cells as columns of equal length. Metres above ground, degrees, MHz, dBm, dBi; NaN azimuth: all around.

    ``cell`` is 0 where the register has a station's technology but not its cells; ``pattern`` is a place in
    ``patterns`` or :data:`NO_PATTERN`. ``roof_m`` is the height of the building below, ``ground_m`` the terrain's
    above sea level where it is known (NaN): heights above ground, roofs and datum are never added up in silence.
    """

    cell: Integers
    station: Integers
    organization: Integers
    unit: Integers
    code: NDArray[np.str_]
    technology: NDArray[np.str_]
    lon: Floats
    lat: Floats
    frequency_mhz: Floats
    bandwidth_mhz: Floats
    eirp_dbm: Floats
    gain_dbi: Floats
    azimuth_deg: Floats
    electrical_tilt_deg: Floats
    tilt_deg: Floats
    height_m: Floats
    width_deg: Floats
    height_deg: Floats
    roof_m: Floats
    ground_m: Floats
    pattern: Integers
    assumed: Integers
    patterns: tuple[Pattern, ...] = ()

    def __len__(self) -> int:
        return len(self.cell)

    def take(self, rows: Any) -> Self:
        """Return the rows that a mask or places choose."""
        columns = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "patterns"}
        return type(self)(**columns, patterns=self.patterns)

    @property
    def is_assumed(self) -> NDArray[np.bool_]:
        """Where a value that decides the level was assumed."""
        return (self.assumed & int(COUNTED)) != 0

    def assumed_counts(self) -> dict[str, int]:
        """Return how many cells each kind of value was assumed for."""
        return {flag.name.lower(): int(((self.assumed & flag) != 0).sum()) for flag in Assumed if flag.name}


def _numbers(raw: Raw, name: str) -> tuple[Floats, NDArray[np.bool_]]:
    """Return a column as floats and where it has a value; None becomes NaN."""
    column = raw[name]
    given = np.array([value is not None for value in column], dtype=bool)
    return np.array([np.nan if value is None else value for value in column], dtype=np.float64), given


def _integers(raw: Raw, name: str) -> Integers:
    return np.array([value or 0 for value in raw[name]], dtype=np.int64)


def _words(raw: Raw, name: str) -> NDArray[np.str_]:
    return np.array([value or "" for value in raw[name]], dtype=np.str_)


NUMBERS = (
    "lon",
    "lat",
    "frequency_mhz",
    "band_mhz",
    "bandwidth_mhz",
    "azimuth_deg",
    "tilt_deg",
    "electrical_tilt_deg",
    "height_agl_m",
    "gain_dbi",
    "eirp_dbm",
    "beamwidth_h_deg",
    "beamwidth_v_deg",
    "transmit_power_w",
    "mast_m",
    "roof_m",
)
#: reason -> (column, least, most, is the least itself wrong)
RANGES: tuple[tuple[str, str, float, float, bool], ...] = (
    ("position", "lon", -180, 180, False),
    ("position", "lat", -90, 90, False),
    ("frequency", "frequency_mhz", 100, 100_000, False),
    ("bandwidth", "bandwidth_mhz", 0, 2_000, True),
    ("azimuth", "azimuth_deg", 0, 360, False),
    ("tilt", "tilt_deg", -90, 90, False),
    ("tilt", "electrical_tilt_deg", -90, 90, False),
    ("height", "height_agl_m", 0, 1_000, True),
    ("gain", "gain_dbi", -10, 50, False),
    ("power", "eirp_dbm", -30, 100, False),
    ("beam", "beamwidth_h_deg", 0, 360, True),
    ("beam", "beamwidth_v_deg", 0, 180, True),
)


class _Columns:
    """The raw numbers with where they are given, and the first reason against each row."""

    def __init__(self, raw: Raw) -> None:
        read = {name: _numbers(raw, name) for name in NUMBERS}
        self.value = {name: values for name, (values, _) in read.items()}
        self.given = {name: given for name, (_, given) in read.items()}
        self.reason = np.full(len(raw["lon"]), "", dtype="<U32")
        self.wrong = np.full(len(raw["lon"]), "", dtype="<U64")

    def refuse(self, where: NDArray[np.bool_], reason: str, name: str) -> None:
        """Note *reason* with the value of column *name* on the rows that have none yet."""
        fresh = where & (self.reason == "")
        self.reason[fresh] = reason
        self.wrong[fresh] = [f"{value:g}" for value in self.value[name][fresh]]

    def filled(self, name: str, values: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the column with *values* where it has none, and where that was."""
        missing = ~self.given[name]
        return np.where(missing, values, self.value[name]), missing


def emitters_of(
    raw: Raw, parameters: Parameters, patterns: tuple[MeasuredPattern, ...] = ()
) -> tuple[Emitters, list[LeftOut]]:
    """Return the sound cells among *raw*, completed, and why each of the others was left out."""
    columns = _Columns(raw)
    technology = _words(raw, "technology")
    known_band = ~columns.given["frequency_mhz"] & columns.given["band_mhz"]
    columns.value["frequency_mhz"][known_band] = columns.value["band_mhz"][known_band]
    columns.given["frequency_mhz"] |= known_band
    _refuse(columns)
    pattern = _integers(raw, "pattern") if "pattern" in raw else np.full(len(technology), NO_PATTERN)
    completed = _completed(columns, technology, parameters, pattern, patterns)
    pattern, known = _with_f1336(completed, pattern, patterns)
    whole = np.where(_integers(raw, "cell") == 0, int(Assumed.CELL), 0)
    everything = Emitters(
        cell=_integers(raw, "cell"),
        station=_integers(raw, "station"),
        organization=_integers(raw, "organization"),
        unit=_integers(raw, "unit"),
        code=_words(raw, "code"),
        technology=technology,
        lon=columns.value["lon"],
        lat=columns.value["lat"],
        ground_m=np.full(len(technology), np.nan),
        pattern=pattern,
        patterns=known,
        **{**completed, "assumed": completed["assumed"] | whole},
    )
    good = columns.reason == ""
    left = [
        LeftOut(int(row), str(columns.reason[row]), str(columns.wrong[row])) for row in np.flatnonzero(~good).tolist()
    ]
    return everything.take(good), left


def _with_f1336(
    completed: dict[str, Any], pattern: Integers, patterns: tuple[MeasuredPattern, ...]
) -> tuple[Integers, tuple[Pattern, ...]]:
    """Return the place of each cell's pattern, and *patterns* with a sector of F.1336 for each pair of beam widths.

    An antenna all around is no sector: it stays with the usual pattern.
    """
    wanted = pattern == F1336
    around = np.isnan(completed["azimuth_deg"])
    rows = np.flatnonzero(wanted & ~around)
    out = np.where(wanted, NO_PATTERN, pattern)
    if not len(rows):
        return out, patterns
    widths = np.stack([completed["width_deg"], completed["height_deg"]], axis=1)[rows]
    rounded = np.maximum(np.round(widths / WIDTH_STEP_DEG), 1.0) * WIDTH_STEP_DEG
    beams, which = np.unique(rounded.round(6), axis=0, return_inverse=True)
    out[rows] = which.ravel() + len(patterns)
    return out, (*patterns, *(F1336Pattern(width, height) for width, height in beams.tolist()))


def _refuse(columns: _Columns) -> None:
    """Note the first thing that cannot be true about each row."""
    for name in ("lon", "lat"):
        columns.refuse(~columns.given[name], "position_missing", name)
    columns.refuse(~columns.given["frequency_mhz"], "frequency_missing", "frequency_mhz")
    for name in NUMBERS:
        columns.refuse(columns.given[name] & ~np.isfinite(columns.value[name]), "not_a_number", name)
    for reason, name, least, most, open_below in RANGES:
        value = columns.value[name]
        with np.errstate(invalid="ignore"):
            wrong = (value < least) | (value > most) | ((value == least) & open_below)
        columns.refuse(columns.given[name] & wrong, f"{reason}_range", name)


def _completed(
    columns: _Columns,
    technology: NDArray[np.str_],
    parameters: Parameters,
    pattern: Integers,
    patterns: tuple[MeasuredPattern, ...],
) -> dict[str, Any]:
    frequency = columns.value["frequency_mhz"]

    def default(code: str) -> Floats:
        return parameters.values(code, technology, frequency)

    gain, no_gain = columns.filled("gain_dbi", _from_patterns(default("gain_dbi"), pattern, patterns, "gain_dbi"))
    height, no_height = columns.filled("height_agl_m", _mast_height(columns, parameters))
    azimuth, no_azimuth = columns.filled("azimuth_deg", np.full(len(frequency), np.nan))
    width, no_width = columns.filled("beamwidth_h_deg", np.where(no_azimuth, 360.0, default("width_deg")))
    beam, no_beam = columns.filled("beamwidth_v_deg", default("height_deg"))
    electrical, mechanical, no_tilt = _tilts(columns, default, pattern, patterns)
    bandwidth, no_bandwidth = columns.filled("bandwidth_mhz", default("bandwidth_mhz"))
    eirp, no_power = columns.filled("eirp_dbm", _radiated(columns, gain, default))
    around = width >= OMNI_DEG
    flags = {
        Assumed.POWER: no_power,
        Assumed.HEIGHT: no_height,
        Assumed.AZIMUTH: no_azimuth & ~(columns.given["beamwidth_h_deg"] & around),
        Assumed.TILT: no_tilt,
        Assumed.BANDWIDTH: no_bandwidth,
        Assumed.BEAM: no_width | no_beam,
        Assumed.GAIN: no_gain,
    }
    assumed = np.zeros(len(frequency), dtype=np.int64)
    for flag, where in flags.items():
        assumed |= np.where(where, int(flag), 0)
    return {
        "frequency_mhz": frequency,
        "bandwidth_mhz": bandwidth,
        "eirp_dbm": eirp,
        "gain_dbi": gain,
        "azimuth_deg": np.where(around, np.nan, azimuth % 360.0),
        "electrical_tilt_deg": electrical,
        "tilt_deg": mechanical,
        "height_m": height,
        "width_deg": width,
        "height_deg": beam,
        "roof_m": np.where(columns.given["roof_m"], columns.value["roof_m"], 0.0),
        "assumed": assumed,
    }


def _mast_height(columns: _Columns, parameters: Parameters) -> Floats:
    """Return the height of antennas near the top of the mast, over the ground: its building's height counts too."""
    roof = np.where(columns.given["roof_m"], columns.value["roof_m"], 0.0)
    top = columns.value["mast_m"] + roof - parameters.value("below_top_m")
    return np.where(columns.given["mast_m"], np.maximum(top, LEAST_HEIGHT_M), parameters.value("height_m"))


def _tilts(
    columns: _Columns,
    default: Callable[[str], Floats],
    pattern: Integers,
    patterns: tuple[MeasuredPattern, ...],
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return electrical and mechanical tilt; where one of them is given the other is none, not a default."""
    neither = ~columns.given["electrical_tilt_deg"] & ~columns.given["tilt_deg"]
    usual = np.where(neither, default("electrical_tilt_deg"), 0.0)
    of_pattern = _from_patterns(usual, pattern, patterns, "electrical_tilt_deg")
    electrical, _ = columns.filled("electrical_tilt_deg", of_pattern)
    mechanical, _ = columns.filled("tilt_deg", np.where(neither, default("tilt_deg"), 0.0))
    return electrical, mechanical, neither & (pattern < 0)


def _from_patterns(values: Floats, pattern: Integers, patterns: tuple[MeasuredPattern, ...], name: str) -> Floats:
    """Return *values*, or what the pattern of a cell says where it has one."""
    out = values.copy()
    for place, one in enumerate(patterns):
        out[pattern == place] = getattr(one, name)
    return out


def _radiated(columns: _Columns, gain: Floats, default: Callable[[str], Floats]) -> Floats:
    """Return the EIRP by the station's transmit power and the gain, or the usual one where that is unknown too."""
    power = columns.value["transmit_power_w"]
    with np.errstate(divide="ignore", invalid="ignore"):
        by_power = 10 * np.log10(power * 1e3) + gain - default("feeder_loss_db")
        return np.where(columns.given["transmit_power_w"] & (power > 0), by_power, default("eirp_dbm"))
