"""GDAL's own OAPIF driver, which QGIS's is made from, reads every collection completely and in the right place.

It runs in a process of its own: the driver hangs when it reads from a thread of its own process.
"""

import json
import subprocess
import sys
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from infra.models import Installation, Site
from tests import factories as make
from tests.world import World

SCRIPT = """
import json, sys
import pyogrio
address, names, options = sys.argv[1], sys.argv[2].split(","), json.loads(sys.argv[3])
if "bbox" in options:
    options["bbox"] = tuple(options["bbox"])
found = {}
for name in names:
    meta, fids, geometry, values = pyogrio.raw.read(f"OAPIF:{address}", layer=name, **options)
    import shapely
    shapes = shapely.from_wkb(geometry)
    found[name] = {
        "crs": meta["crs"], "fields": list(meta["fields"]), "count": len(shapes), "type": meta["geometry_type"],
        "first": shapely.get_coordinates(shapes[:1]).tolist()[:1],
        "codes": [str(v) for v in dict(zip(meta["fields"], values)).get("number", [])],
    }
print(json.dumps(found))
"""


def read(server: LiveServer, names: list[str], user: str = "", **options: Any) -> dict[str, Any]:
    if user:
        options["USERPWD"] = f"{user}:{make.PASSWORD}"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, f"{server.url}/ogc", ",".join(names), json.dumps(options)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def many(live_server: LiveServer, world: World) -> World:
    """More stations than a page of the driver holds."""
    with make.one_act(world.authority):
        for number in range(30):
            make.StationFactory(
                installation__registry_number=f"HYN-B-{number + 100:06d}",
                installation__site=world.market,
                installation__organization=world.viettel,
            )
    return world


@pytest.mark.slow
def test_gdal_reads_every_collection_with_the_persons_rights(many: World, live_server: LiveServer) -> None:
    public = read(live_server, ["stations", "sites", "postal-points", "units"])
    assert public["stations"]["count"] == 35
    assert public["sites"]["count"] == 4
    assert public["stations"]["first"] == [[106.5685, 20.5602]]
    assert public["units"]["type"] == "MultiPolygon"
    assert public["units"]["count"] == 3
    assert "safety" not in public["stations"]["fields"]

    names = ["stations", "cells", "masts", "network-nodes", "internet-points", "cable-routes", "links"]
    staff = read(live_server, names, "officer", PAGE_SIZE=7)
    assert {name: one["count"] for name, one in staff.items()} == {
        "stations": 34, "cells": 3, "masts": 3, "network-nodes": 2, "internet-points": 1, "cable-routes": 2, "links": 1
    }  # fmt: skip
    assert len(set(staff["stations"]["codes"])) == 34
    assert {"safety", "certificate_expires_on", "backup_hours"} <= set(staff["stations"]["fields"])
    assert staff["cable-routes"]["first"] == [[106.5695, 20.5602]]

    own = read(live_server, ["stations"], "stranger")["stations"]
    visible = Installation.objects.visible_to(many.stranger).filter(kind="base_station")
    assert sorted(own["codes"]) == sorted(visible.values_list("registry_number", flat=True))


@pytest.mark.slow
def test_gdal_reads_in_the_zone_of_the_province(many: World, live_server: LiveServer) -> None:
    """The driver asks for VN-2000 and for a box in it; both come back where they belong."""
    from pyproj import Transformer

    zone = read(live_server, ["sites"], "officer", CRS="EPSG:9209")["sites"]
    to_zone = Transformer.from_crs(4326, 9209, always_xy=True)
    assert zone["crs"] == "EPSG:9209"
    site = Site.objects.order_by("pk")[0]
    assert zone["first"][0] == pytest.approx(to_zone.transform(site.position.x, site.position.y), abs=0.01)
    assert read(live_server, ["sites"], "officer", bbox=(106.5, 20.5, 106.6, 20.6))["sites"]["count"] == 1
    east, north = zone["first"][0]
    near = (east - 100, north - 100, east + 100, north + 100)
    assert read(live_server, ["sites"], "officer", CRS="EPSG:9209", bbox=near)["sites"]["count"] == 1
