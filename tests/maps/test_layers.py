"""The live features of the layers."""

from django.test import Client

from tests.world import SignIn, World, as_person, world  # noqa: F401

WHOLE = "105.5,20,107.2,21.2"


def ask(client: Client, layer: str, bbox: str = WHOLE, zoom: int = 13, **more: str):
    return client.get(f"/map/layers/{layer}.json", {"bbox": bbox, "zoom": zoom, **more})


def test_stations_come_by_site(world: World, as_person: SignIn) -> None:
    answer = ask(as_person(world.officer), "stations")
    assert answer.status_code == 200, answer.content
    sites = {f["properties"]["site"]: f["properties"] for f in answer.json()["features"]}
    assert set(sites) == {"HYN-00001", "HYN-00002", "HYN-00003"}
    assert sites["HYN-00001"]["operators"] == {"VIETTEL": 1, "VNPT": 1}
