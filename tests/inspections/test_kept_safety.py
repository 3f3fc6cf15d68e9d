"""The kept table of safety states: always what the deciding function says, whatever writes, whichever day it is."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone, translation

from infra.models import Installation, Verification
from infra.services.permits import certificate_lapse, certificate_register
from infra.services.sites import site_merge, site_move, site_split
from inspections import following
from inspections.fieldwork.intake import inspection_put
from inspections.models import KeptRound, SafetyState
from inspections.selectors.safety import (
    Facts,
    Fault,
    Paper,
    Safety,
    changes_on,
    decide,
    kept_states,
    safety_states,
)
from inspections.services.findings import finding_dismiss
from inspections.services.safety import safety_is_due, safety_refresh, safety_roll_over
from tests import factories as make
from tests.inspections.conftest import File, answer, body
from tests.world import World

TODAY = date(2026, 11, 23)


def kept() -> dict[int, str]:
    return dict(SafetyState.objects.values_list("pk", "state"))


def decided() -> dict[int, str]:
    ids = Installation.objects.values_list("pk", flat=True)
    return {pk: safety.state for pk, safety in safety_states(ids).items()}


@pytest.mark.django_db
def test_every_act_brings_the_table_along(world: World, law: None, filed: File) -> None:
    assert kept() == decided()
    station = world.station.installation
    certificate = certificate_register(
        actor=world.officer, installation=station, number="KD-77", issued_on=TODAY, expires_on=date(2031, 11, 22),
        reason="Renewed",
    )  # fmt: skip
    assert kept()[station.pk] == "compliant"
    certificate_lapse(actor=world.officer, permit=certificate, reason="Limits exceeded")
    assert kept()[station.pk] == "unsafe" == decided()[station.pk]
    inspection = filed(answer("fence_lock_sign", "fail"), ref=world.vnpt_station.installation.registry_number)
    assert kept() == decided()
    assert kept()[world.vnpt_station.pk] in {"due", "overdue"}
    finding_dismiss(actor=world.officer, finding=inspection.findings.get(), reason="Wrong station")
    assert kept() == decided()


@pytest.mark.django_db
def test_a_fault_of_the_mast_reaches_every_station_on_it(world: World, law: None) -> None:
    wanted = body("", answer("foundation", "fail"))
    wanted["subject"] = {"type": "mast", "ref": world.harbour_mast.code, "lon": None, "lat": None}
    inspection_put(actor=world.inspector, uuid=uuid4(), body=wanted)
    assert {kept()[world.station.pk], kept()[world.vnpt_station.pk]} == {"unsafe"}
    assert kept() == decided()


@pytest.mark.django_db
def test_a_paper_of_a_whole_site_moves_with_the_site(world: World) -> None:
    make.PermitFactory(
        installation=None, site=world.citadel, organization=world.viettel, number="KD-CHUNG",
        issued_on=TODAY, expires_on=date(2031, 1, 1), renewal_due_on=date(2030, 11, 2),
    )  # fmt: skip
    assert kept()[world.citadel_station.pk] == "compliant" == decided()[world.citadel_station.pk]
    merge = site_merge(actor=world.officer, keep=world.market, absorb=world.citadel, reason="One place")
    assert kept() == decided()
    assert kept()[world.market_station.pk] == "compliant"
    site_split(actor=world.officer, merge=merge, reason="Two places after all")
    assert kept() == decided()
    site_move(actor=world.officer, site=world.harbour, to=Point(106.56, 20.56, srid=4326), reason="Measured")
    assert kept() == decided()


@pytest.mark.django_db
def test_a_removed_installation_leaves_nothing_behind(world: World) -> None:
    row = world.internet_point
    installation = row.installation
    with make.one_act(world.authority) as ledger:
        ledger.remove(row)
        ledger.remove(installation)
    assert not SafetyState.objects.filter(pk=installation.pk).exists()


@pytest.mark.django_db
def test_midnight_changes_what_time_changes_and_touches_nothing_else(world: World) -> None:
    today = timezone.localdate()
    certificate_register(
        actor=world.officer, installation=world.station.installation, number="KD-8", issued_on=today,
        expires_on=today + timedelta(days=300), reason="Renewed",
    )  # fmt: skip
    safety_roll_over()
    turning = SafetyState.objects.get(pk=world.station.pk)
    assert (turning.state, turning.rank) == ("compliant", 0)
    assert turning.changes_on is not None
    for day, state in ((-1, "compliant"), (0, "due"), (121, "overdue")):
        on = turning.changes_on + timedelta(days=day)
        done = safety_roll_over(on=on)
        assert kept()[world.station.pk] == state
        assert done < Installation.objects.count()
        assert kept() == {pk: row.state for pk, row in safety_states(kept(), on).items()}


@pytest.mark.django_db
def test_the_table_is_due_each_day_and_after_a_great_act(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    assert safety_is_due()
    safety_roll_over()
    assert not safety_is_due()
    assert safety_is_due(timezone.localdate() + timedelta(days=1))
    monkeypatch.setattr(following, "AT_ONCE", 3)
    with django_capture_on_commit_callbacks(execute=True), make.one_act(world.authority):
        for _ in range(4):
            make.StationFactory(installation__site=world.harbour, installation__organization=world.viettel)
    assert not safety_is_due()
    assert kept() == decided()


@pytest.mark.django_db
def test_another_window_computes_every_state_anew(world: World, law: None) -> None:
    safety_roll_over()
    KeptRound.objects.update(rule="due_window=90")
    assert safety_roll_over() == Installation.objects.count()


@pytest.mark.django_db
def test_a_round_that_was_killed_is_begun_again(world: World) -> None:
    safety_roll_over()
    KeptRound.objects.update(finished_at=None)
    assert safety_is_due()
    SafetyState.objects.update(state="unsafe", rank=4)
    safety_roll_over()
    assert kept() == decided()


@pytest.mark.django_db
def test_whoever_reads_before_the_round_still_reads_the_truth(world: World, filed: File) -> None:
    filed()
    ids = list(Installation.objects.values_list("pk", flat=True))
    assert kept_states(ids) == safety_states(ids)
    SafetyState.objects.update(state="compliant", rank=0, changes_on=timezone.localdate())
    SafetyState.objects.filter(pk=world.node.pk).delete()
    assert kept_states(ids) == safety_states(ids)


@pytest.mark.django_db
def test_reasons_are_told_in_the_reader_s_language(world: World, filed: File) -> None:
    filed()
    with translation.override("en"):
        assert "is greater than" in kept_states([world.station.pk])[world.station.pk].reasons[0].text
    with translation.override("vi"):
        assert "lớn hơn" in kept_states([world.station.pk])[world.station.pk].reasons[0].text


@pytest.mark.django_db
def test_strangers_see_no_state(world: World) -> None:
    safety_refresh(Installation.objects.values_list("pk", flat=True))
    seen = SafetyState.objects.visible_to(world.stranger).values_list("pk", flat=True)
    assert world.station.pk not in seen
    assert world.station.pk in SafetyState.objects.visible_to(world.owner).values_list("pk", flat=True)
    assert not SafetyState.objects.visible_to(world.outsider).exists()


# --- Time -------------------------------------------------------------------------------------------------------------


def invented(seed: int) -> Facts:
    """Some installation: papers, findings and dates drawn around today."""
    draw = random.Random(seed)

    def day(spread: int = 400) -> date:
        return TODAY + timedelta(days=draw.randint(-spread, spread))

    def papers() -> Iterator[Paper]:
        for pk in range(draw.randint(0, 2)):
            expires = day() if draw.random() < 0.9 else None
            renewal = expires - timedelta(days=60) if expires and draw.random() < 0.8 else None
            filed = day() if draw.random() < 0.3 else None
            state = draw.choice(["in_force"] * 5 + ["lapsed"])
            yield Paper(pk, f"KD-{pk}", state, day(2000), expires, renewal, filed, draw.random() < 0.5)

    return Facts(
        verification=draw.choice(list(Verification.values)),
        certificates=list(papers()),
        declarations=list(papers()),
        findings=[
            Fault(draw.random() < 0.3, day(), day() if draw.random() < 0.8 else None, "vi", "en")
            for _ in range(draw.randint(0, 2))
        ],
    )


@pytest.mark.parametrize("block", range(5))
def test_a_state_holds_until_the_day_that_is_kept_with_it(block: int) -> None:
    window = timedelta(days=120)
    for seed in range(block * 40, block * 40 + 40):
        facts = invented(seed)
        said: Safety = decide(facts, TODAY, window)
        turns = changes_on(facts, TODAY, window)
        last = (turns - timedelta(days=1)) if turns else TODAY + timedelta(days=1500)
        for day in (TODAY, TODAY + (last - TODAY) / 3, TODAY + (last - TODAY) / 2, last):
            assert decide(facts, day, window) == said, (seed, day, turns)


def test_each_day_of_a_year_agrees_with_the_days_kept() -> None:
    window = timedelta(days=120)
    for seed in range(200, 215):
        facts, day = invented(seed), TODAY - timedelta(days=450)
        turns, said = changes_on(facts, day, window), decide(facts, day, window)
        for _ in range(900):
            day += timedelta(days=1)
            if turns is not None and day >= turns:
                turns, said = changes_on(facts, day, window), decide(facts, day, window)
            assert decide(facts, day, window) == said, (seed, day)


def test_what_is_decided_by_no_date_never_turns() -> None:
    assert changes_on(Facts(), TODAY, timedelta(days=120)) is None
