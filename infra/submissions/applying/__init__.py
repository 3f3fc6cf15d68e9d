"""Accepted rows become the register's: one transaction, whole or not at all.

What the check found is taken as it is where nothing changed since; otherwise the file is looked at again, before
anything is locked, and inside the transaction only where somebody changed the register in that very moment. So others
wait for the writing, not for the reading.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import polars as pl
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import (
    Authority,
    RegisteredRow,
    RowAction,
    RowDecision,
    Submission,
    SubmissionKind,
    SubmissionStatus,
    User,
    WorkStep,
)
from infra.rules import MOVES
from infra.selectors.frames import values_frame
from infra.services import progress
from infra.services.frames import frame_insert, search_settle
from infra.services.ledger import Act, act
from infra.services.submission_notices import submission_tell
from infra.services.submissions import NotPossible, submission_lock, submission_move, submission_put
from infra.submissions.applying import cells, installations, permits
from infra.submissions.applying.nouns import Work
from infra.submissions.draft import Mask
from infra.submissions.keeping import OF_INSTALLATIONS
from infra.submissions.review import look_at, rows_acceptable, surroundings
from infra.submissions.settled import Settled, changed_since, last_record, settled_forget, settled_kept

logger = logging.getLogger(__name__)

Apply = Callable[[Act, Work, Mask, set[int]], pl.DataFrame]

APPLIERS: dict[str, Apply] = {
    **{str(kind): installations.apply for kind in OF_INSTALLATIONS},
    str(SubmissionKind.CELLS): cells.apply,
    str(SubmissionKind.PERMITS): permits.apply,
}
#: tables with a search text
_SEARCHED = ("infra_site", "infra_installation")
#: taking more than this share of what is registered out of service needs to be said expressly
REMOVALS_SHARE = 0.05


def submission_accept(
    *,
    actor: User,
    submission: Submission,
    rows: Iterable[int] | str,
    reason: str,
    removals_confirmed: bool = False,
) -> Submission:
    """Decide to register rows ("all", "good" or numbers); what is chosen is noted, and written by :func:`finish`.

    Raises NotPossible for a submission that is not waiting, no row chosen, or many removals that nobody confirmed.
    """
    wanted = rows if isinstance(rows, str) else sorted(set(rows))
    kept = rows_acceptable(submission, wanted)
    if not kept.exists():
        raise NotPossible(_("None of the rows can be registered."))
    if not removals_confirmed:
        _few_removals(submission, kept.filter(action=RowAction.REMOVE, confirmation="").count())
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


def removals_are_many(submission: Submission) -> bool:
    """Tell whether the file would take more out of service than goes without saying."""
    counts = submission.counts
    return _is_many(counts.get("remove", 0), counts)


def _is_many(removed: int, counts: dict[str, Any]) -> bool:
    registered = removed + sum(counts.get(name, 0) for name in ("update", "move", "unchanged"))
    return removed > REMOVALS_SHARE * registered


def _few_removals(submission: Submission, removed: int) -> None:
    if _is_many(removed, submission.counts):
        words = {"n": removed, "share": round(REMOVALS_SHARE * 100)}
        raise NotPossible(
            _("%(n)d registered rows would be taken out of service, more than %(share)d %%. Confirm it expressly.")
            % words
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


def _finish(submission_id: int) -> Submission:
    submission = Submission.objects.get(pk=submission_id)
    if submission.status != SubmissionStatus.APPLYING:
        return submission
    seen = last_record(submission.authority_id)
    found = settled_kept(submission, surroundings(submission)) or Settled.of(look_at(submission))
    progress.tell(WorkStep.PREPARING, rows=found.size)
    with transaction.atomic():
        submission = submission_lock(submission_id)
        if submission.status != SubmissionStatus.APPLYING:  # another worker was quicker
            return submission
        # Two submissions of one register are applied one after the other, so that neither misses the other's sites.
        Authority.objects.select_for_update().get(pk=submission.authority_id)
        if changed_since(seen):
            found = Settled.of(look_at(submission))
        _write(submission, found)
    search_settle(_SEARCHED)
    return submission


def _write(submission: Submission, found: Settled) -> None:
    """Write the accepted rows as one act, and what became of every row."""
    kept = rows_acceptable(submission, submission.reading["accepting"])
    numbers = values_frame(kept.filter(row__isnull=False), {"row": ("row", pl.Int64)})["row"].to_numpy()
    removals = _removed(kept, submission.kind)
    chosen = ~found.has_error & np.isin(found.rows, numbers)
    sent = submission.rows.exclude(decision=RowDecision.DROPPED).count()
    is_whole = int(chosen.sum()) + len(removals) == sent
    to = SubmissionStatus.ACCEPTED if is_whole else SubmissionStatus.PARTLY_ACCEPTED
    with act(
        actor=submission.decided_by or submission.submitted_by,
        authority=submission.authority,
        kind=MOVES[(SubmissionStatus.APPLYING, to)].act,
        reason=submission.decision_reason,
        organization=submission.organization,
        submission=submission,
    ) as ledger:
        work = Work(found, submission)
        written = APPLIERS[submission.kind](ledger, work, chosen, removals)
        registered = {**_registered(found, chosen), **({"remove": len(removals)} if removals else {})}
        submission_put(ledger, submission, to, counts={**submission.counts, "registered": registered})
        ledger.note(rows=int(chosen.sum()), removed=len(removals))
    submission_tell(submission.decided_by or submission.submitted_by, submission, submission.decision_reason)
    settled_forget(submission)
    _note_rows(submission, written, kept.filter(row__isnull=True, action=RowAction.REMOVE), is_whole=is_whole)


def _removed(kept: Any, kind: str) -> set[int]:
    """Return the keys of what the accepted rows take out of service: installations, or cells."""
    gone = kept.filter(row__isnull=True, action=RowAction.REMOVE)
    if kind in OF_INSTALLATIONS:
        return set(gone.exclude(installation=None).values_list("installation_id", flat=True))
    return {values["id"] for values in gone.values_list("values", flat=True)}


def _registered(found: Settled, chosen: np.ndarray) -> dict[str, Any]:
    actions = found.comparison.actions[chosen]
    return {str(action): int((actions == action).sum()) for action in RowAction if (actions == action).any()}


def _note_rows(submission: Submission, written: pl.DataFrame, removed: Any, *, is_whole: bool) -> None:
    """Note what the accepted rows stand for, and that the others went back."""
    registered = written.select(
        pl.lit(submission.pk).alias("submission_id"),
        pl.col("row").cast(pl.Int64),
        pl.col("installation_id").cast(pl.Int64).replace(0, None),
    )
    frame_insert(RegisteredRow, registered)
    if not is_whole:
        standing = RegisteredRow.objects.filter(submission=submission, row=OuterRef("row"))
        waiting = submission.rows.filter(decision=RowDecision.OPEN).exclude(pk__in=removed.values("pk"))
        waiting.exclude(Exists(standing)).update(decision=RowDecision.RETURNED)
