"""What people decide about a submission before and after it is sent, and the rows kept for them to look at.

The operator applies suggestions, leaves rows out, explains warnings, sends; the authority accepts, returns, refuses.
Every change of a row is followed by a new look at the whole file, because one row's problem may be another row.
"""

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import RememberedHeader, RowDecision, Submission, SubmissionRow, SubmissionStatus, User
from infra.rules import OPEN
from infra.selectors.submissions import rows_of
from infra.services.attachments import path_of
from infra.services.ledger import act
from infra.services.submissions import NotPossible, submission_lock, submission_move
from infra.submissions.columns import TABLES
from infra.submissions.draft import Surroundings
from infra.submissions.keeping import rows_keep
from infra.submissions.looking import Look, look
from infra.submissions.problems import Problem, Unreadable
from infra.submissions.settled import last_record, settled_forget, settled_keep, settled_parts

logger = logging.getLogger(__name__)

BATCH = 2_000
ALL, GOOD = "all", "good"
_BUT = " but "
_IS_GOOD = Q(has_warning=False) | ~Q(confirmation="")


def surroundings(submission: Submission) -> Surroundings:
    """Return what the submission's file is checked against today."""
    return Surroundings(
        authority=submission.authority,
        organization=submission.organization,
        table=TABLES[submission.kind],
        today=timezone.localdate(),
        crs=submission.crs,
        mode=submission.mode,
    )


def look_at(submission: Submission) -> Look:
    """Look at the submission's file with the fixes made and without the rows left out; raises Unreadable."""
    rows = submission.rows.filter(row__isnull=False)
    fixes = {row: cells for row, cells in rows.exclude(fixes={}).values_list("row", "fixes") if cells and row}
    dropped = rows.filter(decision=RowDecision.DROPPED).values_list("row", flat=True)
    left_out = {row for row in dropped if row}
    return look(
        path_of(submission.file.sha256),
        surroundings(submission),
        sheet=submission.sheet,
        assigned=headers_assigned(submission),
        fixes=fixes,
        left_out=left_out,
    )


def submission_check(*, actor: User, submission: Submission, reason: str = "") -> Submission:
    """Look at a submission and keep what was found; it becomes ready, invalid, or failed with the cause.

    One that is being checked already is looked at again: the process that had begun may be gone.
    """
    submission = Submission.objects.get(pk=submission.pk)
    if submission.status != SubmissionStatus.CHECKING:
        submission = _begin(actor, submission, reason)
    try:
        return _check(actor, submission)
    except Exception as error:
        logger.exception("Checking submission %s failed", submission.pk)
        why = _("The check broke off: %s. It can be started again.") % type(error).__name__
        return submission_move(
            actor=actor, submission_id=submission.pk, to=SubmissionStatus.FAILED, reason=why, failure=why
        )


def _begin(actor: User, submission: Submission, reason: str) -> Submission:
    return submission_move(
        actor=actor, submission_id=submission.pk, to=SubmissionStatus.CHECKING, reason=reason, failure=""
    )


def _check(actor: User, submission: Submission) -> Submission:
    now = timezone.now()
    seen = last_record(submission.authority_id)
    try:
        found = look_at(submission)
    except Unreadable as unreadable:
        problem = unreadable.problem
        settled_forget(submission)
        return submission_move(
            actor=actor,
            submission_id=submission.pk,
            to=SubmissionStatus.INVALID,
            reason=problem.message,
            checked_at=now,
            counts={**EMPTY_COUNTS, "errors": 1, "codes": {problem.code: 1}},
            file_problems=[problem.kept()],
            reading=unreadable.reading,
        )
    counts = found.counts()
    is_ready = counts["rows_with_errors"] == 0 and counts["rows"] > 0
    with ThreadPoolExecutor(1, "settling") as beside, transaction.atomic():
        parts = beside.submit(settled_parts, found) if is_ready else None
        submission_lock(submission.pk)
        counts["dropped"] = rows_keep(submission, found)
        counts["rows"] += counts["dropped"]
        settled_keep(submission, parts.result() if parts else [], seen=seen, day=found.draft.around.today)
        return submission_move(
            actor=actor,
            submission_id=submission.pk,
            to=SubmissionStatus.READY if is_ready else SubmissionStatus.INVALID,
            details={"counts": {name: n for name, n in counts.items() if name != "codes"}},
            checked_at=now,
            counts=counts,
            reading=found.reading(),
            file_problems=[problem.kept() for problem in found.file_problems],
        )


