"""What if: a mast or a cell that does not stand yet, and how many people it would cover that are not covered now.

Nothing is stored. The trial's levels are computed exactly, on the tiles they reach; what was there is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.utils import timezone
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.transform import Affine

from infra.models import UnitLevel
from infra.spatial.units import units_at
from maps.coverage.gaps import outline_of
from maps.coverage.grid import Grid
from maps.coverage.ground import surroundings_for
from maps.coverage.losses import Margins
from maps.coverage.manifests import Manifest, read_manifest
from maps.coverage.mosaics import Window, inside_at, people_at, tile_at
from maps.coverage.points import scale_of
from maps.coverage.rasters.exact import levels_dbm
from maps.coverage.rasters.filling import NO_LEVEL
from maps.coverage.rasters.tables import HUNDREDTHS
from maps.coverage.regions import on_grid
from maps.coverage.sectors import MapSettings, Sectors
from maps.coverage.signals import sectors_of
from maps.models import CoverageMap
from maps.radio.emitters import NUMBERS, emitters_of
from maps.radio.parameters import Parameters

Shorts = NDArray[np.int16]


class ImpossibleTrialError(ValueError):
    """The trial cannot be computed; ``parameter`` says what is wrong with which value."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.message = message


@dataclass(frozen=True)
class Trial:
    """A station that is tried: where, how high, which sectors. What is None takes the defaults in force."""

    lon: float
    lat: float
    height_m: float
    azimuths_deg: tuple[float, ...] = (0.0, 120.0, 240.0)
    frequency_mhz: float | None = None
    bandwidth_mhz: float | None = None
    eirp_dbm: float | None = None
    tilt_deg: float | None = None
    electrical_tilt_deg: float | None = None
    beamwidth_deg: float | None = None


@dataclass(frozen=True)
class Gain:
    """What a trial would add to a map: people and area covered now and then, and the shape of what is new (degrees).

    ``left_people`` and ``left_m2`` are what stays uncovered of the gap that was asked about, None without one.
    """

    people: float
    area_m2: float
    reach_m: float
    shape: shapely.MultiPolygon
    left_people: float | None = None
    left_m2: float | None = None


def try_out(coverage: CoverageMap, trial: Trial, gap: Any = None) -> Gain:
    """Return what *trial* would add to *coverage*; *gap* is a shape in degrees (a white spot's) to look at besides.

    Raises ImpossibleTrialError for a trial that no model holds for.
    """
    manifest = read_manifest(settings.COVERAGE_STORE, coverage.manifest)
    sectors = _sectors(coverage, trial, manifest.grid)
    window, before, after = _levels(manifest, sectors)
    scale = scale_of(coverage)
    inside, people = _ground(manifest, window)
    won = inside & scale.covered(after) & ~scale.covered(before)
    left = _left(manifest.grid, window, gap, inside & ~scale.covered(after), people)
    return Gain(
        people=float(people[won].sum(dtype=np.float64)),
        area_m2=float(won.sum() * manifest.grid.pixel_m2),
        reach_m=float(sectors.reach_m.max()),
        shape=_shape(manifest.grid, window, won),
        left_people=None if left is None else left[0],
        left_m2=None if left is None else left[1],
    )


def _sectors(coverage: CoverageMap, trial: Trial, grid: Grid) -> Sectors:
    parameters = Parameters.on(timezone.localdate())
    unit = int(units_at([(trial.lon, trial.lat)], level=UnitLevel.COMMUNE)[0])
    technology = coverage.technology_id
    frequency = trial.frequency_mhz or parameters.value("frequency_mhz", technology)
    count = len(trial.azimuths_deg)
    values: dict[str, Any] = {
        "lon": trial.lon,
        "lat": trial.lat,
        "frequency_mhz": frequency,
        "bandwidth_mhz": trial.bandwidth_mhz,
        "height_agl_m": trial.height_m,
        "eirp_dbm": trial.eirp_dbm,
        "tilt_deg": trial.tilt_deg,
        "electrical_tilt_deg": trial.electrical_tilt_deg,
        "beamwidth_h_deg": trial.beamwidth_deg,
        "cell": 0,
        "station": 0,
        "organization": coverage.organization_id or 0,
        "unit": unit,
        "code": "",
        "technology": technology,
    }
    raw = {name: [values.get(name)] * count for name in (*NUMBERS, *values)}
    emitters, wrong = emitters_of({**raw, "azimuth_deg": list(trial.azimuths_deg)}, parameters)
    if wrong:
        raise ImpossibleTrialError(wrong[0].reason.removesuffix("_range").removesuffix("_missing"), wrong[0].value)
    map_settings = MapSettings(
        resolution_m=coverage.resolution_m,
        radius_m=coverage.radius_m,
        receiver_height_m=coverage.receiver_height_m,
        model=coverage.model,
        centre=grid.centre,
        margins=Margins(**coverage.margins),
    )
    sectors, left = sectors_of(emitters, parameters, map_settings, surroundings_for([unit], parameters))
    if left:
        raise ImpossibleTrialError("frequency_mhz", left[0].value)
    return sectors


