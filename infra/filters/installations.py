"""What installations of all kinds, their cells and permits, and the acts of the ledger are filtered by."""

from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.filters.conditions import (
    Among,
    Condition,
    Criteria,
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
    Installation,
    InstallationKind,
    NodeKind,
    Permit,
    PermitKind,
    PermitState,
    PostalKind,
    RouteKind,
    Technology,
)
from infra.selectors.collections import searched


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


class InstallationFilter(SomeInstallations):
    kind = by_kind("kind", choices(InstallationKind))
    technology = by_technology()
    as_of = by_day()


class StationFilter(SomeInstallations):
    technology = by_technology()
    as_of = by_day()


class PostalPointFilter(SomeInstallations):
    kind = by_kind("postal_point__postal_kind", lookup(PostalKind))


class NetworkNodeFilter(SomeInstallations):
    kind = by_kind("network_node__node_kind", lookup(NodeKind))


def game_or_access(codes: list[str]) -> dict[str, bool]:
    """Resolve the two kinds of internet point to the column that tells them apart."""
    known = {"game_point": True, "access_point": False}
    return {name: known[name] for name in codes if name in known}


class InternetPointFilter(SomeInstallations):
    kind = by_kind("internet_point__is_game_point", game_or_access)


class CableRouteFilter(SomeInstallations):
    bbox = by_box("cable_route__line")
    kind = by_kind("cable_route__route_kind", lookup(RouteKind))


class CellFilter(Criteria):
    bbox = by_box("station__installation__position")
    unit = by_unit("station__installation__unit")
    organization = by_organization("station__installation__organization")
    status = by_status("station__installation__status")
    technology = Among(label=_("Technology"), help_text=_("Codes, separated by commas"), resolve=lookup(Technology))
    band = Among(label=_("Band"), help_text=_("Codes, separated by commas"), resolve=lookup(Band))
    station = by_code("station__installation__registry_number", _("Station's registry number"))
    code = by_code()
    q = by_words("station__installation__search_text")
    changed_since = by_change()


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
        subjects = searched(Installation.objects.visible_to(self.parent.request.user), value).values("pk")
        found = Permit.objects.order_by()
        numbered = found.filter(number__in={value, value.upper()}).values("pk")
        # One index after the other: a condition with "or" would read every permit.
        return qs.filter(pk__in=numbered.union(found.filter(installation__in=subjects).values("pk")))


class PermitFilter(Criteria):
    bbox = by_box("installation__position", "site__position")
    unit = by_unit("installation__unit")
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
