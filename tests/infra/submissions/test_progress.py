"""How far long work on a submission is: said while one transaction goes on, shown to who waits, gone when it ends."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from infra.models import Job, JobKind, JobState, Submission, SubmissionStatus, WorkStep
from infra.services import progress
from infra.tasks import _give_up
from tests.world import SignIn, World

WITHIN_S = 20


def eventually(happens: Callable[[], bool]) -> bool:
    """Wait until something is so."""
    until = time.monotonic() + WITHIN_S
    while not happens():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def word() -> dict[str, Any]:
    job = Job.objects.filter(kind=JobKind.SUBMISSION_WORK).first()
    return job.report if job else {}


@pytest.mark.django_db(transaction=True)
def test_steps_are_told_while_the_transaction_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY_S", 0.01)
    with progress.progress_kept(world.submission):
        progress.tell(WorkStep.CHECKING)
        assert eventually(lambda: word().get("step") == "checking")
        progress.tell(WorkStep.PREPARING, rows=progress.LONG)
        assert eventually(lambda: word().get("step") == "preparing")
        with transaction.atomic():
            Submission.objects.select_for_update().get(pk=world.submission.pk)
            world.authority.save()
            told = progress.counting(WorkStep.WRITING, 10)
            told(3)
            told(4)
            if connection.vendor == "postgresql":
                assert eventually(lambda: word().get("done") == 7)
            else:
                # Nobody else writes meanwhile, and nobody waits for a word that cannot be said.
                assert word()["step"] == "preparing"
    assert word() == {}


@pytest.mark.django_db(transaction=True)
def test_short_work_leaves_no_trace(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0), progress.progress_kept(world.submission):
        progress.tell(WorkStep.READING)
        progress.counting(WorkStep.WRITING, 5)(5)
    assert word() == {}


def test_word_of_a_worker_that_is_gone_is_forgotten(world: World) -> None:
    Submission.objects.filter(pk=world.submission.pk).update(status=SubmissionStatus.APPLYING)
    values = {"authority": world.submission.authority, "kind": JobKind.SUBMISSION_WORK, "asked_by": world.officer}
    Job.objects.create(**values, parameters={"submission": world.submission.pk}, report={"step": "history"})
    _give_up(world.submission.pk)
    assert word() == {}
    world.submission.refresh_from_db()
    assert world.submission.status == SubmissionStatus.FAILED


def test_who_waits_sees_how_far_it_is(world: World, as_person: SignIn) -> None:
    submission, officer = world.submission, as_person(world.officer)
    address, api = f"/submissions/{submission.pk}/?part=progress", f"/api/v1/submissions/{submission.pk}/"
    Submission.objects.filter(pk=submission.pk).update(status=SubmissionStatus.APPLYING)

    def page() -> str:
        return str(officer.get(address, headers={"HX-Request": "true"}).content.decode())

    assert "<progress" not in page()
    assert officer.get(api).json()["progress"] is None
    began = timezone.now() - timedelta(seconds=75)
    job = Job.objects.create(
        authority=submission.authority,
        kind=JobKind.SUBMISSION_WORK,
        state=JobState.RUNNING,
        asked_by=world.officer,
        started_at=began,
        parameters={"submission": submission.pk},
        report={"step": "writing", "at": began.timestamp() + 30, "looked": False, "done": 50, "total": 100},
    )
    shown = officer.get(api).json()["progress"]
    assert (shown["step"], shown["is_reckoned"], shown["seconds"] >= 75) == ("writing", False, True)
    half = shown["percent"]
    assert 7 < half < 72
    assert f'value="{half}"' in page()
    job.report |= {"done": 100}
    job.save()
    assert officer.get(api).json()["progress"]["percent"] > half
    job.report = {"step": "preparing", "at": began.timestamp() + 1, "looked": True, "rows": 100_000}
    job.save()
    shown = officer.get(api).json()["progress"]
    assert (shown["is_reckoned"], half < shown["percent"] <= 99 or connection.vendor == "postgresql") == (True, True)
    assert "khoảng" in page()
    Submission.objects.filter(pk=submission.pk).update(status=SubmissionStatus.ACCEPTED)
    assert officer.get(api).json()["progress"] is None
