"""Where the features of a collection lie, for programs that zoom to it before they have read it."""

import math
from datetime import date

import shapely

from maps.features.collection import Collection
from maps.queries.counts import kept
from maps.queries.filters import Filters
from maps.queries.reader import Reader
from maps.queries.units import territory_bounds, units_bounds
from maps.tiles.declared import extent_of
from maps.tiles.layers import SITE_TILES

WORLD = (-180.0, -90.0, 180.0, 90.0)
#: an extent is told in steps of a tenth of a degree, a little too large: it shall not tell where a hidden mast stands
STEPS = 10
Edges = tuple[float, float, float, float]


def extent(collection: Collection, reader: Reader, today: date) -> Edges:
    """Return west, south, east, north of what *reader* may see of *collection*, in CRS84."""
    is_units = collection.name == "units"

    def compute() -> Edges:
        found = list(filter(None, [units_bounds()])) if is_units else _places(reader, today)
        if not found:
            return WORLD
        west, south, east, north = shapely.total_bounds([shapely.box(*edges) for edges in found])
        return (
            max(WORLD[0], math.floor(west * STEPS) / STEPS),
            max(WORLD[1], math.floor(south * STEPS) / STEPS),
            min(WORLD[2], math.ceil(east * STEPS) / STEPS),
            min(WORLD[3], math.ceil(north * STEPS) / STEPS),
        )

    edges: Edges = kept("extent:units" if is_units else "extent", reader, Filters(), today, compute)
    return edges


def _places(reader: Reader, today: date) -> list[Edges]:
    """Return the territory of the authorities and the box of the sites: everything but units stands at these."""
    told = [territory_bounds(), extent_of(SITE_TILES, reader, Filters(), today)]
    return [(west, south, east, north) for west, south, east, north in filter(None, told)]
