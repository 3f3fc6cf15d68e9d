"""What lies in a box: exact to the stored coordinate, the same by Core, by Django and by hand."""

import math

import numpy as np
import pytest
import sqlalchemy as sa
from django.contrib.gis.geos import LineString, Point

from infra.access import Scope, scope_of
from infra.models import CableRoute, Installation, Site
from infra.services.ledger import act
from infra.spatial import sql
from infra.spatial.box import EVERYTHING, InBox, in_box, installation_ids, rows_in_box, site_ids
from infra.spatial.places import Box, WrongPlaceError
from infra.spatial.tables import base_station, cable_route, core, installation, site_version
from tests.infra.spatial.conftest import Scatter, add_stations
from tests.world import World

route_version = core(CableRoute.version_model)  # type: ignore[attr-defined]
HARBOUR = Box(106.5, 20.5, 106.6, 20.6)


def test_random_boxes_hold_what_they_hold(scatter: Scatter) -> None:
    random = np.random.default_rng(7)
    for _ in range(40):
        lon, lat = random.uniform((105.0, 20.0), (107.0, 22.0))
        half = random.choice([0.0005, 0.01, 0.1, 0.8])
        box = Box(lon - half, lat - half, lon + half, lat + half)
        inside = (
            (scatter.lons >= box.west)
            & (scatter.lons <= box.east)
            & (scatter.lats >= box.south)
            & (scatter.lats <= box.north)
        )
        expected = scatter.keys(inside)
        assert set(installation_ids(box, EVERYTHING)) == expected
        assert set(Installation.objects.filter(InBox("position", box)).values_list("pk", flat=True)) == expected


def test_edges_belong_to_the_box_and_the_next_number_does_not(scatter: Scatter) -> None:
    """The indexes keep 32-bit floats: 0.8 m wide at 106° E. The stored double decides."""
    lon, lat = 106.123456789012345, 21.987654321098765
    [pk] = add_stations(scatter.authority, Installation.objects.all()[0].organization, np.array([lon]), np.array([lat]))
    exact = Box(lon, lat, lon, lat)
    assert installation_ids(exact, EVERYTHING) == [pk]
    up, down = math.inf, -math.inf
    for west, south, east, north in (
        (math.nextafter(lon, up), lat - 1, lon + 1, lat + 1),
        (lon - 1, lat - 1, math.nextafter(lon, down), lat + 1),
        (lon - 1, math.nextafter(lat, up), lon + 1, 22.5),
        (lon - 1, lat - 1, lon + 1, math.nextafter(lat, down)),
    ):
        box = Box(west, south, east, north)
        assert pk not in installation_ids(box, EVERYTHING)
        assert not Installation.objects.filter(InBox("position", box), pk=pk).exists()
    for box in (Box(lon, lat - 1, lon + 1, lat + 1), Box(lon - 1, lat - 1, lon, lat)):
        assert pk in installation_ids(box, EVERYTHING)
        assert Installation.objects.filter(InBox("position", box), pk=pk).exists()


def test_every_statement_takes_the_scope(world: World) -> None:
    mine = installation_ids(HARBOUR, scope_of(world.owner))
    assert set(mine) == {world.station.pk, world.route.pk}
    assert set(installation_ids(HARBOUR, scope_of(world.stranger))) == {world.vnpt_station.pk, world.vnpt_route.pk}
    assert set(mine) < set(installation_ids(HARBOUR, scope_of(world.manager)))
    assert installation_ids(HARBOUR, scope_of(world.foreign_officer)) == []
    assert installation_ids(HARBOUR, Scope()) == []
    assert site_ids(HARBOUR, scope_of(world.owner)) == [world.harbour.pk]


def test_a_limit_caps_the_answer(scatter: Scatter) -> None:
    assert len(installation_ids(Box(105, 20, 107, 22), EVERYTHING, limit=25)) == 25


def test_a_statement_can_be_joined_ordered_and_filtered_further(world: World) -> None:
    statement = (
        in_box(
            installation,
            (installation.c.code, base_station.c.technologies),
            HARBOUR,
            scope=scope_of(world.manager),
            where=(installation.c.organization_id == world.viettel.pk,),
        )
        .join(base_station, base_station.c.installation_id == installation.c.id)
        .order_by(installation.c.code)
    )
    assert sql.read(statement) == [("TBH0001", "3G,4G")]


def test_conditions_narrow_the_rows(world: World) -> None:
    rows = rows_in_box(
        installation, (installation.c.code,), HARBOUR, scope=EVERYTHING, where=(installation.c.kind == "base_station",)
    )
    assert sorted(rows) == [("TBH0001",), ("VNP-DD-01",)]


