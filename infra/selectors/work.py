"""How far the work on a submission is, from what :mod:`infra.services.progress` says now and then."""

from dataclasses import dataclass
from math import exp
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import Job, JobKind, Submission, SubmissionStatus, WorkStep

S = WorkStep

#: where each step begins, in parts of the whole, as measured with 50,000 and 100,000 rows
_CHECK: dict[str, float] = {S.READING: 0.0, S.CHECKING: 0.17, S.COMPARING: 0.37, S.PREPARING: 0.43, S.WRITING: 0.45}
_APPLY: dict[str, float] = {S.PREPARING: 0.0, S.WRITING: 0.07, S.HISTORY: 0.72}
#: the same where the file had to be looked at again
_LOOK_AND_APPLY: dict[str, float] = {
    S.READING: 0.0,
    S.CHECKING: 0.05,
    S.COMPARING: 0.1,
    S.PREPARING: 0.13,
    S.WRITING: 0.19,
    S.HISTORY: 0.76,
}
#: the last step that can be told of on SQLite: nobody else writes while rows are being written
_LAST_ON_SQLITE = S.PREPARING
#: seconds that SQLite takes to register a row, with its versions
_SECONDS_A_ROW = 0.00015


@dataclass(frozen=True)
class Work:
    """What is being done, how much of all is done (percent), and for how many seconds it has gone on.

    ``is_reckoned`` says that the percentage follows the time that the steps before took, not rows that were counted.
    """

    step: str
    percent: int
    seconds: int
    is_reckoned: bool

    @property
    def words(self) -> str:
        return str(WorkStep(self.step).label)

    @property
    def time_words(self) -> str:
        """Say for how long it has gone on."""
        if self.seconds < 60:
            return _("%d s so far") % self.seconds
        return _("%(minutes)d min %(seconds)d s so far") % {
            "minutes": self.seconds // 60,
            "seconds": self.seconds % 60,
        }


def work_on(submission: Submission) -> Work | None:
    """Return how far the work on *submission* is; None where none goes on, or nothing was said about it yet."""
    if submission.status not in (SubmissionStatus.CHECKING, SubmissionStatus.APPLYING):
        return None
    jobs = Job.objects.filter(authority_id=submission.authority_id, kind=JobKind.SUBMISSION_WORK)
    job = jobs.filter(parameters={"submission": submission.pk}).order_by("-pk").first()
    if job is None or job.started_at is None or job.report.get("step") not in WorkStep:
        return None
    steps = _CHECK
    if submission.status == SubmissionStatus.APPLYING:
        steps = _LOOK_AND_APPLY if job.report.get("looked") else _APPLY
    return _reckoned(steps, job.report, job.started_at.timestamp(), timezone.now().timestamp())


def _reckoned(steps: dict[str, float], word: dict[str, Any], began: float, now: float) -> Work:
    """Return how far work is whose last word is *word*: by the rows counted, else by the time that came before."""
    step, at = word["step"], word["at"]
    start = steps.get(step, 0.0)
    end = min((begin for begin in steps.values() if begin > start), default=1.0)
    if step == _LAST_ON_SQLITE and connection.vendor == "sqlite":
        end = 1.0
    is_reckoned = "total" not in word
    if not is_reckoned:
        done = min(word["done"] / word["total"], 1.0)
    else:
        before = (at - began) * (end - start) / start if start else 0.0
        share = max(before, word.get("rows", 0) * _SECONDS_A_ROW if steps is not _CHECK else 0.0, 1.0)
        # It may take longer than its share, so the end is never quite reached.
        done = 1 - exp(-1.5 * max(now - at, 0.0) / share) if start or "rows" in word else 0.0
    percent = int(100 * (start + (end - start) * done))
    return Work(step, min(percent, 99), round(max(now - began, 0.0)), is_reckoned)
