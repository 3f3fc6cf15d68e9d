"""The package: what an inspector needs on the spot, small enough for one bar of signal, the same until it changes."""

import gzip
from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from inspections.models import Campaign, CampaignTask, Instrument
from inspections.services.devices import instrument_save
from tests import factories as make
from tests.inspections.conftest import File, answer
from tests.world import SignIn, World, at

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/fieldwork/package/"
TASKS = 50


@pytest.fixture
def campaign(world: World, law: None) -> Campaign:
    made: Campaign = Campaign.objects.create(
        authority=world.authority, number=7, title="Trước mùa mưa bão", starts_on=date(2026, 11, 1),
        ends_on=date(2026, 12, 31), status="running",
    )  # fmt: skip
    return made


def assign(world: World, campaign: Campaign, *stations: Any, **more: Any) -> None:
    for order, station in enumerate(stations):
        values = {"installation": station.installation, "assignee": world.inspector, "order": order} | more
        CampaignTask.objects.create(campaign=campaign, **values)


def test_a_task_comes_with_what_is_looked_up_on_the_spot(
    world: World, campaign: Campaign, filed: File, as_person: SignIn
) -> None:
    filed(answer("earthing_resistance", None, 14))
    values = {"name": "KYORITSU 4105A", "serial": "1187", "units": ["ohm"], "calibrated_on": date(2026, 1, 31)}
    instrument = Instrument(authority=world.authority)
    instrument_save(actor=world.officer, instrument=instrument, values=values, reason="Bought")
    assign(world, campaign, world.station, reasons=[{"code": "certificate.expired", "text_vi": "Hết hạn"}])
    package = as_person(world.inspector).get(ADDRESS).json()
    (task,) = package["tasks"]
    assert (task["campaign"], task["due_on"], task["reasons"][0]["code"]) == (7, "2026-12-31", "certificate.expired")
    (row,) = package["register"]["installations"]
    assert row["registry_number"] == task["subject"]["ref"]
    assert (row["mast"], row["owner"]) == (world.harbour_mast.code, "Công ty hạ tầng")
    assert [permit["number"] for permit in row["permits"]] == ["KD-2022-001"]
    assert [cell["code"] for cell in row["cells"]] == ["TBH0001-1", "TBH0001-2"]
    assert row["last_inspection"]["result"] == "fail"
    assert row["safety"]["state"] == "unsafe"
    assert row["standing"][0]["item"] == "earthing_resistance"
    assert package["instruments"] == [
        {
            "name": "KYORITSU 4105A",
            "serial": "1187",
            "units": ["ohm"],
            "calibrated_on": "2026-01-31",
            "valid_until": "2027-01-31",
        }
    ]
    assert package["settings"] == {"accuracy_warn_m": 30, "far_m": 100, "calibration_months": 12}
    assert len(package["seal"]["key_id"]) == 16
    assert [site["code"] for site in package["register"]["nearby"]] == [world.harbour.code]
    assert package["register"]["nearby"][0]["operators"] == ["VIETTEL", "VNPT"]
    assert package["register"]["nearby"][0]["safety"] == "unsafe"


def test_only_one_s_own_open_tasks_are_taken_along(world: World, campaign: Campaign, as_person: SignIn) -> None:
    assign(world, campaign, world.station)
    assign(world, campaign, world.vnpt_station, assignee=world.officer)
    assign(world, campaign, world.citadel_station, status="done")
    client = as_person(world.inspector)
    assert len(client.get(ADDRESS).json()["tasks"]) == 1
    Campaign.objects.update(status="closed")
    assert client.get(ADDRESS).json()["tasks"] == []
    assert as_person(world.owner).get(ADDRESS).status_code == 403


def test_the_tag_changes_exactly_with_what_is_in_it(world: World, campaign: Campaign, as_person: SignIn) -> None:
    assign(world, campaign, world.station)
    client = as_person(world.inspector)
    tag = client.get(ADDRESS)["ETag"]
    assert client.get(ADDRESS, headers={"if-none-match": tag}).status_code == 304
    CampaignTask.objects.update(order=5)
    assert client.get(ADDRESS, headers={"if-none-match": tag}).status_code == 200


def test_fifty_tasks_fit_into_two_megabytes_and_a_fixed_number_of_queries(
    world: World, campaign: Campaign, as_person: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with make.one_act(world.authority):
        stations = []
        for number in range(TASKS):
            site = make.SiteFactory(
                authority=world.authority,
                unit=world.pho_hien,
                position=at(106.05 + number % 10 / 100, 20.6 + number / 400),
            )
            mast = make.MastFactory(site=site, owner=world.towerco)
            station = make.StationFactory(
                installation__site=site, installation__mast=mast, installation__organization=world.viettel
            )
            for cell in range(3):
                make.CellFactory(station=station, code=f"C{number}-{cell}")
            make.PermitFactory(installation=station.installation)
            stations.append(station)
    assign(world, campaign, *stations)
    client = as_person(world.inspector)
    with django_assert_max_num_queries(37):
        answered = client.get(ADDRESS)
    assert len(answered.json()["tasks"]) == len(answered.json()["register"]["installations"]) == TASKS
    assert len(answered.json()["register"]["nearby"]) >= TASKS
    assert len(answered.content) <= 2_000_000
    assert len(gzip.compress(answered.content)) <= 300_000
