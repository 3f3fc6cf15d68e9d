"""What the current maps say at one place."""

from dataclasses import dataclass

from django.conf import settings

from maps.coverage.grid import SIDE
from maps.coverage.indicators import Scale
from maps.coverage.manifests import read_manifest
from maps.coverage.mosaics import inside_at, tile_at
from maps.coverage.rasters.filling import NO_LEVEL
from maps.models import CoverageMap


@dataclass(frozen=True)
class PointLevel:
    """The level of one map at a place: ``level_dbm`` None where nothing is received; ``grade`` 0 is not covered, then
    1 for the weakest class and so on; ``cell`` the serving cell's id, negative for a station's assumed cell.
    """

    map: CoverageMap
    level_dbm: float | None
    is_covered: bool
    grade: int
    cell: int | None
    is_inside: bool


def scale_of(coverage: CoverageMap) -> Scale:
    """Return what counts as covered on a map, and its classes."""
    return Scale(coverage.needed_dbm, tuple(coverage.levels_dbm))


def level_at(coverage: CoverageMap, lon: float, lat: float) -> PointLevel:
    """Return what a map says at a place: the value of the pixel that holds it."""
    address = settings.COVERAGE_STORE
    manifest = read_manifest(address, coverage.manifest)
    column, row = (int(one) for one in manifest.grid.pixels(lon, lat))
    tile = (column // SIDE, row // SIDE)
    data = tile_at(address, manifest, tile)
    at = (row % SIDE, column % SIDE)
    grade = int(scale_of(coverage).classes(data.level[at[0] : at[0] + 1, at[1] : at[1] + 1])[0, 0])
    level = data.level_dbm(*at)
    return PointLevel(
        map=coverage,
        level_dbm=None if level is None else round(level, 1),
        is_covered=level is not None and level != NO_LEVEL and grade > 0,
        grade=grade,
        cell=data.server_at(*at),
        is_inside=bool(inside_at(address, manifest, tile)[at]),
    )
