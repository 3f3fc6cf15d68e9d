"""Statistics of field work: what is counted, by whom it is seen, and that it leads to its list."""

import datetime as dt
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from inspections.models import Campaign, CampaignTask
from inspections.selectors.field_statistics import GROUPINGS, Statistics, statistics
from inspections.services.reviews import inspection_review
from tests.inspections.conftest import File, answer
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world: World, filed: File) -> World:
    """Two visits planned, one of them yesterday; one inspection failed and one that was set aside."""
    today = timezone.localdate()
    campaign = Campaign.objects.create(
        authority=world.authority, number=7, title="An toàn", starts_on=today, ends_on=today, status="running"
    )
    for station, day in ((world.station, today), (world.citadel_station, today - dt.timedelta(days=1))):
        CampaignTask.objects.create(
            campaign=campaign, installation=station.installation, unit=station.installation.unit,
            assignee=world.inspector, planned_on=day,
        )  # fmt: skip
    now = timezone.now()
    times = {"started_at": now, "finished_at": now}
    ref = world.station.installation.registry_number
    failed = (answer("earthing_resistance", value="14"), answer("guys", "pass"))
    filed(*failed, ref=ref, campaign=7, **times)
    twice = filed(*failed, ref=ref, campaign=7, **times)
    inspection_review(actor=world.manager, inspection=twice, to="set_aside", reason="Trùng")
    return world


def of(world: World, by: str, **more: str) -> Statistics:
    today = timezone.localdate()
    return statistics(world.manager, by=by, start=today - dt.timedelta(days=30), end=today, **more)


def test_visits_inspections_and_findings_are_counted_once(work: World) -> None:
    total = of(work, "organization").total
    assert (total.planned, total.done, total.overdue) == (2, 1, 1)
    assert (total.answered, total.failed, total.share_failed) == (1, 1, 100.0)
    assert (total.findings, total.dangers, total.standing, total.late) == (1, 1, 1, 0)
    for by in ("organization", "unit", "inspector", "month"):
        groups = of(work, by).groups
        assert sum(group.findings for group in groups) == 1, by
        assert sum(group.planned for group in groups) == 2, by
        assert all(group.name for group in groups), by
    assert of(work, "organization", law_field="post").total.answered == 0


def test_every_question_shows_how_often_it_failed(work: World) -> None:
    groups = {group.key: group for group in of(work, "item").groups}
    assert (groups["earthing_resistance"].answered, groups["earthing_resistance"].failed) == (1, 1)
    assert (groups["guys"].answered, groups["guys"].failed) == (1, 0)
    assert groups["earthing_resistance"].findings == 1


def test_page_leads_to_the_findings_and_gives_a_workbook(as_person: SignIn, work: World) -> None:
    client = as_person(work.manager)
    page = client.get("/inspections/statistics/?by=item").content.decode()
    assert "/findings/?item=earthing_resistance" in page
    book = load_workbook(BytesIO(b"".join(client.get("/inspections/statistics/?by=item&export=xlsx"))))  # type: ignore[arg-type]
    names = [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)]
    assert names[-1] == "Tất cả"
    assert client.get("/inspections/statistics/?start=2026-05-02&end=2026-05-01").status_code == 400
    assert client.get("/inspections/statistics/?by=nonsense").status_code == 400


def test_who_sees_the_figures(as_person: SignIn, work: World) -> None:
    for person in (work.inspector, work.officer, work.manager):
        assert as_person(person).get("/inspections/statistics/").status_code == 200
    for person in (work.owner, work.stranger):
        assert as_person(person).get("/inspections/statistics/").status_code == 404
    assert statistics(work.stranger, by="unit", start=dt.date(2000, 1, 1), end=timezone.localdate()).total.findings == 0


def test_page_costs_a_fixed_number_of_queries(
    as_person: SignIn, work: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person(work.manager)
    for by in GROUPINGS:
        client.get(f"/inspections/statistics/?by={by}")
        with django_assert_max_num_queries(16):
            client.get(f"/inspections/statistics/?by={by}")