def test_a_line_is_in_the_box_that_its_own_box_meets(world: World) -> None:
    ids = {
        pk
        for (pk,) in rows_in_box(
            cable_route, (cable_route.c.installation_id,), HARBOUR, scope=EVERYTHING, geometry="line"
        )
    }
    assert ids == {world.route.pk, world.vnpt_route.pk}
    _west, south, east, north = CableRoute.objects.get(pk=world.route.pk).line.extent
    touching = Box(east, north, east + 1, north + 1)
    assert world.route.pk in {
        pk
        for (pk,) in rows_in_box(
            cable_route, (cable_route.c.installation_id,), touching, scope=EVERYTHING, geometry="line"
        )
    }
    assert CableRoute.objects.filter(InBox("line", touching), pk=world.route.pk).exists()
    apart = Box(math.nextafter(east, 200), south, east + 1, north)
    assert not CableRoute.objects.filter(InBox("line", apart), pk=world.route.pk).exists()


def test_a_queryset_condition_follows_relations(world: World) -> None:
    stations = Installation.objects.visible_to(world.manager).filter(InBox("site__position", HARBOUR)).order_by("pk")
    assert set(stations) == {world.station.installation, world.vnpt_station.installation}
    assert Site.objects.exclude(InBox("position", HARBOUR)).filter(pk=world.harbour.pk).count() == 0


def test_what_moves_is_found_where_it_stands_now(world: World) -> None:
    Site.objects.filter(pk=world.harbour.pk).update(position=Point(104.0, 10.0, srid=4326))
    assert site_ids(HARBOUR, EVERYTHING) == []
    assert site_ids(Box(104, 10, 104, 10), EVERYTHING) == [world.harbour.pk]
    CableRoute.objects.filter(pk=world.route.pk).update(line=LineString((1, 1), (2, 2), srid=4326))
    assert [
        pk
        for (pk,) in rows_in_box(
            cable_route, (cable_route.c.installation_id,), Box(1.5, 1.5, 1.6, 1.6), scope=EVERYTHING, geometry="line"
        )
    ] == [world.route.pk]


def test_versions_are_found_where_they_lay(world: World) -> None:
    """Open ones through the index of what they are versions of, closed ones where they were."""
    harbour, route = Site.objects.get(pk=world.harbour.pk), CableRoute.objects.get(pk=world.route.pk)
    away = Box(104, 10, 104.5, 10.5)
    for django in (False, True):
        assert (harbour.pk, True) in _versions(site_version, HARBOUR, django=django)
        assert (route.pk, True) in _versions(route_version, HARBOUR, "line", django=django)
        assert not _versions(site_version, away, django=django)
        assert not _versions(route_version, away, "line", django=django)
    harbour.position = Point(104.2, 10.2, srid=4326)
    route.line = LineString((104.1, 10.1), (104.3, 10.3), srid=4326)
    with act(actor=world.manager, authority=world.harbour.authority, kind="test.moved", reason="Then") as ledger:
        ledger.change(harbour)
        ledger.change(route)
    for django in (False, True):
        for box, is_open in ((HARBOUR, False), (away, True)):
            sites, routes = (
                _versions(site_version, box, django=django),
                _versions(route_version, box, "line", django=django),
            )
            assert [found for noun, found in sites if noun == harbour.pk] == [is_open]
            assert [found for noun, found in routes if noun == route.pk] == [is_open]


def _versions(table: sa.Table, box: Box, geometry: str = "position", *, django: bool = False) -> list[tuple[int, bool]]:
    """The versions in *box*: of what, and whether they are open."""
    if django:
        rows = table.info["model"].objects.filter(InBox(geometry, box)).values_list("noun_id", "valid_to")
    else:
        rows = rows_in_box(table, (table.c.noun_id, table.c.valid_to), box, scope=EVERYTHING, geometry=geometry)
    return [(noun, ended is None) for noun, ended in rows]


@pytest.mark.parametrize(
    ("edges", "parameter"),
    [
        ((math.nan, 20, 106, 21), "west"),
        ((105, math.inf, 106, 21), "south"),
        ((105, 20, -math.inf, 21), "east"),
        ((105, 20, 106, "north"), "north"),
        ((106, 20, 105, 21), "west"),
        ((105, 21, 106, 20), "south"),
        ((105, 20, 181, 21), "east"),
        ((105, -91, 106, 21), "south"),
        ((20, 105, 21, 106), "south"),
        ((None, 20, 106, 21), "west"),
    ],
)
def test_a_wrong_box_is_refused_by_the_name_of_the_edge(edges: tuple[float, ...], parameter: str) -> None:
    with pytest.raises(WrongPlaceError) as caught:
        Box(*edges)
    assert caught.value.parameter == parameter
    assert str(caught.value).startswith(f"{parameter}: ")


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,1,2,3", "106,20,105,21", "1;2;3;4"])
def test_a_wrong_text_of_a_box_is_refused_by_the_name_of_the_parameter(text: str) -> None:
    with pytest.raises(WrongPlaceError) as caught:
        Box.parse(text)
    assert caught.value.parameter == "bbox"


def test_a_box_is_read_from_text() -> None:
    box = Box.parse(" 105.5, 20, 106.25,21.5")
    assert box == Box(105.5, 20.0, 106.25, 21.5)
    assert list(box.edges().values()) == [105.5, 20.0, 106.25, 21.5]
    assert box.contains(Box(106, 20, 106, 21))
    assert not box.contains(Box(106, 20, 106.3, 21))
