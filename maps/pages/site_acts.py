"""Acts on a site: all its corrections in one place, another position, a merge of duplicates and its undoing."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.gis.geos import Point
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from infra import formats
from infra.access import Permission, can
from infra.forms.plain import ReasonForm
from infra.forms.site_acts import MergeForm, MoveForm
from infra.models import Installation, Mast, Permit, Site, SiteMerge
from infra.pages.administration.acting import actor_of, told
from infra.pages.guard import needs
from infra.pages.panels import Action
from infra.selectors.positions import metric_position
from infra.services.sites import site_merge, site_move, site_split
from infra.spatial.metres import metres_between
from infra.spatial.units import unit_at
from maps.pages.folium import MapMarkup, map_markup
from maps.pages.ground import ground_settings, inset, source_note, words
from maps.selectors.duplicates import Candidate, duplicates_of

METHODS = ["GET", "HEAD", "POST"]
#: half the side of the smallest map, degrees
AROUND = 0.002


def site_actions(request: HttpRequest, site: Site) -> Iterable[Action]:
    """Offer the corrections on a site's sheet to whoever may change it."""
    if not can(request.user, Permission.EDIT_REGISTER):
        return
    if Site.objects.editable_by(request.user).filter(pk=site.pk).exists():
        yield Action(_("Correct"), reverse("maps:site-corrections", args=[site.code]), "pencil", order=80)


def _site(request: HttpRequest, code: str) -> Site:
    """Return a standing site that the person may change; Http404 otherwise."""
    rows = Site.objects.editable_by(request.user).filter(merged_into=None).select_related("unit", "authority")
    return get_object_or_404(rows, code=code)


def _map(request: HttpRequest, places: list[dict[str, Any]], *, pick: bool = False, arrow: bool = False) -> MapMarkup:
    """Return a map of *places*: ``at`` (lon, lat), ``role`` (old, new, kept, other), ``label``."""
    lons, lats = ([place["at"][axis] for place in places] for axis in (0, 1))
    bounds = (min(lons) - AROUND, min(lats) - AROUND, max(lons) + AROUND, max(lats) + AROUND)
    return map_markup(
        name="acts",
        bounds=bounds,
        start="openActs",
        settings_of_map={
            "bounds": bounds, "places": places, "pick": pick, "arrow": arrow, "ground": ground_settings(),
            "words": words(),
        },
        nonce=str(request.csp_nonce),  # type: ignore[attr-defined]
        scripts=("maps/site-acts.js",),
        styles=("maps/site.css",),
    )  # fmt: skip


def _place(site: Site, role: str) -> dict[str, Any]:
    return {"at": [site.position.x, site.position.y], "role": role, "label": site.name or site.code}


def _head(site: Site) -> dict[str, Any]:
    return {"site": site, "inset": inset(), "source_note": source_note()}


# --- everything at a glance -------------------------------------------------------------------------------------------


@require_safe
@needs(Permission.EDIT_REGISTER)
def site_corrections(request: HttpRequest, code: str) -> HttpResponse:
    """Show what may be corrected of a site and of what stands on it."""
    site = _site(request, code)
    installations = Installation.objects.editable_by(request.user).filter(site=site)
    context = {
        **_head(site),
        "metric": metric_position(site.position, site.authority.metric_srid),
        "masts": Mast.objects.editable_by(request.user).filter(site=site, merged_into=None).select_related("owner"),
        "installations": installations.select_related("organization", "status").order_by("pk"),
        "candidates": duplicates_of(site, request.user),
        "merges": SiteMerge.objects.filter(kept=site, split_act=None).select_related("absorbed", "act__actor"),
    }
    return render(request, "maps/corrections/site.html", context)


# --- another position -------------------------------------------------------------------------------------------------


