"""Which unit a point lies in, on both databases."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from django.db import connection

from infra.models import BoundaryKind, UnitLevel
from infra.spatial.places import Box, WrongPlaceError
from infra.spatial.schematic import ACCURACY_M
from infra.spatial.units import NOWHERE, Boundaries, unit_at, units_at, units_containing
from tests.infra.units_factory import make_unit, square

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)


def test_a_point_finds_its_commune_in_one_query(django_assert_num_queries: Any) -> None:
    make_unit("1", square(106.0, 20.5))
    make_unit("2", square(106.1, 20.5))
    with django_assert_num_queries(1):
        found = unit_at(106.15, 20.55, on=DAY)
    assert found.code == "2"


def test_a_point_outside_every_unit_finds_none() -> None:
    make_unit("1", square(106.0, 20.5))
    assert unit_at(107.5, 20.55, on=DAY) is None


def test_on_a_border_the_lowest_code_wins_for_one_point_and_for_many() -> None:
    second, first = make_unit("2", square(106.0, 20.5)), make_unit("1", square(106.1, 20.5))
    assert unit_at(106.1, 20.55, on=DAY) == first
    assert list(units_at([(106.1, 20.55), (106.05, 20.55)], on=DAY)) == [first.pk, second.pk]


def test_only_units_in_force_on_the_day_and_of_the_level_count() -> None:
    make_unit("1", square(106.0, 20.5), valid_from=date(2020, 1, 1), valid_to=date(2025, 7, 1))
    new = make_unit("1", square(106.0, 20.5, 0.2))
    province = make_unit("33", square(105.0, 20.0, 2), level=UnitLevel.PROVINCE, type_code="tinh")
    assert unit_at(106.05, 20.55, on=date(2025, 6, 30)).valid_to == date(2025, 7, 1)
    assert unit_at(106.05, 20.55, on=date(2025, 7, 1)) == new
    assert unit_at(106.05, 20.55, level=UnitLevel.PROVINCE, on=DAY) == province


def test_a_latitude_beyond_the_pole_is_refused_by_name() -> None:
    with pytest.raises(WrongPlaceError, match="south"):
        unit_at(106.0, 95.0)


def test_the_query_walks_the_spatial_index() -> None:
    for number in range(300):
        make_unit(str(number), square(100 + number % 30 * 0.2, 10 + number // 30))
    query, params = units_containing(101.05, 15.05, on=DAY).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {query}", params)
            assert "idx_infra_administrativeunit_boundary VIRTUAL TABLE INDEX" in str(cursor.fetchall())
        else:
            cursor.execute("ANALYZE infra_administrativeunit")
            cursor.execute(f"EXPLAIN {query}", params)
            assert "infra_administrativeunit_boundary" in str(cursor.fetchall())


def test_many_points_find_their_units_and_unusable_ones_find_none() -> None:
    west, east = make_unit("1", square(106.0, 20.5)), make_unit("2", square(106.1, 20.5))
    points = [(106.05, 20.55), (106.15, 20.55), (np.nan, 20.5), (300.0, 20.5), (108.0, 20.5)]
    assert list(units_at(points, on=DAY)) == [west.pk, east.pk, NOWHERE, NOWHERE, NOWHERE]
    assert list(units_at([(np.nan, np.inf)], on=DAY)) == [NOWHERE]
    assert list(units_at(np.empty((0, 2)), on=DAY)) == []


def test_one_point_and_many_give_the_same_answers() -> None:
    for number in range(16):
        make_unit(f"{number:02d}", square(106 + number % 4 * 0.1, 20.5 + number // 4 * 0.1))
    points = np.random.default_rng(7).uniform((105.95, 20.45), (106.45, 20.95), (60, 2))
    single = [unit_at(lon, lat, on=DAY) for lon, lat in points]
    assert [unit.pk if unit else NOWHERE for unit in single] == list(units_at(points, on=DAY))


def test_boundaries_can_be_read_for_a_box_or_for_named_units() -> None:
    west, east = make_unit("1", square(106.0, 20.5)), make_unit("2", square(107.0, 20.5))
    assert list(Boundaries.load(on=DAY, box=Box(105.9, 20.4, 106.5, 20.9)).unit_ids) == [west.pk]
    assert list(Boundaries.load(on=DAY, unit_ids=[east.pk]).unit_ids) == [east.pk]


def test_metres_outside_a_named_unit() -> None:
    unit = make_unit("1", square(106.0, 20.5))
    boundaries = Boundaries.load(on=DAY)
    points = [(106.05, 20.55), (106.05, 20.61), (106.11, 20.55), (106.05, 20.55), (np.nan, 20.0)]
    metres = boundaries.metres_outside(points, [unit.pk, unit.pk, unit.pk, 999_999, unit.pk])
    assert metres[0] == 0
    assert metres[1] == pytest.approx(1_112, rel=0.01)
    assert metres[2] == pytest.approx(1_041, rel=0.01)
    assert np.isnan(metres[3:]).all()


def test_metres_outside_a_territory_of_several_units() -> None:
    make_unit("1", square(106.0, 20.5))
    make_unit("2", square(106.1, 20.5))
    metres = Boundaries.load(on=DAY).metres_outside_all([(106.1, 20.55), (106.22, 20.55), (np.nan, 20.0)])
    assert metres[0] == 0
    assert metres[1] == pytest.approx(2_083, rel=0.01)
    assert np.isinf(metres[2])


def test_schematic_boundaries_leave_slack_and_official_ones_none() -> None:
    official = make_unit("1", square(106.0, 20.5))
    make_unit("2", square(106.1, 20.5), boundary_kind=BoundaryKind.SCHEMATIC)
    assert Boundaries.load(on=DAY).slack_m == ACCURACY_M
    assert Boundaries.load(on=DAY, unit_ids=[official.pk]).slack_m == 0
