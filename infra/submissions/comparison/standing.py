"""The sites that stand already, asked in memory for the one at a row's place."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from infra.submissions.checks.neighbours import SAME_PLACE_M
from infra.submissions.comparison import register
from infra.submissions.coordinates import systems
from infra.submissions.draft import Points, Surroundings

#: sites are read so far around the points (degrees): farther than any site that is the same place
_MARGIN = 0.001


@dataclass(frozen=True)
class Standing:
    """The authority's standing sites around some points: within *low* to *high* (lon, lat)."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    ids: NDArray[np.int64]
    tree: cKDTree
    srid: int

    @classmethod
    def near(cls, around: Surroundings, points: Points) -> Self:
        """Read the sites in the box of *points* (n×2, n > 0, lon, lat)."""
        low, high = points.min(axis=0), points.max(axis=0)
        (west, south), (east, north) = (low - _MARGIN).tolist(), (high + _MARGIN).tolist()
        sites = register.standing_sites(around, west, south, east, north)
        srid = around.authority.metric_srid
        places = np.column_stack([sites["lon"].to_numpy(), sites["lat"].to_numpy()])
        return cls(low, high, sites["site_id"].to_numpy(), cKDTree(systems.from_lonlat(places, srid)), srid)

    def covers(self, points: Points) -> bool:
        """Tell whether the sites at all of *points* were read."""
        return bool((points >= self.low).all() and (points <= self.high).all())

    def nearest(self, points: Points) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return the indexes of those *points* at which a site stands, and that site's id."""
        answer: Any = self.tree.query(systems.from_lonlat(points, self.srid), distance_upper_bound=SAME_PLACE_M)
        distances, nearest = answer
        found = np.flatnonzero(np.isfinite(distances))
        return found, self.ids[nearest[found]]
