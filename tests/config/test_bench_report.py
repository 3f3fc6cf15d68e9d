"""The benchmarks' table says what was promised, and whether a run kept it."""

from typing import Any

import pytest

from config.benchmarks.measuring import Line
from config.benchmarks.report import table


def row(name: str, value: float, peer: str | None = None, theirs: float | None = None) -> str:
    ratio = None if theirs is None else value / theirs
    line: dict[str, Any] = vars(Line(name, value, "ms", peer, theirs, ratio, 1))
    return list(table([line]))[1]


@pytest.mark.parametrize(
    ("line", "end"),
    [
        (row("tiles.walk.uncached.p95.postgis", 19.9), "| ≤ 20 ms | kept |"),
        (row("tiles.walk.uncached.p95.postgis", 20.1), "| ≤ 20 ms | **missed** |"),
        (row("tiles.walk.uncached.p95.spatialite", 20.1), "| ≤ 60 ms | kept |"),
        (row("tiles.full.z12_z16.p95.postgis", 9.9, "bare SQL", 6.0), "| ≤ theirs + 4 ms | kept |"),
        (row("tiles.full.z12_z16.p95.postgis", 9.9, "tipg", 10.0), "| ≤ 0.8 × | **missed** |"),
        (row("features.page10000.postgis", 9.9, "drf-gis", 100.0), "| ≤ 0.1 × | kept |"),
        (row("lookups.box.postgis", 9.9, "bare SQL", 100.0), "|  |  |"),
    ],
)
def test_every_figure_stands_beside_its_target(line: str, end: str) -> None:
    assert line.endswith(end)
