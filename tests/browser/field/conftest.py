"""A register with a day's work for the inspector, the line to it, and phones."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, BrowserType, Page, expect
from pytest_django.live_server_helper import LiveServer

from inspections.models import Campaign, CampaignTask, ChecklistTemplate
from tests.browser.field.hand import Hand, Screen
from tests.browser.field.line import Line
from tests.inspections.conftest import law  # noqa: F401 -- a fixture
from tests.world import World

#: the tasks of the day by the name of their site
TASKS = ("Cảng Diêm Điền", "Thành cổ", "Chợ Phố Hiến")


@pytest.fixture
def day(transactional_db: None, world: World, law: None) -> World:  # noqa: F811
    """The register with three stations to visit today."""
    today = timezone.localdate()
    campaign = Campaign.objects.create(
        authority=world.authority,
        number=7,
        title="An toàn trước mùa mưa bão",
        starts_on=today,
        ends_on=today + dt.timedelta(days=30),
        checklist=ChecklistTemplate.objects.get(code="bts-safety"),
        status="running",
    )
    stations = (world.station, world.citadel_station, world.market_station)
    for order, (station, name) in enumerate(zip(stations, TASKS, strict=True)):
        installation = station.installation
        type(installation).objects.filter(pk=installation.pk).update(name=name)
        CampaignTask.objects.create(
            campaign=campaign,
            installation=installation,
            unit=installation.unit,
            assignee=world.inspector,
            planned_on=today,
            order=order,
            reasons=["Hết hạn kiểm định 18 ngày"],
        )
    return world


@pytest.fixture
def line(live_server: LiveServer) -> Iterator[Line]:
    """The line to the live server, connected."""
    host, port = live_server.url.removeprefix("http://").split(":")
    made = Line((host, int(port)))
    made.connect()
    yield made
    made.cut()


Phones = Callable[..., Hand]


@pytest.fixture
def phones(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], line: Line, tmp_path: Path
) -> Iterator[Phones]:
    """Make phones: ``phones("first")`` gives the hand that holds one."""
    hands: list[Hand] = []

    def hand(name: str = "phone", address: str = "") -> Hand:
        made = Hand(browser_type, browser_type_launch_args, tmp_path / name, address or line.address)
        hands.append(made)
        return made

    yield hand
    for one in hands:
        one.puts_it_away()
    assert [error for one in hands for error in one.broken] == []


@pytest.fixture
def screen(day: World, live_server: LiveServer, context: BrowserContext, page: Page) -> Screen:
    """The app, signed in as the inspector, with its files kept."""
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 20.5602, "longitude": 106.5686, "accuracy": 4})
    page.set_viewport_size({"width": 360, "height": 740})
    made = Screen(page, live_server.url)
    made.opens_the_app()
    made.signs_in()
    expect(page.locator(".fa-task")).to_have_count(3)
    made.waits_until_the_app_is_kept()
    return made
