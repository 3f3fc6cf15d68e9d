"""Files of administrative units (GeoJSON, GeoPackage, Shapefile) read into sound rows, or refused with every reason.

A row leaves here with its code, its name on one line in NFC, and a valid multipolygon in EPSG:4326. Invalid polygons
are repaired and reported; anything else that is wrong is an error with the number of the feature, counted from 1.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry import MultiPolygon, Polygon

from infra.models import UnitLevel
from infra.spatial.places import SRID
from infra.text import clean, fold

DRIVERS = {"GeoJSON": "GeoJSON", "GPKG": "GeoPackage", "ESRI Shapefile": "Shapefile"}
SHOWN_PROBLEMS = 10

#: what files call the columns, folded to letters and digits; the first that is there is taken
CODE_FIELDS = {
    UnitLevel.PROVINCE: ("code", "matinh", "matp", "provincecode", "madvhc", "ma"),
    UnitLevel.DISTRICT: ("code", "mahuyen", "maqh", "districtcode", "madvhc", "ma"),
    UnitLevel.COMMUNE: ("code", "maxa", "mapx", "communecode", "wardcode", "madvhc", "ma"),
}
NAME_FIELDS = {
    UnitLevel.PROVINCE: ("fullname", "tendaydu", "tentinh", "provincename", "tendvhc", "name", "ten"),
    UnitLevel.DISTRICT: ("fullname", "tendaydu", "tenhuyen", "districtname", "tendvhc", "name", "ten"),
    UnitLevel.COMMUNE: ("fullname", "tendaydu", "tenxa", "communename", "wardname", "tendvhc", "name", "ten"),
}


class UnitFileError(ValueError):
    """The file cannot be imported; the text lists every reason found."""


@dataclass(frozen=True)
class FieldNames:
    """Which columns hold what; None lets the usual names be tried. ``parent`` None: the parent follows from place."""

    code: str | None = None
    name: str | None = None
    parent: str | None = None


@dataclass(frozen=True)
class UnitRow:
    """One unit of a file: feature number, code, full name, parent's code (or empty) and boundary (EPSG:4326)."""

    number: int
    code: str
    full_name: str
    parent_code: str
    boundary: MultiPolygon


@dataclass(frozen=True)
class Repair:
    """What was wrong with a polygon, and by how much (share of 1) its area changed."""

    code: str
    reason: str
    area_change: float


@dataclass
class UnitFile:
    """A file as read: its rows, what was repaired, and in which CRS it came."""

    rows: list[UnitRow] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    crs: str = ""


def read_units(
    path: Path,
    *,
    level: str,
    fields: FieldNames = FieldNames(),
    layer: str | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    code_width: int = 0,
) -> UnitFile:
    """Read the units of a file. Numeric codes are filled with zeros to *code_width*; *crs* is for files without one.

    Raises UnitFileError for a file that is not what it says, without the columns, or with unusable rows.
    """
    driver = _look(path, layer)
    meta, shapes, columns = _read(path, layer, encoding)
    if not len(shapes):
        raise UnitFileError(_("The file holds no features."))
    wanted = _choose(list(columns), level, fields)
    codes = [_code(value, code_width) for value in columns[wanted.code or ""]]
    full_names = [clean(str(value)) if value is not None else "" for value in columns[wanted.name or ""]]
    parents = [_code(value, 0) for value in columns[wanted.parent]] if wanted.parent else [""] * len(codes)
    problems = [*_text_problems(codes, full_names), *_shape_problems(shapes)]
    _refuse(problems)
    source = _source_crs(crs or meta["crs"], driver)
    shapes = _to_degrees(shapes, source)
    boundaries, repairs = _repair(shapes, codes)
    _refuse(_empty_problems(boundaries))
    rows = [UnitRow(n + 1, *parts) for n, parts in enumerate(zip(codes, full_names, parents, boundaries, strict=True))]
    return UnitFile(rows=rows, repairs=repairs, crs=source.to_string() if len(source.to_string()) < 40 else source.name)


def _look(path: Path, layer: str | None) -> str:
    """Return the name of the file's format; refuse what is no readable file of units."""
    if not path.is_file():
        raise UnitFileError(_("There is no file %(path)s.") % {"path": path})
    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        found = layer or (layers[0] if layers else "")
        driver = pyogrio.read_info(path, layer=found)["driver"] if found else ""
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise UnitFileError(
            _("The file cannot be read: it is no GeoJSON, GeoPackage or Shapefile, or it is damaged (%(error)s).")
            % {"error": error}
        ) from error
    if driver not in DRIVERS:
        raise UnitFileError(_("The file is no GeoJSON, GeoPackage or Shapefile."))
    if layer is None and len(layers) > 1:
        raise UnitFileError(
            _("The file has several layers; name one with --layer: %(layers)s.") % {"layers": ", ".join(layers)}
        )
    return str(driver)


def _read(
    path: Path, layer: str | None, encoding: str | None
) -> tuple[dict[str, Any], NDArray[Any], dict[str, Sequence[Any]]]:
    try:
        meta, _fids, wkb, columns = pyogrio.raw.read(path, layer=layer, encoding=encoding, force_2d=True)
    except (DataSourceError, DataLayerError, UnicodeDecodeError, ValueError) as error:
        raise UnitFileError(_("The file cannot be read: %(error)s.") % {"error": error}) from error
    shapes = shapely.from_wkb(wkb, on_invalid="fix")
    return meta, np.asarray(shapes), dict(zip(meta["fields"], columns, strict=True))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(name))


