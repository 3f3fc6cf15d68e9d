"""Exposure around one mast: its boundary, its cells' distances, the highest ratio where people walk."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from infra.models import Site
from maps.exposure.boundaries import Boundary, CellDistance, boundary_of, cell_distances
from maps.exposure.limits import NATIONAL, Limits
from maps.exposure.places import NEAR_M, beyond_ratio, sources_near
from maps.exposure.ratios import Plane, ratios
from maps.exposure.sources import Sources
from maps.exposure.surroundings import Verification, verification_of
from maps.radio.parameters import Parameters

Floats = NDArray[np.float64]

#: people walk up to so far around the mast, looked at on so many circles and bearings
AROUND_M = 300.0
CIRCLES, BEARINGS = 60, 36
#: cells this near to the site belong to its mast whatever their station's position says
SAME_MAST_M = 30.0


@dataclass(frozen=True)
class SiteExposure:
    """What a site's sheet shows about exposure. ``others`` counts the cells near by that add to the ground's ratio."""

    limits: Limits
    own: Sources
    distances: list[CellDistance]
    boundary: Boundary
    ground_ratio: float
    ground_metres: float
    ground_bearing: float
    body_m: float
    others: int
    verification: Verification | None

    @property
    def assumed(self) -> int:
        return int(self.own.is_assumed.sum())

    @property
    def farthest_m(self) -> float:
        """The distance that is said: the boundary's, in half metres outwards."""
        return float(np.ceil(self.boundary.farthest_m * 2) / 2)


def site_exposure(site: Site, stations: list[int], day: date, standard: str = NATIONAL) -> SiteExposure | None:
    """Return the exposure around *site* from its *stations* (all of them, of every operator); None without any cell."""
    parameters, limits = Parameters.on(day), Limits.on(day, standard)
    lon, lat = site.position.x, site.position.y
    near = sources_near(lon, lat, NEAR_M, limits, parameters)
    mine = np.isin(near.station, stations)
    if not mine.any():
        return None
    own = near.take(mine)
    body = parameters.value("body_height_m")
    ratio, metres, bearing = _ground(near, Plane(lon, lat), body)
    return SiteExposure(
        limits=limits,
        own=own,
        distances=cell_distances(own),
        boundary=boundary_of(own),
        ground_ratio=ratio + beyond_ratio(lon, lat),
        ground_metres=metres,
        ground_bearing=bearing,
        body_m=body,
        others=len(near) - len(own),
        verification=verification_of(site.authority, own, day),
    )


def _ground(near: Sources, plane: Plane, body: float) -> tuple[float, float, float]:
    """Return the highest ratio at the height of a head around the mast, and where: metres and bearing."""
    radius = np.linspace(AROUND_M / CIRCLES, AROUND_M, CIRCLES)
    bearing = np.arange(BEARINGS) * 360.0 / BEARINGS
    away, turn = (one.ravel() for one in np.meshgrid(radius, bearing, indexing="ij"))
    east, north = away * np.sin(np.radians(turn)), away * np.cos(np.radians(turn))
    found = ratios(near, plane, east, north, body)
    worst = int(found.argmax())
    return float(found[worst]), float(away[worst]), float(turn[worst])
