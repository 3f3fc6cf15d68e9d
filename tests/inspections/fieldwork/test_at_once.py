"""Many requests at the same moment: still one inspection, one copy of each photo."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client

from inspections.models import Answer, Finding, Inspection, Photo
from inspections.services import reference
from tests.inspections.fieldwork.phones import digest, picture
from tests.inspections.fieldwork.test_photos import put_photo
from tests.inspections.test_api import put, wire
from tests.world import SignIn, World

AT_ONCE = 20

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def _threads() -> Iterator[Callable[[list[Callable[[], Any]]], list[Any]]]:
    """Run calls at the same moment, each on a database connection of its own."""

    def run(calls: list[Callable[[], Any]]) -> list[Any]:
        gate = Barrier(len(calls))

        def one(call: Callable[[], Any]) -> Any:
            try:
                gate.wait(30)
                return call()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    yield run


def test_the_same_form_twenty_times_at_once_is_one_inspection(world: World, as_person: SignIn) -> None:
    reference.load()
    ref = world.station.installation.registry_number
    uuid, shot = uuid4(), picture()
    body = wire(ref, photos=[{"sha256": digest(shot)}])
    clients: list[Client] = [as_person(world.inspector) for _ in range(2 * AT_ONCE)]
    calls: list[Callable[[], Any]] = [
        *(lambda c=client: put(c, uuid, body) for client in clients[:AT_ONCE]),
        *(lambda c=client: put_photo(c, uuid, shot) for client in clients[AT_ONCE:]),
    ]
    with _threads() as run:
        answers = run(calls)
    forms, photos = answers[:AT_ONCE], answers[AT_ONCE:]
    assert {answer.status_code for answer in answers} <= {200, 201}, [a.content[:200] for a in answers]
    assert [answer.status_code for answer in forms].count(201) == 1
    assert all(answer.json()["received_at"] for answer in photos)
    assert Inspection.objects.count() == 1
    assert Inspection.objects.get().number == "KT-2026-0001"
    assert (Answer.objects.count(), Finding.objects.count()) == (2, 2)
    assert Photo.objects.get().announced
    assert Photo.objects.get().received_at is not None
    assert connection.vendor in {"sqlite", "postgresql"}
    cache.clear()
