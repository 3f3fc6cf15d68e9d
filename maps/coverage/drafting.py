"""From finished tiles to maps that can be written: settings, figures of every commune, white spots."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import sqlalchemy as sa
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from numpy.typing import NDArray

from infra.models import AdministrativeUnit, Organization
from infra.spatial import sql
from infra.spatial.places import SRID
from infra.spatial.tables import core
from maps.coverage import runner
from maps.coverage.gaps import Before, Gap, gaps_of
from maps.coverage.grid import Tile
from maps.coverage.indicators import Indicator, Scale, indicators_of, least, read_region, region_levels
from maps.coverage.manifests import Manifest, read_manifest
from maps.coverage.mosaics import tile_at
from maps.coverage.regions import Region
from maps.coverage.requests import Request
from maps.coverage.scales import scale_for, sigma_margin
from maps.coverage.sectors import MapSettings
from maps.coverage.store import Store
from maps.models import CoverageIndicator, CoverageMap, CoverageRun, WhiteSpot
from maps.radio.parameters import Parameters
from maps.services.coverage import KeptSpot, MapDraft, current_map

#: organization (None: joint), technology, at least so many
Key = tuple[int | None, str, int]

_spot = core(WhiteSpot)


def map_key(coverage: CoverageMap) -> Key:
    """Return under which key a run holds a map."""
    return coverage.organization_id, coverage.technology_id, coverage.at_least


@dataclass
class Layer:
    """What is known of one map while its tiles are computed."""

    tiles: dict[Tile, str] = field(default_factory=dict)
    cells: int = 0
    assumed: int = 0
    left_out: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    #: digests of which cells have assumed values, block by block
    marks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Frame:
    """What all maps of a run share. ``ground`` is the digest of communes, people, roads and villages."""

    run: CoverageRun
    asked: Request
    parameters: Parameters
    settings: MapSettings
    area: AdministrativeUnit | None
    day: date
    store: Store
    ground: str
    prefix: str
    #: tiles that may differ from those of the run before, None: all; and the digests of the maps of that run
    touched: frozenset[Tile] | None = None
    inputs: Mapping[Key, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """A map on its way with what it is measured by."""

    key: Key
    draft: MapDraft
    manifest: Manifest
    scale: Scale
    before: Before | None = None
    #: by commune what the map before says, where nothing but the touched tiles can differ from it
    figures: Mapping[int, CoverageIndicator] | None = None


def drafts_of(
    frame: Frame, layers: Iterable[tuple[Key, Layer]], regions: Iterator[Region], assumed_cells: set[int]
) -> list[MapDraft]:
    """Return every map that has tiles, with its figures and white spots in all *regions*."""
    made = [_made(frame, key, layer) for key, layer in sorted(layers, key=str) if layer.tiles]
    fresh = []
    for one in made:
        held = current_map(one.draft.map)
        # a map that would come out as it is already is not measured again
        if held is None or held.inputs != one.draft.map.inputs:
            one = replace(one, before=_before(frame, one, held))
            fresh.append(replace(one, figures=_figures(frame, one, held)))
    for region in regions:
        touched = region.communes_on(frame.touched or ())
        part = region.part(touched) if touched else None
        with ThreadPoolExecutor(runner.threads()) as pool:
            work = [pool.submit(_measure, frame, region, part, one, assumed_cells) for one in fresh]
            for measured in work:
                measured.result()
    for one in fresh:
        spots = sorted(one.draft.white_spots, key=lambda spot: -spot.people)
        for rank, spot in enumerate(spots, start=1):
            spot.rank = rank
    return [one.draft for one in made]


def _made(frame: Frame, key: Key, layer: Layer) -> Made:
    organization, technology, at_least = key
    settings, manifest = frame.settings, Manifest(frame.settings.grid, layer.tiles, frame.prefix)
    edge, sigma, margin = sigma_margin(technology, frame.parameters, frame.asked.edge_percent)
    scale = scale_for(technology, frame.parameters, frame.asked.edge_percent)
    coverage = CoverageMap(
        run=frame.run,
        authority=frame.run.authority,
        organization=Organization.objects.get(pk=organization) if organization else None,
        at_least=at_least,
        technology_id=technology,
        area=frame.area,
        model=settings.model,
        models_used={name: round(n / layer.cells, 4) for name, n in layer.models.most_common()},
        resolution_m=settings.resolution_m,
        radius_m=round(settings.radius_m),
        receiver_height_m=settings.receiver_height_m,
        threshold_dbm=frame.parameters.value("threshold_dbm", technology),
        edge_percent=edge,
        sigma_db=sigma,
        margin_db=margin,
        levels_dbm=list(scale.levels_dbm),
        margins=settings.margins.as_json(),
        cells=layer.cells,
        cells_assumed=layer.assumed,
        cells_left_out=layer.left_out,
        assumed=dict(layer.counts),
        inputs=_inputs(frame, layer, manifest, scale),
        manifest=manifest.keep(frame.store),
        tiles=len(layer.tiles),
        bounds=_bounds(frame.settings, list(layer.tiles)),
        data_on=frame.day,
    )
    return Made(key, MapDraft(coverage), manifest, scale)


def _before(frame: Frame, made: Made, held: CoverageMap | None) -> Before | None:
    """Return what still holds of the map that is there; None where ground, threshold or store differ."""
    if held is None or least(held.needed_dbm) != least(made.scale.needed_dbm):
        return None
    try:
        manifest = read_manifest(frame.store.address, held.manifest)
        if (manifest.grid, manifest.ground) != (made.manifest.grid, frame.prefix):
            return None
        changed = _changed(frame.store.address, manifest, made)
    except FileNotFoundError:
        return None
    columns = (_spot.c.id, _spot.c.people, _spot.c.area_m2, _spot.c.unit_id)
    places = (sa.func.ST_X(_spot.c.position), sa.func.ST_Y(_spot.c.position))
    rows = sql.read(sa.select(*columns, *places).where(_spot.c.map_id == held.pk).order_by(_spot.c.rank))
    gaps = [Gap(people, area, unit or 0, lon, lat, kept=pk) for pk, people, area, unit, lon, lat in rows]
    return Before(gaps, changed)


def _figures(frame: Frame, made: Made, held: CoverageMap | None) -> dict[int, CoverageIndicator] | None:
    """Return what the map before says about communes; None where more than the touched tiles may have changed."""
    if held is None or made.before is None or frame.touched is None or frame.inputs.get(made.key) != held.inputs:
        return None
    if held.levels_dbm != made.draft.map.levels_dbm:
        return None
    return {one.unit_id: one for one in held.indicators.all()}


def _changed(address: str, before: Manifest, made: Made) -> dict[Tile, NDArray[np.bool_]]:
    """Return for each tile that is not the same which pixels were covered and are not, or the other way round."""
    then, now = before.tiles, made.manifest.tiles
    tiles = [tile for tile in {*then, *now} if then.get(tile) != now.get(tile)]
    covered = made.scale.covered
    return {
        tile: covered(tile_at(address, before, tile).level) != covered(tile_at(address, made.manifest, tile).level)
        for tile in tiles
    }


def _bounds(settings: MapSettings, tiles: list[Tile]) -> list[float]:
    """Return west, south, east, north of *tiles* in degrees."""
    boxes = np.array([settings.grid.bounds_of(tile) for tile in tiles])
    corners = settings.grid.box_deg(boxes[:, 0].min(), boxes[:, 1].min(), boxes[:, 2].max(), boxes[:, 3].max())
    return [round(value, 6) for value in corners]


def _inputs(frame: Frame, layer: Layer, manifest: Manifest, scale: Scale) -> str:
    """Return the digest of everything that decides a map: tiles, what counts as covered, ground, what was assumed."""
    cells = [layer.cells, layer.left_out, *layer.marks, sorted(layer.counts.items()), sorted(layer.models.items())]
    gaps = [frame.parameters.value(code) for code in ("white_spot_km2", "white_spot_split_km2")]
    said = [scale.needed_dbm, scale.levels_dbm, gaps, frame.ground, cells]
    made = hashlib.blake2b(manifest.encoded(), digest_size=20)
    made.update(json.dumps(said).encode())
    return made.hexdigest()


def _measure(frame: Frame, region: Region, part: Region | None, made: Made, assumed_cells: set[int]) -> None:
    """Add to a map the figures and white spots of one province; *part* holds its communes on touched tiles."""
    coverage, known = made.draft.map, made.figures
    figures: dict[int, CoverageIndicator] = {}
    if known is not None:
        figures = {unit: _again(known[unit]) for unit in region.communes if unit in known}
    whole = region if len(figures) < len(region.communes) else part
    levels = None
    if whole is not None:
        levels, serving = read_region(frame.store.address, made.manifest, whole)
        for one, cells in zip(indicators_of(whole, levels, made.scale), serving, strict=True):
            figures[one.unit] = _indicator(one, cells, assumed_cells)
    for unit in region.communes:
        indicator = figures[unit]
        made.draft.indicators.append(indicator)
        coverage.area_m2 += indicator.area_m2
        coverage.covered_m2 += indicator.covered_m2
        coverage.population += indicator.population
        coverage.population_covered += indicator.population_covered
    found = _gaps(frame, region, made, levels if whole is region else None)
    made.draft.white_spots += [_white_spot(gap) for gap in found]


def _gaps(frame: Frame, region: Region, made: Made, levels: NDArray[np.int16] | None) -> list[Gap]:
    """Return the white spots of a province; those of the map before where it covers the same pixels."""
    if made.figures is not None and made.before is not None and made.before.is_same:
        communes = set(region.communes)
        return [gap for gap in made.before.gaps if gap.unit in communes]
    if levels is None:
        levels = region_levels(frame.store.address, made.manifest, region)
    smallest, split = (frame.parameters.value(code) * 1e6 for code in ("white_spot_km2", "white_spot_split_km2"))
    return gaps_of(region, levels, made.scale, smallest, split, made.before)


def _again(known: CoverageIndicator) -> CoverageIndicator:
    """Return the same figures for another map."""
    values = {f.attname: getattr(known, f.attname) for f in known._meta.concrete_fields}
    return CoverageIndicator(**{name: value for name, value in values.items() if name not in ("id", "map_id")})


def _indicator(one: Indicator, cells: set[int], assumed_cells: set[int]) -> CoverageIndicator:
    return CoverageIndicator(
        unit_id=one.unit,
        area_m2=one.area_m2,
        covered_m2=one.covered_m2,
        levels_m2=list(one.levels_m2),
        population=one.population,
        population_covered=one.population_covered,
        roads_m=one.roads_m,
        roads_covered_m=one.roads_covered_m,
        villages=one.villages,
        villages_covered=one.villages_covered,
        cells=len(cells),
        cells_assumed=sum(cell < 0 or cell in assumed_cells for cell in cells),
    )


def _white_spot(gap: Gap) -> WhiteSpot | KeptSpot:
    if gap.shape is None:
        assert gap.kept is not None
        return KeptSpot(gap.kept, round(gap.people, 1))
    shape = GEOSGeometry(memoryview(gap.shape.wkb), srid=SRID)
    assert isinstance(shape, MultiPolygon)
    return WhiteSpot(
        unit_id=gap.unit,
        people=round(gap.people, 1),
        area_m2=gap.area_m2,
        position=Point(round(gap.lon, 6), round(gap.lat, 6), srid=SRID),
        shape=shape,
    )
