"""A map sketch as plain figures for an SVG: communes in outline, marks, ways, a scale; north is up.

The same sketch is drawn by a template on a page, where a script moves and enlarges it, and into documents.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shapely import Polygon, box, get_parts

from infra.spatial.places import Box
from inspections.selectors.outlines import Ring

METRES_PER_DEGREE = 111_320.0
#: the least ground a sketch shows, metres: a single mast stands in its neighbourhood
LEAST_METRES = 600.0
#: share of the sketch that stays free around what it shows
MARGIN = 0.08
SCALE_STEPS = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)

#: room that names take, in points of the sketch, and at how many enlargements they are tried
LETTER, LINE, NAME_STEPS = 6.2, 14.0, 3

Place = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """Something at a place. ``kind`` is its style, ``label`` what is written beside it, ``title`` what it is."""

    lon: float
    lat: float
    kind: str
    title: str = ""
    label: str = ""
    key: int = 0


@dataclass(frozen=True)
class Dot:
    """A mark on paper."""

    x: float
    y: float
    mark: Mark


@dataclass(frozen=True)
class Frame:
    """How degrees become points of the sketch."""

    west: float
    north: float
    per_lon: float
    per_lat: float
    width: float
    height: float

    def at(self, lon: float, lat: float) -> Place:
        return round((lon - self.west) * self.per_lon, 1), round((self.north - lat) * self.per_lat, 1)

    @property
    def metres_per_unit(self) -> float:
        return METRES_PER_DEGREE / self.per_lat


@dataclass
class Outline:
    """A commune: its path, and its name with the step of enlargement (1, 2, 4, 8 times) from which there is room."""

    name: str
    path: str
    x: float
    y: float
    step: int = 0


@dataclass
class Sketch:
    """What is drawn: paths of communes with their names, ways, dots, a scale bar of ``scale_m`` metres."""

    frame: Frame
    units: list["Outline"] = field(default_factory=list)
    ways: list[tuple[str, str]] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)

    @property
    def width(self) -> float:
        return self.frame.width

    @property
    def height(self) -> float:
        return self.frame.height

    @property
    def scale_m(self) -> int:
        """The longest round length that fits into a fourth of the width."""
        most = self.frame.width / 4 * self.frame.metres_per_unit
        return max((step for step in SCALE_STEPS if step <= most), default=SCALE_STEPS[0])

    @property
    def scale_units(self) -> float:
        return round(self.scale_m / self.frame.metres_per_unit, 1)


def frame_of(places: Sequence[Place], width: float, height: float) -> Frame:
    """Return the frame that holds *places* with some room around them."""
    lons, lats = [place[0] for place in places], [place[1] for place in places]
    middle = ((min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2)
    squeeze = max(0.05, math.cos(math.radians(middle[1])))
    least = LEAST_METRES / METRES_PER_DEGREE
    room = 1 + 2 * MARGIN
    span_lon = max((max(lons) - min(lons)) * room, least / squeeze)
    span_lat = max((max(lats) - min(lats)) * room, least)
    per_lat = min(width / (span_lon * squeeze), height / span_lat)
    per_lon = per_lat * squeeze
    return Frame(middle[0] - width / per_lon / 2, middle[1] + height / per_lat / 2, per_lon, per_lat, width, height)


def sketch_of(
    marks: Sequence[Mark],
    frame: Frame,
    *,
    units: Iterable[tuple[str, list[Ring]]] = (),
    ways: Iterable[tuple[str, Sequence[Place]]] = (),
    areas: Iterable[Sequence[Place]] = (),
) -> Sketch:
    """Draw *marks* over communes, *ways* (style, places) and *areas*."""
    made = Sketch(frame)
    for name, rings in units:
        path = " ".join(_path(frame, ring) for ring in rings)
        place = _name_place(frame, rings)
        if path and place is not None:
            made.units.append(Outline(name, path, *place))
    _make_room(made.units)
    made.ways = [(kind, " ".join(f"{x},{y}" for x, y in (frame.at(*p) for p in places))) for kind, places in ways]
    made.areas = [_path(frame, places) for places in areas]
    made.dots = [Dot(*frame.at(mark.lon, mark.lat), mark) for mark in marks]
    return made


def _make_room(outlines: Iterable[Outline]) -> None:
    """Say from which enlargement each name has room; those that come first keep their place."""
    waiting = list(outlines)
    placed: list[Outline] = []
    for step in range(NAME_STEPS):
        scale = 2**step
        crowded: list[Outline] = []
        for outline in waiting:
            outline.step = step
            (crowded if any(_touch(outline, other, scale) for other in placed) else placed).append(outline)
        waiting = crowded
    for outline in waiting:
        outline.step = NAME_STEPS


def _touch(one: Outline, other: Outline, scale: int) -> bool:
    width = (len(one.name) + len(other.name)) / 2 * LETTER
    return abs(one.x - other.x) * scale < width and abs(one.y - other.y) * scale < LINE


def _path(frame: Frame, ring: Sequence[Place]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in (frame.at(*place) for place in ring)) + "Z"


def _name_place(frame: Frame, rings: Iterable[Ring]) -> Place | None:
    """Return where the name of a unit stands: amid the part of it that is seen; None where none is."""
    paper = box(0, 0, frame.width, frame.height)
    shapes = [Polygon([frame.at(*place) for place in ring]).buffer(0) for ring in rings if len(ring) > 3]
    seen = [part for shape in shapes for part in get_parts(shape.intersection(paper))]
    widest = max((part for part in seen if part.area), key=lambda part: part.area, default=None)
    if widest is None:
        return None
    amid = widest.centroid if widest.centroid.within(widest) else widest.representative_point()
    return round(amid.x, 1), round(amid.y, 1)


def box_of(frame: Frame) -> Box:
    """Return the ground of a frame, in degrees."""
    return Box(
        max(frame.west, -180.0),
        max(frame.north - frame.height / frame.per_lat, -90.0),
        min(frame.west + frame.width / frame.per_lon, 180.0),
        min(frame.north, 90.0),
    )
