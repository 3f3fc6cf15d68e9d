"""What lies on the ground, from files: villages, schools, hospitals, roads, buildings with their heights.

Anything that GDAL reads (GeoPackage, GeoJSON, Shapefile, KML), and CSV with longitude and latitude for points. A row
without a usable shape is left out with its number and reason.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from infra.text import fold
from maps.coverage.measurement_files import POSITION, Problem
from maps.coverage.tables import MOST_BYTES, MOST_ROWS, TableError, lines_of, place_of
from maps.models import GroundKind

NAMES: dict[str, tuple[str, ...]] = {
    "name": ("name", "ten", "name:vi", "name_vi", "ten_thon", "ten_truong"),
    "code": ("code", "ma", "id", "osm_id", "ma_thon", "ma_truong"),
    "population": ("population", "pop", "dan_so", "so_dan"),
    "road_class": ("class", "highway", "fclass", "loai", "cap_duong"),
    "height_m": ("height_m", "height", "chieu_cao"),
    "levels": ("levels", "building:levels", "building_levels", "so_tang"),
    "use": ("building", "use", "cong_nang", "fclass"),
}
POINTS = frozenset({GroundKind.VILLAGES, GroundKind.SCHOOLS, GroundKind.HOSPITALS})
STOREY_M = 3.3
MOST_HEIGHT_M = 1_000.0
#: uses of buildings in which nobody lives or works
EMPTY_USES = frozenset({"shed", "garage", "garages", "greenhouse", "barn", "ruins", "roof", "kho", "chuong_trai"})


@dataclass
class GroundRow:
    """One thing: its shape in degrees, and what the file says about it."""

    shape: Any
    values: dict[str, Any] = field(default_factory=dict)


def read_ground(path: Path, kind: str, note: Callable[[Problem], None]) -> tuple[list[GroundRow], int]:
    """Return the sound rows of *path* and how many there were; raises TableError for a file that cannot be used."""
    if path.suffix.lower() == ".csv":
        if kind not in POINTS:
            raise TableError(_("A table of text has points only: give lines and areas as GeoPackage or GeoJSON."))
        return _from_table(path, note)
    return _from_shapes(path, kind, note)


def _from_table(path: Path, note: Callable[[Problem], None]) -> tuple[list[GroundRow], int]:
    found, count = [], 0
    for line in lines_of(path, {**POSITION, **NAMES}, ("lon", "lat", "name")):
        count += 1
        try:
            lon, lat = line.number_of("lon"), line.number_of("lat")
            if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
                raise ValueError(_("No position: longitude and latitude in degrees are needed."))
            found.append(GroundRow(shapely.Point(lon, lat), _values(dict(line.cells))))
        except ValueError as error:
            note(Problem(line.number, str(error)))
    return found, count


def _from_shapes(path: Path, kind: str, note: Callable[[Problem], None]) -> tuple[list[GroundRow], int]:
    if path.stat().st_size > MOST_BYTES:
        raise TableError(_("The file is larger than %(most)s MB: divide it.") % {"most": MOST_BYTES // 1_000_000})
    try:
        information, _fids, geometry, columns = pyogrio.raw.read(path, max_features=MOST_ROWS)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise TableError(_("The file is none that can be read: GeoPackage, GeoJSON, Shapefile, KML, CSV.")) from error
    if geometry is None:
        raise TableError(_("The file has no shapes."))
    if not information["crs"]:
        raise TableError(_("The file says no coordinate system."))
    shapes = _in_degrees(shapely.from_wkb(geometry, on_invalid="ignore"), information["crs"])
    header = [fold(str(name)).replace(" ", "_") for name in information["fields"]]
    places = {name: place_of(header, aliases) for name, aliases in NAMES.items()}
    found = []
    for row, shape in enumerate(shapes):
        values = {name: columns[place][row] for name, place in places.items() if place is not None}
        try:
            found.append(GroundRow(_fitting(shape, kind), _values(values)))
        except ValueError as error:
            note(Problem(row + 1, str(error)))
    return found, len(shapes)


def _in_degrees(shapes: NDArray[np.object_], crs: str) -> NDArray[np.object_]:
    turn = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    flat = shapely.force_2d(shapes)
    return np.asarray(shapely.transform(flat, lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1]))))


def _fitting(shape: Any, kind: str) -> Any:
    """Return the shape that *kind* wants: a point, lines, or one area; raises ValueError."""
    if shape is None or shape.is_empty or not np.isfinite(shapely.bounds(shape)).all():
        raise ValueError(_("No shape."))
    west, south, east, north = shapely.bounds(shape)
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise ValueError(_("The shape lies outside the earth: the coordinate system is another one."))
    if kind in POINTS:
        return shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
    if kind == GroundKind.ROADS:
        lines = [one for one in shapely.get_parts(shape) if one.geom_type in ("LineString", "LinearRing")]
        if not lines:
            raise ValueError(_("No line."))
        return shapely.MultiLineString([shapely.LineString(one.coords) for one in lines])
    areas = [one for one in shapely.get_parts(shapely.make_valid(shape)) if one.geom_type == "Polygon"]
    if not areas:
        raise ValueError(_("No area."))
    return max(areas, key=lambda one: one.area)


def _values(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the values as the tables hold them; raises ValueError for one that cannot be true."""
    values: dict[str, Any] = {
        "name": _text(raw.get("name"), 160),
        "code": _text(raw.get("code"), 32),
        "road_class": _text(raw.get("road_class"), 32),
    }
    people = _number(raw.get("population"))
    if people is not None and not 0 <= people <= 10_000_000:
        raise ValueError(_("%(value)s people cannot live there.") % {"value": f"{people:g}"})
    values["population"] = None if people is None else round(people)
    height, levels = _number(raw.get("height_m")), _number(raw.get("levels"))
    if height is None and levels is not None:
        height = levels * STOREY_M
    if height is not None and not 0 <= height <= MOST_HEIGHT_M:
        raise ValueError(_("A height of %(value)s m is not possible.") % {"value": f"{height:g}"})
    values["height_m"] = height
    values["has_people"] = fold(_text(raw.get("use"), 40)).replace(" ", "_") not in EMPTY_USES
    return values


def _text(value: Any, most: int) -> str:
    return "" if value is None or value != value else str(value).strip()[:most]


def _number(value: Any) -> float | None:
    try:
        number = float(str(value).replace(",", ".").removesuffix("m").strip())
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None