@require_http_methods(METHODS)
@needs(Permission.EDIT_REGISTER)
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for another position, show it beside the old one, move the site when that is confirmed."""
    site = _site(request, code)
    form = MoveForm(request.POST or None, authority=site.authority)
    places, preview = [_place(site, "old")], None
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        if "confirm" in request.POST:
            return _moved(request, site, form)
        preview = _preview(site, to)
        places.append({"at": [to.x, to.y], "role": "new", "label": _("new")})
    context = {
        **_head(site),
        "form": form,
        "preview": preview,
        "map": _map(request, places, pick=True, arrow=True),
    }
    return render(request, "maps/corrections/move.html", context, status=422 if form.errors else 200)


def _preview(site: Site, to: Point) -> dict[str, Any]:
    """Return what moving would do."""
    metres = float(metres_between(site.position.x, site.position.y, [to.x], [to.y])[0])
    unit = unit_at(to.x, to.y)
    return {
        "position": to,
        "metres": formats.quantity(metres, "m", 1 if metres < 100 else 0),
        "unit": unit,
        "unit_changes": (unit.pk if unit else None) != site.unit_id,
        "installations": Installation.objects.filter(site=site).count(),
        "masts": Mast.objects.filter(site=site, merged_into=None).count(),
    }


def _moved(request: HttpRequest, site: Site, form: MoveForm) -> HttpResponse:
    values = form.cleaned_data
    site_move(
        actor=actor_of(request),
        site=site,
        to=values["to"],
        reason=values["reason"],
        method=values["method"],
        accuracy_m=values["accuracy_m"],
        submitted_text=form.submitted_text(),
        submitted_crs=values["crs"],
    )
    messages.success(request, _("The site and what stands on it have moved. The history says from where."))
    return redirect("maps:site", code=site.code)


# --- duplicates -------------------------------------------------------------------------------------------------------


@require_http_methods(METHODS)
@needs(Permission.EDIT_REGISTER)
def merge(request: HttpRequest, code: str) -> HttpResponse:
    """Offer the sites that may be the same, show both, merge them when that is confirmed."""
    site = _site(request, code)
    candidates = duplicates_of(site, request.user)
    likeliest = candidates[0].site.code if candidates else ""
    form = MergeForm(request.POST or None, initial={"other": likeliest})
    other, preview = None, None
    if request.method == "POST" and form.is_valid():
        other = _other(request, site, form)
        if other is not None and "confirm" in request.POST:
            return _merged(request, site, other, form)
        preview = _merge_preview(site, other, form) if other else None
    places = [_place(site, "kept"), *(_place(one.site, "other") for one in candidates if one.site != other)]
    if other:
        places.append(_place(other, "new"))
    context = {
        **_head(site),
        "form": form,
        "candidates": [_line(one) for one in candidates],
        "chosen": form.data.get("other", likeliest),
        "preview": preview,
        "map": _map(request, places),
    }
    return render(request, "maps/corrections/merge.html", context, status=422 if form.errors else 200)


def _line(one: Candidate) -> dict[str, Any]:
    return {
        "site": one.site,
        "metres": formats.quantity(one.metres, "m", 0),
        "alike": round(100 * one.alike),
        "operators": one.operators,
        "masts": [str(mast) for mast in one.site.masts.all() if mast.merged_into_id is None],
    }


def _other(request: HttpRequest, site: Site, form: MergeForm) -> Site | None:
    code = form.cleaned_data["other"].strip()
    rows = Site.objects.editable_by(request.user).filter(merged_into=None, authority=site.authority)
    other = rows.select_related("unit", "authority").exclude(pk=site.pk).filter(code=code).first()
    if other is None:
        form.add_error("other", _("There is no other standing site of that code that you may change."))
    return other


def _sides(site: Site, other: Site, form: MergeForm) -> tuple[Site, Site]:
    """Return the site that stays and the one that is absorbed."""
    return (site, other) if form.cleaned_data["keep"] == "this" else (other, site)


def _merge_preview(site: Site, other: Site, form: MergeForm) -> dict[str, Any]:
    keep, absorb = _sides(site, other, form)
    metres = metres_between(keep.position.x, keep.position.y, [absorb.position.x], [absorb.position.y])[0]
    return {
        "keep": keep,
        "absorb": absorb,
        "metres": formats.quantity(float(metres), "m", 0),
        "installations": Installation.objects.filter(site=absorb).select_related("organization"),
        "masts": Mast.objects.filter(site=absorb, merged_into=None),
        "masts_kept": Mast.objects.filter(site=keep, merged_into=None).count(),
        "permits": Permit.objects.filter(site=absorb).count(),
    }


def _merged(request: HttpRequest, site: Site, other: Site, form: MergeForm) -> HttpResponse:
    keep, absorb = _sides(site, other, form)
    try:
        site_merge(actor=actor_of(request), keep=keep, absorb=absorb, reason=form.cleaned_data["reason"])
    except ValueError:
        raise Http404 from None  # somebody else merged one of them in between
    messages.success(
        request, _("Merged. %(old)s leads to %(new)s from now on.") % {"old": absorb.code, "new": keep.code}
    )
    return redirect("maps:site", code=keep.code)


@require_POST
@needs(Permission.EDIT_REGISTER)
def split(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Undo a wrong merge."""
    site = _site(request, code)
    found = get_object_or_404(SiteMerge.objects.filter(kept=site, split_act=None), pk=number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        told(request, form)
        return redirect("maps:site-corrections", code=code)
    back = site_split(actor=actor_of(request), merge=found, reason=form.cleaned_data["reason"])
    messages.success(request, _("Split. What came from %(site)s stands there again.") % {"site": back.code})
    return redirect("maps:site", code=back.code)
