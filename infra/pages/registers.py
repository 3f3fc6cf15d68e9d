"""The lists of the register: sites, installations, postal points, permits."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission
from infra.forms import lists
from infra.models import Installation, InstallationKind, Permit, Site, Verification
from infra.pages.columns import Column
from infra.pages.guard import needs
from infra.pages.keyset import Order
from infra.pages.listing import Listing, show
from infra.selectors import permits as permit_reads
from infra.selectors import registers


def site_url(site: Site | None) -> str | None:
    """Return the address of a site's sheet, which belongs to the maps."""
    if site is None:
        return None
    try:
        return reverse("maps:site", args=[site.code])
    except NoReverseMatch:
        return None


def installation_url(installation: Installation) -> str:
    return reverse("infra:installation", args=[installation.registry_number])


# --- Sites ------------------------------------------------------------------------------------------------------------


def _mast_words(site: Any) -> str:
    masts = site.masts_seen
    if not masts:
        return ""
    parts = []
    for mast in masts:
        structure = mast.structure_type.name if mast.structure_type else ""
        height = formats.quantity(mast.height_m, "m") if mast.height_m else ""
        parts.append(" · ".join(part for part in (mast.mast_class_id, structure, height) if part) or mast.code)
    return "; ".join(parts)


def _owners(site: Any) -> str:
    return ", ".join(dict.fromkeys(str(mast.owner) for mast in site.masts_seen))


def _operators(site: Any) -> str:
    return ", ".join(dict.fromkeys(str(installation.organization) for installation in site.installations_seen))


SITE_COLUMNS = (
    Column("code", _("Site"), lambda s: s.code, card="title", url=site_url, second=lambda s: s.name),
    Column("name", _("Name"), lambda s: s.name, screen=False),
    Column("address", _("Address"), lambda s: s.address or s.declared_unit, card="line"),
    Column("unit", _("Commune"), lambda s: s.unit.full_name if s.unit else None, card="hidden"),
    Column("mast", _("Mast"), _mast_words, card="aside", second=_owners),
    Column("mast_owner", _("Mast owner"), _owners, screen=False),
    Column("operators", _("Operators"), _operators, card="hidden"),
    Column("installations", _("Installations"), lambda s: len(s.installations_seen), card="hidden", figure=True),
    Column("lon", _("Longitude"), lambda s: round(s.position.x, 6), screen=False),
    Column("lat", _("Latitude"), lambda s: round(s.position.y, 6), screen=False),
    Column("position_method", _("Method"), lambda s: s.get_position_method_display(), screen=False),
    Column("accuracy_m", _("Accuracy (m)"), lambda s: s.accuracy_m, screen=False),
)

SITES = Listing(
    title=_("Sites"),
    stem="sites",
    columns=SITE_COLUMNS,
    filters=lists.SiteFilters,
    counted=lambda n: ngettext("%(n)s site", "%(n)s sites", n) % {"n": formats.number(n)},
    empty=_("No site is registered yet. Sites come into the register with the first file of base stations."),
    search_hint=_("Site code, name, address, commune"),
    sorted=_("in the order of registration"),
    map_filters=("unit", "organization"),
    geometry=lambda site: site.position,
)


@require_safe
@needs(Permission.SEE_REGISTER)
def sites(request: HttpRequest) -> HttpResponseBase:
    """List the sites."""
    return show(request, SITES, registers.sites(request.user))


# --- Installations ----------------------------------------------------------------------------------------------------


def detail_words(installation: Installation) -> str:
    """Return what a list says about an installation beyond its kind: technologies, kind of point, length …"""
    if installation.kind == InstallationKind.BASE_STATION:
        return installation.base_station.technologies.replace(",", ", ")
    if installation.kind == InstallationKind.POSTAL_POINT:
        return installation.postal_point.postal_kind.name
    if installation.kind == InstallationKind.NETWORK_NODE:
        return installation.network_node.node_kind.name
    if installation.kind == InstallationKind.CABLE_ROUTE:
        route = installation.cable_route
        length = formats.quantity(route.length_m / 1000, "km", 1) if route.length_m else ""
        return " · ".join(part for part in (route.route_kind.name, length) if part)
    return str(_("game point")) if installation.internet_point.is_game_point else ""


def _certificate(installation: Any) -> Permit | None:
    return installation.certificates[0] if installation.certificates else None


