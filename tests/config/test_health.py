"""The two addresses for whoever watches the machine."""

import pytest
from django.db import DatabaseError
from django.test import Client

from config import health, workers


@pytest.fixture
def working() -> None:
    workers.announce("one")


def test_live_needs_no_database(client: Client) -> None:
    answer = client.get("/health/live")
    assert answer.status_code == 200
    assert answer.json() == {"status": "up"}


@pytest.mark.django_db
def test_ready_when_everything_is(client: Client, working: None) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert [check["name"] for check in answer.json()["checks"]] == ["database", "migrations", "worker", "disk"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_not_ready_without_a_worker(client: Client) -> None:
    answer = client.get("/health/ready", headers={"accept-language": "en"})
    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    [wrong] = [check for check in answer.json()["checks"] if not check["ok"]]
    assert wrong == {"name": "worker", "ok": False, "reason": "no background worker is running"}


@pytest.mark.django_db
def test_not_ready_before_migrating(client: Client, working: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health._Seen, "migrated", False)
    monkeypatch.setattr(health, "pending_migrations", lambda: ["infra.0001_initial"])
    answer = client.get("/health/ready")
    assert [check["name"] for check in answer.json()["checks"] if not check["ok"]] == ["migrations"]
    assert not health._Seen.migrated


@pytest.mark.django_db
def test_not_ready_on_a_full_disk(client: Client, working: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 1 << 62)
    answer = client.get("/health/ready")
    assert [check["name"] for check in answer.json()["checks"] if not check["ok"]] == ["disk"]


@pytest.mark.django_db
def test_database_that_does_not_answer_is_said_without_its_address(
    client: Client, working: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> health.Check:
        raise DatabaseError("could not connect to 10.1.2.3 as sotram")

    monkeypatch.setitem(health.CHECKS, "database", fail)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "10.1.2.3" not in answer.content.decode()


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
def test_only_reading_is_allowed(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


@pytest.mark.django_db
def test_ready_asks_few_queries(client: Client, working: None, django_assert_max_num_queries: object) -> None:
    client.get("/health/ready")
    with django_assert_max_num_queries(2):
        client.get("/health/ready")
