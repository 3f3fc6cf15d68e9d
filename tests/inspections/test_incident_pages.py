"""Pages of incidents: reporting outages by list or file, one incident, its end."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from inspections.models import Incident, IncidentObject
from tests.world import SignIn, World

NOW = "%Y-%m-%dT%H:%M"


def now() -> str:
    return timezone.localtime().strftime(NOW)


def outages(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "organization": world.viettel.pk,
        "at": now(),
        "codes": "TBH0001\nHYN0001",
        "state": "out",
        "cause": "power",
        **changes,
    }


def test_outages_are_reported_as_a_list_of_codes(world: World, as_person: SignIn) -> None:
    client = as_person(world.owner)
    page = client.get("/outages/report/")
    assert page.status_code == 200
    response = client.post("/outages/report/", outages(world))
    assert response.status_code == 302
    assert IncidentObject.objects.out().filter(cause="power").count() == 2
    text = client.get(response.url).content.decode()
    assert "SC-" in text


def test_wrong_codes_come_back_with_their_rows(world: World, as_person: SignIn) -> None:
    response = as_person(world.owner).post("/outages/report/", outages(world, codes="TBH0001, LẠ-01 VNP-DD-01"))
    assert response.status_code == 400
    assert [problem["row"] for problem in response.context["problems"]] == [2, 3]
    assert not IncidentObject.objects.exists()
    assert "LẠ-01" in response.content.decode()


def test_the_template_can_be_sent_back(world: World, as_person: SignIn) -> None:
    client = as_person(world.owner)
    template = client.get("/outages/template.xlsx")
    file = SimpleUploadedFile("outages.xlsx", template.content)
    response = client.post("/outages/report/", outages(world, codes="", file=file))
    assert response.status_code == 302, response.context["problems"]
    assert IncidentObject.objects.out().get().cause == "power"


@pytest.mark.parametrize("content", [b"", b"not a table at all", b"%PDF-1.7"])
def test_a_file_that_is_none_is_said_beside_the_field(world: World, as_person: SignIn, content: bytes) -> None:
    file = SimpleUploadedFile("x.xlsx", content)
    response = as_person(world.owner).post("/outages/report/", outages(world, codes="", file=file))
    assert response.status_code == 400
    assert response.context["form"].errors["file"]


def test_nothing_named_is_nothing_reported(world: World, as_person: SignIn) -> None:
    response = as_person(world.owner).post("/outages/report/", outages(world, codes=" "))
    assert response.status_code == 400
    whole = as_person(world.owner).post("/outages/report/", outages(world, codes="", whole="on"))
    assert whole.status_code == 302


def test_one_incident_is_reported_and_ended(world: World, as_person: SignIn) -> None:
    client = as_person(world.owner)
    values = {
        "organization": world.viettel.pk,
        "kind": "outage",
        "started_at": now(),
        "codes": "TBH0001",
        "cause": "transmission",
        "text": "Đứt cáp <img src=x onerror=alert(1)>",
    }
    response = client.post("/incidents/new/", values)
    assert response.status_code == 302
    incident = Incident.objects.get()
    page = client.get(response.url)
    assert "TBH0001" in page.content.decode()
    assert "<img src=x" not in page.content.decode()
    again = client.post("/incidents/new/", values)
    assert again.status_code == 400
    assert "codes" in again.context["form"].errors
    assert client.post(f"/incidents/{incident.number}/over/", {"at": "2001-01-01T00:00"}).status_code == 400
    assert client.post(f"/incidents/{incident.number}/over/", {"at": now()}).status_code in (302, 400)


def test_strangers_find_nothing(world: World, as_person: SignIn) -> None:
    as_person(world.owner).post("/outages/report/", outages(world))
    number = Incident.objects.first().number
    assert as_person(world.stranger).get(f"/incidents/{number}/").status_code == 404
    assert as_person(world.manager).get(f"/incidents/{number}/").status_code == 200
    assert as_person(world.manager).get("/outages/report/").status_code == 404
    assert as_person(world.outsider).get("/incidents/").status_code == 404
    assert number not in as_person(world.stranger).get("/incidents/").content.decode()


@pytest.mark.parametrize(
    "query", ["", "?standing=open", "?standing=ended", "?kind=outage", "?q=TBH0001", "?export=csv", "?cause=power"]
)
def test_the_list_filters_and_exports(world: World, as_person: SignIn, query: str) -> None:
    as_person(world.owner).post("/outages/report/", outages(world))
    assert as_person(world.manager).get(f"/incidents/{query}").status_code == 200


def test_queries_of_the_pages(world: World, as_person: SignIn, django_assert_max_num_queries: Any) -> None:
    as_person(world.owner).post("/outages/report/", outages(world))
    number = Incident.objects.first().number
    client = as_person(world.manager)
    for url, most in (("/incidents/", 24), (f"/incidents/{number}/", 20), ("/storms/", 16)):
        client.get(url)
        with django_assert_max_num_queries(most):
            client.get(url)
