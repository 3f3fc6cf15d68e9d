"""Opening a case by hand, from an incident, from a complaint, from a certificate in the list."""

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from infra.models import Organization, Permit, PublicReport
from inspections.models import Incident, Origin, PersonParty, ViolationCase
from tests.inspections.running import EXPIRED, Office, moment
from tests.world import SignIn, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday", "law")]

NEW = "/cases/new/"
CAFE = "15/2020/ND-CP:35.3"


def given(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "field": "telecom",
        "detected_on": "2026-11-20",
        "rules": EXPIRED,
        "summary": "Chứng nhận kiểm định hết hạn",
        "party": "organization",
        "organization": world.viettel.code,
        "installations": world.station.installation.registry_number,
    } | changes


def person(**changes: str) -> dict[str, str]:
    return {
        "field": "internet",
        "rules": CAFE,
        "party": "person",
        "organization": "",
        "installations": "",
        "place": "12 phố Hiến",
        "person-name": "Phạm Văn Ất",
        "person-birth_year": "1988",
        "person-id_number": "033088001234",
    } | changes


def test_a_case_by_hand(as_person: SignIn, world: World) -> None:
    client = as_person(world.officer)
    answer = client.post(NEW, given(world))
    case = ViolationCase.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}/"
    assert (case.origin, case.party, case.organization) == (Origin.HAND, "organization", world.viettel)
    assert (case.unit, case.position) == (world.thai_thuy, world.station.installation.position)
    assert case.charges.get().proposed_vnd == 25_000_000
    assert case.objects_concerned.get().installation == world.station.installation
    assert case.officer == world.officer


def test_what_is_wrong_comes_back_beside_its_field(as_person: SignIn, world: World) -> None:
    client = as_person(world.officer)
    for changes, words in (
        ({"rules": "1/1999/ND-CP:1"}, "1/1999/ND-CP:1"),
        ({"installations": "HYN-B-999999"}, "HYN-B-999999"),
        ({"organization": ""}, "Hãy nêu tổ chức vi phạm"),
        ({"party": "new_organization"}, "Hãy nêu tổ chức vi phạm"),
        ({"lon": "106.5"}, "cả kinh độ và vĩ độ"),
        ({"detected_on": "2027-01-01"}, "2027"),
        (person(**{"person-name": ""}), "Cá nhân phải có tên"),
    ):
        answer = client.post(NEW, given(world, **changes))
        assert answer.status_code in (400, 409), changes
        assert words in answer.content.decode(), changes
    assert not ViolationCase.objects.exists()
    assert not PersonParty.objects.exists()


def test_a_known_person_is_proposed_and_taken(as_person: SignIn, world: World) -> None:
    client = as_person(world.officer)
    assert client.post(NEW, given(world, **person())).status_code == 302
    first = ViolationCase.objects.get()
    again = client.post(NEW, given(world, **person(**{"person-id_number": ""})))
    assert again.status_code == 409
    html = again.content.decode()
    assert f'value="person:{first.person_id}"' in html
    assert 'value="12 phố Hiến"' in html, "what was entered is still there"
    assert ViolationCase.objects.count() == 1
    same = given(world, **person(), same=f"person:{first.person_id}")
    assert client.post(NEW, same).status_code == 302
    assert set(ViolationCase.objects.values_list("person", flat=True)) == {first.person_id}
    other = given(world, **person(), same="new")
    assert client.post(NEW, other).status_code == 302
    assert PersonParty.objects.count() == 2


def test_an_organization_that_is_not_in_the_register(as_person: SignIn, world: World) -> None:
    client = as_person(world.officer)
    new = {"party": "new_organization", "organization": "", "installations": "", "unit": world.thai_thuy.code}
    alike = given(world, **new, organization_name=world.viettel.name)
    answer = client.post(NEW, alike)
    assert answer.status_code == 409
    assert f'value="organization:{world.viettel.code}"' in answer.content.decode()
    assert client.post(NEW, alike | {"same": f"organization:{world.viettel.code}"}).status_code == 302
    assert ViolationCase.objects.get().organization == world.viettel
    fresh = given(world, **new, organization_name="Công ty TNHH Cáp Biển Xanh", tax_code="1000123456")
    assert client.post(NEW, fresh).status_code == 302
    added = Organization.objects.get(tax_code="1000123456")
    assert added.cases.count() == 1
    assert added.name == "Công ty TNHH Cáp Biển Xanh"


