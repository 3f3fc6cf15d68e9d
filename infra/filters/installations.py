"""What installations of all kinds, their cells and permits, and the acts of the ledger are filtered by."""

from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.filters.conditions import (
    CODES,
    Among,
    Condition,
    Criteria,
    Past,
    Rows,
    by_box,
    by_change,
    by_code,
    by_day,
    by_kind,
    by_organization,
    by_safety,
    by_status,
    by_technology,
    by_unit,
    by_words,
)
from infra.filters.fields import DayField, MomentField, choices, lookup
from infra.models import (
    Band,
    CableRoute,
    Installation,
    InstallationKind,
    InternetPoint,
    NetworkNode,
    NodeKind,
    Permit,
    PermitKind,
    PermitState,
    PostalKind,
    PostalPoint,
    RouteKind,
    Site,
    Technology,
)
from infra.selectors.collections import key_of, on_day, searched


class SomeInstallations(Criteria):
    """What all kinds of installation are filtered by."""

    bbox = by_box("position")
    unit = by_unit()
    organization = by_organization()
    status = by_status()
    site = by_code("site__code", _("Site"))
    mast = by_code("mast__code", _("Mast"))
    code = by_code("code", _("Operator's code"))
    safety = by_safety()
    q = by_words()
    changed_since = by_change()
    as_of = by_day()


def of_kind(detail: type[models.Model], column: str) -> Past:
    """Return where a fact of an installation's kind stands on another day."""
    return Past(detail, "noun_id", column)


class InstallationFilter(SomeInstallations):
    kind = by_kind("kind", choices(InstallationKind))
    technology = by_technology()


class StationFilter(SomeInstallations):
    technology = by_technology()


class PostalPointFilter(SomeInstallations):
    kind = by_kind("postal_point__postal_kind", lookup(PostalKind), of_kind(PostalPoint, "postal_kind"))


class NetworkNodeFilter(SomeInstallations):
    kind = by_kind("network_node__node_kind", lookup(NodeKind), of_kind(NetworkNode, "node_kind"))


def game_or_access(codes: list[str]) -> dict[str, bool]:
    """Resolve the two kinds of internet point to the column that tells them apart."""
    known = {"game_point": True, "access_point": False}
    return {name: known[name] for name in codes if name in known}


class InternetPointFilter(SomeInstallations):
    kind = by_kind("internet_point__is_game_point", game_or_access, of_kind(InternetPoint, "is_game_point"))


class CableRouteFilter(SomeInstallations):
    bbox = by_box("cable_route__line", pasts=(of_kind(CableRoute, "line"),))
    kind = by_kind("cable_route__route_kind", lookup(RouteKind), of_kind(CableRoute, "route_kind"))


def of_station(path: str) -> Past:
    """Return where a fact of a cell's station stands on another day."""
    return Past(Installation, "station_id", path)


class CellFilter(Criteria):
    bbox = by_box("station__installation__position", pasts=(of_station("position"),))
    unit = by_unit("station__installation__unit", of_station("unit"))
    organization = by_organization("station__installation__organization", of_station("organization"))
    status = by_status("station__installation__status", of_station("status"))
    technology = Among(label=_("Technology"), help_text=CODES, resolve=lookup(Technology))
    band = Among(label=_("Band"), help_text=CODES, resolve=lookup(Band))
    station = by_code("station__installation__registry_number", _("Station's registry number"))
    code = by_code()
    q = by_words("station__installation__search_text", of_station("search_text"))
    changed_since = by_change()
    as_of = by_day()


class ExpiresBefore(Condition):
    """Permits that expire before a day."""

    field_class = DayField
    form = {"format": "date"}

    def condition(self, value: date) -> models.Q:
        return models.Q(expires_on__lt=value)


class PermitWords(Condition):
    """Permits with exactly this number, or by words of what they are for."""

    def filter(self, qs: Rows, value: str) -> Rows:
        if not value:
            return qs
        day = self.parent.day
        installations, permits = on_day(Installation, day), on_day(Permit, day).order_by()
        subjects = searched(installations.visible_to(self.parent.request.user), value)
        numbered = permits.filter(number__in={value, value.upper()}).values("pk")
        # One index after the other: a condition with "or" would read every permit.
        of_them = permits.filter(installation__in=subjects.order_by().values(key_of(installations.model)))
        return qs.filter(pk__in=numbered.union(of_them.values("pk")))


class PermitFilter(Criteria):
    bbox = by_box(
        "installation__position",
        "site__position",
        pasts=(Past(Installation, "installation_id", "position"), Past(Site, "site_id", "position")),
    )
    unit = by_unit("installation__unit", Past(Installation, "installation_id", "unit"))
    organization = by_organization()
    kind = by_kind("kind", lookup(PermitKind))
    status = Among("state", label=_("State"), help_text=_("Codes, separated by commas"), resolve=choices(PermitState))
    installation = by_code("installation__registry_number", _("Installation's registry number"))
    site = by_code("site__code", _("Site"))
    number = by_code("number", _("Number"))
    expires_before = ExpiresBefore(label=_("Expires before"), help_text=_("YYYY-MM-DD"))
    q = PermitWords(
        label=_("Search"), max_length=200, help_text=_("The number, or words of the installation it is for")
    )
    changed_since = by_change()
    as_of = by_day()


class RecordedSince(Condition):
    """Acts since a moment."""

    field_class = MomentField
    form = {"format": "date-time"}

    def condition(self, value: datetime) -> models.Q:
        return models.Q(at__gte=value)


class ChangeFilter(Criteria):
    organization = by_organization()
    kind = Condition("kind", label=_("Act"), max_length=48, help_text=_("Code of an act, such as site.moved"))
    q = Condition("reason", lookup_expr="icontains", label=_("Reason"), max_length=200)
    changed_since = RecordedSince(label=_("Since"), help_text=_("Moment in ISO 8601"))
