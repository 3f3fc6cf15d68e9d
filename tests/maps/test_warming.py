"""What the map is made from is read before anybody waits for it."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from maps import warming
from maps.tiles import register
from maps.tiles.sources.source import Source
from tests.world import SignIn, World


def test_the_first_tile_and_the_first_search_find_everything_read(
    world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    warming.warm()

    def refused(*_args: Any) -> Any:
        raise AssertionError("read again")

    monkeypatch.setattr(Source, "load", refused)
    client = as_person(world.officer)
    assert client.get("/tiles/installations/5/25/14.mvt").status_code == 200
    assert client.get("/map/search.json", {"q": "Pho Hein"}).json()["corrected"] == "pho hien"


def test_a_database_that_is_away_is_tried_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tried: list[str] = []
    again = threading.Event()

    def away_once() -> None:
        tried.append(threading.current_thread().name)
        if len(tried) == 1:
            raise OperationalError("no such table")
        again.set()

    monkeypatch.setattr(warming, "warm", away_once)
    monkeypatch.setattr(warming, "HELD", ())
    ended = warming.keep_warm(every=0.001, folder=tmp_path)
    assert again.wait(30)
    ended.set()
    register.keep_in(None)
    assert set(tried) == {"warming"}
