"""The ground that figures are divided by: area and people of a unit, or of the whole territory."""

from dataclasses import dataclass

import shapely
from django.core.cache import cache
from django.db.models import Q
from pyproj import Geod

from infra.access import scope_of
from infra.models import AdministrativeUnit, Authority, UnitLevel
from maps.selectors.figures.figure import Asked
from maps.tiles.outlines import units_stamp

_GEOD = Geod(ellps="WGS84")
KEPT_SECONDS = 86_400


@dataclass(frozen=True)
class Commune:
    """A commune by key, code, name and people."""

    pk: int
    code: str
    name: str
    population: int | None


def communes(asked: Asked) -> list[Commune]:
    """Return the communes of the unit, or of the territory of the person's authorities, by name."""
    rows = AdministrativeUnit.objects.filter(level=UnitLevel.COMMUNE, valid_to__isnull=True)
    if asked.unit:
        rows = rows.filter(pk__in=AdministrativeUnit.objects.under(asked.unit).values("pk"))
    else:
        authorities = authorities_of(asked)
        rows = rows.filter(Q(parent__authorities__in=authorities) | Q(authorities__in=authorities)).distinct()
    return [Commune(*row) for row in rows.order_by("name", "code").values_list("pk", "code", "full_name", "population")]


def authorities_of(asked: Asked) -> list[int]:
    """Return the authorities whose territory counts: the person's, else all."""
    own = [grant.authority_id for grant in scope_of(asked.person).grants if grant.authority_id is not None]
    return own or list(Authority.objects.order_by("pk").values_list("pk", flat=True))


def square_kilometres(asked: Asked) -> float:
    """Return the area of the unit or the territory, 0 where no boundary is known."""
    key = f"figures:area:{asked.unit or '_'.join(map(str, authorities_of(asked)))}:{units_stamp()}"
    found: float | None = cache.get(key)
    if found is None:
        found = _area(asked)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _area(asked: Asked) -> float:
    rows = AdministrativeUnit.objects.filter(pk__in=[one.pk for one in communes(asked)], boundary__isnull=False)
    shapes = (shapely.from_wkb(bytes(boundary.wkb)) for boundary in rows.values_list("boundary", flat=True) if boundary)
    return sum(abs(_GEOD.geometry_area_perimeter(shape)[0]) for shape in shapes) / 1e6
