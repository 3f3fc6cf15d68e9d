"""Who lives, learns or lies ill near masts: buildings of the mandatory-verification geometry, schools and hospitals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from infra.models import Authority, Limit
from infra.spatial.box import EVERYTHING, rows_in_box
from infra.spatial.metres import box_around
from infra.spatial.places import Box
from infra.spatial.tables import core
from maps.exposure.limits import Limits
from maps.exposure.ratios import Plane, ratios
from maps.exposure.sources import Sources, sources_of
from maps.models import Building, GroundFile, GroundKind, Place, PlaceKind
from maps.radio.parameters import Parameters
from maps.radio.register import Asked, read_emitters

Floats = NDArray[np.float64]

_building = core(Building)
#: heights at which people are looked for at a school or hospital, above the body height: one, two, three storeys
STOREYS_M = (0.0, 3.5, 7.0)
#: places looked at in one list
MOST_PLACES = 1_000
#: cells farther from a school than this add nothing that counts
REACH_M = 1_000.0
#: the province's plane is a little off at its edges
SLACK = 1.05
SENSITIVE = (PlaceKind.SCHOOL, PlaceKind.HOSPITAL)


@dataclass(frozen=True)
class Verification:
    """The nearest building with people, and the one whose roof comes closest to the antennas.

    ``is_mandatory`` None: a building stands within the distance, but its height is not known.
    """

    distance_m: float
    height_difference_m: float | None
    is_mandatory: bool | None
    buildings: int


def verification_of(authority: Authority, sources: Sources, day: date) -> Verification | None:
    """Judge the geometry of one mast's antennas; None where no building stands within the distance, or none is loaded.

    Verification is mandatory where a building with people stands within the distance and the antennas' lower edge is
    less than so many metres above its roof (Circular 08/2020, 07/2023; both are limits with dates).
    """
    within, above = _limit("verification_distance", day), _limit("verification_height_difference", day)
    file = GroundFile.objects.filter(authority=authority, kind=GroundKind.BUILDINGS, is_current=True).first()
    if file is None or within is None or above is None or not len(sources):
        return None
    lon, lat = float(sources.lon.mean()), float(sources.lat.mean())
    columns = [sa.func.ST_AsBinary(_building.c.outline), _building.c.height_m]
    where = [_building.c.file_id == file.pk, _building.c.has_people.is_(True)]
    box = box_around(lon, lat, within)
    rows = rows_in_box(_building, columns, box, scope=EVERYTHING, where=where, geometry="outline")
    near = _near(rows, Plane(lon, lat), within)
    if not near:
        return None
    edge = float(sources.lower_edge_m.min())
    known = [edge - height for _metres, height in near if height is not None]
    least = min(known, default=None)
    mandatory: bool | None = None if least is None else least < above
    if not mandatory and len(known) < len(near):
        mandatory = None
    return Verification(min(metres for metres, _ in near), least, mandatory, len(near))


def _near(rows: Sequence[Sequence[object]], plane: Plane, within: float) -> list[tuple[float, float | None]]:
    """Return the distance and the roof of the buildings no farther than *within* from the plane's middle."""

    def flat(xy: Floats) -> Floats:
        return np.column_stack(plane.metres(xy[:, 0], xy[:, 1]))

    found = []
    for outline, height in rows:
        shape = shapely.transform(shapely.from_wkb(bytes(outline)), flat)  # type: ignore[call-overload]
        metres = float(shape.distance(shapely.Point(0, 0)))
        if metres <= within:
            found.append((metres, None if height is None else float(height)))  # type: ignore[arg-type]
    return found


def _limit(code: str, day: date) -> float | None:
    found = Limit.objects.in_force(day).filter(code=code).order_by("-valid_from").first()
    return found.value if found else None


# --- Schools and hospitals --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NearMast:
    """A school or hospital with the masts near by and the highest ratio computed there over its storeys."""

    place: Place
    metres: float
    stations: int
    ratio: float
    height_m: float
    is_assumed: bool


def sensitive_places(places: Sequence[Place], day: date, metres: float) -> list[NearMast]:
    """Return those of *places* that have a radiating station within *metres*, the highest ratio first."""
    places = places[:MOST_PLACES]
    if not places:
        return []
    parameters, limits = Parameters.on(day), Limits.on(day)
    lons, lats = np.array([one.position.x for one in places]), np.array([one.position.y for one in places])
    middle = Plane(float(lons.mean()), float(lats.mean()))
    edge = (
        box_around(float(lons.min()), float(lats.min()), REACH_M),
        box_around(float(lons.max()), float(lats.max()), REACH_M),
    )
    box = Box(edge[0].west, edge[0].south, edge[1].east, edge[1].north)
    sources = sources_of(read_emitters(Asked(box=box), parameters).emitters, parameters, limits)
    if not len(sources):
        return []
    tree = cKDTree(np.column_stack(middle.metres(sources.lon, sources.lat)))
    around = tree.query_ball_point(np.column_stack(middle.metres(lons, lats)), REACH_M * SLACK)
    heights = parameters.value("body_height_m") + np.array(STOREYS_M)
    judged = [
        _judged(one, sources.take(np.array(rows)), heights, metres)
        for one, rows in zip(places, around, strict=True)
        if rows
    ]
    return sorted((one for one in judged if one is not None), key=lambda one: -one.ratio)


def _judged(place: Place, sources: Sources, heights: Floats, metres: float) -> NearMast | None:
    plane = Plane(place.position.x, place.position.y)
    away = np.hypot(*plane.metres(sources.lon, sources.lat))
    near = away <= metres
    if not near.any():
        return None
    there = ratios(sources, plane, np.zeros(len(heights)), np.zeros(len(heights)), heights)
    worst = int(there.argmax())
    return NearMast(
        place=place,
        metres=float(away.min()),
        stations=len(np.unique(sources.station[near])),
        ratio=float(there[worst]),
        height_m=float(heights[worst]),
        is_assumed=bool(sources.is_assumed[near].any()),
    )
