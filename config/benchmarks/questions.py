"""What is asked: places among the stations, and round each the square that holds a wanted number of them."""

from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from infra.spatial import sql
from infra.spatial.places import Box
from infra.spatial.tables import installation

HITS, PLACES, SEED = 1_000, 50, 7


@dataclass(frozen=True)
class Place:
    """A station's position and the box round it that holds about :data:`HITS` stations."""

    lon: float
    lat: float
    box: Box


def stations() -> NDArray[np.float64]:
    """Return lon, lat of every installation (n×2)."""
    shape = installation.c.position
    return np.array(sql.read(sa.select(sa.func.ST_X(shape), sa.func.ST_Y(shape)).order_by(installation.c.id)))


def places(lonlat: NDArray[np.float64], hits: int = HITS, count: int = PLACES) -> list[Place]:
    """Choose *count* stations with a seed; each gets the square that holds *hits* of them, or all there are."""
    found = []
    for place in np.random.default_rng(SEED).integers(0, len(lonlat), count).tolist():
        lon, lat = lonlat[place].tolist()
        reach = np.abs(lonlat - lonlat[place]).max(axis=1)
        half = float(np.partition(reach, min(hits, len(reach) - 1))[min(hits, len(reach) - 1)]) + 1e-9
        found.append(Place(lon, lat, Box.around(lon, lat, half, half)))
    return found
