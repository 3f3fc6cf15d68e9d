"""The authority itself: its settings, the numbers it gave, and where the rest of its rules stands."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from infra.forms.administration.authority import AuthorityForm
from infra.models import AdministrativeUnit, ChangeRecord, Limit
from infra.pages.administration.acting import actor_of, authority_of
from infra.pages.guard import administers
from infra.selectors.people import authorities_of
from infra.selectors.permits import DUE_WINDOW_LIMIT
from infra.services.accounts import RefusedError
from infra.services.authorities import authority_set

ACTS_SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def authority(request: HttpRequest) -> HttpResponse:
    """Show the settings of an authority and take changes in."""
    found = authority_of(request)
    form = AuthorityForm(request.POST or None, authority=found)
    if request.method == "POST" and form.is_valid():
        try:
            authority_set(actor=actor_of(request), authority=found, **form.settings())
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, gettext("Saved. The ledger says what changed."))
            return redirect(f"{reverse('infra:authority')}?authority={found.code}")
    units = AdministrativeUnit.objects.filter(authorities=found).defer("boundary").order_by("code")
    limits = Limit.objects.in_force(timezone.localdate())
    acts = ChangeRecord.objects.filter(authority=found, kind="authority.settings").select_related("actor")
    context = {
        "form": form,
        "authority": found,
        "authorities": authorities_of(request.user),
        "units": units,
        "series": found.series.order_by("series"),
        "due_window": limits.filter(code=DUE_WINDOW_LIMIT).order_by("-valid_from").first(),
        "acts": acts.order_by("-pk")[:ACTS_SHOWN],
    }
    return render(request, "infra/administration/authority.html", context, status=422 if form.errors else 200)
