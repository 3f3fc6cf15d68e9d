"""Which units a storm concerns, and what stands there."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from infra.access import Person
from infra.models import AdministrativeUnit, Installation, InstallationKind, UnitLevel
from inspections.models import Storm

OPERATING = "operating"


@dataclass(frozen=True)
class Commune:
    """A commune of the area."""

    pk: int
    code: str
    name: str
    population: int | None


def communes_of(storm: Storm) -> list[Commune]:
    """Return the communes of the storm's area in force, by name: those below its units, or below the territory."""
    named = list(storm.units.values_list("pk", flat=True))
    roots = named or list(storm.authority.territory.values_list("pk", flat=True))
    rows = AdministrativeUnit.objects.filter(
        Q(pk__in=roots) | Q(parent__in=roots) | Q(parent__parent__in=roots),
        level=UnitLevel.COMMUNE,
        valid_to__isnull=True,
    )
    return [Commune(*row) for row in rows.order_by("name", "code").values_list("pk", "code", "full_name", "population")]


def stations_in(person: Person, unit_ids: list[int], organization: str = "") -> QuerySet[Installation]:
    """Return the operating base stations in the units that *person* may see."""
    rows = Installation.objects.visible_to(person).filter(
        kind=InstallationKind.BASE_STATION, status=OPERATING, unit__in=unit_ids
    )
    return rows.filter(organization__code=organization) if organization else rows
