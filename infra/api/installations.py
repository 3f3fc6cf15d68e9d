"""Installations of all kinds, and a collection for each kind with its facts laid flat.

Common facts, the site's, the kind's and (for stations) the mast's and the certificate's are one query each.
"""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpResponseBase
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from infra.api.collections import AS_OF, KEY, Collection, Keys
from infra.api.rows import Latitude, Longitude, LookupName, OrganizationName, Plain, Row, Words
from infra.api.safety import add_safety, safety_field
from infra.filters import (
    CableRouteFilter,
    InstallationFilter,
    InternetPointFilter,
    NetworkNodeFilter,
    PostalPointFilter,
    StationFilter,
)
from infra.models import (
    Cell,
    Installation,
    InstallationKind,
    Link,
    Mast,
    PermitState,
    PositionMethod,
    Site,
    Verification,
)
from infra.selectors.collections import certificates, detail_rows, key_of, on_day


class InstallationFacts(Row):
    """What all kinds have in common."""

    id = serializers.IntegerField()
    registry_number = serializers.CharField()
    kind = serializers.ChoiceField(InstallationKind.choices)
    code = serializers.CharField(allow_blank=True, help_text="The operator's own code.")
    name = serializers.CharField(allow_blank=True)
    organization = serializers.CharField(source="organization__code")
    organization_name = OrganizationName("organization")
    site = serializers.CharField(source="site__code", allow_null=True)
    mast = serializers.CharField(source="mast__code", allow_null=True)
    unit = serializers.CharField(source="unit__code", allow_null=True)
    unit_name = serializers.CharField(source="unit__full_name", allow_null=True)
    status = serializers.CharField(source="status_id")
    status_name = LookupName("status")
    in_service_on = serializers.DateField(allow_null=True)
    lon = Longitude(allow_null=True)
    lat = Latitude(allow_null=True)
    authority = serializers.CharField(source="authority__code")
    submission = serializers.IntegerField(source="submission_id", allow_null=True)
    submission_row = serializers.IntegerField(allow_null=True)
    safety = safety_field()


class PlaceFacts(Row):
    """What the site tells of the place; null for a cable route."""

    address = serializers.CharField(allow_null=True)
    position_method = serializers.ChoiceField(PositionMethod.choices, allow_null=True)
    accuracy_m = serializers.FloatField(allow_null=True)
    submitted_text = serializers.CharField(allow_null=True)
    submitted_crs = serializers.CharField(allow_null=True)


class StationFacts(Row):
    """What a base station has of its own. Lengths in metres, power in watts."""

    technologies = Words("technologies")
    equipment = serializers.CharField(allow_blank=True)
    transmit_power_w = serializers.FloatField(allow_null=True)
    lowest_antenna_m = serializers.FloatField(allow_null=True)
    verification = serializers.ChoiceField(Verification.choices)
    nearest_building_m = serializers.FloatField(allow_null=True)
    antenna_above_roof_m = serializers.FloatField(allow_null=True)
    shelter = serializers.CharField(allow_blank=True)
    shelter_owner = serializers.CharField(source="shelter_owner__code", allow_null=True)
    backup_hours = serializers.FloatField(allow_null=True)


class PostalFacts(Row):
    """What a postal point has of its own."""

    postal_kind = serializers.CharField(source="postal_kind_id")
    postal_kind_name = LookupName("postal_kind")
    postal_code = serializers.CharField(allow_blank=True)
    attended = serializers.BooleanField()
    opening_hours = serializers.CharField(allow_blank=True)
    services = serializers.ListField(child=serializers.CharField())
    universal_service = serializers.BooleanField()
    tariff_posted = serializers.BooleanField(allow_null=True)
    quality_posted = serializers.BooleanField(allow_null=True)
    forbidden_list_posted = serializers.BooleanField(allow_null=True)
    service_radius_m = serializers.FloatField(allow_null=True)
    floor_area_m2 = serializers.FloatField(allow_null=True)
    phone = serializers.CharField(allow_blank=True)


class NodeFacts(Row):
    """What a network node has of its own."""

    node_kind = serializers.CharField(source="node_kind_id")
    node_kind_name = LookupName("node_kind")
    rated_power_kw = serializers.FloatField(allow_null=True)
    racks = serializers.IntegerField(allow_null=True)
    tier = serializers.CharField(allow_blank=True)
    security_level = serializers.IntegerField(allow_null=True)
    capacity_mbps = serializers.FloatField(allow_null=True)


