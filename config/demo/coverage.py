"""Coverage of the demo: villages, schools, hospitals, roads of the made-up ground; maps; a drive test beside them."""

import csv
import json
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils import timezone

from config.demo.land import METRES_PER_DEGREE, Land
from infra.models import Authority, User
from maps.coverage.computing import compute
from maps.coverage.importing import Brought, import_ground, import_measurements
from maps.coverage.validation import levels_at
from maps.exposure.refreshing import refresh
from maps.models import CoverageMap
from maps.services.coverage import map_publish, run_open

SOURCE = "Dữ liệu minh họa"
VILLAGES_A_COMMUNE = 6
#: a place on the drive every so many metres, so many of them
EVERY_M, DRIVEN = 150.0, 2_400
#: what the demo's drive test differs from the forecast by: a little less, with the usual spread
BIAS_DB, SPREAD_DB = -2.0, 7.0
HEARD_DBM = -125.0


def write_ground(*, authority: Authority, actor: User, seed: int) -> None:
    """Bring villages, schools, hospitals and roads of the land that the demo stands on."""
    land = Land(authority, np.random.default_rng(seed))
    with tempfile.TemporaryDirectory() as folder:
        for kind, rows in (
            ("villages", _places(land, "Thôn", VILLAGES_A_COMMUNE)),
            ("schools", _places(land, "Trường Tiểu học", 2)),
            ("hospitals", _places(land, "Trạm Y tế", 1)),
        ):
            path = Path(folder, f"{kind}.csv")
            _write(path, ("name", "lon", "lat"), rows)
            import_ground(_brought(path, authority, actor), kind)
        roads = Path(folder, "roads.geojson")
        features = [
            {"type": "Feature", "geometry": shapely.geometry.mapping(road.line), "properties": {"name": road.name}}
            for road in land.roads
        ]
        roads.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        import_ground(_brought(roads, authority, actor), "roads")


def write_coverage(*, authority: Authority, actor: User, seed: int) -> None:
    """Compute every map, publish the joint ones, drive along the roads, keep the table of exposure."""
    compute(run_open(actor=actor, authority=authority, asked={}))
    for one in CoverageMap.objects.filter(authority=authority, organization=None, at_least=1, is_current=True):
        map_publish(actor=actor, coverage=one, public=True, reason=SOURCE)
    maps = CoverageMap.objects.filter(authority=authority, technology="4G", organization__isnull=False, is_current=True)
    chosen = list(maps.order_by("-cells").select_related("organization")[:3])
    random = np.random.default_rng(seed)
    rows = [row for one in chosen for row in _driven(one, Land(authority, random), random)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "drive-test.csv")
        _write(path, ("longitude", "latitude", "time", "operator", "technology", "rsrp"), rows)
        import_measurements(_brought(path, authority, actor), "drive_test")
    refresh(timezone.localdate())


def _places(land: Land, name: str, each: int) -> list[tuple[Any, ...]]:
    rows = []
    for place, commune in enumerate(land.communes):
        short = commune.unit.name
        for number in range(1, each + 1):
            lon, lat, _address = land.point(place, by_road=0.0)
            rows.append((f"{name} {short} {number}" if each > 1 else f"{name} {short}", round(lon, 6), round(lat, 6)))
    return rows


def _driven(one: CoverageMap, land: Land, random: np.random.Generator) -> list[tuple[Any, ...]]:
    """Return levels along the roads: the forecast with a bias and a spread; what is too weak is not heard."""
    points = [point for road in land.roads for point in _along(road.line)]
    at = np.array(points)[np.sort(random.choice(len(points), min(DRIVEN, len(points)), replace=False))]
    levels = levels_at(one, at[:, 0], at[:, 1]) + BIAS_DB + random.normal(0, SPREAD_DB, len(at))
    start = timezone.now() - timedelta(days=40)
    assert one.organization is not None, "maps of one network are chosen"
    return [
        (
            f"{lon:.6f}",
            f"{lat:.6f}",
            f"{start + timedelta(seconds=8 * number):%Y-%m-%dT%H:%M:%S%z}",
            one.organization.code,
            one.technology_id,
            f"{level:.1f}",
        )
        for number, ((lon, lat), level) in enumerate(zip(at.tolist(), levels.tolist(), strict=True))
        if np.isfinite(level) and level >= HEARD_DBM
    ]


def _along(line: shapely.LineString) -> list[tuple[float, float]]:
    step = EVERY_M / METRES_PER_DEGREE
    return [(point.x, point.y) for point in (line.interpolate(far) for far in np.arange(0, line.length, step))]


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _brought(path: Path, authority: Authority, actor: User) -> Brought:
    return Brought(path=path, name=path.name, authority=authority, actor=actor, source=SOURCE, reason=SOURCE)
