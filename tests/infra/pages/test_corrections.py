"""The authority corrects the register by hand: with a reason, inside its territory, and the history says it."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from infra.models import Cell, ChangeRecord, Installation, InstallationStatus, Mast, Permit, Site
from infra.selectors.ledger import verify
from tests import factories as make
from tests.world import SignIn, World

REASON = "Đối chiếu tại hiện trường"


@pytest.fixture
def officer(world: World, as_person: SignIn) -> Client:
    for order, code in enumerate(("planned", "operating", "suspended", "decommissioned")):
        InstallationStatus.objects.get_or_create(
            code=code, defaults={"name_vi": code, "name_en": code, "valid_from": "2000-01-01", "order": order}
        )
    return as_person(world.officer)


def mast_form(world: World, **change: Any) -> dict[str, Any]:
    return {
        "owner": world.towerco.pk, "mast_class": "", "structure_type": "", "height_m": "42,5", "base": "ground",
        "building_height_m": "", "built_on": "", "design_wind_ms": "", "capacity": "4", "reason": REASON, **change,
    }  # fmt: skip


def test_a_masts_height_and_owner_are_corrected(world: World, officer: Client) -> None:
    here = "/masts/HYN-M-000002/correct/"
    assert officer.get(here).status_code == 200
    assert officer.post(here, mast_form(world)).status_code == 302
    mast = Mast.objects.get(code="HYN-M-000002")
    assert (mast.height_m, mast.owner, mast.capacity) == (42.5, world.towerco, 4)
    sheet = unescape(officer.get("/sites/HYN-00002/").content.decode())
    assert REASON in sheet
    assert "42,5" in sheet
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"height_m": "0"}, "height_m"),
        ({"height_m": "501"}, "height_m"),
        ({"height_m": "tall"}, "height_m"),
        ({"owner": ""}, "owner"),
        ({"built_on": "2999-01-01"}, "built_on"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_mast_that_cannot_be_is_refused_at_its_field(
    world: World, officer: Client, change: dict[str, str], field: str
) -> None:
    answer = officer.post("/masts/HYN-M-000002/correct/", mast_form(world, **change))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()


def test_a_sites_name_finds_what_stands_on_it(world: World, officer: Client) -> None:
    form = {"name": "Thành cổ Phố Hiến", "address": "Số 1 Chùa Chuông", "reason": REASON}
    assert officer.post("/sites/HYN-00002/correct/", form).status_code == 302
    assert Site.objects.get(code="HYN-00002").name == "Thành cổ Phố Hiến"
    assert "chua chuong" in Installation.objects.get(registry_number="HYN-B-000003").search_text
    assert list(verify()) == []


def station_form(**change: Any) -> dict[str, Any]:
    return {"status": "suspended", "code": "HYN0001", "name": "Trạm 1", "in_service_on": "", "reason": REASON, **change}


def test_a_stations_status_is_corrected_and_its_code_stays_its_own(world: World, officer: Client) -> None:
    here = "/installations/HYN-B-000003/correct/"
    assert officer.post(here, station_form()).status_code == 302
    assert Installation.objects.get(registry_number="HYN-B-000003").status_id == "suspended"
    taken = officer.post(here, station_form(code=world.station.installation.code))
    assert taken.status_code == 422
    assert "HYN-B-000001" in taken.content.decode()
    assert officer.post(here, station_form(status="decommissioned")).status_code == 422
    assert list(verify()) == []


def test_a_station_that_is_gone_falls_silent_and_stays_readable(world: World, officer: Client) -> None:
    here = "/installations/HYN-B-000001/decommission/"
    today = timezone.localdate()
    for form in ({"on": "", "reason": REASON}, {"on": (today + timedelta(days=1)).isoformat(), "reason": REASON}):
        officer.post(here, form)
    assert Installation.objects.get(registry_number="HYN-B-000001").status_id != "decommissioned"
    officer.post(here, {"on": today.isoformat(), "reason": REASON})
    assert Installation.objects.get(registry_number="HYN-B-000001").status_id == "decommissioned"
    assert not Cell.objects.filter(station=world.station, in_service=True).exists()
    assert ChangeRecord.objects.get(kind="installation.decommissioned").details["on"] == today.isoformat()
    again = officer.post(here, {"on": today.isoformat(), "reason": REASON}, follow=True)
    assert 'role="alert"' in again.content.decode()
    assert officer.get("/installations/HYN-B-000001/").status_code == 200
    assert list(verify()) == []


def permit_form(**change: Any) -> dict[str, Any]:
    return {
        "number": "KD-2022-009", "issuer": "Cục Viễn thông", "issued_on": "2022-05-01", "expires_on": "2027-05-01",
        "renewal_filed_on": "", "posted_on_site": "1", "reason": REASON, **change,
    }  # fmt: skip


def test_a_certificates_day_of_renewal_follows_its_expiry(world: World, officer: Client) -> None:
    from infra.models import Limit

    Limit.objects.create(
        code="renewal_before_expiry", name_vi="Nộp lại", value=60, unit="days", valid_from="2000-01-01"
    )
    here = f"/permits/{world.certificate.pk}/correct/"
    assert officer.get(here).status_code == 200
    assert officer.post(here, permit_form()).status_code == 302
    permit = Permit.objects.get(pk=world.certificate.pk)
    assert (permit.number, permit.posted_on_site) == ("KD-2022-009", True)
    assert permit.renewal_due_on is not None
    assert (permit.expires_on - permit.renewal_due_on).days == 60
    answer = officer.post(here, permit_form(expires_on="2020-01-01"))
    assert 'id="id_expires_on_error"' in answer.content.decode()


ADDRESSES = (
    "/sites/HYN-00002/correct/",
    "/masts/HYN-M-000002/correct/",
    "/installations/HYN-B-000003/correct/",
)


def test_three_people_and_the_territory(world: World, as_person: SignIn, officer: Client) -> None:
    for address in ADDRESSES:
        assert officer.get(address).status_code == 200
        for person in (world.owner, world.inspector, world.auditor, world.local_officer, world.foreign_officer):
            assert as_person(person).get(address).status_code == 404, (address, person)
        assert as_person(None).get(address)["Location"].startswith("/sign-in/")
    permit = f"/permits/{world.certificate.pk}/correct/"
    assert as_person(world.local_officer).get(permit).status_code == 200
    assert as_person(world.owner).post(permit, permit_form()).status_code == 404
    gone = {"on": timezone.localdate().isoformat(), "reason": REASON}
    assert as_person(world.owner).post("/installations/HYN-B-000001/decommission/", gone).status_code == 404


def test_the_sheets_offer_it_to_whoever_may(world: World, as_person: SignIn, officer: Client) -> None:
    make.MastClassFactory(code="A2b")
    for person, offered in ((world.officer, True), (world.owner, False), (world.inspector, False)):
        sheet = as_person(person).get("/installations/HYN-B-000003/").content.decode()
        assert ("/installations/HYN-B-000003/correct/" in sheet) is offered
