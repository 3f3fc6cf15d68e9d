"""The outline of a unit as a small drawing: its boundary among those of its neighbours, north up."""

from dataclasses import dataclass

import numpy as np
import shapely

from infra.models import AdministrativeUnit

SIDE = 320.0
MARGIN = 8.0
#: neighbours drawn around it
MOST = 60
#: details finer than this part of the drawing are left out
FINEST = 600


@dataclass(frozen=True)
class Outline:
    """Paths for an SVG of ``width`` × ``height``."""

    width: float
    height: float
    unit: str
    neighbours: list[str]


def outline_of(unit: AdministrativeUnit) -> Outline | None:
    """Return the drawing of *unit*, None where it has no boundary (two queries)."""
    if unit.boundary is None:
        return None
    shape = shapely.from_wkb(bytes(unit.boundary.wkb))
    west, south, east, north = shape.bounds
    around = AdministrativeUnit.objects.filter(
        level=unit.level, valid_from=unit.valid_from, boundary__bboverlaps=unit.boundary.envelope
    ).exclude(pk=unit.pk)[:MOST]
    others = [shapely.from_wkb(bytes(one.boundary.wkb)) for one in around.only("boundary") if one.boundary]
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    scale = (SIDE - 2 * MARGIN) / max((east - west) * squeeze, north - south, 1e-9)
    width, height = ((east - west) * squeeze * scale + 2 * MARGIN, (north - south) * scale + 2 * MARGIN)
    tolerance = max(east - west, north - south) / FINEST

    def path(geometry: shapely.Geometry) -> str:
        drawn = shapely.simplify(geometry, tolerance)
        rings = [ring for part in shapely.get_parts(drawn) for ring in (part.exterior, *part.interiors)]
        lines = []
        for ring in rings:
            xy = shapely.get_coordinates(ring)
            x = (xy[:, 0] - west) * squeeze * scale + MARGIN
            y = (north - xy[:, 1]) * scale + MARGIN
            lines.append("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)) + "Z")
        return "".join(lines)

    return Outline(round(width, 1), round(height, 1), path(shape), [path(one) for one in others])
