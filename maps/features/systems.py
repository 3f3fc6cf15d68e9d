"""Coordinate reference systems that features are given in: longitude and latitude, Web Mercator, the zones of VN-2000.

Axes come in the order that the authority of a system defines: latitude first in EPSG:4326, longitude first in CRS84.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from infra.spatial.places import Box

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
#: UTM 48N, 49N; three-degree zones by central meridian; the older zones 481, 482, 491; geographic
VN_2000 = (3405, 3406, *range(9205, 9219), *range(5896, 5900), 4756)
CODES = (4326, 3857, *VN_2000)
#: decimals: a centimetre in degrees, a millimetre in metres
DEGREE_DECIMALS, METRE_DECIMALS = 7, 3
#: points along an edge of a box that is moved to another system
EDGE_POINTS = 21

Points = NDArray[np.float64]


@dataclass(frozen=True)
class System:
    """One system; ``srid`` None is CRS84, in which everything is stored."""

    uri: str
    srid: int | None = None

    @property
    def decimals(self) -> int:
        return DEGREE_DECIMALS if self.srid is None or _crs(self.srid).is_geographic else METRE_DECIMALS

    @property
    def is_flipped(self) -> bool:
        """Whether its first axis points north."""
        return self.srid is not None and _crs(self.srid).axis_info[0].direction == "north"

    def points(self, lonlat: Points) -> Points:
        """Return places (n×2) given by longitude and latitude in this system, its axes in its order."""
        if self.srid is None:
            return lonlat
        moved = lonlat
        if self.srid != 4326:
            moved = np.column_stack(_to(self.srid).transform(lonlat[:, 0], lonlat[:, 1]))
        return moved[:, ::-1] if self.is_flipped else moved

    def boxes(self, numbers: Sequence[float]) -> tuple[Box, ...]:
        """Return the boxes of EPSG:4326 that cover a box of this system; two where it crosses the antimeridian.

        Raises WrongPlaceError for edges off the earth or in the wrong order, ValueError where they mean no place.
        """
        first, second, third, fourth = numbers
        west, south, east, north = (second, first, fourth, third) if self.is_flipped else numbers
        if self.srid is not None and not _crs(self.srid).is_geographic:
            moved = _to(self.srid).transform_bounds(
                west, south, east, north, densify_pts=EDGE_POINTS, direction="INVERSE", errcheck=False
            )
            if not all(np.isfinite(moved)):
                raise ValueError("no place")
            return (Box(*moved),)
        if west > east:
            return Box(west, south, 180.0, north), Box(-180.0, south, east, north)
        return (Box(west, south, east, north),)


@cache
def _crs(srid: int) -> CRS:
    return CRS.from_epsg(srid)


@cache
def _to(srid: int) -> Transformer:
    return Transformer.from_crs(4326, srid, always_xy=True)


SYSTEMS: dict[str, System] = {
    CRS84: System(CRS84),
    **{f"{EPSG}{code}": System(f"{EPSG}{code}", code) for code in CODES},
}
