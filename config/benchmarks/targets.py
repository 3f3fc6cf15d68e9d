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


def _least(limit: float, unit: str) -> Target:
    return Target(f"≥ {limit:,g} {unit}", lambda line: line["value"] >= limit)


def _share(limit: float, peer: str | None = None, database: str | None = None) -> Target:
    return Target(f"≤ {limit:g} ×", lambda line: line["ratio"] <= limit, database, peer)


_REGISTER: dict[str, tuple[Target, ...]] = {
    "country.load": (_most(600, "s", "postgis"),),
    "box.ids": (_share(1.5, "bare SQL through the index"),),
    "nearest.ten": (_most(1, "ms"),),
    "api.stations.page100": (_most(50, "ms"),),
    "units.100k_points": (_most(3, "s"),),
}
_SUBMISSIONS: dict[str, tuple[Target, ...]] = {
    "submissions.check": (_most(10, "s"),),
    "submissions.look.peak": (_most(1_024, "MiB"),),
    "submissions.accept": (_most(15, "s", "postgis"), _most(30, "s", "spatialite")),
    "submissions.check.screen": (_most(3, "s"),),
    "submissions.check_and_accept": (
        # Told of a peer on PostgreSQL. On SQLite it takes half as long, and our own limit there is 40 s in all.
        _share(1 / 25, "django-import-export, defaults", "postgis"),
        _share(1 / 3, "django-import-export, tuned"),
    ),
    "submissions.memory.csv": (_share(2),),
    "submissions.memory.xlsx": (_most(1_536, "MiB"),),
    "submissions.others_wait": (_most(30, "s"),),
    "submissions.others_wait.5k": (_most(2, "s"),),
}
_INSPECTIONS: dict[str, tuple[Target, ...]] = {
    "fieldwork.intake.forms": (_least(50, "1/s"),),
    "fieldwork.intake.photo_4mb": (_most(300, "ms"),),
    "fieldwork.priority.first": (_most(60, "s"),),
    "fieldapp.first_load": (_most(300, "kB"),),
    "fieldapp.interactive.cpu4x": (_most(2_000, "ms"),),
    "fieldapp.package": (_most(2_000, "kB"),),
    "cases.agenda": (_most(100, "ms"),),
    "cases.list.slowest": (_most(100, "ms"),),
    "cases.dates.recomputed": (_most(60, "s"),),
}
_MAPS: dict[str, tuple[Target, ...]] = {
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
    "console.interactive.cold": (_most(2_000, "ms"),),
    "console.bytes_before_first_tile": (_most(1_000, "kB"),),
    "console.panning.longest_task": (_most(200, "ms"),),
}
#: crc-covlib's eHata makes 44,000 pixels a second
_COVERAGE: dict[str, tuple[Target, ...]] = {
    "coverage.kernel": (
        Target("≤ 0.125 ×, ≥ 44 Mpx·sectors/s", lambda line: line["ratio"] <= 1 / 8 and line["value"] >= 44),
    ),
    "coverage.province": (_most(10, "s"),),
    "coverage.province.memory": (_most(1_536, "MiB"),),
    "coverage.province.dask": (_share(1.3, "threads"),),
    "coverage.indicators": (_most(5, "s"),),
    "coverage.changed_cell": (_most(1, "s"),),
    "coverage.what_if": (_most(2, "s"),),
    "coverage.point": (_most(50, "ms"),),
    "exposure.refresh": (_most(60, "s"),),
    "exposure.point": (_most(50, "ms"),),
}
#: figure without its database → what is asked of it; the first that fits a line counts
TARGETS = _REGISTER | _SUBMISSIONS | _INSPECTIONS | _MAPS | _COVERAGE


def target_of(line: Line) -> Target | None:
    """Return what is asked of *line*, None where nothing is."""
    name, _dot, database = line["name"].rpartition(".")
    for target in TARGETS.get(name, ()):
        if target.database in (None, database) and target.peer in (None, line["peer"]):
            return target
    return None
