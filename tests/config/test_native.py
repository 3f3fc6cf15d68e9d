"""The native libraries stay apart from those that SpatiaLite brings into the process."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyproj
import pytest
from django.conf import settings

from config import native
from config.diagnosis import machine

ROOT = Path(__file__).resolve().parents[2]

# Hưng Yên's VN-2000 zone; the pair is in the field's reference (7-parameter transformation to WGS 84).
WORK = """
import json, math
import pyproj, shapely, rasterio.features
from shapely.geometry import Point
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.gdal import gdal_version
from affine import Affine
from config import native

east, north = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:9209", always_xy=True).transform(106.34, 20.45)
moved = GEOSGeometry("SRID=4326;POINT(106.34 20.45)").transform(9209, clone=True)
burnt = rasterio.features.rasterize([Point(2, 2).buffer(1)], out_shape=(4, 4), transform=Affine.identity())
print(json.dumps({
    "versions": native.versions(), "wkt": Point(106.34, 20.45).wkt, "pyproj": [east, north],
    "gdal": [moved.x, moved.y], "burnt": int(burnt.sum()), "django gdal": gdal_version().decode(),
}))
"""
ORDERS = {
    "wheels first": f"import shapely, pyproj, pyogrio, rasterio\n{machine._CONNECT}\n{WORK}",
    "database first": f"{machine._CONNECT}\n{WORK}",
}


def report(order: str) -> dict[str, Any]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PROJ_")}
    done = subprocess.run(
        [sys.executable, "-c", ORDERS[order]], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{order}: exit {done.returncode}: {done.stderr[-500:]}"
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


@pytest.mark.parametrize("order", list(ORDERS))
def test_libraries_work_beside_spatialite_in_either_order(order: str) -> None:
    found = report(order)
    assert found["wkt"] == "POINT (106.34 20.45)"
    assert found["burnt"] > 0
    for east, north in (found["pyproj"], found["gdal"]):
        assert east == pytest.approx(587448.557, abs=0.002)
        assert north == pytest.approx(2262291.728, abs=0.002)
    assert found["versions"] == native.versions()


def test_pyproj_uses_the_proj_of_its_own_wheel() -> None:
    libraries = Path(pyproj.__file__).parent.with_name("pyproj.libs")
    [name] = [file.name for file in libraries.glob("libproj*")] or pytest.skip("pyproj was built against the system")
    # libproj-<hash>.so.25.<version of PROJ>
    in_wheel = re.search(r"\.so\.\d+\.(\d+\.\d+\.\d+)$", name)
    assert in_wheel is not None
    assert native.versions()["pyproj PROJ"] == in_wheel[1]


def test_geodjango_uses_the_libraries_of_the_wheels() -> None:
    assert str(native.gdal_library()) == settings.GDAL_LIBRARY_PATH
    assert str(native.geos_library()) == settings.GEOS_LIBRARY_PATH


def test_system_library_is_the_fallback(tmp_path: Path) -> None:
    assert native._bundled(tmp_path / "pyogrio", "libgdal*") is None
