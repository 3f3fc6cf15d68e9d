"""Exports of a GIS: every format gives the rows that a spreadsheet of the same stations gives."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from infra.submissions.columns import TABLES
from infra.submissions.looking import Look
from infra.submissions.problems import Unreadable
from infra.submissions.reading.sheets import read
from tests.infra.submissions.conftest import codes
from tests.infra.submissions.files import station

FIELDS = {"code": "Mã trạm", "name": "Tên trạm", "unit": "Xã/Phường", "mast_height_m": "Chiều cao cột (m)"}
#: a Shapefile's names have ten letters
SHORT = {"code": "MA_TRAM", "name": "TEN_TRAM", "unit": "XA", "mast_height_m": "CAO_COT_M"}
STATIONS = [station(number) for number in range(1, 6)]
LONLAT = np.array([[row["longitude"], row["latitude"]] for row in STATIONS])


def written(path: Path, driver: str, srid: int = 4326, names: dict[str, str] = FIELDS, **options: Any) -> Path:
    """Write the stations with GDAL."""
    points = LONLAT
    if srid != 4326:
        points = np.column_stack(Transformer.from_crs(4326, srid, always_xy=True).transform(*LONLAT.T))
    pyogrio.raw.write(
        str(path),
        shapely.to_wkb(shapely.points(points)),
        [
            np.array([row[name] for row in STATIONS], dtype=object if name != "mast_height_m" else np.float64)
            for name in names
        ],
        np.array(list(names.values()), dtype=object),
        geometry_type="Point",
        crs=f"EPSG:{srid}",
        driver=driver,
        **options,
    )
    return path


def geojson(path: Path, features: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def feature(shape: Any, **fields: Any) -> dict[str, Any]:
    geometry = None if shape is None else json.loads(shapely.to_geojson(shape))
    return {"type": "Feature", "geometry": geometry, "properties": fields}


def of_geojson(folder: Path) -> Path:
    return geojson(
        folder / "stations",
        [
            feature(
                shapely.Point(row["longitude"], row["latitude"]), **{text: row[name] for name, text in FIELDS.items()}
            )
            for row in STATIONS
        ],
    )


def of_shapefile(folder: Path, *, with_cpg: bool = True) -> Path:
    written(folder / "stations.shp", "ESRI Shapefile", names=SHORT, encoding="UTF-8")
    with zipfile.ZipFile(folder / "shape.zip", "w") as archive:
        for part in folder.glob("stations.*"):
            if with_cpg or part.suffix != ".cpg":
                archive.write(part, part.name)
    (folder / "shape.zip").rename(folder / "kept")  # kept by its digest, without an ending
    return folder / "kept"


def of_kml(folder: Path) -> Path:
    placemarks = "".join(
        f'<Placemark><name>{row["name"]}</name><ExtendedData><Data name="Mã trạm"><value>{row["code"]}</value></Data>'
        f'<Data name="Xã/Phường"><value>{row["unit"]}</value></Data></ExtendedData>'
        f"<Point><coordinates>{row['longitude']},{row['latitude']},0</coordinates></Point></Placemark>"
        for row in STATIONS
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{placemarks}</Document></kml>'
    (folder / "doc").write_text(text, encoding="utf-8")
    return folder / "doc"


def of_kmz(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "doc_kmz", "w") as archive:
        archive.write(of_kml(folder), "doc.kml")
    return folder / "doc_kmz"


def renamed(path: Path) -> Path:
    return path.rename(path.with_suffix(""))


FILES: dict[str, Callable[[Path], Path]] = {
    "geojson": of_geojson,
    "geopackage": lambda folder: renamed(written(folder / "stations.gpkg", "GPKG")),
    "geopackage in metres": lambda folder: renamed(written(folder / "stations.gpkg", "GPKG", srid=9209)),
    "geopackage of another zone": lambda folder: renamed(written(folder / "stations.gpkg", "GPKG", srid=9210)),
    "shapefile": of_shapefile,
    "shapefile without code page": lambda folder: of_shapefile(folder, with_cpg=False),
    "kml": of_kml,
    "kmz": of_kmz,
}


@pytest.mark.parametrize("kind", FILES)
def test_every_format_gives_the_stations(kind: str, tmp_path: Path, looked: Callable[..., Look]) -> None:
    found = looked(FILES[kind](tmp_path))
    assert found.draft.size == 5
    assert found.draft.rows.tolist() == [2, 3, 4, 5, 6]
    assert found.draft.text("code").to_list() == [row["code"] for row in STATIONS]
    assert found.draft.text("name").to_list() == [row["name"] for row in STATIONS]
    assert np.abs(found.draft.points - LONLAT).max() < 1e-5
    assert not any("coordinate.unit_mismatch" in told for told in codes(found).values())
    if "metres" in kind or "zone" in kind:
        assert found.reading()["systems"][0]["why"] == "declared"


def test_routes_come_as_lines(tmp_path: Path, looked: Callable[..., Look]) -> None:
    line = shapely.LineString([(106.55, 20.50), (106.56, 20.51), (106.57, 20.51)])
    parts = shapely.MultiLineString([[(106.55, 20.50), (106.56, 20.51)], [(106.56, 20.51), (106.57, 20.51)]])
    apart = shapely.MultiLineString([[(106.55, 20.50), (106.56, 20.51)], [(106.58, 20.51), (106.59, 20.51)]])
    rows = [
        feature(shape, **{"Mã tuyến": f"T-{place}", "Loại tuyến": "Cáp treo"})
        for place, shape in enumerate((line, parts, apart, None))
    ]
    found = looked(geojson(tmp_path / "routes", rows), kind="cable_routes")
    assert [line is not None for line in found.draft.lines] == [True, True, False, False]
    assert found.draft.lines[1].length == pytest.approx(line.length)
    told = codes(found)
    assert "coordinate.unparsable" in told[4]
    assert "coordinate.missing" in told[5]


def test_a_shape_that_is_no_point_is_said_of_its_row(tmp_path: Path, looked: Callable[..., Look]) -> None:
    rows = [
        feature(shapely.box(106.55, 20.5, 106.56, 20.51), **{"Mã trạm": "A-1"}),
        feature(None, **{"Mã trạm": "A-2"}),
        feature(shapely.MultiPoint([(106.551234, 20.501234)]), **{"Mã trạm": "A-3"}),
    ]
    found = looked(geojson(tmp_path / "mixed", rows))
    told = codes(found)
    assert "coordinate.unparsable" in told[2]
    assert "coordinate.missing" in told[3]
    assert np.isfinite(found.draft.points[2]).all()


def test_names_that_a_shapefile_cuts_are_read_as_far_as_they_go(tmp_path: Path, looked: Callable[..., Look]) -> None:
    names = {"code": "Mã trạm", "name": "Tên trạm", "unit": "Xã/Phường", "mast_height_m": "Chiều cao cột (m)"}
    written(tmp_path / "cut.shp", "ESRI Shapefile", names=names, encoding="UTF-8")
    with zipfile.ZipFile(tmp_path / "cut.zip", "w") as archive:
        for part in tmp_path.glob("cut.???"):
            if part.suffix != ".zip":
                archive.write(part, part.name)
    found = looked(tmp_path / "cut.zip")
    assert found.draft.text("code").to_list() == [row["code"] for row in STATIONS]
    assert "Tên trạ" in [header.text for header in found.draft.sheet.unknown]  # for the person to assign


def test_values_of_every_type_become_cells(tmp_path: Path) -> None:
    rows = [
        feature(
            shapely.Point(106.55, 20.5), **{"Mã trạm": 17, "Tên trạm": None, "Ngày cấp": "2025-07-23", "more": [1, 2]}
        )
    ]
    sheet = read(geojson(tmp_path / "typed", rows), TABLES["stations"])
    assert sheet.frame["code"].to_list() == ["17"]
    assert sheet.frame["certificate_issued_on"].to_list() == ["2025-07-23"]
    assert [header.text for header in sheet.unknown] == ["more"]


def test_what_is_no_file_of_features_is_refused_in_words(tmp_path: Path) -> None:
    database = tmp_path / "other"
    with sqlite3.connect(database) as made:
        made.execute("CREATE TABLE stations (code TEXT)")
    made.close()
    entities = tmp_path / "entities"
    entities.write_text('<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>')
    broken = tmp_path / "broken"
    broken.write_text('{"type": "FeatureCollection", "features": [{"type":')
    other = tmp_path / "json"
    other.write_text('{"a": 1}')
    for path in (database, entities, broken, other):
        with pytest.raises(Unreadable) as caught:
            read(path, TABLES["stations"])
        assert caught.value.problem.code == "file.unreadable", path
        assert caught.value.problem.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_document_with_entities_is_refused_for_them_in_any_encoding(
    tmp_path: Path, encoding: str, packed: bool
) -> None:
    text = '<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>'
    path = tmp_path / "kept"
    if packed:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("doc.kml", text.encode(encoding))
    else:
        path.write_bytes(text.encode(encoding))
    with pytest.raises(Unreadable) as caught:
        read(path, TABLES["stations"])
    assert "entity" in caught.value.problem.message


def test_kml_in_utf_16_is_read_from_an_archive_and_else_to_be_saved_anew(
    tmp_path: Path, looked: Callable[..., Look]
) -> None:
    path = of_kml(tmp_path)
    path.write_bytes(path.read_text(encoding="utf-8").replace("UTF-8", "UTF-16", 1).encode("utf-16"))
    with pytest.raises(Unreadable) as caught:
        read(path, TABLES["stations"])
    assert caught.value.problem.code == "file.encoding"
    with zipfile.ZipFile(tmp_path / "packed", "w") as archive:
        archive.write(path, "doc.kml")
    found = looked(tmp_path / "packed")
    assert found.draft.text("code").to_list() == [row["code"] for row in STATIONS]
    assert found.draft.text("unit").to_list() == [row["unit"] for row in STATIONS]


def test_a_layer_is_chosen_by_name_or_by_what_it_holds(tmp_path: Path) -> None:
    path = written(tmp_path / "two.gpkg", "GPKG", layer="trạm")
    pyogrio.raw.write(
        str(path),
        shapely.to_wkb([shapely.Point(0, 0)]),
        [np.array(["x"], dtype=object)],
        np.array(["ghi"], dtype=object),
        geometry_type="Point",
        crs="EPSG:4326",
        driver="GPKG",
        layer="khác",
    )
    assert read(path, TABLES["stations"]).name == "trạm"
    with pytest.raises(Unreadable):
        read(path, TABLES["stations"], sheet="không có")
