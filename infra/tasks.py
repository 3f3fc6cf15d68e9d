"""Work that goes on after the answer: looking at a file, registering it, what an administrator asked for."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import TaskResult, TaskResultStatus, task
from django_tasks.signals import task_finished

from infra.models import Job, JobKind, Submission, SubmissionStatus, User
from infra.services import jobs
from infra.services.notices import notices_mail
from infra.services.progress import progress_forget, progress_kept
from infra.services.submissions import submission_move
from infra.services.unit_imports import unit_job_run
from infra.services.verification import verification_run
from infra.submissions import applying, review, sheets

#: files up to this many rows are looked at again while the person waits
ROWS_AT_ONCE = 5_000


@task()
def check_submission(submission_id: int, actor_id: int) -> None:
    """Look at a submission's file."""
    submission = Submission.objects.get(pk=submission_id)
    with progress_kept(submission):
        review.submission_check(actor=User.objects.get(pk=actor_id), submission=submission)


@task()
def apply_submission(submission_id: int) -> None:
    """Register the accepted rows of a submission."""
    with progress_kept(Submission.objects.get(pk=submission_id)):
        applying.finish(submission_id)


@task()
def mail_notices() -> None:
    """Send the e-mails of notices."""
    notices_mail()


def check_later(submission: Submission, actor: User) -> None:
    """Look at the submission's file once the present transaction is written."""
    transaction.on_commit(lambda: check_submission.enqueue(submission.pk, actor.pk))


def check_now_or_later(submission: Submission, actor: User) -> Submission:
    """Look at a submission at once where that takes a moment, in the background where it is long."""
    if submission.counts.get("rows", 0) <= ROWS_AT_ONCE:
        return review.submission_check(actor=actor, submission=submission)
    check_later(submission, actor)
    return submission


def apply_later(submission: Submission) -> None:
    """Register the accepted rows once the present transaction is written."""
    transaction.on_commit(lambda: apply_submission.enqueue(submission.pk))


@task()
def run_job(job_id: int) -> None:
    """Do what a person asked for, and keep what was found; what the file or the register refuses is told as such."""
    job = Job.objects.select_related("authority", "asked_by", "file").get(pk=job_id)
    if not jobs.job_begin(job):
        return
    with override(job.asked_by.language):
        try:
            report = _RUNS[JobKind(job.kind)](job)
        except ValueError as refused:
            jobs.job_failed(job.pk, str(refused))
        else:
            jobs.job_done(job, report)


def _verify(job: Job) -> dict[str, Any]:
    return verification_run(job.authority)


_RUNS: dict[JobKind, Callable[[Job], dict[str, Any]]] = {
    JobKind.LEDGER_VERIFICATION: _verify,
    JobKind.UNITS_TRIAL: unit_job_run,
    JobKind.UNITS_IMPORT: unit_job_run,
    JobKind.SUBMISSION_SHEET: sheets.sheet_run,
}


def run_later(job: Job) -> None:
    """Do the work once the present transaction is written."""
    transaction.on_commit(lambda: run_job.enqueue(job.pk))


def sheet_later(submission: Submission, actor: User, name: str) -> None:
    """Have the long sheet *name* of a submission written, unless it is there or being written already."""
    job = sheets.sheet_ask(actor=actor, submission=submission, name=name)
    if job is not None:
        run_later(job)


@receiver(task_finished, dispatch_uid="infra.jobs")
def tell_failure(task_result: TaskResult[Any], **_kwargs: Any) -> None:
    """Let a job or a submission end whose task broke, or was lost with its worker."""
    if task_result.status != TaskResultStatus.FAILED:
        return
    path = task_result.task.module_path
    if path == run_job.module_path:
        jobs.job_failed(task_result.args[0], _("The server could not do this; the log says why. Try again."))
    elif path in (check_submission.module_path, apply_submission.module_path):
        _give_up(task_result.args[0])


def _give_up(submission_id: int) -> None:
    """Move a submission that nobody works on any more to where it can be started again."""
    submission = Submission.objects.filter(pk=submission_id).first()
    if submission is None or submission.status not in (SubmissionStatus.CHECKING, SubmissionStatus.APPLYING):
        return
    progress_forget(submission)
    why = _("The server stopped in the middle, and again. Nothing was written; it can be started again.")
    actor = submission.decided_by or submission.submitted_by
    submission_move(actor=actor, submission_id=submission.pk, to=SubmissionStatus.FAILED, reason=why, failure=why)
