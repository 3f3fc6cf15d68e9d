"""The network as a graph: who loses the data centre when one link, one node or one cable route fails.

Nodes are the register's network nodes, edges its links; parallel links are several edges. All data centres together are
the *root*. What hangs on a single link (a bridge) or a single node (an articulation point) is found on the tree of
blocks of the graph, so that a country of some thousand nodes takes well under a second.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import networkx as nx
from django.db.models import F, FloatField, Func, Q

from infra.access import Person, scope_of
from infra.models import AdministrativeUnit, Link, NetworkNode, UnitLevel
from inspections.models import IncidentObject

DATA_CENTRE = "data_centre"
#: the vertex that stands for all data centres
ROOT = 0

SAFE, SINGLE, CUT, CENTRE = "safe", "single", "cut", "centre"
#: statuses of nodes that carry traffic
CARRYING = ("operating",)


@dataclass(frozen=True)
class Node:
    """One node; ``unit`` is the code of its commune."""

    id: int
    number: str
    name: str
    kind: str
    organization: str
    unit: str
    unit_name: str
    lon: float
    lat: float
    is_out: bool = False


@dataclass(frozen=True)
class Edge:
    """One link between two nodes, along a cable route where one is known."""

    id: int
    code: str
    a: int
    b: int
    organization: str
    medium: str
    capacity_mbps: float | None
    route: str


@dataclass(frozen=True)
class Failure:
    """One thing that may fail and the nodes that lose every data centre with it."""

    kind: str
    ref: str
    name: str
    loses: tuple[int, ...]


@dataclass(frozen=True)
class CommuneStanding:
    """How a commune hangs on the data centre: by its best node. ``hangs_on`` names what it loses it with."""

    code: str
    name: str
    population: int | None
    standing: str
    nodes: int
    hangs_on: tuple[str, ...] = ()


@dataclass
class Network:
    """Nodes and edges that a person may see, and what follows from them."""

    nodes: dict[int, Node]
    edges: list[Edge]
    graph: Any = field(init=False)

    def __post_init__(self) -> None:
        self.graph = nx.MultiGraph()
        self.graph.add_nodes_from(self.vertex(pk) for pk in self.nodes)
        for edge in self.edges:
            a, b = self.vertex(edge.a), self.vertex(edge.b)
            if a != b:
                self.graph.add_edge(a, b, key=edge.id)
        for node in self.nodes.values():
            if node.is_out and node.kind != DATA_CENTRE and self.graph.has_node(node.id):
                self.graph.remove_node(node.id)

    def vertex(self, pk: int) -> int:
        """Return the vertex of a node: its id, or the root for a data centre."""
        return ROOT if self.nodes[pk].kind == DATA_CENTRE else pk

    @property
    def has_centre(self) -> bool:
        return any(node.kind == DATA_CENTRE for node in self.nodes.values())

    @cached_property
    def reachable(self) -> set[int]:
        """The vertices that reach a data centre."""
        if not self.has_centre or ROOT not in self.graph:
            return set()
        return set(nx.node_connected_component(self.graph, ROOT))

    @cached_property
    def blocks(self) -> "Blocks":
        return Blocks(self.graph.subgraph(self.reachable))

    # --- What fails ---

    @cached_property
    def bridges(self) -> list[Failure]:
        """Links that alone hold something on the data centre, those that hold most first."""
        by_ends: dict[frozenset[int], list[Edge]] = defaultdict(list)
        for edge in self.edges:
            by_ends[frozenset((self.vertex(edge.a), self.vertex(edge.b)))].append(edge)
        found = []
        for near, far in self.blocks.bridges:
            (edge,) = by_ends[frozenset((near, far))]
            found.append(Failure("link", edge.code, self._ends(edge), tuple(self.blocks.below_bridge(near, far))))
        return sorted(found, key=lambda one: (-len(one.loses), one.ref))

    @cached_property
    def articulations(self) -> list[Failure]:
        """Nodes that alone hold others on the data centre, those that hold most first."""
        found = [
            Failure("node", self.nodes[vertex].number, self.nodes[vertex].name, tuple(below))
            for vertex, below in self.blocks.below.items()
            if vertex != ROOT and below
        ]
        return sorted(found, key=lambda one: (-len(one.loses), one.ref))

    @cached_property
    def routes(self) -> list[Failure]:
        """Cable routes with several links that take nodes along when cut; a single link is a bridge already."""
        along: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            if edge.route:
                along[edge.route].append(edge)
        found = []
        for route, edges in along.items():
            if len(edges) < 2:
                continue
            loses = self.lost_without(edges=[edge.id for edge in edges])
            if loses:
                found.append(Failure("route", route, route, tuple(loses)))
        return sorted(found, key=lambda one: (-len(one.loses), one.ref))

    def lost_without(self, *, nodes: Iterable[int] = (), edges: Iterable[int] = ()) -> list[int]:
        """Return the nodes that lose every data centre without these nodes and links, the failed ones left out."""
        gone = set(edges)
        left: Any = nx.MultiGraph(self.graph.subgraph(self.reachable - set(nodes)))
        left.remove_edges_from([(a, b, key) for a, b, key in left.edges(keys=True) if key in gone])
        kept = set(nx.node_connected_component(left, ROOT)) if ROOT in left else set()
        return sorted(self.reachable - kept - set(nodes) - {ROOT})

    def _ends(self, edge: Edge) -> str:
        return f"{self.nodes[edge.a].name} – {self.nodes[edge.b].name}"

    # --- How things stand ---

    @cached_property
    def doubly(self) -> set[int]:
        """Vertices with two paths to the data centre that share no link, no node between and no cable route."""
        return self.blocks.doubly(ROOT).difference(*(one.loses for one in self.routes))

    def standing(self, node: Node) -> str:
        """Return centre, safe (two disjoint paths), single (one) or cut."""
        vertex = self.vertex(node.id)
        if vertex == ROOT:
            return CENTRE
        if vertex not in self.reachable:
            return CUT
        return SAFE if vertex in self.doubly else SINGLE

    def hangs_on(self, node: Node) -> list[str]:
        """Return the names of the links and nodes with which *node* loses the data centre."""
        failures = (*self.bridges, *self.articulations, *self.routes)
        return [one.name for one in failures if node.id in self._losing[one.kind, one.ref]]

    @cached_property
    def _losing(self) -> dict[tuple[str, str], frozenset[int]]:
        return {(one.kind, one.ref): frozenset(one.loses) for one in (*self.bridges, *self.articulations, *self.routes)}

    def count(self) -> Counter[str]:
        """Return standing → number of nodes."""
        return Counter(self.standing(node) for node in self.nodes.values())


class Blocks:
    """The blocks (biconnected components) of a connected graph as a tree that hangs on the root."""

    def __init__(self, graph: Any) -> None:
        self.graph: Any = nx.Graph(graph)
        self.multi = graph
        self.parent: dict[int, tuple[int, frozenset[int]]] = {}
        self.below: dict[int, list[int]] = {}
        self.bridges: list[tuple[int, int]] = []
        if ROOT in self.graph:
            self._hang()

    def _hang(self) -> None:
        """Walk the blocks from the root outwards; ``parent`` of a vertex is the cut vertex it is reached through."""
        blocks: Any = nx.biconnected_components(self.graph)
        components = [frozenset(block) for block in blocks]
        of_vertex: dict[int, list[int]] = defaultdict(list)
        for place, block in enumerate(components):
            for vertex in block:
                of_vertex[vertex].append(place)
        seen: set[int] = set()
        order: list[tuple[int, frozenset[int]]] = []
        queue = [ROOT]
        while queue:
            vertex = queue.pop()
            for place in of_vertex[vertex]:
                if place in seen:
                    continue
                seen.add(place)
                order.append((vertex, components[place]))
                for other in components[place] - {vertex}:
                    self.parent[other] = (vertex, components[place])
                    queue.append(other)
        for vertex, block in reversed(order):
            outward = sorted(block - {vertex})
            self.below.setdefault(vertex, []).extend(
                held for other in outward for held in (other, *self.below.get(other, ()))
            )
            if len(block) == 2 and self.multi.number_of_edges(vertex, outward[0]) == 1:
                self.bridges.append((vertex, outward[0]))

    def below_bridge(self, _near: int, far: int) -> Iterator[int]:
        """Yield what is lost with the bridge to *far*."""
        yield far
        yield from self.below.get(far, ())

    def doubly(self, root: int) -> set[int]:
        """Return the vertices that share a block with *root* that is more than one single link."""
        found: set[int] = set()
        for vertex, (through, block) in self.parent.items():
            if through == root and (len(block) > 2 or self.multi.number_of_edges(root, vertex) > 1):
                found.add(vertex)
        return found


# --- Reading ----------------------------------------------------------------------------------------------------------


def network_of(person: Person, *, with_outages: bool = False) -> Network:
    """Return the network that *person* may see; *with_outages* takes out what incidents have out of service now."""
    rows = (
        NetworkNode.objects.visible_to(person)
        .filter(installation__status__in=CARRYING)
        .values_list(
            "pk",
            "installation__registry_number",
            "installation__name",
            "node_kind_id",
            "installation__organization__short_name",
            "installation__organization__name",
            "installation__unit__code",
            "installation__unit__full_name",
            Func(F("installation__position"), function="ST_X", output_field=FloatField()),
            Func(F("installation__position"), function="ST_Y", output_field=FloatField()),
        )
    )
    out: set[int] = set()
    if with_outages:
        hit = IncidentObject.objects.visible_to(person).out()
        out = set(hit.filter(installation__kind="network_node").values_list("installation_id", flat=True))
    nodes = {
        pk: Node(pk, number, name or number, kind, short or holder, unit or "", unit_name or "", lon, lat, pk in out)
        for pk, number, name, kind, short, holder, unit, unit_name, lon, lat in rows
    }
    links = (
        Link.objects.visible_to(person)
        .filter(from_node__in=list(nodes), to_node__in=list(nodes))
        .order_by("code")
        .values_list(
            "pk",
            "code",
            "from_node_id",
            "to_node_id",
            "organization__short_name",
            "organization__name",
            "medium",
            "capacity_mbps",
            "route__installation__registry_number",
        )
    )
    edges = [
        Edge(pk, code, a, b, short or holder, medium, capacity, route or "")
        for pk, code, a, b, short, holder, medium, capacity, route in links
    ]
    return Network(nodes, edges)


def communes_of(network: Network, person: Person) -> list[CommuneStanding]:
    """Return how every commune of the territory (or with a node) hangs on the data centre, the worst first."""
    by_unit: dict[str, list[Node]] = defaultdict(list)
    for node in network.nodes.values():
        by_unit[node.unit].append(node)
    rank = {CENTRE: 0, SAFE: 1, SINGLE: 2, CUT: 3}
    found = []
    for code, name, population in _territory(person, list(by_unit)):
        nodes = by_unit.get(code, [])
        best = min(nodes, key=lambda node: rank[network.standing(node)], default=None)
        standing = network.standing(best) if best else CUT
        on = tuple(network.hangs_on(best)[:4]) if best and standing == SINGLE else ()
        found.append(CommuneStanding(code, name, population, SAFE if standing == CENTRE else standing, len(nodes), on))
    return sorted(found, key=lambda one: (-rank[one.standing], -len(one.hangs_on), one.name))


def _territory(person: Person, codes: list[str]) -> Iterable[tuple[str, str, int | None]]:
    authorities = [grant.authority_id for grant in scope_of(person).grants if grant.authority_id is not None]
    rows = AdministrativeUnit.objects.filter(level=UnitLevel.COMMUNE, valid_to__isnull=True)
    wanted = rows.filter(Q(code__in=codes) | Q(parent__authorities__in=authorities) | Q(authorities__in=authorities))
    return wanted.distinct().order_by("name", "code").values_list("code", "full_name", "population")
