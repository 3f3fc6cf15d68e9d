"""Who is told about the moves of a submission."""

from collections.abc import Callable

from infra.models import Submission, SubmissionPurpose, SubmissionStatus, User
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


#: a proposal of whoever stood before the thing is no file of the operator's: other words
_PROPOSED: dict[str, str] = {
    S.SENT: "register.correction_sent",
    S.ACCEPTED: "register.corrected",
    S.PARTLY_ACCEPTED: "register.corrected",
    S.RETURNED: "register.correction_refused",
    S.REJECTED: "register.correction_refused",
}

#: submission → the page of what a proposal comes from, empty where there is none
Origin = Callable[[Submission], str]
_origins: list[Origin] = []


def name_origin(origin: Origin) -> None:
    """Let an upper app say where a person reads what became of an own proposal."""
    _origins.append(origin)


def submission_tell(actor: User, submission: Submission, reason: str) -> None:
    """Tell whom the new state of *submission* concerns: who handed in, the operator's people, or the reviewers."""
    side = _TOLD.get(submission.status)
    if side is None or (submission.status == S.WITHDRAWN and not submission.sent_at):
        return
    is_proposal = submission.purpose == SubmissionPurpose.CORRECTION and submission.status in _PROPOSED
    code = _PROPOSED[submission.status] if is_proposal else f"submission.{submission.status}"
    name = submission.file.name
    facts = {
        "file": name.removesuffix(".csv") if is_proposal else name,
        "organization": submission.organization,
        "receipt": submission.receipt,
        "reference": submission.reference or submission.receipt,
        "reason": reason,
        "errors": submission.counts.get("rows_with_errors", 0),
    }
    but = None if submission.status == S.FAILED else actor
    people, page = _people(side, submission), f"/submissions/{submission.pk}/"
    if is_proposal and side is Side.OPERATOR:
        proposer = submission.submitted_by
        people = [person for person in people if person.pk != proposer.pk]
        own_page = next((path for origin in _origins if (path := origin(submission))), page)
        notify([proposer], code, path=own_page, but=but, **facts)
    notify(people, code, path=page, but=but, **facts)


def _people(side: Side, submission: Submission) -> list[User]:
    if submission.status == S.FAILED and submission.decided_by:  # registering broke off: the authority starts it again
        return [submission.decided_by]
    if side is Side.AUTHORITY:
        return reviewers_of(submission.authority)
    people = [submission.submitted_by]
    return people if side is Side.MACHINE else people + submitters_of(submission.organization)