EMPTY_COUNTS: dict[str, Any] = {
    **dict.fromkeys(("rows", "add", "update", "move", "remove", "unchanged", "errors", "warnings"), 0),
    **dict.fromkeys(("rows_with_errors", "rows_with_warnings", "clean", "dropped"), 0),
}


def rows_with_errors(submission: Submission) -> list[int]:
    """Return the numbers of the rows that still have an error and were not left out."""
    wrong = submission.rows.filter(has_error=True).exclude(decision=RowDecision.DROPPED)
    return [row for row in wrong.values_list("row", flat=True) if row]


# --- the operator's decisions ---


def _open(submission: Submission) -> Submission:
    submission = submission_lock(submission.pk)
    if submission.status not in OPEN:
        raise NotPossible(_("Rows can be changed until the submission is sent."))
    return submission


def _chosen(submission: Submission, rows: Iterable[int] | str | None, code: str | None) -> QuerySet[SubmissionRow]:
    """Return the rows meant by numbers and, or, a problem's code."""
    chosen = submission.rows.exclude(decision=RowDecision.DROPPED)
    if rows is not None and rows != ALL:
        chosen = chosen.filter(row__in=list(rows))
    if code:
        # Every JSON column of both databases can be asked for text; the exact match is made in Python.
        with_code = [row.pk for row in chosen.only("pk", "problems") if any(p["code"] == code for p in row.problems)]
        chosen = submission.rows.filter(pk__in=with_code)
    return chosen


def rows_fix(*, actor: User, submission: Submission, code: str, rows: Iterable[int] | str = ALL) -> Submission:
    """Take over the suggestions for the problem *code* on *rows* (numbers, or "all").

    Like :func:`rows_drop` it leaves the submission being checked; :func:`submission_check` goes on from there.
    """
    with transaction.atomic():
        submission = _open(submission)
        fixed: dict[int, SubmissionRow] = {}
        for row in _chosen(submission, rows, code):
            for kept in row.problems:
                if kept["code"] == code and kept["suggestion"]:
                    row.fixes = {**row.fixes, **kept["suggestion"]}
                    fixed[row.pk] = row
        if not fixed:
            raise NotPossible(_("There is no suggestion to take over for these rows."))
        SubmissionRow.objects.bulk_update(list(fixed.values()), ["fixes"], batch_size=500)
        _note(
            actor, submission, "submission.fixed", _("Suggestions taken over"), code=code, rows=_numbers(fixed.values())
        )
        return _begin(actor, submission, _("Suggestions taken over"))


def rows_drop(
    *, actor: User, submission: Submission, rows: Iterable[int] | None = None, code: str | None = None
) -> Submission:
    """Leave rows out, by number or by problem; the file is to be looked at again."""
    with transaction.atomic():
        submission = _open(submission)
        if rows is None and not code:
            raise NotPossible(_("Say which rows to leave out."))
        chosen = list(_chosen(submission, rows, code).only("pk", "row"))
        if not chosen:
            raise NotPossible(_("None of these rows is in the submission."))
        submission.rows.filter(pk__in=[row.pk for row in chosen]).update(decision=RowDecision.DROPPED)
        _note(actor, submission, "submission.dropped", _("Rows left out"), code=code or "", rows=_numbers(chosen))
        return _begin(actor, submission, _("Rows left out"))


