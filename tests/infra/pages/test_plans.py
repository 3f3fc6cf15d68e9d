"""Asking before building, renewing certificates, asking for more time: for three people and the authority."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from infra.models import (
    ChangeRecord,
    DueExtension,
    Ground,
    Limit,
    Mast,
    Notice,
    Permit,
    PlannedMast,
    SpacingRule,
    Submission,
)
from infra.selectors.ledger import verify
from infra.submissions.coordinates.single import position_of
from tests.world import SignIn, World


def near(world: World, metres: float) -> str:
    position = world.harbour.position
    return f"{position.y + metres / 110_750:.6f}, {position.x:.6f}"


@pytest.fixture
def rules(ground: World) -> World:
    """The world with rules of spacing: 100 m in towns, 400 m elsewhere."""
    for code, metres in (("spacing_urban", 100), ("spacing_rural", 400)):
        Limit.objects.update_or_create(
            code=code, valid_from=date(2018, 1, 1), defaults={"name_vi": code, "value": metres, "unit": "m"}
        )
    return ground


def ask(client: object, world: World, position: str, **values: str) -> PlannedMast | None:
    data = {
        "organization": world.viettel.pk,
        "authority": world.authority.pk,
        "position": position,
        "base": "ground",
        "name": "Trạm dự kiến",
        **values,
    }
    before = PlannedMast.objects.count()
    answer = client.post("/plans/new/", data)
    if PlannedMast.objects.count() == before:
        assert answer.status_code == 400
        return None
    assert answer.status_code == 302, answer.content.decode()
    return PlannedMast.objects.latest("pk")


def test_mast_too_near_is_answered_with_the_masts_that_have_room(rules: World, as_person: SignIn) -> None:
    Mast.objects.filter(pk=rules.harbour_mast.pk).update(capacity=6)
    stranger = as_person(rules.stranger)
    plan = ask(stranger, rules, near(rules, 55), organization=str(rules.vnpt.pk))
    assert plan is not None
    assert plan.answer["rule"]["metres"] == 400
    assert [mast["code"] for mast in plan.answer["near"]] == [rules.harbour_mast.code]
    assert plan.answer["near"][0]["metres"] == pytest.approx(55, abs=1)
    assert plan.answer["near"][0]["own"]
    assert plan.answer["verdict"] == "near"
    owner = as_person(rules.outsider)
    assert owner.get(f"/plans/{plan.number}/").status_code == 404


def test_place_far_from_everything_is_clear(rules: World, as_person: SignIn) -> None:
    plan = ask(as_person(rules.owner), rules, near(rules, 900))
    assert plan is not None
    assert plan.answer["verdict"] == "clear"
    assert plan.number.startswith(f"{rules.authority.registry_prefix}-QH-")
    assert plan.unit == rules.thai_thuy


def test_second_plan_nearby_names_the_first(rules: World, as_person: SignIn) -> None:
    first = ask(as_person(rules.owner), rules, near(rules, 900))
    second = ask(as_person(rules.owner), rules, near(rules, 1_000))
    assert first is not None
    assert second is not None
    assert [other["number"] for other in second.answer["plans"]] == [first.number]
    assert second.answer["verdict"] != "clear"


def test_authoritys_own_rule_of_the_day_wins(rules: World, as_person: SignIn) -> None:
    SpacingRule.objects.create(
        authority=rules.authority, ground=Ground.RURAL, metres=30, name_vi="Riêng", valid_from=date(2020, 1, 1)
    )
    SpacingRule.objects.create(
        authority=rules.authority, ground=Ground.RURAL, metres=900, name_vi="Cũ", valid_from=date(2010, 1, 1),
        valid_to=date(2019, 12, 31),
    )  # fmt: skip
    plan = ask(as_person(rules.owner), rules, near(rules, 55))
    assert plan is not None
    assert plan.answer["rule"]["metres"] == 30
    assert plan.answer["verdict"] == "clear"


@pytest.mark.parametrize("text", ["", "somewhere", "10.5, 106.5", "0, 0"])
def test_position_that_is_none_is_refused_in_words(rules: World, as_person: SignIn, text: str) -> None:
    assert ask(as_person(rules.owner), rules, text) is None


@pytest.mark.parametrize(
    "text", ["20.5501, 106.6001", "106,6001; 20,5501", "20°33'0.36\"N 106°36'0.36\"E", "E106.6001 N20.5501"]
)
def test_position_is_read_however_it_is_typed(text: str) -> None:
    found = position_of(text, 9209, lambda lon, lat: 106 < lon < 107 and 20 < lat < 21)
    assert found is not None
    assert (found.lon, found.lat) == pytest.approx((106.6001, 20.5501), abs=1e-6)


def test_metres_are_turned_into_degrees() -> None:
    found = position_of("2273563.4, 614624.0", 9209, lambda lon, lat: 106 < lon < 107 and 20 < lat < 21)
    assert found is not None
    assert found.srid == 9209
    assert 20 < found.lat < 21


def test_authority_decides_and_the_operator_is_told(rules: World, as_person: SignIn) -> None:
    owner, officer = as_person(rules.owner), as_person(rules.officer)
    plan = ask(owner, rules, near(rules, 900))
    assert plan is not None
    assert Notice.objects.filter(person=rules.officer, code="plan.asked").exists()
    assert plan.number in officer.get("/plans/").content.decode()
    officer.post(f"/plans/{plan.number}/refuse/", {"reason": " "})
    plan.refresh_from_db()
    assert plan.status == "asked"
    assert owner.post(f"/plans/{plan.number}/agree/").status_code == 404
    officer.post(f"/plans/{plan.number}/share/", {"reason": "Dùng chung", "mast": rules.harbour_mast.code})
    plan.refresh_from_db()
    assert (plan.status, plan.shared_mast) == ("share", rules.harbour_mast)
    assert "Dùng chung" in owner.get(f"/plans/{plan.number}/").content.decode()
    assert Notice.objects.filter(person=rules.owner, code="plan.share").exists()
    officer.post(f"/plans/{plan.number}/agree/")
    plan.refresh_from_db()
    assert plan.status == "share"
    assert list(verify()) == []


def test_three_people_at_one_planned_mast(rules: World, as_person: SignIn) -> None:
    plan = ask(as_person(rules.owner), rules, near(rules, 900))
    assert plan is not None
    page = f"/plans/{plan.number}/"
    assert as_person(rules.colleague).get(page).status_code == 200
    assert as_person(rules.stranger).get(page).status_code == 404
    assert as_person(rules.foreign_officer).get(page).status_code == 404
    as_person(rules.owner).post(f"{page}withdraw/")
    plan.refresh_from_db()
    assert plan.status == "withdrawn"


# --- renewals and more time ---


@pytest.fixture
def expiring(ground: World) -> Permit:
    """Viettel's certificate, to be renewed in ten days."""
    today = timezone.localdate()
    permit = Permit.objects.get(pk=ground.certificate.pk)
    permit.expires_on, permit.renewal_due_on = today + timedelta(days=70), today + timedelta(days=10)
    permit.renewal_filed_on = None
    permit.save()
    return permit