class InternetFacts(Row):
    """What a public internet point has of its own."""

    owner_name = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    registration_number = serializers.CharField(allow_blank=True)
    is_game_point = serializers.BooleanField()
    computers = serializers.IntegerField(allow_null=True)
    sign_posted = serializers.BooleanField(allow_null=True)
    opens_at = serializers.TimeField(allow_null=True)
    closes_at = serializers.TimeField(allow_null=True)
    nearest_school_m = serializers.FloatField(allow_null=True)
    floor_area_m2 = serializers.FloatField(allow_null=True)


class RouteFacts(Row):
    """What a cable route has of its own."""

    route_kind = serializers.CharField(source="route_kind_id")
    route_kind_name = LookupName("route_kind")
    length_m = serializers.FloatField(allow_null=True)
    fibres = serializers.IntegerField(allow_null=True)
    last_tidied_on = serializers.DateField(allow_null=True)
    tidy_due_on = serializers.DateField(allow_null=True)


FACTS: dict[str, type[Row]] = {
    InstallationKind.BASE_STATION: StationFacts,
    InstallationKind.POSTAL_POINT: PostalFacts,
    InstallationKind.NETWORK_NODE: NodeFacts,
    InstallationKind.INTERNET_POINT: InternetFacts,
    InstallationKind.CABLE_ROUTE: RouteFacts,
}


class MastFacts(Row):
    """What the mast tells of a station on it; null where the station stands on none."""

    mast_height_m = serializers.FloatField(source="height_m", allow_null=True)
    mast_owner = serializers.CharField(source="owner__code", allow_null=True)
    mast_class = serializers.CharField(source="mast_class_id", allow_null=True)


class Certificate(Row):
    """The certificate or self-declaration that counts."""

    id = serializers.IntegerField()
    kind = serializers.CharField(source="kind_id")
    number = serializers.CharField()
    state = serializers.ChoiceField(PermitState.choices)
    issued_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    renewal_due_on = serializers.DateField(allow_null=True)
    renewal_filed_on = serializers.DateField(allow_null=True)
    posted_on_site = serializers.BooleanField(allow_null=True)


class InstallationRow(PlaceFacts, InstallationFacts):
    """An installation with what its kind has of its own."""

    detail = PolymorphicProxySerializer(
        component_name="InstallationDetail",
        serializers=list(FACTS.values()),
        resource_type_field_name=None,
        help_text="The facts of the kind.",
    )


class StationRow(MastFacts, StationFacts, PlaceFacts, InstallationFacts):
    """A base station of one operator."""

    certificate = Certificate(allow_null=True)


