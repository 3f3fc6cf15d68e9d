"""Yearly ratings of security and order: entered, corrected, seen by those concerned, never twice for one year."""

from datetime import date
from typing import Any

import pytest

from infra.models import ChangeRecord
from inspections.models import SecurityRating
from inspections.selectors.ratings import rating_year
from inspections.services.ratings import RatingFacts, rating_enter
from tests.world import SignIn, World


def entered(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "organization": world.viettel.pk,
        "year": 2025,
        "registered_on": "2025-03-10",
        "self_assessment": "met",
        "result": "met",
        "decision_number": "1200/QĐ-UBND",
        "decision_date": "2025-11-15",
        "recognized_by": "UBND tỉnh Hưng Yên",
        "reason": "Theo quyết định",
        **changes,
    }


@pytest.fixture
def rating(world: World) -> SecurityRating:
    facts = RatingFacts(self_assessment="met")
    return rating_enter(
        actor=world.officer,
        authority=world.authority,
        organization=world.viettel,
        year=2025,
        facts=facts,
        reason="Đăng ký",
    )


@pytest.mark.parametrize(
    ("day", "year"), [(date(2025, 11, 15), 2025), (date(2025, 11, 16), 2026), (date(2026, 1, 1), 2026)]
)
def test_the_year_begins_on_16_november(day: date, year: int) -> None:
    assert rating_year(day) == year


def test_an_officer_enters_a_rating(world: World, as_person: SignIn) -> None:
    client = as_person(world.officer)
    assert client.get("/ratings/new/").status_code == 200
    response = client.post("/ratings/new/", entered(world))
    assert response.status_code == 302
    page = client.get(response.url).content.decode()
    assert "1200/QĐ-UBND" in page
    assert "16/11/2024" in page
    assert "1200/QĐ-UBND" in client.get("/ratings/?year=2025&result=met").content.decode()
    row = client.get("/api/v1/ratings/").json()["results"][0]
    assert (row["organization"], row["year"], row["result"]) == ("VIETTEL", 2025, "met")
    assert ChangeRecord.objects.filter(kind="rating.entered", reason="Theo quyết định").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decision_number": ""}, "decision_number"),
        ({"year": 2090}, "year"),
        ({"organization": 0}, "organization"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    world: World, as_person: SignIn, changes: dict[str, Any], field: str
) -> None:
    response = as_person(world.officer).post("/ratings/new/", entered(world, **changes))
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert not SecurityRating.objects.exists()


def test_one_rating_a_year(world: World, as_person: SignIn, rating: SecurityRating) -> None:
    response = as_person(world.officer).post("/ratings/new/", entered(world))
    assert response.status_code == 400
    assert "year" in response.context["form"].errors
    assert SecurityRating.objects.count() == 1


def test_a_correction_keeps_what_it_was(world: World, as_person: SignIn, rating: SecurityRating) -> None:
    client = as_person(world.officer)
    assert "2025-03" not in client.get(f"/ratings/{rating.pk}/edit/").content.decode()
    response = client.post(f"/ratings/{rating.pk}/edit/", entered(world, result="not_met"))
    assert response.status_code == 302
    rating.refresh_from_db()
    assert rating.result == "not_met"
    record = ChangeRecord.objects.get(kind="rating.changed")
    assert record.details["before"]["result"] == ""


def test_who_sees_and_who_writes(world: World, as_person: SignIn, rating: SecurityRating) -> None:
    for person, sees, writes in (
        (world.officer, 200, 200),
        (world.manager, 200, 404),
        (world.owner, 200, 404),
        (world.stranger, 404, 404),
    ):
        client = as_person(person)
        assert client.get(f"/ratings/{rating.pk}/").status_code == sees, person
        assert client.get(f"/ratings/{rating.pk}/edit/").status_code == writes, person
