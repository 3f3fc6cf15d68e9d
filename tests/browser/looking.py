"""What every browser test looks for: complaints on the console, sideways scrolling, what axe-core finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page

from tests import factories as make

#: WCAG 2.2 A and AA, and what axe-core calls best practice
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (360, 1440)


@cache
def _axe() -> str:
    return Path(settings.NODE_MODULES, "axe-core", "axe.min.js").read_text("utf-8")


def axe_findings(page: Page) -> list[str]:
    """Return what axe-core finds on the page, a line each: rule, how bad, where."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(_axe())
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(document, options).then(r => r.violations)", options
    )
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node.get('failureSummary', '')}"
        for rule in found
        for node in rule["nodes"]
    ]


def width_needed(page: Page) -> int:
    """Return how wide the document is; more than the window means that it scrolls sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


@contextmanager
def no_complaints(page: Page) -> Iterator[None]:
    """Fail if the console reports an error (a refused script or style is one), or a script breaks."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield
    assert not complaints, complaints


def sign_in(page: Page, address: str, username: str, password: str = make.PASSWORD) -> None:
    """Sign in through the page, as a person does."""
    page.goto(f"{address}/sign-in/?next=/account/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/account/")
