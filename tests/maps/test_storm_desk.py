"""The storm desk: what to check first and why, what is out by commune, what came back, for whom."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from infra.models import Limit
from inspections.models import Storm
from inspections.outages.rows import OutageRow, Report
from inspections.outages.taking import outages_take
from inspections.selectors.storm_outages import curve, late_by, picture_of
from inspections.selectors.storm_risks import masts_at_risk
from inspections.services.storms import StormFacts, storm_move, storm_open
from tests import factories as make
from tests.world import SignIn, World

TODAY = date(2026, 11, 26)


@pytest.fixture
def storm(world: World) -> Storm:
    facts = StormFacts(name="Bão số 5", wind_ms=46.1, units=[world.thai_thuy, world.pho_hien])
    return storm_open(actor=world.officer, authority=world.authority, facts=facts, reason="Tin bão")


def on(storm: Storm, world: World) -> Storm:
    return storm_move(actor=world.officer, storm=storm, to="during", reason="Đổ bộ")


def change(world: World, row: Any, **values: Any) -> None:
    with make.one_act(world.authority) as ledger:
        for name, value in values.items():
            setattr(row, name, value)
        ledger.change(row)


def report(world: World, storm: Storm, *rows: OutageRow, **more: Any) -> None:
    numbered = [OutageRow(**{**vars(row), "row": place}) for place, row in enumerate(rows, start=1)]
    taken = outages_take(
        actor=world.inspector,
        report=Report(world.viettel, at=timezone.now(), rows=numbered, storm=storm, **more),
    )
    assert taken.problems == []


# --- Before -----------------------------------------------------------------------------------------------------------


def test_what_is_known_against_a_mast_decides_its_place(world: World, storm: Storm) -> None:
    change(world, world.harbour_mast, height_m=60, design_wind_ms=40, base="ground")
    change(world, world.citadel_mast, height_m=20, design_wind_ms=55, base="ground")
    change(world, world.market_mast, height_m=30, design_wind_ms=50, base="roof", building_height_m=20)
    change(world, world.station, backup_hours=2)
    found = {one.mast: one for one in masts_at_risk(world.manager, storm, TODAY)}
    assert found["HYN-M-000001"].reasons == ["weak", "tall", "guyed", "never", "backup"]
    assert found["HYN-M-000001"].level == "look"
    assert found["HYN-M-000001"].operators == ("VNPT", "Viettel")
    assert found["HYN-M-000003"].reasons == ["tall", "roof", "guyed", "never"]
    assert found["HYN-M-000003"].height_m == 50
    assert found["HYN-M-000002"].reasons == ["guyed", "never"]
    assert next(iter(found)) == "HYN-M-000001"


def test_thresholds_are_data(world: World, storm: Storm) -> None:
    change(world, world.harbour_mast, height_m=40, design_wind_ms=60)
    Limit.objects.create(
        code="storm_tall_mast", name_vi="Cột cao", value=35, unit="m", comparison=">=", valid_from=date(2020, 1, 1)
    )
    found = {one.mast: one for one in masts_at_risk(world.manager, storm, TODAY)}
    assert "tall" in found["HYN-M-000001"].reasons


def test_the_area_bounds_the_list_and_the_person_too(world: World, storm: Storm) -> None:
    storm.units.set([world.thai_thuy])
    assert {one.site for one in masts_at_risk(world.manager, storm, TODAY)} == {"HYN-00001"}
    storm.units.clear()
    assert {one.site for one in masts_at_risk(world.owner, storm, TODAY)} == {"HYN-00001", "HYN-00002"}
    only = masts_at_risk(world.manager, storm, TODAY, "VNPT")
    assert {one.site for one in only} == {"HYN-00001", "HYN-00003"}


# --- During and after -------------------------------------------------------------------------------------------------


def test_outages_by_commune_and_operator(world: World, storm: Storm) -> None:
    storm = on(storm, world)
    report(world, storm, OutageRow(0, "HYN-B-000001", cause="power"), OutageRow(0, "HYN-B-000003"))
    picture = picture_of(world.manager, storm)
    by_name = {picture.communes[pk].code: one for pk, one in picture.by_commune.items()}
    assert (by_name["12826"].out, by_name["12826"].total) == (1, 2)
    assert (by_name["11953"].out, by_name["11953"].total) == (1, 2)
    assert picture.silent == []
    viettel = picture.by_operator[world.viettel.pk]
    assert (viettel.out, viettel.ever) == (2, 2)
    assert viettel.last_report is not None
    assert picture.by_operator[world.vnpt.pk].last_report is None


def test_an_operator_that_says_nothing_is_late(world: World, storm: Storm) -> None:
    storm = on(storm, world)
    later = timezone.now() + timedelta(hours=5)
    tally = picture_of(world.manager, storm).by_operator[world.vnpt.pk]
    late = late_by(storm, tally, later)
    assert late is not None
    assert 1.9 < late.total_seconds() / 3600 < 2.1
    report(world, storm)
    assert late_by(storm, picture_of(world.manager, storm).by_operator[world.viettel.pk], timezone.now()) is None


def test_what_came_back_and_what_is_damaged(world: World, storm: Storm) -> None:
    storm = on(storm, world)
    began = timezone.now() - timedelta(hours=10)
    report(
        world,
        storm,
        OutageRow(0, "HYN-B-000001", "back", began, began + timedelta(hours=4), damage="major"),
        OutageRow(0, "HYN-B-000003", out_since=began),
    )
    picture = picture_of(world.manager, storm)
    viettel = picture.by_operator[world.viettel.pk]
    assert (viettel.ever, viettel.back, viettel.damaged, viettel.median_hours) == (2, 1, 1, 4.0)
    points = curve(picture.rows, began - timedelta(hours=1), timezone.now())
    assert max(n for _at, n in points) == 2
    assert points[-1][1] == 1


def test_people_see_their_own(world: World, storm: Storm) -> None:
    storm = on(storm, world)
    report(world, storm, OutageRow(0, "HYN-B-000001"))
    assert picture_of(world.owner, storm).out == 1
    assert picture_of(world.stranger, storm).out == 0
    assert picture_of(world.foreign_officer, storm).out == 0


# --- The page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tab", ["before", "during", "after"])
def test_each_tab_opens_and_leaves_as_a_file(world: World, as_person: SignIn, storm: Storm, tab: str) -> None:
    storm = on(storm, world)
    report(world, storm, OutageRow(0, "HYN-B-000001", damage="minor", note="<img src=x onerror=alert(1)>"))
    client = as_person(world.manager)
    url = f"/storms/{storm.number}/desk/?tab={tab}"
    page = client.get(url)
    assert page.status_code == 200
    assert "<img src=x" not in page.content.decode()
    assert client.get(f"{url}&unit=12826").status_code == 200
    for form in ("csv", "xlsx"):
        file = client.get(f"{url}&export={form}")
        assert file["Content-Disposition"].startswith("attachment")
    points = client.get(f"/storms/{storm.number}/map.json?tab={tab}").json()
    assert points["areas"]["12826"]["step"] in (0, 1, 2, 3, 4)
    assert [point["site"] for point in points["points"]][:1] == (["HYN-00001"] if tab != "before" else ["HYN-00003"])


def test_the_plan_is_offered_to_whoever_may_plan(world: World, as_person: SignIn, storm: Storm) -> None:
    for person, may in ((world.manager, True), (world.inspector, False), (world.owner, False)):
        client = as_person(person)
        plan = client.get(f"/storms/{storm.number}/desk/").context["plan_url"]
        assert (plan is not None) is may, person
        if may:
            assert client.get(plan).status_code == 200


def test_the_map_marks_damage_as_the_list_does(world: World, as_person: SignIn, storm: Storm) -> None:
    storm = on(storm, world)
    report(
        world,
        storm,
        OutageRow(0, "HYN-B-000001", damage="major"),
        OutageRow(0, "HYN-B-000003", damage="minor"),
    )
    client = as_person(world.manager)

    def sorts(tab: str) -> list[str]:
        answer = client.get(f"/storms/{storm.number}/map.json?tab={tab}").json()
        return [point["sort"] for point in answer["points"]]

    assert sorts("after") == ["minor", "broken"]
    assert sorts("during") == ["out", "out"]


def test_after_the_storm_what_it_damaged_is_planned(world: World, as_person: SignIn, storm: Storm) -> None:
    storm = on(storm, world)
    report(world, storm, OutageRow(0, "HYN-B-000001", damage="major"), OutageRow(0, "HYN-B-000003"))
    client = as_person(world.manager)
    plan = client.get(f"/storms/{storm.number}/desk/?tab=after").context["plan_url"]
    assert client.get(plan).context["picked"] == 1


def test_the_next_phase_is_named_by_what_happens(world: World, as_person: SignIn, storm: Storm) -> None:
    client = as_person(world.manager)
    moves = client.get(f"/storms/{storm.number}/desk/").context["moves"]
    assert [(to, str(words)) for to, words in moves] == [("during", "Bão đã đến"), ("closed", "Kết thúc theo dõi")]


def test_the_desk_opens_in_the_storms_phase(world: World, as_person: SignIn, storm: Storm) -> None:
    client = as_person(world.manager)
    assert client.get(f"/storms/{storm.number}/desk/").context["tab"] == "before"
    on(storm, world)
    assert client.get(f"/storms/{storm.number}/desk/").context["tab"] == "during"
    assert client.get("/storms/BAO-1999-0001/desk/").status_code == 404
    assert as_person(world.outsider).get(f"/storms/{storm.number}/desk/").status_code == 404


def test_queries_of_the_desk(world: World, as_person: SignIn, storm: Storm, django_assert_max_num_queries: Any) -> None:
    storm = on(storm, world)
    report(world, storm, OutageRow(0, "HYN-B-000001"))
    client = as_person(world.manager)
    for tab, most in (("before", 38), ("during", 34), ("after", 34)):
        client.get(f"/storms/{storm.number}/desk/?tab={tab}")
        with django_assert_max_num_queries(most):
            client.get(f"/storms/{storm.number}/desk/?tab={tab}")


# --- Opening and moving -----------------------------------------------------------------------------------------------


def test_a_storm_is_opened_changed_and_moved_on_pages(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    values = {"name": "Bão số 9", "wind_ms": "36.9", "report_every_h": "2", "units": [world.thai_thuy.pk], "text": ""}
    response = client.post("/storms/new/", values)
    assert response.status_code == 302, response.context and response.context["form"].errors
    storm = Storm.objects.get()
    assert (storm.wind_ms, storm.report_every_h) == (36.9, 2)
    client.post(f"/storms/{storm.number}/edit/", {**values, "wind_ms": "41.4"})
    storm.refresh_from_db()
    assert storm.wind_ms == 41.4
    assert client.post(f"/storms/{storm.number}/phase/", {"to": "during", "reason": "Đổ bộ"}).status_code == 302
    storm.refresh_from_db()
    assert storm.phase == "during"
    client.post(f"/storms/{storm.number}/phase/", {"to": "before", "reason": "?"})
    storm.refresh_from_db()
    assert storm.phase == "during"
    assert client.post("/storms/new/", {**values, "name": ""}).status_code == 400


def test_only_the_authority_opens_and_moves_storms(world: World, as_person: SignIn, storm: Storm) -> None:
    for person in ("owner", "inspector", "auditor"):
        assert as_person(getattr(world, person)).get("/storms/new/").status_code == 404, person
    assert as_person(world.foreign_officer).post(f"/storms/{storm.number}/phase/", {"to": "during"}).status_code == 404
    assert as_person(world.owner).get("/storms/").status_code == 200
