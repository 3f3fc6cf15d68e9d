"""The page of one inspection: answers against limits, what is doubtful, findings and what follows, photos, review."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from infra.access import Permission, can, scope_of
from infra.pages.guard import needs
from infra.services.attachments import display_of, path_of
from inspections.documents.answers import grouped, shots
from inspections.fieldwork.corrections import correction_decide, may_decide, new_mast_propose, review
from inspections.models import (
    Correction,
    CorrectionKind,
    CorrectionState,
    Inspection,
    InspectionCopy,
    InspectionStatus,
    Photo,
    Review,
    Signature,
)
from inspections.pages.inspection_view import (
    REVIEW_TONES,
    differences,
    doubts,
    finding_tone,
    proposal_words,
)
from inspections.pages.lists import result_state
from inspections.rules import REVIEW, moves_from
from inspections.selectors.contents import content_of
from inspections.selectors.corrections import corrections_of, station_owners
from inspections.selectors.finding_course import settled_by
from inspections.selectors.inspections import answers_of, findings_of, others_of, photos_of
from inspections.services.reviews import CannotReview, may_review

CORRECTION_TONES = {
    CorrectionState.PROPOSED: "due",
    CorrectionState.ACCEPTED: "compliant",
    CorrectionState.REFUSED: "unknown",
}


def find(request: HttpRequest, uuid: UUID) -> Inspection:
    """Return the inspection the person may see. Raises Http404 for strangers."""
    rows = Inspection.objects.visible_to(request.user).select_related(
        "authority", "installation__organization", "mast", "site", "organization", "unit", "checklist", "campaign",
        "inspector", "reviewed_by", "device",
    )  # fmt: skip
    inspection = rows.filter(uuid=uuid).first()
    if inspection is None:
        raise Http404
    return inspection


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def inspection_page(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Show one inspection."""
    inspection = find(request, uuid)
    is_staff = scope_of(request.user).is_staff()
    answers, photos, today = answers_of(inspection), photos_of(inspection), timezone.localdate()
    context = {
        "inspection": inspection,
        "result": result_state(inspection),
        "is_draft": inspection.status == InspectionStatus.DRAFT,
        "is_staff": is_staff,
        "continue_url": _continue_url(request, inspection),
        "subject_url": _subject_url(request, inspection),
        "groups": grouped(answers),
        "findings": [(row, finding_tone(row, today)) for row in findings_of(inspection, request.user)],
        "settled": settled_by(inspection, request.user),
        "runs_cases": can(request.user, Permission.RUN_CASES),
        "shots": shots(photos, answers),
        "signatures": list(Signature.objects.filter(inspection=inspection)),
        "others": others_of(inspection, request.user),
        "review": _review(request, inspection),
        "doubts": doubts(inspection, answers, photos) if is_staff else [],
        "copies": _copies(inspection) if is_staff else [],
        "proposals": _proposals(request, inspection) if is_staff else [],
    }
    return render(request, "inspections/inspection.html", context)


def _review(request: HttpRequest, inspection: Inspection) -> dict[str, Any] | None:
    """Return the state of the review and the moves that the person may make now."""
    if not inspection.review:
        return None
    moves = moves_from(REVIEW, inspection.review) if may_review(request.user, inspection) else {}  # type: ignore[arg-type]
    return {
        "tone": REVIEW_TONES[Review(inspection.review)],
        "word": Review(inspection.review).label,
        "moves": {to for to in moves if to != Review.PENDING},
    }


def _copies(inspection: Inspection) -> list[dict[str, Any]]:
    copies = list(InspectionCopy.objects.filter(inspection=inspection).select_related("person"))
    if not copies:
        return []
    stands = content_of(inspection)
    return [{"copy": copy, "differences": differences(stands, copy)} for copy in copies]


def _proposals(request: HttpRequest, inspection: Inspection) -> list[dict[str, Any]]:
    """Return what the inspection proposes for the register, with what became of it and who may decide by hand."""
    rows = list(corrections_of(inspection.pk))
    decides = bool(rows) and may_decide(request.user, inspection)  # type: ignore[arg-type]
    owners = station_owners() if decides and any(row.kind == CorrectionKind.NEW_MAST for row in rows) else []
    sees = can(request.user, Permission.SEE_SUBMISSIONS)
    return [_proposal(row, decides=decides, sees=sees) | {"owners": owners} for row in rows]


