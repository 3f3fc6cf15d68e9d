"""The system's Chromium, offline: whatever a page asks of another machine fails the test."""

import os
import shutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Request

from config.demo.people import create_accounts
from config.management.commands.load_reference import APPS
from infra.models import Authority, Organization
from infra.services.people import system_user

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1"})


@pytest.fixture(scope="session", autouse=True)
def _database_beside_an_event_loop() -> Iterator[None]:
    """Playwright's plain API keeps an event loop in this thread; Django would refuse database calls beside it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.fail("the browser tests need Chromium: install the package chromium, or name it in CHROMIUM")
    return {**browser_type_launch_args, "executable_path": executable, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}


@pytest.fixture(autouse=True)
def requests_outside(context: BrowserContext) -> Iterator[list[str]]:
    """Addresses outside this machine that the test's pages asked for; any at all fails the test."""
    outside: list[str] = []

    def note(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOCAL_HOSTS:
            outside.append(request.url)

    context.on("request", note)
    yield outside
    assert not outside, f"the page left the machine: {outside[:3]}"


@pytest.fixture
def province(transactional_db: None) -> Authority:
    """The shipped reference data with the demo's people and an otherwise empty register."""
    for app in APPS[:2]:
        import_module(f"{app}.services.reference").load()
    authority = Authority.objects.get()
    by_code = {organization.code: organization for organization in Organization.objects.all()}
    create_accounts(actor=system_user(), authority=authority, by_code=by_code)
    return authority
