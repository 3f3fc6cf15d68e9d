"""What is brought from outside: measurements, the ground, antenna patterns; what they change; who may."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from infra.access import scope_of
from infra.models import Limit
from infra.services.people import system_user
from maps.coverage.computing import compute
from maps.coverage.importing import Brought, import_ground, import_measurements
from maps.coverage.points import level_at
from maps.coverage.tables import TableError
from maps.coverage.validation import agreements, compared
from maps.models import AntennaPattern, Building, CoverageMap, GroundFile, Measurement, Place, Road, UnitEnvironment
from tests.maps.coverage.conftest import map_of, run_of
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db

DRIVE = "longitude;latitude;time;operator;technology;RSRP\n"


def brought(world: World, path: Path, text: str) -> Brought:
    path.write_text(text, encoding="utf-8")
    return Brought(path=path, name=path.name, authority=world.authority, actor=world.manager, source="Đo kiểm quý I")


@pytest.fixture
def computed(covered: World) -> World:
    compute(run_of(covered, technologies=["4G"]))
    return covered


# --- Measurements -----------------------------------------------------------------------------------------------------


def test_a_drive_test_keeps_the_sound_rows_and_lists_the_others(covered: World, tmp_path: Path) -> None:
    at = covered.market.position
    rows = [
        f"{at.x};{at.y};2026-03-01 09:00;VNPT;LTE;-87,5",
        f"{at.x};{at.y};01/03/2026 09:05;45202;4G;-90",
        f"{at.x};{at.y};;Nhà mạng lạ;4G;-90",
        f"{at.x};{at.y};;VNPT;6G;-90",
        f"{at.x};{at.y};;VNPT;4G;",
        f"{at.x};{at.y};;VNPT;4G;12",
        "0;0;;VNPT;4G;-90",
        f"{at.x};abc;;VNPT;4G;-90",
        f"{at.x};{at.y};gestern;VNPT;4G;-90",
    ]
    file = import_measurements(brought(covered, tmp_path / "drive.csv", DRIVE + "\n".join(rows)), "drive_test")
    assert (file.rows, file.kept) == (9, 2)
    assert [problem["row"] for problem in file.problems] == [4, 5, 6, 7, 8, 9, 10]
    kept = list(Measurement.objects.order_by("id"))
    assert [one.level_dbm for one in kept] == [-87.5, -90.0]
    assert {one.organization_id for one in kept} == {covered.vnpt.pk}
    assert kept[0].unit == covered.pho_hien
    assert f"{file.first_on} {file.last_on}" == "2026-03-01 2026-03-01"


def test_a_program_brings_a_file_once_however_often_it_asks(covered: World, as_person: SignIn) -> None:
    at, client = covered.market.position, as_person(covered.officer)
    text = f"{DRIVE}{at.x};{at.y};2026-03-01 09:00;VNPT;LTE;-87\n{at.x};{at.y};;VNPT;6G;-90\n"

    def bring(content: str, key: str = "", **values: str) -> Any:
        said = {"format": "drive_test", "source": "Đo kiểm quý I", "organization": "VNPT", **values}
        file = SimpleUploadedFile("do-kiem.csv", content.encode())
        headers = {"Idempotency-Key": key} if key else {}
        return client.post("/api/v1/measurements/", {**said, "file": file}, headers=headers)

    first = bring(text, "van-1")
    assert first.status_code == 201
    said = first.json()
    assert (said["rows"], said["kept"], [one["row"] for one in said["problems"]]) == (2, 1, [3])
    assert (said["organization"], said["first_on"], said["source"]) == ("VNPT", "2026-03-01", "Đo kiểm quý I")
    again = bring(text, "van-1")
    assert (again.status_code, again.json()["id"]) == (200, said["id"])
    assert bring(text).status_code == 409
    assert bring(text, "van-2").status_code == 409
    assert bring(text.replace("-87", "-88"), "van-1").status_code == 409
    assert Measurement.objects.count() == 1
    for wrong in ({"format": "gpx"}, {"source": ""}, {"organization": "NOBODY"}):
        assert bring(text.replace("-87", "-89"), **wrong).status_code == 400
    nothing = bring("a;b\n1;2\n")
    assert nothing.status_code == 400
    assert nothing.json()["errors"][0]["pointer"] == "/file"
    assert Measurement.objects.count() == 1
    files = client.get("/api/v1/measurements/files/").json()["results"]
    assert [one["id"] for one in files] == [said["id"]]
    assert client.get(f"/api/v1/measurements/files/{said['id']}/").json()["sha256"] == said["sha256"]


def test_whose_register_it_is_may_bring_measurements(covered: World, as_person: SignIn, tmp_path: Path) -> None:
    at = covered.market.position
    kept = import_measurements(
        brought(covered, tmp_path / "d.csv", f"{DRIVE}{at.x};{at.y};;VNPT;4G;-90\n"), "drive_test"
    )
    address = f"/api/v1/measurements/files/{kept.pk}/"
    for person, status in ((covered.officer, 200), (covered.foreign_officer, 404)):
        assert as_person(person).get(address).status_code == status
    for person in (covered.owner, covered.inspector):
        file = SimpleUploadedFile("d.csv", b"x")
        said = {"format": "drive_test", "source": "?", "file": file}
        assert as_person(person).post("/api/v1/measurements/", said).status_code == 403


def test_speed_tests_and_opencellid_are_read(covered: World, tmp_path: Path) -> None:
    at = covered.market.position
    speed = f"Kinh độ,Vĩ độ,Nhà mạng,Công nghệ,Tải xuống,Tải lên,Ping\n{at.x},{at.y},Viettel,5G,210.5,40,18\n"
    import_measurements(brought(covered, tmp_path / "ispeed.csv", speed), "speed_test")
    cells = (
        "radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,averageSignal\n"
        f"LTE,452,2,101,77001,0,{at.x},{at.y},1000,12,1,1500000000,1767225600,-95\n"
        f"GSM,452,4,102,5,0,{at.x},{at.y},1000,3,1,1500000000,1767225600,0\n"
        f"GSM,262,1,102,5,0,{at.x},{at.y},1000,3,1,1500000000,1767225600,0\n"
        f"GSM,452,4,102,6,0,{at.x},{at.y},1000,1e30,1,1500000000,1767225600,0\n"
        f"GSM,452,4,102,7,0,{at.x},{at.y},1000,3,1,1500000000,0001-01-01T00:00:00,0\n"
        f"GSM,452,4,102,8,0,{at.x},{at.y},1000,3,1,1500000000,2199-01-01T00:00:00,0\n"
    )
    file = import_measurements(brought(covered, tmp_path / "452.csv", cells), "opencellid")
    assert (file.rows, file.kept) == (6, 2)
    assert [problem["row"] for problem in file.problems] == [4, 5, 6, 7]
    fast = Measurement.objects.get(download_mbps__isnull=False)
    assert (fast.organization, fast.download_mbps, fast.latency_ms) == (covered.viettel, 210.5, 18)
    heard = Measurement.objects.get(cell_ref="452-2-101-77001")
    assert (heard.level_dbm, heard.samples) == (-95.0, 12)
    assert Measurement.objects.get(cell_ref="452-4-102-5").level_dbm is None


def test_a_file_that_is_of_no_use_leaves_nothing_behind(covered: World, tmp_path: Path) -> None:
    for text, words in ((DRIVE, "rows|dòng"), ("a;b\n1;2\n", "lon"), (DRIVE + "1;2;;X;4G;-90\n", "X")):
        with pytest.raises(TableError, match=words):
            import_measurements(brought(covered, tmp_path / "bad.csv", text), "drive_test")
    assert not Measurement.objects.exists()
    at = covered.market.position
    good = brought(covered, tmp_path / "good.csv", f"{DRIVE}{at.x};{at.y};;VNPT;4G;-90\n")
    import_measurements(good, "drive_test")
    with pytest.raises(TableError):
        import_measurements(good, "drive_test")


def test_bias_and_rmse_are_those_of_the_levels(computed: World, tmp_path: Path, as_person: SignIn) -> None:
    one = map_of(computed, "4G", computed.vnpt)
    at = computed.market.position
    places = [(at.x, at.y + 0.002 * step) for step in range(1, 5)]
    levels = [level_at(one, lon, lat).level_dbm or 0.0 for lon, lat in places]
    errors = [3.0, 5.0, -2.0, 6.0]
    rows = [
        f"{lon};{lat};;VNPT;4G;{level - error}" for (lon, lat), level, error in zip(places, levels, errors, strict=True)
    ]
    import_measurements(brought(computed, tmp_path / "d.csv", DRIVE + "\n".join(rows)), "drive_test")
    whole, units = agreements(compared(one, scope_of(computed.manager)))
    assert whole.count == sum(unit.count for unit in units) == 4
    # a point answers with its level rounded to a tenth
    assert whole.bias_db == pytest.approx(3.0, abs=0.06)
    assert whole.rmse_db == pytest.approx(float(np.sqrt(np.mean(np.square(errors)))), abs=0.06)
    said = as_person(computed.manager).get(f"/api/v1/coverage/maps/{one.pk}/validation/").json()
    assert said["whole"]["count"] == 4
    assert said["whole"]["bias_db"] == pytest.approx(3.0, abs=0.06)
    query = "network=VNPT&technology=4G"
    points = as_person(computed.manager).get(f"/map/coverage/measured.json?{query}").json()
    assert points["all"] == 4
    assert "RMSE" in as_person(computed.manager).get(f"/map/coverage/agreement/?{query}").content.decode()


def test_measurements_are_seen_by_their_network_and_the_authority(
    computed: World, tmp_path: Path, as_person: SignIn
) -> None:
    at = computed.market.position
    import_measurements(brought(computed, tmp_path / "d.csv", f"{DRIVE}{at.x};{at.y};;VNPT;4G;-90\n"), "drive_test")
    address = f"/api/v1/measurements/?bbox={at.x - 0.1},{at.y - 0.1},{at.x + 0.1},{at.y + 0.1}&unit=33"
    assert len(as_person(computed.manager).get(address).json()["results"]) == 1
    assert len(as_person(computed.stranger).get(address).json()["results"]) == 1
    assert as_person(computed.owner).get(address).json()["results"] == []
    assert as_person(computed.foreign_officer).get(address).json()["results"] == []
    assert as_person(None).get(address).status_code in (401, 403)
    for wrong in ("bbox=1,2,3", "unit=nothing", "colour=red"):
        assert as_person(computed.manager).get(f"/api/v1/measurements/?{wrong}").status_code == 400
    client = as_person(computed.officer)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= 9


# --- The ground -------------------------------------------------------------------------------------------------------


def collection(*features: tuple[dict[str, Any], dict[str, Any]]) -> str:
    rows = [{"type": "Feature", "geometry": geometry, "properties": values} for geometry, values in features]
    return json.dumps({"type": "FeatureCollection", "features": rows})


def square(lon: float, lat: float, half: float) -> dict[str, Any]:
    ring = [[lon - half, lat - half], [lon + half, lat - half], [lon + half, lat + half], [lon - half, lat + half]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def test_villages_and_roads_appear_in_the_next_figures(covered: World, tmp_path: Path) -> None:
    at = covered.market.position
    villages = f"ten,kinh_do,vi_do,dan_so\nThôn Chợ,{at.x},{at.y},900\nThôn Xa,x,y,1\n"
    file = import_ground(brought(covered, tmp_path / "thon.csv", villages), "villages")
    assert (file.rows, file.kept) == (2, 1)
    road = {"type": "LineString", "coordinates": [[at.x - 0.01, at.y], [at.x + 0.01, at.y]]}
    text = collection((road, {"name": "ĐT.380"}), (square(at.x, at.y, 0.001), {}))
    assert import_ground(brought(covered, tmp_path / "roads.geojson", text), "roads").kept == 1
    assert Road.objects.get().name == "ĐT.380"
    compute(run_of(covered, technologies=["4G"]))
    row = map_of(covered, "4G", covered.vnpt).indicators.get(unit=covered.pho_hien)
    assert (row.villages, row.villages_covered) == (1, 1)
    assert row.roads_m == pytest.approx(2_090, rel=0.05)


def test_a_new_file_takes_the_place_of_the_old_one(covered: World, tmp_path: Path) -> None:
    header = "name,lon,lat\n"
    import_ground(brought(covered, tmp_path / "a.csv", f"{header}Trường A,106.05,20.65\n"), "schools")
    import_ground(brought(covered, tmp_path / "b.csv", f"{header}Trường B,106.05,20.65\n"), "schools")
    assert [one.name for one in Place.objects.all()] == ["Trường B"]
    assert GroundFile.objects.filter(is_current=True).count() == 1
    with pytest.raises(CommandError, match=r"can be read|Không đọc được"):
        call_command("import_ground", str(_written(tmp_path / "c.gpkg", "nothing")), kind="schools")
    with pytest.raises(CommandError, match="no file"):
        call_command("import_ground", str(tmp_path / "gone.csv"), kind="schools")


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_schools_and_buildings_near_a_mast(covered: World, tmp_path: Path, as_person: SignIn) -> None:
    at = covered.market.position
    import_ground(
        brought(covered, tmp_path / "s.csv", f"name,lon,lat\nTrường Chợ,{at.x + 0.0005},{at.y}\nTrường Xa,105,19\n"),
        "schools",
    )
    text = collection(
        (square(at.x + 0.0004, at.y, 0.0001), {"building:levels": 3}),
        (square(at.x + 0.0003, at.y + 0.0003, 0.00005), {"building": "shed", "height": "4"}),
    )
    import_ground(brought(covered, tmp_path / "b.geojson", text), "buildings")
    for code, value in (("verification_distance", 100), ("verification_height_difference", 28)):
        Limit.objects.create(code=code, value=value, unit="m", name_vi=code, name_en=code, valid_from=date(2020, 6, 1))
    assert sorted(one.height_m or 0 for one in Building.objects.all()) == pytest.approx([4.0, 9.9])
    page = as_person(covered.manager).get("/exposure/sensitive/")
    assert [row.place.name for row, _percent, _nearest in page.context["rows"]] == ["Trường Chợ"]
    assert page.context["rows"][0][0].ratio > 0
    csv = b"".join(as_person(covered.manager).get("/exposure/sensitive/?export=csv")).decode()
    assert "Trường Chợ" in csv
    sheet = as_person(covered.manager).get(f"/sites/{covered.market.code}/")
    panel = next(one for one in sheet.context["main_panels"] if one.template == "maps/exposure/panel.html")
    lower = float(panel.context["exposure"].own.lower_edge_m.min())
    assert panel.context["verification"]["height_difference_m"] == pytest.approx(lower - 9.9, abs=0.06)
    assert panel.context["verification"]["is_mandatory"] is (lower - 9.9 < 28)
    assert panel.context["verification"]["distance_m"] == pytest.approx(31, abs=2)


# --- The page ---------------------------------------------------------------------------------------------------------


def test_the_page_of_data_is_for_those_who_may_change_the_register(covered: World, as_person: SignIn) -> None:
    assert as_person(covered.officer).get("/coverage/data/").status_code == 200
    for person in (covered.owner, covered.inspector):
        assert as_person(person).get("/coverage/data/").status_code == 404
    assert as_person(covered.officer).post("/coverage/data/", {"act": "nonsense"}).status_code == 404


def test_a_file_is_brought_on_the_page(covered: World, as_person: SignIn) -> None:
    at = covered.market.position
    client = as_person(covered.officer)

    def bring(kind: str, name: str, text: str, **more: Any) -> Any:
        file = SimpleUploadedFile(name, text.encode())
        return client.post("/coverage/data/", {"act": "import", "kind": kind, "file": file, "source": "Sở", **more})

    assert bring("measured:drive_test", "d.csv", f"{DRIVE}{at.x};{at.y};;VNPT;4G;-90\n").status_code == 302
    wrong = bring("measured:drive_test", "e.csv", "a;b\n1;2\n")
    assert wrong.status_code == 422
    assert "lon" in wrong.content.decode()
    lobe = "\n".join(f"{angle} {min(30, abs((angle + 180) % 360 - 180) / 4)}" for angle in range(360))
    pattern = f"NAME Panel 65\nFREQUENCY 1800\nGAIN 17.5 dBi\nHORIZONTAL 360\n{lobe}\nVERTICAL 360\n{lobe}\n"
    assert bring("pattern", "p.msi", pattern, organization=covered.vnpt.pk).status_code == 302
    assert AntennaPattern.objects.get().name == "Panel 65"
    assert "Panel 65" in client.get("/coverage/data/").content.decode()


def test_runs_are_started_and_maps_published_on_the_page(computed: World, as_person: SignIn) -> None:
    client = as_person(computed.officer)
    one = map_of(computed, "4G")
    client.post("/coverage/data/", {"act": "publish", "map": one.pk, "public": "1"})
    assert CoverageMap.objects.get(pk=one.pk).is_public
    assert (
        as_person(computed.foreign_officer)
        .post("/coverage/data/", {"act": "publish", "map": one.pk, "public": "0"})
        .status_code
        == 404
    )
    files = set(
        re.findall(rf"/api/v1/coverage/maps/{one.pk}/files/[\w.-]+", client.get("/coverage/data/").content.decode())
    )
    assert len(files) == 2
    assert {client.get(file).status_code for file in files} == {200}
    assert client.post("/coverage/data/", {"act": "run", "technology": "4G", "resolution_m": "200"}).status_code == 302
    assert client.post("/coverage/data/", {"act": "run", "resolution_m": "3"}).status_code == 422


def test_the_surroundings_of_a_commune_are_set_with_a_reason(covered: World, as_person: SignIn) -> None:
    client = as_person(covered.officer)
    values = {"act": "environment", "unit": covered.pho_hien.code, "environment": "urban", "reason": "Đô thị mới"}
    assert client.post("/coverage/data/", values).status_code == 302
    assert UnitEnvironment.objects.get().environment == "urban"
    assert client.post("/coverage/data/", {**values, "unit": "00000"}).status_code == 422
    assert client.post("/coverage/data/", {**values, "reason": ""}).status_code == 422


def test_the_command_lists_what_it_left_out(covered: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = covered.market.position
    path = _written(tmp_path / "d.csv", f"{DRIVE}{at.x};{at.y};;VNPT;4G;-90\n1;2;;?;4G;-90\n")
    call_command("import_measurements", str(path), format="drive_test")
    said = capsys.readouterr().out
    assert "1 of 2 rows kept" in said
    assert "row 3" in said
    assert system_user().pk == Measurement.objects.get().file.actor_id