def _proposal(row: Any, *, decides: bool, sees: bool) -> dict[str, Any]:
    standing = CorrectionState(row.standing)
    return {
        "row": row,
        "words": proposal_words(row),
        "standing": standing.label,
        "tone": CORRECTION_TONES[standing],
        "decides": decides and row.submission is None and standing == CorrectionState.PROPOSED,
        "sees": sees,
    }


def _subject_url(request: HttpRequest, inspection: Inspection) -> str | None:
    if inspection.installation is None:
        return None
    visible = type(inspection.installation).objects.visible_to(request.user)
    if not visible.filter(pk=inspection.installation.pk).exists():
        return None
    return reverse("infra:installation", args=[inspection.installation.registry_number])


def _continue_url(request: HttpRequest, inspection: Inspection) -> str | None:
    """Return where the inspector goes on: with a draft, or with what was returned."""
    is_open = inspection.status == InspectionStatus.DRAFT or inspection.review == Review.RETURNED
    if inspection.inspector_id != request.user.pk or not is_open:
        return None
    return f"{reverse('inspections:inspection-new')}?draft={inspection.uuid}"


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def inspection_photo(request: HttpRequest, uuid: UUID, sha256: str) -> HttpResponseBase:
    """Give a photo to whoever may see the inspection: the copy to show, or the original as a file."""
    find(request, uuid)
    photo = Photo.objects.arrived().filter(inspection_uuid=uuid, sha256=sha256).first()
    if photo is None or not path_of(photo.sha256).is_file():
        raise Http404
    shown = display_of(photo.sha256)
    if "original" not in request.GET and shown.is_file():
        response = FileResponse(shown.open("rb"), content_type="image/jpeg")
    else:
        ending = photo.content_type.rpartition("/")[2]
        name = f"{photo.sha256[:16]}.{ending}"
        response = FileResponse(path_of(photo.sha256).open("rb"), as_attachment=True, filename=name)
        response["Content-Type"] = photo.content_type
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@require_POST
@needs(Permission.SUPERVISE)
def inspection_reviewed(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Approve the inspection, return it, or set it aside."""
    inspection = find(request, uuid)
    to, reason = request.POST.get("to", ""), request.POST.get("reason", "")
    if to not in Review.values:
        raise Http404
    try:
        review(actor=request.user, inspection=inspection, to=to, reason=reason)  # type: ignore[arg-type]
    except PermissionError as error:
        raise Http404 from error
    except CannotReview as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The inspection is now “%(state)s”.") % {"state": Review(to).label})
    return redirect("inspections:inspection", uuid=uuid)


def _row_proposed(request: HttpRequest, row: Correction) -> HttpResponseBase:
    """Send an unregistered mast as a row of the organization that the reviewer names."""
    owners = station_owners()
    organization = next((one for one in owners if one.code == request.POST.get("organization")), None)
    try:
        if organization is None:
            raise CannotReview(_("Choose whose station it is."))
        sent = new_mast_propose(
            actor=request.user,  # type: ignore[arg-type]
            correction=row,
            organization=organization,
            code=request.POST.get("code", ""),
        )
    except PermissionError as error:
        raise Http404 from error
    except CannotReview as error:
        messages.error(request, str(error))
        return redirect("inspections:inspection", uuid=row.inspection.uuid)
    messages.success(request, _("Submission %(receipt)s waits for a decision.") % {"receipt": sent.receipt})
    return redirect("infra:submission", sent.pk)


@require_POST
@needs(Permission.REVIEW)
def correction_decided(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponseBase:
    """Decide by hand about a proposal for the register that is no submission."""
    inspection = find(request, uuid)
    row = Correction.objects.filter(inspection=inspection, pk=pk).select_related("inspection__authority").first()
    to, reason = request.POST.get("to", ""), request.POST.get("reason", "")
    if row is None or to not in ("row", *CorrectionState.values):
        raise Http404
    if to == "row":
        return _row_proposed(request, row)
    try:
        correction_decide(actor=request.user, correction=row, to=to, reason=reason)  # type: ignore[arg-type]
    except PermissionError as error:
        raise Http404 from error
    except CannotReview as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Decided."))
    return redirect(f"{reverse('inspections:inspection', args=[uuid])}#proposals")
