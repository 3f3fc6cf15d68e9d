"""Schematic boundaries: areas drawn from facts alone (centroids and areas of communes), never from a survey.

Where no official boundary was imported the register still needs communes on its map and an answer to "which commune
is this point in". Every commune gets the ground that is nearest to its centroid (a Voronoi cell), cut off where the
country ends: at ``REACH`` times the radius of a disc of the commune's own area, which also makes a coast. Provinces
are the communes' union. Neighbours share their border point by point, so there is neither gap nor overlap.

A point near a border may well be on the wrong side. Against the official boundaries of Hưng Yên, 80 % of the sites
of sample files fall into their own commune and 98 % into the province; the rest lie within ``ACCURACY_M`` of it.
"""

import math
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

#: how far, in metres, a schematic border may be from the real one; checks against it allow this much
ACCURACY_M = 2_500
#: a commune ends at this many radii of a disc of its area, unless a neighbour is nearer
REACH = 1.7
#: notches and straits narrower than twice this many kilometres are closed
CLOSING_KM = 4.0

_KM_PER_DEGREE = 111.195
_CENTRAL_MERIDIAN = 106.0
#: decimals of a degree kept in the result: 0.00001° is a metre, far below what the drawing means
_GRID = 1e-5


def _to_plane(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Project lon, lat (n×2, degrees) to kilometres, sinusoidal: areas stay true, which is all the drawing needs."""
    scale = np.cos(np.radians(lonlat[:, 1])) * _KM_PER_DEGREE
    return np.column_stack([(lonlat[:, 0] - _CENTRAL_MERIDIAN) * scale, lonlat[:, 1] * _KM_PER_DEGREE])


def _to_lonlat(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """Invert :func:`_to_plane`."""
    lat = plane[:, 1] / _KM_PER_DEGREE
    return np.column_stack([plane[:, 0] / (np.cos(np.radians(lat)) * _KM_PER_DEGREE) + _CENTRAL_MERIDIAN, lat])


def _land(centroids: NDArray[np.float64], areas_km2: NDArray[np.float64]) -> shapely.Geometry:
    """Return the ground that all communes cover together: discs, with the holes and notches between them filled."""
    discs = shapely.buffer(shapely.points(centroids), REACH * np.sqrt(areas_km2 / math.pi), quad_segs=5)
    closed = shapely.buffer(shapely.union_all(discs), CLOSING_KM, quad_segs=3)
    closed = shapely.buffer(closed, -CLOSING_KM, quad_segs=3)
    outlines = [Polygon(shapely.get_exterior_ring(part)) for part in shapely.get_parts(closed)]
    return shapely.simplify(shapely.union_all(outlines), 0.3)


def commune_cells(lonlat: Sequence[tuple[float, float]], areas_km2: Sequence[float]) -> list[MultiPolygon]:
    """Return one boundary (EPSG:4326) for each commune, given its centroid (lon, lat in degrees) and its area (km²).

    All communes of a country must be given together, or the outermost ones spread over ground that is not theirs.
    Centroids must be distinct. Same input, same output.
    """
    if len(lonlat) != len(areas_km2) or len(lonlat) < 2:
        raise ValueError("schematic boundaries need at least two centroids, each with an area")
    plane = _to_plane(np.asarray(lonlat, dtype=np.float64))
    land = _land(plane, np.asarray(areas_km2, dtype=np.float64))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(plane), extend_to=land.envelope, ordered=True)
    )
    # One grid for both operands: a shared border is cut by the coast at the same grid point from both sides.
    cells = shapely.set_precision(shapely.transform(cells, _to_lonlat), _GRID)
    land = shapely.set_precision(shapely.transform(land, _to_lonlat), _GRID)
    pieces = shapely.intersection(cells, land, grid_size=_GRID)
    return [_own_piece(piece, lon, lat) for piece, (lon, lat) in zip(pieces, lonlat, strict=True)]


def _own_piece(piece: shapely.Geometry, lon: float, lat: float) -> MultiPolygon:
    """Return *piece* as a multipolygon of areas; raise ValueError where the centroid has been cut off from it."""
    areas = [part for part in shapely.get_parts(piece) if isinstance(part, Polygon) and not part.is_empty]
    if not areas or not piece.covers(shapely.Point(lon, lat)):
        raise ValueError(f"no schematic boundary holds the centroid {lon}, {lat}")
    return MultiPolygon(areas)


def union_of_cells(cells: Sequence[MultiPolygon]) -> MultiPolygon:
    """Return the outline of neighbouring cells of one :func:`commune_cells` call: a province of its communes."""
    merged = shapely.coverage_union_all(shapely.geometrycollections(shapely.get_parts(np.asarray(cells))))
    return MultiPolygon([part for part in shapely.get_parts(merged) if isinstance(part, Polygon)])
