"""Files of features (GeoJSON, GeoPackage, zipped Shapefile, KML, KMZ) as sheets: a row a feature, a column a field.

The shape of a feature becomes cells of its own, in the system that the file declares; from there on the rows go the way
of any spreadsheet's. The first row holds the names, so that feature *i* is row *i* + 1, as in the sheet that is given
back with the problems.
"""

import codecs
import contextlib
import html
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pyogrio
import shapely
from django.utils.translation import gettext_noop as _
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from infra.submissions.columns.declaration import ColumnTable
from infra.submissions.columns.places import LINE
from infra.submissions.problems import Unreadable, said
from infra.submissions.reading.formats import COLUMNS_MAX, ROWS_MAX, in_utf_8
from infra.submissions.reading.grids import Grid, tidy

#: formats of GDAL that are read; a file that another one claims is refused
DRIVERS = frozenset({"GeoJSON", "GPKG", "ESRI Shapefile", "KML", "LIBKML"})
_MEMBERS = (".shp", ".gpkg", ".kml")
#: what a document that defines entities of its own holds; none of our formats needs them
_ENTITIES = (b"<!ENTITY", b"<!DOCTYPE")
#: how the table of a Shapefile is read: byte by byte, to be decoded here (GDAL cuts names in the middle of a letter)
_BYTES = "ISO-8859-1"
#: encodings of a table that does not name its own, the strictest first
_GUESSED = ("utf-8", "cp1258")
_GEOPACKAGE_ID = slice(68, 72)
_DEGREE_DIGITS, _METRE_DIGITS = 9, 3
_DAMAGED = (DataSourceError, DataLayerError, ValueError, OSError, RuntimeError)


#: fields that GDAL adds to every placemark
_OF_KML = frozenset(
    (
        *("id", "timestamp", "begin", "end", "altitudemode", "tessellate"),
        *("extrude", "visibility", "draworder", "icon", "snippet"),
    )
)
_KML_NAME = re.compile(rb"<(?:Data|SimpleField|SimpleData)\b[^>]*?\bname=(?:\"([^\"]*)\"|'([^']*)')")
_NOT_PLAIN = re.compile(rb"[^A-Za-z0-9]")


Cells = list[str | None]


class _Source(NamedTuple):
    """What GDAL opens; the encodings of its texts where we decode them; names that GDAL writes in another way."""

    path: str
    encodings: tuple[str, ...] = ()
    names: dict[str, str] | None = None

    @property
    def encoding(self) -> str | None:
        return _BYTES if self.encodings else None


def grids(path: Path, table: ColumnTable, layer: str = "") -> Iterator[Grid]:
    """Yield the layers of a file, or the one called *layer*; raise Unreadable for a file that is none of ours."""
    found = [(source, name) for source in _sources(path) for name in _layers(source)]
    names = [name for _source, name in found]
    if layer and layer not in names:
        raise Unreadable("file.unreadable", why=said(_("It has no sheet called “%s”."), layer), sheets=names)
    if not found:
        raise Unreadable("file.empty")
    for source, name in found:
        if not layer or name == layer:
            grid = _grid(source, name, table)
            # A file without a name of its own gets the one under which it is kept, which says nothing to anybody.
            yield replace(grid, name="") if name == path.stem and len(found) == 1 else grid


# --- what is opened ---


def _sources(path: Path) -> list[_Source]:
    if not zipfile.is_zipfile(path):
        _refuse_other_databases(path)
        content = path.read_bytes()
        source = _Source(str(path), names=_names_of_kml(content))
        if in_utf_8(content) is not content:  # without a name's ending GDAL does not see what it is
            raise Unreadable("file.encoding")
        return [source]
    with zipfile.ZipFile(path) as archive:
        members = archive.namelist()
        names = [name for name in members if name.lower().endswith(_MEMBERS)]
        fields = {name: _names_of_kml(archive.read(name)) for name in names if name.lower().endswith(".kml")}
        pages = {name[:-4]: archive.read(name)[:64] for name in members if name.lower().endswith(".cpg")}
    _refuse_lone_shapes(members)
    found = []
    for name in names:
        encodings = _encodings(pages.get(name[:-4], b"")) if name.lower().endswith(".shp") else ()
        found.append(_Source(f"/vsizip/{{{path}}}/{name}", encodings, fields.get(name)))
    return found


