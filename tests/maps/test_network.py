"""The network as a graph: bridges, articulation points, two disjoint paths, and who sees what."""

from typing import Any

import pytest

from maps.selectors.network import Edge, Network, Node, communes_of, network_of
from tests import factories as make
from tests.world import SignIn, World


def node(pk: int, kind: str = "wan_node", unit: str = "", *, out: bool = False) -> Node:
    return Node(pk, f"N{pk}", f"Nút {pk}", kind, "Sở", unit or f"U{pk}", f"Xã {pk}", 106.0, 20.5, out)


def net(
    *pairs: tuple[int, int] | tuple[int, int, str], out: tuple[int, ...] = (), alone: tuple[int, ...] = ()
) -> Network:
    """Build a network of links; node 1 is the data centre."""
    ids = {pk for pair in pairs for pk in pair[:2]} | {1, *alone}
    nodes = {pk: node(pk, "data_centre" if pk == 1 else "wan_node", out=pk in out) for pk in ids}
    edges = [
        Edge(place, f"L{place}", pair[0], pair[1], "Sở", "fibre", 1000.0, pair[2] if len(pair) > 2 else "")
        for place, pair in enumerate(pairs, start=1)
    ]
    return Network(nodes, edges)


def standing(network: Network) -> dict[int, str]:
    return {pk: network.standing(one) for pk, one in network.nodes.items() if pk != 1}


def test_a_chain_hangs_on_every_link_and_node() -> None:
    found = net((1, 2), (2, 3), (3, 4))
    assert [(one.ref, one.loses) for one in found.bridges] == [("L1", (2, 3, 4)), ("L2", (3, 4)), ("L3", (4,))]
    assert [(one.ref, set(one.loses)) for one in found.articulations] == [("N2", {3, 4}), ("N3", {4})]
    assert standing(found) == {2: "single", 3: "single", 4: "single"}
    assert found.hangs_on(found.nodes[4]) == ["Nút 1 – Nút 2", "Nút 2 – Nút 3", "Nút 3 – Nút 4", "Nút 2", "Nút 3"]


def test_a_ring_through_the_centre_hangs_on_nothing() -> None:
    found = net((1, 2), (2, 3), (3, 4), (4, 1))
    assert found.bridges == found.articulations == found.routes == []
    assert set(standing(found).values()) == {"safe"}


def test_a_ring_behind_one_node_has_no_two_paths() -> None:
    found = net((1, 2), (1, 3), (2, 3), (3, 4), (4, 5), (5, 3))
    assert found.bridges == []
    assert [(one.ref, set(one.loses)) for one in found.articulations] == [("N3", {4, 5})]
    assert standing(found) == {2: "safe", 3: "safe", 4: "single", 5: "single"}


def test_two_links_side_by_side_are_two_paths_unless_one_route_carries_both() -> None:
    double = net((1, 2), (1, 2))
    assert double.bridges == []
    assert standing(double) == {2: "safe"}
    together = net((1, 2, "C1"), (1, 2, "C1"))
    assert [(one.kind, one.ref, one.loses) for one in together.routes] == [("route", "C1", (2,))]
    assert standing(together) == {2: "single"}
    assert together.hangs_on(together.nodes[2]) == ["C1"]


def test_a_route_that_carries_both_sides_of_a_ring_takes_it_along() -> None:
    found = net((1, 2, "C1"), (2, 3), (3, 1, "C1"))
    assert found.bridges == []
    assert [set(one.loses) for one in found.routes] == [{2, 3}]


def test_what_has_no_way_is_cut_off() -> None:
    found = net((1, 2), (3, 4), alone=(5,))
    assert standing(found) == {2: "single", 3: "cut", 4: "cut", 5: "cut"}
    without = Network({2: node(2)}, [])
    assert not without.has_centre
    assert standing(without) == {2: "cut"}


def test_what_is_out_now_is_no_way() -> None:
    found = net((1, 2), (2, 3), (3, 1), (3, 4), out=(3,))
    assert standing(found)[4] == "cut"
    assert standing(found)[2] == "single"


