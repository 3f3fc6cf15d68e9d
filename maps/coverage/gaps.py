"""White spots: connected areas without coverage in which people live, as shapes that can be listed and drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import shapes
from rasterio.transform import Affine

from maps.coverage.grid import Tile
from maps.coverage.indicators import Scale
from maps.coverage.regions import Region

Shorts = NDArray[np.int16]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: pixels that touch at a corner belong together
TOUCHING = np.ones((3, 3), dtype=np.int8)
NEIGHBOURS = tuple((down, aside) for down in (-1, 0, 1) for aside in (-1, 0, 1))
#: fewer people than this make no white spot
LEAST_PEOPLE = 1.0
#: a map keeps so many of a province, those with most people
MOST = 500
#: outlines leave out corners nearer than this share of a pixel
SMOOTH = 0.75


@dataclass(frozen=True)
class Gap:
    """One white spot: people, area, the commune with most of its people, a place inside it and its shape, degrees.

    One that is as an earlier map has it names the row there in ``kept`` instead of a shape.
    """

    people: float
    area_m2: float
    unit: int
    lon: float
    lat: float
    shape: shapely.MultiPolygon | None = None
    kept: int | None = None


@dataclass(frozen=True)
class Before:
    """What an earlier map of the same ground and threshold says: its white spots, and where it is no longer so.

    ``changed`` holds for each tile that has changed the pixels that were covered and are not, or the other way round.
    """

    gaps: Sequence[Gap]
    changed: Mapping[Tile, NDArray[np.bool_]]

    @property
    def is_same(self) -> bool:
        """Whether the same pixels are covered everywhere."""
        return not any(one.any() for one in self.changed.values())


def gaps_of(
    region: Region,
    levels: Shorts,
    scale: Scale,
    least_m2: float,
    split_m2: float = float("inf"),
    before: Before | None = None,
) -> list[Gap]:
    """Return the white spots of *region* that are at least so large, those with most people first.

    One larger than *split_m2* is divided along the borders of communes: nobody can act on half a province. What has
    the same pixels as one of *before* is not drawn again.
    """
    labels, count = _labels(region, levels, scale, split_m2)
    if not count:
        return []
    here = labels.ravel()[region.inside]
    people = np.bincount(here, weights=region.people_inside, minlength=count + 1).astype(np.float64)
    area = np.bincount(here, minlength=count + 1).astype(np.float64) * region.grid.pixel_m2
    chosen = np.flatnonzero((area >= least_m2) & (people >= LEAST_PEOPLE))
    chosen = chosen[chosen > 0]
    chosen = chosen[np.argsort(-people[chosen], kind="stable")][:MOST]
    if not len(chosen):
        return []
    rank = np.zeros(count + 1, dtype=np.int32)
    rank[chosen] = np.arange(1, len(chosen) + 1)
    ranked = rank[labels]
    known = {} if before is None else _unchanged(region, ranked, area[chosen], before)
    return _gaps(region, ranked, people[chosen], area[chosen], known)


def _labels(region: Region, levels: Shorts, scale: Scale, split_m2: float) -> tuple[NDArray[Any], int]:
    """Return the number of each pixel's gap, 0 for none, and how many there are."""
    from scipy import ndimage  # noqa: PLC0415 -- takes half a second to load, and only runs need it

    empty = (region.unit > 0) & ~scale.covered(levels)
    labels, count = ndimage.label(empty, structure=TOUCHING)
    sizes = np.bincount(labels.ravel()[region.inside], minlength=count + 1) * region.grid.pixel_m2
    sizes[0] = 0
    if not (sizes > split_m2).any():
        return labels, int(count)
    large = (sizes > split_m2)[labels]
    labels[large] = 0
    for place, box in region.boxes:
        mine = large[box] & (region.unit[box] == place)
        if not mine.any():
            continue
        part, more = ndimage.label(mine, structure=TOUCHING)
        labels[box] += np.where(mine, part + count, 0).astype(labels.dtype)
        count += more
    return labels, int(count)


def _unchanged(region: Region, ranked: NDArray[np.int32], area: Floats, before: Before) -> dict[int, Gap]:
    """Return by place those of *before* whose pixels are the same.

    One that touches no changed pixel was connected as it is now; the earlier one around the same point is as large.
    """
    touched = np.zeros(len(area) + 1, dtype=bool)
    touched[0] = True
    high, wide = ranked.shape
    for tile, changed in before.changed.items():
        rows, columns = np.nonzero(changed)
        down, aside = region.window.place(tile)
        for step_down, step_aside in NEIGHBOURS:
            y, x = rows + down.start + step_down, columns + aside.start + step_aside
            here = (y >= 0) & (y < high) & (x >= 0) & (x < wide)
            touched[ranked[y[here], x[here]]] = True
    if not before.gaps:
        return {}
    first_column, first_row = region.window.origin
    column, row = region.grid.pixels([gap.lon for gap in before.gaps], [gap.lat for gap in before.gaps])
    found = {}
    for gap, x, y in zip(before.gaps, (column - first_column).tolist(), (row - first_row).tolist(), strict=True):
        inside = 0 <= y < high and 0 <= x < wide
        number = int(ranked[y, x]) if inside else 0
        if not touched[number] and area[number - 1] == gap.area_m2:
            found[number - 1] = gap
    return found


def _gaps(
    region: Region, ranked: NDArray[np.int32], people: Floats, area: Floats, known: Mapping[int, Gap]
) -> list[Gap]:
    """Return the gaps whose pixels are numbered from 1 in *ranked*; those in *known* keep their shape."""
    most = _most_people(region, ranked.ravel()[region.inside], len(people))
    fresh = [place for place in range(len(people)) if place not in known]
    drawn = {**known, **dict(zip(fresh, _drawn(region, ranked, fresh), strict=True))}
    return [
        replace(
            drawn[place], people=float(people[place]), area_m2=float(area[place]), unit=region.communes[most[place]]
        )
        for place in range(len(people))
    ]


def _drawn(region: Region, ranked: NDArray[np.int32], places: Sequence[int]) -> list[Gap]:
    """Return place and shape of some gaps, drawn together: one by one costs far more."""
    if not places:
        return []
    number = np.zeros(ranked.max() + 1, dtype=np.int32)
    number[np.array(places) + 1] = np.arange(1, len(places) + 1)
    numbered = number[ranked]
    rows, columns = (np.flatnonzero(numbered.any(axis=axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    column, row = region.window.origin
    transform = Affine(*region.grid.affine(column + int(columns[0]), row + int(rows[0])))
    outlines = outlines_of(np.ascontiguousarray(numbered[box]), transform, region.grid.resolution_m * SMOOTH)
    inside = shapely.get_coordinates(shapely.point_on_surface(outlines))
    lon, lat = region.grid.lonlat(inside[:, 0], inside[:, 1])
    shapes_deg = shapely.transform(outlines, lambda xy: np.column_stack(region.grid.lonlat(xy[:, 0], xy[:, 1])))
    return [Gap(0.0, 0.0, 0, float(x), float(y), shape) for x, y, shape in zip(lon, lat, shapes_deg, strict=True)]


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
