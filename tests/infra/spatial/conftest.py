"""A register of 3,000 stations scattered with a seed over 2° × 2°, for questions about space."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from django.core.management.color import no_style
from django.db import connection
from numpy.typing import NDArray

from config.demo.loading import Spot, first_id, insert_rows
from infra.models import Authority, Installation, Organization, Site
from tests import factories as make

STATIONS = 3_000
TEXTS_OF_A_SITE = (
    "name",
    "address",
    "submitted_text",
    "submitted_crs",
    "unit_method",
    "declared_unit",
    "search_text",
)
COMMON_TO_INSTALLATIONS = ("authority_id", "kind", "organization_id", "status_id", "code", "name", "search_text")


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
    status: Any = make.StatusFactory()
    sites, installations = first_id(Site), first_id(Installation)
    spots = [Spot(lon, lat) for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True)]
    insert_rows(
        Site,
        ["id", "authority_id", "code", "position", "position_method", *TEXTS_OF_A_SITE],
        [
            (sites + n, authority.pk, f"S-{sites + n}", spot, "invented", *[""] * len(TEXTS_OF_A_SITE))
            for n, spot in enumerate(spots)
        ],
    )
    common = (authority.pk, "base_station", organization.pk, status.pk, "", "", "")
    insert_rows(
        Installation,
        ["id", "registry_number", "site_id", "position", *COMMON_TO_INSTALLATIONS],
        [(installations + n, f"R-{installations + n}", sites + n, spot, *common) for n, spot in enumerate(spots)],
    )
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Site, Installation]):
            cursor.execute(statement)
    return list(range(installations, installations + len(spots)))


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
