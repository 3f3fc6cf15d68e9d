"""How many queries each page of the registry asks, written down; it must not grow with the rows.

What upper apps add to a page (counts of what waits, panels) is counted in their own tests.
"""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from infra import navigation
from infra.pages import panels
from tests import factories as make
from tests.world import SignIn, World

#: page -> queries with cold caches, as a manager; session, person, 2 of the scope, 1 keeper and 1 of
#: the files that wait are in each
QUERIES = {
    "/sites/": 13,
    "/installations/": 14,
    "/postal-points/": 12,
    "/permits/": 12,
    "/installations/HYN-B-000001/": 14,
    "/account/": 10,
    "/alerts/": 7,
}


@pytest.fixture(autouse=True)
def _registry_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "all_entries", lambda: navigation.NAVIGATION)
    for name in ("_panels", "_actions", "_safety"):
        monkeypatch.setattr(panels, name, {})


def asked(client: Client, address: str) -> list[str]:
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("address", QUERIES)
def test_a_page_asks_as_many_queries_as_written_down(world: World, as_person: SignIn, address: str) -> None:
    queries = asked(as_person(world.manager), address)
    assert len(queries) == QUERIES[address], "\n".join(queries)


@pytest.mark.parametrize("address", ["/sites/", "/installations/", "/postal-points/", "/permits/"])
def test_more_rows_ask_no_more_queries(world: World, as_person: SignIn, address: str) -> None:
    before = len(asked(as_person(world.manager), address))
    with make.one_act(world.authority):
        for _ in range(5):
            site = make.SiteFactory(authority=world.authority, unit=world.pho_hien)
            mast = make.MastFactory(site=site, owner=world.vnpt)
            station = make.StationFactory(installation__site=site, installation__mast=mast)
            make.PermitFactory(installation=station.installation)
            make.PostalPointFactory(installation__site=site)
    assert len(asked(as_person(world.manager), address)) == before
