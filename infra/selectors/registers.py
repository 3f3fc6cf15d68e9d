"""What the lists of the register read: scoped to the person, all that a page draws in a fixed number of queries."""

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from infra.access import Permission, Person, scope_of
from infra.models import (
    AdministrativeUnit,
    Authority,
    Installation,
    InstallationKind,
    Mast,
    Organization,
    Permit,
    Site,
    UnitLevel,
)
from infra.selectors.permits import certificates
from infra.text import fold

#: more communes than this are not offered in one list: provinces are, and then theirs
UNITS_OFFERED = 600


def sites(person: Person) -> QuerySet[Site]:
    """Return the standing sites *person* may see, with masts and installations as far as that person may see them."""
    masts: QuerySet[Mast] = Mast.objects.visible_to(person).filter(merged_into__isnull=True)
    masts = masts.select_related("owner", "mast_class", "structure_type")
    installations = Installation.objects.visible_to(person).select_related("organization").order_by("id")
    return (
        Site.objects.visible_to(person)
        .filter(merged_into__isnull=True)
        .select_related("unit")
        .prefetch_related(
            Prefetch("masts", masts, to_attr="masts_seen"),
            Prefetch("installations", installations, to_attr="installations_seen"),
        )
    )


def installations(person: Person) -> QuerySet[Installation]:
    """Return the installations *person* may see, with what the list of all kinds shows of each."""
    return (
        Installation.objects.visible_to(person)
        .select_related(
            "organization", "unit", "status", "site", "base_station", "postal_point__postal_kind",
            "network_node__node_kind", "cable_route__route_kind", "internet_point",
        )
        .prefetch_related(Prefetch("permits", certificates(), to_attr="certificates"))
    )  # fmt: skip


def postal_points(person: Person) -> QuerySet[Installation]:
    """Return the postal points *person* may see."""
    return (
        Installation.objects.visible_to(person)
        .filter(kind=InstallationKind.POSTAL_POINT)
        .select_related("organization", "unit", "status", "site", "postal_point__postal_kind")
    )


def permits(person: Person) -> QuerySet[Permit]:
    """Return the permits *person* may see."""
    return Permit.objects.visible_to(person).select_related(
        "kind", "organization", "installation__unit", "installation__organization", "site__unit"
    )


def search(words: str) -> Q:
    """Return the condition that every word of *words* occurs in the folded search column."""
    return Q(search_text__holds=fold(words))


def organizations_offered(person: Person) -> list[tuple[str, str]]:
    """Return code and name of the organizations whose installations or masts *person* can filter by."""
    scope = scope_of(person)
    rows = Organization.objects.exclude(kind="authority").order_by("short_name", "code")
    if not scope.is_staff():
        rows = rows.filter(pk__in=scope.organizations(Permission.SEE_REGISTER))
    return [(row.code, str(row)) for row in rows]


def units_offered(person: Person, chosen: str, on: date | None = None) -> list[tuple[str, str]]:
    """Return code and name of the units *person* can filter by: the communes, or provinces where they are too many.

    With a province *chosen*, its communes are offered below it.
    """
    scope = scope_of(person)
    day = on or timezone.localdate()
    rows = AdministrativeUnit.objects.in_force(day).order_by("name", "code")
    named = {pk for grant in scope.grants for pk in grant.unit_ids}
    if named:
        communes = rows.filter(pk__in=named)
    else:
        territory = Authority.objects.values("territory")
        communes = rows.filter(level=UnitLevel.COMMUNE).filter(Q(parent__in=territory) | Q(pk__in=territory))
    offered = list(communes.values_list("code", "full_name")[: UNITS_OFFERED + 1])
    if len(offered) <= UNITS_OFFERED:
        return offered
    provinces = list(rows.filter(level=UnitLevel.PROVINCE).values_list("code", "full_name"))
    below = communes.filter(Q(parent__code=chosen) | Q(code=chosen)) if chosen else communes.none()
    return provinces + list(below.values_list("code", "full_name")[:UNITS_OFFERED])


def in_unit(code: str, path: str = "unit") -> Q:
    """Return the condition that a row stands in the unit with *code* or one below it."""
    return Q(**{f"{path}__in": AdministrativeUnit.objects.under(code).values("pk")})


def is_shared(person: Person) -> Exists:
    """Return the condition on sites that, as far as *person* sees, two organizations or more run a base station there.

    Written site by site, so that a page of a country's sites stops at its fiftieth hit.
    """
    stations = Installation.objects.visible_to(person).filter(kind=InstallationKind.BASE_STATION).order_by()
    another = stations.filter(site=OuterRef("site_id"), organization_id__gt=OuterRef("organization_id"))
    return Exists(stations.filter(Exists(another), site=OuterRef("pk")))
