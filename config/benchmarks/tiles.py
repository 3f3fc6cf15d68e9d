"""Vector tiles over HTTP: the whole walk uncached, with full content beside bare SQL and the peers, and from memory."""

import gzip
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
from django.db import connection

from config.benchmarks import peer_table, servers
from config.benchmarks.measuring import Line
from config.benchmarks.servers import Server, Visitor
from config.benchmarks.walk import Tile, walk
from infra.models import User
from infra.services.tokens import token_create

Fetch = Callable[[Tile], bytes]

PASSES = 3
LOAD_S, CONNECTIONS, BURSTS = 4, 16, 3
ADDRESS = "/tiles/installations/{}/{}/{}.mvt"
NEAR, MIDDLE, CACHED_ZOOM = range(12, 17), range(8, 12), 12


def measure(manager: User) -> Iterator[Line]:
    """Measure as a manager who sees everything, signed in by a key."""
    headers = token_of(manager)
    with servers.product(TILE_CACHE_MB="0") as server:
        yield from _uncached(server, headers)
    with servers.product() as server:
        rate, size = _cached(server, headers)
    yield Line("tiles.cached", rate, "1/s", None, None, None, size)
    if servers.peers_python() is not None:
        with servers.product_on_gunicorn() as server:
            theirs, size = _cached(server, headers)
        yield Line("tiles.cached", rate, "1/s", "gunicorn", theirs, round(rate / theirs, 3), size)
    if connection.vendor == "postgresql":
        yield from _beside_peers(headers)


def token_of(manager: User) -> dict[str, str]:
    _row, key = token_create(actor=manager, name="bench", lifetime=timedelta(days=1))
    return {"Authorization": f"Token {key}"}


def _fetch(server: Server, headers: dict[str, str], address: str = ADDRESS) -> Fetch:
    visitor = Visitor(server, headers)
    return lambda tile: visitor.get(address.format(*tile))


def _uncached(server: Server, headers: dict[str, str]) -> Iterator[Line]:
    tiles = walk()
    fetch = _fetch(server, headers)
    bodies = [fetch(tile) for tile in tiles * 2][: len(tiles)]  # twice: each of the two processes reads its tables
    largest = max(len(gzip.compress(body, 6)) for body in bodies)
    taken = timed(fetch, tiles)
    yield Line("tiles.walk.uncached.median", _ms(statistics.median(taken)), "ms", None, None, None, len(tiles))
    yield Line("tiles.walk.uncached.p95", _ms(p95(taken)), "ms", None, None, None, len(tiles))
    yield Line("tiles.largest.gzip", round(largest / 1024, 1), "KiB", None, None, None, len(tiles))


def timed(fetch: Fetch, tiles: list[Tile], passes: int = PASSES) -> list[float]:
    """Return the seconds that each tile took, the best of *passes*: what else the machine does only slows it down."""
    best = [float("inf")] * len(tiles)
    for _ in range(passes):
        for place, tile in enumerate(tiles):
            start = time.perf_counter()
            fetch(tile)
            best[place] = min(best[place], time.perf_counter() - start)
    return best


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.95))]


def _ms(seconds: float) -> float:
    return round(seconds * 1e3, 2)


# --- From memory ------------------------------------------------------------------------------------------------------


def _cached(server: Server, headers: dict[str, str]) -> tuple[float, int]:
    """Ask for one tile of about 20 KB over sixteen connections, with the key that is checked with each.

    Return answers a second and the bytes of one.
    """
    visitor = Visitor(server, headers)
    tiles = [tile for tile in walk() if tile[0] == CACHED_ZOOM]
    sizes = {tile: len(visitor.get(ADDRESS.format(*tile))) for tile in tiles}
    chosen = min(tiles, key=lambda tile: abs(sizes[tile] - 20_000))
    return burst(server, ADDRESS.format(*chosen), headers), sizes[chosen]


def burst(server: Server, path: str, headers: dict[str, str]) -> float:
    """Return the best of some bursts, in answers a second; the generator runs on the same machine."""
    load = [sys.executable, str(Path(__file__).with_name("load.py")), server.host, str(server.port), path]
    lines = [f"{name}: {value}" for name, value in headers.items()]
    best = 0.0
    for _ in range(BURSTS):
        asked = [*load, str(LOAD_S), str(CONNECTIONS), *lines]
        done = subprocess.run(asked, capture_output=True, check=True, text=True)  # noqa: S603 -- our own program
        found = json.loads(done.stdout)
        if found["wrong"]:
            raise AssertionError(f"{path}: {found['wrong']} wrong answers")
        best = max(best, found["requests"] / found["seconds"])
    return round(best, 0)


# --- Beside peers (PostGIS) -------------------------------------------------------------------------------------------


def _beside_peers(headers: dict[str, str]) -> Iterator[Line]:
    """Full content, every station of every tile: bare SQL, django-vectortiles, tipg."""
    peer_table.make()
    try:
        with servers.product("config.benchmarks.full:application", TILE_CACHE_MB="0") as server:
            ours = {zooms: _both(_fetch(server, headers), walk(zooms)) for zooms in (MIDDLE, NEAR)}
        with psycopg.connect(servers.dsn(), autocommit=True) as bare:
            bare.execute("SET jit = off")
            bare.execute("SET max_parallel_workers_per_gather = 0")
            yield from _lines("bare SQL", ours, lambda tile: _bare(bare, tile))
        if servers.peers_python() is None:
            return
        with servers.django_peer() as server:
            yield from _lines("django-vectortiles", ours, _fetch(server, {}, "/tiles/{}/{}/{}"))
        with servers.tipg_peer(peer_table.TABLE) as server:
            fields = ",".join(peer_table.TILE_FIELDS)
            tiles = f"/collections/public.{peer_table.TABLE}/tiles/WebMercatorQuad/{{}}/{{}}/{{}}"
            yield from _lines("tipg", ours, _fetch(server, {}, f"{tiles}?properties={fields}&geom-column=geom"))
    finally:
        peer_table.drop()


def _both(fetch: Fetch, tiles: list[Tile]) -> list[float]:
    for tile in tiles * 2:
        fetch(tile)
    return timed(fetch, tiles)


def _bare(driver: "psycopg.Connection[tuple[bytes]]", tile: Tile) -> bytes:
    row = driver.execute(peer_table.TILE, dict(zip("zxy", tile, strict=True)), binary=True).fetchone()
    return bytes(row[0]) if row else b""


def _lines(peer: str, ours: dict[range, list[float]], fetch: Fetch) -> Iterator[Line]:
    for zooms, name in ((MIDDLE, "z8_z11"), (NEAR, "z12_z16")):
        theirs = _both(fetch, walk(zooms))
        mine = ours[zooms]
        for word, of in (("median", statistics.median), ("p95", p95)):
            value, peer_value = of(mine), of(theirs)
            yield Line(
                f"tiles.full.{name}.{word}",
                _ms(value),
                "ms",
                peer,
                _ms(peer_value),
                round(value / peer_value, 3),
                len(mine),
            )
