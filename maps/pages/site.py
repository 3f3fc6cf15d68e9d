"""The sheet of a site: everything for those who keep it or operate there, the published part for everybody else."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission, can
from infra.models import Site
from infra.pages import panels
from infra.pages.installations import Fact, PermitLine, mast_facts, merged
from infra.selectors.collections import site_kept
from infra.selectors.history import site_history
from infra.selectors.positions import metric_position
from maps.pages.exposure import public_exposure
from maps.pages.folium import MapMarkup, map_markup
from maps.pages.ground import ground_settings, inset, source_note, words
from maps.pages.plots import mast_plot
from maps.queries.reader import Reader
from maps.selectors.ages import DataAge, data_ages
from maps.selectors.published import PublishedSite, published_site, published_sites
from maps.selectors.sites import place_of, site_sheet

HISTORY_SHOWN = 30
#: half the side of the first view around a site, degrees
AROUND = 0.01


@require_safe
def site_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the site with *code*; one that was merged leads to the one that was kept."""
    site = Site.objects.visible_to(request.user).select_related("unit", "authority").filter(code=code).first()
    if site is None:
        return _public(request, code)
    if site.merged_into_id is not None:
        return _to_kept(code)
    return _full(request, site)


def _to_kept(code: str) -> HttpResponse:
    kept = site_kept(code)
    if kept is None:
        raise Http404
    return redirect("maps:site", code=kept.code)


def place_map(request: HttpRequest, site: Site, symbol: str, circles: list[dict[str, Any]]) -> MapMarkup:
    """Return the small map of a site with *symbol* on it and *circles* around it."""
    lon, lat = site.position.x, site.position.y
    return map_markup(
        name="place",
        bounds=(lon - AROUND, lat - AROUND, lon + AROUND, lat + AROUND),
        start="openPlace",
        settings_of_map={
            "at": [lon, lat],
            "zoom": 17 if circles else 15,
            "symbol": symbol,
            "circles": circles,
            "ground": ground_settings(),
            "words": words(),
        },
        nonce=str(request.csp_nonce),  # type: ignore[attr-defined]
        scripts=("maps/place.js",),
        styles=("maps/site.css",),
    )


def _full(request: HttpRequest, site: Site) -> HttpResponse:
    sheet = site_sheet(request.user, site)
    added = panels.panels_of("site", request, site)
    safety = panels.safety_of("site", request, site)
    context = {
        "site": site,
        "sheet": sheet,
        "safety": safety if sheet.stations else None,
        "masts": [(mast, mast_facts(mast)) for mast in sheet.masts],
        "plot": mast_plot(sheet.stations),
        "cells": [cell for row in sheet.stations for cell in row.cells],
        "permits": [PermitLine(permit, standing) for permit, standing in sheet.permits],
        "actions": panels.actions_of("site", request, site),
        "main_panels": [panel for panel in added if not panel.aside],
        "aside_panels": [panel for panel in added if panel.aside],
        "position": site.position,
        "metric": metric_position(site.position, site.authority.metric_srid),
        "history": _history(request, site),
        "may_inspect": can(request.user, Permission.INSPECT),
        "map": place_map(request, site, sheet.safety if sheet.stations else "mast", []),
        "map_url": f"{reverse('maps:console')}?site={site.code}",
        "inset": inset(),
        "source_note": source_note(),
    }
    return render(request, "maps/site.html", context)


def _history(request: HttpRequest, site: Site) -> list[Any]:
    if not can(request.user, Permission.SEE_LEDGER):
        return []
    return merged(site_history(site, request.user, limit=HISTORY_SHOWN))


# --- For everybody ----------------------------------------------------------------------------------------------------


def _public(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is published; Raises Http404 where nothing is."""
    site = published_sites().select_related("unit", "authority").filter(code=code).first()
    if site is None:
        kept = site_kept(code)
        if kept is None or not published_sites().filter(pk=kept.pk).exists():
            raise Http404
        return redirect("maps:site", code=kept.code)
    found = published_site(site, timezone.localdate())
    distance = found.verification_distance_m
    circles = [{"metres": distance, "label": formats.quantity(distance, "m")}] if distance else []
    context = {
        "site": site,
        "found": found,
        "title": public_title(found),
        "lead": _lead(found),
        "answer": _answer(found),
        "ages": _ages(found),
        "map": place_map(request, site, "mast" if found.stations else "postal", circles),
        "distance": distance,
        "exposure": public_exposure(site) if found.stations else None,
        "inset": inset(),
        "source_note": source_note(),
    }
    return render(request, "maps/site_public.html", context)


def _ages(found: PublishedSite) -> list[DataAge]:
    here = {row.installation.organization.code for row in found.stations}
    return [age for age in data_ages(Reader.of_public()) if age.code in here]


def public_title(found: PublishedSite) -> str:
    """Return the heading: what stands where."""
    place = place_of(found.site) or found.site.name or found.site.code
    if found.stations:
        return _("Antenna mast at %(place)s") % {"place": place}
    return found.postal[0].name or _("Postal point at %(place)s") % {"place": place}


def _lead(found: PublishedSite) -> str:
    """Return the mast in one line: "Self-supporting mast, 42 m, ground, built 2016. Owner: VNPT."."""
    lines = []
    for mast in found.masts:
        parts = [str(mast.structure_type) if mast.structure_type else _("Mast")]
        if mast.height_m:
            parts.append(formats.quantity(mast.height_m, "m"))
        parts.append(_("on a building") if mast.base == "roof" else _("on the ground"))
        if mast.built_on:
            parts.append(_("built %(year)s") % {"year": mast.built_on.year})
        lines.append(f"{', '.join(parts)}. {_('Owner: %(owner)s.') % {'owner': mast.owner}}")
    return " ".join(lines)


def _answer(found: PublishedSite) -> Fact | None:
    """Return the plain sentence and its tone (in ``note``): what a parent wants to know."""
    total = len(found.stations)
    if not total:
        return None
    values = {"n": formats.number(found.certified), "all": formats.number(total)}
    if found.certified == total:
        return Fact(_all_well(found.declared, total) % values, "", "compliant")
    if total == 1:
        sentence = (
            _("The certificate of the station here has run out.")
            if found.run_out
            else _("No certificate is registered yet for the station here.")
        )
        return Fact(sentence, "", "overdue" if found.run_out else "unknown")
    if found.run_out:
        values["n"] = formats.number(found.run_out)
        return Fact(_("%(n)s of %(all)s stations here have a certificate that has run out.") % values, "", "overdue")
    values["n"] = formats.number(found.missing)
    return Fact(_("For %(n)s of %(all)s stations here no certificate is registered yet.") % values, "", "unknown")


def _all_well(declared: int, total: int) -> str:
    """Return the sentence for a mast whose stations are all in order: by certificate, by declaration, or both."""
    if declared == total == 1:
        return _("The station here needs no certificate; its operator has declared so.")
    if declared == total:
        return _("The %(all)s stations here need no certificate; their operators have declared so.")
    if declared:
        return _("All %(all)s stations here have a certificate or a declaration in force.")
    if total == 1:
        return _("The station here has a certificate in force.")
    return _("All %(all)s stations here have a certificate in force.")
