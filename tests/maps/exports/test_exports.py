"""Layers as files: exactly what is filtered, in every format, at once and in the background, for its owner alone."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from pmtiles.reader import MemorySource, Reader

from infra.services.ledger import act
from maps.exports.choosing import BY_KIND, Choice, chosen
from maps.exports.formats import FORMATS
from maps.models import Export, ExportState
from maps.queries.reader import Reader as Seeing
from maps.services import exports as services
from maps.tiles.declared import PointTiles
from tests import factories as make
from tests.inspections.conftest import File, filed, law  # noqa: F401 -- fixtures
from tests.maps.tiles.reading import decoded
from tests.world import SignIn, World

VECTORS = ("gpkg", "kml", "shp.zip")


def fetch(client: Client, layer: str, extension: str, **parameters: str) -> bytes:
    response = client.get(f"/map/export/{layer}.{extension}", parameters)
    assert response.status_code == 200, response.content
    assert f'filename="{layer}-' in response["Content-Disposition"]
    return b"".join(response.streaming_content)


def numbers_of(content: bytes, extension: str, folder: Path) -> list[str]:
    """Return the registry numbers (or codes) in a file, by a program that is not ours."""
    path = folder / f"file.{extension}"
    path.write_bytes(content)
    if extension == "csv":
        return [row[0] for row in list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))[1:]]
    if extension == "xlsx":
        return [row[0] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2, values_only=True)]
    where = f"/vsizip/{path}" if extension == "shp.zip" else str(path)
    meta, _fids, _shapes, values = pyogrio.raw.read(where)
    return list(dict(zip(meta["fields"], values, strict=True))["number"])


@pytest.mark.parametrize("extension", [name for name in FORMATS if name != "pmtiles"])
def test_every_format_holds_exactly_what_is_filtered(
    world: World, as_person: SignIn, extension: str, tmp_path: Path
) -> None:
    officer, owner = as_person(world.officer), as_person(world.owner)
    stations = {"kind": "base_station"}
    assert numbers_of(fetch(officer, "installations", extension, **stations), extension, tmp_path) == [
        "HYN-B-000001", "HYN-B-000002", "HYN-B-000003", "HYN-B-000004"
    ]  # fmt: skip
    own = fetch(owner, "installations", extension, **stations, bbox="106,20,107,20.8")
    assert numbers_of(own, extension, tmp_path) == ["HYN-B-000001", "HYN-B-000003"]
    shared = fetch(officer, "installations", extension, **stations, shared="1", organization="VNPT")
    assert numbers_of(shared, extension, tmp_path) == ["HYN-B-000002"]
    assert numbers_of(fetch(officer, "routes", extension), extension, tmp_path) == ["HYN-C-000001", "HYN-C-000002"]
    assert numbers_of(fetch(owner, "routes", extension), extension, tmp_path) == ["HYN-C-000001"]
    assert numbers_of(fetch(officer, "routes", extension, organization="VNPT"), extension, tmp_path) == ["HYN-C-000002"]


@pytest.mark.parametrize("extension", VECTORS)
def test_places_and_types_survive(world: World, as_person: SignIn, extension: str, tmp_path: Path) -> None:
    path = tmp_path / f"file.{extension}"
    path.write_bytes(fetch(as_person(world.officer), "installations", extension, kind="base_station"))
    where = f"/vsizip/{path}" if extension == "shp.zip" else str(path)
    meta, _fids, shapes, values = pyogrio.raw.read(where)
    assert meta["crs"] in ("EPSG:4326", None) or "4326" in meta["crs"]
    assert shapely.get_coordinates(shapely.from_wkb(shapes))[0].tolist() == [106.5685, 20.5602]
    found = dict(zip(meta["fields"], values, strict=True))
    assert found["operator"][0] == "VIETTEL"
    if extension == "gpkg":
        assert found["height_m"][0] == world.harbour_mast.height_m
        assert str(found["certificate_expires_on"][0]) == world.certificate.expires_on.isoformat()


def test_every_layer_is_exported(world: World, as_person: SignIn, filed: File, tmp_path: Path) -> None:  # noqa: F811
    filed()
    client = as_person(world.officer)
    for layer in ("installations", "sites", "masts", "postal", "nodes", "internet", "routes", "links", "units",
                  "inspections", "findings", "cases", "incidents", "permits"):  # fmt: skip
        collection = json.loads(fetch(client, layer, "geojson"))
        counts = client.get(f"/tiles/{layer}/counts.json")
        if counts.status_code == 200:
            assert len(collection["features"]) == counts.json()["n"], layer
        for extension in ("csv", "xlsx", "gpkg"):
            assert fetch(client, layer, extension)


def test_all_of_a_layer_are_those_of_its_tiles(world: World) -> None:
    """Without filters the rows come straight from the register: the same ones as the map's."""
    today = timezone.localdate()
    people = (world.officer, world.owner, world.stranger, AnonymousUser())
    asked = [("installations", ""), *(("installations", kind) for kind in BY_KIND), ("postal", ""), ("nodes", "")]
    for name, kind in asked:
        for day in (None, today, date(2026, 5, 1)):
            for person in people:
                reader, query = Seeing.of(person), QueryDict(f"kind={kind}&as_of={day or ''}")
                choice = Choice.parse(name, reader, query)
                if choice is None:
                    continue
                rows = chosen(choice, reader, today)
                tiles = choice.layer.tiles
                assert rows.keys is None
                assert isinstance(tiles, PointTiles)
                found = [row[0] for piece in rows.pieces() for row in piece]
                assert found == sorted(tiles.selection(reader, choice.filters, today).ids().tolist())
                assert rows.total == len(found)


