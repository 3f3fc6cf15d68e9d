"""The browser reaches the product as people do, and nothing leaves the machine."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


def test_browser_reaches_the_product(page: Page, live_server: object) -> None:
    answer = page.goto(f"{live_server.url}/health/live")
    assert answer.status == 200
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_browser_gets_the_front_end_files_from_us(page: Page, live_server: object) -> None:
    for name in (
        "tabler/tabler.min.css",
        "htmx/htmx.min.js",
        "leaflet/leaflet.js",
        "inter/inter-vietnamese-wght-normal.woff2",
    ):
        assert page.request.get(f"{live_server.url}/static/vendor/{name}").status == 200
    assert page.request.get(f"{live_server.url}/static/vendor/leaflet/package.json").status == 404
