"""What inspectors propose to correct in the register takes the way of every file: a submission of one row.

It is sent, in the inspector's name, when the inspection is approved, and waits in the authority's queue with the move
drawn on the map. A mast that is not registered becomes such a row once a reviewer has found out whose it is. What
cannot be a row (a thing without a place in a file) is decided by hand, with a reason.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.access import Permission, holds
from infra.models import Organization, Submission, User
from infra.services.ledger import act
from infra.services.notices import notify, reviewers_of
from infra.services.submissions import NotPossible
from infra.submissions.corrections import submission_from_correction, submission_of_new_station
from inspections.models import Correction, CorrectionKind, CorrectionState, Inspection, Review
from inspections.rules import CORRECTION, NoSuchMove, move_between
from inspections.services.reviews import CannotReview, inspection_review

#: what the phone calls a value -> the column of a file
COLUMNS = {"height_m": "mast_height_m"}


def review(*, actor: User, inspection: Inspection, to: str, reason: str = "") -> Inspection:
    """Move the review of *inspection*; approving it sends what it proposes for the register on its way.

    Raises what :func:`inspection_review` raises.
    """
    reviewed = inspection_review(actor=actor, inspection=inspection, to=to, reason=reason)
    if to == Review.APPROVED:
        corrections_propose(reviewed)
        _ask(actor, reviewed)
    return reviewed


def _ask(actor: User, inspection: Inspection) -> None:
    """Tell the reviewers of the register what is left to be decided by hand."""
    rows = Correction.objects.filter(inspection=inspection, state=CorrectionState.PROPOSED, submission__isnull=True)
    for row in rows:
        _notify(
            reviewers_of(inspection.authority), "correction.waiting", actor, row, str(row.content.get("note") or "")
        )


def _notify(people: list[User], code: str, actor: User, row: Correction, reason: str) -> None:
    inspection = row.inspection
    notify(
        people,
        code,
        path=f"/inspections/{inspection.uuid}/",
        but=actor,
        number=inspection.number,
        subject=inspection.subject_name or inspection.subject_ref,
        proposal=row.get_kind_display(),
        reason=reason,
    )


def corrections_propose(inspection: Inspection) -> int:
    """Make submissions of what *inspection* proposes; return how many were sent.

    A proposal that cannot be one keeps waiting, with the reason.
    """
    rows = Correction.objects.filter(
        inspection=inspection, state=CorrectionState.PROPOSED, submission__isnull=True
    ).exclude(kind=CorrectionKind.NEW_MAST)
    return sum(_propose(inspection, row) for row in rows)


def _propose(inspection: Inspection, row: Correction) -> bool:
    installation = inspection.installation
    try:
        if installation is None:
            raise NotPossible(_("The subject is no installation of the register."))
        row.submission = submission_from_correction(
            actor=inspection.inspector,
            installation=installation,
            values=values_of(row),
            reason=_found(inspection, row),
            reference=str(inspection.number),
        )
    except NotPossible as error:
        row.reason = str(error)[:1000]
    row.save(update_fields=["submission", "reason"])
    return row.submission_id is not None


def values_of(row: Correction) -> Mapping[str, Any]:
    """Return column -> value of what is proposed."""
    content = row.content
    if row.kind == CorrectionKind.POSITION:
        return {"longitude": content["lon"], "latitude": content["lat"]}
    name = str(content["name"])
    return {COLUMNS.get(name, name): content["value"]}


def _found(inspection: Inspection, row: Correction) -> str:
    words = _("Found on the spot, inspection %(number)s") % {"number": inspection.number}
    note = str(row.content.get("note") or "")
    return f"{words}: {note}" if note else words


def may_decide(person: User, inspection: Inspection) -> bool:
    """Tell whether *person* decides by hand about what *inspection* proposes."""
    return holds(person, Permission.REVIEW, authority_id=inspection.authority_id, unit_id=inspection.unit_id)


def new_mast_propose(*, actor: User, correction: Correction, organization: Organization, code: str) -> Submission:
    """Send a mast that an inspector found unregistered on the way of a submission, as a station of *organization*'s.

    Whose it is and what it is called, the reviewer has found out; the rest is as the inspector measured it. Raises
    PermissionError, CannotReview.
    """
    inspection = correction.inspection
    if not may_decide(actor, inspection):
        raise PermissionError(_("None of your memberships lets you decide about the register here."))
    if correction.kind != CorrectionKind.NEW_MAST or correction.state != CorrectionState.PROPOSED:
        raise CannotReview(_("This proposal is decided already."))
    content = correction.content
    values = {
        "code": code.strip()[:64],
        "name": str(content.get("name") or "")[:160],
        "longitude": content["lon"],
        "latitude": content["lat"],
        "mast_height_m": content.get("height_m"),
    }
    if not values["code"]:
        raise CannotReview(_("Give the code that the organization calls the station by."))
    with transaction.atomic():
        locked = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
        if locked.submission_id is not None:
            raise CannotReview(_("This proposal waits in the queue of submissions: decide there."))
        try:
            locked.submission = submission_of_new_station(
                actor=inspection.inspector,
                authority=inspection.authority,
                organization=organization,
                values={name: value for name, value in values.items() if value not in (None, "")},
                reason=_found(inspection, correction),
                reference=inspection.number,
            )
        except NotPossible as error:
            raise CannotReview(str(error)) from error
        locked.save(update_fields=["submission"])
    return locked.submission


def correction_decide(*, actor: User, correction: Correction, to: str, reason: str) -> Correction:
    """Decide by hand about a proposal that is no submission. Raises PermissionError, CannotReview."""
    inspection = correction.inspection
    if not may_decide(actor, inspection):
        raise PermissionError(_("None of your memberships lets you decide about the register here."))
    if correction.submission_id is not None:
        raise CannotReview(_("This proposal waits in the queue of submissions: decide there."))
    try:
        move = move_between(CORRECTION, correction.state, to, reason)
    except NoSuchMove as error:
        if (correction.state, to) in CORRECTION:
            raise CannotReview(_("Say why.")) from error
        raise CannotReview(_("This proposal is decided already.")) from error
    with act(
        actor=actor,
        authority=inspection.authority,
        kind=move.act,
        reason=reason,
        organization=inspection.organization,
    ) as ledger:
        locked = Correction.objects.select_for_update().get(pk=correction.pk)
        if locked.state != correction.state:
            raise CannotReview(_("This proposal is decided already."))
        locked.state, locked.reason = to, reason.strip()[:1000]
        locked.decided_by, locked.decided_at = actor, timezone.now()
        locked.save(update_fields=["state", "reason", "decided_by", "decided_at"])
        ledger.note(inspection=str(inspection.uuid), number=inspection.number, proposal=locked.kind, decided=to)
        _notify([inspection.inspector], f"correction.{to}", actor, locked, locked.reason)
    return locked
