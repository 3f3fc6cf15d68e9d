"""A background that another server hands out: an archive of ours, read by ranges from another port."""

import re
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from config import env
from tests import factories as make
from tests.browser.looking import no_complaints
from tests.world import World


class Elsewhere(BaseHTTPRequestHandler):
    """Hands out parts of one file to pages of every origin, as an object store does."""

    def __init__(self, content: bytes, *args: Any) -> None:
        self.content = content
        super().__init__(*args)

    def do_GET(self) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if asked is None or not self.path.endswith("/ground.pmtiles"):
            self.send_error(404)
            return
        part = self.content[int(asked[1]) : int(asked[2]) + 1]
        self.send_response(206)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Range", f"bytes {asked[1]}-{int(asked[1]) + len(part) - 1}/{len(self.content)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, *_told: Any) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere(world: World) -> Iterator[str]:
    client = Client()
    assert client.login(username=world.officer.username, password=make.PASSWORD)
    answer = client.get("/map/export/units.pmtiles?bbox=106.5,20.5,106.6,20.6")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Elsewhere, content))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def named(settings: Any, address: str) -> None:
    """Set the background as the environment would have."""
    parts = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    origins = env.tile_origins(address)
    settings.BASEMAP_URL = address
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": {
            **parts,
            "connect-src": [*parts["connect-src"], *origins],
            "img-src": [*parts["img-src"], *origins],
        }
    }


def land_drawn(page: Page, pane: str) -> bool:
    """Tell whether the middle of a tile of *pane* has the colour of our own units."""
    script = """(pane) => {
      const box = document.querySelector("#map_public");
      const own = Sotram.readColours(box).own.match(/[0-9a-f]{2}/gi).map((part) => parseInt(part, 16));
      return [...box.querySelectorAll(pane + " canvas")].some((tile) => {
        if (!tile.width) return false;
        const copy = new OffscreenCanvas(1, 1).getContext("2d");
        copy.drawImage(tile, tile.width / 2, tile.height / 2, 1, 1, 0, 0, 1, 1);
        const seen = copy.getImageData(0, 0, 1, 1).data;
        return seen[3] === 255 && own.every((part, i) => Math.abs(part - seen[i]) < 3);
      });
    }"""
    page.wait_for_function(script, arg=pane, timeout=20_000)
    return True


def test_an_archive_on_another_server_lies_below_the_map(
    elsewhere: str, live_server: LiveServer, page: Page, settings: Any
) -> None:
    named(settings, f"{elsewhere}/ground.pmtiles")
    with no_complaints(page):
        page.goto(live_server.url + "/?at=106.5685,20.5602")
        expect(page.locator("#map_public")).to_have_attribute("data-background", "vector", timeout=20_000)
        assert land_drawn(page, ".leaflet-tile-pane")


def test_the_map_stands_on_our_own_units_where_the_archive_is_not_there(
    elsewhere: str, live_server: LiveServer, page: Page, settings: Any
) -> None:
    named(settings, f"{elsewhere}/other.pmtiles")
    page.goto(live_server.url + "/?at=106.5685,20.5602")
    expect(page.locator("#map_public")).to_have_attribute("data-background", "failed", timeout=20_000)
    assert land_drawn(page, ".leaflet-ground-pane")
