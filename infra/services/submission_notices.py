"""Who is told about the moves of a submission."""

from infra.models import Submission, SubmissionStatus, User
from infra.rules import Side
from infra.services.notices import notify, reviewers_of, submitters_of

S = SubmissionStatus

#: state → the side that is told when a submission comes into it; the other states are on the way to one of these
_TOLD: dict[str, Side] = {
    S.READY: Side.MACHINE,
    S.INVALID: Side.MACHINE,
    S.SENT: Side.AUTHORITY,
    S.ACCEPTED: Side.OPERATOR,
    S.PARTLY_ACCEPTED: Side.OPERATOR,
    S.RETURNED: Side.OPERATOR,
    S.REJECTED: Side.OPERATOR,
    S.WITHDRAWN: Side.AUTHORITY,
    S.FAILED: Side.OPERATOR,
}


def submission_tell(actor: User, submission: Submission, reason: str) -> None:
    """Tell whom the new state of *submission* concerns: who handed in, the operator's people, or the reviewers."""
    side = _TOLD.get(submission.status)
    if side is None or (submission.status == S.WITHDRAWN and not submission.sent_at):
        return
    notify(
        _people(side, submission),
        f"submission.{submission.status}",
        path=f"/submissions/{submission.pk}/",
        but=None if submission.status == S.FAILED else actor,
        file=submission.file.name,
        organization=submission.organization,
        receipt=submission.receipt,
        reason=reason,
        errors=submission.counts.get("rows_with_errors", 0),
    )


def _people(side: Side, submission: Submission) -> list[User]:
    if submission.status == S.FAILED and submission.decided_by:  # registering broke off: the authority starts it again
        return [submission.decided_by]
    if side is Side.AUTHORITY:
        return reviewers_of(submission.authority)
    people = [submission.submitted_by]
    return people if side is Side.MACHINE else people + submitters_of(submission.organization)
