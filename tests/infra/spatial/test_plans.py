"""The plans: every spatial read goes through the spatial index on both databases, with and without a person's scope."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely
from django.db import connection

from infra.access import Grant, Role, Scope
from infra.models import Installation
from infra.spatial.box import EVERYTHING, InBox, installation_ids, rows_in_box
from infra.spatial.inside import inside_polygon
from infra.spatial.metres import within_metres
from infra.spatial.nearest import nearest
from infra.spatial.places import Box
from infra.spatial.tables import installation, site
from tests import factories as make
from tests.infra.spatial.conftest import Scatter, add_stations, analyze

SMALL = Box(105.9, 20.9, 105.95, 20.95)
TRIANGLE = shapely.Polygon([(105.9, 20.9), (105.95, 20.9), (105.92, 20.95)])
ID = (installation.c.id,)


def statements(ask: Callable[[], Any]) -> list[tuple[str, tuple[Any, ...]]]:
    """Run *ask* and return each statement that it sent, with its parameters."""
    sent: list[tuple[str, tuple[Any, ...]]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, tuple(params or ())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    return sent


def plans(ask: Callable[[], Any]) -> list[str]:
    """Run *ask* and return the plans of each statement that it sent, as text.

    On PostgreSQL both the plan for these values and the one for any value, which a repeated statement keeps.
    """
    found = []
    for sql, params in statements(ask):
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                found.append("\n".join(row[3] for row in cursor.fetchall()))
                continue
            cursor.execute(f"PREPARE asked AS {sql % tuple(f'${n}' for n in range(1, len(params) + 1))}")
            for mode in ("force_custom_plan", "force_generic_plan"):
                cursor.execute(f"SET plan_cache_mode = {mode}")
                cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE asked ({', '.join(['%s'] * len(params))})", params)
                found.append(json.dumps(cursor.fetchall()[0][0]))
            cursor.execute("RESET plan_cache_mode; DEALLOCATE asked")
    return found


def assert_through_index(ask: Callable[[], Any], table: str = "infra_installation") -> None:
    shown = plans(ask)
    assert shown
    for plan in shown:
        if connection.vendor == "sqlite":
            assert "SCAN i VIRTUAL TABLE INDEX" in plan, plan
            assert f"SEARCH {table} USING INTEGER PRIMARY KEY" in plan, plan
            assert f"SCAN {table}\n" not in f"{plan}\n", plan
        else:
            assert f"{table}_position" in plan, plan
            assert "Index Cond" in plan or "Order By" in plan, plan
            assert '"Seq Scan"' not in plan, plan


@pytest.fixture
def crowd(scatter: Scatter) -> Scatter:
    """Enough rows that no planner prefers to read the table."""
    random = np.random.default_rng(5)
    lons, lats = random.uniform(102.0, 109.0, 9_000), random.uniform(8.5, 23.3, 9_000)
    add_stations(scatter.authority, make.OrganizationFactory(code="VNPT"), lons, lats)
    return scatter


def scopes(scatter: Scatter) -> list[Scope]:
    """The whole register, an officer who answers for all of it, an operator who owns a quarter."""
    owner = Installation.objects.get(pk=int(scatter.ids[0])).organization_id
    officer = Grant(Role.OFFICER, scatter.authority.organization_id, scatter.authority.pk)
    return [EVERYTHING, Scope(1, (officer,)), Scope(2, (Grant(Role.VIEWER, owner, None),))]


@pytest.mark.parametrize("statistics", [False, True])
def test_every_read_walks_the_spatial_index(crowd: Scatter, statistics: bool) -> None:
    if statistics or connection.vendor == "postgresql":
        analyze()  # PostgreSQL without statistics takes a table of any size for a small one
    for scope in scopes(crowd):
        assert_through_index(lambda scope=scope: installation_ids(SMALL, scope))
        assert_through_index(lambda scope=scope: nearest(installation, ID, 105.92, 20.91, scope=scope))
        assert_through_index(lambda scope=scope: within_metres(installation, ID, 105.92, 20.91, 800, scope=scope))
        assert_through_index(lambda scope=scope: inside_polygon(installation, ID, TRIANGLE, scope=scope))
    assert_through_index(lambda: rows_in_box(site, (site.c.code,), SMALL, scope=EVERYTHING), "infra_site")


def test_a_queryset_in_a_box_walks_the_spatial_index(crowd: Scatter) -> None:
    analyze()
    page = Installation.objects.filter(InBox("position", SMALL)).order_by("pk").values_list("pk")[:100]
    index = (
        "idx_infra_installation_position VIRTUAL" if connection.vendor == "sqlite" else "infra_installation_position"
    )
    for plan in plans(lambda: list(page)):
        assert index in plan, plan
