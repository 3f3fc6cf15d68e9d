"""Factories of the registry's models. Nouns go through the ledger, as everything in the register does.

    SiteFactory()                       # one act of its own
    with one_act(authority):            # many rows, one act; ``at=`` puts it into the past
        site = SiteFactory(authority=authority)
        StationFactory(installation__site=site)

Lookups take the codes of ``fixtures/lookups`` and are made where the reference data is not loaded.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Any

import factory
from django.contrib.gis.geos import LineString, Point
from django.db import models
from factory.django import DjangoModelFactory

from infra.access import Role
from infra.models import (
    AdministrativeUnit,
    ApiToken,
    Attachment,
    Authority,
    Band,
    BaseStation,
    CableRoute,
    Cell,
    Installation,
    InstallationKind,
    InstallationStatus,
    InternetPoint,
    Link,
    Mast,
    MastClass,
    Membership,
    NetworkNode,
    NodeKind,
    Organization,
    OrganizationKind,
    Permit,
    PermitKind,
    PositionMethod,
    PostalKind,
    PostalPoint,
    PublicReport,
    ReportKind,
    RouteKind,
    Site,
    StructureType,
    Submission,
    SubmissionKind,
    SubmissionRow,
    Technology,
    UnitLevel,
    UnitMethod,
    UnitType,
    User,
)
from infra.services.ledger import Act, act, refresh_search

PASSWORD = "a-long-enough-secret"
LONG_AGO = date(2000, 1, 1)

_open_act: ContextVar[Act | None] = ContextVar("open_act", default=None)


def clerk() -> User:
    """The person who writes what a test sets up; has no membership and so sees nothing."""
    return User.objects.get_or_create(username="clerk", defaults={"password": "!"})[0]


@contextmanager
def one_act(
    authority: Authority, *, at: datetime | None = None, kind: str = "test.prepared", reason: str = "Made for a test"
) -> Iterator[Act]:
    """Let every noun that is made inside go into one act, at the moment *at*."""
    with act(actor=clerk(), authority=authority, kind=kind, reason=reason, at=at, valid_from=at) as ledger:
        token = _open_act.set(ledger)
        try:
            yield ledger
        finally:
            _open_act.reset(token)


def _any_authority() -> Authority:
    authority: Any = Authority.objects.order_by("id").first() or AuthorityFactory()
    return authority


class NounFactory(DjangoModelFactory):
    """Writes the row through the ledger: into the open :func:`one_act`, or into an act of its own."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[models.Model], *args: Any, **kwargs: Any) -> models.Model:
        keys = cls._meta.django_get_or_create
        if keys and (found := model_class._default_manager.filter(**{k: kwargs[k] for k in keys}).first()):
            return found
        row = model_class(**kwargs)
        ledger = _open_act.get()
        if ledger is not None:
            ledger.add(row)
            return row
        with act(actor=clerk(), authority=_authority_of(row), kind="test.prepared", reason="Made for a test") as own:
            own.add(row)
        return row


def _authority_of(row: Any) -> Authority:
    for path in (row, getattr(row, "installation", None), getattr(getattr(row, "station", None), "installation", None)):
        if isinstance(getattr(path, "authority", None), Authority):
            return path.authority
    return _any_authority()


# --- Lookups ----------------------------------------------------------------------------------------------------------


class LookupFactory(DjangoModelFactory):
    """A value of a list; taken as it is where it exists."""

    class Meta:
        abstract = True
        django_get_or_create = ("code",)

    name_vi = factory.LazyAttribute(lambda o: str(o.code))
    name_en = factory.LazyAttribute(lambda o: str(o.code).replace("_", " ").capitalize())
    valid_from = LONG_AGO


class UnitTypeFactory(LookupFactory):
    class Meta:
        model = UnitType

    code = "xa"
    level = UnitLevel.COMMUNE


class MastClassFactory(LookupFactory):
    class Meta:
        model = MastClass

    code = "A2b"


