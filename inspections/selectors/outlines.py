"""Outlines of communes, simplified and kept in memory, for sketches on pages and in documents."""

from collections.abc import Sequence
from datetime import date

import shapely
from django.core.cache import cache
from django.utils import timezone

from infra.models import AdministrativeUnit, UnitLevel
from infra.spatial.box import InBox
from infra.spatial.places import Box

#: degrees by which an outline may differ from the boundary: some 50 m, less than a pixel of any sketch
TOLERANCE_DEG = 0.0005
KEPT_S = 24 * 3600
#: more communes than this say nothing on a sketch: provinces are drawn instead
COMMUNES_MAX = 250

Ring = tuple[tuple[float, float], ...]


def outlines(box: Box, on: date | None = None) -> list[tuple[str, list[Ring]]]:
    """Return (name, outer rings) of the communes whose boundary meets *box*, or of the provinces where they are many.

    Two queries, and one more for outlines that were not drawn for a day.
    """
    day = on or timezone.localdate()
    rows = AdministrativeUnit.objects.in_force(day).filter(InBox("boundary", box)).order_by("pk")
    for level in (UnitLevel.COMMUNE, UnitLevel.PROVINCE):
        found = list(rows.filter(level=level).values_list("pk", "name", "boundary_kind")[: COMMUNES_MAX + 1])
        if found and len(found) <= COMMUNES_MAX:
            return _drawn(found)
    return []


def _drawn(units: Sequence[tuple[int, str, str]]) -> list[tuple[str, list[Ring]]]:
    keys = {pk: f"outline:{pk}:{kind}" for pk, _name, kind in units}
    kept = cache.get_many(keys.values())
    missing = [pk for pk, key in keys.items() if key not in kept]
    for pk, boundary in AdministrativeUnit.objects.filter(pk__in=missing).values_list("pk", "boundary"):
        rings = _rings(shapely.from_wkb(bytes(boundary.wkb))) if boundary else []
        kept[keys[pk]] = rings
        cache.set(keys[pk], rings, KEPT_S)
    return [(name, kept.get(keys[pk], [])) for pk, name, _kind in units]


def _rings(shape: shapely.Geometry) -> list[Ring]:
    simple = shapely.simplify(shape, TOLERANCE_DEG)
    parts = [part for part in shapely.get_parts(simple) if isinstance(part, shapely.Polygon)]
    return [tuple((round(x, 5), round(y, 5)) for x, y in part.exterior.coords) for part in parts]
