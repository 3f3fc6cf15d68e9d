"""Filing an inspection of one subject on a page: at a desk, or in a phone's browser while there is a signal."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from infra.access import Permission
from infra.models import Installation
from infra.pages.guard import needs
from infra.selectors.registers import search
from inspections.fieldwork.intake import Conflict, NotAllowed, NotVisible, Unacceptable, inspection_put
from inspections.fieldwork.photos import photo_put
from inspections.fieldwork.pictures import BadPhoto, examine
from inspections.forms.inspection import Sheet, blank_sheet, body_of, read_sheet, sheet_of_draft
from inspections.models import ChecklistTemplate, Inspection, InspectionStatus, Photo, Review
from inspections.selectors.checklists import checklist_for, checklists_for_kinds
from inspections.selectors.inspections import answers_of, standing_findings
from inspections.selectors.law import limits_in_force

MATCHES = 12
PHOTOS_MAX = 20


@dataclass
class Visit:
    """What is inspected with what."""

    installation: Installation
    checklist: ChecklistTemplate
    others: list[ChecklistTemplate]
    task: int | None = None
    #: what was submitted and returned is sent again only when it is finished
    is_returned: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.INSPECT)
def new_inspection(request: HttpRequest) -> HttpResponseBase:
    """Show the form of one subject, take it in, or help to find the subject."""
    draft = _draft(request)
    ref = draft.subject_ref if draft else request.GET.get("subject", "").strip()
    installation = _installation(request, ref) if ref else None
    if installation is None:
        return _choose(request, ref)
    visit = _visit(installation, draft, request.GET.get("checklist", ""))
    if visit is not None:
        visit.task = draft.task_id if draft else _number(request.GET.get("task", ""))
        visit.is_returned = draft is not None and draft.review == Review.RETURNED
    if visit is None:
        messages.error(request, _("No checklist is in force for this kind of installation."))
        return redirect("infra:installation", installation.registry_number)
    sheet = blank_sheet(visit.checklist, _limits(visit.checklist))
    if request.method == "POST":
        return _take(request, visit, sheet)
    if draft is not None:
        sheet_of_draft(sheet, draft, answers_of(draft))
    return _show(request, visit, sheet)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _draft(request: HttpRequest) -> Inspection | None:
    """Return the person's own draft named in the address."""
    if "draft" not in request.GET:
        return None
    try:
        uuid = UUID(request.GET["draft"])
    except ValueError as error:
        raise Http404 from error
    open_ones = Q(status=InspectionStatus.DRAFT) | Q(review=Review.RETURNED)
    rows = Inspection.objects.filter(open_ones, uuid=uuid, inspector=request.user)  # type: ignore[misc]
    draft = rows.select_related("checklist").first()
    if draft is None:
        raise Http404
    return draft


def _installation(request: HttpRequest, ref: str) -> Installation | None:
    rows = Installation.objects.visible_to(request.user).select_related("organization", "unit", "site", "status")
    return rows.filter(registry_number=ref.replace("\x00", "")).first()


