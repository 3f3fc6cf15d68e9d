"""Sites, masts, base stations, cells and certificates of the demo province, before they are written."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from django.contrib.gis.geos import Point
from django.utils import timezone

from config.demo.land import Land
from infra.models import (
    Authority,
    Base,
    BaseStation,
    Cell,
    Installation,
    InstallationKind,
    Mast,
    Organization,
    Permit,
    PositionMethod,
    Site,
    UnitMethod,
    Verification,
)
from infra.services.numbering import registry_numbers_take
from infra.services.permits import CERTIFICATE

#: share of stations; prefix of the operator's own codes; how it names the technologies it builds
OPERATORS = {"VIETTEL": 0.42, "VNPT": 0.26, "MOBIFONE": 0.22, "VIETNAMOBILE": 0.08, "GMOBILE": 0.02}
PREFIXES = {"VIETTEL": "VTL", "VNPT": "VNP", "MOBIFONE": "MBF", "VIETNAMOBILE": "VNM", "GMOBILE": "GMB"}
TECHNOLOGIES = ("3G,4G", "4G", "4G,5G", "2G,3G,4G", "2G,4G", "3G,4G,5G")
TECHNOLOGY_SHARES = (0.27, 0.25, 0.22, 0.12, 0.09, 0.05)
#: 2,085 masts of Kiên Giang by class (domain facts §1.3): A2a 121, A2b 1,923, A2c 19, A1b 22
CLASSES = (("A2b", 0.922), ("A2a", 0.058), ("A1b", 0.011), ("A2c", 0.009))
BANDS = {
    "2G": ("900", 945.0, 0.2),
    "3G": ("2100", 2150.0, 5.0),
    "4G": ("1800", 1840.0, 20.0),
    "5G": ("2600", 2550.0, 100.0),
}
SHARED_SITES = 0.20
TOWER_COMPANY = "HATANG"


@dataclass
class Network:
    """The rows of the mobile network, in the order in which they are written."""

    sites: list[Site] = field(default_factory=list)
    masts: list[Mast] = field(default_factory=list)
    installations: list[Installation] = field(default_factory=list)
    stations: list[BaseStation] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)


def build_sites(land: Land, authority: Authority, count: int) -> list[Site]:
    """Return *count* unsaved sites: by roads and in villages, by population."""
    numbers = registry_numbers_take(authority=authority, series="site", count=count)
    per_commune: dict[int, int] = {}
    sites = []
    for number, place in zip(numbers, land.choose(count), strict=True):
        commune = land.communes[place]
        lon, lat, address = land.point(place)
        per_commune[place] = per_commune.get(place, 0) + 1
        sites.append(
            Site(
                authority=authority,
                code=number,
                name=f"{commune.unit.name} {per_commune[place]}",
                address=address,
                position=Point(lon, lat, srid=4326),
                submitted_text=f"{lon:.6f}; {lat:.6f}",
                submitted_crs="EPSG:4326",
                position_method=PositionMethod.INVENTED,
                accuracy_m=float(land.random.choice([3, 5, 10])),
                unit=commune.unit,
                unit_method=UnitMethod.COORDINATE,
                declared_unit=commune.unit.full_name,
            )
        )
    return sites


def build_masts(
    land: Land, sites: list[Site], operators: list[list[str]], by_code: dict[str, Organization]
) -> list[Mast]:
    """Return one unsaved mast a site; a shared one belongs to the tower company more often than not."""
    random = land.random
    numbers = registry_numbers_take(authority=sites[0].authority, series="mast", count=len(sites))
    masts = []
    for number, site, codes in zip(numbers, sites, operators, strict=True):
        urban = site.unit is not None and site.unit.type_id == "phuong"
        mast_class = _pick(random, (("A2b", 0.62), ("A2a", 0.28), ("A1b", 0.08), ("A2c", 0.02)) if urban else CLASSES)
        roof = mast_class != "A2b"
        tower_owned = random.random() < (0.45 if len(set(codes)) > 1 else 0.06)
        height = float(
            random.choice([6, 9, 12, 15])
            if roof
            else random.choice([30, 36, 42, 45, 48, 50], p=[0.1, 0.2, 0.3, 0.2, 0.1, 0.1])
        )
        masts.append(
            Mast(
                authority=site.authority,
                code=number,
                site=site,
                owner=by_code[TOWER_COMPANY if tower_owned else codes[0]],
                mast_class_id=mast_class,
                structure_type_id="rooftop_pole"
                if roof
                else str(random.choice(["self_supporting", "guyed", "monopole"], p=[0.6, 0.25, 0.15])),
                height_m=height,
                base=Base.ROOF if roof else Base.GROUND,
                building_height_m=float(random.choice([6, 9, 12.5, 16])) if roof else None,
                built_on=date(
                    int(random.integers(2006, 2025)), int(random.integers(1, 13)), int(random.integers(1, 28))
                ),
                design_wind_ms=float(random.choice([45, 50, 55])),
                capacity=int(random.choice([6, 9, 12])),
            )
        )
    return masts


def share_out(random: np.random.Generator, sites: int, stations: int) -> list[list[str]]:
    """Return the operators at each site: one on about four in five, two to five on the others.

    The operator that is alone may run two stations there; the total is *stations*.
    """
    codes, shares = list(OPERATORS), list(OPERATORS.values())
    shared = set(random.choice(sites, round(sites * SHARED_SITES), replace=False).tolist())
    at: list[list[str]] = []
    for place in range(sites):
        wanted = int(random.choice([2, 3, 4, 5], p=[0.55, 0.3, 0.1, 0.05])) if place in shared else 1
        at.append([str(code) for code in random.choice(codes, wanted, replace=False, p=shares)])
    lone = [place for place in range(sites) if place not in shared]
    missing = stations - sum(map(len, at))
    for place in random.choice(lone, max(0, min(missing, len(lone))), replace=False).tolist():
        at[place].append(at[place][0])
    return at


def build_stations(land: Land, network: Network, operators: list[list[str]], by_code: dict[str, Organization]) -> None:
    """Append installations, base stations, cells and certificates for every site to *network*."""
    random, today = land.random, timezone.localdate()
    total = sum(map(len, operators))
    authority = network.sites[0].authority
    numbers = iter(registry_numbers_take(authority=authority, series=InstallationKind.BASE_STATION, count=total))
    counters = dict.fromkeys(OPERATORS, 0)
    for site, mast, codes in zip(network.sites, network.masts, operators, strict=True):
        for level, code in enumerate(codes):
            counters[code] += 1
            installation = Installation(
                authority=authority,
                registry_number=next(numbers),
                kind=InstallationKind.BASE_STATION,
                organization=by_code[code],
                code=f"{authority.registry_prefix}-{PREFIXES[code]}-{counters[code]:04d}",
                name=site.name,
                site=site,
                mast=mast,
                unit=site.unit,
                position=site.position,
                status_id=str(
                    random.choice(["operating", "suspended", "planned", "decommissioned"], p=[0.94, 0.03, 0.02, 0.01])
                ),
                in_service_on=_after(random, mast.built_on, today),
            )
            network.installations.append(installation)
            station = _station(random, installation, mast, level)
            network.stations.append(station)
            network.cells += _cells(random, station, mast, level)
            permit = _certificate(random, installation, station, today)
            if permit:
                network.permits.append(permit)


def _station(random: np.random.Generator, installation: Installation, mast: Mast, level: int) -> BaseStation:
    top = (mast.height_m or 30) + (mast.building_height_m or 0)
    near = float(np.round(random.gamma(2.2, 32), 0)) + 4
    above = float(np.round(max(2.0, top - level * 4 - random.uniform(5, 16)), 1))
    required = near <= 100 and above < 28
    return BaseStation(
        installation=installation,
        technologies=str(random.choice(TECHNOLOGIES, p=TECHNOLOGY_SHARES)),
        equipment=str(
            random.choice(["Ericsson RBS 6601", "Nokia AirScale", "Huawei DBS3900", "ZTE ZXSDR", "Viettel vBTS"])
        ),
        transmit_power_w=float(random.choice([40, 60, 80])),
        lowest_antenna_m=float(round(max(3.0, top - 2.0 - level * 4), 1)),
        nearest_building_m=near,
        antenna_above_roof_m=above,
        verification=Verification.REQUIRED if required else Verification.NOT_REQUIRED,
        backup_hours=float(random.choice([2, 4, 6, 8])),
    )


def _cells(random: np.random.Generator, station: BaseStation, mast: Mast, level: int) -> list[Cell]:
    """Return three sectors of the station's foremost technology."""
    turn = int(random.choice([0, 20, 30, 40, 60]))
    technology = station.technologies.split(",")[-1]
    band, frequency, bandwidth = BANDS[technology]
    height = float(round((mast.height_m or 30) + (mast.building_height_m or 0) - 1.5 - level * 4, 1))
    return [
        Cell(
            station=station,
            code=f"{station.installation.code}-{technology}-{sector}",
            technology_id=technology,
            band_id=band,
            frequency_mhz=frequency,
            bandwidth_mhz=bandwidth,
            azimuth_deg=float((turn + 120 * (sector - 1)) % 360),
            tilt_deg=float(random.choice([0, 2, 3, 4])),
            electrical_tilt_deg=float(random.choice([2, 4, 6])),
            height_agl_m=max(3.0, height),
            gain_dbi=float(random.choice([15.5, 17.0, 18.0])),
            eirp_dbm=float(random.choice([58, 60, 62, 64])),
            beamwidth_h_deg=65.0,
            beamwidth_v_deg=7.0,
            in_service=bool(random.random() > 0.03),
        )
        for sector in (1, 2, 3)
    ]


