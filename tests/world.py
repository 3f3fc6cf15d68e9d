"""A small register for tests: one province, two operators on shared and own sites, a person in every role.

``world`` is the fixture; everything in it was written through the ledger. Two communes of Hưng Yên carry a boundary
(squares of 0.2°); the neighbouring province belongs to another authority, whose officer is a stranger too.

    harbour   HYN-00001  Thái Thụy   mast of TOWERCO, stations of VIETTEL and VNPT, VIETTEL's route starts here
    citadel   HYN-00002  Phố Hiến    mast and station of VIETTEL, WAN node of VIETTEL
    market    HYN-00003  Phố Hiến    mast and station of VNPT, WAN node and post office of VNPT, game point
    abroad    HPG-00001  Hải Phòng   station of VIETTEL, in the neighbour's register
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.test import Client

from infra.access import Role
from infra.models import (
    AdministrativeUnit,
    Authority,
    BaseStation,
    CableRoute,
    Cell,
    InternetPoint,
    Link,
    Mast,
    NetworkNode,
    Organization,
    Permit,
    PostalPoint,
    Site,
    Submission,
    SubmissionStatus,
    UnitLevel,
    User,
)
from tests import factories

#: the factories' own types tell what makes a row, not what it is
make: Any = factories

BUILT = make.moment(2026, 3, 2)
DECIDED = make.moment(2026, 11, 3)


@dataclass
class World:
    """Names for what stands in the register of the tests."""

    authority: Authority
    neighbour: Authority
    viettel: Organization
    vnpt: Organization
    towerco: Organization
    province: AdministrativeUnit
    thai_thuy: AdministrativeUnit
    pho_hien: AdministrativeUnit
    hai_phong: AdministrativeUnit
    an_bien: AdministrativeUnit

    owner: User
    colleague: User
    stranger: User
    inspector: User
    officer: User
    manager: User
    admin: User
    auditor: User
    local_officer: User
    foreign_officer: User
    outsider: User

    harbour: Site = field(init=False)
    citadel: Site = field(init=False)
    market: Site = field(init=False)
    abroad: Site = field(init=False)
    harbour_mast: Mast = field(init=False)
    citadel_mast: Mast = field(init=False)
    market_mast: Mast = field(init=False)
    station: BaseStation = field(init=False)
    citadel_station: BaseStation = field(init=False)
    vnpt_station: BaseStation = field(init=False)
    market_station: BaseStation = field(init=False)
    abroad_station: BaseStation = field(init=False)
    cell: Cell = field(init=False)
    vnpt_cell: Cell = field(init=False)
    postal_point: PostalPoint = field(init=False)
    node: NetworkNode = field(init=False)
    vnpt_node: NetworkNode = field(init=False)
    link: Link = field(init=False)
    internet_point: InternetPoint = field(init=False)
    route: CableRoute = field(init=False)
    vnpt_route: CableRoute = field(init=False)
    certificate: Permit = field(init=False)
    vnpt_certificate: Permit = field(init=False)
    submission: Submission = field(init=False)

    def staff(self) -> list[User]:
        """The people of the authority who answer for its whole territory."""
        return [self.inspector, self.officer, self.manager, self.admin, self.auditor]


def square(west: float, south: float, side: float = 0.2) -> MultiPolygon:
    """A square boundary in degrees."""
    return MultiPolygon(Polygon.from_bbox((west, south, west + side, south + side)), srid=4326)


def at(lon: float, lat: float) -> Point:
    return Point(lon, lat, srid=4326)


def _units() -> dict[str, AdministrativeUnit]:
    city = {"code": "thanh_pho", "level": UnitLevel.PROVINCE}
    ward = {"code": "phuong", "level": UnitLevel.COMMUNE}
    province = make.ProvinceFactory(code="33", name="Hưng Yên", population=3_208_400)
    neighbour = make.ProvinceFactory(
        code="31", name="Hải Phòng", full_name="Thành phố Hải Phòng", type=make.UnitTypeFactory(**city)
    )
    return {
        "province": province,
        "hai_phong": neighbour,
        "thai_thuy": make.UnitFactory(
            code="12826", name="Thái Thụy", parent=province, boundary=square(106.5, 20.45), centroid=at(106.6, 20.55)
        ),
        "pho_hien": make.UnitFactory(
            code="11953",
            name="Phố Hiến",
            full_name="Phường Phố Hiến",
            type=make.UnitTypeFactory(**ward),
            parent=province,
            boundary=square(106.0, 20.55),
            centroid=at(106.07, 20.66),
        ),
        "an_bien": make.UnitFactory(
            code="11332", name="An Biên", full_name="Phường An Biên", parent=neighbour, boundary=square(106.6, 20.8)
        ),
    }


def _person(username: str, organization: Organization, role: str, *units: AdministrativeUnit) -> User:
    user: User = make.UserFactory(username=username)
    make.MembershipFactory(user=user, organization=organization, role=role, territory=units)
    return user


def _world() -> World:
    authority = make.AuthorityFactory(code="HYN")
    neighbour = make.AuthorityFactory(code="HPG")
    with make.one_act(authority, at=BUILT):
        units = _units()
        viettel = make.OrganizationFactory(code="VIETTEL", short_name="Viettel", name="Tập đoàn Viettel")
        vnpt = make.OrganizationFactory(code="VNPT", short_name="VNPT", name="Tập đoàn VNPT")
        towerco = make.OrganizationFactory(code="TOWERCO", kind="tower_company", name="Công ty hạ tầng")
    for technology in ("2G", "3G", "4G", "5G"):
        make.TechnologyFactory(code=technology)
    authority.territory.set([units["province"]])
    neighbour.territory.set([units["hai_phong"]])
    keeper = authority.organization
    return World(
        authority=authority,
        neighbour=neighbour,
        viettel=viettel,
        vnpt=vnpt,
        towerco=towerco,
        **units,
        owner=_person("owner", viettel, Role.SUBMITTER),
        colleague=_person("colleague", viettel, Role.VIEWER),
        stranger=_person("stranger", vnpt, Role.SUBMITTER),
        inspector=_person("inspector", keeper, Role.INSPECTOR),
        officer=_person("officer", keeper, Role.OFFICER),
        manager=_person("manager", keeper, Role.MANAGER),
        admin=_person("admin", keeper, Role.ADMINISTRATOR),
        auditor=_person("auditor", keeper, Role.AUDITOR),
        local_officer=_person("local-officer", keeper, Role.OFFICER, units["thai_thuy"]),
        foreign_officer=_person("foreign-officer", neighbour.organization, Role.OFFICER),
        outsider=make.UserFactory(username="outsider"),
    )


def _sites(world: World) -> None:
    world.harbour = make.SiteFactory(
        authority=world.authority,
        code="HYN-00001",
        name="Cảng Diêm Điền",
        position=at(106.5685, 20.5602),
        unit=world.thai_thuy,
        declared_unit="Thị trấn Diêm Điền, huyện Thái Thụy",
    )
    world.citadel = make.SiteFactory(
        authority=world.authority,
        code="HYN-00002",
        name="Thành cổ",
        position=at(106.0571, 20.6464),
        unit=world.pho_hien,
    )
    world.market = make.SiteFactory(
        authority=world.authority,
        code="HYN-00003",
        name="Chợ Phố Hiến",
        position=at(106.0612, 20.6511),
        unit=world.pho_hien,
    )
    world.harbour_mast = make.MastFactory(site=world.harbour, code="HYN-M-000001", owner=world.towerco)
    world.citadel_mast = make.MastFactory(site=world.citadel, code="HYN-M-000002", owner=world.viettel)
    world.market_mast = make.MastFactory(site=world.market, code="HYN-M-000003", owner=world.vnpt)


def _station(number: int, site: Site, mast: Mast | None, organization: Organization, code: str) -> BaseStation:
    station: BaseStation = make.StationFactory(
        installation__registry_number=f"{site.authority.registry_prefix}-B-{number:06d}",
        installation__site=site,
        installation__mast=mast,
        installation__organization=organization,
        installation__code=code,
    )
    return station


def _stations(world: World) -> None:
    world.station = _station(1, world.harbour, world.harbour_mast, world.viettel, "TBH0001")
    world.vnpt_station = _station(2, world.harbour, world.harbour_mast, world.vnpt, "VNP-DD-01")
    world.citadel_station = _station(3, world.citadel, world.citadel_mast, world.viettel, "HYN0001")
    world.market_station = _station(4, world.market, world.market_mast, world.vnpt, "VNP-PH-01")
    world.cell = make.CellFactory(station=world.station, code="TBH0001-1")
    make.CellFactory(station=world.station, code="TBH0001-2", azimuth_deg=240.0)
    world.vnpt_cell = make.CellFactory(station=world.vnpt_station, code="VNP-DD-01-1")
    world.certificate = make.PermitFactory(installation=world.station.installation, number="KD-2022-001")
    world.vnpt_certificate = make.PermitFactory(installation=world.vnpt_station.installation, number="KD-2022-002")


def _others(world: World) -> None:
    world.postal_point = make.PostalPointFactory(
        installation__registry_number="HYN-P-000001",
        installation__site=world.market,
        installation__organization=world.vnpt,
        installation__name="Bưu cục Phố Hiến",
    )
    world.node = make.NetworkNodeFactory(
        installation__registry_number="HYN-N-000001",
        installation__site=world.citadel,
        installation__organization=world.viettel,
    )
    world.vnpt_node = make.NetworkNodeFactory(
        installation__registry_number="HYN-N-000002",
        installation__site=world.market,
        installation__organization=world.vnpt,
    )
    world.link = make.LinkFactory(
        authority=world.authority, code="LK-0001", from_node=world.node, to_node=world.vnpt_node
    )
    world.internet_point = make.InternetPointFactory(
        installation__registry_number="HYN-I-000001",
        installation__site=world.market,
        installation__organization=make.OrganizationFactory(code="NET-PH", kind="internet_owner"),
    )
    for number, holder, name in ((1, world.viettel, "route"), (2, world.vnpt, "vnpt_route")):
        shift = number / 1000
        route = make.CableRouteFactory(
            installation__registry_number=f"HYN-C-{number:06d}",
            installation__authority=world.authority,
            installation__organization=holder,
            installation__unit=world.thai_thuy,
            installation__position=at(106.57 + shift, 20.56),
            line=LineString((106.5685 + shift, 20.5602), (106.58 + shift, 20.57), srid=4326),
        )
        setattr(world, name, route)


def submission_decided(
    world: World, organization: Organization, decided_at: datetime = DECIDED, status: str = SubmissionStatus.ACCEPTED
) -> Submission:
    """Make a submission of *organization* on which the authority has decided."""
    submission: Submission = make.SubmissionFactory(
        authority=world.authority,
        organization=organization,
        status=status,
        submitted_by=world.owner,
        sent_at=decided_at,
        decided_by=world.officer,
        decided_at=decided_at,
    )
    return submission


@pytest.fixture
def world(db: None) -> World:
    """The register as it stands since 2 March 2026."""
    made = _world()
    with make.one_act(made.authority, at=BUILT):
        _sites(made)
        _stations(made)
        _others(made)
    with make.one_act(made.neighbour, at=BUILT):
        made.abroad = make.SiteFactory(
            authority=made.neighbour, code="HPG-00001", position=at(106.7, 20.9), unit=made.an_bien
        )
        made.abroad_station = _station(1, made.abroad, None, made.viettel, "HPG0001")
    made.submission = submission_decided(made, made.viettel)
    return made


SignIn = Callable[[User | None], Client]


@pytest.fixture
def as_person() -> SignIn:
    """Give a client that is signed in as the person (None: nobody): ``as_person(world.owner).get(…)``."""

    def sign_in(person: User | None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person)
        return client

    return sign_in
