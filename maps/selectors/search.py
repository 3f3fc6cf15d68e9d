"""Search over names, codes, addresses and communes, accents optional, within what the person may see."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from infra.access import Person
from infra.models import AdministrativeUnit, Installation, Site
from infra.selectors.collections import searched
from infra.spatial.places import WrongPlaceError, latitude, longitude
from infra.text import fold
from maps.queries.reader import PUBLISHED_KINDS, PUBLISHED_STATUS, Reader

LEAST_LETTERS = 2
MOST_LETTERS = 120
UNITS, PLACES = 5, 10
ZOOMS = {"province": 9.0, "district": 11.0, "commune": 12.5}
SITE_ZOOM = 16.0
_COORDINATES = re.compile(r"^\s*(-?\d{1,3}[.,]\d+)\s*[;, ]\s*(-?\d{1,3}[.,]\d+)\s*$")


@dataclass(frozen=True)
class Hit:
    """One result: where it lies, how near to look, and the code of its site or unit."""

    kind: str
    title: str
    text: str
    lon: float | None
    lat: float | None
    zoom: float
    site: str | None = None
    code: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def search(person: Person, text: str, kind: str = "") -> list[Hit]:
    """Return units, then sites, for *text*; a pair of coordinates is a place of its own. *kind* "unit": units only."""
    text = text[:MOST_LETTERS]
    place = _coordinates(text)
    if place is not None:
        return [place]
    whole = fold(text)
    if len(whole) < LEAST_LETTERS:
        return []
    units = [_unit(one) for one in _units(whole)]
    if kind == "unit":
        return units
    return units[:UNITS] + [_site(*pair) for pair in _sites(person, whole)]


def _coordinates(text: str) -> Hit | None:
    """Read "20,4471 106,3568": latitude first, or longitude first where it can be nothing else."""
    found = _COORDINATES.match(text)
    if found is None:
        return None
    first, second = (float(number.replace(",", ".")) for number in found.groups())
    lat, lon = (second, first) if abs(first) > 90 else (first, second)
    try:
        latitude(lat), longitude(lon)
    except WrongPlaceError:
        return None
    return Hit("position", f"{lat:.5f}, {lon:.5f}", _("Position, latitude and longitude"), lon, lat, SITE_ZOOM)


def _units(whole: str) -> list[AdministrativeUnit]:
    """Return the units of today; those whose own name is what was typed come first."""
    rows = AdministrativeUnit.objects.filter(valid_to__isnull=True, centroid__isnull=False)
    found = list(searched(rows, whole).select_related("parent").order_by("level", "code")[: UNITS * 4])
    return sorted(found, key=lambda one: (fold(one.name) != whole, not fold(one.name).startswith(whole), one.code))


def _unit(one: AdministrativeUnit) -> Hit:
    above = one.parent.full_name if one.parent else ""
    zoom = ZOOMS.get(one.level, 12.0)
    lon, lat = (one.centroid.x, one.centroid.y) if one.centroid else (None, None)
    return Hit("unit", one.full_name, above, lon, lat, zoom, code=one.code)


def _sites(person: Person, whole: str) -> list[tuple[Site, str]]:
    """Return sites with what matched: the site's own text, or a name or code of something on it."""
    sites = visible_sites(person)
    found = {one.pk: (one, "") for one in searched(sites, whole).select_related("unit")[:PLACES]}
    if len(found) < PLACES:
        rows = searched(visible_installations(person).filter(site__isnull=False), whole)
        for row in rows.select_related("site__unit", "organization").order_by("id")[:PLACES]:
            note = " · ".join(part for part in (str(row.organization), row.code or row.registry_number) if part)
            if row.site is not None:
                found.setdefault(row.site.pk, (row.site, note))
    return list(found.values())[:PLACES]


def _site(one: Site, note: str) -> Hit:
    place = one.unit.full_name if one.unit else one.declared_unit
    text = " · ".join(part for part in (one.code, note or one.address, place) if part)
    return Hit("site", one.name or one.address or one.code, text, one.position.x, one.position.y, SITE_ZOOM, one.code)


def visible_installations(person: Person) -> QuerySet[Installation]:
    """Return what the person may see of the installations: the register's rows, or what is published."""
    if Reader.of(person).public:
        return Installation.objects.filter(status_id=PUBLISHED_STATUS, kind__in=PUBLISHED_KINDS)
    return Installation.objects.visible_to(person)


def visible_sites(person: Person) -> QuerySet[Site]:
    """Return the standing sites that the person may see; the public those with something published."""
    if Reader.of(person).public:
        published = Installation.objects.filter(status_id=PUBLISHED_STATUS, kind__in=PUBLISHED_KINDS)
        return Site.objects.filter(merged_into__isnull=True, pk__in=published.values("site_id"))
    return Site.objects.visible_to(person).filter(merged_into__isnull=True)
