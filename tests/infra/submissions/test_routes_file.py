"""Cable routes in metres: the system is told by the territory, and never in silence where another one fits as well."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from infra.submissions.coordinates.doubts import doubts_of
from infra.submissions.coordinates.systems import from_lonlat
from infra.submissions.looking import Look
from tests.infra.submissions.conftest import codes

#: in the middle of the territory, and along its northern border: another scale puts those 690 m farther north
WITHIN = [[(106.55 + 0.002 * n, 20.53), (106.551 + 0.002 * n, 20.54), (106.553 + 0.002 * n, 20.545)] for n in range(6)]
ALONG = [[(106.61 + 0.01 * n, 20.6485), (106.611 + 0.01 * n, 20.6486), (106.612 + 0.01 * n, 20.6487)] for n in range(8)]


def routes_file(
    folder: Path, lines: Sequence[Sequence[tuple[float, float]]], srid: int, *, northing_first: bool = True
) -> Path:
    path = folder / "routes.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(["Mã tuyến", "Loại tuyến", "Tọa độ các điểm"])
        for number, line in enumerate(lines):
            metres = from_lonlat(np.array(line), srid)
            points = metres[:, ::-1] if northing_first else metres
            writer.writerow([f"T-{number}", "Cáp treo", " | ".join(f"{x:.2f} {y:.2f}" for x, y in points)])
    return path


@pytest.mark.parametrize("northing_first", [True, False])
def test_second_way_to_read_routes_is_named(northing_first: bool, tmp_path: Path, looked: Callable[..., Look]) -> None:
    path = routes_file(tmp_path, WITHIN, 5897, northing_first=northing_first)
    (system,) = looked(path, kind="cable_routes").reading()["systems"]
    apart = {one["crs"]: one["apart_m"] for one in system["rivals"]} | {system["crs"]: 0}
    assert {"EPSG:5897", "EPSG:32648"} <= set(apart)
    assert 500 < max(apart.values()) < 1_000
    (doubt,) = doubts_of({"systems": [system]})
    assert all(one.crs in doubt.message for one in doubt.others)
    found = looked(path, kind="cable_routes", crs="EPSG:5897")
    (declared,) = found.reading()["systems"]
    assert "rivals" not in declared
    assert not any(code.startswith("coordinate.") for told in codes(found).values() for code in told)
    read = np.array([list(line.coords) for line in found.draft.lines])
    assert np.abs(read - np.array(WITHIN)).max() < 1e-6


def test_routes_along_the_border_tell_the_systems_apart(tmp_path: Path, looked: Callable[..., Look]) -> None:
    (system,) = looked(routes_file(tmp_path, ALONG, 5897), kind="cable_routes").reading()["systems"]
    assert system["crs"] == "EPSG:5897"
    assert "EPSG:32648" not in {one["crs"] for one in system.get("rivals", [])}


def test_one_route_along_the_border_is_no_proof(tmp_path: Path, looked: Callable[..., Look]) -> None:
    line = [(106.61 + 0.001 * n, 20.6485) for n in range(40)]
    (system,) = looked(routes_file(tmp_path, [line], 5897), kind="cable_routes").reading()["systems"]
    assert {"EPSG:5897", "EPSG:32648"} <= {system["crs"], *(one["crs"] for one in system["rivals"])}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("between", ["; ", " | "])
def test_points_of_routes_are_no_columns(
    delimiter: str, between: str, tmp_path: Path, looked: Callable[..., Look]
) -> None:
    path = tmp_path / "routes.csv"
    points = [f"{106.55 + 0.001 * n:.5f} 20.53" for n in range(12)]
    rows = [["Mã tuyến", "Loại tuyến", "Tọa độ các điểm"]]
    rows += [[f"T-{number}", "Cáp treo", between.join(points)] for number in range(9)]
    quoted = [f'"{text}"' if delimiter in text else text for text in (cell for row in rows for cell in row)]
    lines = [delimiter.join(quoted[place : place + 3]) for place in range(0, len(quoted), 3)]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = looked(path, kind="cable_routes")
    assert [len(line.coords) for line in found.draft.lines] == [12] * 9


def test_file_of_which_no_line_can_be_read_says_so_of_each_row(tmp_path: Path, looked: Callable[..., Look]) -> None:
    path = tmp_path / "routes.csv"
    path.write_text("Mã tuyến;Loại tuyến;Tọa độ các điểm\nT-1;Cáp treo;xem bản vẽ\nT-2;Cáp treo;\n", encoding="utf-8")
    told = codes(looked(path, kind="cable_routes"))
    assert "coordinate.unparsable" in told[2]
    assert "coordinate.missing" in told[3]
