"""Postal and internet points, nodes, links and cable routes of the demo province, before they are written."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta

import numpy as np
from django.contrib.gis.geos import LineString as GeosLine
from django.contrib.gis.geos import Point
from django.utils import timezone
from pyproj import Geod

from config.demo.land import Land
from infra.models import (
    Authority,
    CableRoute,
    Installation,
    InstallationKind,
    InternetPoint,
    Link,
    NetworkNode,
    Organization,
    PositionMethod,
    PostalPoint,
    Site,
    UnitMethod,
)
from infra.services.numbering import registry_numbers_take

GEOD = Geod(ellps="WGS84")
#: 14,911 points of mid-2012 by kind (domain facts §4.1): 2,545 offices, 8,095 BĐ-VHX, 2,776 agencies, 1,495 boxes
POSTAL_SHARES = {"BC1": 0.004, "BC2": 0.036, "BC3": 0.131, "BDVHX": 0.543, "AGENCY": 0.186, "BOX": 0.100}
#: share of the roads beside the tree of links along which a second way is built
SECOND_WAYS = 0.28
POSTAL_NAMES = {
    "BC1": "Bưu điện trung tâm",
    "BC2": "Bưu cục cấp 2",
    "BC3": "Bưu cục",
    "BDVHX": "Điểm BĐ-VHX",
    "AGENCY": "Đại lý bưu chính",
    "BOX": "Thùng thư",
}


@dataclass
class Places:
    """Rows of everything but the mobile network, in the order in which they are written."""

    sites: list[Site] = field(default_factory=list)
    installations: list[Installation] = field(default_factory=list)
    postal: list[PostalPoint] = field(default_factory=list)
    internet: list[InternetPoint] = field(default_factory=list)
    nodes: list[NetworkNode] = field(default_factory=list)
    routes: list[CableRoute] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


class Builder:
    """Places installations of other kinds on the land."""

    def __init__(self, land: Land, authority: Authority, by_code: dict[str, Organization]) -> None:
        self.land, self.authority, self.by_code = land, authority, by_code
        self.random = land.random
        self.today = timezone.localdate()
        self.places = Places()

    def postal_points(self, count: int) -> None:
        """Add *count* postal points in the kinds and proportions of the field; each commune gets one."""
        kinds = [kind for kind, share in POSTAL_SHARES.items() for _ in range(round(share * count))]
        kinds = (kinds + ["BDVHX"] * count)[:count]
        self.random.shuffle(kinds)
        numbers = self._numbers(InstallationKind.POSTAL_POINT, count)
        for number, place, kind in zip(numbers, self.land.choose(count), kinds, strict=True):
            company = "VIETTELPOST" if kind in {"AGENCY", "BC3"} and self.random.random() < 0.35 else "VNPOST"
            commune = self.land.communes[place]
            row = self._installation(
                InstallationKind.POSTAL_POINT, company, number, place, f"{POSTAL_NAMES[kind]} {commune.unit.name}"
            )
            attended = kind != "BOX"
            self.places.postal.append(
                PostalPoint(
                    installation=row,
                    postal_kind_id=kind,
                    postal_code=self._postal_code(commune.unit.code),
                    attended=attended,
                    opening_hours="T2–T7 07:30–11:30, 13:30–17:30" if attended else "",
                    services=["thư", "bưu kiện", "hành chính công"] if attended else ["thư"],
                    universal_service=company == "VNPOST",
                    tariff_posted=bool(self.random.random() > 0.08) if attended else None,
                    quality_posted=bool(self.random.random() > 0.1) if attended else None,
                    forbidden_list_posted=bool(self.random.random() > 0.06) if attended else None,
                    service_radius_m=float(self.random.choice([800, 1200, 1800, 2600, 3400])),
                    floor_area_m2=float(self.random.choice([20, 40, 60, 120])) if attended else None,
                )
            )

    def internet_points(self, count: int) -> None:
        """Add *count* public internet and game points; their owners are invented persons."""
        numbers = self._numbers(InstallationKind.INTERNET_POINT, count)
        for order, (number, place) in enumerate(zip(numbers, self.land.choose(count), strict=True), 1):
            name = f"Điểm Internet {self.land.communes[place].unit.name} {order}"
            row = self._installation(InstallationKind.INTERNET_POINT, "HKD-INTERNET", number, place, name)
            self.places.internet.append(
                InternetPoint(
                    installation=row,
                    owner_name=f"Hộ kinh doanh minh họa {order}",
                    registration_number=f"{order:03d}/GCN",
                    is_game_point=bool(self.random.random() < 0.5),
                    computers=int(self.random.integers(8, 40)),
                    sign_posted=bool(self.random.random() > 0.1),
                    opens_at=time(8, 0),
                    closes_at=time(22, 0),
                    nearest_school_m=float(self.random.choice([120, 180, 240, 400, 900])),
                    floor_area_m2=float(self.random.choice([40, 60, 80])),
                )
            )

    def network_nodes(self) -> None:
        """Add the data centre, the SOC and a WAN node in every commune but the data centre's own, with their links."""
        seat = max(range(len(self.land.communes)), key=lambda place: self.land.communes[place].population)
        kinds = ["data_centre", "soc"] + ["wan_node"] * (len(self.land.communes) - 1)
        where = [seat, seat, *(place for place in range(len(self.land.communes)) if place != seat)]
        numbers = self._numbers(InstallationKind.NETWORK_NODE, len(kinds))
        titles = {"data_centre": "Trung tâm dữ liệu tỉnh", "soc": "Trung tâm giám sát an toàn thông tin (SOC)"}
        by_place: dict[int, NetworkNode] = {}
        for number, kind, place in zip(numbers, kinds, where, strict=True):
            title = titles.get(kind, f"Nút mạng WAN {self.land.communes[place].unit.full_name}")
            row = self._installation(
                InstallationKind.NETWORK_NODE, self.authority.organization.code, number, place, title
            )
            central = kind == "data_centre"
            node = NetworkNode(
                installation=row,
                node_kind_id=kind,
                rated_power_kw=180.0 if central else float(self.random.choice([2, 3, 5])),
                racks=40 if central else int(self.random.choice([1, 2])),
                tier="Tier III" if central else "",
                security_level=3 if kind != "wan_node" else 2,
                capacity_mbps=100_000.0 if central else 1_000.0,
            )
            self.places.nodes.append(node)
            by_place.setdefault(place, node)
        self._links(seat, by_place)

    def _links(self, seat: int, by_place: dict[int, NetworkNode]) -> None:
        """Join every node to the next one on the way to the data centre (along the roads, breadth first)."""
        seen, queue, pairs = {seat}, [seat], [(self.places.nodes[1], self.places.nodes[0])]
        neighbours: dict[int, list[int]] = {}
        for road in self.land.roads:
            neighbours.setdefault(road.ends[0], []).append(road.ends[1])
            neighbours.setdefault(road.ends[1], []).append(road.ends[0])
        while queue:
            here = queue.pop(0)
            for there in sorted(neighbours.get(here, ())):
                if there not in seen:
                    seen.add(there)
                    queue.append(there)
                    pairs.append((by_place[there], by_place[here]))
        pairs += self._second_ways(seat, by_place, pairs)
        for order, (outer, inner) in enumerate(pairs, 1):
            self.places.links.append(
                Link(
                    authority=self.authority,
                    code=f"{self.authority.registry_prefix}-L-{order:04d}",
                    organization=self.authority.organization,
                    from_node=outer,
                    to_node=inner,
                    capacity_mbps=float(self.random.choice([1_000, 10_000])),
                )
            )

    def _second_ways(
        self, seat: int, by_place: dict[int, NetworkNode], pairs: list[tuple[NetworkNode, NetworkNode]]
    ) -> list[tuple[NetworkNode, NetworkNode]]:
        """Close rings along some of the roads that the tree leaves out, so that many communes have a second way."""
        taken = {frozenset((id(outer), id(inner))) for outer, inner in pairs}
        chosen = np.random.default_rng(seat)
        found = []
        for road in self.land.roads:
            outer, inner = by_place[road.ends[0]], by_place[road.ends[1]]
            if frozenset((id(outer), id(inner))) not in taken and chosen.random() < SECOND_WAYS:
                found.append((outer, inner))
        return found

    def cable_routes(self, count: int) -> None:
        """Add *count* cable routes along the roads, owned by the three large operators."""
        numbers = self._numbers(InstallationKind.CABLE_ROUTE, count)
        chosen = self.random.choice(len(self.land.roads), min(count, len(self.land.roads)), replace=False)
        for order, (number, place) in enumerate(zip(numbers, chosen.tolist(), strict=False), 1):
            road = self.land.roads[place]
            line = GeosLine(list(road.line.coords), srid=4326)
            middle = road.line.interpolate(0.5, normalized=True)
            first, second = (self.land.communes[end].unit for end in road.ends)
            home = next((one.unit for one in self.land.communes if one.boundary.covers(middle)), first)
            company = str(self.random.choice(["VNPT", "VIETTEL", "MOBIFONE"], p=[0.5, 0.35, 0.15]))
            kind = str(self.random.choice(["aerial", "duct", "buried", "trench"], p=[0.6, 0.22, 0.12, 0.06]))
            tidied = self.today - timedelta(days=int(self.random.integers(20, 260))) if kind == "aerial" else None
            row = Installation(
                authority=self.authority,
                registry_number=number,
                kind=InstallationKind.CABLE_ROUTE,
                organization=self.by_code[company],
                code=f"{self.authority.registry_prefix}-C-{order:03d}",
                name=f"{road.name}: {first.name} – {second.name}",
                unit=home,
                position=Point(round(middle.x, 6), round(middle.y, 6), srid=4326),
                status_id="operating",
            )
            self.places.installations.append(row)
            self.places.routes.append(
                CableRoute(
                    installation=row,
                    line=line,
                    route_kind_id=kind,
                    length_m=float(round(GEOD.geometry_length(road.line), 1)),
                    fibres=int(self.random.choice([24, 48, 96])),
                    last_tidied_on=tidied,
                    tidy_due_on=tidied + timedelta(days=182) if tidied else None,
                )
            )
            self._lay_along(self.places.routes[-1], {first.pk, second.pk})

    def _lay_along(self, route: CableRoute, units: set[int]) -> None:
        """Let the link between two communes run along the route between them."""
        for link in self.places.links:
            ends = {link.from_node.installation.unit_id, link.to_node.installation.unit_id}
            if ends == units and link.route is None:
                link.route = route

    def _installation(self, kind: str, company: str, number: str, place: int, name: str) -> Installation:
        """Return an installation on a site of its own in a commune."""
        unit = self.land.communes[place].unit
        lon, lat, address = self.land.point(place, by_road=0.35)
        site = Site(
            authority=self.authority,
            code=self._numbers("site", 1)[0],
            name=name,
            address=address,
            position=Point(lon, lat, srid=4326),
            submitted_text=f"{lon:.6f}; {lat:.6f}",
            submitted_crs="EPSG:4326",
            position_method=PositionMethod.INVENTED,
            accuracy_m=10.0,
            unit=unit,
            unit_method=UnitMethod.COORDINATE,
            declared_unit=unit.full_name,
        )
        row = Installation(
            authority=self.authority,
            registry_number=number,
            kind=kind,
            organization=self.by_code[company],
            code=number.rsplit("-", 1)[-1],
            name=name,
            site=site,
            unit=unit,
            position=site.position,
            status_id="operating",
            in_service_on=date(int(self.random.integers(2005, 2026)), int(self.random.integers(1, 13)), 1),
        )
        self.places.sites.append(site)
        self.places.installations.append(row)
        return row

    def _numbers(self, series: str, count: int) -> list[str]:
        return list(registry_numbers_take(authority=self.authority, series=series, count=count))

    def _postal_code(self, unit_code: str) -> str:
        """Return a five-digit code: 17 in old Hưng Yên, 06 in old Thái Bình (QĐ 2334/QĐ-BKHCN keeps both)."""
        prefix = "17" if unit_code < "12452" else "06"
        return f"{prefix}{int(self.random.integers(100, 999))}"