def rows_confirm(
    *, actor: User, submission: Submission, note: str, rows: Iterable[int] | str | None = None, code: str | None = None
) -> Submission:
    """Explain the warnings of rows; a row may be sent without, but is then looked at by hand."""
    if not note.strip():
        raise NotPossible(_("Say why the data are right as they are."))
    with transaction.atomic():
        submission = _open(submission)
        if rows is None and not code:
            raise NotPossible(_("Say which rows you mean."))
        chosen = list(_chosen(submission, rows, code).filter(has_warning=True).only("pk", "row"))
        if not chosen:
            raise NotPossible(_("None of these rows has a warning."))
        submission.rows.filter(pk__in=[row.pk for row in chosen]).update(confirmation=note.strip())
        _note(actor, submission, "submission.confirmed", note.strip(), code=code or "", rows=_numbers(chosen))
    return submission


def _numbers(rows: Iterable[SubmissionRow]) -> list[int | None]:
    return sorted({row.row for row in rows}, key=lambda number: (number is None, number or 0))


def _note(actor: User, submission: Submission, kind: str, reason: str, **details: Any) -> None:
    with act(
        actor=actor,
        authority=submission.authority,
        kind=kind,
        reason=reason,
        organization=submission.organization,
        submission=submission,
    ) as ledger:
        ledger.note(submission=submission.pk, **details)


def submission_read_as(*, actor: User, submission: Submission, crs: str, assigned: dict[str, str]) -> Submission:
    """Let the file be read with another coordinate system or with headers assigned to columns by hand.

    Assigned headers are remembered for the organization's next files of the kind; "" says that a header means
    nothing. It leaves the submission being checked; :func:`submission_check` goes on from there.
    """
    with transaction.atomic():
        submission = _open(submission)
        submission.crs = crs
        submission.save(update_fields=["crs"])
        for header, column in assigned.items():
            RememberedHeader.objects.update_or_create(
                organization=submission.organization,
                kind=submission.kind,
                header=header[:255],
                defaults={"column": column, "said_by": actor},
            )
        _note(actor, submission, "submission.read_as", _("Read in another way"), crs=crs, assigned=assigned)
        return _begin(actor, submission, _("Read in another way"))


def headers_assigned(submission: Submission) -> dict[str, str]:
    """Return header → column as people of the organization assigned them by hand."""
    said = RememberedHeader.objects.filter(organization=submission.organization, kind=submission.kind)
    return dict(said.values_list("header", "column"))


# --- what is chosen for acceptance ---


def rows_acceptable(submission: Submission, rows: Iterable[int] | str) -> QuerySet[SubmissionRow]:
    """Return the rows meant by "all" (every row sent), "good" (no open warning), :func:`all_but` or by numbers.

    A row with an error or one that was left out is never among them.
    """
    sent = submission.rows.exclude(decision=RowDecision.DROPPED).filter(has_error=False)
    if rows == ALL:
        return sent
    if rows == GOOD:
        return sent.filter(_IS_GOOD)
    if isinstance(rows, str):
        word, _mark, numbers = rows.partition(_BUT)
        returned = [int(number) for number in numbers.split()]
        return (sent.filter(_IS_GOOD) if word == GOOD else sent).exclude(row__in=returned)
    return sent.filter(row__in=list(rows))


def all_but(rows: str, returned: Iterable[int]) -> str:
    """Name the rows meant by *rows* ("all", "good") without those *returned*, as :func:`rows_acceptable` takes it."""
    numbers = " ".join(str(number) for number in sorted(set(returned)))
    return f"{rows}{_BUT}{numbers}" if numbers else rows


def problems_of(submission: Submission) -> Iterable[Problem]:
    """Yield all problems of a submission in the order of the rows, those of the file first."""
    for kept in submission.file_problems:
        yield Problem.of(None, kept)
    rows = rows_of(submission).filter(Q(has_error=True) | Q(has_warning=True))
    for number, problems in rows.values_list("row", "problems").iterator(chunk_size=BATCH):
        for kept in problems:
            yield Problem.of(number, kept)
