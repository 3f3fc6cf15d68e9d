"""Campaigns on pages: opened from what was picked, split, planned, moved, closed; conflicts said; who may what."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from infra.models import ChangeRecord, Installation, Membership, User
from inspections.models import Campaign, CampaignTask, InspectionPriority
from inspections.selectors.campaigns import campaign_conflicts, tasks_of, working_days
from inspections.services.priority import priority_roll_over
from inspections.services.safety import safety_roll_over
from tests.factories import MembershipFactory
from tests.inspections.conftest import File
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db

AREA = "106.5,20.45;106.7,20.45;106.7,20.65;106.5,20.65"  # Thái Thụy


def monday() -> date:
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


def decided(*people: User, **changes: Any) -> dict[str, Any]:
    start = monday()
    return {
        "title": "Trước mùa mưa bão",
        "decision_number": "12/QĐ-SKHCN",
        "decision_date": start.isoformat(),
        "starts_on": start.isoformat(),
        "ends_on": (start + timedelta(days=11)).isoformat(),
        "field": "telecom",
        "per_day": "6",
        "team": [person.pk for person in people],
    } | changes


@pytest.fixture
def ranked(world: World, law: None) -> World:
    safety_roll_over()
    priority_roll_over()
    return world


@pytest.fixture
def campaign(ranked: World, as_person: SignIn) -> Campaign:
    """A campaign of everything of the authority that stands, for the inspector and the officer."""
    page = as_person(ranked.manager).post(
        "/campaigns/new/?planned=no", decided(ranked.inspector, ranked.officer), follow=True
    )
    assert page.status_code == 200, page.content
    return Campaign.objects.get()


def act(client: Client, campaign: Campaign, name: str, query: str = "", **values: Any) -> Any:
    return client.post(f"/campaigns/{campaign.pk}/acts/{query}", {"act": name} | values, follow=True)


def mine(world: World) -> Any:
    return Installation.objects.filter(authority=world.authority)


def test_opened_from_what_the_filters_pick_with_the_reasons_of_the_day(campaign: Campaign, ranked: World) -> None:
    tasks = list(CampaignTask.objects.filter(campaign=campaign))
    standing = mine(ranked).filter(status_id__in=("active", "operating", "in_service", "suspended"))
    assert len(tasks) >= standing.count() > 3
    kept = InspectionPriority.objects.get(installation=ranked.station.installation)
    task = CampaignTask.objects.get(installation=ranked.station.installation)
    assert task.priority == kept.score
    assert [reason["code"] for reason in task.reasons] == [cause["code"] for cause in kept.causes]
    assert all(reason["text_vi"] and reason["text_en"] for reason in task.reasons)
    assert set(ChangeRecord.objects.values_list("kind", flat=True)) >= {"campaign.opened", "campaign.targets"}


@pytest.mark.parametrize(
    ("query", "some", "none"),
    [
        (f"polygon={AREA}", ["station"], ["citadel_station", "market_station"]),
        ("kind=base_station", ["station", "vnpt_station"], ["node", "postal_point"]),
        ("site=HYN-00002", ["citadel_station", "node"], ["station"]),
        ("certificate=missing", [], ["node"]),
        ("visited=never", ["station"], []),
        ("level=high", [], ["postal_point"]),
    ],
)
def test_targets_are_picked_by_filter_area_and_site(
    ranked: World, as_person: SignIn, query: str, some: list[str], none: list[str]
) -> None:
    as_person(ranked.manager).post(f"/campaigns/new/?{query}", decided(ranked.inspector))
    picked = set(CampaignTask.objects.values_list("installation", flat=True))
    assert {getattr(ranked, name).installation.pk for name in some} <= picked
    assert not {getattr(ranked, name).installation.pk for name in none} & picked


@pytest.mark.parametrize("few", [0, 1_000])
def test_the_most_urgent_come_first_page_by_page(
    ranked: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("infra.pages.keyset.FEW", few)
    monkeypatch.setattr("infra.pages.listing.PAGE_SIZE", 2)
    client, query = as_person(ranked.manager), "kind=base_station"
    rows = InspectionPriority.objects.filter(installation__in=mine(ranked).filter(kind="base_station"))
    expected = list(rows.order_by("-score", "-installation").values_list("installation__registry_number", flat=True))
    seen, place = list[str](), ""
    while len(seen) < len(expected):
        page = client.get(f"/priorities/?{query}&after={place}" if place else f"/priorities/?{query}")
        seen += [cells[0].text for cells in page.context["rows"]]
        place = page.context["page"].next
    assert seen == expected
    assert place is None
    exported = client.get(f"/priorities/?{query}&export=csv").getvalue().decode()
    assert [line.split(";")[0] for line in exported.splitlines()[1:]] == expected


def test_only_the_most_urgent(ranked: World, as_person: SignIn) -> None:
    as_person(ranked.manager).post("/campaigns/new/?planned=no&most=2", decided(ranked.inspector))
    scores = sorted(InspectionPriority.objects.filter(installation__in=mine(ranked)).values_list("score", flat=True))
    assert sorted(CampaignTask.objects.values_list("priority", flat=True)) == scores[-2:]


@pytest.mark.parametrize("polygon", ["106,20;107,20", "106,20;x,20;107,21", "106,20;106,20;106,20", "200,20;1,1;2,2"])
def test_a_polygon_that_is_none_is_refused(ranked: World, as_person: SignIn, polygon: str) -> None:
    client = as_person(ranked.manager)
    assert client.get(f"/priorities/?polygon={polygon}").status_code == 400
    client.post(f"/campaigns/new/?polygon={polygon}", decided(ranked.inspector))
    assert not CampaignTask.objects.exists()


def test_nothing_outside_the_person_s_reach_is_picked(ranked: World, as_person: SignIn) -> None:
    as_person(ranked.local_officer).post("/campaigns/new/?planned=no", decided(ranked.inspector))
    units = set(CampaignTask.objects.values_list("unit", flat=True))
    assert units <= {ranked.thai_thuy.pk}


def test_what_belongs_to_another_authority_is_counted_apart_and_stays_out(
    campaign: Campaign, ranked: World, as_person: SignIn
) -> None:
    MembershipFactory(user=ranked.manager, organization=ranked.neighbour.organization, role="manager")
    client, abroad = as_person(ranked.manager), Installation.objects.filter(authority=ranked.neighbour)
    page = client.get("/campaigns/new/?kind=base_station")
    standing = mine(ranked).filter(kind="base_station", inspection_priority__isnull=False)
    assert (page.context["picked"], page.context["left_out"]) == (standing.count(), abroad.count() or None)
    page = client.post("/campaigns/add/?kind=base_station", {"campaign": campaign.pk}, follow=True)
    (told,) = [str(message) for message in page.context["messages"]]
    assert told.startswith("Đã thêm 0 đối tượng.")
    assert f"{standing.count()} đối tượng đã có sẵn" in told
    assert "của cơ quan khác" in told
    assert not CampaignTask.objects.filter(installation__in=abroad).exists()


def test_the_work_is_split_by_area_and_planned_on_working_days(
    campaign: Campaign, ranked: World, as_person: SignIn
) -> None:
    page = act(as_person(ranked.manager), campaign, "split")
    assert page.status_code == 200
    tasks = list(tasks_of(campaign))
    assert {task.assignee for task in tasks} == {ranked.inspector, ranked.officer}
    days = set(working_days(campaign))
    assert {task.planned_on for task in tasks} <= days
    by_site: dict[Any, set[Any]] = {}
    for task in tasks:
        by_site.setdefault(task.site_key, set()).add((task.assignee_id, task.planned_on))
    assert all(len(whose) == 1 for whose in by_site.values())
    assert campaign_conflicts(campaign, tasks) == []
    assert act(as_person(ranked.manager), campaign, "split").status_code == 200
    assert ChangeRecord.objects.filter(kind="campaign.planned").count() == 1  # the second time changed nothing


def test_only_who_may_inspect_there_gets_visits(ranked: World, as_person: SignIn) -> None:
    as_person(ranked.manager).post("/campaigns/new/?planned=no", decided(ranked.local_officer, ranked.inspector))
    campaign = Campaign.objects.get()
    act(as_person(ranked.manager), campaign, "split")
    reach = Membership.objects.get(user=ranked.local_officer)
    assert reach.units.exists() if hasattr(reach, "units") else True
    for task in tasks_of(campaign):
        if task.assignee == ranked.local_officer:
            assert task.unit_id == ranked.thai_thuy.pk


def test_conflicts_are_said(campaign: Campaign, ranked: World, as_person: SignIn) -> None:
    client = as_person(ranked.manager)
    act(client, campaign, "split")
    client.post("/campaigns/new/?kind=base_station", decided(ranked.inspector, title="Đợt hai"))
    second = Campaign.objects.exclude(pk=campaign.pk).get()
    act(client, second, "split")
    codes = {conflict.code for conflict in campaign_conflicts(second, list(tasks_of(second)))}
    assert codes == {"target.twice", "inspector.twice"}
    html = client.get(f"/campaigns/{second.pk}/").content.decode()
    assert "bị xếp trùng" in html or "booked twice" in html
    saturday = monday() + timedelta(days=5)
    first = tasks_of(second)[0]
    act(client, second, "give", task=[first.pk], assignee=ranked.inspector.pk, planned_on=saturday.isoformat())
    after = monday() + timedelta(days=60)
    other = tasks_of(second)[0]
    act(client, second, "give", task=[other.pk], assignee=ranked.inspector.pk, planned_on=after.isoformat())
    codes = {conflict.code for conflict in campaign_conflicts(second, list(tasks_of(second)))}
    assert {"day.off", "day.outside"} <= codes


def test_days_that_are_too_full_and_people_out_of_reach(campaign: Campaign, ranked: World, as_person: SignIn) -> None:
    client = as_person(ranked.manager)
    Campaign.objects.filter(pk=campaign.pk).update(per_day=1)
    campaign.team.add(ranked.local_officer)
    keys = list(campaign.tasks.values_list("pk", flat=True))
    act(client, campaign, "give", task=keys, assignee=ranked.local_officer.pk, planned_on=monday().isoformat())
    codes = [conflict.code for conflict in campaign_conflicts(Campaign.objects.get(), list(tasks_of(campaign)))]
    assert sorted(codes) == ["day.full", "inspector.reach"]


def test_targets_are_added_to_a_campaign_that_is_there(ranked: World, as_person: SignIn) -> None:
    client = as_person(ranked.manager)
    client.post("/campaigns/new/?site=HYN-00002", decided(ranked.inspector))
    campaign = Campaign.objects.get()
    before = campaign.tasks.count()
    client.post(f"/campaigns/add/?polygon={AREA}", {"campaign": campaign.pk})
    assert campaign.tasks.count() > before
    client.post("/campaigns/add/", {"campaign": campaign.pk})  # nothing picked
    client.post("/campaigns/add/?kind=base_station", {"campaign": "x"})
    client.post("/campaigns/add/?polygon=1,2", {"campaign": campaign.pk})
    after = campaign.tasks.count()
    assert as_person(ranked.inspector).post("/campaigns/add/?kind=base_station", {"campaign": campaign.pk}).status_code
    other = as_person(ranked.foreign_officer).post("/campaigns/add/?kind=base_station", {"campaign": campaign.pk})
    assert (other.status_code, campaign.tasks.count()) == (404, after)


def test_visits_are_given_to_the_team_only(campaign: Campaign, ranked: World, as_person: SignIn) -> None:
    keys = list(campaign.tasks.values_list("pk", flat=True))
    page = act(as_person(ranked.manager), campaign, "give", task=keys, assignee=ranked.stranger.pk)
    assert page.status_code == 200
    assert not campaign.tasks.filter(assignee__isnull=False).exists()


@pytest.mark.parametrize(
    "values",
    [
        {"planned_on": "2026-99-99"}, {"planned_on": "x"}, {"assignee": "-1"}, {"assignee": "9" * 30},
        {"task": ["x", "9" * 40]}, {"task": []},
    ],
)  # fmt: skip
def test_nonsense_changes_nothing(campaign: Campaign, ranked: World, as_person: SignIn, values: Any) -> None:
    before = list(campaign.tasks.values())
    keys = [str(key) for key in campaign.tasks.values_list("pk", flat=True)]
    assert act(as_person(ranked.manager), campaign, "give", **({"task": keys} | values)).status_code == 200
    assert act(as_person(ranked.manager), campaign, "nonsense").status_code == 200
    assert list(campaign.tasks.values()) == before


def test_dropping_needs_a_reason_and_done_visits_stay(campaign: Campaign, ranked: World, as_person: SignIn) -> None:
    client = as_person(ranked.manager)
    first, second = campaign.tasks.all()[:2]
    CampaignTask.objects.filter(pk=first.pk).update(status="done")
    act(client, campaign, "drop", task=[first.pk, second.pk], reason=" ")
    assert not campaign.tasks.filter(status="dropped").exists()
    act(client, campaign, "drop", task=[first.pk, second.pk], reason="Trạm đang sửa chữa")
    assert [(task.pk, task.note) for task in campaign.tasks.filter(status="dropped")] == [
        (second.pk, "Trạm đang sửa chữa")
    ]


def test_a_campaign_runs_and_closes_and_then_stands_still(campaign: Campaign, ranked: World, as_person: SignIn) -> None:
    client = as_person(ranked.manager)
    act(client, campaign, "move", to="running")
    act(client, campaign, "move", to="closed")  # no reason
    campaign.refresh_from_db()
    assert campaign.status == "running"
    act(client, campaign, "move", to="closed", reason="Đã báo cáo")
    campaign.refresh_from_db()
    assert campaign.status == "closed"
    act(client, campaign, "split")
    assert not campaign.tasks.filter(assignee__isnull=False).exists()
    assert client.post(f"/campaigns/{campaign.pk}/edit/", decided(title="Khác")).status_code == 400
    act(client, campaign, "move", to="running", reason="Còn thiếu hai trạm")
    campaign.refresh_from_db()
    assert campaign.status == "running"


def test_who_sees_and_who_plans(campaign: Campaign, ranked: World, as_person: SignIn) -> None:
    address = f"/campaigns/{campaign.pk}/"
    for person, sees, plans in (
        (ranked.manager, 200, 302),
        (ranked.officer, 200, 302),
        (ranked.admin, 200, 302),
        (ranked.inspector, 200, 404),
        (ranked.auditor, 200, 404),
        (ranked.owner, 404, 404),
        (ranked.foreign_officer, 404, 404),
        (ranked.outsider, 404, 404),
        (None, 302, 302),
    ):
        client = as_person(person)
        assert client.get(address).status_code == sees, person
        assert client.post(f"{address}acts/", {"act": "split"}).status_code == plans, person
        assert client.get(f"{address}edit/").status_code == (200 if plans == 302 and person else plans), person


def test_progress_counts_what_was_filed(campaign: Campaign, ranked: World, as_person: SignIn, filed: File) -> None:
    act(as_person(ranked.manager), campaign, "move", to="running")
    filed(campaign=campaign.number)
    page = as_person(ranked.manager).get(f"/campaigns/{campaign.pk}/")
    assert page.context["progress"].whole.done == 1
    assert page.context["progress"].findings == 2
    listed = as_person(ranked.manager).get("/campaigns/?export=csv").getvalue().decode()
    assert f"1/{campaign.tasks.count()}" in listed


def test_pages_take_few_queries(
    campaign: Campaign, ranked: World, as_person: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person(ranked.manager)
    act(client, campaign, "split")
    for address, most in ((f"/campaigns/{campaign.pk}/", 32), ("/campaigns/", 14), ("/priorities/", 16)):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_the_api_tells_a_campaign_with_its_visits(campaign: Campaign, ranked: World, as_person: SignIn) -> None:
    act(as_person(ranked.manager), campaign, "split")
    told = as_person(ranked.auditor).get(f"/api/v1/campaigns/{campaign.pk}/").json()
    assert (told["number"], told["planned"], told["done"]) == (campaign.number, campaign.tasks.count(), 0)
    assert set(told["team"]) == {str(ranked.inspector), str(ranked.officer)}
    visit = next(row for row in told["tasks"] if row["installation"] == "HYN-B-000001")
    assert visit["assignee"] in told["team"]
    assert visit["planned_on"] >= told["starts_on"]
    assert {"code", "points", "date", "text_vi", "text_en"} == set(visit["reasons"][0])
    for stranger in (ranked.owner, ranked.foreign_officer):
        assert as_person(stranger).get(f"/api/v1/campaigns/{campaign.pk}/").status_code == 404


def test_the_api_and_the_sheet_tell_the_priority(campaign: Campaign, ranked: World, as_person: SignIn) -> None:
    address = "/api/v1/priorities/HYN-B-000001/"
    told = as_person(ranked.inspector).get(address).json()
    assert told["score"] == sum(row["points"] for row in told["reasons"]) > 0
    assert told["level"] in ("high", "medium", "low")
    some = as_person(ranked.inspector).get(f"/api/v1/priorities/?min_score={told['score'] + 1}").json()["results"]
    assert "HYN-B-000001" not in {row["installation"] for row in some}
    for stranger in (ranked.owner, ranked.foreign_officer):
        assert as_person(stranger).get(address).status_code == 404
    html = as_person(ranked.inspector).get("/installations/HYN-B-000001/").content.decode()
    assert told["reasons"][0]["text"] in html
    assert f"/campaigns/{campaign.pk}/" in html
    assert (
        f"/campaigns/{campaign.pk}/" not in as_person(ranked.owner).get("/installations/HYN-B-000001/").content.decode()
    )