def _expiry(installation: Any) -> Any:
    certificate = _certificate(installation)
    return certificate.expires_on if certificate else None


def _must_be_verified(installation: Installation) -> bool:
    if installation.kind != InstallationKind.BASE_STATION:
        return False
    return installation.base_station.verification == Verification.REQUIRED


def _no_certificate() -> str:
    return gettext("no certificate")


def _certificate_number(installation: Any) -> str | None:
    certificate = _certificate(installation)
    return certificate.number if certificate else None


def _installation_columns(window: timedelta) -> tuple[Column, ...]:
    def standing(installation: Any) -> tuple[str, str] | None:
        certificate = _certificate(installation)
        if certificate is None:
            return ("unknown", _no_certificate()) if _must_be_verified(installation) else None
        if certificate.expires_on is None:
            return None
        return permit_reads.standing_of(certificate, window).state, formats.day(certificate.expires_on)

    def standing_words(installation: Any) -> str:
        certificate = _certificate(installation)
        return permit_reads.standing_of(certificate, window).text if certificate else ""

    return (
        Column(
            "registry_number", _("Registry number"), lambda i: i.registry_number, card="title", url=installation_url,
            second=lambda i: " · ".join(part for part in (i.code, i.name) if part),
        ),
        Column("code", _("Operator's code"), lambda i: i.code, screen=False),
        Column("name", _("Name"), lambda i: i.name, screen=False),
        Column("kind", _("Kind"), lambda i: i.get_kind_display(), second=detail_words),
        Column("detail", _("Details"), detail_words, screen=False),
        Column("organization", _("Organization"), lambda i: str(i.organization), card="line"),
        Column("unit", _("Commune"), lambda i: i.unit.full_name if i.unit else None, card="hidden"),
        Column(
            "site", _("Site"), lambda i: i.site.code if i.site else None, card="hidden",
            url=lambda i: site_url(i.site),
        ),
        Column("status", _("Status"), lambda i: i.status.name, card="hidden"),
        Column(
            "certificate_expires", _("Verified until"), _expiry, card="aside", state=standing,
            second=standing_words,
        ),
        Column("certificate_number", _("Certificate"), _certificate_number, screen=False),
        Column("lon", _("Longitude"), lambda i: round(i.position.x, 6) if i.position else None, screen=False),
        Column("lat", _("Latitude"), lambda i: round(i.position.y, 6) if i.position else None, screen=False),
    )  # fmt: skip


def _shape(installation: Any) -> Any:
    if installation.kind == InstallationKind.CABLE_ROUTE:
        return installation.cable_route.line
    return installation.position


@require_safe
@needs(Permission.SEE_REGISTER)
def installations(request: HttpRequest) -> HttpResponseBase:
    """List the installations of all kinds."""
    listing = Listing(
        title=_("Stations and installations"),
        stem="installations",
        columns=_installation_columns(permit_reads.due_window()),
        filters=lists.InstallationFilters,
        counted=lambda n: ngettext("%(n)s installation", "%(n)s installations", n) % {"n": formats.number(n)},
        empty=_("Nothing is registered yet. Send a file: what it holds stands here once the authority accepted it."),
        search_hint=_("Registry number, station code, name, address, commune"),
        sorted=_("in the order of registration"),
        map_filters=("unit", "organization", "technology", "status"),
        geometry=_shape,
    )
    return show(request, listing, registers.installations(request.user))


# --- Postal points ----------------------------------------------------------------------------------------------------


def _posted(installation: Any) -> str:
    """Say which of the three things that must hang out are missing."""
    point = installation.postal_point
    missing = [
        str(word)
        for known, word in (
            (point.tariff_posted, _("tariff")),
            (point.quality_posted, _("quality")),
            (point.forbidden_list_posted, _("forbidden goods")),
        )
        if known is False
    ]
    return ", ".join(missing)


