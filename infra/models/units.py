"""Administrative units with validity and succession."""

from datetime import date
from typing import Self

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from infra.models.lookups import UnitType
from infra.models.versions import NounQuerySet, versioned


class UnitLevel(models.TextChoices):
    """Levels of administration; districts exist in the past only."""

    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune")


class BoundaryKind(models.TextChoices):
    """Where a boundary comes from; a schematic one is derived from the seats and is labelled on every map."""

    OFFICIAL = "official", _("Official")
    SCHEMATIC = "schematic", _("Schematic")
    NONE = "none", _("No boundary")


class UnitQuerySet(NounQuerySet["AdministrativeUnit"]):
    """Units by time and place in the tree."""

    def in_force(self, day: date) -> Self:
        """Keep the units in force on *day*."""
        return self.filter(valid_from__lte=day).filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=day))

    def under(self, code: str) -> Self:
        """Keep the unit(s) with *code* and everything below them (two levels)."""
        return self.filter(models.Q(code=code) | models.Q(parent__code=code) | models.Q(parent__parent__code=code))


class AdministrativeUnit(models.Model):
    """A province, district or commune. ``(level, code, valid_from)`` is the key: codes return with new boundaries.

    ``valid_to`` is the first day on which the unit no longer exists. ``centroid`` and ``boundary`` are EPSG:4326.
    """

    code = models.CharField(_("code"), max_length=10)
    level = models.CharField(_("level"), max_length=10, choices=UnitLevel.choices)
    type = models.ForeignKey(UnitType, models.PROTECT, related_name="+", verbose_name=_("type"))
    name = models.CharField(_("name"), max_length=128)
    full_name = models.CharField(_("full name"), max_length=160)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("unit above")
    )
    former_parents = models.CharField(_("former district and province"), max_length=255, blank=True)
    boundary = models.MultiPolygonField(_("boundary"), srid=4326, null=True, blank=True)
    boundary_kind = models.CharField(
        _("kind of boundary"), max_length=10, choices=BoundaryKind.choices, default=BoundaryKind.NONE
    )
    centroid = models.PointField(_("centroid"), srid=4326, null=True, blank=True, spatial_index=False)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    area_km2 = models.FloatField(_("area (km²)"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=255, blank=True)
    search_text = models.CharField(_("search text"), max_length=255, blank=True, default="", editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("administrative unit")
        verbose_name_plural = _("administrative units")
        ordering = ("code", "valid_from")
        constraints = (
            models.UniqueConstraint(fields=["level", "code", "valid_from"], name="unit_once_per_start"),
            models.UniqueConstraint(
                fields=["level", "code"], condition=models.Q(valid_to__isnull=True), name="one_open_unit_per_code"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="unit_ends_after_start",
            ),
        )

    def __str__(self) -> str:
        return self.full_name

    def search_source(self) -> tuple[str, ...]:
        return (self.code, self.full_name)


AdministrativeUnitVersion = versioned(AdministrativeUnit)


class UnitSuccession(models.Model):
    """An old unit continues, whole or in part, in a new one."""

    old = models.ForeignKey(
        AdministrativeUnit, models.CASCADE, related_name="successors", verbose_name=_("unit before")
    )
    new = models.ForeignKey(
        AdministrativeUnit, models.CASCADE, related_name="predecessors", verbose_name=_("unit after")
    )
    is_whole = models.BooleanField(_("whole unit"), default=True)
    on = models.DateField(_("on"))
    source = models.CharField(_("source"), max_length=255, blank=True)
    verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        verbose_name = _("succession of units")
        verbose_name_plural = _("successions of units")
        constraints = (
            models.UniqueConstraint(fields=["old", "new"], name="one_succession_per_pair"),
            models.CheckConstraint(condition=~models.Q(old=models.F("new")), name="unit_does_not_succeed_itself"),
        )