def test_columns_are_chosen(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    found = json.loads(fetch(client, "installations", "geojson", kind="base_station", properties="number,operator"))
    assert set(found["features"][0]["properties"]) == {"number", "operator"}
    wrong = client.get("/map/export/installations.csv", {"properties": "number,colour"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/properties")


def test_the_past_is_exported_as_it_stood(world: World, as_person: SignIn) -> None:
    with act(actor=world.officer, authority=world.authority, kind="test", reason="Closed") as ledger:
        world.station.installation.status = make.StatusFactory(code="decommissioned")
        ledger.change(world.station.installation)
    client = as_person(world.officer)
    for day, status in (("2026-05-01", "operating"), ("", "decommissioned")):
        found = json.loads(fetch(client, "installations", "geojson", kind="base_station", as_of=day))["features"]
        assert (len(found), found[0]["properties"]["status"]) == (4, status)


def test_the_public_exports_what_is_published(world: World, as_person: SignIn) -> None:
    found = json.loads(fetch(as_person(None), "installations", "geojson", kind="base_station"))["features"]
    assert len(found) == 5
    assert not {"safety", "code", "equipment"} & set(found[0]["properties"])
    assert as_person(None).get("/map/export/cases.csv").status_code == 404
    assert as_person(None).get("/api/v1/exports/").status_code == 401


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_a_name_that_looks_like_a_formula_stays_text(
    world: World, as_person: SignIn, extension: str, tmp_path: Path
) -> None:
    evil = '=HYPERLINK("http://x","y")'
    with act(actor=world.officer, authority=world.authority, kind="test", reason="Renamed") as ledger:
        world.station.installation.name = evil
        ledger.change(world.station.installation)
    content = fetch(as_person(world.officer), "installations", extension, kind="base_station")
    if extension == "csv":
        assert f"'{evil}" in [row[2] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")]
        return
    (tmp_path / "x.xlsx").write_bytes(content)
    cell = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]["C2"]
    assert (cell.value, cell.data_type) == (evil, "s")


def test_an_archive_holds_the_layers_tiles(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    content = fetch(client, "installations", "pmtiles", kind="base_station")
    archive = Reader(MemorySource(content))
    assert archive.metadata()["vector_layers"][0]["id"] == "installations"
    import gzip

    from tests.maps.tiles.reading import tile_at

    z, x, y = map(int, tile_at(106.5685, 20.5602, 14).split("/"))
    body = gzip.decompress(archive.get(z, x, y))
    assert body == client.get(f"/tiles/installations/{z}/{x}/{y}.mvt", {"kind": "base_station"}).content
    assert len(decoded(body)["installations"]["features"]) == 2
    lines = fetch(client, "routes", "pmtiles", bbox="106.5,20.5,106.6,20.6")
    assert Reader(MemorySource(lines)).get(z, x, y)


# --- In the background ------------------------------------------------------------------------------------------------


@pytest.fixture
def ask(as_person: SignIn, django_capture_on_commit_callbacks: Any) -> Any:
    """Ask for an export as a person and let the background write it."""

    def asked(person: Any, **body: str) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return as_person(person).post("/api/v1/exports/", body, content_type="application/json")

    return asked


def test_a_large_file_is_written_in_the_background(world: World, as_person: SignIn, ask: Any, tmp_path: Path) -> None:
    asked = ask(world.officer, layer="installations", format="gpkg", query="kind=base_station&organization=VIETTEL")
    assert asked.status_code == 202
    client = as_person(world.officer)
    found = client.get(asked["Location"]).json()
    assert (found["state"], found["percent"], found["done"], found["total"]) == ("done", 100, 2, 2)
    response = client.get(found["file"].removeprefix("http://testserver"))
    content = b"".join(response.streaming_content)
    assert numbers_of(content, "gpkg", tmp_path) == ["HYN-B-000001", "HYN-B-000003"]
    assert found["size"] == len(content)
    listed = client.get("/api/v1/exports/").json()["results"]
    assert [one["id"] for one in listed] == [found["id"]]


def test_an_export_is_its_owners_alone(world: World, as_person: SignIn, ask: Any) -> None:
    address = ask(world.owner, layer="installations", format="csv")["Location"]
    for other in (world.colleague, world.officer, world.admin):
        client = as_person(other)
        assert client.get("/api/v1/exports/").json()["results"] == []
        assert client.get(address).status_code == 404
        assert client.get(f"{address}file/").status_code == 404
        assert client.delete(address).status_code == 404
    assert as_person(world.owner).get(f"{address}file/").status_code == 200


def test_a_file_is_not_handed_out_once_the_owner_may_see_something_else(
    world: World, as_person: SignIn, ask: Any
) -> None:
    address = ask(world.officer, layer="installations", format="csv")["Location"]
    world.officer.memberships.update(valid_from=make.LONG_AGO, valid_to=make.LONG_AGO)
    world.officer.kept_scope = None
    assert as_person(world.officer).get(f"{address}file/").status_code == 409


def test_a_removed_or_expired_export_leaves_no_file(world: World, as_person: SignIn, ask: Any) -> None:
    first, second = (ask(world.owner, layer="installations", format="csv")["Location"] for _ in range(2))
    exports = list(Export.objects.order_by("id"))
    paths = [services.export_path(export) for export in exports]
    assert all(path.is_file() for path in paths)
    assert as_person(world.owner).delete(first).status_code == 204
    Export.objects.update(expires_at=timezone.now())
    assert services.exports_expire() == 1
    assert not any(path.exists() for path in paths)
    assert as_person(world.owner).get(second).status_code == 404


def test_what_breaks_off_says_so_and_leaves_nothing(
    world: World, as_person: SignIn, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("maps.exports.formats.write_vector", broken)
    address = ask(world.owner, layer="installations", format="gpkg")["Location"]
    found = as_person(world.owner).get(address).json()
    assert (found["state"], found["file"]) == ("failed", None)
    assert "OSError" in found["error"]
    assert as_person(world.owner).get(f"{address}file/").status_code == 409
    assert not list(services.export_folder().glob("draft-*"))


def test_a_task_that_comes_back_starts_again_and_a_finished_one_does_nothing(world: World, ask: Any) -> None:
    ask(world.owner, layer="installations", format="csv")
    export = Export.objects.get()
    Export.objects.update(state=ExportState.RUNNING, done=77)
    services.export_write(export.pk)
    export.refresh_from_db()
    assert (export.state, export.done) == (ExportState.DONE, 4)
    finished = export.finished_at
    services.export_write(export.pk)
    export.refresh_from_db()
    assert export.finished_at == finished


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"layer": "nothing", "format": "csv"}, "/layer"),
        ({"layer": "installations", "format": "dwg"}, "/format"),
        ({"layer": "installations", "format": "csv", "query": "colour=red"}, "/query"),
        ({"layer": "installations", "format": "csv", "query": "bbox=1,2"}, "/query"),
        ({"format": "csv"}, "/layer"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(world: World, ask: Any, body: dict[str, str], named: str) -> None:
    answer = ask(world.officer, **body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == named


def test_a_person_has_so_many_exports_and_no_more(world: World, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_OF_ONE", 1)
    assert ask(world.owner, layer="installations", format="csv").status_code == 202
    assert ask(world.owner, layer="installations", format="csv").status_code == 409


def test_what_is_too_large_to_wait_for_is_sent_to_the_background(
    world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maps.exports.formats.AT_ONCE", 1)
    answer = as_person(world.officer).get("/map/export/installations.gpkg")
    assert answer.status_code == 413
    assert "/api/v1/exports/" in answer.json()["detail"]
    assert as_person(world.officer).get("/map/export/installations.csv").status_code == 200
    assert as_person(world.officer).get("/map/export/installations.dwg").status_code == 404


def test_a_workbook_says_its_filters_in_words(world: World, as_person: SignIn, tmp_path: Path) -> None:
    client = as_person(world.officer)
    asked = {
        "kind": "base_station",
        "organization": "VIETTEL",
        "unit": "12826",
        "certificate": "expired",
        "shared": "1",
    }
    said = {
        ("Loại", "Trạm gốc"),
        ("Doanh nghiệp", "Viettel"),
        ("Xã, phường", world.thai_thuy.full_name),
        ("Giấy chứng nhận", "đã hết hạn"),
        ("Dùng chung", "chỉ cột dùng chung"),
    }
    whole = fetch(client, "installations", "xlsx", **asked)
    listed = client.get("/map/list/", asked | {"export": "xlsx"}).getvalue()
    for content in (whole, listed):
        path = tmp_path / "file.xlsx"
        path.write_bytes(content)
        notes = openpyxl.load_workbook(path).worksheets[1]
        assert set(notes.iter_rows(values_only=True)) == said
