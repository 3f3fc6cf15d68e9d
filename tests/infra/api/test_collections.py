"""Three people at every collection: the owner and a colleague see the object, a stranger finds nothing there."""

import pytest
from django.test import Client

from tests.world import SignIn, World

#: collection -> (attribute of the world: VIETTEL's, how its address ends)
OBJECTS = {
    "sites": lambda w: w.citadel.code,
    "masts": lambda w: w.citadel_mast.code,
    "installations": lambda w: w.citadel_station.installation.registry_number,
    "stations": lambda w: w.station.installation.registry_number,
    "cells": lambda w: w.cell.pk,
    "network-nodes": lambda w: w.node.installation.registry_number,
    "cable-routes": lambda w: w.route.installation.registry_number,
    "permits": lambda w: w.certificate.pk,
}
#: VNPT's, whom VIETTEL's people do not see
STRANGERS = {
    "sites": lambda w: w.market.code,
    "masts": lambda w: w.market_mast.code,
    "installations": lambda w: w.market_station.installation.registry_number,
    "stations": lambda w: w.vnpt_station.installation.registry_number,
    "cells": lambda w: w.vnpt_cell.pk,
    "postal-points": lambda w: w.postal_point.installation.registry_number,
    "network-nodes": lambda w: w.vnpt_node.installation.registry_number,
    "internet-points": lambda w: w.internet_point.installation.registry_number,
    "cable-routes": lambda w: w.vnpt_route.installation.registry_number,
    "permits": lambda w: w.vnpt_certificate.pk,
}
COLLECTIONS = sorted({*OBJECTS, *STRANGERS, "changes"})
OPEN = ["organizations", "units"]


def keys(client: Client, collection: str) -> set[str]:
    page = client.get(f"/api/v1/{collection}/").json()
    return {str(row.get("registry_number") or row.get("code") or row["id"]) for row in page["results"]}


@pytest.mark.parametrize("collection", sorted(OBJECTS))
def test_owner_colleague_and_authority_find_what_a_stranger_does_not(
    world: World, as_person: SignIn, collection: str
) -> None:
    key = OBJECTS[collection](world)
    address = f"/api/v1/{collection}/{key}/"
    for person in (world.owner, world.colleague, *world.staff()):
        assert as_person(person).get(address).status_code == 200, person
    for person in (world.stranger, world.foreign_officer, world.outsider):
        answer = as_person(person).get(address)
        assert answer.status_code == 404, person
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("collection", sorted(STRANGERS))
def test_the_other_operators_objects_are_absent_from_list_and_sheet(
    world: World, as_person: SignIn, collection: str
) -> None:
    key = str(STRANGERS[collection](world))
    shown = "registry_number" if collection not in ("cells", "permits", "sites", "masts") else None
    for person in (world.owner, world.colleague):
        client = as_person(person)
        assert client.get(f"/api/v1/{collection}/{key}/").status_code == 404
        rows = client.get(f"/api/v1/{collection}/").json()["results"]
        assert key not in {str(row[shown or ("id" if key.isdigit() else "code")]) for row in rows}
    assert as_person(world.officer).get(f"/api/v1/{collection}/{key}/").status_code == 200


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_nobody_reads_the_register_without_signing_in(world: World, client: Client, collection: str) -> None:
    answer = client.get(f"/api/v1/{collection}/")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Token")


@pytest.mark.parametrize("collection", OPEN)
def test_organizations_and_units_are_open(world: World, client: Client, collection: str) -> None:
    assert client.get(f"/api/v1/{collection}/").json()["results"]
    assert (
        client.get(f"/api/v1/{collection}/{'VIETTEL' if collection == 'organizations' else '33'}/").status_code == 200
    )


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_who_has_no_role_sees_an_empty_register(world: World, as_person: SignIn, collection: str) -> None:
    assert as_person(world.outsider).get(f"/api/v1/{collection}/").json()["results"] == []


@pytest.mark.parametrize("collection", [*COLLECTIONS, *OPEN])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_collections_are_read_only(world: World, as_person: SignIn, collection: str, method: str) -> None:
    answer = getattr(as_person(world.admin), method)(f"/api/v1/{collection}/")
    assert answer.status_code == 405
    assert answer.json()["status"] == 405


def test_a_territory_bounds_the_collections(world: World, as_person: SignIn) -> None:
    assert keys(as_person(world.local_officer), "stations") == {"HYN-B-000001", "HYN-B-000002"}
    assert keys(as_person(world.foreign_officer), "stations") == {"HPG-B-000001"}
