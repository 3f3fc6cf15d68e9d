"""What was promised of the measured figures, and whether a run keeps it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Line = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """What a figure must keep to. ``database`` and ``peer`` narrow it to lines of theirs; None is for all."""

    words: str
    kept: Callable[[Line], bool]
    database: str | None = None
    peer: str | None = None


def _most(limit: float, unit: str, database: str | None = None) -> Target:
    return Target(f"≤ {limit:,g} {unit}", lambda line: line["value"] <= limit, database)


def _share(limit: float, peer: str) -> Target:
    return Target(f"≤ {limit:g} ×", lambda line: line["ratio"] <= limit, peer=peer)


#: figure without its database → what is asked of it; the first that fits a line counts
TARGETS: dict[str, tuple[Target, ...]] = {
    "tiles.walk.uncached.p95": (_most(20, "ms", "postgis"), _most(60, "ms", "spatialite")),
    "tiles.largest.gzip": (_most(70, "KiB"),),
    "tiles.cached": (Target("≥ 3,000/s", lambda line: line["value"] >= 3_000),),
    "tiles.full.z8_z11.p95": (_share(1.5, "bare SQL"), _share(0.5, "django-vectortiles")),
    "tiles.full.z12_z16.p95": (
        Target("≤ theirs + 4 ms", lambda line: line["value"] <= line["peer_value"] + 4, peer="bare SQL"),
        _share(0.8, "django-vectortiles"),
        _share(0.8, "tipg"),
    ),
    "features.page10000": (_share(0.1, "drf-gis"), _share(0.25, "tipg"), _share(0.25, "pygeoapi")),
    "features.all": (_most(4, "s"),),
    "features.all.first_byte": (_most(200, "ms"),),
    "features.all.growth": (_most(50, "MiB"),),
    "search.p95": (_most(10, "ms", "spatialite"), _most(30, "ms", "postgis")),
    "search.mistyped.p95": (_most(100, "ms"),),
}


def target_of(line: Line) -> Target | None:
    """Return what is asked of *line*, None where nothing is."""
    name, _dot, database = line["name"].rpartition(".")
    for target in TARGETS.get(name, ()):
        if target.database in (None, database) and target.peer in (None, line["peer"]):
            return target
    return None
