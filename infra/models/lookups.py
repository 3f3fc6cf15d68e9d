"""Lookups and limits: lists of the field as rows with dates and a legal source."""

from datetime import date
from typing import Self

from django.contrib.gis.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class SourcedQuerySet(models.QuerySet["Sourced"]):
    """Rows that are in force for a time."""

    def in_force(self, day: date) -> Self:
        """Keep the rows in force on *day*."""
        return self.filter(valid_from__lte=day).filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day))


class Sourced(models.Model):
    """A row of reference data: in force from–to (inclusive), by which text, how sure.

    ``confidence`` is the tag of the collection of facts (V, V2, Gh, Gm, Gl); ``verified`` says whether somebody read
    the legal text. What is not verified is shown as such.
    """

    name_vi = models.CharField(_("Vietnamese name"), max_length=255)
    name_en = models.CharField(_("English name"), max_length=255, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=255, blank=True)
    confidence = models.CharField(_("confidence"), max_length=8, blank=True)
    verified = models.BooleanField(_("verified"), default=False)

    objects = SourcedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the request."""
        return self.name_en or self.name_vi if get_language() == "en" else self.name_vi


class Lookup(Sourced):
    """A value of a list. ``code`` is the key that the register stores; ``aliases`` are what files write for it."""

    code = models.CharField(_("code"), max_length=32, primary_key=True)
    aliases = models.JSONField(_("aliases"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ("order", "code")


class MastClass(Lookup):
    """Class of an antenna mast in passive-infrastructure planning (A1a … A2c)."""

    is_bulky = models.BooleanField(_("bulky"), null=True)

    class Meta(Lookup.Meta):
        verbose_name = _("mast class")
        verbose_name_plural = _("mast classes")


class StructureType(Lookup):
    """Guyed, self-supporting, monopole …"""

    class Meta(Lookup.Meta):
        verbose_name = _("structure")
        verbose_name_plural = _("structures")


class PermitKind(Lookup):
    """Verification certificate, self-declaration, building permit, frequency licence …"""

    class Meta(Lookup.Meta):
        verbose_name = _("kind of permit")
        verbose_name_plural = _("kinds of permits")


class PostalKind(Lookup):
    """Post office, commune post-culture point, agency, letter box …"""

    is_attended = models.BooleanField(_("attended"), default=True)

    class Meta(Lookup.Meta):
        verbose_name = _("kind of postal point")
        verbose_name_plural = _("kinds of postal points")


class NodeKind(Lookup):
    """WAN node, data centre, SOC, exchange."""

    class Meta(Lookup.Meta):
        verbose_name = _("kind of network node")
        verbose_name_plural = _("kinds of network nodes")


class RouteKind(Lookup):
    """Hung cable, duct, buried, shared trench."""

    class Meta(Lookup.Meta):
        verbose_name = _("kind of cable route")
        verbose_name_plural = _("kinds of cable routes")


class Technology(Lookup):
    """Mobile technology (2G … 5G); 2G ends by law."""

    class Meta(Lookup.Meta):
        verbose_name = _("technology")
        verbose_name_plural = _("technologies")


class Band(Lookup):
    """Frequency band: edges in MHz, duplex, holder where assigned to one organization."""

    low_mhz = models.FloatField(_("from (MHz)"))
    high_mhz = models.FloatField(_("to (MHz)"))
    duplex = models.CharField(_("duplex"), max_length=8, blank=True)
    technologies = models.JSONField(_("technologies"), default=list, blank=True)
    holder = models.CharField(_("holder"), max_length=32, blank=True)

    class Meta(Lookup.Meta):
        verbose_name = _("band")
        verbose_name_plural = _("bands")
        constraints = (
            models.CheckConstraint(condition=models.Q(high_mhz__gt=models.F("low_mhz")), name="band_edges_in_order"),
        )


class InstallationStatus(Lookup):
    """Planned → licensed → under construction → operating → suspended → decommissioned."""

    class Meta(Lookup.Meta):
        verbose_name = _("status of installations")
        verbose_name_plural = _("statuses of installations")


class UnitType(Lookup):
    """Type of an administrative unit (tỉnh, thành phố, xã, phường, đặc khu; before 2025 also huyện, quận …)."""

    level = models.CharField(_("level"), max_length=16)

    class Meta(Lookup.Meta):
        verbose_name = _("type of unit")
        verbose_name_plural = _("types of units")


class Limit(Sourced):
    """A limit or period of the law as dated data: earthing resistance, field strength, renewal days, spacing …"""

    code = models.CharField(_("code"), max_length=64)
    value = models.FloatField(_("value"))
    unit = models.CharField(_("unit"), max_length=16)
    comparison = models.CharField(_("comparison"), max_length=4, default="<=")

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        constraints = (models.UniqueConstraint(fields=["code", "valid_from"], name="limit_once_per_date"),)
        ordering = ("code", "valid_from")
