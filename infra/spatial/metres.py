"""Metres on the WGS 84 spheroid, the same on both databases because neither computes them, and what lies within."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import sqlalchemy as sa
from django.db import DEFAULT_DB_ALIAS
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

from infra.access import Scope
from infra.spatial import sql
from infra.spatial.box import rows_in_box
from infra.spatial.places import Box, latitude, longitude, number
from infra.spatial.scope import Condition

WGS84 = Geod(ellps="WGS84")
#: the spheroid's smallest radius of curvature (meridian, equator), less a little: no box made with it is too small
LEAST_RADIUS_M = 6_335_000.0
#: beyond half of the way round the earth there is nothing
MOST_METRES = 20_003_931.0


def metres_between(lon: float, lat: float, lons: ArrayLike, lats: ArrayLike) -> NDArray[np.float64]:
    """Return the geodesic from one point to each of n points, in metres (n,)."""
    east, north = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
    if not east.size:
        return np.zeros(0)
    _, _, metres = WGS84.inv(np.full_like(east, lon), np.full_like(north, lat), east, north)
    return np.asarray(metres)


def box_around(lon: float, lat: float, metres: float) -> Box:
    """Return a box that surely holds everything within *metres* of a point: its circle, not a hair less.

    The circle's widest longitude is asin(sin d / cos lat) away, more than d / cos lat; where it covers a pole the box
    takes every longitude. It does not cross the antimeridian but ends there.
    """
    angle = metres / LEAST_RADIUS_M
    half_lat = math.degrees(angle)
    if abs(lat) + half_lat >= 90 or angle >= math.pi / 2:
        return Box.around(lon, lat, 360.0, half_lat)
    half_lon = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(lat)))))
    return Box.around(lon, lat, half_lon, half_lat)


def ranked(rows: Sequence[sql.Row], lon: float, lat: float) -> list[sql.Row]:
    """Turn rows (key, lon, lat, …) into (metres, …), nearest first, equal ones by key."""
    metres = metres_between(lon, lat, [row[1] for row in rows], [row[2] for row in rows])
    order = np.lexsort(([row[0] for row in rows], metres))
    distances = metres.tolist()
    return [(distances[place], *rows[place][3:]) for place in order.tolist()]


@lru_cache(maxsize=256)
def placed(table: sa.Table, columns: tuple[Any, ...], geometry: str) -> tuple[Any, ...]:
    """Return the columns that :func:`ranked` reads: key, longitude, latitude, then what was asked for."""
    (key,) = table.primary_key.columns
    shape = table.c[geometry]
    return (key, sa.func.ST_X(shape), sa.func.ST_Y(shape), *columns)


def within_metres(
    table: sa.Table,
    columns: Sequence[Any],
    lon: float,
    lat: float,
    metres: float,
    *,
    scope: Scope,
    where: Sequence[Condition] = (),
    geometry: str = "position",
    using: str = DEFAULT_DB_ALIAS,
) -> list[sql.Row]:
    """Return (metres, \\*columns) of the points at most *metres* from lon, lat; nearest first.

    Raises WrongPlaceError for a point off the earth and for a radius that is negative or not finite.
    """
    lon, lat = longitude(lon), latitude(lat)
    metres = number(metres, "metres", 0.0, MOST_METRES)
    rows = rows_in_box(
        table,
        placed(table, tuple(columns), geometry),
        box_around(lon, lat, metres),
        scope=scope,
        where=where,
        geometry=geometry,
        using=using,
    )
    return [row for row in ranked(rows, lon, lat) if row[0] <= metres]
