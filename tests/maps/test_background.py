"""The deployment's background: images out of a PMTiles file of this machine, for every map."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from tests.world import SignIn, World

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n"


def archive(path: Path, kind: TileType) -> Path:
    with path.open("wb") as file:
        writer = Writer(file)
        writer.write_tile(zxy_to_tileid(1, 1, 0), PNG)
        header = {"tile_type": kind, "tile_compression": Compression.NONE, "min_zoom": 0, "max_zoom": 1}
        writer.finalize(
            {
                **header,
                "min_lon_e7": 0,
                "min_lat_e7": 0,
                "max_lon_e7": 0,
                "max_lat_e7": 0,
                "center_zoom": 0,
                "center_lon_e7": 0,
                "center_lat_e7": 0,
            },
            {},
        )
    return path


def test_images_of_the_archive_are_handed_out(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.BASEMAP_FILE = archive(tmp_path / "ground.pmtiles", TileType.PNG)
    answer = client.get("/tiles/background/1/1/0")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PNG, "image/png")
    assert "max-age" in answer["Cache-Control"]
    assert client.get("/tiles/background/1/0/0").status_code == 204
    for nowhere in ("1/2/0", "40/0/0", "1/0/9999999999999999999999"):
        assert client.get(f"/tiles/background/{nowhere}").status_code == 404, nowhere


@pytest.mark.parametrize("kind", ["vector", "torn", "none"])
def test_what_holds_no_images_hands_out_none(client: Client, settings: Any, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "ground.pmtiles"
    if kind == "vector":
        archive(file, TileType.MVT)
    elif kind == "torn":
        file.write_bytes(b"PMTiles\x03")
    settings.BASEMAP_FILE = None if kind == "none" else file
    assert client.get("/tiles/background/1/1/0").status_code == 404


def test_areas_let_the_background_through_and_its_owner_is_named(
    world: World, as_person: SignIn, settings: Any
) -> None:
    settings.BASEMAP_URL, settings.BASEMAP_ATTRIBUTION = "/tiles/background/{z}/{x}/{y}", "© Cục Đo đạc"
    text = as_person(world.officer).get("/map/").content.decode()
    assert '"bare": true' in text
    assert "© Cục Đo đạc" in text


# --- Read by ranges ---------------------------------------------------------------------------------------------------

ADDRESS = "/tiles/background.pmtiles"


def test_a_browser_reads_the_archive_by_ranges(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.BASEMAP_FILE = archive(tmp_path / "ground.pmtiles", TileType.MVT)
    whole = settings.BASEMAP_FILE.read_bytes()
    answer = client.get(ADDRESS, headers={"Range": "bytes=0-6"})
    assert (answer.status_code, answer.content) == (206, b"PMTiles")
    assert answer["Content-Range"] == f"bytes 0-6/{len(whole)}"
    rest = client.get(ADDRESS, headers={"Range": f"bytes=7-{len(whole) + 500}"})
    assert rest.content == whole[7:]
    assert rest["ETag"] == answer["ETag"]
    for wrong in ("", "bytes=9-3", f"bytes={len(whole)}-", "bytes=0-99999999999", "lines=0-3", "bytes=0-1,3-4"):
        refused = client.get(ADDRESS, headers={"Range": wrong} if wrong else {})
        if wrong != "bytes=0-99999999999":
            assert (refused.status_code, refused["Content-Range"]) == (416, f"bytes */{len(whole)}"), wrong
    settings.BASEMAP_FILE = None
    assert client.get(ADDRESS, headers={"Range": "bytes=0-6"}).status_code == 404


@pytest.mark.parametrize(
    ("url", "kind", "read"),
    [
        ("https://maps.example.vn/ground.pmtiles", None, "https://maps.example.vn/ground.pmtiles"),
        ("/tiles/background/{z}/{x}/{y}", TileType.MVT, ADDRESS),
        ("/tiles/background/{z}/{x}/{y}", TileType.PNG, ""),
    ],
)
def test_the_page_brings_the_reader_only_where_it_is_needed(
    world: World, as_person: SignIn, settings: Any, tmp_path: Path, url: str, kind: TileType | None, read: str
) -> None:
    settings.BASEMAP_URL = url
    settings.BASEMAP_FILE = archive(tmp_path / "ground.pmtiles", kind) if kind else None
    text = as_person(world.officer).get("/map/").content.decode()
    assert ("protomaps-leaflet" in text) is bool(read)
    assert ("addArchive" in text) is bool(read)
    assert read in text


@pytest.mark.parametrize(
    ("url", "kind", "kept"),
    [
        ("https://maps.example.vn/ground.pmtiles", None, ""),
        ("/tiles/background/{z}/{x}/{y}", TileType.MVT, ""),
        ("/tiles/background/{z}/{x}/{y}", TileType.PNG, "/tiles/background/{z}/{x}/{y}"),
        ("https://maps.example.vn/{z}/{x}/{y}.png", None, "https://maps.example.vn/{z}/{x}/{y}.png"),
    ],
)
def test_the_field_app_never_takes_an_archive_for_an_image(
    client: Client, settings: Any, tmp_path: Path, url: str, kind: TileType | None, kept: str
) -> None:
    settings.BASEMAP_URL = url
    settings.BASEMAP_FILE = archive(tmp_path / "ground.pmtiles", kind) if kind else None
    assert f'data-tiles="{kept}"' in client.get("/field/").content.decode()
