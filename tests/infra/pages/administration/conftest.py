"""How many queries a page of the administration asks by itself, without what upper apps add to the frame."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from infra import navigation


@pytest.fixture
def registry_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "all_entries", lambda: navigation.NAVIGATION)


@pytest.fixture
def asked() -> Callable[[Client, str], list[str]]:
    """Return a function that gets a page and says which queries that asked."""

    def ask(client: Client, address: str) -> list[str]:
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return [query["sql"] for query in captured.captured_queries]

    return ask
