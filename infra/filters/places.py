"""What organizations, units, sites and masts are filtered by."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.filters.conditions import (
    Among,
    ByInstallation,
    Criteria,
    InForceOn,
    Past,
    Rows,
    by_box,
    by_change,
    by_code,
    by_day,
    by_kind,
    by_unit,
    by_words,
)
from infra.filters.fields import Resolve, choices, lookup, organizations
from infra.models import (
    InstallationKind,
    InstallationStatus,
    MastClass,
    OrganizationKind,
    Site,
    Technology,
    UnitLevel,
)
from infra.selectors.collections import holding_installations, key_of, owned_sites, stations_with_technology


class OrganizationFilter(Criteria):
    kind = by_kind("kind", choices(OrganizationKind))
    code = by_code()
    q = by_words()
    changed_since = by_change()


class UnitFilter(Criteria):
    """Units in force today, or on another day."""

    bbox = by_box("boundary")
    unit = by_unit("pk")
    level = Among(label=_("Level"), help_text=_("province, district, commune"), resolve=choices(UnitLevel))
    code = by_code()
    on = InForceOn(label=_("In force on"), help_text=_("YYYY-MM-DD; today if left out"))
    q = by_words()
    changed_since = by_change()


class OnInstallations(Criteria):
    """Sites and masts by what stands on them; kind, status, technology, operator are those of one installation."""

    to = "site_id"

    def filter_queryset(self, queryset: Rows) -> Rows:
        queryset = super().filter_queryset(queryset)
        asked = {name: self.form.cleaned_data.get(name) for name in ("kind", "status", "technology", "organization")}
        if not any(asked.values()):
            return queryset
        conditions = models.Q()
        for name in ("kind", "status", "organization"):
            if asked[name]:
                conditions &= models.Q(**{f"{name}__in": asked[name]})
        if asked["technology"]:
            conditions &= stations_with_technology(asked["technology"], self.day)
        key = key_of(queryset.model)
        found = models.Q(**{f"{key}__in": holding_installations(self.request.user, conditions, self.day, to=self.to)})
        if asked["organization"] and not (asked["kind"] or asked["status"] or asked["technology"]):
            found |= self.owned(asked["organization"])
        return queryset.filter(found)

    def owned(self, organization_ids: list[int]) -> models.Q:
        """Return the condition that the organization owns something here, without operating anything."""
        return models.Q(**{f"{key_of(self.queryset.model)}__in": owned_sites(self.request.user, organization_ids)})


def by_installation(label: Any, resolve: Resolve) -> ByInstallation:
    return ByInstallation(label=label, help_text=_("Codes, separated by commas"), resolve=resolve)


class SiteFilter(OnInstallations):
    bbox = by_box("position")
    unit = by_unit()
    organization = by_installation(_("Operator or owner of a mast"), organizations)
    kind = by_installation(_("Kind of an installation"), choices(InstallationKind))
    status = by_installation(_("Status of an installation"), lookup(InstallationStatus))
    technology = by_installation(_("Technology"), lookup(Technology))
    code = by_code()
    q = by_words()
    changed_since = by_change()
    as_of = by_day()


class MastFilter(OnInstallations):
    to = "mast_id"

    bbox = by_box("site__position", pasts=(Past(Site, "site_id", "position"),))
    unit = by_unit("site__unit", Past(Site, "site_id", "unit"))
    organization = by_installation(_("Owner or operator"), organizations)
    kind = by_installation(_("Kind of an installation"), choices(InstallationKind))
    status = by_installation(_("Status of an installation"), lookup(InstallationStatus))
    technology = by_installation(_("Technology"), lookup(Technology))
    mast_class = Among(label=_("Class"), help_text=_("Codes, separated by commas"), resolve=lookup(MastClass))
    site = by_code("site__code", _("Site"))
    code = by_code()
    q = by_words("site__search_text", Past(Site, "site_id", "search_text"))
    changed_since = by_change()
    as_of = by_day()

    def owned(self, organization_ids: list[int]) -> models.Q:
        return models.Q(owner__in=organization_ids)
