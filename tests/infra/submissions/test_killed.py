"""A process that is killed while it registers a file leaves nothing; the next one registers it whole."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django_tasks import TaskResultStatus

from infra.models import Installation, Site, Submission
from infra.selectors.ledger import verify
from infra.services.submissions import submission_receive, submission_send
from infra.submissions import applying, review
from infra.tasks import apply_submission, tell_failure
from tests.infra.submissions.files import station, stations_file
from tests.world import World

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def accepted(ground: World, tmp_path: Path) -> Submission:
    """A file of Viettel's that is to be registered."""
    path = stations_file(tmp_path, *(station(number) for number in range(1, 30)))
    submission, _new = submission_receive(
        actor=ground.owner,
        authority=ground.authority,
        organization=ground.viettel,
        kind="stations",
        name=path.name,
        chunks=[path.read_bytes()],
    )
    review.submission_check(actor=ground.owner, submission=submission)
    submission = submission_send(actor=ground.owner, submission=submission)
    return applying.submission_accept(actor=ground.officer, submission=submission, rows="all", reason="Đúng")


@pytest.mark.django_db(transaction=True)
def test_killed_on_the_way_nothing_is_written_and_the_next_writes_all(accepted: Submission) -> None:
    sites = Site.objects.count()
    for step in ("2", "committing"):
        command = [sys.executable, "-m", "tests.infra.submissions.killed", str(connection.settings_dict["NAME"])]
        done = subprocess.run([*command, str(accepted.pk), step], cwd=ROOT, check=False, capture_output=True)
        assert done.returncode == -signal.SIGKILL, done.stderr[-500:]
        accepted.refresh_from_db()
        assert accepted.status == "applying"
        assert not Installation.objects.filter(submission=accepted).exists()
        assert Site.objects.count() == sites
    assert applying.finish(accepted.pk).status == "accepted"
    assert Installation.objects.filter(submission=accepted).count() == 29
    assert list(verify()) == []
    applying.finish(accepted.pk)
    assert Installation.objects.filter(submission=accepted).count() == 29


def test_task_lost_for_good_leaves_a_submission_that_can_be_accepted_again(accepted: Submission) -> None:
    class Lost:
        status = TaskResultStatus.FAILED
        task = apply_submission
        args = (accepted.pk,)

    tell_failure(task_result=Lost())
    accepted.refresh_from_db()
    assert accepted.status == "failed"
    assert accepted.failure
    applying.submission_accept(actor=accepted.decided_by, submission=accepted, rows="all", reason="Nhận lại")
    assert applying.finish(accepted.pk).status == "accepted"
