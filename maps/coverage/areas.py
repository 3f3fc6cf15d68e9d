"""A map as areas: outlines by commune and class, hexagons, one raster file. Areas are those of the pixels."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import h3
import numpy as np
import rasterio
import rasterio.shutil
import shapely
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from maps.coverage.gaps import outline_of
from maps.coverage.indicators import Scale
from maps.coverage.rasters.filling import NO_LEVEL
from maps.coverage.rasters.tables import HUNDREDTHS
from maps.coverage.rasters.tiles import SCALE
from maps.coverage.regions import Commune, Region

Shorts = NDArray[np.int16]

#: of the United States' broadband maps: 0.1 km²
HEX_RESOLUTION = 9
#: largest raster that leaves as one file: a large province at 50 m
MOST_PIXELS = 60_000_000


class TooLargeError(ValueError):
    """The area is too large for one file; the text says what to do."""


@dataclass(frozen=True)
class Area:
    """The outline of one class (1 weakest) in one commune, degrees, with the area of its pixels."""

    unit: int
    grade: int
    area_m2: float
    shape: shapely.MultiPolygon


def areas_of(region: Region, levels: Shorts, scale: Scale) -> Iterator[Area]:
    """Yield the outlines of every class in every commune, along the edges of pixels."""
    classes = np.where(region.unit > 0, scale.classes(levels), 0)
    grid, (first_column, first_row) = region.grid, region.window.origin
    for place, box in region.boxes:
        here = np.where(region.unit[box] == place, classes[box], 0)
        transform = Affine(*grid.affine(first_column + box[1].start, first_row + box[0].start))
        for grade in np.unique(here[here > 0]).tolist():
            mask = here == grade
            outline = outline_of(mask, transform, 0.0)
            shape = shapely.transform(outline, lambda xy: np.column_stack(grid.lonlat(xy[:, 0], xy[:, 1])))
            yield Area(region.communes[place - 1], int(grade), float(mask.sum()) * grid.pixel_m2, shape)


@dataclass(frozen=True)
class Hexagon:
    """One H3 cell: its level at the centre (dBm, None: no signal) and class (0: not covered)."""

    index: str
    unit: int
    level_dbm: float | None
    grade: int


def hexagons_of(
    region: Region, communes: list[Commune], levels: Shorts, scale: Scale, resolution: int = HEX_RESOLUTION
) -> Iterator[Hexagon]:
    """Yield the hexagons of each commune: those whose centre lies in it, judged by the pixel there."""
    classes = scale.classes(levels)
    first_column, first_row = region.window.origin
    for commune in communes:
        cells = sorted({cell for part in _parts(commune.boundary) for cell in _cells(part, resolution)})
        if not cells:
            continue
        centres = np.array([h3.cell_to_latlng(cell) for cell in cells])
        column, row = region.grid.pixels(centres[:, 1], centres[:, 0])
        column, row = column - first_column, row - first_row
        for cell, x, y in zip(cells, column.tolist(), row.tolist(), strict=True):
            if 0 <= y < levels.shape[0] and 0 <= x < levels.shape[1]:
                level = int(levels[y, x])
                heard = None if level == NO_LEVEL else round(level * SCALE, 1)
                yield Hexagon(cell, commune.pk, heard, int(classes[y, x]))


def _parts(shape: shapely.Geometry) -> list[shapely.Polygon]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]


def _cells(part: shapely.Polygon, resolution: int) -> list[str]:
    rings = [[(lat, lon) for lon, lat in ring.coords] for ring in (part.exterior, *part.interiors)]
    return list(h3.polygon_to_cells(h3.LatLngPoly(rings[0], *rings[1:]), resolution))


def write_raster(path: Path, region: Region, levels: Shorts) -> None:
    """Write the levels of *region* as one cloud-optimised GeoTIFF: hundredths of a dBm, outside the territory none.

    Raises TooLargeError for more pixels than one file should hold.
    """
    if levels.size > MOST_PIXELS:
        raise TooLargeError("This area is too large for one raster: take one province at a time.")
    shown = np.where(region.unit > 0, levels, NO_LEVEL).astype(np.int16)
    profile = {
        "driver": "GTiff",
        "width": shown.shape[1],
        "height": shown.shape[0],
        "count": 1,
        "dtype": "int16",
        "nodata": NO_LEVEL,
        "crs": rasterio.crs.CRS.from_string(region.grid.definition),
        "transform": Affine(*region.grid.affine(*region.window.origin)),
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as file:
            file.write(shown, 1)
            file.scales = (1 / HUNDREDTHS,)
            file.set_band_description(1, "level (dBm)")
        with memory.open() as file:
            rasterio.shutil.copy(
                file, path, driver="COG", compress="deflate", predictor=2, overview_resampling="average"
            )
