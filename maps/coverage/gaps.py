"""White spots: connected areas without coverage in which people live, as shapes that can be listed and drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import shapes
from rasterio.transform import Affine

from maps.coverage.indicators import Scale
from maps.coverage.regions import Region

Shorts = NDArray[np.int16]

#: pixels that touch at a corner belong together
TOUCHING = np.ones((3, 3), dtype=np.int8)
#: fewer people than this make no white spot
LEAST_PEOPLE = 1.0
#: a map keeps so many of a province, those with most people
MOST = 500
#: outlines leave out corners nearer than this share of a pixel
SMOOTH = 0.75


@dataclass(frozen=True)
class Gap:
    """One white spot: people, area, the commune with most of its people, a place inside it and its shape, degrees."""

    people: float
    area_m2: float
    unit: int
    lon: float
    lat: float
    shape: shapely.MultiPolygon


def gaps_of(region: Region, levels: Shorts, scale: Scale, least_m2: float, split_m2: float = float("inf")) -> list[Gap]:
    """Return the white spots of *region* that are at least so large, those with most people first.

    One larger than *split_m2* is divided along the borders of communes: nobody can act on half a province.
    """
    from scipy import ndimage  # noqa: PLC0415 -- takes half a second to load, and only runs need it

    labels, count = _labels(region, levels, scale, split_m2)
    if not count:
        return []
    here = labels.ravel()[region.inside]
    people = np.bincount(here, weights=region.people_inside, minlength=count + 1)
    area = np.bincount(here, minlength=count + 1) * region.grid.pixel_m2
    chosen = np.flatnonzero((area >= least_m2) & (people >= LEAST_PEOPLE))
    chosen = chosen[chosen > 0]
    chosen = chosen[np.argsort(-people[chosen], kind="stable")][:MOST]
    boxes = ndimage.find_objects(labels, max_label=int(count))
    return [_gap(region, labels, int(one), boxes[one - 1], float(people[one]), float(area[one])) for one in chosen]


def _labels(region: Region, levels: Shorts, scale: Scale, split_m2: float) -> tuple[NDArray[Any], int]:
    """Return the number of each pixel's gap, 0 for none, and how many there are."""
    from scipy import ndimage  # noqa: PLC0415 -- takes half a second to load, and only runs need it

    empty = (region.unit > 0) & ~scale.covered(levels)
    labels, count = ndimage.label(empty, structure=TOUCHING)
    sizes = np.bincount(labels.ravel(), minlength=count + 1) * region.grid.pixel_m2
    sizes[0] = 0
    if not (sizes > split_m2).any():
        return labels, int(count)
    large = (sizes > split_m2)[labels]
    labels[large] = 0
    for place, box in enumerate(ndimage.find_objects(region.unit), start=1):
        if box is None:
            continue
        part, more = ndimage.label(large[box] & (region.unit[box] == place), structure=TOUCHING)
        labels[box] = np.where(part > 0, part + count, labels[box])
        count += more
    return labels, int(count)


def _gap(
    region: Region,
    labels: NDArray[Any],
    number: int,
    box: Any,
    people: float,
    area: float,
) -> Gap:
    mask = labels[box] == number
    unit, here = region.unit[box][mask], region.people[box][mask]
    # a gap where nobody is counted still lies somewhere: pixels decide then
    weights = here if here.sum() > 0 else np.ones_like(here)
    most = int(np.bincount(unit, weights=weights).argmax())
    first_column, first_row = region.window.origin
    transform = Affine(*region.grid.affine(first_column + box[1].start, first_row + box[0].start))
    outline = outline_of(mask, transform, region.grid.resolution_m * SMOOTH)
    inside = outline.representative_point()
    lon, lat = region.grid.lonlat(inside.x, inside.y)
    shape = shapely.transform(outline, lambda xy: np.column_stack(region.grid.lonlat(xy[:, 0], xy[:, 1])))
    return Gap(people, area, region.communes[most - 1], float(lon), float(lat), shape)


def outline_of(mask: NDArray[np.bool_], transform: Affine, tolerance_m: float) -> shapely.MultiPolygon:
    """Return the outline of a mask's pixels in the grid's metres; corners within *tolerance_m* are left out."""
    drawn = shapes(mask.astype(np.uint8), mask=mask, connectivity=4, transform=transform)
    whole = shapely.MultiPolygon([_polygon(shape["coordinates"]) for shape, _ in drawn])
    if not tolerance_m:
        return whole
    simpler = shapely.simplify(whole, tolerance_m, preserve_topology=True)
    if simpler.geom_type == "Polygon":
        simpler = shapely.MultiPolygon([simpler])
    return simpler if simpler.geom_type == "MultiPolygon" and simpler.is_valid and not simpler.is_empty else whole


def _polygon(rings: Sequence[Sequence[tuple[float, float]]]) -> shapely.Polygon:
    outer, *holes = (shapely.linearrings(np.asarray(ring)) for ring in rings)
    made: shapely.Polygon = shapely.polygons(outer, holes=holes or None)
    return made
