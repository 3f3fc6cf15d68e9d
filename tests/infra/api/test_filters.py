"""Filters keep what they say, tell nothing about what a person may not see, and find words without their accents."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from infra.models import InstallationKind
from infra.services.sites import site_move
from tests import factories as make
from tests.world import BUILT, SignIn, World, at


def found(client: Client, query: str, name: str = "registry_number") -> set[str]:
    answer = client.get(f"/api/v1/{query}")
    assert answer.status_code == 200, answer.content
    return {row[name] for row in answer.json()["results"]}


@pytest.fixture
def officer(world: World, as_person: SignIn) -> Client:
    return as_person(world.officer)


HARBOUR = "106.5,20.5,106.57,20.6"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (f"stations/?bbox={HARBOUR}", {"HYN-B-000001", "HYN-B-000002"}),
        ("stations/?bbox=106.0571,20.6464,106.0571,20.6464", {"HYN-B-000003"}),
        ("stations/?bbox=-180,-90,-100,0", set()),
        ("stations/?unit=12826", {"HYN-B-000001", "HYN-B-000002"}),
        ("stations/?unit=33&organization=VNPT", {"HYN-B-000002", "HYN-B-000004"}),
        ("stations/?unit=31", set()),
        ("stations/?organization=VIETTEL,VNPT&unit=11953", {"HYN-B-000003", "HYN-B-000004"}),
        ("stations/?q=tbh", {"HYN-B-000001"}),
        ("stations/?q=thai+thuy+vnp", {"HYN-B-000002"}),
        ("stations/?code=HYN0001", {"HYN-B-000003"}),
        ("stations/?site=HYN-00001", {"HYN-B-000001", "HYN-B-000002"}),
        ("stations/?mast=HYN-M-000003", {"HYN-B-000004"}),
        ("stations/?technology=4g&status=operating", {f"HYN-B-00000{n}" for n in (1, 2, 3, 4)}),
        ("stations/?technology=5G", set()),
        ("installations/?kind=network_node,internet_point", {"HYN-N-000001", "HYN-N-000002", "HYN-I-000001"}),
        ("postal-points/?kind=BC3", {"HYN-P-000001"}),
        ("network-nodes/?kind=wan_node&organization=VNPT", {"HYN-N-000002"}),
        ("internet-points/?kind=access_point", {"HYN-I-000001"}),
        ("internet-points/?kind=game_point", set()),
        ("cable-routes/?kind=aerial", {"HYN-C-000001", "HYN-C-000002"}),
        ("cable-routes/?bbox=106.5809,20.5695,106.5815,20.5705", {"HYN-C-000001", "HYN-C-000002"}),
        ("cable-routes/?bbox=106.4,20.5,106.5,20.6", set()),
    ],
)
def test_installations_by(officer: Client, query: str, numbers: set[str]) -> None:
    assert found(officer, query) == numbers


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        (f"sites/?bbox={HARBOUR}", {"HYN-00001"}),
        ("sites/?organization=VIETTEL", {"HYN-00001", "HYN-00002"}),
        ("sites/?organization=TOWERCO", {"HYN-00001"}),
        ("sites/?kind=postal_point", {"HYN-00003"}),
        ("sites/?kind=postal_point&organization=VIETTEL", set()),
        ("sites/?technology=4G&organization=VNPT", {"HYN-00001", "HYN-00003"}),
        ("sites/?q=diem+dien", {"HYN-00001"}),
        ("sites/?q=%C4%90I%E1%BB%80N", {"HYN-00001"}),
        ("sites/?code=HYN-00003", {"HYN-00003"}),
        ("masts/?organization=VNPT", {"HYN-M-000001", "HYN-M-000003"}),
        ("masts/?organization=TOWERCO", {"HYN-M-000001"}),
        ("masts/?bbox=106.0571,20.6464,106.0612,20.6511", {"HYN-M-000002", "HYN-M-000003"}),
        ("masts/?q=cho", {"HYN-M-000003"}),
        ("masts/?mast_class=A2b&site=HYN-00002", {"HYN-M-000002"}),
        ("cells/?station=HYN-B-000001", {"TBH0001-1", "TBH0001-2"}),
        ("cells/?technology=4G&organization=VNPT", {"VNP-DD-01-1"}),
        (f"cells/?bbox={HARBOUR}&band=1800", {"TBH0001-1", "TBH0001-2", "VNP-DD-01-1"}),
        ("cells/?unit=11953", set()),
        ("units/?level=province", {"31", "33"}),
        ("units/?unit=33", {"33", "12826", "11953"}),
        ("units/?q=pho+hien", {"11953"}),
        ("units/?bbox=106.05,20.6,106.06,20.61", {"11953"}),
        ("units/?on=2020-01-01", set()),
        ("organizations/?kind=tower_company", {"TOWERCO"}),
        ("organizations/?q=tap+doan+viettel", {"VIETTEL"}),
    ],
)
def test_the_rest_by(officer: Client, query: str, codes: set[str]) -> None:
    assert found(officer, query, "code") == codes


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("kind=verification_certificate", {"KD-2022-001", "KD-2022-002"}),
        ("organization=VNPT", {"KD-2022-002"}),
        ("installation=HYN-B-000001", {"KD-2022-001"}),
        ("status=in_force&expires_before=2027-03-02", {"KD-2022-001", "KD-2022-002"}),
        ("expires_before=2027-03-01", set()),
        ("q=kd-2022-001", {"KD-2022-001"}),
        ("q=tbh0001", {"KD-2022-001"}),
        (f"bbox={HARBOUR}", {"KD-2022-001", "KD-2022-002"}),
    ],
)
def test_permits_by(officer: Client, query: str, numbers: set[str]) -> None:
    assert found(officer, f"permits/?{query}", "number") == numbers


def test_a_filter_tells_nothing_of_what_others_have_on_a_shared_site(world: World, as_person: SignIn) -> None:
    client = as_person(world.owner)
    assert found(client, "sites/?organization=VNPT", "code") == set()
    assert found(client, "masts/?organization=VNPT", "code") == set()
    assert found(client, "sites/?organization=TOWERCO", "code") == {"HYN-00001"}
    sheet = client.get("/api/v1/sites/HYN-00001/").json()
    assert [row["organization"] for row in sheet["installations"]] == ["VIETTEL"]


def test_changed_since_follows_the_acts_and_not_the_validity(world: World, officer: Client) -> None:
    later = (BUILT + timedelta(days=1)).isoformat().replace("+", "%2B")
    assert found(officer, f"sites/?changed_since={later}", "code") == set()
    site_move(actor=world.officer, site=world.citadel, to=at(106.06, 20.65), reason="Measured again")
    assert found(officer, f"sites/?changed_since={later}", "code") == {"HYN-00002"}
    assert found(officer, f"installations/?changed_since={later}") == {"HYN-B-000003", "HYN-N-000001"}


def test_a_station_changes_with_its_detail_and_its_cells(world: World, officer: Client) -> None:
    since = timezone.now().isoformat().replace("+", " ")  # a program that forgot to write %2B
    with make.one_act(world.authority) as ledger:
        world.station.equipment = "AAU"
        ledger.change(world.station)
        world.vnpt_cell.azimuth_deg = 15.0
        ledger.change(world.vnpt_cell)
    assert found(officer, f"stations/?changed_since={since}") == {"HYN-B-000001", "HYN-B-000002"}
    assert found(officer, f"cells/?changed_since={since}", "code") == {"VNP-DD-01-1"}


def test_changes_by_act_reason_and_time(world: World, officer: Client) -> None:
    site_move(actor=world.officer, site=world.citadel, to=at(106.06, 20.65), reason="Measured again")
    (row,) = officer.get("/api/v1/changes/?kind=site.moved").json()["results"]
    assert row["reason"] == "Measured again"
    assert row["actor"] == "Officer"
    assert row["counts"]["infra.site"] == {"changed": 1}
    assert found(officer, "changes/?q=measured", "kind") == {"site.moved"}
    assert found(officer, "changes/?changed_since=2026-11-01", "kind") >= {"site.moved"}


def test_kinds_are_the_registers_own(officer: Client) -> None:
    assert set(InstallationKind.values) == found(officer, "installations/", "kind")
