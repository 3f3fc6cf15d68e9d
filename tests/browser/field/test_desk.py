"""The desk's pages of field work: clean for axe-core, never sideways, a quiet console, on a telephone and at a desk."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from inspections.models import Campaign, ChecklistTemplate
from inspections.services.checklists import draft_begin
from inspections.services.priority import priority_roll_over
from inspections.services.safety import safety_roll_over
from tests.browser.looking import axe_findings, no_complaints, sign_in, width_needed
from tests.inspections.conftest import File, answer, filed  # noqa: F401 -- a fixture
from tests.world import World


@pytest.fixture
def addresses(day: World, filed: File) -> list[str]:  # noqa: F811
    """Every kind of page with something on it."""
    proposal = {"kind": "new_mast", "name": "Cột lạ", "lon": 106.57, "lat": 20.56}
    visit = filed(answer("earthing_resistance", value="14"), corrections=[proposal])
    safety_roll_over()
    priority_roll_over()
    draft = draft_begin(actor=day.admin, code="hung-cables", head={})
    stands = ChecklistTemplate.objects.get(code="bts-safety")
    item = draft.items.all()[0]
    campaign = Campaign.objects.get()
    return [
        f"/inspections/{visit.uuid}/", f"/findings/{visit.findings.get().pk}/", "/priorities/",
        f"/campaigns/{campaign.pk}/", "/inspections/statistics/", "/checklists/", f"/checklists/{stands.pk}/",
        f"/checklists/{draft.pk}/", f"/checklists/{draft.pk}/items/{item.pk}/", "/checklists/import/", "/phones/",
    ]  # fmt: skip


def test_every_page_is_clean_and_fits(addresses: list[str], live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, live_server.url, "admin")
    with no_complaints(page):
        for address in addresses:
            page.goto(live_server.url + address)
            assert axe_findings(page) == [], address
            assert width_needed(page) <= 360, address
            page.set_viewport_size({"width": 1440, "height": 900})
            assert width_needed(page) <= 1440, address
            page.set_viewport_size({"width": 360, "height": 740})
