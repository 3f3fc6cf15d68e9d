"""The scan of a permit, for whoever may see the permit."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from infra.access import Permission
from infra.models import Permit
from infra.pages.guard import needs
from infra.services.attachments import path_of


@require_safe
@needs(Permission.SEE_REGISTER)
def permit_file(request: HttpRequest, number: int) -> HttpResponseBase:
    """Give the scan as a file to save; whatever it says it is, no browser shows it as a page of ours."""
    permit = get_object_or_404(Permit.objects.visible_to(request.user).select_related("attachment"), pk=number)
    kept = permit.attachment
    if kept is None or not path_of(kept.sha256).is_file():
        raise Http404
    return FileResponse(
        path_of(kept.sha256).open("rb"),
        as_attachment=True,
        filename=kept.name,
        content_type="application/octet-stream",
    )
