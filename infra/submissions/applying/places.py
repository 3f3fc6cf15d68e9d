"""Sites and masts that accepted rows stand on: found in the register, or made once for all rows at one place."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Point

from infra.models import (
    AdministrativeUnit,
    Base,
    Installation,
    Mast,
    Organization,
    PositionMethod,
    Site,
    Submission,
    SubmissionPurpose,
    UnitMethod,
)
from infra.services.ledger import Act
from infra.services.numbering import registry_numbers_take
from infra.submissions.checks.neighbours import SAME_PLACE_M
from infra.submissions.comparison import Comparison
from infra.submissions.coordinates import systems
from infra.submissions.draft import Draft

#: ids asked for at once
CHUNK = 900


@dataclass
class Ground:
    """What rows stand on while they are applied. ``sites`` and ``masts`` map row index → the noun.

    Nouns read from the register are kept by id, so that two rows change one and the same object.
    """

    draft: Draft
    comparison: Comparison
    submission: Submission
    sites: dict[int, Site] = field(default_factory=dict)
    masts: dict[int, Mast] = field(default_factory=dict)
    new_sites: list[Site] = field(default_factory=list)
    new_masts: list[Mast] = field(default_factory=list)
    changed_sites: dict[int, Site] = field(default_factory=dict)
    changed_masts: dict[int, Mast] = field(default_factory=dict)
    units: dict[int, AdministrativeUnit] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)

    def load(self) -> None:
        """Read the communes and organizations that the rows name."""
        ids = {int(unit) for unit in np.unique(self.draft.unit_ids) if unit}
        self.units = {unit.pk: unit for unit in AdministrativeUnit.objects.filter(pk__in=ids).defer("boundary")}
        self.organizations = {one.code: one for one in Organization.objects.all()}

    def value(self, name: str, place: int) -> Any:
        """Return the cleaned value of a cell, None where the file has no such column or an empty cell."""
        series = self.draft.values.get(name)
        return None if series is None else series[place]

    def unit(self, place: int) -> AdministrativeUnit | None:
        return self.units.get(int(self.draft.unit_ids[place]))

    def owner(self, place: int) -> Organization:
        """Return the mast's owner: the one the row names, else the operator itself."""
        code = self.value("mast_owner", place)
        return self.organizations[code] if code else self.draft.around.organization

    # --- sites ---

    def find_sites(self, places: list[int]) -> None:
        """Give each of *places* a site: a standing one at its place, or a new one shared by all rows there."""
        standing = {int(pk) for pk in self.comparison.sites[places] if pk}
        known = sites_by_id(standing)
        alone = []
        for place in places:
            site = known.get(int(self.comparison.sites[place]))
            if site is None:
                alone.append(place)
            else:
                self.sites[place] = site
        for place, first in self._clusters(alone).items():
            if place == first:
                self.sites[place] = self._new_site(place)
            else:
                self.sites[place] = self.sites[first]

    def _clusters(self, places: list[int]) -> dict[int, int]:
        """Map each row to the first row within ``SAME_PLACE_M`` that starts a site (itself, where none does)."""
        if not places:
            return {}
        metric = systems.from_lonlat(self.draft.points[places], self.draft.around.authority.metric_srid)
        points = shapely.points(metric)
        first, second = shapely.STRtree(points).query(points, predicate="dwithin", distance=SAME_PLACE_M)
        earlier: dict[int, list[int]] = {}
        for one, other in zip(first.tolist(), second.tolist(), strict=True):
            if other < one:
                earlier.setdefault(one, []).append(other)
        starts: dict[int, int] = {}
        for index in range(len(places)):
            found = [other for other in sorted(earlier.get(index, ())) if starts[other] == other]
            starts[index] = found[0] if found else index
        return {places[index]: places[start] for index, start in starts.items()}

    def _new_site(self, place: int) -> Site:
        site = Site(authority=self.draft.around.authority, name=self.value("name", place) or "")
        self.place_site(site, place)
        self.describe_site(site, place)
        self.new_sites.append(site)
        return site

    def place_site(self, site: Site, place: int) -> None:
        """Write the row's position with its provenance on *site*."""
        lon, lat = self.draft.points[place]
        srid = int(self.draft.srids[place])
        as_written = srid == systems.REGISTER_SRID
        site.position = Point(float(lon), float(lat), srid=systems.REGISTER_SRID)
        site.position_method = PositionMethod.SUBMITTED if as_written else PositionMethod.CONVERTED
        if self.submission.purpose == SubmissionPurpose.CORRECTION:
            site.position_method = PositionMethod.MEASURED
        site.submitted_text = self.draft.position_texts[place]
        site.submitted_crs = f"EPSG:{srid}"
        accuracy = self.draft.accuracy_m[place]
        site.accuracy_m = float(accuracy) if np.isfinite(accuracy) else None

    def describe_site(self, site: Site, place: int) -> None:
        """Write the row's address and commune on *site*."""
        site.address = self.value("address", place) or site.address
        parts = (self.value(name, place) for name in ("unit", "district", "province"))
        declared = ", ".join(part for part in parts if part)
        site.declared_unit = declared[:255] or site.declared_unit
        unit = self.unit(place)
        if unit is not None:
            site.unit = unit
            site.unit_method = UnitMethod.COORDINATE

    # --- masts ---

    def find_masts(self, places: list[int]) -> None:
        """Give each of *places* a mast of its owner at its site: a standing one that fits what the row says, or new."""
        on_sites = {site.pk for place in places if (site := self.sites[place]).pk}
        standing: dict[tuple[int, int], list[Mast]] = {}
        for mast in masts_on(on_sites):
            standing.setdefault((mast.site_id, mast.owner_id), []).append(mast)
        told_by_others = masts_told_by_others(self.draft.around.organization, on_sites)
        fresh: dict[tuple[int, int], list[Mast]] = {}
        for place in places:
            site, owner = self.sites[place], self.owner(place)
            made = fresh.setdefault((id(site), owner.pk), [])
            known = [*standing.get((site.pk, owner.pk), ()), *made] if site.pk else made
            fitting = [mast for mast in known if mast.pk in told_by_others or self._fits(mast, place)]
            if not fitting:
                fitting = [self._new_mast(site, owner)]
                made += fitting
                self.describe_mast(fitting[0], place)
            self.masts[place] = min(fitting, key=partial(self._height_apart, place))

    def _fits(self, mast: Mast, place: int) -> bool:
        """Tell whether the row can mean this mast: class and height are the same where both are known."""
        kind, height = self.value("mast_class", place), self.value("mast_height_m", place)
        same_class = not kind or not mast.mast_class_id or kind == mast.mast_class_id
        return same_class and (height is None or mast.height_m is None or height == mast.height_m)

    def _height_apart(self, place: int, mast: Mast) -> float:
        height = self.value("mast_height_m", place)
        return 0.0 if height is None or mast.height_m is None else abs(height - mast.height_m)

    def _new_mast(self, site: Site, owner: Organization) -> Mast:
        mast = Mast(authority=self.draft.around.authority, site=site, owner=owner)
        self.new_masts.append(mast)
        return mast

    def describe_mast(self, mast: Mast, place: int) -> None:
        """Write what the row says about the mast; an empty cell leaves what is known."""
        mast.mast_class_id = self.value("mast_class", place) or mast.mast_class_id
        mast.structure_type_id = self.value("structure_type", place) or mast.structure_type_id
        height, building = self.value("mast_height_m", place), self.value("building_height_m", place)
        mast.height_m = mast.height_m if height is None else height
        if building is not None:
            mast.building_height_m = building
            mast.base = Base.ROOF if building > 0 else Base.GROUND

    # --- writing ---

    def write(self, ledger: Act) -> None:
        """Insert the new sites and masts and save the changed ones, in that order."""
        authority = self.draft.around.authority
        if self.new_sites:
            codes = registry_numbers_take(authority=authority, series="site", count=len(self.new_sites))
            for site, code in zip(self.new_sites, codes, strict=True):
                site.code = code
            ledger.add_many(self.new_sites)
        ledger.change_many(self.changed_sites.values())
        if self.new_masts:
            codes = registry_numbers_take(authority=authority, series="mast", count=len(self.new_masts))
            for mast, code in zip(self.new_masts, codes, strict=True):
                mast.code, mast.site = code, mast.site
            ledger.add_many(self.new_masts)
        ledger.change_many(self.changed_masts.values())


