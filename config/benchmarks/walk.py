"""The fixed walk over a map: what four people ask for who look at four places from far to near.

At each zoom each of them sees nine tiles, then moves on: one step to the east, one to the north. Tiles that lie wholly
outside the country are left out. The same on every machine, since it comes from the places alone.
"""

import numpy as np

from maps.tiles import grid

Tile = tuple[int, int, int]

ZOOMS = range(5, 17)
#: a city in a delta, a district by the sea, the largest city, the highlands: longitude and latitude
PLACES = ((105.8412, 21.0245), (106.527, 20.551), (106.7009, 10.7769), (108.109, 13.807))
#: west, south, east, north of the country
COUNTRY = (102.1, 8.5, 109.6, 23.4)
#: steps from the tile that holds the place: the window, then the moves
WINDOW = tuple((east, south) for east in (-1, 0, 1) for south in (-1, 0, 1))
MOVES = ((2, 0), (2, 1), (0, -2), (1, -2))
#: tiles a zoom at most, so that no zoom outweighs the others
MOST_OF_ZOOM = 30


def walk(zooms: range = ZOOMS) -> list[Tile]:
    """Return the tiles of the walk, each once, those in the middle of the windows first at every zoom."""
    found: list[Tile] = []
    steps = sorted((*WINDOW, *MOVES), key=lambda step: abs(step[0]) + abs(step[1]))
    for zoom in zooms:
        of_zoom: list[Tile] = []
        for east, south in steps:
            for lon, lat in PLACES:
                column, row = _tile_at(lon, lat, zoom)
                tile = (zoom, column + east, row + south)
                if tile not in of_zoom and _touches_country(tile):
                    of_zoom.append(tile)
        found += of_zoom[:MOST_OF_ZOOM]
    return found


def _tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    x, y = grid.plane(np.array([lon]), np.array([lat]))
    return int(x[0] * 2**zoom), int(y[0] * 2**zoom)


def _touches_country(tile: Tile) -> bool:
    west, south, east, north = COUNTRY
    box = grid.Tile(*tile).box(margin=0)
    return box.west < east and box.east > west and box.south < north and box.north > south
