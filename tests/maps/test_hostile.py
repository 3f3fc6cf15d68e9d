"""Odd requests, made from the descriptions that the product gives of itself: none of them breaks it.

Half of them keep to the description, half of them break it on purpose: wrong types, numbers out of range, what is
missing or too much. ``HOSTILE=50`` makes fifty of each kind for every operation; everyday runs make one.
"""

import os
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from requests import Request
from schemathesis import Case, GenerationMode

from infra.services.tokens import token_create
from tests.world import World

#: requests of each kind to each operation
EXAMPLES = int(os.environ.get("HOSTILE", "1"))
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


@schemathesis.serializer("application/vnd.sotram.sealed")
def as_it_is(_context: Any, value: Any) -> bytes:
    """Sealed records are bytes."""
    return value if isinstance(value, bytes) else str(value).encode()


class Visits:
    """Sends what is made up, and remembers what came back."""

    def __init__(self, document: dict[str, Any], root: str, headers: dict[str, str]) -> None:
        self.address = f"http://testserver{root}"
        self.schema = schemathesis.openapi.from_dict({**document, "servers": [{"url": self.address}]})
        self.client = Client(headers=headers, raise_request_exception=False)
        self.answers: Counter[int] = Counter()
        self.failures: list[str] = []

    def everywhere(self) -> None:
        """Ask every operation."""
        for found in self.schema.get_all_operations():
            operation = found.ok()
            for mode in GenerationMode:
                # Nothing can be wrong where nothing is asked.
                with suppress(Unsatisfiable):
                    self.ask(operation.as_strategy(generation_mode=mode))

    def ask(self, made_up: SearchStrategy[Case]) -> None:
        """Send some of what *made_up* gives."""

        @SETTINGS
        @hypothesis.given(case=made_up)
        def sent(case: Case) -> None:
            self.send(case)

        sent()

    def send(self, case: Case) -> None:
        asked = Request(**case.as_transport_kwargs(base_url=self.address)).prepare()
        kind = asked.headers.get("Content-Type", "application/json")
        content = asked.body or b""
        answer = self.client.generic(
            str(asked.method),
            str(asked.path_url),
            content,
            content_type=kind,
            headers={
                name: value for name, value in asked.headers.items() if name not in ("Content-Type", "Authorization")
            },
        )
        if answer.streaming:
            b"".join(answer)
        self.answers[answer.status_code] += 1
        if answer.status_code >= 500:
            self.failures.append(f"{answer.status_code}: {case.as_curl_command()}")


def key_of(world: World) -> dict[str, str]:
    _row, key = token_create(actor=world.officer, name="hostile", lifetime=timedelta(days=1))
    return {"Authorization": f"Token {key}"}


@pytest.mark.slow
@pytest.mark.parametrize(("document", "root"), [("/api/schema/?format=json", ""), ("/ogc/api", "/ogc")])
def test_no_request_breaks_the_server(world: World, document: str, root: str, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    headers = key_of(world)
    described = Client(headers=headers).get(document)
    visits = Visits(described.json(), root, headers)
    visits.everywhere()
    assert not visits.failures, "\n".join(visits.failures)
    # They came through: answers, and refusals in words.
    assert visits.answers[200] > 10
    assert visits.answers[400] > 10
    # Field phones have a door with a key of their own.
    assert visits.answers[401] + visits.answers[429] < 5, visits.answers
