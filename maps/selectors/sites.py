"""What a site sheet shows, as one person may see it: mast, operators, certificates, cells, visits, cases."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from infra.access import Permission, Person, can
from infra.models import BaseStation, Cell, Installation, InstallationKind, Mast, Permit, PermitState, Site
from infra.selectors.collections import certificates
from infra.selectors.permits import Standing, due_window, standing_of
from infra.text import fold
from inspections.models import Finding, Inspection, InspectionStatus, ViolationCase
from inspections.selectors.cases import OPEN
from inspections.selectors.safety import safety_states
from inspections.selectors.safety_decision import COMPLIANT, Safety
from maps.queries.filters import SAFETY_STATES
from maps.queries.reader import PUBLISHED_KINDS, PUBLISHED_STATUS

LAST_INSPECTIONS = 10


@dataclass
class StationRow:
    """One base station of the mast with what decides about it. ``standing`` is its certificate's, None without one.

    ``why`` are the reasons of a safety state that is not the good one, as sentences.
    """

    installation: Installation
    station: BaseStation
    certificate: Permit | None
    standing: Standing | None
    safety: str = "unknown"
    why: list[str] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)

    @property
    def certificate_holds(self) -> bool:
        """Whether the certificate or declaration is in force today, however soon its renewal is due."""
        permit = self.certificate
        if permit is None or permit.state != PermitState.IN_FORCE:
            return False
        return permit.expires_on is None or permit.expires_on >= timezone.localdate()

    @property
    def technologies(self) -> list[str]:
        return [code for code in self.station.technologies.split(",") if code]


@dataclass
class SiteSheet:
    """Everything about one site. ``elsewhere`` are published stations here that are not the person's to manage."""

    site: Site
    masts: list[Mast]
    stations: list[StationRow]
    elsewhere: list[StationRow]
    others: list[Installation]
    permits: list[tuple[Permit, Standing]] = field(default_factory=list)
    inspections: list[Inspection] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    cases: list[ViolationCase] = field(default_factory=list)

    @property
    def place(self) -> str:
        """The address, with the unit where the address does not name it."""
        return place_of(self.site)

    @property
    def safety(self) -> str:
        """The worst state of the stations; a site without any is not judged."""
        return max((row.safety for row in self.stations), key=SAFETY_STATES.index, default="unknown")

    @property
    def all_stations(self) -> list[StationRow]:
        return [*self.stations, *self.elsewhere]

    @property
    def operators(self) -> list[str]:
        return sorted({row.installation.organization.display_name for row in self.all_stations})

    @property
    def in_state(self) -> int:
        """How many stations are in the site's state."""
        return sum(row.safety == self.safety for row in self.stations)

    @property
    def open_cases(self) -> list[ViolationCase]:
        return [case for case in self.cases if case.state in OPEN]


def place_of(site: Site) -> str:
    """Return the site's address and unit; the unit is left out where the address names it already."""
    unit = site.unit.full_name if site.unit else site.declared_unit
    if site.address and unit and fold(unit) in fold(site.address):
        return site.address
    return ", ".join(part for part in (site.address, unit) if part)


def published_rows(site: Site) -> list[Installation]:
    """Return what everybody may know to stand at *site*."""
    rows = Installation.objects.filter(site=site, status_id=PUBLISHED_STATUS, kind__in=PUBLISHED_KINDS)
    return list(_with_details(rows))


def _with_details(rows: object) -> Sequence[Installation]:
    found: Sequence[Installation] = rows.select_related(  # type: ignore[attr-defined]
        "organization",
        "status",
        "mast",
        "base_station",
        "postal_point__postal_kind",
        "network_node__node_kind",
        "internet_point",
    ).order_by("id")
    return found