def _levels(manifest: Manifest, sectors: Sectors) -> tuple[Window, Shorts, Shorts]:
    """Return the tiles that the trial reaches, the levels there now, and with the trial."""
    grid, reach = manifest.grid, float(sectors.reach_m.max())
    x, y = float(sectors.x[0]), float(sectors.y[0])
    window = Window.around(grid.tiles_between(x - reach, y - reach, x + reach, y + reach))
    before = np.full(window.shape, NO_LEVEL, dtype=np.int16)
    for tile in window.tiles():
        before[window.place(tile)] = tile_at(settings.COVERAGE_STORE, manifest, tile).level
    after = before.copy()
    rows, columns, east, north = _disc(grid, window, x, y, reach)
    for row in range(len(sectors)):
        level = levels_dbm(sectors, row, east, north)
        whole = np.where(np.isnan(level), NO_LEVEL, np.round(np.nan_to_num(level) * HUNDREDTHS)).astype(np.int16)
        after[rows, columns] = np.maximum(after[rows, columns], whole)
    return window, before, after


def _disc(grid: Grid, window: Window, x: float, y: float, reach: float) -> tuple[Any, Any, Any, Any]:
    """Return the pixels of *window* within *reach* of a place: rows, columns, and their middles in metres."""
    first_column, first_row = window.origin
    high, wide = window.shape
    east = (first_column + np.arange(wide) + 0.5) * grid.resolution_m
    north = -(first_row + np.arange(high) + 0.5) * grid.resolution_m
    rows, columns = np.nonzero(np.hypot(east[None, :] - x, north[:, None] - y) <= reach)
    return rows, columns, east[columns], north[rows]


def _ground(manifest: Manifest, window: Window) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    inside, people = np.zeros(window.shape, dtype=bool), np.zeros(window.shape, dtype=np.float32)
    for tile in window.tiles():
        place = window.place(tile)
        inside[place] = inside_at(settings.COVERAGE_STORE, manifest, tile)
        people[place] = people_at(settings.COVERAGE_STORE, manifest, tile)
    return inside, people


def _left(
    grid: Grid, window: Window, gap: Any, uncovered: NDArray[np.bool_], people: NDArray[np.float32]
) -> tuple[float, float] | None:
    if gap is None:
        return None
    drawn = rasterize(
        [(on_grid(grid, gap), 1)],
        out_shape=window.shape,
        transform=Affine(*grid.affine(*window.origin)),
        dtype=np.uint8,
    )
    rest = uncovered & (drawn > 0)
    return float(people[rest].sum(dtype=np.float64)), float(rest.sum() * grid.pixel_m2)


def _shape(grid: Grid, window: Window, won: NDArray[np.bool_]) -> shapely.MultiPolygon:
    if not won.any():
        return shapely.MultiPolygon()
    outline = outline_of(won, Affine(*grid.affine(*window.origin)), grid.resolution_m / 2)
    return shapely.transform(outline, lambda xy: np.column_stack(grid.lonlat(xy[:, 0], xy[:, 1])))


def compare(coverage: CoverageMap, trials: Sequence[Trial], gap: Any = None) -> list[Gain | None]:
    """Return what each of several trials would add; None for one that cannot be computed."""
    found: list[Gain | None] = []
    for trial in trials:
        try:
            found.append(try_out(coverage, trial, gap))
        except ImpossibleTrialError:
            found.append(None)
    return found
