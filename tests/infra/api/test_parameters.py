"""What a query string may not hold: 400, and the parameter is named."""

import pytest
from django.test import Client

from tests.world import SignIn, World


def refused(client: Client, address: str, parameter: str) -> dict[str, object]:
    answer = client.get(address)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["errors"][0]["pointer"] == f"/{parameter}"
    assert parameter in problem["detail"]
    return problem


@pytest.fixture
def officer(world: World, as_person: SignIn) -> Client:
    return as_person(world.officer)


@pytest.mark.parametrize(
    "box",
    [
        "nan,20,107,21",
        "106,20,inf,21",
        "106,-Infinity,107,21",
        "107,20,106,21",
        "106,21,107,20",
        "20,106,21,107",
        "106,20,107",
        "106,20,107,21,22",
        "a,b,c,d",
        "106,20,181,21",
        "106,-91,107,21",
        ",,,",
        "1e999,20,107,21",
    ],
)
def test_a_box_that_is_none_is_named(officer: Client, box: str) -> None:
    refused(officer, f"/api/v1/stations/?bbox={box}", "bbox")


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "NaN", "1e2", "ten", "", "100000000000000000000", "٣"])
def test_a_page_size_beyond_the_limit_is_named(officer: Client, limit: str) -> None:
    refused(officer, f"/api/v1/sites/?limit={limit}", "limit")


@pytest.mark.parametrize("cursor", ["", "a", "a-1", "x5", "a1;drop", "a9999999999999999999", "b1.5"])
def test_a_cursor_of_ones_own_making_is_named(officer: Client, cursor: str) -> None:
    refused(officer, f"/api/v1/sites/?cursor={cursor}", "cursor")


@pytest.mark.parametrize(
    "collection",
    [
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
        "tokens",
    ],
)
def test_an_unknown_parameter_is_named_and_never_ignored(officer: Client, collection: str) -> None:
    problem = refused(officer, f"/api/v1/{collection}/?operater=VIETTEL", "operater")
    assert problem["errors"][0]["code"] == "unknown"


@pytest.mark.parametrize("address", ["sites/HYN-00001/?limit=1", "units/33/?as_of=2026-01-01", "cells/1/?q=a"])
def test_an_unknown_parameter_of_one_row_is_named(officer: Client, address: str) -> None:
    refused(officer, f"/api/v1/{address}", address.partition("?")[2].partition("=")[0])


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("organization=NOBODY", "organization"),
        ("organization=VIETTEL,NOBODY", "organization"),
        ("unit=99999", "unit"),
        ("kind=castle", "kind"),
        ("status=asleep", "status"),
        ("technology=6G", "technology"),
        ("changed_since=yesterday", "changed_since"),
        ("changed_since=0001-01-01", "changed_since"),
        ("as_of=2026-13-01", "as_of"),
        ("as_of=9999-12-31", "as_of"),
        ("as_of=tomorrow", "as_of"),
        ("count=2", "count"),
        ("format=shp", "format"),
        ("q=%00", "q"),
    ],
)
def test_a_value_that_means_nothing_is_named(officer: Client, query: str, parameter: str) -> None:
    refused(officer, f"/api/v1/installations/?{query}", parameter)


def test_several_wrong_values_are_all_told_at_once(officer: Client) -> None:
    errors = officer.get("/api/v1/installations/?bbox=1&unit=99999&changed_since=x").json()["errors"]
    assert {error["pointer"] for error in errors} == {"/bbox", "/unit", "/changed_since"}


def test_messages_follow_the_language_of_the_request(officer: Client) -> None:
    english = officer.get("/api/v1/sites/?limit=0", headers={"accept-language": "en"}).json()
    assert english["title"] == "The request is not valid"
    assert english["errors"][0]["message"] == "A whole number from 1 to 1000."


@pytest.mark.parametrize("key", ["%00", "HYN-00001%00", "9" * 40, "%F0%9F%97%BC", "-1", "1.5", "'", "..", "%25"])
@pytest.mark.parametrize("collection", ["sites", "stations", "cells", "units", "permits"])
def test_a_key_that_names_nothing_is_not_found(officer: Client, collection: str, key: str) -> None:
    answer = officer.get(f"/api/v1/{collection}/{key}/")
    assert answer.status_code == 404
    assert answer.json()["errors"] == []
