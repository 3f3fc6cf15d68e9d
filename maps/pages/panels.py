"""What opens beside the map: the sheet of a site, or of one installation, as a piece of a page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from infra.access import Permission, can
from infra.models import Installation, Site
from infra.pages.guard import needs
from infra.selectors.collections import site_kept
from maps.pages.plots import mast_plot
from maps.selectors.sites import site_sheet


@needs(Permission.SEE_REGISTER)
def site_panel(request: HttpRequest, code: str) -> HttpResponse:
    """Show a site in short; the code of a merged site leads to the one that was kept."""
    site = Site.objects.visible_to(request.user).select_related("unit").filter(code=code).first()
    if site is None:
        raise Http404
    if site.merged_into_id is not None:
        kept = site_kept(code)
        if kept is None:
            raise Http404
        return redirect("maps:site-panel", code=kept.code)
    sheet = site_sheet(request.user, site)
    context = {
        "sheet": sheet,
        "site": site,
        "plot": mast_plot(sheet.stations),
        "may_inspect": can(request.user, Permission.INSPECT),
    }
    return render(request, "maps/site_panel.html", context)


@needs(Permission.SEE_REGISTER)
def thing_panel(request: HttpRequest, number: str) -> HttpResponse:
    """Show an installation in short that stands at no site: a cable route."""
    rows = Installation.objects.visible_to(request.user).select_related(
        "organization", "status", "unit", "cable_route__route_kind"
    )
    return render(request, "maps/thing_panel.html", {"one": get_object_or_404(rows, registry_number=number)})
