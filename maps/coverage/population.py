"""A population grid on our own grid: read from a raster or from hexagons, kept as tiles of people per pixel.

Only the shares within a commune matter where the register knows how many people live there; where it does not, the
grid's own people count, so their sum is kept: a source pixel's or hexagon's people are spread evenly over its area.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import h3
import numpy as np
import pyogrio
import pyproj
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.io import MemoryFile
from rasterio.transform import Affine
from rasterio.warp import Resampling, reproject

from maps.coverage.grid import SIDE, Grid, Tile, tile_id, tile_of
from maps.coverage.mosaics import Window
from maps.coverage.store import Store

People = NDArray[np.float32]

RASTERS = (".tif", ".tiff", ".vrt")
HEXAGONS = (".gpkg", ".geojson", ".csv")
#: column names of hexagon tables, as Kontur and others write them
HEX_COLUMNS = ("h3", "h3_index", "h3index", "hex", "h3_res8_id", "h3_res9_id")
PEOPLE_COLUMNS = ("population", "pop", "people", "value")
#: tiles on a side that are read of a raster at a time
STRIDE = 8


class PopulationFileError(ValueError):
    """The file is no population grid; the text says why and what is expected."""


def people_key(prefix: str, tile: Tile) -> str:
    return f"{prefix}/{tile_id(tile)}.tif"


def import_population(path: Path, sha256: str, store: Store, grid: Grid) -> tuple[str, float, int]:
    """Keep the people of a file as tiles of *grid*; return the prefix of their keys, their sum and how many tiles.

    Raises PopulationFileError naming what is missing.
    """
    name = f"{sha256}|{grid.as_json()}"
    prefix = f"population/{hashlib.sha256(name.encode()).hexdigest()[:32]}"
    reader = _from_raster if path.suffix.lower() in RASTERS else _from_hexagons
    total, count = 0.0, 0
    for tile, people in reader(path, grid):
        store.write(people_key(prefix, tile), _encode(grid, tile, people))
        total += float(people.sum(dtype=np.float64))
        count += 1
    if not count:
        raise PopulationFileError(f"{path.name} holds nobody.")
    return prefix, total, count


def read_weights(address: str, prefix: str, grid: Grid, window: Window) -> People:
    """Return the people on each pixel of *window* by the kept tiles; pixels of another size take their share."""
    store = Store(address)
    fine = Grid(centre=grid.centre)
    first_column, first_row = window.origin
    high, wide = window.shape
    size = grid.resolution_m / fine.resolution_m
    columns = np.floor((first_column + np.arange(wide) + 0.5) * size).astype(np.int64)
    rows = np.floor((first_row + np.arange(high) + 0.5) * size).astype(np.int64)
    people = np.zeros(window.shape, dtype=np.float32)
    for tile_row in np.unique(rows // SIDE).tolist():
        down = np.flatnonzero(rows // SIDE == tile_row)
        for tile_column in np.unique(columns // SIDE).tolist():
            key = people_key(prefix, (tile_column, tile_row))
            if not store.has(key):
                continue
            aside = np.flatnonzero(columns // SIDE == tile_column)
            kept = _decode(store.read(key))
            people[np.ix_(down, aside)] = kept[np.ix_(rows[down] % SIDE, columns[aside] % SIDE)] * size**2
    return people


def _encode(grid: Grid, tile: Tile, people: People) -> bytes:
    transform = Affine(*grid.affine(tile[0] * SIDE, tile[1] * SIDE))
    form = {"width": SIDE, "height": SIDE, "count": 1, "dtype": "float32", "compress": "deflate", "predictor": 3}
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", transform=transform, **form) as file:
            file.write(people, 1)
        return bytes(memory.read())


def _decode(data: bytes) -> People:
    with MemoryFile(data) as memory, memory.open() as file:
        return np.asarray(file.read(1))


def _from_raster(path: Path, grid: Grid) -> Iterator[tuple[Tile, People]]:
    """Yield the tiles of a raster of people per pixel (WorldPop and the like): densities are resampled, not counts."""
    try:
        with rasterio.open(path) as source:
            if source.crs is None:
                raise PopulationFileError(f"{path.name} says no coordinate system.")
            yield from _resampled(source, grid)
    except rasterio.errors.RasterioIOError as error:
        raise PopulationFileError(f"{path.name} is no raster that can be read: {error}") from error


def _resampled(source: rasterio.DatasetReader, grid: Grid) -> Iterator[tuple[Tile, People]]:
    west, south, east, north = rasterio.warp.transform_bounds(source.crs, "EPSG:4326", *source.bounds, densify_pts=21)
    tiles = grid.tiles_in(west, south, east, north)
    blocks = sorted({(tile[0] // STRIDE, tile[1] // STRIDE) for tile in tiles})

    for column, row in blocks:
        window = Window(column * STRIDE, row * STRIDE, STRIDE, STRIDE)
        counts = _block(source, grid, window)
        for tile in window.tiles():
            people = counts[window.place(tile)]
            if people.any():
                yield tile, np.ascontiguousarray(people)


def _block(source: rasterio.DatasetReader, grid: Grid, window: Window) -> People:
    """Return people per pixel in *window*: GDAL's sum weighs a source pixel by the share of it that lies in ours."""
    target = np.zeros(window.shape, dtype=np.float32)
    reproject(
        rasterio.band(source, 1),
        target,
        src_nodata=source.nodata,
        dst_transform=Affine(*grid.affine(*window.origin)),
        dst_crs=grid.definition,
        dst_nodata=0.0,
        resampling=Resampling.sum,
    )
    return np.where(np.isfinite(target) & (target > 0), target, 0.0).astype(np.float32)


