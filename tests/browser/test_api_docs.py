"""The page of the API's document: shows the operations, breaks no rule of the content security policy."""

from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_document_opens_and_an_operation_unfolds(page: Page, live_server: Any) -> None:
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", note)
    page.goto(f"{live_server.url}/api/docs/")
    page.get_by_placeholder("Filter by tag").fill("stations")  # of a long list only what is in sight is drawn
    operation = page.locator("#operations-stations-stations_list")
    expect(operation).to_be_visible(timeout=30_000)
    operation.locator(".opblock-summary-control").click()
    expect(operation.get_by_text("bbox", exact=True)).to_be_visible()
    assert complaints == []