class StructureTypeFactory(LookupFactory):
    class Meta:
        model = StructureType

    code = "guyed"


class PermitKindFactory(LookupFactory):
    class Meta:
        model = PermitKind

    code = "verification_certificate"


class PostalKindFactory(LookupFactory):
    class Meta:
        model = PostalKind

    code = "BC3"


class NodeKindFactory(LookupFactory):
    class Meta:
        model = NodeKind

    code = "wan_node"


class RouteKindFactory(LookupFactory):
    class Meta:
        model = RouteKind

    code = "aerial"


class TechnologyFactory(LookupFactory):
    class Meta:
        model = Technology

    code = "4G"


class BandFactory(LookupFactory):
    class Meta:
        model = Band

    code = "1800"
    low_mhz = 1710.0
    high_mhz = 1880.0


class StatusFactory(LookupFactory):
    class Meta:
        model = InstallationStatus

    code = "operating"


# --- Units, organizations, people -------------------------------------------------------------------------------------


class OrganizationFactory(NounFactory):
    """Through the ledger once there is an authority; an authority's own organization comes before its ledger."""

    class Meta:
        model = Organization
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"ORG{n}")
    kind = OrganizationKind.TELECOM_OPERATOR
    name = factory.LazyAttribute(lambda o: f"Công ty {o.code}")

    @classmethod
    def _create(cls, model_class: type[models.Model], *args: Any, **kwargs: Any) -> models.Model:
        if Authority.objects.exists():
            return super()._create(model_class, *args, **kwargs)
        row = model_class(**kwargs)
        refresh_search(row)
        row.save()
        return row


class AuthorityFactory(DjangoModelFactory):
    class Meta:
        model = Authority
        django_get_or_create = ("code",)

    code = "HYN"
    organization = factory.SubFactory(
        OrganizationFactory, code=factory.LazyAttribute(lambda o: f"SO-{o.factory_parent.code}"), kind="authority"
    )
    registry_prefix = factory.LazyAttribute(lambda o: o.code)
    metric_srid = 9209  # VN-2000, 105°30′ (Hưng Yên)

    @classmethod
    def _create(cls, model_class: type[models.Model], *args: Any, **kwargs: Any) -> Authority:
        """The authority's own organization stands before its ledger does: the ledger takes it over."""
        is_first = not Authority.objects.exists()
        authority: Authority = super()._create(model_class, *args, **kwargs)
        if is_first:
            with act(actor=clerk(), authority=authority, kind="test.prepared", reason="Made for a test") as ledger:
                ledger.adopt_many([authority.organization])
        return authority


class UnitFactory(NounFactory):
    """A commune; its boundary, where a test needs one, is given as a MultiPolygon."""

    class Meta:
        model = AdministrativeUnit
        django_get_or_create = ("level", "code", "valid_from")

    code = factory.Sequence(lambda n: f"{90000 + n}")
    level = UnitLevel.COMMUNE
    type = factory.SubFactory(UnitTypeFactory)
    name = factory.LazyAttribute(lambda o: f"Đơn vị {o.code}")
    full_name = factory.LazyAttribute(lambda o: f"Xã {o.name}")
    valid_from = date(2025, 7, 1)