def _certificate(
    random: np.random.Generator, installation: Installation, station: BaseStation, today: date
) -> Permit | None:
    """Return a certificate whose expiry lies around today, a self-declaration, or nothing for one in thirty."""
    if random.random() < 0.03 or installation.status_id == "planned":
        return None
    if station.verification == Verification.NOT_REQUIRED:
        issued = today - timedelta(days=int(random.integers(60, 2200)))
        return _permit(installation, "self_declaration", f"CB-{installation.code}", issued, None, posted=True)
    left = int(
        random.choice(
            [random.integers(-400, 0), random.integers(0, 60), random.integers(60, 180), random.integers(180, 1790)],
            p=[0.035, 0.025, 0.07, 0.87],
        )
    )
    expires = today + timedelta(days=left)
    issued = date(expires.year - 5, expires.month, min(expires.day, 28))
    filed = (
        expires - timedelta(days=int(random.integers(62, 110))) if 0 <= left < 60 and random.random() < 0.6 else None
    )
    number = f"B{int(random.integers(100000, 999999))}/{issued.year}"
    permit = _permit(installation, CERTIFICATE, number, issued, expires, posted=bool(random.random() > 0.04))
    permit.renewal_due_on = expires - timedelta(days=60)
    permit.renewal_filed_on = filed
    return permit


def _permit(
    installation: Installation, kind: str, number: str, issued: date, expires: date | None, *, posted: bool
) -> Permit:
    return Permit(
        authority=installation.authority,
        kind_id=kind,
        organization=installation.organization,
        installation=installation,
        number=number,
        issuer="Trung tâm Đo lường Chất lượng Viễn thông" if kind == CERTIFICATE else str(installation.organization),
        issued_on=issued,
        expires_on=expires,
        posted_on_site=posted,
    )


def _after(random: np.random.Generator, built: date | None, today: date) -> date | None:
    if built is None:
        return None
    return min(built + timedelta(days=int(random.integers(30, 900))), today)


def _pick(random: np.random.Generator, shares: tuple[tuple[str, float], ...]) -> str:
    names, weights = zip(*shares, strict=True)
    return str(random.choice(names, p=np.array(weights) / sum(weights)))
