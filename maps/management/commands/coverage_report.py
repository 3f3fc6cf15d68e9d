"""Print or write what the current coverage maps say: figures of communes, outlines, hexagons, gaps, cells left out."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from infra.models import AdministrativeUnit
from infra.selectors.collections import unit_ids
from maps.coverage import exports
from maps.coverage.areas import TooLargeError
from maps.models import CoverageMap, Omission

FORMATS = ("csv", "geojson", "gpkg")


class Command(BaseCommand):
    help = "Prints the coverage indicators of each commune for the current maps; --output writes a file instead."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="csv", help="csv, geojson or gpkg (needs --output)")
        parser.add_argument("--technology", default="", help="2g, 3g, 4g or 5g (all)")
        parser.add_argument("--organization", default="", help="code of one organization, or any-1, any-2, any-3 (all)")
        parser.add_argument("--unit", default="", help="code of a province or commune (the whole territory)")
        parser.add_argument("--map", type=int, help="number of one map, current or not")
        parser.add_argument("--what", choices=tuple(WHAT), default="indicators", help="what is written (indicators)")
        parser.add_argument("--left-out", action="store_true", help="list the cells that the maps' runs left out")
        parser.add_argument("--output", type=Path, help="file to write; without it the report is printed")

    def handle(self, *_args: Any, **options: Any) -> None:
        maps = list(self.maps(options))
        if not maps:
            raise CommandError("No coverage map fits: run compute_coverage, or ask for other networks.")
        if options["left_out"]:
            self.put(exports.as_csv(_omissions(maps)), options["output"])
            return
        units = self.units(options["unit"])
        try:
            WHAT[options["what"]](self, maps, units, options)
        except TooLargeError as error:
            raise CommandError(str(error)) from error

    def maps(self, options: dict[str, Any]) -> QuerySet[CoverageMap]:
        rows = CoverageMap.objects.select_related("organization", "authority", "area").order_by("pk")
        if options["map"]:
            return rows.filter(pk=options["map"])
        rows = rows.filter(is_current=True, area__isnull=True)
        if options["technology"]:
            rows = rows.filter(technology=options["technology"].upper())
        code: str = options["organization"]
        if code.startswith("any-") and code[4:].isdigit():
            return rows.filter(organization__isnull=True, at_least=int(code[4:]))
        return rows.filter(organization__code=code.upper()) if code else rows

    def units(self, code: str) -> frozenset[int] | None:
        if not code:
            return None
        if not AdministrativeUnit.objects.filter(code=code).exists():
            raise CommandError(f"--unit knows no unit {code!r}.")
        return frozenset(unit_ids(code))

    def put(self, text: str, output: Path | None) -> None:
        if output is None:
            self.stdout.write(text, ending="")
        else:
            output.write_text(text, encoding="utf-8")

    def file(self, output: Path | None) -> Path:
        if output is None:
            raise CommandError("This is a file, not text: name it with --output.")
        output.unlink(missing_ok=True)
        return output

    def indicators(self, maps: list[CoverageMap], units: frozenset[int] | None, options: dict[str, Any]) -> None:
        rows = list(_figures(maps, units))
        if options["format"] == "csv":
            self.put(exports.as_csv(rows), options["output"])
            return
        sheet = exports.boundary_sheet(rows)
        if options["format"] == "geojson":
            self.put(exports.as_geojson(zip(sheet.rows, sheet.shapes, strict=True)), options["output"])
        else:
            exports.write_geopackage(self.file(options["output"]), [sheet])

    def spots(self, maps: list[CoverageMap], units: frozenset[int] | None, options: dict[str, Any]) -> None:
        found = list(_spots(maps, units))
        if options["format"] == "csv":
            self.put(exports.as_csv(row for row, _shape in found), options["output"])
        elif options["format"] == "geojson":
            self.put(exports.as_geojson(found), options["output"])
        else:
            sheet = exports.Sheet("white_spots", [row for row, _ in found], [shape for _, shape in found])
            exports.write_geopackage(self.file(options["output"]), [sheet])

    def polygons(self, maps: list[CoverageMap], units: frozenset[int] | None, options: dict[str, Any]) -> None:
        sheets = [exports.area_sheet(one, units) for one in maps]
        rows = [row for sheet in sheets for row in sheet.rows]
        shapes = [shape for sheet in sheets for shape in sheet.shapes]
        if options["format"] == "gpkg":
            exports.write_geopackage(self.file(options["output"]), [exports.Sheet("coverage", rows, shapes)])
        else:
            self.put(exports.as_geojson(zip(rows, shapes, strict=True)), options["output"])

    def hexagons(self, maps: list[CoverageMap], units: frozenset[int] | None, options: dict[str, Any]) -> None:
        self.put(exports.as_csv(row for one in maps for row in exports.hexagon_rows(one, units)), options["output"])

    def raster(self, maps: list[CoverageMap], units: frozenset[int] | None, options: dict[str, Any]) -> None:
        if len(maps) != 1:
            raise CommandError("A raster is of one map: choose technology and organization, or --map.")
        exports.write_rasters(maps[0], self.file(options["output"]), units)


WHAT = {
    "indicators": Command.indicators,
    "white-spots": Command.spots,
    "polygons": Command.polygons,
    "hexagons": Command.hexagons,
    "raster": Command.raster,
}


def _figures(maps: list[CoverageMap], units: frozenset[int] | None) -> Iterator[exports.Row]:
    for one in maps:
        rows = one.indicators.select_related("unit").order_by("unit__code")
        yield from exports.indicator_rows(one, rows if units is None else rows.filter(unit__in=units))


def _spots(maps: list[CoverageMap], units: frozenset[int] | None) -> Iterator[tuple[exports.Row, Any]]:
    for one in maps:
        rows = one.white_spots.select_related("unit").order_by("rank")
        yield from exports.spot_rows(one, rows if units is None else rows.filter(unit__in=units))


def _omissions(maps: list[CoverageMap]) -> Iterator[exports.Row]:
    rows = Omission.objects.filter(run__in={one.run_id for one in maps}).select_related("organization")
    for row in rows.order_by("organization__code", "cell_code"):
        yield {
            "organization": row.organization.code,
            "technology": row.technology,
            "cell": row.cell_code,
            "reason": row.reason,
            "value": row.value,
        }
