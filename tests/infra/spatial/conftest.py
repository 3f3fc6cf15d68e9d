"""A register of 3,000 stations scattered with a seed over 2° × 2°, for questions about space."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.db import connection
from numpy.typing import NDArray

from infra.models import Authority, Installation, Organization, Site
from infra.models.digests import points_as_wkb
from infra.services.frames import frame_insert, ids_reserve, with_schema
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
    status: Any = make.StatusFactory()
    sites, installations = ids_reserve(Site, len(lons)), ids_reserve(Installation, len(lons))
    points = points_as_wkb(np.column_stack([lons, lats]))
    site_rows = pl.DataFrame({"id": sites, "code": [f"S-{pk}" for pk in sites], "position": points})
    site_rows = site_rows.with_columns(authority_id=pl.lit(authority.pk), position_method=pl.lit("invented"))
    frame_insert(Site, with_schema(Site, site_rows))
    rows = pl.DataFrame(
        {
            "id": installations,
            "registry_number": [f"R-{pk}" for pk in installations],
            "site_id": sites,
            "position": points,
        }
    ).with_columns(
        authority_id=pl.lit(authority.pk),
        kind=pl.lit("base_station"),
        organization_id=pl.lit(organization.pk),
        status_id=pl.lit(status.pk),
    )
    frame_insert(Installation, with_schema(Installation, rows))
    return installations


def analyze() -> None:
    """Let the planner know the tables, as autovacuum and ``PRAGMA optimize`` do in operation."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE main" if connection.vendor == "sqlite" else "ANALYZE")  # not what is attached


@pytest.fixture
def scatter(db: None) -> Scatter:
    authority = make.AuthorityFactory()
    lons, lats = scatter_points(20261123, STATIONS)
    ids = add_stations(authority, make.OrganizationFactory(code="VIETTEL"), lons, lats)
    return Scatter(authority, np.array(ids), lons, lats)
