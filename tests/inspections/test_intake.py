"""What the phone sends arrives once: created, replaced while a draft, refused when it would change."""

from uuid import uuid4

import pytest

from infra.models import ChangeRecord
from infra.models.digests import canonical
from inspections.fieldwork.intake import Conflict, NotAllowed, NotVisible, Taken, Unacceptable, inspection_put
from inspections.models import Finding, FindingState, Inspection
from tests.inspections.conftest import FAULTY, File, answer, body
from tests.inspections.running import EXPIRED
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_value_beyond_its_limit_becomes_a_finding_to_remedy(filed: File) -> None:
    inspection = filed()
    assert inspection.result == "fail"
    earthing = inspection.findings.get(item__code="earthing_resistance")
    assert earthing.text_vi.startswith("Điện trở tiếp đất")
    assert "14 Ω" in earthing.text_vi
    assert "10 Ω" in earthing.text_vi
    assert "QCVN 9:2016/BTTTT" in earthing.text_vi
    assert earthing.rule_code == ""
    assert earthing.due_on is not None
    assert (earthing.due_on - earthing.found_on).days == 30


def test_an_expired_certificate_names_the_rule_it_breaks(filed: File) -> None:
    assert filed().findings.get(item__code="certificate_valid").rule_code == EXPIRED


def test_the_outcome_of_a_measured_item_follows_its_value_not_what_was_claimed(filed: File) -> None:
    inspection = filed(answer("earthing_resistance", "pass", "14"), answer("emf_power_density", "fail", "0,8"))
    outcomes = {row.item.code: row.outcome for row in inspection.answers.select_related("item")}
    assert outcomes == {"earthing_resistance": "fail", "emf_power_density": "pass"}


def test_sending_the_same_again_changes_nothing(filed: File, world: World) -> None:
    first = filed()
    before = ChangeRecord.objects.count()
    again, taken = inspection_put(
        actor=world.inspector, uuid=first.uuid, body=body(world.station.installation.registry_number, *FAULTY)
    )
    assert taken == Taken.UNCHANGED
    assert again.pk == first.pk
    assert Inspection.objects.count() == 1
    assert Finding.objects.count() == 2
    assert ChangeRecord.objects.count() == before


def test_a_later_time_of_sending_is_the_same_inspection(filed: File, world: World) -> None:
    first = filed()
    again = body(world.station.installation.registry_number, *FAULTY, sent_at=None)
    assert inspection_put(actor=world.inspector, uuid=first.uuid, body=again)[1] == Taken.UNCHANGED


def test_a_submitted_inspection_refuses_another_body_and_shows_what_stands(filed: File, world: World) -> None:
    first = filed()
    other = body(world.station.installation.registry_number, *FAULTY, notes="changed")
    with pytest.raises(Conflict) as refused:
        inspection_put(actor=world.inspector, uuid=first.uuid, body=other)
    assert refused.value.stored.pk == first.pk


def test_a_draft_is_replaced_by_a_newer_save_only(filed: File, world: World) -> None:
    uuid = uuid4()
    filed(uuid=uuid, status="draft", revision=2, notes="second")
    assert not Finding.objects.exists()
    filed(uuid=uuid, status="draft", revision=1, notes="first, arriving late")
    assert Inspection.objects.get(uuid=uuid).notes == "second"
    filed(uuid=uuid, status="draft", revision=3, notes="third")
    assert Inspection.objects.get(uuid=uuid).notes == "third"
    done = filed(uuid=uuid, revision=4)
    assert done.status == "submitted"
    assert done.number.startswith("KT-2026-")
    assert Inspection.objects.count() == 1


def test_a_colleague_does_not_replace_a_draft(filed: File, world: World) -> None:
    draft = filed(status="draft")
    with pytest.raises(Conflict):
        filed(uuid=draft.uuid, person=world.officer, status="draft", revision=9)


def test_a_stranger_learns_nothing_of_an_inspection(filed: File, world: World) -> None:
    inspection = filed()
    with pytest.raises(NotVisible):
        filed(uuid=inspection.uuid, person=world.foreign_officer)


def test_who_may_not_inspect_files_nothing(filed: File, world: World) -> None:
    for person in (world.owner, world.manager):
        with pytest.raises(NotAllowed):
            filed(person=person)
    assert not Inspection.objects.exists()


def test_an_officer_of_one_commune_inspects_there(filed: File, world: World) -> None:
    assert filed(person=world.local_officer).unit == world.thai_thuy


def test_a_subject_out_of_sight_stays_a_bare_word(filed: File, world: World) -> None:
    """What was written in the field is kept; it just leads nowhere."""
    inspection = filed(person=world.local_officer, ref=world.citadel_station.installation.registry_number)
    assert (inspection.installation, inspection.organization) == (None, None)
    assert inspection.subject_ref == world.citadel_station.installation.registry_number


def test_all_problems_come_at_once(filed: File) -> None:
    with pytest.raises(Unacceptable) as refused:
        filed(
            answer("earthing_resistance", None, "about ten"),
            answer("emf_power_density", None, "1", unit="km"),
            answer("no_such_item", "pass"),
            answer("certificate_valid", "pass"),
            answer("certificate_valid", "fail"),
            campaign=77,
        )
    found = {(problem.pointer, problem.code) for problem in refused.value.problems}
    assert found == {
        ("/answers/0/value", "value.type"),
        ("/answers/1/unit", "value.choice"),
        ("/answers/2/item", "reference.unknown"),
        ("/answers/4/item", "identifier.duplicate"),
        ("/campaign", "reference.unknown"),
    }


def test_a_place_outside_the_register_can_be_inspected(filed: File, world: World) -> None:
    wanted = body("", *FAULTY)
    wanted["subject"] = {"type": "place", "ref": None, "name": "Cột lạ cạnh đê", "lon": 106.55, "lat": 20.5}
    inspection, _taken = inspection_put(actor=world.inspector, uuid=uuid4(), body=wanted)
    assert inspection.authority == world.authority
    assert inspection.subject_name == "Cột lạ cạnh đê"
    assert inspection.subject_position.x == 106.55


def test_a_visit_that_passes_closes_the_finding(filed: File) -> None:
    finding = filed().findings.get(item__code="earthing_resistance")
    later = filed(answer("earthing_resistance", None, 8.4))
    finding.refresh_from_db()
    assert finding.state == FindingState.REMEDIED
    assert finding.remedy_note == later.number


def test_the_ledger_keeps_the_digest_but_nobodys_name(filed: File) -> None:
    inspection = filed(signatures=[{"name": "Trần Quốc Bình", "title": "Trưởng trạm", "refused": False}])
    record = ChangeRecord.objects.get(kind="inspection.submitted")
    assert record.details["inspection"] == str(inspection.uuid)
    assert len(record.details["content"]) == 64
    assert "Trần Quốc Bình" not in canonical(record.details).decode()
    assert record.counts["inspections.finding"] == {"added": 2}


def test_the_clock_of_a_phone_that_runs_ahead_is_not_believed(filed: File) -> None:
    from datetime import UTC, datetime

    from django.utils import timezone

    inspection = filed(finished_at=datetime(2031, 1, 1, tzinfo=UTC), started_at=None)
    assert inspection.visited_on == timezone.localdate(inspection.received_at)