class StationCell(Row):
    """A cell of a station, in short."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    technology = serializers.CharField(source="technology_id")
    band = serializers.CharField(source="band_id", allow_null=True)
    azimuth_deg = serializers.FloatField(allow_null=True)
    in_service = serializers.BooleanField()


class FullStationRow(StationRow):
    """A base station with its cells."""

    cells = StationCell(many=True)


class PostalPointRow(PostalFacts, PlaceFacts, InstallationFacts):
    """A postal service point."""


class NetworkNodeRow(NodeFacts, PlaceFacts, InstallationFacts):
    """A WAN node, data centre, SOC or exchange."""


class NodeLink(Row):
    """A link of a node."""

    code = serializers.CharField()
    from_node = serializers.CharField(source="from_node__installation__registry_number")
    to_node = serializers.CharField(source="to_node__installation__registry_number")
    organization = serializers.CharField(source="organization__code")
    medium = serializers.CharField()
    capacity_mbps = serializers.FloatField(allow_null=True)
    route = serializers.CharField(source="route__installation__registry_number", allow_null=True)


class FullNetworkNodeRow(NetworkNodeRow):
    """A network node with its links."""

    links = NodeLink(many=True)


class InternetPointRow(InternetFacts, PlaceFacts, InstallationFacts):
    """A public internet access point, agent or game point."""


class CableRouteRow(RouteFacts, PlaceFacts, InstallationFacts):
    """A cable route; its point lies on its line."""


class FullCableRouteRow(CableRouteRow):
    """A cable route with its line."""

    geometry = serializers.JSONField(allow_null=True, help_text="The line, as a GeoJSON geometry.")


class LinkedFacts(InstallationFacts):
    """The common facts with the ids by which the site's and the mast's are found; they leave the row again."""

    site_id = serializers.IntegerField(allow_null=True)
    mast_id = serializers.IntegerField(allow_null=True)


class SomeInstallations(Collection):
    """What the collections of installations share. ``kind`` narrows to one; None means all.

    The site is joined, other facts are read by their own queries: PostgreSQL plans ten tables longer than it reads.
    """

    noun = Installation
    facts = LinkedFacts
    codes: ClassVar[tuple[str, ...]] = ("registry_number",)
    kind: str | None = None
    with_mast = False
    time_travel = True

    @extend_schema(parameters=[KEY, AS_OF])
    def retrieve(self, request: Request, key: str) -> HttpResponseBase:
        return super().retrieve(request, key)

    def get_queryset(self) -> models.QuerySet[Any]:
        rows = super().get_queryset()
        return rows if self.kind is None else rows.filter(kind=self.kind)

    def read(self, queryset: models.QuerySet[Any]) -> list[Plain]:
        rows = self.facts.read(queryset, site=PlaceFacts) if self.day is None else self.facts.read(queryset)
        self.lay(rows, "site_id", PlaceFacts if self.day else None, Site)
        self.lay(rows, "mast_id", MastFacts if self.with_mast else None, Mast)
        if self.kind:
            self.add_details(rows, self.kind)
        add_safety(rows, past=self.day is not None)
        return rows

    def add_details(self, rows: list[Plain], kind: str, under: str | None = None) -> None:
        """Lay the facts of their *kind* into the rows, flat or as one field."""
        details = detail_rows(kind, [row["id"] for row in rows], self.day)
        found = FACTS[kind].read_by(key_of(details.model), details)
        nothing = dict.fromkeys(FACTS[kind].names())
        for row in rows:
            row.update(found.get(row["id"], nothing) if under is None else {under: found.get(row["id"])})


class InstallationViewSet(SomeInstallations):
    """Everything that organizations operate, of all kinds. One is found by its registry number."""

    row = InstallationRow
    filterset_class = InstallationFilter

    def complete(self, rows: list[Plain], *, full: bool) -> None:  # noqa: ARG002 -- one row costs what a page costs
        for kind in sorted({row["kind"] for row in rows}):
            self.add_details([row for row in rows if row["kind"] == kind], kind, under="detail")


class StationViewSet(SomeInstallations):
    """Base stations. One is found by its registry number."""

    row = StationRow
    full_row = FullStationRow
    kind = InstallationKind.BASE_STATION
    with_mast = True
    filterset_class = StationFilter

    def complete(self, rows: list[Plain], *, full: bool) -> None:
        held = Certificate.read_by("installation_id", certificates([row["id"] for row in rows], self.day))
        for row in rows:
            row["certificate"] = held.get(row["id"])
            if full:
                cells = on_day(Cell, self.day).filter(station_id=row["id"])
                row["cells"] = StationCell.read(cells.order_by("code"))


class PostalPointViewSet(SomeInstallations):
    """Postal service points; ``kind`` is the kind of point. One is found by its registry number."""

    row = PostalPointRow
    kind = InstallationKind.POSTAL_POINT
    filterset_class = PostalPointFilter


class NetworkNodeViewSet(SomeInstallations):
    """WAN nodes, data centres, SOCs, exchanges; ``kind`` is the kind of node. One is found by its registry number."""

    row = NetworkNodeRow
    full_row = FullNetworkNodeRow
    kind = InstallationKind.NETWORK_NODE
    filterset_class = NetworkNodeFilter

    def complete(self, rows: list[Plain], *, full: bool) -> None:
        if not full:
            return
        for row in rows:
            ends = models.Q(from_node=row["id"]) | models.Q(to_node=row["id"])
            links = on_day(Link, self.day).visible_to(self.request.user).filter(ends)
            row["links"] = NodeLink.read(links.order_by("code"))


class InternetPointViewSet(SomeInstallations):
    """Public internet points; ``kind`` is game_point or access_point. One is found by its registry number."""

    row = InternetPointRow
    kind = InstallationKind.INTERNET_POINT
    filterset_class = InternetPointFilter


class CableRouteViewSet(SomeInstallations):
    """Cable routes; ``kind`` is how the cable is laid. One is found by its registry number."""

    row = CableRouteRow
    full_row = FullCableRouteRow
    kind = InstallationKind.CABLE_ROUTE
    filterset_class = CableRouteFilter
    shape = "line"

    def shapes(self, ids: Keys) -> models.QuerySet[Any]:
        return detail_rows(InstallationKind.CABLE_ROUTE, ids, self.day)
