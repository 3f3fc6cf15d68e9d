"""Sites and masts."""

from typing import Any

from django.db import models
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from infra.api.collections import AS_OF, KEY, Collection
from infra.api.rows import Latitude, Longitude, OrganizationName, Plain, Row
from infra.api.safety import add_worst, safety_field
from infra.filters import MastFilter, SiteFilter
from infra.models import Base, Installation, InstallationKind, Mast, PositionMethod, Site, UnitMethod
from infra.selectors.collections import on_day, site_kept


class SiteRow(Row):
    """A site: where it is, how that is known, what was submitted for it."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    lon = Longitude()
    lat = Latitude()
    position_method = serializers.ChoiceField(PositionMethod.choices)
    accuracy_m = serializers.FloatField(allow_null=True, help_text="Radius in metres in which the truth lies.")
    submitted_text = serializers.CharField(allow_blank=True, help_text="The position as it was written.")
    submitted_crs = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(source="unit__code", allow_null=True)
    unit_name = serializers.CharField(source="unit__full_name", allow_null=True)
    unit_method = serializers.ChoiceField(UnitMethod.choices, allow_blank=True)
    declared_unit = serializers.CharField(allow_blank=True, help_text="The unit as the source wrote it.")
    authority = serializers.CharField(source="authority__code")
    safety = safety_field()


class StandingInstallation(Row):
    """What stands on a site, in short."""

    registry_number = serializers.CharField()
    kind = serializers.ChoiceField(InstallationKind.choices)
    organization = serializers.CharField(source="organization__code")
    code = serializers.CharField(allow_blank=True)
    mast = serializers.CharField(source="mast__code", allow_null=True)
    status = serializers.CharField(source="status_id")


class StandingMast(Row):
    """A mast on a site, in short."""

    code = serializers.CharField()
    owner = serializers.CharField(source="owner__code")
    height_m = serializers.FloatField(allow_null=True)


class FullSiteRow(SiteRow):
    """A site with what the person may see on it."""

    masts = StandingMast(many=True)
    installations = StandingInstallation(many=True)


class MovedSite(serializers.Serializer[None]):
    """Where a merged site went."""

    merged_into = serializers.CharField()
    detail = serializers.CharField()


class SiteViewSet(Collection):
    """Sites. One is found by its code; the code of a merged site redirects to the site that was kept."""

    noun = Site
    facts = row = SiteRow
    full_row = FullSiteRow
    filterset_class = SiteFilter
    time_travel = True

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(merged_into__isnull=True)

    @extend_schema(
        parameters=[KEY, AS_OF],
        responses={
            200: FullSiteRow,
            308: OpenApiResponse(MovedSite, description="The site was merged into another one (header Location)."),
        },
    )
    def retrieve(self, request: Request, key: str) -> HttpResponseBase:
        return super().retrieve(request, key)

    def missing(self, key: str) -> HttpResponseBase:
        """Redirect from a merged site, for whoever may see the one that was kept.

        308 tells clients to repeat the request there; as a merge can be undone, nobody may keep the redirect.
        """
        kept = None if "\x00" in key else site_kept(key)
        if kept is None or not Site.objects.visible_to(self.request.user).filter(pk=kept.pk).exists():
            raise Http404
        address = self.request.build_absolute_uri(reverse("infra:sites-detail", kwargs={"key": kept.code}))
        if query := self.request.META.get("QUERY_STRING"):
            address = f"{address}?{query}"
        self.request.accepted_renderer = JSONRenderer()  # a redirect is no feature
        body = {"merged_into": kept.code, "detail": _("The site was merged into %(code)s.") % {"code": kept.code}}
        headers = {"Location": address, "Cache-Control": "no-cache"}
        return Response(body, status=status.HTTP_308_PERMANENT_REDIRECT, headers=headers)

    def complete(self, rows: list[Plain], *, full: bool) -> None:
        add_worst(rows, "site_id", self.request.user, past=self.day is not None)
        if not full:
            return
        person = self.request.user
        for row in rows:
            masts = on_day(Mast, self.day).visible_to(person).filter(site=row["id"], merged_into__isnull=True)
            standing = on_day(Installation, self.day).visible_to(person).filter(site=row["id"])
            row["masts"] = StandingMast.read(masts.order_by("code"))
            row["installations"] = StandingInstallation.read(standing.order_by("registry_number"))


class MastPlace(Row):
    """What the site tells of a mast."""

    site = serializers.CharField(source="code")
    unit = serializers.CharField(source="unit__code", allow_null=True)
    unit_name = serializers.CharField(source="unit__full_name", allow_null=True)
    lon = Longitude()
    lat = Latitude()


class MastFacts(Row):
    """What a mast has of its own."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    owner = serializers.CharField(source="owner__code")
    owner_name = OrganizationName("owner")
    mast_class = serializers.CharField(source="mast_class_id", allow_null=True)
    structure_type = serializers.CharField(source="structure_type_id", allow_null=True)
    height_m = serializers.FloatField(allow_null=True)
    base = serializers.ChoiceField(Base.choices)
    building_height_m = serializers.FloatField(allow_null=True)
    built_on = serializers.DateField(allow_null=True)
    design_wind_ms = serializers.FloatField(allow_null=True)
    capacity = serializers.IntegerField(allow_null=True, help_text="Antenna places.")
    authority = serializers.CharField(source="authority__code")
    safety = safety_field()


class MastRow(MastPlace, MastFacts):
    """A mast: one owner, at one site. ``height_m`` is the mast's own height."""


class LinkedMast(MastFacts):
    """A mast's own facts with the id of its site; it leaves the row again."""

    site_id = serializers.IntegerField()


class FullMastRow(MastRow):
    """A mast with the installations on it that the person may see."""

    installations = StandingInstallation(many=True)


class MastViewSet(Collection):
    """Antenna masts. One is found by its code."""

    noun = Mast
    facts = LinkedMast
    row = MastRow
    full_row = FullMastRow
    filterset_class = MastFilter
    time_travel = True

    @extend_schema(parameters=[KEY, AS_OF])
    def retrieve(self, request: Request, key: str) -> HttpResponseBase:
        return super().retrieve(request, key)

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(merged_into__isnull=True)

    def read(self, queryset: models.QuerySet[Any]) -> list[Plain]:
        rows = self.facts.read(queryset, site=MastPlace) if self.day is None else self.facts.read(queryset)
        self.lay(rows, "site_id", MastPlace if self.day else None, Site)
        return rows

    def complete(self, rows: list[Plain], *, full: bool) -> None:
        add_worst(rows, "mast_id", self.request.user, past=self.day is not None)
        if not full:
            return
        for row in rows:
            standing = on_day(Installation, self.day).visible_to(self.request.user).filter(mast=row["id"])
            row["installations"] = StandingInstallation.read(standing.order_by("registry_number"))
