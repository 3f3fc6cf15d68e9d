"""What everybody may know about a site: what stands there, whether it is certified, what was measured."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from infra.models import Installation, InstallationKind, Limit, Mast, Site
from inspections.models import Answer, InspectionStatus
from maps.queries.reader import PUBLISHED_KINDS, PUBLISHED_STATUS
from maps.selectors.sites import StationRow, published_rows, station_rows

#: items of the checklist whose values concern the public, the first that was measured counts
EMF_ITEMS = ("emf_field_strength", "emf_power_density")
VERIFICATION_DISTANCE = "verification_distance"
DECLARATION = "self_declaration"


@dataclass(frozen=True)
class Measured:
    """A measured exposure with the limit it was judged by."""

    value: float
    unit: str
    limit: float | None
    basis: str
    on: date

    @property
    def share(self) -> int:
        """The value as a percentage of the limit, at most 100; for the bar."""
        return min(round(100 * self.value / self.limit), 100) if self.limit else 0


@dataclass
class PublishedSite:
    """A site as the public sees it."""

    site: Site
    masts: list[Mast]
    stations: list[StationRow]
    postal: list[Installation]
    measured: Measured | None
    nearest_building_m: float | None
    verification_distance_m: float | None

    @property
    def certified(self) -> int:
        """How many stations have a certificate, or a declaration, that holds today."""
        return sum(row.certificate_holds for row in self.stations)

    @property
    def declared(self) -> int:
        """How many of those stand on the operator's own declaration that no verification is needed."""
        return sum(
            row.certificate_holds and row.certificate is not None and row.certificate.kind_id == DECLARATION
            for row in self.stations
        )

    @property
    def missing(self) -> int:
        return sum(row.certificate is None for row in self.stations)

    @property
    def run_out(self) -> int:
        return len(self.stations) - self.certified - self.missing

    @property
    def operators(self) -> list[str]:
        return sorted({row.installation.organization.display_name for row in self.stations})


def published_sites() -> QuerySet[Site]:
    """Return the sites at which something published stands."""
    rows = Installation.objects.filter(status_id=PUBLISHED_STATUS, kind__in=PUBLISHED_KINDS)
    return Site.objects.filter(merged_into__isnull=True, pk__in=rows.values("site_id"))


def published_site(site: Site, today: date) -> PublishedSite:
    """Return what is published about *site*."""
    rows = published_rows(site)
    stations = station_rows(rows)
    masts = Mast.objects.filter(site=site, merged_into__isnull=True).select_related("owner", "structure_type")
    carrying = {row.installation.mast_id for row in stations}
    distances = [row.station.nearest_building_m for row in stations if row.station.nearest_building_m is not None]
    return PublishedSite(
        site=site,
        masts=[mast for mast in masts if mast.pk in carrying],
        stations=stations,
        postal=[one for one in rows if one.kind == InstallationKind.POSTAL_POINT],
        measured=_measured(site, [row.installation.pk for row in stations]),
        nearest_building_m=min(distances, default=None),
        verification_distance_m=_limit(VERIFICATION_DISTANCE, today) if distances else None,
    )


def _limit(code: str, today: date) -> float | None:
    limit = Limit.objects.in_force(today).filter(code=code).order_by("-valid_from").first()
    return limit.value if limit else None


def _measured(site: Site, ids: list[int]) -> Measured | None:
    """Return the newest field strength or power density that an inspection measured here."""
    answers = Answer.objects.filter(
        item__code__in=EMF_ITEMS, number__isnull=False, inspection__status=InspectionStatus.SUBMITTED
    )
    here = answers.filter(inspection__installation__in=ids) | answers.filter(inspection__site=site)
    newest = here.select_related("inspection", "item").order_by("-inspection__visited_on", "item__code").first()
    if newest is None or newest.number is None:
        return None
    return Measured(newest.number, newest.unit, newest.limit_value, newest.limit_basis, newest.inspection.visited_on)
