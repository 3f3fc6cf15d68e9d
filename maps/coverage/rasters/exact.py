"""Levels computed one by one in floating point: the truth that the kernel is tested against, and single questions.

The same settings, losses and antennas as the kernel's; distances and bearings are the grid's. Models that want a
terrain profile go this way too.
"""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maps.coverage.losses import NEAREST_M, LossModel, Profile, RadioSite, Receivers
from maps.coverage.sectors import Sectors
from maps.radio.antennas import attenuation_db

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Terrain(Protocol):
    """Where profiles come from."""

    def profile(self, x: float, y: float, to_x: Floats, to_y: Floats) -> Profile:
        """Return the terrain between a place and others, metres on the grid."""


def levels_dbm(sectors: Sectors, row: int, x: ArrayLike, y: ArrayLike, terrain: Terrain | None = None) -> Floats:
    """Return the level of one sector at places on the grid (metres); NaN beyond its reach or below its floor."""
    east = np.asarray(x, dtype=np.float64) - sectors.x[row]
    north = np.asarray(y, dtype=np.float64) - sectors.y[row]
    distance = np.hypot(east, north)
    near = np.maximum(distance, NEAREST_M)
    site, model = sectors.sites[sectors.loss[row]], sectors.models[sectors.loss[row]]
    loss = _loss(model, site, near, sectors, row, np.asarray(x), np.asarray(y), terrain)
    azimuth = sectors.azimuth_deg[row]
    bearing = np.degrees(np.arctan2(east, north)) - (0.0 if np.isnan(azimuth) else azimuth)
    lost = attenuation_db(
        sectors.patterns[sectors.pattern[row]],
        bearing,
        np.degrees(np.arctan2(site.height_m - sectors.receiver_height_m, near)),
        electrical_tilt_deg=sectors.electrical_tilt_deg[row],
        mechanical_tilt_deg=sectors.tilt_deg[row],
    )
    level = sectors.level_dbm[row] - loss - lost
    with np.errstate(invalid="ignore"):
        return np.where((distance <= sectors.reach_m[row]) & (level > sectors.floor_dbm[row]), level, np.nan)


def _loss(
    model: LossModel, site: RadioSite, near: Floats, sectors: Sectors, row: int, x: Floats, y: Floats,
    terrain: Terrain | None,
) -> Floats:  # fmt: skip
    receivers = Receivers(near, sectors.receiver_height_m)
    if model.is_radial or terrain is None:
        return model.loss(site, receivers)
    profile = terrain.profile(float(sectors.x[row]), float(sectors.y[row]), x.ravel(), y.ravel())
    flat = Receivers(near.ravel(), sectors.receiver_height_m)
    return model.loss(site, flat, profile).reshape(near.shape)


def best_levels(
    sectors: Sectors, x: ArrayLike, y: ArrayLike, terrain: Terrain | None = None
) -> tuple[Floats, Integers]:
    """Return the best level at each place (n) and the row of its sector; NaN and -1 where there is none."""
    places_x, places_y = np.atleast_1d(np.asarray(x, float)), np.atleast_1d(np.asarray(y, float))
    best = np.full(places_x.shape, np.nan)
    server = np.full(places_x.shape, -1, dtype=np.int64)
    for row in _within(sectors, places_x, places_y).tolist():
        level = levels_dbm(sectors, row, places_x, places_y, terrain)
        better = ~np.isnan(level) & ~(level <= best)
        best[better], server[better] = level[better], row
    return best, server


def _within(sectors: Sectors, x: Floats, y: Floats) -> Integers:
    """Return the sectors that can be heard anywhere in the places' box."""
    if not len(sectors) or not x.size:
        return np.zeros(0, dtype=np.int64)
    aside = np.maximum(np.maximum(x.min() - sectors.x, sectors.x - x.max()), 0.0)
    along = np.maximum(np.maximum(y.min() - sectors.y, sectors.y - y.max()), 0.0)
    return np.flatnonzero(np.hypot(aside, along) <= sectors.reach_m)
