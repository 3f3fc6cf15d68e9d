"""Papers of field work: the record of an inspection, the summary of a campaign."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from infra.access import Permission
from infra.models import Site
from infra.pages.guard import needs
from infra.spatial.box import InBox
from inspections.documents.rendering import DOCX_TYPE
from inspections.documents.reports import Report, docx_of, pdf_of
from inspections.documents.reports.campaign_summary import summary_of
from inspections.documents.reports.inspection_record import record_frame, record_of
from inspections.documents.sketch import box_of
from inspections.models import Inspection, InspectionStatus, Signature
from inspections.pages import campaigns, inspections
from inspections.selectors.campaigns import campaign_progress, tasks_of
from inspections.selectors.finding_course import settled_by
from inspections.selectors.inspections import answers_of, findings, findings_of, photos_of
from inspections.selectors.inspections import inspections as inspections_seen

NEIGHBOURS_MAX = 200
FORMS = {"pdf": (pdf_of, "application/pdf"), "docx": (docx_of, DOCX_TYPE)}


def _sent(report: Report, form: str, name: str) -> HttpResponse:
    made, content_type = FORMS[form]
    response = HttpResponse(made(report), content_type=content_type)
    kind = "inline" if form == "pdf" else "attachment"
    response["Content-Disposition"] = f'{kind}; filename="{name}.{form}"'
    return response


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def inspection_record(request: HttpRequest, uuid: UUID, form: str) -> HttpResponseBase:
    """Send the record of a submitted inspection; a draft has none."""
    inspection = inspections.find(request, uuid)
    if form not in FORMS or inspection.status != InspectionStatus.SUBMITTED:
        raise Http404
    report = record_of(
        inspection,
        answers_of(inspection),
        findings_of(inspection, request.user),
        photos_of(inspection),
        list(Signature.objects.filter(inspection=inspection)),
        _neighbours(request, inspection),
        settled_by(inspection, request.user),
    )
    return _sent(report, form, inspection.number.replace("/", "-") or str(inspection.uuid))


def _neighbours(request: HttpRequest, inspection: Inspection) -> list[tuple[float, float]]:
    """Return where other sites stand that the person sees around an inspection (one query)."""
    places = [(place.x, place.y) for place in (inspection.subject_position, inspection.position) if place]
    if not places:
        return []
    rows = Site.objects.visible_to(request.user).filter(InBox("position", box_of(record_frame(places))))
    others = rows.exclude(pk=inspection.site_id) if inspection.site_id else rows
    found = others.values_list("position", flat=True)[:NEIGHBOURS_MAX]
    return [(place.x, place.y) for place in found]


@require_safe
@needs(Permission.SEE_REPORTS)
def campaign_summary(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """Send the summary of a campaign as it stands."""
    campaign = campaigns.find(request, pk)
    if form not in FORMS:
        raise Http404
    tasks = list(tasks_of(campaign))
    submitted = inspections_seen(request.user).filter(campaign=campaign, status=InspectionStatus.SUBMITTED)
    found = findings(request.user).filter(inspection__campaign=campaign).exclude(inspection__review="set_aside")
    report = summary_of(
        campaign,
        tasks,
        campaign_progress(campaign, tasks),
        submitted,
        list(found.select_related("item", "organization")),
    )
    return _sent(report, form, f"campaign-{campaign.number}")
