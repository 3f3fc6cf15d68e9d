"""The field app as a phone gets it: bytes over the line, time until a slow processor can use it, the day's package.

The app runs from the product's own web server and collected files, in Chromium slowed down four times. Without
playwright or Chromium (``scripts/setup.sh dev``) only the package is measured.
"""

import gzip
import statistics
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from config.benchmarks.measuring import Line
from config.benchmarks.serving import chromium_here, served
from infra.access import Role
from infra.models import Authority, Installation, User
from infra.services.people import membership_grant, system_user
from inspections.models import Campaign, CampaignTask, ChecklistTemplate
from inspections.pages.field import shell_listed

TASKS = 50
STARTS = 5
SLOWER = 4
PACKAGE = "/api/v1/fieldwork/package/"


def measure(_manager: User) -> Iterator[Line]:
    """Measure the package of an inspector with fifty tasks, then the app itself."""
    yield from _package(_inspector())
    chromium = chromium_here()
    if chromium is None:
        sys.stderr.write("bench: the app is not measured: playwright or Chromium is missing\n")
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    with served() as address:
        yield from _first_load(address)
        yield from _starts(address, chromium)


def _line(name: str, value: float, unit: str, rows: int) -> Line:
    return Line(f"fieldapp.{name}", round(value, 1), unit, None, None, None, rows)


# --- the package ---


def _inspector() -> User:
    """Make an inspector with fifty stations to visit, near one another as those of a day are."""
    authority = Authority.objects.order_by("id")[0]
    person = User.objects.create(username="bench-field", display_name="Bench", language="vi")
    membership_grant(
        actor=system_user(), authority=authority, user=person, organization=authority.organization,
        role=Role.INSPECTOR, reason="Measuring", valid_from=timezone.localdate(),
    )  # fmt: skip
    campaign = Campaign.objects.create(
        authority=authority, number=900, title="Bench", starts_on=timezone.localdate(), ends_on=timezone.localdate(),
        checklist=ChecklistTemplate.objects.get(code="bts-safety", status="published"), status="running",
    )  # fmt: skip
    near = Installation.objects.filter(kind="base_station", authority=authority).order_by("unit_id", "id")[:TASKS]
    CampaignTask.objects.bulk_create(
        CampaignTask(campaign=campaign, installation=row, unit_id=row.unit_id, assignee=person, order=order)
        for order, row in enumerate(near)
    )
    return person


def _package(person: User) -> Iterator[Line]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    client.get(PACKAGE)
    start = time.perf_counter()
    answer = client.get(PACKAGE)
    taken = time.perf_counter() - start
    content = answer.content if "Content-Encoding" not in answer.headers else gzip.decompress(answer.content)
    tasks = len(answer.json()["tasks"])
    yield _line("package", len(content) / 1000, "kB", tasks)
    yield _line("package.gzip", len(gzip.compress(content)) / 1000, "kB", tasks)
    yield _line("package.server", taken * 1000, "ms", tasks)


# --- the app ---


def _first_load(address: str) -> Iterator[Line]:
    """Add up what goes over the line until the app can start without one."""
    total = 0
    listed = shell_listed()
    for path in listed:
        request = urllib.request.Request(address + path, headers={"Accept-Encoding": "gzip"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            total += len(answer.read())
    yield _line("first_load", total / 1000, "kB", len(listed))


def _starts(address: str, chromium: str) -> Iterator[Line]:
    """Start the app with an empty browser, then without a line, on a processor slowed down four times."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- not installed where only the product runs

    first: list[float] = []
    offline: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _start in range(STARTS):
            context = browser.new_context(viewport={"width": 360, "height": 740})
            page = context.new_page()
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            first.append(_interactive(page, address))
            page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
            context.set_offline(True)
            offline.append(_interactive(page, address))
            context.close()
        browser.close()
    yield _line("interactive.cpu4x", statistics.median(first), "ms", STARTS)
    yield _line("interactive.offline.cpu4x", statistics.median(offline), "ms", STARTS)


def _interactive(page: Any, address: str) -> float:
    """Open the app; return the milliseconds from the start of the navigation until its form takes input."""
    page.goto(f"{address}/field/")
    page.wait_for_selector("#in-username")
    return float(page.evaluate("() => performance.getEntriesByName('ready')[0].startTime"))
