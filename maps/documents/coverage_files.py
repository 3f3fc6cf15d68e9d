"""Files of a coverage map, as one person may see it."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.access import Person
from maps.coverage import exports
from maps.documents.content import Content
from maps.documents.coverage_report import coverage_content
from maps.documents.pdf import pdf
from maps.models import CoverageMap
from maps.selectors.coverage import indicators_for, spots_for, units_within

CSV, GEOJSON = "text/csv; charset=utf-8", "application/geo+json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GPKG, TIFF, PDF = "application/geopackage+sqlite3", "image/tiff", "application/pdf"


class NoSuchFileError(LookupError):
    """There is no file of that name."""


@dataclass(frozen=True)
class File:
    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class _Asked:
    person: Person
    map: CoverageMap
    codes: Sequence[str]

    @property
    def units(self) -> frozenset[int] | None:
        return frozenset(units_within(self.codes)) if self.codes else None

    def figures(self) -> list[exports.Row]:
        rows = indicators_for(self.person, self.map, self.codes)
        return list(exports.indicator_rows(self.map, rows))

    def content(self) -> Content:
        return coverage_content(self.person, self.map, self.codes)

    def spots(self) -> list[tuple[exports.Row, object]]:
        return list(exports.spot_rows(self.map, spots_for(self.person, self.map, self.codes)))


def _indicators_csv(asked: _Asked) -> bytes:
    return exports.as_csv(asked.figures()).encode()


def _indicators_geojson(asked: _Asked) -> bytes:
    sheet = exports.boundary_sheet(asked.figures())
    return exports.as_geojson(zip(sheet.rows, sheet.shapes, strict=True)).encode()


def _whole_gpkg(asked: _Asked) -> bytes:
    """Figures with boundaries, outlines of every class, and the gaps: three layers of one file."""
    spots = asked.spots()
    sheets = [
        exports.boundary_sheet(asked.figures()),
        exports.area_sheet(asked.map, asked.units),
        exports.Sheet("white_spots", [row for row, _shape in spots], [shape for _row, shape in spots]),
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.gpkg"
        exports.write_geopackage(path, sheets)
        return path.read_bytes()


def _spots_csv(asked: _Asked) -> bytes:
    return exports.as_csv(row for row, _shape in asked.spots()).encode()


def _spots_geojson(asked: _Asked) -> bytes:
    return exports.as_geojson(asked.spots()).encode()


def _hexagons_csv(asked: _Asked) -> bytes:
    return exports.as_csv(exports.hexagon_rows(asked.map, asked.units)).encode()


def _raster(asked: _Asked) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "levels.tif"
        exports.write_rasters(asked.map, path, asked.units)
        return path.read_bytes()


def _workbook(asked: _Asked) -> bytes:
    """Figures and gaps as a workbook with what they rest on."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True})
    for title, rows in ((_("Communes"), asked.figures()), (_("White spots"), [row for row, _shape in asked.spots()])):
        sheet = book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 2)
        said = set(exports.about(asked.map))
        names = [name for name in (rows[0] if rows else ()) if name not in said]
        sheet.write_row(0, 0, names, head)
        for place, row in enumerate(rows, start=1):
            sheet.write_row(place, 0, [row[name] for name in names])
    sheet = book.add_worksheet(_("Computed by")[:31])
    for place, (name, value) in enumerate(exports.about(asked.map).items()):
        sheet.write_row(place, 0, [name, value])
    book.close()
    return out.getvalue()


def _report(asked: _Asked) -> bytes:
    return pdf(asked.content())


FILES: dict[str, tuple[Callable[[_Asked], bytes], str]] = {
    "indicators.csv": (_indicators_csv, CSV),
    "indicators.geojson": (_indicators_geojson, GEOJSON),
    "coverage.xlsx": (_workbook, XLSX),
    "coverage.pdf": (_report, PDF),
    "coverage.gpkg": (_whole_gpkg, GPKG),
    "white-spots.csv": (_spots_csv, CSV),
    "white-spots.geojson": (_spots_geojson, GEOJSON),
    "hexagons.csv": (_hexagons_csv, CSV),
    "levels.tif": (_raster, TIFF),
}


def file_of(person: Person, coverage: CoverageMap, name: str, units: Sequence[str] = ()) -> File:
    """Return the file *name* of a map that *person* may see, of *units* only if given.

    Raises NoSuchFileError for an unknown name, TooLargeError for a raster of more than a large province.
    """
    if name not in FILES:
        raise NoSuchFileError(name)
    make, content_type = FILES[name]
    network = exports.about(coverage)["network"]
    stem, dot, extension = name.partition(".")
    where = "all" if not units else units[0] if len(units) == 1 else f"{len(units)}-units"
    full = f"{stem}-{network}-{coverage.technology_id}-{where}-{timezone.localdate():%Y%m%d}{dot}{extension}"
    return File(full.lower(), make(_Asked(person, coverage, units)), content_type)