def test_an_installation_fills_the_form(as_person: SignIn, world: World) -> None:
    number = world.station.installation.registry_number
    sheet = as_person(world.officer).get(f"/installations/{number}/").content.decode()
    assert f"{NEW}?installation={number}" in sheet
    assert f"{NEW}?installation" not in as_person(world.owner).get(f"/installations/{number}/").content.decode()
    html = as_person(world.officer).get(f"{NEW}?installation={number}").content.decode()
    assert f">\n{number}</textarea>" in html
    assert f'value="{world.viettel.code}" selected' in html


def test_an_incident_becomes_a_case(as_person: SignIn, world: World, office: Office) -> None:
    incident = Incident.objects.create(
        authority=world.authority,
        number="SC-2026-0001",
        kind="outage",
        started_at=moment(date(2026, 11, 20)),
        organization=world.viettel,
        unit=world.thai_thuy,
        text="Cột đổ",
        reported_by=world.officer,
    )
    client = as_person(world.officer)
    html = client.get(f"{NEW}?incident={incident.number}").content.decode()
    assert "Cột đổ" in html
    answer = client.post(NEW, given(world, incident=incident.number))
    assert answer.status_code == 302
    case = ViolationCase.objects.get()
    assert (case.origin, case.incident) == (Origin.INCIDENT, incident)
    assert case.evidence["incident"]["number"] == incident.number
    assert f'href="/incidents/{incident.number}/"' in client.get(f"/cases/{case.pk}/").content.decode()
    assert case.evidence["register"]["registry_number"] == world.station.installation.registry_number
    assert client.get(f"{NEW}?incident=SC-0000").status_code == 404


def test_a_complaint_becomes_a_case(as_person: SignIn, world: World, office: Office) -> None:
    report = PublicReport.objects.create(
        authority=world.authority, site=world.harbour, unit=world.thai_thuy, text="Trạm phát ồn"
    )
    client = as_person(world.officer)
    assert "Trạm phát ồn" in client.get(f"{NEW}?report={report.pk}").content.decode()
    assert client.post(NEW, given(world, report=report.pk)).status_code == 302
    case = ViolationCase.objects.get()
    assert (case.origin, case.report) == (Origin.REPORT, report)
    station = world.station.installation.registry_number
    assert (case.evidence["report"]["id"], case.evidence["as_of"]) == (report.pk, "2026-11-20")
    assert [row["registry_number"] for row in case.evidence["objects"]] == [station]
    assert client.get(f"{NEW}?report={report.pk}")["Location"] == f"/cases/{case.pk}/"


def test_one_click_in_the_list_of_certificates(
    as_person: SignIn, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Permit.objects.filter(pk=world.certificate.pk).update(expires_on=date(2026, 3, 14))
    client, address = as_person(world.officer), f"/permits/{world.certificate.pk}/case/"
    client.get("/permits/")
    with django_assert_max_num_queries(14):
        html = client.get("/permits/").content.decode()
    assert f'action="{address}"' in html
    assert f"/permits/{world.vnpt_certificate.pk}/case/" not in html, "nothing is wrong with the other one"
    answer = client.post(address)
    case = ViolationCase.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}/"
    assert (case.origin, case.permit) == (Origin.PERMIT, world.certificate)
    assert case.charges.get().rule_code == EXPIRED
    html = client.get("/permits/").content.decode()
    assert f'action="{address}"' not in html
    assert f'href="/cases/{case.pk}/"' in html
    assert client.post(address)["Location"] == f"/cases/{case.pk}/", "one case, not two"
    wrong = client.post(f"/permits/{world.vnpt_certificate.pk}/case/", follow=True)
    assert world.vnpt_certificate.number in wrong.content.decode()
    for other in (world.owner, world.manager, world.inspector, world.foreign_officer):
        assert as_person(other).post(address).status_code == 404
        assert "/case/" not in as_person(other).get("/permits/").content.decode()


def test_who_opens_cases(as_person: SignIn, world: World) -> None:
    for other in (world.owner, world.colleague, world.manager, world.inspector, world.admin):
        assert as_person(other).get(NEW).status_code == 404
        assert as_person(other).post(NEW, given(world)).status_code == 404
    assert as_person(None).get(NEW).status_code == 302
    local = as_person(world.local_officer)
    elsewhere = given(world, installations=world.citadel_station.installation.registry_number)
    assert local.post(NEW, elsewhere).status_code == 400, "what stands in another commune is not known here"
    assert not ViolationCase.objects.exists()


def test_the_form_costs_a_fixed_number_of_queries(
    as_person: SignIn, world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person(world.officer)
    client.get(NEW)
    with django_assert_max_num_queries(13):
        assert client.get(NEW).status_code == 200