def _choose(columns: list[str], level: str, fields: FieldNames) -> FieldNames:
    """Return the columns to read; refuse names that are not there and files without any of the usual ones."""
    usual = {_plain(name): name for name in reversed(columns)}
    listed = ", ".join(columns)
    for given in (fields.code, fields.name, fields.parent):
        if given is not None and given not in columns:
            raise UnitFileError(
                _("The file has no column “%(name)s”. It has: %(columns)s.") % {"name": given, "columns": listed}
            )
    code = fields.code or next((usual[name] for name in CODE_FIELDS[UnitLevel(level)] if name in usual), None)
    name = fields.name or next((usual[name] for name in NAME_FIELDS[UnitLevel(level)] if name in usual), None)
    if code is None or name is None:
        raise UnitFileError(
            _("Name the columns of code and name with --code-field and --name-field. The file has: %(columns)s.")
            % {"columns": listed}
        )
    return FieldNames(code=code, name=name, parent=fields.parent)


def _code(value: Any, width: int) -> str:
    """Return a code as text; a number loses its decimals and gets its zeros back."""
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    if isinstance(value, int | float | np.number):
        return str(int(value)).zfill(width)
    return clean(str(value))


def _text_problems(codes: list[str], names: list[str]) -> list[str]:
    found = []
    times = Counter(codes)
    for number, (code, name) in enumerate(zip(codes, names, strict=True), start=1):
        if not code or len(code) > 10:
            found.append(_("Feature %(number)d: no code, or a code longer than 10 characters.") % {"number": number})
        elif times[code] > 1:
            found.append(_("Feature %(number)d: the code %(code)s comes twice.") % {"number": number, "code": code})
        if not name:
            found.append(_("Feature %(number)d: no name.") % {"number": number})
    return found


def _shape_problems(shapes: NDArray[Any]) -> list[str]:
    found = []
    for number, shape in enumerate(shapes, start=1):
        if shape is None or shape.is_empty:
            found.append(_("Feature %(number)d: no boundary.") % {"number": number})
        elif not isinstance(shape, Polygon | MultiPolygon):
            found.append(
                _("Feature %(number)d: a %(kind)s is no boundary.") % {"number": number, "kind": shape.geom_type}
            )
    return found


def _empty_problems(boundaries: list[MultiPolygon]) -> list[str]:
    return [
        _("Feature %(number)d: the boundary encloses nothing.") % {"number": number}
        for number, boundary in enumerate(boundaries, start=1)
        if boundary.is_empty
    ]


def shortened(problems: list[str]) -> str:
    """Return the first problems as lines, and how many more there are."""
    more = len(problems) - SHOWN_PROBLEMS
    return "\n".join(problems[:SHOWN_PROBLEMS] + ([_("… and %(count)d more.") % {"count": more}] if more > 0 else []))


def _refuse(problems: list[str]) -> None:
    if problems:
        raise UnitFileError(shortened(problems))


def _source_crs(text: str | None, driver: str) -> CRS:
    if not text:
        if driver == "GeoJSON":
            return CRS.from_epsg(SRID)
        raise UnitFileError(_("The file names no coordinate reference system; say which one with --crs EPSG:n."))
    try:
        crs = CRS.from_user_input(text)
    except CRSError as error:
        raise UnitFileError(_("“%(crs)s” is no coordinate reference system.") % {"crs": text[:60]}) from error
    # A .prj rarely carries the code; with it, the shift between datums is known as well.
    code = crs.to_epsg()
    return CRS.from_epsg(code) if code else crs


def _to_degrees(shapes: NDArray[Any], source: CRS) -> NDArray[Any]:
    """Reproject to EPSG:4326, lon before lat; refuse what lands off the earth or has no known way there."""
    if source != CRS.from_epsg(SRID) and source != CRS.from_user_input("OGC:CRS84"):
        try:
            transformer = Transformer.from_crs(source, SRID, always_xy=True, allow_ballpark=False)
            shapes = shapely.transform(shapes, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))
        except ProjError as error:
            raise UnitFileError(
                _("There is no way from %(crs)s to longitude and latitude.") % {"crs": source.name}
            ) from error
    bounds = shapely.total_bounds(shapes)
    if not (np.isfinite(bounds).all() and (np.abs(bounds) <= (180, 90, 180, 90)).all()):
        raise UnitFileError(_("The coordinates do not fit %(crs)s.") % {"crs": source.name})
    return shapes


def _repair(shapes: NDArray[Any], codes: list[str]) -> tuple[list[MultiPolygon], list[Repair]]:
    """Make every shape a valid multipolygon in one order of rings; say which ones had to be repaired."""
    sound = shapely.is_valid(shapes)
    repairs: list[Repair] = []
    boundaries: list[MultiPolygon] = []
    for shape, code, is_sound in zip(shapes, codes, sound, strict=True):
        mended = shape if is_sound else shapely.make_valid(shape, method="structure", keep_collapsed=False)
        parts = shapely.get_parts(shapely.get_parts(mended))
        polygons = [part for part in parts if isinstance(part, Polygon) and not part.is_empty]
        boundary = shapely.normalize(MultiPolygon(polygons))
        if not is_sound:
            change = boundary.area / shape.area - 1 if shape.area else 0.0
            repairs.append(Repair(code, shapely.is_valid_reason(shape), change))
        boundaries.append(boundary)
    return boundaries, repairs
