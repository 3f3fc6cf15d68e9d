"""Organizations and administrative units: open to everybody."""

from typing import Any

from django.db import models
from django.utils import timezone
from rest_framework import serializers

from infra.api.collections import Collection
from infra.api.rows import Latitude, Longitude, LookupName, Plain, Row
from infra.filters import OrganizationFilter, UnitFilter
from infra.models import AdministrativeUnit, BoundaryKind, Organization, OrganizationKind, UnitLevel, UnitSuccession
from infra.selectors.collections import age_days, last_accepted


class OrganizationRow(Row):
    """An organization. How old its data are is told by the last submission that the authority accepted."""

    computed = ("data_age_days", "last_accepted_at")

    id = serializers.IntegerField()
    code = serializers.CharField()
    kind = serializers.ChoiceField(OrganizationKind.choices)
    name = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    short_name = serializers.CharField(allow_blank=True)
    mcc_mnc = serializers.CharField(allow_blank=True)
    owns_stations = serializers.BooleanField()
    reporting_period_days = serializers.IntegerField()
    data_age_days = serializers.IntegerField(allow_null=True)
    last_accepted_at = serializers.DateTimeField(allow_null=True)


class OrganizationViewSet(Collection):
    """Operators, owners, authorities. One is found by its code."""

    noun = Organization
    facts = row = OrganizationRow
    filterset_class = OrganizationFilter
    has_places = False
    is_public = True

    def complete(self, rows: list[Plain], *, full: bool) -> None:  # noqa: ARG002 -- one row costs what a page costs
        accepted = last_accepted([row["id"] for row in rows])
        for row in rows:
            moment = accepted.get(row["id"])
            row["data_age_days"] = age_days(moment)
            row["last_accepted_at"] = moment


class UnitRow(Row):
    """An administrative unit; ``valid_to`` is the first day on which it no longer exists. Its point is its seat."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    level = serializers.ChoiceField(UnitLevel.choices)
    type = serializers.CharField(source="type_id")
    type_name = LookupName("type")
    name = serializers.CharField()
    full_name = serializers.CharField()
    parent = serializers.CharField(source="parent__code", allow_null=True)  # type: ignore[assignment]
    parent_name = serializers.CharField(source="parent__full_name", allow_null=True)
    former_parents = serializers.CharField(allow_blank=True)
    population = serializers.IntegerField(allow_null=True)
    area_km2 = serializers.FloatField(allow_null=True)
    boundary_kind = serializers.ChoiceField(BoundaryKind.choices)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    lon = Longitude("centroid", allow_null=True)
    lat = Latitude("centroid", allow_null=True)


class Successor(Row):
    """A unit that this one came from or went into."""

    code = serializers.CharField()
    full_name = serializers.CharField()
    level = serializers.ChoiceField(UnitLevel.choices)
    on = serializers.DateField()
    is_whole = serializers.BooleanField(help_text="False: only a part of the old unit went over.")


class FullUnitRow(UnitRow):
    """An administrative unit with its boundary and with what it came from and went into."""

    predecessors = Successor(many=True)
    successors = Successor(many=True)
    geometry = serializers.JSONField(allow_null=True, help_text="The boundary, as a GeoJSON geometry.")


class UnitViewSet(Collection):
    """Provinces, districts (of the past), communes, in force today or on another day. One is found by its code.

    As codes come back with new boundaries, a code finds the unit in force today, else the last that had it. In GeoJSON
    the geometry is the boundary, or the seat where no boundary is known; ``boundary_kind`` tells schematic ones.
    """

    noun = AdministrativeUnit
    facts = row = UnitRow
    full_row = FullUnitRow
    filterset_class = UnitFilter
    shape = "boundary"
    is_public = True

    def find(self, key: str) -> int | None:
        if "\x00" in key:
            return None
        began = models.Case(models.When(valid_from__lte=timezone.localdate(), then=0), default=1)
        rows = self.get_queryset().filter(code=key).order_by(began, "-valid_from")
        return rows.values_list("pk", flat=True).first()

    def complete(self, rows: list[Plain], *, full: bool) -> None:
        if not full:
            return
        for row in rows:
            row["predecessors"] = _succession("old", new=row["id"])
            row["successors"] = _succession("new", old=row["id"])


def _succession(end: str, **of: Any) -> list[Plain]:
    """Return the units at one *end* (old, new) of the successions *of* a unit."""
    names = ("code", "full_name", "level", "on", "is_whole")
    paths = (f"{end}__code", f"{end}__full_name", f"{end}__level", "on", "is_whole")
    found = UnitSuccession.objects.filter(**of).order_by("on", f"{end}__code").values_list(*paths)
    return [dict(zip(names, values, strict=True)) for values in found]
