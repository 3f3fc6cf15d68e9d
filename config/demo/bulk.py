"""A whole country for measurements: 150,000 sites with 350,000 base stations, drawn with a seed and loaded in minutes.

Sites follow the population of the communes and gather round villages; a site carries one to four stations. Rows come
as files arrive, operator by operator and commune by commune, so that neighbours on the map are only partly neighbours
on disk.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from config.demo.loading import Load, Spot, filling, first_id, loading_act, row_of
from config.demo.masts import OPERATORS, PREFIXES, TECHNOLOGIES, TECHNOLOGY_SHARES, TOWER_COMPANY
from infra.models import (
    AdministrativeUnit,
    Authority,
    Base,
    BaseStation,
    Installation,
    InstallationKind,
    Mast,
    Organization,
    PositionMethod,
    Site,
    UnitLevel,
    UnitMethod,
    User,
    Verification,
)
from infra.services import shipped_units
from infra.services.ledger import act
from infra.services.numbering import registry_numbers_take
from infra.services.people import system_user
from infra.spatial.units import NOWHERE, Boundaries
from infra.text import fold

REASON = "Dữ liệu minh họa của cả nước"
#: stations a site, as in the field: 350,000 on 150,000 sites
STATIONS_PER_SITE = ((1, 0.25), (2, 0.36), (3, 0.25), (4, 0.14))
STATIONS_TO_SITES = 7 / 3
KM_PER_DEGREE = 111.2
VILLAGES = 12
DRAWS = 40
TOWER_SHARE = 0.15
STATUSES = (("operating", 0.93), ("planned", 0.04), ("suspended", 0.02), ("decommissioned", 0.01))
EQUIPMENT = ("Ericsson RBS 6601", "Nokia AirScale", "Huawei DBS3900", "ZTE ZXSDR", "Viettel vBTS")
BUILT_FROM = date(2005, 1, 1)
BUILT_DAYS = 7_600

Say = Callable[[str], None]


@dataclass(frozen=True)
class Ground:
    """The communes that sites are drawn in: one row each, and their boundaries in the same order."""

    units: list[AdministrativeUnit]
    boundaries: Boundaries
    lonlat: NDArray[np.float64]
    radius_deg: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class Drawn:
    """Sites as columns, ordered by commune: position, place of the commune in the ground, number within it."""

    lonlat: NDArray[np.float64]
    commune: NDArray[np.int64]
    number: NDArray[np.int64]


@transaction.atomic
def write_country(
    *,
    stations: int = 350_000,
    seed: int = 2025,
    provinces: Sequence[str] | None = None,
    authority: Authority | None = None,
    actor: User | None = None,
    at: datetime | None = None,
    say: Say = lambda _text: None,
) -> None:
    """Fill an empty register with *stations* base stations all over the country, or *provinces*; same seed, same rows.

    They all belong to *authority* (the first one), as in the register of a ministry. Needs the reference data; adds the
    country's communes with schematic boundaries where they are missing. One change record for the sites, and for each
    organization one for its masts and one for its stations. Raises ValueError where the register holds installations.
    """
    if Installation.objects.exists():
        raise ValueError("A country is loaded into an empty register only.")
    keeper = authority or Authority.objects.order_by("id")[0]
    person = actor or system_user()
    moment = at or timezone.now()
    random = np.random.default_rng(seed)
    ground = _ground(person, keeper, provinces)
    drawn = draw_sites(ground, max(1, round(stations / STATIONS_TO_SITES)), random)
    say(f"{len(drawn.commune):,} sites, {stations:,} stations drawn")
    maker = _Maker(keeper, ground, drawn, random)
    with filling((Site, Mast, Installation, BaseStation)):
        with loading_act(actor=person, authority=keeper, organization=None, reason=REASON, at=moment) as load:
            maker.write_sites(load)
        say("sites written")
        shares = maker.shares(stations)
        # All masts before the first station: while a reference waits for its mast, SQLite looks for waiting ones with
        # every mast that comes, and the tables have no index meanwhile.
        masts = [(owner, owned) for owner, owned, _operated in shares]
        stations_of = [(operator, operated) for operator, _owned, operated in shares]
        for write, parts in ((maker.write_masts, masts), (maker.write_stations, stations_of)):
            for organization, sites in parts:
                if not sites:
                    continue
                with loading_act(
                    actor=person, authority=keeper, organization=organization, reason=REASON, at=moment
                ) as load:
                    write(load, organization, sites)
                say(f"{organization.code}: {len(sites):,} written")


def _ground(actor: User, authority: Authority, provinces: Sequence[str] | None) -> Ground:
    with act(actor=actor, authority=authority, kind="reference.loaded", reason=REASON) as ledger:
        shipped_units.load_provinces(ledger)
        shipped_units.load_communes(ledger, provinces)
    units_of = AdministrativeUnit.objects.filter(level=UnitLevel.COMMUNE, valid_to=None)
    wanted = (
        None if provinces is None else list(units_of.filter(parent__code__in=provinces).values_list("pk", flat=True))
    )
    boundaries = Boundaries.load(level=UnitLevel.COMMUNE, unit_ids=wanted)
    found = AdministrativeUnit.objects.defer("boundary").in_bulk(boundaries.unit_ids.tolist())
    units = [found[pk] for pk in boundaries.unit_ids.tolist()]
    lonlat = np.array([(unit.centroid.x, unit.centroid.y) if unit.centroid else (0.0, 0.0) for unit in units])
    area = np.array([unit.area_km2 or 50.0 for unit in units])
    people = np.array([unit.population or 15_000 for unit in units], dtype=np.float64)
    weight = people**0.9 * (lonlat[:, 0] != 0.0)
    return Ground(units, boundaries, lonlat, np.sqrt(area / np.pi) / KM_PER_DEGREE, weight / weight.sum())


def draw_sites(ground: Ground, count: int, random: np.random.Generator) -> Drawn:
    """Draw *count* positions round villages, 6 decimals, each inside some commune, which is the one it counts for."""
    chosen = random.choice(len(ground.units), count, p=ground.weight)
    shifts = random.normal(0, 0.42, (len(ground.units), VILLAGES, 2))
    lonlat = np.zeros((count, 2))
    commune = np.zeros(count, dtype=np.int64)
    place_of = {unit_id: place for place, unit_id in enumerate(ground.boundaries.unit_ids.tolist())}
    todo = np.arange(count)
    for _ in range(DRAWS):
        where = chosen[todo]
        shift = shifts[where, random.integers(0, VILLAGES, len(todo))] + random.normal(0, 0.15, (len(todo), 2))
        degrees = shift * ground.radius_deg[where, None]
        degrees[:, 0] /= np.cos(np.radians(ground.lonlat[where, 1]))
        lonlat[todo] = np.round(ground.lonlat[where] + degrees, 6)
        held = ground.boundaries.locate(lonlat[todo])
        commune[todo] = [place_of.get(unit_id, -1) for unit_id in held.tolist()]
        todo = todo[held == NOWHERE]
        if not len(todo):
            break
    lonlat[todo], commune[todo] = np.round(ground.lonlat[chosen[todo]], 6), chosen[todo]
    order = np.argsort(commune, kind="stable")
    commune = commune[order]
    starts = np.searchsorted(commune, np.arange(len(ground.units)))
    return Drawn(lonlat[order], commune, np.arange(count) - starts[commune] + 1)


class _Maker:
    """Turns what was drawn into rows of the register."""

    def __init__(self, authority: Authority, ground: Ground, drawn: Drawn, random: np.random.Generator) -> None:
        self.authority, self.ground, self.drawn, self.random = authority, ground, drawn, random
        self.spots = [Spot(lon, lat) for lon, lat in drawn.lonlat.tolist()]
        self.communes: list[int] = drawn.commune.tolist()
        self.numbers: list[int] = drawn.number.tolist()
        self.folded = [fold(unit.full_name) for unit in ground.units]
        self.names = [fold(unit.name) for unit in ground.units]
        self.first_site, self.first_mast = first_id(Site), first_id(Mast)
        self.next_installation = first_id(Installation)

    def shares(self, stations: int) -> list[tuple[Organization, list[int], list[int]]]:
        """Return (organization, sites where it owns the mast, sites of its stations), the tower company first."""
        sites = len(self.spots)
        numbers, weights = zip(*STATIONS_PER_SITE, strict=True)
        at = np.repeat(np.arange(sites), self.random.choice(numbers, sites, p=weights))
        more = self.random.integers(0, sites, max(0, stations - len(at)))
        at = np.concatenate([self.random.permutation(at), more])[:stations]
        codes = list(OPERATORS)
        operator = self.random.choice(len(codes), stations, p=list(OPERATORS.values()))
        owner = self.random.choice(len(codes), sites, p=list(OPERATORS.values()))
        owner[at] = operator  # whoever stands on a mast last owns it, unless a tower company does
        owner[self.random.random(sites) < TOWER_SHARE] = -1
        by_code = Organization.objects.in_bulk([TOWER_COMPANY, *codes], field_name="code")
        shared: list[tuple[Organization, list[int], list[int]]] = [
            (by_code[TOWER_COMPANY], np.flatnonzero(owner == -1).tolist(), [])
        ]
        for place, code in enumerate(codes):
            operated = np.sort(at[operator == place]).tolist()
            shared.append((by_code[code], np.flatnonzero(owner == place).tolist(), operated))
        return shared

    def write_sites(self, load: Load) -> None:
        """Load every site; the key of site n is ``first_site + n``."""
        make = row_of(Site)
        codes = registry_numbers_take(authority=self.authority, series="site", count=len(self.spots))
        accuracy = self.random.choice([3.0, 5.0, 10.0], len(self.spots)).tolist()
        rows = []
        for place, (code, spot) in enumerate(zip(codes, self.spots, strict=True)):
            unit, number = self.ground.units[self.communes[place]], self.numbers[place]
            village = (number - 1) % VILLAGES + 1
            rows.append(
                make(
                    id=self.first_site + place,
                    authority_id=self.authority.pk,
                    code=code,
                    name=f"{unit.name} {number:03d}",
                    address=f"thôn {village}, {unit.full_name}",
                    position=spot,
                    submitted_text=f"{spot.lon:.6f}; {spot.lat:.6f}",
                    submitted_crs="EPSG:4326",
                    position_method=PositionMethod.INVENTED.value,
                    accuracy_m=accuracy[place],
                    unit_id=unit.pk,
                    unit_method=UnitMethod.COORDINATE.value,
                    declared_unit=unit.full_name,
                    search_text=f"{code.lower()} {self._name(place)} {self._address(place)}",
                )
            )
        load.add(Site, rows)

    def write_masts(self, load: Load, owner: Organization, sites: Sequence[int]) -> None:
        """Load one mast for each of *sites*; the key of site n's mast is ``first_mast + n``."""
        make, count = row_of(Mast), len(sites)
        codes = registry_numbers_take(authority=self.authority, series="mast", count=count)
        roof = (self.random.random(count) < 0.1).tolist()
        height = self.random.choice([30.0, 36.0, 42.0, 45.0, 50.0], count).tolist()
        small = self.random.choice([6.0, 9.0, 12.0, 15.0], count).tolist()
        built = self._days(count)
        rows = []
        for place, site in enumerate(sites):
            on_roof = roof[place]
            rows.append(
                make(
                    id=self.first_mast + site,
                    authority_id=self.authority.pk,
                    code=codes[place],
                    site_id=self.first_site + site,
                    owner_id=owner.pk,
                    mast_class_id="A2a" if on_roof else "A2b",
                    structure_type_id="rooftop_pole" if on_roof else "self_supporting",
                    height_m=small[place] if on_roof else height[place],
                    base=Base.ROOF.value if on_roof else Base.GROUND.value,
                    building_height_m=9.0 if on_roof else None,
                    built_on=built[place],
                    design_wind_ms=50.0,
                    capacity=9,
                )
            )
        load.add(Mast, rows)

    def write_stations(self, load: Load, operator: Organization, sites: Sequence[int]) -> None:
        """Load one installation with its base station for each entry of *sites* (repeated where it has several)."""
        count = len(sites)
        series = InstallationKind.BASE_STATION.value
        numbers = registry_numbers_take(authority=self.authority, series=series, count=count)
        status = self._pick(STATUSES, count)
        since = self._days(count)
        make, prefix = row_of(Installation), PREFIXES[operator.code]
        rows = []
        for place, site in enumerate(sites):
            unit, number, code = self.ground.units[self.communes[site]], numbers[place], f"{prefix}{place + 1:07d}"
            rows.append(
                make(
                    id=self.next_installation + place,
                    authority_id=self.authority.pk,
                    registry_number=number,
                    kind=series,
                    organization_id=operator.pk,
                    code=code,
                    name=f"{unit.name} {self.numbers[site]:03d}",
                    site_id=self.first_site + site,
                    mast_id=self.first_mast + site,
                    unit_id=unit.pk,
                    position=self.spots[site],
                    status_id=status[place],
                    in_service_on=since[place],
                    search_text=f"{number.lower()} {code.lower()} {self._name(site)} "
                    f"{self.folded[self.communes[site]]} {self._address(site, declared_first=False)}",
                )
            )
        load.add(Installation, rows)
        self._write_details(load, [row.id for row in rows])
        self.next_installation += count

    def _write_details(self, load: Load, keys: list[int]) -> None:
        count, make = len(keys), row_of(BaseStation)
        technologies = self._pick(tuple(zip(TECHNOLOGIES, TECHNOLOGY_SHARES, strict=True)), count)
        equipment = self.random.integers(0, len(EQUIPMENT), count).tolist()
        power = self.random.choice([40.0, 60.0, 80.0], count).tolist()
        lowest = np.round(self.random.uniform(6, 42, count), 1).tolist()
        near = np.round(self.random.gamma(2.2, 32, count) + 4).tolist()
        above = np.round(self.random.uniform(2, 40, count), 1).tolist()
        load.add(
            BaseStation,
            [
                make(
                    installation_id=key,
                    technologies=technologies[n],
                    equipment=EQUIPMENT[equipment[n]],
                    transmit_power_w=power[n],
                    lowest_antenna_m=lowest[n],
                    verification=(
                        Verification.REQUIRED if near[n] <= 100 and above[n] < 28 else Verification.NOT_REQUIRED
                    ).value,
                    nearest_building_m=near[n],
                    antenna_above_roof_m=above[n],
                    shelter="",
                    backup_hours=4.0,
                )
                for n, key in enumerate(keys)
            ],
        )

    def _name(self, site: int) -> str:
        return f"{self.names[self.communes[site]]} {self.numbers[site]:03d}"

    def _address(self, site: int, *, declared_first: bool = True) -> str:
        """Return the folded address, unit and declared unit of a site, in the order of the noun's search text."""
        unit = self.folded[self.communes[site]]
        address = f"thon {(self.numbers[site] - 1) % VILLAGES + 1}, {unit}"
        return f"{address} {unit} {unit}" if declared_first else f"{address} {unit}"

    def _days(self, count: int) -> list[str]:
        """Draw days as text, which both databases and the ledger take."""
        days = self.random.integers(0, BUILT_DAYS, count).tolist()
        return [(BUILT_FROM + timedelta(days=day)).isoformat() for day in days]

    def _pick(self, shares: Sequence[tuple[str, float]], count: int) -> list[str]:
        words, weights = zip(*shares, strict=True)
        chosen: Any = self.random.choice(len(words), count, p=np.array(weights) / sum(weights))
        return [words[place] for place in chosen.tolist()]