def station_rows(installations: Sequence[Installation]) -> list[StationRow]:
    """Return the base stations among *installations* with the certificate that counts for each (two queries)."""
    stations = [one for one in installations if one.kind == InstallationKind.BASE_STATION]
    if not stations:
        return []
    held = {permit.installation_id: permit for permit in certificates([one.pk for one in stations], None)}
    window = due_window()
    rows = []
    for one in stations:
        permit = held.get(one.pk)
        standing = standing_of(permit, window) if permit else None
        rows.append(StationRow(one, one.base_station, permit, standing))
    return rows


def site_sheet(person: Person, site: Site) -> SiteSheet:
    """Return the sheet of *site*, which *person* may see."""
    installations = list(_with_details(Installation.objects.visible_to(person).filter(site=site)))
    mine = {one.pk for one in installations}
    stations = station_rows(installations)
    _judge(stations)
    _add_cells(person, stations)
    masts = Mast.objects.visible_to(person).filter(site=site, merged_into__isnull=True)
    sheet = SiteSheet(
        site=site,
        masts=list(masts.select_related("owner", "mast_class", "structure_type")),
        stations=stations,
        elsewhere=station_rows([one for one in published_rows(site) if one.pk not in mine]),
        others=[one for one in installations if one.kind != InstallationKind.BASE_STATION],
    )
    _add_permits(person, sheet, installations)
    _add_casework(person, sheet, installations)
    return sheet


def _judge(rows: list[StationRow]) -> None:
    states = safety_states([row.installation.pk for row in rows])
    for row in rows:
        found = states.get(row.installation.pk, Safety())
        row.safety = found.state
        row.why = [] if found.state == COMPLIANT else [reason.text for reason in found.reasons]


def _add_cells(person: Person, rows: list[StationRow]) -> None:
    cells: dict[int, list[Cell]] = defaultdict(list)
    ids = [row.installation.pk for row in rows]
    found = Cell.objects.visible_to(person).filter(station__in=ids)
    for cell in found.select_related("station__installation__organization", "technology", "band"):
        cells[cell.station_id].append(cell)
    for row in rows:
        row.cells = cells[row.installation.pk]


def _add_permits(person: Person, sheet: SiteSheet, installations: list[Installation]) -> None:
    window = due_window()
    rows = Permit.objects.visible_to(person).exclude(state=PermitState.REPLACED)
    here = rows.filter(installation__in=installations) | rows.filter(site=sheet.site)
    ordered = here.select_related("kind", "organization", "installation")
    ordered = ordered.order_by("installation_id", "-expires_on", "id")
    sheet.permits = [(permit, standing_of(permit, window)) for permit in ordered]


def _add_casework(person: Person, sheet: SiteSheet, installations: list[Installation]) -> None:
    """Add visits, findings and cases as far as the person's role goes."""
    ids = [one.pk for one in installations]
    masts = [mast.pk for mast in sheet.masts]
    if can(person, Permission.SEE_INSPECTIONS):
        visits = Inspection.objects.visible_to(person).filter(status=InspectionStatus.SUBMITTED)
        visits = (
            visits.filter(installation__in=ids) | visits.filter(mast__in=masts) | visits.filter(site=sheet.site)
        ).distinct()
        sheet.inspections = list(
            visits.select_related("inspector", "checklist").order_by("-visited_on", "-id")[:LAST_INSPECTIONS]
        )
        findings = Finding.objects.visible_to(person).standing()
        findings = (
            findings.filter(installation__in=ids) | findings.filter(mast__in=masts) | findings.filter(site=sheet.site)
        )
        sheet.findings = list(findings.distinct().order_by("due_on", "id"))
    if can(person, Permission.SEE_CASES):
        cases = ViolationCase.objects.visible_to(person)
        cases = (
            cases.filter(objects_concerned__installation__in=ids)
            | cases.filter(objects_concerned__mast__in=masts)
            | cases.filter(objects_concerned__site=sheet.site)
        )
        sheet.cases = list(cases.distinct().select_related("organization").order_by("-id"))
