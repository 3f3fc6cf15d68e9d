"""Acts on a submission that move it: received, checking, sent, withdrawn, returned, rejected.

What needs the file itself (checking, fixing, applying) is :mod:`infra.submissions`; it moves the state through
:func:`submission_move` like everything else. Moves are in :mod:`infra.rules`.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import (
    Authority,
    Organization,
    RowDecision,
    Submission,
    SubmissionMode,
    SubmissionPurpose,
    SubmissionStatus,
    User,
)
from infra.rules import MOVES, Move
from infra.selectors.submissions import submissions_of_sheets
from infra.services.attachments import attachment_add, path_of
from infra.services.ledger import Act, act
from infra.services.numbering import receipt_take
from infra.services.renewals import renewals_filed, renewals_unfiled
from infra.services.submission_notices import submission_tell

_PIECE = 1 << 20


class NotPossible(Exception):
    """The move does not exist from the present state, or lacks what it needs; the text says which."""


def submission_receive(
    *,
    actor: User,
    authority: Authority,
    organization: Organization,
    kind: str,
    name: str,
    chunks: Iterable[bytes],
    crs: str = "auto",
    mode: str = SubmissionMode.APPEND,
    sheet: str = "",
    idempotency_key: str = "",
    previous: Submission | None = None,
    content_type: str = "",
    purpose: str = SubmissionPurpose.REPORT,
    reference: str = "",
    history_from: date | None = None,
) -> tuple[Submission, bool]:
    """Take a file in; return the submission and whether it is new.

    *history_from* makes it a first load: rows hold since their own dates, or since that day where they bring none.
    A repeated *idempotency_key* of the organization gives back the first submission and keeps nothing else; raises
    NotPossible where it comes with another file or other settings.
    """
    asked = {"kind": kind, "crs": crs, "mode": mode, "sheet": sheet}
    if idempotency_key and (known := _of_key(organization, idempotency_key)):
        return _repeated(known, asked, _digest(chunks)), False
    reason = _("File submitted: %s") % name
    if history_from is not None:
        purpose = SubmissionPurpose.HISTORY
    sha256 = ""
    try:
        with act(
            actor=actor, authority=authority, kind="submission.received", reason=reason, organization=organization
        ) as ledger:
            file = attachment_add(
                actor=actor,
                authority=authority,
                organization=organization,
                name=name,
                chunks=chunks,
                content_type=content_type,
            )
            sha256 = file.sha256
            submission = Submission.objects.create(
                authority=authority,
                organization=organization,
                kind=kind,
                mode=mode,
                crs=crs,
                sheet=sheet,
                file=file,
                previous=previous,
                idempotency_key=idempotency_key,
                submitted_by=actor,
                purpose=purpose,
                reference=reference,
                history_from=history_from,
            )
            ledger.note(submission=submission.pk, sha256=file.sha256)
    except IntegrityError:
        # Two requests with one key at the same moment: the unique constraint let one through.
        known = _of_key(organization, idempotency_key) if idempotency_key else None
        if known is None:
            raise
        return _repeated(known, asked, sha256), False
    return submission, True


@transaction.atomic
def submission_of_other_sheet(*, actor: User, submission: Submission, sheet: str) -> tuple[Submission, bool]:
    """Take in *sheet* of the same workbook; return its submission and whether it is new.

    Raises NotPossible for a sheet that the check did not tell about, and where the file stands for everything: what
    the other sheet does not name would count as removed.
    """
    submission = submission_lock(submission.pk)
    told = {one["value"] for one in submission.file_problems if one["code"] == "file.sheet_unread"}
    if sheet not in told or submission.mode == SubmissionMode.REPLACE:
        raise NotPossible(_("It has no sheet called “%s”.") % sheet)
    known = submissions_of_sheets(submission).filter(sheet=sheet).last()
    if known is not None:
        return known, False
    with path_of(submission.file.sha256).open("rb") as file:
        return submission_receive(
            actor=actor,
            authority=submission.authority,
            organization=submission.organization,
            kind=submission.kind,
            name=submission.file.name,
            chunks=iter(lambda: file.read(_PIECE), b""),
            crs=submission.crs,
            sheet=sheet,
            content_type=submission.file.content_type,
            history_from=submission.history_from,
        )


def _of_key(organization: Organization, key: str) -> Submission | None:
    return Submission.objects.select_related("file").filter(organization=organization, idempotency_key=key).first()


def _digest(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _repeated(known: Submission, asked: dict[str, str], sha256: str) -> Submission:
    """Return the submission that a key already stands for, if what comes now is the same."""
    was = {name: getattr(known, name) for name in asked}
    if was != asked or known.file.sha256 != sha256:
        words = {"number": known.pk, "file": known.file.name}
        raise NotPossible(
            _("This key already stands for submission %(number)d (%(file)s). Use a new key for another file.") % words
        )
    return known


def submission_lock(submission_id: int) -> Submission:
    """Lock the submission's row for the rest of the transaction and return it as it now is."""
    return Submission.objects.select_for_update().get(pk=submission_id)


