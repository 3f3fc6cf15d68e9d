"""Takes in what the phone sends, exactly once.

The client's UUID names an inspection. Sending the same thing again changes nothing; a draft is replaced by its own
inspector's newer save; once submitted, another body is refused together with the stored version and kept beside it.
Only one that the supervisor has returned is replaced by its inspector's next revision, and then what stood before is
kept. Photos are named by the SHA-256 of their bytes and may come before or after the form, in any order and as often
as the line breaks.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import User
from infra.questions import Question, asked, plans_kept
from inspections.fieldwork.sheets import NotAllowed, Problem, Unacceptable, prepare
from inspections.models import CopyKind, Inspection, InspectionCopy, InspectionStatus, Review
from inspections.selectors.contents import content_of
from inspections.services.inspections import Sheet, inspection_correct, inspection_draft, inspection_submit

__all__ = [
    "Conflict", "NotAllowed", "NotVisible", "Problem", "Taken", "Unacceptable", "content_digest", "inspection_file",
    "inspection_put", "sealed_digest",
]  # fmt: skip

#: how often two requests may meet on one row before it is an error
ATTEMPTS = 4
#: refused contents that are kept for one inspection
COPIES_MAX = 20


class Taken(StrEnum):
    """What became of a form."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


#: the inspection, what became of the form, and what was written for it
Written = tuple[Inspection, Taken, Sheet | None]


class Conflict(ValueError):
    """A submitted inspection would change, or a draft belongs to somebody else; ``stored`` is what stands."""

    def __init__(self, stored: Inspection, message: str) -> None:
        super().__init__(message)
        self.stored = stored


class NotVisible(LookupError):
    """The inspection exists but not for this person."""


def inspection_put(
    *, actor: User, uuid: UUID, body: Mapping[str, Any], reason: str = "", at: datetime | None = None
) -> tuple[Inspection, Taken]:
    """Store *body* (CONTRACT §4, already of the right types) under *uuid* and say what became of it.

    Raises Unacceptable, Conflict, NotAllowed or NotVisible. *at* is the time of arrival (now).
    """
    inspection, taken, _sheet = inspection_file(actor=actor, uuid=uuid, body=body, reason=reason, at=at)
    return inspection, taken


def inspection_file(
    *, actor: User, uuid: UUID, body: Mapping[str, Any], reason: str = "", at: datetime | None = None
) -> Written:
    """Do as :func:`inspection_put` and return also the sheet that was written; None where nothing changed."""
    moment = at or timezone.now()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with plans_kept():
                return _put_once(actor, uuid, body, reason, moment)
        except IntegrityError:
            # Another request stored the same UUID, or a photo of it, between our look and our write: look again.
            if attempt == ATTEMPTS:
                raise
        except Conflict as conflict:
            _keep_refused(actor, conflict.stored, body, moment)
            raise
    raise AssertionError("unreachable")


def _put_once(actor: User, uuid: UUID, body: Mapping[str, Any], reason: str, at: datetime) -> Written:
    digest = content_digest(body)
    with transaction.atomic():
        stored = _locked(uuid)
        if stored is not None and not _replaces(actor, stored, body, digest):
            return stored, Taken.UNCHANGED, None
        before = _copy_of(stored) if stored is not None and stored.status == InspectionStatus.SUBMITTED else None
        sheet = prepare(actor, stored or Inspection(uuid=uuid, inspector=actor), body, at)
        sheet.inspection.content_digest, sheet.sealed = digest, sealed_digest(body)
        why = reason or _("Inspection filed by %(person)s") % {"person": actor}
        if before is not None:
            inspection_correct(actor=actor, sheet=sheet, before=before, reason=why)
        elif body["status"] == InspectionStatus.SUBMITTED:
            inspection_submit(actor=actor, authority=sheet.inspection.authority, sheet=sheet, reason=why)
        else:
            inspection_draft(actor=actor, sheet=sheet)
    return sheet.inspection, Taken.REPLACED if stored else Taken.CREATED, sheet


_KNOWN = Question(lambda: Inspection.objects.filter(uuid=asked("uuid")).order_by(), whether=True)


def _locked(uuid: UUID) -> Inspection | None:
    """Return the inspection *uuid*, locked. Most forms are new: whether there is a row is asked of the index alone."""
    if not _KNOWN.holds(uuid=uuid):
        return None
    return Inspection.objects.filter(uuid=uuid).order_by().select_for_update().first()


def _replaces(actor: User, stored: Inspection, body: Mapping[str, Any], digest: str) -> bool:
    """Tell whether *body* takes the place of *stored*; False means that nothing is to be done."""
    if stored.inspector_id != actor.pk:
        if not Inspection.objects.visible_to(actor).filter(pk=stored.pk).exists():
            raise NotVisible(str(stored.uuid))
        raise Conflict(stored, _("This inspection belongs to another inspector."))
    if stored.content_digest == digest:
        return False
    older = int(body.get("revision") or 0) < stored.revision
    if stored.status == InspectionStatus.SUBMITTED:
        _check_correction(stored, body)
    elif older and body["status"] == InspectionStatus.SUBMITTED:
        raise Conflict(stored, _("A newer save of this inspection has arrived already."))
    return not older


def _check_correction(stored: Inspection, body: Mapping[str, Any]) -> None:
    """Let a submitted inspection change only where it was returned, and only by a later, finished revision."""
    if stored.review != Review.RETURNED:
        raise Conflict(stored, _("This inspection has been submitted and does not change any more."))
    if body["status"] != InspectionStatus.SUBMITTED:
        raise Conflict(stored, _("This inspection was returned: send it again when it is finished."))
    if int(body.get("revision") or 0) <= stored.revision:
        raise Conflict(stored, _("This inspection was returned: send it with a higher revision."))


def _copy_of(stored: Inspection) -> InspectionCopy:
    """Return what stands, unsaved, to be kept when it is replaced."""
    return InspectionCopy(
        inspection=stored,
        kind=CopyKind.REPLACED,
        revision=stored.revision,
        digest=stored.content_digest,
        content=content_of(stored),
        person=stored.inspector,
        at=stored.received_at,
    )


def _keep_refused(actor: User, stored: Inspection, body: Mapping[str, Any], at: datetime) -> None:
    """Keep what a submitted inspection's own inspector sent and could not place: both versions stay to be seen."""
    if stored.inspector_id != actor.pk or stored.status != InspectionStatus.SUBMITTED:
        return
    if InspectionCopy.objects.filter(inspection=stored).count() >= COPIES_MAX:
        return
    InspectionCopy.objects.get_or_create(
        inspection=stored,
        digest=content_digest(body),
        defaults={
            "kind": CopyKind.REFUSED,
            "revision": int(body.get("revision") or 0),
            "content": json.loads(json.dumps(body, default=_spell)),
            "person": actor,
            "at": at,
        },
    )


def content_digest(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what was filed; only the moment of sending is left out, since a repetition changes it."""
    return _digest({key: value for key, value in body.items() if key != "sent_at"})


def sealed_digest(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 for the ledger: without names of signatories, which can be erased while the chain holds."""
    content = {key: value for key, value in body.items() if key not in {"sent_at", "signatures"}}
    content["signatures"] = [
        {key: value for key, value in signature.items() if key != "name"} for signature in body.get("signatures") or ()
    ]
    return _digest(content)


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_spell)
    return hashlib.sha256(text.encode()).hexdigest()


def _spell(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
