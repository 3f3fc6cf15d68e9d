"""Pages of storms beside the desk itself: the list, opening one, what is known of it, its phase."""

from typing import cast

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from infra.access import Permission, can
from infra.models import AdministrativeUnit, Authority, UnitLevel, User
from infra.pages.guard import acting_authority, needs
from inspections.forms.incidents import ReasonForm, StormForm
from inspections.models import Storm, StormPhase
from inspections.selectors.incidents import storms
from inspections.services.storms import CannotMoveError, storm_change, storm_move, storm_open

MOST_STORMS = 100


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def storm_list(request: HttpRequest) -> HttpResponseBase:
    """List the storms, the newest first."""
    rows = list(storms(request.user)[:MOST_STORMS])
    context = {"storms": rows, "may_open": can(request.user, Permission.EDIT_REGISTER)}
    return render(request, "inspections/storms.html", context)


def find_storm(request: HttpRequest, number: str, *, edit: bool = False) -> Storm:
    """Return the storm; Http404 where there is none, or where the person may not change it."""
    rows = storms(request.user)
    if edit:
        rows = rows.editable_by(request.user)  # type: ignore[attr-defined]
    found = rows.filter(number=number[:32]).first()
    if found is None:
        raise Http404
    return found


def _communes(authority: Authority) -> object:
    roots = list(authority.territory.values_list("pk", flat=True))
    rows = AdministrativeUnit.objects.filter(level=UnitLevel.COMMUNE, valid_to__isnull=True)
    return rows.filter(Q(parent__in=roots) | Q(pk__in=roots)).order_by("name", "code")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_REGISTER)
def storm_new(request: HttpRequest) -> HttpResponseBase:
    """Open a storm."""
    authority = acting_authority(request.user, Permission.EDIT_REGISTER)
    form = StormForm(request.POST or None, units=_communes(authority))
    if request.method == "POST" and form.is_valid():
        reason = _("Opened: %(name)s") % {"name": form.cleaned_data["name"]}
        storm = storm_open(actor=cast(User, request.user), authority=authority, facts=form.facts(), reason=reason)
        messages.success(request, _("%(storm)s is open. Look at what to check first.") % {"storm": storm})
        return redirect("maps:storm", number=storm.number)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_REGISTER)
def storm_edit(request: HttpRequest, number: str) -> HttpResponseBase:
    """Write down what is now known of a storm."""
    storm = find_storm(request, number, edit=True)
    initial = {
        "name": storm.name,
        "expected_at": storm.expected_at,
        "wind_ms": StormForm.level_of(storm.wind_ms),
        "report_every_h": storm.report_every_h,
        "text": storm.text,
        "units": list(storm.units.values_list("pk", flat=True)),
    }
    form = StormForm(request.POST or None, units=_communes(storm.authority), initial=initial)
    if request.method == "POST" and form.is_valid():
        storm_change(actor=cast(User, request.user), storm=storm, facts=form.facts(), reason=_("New forecast"))
        messages.success(request, _("Saved."))
        return redirect("maps:storm", number=storm.number)
    return _form(request, form, storm)


def _form(request: HttpRequest, form: StormForm, storm: Storm | None) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(request, "inspections/storm_form.html", {"form": form, "storm": storm}, status=status)


@require_POST
@needs(Permission.EDIT_REGISTER)
def storm_phase(request: HttpRequest, number: str) -> HttpResponseBase:
    """Move a storm to another phase, with a reason."""
    storm = find_storm(request, number, edit=True)
    to = request.POST.get("to", "")
    form = ReasonForm(request.POST)
    if to not in StormPhase.values:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("Say why in a few words."))
        return redirect("maps:storm", number=storm.number)
    try:
        storm_move(actor=cast(User, request.user), storm=storm, to=to, reason=form.cleaned_data["reason"])
    except CannotMoveError:
        messages.error(request, _("From “%(phase)s” this is not possible.") % {"phase": storm.get_phase_display()})
    else:
        messages.success(request, _("%(storm)s: %(phase)s.") % {"storm": storm.name, "phase": StormPhase(to).label})
    return redirect("maps:storm", number=storm.number)