def test_new_numbers_beside_the_list_become_one_submission(
    ground: World, as_person: SignIn, expiring: Permit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("infra.tasks.transaction.on_commit", lambda work: work())
    owner = as_person(ground.owner)
    assert expiring.number in owner.get("/permits/renewals/").content.decode()
    lines = {
        "permit": expiring.pk,
        f"{expiring.pk}-number": "KD-2026-777",
        f"{expiring.pk}-issued_on": "2026-11-20",
        f"{expiring.pk}-expires_on": "2031-11-20",
    }
    answer = owner.post("/permits/renewals/", lines)
    submission = Submission.objects.latest("pk")
    assert answer.url == f"/submissions/{submission.pk}/"
    assert (submission.kind, submission.purpose, submission.status) == ("permits", "renewal", "ready")
    owner.post(f"/submissions/{submission.pk}/send/")
    expiring.refresh_from_db()
    assert expiring.renewal_filed_on == timezone.localdate()
    assert expiring.number not in owner.get("/permits/renewals/").content.decode()
    owner.post(f"/submissions/{submission.pk}/withdraw/")
    expiring.refresh_from_db()
    assert expiring.renewal_filed_on is None


def test_accepted_renewal_replaces_the_certificate(
    ground: World, as_person: SignIn, expiring: Permit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.tasks.transaction.on_commit", lambda work: work())
    owner, officer = as_person(ground.owner), as_person(ground.officer)
    key = expiring.pk
    lines = {"permit": key, f"{key}-number": "KD-2026-777", f"{key}-issued_on": "2026-11-20"}
    owner.post("/permits/renewals/", {**lines, f"{key}-expires_on": "2031-11-20"})
    submission = Submission.objects.latest("pk")
    owner.post(f"/submissions/{submission.pk}/send/")
    officer.post(f"/submissions/{submission.pk}/accept/", {"rows": "all"})
    expiring.refresh_from_db()
    assert expiring.state == "replaced"
    assert Permit.objects.get(number="KD-2026-777").installation_id == expiring.installation_id


@pytest.mark.parametrize(
    "wrong", [{}, {"number": "X"}, {"number": "X", "issued_on": "2026-01-01", "expires_on": "2020-01-01"}]
)
def test_unfinished_line_is_shown_again(
    ground: World, as_person: SignIn, expiring: Permit, wrong: dict[str, str]
) -> None:
    before = Submission.objects.count()
    lines = {"permit": expiring.pk, **{f"{expiring.pk}-{name}": value for name, value in wrong.items()}}
    assert as_person(ground.owner).post("/permits/renewals/", lines).status_code == 400
    assert Submission.objects.count() == before


def test_granted_time_moves_the_date_and_stays_in_the_ledger(
    ground: World, as_person: SignIn, expiring: Permit
) -> None:
    owner, officer = as_person(ground.owner), as_person(ground.officer)
    until = expiring.renewal_due_on + timedelta(days=30)
    answer = owner.post(f"/permits/{expiring.pk}/extension/", {"until": until.isoformat(), "reason": "Trạm ngập"})
    assert answer.status_code == 302
    again = owner.post(f"/permits/{expiring.pk}/extension/", {"until": until.isoformat(), "reason": "Trạm ngập"})
    assert again.status_code == 400
    extension = DueExtension.objects.get()
    assert "Trạm ngập" in officer.get("/extensions/").content.decode()
    assert owner.post(f"/extensions/{extension.pk}/grant/").status_code == 404
    officer.post(f"/extensions/{extension.pk}/grant/", {"until": until.isoformat()})
    expiring.refresh_from_db()
    assert expiring.renewal_due_on == until
    assert ChangeRecord.objects.filter(kind="extension.granted").exists()
    assert Notice.objects.filter(person=ground.owner, code="extension.granted").exists()
    assert list(verify()) == []


def test_refusing_more_time_needs_a_reason_and_changes_nothing(
    ground: World, as_person: SignIn, expiring: Permit
) -> None:
    owner, officer = as_person(ground.owner), as_person(ground.officer)
    due = expiring.renewal_due_on
    owner.post(f"/permits/{expiring.pk}/extension/", {"until": (due + timedelta(days=9)).isoformat(), "reason": "Bão"})
    extension = DueExtension.objects.get()
    officer.post(f"/extensions/{extension.pk}/refuse/", {"reason": ""})
    extension.refresh_from_db()
    assert extension.status == "asked"
    officer.post(f"/extensions/{extension.pk}/refuse/", {"reason": "Quá hạn nhiều lần"})
    expiring.refresh_from_db()
    extension.refresh_from_db()
    assert (extension.status, expiring.renewal_due_on) == ("refused", due)


def test_stranger_neither_sees_nor_asks(ground: World, as_person: SignIn, expiring: Permit) -> None:
    stranger = as_person(ground.stranger)
    assert stranger.get(f"/permits/{expiring.pk}/extension/").status_code == 404
    assert expiring.number not in stranger.get("/permits/renewals/").content.decode()
    colleague = as_person(ground.colleague)
    assert colleague.get("/permits/renewals/").status_code == 404