def sites_by_id(ids: set[int]) -> dict[int, Site]:
    """Return the sites with *ids*."""
    found: dict[int, Site] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), CHUNK):
        rows = Site.objects.filter(pk__in=wanted[start : start + CHUNK]).select_related("unit").defer("unit__boundary")
        found.update((site.pk, site) for site in rows)
    return found


def masts_on(site_ids: set[int]) -> list[Mast]:
    """Return the standing masts on the sites with *site_ids*, oldest first."""
    found: list[Mast] = []
    wanted = sorted(site_ids)
    for start in range(0, len(wanted), CHUNK):
        rows = Mast.objects.standing().filter(site_id__in=wanted[start : start + CHUNK])
        found += list(rows.order_by("pk"))
    return found


def masts_told_by_others(organization: Organization, site_ids: set[int]) -> set[int]:
    """Return the masts on these sites that others own and use: a tenant's figures do not describe them."""
    found: set[int] = set()
    wanted = sorted(site_ids)
    for start in range(0, len(wanted), CHUNK):
        rows = Installation.objects.filter(mast__site_id__in=wanted[start : start + CHUNK])
        others = rows.exclude(organization=organization).exclude(mast__owner=organization)
        found.update(pk for pk in others.values_list("mast_id", flat=True).distinct() if pk)
    return found