def _choose(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Offer the installations that match what was typed."""
    matches: list[Installation] = []
    if ref:
        rows = Installation.objects.visible_to(request.user).select_related("organization", "unit")
        matches = list(rows.filter(search(ref[:200].replace("\x00", ""))).order_by("registry_number")[:MATCHES])
    return render(request, "inspections/choose_subject.html", {"ref": ref, "matches": matches})


def _visit(installation: Installation, draft: Inspection | None, code: str) -> Visit | None:
    today = timezone.localdate()
    offered = checklists_for_kinds((installation.kind, "installation"), today)
    if draft is not None:
        chosen = checklist_for(draft.checklist.code, draft.checklist.version, today)
    else:
        wanted = code if code in {row.code for row in offered} else (offered[0].code if offered else "")
        chosen = checklist_for(wanted, None, today) if wanted else None
    if chosen is None:
        return None
    others = [] if draft is not None else [row for row in offered if row.code != chosen.code]
    return Visit(installation, chosen, others)


def _limits(checklist: ChecklistTemplate) -> dict[str, Any]:
    codes = {item.limit_code for item in checklist.items.all() if item.limit_code}
    return limits_in_force(codes, timezone.localdate())


def _show(request: HttpRequest, visit: Visit, sheet: Sheet, status: int = 200) -> HttpResponseBase:
    context = {
        "visit": visit,
        "installation": visit.installation,
        "sheet": sheet,
        "standing": standing_findings(visit.installation, request.user),
        "today": timezone.localdate().isoformat(),
        "total": len(sheet.questions),
    }
    return render(request, "inspections/new_inspection.html", context, status=status)


def _take(request: HttpRequest, visit: Visit, sheet: Sheet) -> HttpResponseBase:
    try:
        read_sheet(sheet, request.POST)
    except ValueError:
        sheet.errors.append(_("The form is damaged. Load the page again."))
        return _show(request, visit, sheet, 400)
    status = InspectionStatus.DRAFT if request.POST.get("status") == "draft" else InspectionStatus.SUBMITTED
    subject = {"type": "installation", "ref": visit.installation.registry_number, "name": visit.installation.name}
    body = body_of(sheet, subject, visit.checklist, status) | {"task": visit.task}
    photos = _photos(request, sheet)
    named = _photos_named(sheet.uuid)
    known = {row["sha256"] for row in named}
    body["photos"] = [*named, *({"sha256": sha256} for sha256 in photos if sha256 not in known)]
    if sheet.errors or sheet.wrong:
        return _show(request, visit, sheet, 400)
    return _file(request, visit, sheet, body, photos)


def _photos_named(uuid: UUID) -> list[dict[str, Any]]:
    """Return the photos that an earlier save named, as the form names them again."""
    rows = Photo.objects.filter(inspection_uuid=uuid, announced=True, is_signature=False).order_by("id")
    return [{"sha256": row.sha256} | ({"item": row.item_code} if row.item_code else {}) for row in rows]


def _photos(request: HttpRequest, sheet: Sheet) -> dict[str, bytes]:
    """Return SHA-256 -> bytes of the pictures sent along."""
    found: dict[str, bytes] = {}
    for upload in request.FILES.getlist("photos")[:PHOTOS_MAX]:
        if not isinstance(upload, UploadedFile):
            continue
        content = upload.read()
        try:
            examine(content)
        except BadPhoto as error:
            sheet.errors.append(f"{upload.name}: {error}")
            continue
        found[hashlib.sha256(content).hexdigest()] = content
    return found


def _file(
    request: HttpRequest, visit: Visit, sheet: Sheet, body: dict[str, Any], photos: dict[str, bytes]
) -> HttpResponseBase:
    person: Any = request.user
    try:
        inspection, _taken = inspection_put(actor=person, uuid=sheet.uuid, body=body)
    except Unacceptable as error:
        _point_out(sheet, body, error)
        return _show(request, visit, sheet, 400)
    except Conflict as error:
        sheet.errors.append(str(error))
        return _show(request, visit, sheet, 409)
    except (NotAllowed, NotVisible) as error:
        raise Http404 from error
    for sha256, content in photos.items():
        photo_put(actor=person, uuid=sheet.uuid, sha256=sha256, content=content)
    _say(request, inspection)
    return redirect("inspections:inspection", uuid=inspection.uuid)


def _point_out(sheet: Sheet, body: dict[str, Any], error: Unacceptable) -> None:
    """Put every problem beside its question."""
    questions = sheet.questions
    for problem in error.problems:
        parts = problem.pointer.strip("/").split("/")
        if parts[0] == "answers":
            questions[body["answers"][int(parts[1])]["item"]].errors.append(problem.message)
        else:
            sheet.errors.append(problem.message)


def _say(request: HttpRequest, inspection: Inspection) -> None:
    if inspection.status == InspectionStatus.DRAFT:
        messages.success(request, _("The draft is saved. Nobody outside the authority sees it."))
        return
    found = inspection.findings.count()
    words = ngettext("%(n)s finding", "%(n)s findings", found) % {"n": found}
    messages.success(
        request, _("Inspection %(number)s is filed: %(words)s.") % {"number": inspection.number, "words": words}
    )
