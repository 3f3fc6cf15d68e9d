"""The limit's boundary around a mast as two drawings: from above, north up, and from the side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from infra import formats
from maps.exposure.boundaries import Boundary

CENTRE, OUTER = 100.0, 84.0
#: distances that are easy to read, metres
STEPS = (1, 2, 5, 10, 20, 50, 100, 200)
#: the side drawing: pixels across and up
WIDE, TALL, FOOT = 320.0, 190.0, 18.0
#: marks of distances stand so far apart at least that their words do not touch
MARK = 36.0


@dataclass(frozen=True)
class Scale:
    """A circle of the plan, or a mark of the section, with its distance in words."""

    at: float
    label: str
    y: float = 0.0


@dataclass(frozen=True)
class Plan:
    """The boundary from above."""

    path: str
    rings: list[Scale]
    directions: list[tuple[float, float]]


@dataclass(frozen=True)
class Section:
    """The boundary from the side: ``mast`` and ``person`` are (x, top); ``ground`` is y of the ground."""

    path: str
    ground: float
    mast: tuple[float, float]
    person: tuple[float, float]
    heights: list[Scale]
    distances: list[Scale]


def _nice(metres: float) -> float:
    return float(next((step for step in STEPS if metres <= step * 3), STEPS[-1]))


def plan_of(boundary: Boundary, azimuths: Sequence[float]) -> Plan:
    """Draw the boundary from above, with the directions of the antennas."""
    step = _nice(boundary.farthest_m)
    scale = OUTER / max(boundary.farthest_m, step)
    points = [
        (CENTRE + math.sin(math.radians(b)) * r * scale, CENTRE - math.cos(math.radians(b)) * r * scale)
        for b, r in boundary.plan
    ]
    rings = []
    ring = step
    while ring * scale <= OUTER + 1e-9:
        rings.append(Scale(round(ring * scale, 1), formats.quantity(ring, "m"), round(CENTRE - ring * scale - 2, 1)))
        ring += step
    ends = [
        (CENTRE + math.sin(math.radians(a)) * OUTER, CENTRE - math.cos(math.radians(a)) * OUTER)
        for a in sorted(set(azimuths))
    ]
    return Plan(_path(points), rings, [(round(x, 1), round(y, 1)) for x, y in ends])


def section_of(boundary: Boundary, top_m: float, body_m: float) -> Section:
    """Draw the boundary from the side of its farthest direction, to scale."""
    front = max([x for x, _ in boundary.section], default=0.0)
    back = -min([x for x, _ in boundary.section], default=0.0)
    wide = max(front + back, 10.0) * 1.15
    tall = max([top_m, *(z for _, z in boundary.section)]) * 1.06
    scale = min(WIDE / wide, (TALL - FOOT) / tall)
    ground = TALL - FOOT
    middle = (WIDE - (front - back) * scale) / 2

    def at(x: float, z: float) -> tuple[float, float]:
        return middle + x * scale, ground - z * scale

    step = _nice(tall)
    heights = [
        Scale(round(ground - z * step * scale, 1), formats.quantity(z * step, "m"))
        for z in range(1, int(tall / step) + 1)
    ]
    across = max(_nice(max(front, back, 1.0)), next((one for one in STEPS if one * scale >= MARK), STEPS[-1]))
    # one mark in front in any case: without it there is no scale
    marks = range(-int(back / across), max(1, int(front / across)) + 1)
    distances = [
        Scale(round(middle + n * across * scale, 1), formats.quantity(abs(n * across), "m")) for n in marks if n
    ]
    mast = at(0, top_m)
    person = at(front * 0.6 if front else 4.0, body_m)
    return Section(
        path=_path([at(x, z) for x, z in boundary.section]),
        ground=round(ground, 1),
        mast=(round(mast[0], 1), round(mast[1], 1)),
        person=(round(person[0], 1), round(person[1], 1)),
        heights=heights,
        distances=distances,
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    if not points:
        return ""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"
