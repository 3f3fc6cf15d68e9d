"""Long work that was asked for on a page: how far it is, what it found."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from infra.access import Permission, scope_of
from infra.models import Job, JobKind
from infra.pages.guard import needs

TEMPLATES = {
    JobKind.LEDGER_VERIFICATION: "infra/administration/job_ledger.html",
    JobKind.UNITS_TRIAL: "infra/administration/job_units.html",
    JobKind.UNITS_IMPORT: "infra/administration/job_units.html",
}
TONES = {"waiting": "accent", "running": "accent", "done": "compliant", "failed": "error"}


@require_safe
@needs(Permission.VERIFY_LEDGER)
def job(request: HttpRequest, number: int) -> HttpResponse:
    """Show one piece of work; while it goes on the page looks again by itself."""
    rows = Job.objects.visible_to(request.user).select_related("asked_by", "authority__organization", "file")
    found = get_object_or_404(rows, pk=number)
    if found.kind not in TEMPLATES:  # sheets of submissions are shown there
        raise Http404
    scope = scope_of(request.user)
    if found.kind != JobKind.LEDGER_VERIFICATION and not (scope.everything or scope.administers()):
        raise Http404
    if request.headers.get("HX-Request"):
        response = render(request, "infra/administration/job_progress.html", {"job": found})
        if not found.is_open:
            response["HX-Refresh"] = "true"
        return response
    context = {"job": found, "tone": TONES[found.state], "report": found.report}
    return render(request, TEMPLATES[JobKind(found.kind)], context)