def _refuse_lone_shapes(members: list[str]) -> None:
    """Refuse a Shapefile without the files that hold its index and its fields, and name them."""
    known = {name.lower() for name in members}
    shapes = [name[:-4] for name in known if name.endswith(".shp")]
    lacking = sorted({end for name in shapes for end in (".dbf", ".shx") if name + end not in known})
    if lacking:
        raise Unreadable("file.unreadable", why=said(_("The Shapefile lacks its %s."), ", ".join(lacking)))


def _encodings(page: bytes) -> tuple[str, ...]:
    """Return the encodings to try, the one that the code page file *page* names first."""
    said = page.decode("ascii", "ignore").strip()
    with contextlib.suppress(LookupError):
        return (codecs.lookup(f"cp{said}" if said.isdigit() else said).name, *_GUESSED)
    return _GUESSED


def _names_of_kml(content: bytes) -> dict[str, str] | None:
    """Return the names of a KML document's own fields by what GDAL makes of them; None for another file."""
    content = in_utf_8(content)  # GDAL reads UTF-16 too
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        return None
    if any(word in content for word in _ENTITIES):
        raise Unreadable("file.unreadable", why=said(_("It defines entities of its own, which is not allowed.")))
    names = {first or second for first, second in _KML_NAME.findall(content)}
    return {_NOT_PLAIN.sub(b"_", name).decode(): html.unescape(name.decode("utf-8", "replace")) for name in names}


