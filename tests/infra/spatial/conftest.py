"""A register of 3,000 stations scattered with a seed over 2° × 2°, for questions about space."""

from dataclasses import dataclass

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from numpy.typing import NDArray

from infra.models import Authority, Installation, InstallationStatus, Organization, PositionMethod, Site
from tests import factories as make

STATIONS = 3_000


@dataclass
class Scatter:
    """What was made: keys and coordinates of the stations, in one order."""

    authority: Authority
    ids: NDArray[np.int64]
    lons: NDArray[np.float64]
    lats: NDArray[np.float64]

    def keys(self, chosen: NDArray[np.bool_]) -> set[int]:
        return set(self.ids[chosen].tolist())


def scatter_points(seed: int, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Half of the points gather round five towns, half lie anywhere; every tenth stands where another one stands."""
    random = np.random.default_rng(seed)
    towns = random.uniform((105.2, 20.2), (106.8, 21.8), (5, 2))
    near = towns[random.integers(0, 5, count // 2)] + random.normal(0, 0.02, (count // 2, 2))
    far = random.uniform((105.0, 20.0), (107.0, 22.0), (count - len(near), 2))
    points = np.vstack([near, far])
    points[::10] = points[(np.arange(0, count, 10) + 1) % count]
    return points[:, 0], points[:, 1]


def add_stations(
    authority: Authority, organization: Organization, lons: NDArray[np.float64], lats: NDArray[np.float64]
) -> list[int]:
    """Insert a site and an installation for each point, past the ledger; return the installations' ids."""
    status: InstallationStatus = make.StatusFactory()
    before = Site.objects.count()
    positions = [Point(x, y, srid=4326) for x, y in zip(lons.tolist(), lats.tolist(), strict=True)]
    sites = Site.objects.bulk_create(
        Site(authority=authority, code=f"S-{before + n:06d}", position=place, position_method=PositionMethod.INVENTED)
        for n, place in enumerate(positions)
    )
    rows = Installation.objects.bulk_create(
        Installation(
            authority=authority,
            registry_number=f"R-{before + n:06d}",
            kind="base_station",
            organization=organization,
            site=site,
            position=site.position,
            status=status,
        )
        for n, site in enumerate(sites)
    )
    return [row.pk for row in rows]


def analyze() -> None:
    """Let the planner know the tables, as autovacuum and ``PRAGMA optimize`` do in operation."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.fixture
def scatter(db: None) -> Scatter:
    authority = make.AuthorityFactory()
    lons, lats = scatter_points(20261123, STATIONS)
    ids = add_stations(authority, make.OrganizationFactory(code="VIETTEL"), lons, lats)
    return Scatter(authority, np.array(ids), lons, lats)