def submission_move(
    *, actor: User, submission_id: int, to: str, reason: str = "", details: dict[str, Any] | None = None, **fields: Any
) -> Submission:
    """Move a submission to the state *to*, in an act of its own, setting *fields* with it.

    Raises NotPossible where the table has no such move from the state that the locked row is in.
    """
    with transaction.atomic():
        submission = submission_lock(submission_id)
        move = _move(submission, to, reason)
        with act(
            actor=actor,
            authority=submission.authority,
            kind=move.act,
            reason=reason.strip() or str(SubmissionStatus(to).label),
            organization=submission.organization,
            submission=submission,
        ) as ledger:
            submission_put(ledger, submission, to, **fields)
            ledger.note(**(details or {}))
        submission_tell(actor, submission, reason)
    return submission


def submission_put(ledger: Act, submission: Submission, to: str, **fields: Any) -> None:
    """Write the state *to* of a locked submission inside an act; the caller has asked for the move."""
    ledger.note(submission=submission.pk, was=submission.status, now=to)
    submission.status = to
    for name, value in fields.items():
        setattr(submission, name, value)
    submission.save(update_fields=["status", *fields])


def _move(submission: Submission, to: str, reason: str) -> Move:
    move = MOVES.get((submission.status, to))
    if move is None:
        words = {"state": submission.get_status_display(), "wanted": SubmissionStatus(to).label}
        raise NotPossible(_("“%(wanted)s” is not possible: the submission is “%(state)s”.") % words)
    if move.needs_reason and not reason.strip():
        raise NotPossible(_("Say why, so that the operator can act on it."))
    return move


def submission_send(*, actor: User, submission: Submission, reason: str = "") -> Submission:
    """Send a submission without errors to the authority; it gets a receipt."""
    with transaction.atomic():
        locked = submission_lock(submission.pk)
        receipt = locked.receipt or receipt_take(authority=locked.authority)
        sent = submission_move(
            actor=actor,
            submission_id=locked.pk,
            to=SubmissionStatus.SENT,
            reason=reason,
            sent_at=timezone.now(),
            receipt=receipt,
        )
        renewals_filed(actor, sent)
    return sent


def submission_withdraw(*, actor: User, submission: Submission, reason: str = "") -> Submission:
    """Take a submission back; its file and rows stay readable."""
    with transaction.atomic():
        taken_back = submission_move(
            actor=actor, submission_id=submission.pk, to=SubmissionStatus.WITHDRAWN, reason=reason
        )
        renewals_unfiled(actor, taken_back)
    return taken_back


def submission_return(*, actor: User, submission: Submission, reason: str, rows: Iterable[int] = ()) -> Submission:
    """Give a submission back to the operator with the reason; *rows* are the row numbers it is about, if not all."""
    numbers = sorted(set(rows))
    with transaction.atomic():
        moved = submission_move(
            actor=actor,
            submission_id=submission.pk,
            to=SubmissionStatus.RETURNED,
            reason=reason,
            details={"rows": numbers},
            decided_by=actor,
            decided_at=timezone.now(),
            decision_reason=reason,
        )
        meant = submission.rows.filter(decision=RowDecision.OPEN)
        (meant.filter(row__in=numbers) if numbers else meant).update(decision=RowDecision.RETURNED)
    return moved


def submission_reject(*, actor: User, submission: Submission, reason: str) -> Submission:
    """Refuse a submission with the reason."""
    with transaction.atomic():
        refused = submission_move(
            actor=actor,
            submission_id=submission.pk,
            to=SubmissionStatus.REJECTED,
            reason=reason,
            decided_by=actor,
            decided_at=timezone.now(),
            decision_reason=reason,
        )
        renewals_unfiled(actor, refused)
    return refused