def _from_hexagons(path: Path, grid: Grid) -> Iterator[tuple[Tile, People]]:
    """Yield the tiles of a table of hexagons: H3 indexes with people, or polygons with people."""
    shapes, people = _hexagons(path)
    projected = shapely.transform(shapes, lambda xy: np.column_stack(grid.metres(xy[:, 0], xy[:, 1])))
    density = people / np.maximum(shapely.area(projected), 1.0)
    tree = shapely.STRtree(projected)
    bounds = shapely.total_bounds(projected)
    for tile in grid.tiles_between(*bounds.tolist()):
        near = tree.query(shapely.box(*grid.bounds_of(tile)))
        if not len(near):
            continue
        drawn = rasterize(
            zip(projected[near], density[near].tolist(), strict=True),
            out_shape=(SIDE, SIDE),
            transform=Affine(*grid.affine(tile[0] * SIDE, tile[1] * SIDE)),
            fill=0.0,
            dtype=np.float32,
        )
        if drawn.any():
            yield tile, np.asarray(drawn * np.float32(grid.pixel_m2), dtype=np.float32)


def _hexagons(path: Path) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Return the outlines in degrees and the people of each."""
    try:
        information, _fids, geometry, columns = pyogrio.raw.read(path)
    except (pyogrio.errors.DataSourceError, ValueError) as error:
        raise PopulationFileError(f"{path.name} is no table that can be read: {error}") from error
    names = [str(name).lower() for name in information["fields"]]
    people_at = next((names.index(name) for name in PEOPLE_COLUMNS if name in names), None)
    if people_at is None:
        raise PopulationFileError(f"{path.name} has no column of people: {', '.join(PEOPLE_COLUMNS)}.")
    people = np.array([_number(value) for value in columns[people_at]])
    hex_at = next((names.index(name) for name in HEX_COLUMNS if name in names), None)
    if hex_at is not None:
        shapes = np.array([_outline(str(index)) for index in columns[hex_at]], dtype=object)
    elif geometry is not None:
        shapes = _in_degrees(shapely.from_wkb(geometry), information["crs"])
    else:
        raise PopulationFileError(f"{path.name} has neither shapes nor a column of H3 indexes.")
    good = np.isfinite(people) & (people > 0) & np.array([shape is not None for shape in shapes])
    if not good.any():
        raise PopulationFileError(f"{path.name} holds nobody.")
    return shapes[good], people[good]


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return float("nan")


def _outline(index: str) -> shapely.Geometry | None:
    if not h3.is_valid_cell(index):
        return None
    return shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(index)])


def _in_degrees(shapes: NDArray[np.object_], crs: str | None) -> NDArray[np.object_]:
    if not crs:
        raise PopulationFileError("The shapes say no coordinate system.")
    turn = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    moved = shapely.transform(shapes, lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1])))
    return np.asarray(moved)


def kept_tiles(store: Store, prefix: str) -> list[Tile]:
    """Return the tiles kept under *prefix*."""
    return [tile_of(int(Path(key).stem)) for key in store.keys(prefix)]