def _refuse_other_databases(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(100)
    if start.startswith(b"SQLite format 3\x00") and start[_GEOPACKAGE_ID] not in (b"GPKG", b"GP10", b"GP11"):
        raise Unreadable("file.unreadable", why=said(_("It is a database, but no GeoPackage.")))


def _layers(source: _Source) -> list[str]:
    try:
        names = [str(name) for name, _kind in pyogrio.list_layers(source.path)]
        drivers = {pyogrio.read_info(source.path, layer=name, encoding=source.encoding)["driver"] for name in names}
    except _DAMAGED as error:
        raise Unreadable("file.unreadable", why=said(_("It is damaged."))) from error
    if drivers - DRIVERS:
        raise Unreadable("file.unreadable", why=said(_("It is not a table we know.")))
    return names


# --- a layer as a sheet ---


def _grid(source: _Source, layer: str, table: ColumnTable) -> Grid:
    meta, shapes, columns = _read(source, layer)
    if len(meta["fields"]) > COLUMNS_MAX:
        raise Unreadable("file.unreadable", why=said(_("It has more than %d columns."), COLUMNS_MAX))
    crs, is_metric = _system(meta["crs"], shapes)
    named = _shape_cells(shapes, table, is_metric=is_metric) if shapes is not None and table.positions else {}
    names, texts = _decoded([str(name) for name in meta["fields"]], [_texts(values) for values in columns], source)
    for name, cells in zip(names, texts, strict=True):
        if source.names is None or name in source.names or not (name.lower() in _OF_KML or _is_empty(name, cells)):
            named[(source.names or {}).get(name, name)] = cells
    frame = pl.DataFrame(
        [pl.Series(str(place), [name, *texts], dtype=pl.String) for place, (name, texts) in enumerate(named.items())]
    )
    return Grid(layer, tidy(frame), is_features=True, crs=crs)


def _read(source: _Source, layer: str) -> tuple[dict[str, Any], NDArray[Any] | None, Sequence[Any]]:
    where = {"layer": layer, "encoding": source.encoding}
    try:
        if pyogrio.read_info(source.path, **where)["features"] > ROWS_MAX:
            raise Unreadable("file.unreadable", why=said(_("It has more than %d rows."), ROWS_MAX))
        meta, _fids, wkb, columns = pyogrio.raw.read(source.path, force_2d=True, **where)
        shapes = None if wkb is None else np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"))
    except (*_DAMAGED, shapely.errors.GEOSException) as error:
        raise Unreadable("file.unreadable", why=said(_("It is damaged."))) from error
    return meta, shapes, columns


def _decoded(names: list[str], columns: list[Cells], source: _Source) -> tuple[list[str], list[Cells]]:
    """Decode what was read byte by byte; a name that was cut in the middle of a letter loses the rest of it."""
    for encoding in source.encodings:
        try:
            texts = [[text and text.encode(_BYTES).decode(encoding) for text in column] for column in columns]
        except UnicodeError:
            continue
        return [name.encode(_BYTES, "ignore").decode(encoding, "ignore") for name in names], texts
    if source.encodings:
        raise Unreadable("file.encoding")
    return names, columns


def _is_empty(name: str, cells: Cells) -> bool:
    """Tell whether a placemark's own field is used by nobody."""
    return name.lower() in ("name", "description") and not any(cells)


def _system(declared: str | None, shapes: NDArray[Any] | None) -> tuple[str, bool]:
    """Return the EPSG code of the file's system ("" where it has none), and whether its figures are metres."""
    try:
        crs = CRS.from_user_input(declared) if declared else None
    except CRSError:
        crs = None
    if crs is not None:
        number = crs.to_epsg(min_confidence=70)
        return (f"EPSG:{number}" if number else ""), bool(crs.is_projected)
    if shapes is None or not len(shapes):
        return "", False
    largest = np.nanmax(np.abs(shapely.bounds(shapes)), initial=0.0)
    return "", bool(largest > 360)


def _shape_cells(shapes: NDArray[Any], table: ColumnTable, *, is_metric: bool) -> dict[str, list[str | None]]:
    """Return header → cells that hold the features' shapes, as the columns of *table* take them."""
    if table.positions == LINE:
        return {str(table.column("line").header_vi): [_line(shape) for shape in shapes]}
    names = ("y", "x") if is_metric else ("longitude", "latitude")  # X is the northing in Vietnam
    digits = _METRE_DIGITS if is_metric else _DEGREE_DIGITS
    points = [_point(shape) for shape in shapes]
    return {
        str(table.column(name).header_vi): [
            point if point is None or isinstance(point, str) else repr(round(point[axis], digits)) for point in points
        ]
        for axis, name in enumerate(names)
    }


def _point(shape: Any) -> tuple[float, float] | str | None:
    """Return a point's coordinates; the name of the shape where it is no point."""
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type == "MultiPoint" and len(shape.geoms) == 1:
        shape = shape.geoms[0]
    return (float(shape.x), float(shape.y)) if shape.geom_type == "Point" else str(shape.geom_type)


def _line(shape: Any) -> str | None:
    """Return a line as WKT, parts that meet joined; the name of the shape where it is no one line."""
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type == "MultiLineString":
        shape = shapely.line_merge(shape)
    return str(shape.wkt) if shape.geom_type == "LineString" else str(shape.geom_type)


def _texts(values: Any) -> list[str | None]:
    """Return an attribute's values as the cells of a spreadsheet would hold them."""
    kind = np.asarray(values).dtype.kind
    if kind == "M":
        return [None if np.isnat(value) else _moment(value) for value in values]
    return [_text(value) for value in values.tolist()]


def _moment(value: np.datetime64) -> str:
    text = str(value.astype("datetime64[s]"))
    return text.removesuffix("T00:00:00").replace("T", " ")


def _text(value: Any) -> str | None:
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
