"""The console in Chromium: how soon it can be used, and whether it stays at hand, both over the benchmark's country.

The page is served by the product's own web server. Bytes are those over the line until the first tile is asked for.
Without playwright or Chromium (``scripts/setup.sh dev``) nothing is measured.
"""

import statistics
import sys
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command

from config.benchmarks.measuring import Line
from config.benchmarks.serving import chromium_here, served
from infra.models import User

STARTS = 5
WINDOW = {"width": 1440, "height": 900}
#: longest wait for a map to be drawn
DRAWN_MS = 60_000
#: the walk over the country: zoom, longitude, latitude
WALK = (
    (6, 106.2, 16.2), (7, 105.8, 20.8), (8, 105.8, 20.9), (9, 105.85, 21.0), (10, 105.85, 21.0), (11, 105.85, 21.02),
    (12, 105.84, 21.02), (13, 105.83, 21.02), (14, 105.83, 21.03), (9, 106.6, 10.8), (11, 106.68, 10.78),
    (6, 107.5, 14.0),
)  # fmt: skip
DRAGS = 6
#: what a page notes about itself from its first moment on
NOTES = """
window.noted = { long: [] };
new PerformanceObserver((list) => list.getEntries().forEach((one) => window.noted.long.push(one.duration)))
  .observe({ type: "longtask", buffered: true });
"""
FIRST_TILE = "performance.getEntriesByType('resource').filter((one) => /[.]mvt|layers[/]/.test(one.name))[0]"


def measure(manager: User) -> Iterator[Line]:
    """Open the console cold over and over, then wander over all of the register."""
    chromium = chromium_here()
    if chromium is None:
        sys.stderr.write("bench: the console is not measured: playwright or Chromium is missing\n")
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    with served() as address:
        yield from _in_browser(address, chromium, _session_of(manager))


def _session_of(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _line(name: str, value: float, unit: str, rows: int) -> Line:
    return Line(f"console.{name}", round(value, 1), unit, None, None, None, rows)


def _in_browser(address: str, chromium: str, session: str) -> Iterator[Line]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- not installed where only the product runs

    ready: list[float] = []
    drawn: list[float] = []
    bytes_before = 0.0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _start in range(STARTS):
            page = _page(browser, address, session)
            page.goto(f"{address}/map/")
            _wait_until_drawn(page)
            ready.append(page.evaluate("performance.getEntriesByName('console-ready')[0].startTime"))
            drawn.append(page.evaluate("performance.getEntriesByName('console-drawn')[0].startTime"))
            bytes_before = page.evaluate(_BYTES)
            page.context.close()
        yield _line("interactive.cold", statistics.median(ready), "ms", STARTS)
        yield _line("drawn.cold", statistics.median(drawn), "ms", STARTS)
        yield _line("bytes_before_first_tile", bytes_before / 1000, "kB", STARTS)
        page = _page(browser, address, session)
        page.goto(f"{address}/map/")
        _wait_until_drawn(page)
        page.evaluate("window.noted.long.length = 0")
        places = _wander(page)
        tasks = page.evaluate("window.noted.long")
        yield _line("panning.longest_task", max(tasks, default=0.0), "ms", places)
        yield _line("panning.tasks_above_50ms", len(tasks), "tasks", places)
        browser.close()


#: bytes over the line of everything that was asked for before the first tile or layer was
_BYTES = (
    f"(() => {{ const first = {FIRST_TILE}; const until = first ? first.startTime : Infinity;"
    " const page = performance.getEntriesByType('navigation')[0];"
    " return performance.getEntriesByType('resource').filter((one) => one.startTime < until)"
    ".reduce((sum, one) => sum + one.transferSize, page.transferSize); })()"
)


def _page(browser: Any, address: str, session: str) -> Any:
    context = browser.new_context(viewport=WINDOW)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    page = context.new_page()
    page.add_init_script(NOTES)
    return page


def _wait_until_drawn(page: Any) -> None:
    page.wait_for_selector("#map_console[data-drawn]", timeout=DRAWN_MS)


def _wander(page: Any) -> int:
    """Go to each place and drag the map about there; return the number of places."""
    box = page.locator("#map_console").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for zoom, lon, lat in WALK:
        page.evaluate(f"Sotram.console.map.setView([{lat}, {lon}], {zoom}, {{animate: false}})")
        page.evaluate("Sotram.console.settle()")
        page.mouse.move(*middle)
        for drag in range(DRAGS):
            sign = 1 if drag % 2 else -1
            page.mouse.down()
            page.mouse.move(middle[0] + sign * 350, middle[1] + sign * 180, steps=12)
            page.mouse.up()
            page.mouse.move(*middle)
        page.evaluate("Sotram.console.settle()")
    return len(WALK)
