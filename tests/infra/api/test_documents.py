"""Problems in JSON everywhere below /api/, one valid OpenAPI document, and a page that shows it without other hosts."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from django.test import Client
from openapi_spec_validator import validate

from tests.world import SignIn, World

COLLECTION_NAMES = {
    "organizations",
    "units",
    "sites",
    "masts",
    "installations",
    "stations",
    "cells",
    "postal-points",
    "network-nodes",
    "internet-points",
    "cable-routes",
    "permits",
    "changes",
}
MEMBERS = {"type", "title", "status", "detail", "instance", "errors"}


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert set(body) == MEMBERS
    assert body["status"] == status
    assert body["type"].startswith("urn:sotram:problem:")
    return body


@pytest.mark.parametrize(
    "address",
    ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v2/sites/", "/api/v1/sites/x/y/", "/api/x", "/api/v1/a%0Ab/"],
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_unknown_addresses_are_problems(client: Client, db: None, address: str, method: str) -> None:
    body = problem(getattr(client, method)(address), 404)
    assert body["instance"] == unquote(address)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forgotten_slash_is_added_and_the_method_kept(client: Client, db: None, method: str) -> None:
    answer = getattr(client, method)("/api/v1/organizations?limit=1")
    assert answer.status_code == 308
    assert answer["Location"] == "/api/v1/organizations/?limit=1"


def test_errors_by_status(world: World, as_person: SignIn, client: Client) -> None:
    problem(client.get("/api/v1/sites/"), 401)
    problem(as_person(world.stranger).get("/api/v1/sites/HYN-00002/"), 404)
    problem(as_person(world.owner).delete("/api/v1/sites/HYN-00002/"), 405)
    problem(as_person(world.owner).get("/api/v1/sites/", headers={"accept": "text/csv"}), 406)


def test_a_fault_of_ours_is_a_problem_without_its_inner_workings(
    world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("the secret of the cellar")

    monkeypatch.setattr("infra.api.collections.on_day", fail)
    client = as_person(world.owner)
    client.raise_request_exception = False
    body = problem(client.get("/api/v1/sites/"), 500)
    assert "cellar" not in str(body)
    assert "cellar" in caplog.text


def test_the_document_is_valid_and_complete(client: Client, db: None) -> None:
    answer = client.get("/api/schema/")
    assert answer.status_code == 200
    document = answer.json()
    validate(document)
    for collection in (*COLLECTION_NAMES, "tokens"):
        operation = document["paths"][f"/api/v1/{collection}/"]["get"]
        assert operation["responses"]["default"]["content"].keys() == {"application/problem+json"}
    names = {p["name"] for p in document["paths"]["/api/v1/stations/"]["get"]["parameters"]}
    assert names >= {"bbox", "unit", "organization", "status", "q", "changed_since", "as_of", "limit", "cursor"}
    forms = {p["name"]: p["schema"] for p in document["paths"]["/api/v1/stations/"]["get"]["parameters"]}
    assert forms["as_of"]["format"] == "date"
    assert forms["changed_since"]["format"] == "date-time"
    formats = document["paths"]["/api/v1/stations/"]["get"]["responses"]["200"]["content"]
    assert formats.keys() == {"application/json", "application/geo+json"}


def test_the_document_has_no_warnings(db: None, tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_the_document_comes_as_yaml_too(client: Client, db: None) -> None:
    assert client.get("/api/schema/?format=yaml").content.startswith(b"openapi: 3")


def test_the_docs_page_loads_nothing_from_elsewhere_and_every_script_has_the_nonce(client: Client, db: None) -> None:
    answer = client.get("/api/docs/")
    assert answer.status_code == 200
    page = answer.content.decode()
    nonce = re.search(r"'nonce-([^']+)'", answer["Content-Security-Policy"])[1]
    scripts = re.findall(r"<script([^>]*)>", page)
    assert len(scripts) == 3
    assert all(f'nonce="{nonce}"' in script for script in scripts)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "style=" not in page
    for asset in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        assert client.get(asset).status_code == 200, asset


def test_rows_hold_what_the_document_says(world: World, as_person: SignIn, client: Client) -> None:
    document = client.get("/api/schema/").json()
    officer = as_person(world.officer)
    for path, operations in document["paths"].items():
        if "{" in path or not path.startswith("/api/v1/") or "get" not in operations:
            continue
        name = path.removeprefix("/api/v1/").strip("/")
        answer = officer.get(path)
        if name not in COLLECTION_NAMES or answer.status_code != 200 or not answer.json()["results"]:
            continue
        schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        page = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        row = document["components"]["schemas"][page["properties"]["results"]["items"]["$ref"].rpartition("/")[2]]
        for shown in answer.json()["results"]:
            assert set(shown) == set(row["properties"]), name
            for field, value in shown.items():
                assert value is not None or nullable(row["properties"][field]), (name, field)


def nullable(schema: dict[str, Any]) -> bool:
    parts = [schema, *schema.get("oneOf", []), *schema.get("allOf", [])]
    return any(part.get("nullable") or "NullEnum" in part.get("$ref", "") for part in parts)
