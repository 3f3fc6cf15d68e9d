"""Accepted rows become the register's: one transaction, whole or not at all."""

import logging
from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import Authority, RowAction, RowDecision, Submission, SubmissionKind, SubmissionStatus, User
from infra.rules import MOVES
from infra.services.ledger import act
from infra.services.submissions import NotPossible, submission_lock, submission_move, submission_put
from infra.submissions.applying import stations
from infra.submissions.keeping import rows_mark
from infra.submissions.looking import Look, rows_without_errors
from infra.submissions.review import look_at, rows_acceptable

logger = logging.getLogger(__name__)

APPLIERS = {str(SubmissionKind.STATIONS): stations.apply}


def submission_accept(*, actor: User, submission: Submission, rows: Iterable[int] | str, reason: str) -> Submission:
    """Decide to register rows ("all", "good" or numbers); what is chosen is noted, and written by :func:`finish`.

    Raises NotPossible for a submission that is not waiting, a kind that cannot be applied, or no row chosen.
    """
    if submission.kind not in APPLIERS:
        raise NotPossible(_("Files of this kind can be checked, but not registered."))
    wanted = rows if isinstance(rows, str) else sorted(set(rows))
    if not rows_acceptable(submission, wanted).exists():
        raise NotPossible(_("None of the rows can be registered."))
    return submission_move(
        actor=actor,
        submission_id=submission.pk,
        to=SubmissionStatus.APPLYING,
        reason=reason,
        details={"rows": wanted},
        decided_by=actor,
        decided_at=timezone.now(),
        decision_reason=reason,
        reading={**submission.reading, "accepting": wanted},
        failure="",
    )


def finish(submission_id: int) -> Submission:
    """Write the accepted rows of a submission that is being applied; done before, it changes nothing.

    Whatever breaks off rolls everything back; the submission is then failed, with the cause, and can be accepted
    again.
    """
    try:
        return _finish(submission_id)
    except Exception as error:
        logger.exception("Applying submission %s failed", submission_id)
        submission = Submission.objects.get(pk=submission_id)
        why = _("Registering broke off: %s. Nothing was written; it can be started again.") % type(error).__name__
        if submission.status != SubmissionStatus.APPLYING:
            raise
        actor = submission.decided_by or submission.submitted_by
        return submission_move(
            actor=actor, submission_id=submission_id, to=SubmissionStatus.FAILED, reason=why, failure=why
        )


@transaction.atomic
def _finish(submission_id: int) -> Submission:
    submission = submission_lock(submission_id)
    if submission.status != SubmissionStatus.APPLYING:
        return submission
    # Two submissions of one register are applied one after the other, so that neither misses the other's sites.
    Authority.objects.select_for_update().get(pk=submission.authority_id)
    actor = submission.decided_by or submission.submitted_by
    found = look_at(submission)
    kept = rows_acceptable(submission, submission.reading["accepting"])
    numbers = set(kept.filter(row__isnull=False).values_list("row", flat=True))
    removals = set(kept.filter(row__isnull=True, action=RowAction.REMOVE).values_list("installation_id", flat=True))
    chosen = rows_without_errors(found.draft) & np.isin(found.draft.rows, sorted(numbers))
    sent = submission.rows.exclude(decision=RowDecision.DROPPED).count()
    is_whole = int(chosen.sum()) + len(removals) == sent
    to = SubmissionStatus.ACCEPTED if is_whole else SubmissionStatus.PARTLY_ACCEPTED
    with act(
        actor=actor,
        authority=submission.authority,
        kind=MOVES[(SubmissionStatus.APPLYING, to)].act,
        reason=submission.decision_reason,
        organization=submission.organization,
        submission=submission,
    ) as ledger:
        written = APPLIERS[submission.kind](
            ledger, submission, found.draft, found.comparison, chosen, {pk for pk in removals if pk}
        )
        submission_put(ledger, submission, to, counts={**submission.counts, "registered": _registered(found, chosen)})
        ledger.note(rows=int(chosen.sum()), removed=len(removals))
    _mark_rows(submission, found, written, removals)
    return submission


def _registered(found: Look, chosen: np.ndarray) -> dict[str, Any]:
    actions = found.comparison.actions[chosen]
    return {str(action): int((actions == action).sum()) for action in RowAction if (actions == action).any()}


def _mark_rows(submission: Submission, found: Look, written: dict[int, int], removals: set[int]) -> None:
    """Note on the kept rows what became of them: accepted with their installation, or returned."""
    numbers = {int(found.draft.rows[place]): pk for place, pk in written.items()}
    accepted = pl.DataFrame(
        {"row": list(numbers), "installation_id": list(numbers.values())},
        schema={"row": pl.Int64, "installation_id": pl.Int64},
    )
    rows_mark(submission, accepted.with_columns(decision=pl.lit(str(RowDecision.ACCEPTED))))
    open_rows = submission.rows.filter(decision=RowDecision.OPEN)
    open_rows.filter(action=RowAction.REMOVE, installation_id__in=removals).update(decision=RowDecision.ACCEPTED)
    open_rows.update(decision=RowDecision.RETURNED)
