"""Reads what a run needs about the ground from the database: communes, surroundings, roads, villages, people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

import shapely
from django.conf import settings

from infra.models import AdministrativeUnit, Authority, UnitLevel
from maps.coverage.population import read_weights
from maps.coverage.propagation import City, Environment
from maps.coverage.regions import Commune, Ground, Weights
from maps.coverage.signals import Surroundings
from maps.models import GroundFile, GroundKind, Place, PlaceKind, Road, UnitEnvironment
from maps.radio.parameters import Parameters

#: parameter environment_without_density
BY_CODE: dict[int, Environment] = {0: "open", 1: "suburban", 2: "urban"}
BATCH = 500


@dataclass(frozen=True)
class Province:
    """A part of the territory that is computed at once: a unit and the communes in it."""

    unit: AdministrativeUnit
    communes: list[Commune]


def provinces_of(authority: Authority, area: AdministrativeUnit | None, day: date) -> list[Province]:
    """Return the provinces of *authority* with their communes in force on *day*; only those of *area* if given."""
    tops = [area] if area is not None else list(authority.territory.in_force(day).order_by("code"))
    found: dict[int, Province] = {}
    for top in tops:
        communes = AdministrativeUnit.objects.in_force(day).filter(level=UnitLevel.COMMUNE, boundary__isnull=False)
        inside = communes.filter(pk=top.pk) if top.level == UnitLevel.COMMUNE else communes.filter(parent=top)
        key = top.parent_id or top.pk if top.level == UnitLevel.COMMUNE else top.pk
        province = found.setdefault(key, Province(top, []))
        province.communes.extend(map(_commune, inside.order_by("code")))
    return [one for one in found.values() if one.communes]


def _commune(unit: AdministrativeUnit) -> Commune:
    assert unit.boundary is not None
    return Commune(unit.pk, shapely.from_wkb(bytes(unit.boundary.wkb)), unit.population)


def ground_of(authority: Authority, province: Province) -> Ground:
    """Return the current layers of *authority* around *province* (one query; more once a layer is read)."""
    files = {one.kind: one for one in GroundFile.objects.filter(authority=authority, is_current=True)}
    roads, villages = files.get(GroundKind.ROADS), files.get(GroundKind.VILLAGES)
    people = files.get(GroundKind.POPULATION)
    weights: Weights | None = None
    if people is not None:
        key = people.store_key

        def weights(grid, window):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- as Weights
            return read_weights(settings.COVERAGE_STORE, key, grid, window)

    used = [one for one in (roads, villages, people) if one is not None]
    return Ground(
        weights=weights,
        roads=None if roads is None else partial(_roads, roads, province),
        villages=None if villages is None else partial(_villages, villages, province),
        digests=tuple(one.sha256 for one in used),
    )


def _roads(file: GroundFile, province: Province) -> list[shapely.Geometry]:
    west, south, east, north = shapely.total_bounds([one.boundary for one in province.communes])
    rows = Road.objects.filter(file=file).order_by("pk").values_list("line", flat=True)
    lines = [shapely.from_wkb(bytes(line.wkb)) for line in rows.iterator(chunk_size=2_000)]
    box = shapely.box(west, south, east, north)
    return [line for line in lines if line.intersects(box)]


def _villages(file: GroundFile, province: Province) -> list[tuple[int, float, float]]:
    units = [one.pk for one in province.communes]
    rows = Place.objects.filter(file=file, kind=PlaceKind.VILLAGE).order_by("pk").values_list("pk", "position", "unit")
    known = set(units)
    return [(pk, point.x, point.y) for pk, point, unit in rows.iterator(chunk_size=2_000) if unit in known]


def surroundings_for(units: Iterable[int], parameters: Parameters) -> Surroundings:
    """Return the surroundings of units: as a person said, else by the density of their population."""
    urban = parameters.value("urban_density")
    suburban = parameters.value("suburban_density")
    otherwise = BY_CODE[round(parameters.value("environment_without_density"))]
    ids = sorted({int(unit) for unit in units})
    by_unit: dict[int, tuple[Environment, City]] = {}
    for start in range(0, len(ids), BATCH):
        rows = AdministrativeUnit.objects.filter(pk__in=ids[start : start + BATCH])
        for pk, population, area in rows.values_list("pk", "population", "area_km2"):
            if population is None or not area:
                continue
            density = population / area
            ground: Environment = "urban" if density >= urban else "suburban" if density >= suburban else "open"
            by_unit[pk] = (ground, "small")
    for said in UnitEnvironment.objects.filter(unit__in=ids) if len(ids) <= BATCH else UnitEnvironment.objects.all():
        by_unit[said.unit_id] = (_ground(said.environment), "large" if said.large_city else "small")
    return Surroundings(by_unit, (otherwise, "small"))


def _ground(code: str) -> Environment:
    return next(one for one in BY_CODE.values() if one == code)
