"""Stations as GeoJSON over HTTP: 10,000 and all of them, beside drf-gis, tipg and pygeoapi; first byte and memory."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from config.benchmarks import peer_table, servers
from config.benchmarks.measuring import Line
from config.benchmarks.pygeoapi import pygeoapi_peer
from config.benchmarks.servers import Server, Visitor
from config.benchmarks.tiles import token_of
from infra.models import Installation, User

PAGE, RUNS = 10_000, 5
PROPERTIES = "code,name,operator,technologies,status,unit_name,height_m,in_service_on"
ITEMS = f"/ogc/collections/stations/items?limit={PAGE}&properties={PROPERTIES}"
WHOLE = f"/map/export/installations.geojson?kind=base_station&properties={PROPERTIES}"


def measure(manager: User) -> Iterator[Line]:
    """Measure as a manager; the same eight properties everywhere."""
    total = Installation.objects.filter(kind="base_station").count()
    with servers.product(workers=1) as server:
        visitor = Visitor(server, token_of(manager))
        visitor.get(servers.READ_AHEAD)
        ours = _seconds(server, ITEMS, token_of(manager))
        server.forget_peak()
        before = server.now_mib()
        start = time.perf_counter()
        _size, first = visitor.size(WHOLE)
        whole = time.perf_counter() - start
        growth = server.peak_mib() - before
    yield Line("features.page10000", _ms(ours), "ms", None, None, None, PAGE)
    yield Line("features.all", round(whole, 2), "s", None, None, None, total)
    yield Line("features.all.first_byte", _ms(first), "ms", None, None, None, total)
    yield Line("features.all.growth", round(growth, 1), "MiB", None, None, None, total)
    if connection.vendor == "postgresql" and servers.peers_python() is not None:
        peer_table.make()
        try:
            yield from _peers(Ours(ours, whole, growth), total)
        finally:
            peer_table.drop()


def _seconds(server: Server, path: str, headers: dict[str, str] | None = None) -> float:
    visitor = Visitor(server, headers)
    visitor.size(path)
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        visitor.size(path)
        taken.append(time.perf_counter() - start)
    return min(taken)


def _ms(seconds: float) -> float:
    return round(seconds * 1e3, 1)


@dataclass(frozen=True)
class Ours:
    """What the product took: seconds for a page and for everything, MiB that it grew by."""

    page: float
    whole: float
    growth: float


def _peers(ours: Ours, total: int) -> Iterator[Line]:
    table = peer_table.TABLE
    with servers.django_peer(workers=1) as server:
        yield from _beside("drf-gis", server, "/page/", "/whole/", ours, total)
    with servers.tipg_peer(table, workers=1) as server:
        fields = ",".join(peer_table.FEATURE_FIELDS)
        items = f"/collections/public.{table}/items?f=geojson&geom-column=geom_4326&properties={fields}"
        yield from _beside("tipg", server, f"{items}&limit={PAGE}", f"{items}&limit={total}", ours, total)
    with pygeoapi_peer(PAGE, total) as server:
        items = "/collections/stations/items?f=json"
        yield from _beside("pygeoapi", server, f"{items}&limit={PAGE}", f"{items}&limit={total}", ours, total)


def _beside(peer: str, server: Server, page: str, everything: str, ours: Ours, total: int) -> Iterator[Line]:
    theirs = _seconds(server, page)
    yield Line("features.page10000", _ms(ours.page), "ms", peer, _ms(theirs), round(ours.page / theirs, 3), PAGE)
    server.forget_peak()
    before, start = server.now_mib(), time.perf_counter()
    Visitor(server).size(everything)
    taken = time.perf_counter() - start
    growth = server.peak_mib() - before
    yield Line("features.all", round(ours.whole, 2), "s", peer, round(taken, 2), round(ours.whole / taken, 3), total)
    grown = round(ours.growth, 1), round(growth, 1), round(ours.growth / growth, 3)
    yield Line("features.all.growth", grown[0], "MiB", peer, grown[1], grown[2], total)