class ProvinceFactory(UnitFactory):
    level = UnitLevel.PROVINCE
    type = factory.SubFactory(UnitTypeFactory, code="tinh", level=UnitLevel.PROVINCE)
    full_name = factory.LazyAttribute(lambda o: f"Tỉnh {o.name}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        django_get_or_create = ("username",)
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    display_name = factory.LazyAttribute(lambda o: o.username.capitalize())
    password = factory.django.Password(PASSWORD)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    organization = factory.SubFactory(OrganizationFactory)
    role = Role.SUBMITTER
    valid_from = LONG_AGO

    @factory.post_generation
    def territory(self: Any, create: bool, units: Any, **_: Any) -> None:
        if create and units:
            self.territory.set(units)


class ApiTokenFactory(DjangoModelFactory):
    """Gives (token, key), as the manager does: the key is never stored."""

    class Meta:
        model = ApiToken

    user = factory.SubFactory(UserFactory)
    name = "a program"


def token_of(person: User, **columns: Any) -> tuple[ApiToken, str]:
    """Make a key of *person*; return its row and the key."""
    made: Any = ApiTokenFactory(user=person, **columns)
    token, key = made
    return token, key


# --- What stands ------------------------------------------------------------------------------------------------------


class SiteFactory(NounFactory):
    class Meta:
        model = Site

    authority = factory.LazyFunction(_any_authority)
    code = factory.Sequence(lambda n: f"HYN-{n + 50_000:05d}")
    name = factory.LazyAttribute(lambda o: f"Vị trí {o.code}")
    address = "Thôn Vũ Hạ"
    position = factory.LazyFunction(lambda: Point(106.55, 20.53, srid=4326))
    submitted_text = "20.53, 106.55"
    submitted_crs = "EPSG:4326"
    position_method = PositionMethod.SUBMITTED
    accuracy_m = 10.0
    unit_method = factory.LazyAttribute(lambda o: UnitMethod.COORDINATE if getattr(o, "unit", None) else "")


class MastFactory(NounFactory):
    class Meta:
        model = Mast

    site = factory.SubFactory(SiteFactory)
    authority = factory.SelfAttribute("site.authority")
    code = factory.Sequence(lambda n: f"HYN-M-{n + 50_000:06d}")
    owner = factory.SubFactory(OrganizationFactory)
    mast_class = factory.SubFactory(MastClassFactory)
    structure_type = factory.SubFactory(StructureTypeFactory)
    height_m = 45.0
    built_on = date(2015, 5, 1)


class InstallationFactory(NounFactory):
    """Common facts only; the factories of the kinds make the detail row as well."""

    class Meta:
        model = Installation

    site = factory.SubFactory(SiteFactory)
    authority = factory.LazyAttribute(lambda o: o.site.authority if o.site else _any_authority())
    registry_number = factory.Sequence(lambda n: f"HYN-B-{n + 50_000:06d}")
    kind = InstallationKind.BASE_STATION
    organization = factory.SubFactory(OrganizationFactory)
    code = factory.Sequence(lambda n: f"CODE{n:04d}")
    name = factory.LazyAttribute(lambda o: f"Công trình {o.code}")
    unit = factory.LazyAttribute(lambda o: o.site.unit if o.site else None)
    position = factory.LazyAttribute(lambda o: o.site.position if o.site else None)
    status = factory.SubFactory(StatusFactory)
    in_service_on = date(2019, 3, 1)


class StationFactory(NounFactory):
    """A base station with its installation: ``StationFactory(installation__organization=viettel)``."""

    class Meta:
        model = BaseStation

    installation = factory.SubFactory(InstallationFactory)
    technologies = "3G,4G"
    transmit_power_w = 40.0
    lowest_antenna_m = 30.0
    equipment = "RRU"


class CellFactory(NounFactory):
    class Meta:
        model = Cell

    station = factory.SubFactory(StationFactory)
    code = factory.Sequence(lambda n: f"CELL{n:05d}")
    technology = factory.SubFactory(TechnologyFactory)
    band = factory.SubFactory(BandFactory)
    frequency_mhz = 1815.0
    azimuth_deg = 120.0
    height_agl_m = 32.0


class PostalPointFactory(NounFactory):
    class Meta:
        model = PostalPoint

    installation = factory.SubFactory(
        InstallationFactory,
        kind=InstallationKind.POSTAL_POINT,
        registry_number=factory.Sequence(lambda n: f"HYN-P-{n + 50_000:06d}"),
    )
    postal_kind = factory.SubFactory(PostalKindFactory)
    postal_code = "06350"
    services = ["letters", "parcels"]


class NetworkNodeFactory(NounFactory):
    class Meta:
        model = NetworkNode

    installation = factory.SubFactory(
        InstallationFactory,
        kind=InstallationKind.NETWORK_NODE,
        registry_number=factory.Sequence(lambda n: f"HYN-N-{n + 50_000:06d}"),
    )
    node_kind = factory.SubFactory(NodeKindFactory)
    security_level = 3
    capacity_mbps = 1000.0


class InternetPointFactory(NounFactory):
    class Meta:
        model = InternetPoint

    installation = factory.SubFactory(
        InstallationFactory,
        kind=InstallationKind.INTERNET_POINT,
        registry_number=factory.Sequence(lambda n: f"HYN-I-{n + 50_000:06d}"),
    )
    owner_name = "Nguyễn Văn A"
    computers = 20


class CableRouteFactory(NounFactory):
    class Meta:
        model = CableRoute

    installation = factory.SubFactory(
        InstallationFactory,
        kind=InstallationKind.CABLE_ROUTE,
        site=None,
        registry_number=factory.Sequence(lambda n: f"HYN-C-{n + 50_000:06d}"),
        position=factory.LazyFunction(lambda: Point(106.55, 20.53, srid=4326)),
    )
    line = factory.LazyFunction(lambda: LineString((106.54, 20.52), (106.56, 20.54), srid=4326))
    route_kind = factory.SubFactory(RouteKindFactory)
    length_m = 3050.0
    fibres = 48


class LinkFactory(NounFactory):
    class Meta:
        model = Link

    authority = factory.LazyFunction(_any_authority)
    code = factory.Sequence(lambda n: f"LINK{n:04d}")
    organization = factory.SelfAttribute("from_node.installation.organization")
    from_node = factory.SubFactory(NetworkNodeFactory)
    to_node = factory.SubFactory(NetworkNodeFactory)
    capacity_mbps = 100.0


class PermitFactory(NounFactory):
    """A verification certificate of an installation."""

    class Meta:
        model = Permit

    installation = factory.SubFactory(InstallationFactory)
    authority = factory.LazyAttribute(lambda o: (o.installation or o.site).authority)
    organization = factory.LazyAttribute(lambda o: o.installation.organization)
    kind = factory.SubFactory(PermitKindFactory)
    number = factory.Sequence(lambda n: f"KD-{n:05d}")
    issued_on = date(2022, 3, 1)
    expires_on = date(2027, 3, 1)
    renewal_due_on = date(2026, 12, 31)


# --- What arrives -----------------------------------------------------------------------------------------------------


class AttachmentFactory(DjangoModelFactory):
    class Meta:
        model = Attachment

    authority = factory.LazyFunction(_any_authority)
    organization = factory.SubFactory(OrganizationFactory)
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    name = "tram.xlsx"
    size = 10_000
    added_by = factory.LazyFunction(clerk)


class SubmissionFactory(DjangoModelFactory):
    class Meta:
        model = Submission

    authority = factory.LazyFunction(_any_authority)
    organization = factory.SubFactory(OrganizationFactory)
    kind = SubmissionKind.STATIONS
    file = factory.SubFactory(
        AttachmentFactory,
        authority=factory.SelfAttribute("..authority"),
        organization=factory.SelfAttribute("..organization"),
    )
    submitted_by = factory.LazyFunction(clerk)


class SubmissionRowFactory(DjangoModelFactory):
    class Meta:
        model = SubmissionRow

    submission = factory.SubFactory(SubmissionFactory)
    row = factory.Sequence(lambda n: n + 5)


class PublicReportFactory(DjangoModelFactory):
    class Meta:
        model = PublicReport

    authority = factory.LazyFunction(_any_authority)
    kind = ReportKind.CORRECTION
    text = "Cột đã tháo dỡ."


def moment(year: int, month: int = 1, day: int = 1, hour: int = 12) -> datetime:
    """A moment in UTC, for acts in the past."""
    return datetime(year, month, day, hour, tzinfo=UTC)
