"""Writes the demo province through the ledger: a first load, then what happened since."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np
from django.contrib.gis.geos import Point
from django.db import models, transaction
from django.utils import timezone

from config.demo.cases import write_cases
from config.demo.field import (
    write_inspections,
    write_instruments,
    write_office_inspections,
    write_other_inspections,
)
from config.demo.files import write_files
from config.demo.land import METRES_PER_DEGREE, Land
from config.demo.masts import Network, build_masts, build_sites, build_stations, share_out
from config.demo.people import create_accounts
from config.demo.places import Builder
from config.demo.plans import write_plans
from config.demo.ratings import write_ratings
from config.demo.reports import write_reports
from config.demo.storms import write_storms
from infra.models import Authority, Installation, InstallationKind, Organization, OrganizationKind, Site, User
from infra.services.ledger import Act, act
from infra.services.people import system_user
from infra.services.sites import site_move

REASON = "Dữ liệu minh họa của tỉnh"
SITES, STATIONS = 1_100, 2_000
POSTAL, INTERNET, ROUTES = 250, 40, 60
#: how long ago the register was first loaded, so that "as of" has a past
FIRST_LOAD_DAYS = 320


@transaction.atomic
def create_province(*, authority: Authority, seed: int, stations: int = STATIONS, say: Callable[[str], None]) -> None:
    """Write the whole demo province in one transaction; the same rows for the same seed and day."""
    land = Land(authority, np.random.default_rng(seed))
    actor = system_user()
    by_code = _organizations(actor, authority)
    users = create_accounts(actor=actor, authority=authority, by_code=by_code)
    start = timezone.now() - timedelta(days=FIRST_LOAD_DAYS)
    sites = max(1, round(stations * SITES / STATIONS))

    say(f"{sites} sites, {stations} base stations …")
    network = _network(land, authority, by_code, sites, stations)
    with act(actor=actor, authority=authority, kind="demo.created", reason=REASON, at=start) as ledger:
        _write(ledger, network.sites, network.masts, network.installations, network.stations)
        _write(ledger, network.cells, network.permits)

    say("Postal points, nodes, routes …")
    builder = Builder(land, authority, by_code)
    builder.postal_points(POSTAL)
    builder.internet_points(INTERNET)
    builder.network_nodes()
    builder.cable_routes(ROUTES)
    places = builder.places
    with act(actor=actor, authority=authority, kind="demo.created", reason=REASON, at=start) as ledger:
        _write(ledger, places.sites, places.installations, places.postal, places.internet)
        _write(ledger, places.nodes, places.routes, places.links)
    _since_then(land, authority, users["officer"])
    say("Submissions …")
    write_files(authority=authority, land=land, users=users, by_code=by_code)
    say("Inspections …")
    write_instruments(actor=users["manager"], authority=authority)
    write_inspections(inspector=users["inspector"], manager=users["manager"], random=land.random, seed=seed)
    say("Cases …")
    write_cases(
        officers=(users["officer"], users["officer2"]),
        authority=authority,
        random=land.random,
        speakers=[users[name] for name in ("viettel", "vnpt", "mobifone", "vnpost")],
    )
    write_other_inspections(inspector=users["inspector2"], manager=users["manager"], seed=seed)
    write_office_inspections(inspector=users["inspector2"], manager=users["manager"], seed=seed)
    say("Storms and incidents …")
    write_storms(
        officer=users["officer"], inspector=users["inspector"], authority=authority, random=land.random.spawn(1)[0]
    )
    write_ratings(officer=users["officer"], authority=authority)
    write_reports(officer=users["officer"], authority=authority, random=land.random.spawn(1)[0])
    write_plans(authority=authority, land=land, users=users, by_code=by_code)


def _organizations(actor: User, authority: Authority) -> dict[str, Organization]:
    owners = Organization(
        code="HKD-INTERNET",
        kind=OrganizationKind.INTERNET_OWNER,
        name="Các hộ kinh doanh điểm Internet (minh họa)",
        name_en="Owners of internet points (demo)",
        short_name="Điểm Internet",
        owns_stations=False,
    )
    with act(actor=actor, authority=authority, kind="demo.created", reason=REASON) as ledger:
        ledger.add(owners)
    return {organization.code: organization for organization in Organization.objects.all()}


def _network(land: Land, authority: Authority, by_code: dict[str, Organization], sites: int, stations: int) -> Network:
    network = Network(sites=build_sites(land, authority, sites))
    operators = share_out(land.random, sites, stations)
    network.masts = build_masts(land, network.sites, operators, by_code)
    build_stations(land, network, operators, by_code)
    return network


def _write(ledger: Act, *groups: Sequence[models.Model]) -> None:
    for rows in groups:
        for row in rows:
            _renew_keys(row)
        ledger.add_many(rows)


def _renew_keys(row: models.Model) -> None:
    """Copy the keys of related rows that were saved only now into *row* (it was built before they had one)."""
    for field in row._meta.local_concrete_fields:
        if isinstance(field, models.ForeignKey) and field.is_cached(row):
            setattr(row, field.name, getattr(row, field.name))


def _since_then(land: Land, authority: Authority, officer: User) -> None:
    """Let some things happen after the first load: corrected positions, a suspended and a closed station."""
    random = land.random
    sites = list(Site.objects.filter(authority=authority, masts__isnull=False).order_by("id"))
    for place in random.choice(len(sites), min(12, len(sites)), replace=False).tolist():
        site = sites[place]
        east, north = random.normal(0, 60, 2) / METRES_PER_DEGREE
        site_move(
            actor=officer,
            site=site,
            to=Point(round(site.position.x + east, 6), round(site.position.y + north, 6), srid=4326),
            reason="Đo lại bằng GNSS tại hiện trường",
            method="measured",
            accuracy_m=3.0,
        )
    stations = Installation.objects.filter(
        authority=authority, kind=InstallationKind.BASE_STATION, status_id="operating"
    )
    with act(
        actor=officer, authority=authority, kind="installation.status", reason="Nhà mạng báo tạm dừng để bảo trì"
    ) as ledger:
        for row in stations.select_related("site", "unit").order_by("id")[5:8]:
            row.status_id = "suspended"
            ledger.change(row)
