"""How many queries every endpoint costs, whatever is on the page.

Four of them know the person: session, user, memberships, territory.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.world import SignIn, World, at

BEFORE = "2026-03-03"

#: address -> queries of a signed-in officer of the authority
COSTS = {
    "organizations/": 7,
    "organizations/VIETTEL/": 7,
    "units/": 6,
    "units/33/": 9,
    "units/?format=geojson": 7,
    "units/?unit=33": 7,
    "sites/": 8,
    "sites/HYN-00001/": 10,
    "sites/?bbox=106,20,107,21&unit=33&organization=VNPT&kind=base_station&status=operating&technology=4G&q=di": 12,
    f"sites/?as_of={BEFORE}": 6,
    "masts/": 8,
    "masts/HYN-M-000001/": 9,
    f"masts/?as_of={BEFORE}": 7,
    "installations/": 12,
    "installations/HYN-B-000001/": 8,
    f"installations/?as_of={BEFORE}": 12,
    "stations/": 10,
    "stations/?format=geojson&count=1": 11,
    "stations/?bbox=106,20,107,21&unit=33&organization=VIETTEL&status=operating&technology=4G&q=dien&code=TBH0001": 14,
    "stations/?changed_since=2026-01-01": 11,
    f"stations/?as_of={BEFORE}": 10,
    "stations/HYN-B-000001/": 11,
    "cells/": 6,
    "cells/?bbox=106,20,107,21&technology=4G": 7,
    f"cells/?as_of={BEFORE}": 7,
    "postal-points/": 8,
    "postal-points/HYN-P-000001/": 8,
    f"postal-points/?as_of={BEFORE}": 8,
    "network-nodes/": 8,
    "network-nodes/HYN-N-000001/": 9,
    "internet-points/": 8,
    "cable-routes/": 8,
    "cable-routes/?format=geojson": 9,
    "cable-routes/HYN-C-000001/": 9,
    "permits/": 6,
    f"permits/?as_of={BEFORE}": 7,
    "changes/": 6,
    "tokens/": 3,
}


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    return len(queries)


@pytest.fixture
def crowded(world: World) -> World:
    """Five times as much of everything."""
    with make.one_act(world.authority):
        for number in range(12):
            site = make.SiteFactory(
                authority=world.authority, code=f"HYN-{100 + number:05d}", unit=world.pho_hien, position=at(106.1, 20.6)
            )
            mast = make.MastFactory(site=site, owner=world.towerco)
            common = {"installation__site": site, "installation__organization": world.viettel}
            station = make.StationFactory(installation__mast=mast, **common)
            make.CellFactory(station=station)
            make.PermitFactory(installation=station.installation)
            make.PostalPointFactory(**common)
            make.InternetPointFactory(**common)
            node = make.NetworkNodeFactory(**common)
            make.LinkFactory(authority=world.authority, from_node=world.node, to_node=node)
            make.CableRouteFactory(installation__authority=world.authority, installation__organization=world.viettel)
            make.UnitFactory(parent=world.province)
            make.OrganizationFactory()
    return world


@pytest.mark.parametrize("address", COSTS)
def test_an_address_costs_what_is_written_here(crowded: World, as_person: SignIn, address: str) -> None:
    assert cost(as_person(crowded.officer), address) == COSTS[address]


def test_a_page_of_more_kinds_and_rows_costs_the_same(crowded: World, as_person: SignIn) -> None:
    client = as_person(crowded.officer)
    assert cost(client, "stations/?limit=1") == cost(client, "stations/?limit=1000") == COSTS["stations/"]


def test_a_key_costs_one_query_less_than_a_session(world: World, client: Client) -> None:
    _, key = make.token_of(world.officer)
    key_header = {"authorization": f"Token {key}"}
    client.get("/api/v1/stations/", headers=key_header)  # notes that the key was used, once an hour
    with CaptureQueriesContext(connection) as queries:
        client.get("/api/v1/stations/", headers=key_header)
    assert len(queries) == COSTS["stations/"] - 1


def test_whoever_sees_nothing_costs_next_to_nothing(world: World, as_person: SignIn) -> None:
    assert cost(as_person(world.outsider), "stations/") == 3


def test_knowing_the_person_reads_no_boundaries(world: World, as_person: SignIn) -> None:
    client = as_person(world.local_officer)
    with CaptureQueriesContext(connection) as queries:
        client.get("/api/v1/cells/")
    assert not any("boundary" in query["sql"] for query in queries)
