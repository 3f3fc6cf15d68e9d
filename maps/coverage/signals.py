"""From cells to what a receiver compares: reference signals, the model for each cell, how far it reaches.

RxLev of 2G is the whole carrier, RSCP of 3G its pilot, RSRP of 4G and SS-RSRP of 5G one subcarrier of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from maps.coverage.losses import PublishedLoss, RadioSite, Receivers, model_for
from maps.coverage.propagation import City, Environment
from maps.coverage.sectors import MapSettings, Sectors
from maps.radio.antennas import Pattern, SectorPattern
from maps.radio.emitters import WIDTH_STEP_DEG, Emitters, LeftOut
from maps.radio.parameters import Parameters

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SUBCARRIERS = 12  # of a resource block
#: resource blocks by carrier bandwidth in MHz: TS 36.101 table 5.6-1, TS 38.101-1 table 5.3.2-1
LTE_BLOCKS: dict[float, int] = {1.4: 6, 3: 15, 5: 25, 10: 50, 15: 75, 20: 100}
NR_BLOCKS: dict[int, dict[float, int]] = {
    15: {5: 25, 10: 52, 15: 79, 20: 106, 25: 133, 30: 160, 40: 216, 50: 270},
    30: {5: 11, 10: 24, 15: 38, 20: 51, 25: 65, 30: 78, 40: 106, 50: 133, 60: 162, 70: 189, 80: 217, 90: 245, 100: 273},
}
#: what is left of a carrier for resource blocks where no table says how many
USED_SHARE = 0.9
SIGNALS = {"2G": "RxLev", "3G": "RSCP", "4G": "RSRP", "5G": "SS-RSRP"}
#: technologies that radiate subcarriers
OFDM = ("4G", "5G")

ENVIRONMENTS: tuple[Environment, ...] = get_args(Environment)
CITIES: tuple[City, ...] = get_args(City)
OPEN, SUBURBAN, URBAN = "open", "suburban", "urban"
#: heights and carriers are rounded to these before the loss is looked up, so that cells can share it
HEIGHT_STEP_M, FREQUENCY_STEP_MHZ = 0.1, 1.0


@dataclass(frozen=True)
class Surroundings:
    """Environment and size of city of units, by id; ``otherwise`` where a unit is not known."""

    by_unit: dict[int, tuple[Environment, City]]
    otherwise: tuple[Environment, City] = ("suburban", "small")

    def of(self, units: Integers) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
        found = [self.by_unit.get(unit, self.otherwise) for unit in units.tolist()]
        return np.array([one[0] for one in found], dtype="<U8"), np.array([one[1] for one in found], dtype="<U8")


def resource_blocks(technology: str, bandwidth_mhz: float, subcarrier_khz: float) -> int:
    """Return how many resource blocks a carrier has; by the tables, else by the share of the band that they use."""
    table: Mapping[float, int] = LTE_BLOCKS if technology == "4G" else NR_BLOCKS.get(round(subcarrier_khz), {})
    known = table.get(bandwidth_mhz)
    if known is not None:
        return known
    return max(1, int(USED_SHARE * bandwidth_mhz * 1e3 / (SUBCARRIERS * subcarrier_khz)))


def reference_dbm(emitters: Emitters, parameters: Parameters) -> Floats:
    """Return the EIRP of the reference signal of each cell in its main direction, dBm."""
    level = emitters.eirp_dbm.copy()
    pilot = parameters.values("pilot_share_db", emitters.technology, emitters.frequency_mhz)
    level += np.where(np.isnan(pilot), 0.0, pilot)
    spacing = parameters.values("subcarrier_khz", emitters.technology, emitters.frequency_mhz)
    for technology in OFDM:
        rows = np.flatnonzero(emitters.technology == technology)
        carriers, which = np.unique(emitters.bandwidth_mhz[rows] + 1j * spacing[rows], return_inverse=True)
        blocks = [_blocks(technology, one.real, one.imag) for one in carriers.tolist()]
        level[rows] -= np.array(blocks, dtype=np.float64)[which]
    return level


_kept_blocks: dict[tuple[str, float, float], float] = {}


def _blocks(technology: str, bandwidth: float, spacing: float) -> float:
    """Return 10 log of the number of subcarriers."""
    key = (technology, bandwidth, spacing)
    if key not in _kept_blocks:
        _kept_blocks[key] = 10 * np.log10(SUBCARRIERS * resource_blocks(technology, bandwidth, spacing))
    return _kept_blocks[key]


def sectors_of(
    emitters: Emitters, parameters: Parameters, settings: MapSettings, surroundings: Surroundings
) -> tuple[Sectors, list[LeftOut]]:
    """Return the sectors of *emitters* on the settings' grid, and which cells no model holds for."""
    height = np.round(emitters.height_m / HEIGHT_STEP_M) * HEIGHT_STEP_M
    frequency = np.maximum(np.round(emitters.frequency_mhz / FREQUENCY_STEP_MHZ) * FREQUENCY_STEP_MHZ, 1.0)
    environment, city = surroundings.of(emitters.unit)
    keys = list(zip(frequency.tolist(), height.tolist(), environment.tolist(), city.tolist(), strict=True))
    places, losses = _losses(sorted(set(keys)), settings)
    loss = np.array([places[key] for key in keys], dtype=np.int64)
    held = loss >= 0
    left = [
        LeftOut(row, "model_range", f"{keys[row][0]:g} MHz, {keys[row][1]:g} m")
        for row in np.flatnonzero(~held).tolist()
    ]
    kept, loss = emitters.take(held), loss[held]
    pattern, patterns = _patterns(kept)
    grid = settings.grid
    x, y = grid.metres(kept.lon, kept.lat)
    level = reference_dbm(kept, parameters)
    floor = parameters.values("floor_dbm", kept.technology, kept.frequency_mhz)
    sectors = Sectors(
        cell=kept.cell,
        station=kept.station,
        organization=kept.organization,
        technology=kept.technology,
        x=x,
        y=y,
        azimuth_deg=(kept.azimuth_deg + grid.north(kept.lon, kept.lat)) % 360.0 if len(kept) else kept.azimuth_deg,
        electrical_tilt_deg=kept.electrical_tilt_deg,
        tilt_deg=kept.tilt_deg,
        height_m=height[held],
        level_dbm=level,
        floor_dbm=floor,
        reach_m=_reach(level - floor, loss, losses, settings),
        loss=loss,
        pattern=pattern,
        is_assumed=kept.is_assumed,
        sites=tuple(site for site, _ in losses),
        models=tuple(model for _, model in losses),
        patterns=patterns,
        receiver_height_m=settings.receiver_height_m,
    )
    return sectors, left


