"""The safety state: one table of what is known and what follows."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from infra.models import Installation, Permit, PermitState
from inspections.fieldwork.intake import inspection_put
from inspections.models import Finding
from inspections.selectors.safety import Facts, Paper, Safety, decide, safety_of, safety_states, site_states, worst
from tests import factories as make
from tests.inspections.conftest import File, answer, body
from tests.world import World

TODAY = date(2026, 11, 23)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def until(expires: int, renewal: int, **more: Any) -> dict[str, Any]:
    """A certificate that expires, and whose renewal is due, so many days from today."""
    return {"issued_on": days(-1000), "expires_on": days(expires), "renewal_due_on": days(renewal)} | more


CERTIFICATE = until(800, 740)

TABLE = [
    # verification, certificate, declaration posted, state, reason
    ("required", CERTIFICATE, None, "compliant", "certificate.valid"),
    ("unknown", CERTIFICATE, None, "compliant", "certificate.valid"),
    ("required", until(180, 120), None, "due", "renewal.due"),
    (
        "required",
        until(181, 121),
        None,
        "compliant",
        "certificate.valid",
    ),
    ("required", until(60, 0), None, "due", "renewal.due"),
    (
        "required",
        until(59, -1),
        None,
        "overdue",
        "renewal.overdue",
    ),
    (
        "required",
        until(59, -1, renewal_filed_on=days(-3)),
        None,
        "compliant",
        "certificate.valid",
    ),
    (
        "required",
        until(0, -60),
        None,
        "overdue",
        "renewal.overdue",
    ),
    (
        "required",
        until(-1, -61),
        None,
        "overdue",
        "certificate.expired",
    ),
    (
        "unknown",
        until(-1, -61),
        None,
        "overdue",
        "certificate.expired",
    ),
    (
        "not_required",
        until(-1, -61),
        None,
        "unknown",
        "certificate.expired_not_mandatory",
    ),
    ("required", CERTIFICATE | {"state": PermitState.LAPSED}, None, "unsafe", "certificate.lapsed"),
    ("not_required", None, True, "compliant", "declaration.posted"),
    ("not_required", None, False, "unknown", "declaration.not_posted"),
    ("unknown", None, True, "unknown", "verification.unknown"),
    ("required", None, True, "unknown", "certificate.missing"),
]


@pytest.mark.parametrize(("verification", "certificate", "posted", "state", "reason"), TABLE)
def test_permits_decide(
    verification: str, certificate: dict[str, Any] | None, posted: bool | None, state: str, reason: str
) -> None:
    known = Facts(verification=verification)
    if certificate:
        known.certificates.append(Paper(pk=1, number="KD-1", **certificate))
    if posted is not None:
        known.declarations.append(Paper(pk=2, number="CB-1", posted_on_site=posted))
    found = decide(known, TODAY, timedelta(days=120))
    assert (found.state, found.reasons[0].code) == (state, reason)
    assert found.reasons[0].text


def test_a_renewed_certificate_takes_the_place_of_the_old_one() -> None:
    old, new = Paper(pk=1, number="old", **until(-100, -160)), Paper(pk=2, number="new", **CERTIFICATE)
    assert decide(Facts(certificates=[old, new]), TODAY, timedelta(days=120)).reasons[0].detail == "new"


@pytest.mark.django_db
def test_permits_of_the_register_are_the_ones_that_count(world: World, law: None) -> None:
    Permit.objects.filter(installation=world.station.installation).update(state=PermitState.REVOKED)
    assert safety_of(world.station.installation, TODAY).state == "unknown"
    make.PermitFactory(installation=world.station.installation, number="KD-9", **until(-1, -61))
    assert safety_of(world.station.installation, TODAY).state == "overdue"


@pytest.mark.django_db
def test_a_value_beyond_its_limit_is_unsafe_until_remedied(world: World, filed: File) -> None:
    filed()
    found = safety_of(world.station.installation)
    assert found.state == "unsafe"
    assert found.since == date(2026, 11, 20)
    assert "14 Ω" in found.reasons[0].text
    filed(answer("earthing_resistance", None, 8), answer("certificate_valid", "pass"))
    assert safety_of(world.station.installation).state != "unsafe"


@pytest.mark.django_db
def test_a_finding_that_is_no_danger_is_due_then_overdue(world: World, filed: File) -> None:
    filed(answer("fence_lock_sign", "fail"))
    due = Finding.objects.get().due_on
    assert safety_of(world.station.installation, due).state == "due"
    late = safety_of(world.station.installation, due + timedelta(days=1))
    assert (late.state, late.since) == ("overdue", due + timedelta(days=1))


@pytest.mark.django_db
def test_a_fault_of_the_mast_concerns_every_station_on_it(world: World, filed: File) -> None:
    wanted = body("", answer("foundation", "fail"))
    wanted["subject"] = {"type": "mast", "ref": world.harbour_mast.code, "lon": None, "lat": None}
    inspection_put(actor=world.inspector, uuid=uuid4(), body=wanted)
    stations = [world.station.pk, world.vnpt_station.pk, world.citadel_station.pk]
    states = safety_states(stations, TODAY)
    assert [states[pk].state for pk in stations] == ["unsafe", "unsafe", states[world.citadel_station.pk].state]
    assert states[world.citadel_station.pk].state != "unsafe"


@pytest.mark.django_db
def test_a_site_takes_the_worst_state_that_the_person_may_see(world: World, filed: File) -> None:
    filed()
    sites = [world.harbour.pk, world.citadel.pk]
    assert site_states(sites, world.officer)[world.harbour.pk].state == "unsafe"
    assert site_states(sites, world.stranger)[world.harbour.pk].state != "unsafe"


def test_the_worst_of_several() -> None:
    order = ["compliant", "unknown", "due", "overdue", "unsafe"]
    for place, state in enumerate(order):
        assert worst(Safety(found) for found in order[: place + 1]).state == state
    assert worst([]).state == "unknown"


@pytest.mark.django_db
def test_many_installations_cost_what_one_costs(
    world: World, law: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = list(Installation.objects.values_list("pk", flat=True))
    assert len(ids) > 8
    for asked in (ids[:1], ids):
        with django_assert_num_queries(7):
            assert set(safety_states(asked, TODAY)) == set(asked)


@pytest.mark.django_db
def test_the_answer_has_the_contract_s_shape(world: World, law: None) -> None:
    told = safety_of(world.station.installation).as_json()
    assert set(told) == {"state", "since", "reasons"}
    assert set(told["reasons"][0]) == {"code", "text", "date"}
