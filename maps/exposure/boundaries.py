"""How far from a mast the limit reaches: for each cell, in every direction around, and in a section from the side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maps.exposure.formulas import compliance_distance_m, near_field_distance_m
from maps.exposure.ratios import Plane, ratios
from maps.exposure.sources import Sources

Floats = NDArray[np.float64]

BEARING_STEP = 5
STEP_M = 0.5
#: no boundary of a mast is farther than this many steps
MOST_STEPS = 240
ABOVE_M = 6.0
#: an antenna is this much in the way of what lies behind it
AROUND = np.arange(0.0, 360.0, BEARING_STEP)
#: directions that a table names, and how far to each side of one a bearing still counts: past the middle to the next
DIRECTIONS = 8
ASIDE = 180.0 / DIRECTIONS + BEARING_STEP / 2


@dataclass(frozen=True)
class CellDistance:
    """Where one cell's power density falls to the limit in its main lobe, metres; ``metres`` is the one that counts."""

    far_m: float
    near_m: float

    @property
    def metres(self) -> float:
        return min(self.far_m, self.near_m)

    @property
    def is_near_field(self) -> bool:
        return self.near_m < self.far_m


@dataclass(frozen=True)
class Boundary:
    """The limit's reach around one mast, all its cells together.

    ``plan`` holds (bearing °, metres) at the height where it is farthest; ``section`` holds (metres along
    ``section_deg``, height) of its outline seen from the side, metres behind the mast being negative.
    """

    plan: tuple[tuple[float, float], ...]
    section: tuple[tuple[float, float], ...]
    section_deg: float
    farthest_m: float
    lowest_m: float

    @property
    def is_empty(self) -> bool:
        return self.farthest_m == 0


@dataclass(frozen=True)
class Reach:
    """How far the limit reaches towards one of eight directions, metres; 0 where it is reached nowhere."""

    bearing_deg: float
    metres: float


def by_direction(boundary: Boundary) -> list[Reach]:
    """Return the farthest reach in each eighth of the circle, north first; an eighth includes the rays at its edges."""
    plan = np.array(boundary.plan or [(bearing, 0.0) for bearing in AROUND])
    found = []
    for place in range(DIRECTIONS):
        towards = place * 360.0 / DIRECTIONS
        aside = np.abs((plan[:, 0] - towards + 180.0) % 360.0 - 180.0)
        found.append(Reach(towards, float(plan[aside <= ASIDE, 1].max())))
    return found


def cell_distances(sources: Sources) -> list[CellDistance]:
    """Return the distance of each cell: far field, and near field of its panel."""
    far = np.atleast_1d(compliance_distance_m(sources.eirp_w, sources.limit_w_m2))
    near = np.atleast_1d(
        near_field_distance_m(
            sources.power_w,
            sources.limit_w_m2,
            np.where(np.isnan(sources.azimuth_deg), 360.0, sources.width_deg),
            sources.length_m,
        )
    )
    return [CellDistance(one, other) for one, other in zip(far.tolist(), near.tolist(), strict=True)]


def boundary_of(sources: Sources) -> Boundary:
    """Return the boundary of the cells of one mast, by their exact sum on rays; rounded outwards to the next step."""
    if not len(sources):
        return Boundary((), (), 0.0, 0.0, 0.0)
    plane = Plane(float(sources.lon.mean()), float(sources.lat.mean()))
    reach = float(np.sqrt(sources.quotient_m2.sum()))
    step = max(STEP_M, reach / MOST_STEPS)
    distances = np.arange(step, reach + 2 * step, step)
    reaches = np.zeros(len(AROUND))
    for height in _heights(sources):
        reaches = np.maximum(reaches, _rays(sources, plane, AROUND, distances, np.full(len(AROUND), height)))
    main = float(AROUND[int(reaches.argmax())])
    outline, lowest = _section(sources, plane, main, distances)
    return Boundary(
        plan=tuple(zip(AROUND.tolist(), reaches.tolist(), strict=True)),
        section=outline,
        section_deg=main,
        farthest_m=float(reaches.max()),
        lowest_m=lowest,
    )


def _heights(sources: Sources) -> list[float]:
    """Return the heights at which the lobes are looked for: the antennas', and where their tilt takes the lobe."""
    tilt = np.radians(np.clip(sources.electrical_tilt_deg + sources.tilt_deg, 0, 45))
    lobes = sources.height_m - np.sqrt(sources.quotient_m2) * np.sin(tilt)
    found = np.concatenate([sources.height_m, lobes, (sources.height_m + lobes) / 2])
    return sorted(set(np.round(np.maximum(found, 0.0), 1).tolist()))


def _rays(sources: Sources, plane: Plane, bearings: Floats, distances: Floats, heights: Floats) -> Floats:
    """Return the farthest distance on each ray at which the limit is reached, 0 where it is nowhere."""
    turn = np.radians(bearings)
    east = np.sin(turn)[:, None] * distances
    north = np.cos(turn)[:, None] * distances
    up = np.broadcast_to(heights[:, None], east.shape)
    over = ratios(sources, plane, east.ravel(), north.ravel(), up.ravel()).reshape(east.shape) >= 1
    last = np.where(over.any(axis=1), over.shape[1] - 1 - over[:, ::-1].argmax(axis=1), -1)
    step = distances[0]
    return np.where(last >= 0, (last + 2) * step, 0.0)


def _section(
    sources: Sources, plane: Plane, main: float, distances: Floats
) -> tuple[tuple[tuple[float, float], ...], float]:
    """Return the outline seen from the side of *main*, and the lowest height at which the limit is reached."""
    top = float(sources.height_m.max()) + ABOVE_M
    heights = np.arange(0.0, top + STEP_M, STEP_M)
    ahead = _rays(sources, plane, np.full(len(heights), main), distances, heights)
    behind = _rays(sources, plane, np.full(len(heights), main + 180.0), distances, heights)
    reached = (ahead > 0) | (behind > 0)
    if not reached.any():
        return (), 0.0
    front = [(float(a), float(z)) for a, z in zip(ahead[reached], heights[reached], strict=True)]
    back = [(-float(b), float(z)) for b, z in zip(behind[reached], heights[reached], strict=True)]
    return (*front, *back[::-1]), float(heights[reached].min())
