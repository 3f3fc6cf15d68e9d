"""The page of one inspection: answers against limits, findings and what follows from them, photos, signatures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from infra import formats
from infra.access import Permission, can, scope_of
from infra.pages.guard import needs
from infra.services.attachments import path_of
from infra.spatial.metres import metres_between
from inspections.fieldwork.measures import printed_unit
from inspections.models import (
    Answer,
    ChecklistGroup,
    Finding,
    Inspection,
    InspectionStatus,
    ItemKind,
    Outcome,
    Photo,
    Signature,
)
from inspections.pages.lists import result_state
from inspections.pages.words import deadline_tone
from inspections.selectors.inspections import answers_of, findings_of, photos_of
from inspections.services.inspections import finding_remedy

OUTCOME_STATES = {Outcome.PASS: "compliant", Outcome.FAIL: "overdue", Outcome.NA: "unknown"}


@dataclass(frozen=True)
class AnswerLine:
    """An answer ready to be drawn."""

    answer: Answer
    value: str
    limit: str
    state: str
    word: str


@dataclass(frozen=True)
class Group:
    """A heading with its answers."""

    group: ChecklistGroup
    lines: list[AnswerLine]


def find(request: HttpRequest, uuid: UUID) -> Inspection:
    """Return the inspection the person may see. Raises Http404 for strangers."""
    rows = Inspection.objects.visible_to(request.user).select_related(
        "authority", "installation__organization", "mast", "site", "organization", "unit", "checklist", "campaign",
        "inspector",
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
    findings = findings_of(inspection, request.user)
    is_draft = inspection.status == InspectionStatus.DRAFT
    return render(
        request,
        "inspections/inspection.html",
        {
            "inspection": inspection,
            "result": result_state(inspection),
            "is_draft": is_draft,
            "continue_url": _continue_url(request, inspection) if is_draft else None,
            "subject_url": _subject_url(request, inspection),
            "groups": grouped(answers_of(inspection)),
            "findings": [(finding, _due_tone(finding)) for finding in findings],
            "runs_cases": can(request.user, Permission.RUN_CASES),
            "inspects": can(request.user, Permission.INSPECT),
            "photos": photos_of(inspection),
            "signatures": list(Signature.objects.filter(inspection=inspection)),
            "is_staff": scope_of(request.user).is_staff(),
            "distance": _distance(inspection),
            "today": timezone.localdate(),
        },
    )


def grouped(answers: Iterable[Answer]) -> list[Group]:
    """Return the answers under their headings, in order."""
    groups: dict[int, Group] = {}
    for answer in answers:
        group = answer.item.group
        groups.setdefault(group.pk, Group(group, [])).lines.append(_line(answer))
    return list(groups.values())


def _line(answer: Answer) -> AnswerLine:
    unit = printed_unit(answer.unit)
    value = formats.quantity(answer.number, unit) if answer.number is not None else _value(answer)
    limit = ""
    if answer.limit_value is not None:
        comparison = answer.comparison.replace("<=", "≤").replace(">=", "≥")
        limit = f"{comparison} {formats.quantity(answer.limit_value, unit)}, {answer.limit_basis}"
    outcome = answer.outcome or ""
    word = str(Outcome(outcome).label) if outcome else ""
    return AnswerLine(answer, value, limit, OUTCOME_STATES.get(outcome, "unknown"), word)  # type: ignore[call-overload]


def _value(answer: Answer) -> str:
    item = answer.item
    if item.kind == ItemKind.CHOICE:
        key = "text_en" if get_language() == "en" else "text_vi"
        return next((c.get(key) or c["text_vi"] for c in item.choices if c["code"] == answer.value), answer.value)
    if item.kind == ItemKind.DATE and answer.value:
        return formats.day(date.fromisoformat(answer.value))
    return answer.value


def _due_tone(finding: Finding) -> str:
    if finding.state not in ("open", "answered"):
        return "compliant"
    return deadline_tone(finding.due_on, timezone.localdate()) if finding.due_on else "unknown"


def _subject_url(request: HttpRequest, inspection: Inspection) -> str | None:
    if inspection.installation is None:
        return None
    visible = type(inspection.installation).objects.visible_to(request.user)
    if not visible.filter(pk=inspection.installation.pk).exists():
        return None
    return reverse("infra:installation", args=[inspection.installation.registry_number])


def _continue_url(request: HttpRequest, inspection: Inspection) -> str | None:
    if inspection.inspector_id != request.user.pk:
        return None
    return f"{reverse('inspections:inspection-new')}?draft={inspection.uuid}"


def _distance(inspection: Inspection) -> float | None:
    """Return how far from the registered position the inspector stood, in metres."""
    if inspection.position is None or inspection.subject_position is None:
        return None
    here, there = inspection.position, inspection.subject_position
    return float(metres_between(here.x, here.y, [there.x], [there.y])[0])


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def inspection_photo(request: HttpRequest, uuid: UUID, sha256: str) -> HttpResponseBase:
    """Give the bytes of a photo to whoever may see the inspection."""
    find(request, uuid)
    photo = Photo.objects.arrived().filter(inspection_uuid=uuid, sha256=sha256).first()
    if photo is None or not path_of(photo.sha256).is_file():
        raise Http404
    response = FileResponse(path_of(photo.sha256).open("rb"), content_type=photo.content_type)
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@require_POST
@needs(Permission.INSPECT)
def finding_remedied(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Note that a finding was remedied today."""
    rows: Any = Finding.objects.visible_to(request.user).select_related("inspection", "authority", "organization")
    finding = rows.filter(pk=pk).first()
    if finding is None:
        raise Http404
    if not Finding.objects.editable_by(request.user).filter(pk=pk).exists():
        raise Http404
    note = request.POST.get("note", "").strip()
    try:
        if not note:
            raise ValueError(_("Say how it was remedied."))
        finding_remedy(actor=request.user, finding=finding, on=timezone.localdate(), note=note, reason=note)  # type: ignore[arg-type]
    except ValueError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The finding is closed as remedied."))
    return redirect("inspections:inspection", uuid=finding.inspection.uuid)
