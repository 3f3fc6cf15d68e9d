"""Network nodes, links between them, cable routes."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from infra.models.installations import Installation
from infra.models.lookups import NodeKind, RouteKind
from infra.models.organizations import Authority, Organization
from infra.models.versions import NounQuerySet, versioned


class NetworkNode(models.Model):
    """WAN node, data centre, SOC or exchange. Power in kW, capacity in Mbit/s; security level 1–5 (NĐ 85/2016)."""

    installation = models.OneToOneField(
        Installation, models.CASCADE, primary_key=True, related_name="network_node", verbose_name=_("installation")
    )
    node_kind = models.ForeignKey(NodeKind, models.PROTECT, related_name="+", verbose_name=_("kind"))
    rated_power_kw = models.FloatField(_("rated power (kW)"), null=True, blank=True)
    racks = models.PositiveIntegerField(_("racks"), null=True, blank=True)
    tier = models.CharField(_("tier claimed"), max_length=16, blank=True)
    security_level = models.PositiveSmallIntegerField(_("security level"), null=True, blank=True)
    capacity_mbps = models.FloatField(_("capacity (Mbit/s)"), null=True, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("network node")
        verbose_name_plural = _("network nodes")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(security_level__isnull=True)
                | models.Q(security_level__gte=1, security_level__lte=5),
                name="node_security_level_1_to_5",
            ),
            models.CheckConstraint(
                condition=models.Q(rated_power_kw__isnull=True) | models.Q(rated_power_kw__gte=0),
                name="node_power_not_negative",
            ),
        )

    def __str__(self) -> str:
        return str(self.installation)


NetworkNodeVersion = versioned(NetworkNode)


class CableRoute(models.Model):
    """A cable route as a line (EPSG:4326). Hung cable is to be tidied every six months (NĐ 15/2020, Art. 40)."""

    installation = models.OneToOneField(
        Installation, models.CASCADE, primary_key=True, related_name="cable_route", verbose_name=_("installation")
    )
    line = models.LineStringField(_("line"), srid=4326)
    route_kind = models.ForeignKey(RouteKind, models.PROTECT, related_name="+", verbose_name=_("kind"))
    length_m = models.FloatField(_("length (m)"), null=True, blank=True)
    fibres = models.PositiveSmallIntegerField(_("fibres"), null=True, blank=True)
    last_tidied_on = models.DateField(_("last tidied on"), null=True, blank=True)
    tidy_due_on = models.DateField(_("to be tidied by"), null=True, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("cable route")
        verbose_name_plural = _("cable routes")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(length_m__isnull=True) | models.Q(length_m__gte=0), name="route_length_not_negative"
            ),
        )

    def __str__(self) -> str:
        return str(self.installation)


CableRouteVersion = versioned(CableRoute)


class Link(models.Model):
    """A connection between two nodes, possibly along a cable route. Capacity in Mbit/s."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="links", verbose_name=_("authority"))
    code = models.CharField(_("code"), max_length=64, unique=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="links", verbose_name=_("organization"))
    from_node = models.ForeignKey(NetworkNode, models.PROTECT, related_name="links_out", verbose_name=_("from node"))
    to_node = models.ForeignKey(NetworkNode, models.PROTECT, related_name="links_in", verbose_name=_("to node"))
    medium = models.CharField(_("medium"), max_length=16, default="fibre")
    capacity_mbps = models.FloatField(_("capacity (Mbit/s)"), null=True, blank=True)
    route = models.ForeignKey(
        CableRoute, models.PROTECT, null=True, blank=True, related_name="links", verbose_name=_("cable route")
    )

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=~models.Q(from_node=models.F("to_node")), name="link_joins_two_nodes"),
            models.CheckConstraint(
                condition=models.Q(capacity_mbps__isnull=True) | models.Q(capacity_mbps__gt=0),
                name="link_capacity_positive",
            ),
        )

    def __str__(self) -> str:
        return self.code


LinkVersion = versioned(Link)
