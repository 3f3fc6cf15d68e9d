"""Files of a map: figures of communes, outlines, hexagons, gaps, the raster; each says which map it is of."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from django.conf import settings
from django.utils.translation import gettext as _

from infra.models import AdministrativeUnit
from maps.coverage.areas import areas_of, hexagons_of, write_raster
from maps.coverage.ground import Province, provinces_of
from maps.coverage.indicators import read_region
from maps.coverage.manifests import read_manifest
from maps.coverage.points import scale_of
from maps.coverage.regions import Ground, Region, region_of
from maps.models import CoverageIndicator, CoverageMap, WhiteSpot

Row = dict[str, Any]
EPSG = "EPSG:4326"
#: columns of figures, in order: name and decimals
FIGURES: tuple[tuple[str, int], ...] = (
    ("area_km2", 3),
    ("covered_km2", 3),
    ("area_percent", 2),
    ("population", 0),
    ("population_covered", 0),
    ("population_percent", 2),
    ("roads_km", 1),
    ("roads_percent", 2),
    ("villages", 0),
    ("villages_covered", 0),
    ("cells", 0),
    ("cells_assumed_percent", 1),
)


def percent(part: float | None, whole: float | None) -> float | None:
    """Return a share in percent, None of nothing or of what is not known."""
    return None if part is None or not whole else 100 * part / whole


def about(coverage: CoverageMap) -> Row:
    """Return what makes a figure of *coverage* defensible: network, model, threshold, margin, day, inputs."""
    return {
        "map": coverage.pk,
        "network": coverage.organization.code if coverage.organization else f"any-{coverage.at_least}",
        "technology": coverage.technology_id,
        "model": coverage.model,
        "threshold_dbm": round(coverage.threshold_dbm, 2),
        "margin_db": round(coverage.margin_db, 2),
        "computed_on": coverage.computed_at.date().isoformat(),
        "register_of": coverage.data_on.isoformat(),
        "inputs": coverage.inputs,
    }


def figures(row: CoverageIndicator) -> Row:
    """Return the figures of one commune as they are shown and written."""
    values = {
        "area_km2": row.area_m2 / 1e6,
        "covered_km2": row.covered_m2 / 1e6,
        "area_percent": percent(row.covered_m2, row.area_m2),
        "population": row.population,
        "population_covered": row.population_covered,
        "population_percent": percent(row.population_covered, row.population),
        "roads_km": None if row.roads_m is None else row.roads_m / 1e3,
        "roads_percent": percent(row.roads_covered_m, row.roads_m),
        "villages": row.villages,
        "villages_covered": row.villages_covered,
        "cells": row.cells,
        "cells_assumed_percent": percent(row.cells_assumed, row.cells),
    }
    return {name: _rounded(values[name], digits) for name, digits in FIGURES}


def _rounded(value: float | None, digits: int) -> float | int | None:
    if value is None:
        return None
    return round(value, digits) if digits else round(value)


def indicator_rows(coverage: CoverageMap, rows: Iterable[CoverageIndicator]) -> Iterator[Row]:
    """Yield the rows of a table of figures: map, commune, figures."""
    said = about(coverage)
    for row in rows:
        yield {**said, "unit": row.unit.code, "unit_name": row.unit.full_name, **figures(row)}


def spot_rows(coverage: CoverageMap, rows: Iterable[WhiteSpot]) -> Iterator[tuple[Row, Any]]:
    """Yield the white spots of a map with their shapes."""
    said = about(coverage)
    for spot in rows:
        yield (
            {
                **said,
                "rank": spot.rank,
                "unit": spot.unit.code if spot.unit else "",
                "unit_name": spot.unit.full_name if spot.unit else "",
                "people": round(spot.people),
                "area_km2": round(spot.area_m2 / 1e6, 3),
                "lon": round(spot.position.x, 6),
                "lat": round(spot.position.y, 6),
            },
            shapely.from_wkb(bytes(spot.shape.wkb)),
        )


# --- Writing ----------------------------------------------------------------------------------------------------------


def as_csv(rows: Iterable[Row]) -> str:
    """Return rows as CSV with commas and points; empty where a value is not known."""
    out = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(out, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow(row)
    return out.getvalue()


def as_geojson(rows: Iterable[tuple[Row, Any]]) -> str:
    """Return rows with shapes in degrees as a feature collection."""
    features = [
        {
            "type": "Feature",
            "geometry": None
            if shape is None
            else shapely.geometry.mapping(shapely.set_precision(shape, 1e-6, mode="pointwise")),
            "properties": row,
        }
        for row, shape in rows
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True)
class Sheet:
    """One layer of a GeoPackage: its name, rows and shapes in degrees."""

    name: str
    rows: Sequence[Row]
    shapes: Sequence[Any]


def write_geopackage(path: Path, sheets: Iterable[Sheet]) -> None:
    """Write layers to a GeoPackage; a layer without rows is left out."""
    for sheet in sheets:
        if not sheet.rows:
            continue
        names = list(sheet.rows[0])
        columns = [_column([row[name] for row in sheet.rows]) for name in names]
        pyogrio.raw.write(
            path,
            shapely.to_wkb(
                np.array(
                    [
                        shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape
                        for shape in sheet.shapes
                    ],
                    dtype=object,
                )
            ),
            columns,
            names,
            layer=sheet.name,
            driver="GPKG",
            crs=EPSG,
            geometry_type="MultiPolygon",
            append=path.exists(),
        )


def _column(values: list[Any]) -> Any:
    if all(isinstance(value, str) for value in values):
        return np.array(values, dtype=object)
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return np.array(values, dtype=np.int64)
    return np.array([np.nan if value is None else float(value) for value in values])


# --- From the map's pixels --------------------------------------------------------------------------------------------


def regions_of(coverage: CoverageMap, units: frozenset[int] | None = None) -> Iterator[tuple[Province, Region, Any]]:
    """Yield the provinces of a map (only communes in *units* if given) with their region and levels."""
    manifest = read_manifest(settings.COVERAGE_STORE, coverage.manifest)
    for province in provinces_of(coverage.authority, coverage.area, coverage.data_on):
        communes = [one for one in province.communes if units is None or one.pk in units]
        region = region_of(manifest.grid, communes, Ground()) if communes else None
        if region is not None:
            levels, _serving = read_region(settings.COVERAGE_STORE, manifest, region)
            yield Province(province.unit, communes), region, levels


def grade_names(coverage: CoverageMap) -> Mapping[int, str]:
    """Return the word of each class, weakest first; 0 is not covered."""
    words = [_("sufficient"), _("fair"), _("strong"), _("very strong")]
    return {0: _("not covered"), **dict(enumerate(words[: len(coverage.levels_dbm) + 1], start=1))}


def area_sheet(coverage: CoverageMap, units: frozenset[int] | None = None) -> Sheet:
    """Return the outlines of every class in every commune."""
    said, words, codes = about(coverage), grade_names(coverage), _codes()
    rows, shapes = [], []
    for _province, region, levels in regions_of(coverage, units):
        for area in areas_of(region, levels, scale_of(coverage)):
            rows.append(
                {
                    **said,
                    "unit": codes[area.unit],
                    "grade": area.grade,
                    "level": words[area.grade],
                    "area_km2": round(area.area_m2 / 1e6, 4),
                }
            )
            shapes.append(area.shape)
    return Sheet("coverage", rows, shapes)


def hexagon_rows(coverage: CoverageMap, units: frozenset[int] | None = None) -> Iterator[Row]:
    """Yield the hexagons of a map, resolution 9."""
    codes, scale = _codes(), scale_of(coverage)
    network = about(coverage)["network"]
    for province, region, levels in regions_of(coverage, units):
        for one in hexagons_of(region, province.communes, levels, scale):
            yield {
                "h3_res9_id": one.index,
                "network": network,
                "technology": coverage.technology_id,
                "unit": codes[one.unit],
                "level_dbm": one.level_dbm,
                "grade": one.grade,
                "covered": int(one.grade > 0),
            }


def write_rasters(coverage: CoverageMap, path: Path, units: frozenset[int] | None = None) -> None:
    """Write the levels of a map's territory (or of *units*) as one GeoTIFF. Raises TooLargeError."""
    communes = [
        one
        for province in provinces_of(coverage.authority, coverage.area, coverage.data_on)
        for one in province.communes
        if units is None or one.pk in units
    ]
    manifest = read_manifest(settings.COVERAGE_STORE, coverage.manifest)
    region = region_of(manifest.grid, communes, Ground())
    assert region is not None, "a map is made of communes"
    levels, _serving = read_region(settings.COVERAGE_STORE, manifest, region)
    write_raster(path, region, levels)


def boundary_sheet(rows: Sequence[Row]) -> Sheet:
    """Return rows of figures with the boundaries of their communes."""
    units = AdministrativeUnit.objects.filter(code__in={row["unit"] for row in rows}, valid_to__isnull=True)
    shapes = {one.code: shapely.from_wkb(bytes(one.boundary.wkb)) for one in units if one.boundary}
    kept = [row for row in rows if row["unit"] in shapes]
    return Sheet("indicators", kept, [shapes[row["unit"]] for row in kept])


def _codes() -> dict[int, str]:
    return dict(AdministrativeUnit.objects.filter(valid_to__isnull=True).values_list("pk", "code"))