def test_any_failure_can_be_tried() -> None:
    found = net((1, 2), (1, 3), (2, 3), (3, 4))
    assert found.lost_without(nodes=[3]) == [4]
    assert found.lost_without(edges=[1, 2]) == [2, 3, 4]
    assert found.lost_without() == []


def test_a_country_of_communes_is_looked_through() -> None:
    """3,321 communes in a tree with rings: every bridge and articulation point agrees with trying it."""
    pairs = [(max(1, pk // 3), pk) for pk in range(2, 3_322)] + [(pk, pk + 7) for pk in range(100, 3_000, 9)]
    found = net(*pairs)
    for one in (*found.bridges[:3], *found.bridges[-3:]):
        edge = next(edge for edge in found.edges if edge.code == one.ref)
        assert sorted(one.loses) == found.lost_without(edges=[edge.id])
    for one in (*found.articulations[:3], *found.articulations[-3:]):
        assert sorted(one.loses) == found.lost_without(nodes=[int(one.ref[1:])])


# --- What people see --------------------------------------------------------------------------------------------------


@pytest.fixture
def centre(world: World) -> Any:
    """A data centre beside the citadel's node, and links: centre – citadel – market."""
    with make.one_act(world.authority):
        made = make.NetworkNodeFactory(
            installation__registry_number="HYN-N-000009",
            installation__name="Trung tâm dữ liệu <img src=x onerror=alert(1)>",
            installation__site=world.citadel,
            installation__organization=world.viettel,
            node_kind=make.NodeKindFactory(code="data_centre"),
        )
        make.LinkFactory(authority=world.authority, code="LK-0002", from_node=made, to_node=world.node)
    return made


def test_communes_are_listed_the_worst_first(world: World, centre: Any) -> None:
    found = {one.code: one for one in communes_of(network_of(world.manager), world.manager)}
    assert found["12826"].standing == "cut"
    assert found["12826"].nodes == 0
    assert found["11953"].standing == "safe"


def test_the_page_draws_lists_and_tries(world: World, as_person: SignIn, centre: Any) -> None:
    client = as_person(world.manager)
    page = client.get("/network/")
    assert page.status_code == 200
    assert "LK-0001" in page.content.decode()
    assert "<img src=x" not in page.content.decode()
    trial = client.get("/network/?fail=node:HYN-N-000001").context["trial"]
    assert [trial.failure.kind, len(trial.failure.loses)] == ["node", 1]
    drawn = client.get("/network/map.json?fail=link:LK-0002").json()
    assert [link["failed"] for link in drawn["links"] if link["code"] == "LK-0002"] == [True]
    assert sum(one["lost"] for one in drawn["nodes"]) == 2
    assert client.get("/network/?fail=node:nonsense").context["trial"] is None
    for form in ("csv", "xlsx"):
        assert client.get(f"/network/?export={form}")["Content-Disposition"].startswith("attachment")


def test_everybody_sees_the_part_that_is_theirs(world: World, as_person: SignIn, centre: Any) -> None:
    assert {one.number for one in network_of(world.owner).nodes.values()} == {"HYN-N-000001", "HYN-N-000009"}
    assert {one.number for one in network_of(world.stranger).nodes.values()} == {"HYN-N-000002"}
    assert network_of(world.foreign_officer).nodes == {}
    assert as_person(world.outsider).get("/network/").status_code == 404
    assert as_person(None).get("/network/map.json").status_code == 302


def test_programs_read_the_same(world: World, as_person: SignIn, centre: Any) -> None:
    found = as_person(world.manager).get("/api/v1/network/").json()
    assert found["has_data_centre"] is True
    assert {one["ref"] for one in found["bridges"]} == {"LK-0001", "LK-0002"}
    assert [one["ref"] for one in found["articulation_points"]] == ["HYN-N-000001"]
    assert as_person(world.manager).get("/api/v1/network/?now=2").status_code == 400
    assert as_person(world.manager).get("/api/v1/network/?fail=x").status_code == 400
    assert as_person(world.outsider).get("/api/v1/network/").status_code == 404


def test_queries_of_the_page(world: World, as_person: SignIn, centre: Any, django_assert_max_num_queries: Any) -> None:
    client = as_person(world.manager)
    client.get("/network/?now=1")
    with django_assert_max_num_queries(20):
        client.get("/network/?now=1")