POSTAL_COLUMNS = (
    Column(
        "registry_number", _("Registry number"), lambda i: i.registry_number, card="title", url=installation_url,
        second=lambda i: i.name,
    ),
    Column("name", _("Name"), lambda i: i.name, screen=False),
    Column("code", _("Operator's code"), lambda i: i.code, screen=False),
    Column("postal_kind", _("Kind"), lambda i: i.postal_point.postal_kind.name, card="line"),
    Column("organization", _("Organization"), lambda i: str(i.organization), card="aside"),
    Column("postal_code", _("Postal code"), lambda i: i.postal_point.postal_code, card="hidden"),
    Column("unit", _("Commune"), lambda i: i.unit.full_name if i.unit else None, card="line"),
    Column("opening_hours", _("Opening hours"), lambda i: i.postal_point.opening_hours, card="hidden"),
    Column("universal_service", _("Universal service"), lambda i: i.postal_point.universal_service, card="hidden"),
    Column("missing_notices", _("Notices missing"), _posted, card="hidden"),
    Column("status", _("Status"), lambda i: i.status.name, card="hidden"),
    Column("lon", _("Longitude"), lambda i: round(i.position.x, 6) if i.position else None, screen=False),
    Column("lat", _("Latitude"), lambda i: round(i.position.y, 6) if i.position else None, screen=False),
)  # fmt: skip

POSTAL_POINTS = Listing(
    title=_("Postal points"),
    stem="postal-points",
    columns=POSTAL_COLUMNS,
    filters=lists.PostalPointFilters,
    counted=lambda n: ngettext("%(n)s postal point", "%(n)s postal points", n) % {"n": formats.number(n)},
    empty=_("No postal point is registered yet. Postal operators send theirs as a file."),
    search_hint=_("Name, number, postal code, commune"),
    sorted=_("in the order of registration"),
    geometry=lambda installation: installation.position,
)


@require_safe
@needs(Permission.SEE_REGISTER)
def postal_points(request: HttpRequest) -> HttpResponseBase:
    """List the postal points."""
    return show(request, POSTAL_POINTS, registers.postal_points(request.user))


# --- Permits ----------------------------------------------------------------------------------------------------------


def _subject(permit: Permit) -> str:
    return permit.installation.registry_number if permit.installation else str(permit.site)


def _subject_url(permit: Permit) -> str | None:
    return installation_url(permit.installation) if permit.installation else site_url(permit.site)


def _subject_unit(permit: Permit) -> str | None:
    subject = permit.installation or permit.site
    return subject.unit.full_name if subject and subject.unit else None


def _permit_columns(window: timedelta) -> tuple[Column, ...]:
    def standing(permit: Permit) -> tuple[str, str]:
        found = permit_reads.standing_of(permit, window)
        return found.state, found.text

    return (
        Column("number", _("Number"), lambda p: p.number, card="title", url=_subject_url, second=lambda p: p.kind.name),
        Column("kind", _("Kind"), lambda p: p.kind.name, screen=False),
        Column(
            "subject", _("For"), _subject, url=_subject_url,
            second=lambda p: p.installation.code if p.installation else None,
        ),
        Column("organization", _("Organization"), lambda p: str(p.organization), card="line"),
        Column("unit", _("Commune"), _subject_unit, card="hidden"),
        Column("issued_on", _("Issued on"), lambda p: p.issued_on, card="hidden", figure=True),
        Column("expires_on", _("Expires on"), lambda p: p.expires_on, card="hidden", figure=True),
        Column("renewal_due_on", _("Renewal due on"), lambda p: p.renewal_due_on, card="hidden", figure=True),
        Column("state", _("State"), lambda p: standing(p)[1], card="aside", state=standing),
        Column("posted_on_site", _("Posted on site"), lambda p: p.posted_on_site, card="hidden"),
    )  # fmt: skip


@require_safe
@needs(Permission.SEE_REGISTER)
def permits(request: HttpRequest) -> HttpResponseBase:
    """List the permits, the next to expire first; those without an end come with the filter that asks for them."""
    endless = request.GET.get("expires") == "never"
    rows = registers.permits(request.user)
    listing = Listing(
        title=_("Permits and verification"),
        stem="permits",
        columns=_permit_columns(permit_reads.due_window()),
        filters=lists.PermitFilters,
        counted=lambda n: ngettext("%(n)s permit", "%(n)s permits", n) % {"n": formats.number(n)},
        empty=_("No permit with an end date is registered yet. Permits come with the stations' files."),
        search_hint=_("Number of the permit or of the station"),
        order=Order() if endless else Order("expires_on"),
        sorted=_("in the order of registration") if endless else _("the next to expire first"),
    )
    return show(request, listing, rows if endless else rows.filter(expires_on__isnull=False))
