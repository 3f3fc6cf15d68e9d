"""What somebody without an account wants to tell the authority about a mast or a post office."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from infra.models import Site
from maps.forms import ReportForm
from maps.selectors.published import published_sites
from maps.services.reports import TooManyReportsError, public_report_make


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form; keep what is sent and thank."""
    site = _site(request, code)
    form = ReportForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                _keep(request, site, form)
            except TooManyReportsError:
                form.add_error(None, _("Too many reports in a short time. Try again in an hour, or telephone us."))
                status = 429
            else:
                messages.success(request, _("Thank you. The authority has received your report."))
                return redirect("maps:site", code=site.code)
        else:
            status = 422
    return render(request, "maps/report.html", {"form": form, "site": site}, status=status)


def _site(request: HttpRequest, code: str) -> Site:
    """Return the site that everybody, or this person, may see. Raises Http404."""
    own = Site.objects.visible_to(request.user).filter(merged_into__isnull=True)
    site = published_sites().filter(code=code).first() or own.filter(code=code).first()
    if site is None:
        raise Http404
    return site


def _keep(request: HttpRequest, site: Site, form: ReportForm) -> None:
    """Keep the report; what a robot sent is thanked for and dropped."""
    if form.from_robot:
        return
    public_report_make(
        site=site,
        kind=form.cleaned_data["kind"],
        text=form.cleaned_data["text"],
        contact=form.cleaned_data["contact"],
        address=str(request.META.get("REMOTE_ADDR", "")),
    )
