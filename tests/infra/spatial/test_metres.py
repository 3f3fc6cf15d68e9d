"""Nearest, within metres, inside a unit: against the spheroid and GEOS by hand, the same on both databases."""

import math

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from infra.access import Scope, scope_of
from infra.models import AdministrativeUnit, Installation, Organization
from infra.spatial.box import EVERYTHING
from infra.spatial.inside import inside_polygon, inside_unit, unit_ground
from infra.spatial.metres import box_around, metres_between, within_metres
from infra.spatial.nearest import nearest
from infra.spatial.places import WrongPlaceError
from infra.spatial.tables import installation, site
from tests import factories as make
from tests.infra.spatial.conftest import Scatter, add_stations
from tests.world import World, square

GEOD = Geod(ellps="WGS84")


def by_hand(scatter: Scatter, lon: float, lat: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Every station with its metres, nearest first, equal ones by key."""
    many = np.ones_like(scatter.lons)
    _, _, metres = GEOD.inv(many * lon, many * lat, scatter.lons, scatter.lats)
    order = np.lexsort((scatter.ids, metres))
    return scatter.ids[order], np.asarray(metres)[order]


def ids_of(rows: list[tuple[float, int]]) -> list[int]:
    return [pk for _, pk in rows]


def test_the_nearest_are_those_of_the_spheroid(scatter: Scatter) -> None:
    random = np.random.default_rng(11)
    questions = random.uniform((104.0, 19.0), (108.0, 23.0), (40, 2)).tolist()
    questions += [(scatter.lons[n], scatter.lats[n]) for n in random.integers(0, len(scatter.ids), 20)]
    for lon, lat in questions:
        ids, metres = by_hand(scatter, lon, lat)
        rows = nearest(installation, (installation.c.id,), lon, lat, scope=EVERYTHING)
        assert ids_of(rows) == ids[:10].tolist()
        assert [row[0] for row in rows] == pytest.approx(metres[:10], abs=1e-6)


def test_metres_decide_where_degrees_would_not(db: None) -> None:
    """At 60° N a degree of longitude is half of one of latitude: what is nearer in degrees is farther in metres."""
    authority, owner = make.AuthorityFactory(), make.OrganizationFactory()
    lats = np.concatenate([np.full(30, 60.0), np.linspace(60.06, 60.09, 60)])
    lons = np.concatenate([np.linspace(25.1, 25.11, 30), np.full(60, 25.0)])
    ids = add_stations(authority, owner, lons, lats)
    rows = nearest(installation, (installation.c.id,), 25.0, 60.0, 10, scope=EVERYTHING)
    assert ids_of(rows) == ids[:10]
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


@pytest.mark.parametrize("count", [1, 3, 100, 1_000])
def test_any_number_of_neighbours_up_to_a_thousand(scatter: Scatter, count: int) -> None:
    ids, _ = by_hand(scatter, 105.9, 21.1)
    rows = nearest(installation, (installation.c.id,), 105.9, 21.1, count, scope=EVERYTHING)
    assert ids_of(rows) == ids[:count].tolist()


def test_neighbours_beyond_the_sea_and_fewer_than_asked(world: World) -> None:
    found = nearest(site, (site.c.code,), -60.0, -30.0, 10, scope=EVERYTHING)
    assert sorted(code for _, code in found) == ["HPG-00001", "HYN-00001", "HYN-00002", "HYN-00003"]
    assert found[0][0] > 15_000_000
    assert nearest(site, (site.c.code,), 0.0, 0.0, 10, scope=Scope()) == []


def test_neighbours_are_those_the_person_may_see(world: World) -> None:
    def codes(person: object) -> list[str]:
        rows = nearest(installation, (installation.c.code,), 106.5685, 20.5602, 2, scope=scope_of(person))
        return [code for _, code in rows]

    assert codes(world.owner)[0] == "TBH0001"
    assert codes(world.stranger)[0] == "VNP-DD-01"
    assert codes(world.foreign_officer) == ["HPG0001"]
    assert codes(world.outsider) == []


def test_conditions_narrow_the_neighbours(scatter: Scatter) -> None:
    other = make.OrganizationFactory(code="VNPT")
    far = add_stations(scatter.authority, other, np.array([101.5, 101.6]), np.array([9.0, 9.0]))
    rows = nearest(
        installation,
        (installation.c.id,),
        106.0,
        21.0,
        2,
        scope=EVERYTHING,
        where=(installation.c.organization_id == other.pk,),
    )
    assert ids_of(rows) == far[::-1]
    assert Organization.objects.get(pk=other.pk).code == "VNPT"


def test_within_metres_is_closed_and_sorted(scatter: Scatter) -> None:
    random = np.random.default_rng(13)
    for lon, lat in random.uniform((105.0, 20.0), (107.0, 22.0), (15, 2)).tolist():
        for radius in (500.0, 7_500.0, 60_000.0):
            ids, metres = by_hand(scatter, lon, lat)
            rows = within_metres(installation, (installation.c.id,), lon, lat, radius, scope=EVERYTHING)
            assert ids_of(rows) == ids[metres <= radius].tolist()
    ids, metres = by_hand(scatter, 106.0, 21.0)
    edge = within_metres(installation, (installation.c.id,), 106.0, 21.0, float(metres[9]), scope=EVERYTHING)
    assert ids_of(edge)[:10] == ids[:10].tolist()


@pytest.mark.parametrize("lat", [-89.0, -45.0, 0.0, 21.0, 66.0, 85.0])
@pytest.mark.parametrize("metres", [10.0, 5_000.0, 300_000.0, 2_000_000.0])
def test_a_circle_lies_in_its_box(lat: float, metres: float) -> None:
    azimuths = np.linspace(0, 360, 721)
    many = np.ones_like(azimuths)
    lons, lats, _ = GEOD.fwd(many * 10.0, many * lat, azimuths, many * metres)
    box = box_around(10.0, lat, metres)
    assert box.south <= lats.min()
    assert box.north >= lats.max()
    assert box.west <= lons.min()
    assert box.east >= lons.max()


def test_metres_between_nothing_is_nothing() -> None:
    assert metres_between(1.0, 2.0, [], []).tolist() == []


@pytest.mark.parametrize(
    ("lon", "lat", "metres", "parameter"),
    [
        (math.nan, 20, 5, "lon"),
        (106, math.inf, 5, "lat"),
        (20, 106, 5, "lat"),
        (106, 20, math.nan, "metres"),
        (106, 20, -1, "metres"),
        (106, 20, math.inf, "metres"),
    ],
)
def test_wrong_numbers_are_refused_by_name(lon: float, lat: float, metres: float, parameter: str) -> None:
    with pytest.raises(WrongPlaceError) as caught:
        within_metres(installation, (installation.c.id,), lon, lat, metres, scope=EVERYTHING)
    assert caught.value.parameter == parameter


@pytest.mark.parametrize("count", [0, -1, 1_001])
def test_a_wrong_count_of_neighbours_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="count"):
        nearest(installation, (installation.c.id,), 106.0, 20.0, count, scope=EVERYTHING)


# --- inside -----------------------------------------------------------------------------------------------------------


def test_inside_a_polygon_border_included(scatter: Scatter) -> None:
    star = shapely.Polygon([(105.2, 20.2), (106.0, 21.0), (106.8, 20.3), (106.3, 21.4), (105.1, 21.8)])
    inside = shapely.intersects_xy(star, scatter.lons, scatter.lats)
    rows = inside_polygon(installation, (installation.c.id,), star, scope=EVERYTHING)
    assert {pk for (pk,) in rows} == scatter.keys(inside)
    corner = shapely.box(scatter.lons[3], scatter.lats[3], scatter.lons[3] + 1, scatter.lats[3] + 1)
    assert (int(scatter.ids[3]),) in inside_polygon(installation, (installation.c.id,), corner, scope=EVERYTHING)
    assert inside_polygon(installation, (installation.c.id,), shapely.Polygon(), scope=EVERYTHING) == []
    nowhere = shapely.box(1, 1, 2, 2)
    assert inside_polygon(installation, (installation.c.id,), nowhere, scope=EVERYTHING) == []


def test_inside_a_commune_and_its_province(world: World) -> None:
    def codes(unit: AdministrativeUnit, scope: Scope) -> set[str]:
        return {code for (code,) in inside_unit(site, (site.c.code,), unit.pk, scope=scope)}

    assert codes(world.thai_thuy, EVERYTHING) == {"HYN-00001"}
    assert codes(world.province, EVERYTHING) == {"HYN-00001", "HYN-00002", "HYN-00003"}
    assert codes(world.province, scope_of(world.stranger)) == {"HYN-00001", "HYN-00003"}
    assert codes(world.province, scope_of(world.outsider)) == set()


def test_a_units_own_boundary_comes_before_those_below_it(world: World) -> None:
    world.province.boundary = square(106.0, 20.0, side=2.0)
    world.province.save()
    ground = unit_ground(world.province.pk)
    assert ground is not None
    assert ground.equals(shapely.box(106.0, 20.0, 108.0, 22.0))


def test_units_that_ended_hold_no_ground_of_a_unit_in_force(world: World) -> None:
    AdministrativeUnit.objects.filter(pk=world.pho_hien.pk).update(valid_to="2026-01-01")
    rows = inside_unit(site, (site.c.code,), world.province.pk, scope=EVERYTHING)
    assert rows == [("HYN-00001",)]


def test_a_unit_without_any_ground_is_said(world: World) -> None:
    empty = make.UnitFactory(code="99999")
    with pytest.raises(LookupError, match="boundary"):
        inside_unit(site, (site.c.code,), empty.pk, scope=EVERYTHING)
    assert unit_ground(987_654_321) is None
    assert Installation.objects.exists()
