"""Accepted rows of a list of base stations: sites, masts, installations, stations and certificates."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from infra.models import (
    BaseStation,
    Installation,
    InstallationKind,
    Limit,
    Permit,
    PermitState,
    RowAction,
    Submission,
)
from infra.services.ledger import Act
from infra.services.numbering import registry_numbers_take
from infra.services.permits import CERTIFICATE, RENEWAL_LIMIT
from infra.submissions.applying.places import CHUNK, Ground
from infra.submissions.checks.neighbours import SAME_PLACE_M
from infra.submissions.comparison import Comparison
from infra.submissions.comparison.changes import MAST_COLUMNS
from infra.submissions.draft import Draft, Mask

OPERATING = "operating"
DECOMMISSIONED = "decommissioned"
_INSTALLATION_FIELDS = ("name", "in_service_on")
_STATION_FIELDS = (
    *("technologies", "equipment", "transmit_power_w", "lowest_antenna_m", "nearest_building_m"),
    *("antenna_above_roof_m", "backup_hours"),
)
_SITE_COLUMNS = frozenset({"address", "unit"})


def apply(
    ledger: Act, submission: Submission, draft: Draft, comparison: Comparison, chosen: Mask, removed: set[int]
) -> dict[int, int]:
    """Write the chosen rows, and take the installations in *removed* out of service.

    Returns row index → id of its installation, for every chosen row.
    """
    ground = Ground(draft, comparison, submission)
    ground.load()
    added = np.flatnonzero(chosen & (comparison.actions == RowAction.ADD)).tolist()
    updated = np.flatnonzero(chosen & (comparison.actions == RowAction.UPDATE)).tolist()
    stations = _Stations(ground)
    known = stations.read(updated)
    ground.find_sites(added)
    stations.move(known)
    ground.find_masts(added)
    stations.change_masts(known)
    ground.write(ledger)
    stations.add(ledger, added)
    stations.change(ledger, known)
    stations.certificates(ledger, added, known)
    stations.take_out(ledger, removed)
    unchanged = np.flatnonzero(chosen & (comparison.actions == RowAction.UNCHANGED))
    ids = {int(place): int(comparison.matched[place]) for place in unchanged}
    return {**ids, **{place: station.installation.pk for place, station in stations.by_place.items()}}


class _Stations:
    """Base stations of the rows while they are written."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.draft = ground.draft
        self.comparison = ground.comparison
        self.by_place: dict[int, BaseStation] = {}

    def read(self, places: list[int]) -> list[int]:
        """Read the stations of the rows that change; a station that is gone since the look is left out."""
        ids = sorted({int(self.comparison.matched[place]) for place in places})
        found: dict[int, BaseStation] = {}
        for start in range(0, len(ids), CHUNK):
            rows = BaseStation.objects.filter(pk__in=ids[start : start + CHUNK]).select_related(
                "installation__site", "installation__mast", "installation__unit"
            )
            found.update((row.pk, row) for row in rows.defer("installation__unit__boundary"))
        for place in places:
            station = found.get(int(self.comparison.matched[place]))
            if station is not None:
                self.by_place[place] = station
        return [place for place in places if place in self.by_place]

    # --- what a change moves ---

    def move(self, places: list[int]) -> None:
        """Move the sites of stations that moved; a shared site stays, the station goes to another one."""
        for place in places:
            changes = self.comparison.changes.get(place, {})
            site = self.by_place[place].installation.site
            assert site is not None, "a base station has a site"
            if "position" in changes and not self._may_move(place, site.pk):
                self.ground.find_sites([place])
                self.by_place[place].installation.site = self.ground.sites[place]
                continue
            if not changes.keys() & {"position", *_SITE_COLUMNS}:
                continue
            site = self.ground.changed_sites.setdefault(site.pk, site)
            self.by_place[place].installation.site = site
            if "position" in changes:
                self.ground.place_site(site, place)
            self.ground.describe_site(site, place)

    def _may_move(self, place: int, site_id: int) -> bool:
        """Tell whether the whole site may follow: nobody else stands on it and no other site is at the new place."""
        if self.comparison.moved_m[place] <= SAME_PLACE_M:
            return True
        elsewhere = int(self.comparison.sites[place])
        others = Installation.objects.filter(site_id=site_id).exclude(pk=self.by_place[place].pk)
        return elsewhere in (0, site_id) and not others.exists()

    def change_masts(self, places: list[int]) -> None:
        """Change what the rows say about their masts; a new owner is written on the mast itself."""
        for place in places:
            installation = self.by_place[place].installation
            columns = self.comparison.changes.get(place, {}).keys() & {*MAST_COLUMNS, "mast_owner"}
            if installation.mast is None and columns:
                assert installation.site is not None, "a base station has a site"
                self.ground.sites[place] = installation.site
                self.ground.find_masts([place])
                installation.mast = self.ground.masts[place]
            elif installation.mast is not None and columns:
                mast = self.ground.changed_masts.setdefault(installation.mast.pk, installation.mast)
                installation.mast = mast
                self.ground.describe_mast(mast, place)
                if "mast_owner" in columns:
                    mast.owner = self.ground.owner(place)

    # --- writing ---

    def add(self, ledger: Act, places: list[int]) -> None:
        """Register the new stations."""
        if not places:
            return
        authority = self.draft.around.authority
        numbers = registry_numbers_take(authority=authority, series=InstallationKind.BASE_STATION, count=len(places))
        installations = [self._installation(place, number) for place, number in zip(places, numbers, strict=True)]
        ledger.add_many(installations)
        stations = [BaseStation(installation=installation) for installation in installations]
        for place, station in zip(places, stations, strict=True):
            self.by_place[place] = station
            self._describe(station, place)
        ledger.add_many(stations)

    def _installation(self, place: int, number: str) -> Installation:
        site = self.ground.sites[place]
        installation = Installation(
            authority=self.draft.around.authority,
            registry_number=number,
            kind=InstallationKind.BASE_STATION,
            organization=self.draft.around.organization,
            code=self.ground.value("code", place) or "",
            site=site,
            mast=self.ground.masts[place],
            status_id=OPERATING,
        )
        self._describe_installation(installation, place)
        return installation

    def _describe_installation(self, installation: Installation, place: int) -> None:
        for name in _INSTALLATION_FIELDS:
            value = self.ground.value(name, place)
            if value is not None:
                setattr(installation, name, value)
        installation.code = self.ground.value("code", place) or installation.code
        installation.status_id = self.ground.value("status", place) or installation.status_id
        site = installation.site
        assert site is not None, "a base station has a site"
        installation.site, installation.unit, installation.position = site, site.unit, site.position
        installation.submission, installation.submission_row = self.ground.submission, int(self.draft.rows[place])

    def _describe(self, station: BaseStation, place: int) -> None:
        for name in _STATION_FIELDS:
            value = self.ground.value(name, place)
            if value is not None:
                setattr(station, name, value)
        shelter = self.ground.value("shelter_owner", place)
        if shelter:
            station.shelter_owner = self.ground.organizations[shelter]

    def change(self, ledger: Act, places: list[int]) -> None:
        """Save the stations that change, and the neighbours that repeat a site's new place."""
        for place in places:
            station = self.by_place[place]
            self._describe_installation(station.installation, place)
            self._describe(station, place)
        ledger.change_many([self.by_place[place].installation for place in places])
        ledger.change_many([self.by_place[place] for place in places])
        own = {self.by_place[place].pk for place in places}
        self._place_neighbours(ledger, own)

    def _place_neighbours(self, ledger: Act, own: set[int]) -> None:
        """Let other installations on sites that changed repeat their position and commune."""
        sites = self.ground.changed_sites
        ids = sorted(sites)
        for start in range(0, len(ids), CHUNK):
            rows = Installation.objects.filter(site_id__in=ids[start : start + CHUNK]).exclude(pk__in=own)
            neighbours = list(rows)
            for row in neighbours:
                site = sites[row.site_id or 0]
                row.site, row.unit, row.position = site, site.unit, site.position
            ledger.change_many(neighbours)

    def take_out(self, ledger: Act, removed: set[int]) -> None:
        """Take out of service what the file left out; nothing leaves the register."""
        ids = sorted(removed)
        for start in range(0, len(ids), CHUNK):
            rows = Installation.objects.filter(
                pk__in=ids[start : start + CHUNK], organization=self.draft.around.organization
            ).select_related("site", "unit")
            gone = list(rows.defer("unit__boundary"))
            for row in gone:
                row.status_id = DECOMMISSIONED
                row.submission = self.ground.submission
            ledger.change_many(gone)

    # --- certificates ---

    def certificates(self, ledger: Act, added: list[int], changed: list[int]) -> None:
        """Register certificates; one with another number replaces the one before, which stays readable."""
        touched = [place for place in changed if self._certificate_changes(place)]
        earlier = self._in_force(touched)
        fresh: list[Permit] = []
        altered: list[Permit] = []
        for place in (*added, *touched):
            number = self.ground.value("certificate_number", place)
            before = earlier.get(self.by_place[place].pk, [])
            same = next((permit for permit in before if not number or permit.number == number), None)
            if same is None and not number:
                continue
            permit = same or self._permit(place)
            self._describe_permit(permit, place)
            (altered if same else fresh).append(permit)
            for replaced in before:
                if replaced is not same:
                    replaced.state = PermitState.REPLACED
                    altered.append(replaced)
        ledger.change_many(altered)
        ledger.add_many(fresh)

    @cached_property
    def _renewal_limits(self) -> list[Limit]:
        return list(Limit.objects.filter(code=RENEWAL_LIMIT).order_by("-valid_from"))

    def _renewal_due(self, expires_on: date | None) -> date | None:
        """Return what ``renewal_due`` of the permits' service returns, without asking the database for each row."""
        if expires_on is None:
            return None
        for limit in self._renewal_limits:
            if limit.valid_from <= expires_on and (limit.valid_to is None or limit.valid_to >= expires_on):
                return expires_on - timedelta(days=int(limit.value))
        return None

    def _certificate_changes(self, place: int) -> bool:
        return any(name.startswith("certificate_") for name in self.comparison.changes.get(place, {}))

    def _in_force(self, places: list[int]) -> dict[int, list[Permit]]:
        ids = sorted(self.by_place[place].pk for place in places)
        found: dict[int, list[Permit]] = {}
        for start in range(0, len(ids), CHUNK):
            rows = Permit.objects.filter(
                installation_id__in=ids[start : start + CHUNK], kind_id=CERTIFICATE, state=PermitState.IN_FORCE
            )
            for permit in rows.order_by("-pk"):
                found.setdefault(permit.installation_id or 0, []).append(permit)
        return found

    def _permit(self, place: int) -> Permit:
        return Permit(
            authority=self.draft.around.authority,
            kind_id=CERTIFICATE,
            organization=self.draft.around.organization,
            installation=self.by_place[place].installation,
        )

    def _describe_permit(self, permit: Permit, place: int) -> None:
        values: dict[str, Any] = {
            "number": self.ground.value("certificate_number", place),
            "issued_on": self.ground.value("certificate_issued_on", place),
            "expires_on": self.ground.value("certificate_expires_on", place),
            "issuer": self.ground.value("certificate_issuer", place),
        }
        for name, value in values.items():
            if value is not None:
                setattr(permit, name, value)
        permit.renewal_due_on = self._renewal_due(permit.expires_on)
        permit.submission, permit.submission_row = self.ground.submission, int(self.draft.rows[place])