Key = tuple[float, float, str, str]


def _losses(keys: list[Key], settings: MapSettings) -> tuple[dict[Key, int], list[tuple[RadioSite, PublishedLoss]]]:
    """Return for each key its place among the losses, -1 where no model holds, and the losses."""
    places: dict[Key, int] = {}
    losses: list[tuple[RadioSite, PublishedLoss]] = []
    for key in keys:
        frequency, height, environment, city = key
        site = RadioSite(frequency, height, environment, city)  # type: ignore[arg-type]  # from Surroundings
        name = model_for(site, settings.receiver_height_m, settings.model)
        places[key] = -1 if name is None else len(losses)
        if name is not None:
            losses.append((site, PublishedLoss(name, settings.margins)))
    return places, losses


def _patterns(emitters: Emitters) -> tuple[Integers, tuple[Pattern, ...]]:
    """Return the place of each cell's pattern, and the patterns: those of files, then 3GPP sectors by their widths."""
    patterns: list[Pattern] = list(emitters.patterns)
    found = emitters.pattern.copy()
    widths = np.round(emitters.width_deg / WIDTH_STEP_DEG) * WIDTH_STEP_DEG
    heights = np.round(emitters.height_deg / WIDTH_STEP_DEG) * WIDTH_STEP_DEG
    around = np.isnan(emitters.azimuth_deg)
    rows = np.flatnonzero(found < 0)
    pairs = np.stack([np.where(around, 360.0, widths)[rows], heights[rows]], axis=1)
    beams, which = np.unique(pairs, axis=0, return_inverse=True)
    found[rows] = which.ravel() + len(patterns)
    patterns += [SectorPattern(width, height) for width, height in beams.tolist()]
    return found, tuple(patterns)


def _reach(
    budget_db: Floats, loss: Integers, losses: list[tuple[RadioSite, PublishedLoss]], settings: MapSettings
) -> Floats:
    """Return how far each cell can be heard in its main direction: the last distance whose loss its budget bears."""
    out = np.zeros(len(budget_db))
    step = float(settings.resolution_m)
    distances = np.arange(step, settings.radius_m + step, step)
    for place, (site, model) in enumerate(losses):
        rows = loss == place
        if not rows.any():
            continue
        values = model.loss(site, Receivers(distances, settings.receiver_height_m))
        # the least loss from here outwards: a step down further out must not end the search
        least = np.fmin.accumulate(np.where(np.isnan(values), np.inf, values)[::-1])[::-1]
        reached = np.searchsorted(least, budget_db[rows], side="right")
        out[rows] = np.minimum((reached + 1) * step, min(settings.radius_m, model.reach_m(site)))
    return out
