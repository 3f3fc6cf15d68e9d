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
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

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
    labels, count = _labels(region, levels, scale, split_m2)
    if not count:
        return []
    here = labels.ravel()[region.inside]
    people = np.bincount(here, weights=region.people_inside, minlength=count + 1)
    area = np.bincount(here, minlength=count + 1) * region.grid.pixel_m2
    chosen = np.flatnonzero((area >= least_m2) & (people >= LEAST_PEOPLE))
    chosen = chosen[chosen > 0]
    chosen = chosen[np.argsort(-people[chosen], kind="stable")][:MOST]
    if not len(chosen):
        return []
    rank = np.zeros(count + 1, dtype=np.int32)
    rank[chosen] = np.arange(1, len(chosen) + 1)
    return _gaps(region, rank[labels], people[chosen], area[chosen])


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


def _gaps(region: Region, ranked: NDArray[np.int32], people: Floats, area: Floats) -> list[Gap]:
    """Return the gaps whose pixels are numbered from 1 in *ranked*, drawn together: one by one costs far more."""
    most = _most_people(region, ranked.ravel()[region.inside], len(people))
    column, row = region.window.origin
    outlines = outlines_of(ranked, Affine(*region.grid.affine(column, row)), region.grid.resolution_m * SMOOTH)
    inside = shapely.get_coordinates(shapely.point_on_surface(outlines))
    lon, lat = region.grid.lonlat(inside[:, 0], inside[:, 1])
    drawn = shapely.transform(outlines, lambda xy: np.column_stack(region.grid.lonlat(xy[:, 0], xy[:, 1])))
    return [
        Gap(float(people[one]), float(area[one]), region.communes[most[one]], float(lon[one]), float(lat[one]), shape)
        for one, shape in enumerate(drawn)
    ]


def _most_people(region: Region, ranked: NDArray[np.int32], count: int) -> list[int]:
    """Return for each gap the place of the commune where most of its people live."""
    at = np.flatnonzero(ranked)
    units = len(region.communes)
    joint = (ranked[at] - 1) * units + region.units_inside[at] - 1
    people = np.bincount(joint, weights=region.people_inside[at], minlength=count * units)
    most: list[int] = people.reshape(count, units).argmax(axis=1).tolist()
    return most


def outlines_of(numbered: NDArray[np.int32], transform: Affine, tolerance_m: float) -> NDArray[np.object_]:
    """Return the outlines of the pixels numbered 1, 2, … (all of them occur), in the grid's metres.

    Corners within *tolerance_m* are left out where the outline stays one that holds together.
    """
    drawn = shapes(numbered, mask=numbered > 0, connectivity=4, transform=transform)
    parts = sorted(((int(number), shape["coordinates"]) for shape, number in drawn), key=lambda one: one[0])
    rings = [ring for _number, polygon in parts for ring in polygon]
    whole: NDArray[np.object_] = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON,
        np.array([corner for ring in rings for corner in ring], dtype=np.float64).reshape(-1, 2),
        (
            _offsets([len(ring) for ring in rings]),
            _offsets([len(polygon) for _number, polygon in parts]),
            _offsets(np.bincount([number for number, _polygon in parts])[1:]),
        ),
    )
    if not tolerance_m:
        return whole
    simpler = shapely.simplify(whole, tolerance_m, preserve_topology=True)
    single = shapely.get_type_id(simpler) == shapely.GeometryType.POLYGON
    simpler[single] = shapely.multipolygons(simpler[single], indices=np.arange(single.sum()))
    several = shapely.get_type_id(simpler) == shapely.GeometryType.MULTIPOLYGON
    good = several & shapely.is_valid(simpler) & ~shapely.is_empty(simpler)
    return np.where(good, simpler, whole)


def _offsets(lengths: Sequence[int] | Integers) -> Integers:
    """Return where each of several runs begins and the last one ends."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def outline_of(mask: NDArray[np.bool_], transform: Affine, tolerance_m: float) -> shapely.MultiPolygon:
    """Return the outline of a mask's pixels (one at least), as :func:`outlines_of` does."""
    outline: shapely.MultiPolygon = outlines_of(mask.astype(np.int32), transform, tolerance_m)[0]
    return outline
