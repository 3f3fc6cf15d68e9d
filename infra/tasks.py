"""Work that goes on after the answer: looking at a file, registering it."""

from django.db import transaction
from django_tasks import task

from infra.models import Submission, User
from infra.submissions import applying, review

#: files up to this many rows are looked at again while the person waits
ROWS_AT_ONCE = 5_000


@task()
def check_submission(submission_id: int, actor_id: int) -> None:
    """Look at a submission's file."""
    submission = Submission.objects.get(pk=submission_id)
    review.submission_check(actor=User.objects.get(pk=actor_id), submission=submission)


@task()
def apply_submission(submission_id: int) -> None:
    """Register the accepted rows of a submission."""
    applying.finish(submission_id)


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
